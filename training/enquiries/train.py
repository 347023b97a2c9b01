"""How is the enquiries model trained? ``python -m training.enquiries.train`` (extra ``train``).

Reads ``texts/AUTHOR/LANG.txt``, measures by leaving out an author, calibrates on what was left out,
then trains on all and writes ``model.bin`` and ``manifest.json`` into ``models/enquiries``. The same texts and packages
give the same bytes. It takes some minutes on one core.
"""

from __future__ import annotations

import hashlib
import json
from collections import Counter
from collections.abc import Collection, Mapping, Sequence
from importlib import metadata
from pathlib import Path
from random import Random
from typing import NamedTuple

import msgspec
import numpy as np
from scipy import optimize, sparse, special
from sklearn.linear_model import LogisticRegression

from bench.evaluate import enquiries as measures
from fraudcheck.fields.enquiry import OTHER, UNCLEAR, Folding, Manifest, Model, features, fold
from fraudcheck.worth.enquiry import KINDS, UNASKED
from training.enquiries import nothing
from training.enquiries.folding import folding_table
from training.enquiries.templates import LOCALES, Filler, Template, read_templates
from training.enquiries.vary import hidden, vary

HERE = Path(__file__).parent
MODEL = HERE.parents[1] / "models" / "enquiries"
VERSION = "2026.11"
SEED = 19
BITS = 19
HELD_OUT = (("c",), ("e", "g"), ("f", "h"))
"""Authors who are left out together, for the figures and the calibration."""
VARIATIONS = 5
"""Texts that are made of one template."""
HIDDEN = 0.06
"""The share of unasked offers that stand behind a plain enquiry."""
SIGNED = 0.2
SIGNATURES = ("{name}, {company}\\n{url}", "{name}\\n{phone}\\n{mail}", "{company} {city} {url}", "{mail}", "{url}")
"""How some texts of every kind end, so that a link or an address alone says little."""
SPREAD = 4.0
"""Decibans by which languages are thought to differ before their texts are looked at."""
NOTHING = 0.3
"""What texts that say nothing weigh beside a kind: enough to know them, too little to take short enquiries for them."""
STRENGTH = 3.0
"""The inverse of the regularisation, for weights of texts that add up to their number."""
MOST_STEPS = 200
"""Steps after which a fit ends. It has to be near its end: half way it is much worse."""
CLASSES = [*KINDS, UNCLEAR]
LANGUAGES = [*LOCALES, OTHER]
_FOREIGN, _EMPTY = 40, 800
_FOLDED = folding_table()
_FOLDING = Folding(_FOLDED)


class Sample(NamedTuple):
    """One text to learn from; texts of one ``source`` are variations of each other."""

    text: str
    kind: str
    language: str
    source: int


def main() -> None:
    """Measure, train and write."""
    templates = read_templates(HERE / "texts")
    held_out = []
    for authors in HELD_OUT:
        table, tested = leave_out(templates, authors)
        held_out.append((Model(*build(table, (1.0, 1.0))), tested))
    slopes = calibrate([(model, sample) for model, tested in held_out for sample in tested])
    held_out = [(Model(sloped(model.manifest, slopes), model.body), tested) for model, tested in held_out]
    unasked = calibrate_unasked([(model, sample) for model, tested in held_out for sample in tested])
    print(f"slopes {slopes}, decibans for unasked offers {unasked}")
    told = []
    for model, tested in held_out:
        manifest = msgspec.structs.replace(model.manifest, unasked=unasked)
        lists = measures.with_model(Model(manifest, model.body).read)
        told += [
            measures.judge(lists, one.text, one.kind, one.language, one.source) for one in tested if one.kind != UNCLEAR
        ]
    for line in measures.table(told):
        print(line)
    table = train(make_samples(templates, VARIATIONS, SEED))
    manifest, body = build(table, slopes)
    write(msgspec.structs.replace(manifest, unasked=unasked), body, templates, told)


def leave_out(templates: Sequence[Template], authors: Collection[str]) -> tuple[Table, list[Sample]]:
    """A table that never saw some authors, and texts of theirs."""
    others = [one for one in templates if one.author not in authors]
    own = [one for one in templates if one.author in authors]
    return train(make_samples(others, VARIATIONS, SEED)), make_samples(own, 1, SEED + 1)


def calibrate(tested: Sequence[tuple[Model, Sample]]) -> tuple[float, float]:
    """What the sums are multiplied by, for kinds and languages, so that probabilities are true on left-out authors."""
    rows = [(sums, sample) for model, sample in tested if (sums := model.sums(sample.text)) is not None]
    return (
        _slope(np.array([sums.kinds for sums, _ in rows]), [CLASSES.index(sample.kind) for _, sample in rows]),
        _slope(
            np.array([sums.languages for sums, sample in rows if sample.language]),
            [LANGUAGES.index(sample.language) for _, sample in rows if sample.language],
        ),
    )


