"""How unusual is a lead beside the leads that the model was trained on, and by which features?

The model is a table for each feature, with the surprise of each code as PyOD's HBOS scores it (Goldstein and Dengel,
"Histogram-based Outlier Score", 2012). A lead's score is the sum over its features, so the share of each feature is
exact. The raw scores of two models cannot be compared. So a score is turned into a probability: the share of a
reference sample that scores as high or higher.
"""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Callable, Iterable, Mapping, Sequence
from functools import cached_property
from hashlib import sha256
from typing import Any, Literal

import msgspec
from msgspec import UNSET, Struct, UnsetType

from fraudcheck.anomaly.features import Columns, Feature, codes, columns
from fraudcheck.anomaly.significance import decibans
from fraudcheck.anomaly.wording import measure_text
from fraudcheck.reasons import CATALOGUE
from fraudcheck.records import Finding

SAYS = ("ANOMALY_FORM", "ANOMALY_SHARED", "ANOMALY_LEAD")
_CODE_OF_SIGNAL = {
    "form": "ANOMALY_FORM",
    "user_agent": "ANOMALY_FORM",
    "velocity": "ANOMALY_SHARED",
    "cluster": "ANOMALY_SHARED",
}
_SHARED = frozenset(["velocity", "cluster"])
"""Signals whose facts the model's measures of shared things rest on."""
_SAID = -1.0
"""Decibans from which on what a lead shares is held against it already."""
_STAND_IN, _STAND_IN_FROM = -2.5, 0.05
"""The most that a model says that has seen no real lead, so that it makes no kind by itself and no second group beside
another; and the probability from which it speaks, as most real leads are a little unlike made-up ones."""
_MOST_NAMED_FEATURES = 3
_OWN_UNIT: Mapping[str, Callable[[float], float]] = {
    **dict.fromkeys(("form.fill", "form.page", "form.look"), lambda log: 10**log - 0.1),
    "form.pointer": lambda log: 10**log - 1,
    "form.typed": lambda log: 10**log - 1,
    "content.message": lambda log: 10**log,
}
"""How to turn measures that are logarithms back into their unit: seconds, events or characters.

Measures of ``velocity`` are logarithms too, of counts of leads; see ``_in_own_unit``.
"""


class Model(Struct, frozen=True, kw_only=True, dict=True):
    """A fitted detector as plain arrays.

    ``surprise`` holds the detector's score of each code of each feature; a row's score is their sum. ``usual`` holds
    the share of the reference sample that has each code of each feature. ``reference`` holds that sample's scores in
    ascending order. ``learned`` is the number of real leads that it learned from, 0 for a stand-in; models of version 1
    do not have it.
    """

    v: Literal[1, 2] = 1
    name: str
    detector: Literal["hbos"] = "hbos"
    features: tuple[Feature, ...]
    surprise: tuple[tuple[float, ...], ...]
    usual: tuple[tuple[float, ...], ...]
    reference: tuple[float, ...]
    learned: int | UnsetType = UNSET

    @cached_property
    def expected(self) -> list[float]:
        """Each feature's mean surprise over the reference sample."""
        return [
            sum([share * surprise for share, surprise in zip(shares, table, strict=True)])
            for shares, table in zip(self.usual, self.surprise, strict=True)
        ]

    @cached_property
    def columns(self) -> Columns:
        """The features as rows are read by them."""
        return columns(self.features)

    @cached_property
    def ranges(self) -> list[list[list[float | None] | None]]:
        """For each measure of each feature, the bounds between which the middle nine tenths of the sample are.

        A bound is in the measure's own unit, and None on a side without a bound. None in the place of both bounds means
        that most of the sample lack the measure.
        """
        return [
            [
                _usual_range(
                    [_in_own_unit(cut.measure, edge) for edge in cut.edges], _measure_shares(feature, usual, position)
                )
                for position, cut in enumerate(feature.cuts)
            ]
            for feature, usual in zip(self.features, self.usual, strict=True)
        ]

    @cached_property
    def says(self) -> list[list[str]]:
        """For each measure of each feature, the reason code that it speaks for."""
        return [
            [_CODE_OF_SIGNAL.get(cut.measure.partition(".")[0], "ANOMALY_LEAD") for cut in feature.cuts]
            for feature in self.features
        ]

    def row(self, measures: Mapping[str, float]) -> list[int]:
        """The code of each feature, of a lead's measures by name."""
        return codes(measures, self.columns)

    def score(self, row: Sequence[int]) -> float:
        """The score of a row of codes, equal to that of PyOD's ``decision_function``."""
        return sum([table[code] for table, code in zip(self.surprise, row, strict=True)])

    def tail(self, score: float) -> float:
        """The probability of a score as high or higher, by the reference sample; never 0."""
        as_high = len(self.reference) - bisect_left(self.reference, score)
        return (as_high + 1) / (len(self.reference) + 1)