def calibrate_unasked(tested: Sequence[tuple[Model, Sample]]) -> dict[str, float]:
    """What is added to each language's decibans for an unasked offer, so that they are true on left-out authors."""
    rows = [
        (reading.unasked, sample)
        for model, sample in tested
        if sample.kind != UNCLEAR and (reading := model.read(sample.text)) and reading.language
    ]
    offsets = {}
    for language in LOCALES:
        decibans = np.array([unasked for unasked, sample in rows if sample.language == language])
        truth = np.array([sample.kind in UNASKED for _, sample in rows if sample.language == language])
        even = 10 * np.log10(truth.mean() / (1 - truth.mean()))
        sign = np.where(truth, 1, -1) * np.log(10) / 10
        found = optimize.minimize_scalar(
            lambda offset, decibans=decibans, even=even, sign=sign: float(
                np.sum(np.logaddexp(0, -sign * (decibans + even + offset))) + (offset / SPREAD) ** 2 / 2
            ),
            bounds=(-9, 9),
            method="bounded",
        )
        offsets[language] = round(float(found.x), 1)
    return offsets


def _slope(logits: np.ndarray, classes: Sequence[int]) -> float:
    right = np.arange(len(classes)), np.array(classes)
    found = optimize.minimize_scalar(
        lambda slope: float(np.mean(special.logsumexp(logits * slope, axis=1) - slope * logits[right])),
        bounds=(0.1, 3.0),
        method="bounded",
    )
    return round(float(found.x), 3)


def sloped(manifest: Manifest, slopes: tuple[float, float]) -> Manifest:
    """The manifest of an uncalibrated model, calibrated."""
    kinds, languages = len(manifest.kinds), len(manifest.languages)
    each = [slopes[0]] * kinds + [slopes[1]] * languages
    offsets = [offset * slope for offset, slope in zip(manifest.offsets, each, strict=True)]
    return msgspec.structs.replace(manifest, slopes=each, offsets=offsets)


def make_samples(templates: Sequence[Template], each: int, seed: int) -> list[Sample]:
    """Texts of the templates, filled in and varied, with those that say nothing."""
    random = Random(seed)  # noqa: S311  # to be the same each time
    filler = Filler(random)
    enquiries = {
        code: [one for one in templates if (one.kind, one.language) == ("sales_lead", code)] for code in LOCALES
    }
    of_kind = {kind: [one for one in templates if one.kind == kind] for kind in KINDS}
    samples = []
    for source, one in enumerate(templates):
        for _ in range(each):
            text = filler.fill(one.text, one.language)
            if one.kind in {"solicitation", "spam"} and random.random() < HIDDEN and enquiries[one.language]:
                before = random.choice(enquiries[one.language])
                text = hidden(text, filler.fill(before.text, before.language), random)
            if random.random() < SIGNED:
                text = f"{text}\n{filler.fill(random.choice(SIGNATURES), one.language)}"
            other = random.choice(of_kind[one.kind])
            text = vary(text, one.language, random, [filler.fill(other.text, other.language)])
            samples.append(Sample(text, one.kind, one.language, source))
    source = len(templates)
    samples += [Sample(text, UNCLEAR, OTHER, source + at) for at, text in enumerate(nothing.foreign(random, _FOREIGN))]
    source = samples[-1].source + 1
    samples += [Sample(text, UNCLEAR, "", source + at) for at, text in enumerate(nothing.empty(random, _EMPTY))]
    return samples


def count(texts: Sequence[str]) -> sparse.csr_matrix:
    """How often each row of the table is named by each text."""
    rows = [each[each > 0] for text in texts for each in features(fold(_FOLDING.plain(text)), BITS)[:1]]
    ends = np.cumsum([0, *map(len, rows)])
    counts = np.ones(ends[-1], np.float32)
    matrix = sparse.csr_matrix((counts, np.concatenate(rows).astype(np.int32), ends), shape=(len(texts), 2**BITS))
    matrix.sum_duplicates()
    return matrix


class Table(NamedTuple):
    """Weights for each row and class, and what a row adds to a text's length."""

    kinds: np.ndarray
    kind_offsets: np.ndarray
    languages: np.ndarray
    language_offsets: np.ndarray
    lengths: np.ndarray