def encode_model(model: Model) -> tuple[str, bytes]:
    """Give a model's hash (``sha256:`` and hex digits) and its canonical bytes."""
    body = msgspec.json.encode(model, order="sorted")
    return "sha256:" + sha256(body).hexdigest(), body


def decode_model(body: bytes) -> Model:
    """Read the bytes that ``encode_model`` made. Raises ValueError, which says what is wrong with other bytes."""
    try:
        model = msgspec.json.decode(body, type=Model)
    except msgspec.MsgspecError as problem:
        raise ValueError(f"no model: {problem}") from None
    for name, tables in (("surprise", model.surprise), ("usual", model.usual)):
        if [len(table) for table in tables] != [feature.size for feature in model.features]:
            raise ValueError(f"no model: {name} does not fit its features")
    if not model.reference or list(model.reference) != sorted(model.reference):
        raise ValueError("no model: the reference scores are not in ascending order")
    return model


def judge_anomaly(
    model: Model,
    measures: Mapping[str, float],
    row: Sequence[int],
    points: Mapping[str, float],
    said: Iterable[Finding] = (),
) -> list[Finding]:
    """At most one finding: how unusual the lead is, with the features that make it unusual.

    ``row`` is the measures' row of codes, ``points`` are the policy's, by reason code; ``said`` is what the signals
    found. Where they speak of what the lead shares with others, the model does not say the same again. The evidence
    divides the finding's points among the features, in tenths of a deciban that add up exactly.
    """
    p = model.tail(model.score(row))
    if not (against := decibans(p)) or (model.learned == 0 and p > _STAND_IN_FROM):
        return []
    weights = [
        max(0.0, table[code] - expected)
        for table, code, expected in zip(model.surprise, row, model.expected, strict=True)
    ]
    if not any(weights):  # every feature is a little less surprising than on average, but their sum is more
        weights = [1.0] * len(row)
    if model.v > 1 and any(_speaks_of_shared(finding, points) for finding in said):
        whole = sum(weights)
        weights = [
            0.0 if "ANOMALY_SHARED" in codes else weight for codes, weight in zip(model.says, weights, strict=True)
        ]
        against *= sum(weights) / whole
        if not any(weights):
            return []
    if model.learned == 0:
        against = max(against, _STAND_IN)
    code = _heaviest_code(model, weights)
    scale = min(1.0, against / CATALOGUE[code].points)
    if model.v > 1 and not round(points[code] * scale * 10):
        return []
    shares = _divide(round(points[code] * scale * 10), weights)
    heaviest = sorted(range(len(row)), key=lambda i: (-weights[i], i))[:_MOST_NAMED_FEATURES]
    named = [
        _describe(model.features[i], model.ranges[i], measures, words=model.v > 1) | {"points": shares[i] / 10}
        for i in heaviest
        if shares[i]
    ]
    others = sum(shares[i] for i in range(len(row)) if i not in heaviest)
    evidence = {"p": float(f"{p:.1e}"), "features": named, "others": others / 10, "model": model.name}
    return [Finding(code, evidence, scale)]


def _speaks_of_shared(finding: Finding, points: Mapping[str, float]) -> bool:
    """Does a finding hold against the lead what it shares with others?"""
    return CATALOGUE[finding.code].group in _SHARED and points[finding.code] * finding.scale <= _SAID


def _heaviest_code(model: Model, weights: list[float]) -> str:
    """The reason code with the largest sum of weights. A pair's weight is divided between its measures' codes."""
    by_code = dict.fromkeys(SAYS, 0.0)
    for measure_codes, weight in zip(model.says, weights, strict=True):
        if weight:
            for code in measure_codes:
                by_code[code] += weight / len(measure_codes)
    return max(by_code, key=lambda code: by_code[code])


def _divide(tenths: int, weights: list[float]) -> list[int]:
    """Divide a whole number in proportion to weights (0 or more) by largest remainder: the parts add up exactly."""
    total = sum(weights)
    exact = [abs(tenths) * weight / total for weight in weights]
    parts = [int(share) for share in exact]
    by_remainder = sorted(range(len(exact)), key=lambda i: (parts[i] - exact[i], i))
    for i in by_remainder[: abs(tenths) - sum(parts)]:
        parts[i] += 1
    return parts if tenths > 0 else [-part for part in parts]


def _describe(
    feature: Feature, ranges: list[list[float | None] | None], measures: Mapping[str, float], *, words: bool
) -> dict[str, Any]:
    """A feature as evidence: its name and, for each of its measures, the lead's value (or null) and the usual range.

    ``words`` says the same in words, as verdicts do since version 2 of models.
    """
    values, said = [], []
    for cut, usual in zip(feature.cuts, ranges, strict=True):
        value = measures.get(cut.measure)
        shown = None if value is None else _in_own_unit(cut.measure, value)
        values.append({"measure": cut.measure, "value": shown, "usual": usual})
        said.append(measure_text(cut.measure, shown, usual))
    return {"feature": feature.name, "values": values} | ({"words": "; ".join(said)} if words else {})


def _in_own_unit(measure: str, value: float) -> float:
    """A measure's value in its own unit, not as a logarithm, rounded for reading."""
    if measure.startswith("velocity."):
        return round(2**value - 1, 1)
    convert = _OWN_UNIT.get(measure)
    return round(convert(value) if convert else value, 2)


def _measure_shares(feature: Feature, usual: tuple[float, ...], position: int) -> list[float]:
    """The sample's share of each code of one measure of a feature: its marginal distribution."""
    if len(feature.cuts) == 1:
        return list(usual)
    second_size = feature.cuts[1].size
    shares = [0.0] * feature.cuts[position].size
    for code, share in enumerate(usual):
        first, second = divmod(code, second_size)
        shares[second if position else first] += share
    return shares


def _usual_range(edges: Sequence[float], shares: list[float]) -> list[float | None] | None:
    """The lower and upper edge of the bins that hold the middle nine tenths of those who have the measure.

    None where most lack it. ``shares`` are by code, so ``shares[0]`` is of those who lack it.
    """
    if shares[0] > 0.5:
        return None
    cut_off = (1 - shares[0]) * 0.05
    upwards = range(1, len(shares))
    lowest, highest = _first_bin(upwards, shares, cut_off), _first_bin(reversed(upwards), shares, cut_off)
    if lowest is None or highest is None:  # only in a model whose shares do not add up to 1
        return []
    # The bin with code 1 is below edges[0], so the bin with code n is between edges[n - 2] and edges[n - 1].
    lower = None if lowest == 1 else edges[lowest - 2]
    upper = None if highest == len(shares) - 1 else edges[highest - 1]
    return [lower, upper]


def _first_bin(codes_in_order: Iterable[int], shares: list[float], cut_off: float) -> int | None:
    """The first code up to which, and including it, the shares add up to more than the cut-off."""
    passed = 0.0
    for code in codes_in_order:
        passed += shares[code]
        if passed > cut_off:
            return code
    return None