def train(samples: Sequence[Sample]) -> Table:
    """The weights of all samples, kinds and languages of equal weight."""
    counts = count([one.text for one in samples])
    sources = np.array([one.source for one in samples])
    by_source = sparse.csr_matrix((np.ones(len(samples)), (sources, np.arange(len(samples))))) @ counts
    by_source.data[:] = 1
    named_by = np.asarray(by_source.sum(0)).ravel()
    rarity = np.where(named_by >= 2, np.log(len(set(sources)) / np.maximum(named_by, 1)) + 1, 0).astype(np.float32)
    scaled = scale(counts, rarity)
    cells = Counter((one.kind, one.language) for one in samples)
    weights = np.array([1 / cells[one.kind, one.language] for one in samples])
    nothing_ = np.array([one.kind == UNCLEAR for one in samples])
    weights[nothing_] *= NOTHING * len(LOCALES) / 2  # two cells of it, beside ten languages of each kind
    kinds = _fit(scaled, [one.kind for one in samples], CLASSES, weights)
    spoken = np.array([bool(one.language) for one in samples])
    languages = _fit(scaled[spoken], [one.language for one in samples if one.language], LANGUAGES, weights[spoken])
    return Table(kinds[0] * rarity[:, None], kinds[1], languages[0] * rarity[:, None], languages[1], rarity**2)


def scale(counts: sparse.csr_matrix, rarity: np.ndarray) -> sparse.csr_matrix:
    """Counts by rarity, each text brought to the same length as ``fields.enquiry`` brings it."""
    length = np.sqrt(np.maximum(np.asarray(counts @ rarity**2).ravel(), 1e-6))
    scaled = (sparse.diags(1 / length) @ counts @ sparse.diags(rarity)).tocsr().astype(np.float32)
    scaled.eliminate_zeros()
    return scaled


def _fit(
    scaled: sparse.csr_matrix, named: Sequence[str], classes: Sequence[str], weights: np.ndarray
) -> tuple[np.ndarray, np.ndarray]:
    """A weight for each row and class, and each class's offset. A class without a sample is never told."""
    weights = weights * len(weights) / weights.sum()
    numbers = np.array([classes.index(name) for name in named])
    named_rows = np.flatnonzero(scaled.getnnz(0))
    model = LogisticRegression(C=STRENGTH, max_iter=MOST_STEPS, tol=1e-3)
    model.fit(scaled[:, named_rows], numbers, sample_weight=weights)
    rows, offsets = np.zeros((scaled.shape[1], len(classes)), np.float32), np.full(len(classes), -30, np.float32)
    rows[np.ix_(named_rows, model.classes_)], offsets[model.classes_] = model.coef_.T, model.intercept_
    return rows, offsets


def build(table: Table, slopes: tuple[float, float], version: str = "") -> tuple[Manifest, bytes]:
    """The model's manifest and body: the table in signed bytes."""
    columns = np.column_stack([table.kinds, table.languages, table.lengths, np.zeros(2**BITS)])
    columns[0] = 0  # the row that fills up
    units = np.maximum(np.abs(columns).max(0), 1e-9) / 127
    for group in (slice(0, len(CLASSES)), slice(len(CLASSES), len(CLASSES) + len(LANGUAGES))):
        units[group] = units[group].max()
    stored = np.clip(np.round(columns / units), -127, 127).astype(np.int8)
    body = _FOLDED.astype("<u2").tobytes() + stored.tobytes()
    kinds, languages = len(CLASSES), len(LANGUAGES)
    manifest = Manifest(
        version=version,
        sha256=hashlib.sha256(body).hexdigest(),
        bits=BITS,
        kinds=CLASSES,
        languages=LANGUAGES,
        units=[float(unit) for unit in units],
        slopes=[slopes[0]] * kinds + [slopes[1]] * languages,
        offsets=[float(each) for each in table.kind_offsets * slopes[0]]
        + [float(each) for each in table.language_offsets * slopes[1]],
    )
    return manifest, body


def write(manifest: Manifest, body: bytes, templates: Sequence[Template], told: Sequence[measures.Told]) -> None:
    """Write the model and its manifest, with what it learned from and its figures on left-out authors."""
    MODEL.mkdir(exist_ok=True)
    (MODEL / "model.bin").write_bytes(body)
    languages = sorted({one.language for one in told})
    about = {
        **msgspec.structs.asdict(manifest),
        "version": VERSION,
        "licence": "MIT",
        "bytes": len(body),
        "templates": {
            language: Counter(one.author for one in templates if one.language == language) for language in languages
        },
        "texts_sha256": hashlib.sha256("\n".join(map(str, templates)).encode()).hexdigest(),
        "packages": {name: metadata.version(name) for name in ("scikit-learn", "faker", "wordfreq")},
        "figures_on_left_out_authors": {
            language: _rounded(measures.figures([one for one in told if language in {one.language, "all"}]))
            for language in [*languages, "all"]
        },
    }
    (MODEL / "manifest.json").write_text(json.dumps(about, ensure_ascii=False, indent=1) + "\n", "utf-8")


def _rounded(figures: Mapping[str, float]) -> dict[str, float]:
    return {name: round(value, 3) for name, value in figures.items()}


if __name__ == "__main__":
    main()
