"""How unusual is the lead beside the leads that the model learned from, and what about it?

The model is a sum of tables: for each feature the surprise of each code, as PyOD's HBOS scores it (Goldstein and
Dengel, "Histogram-based Outlier Score", 2012), so that each feature's share of the score is exact. Raw scores of two
fits mean nothing to each other: a score becomes the share of a reference sample that scores as high or higher.
"""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Callable, Mapping, Sequence
from functools import cached_property
from hashlib import sha256
from typing import Any, Literal

import msgspec
from msgspec import Struct

from fraudcheck.anomaly.features import Feature, codes
from fraudcheck.anomaly.significance import decibans
from fraudcheck.reasons import CATALOGUE
from fraudcheck.records import Finding

SAYS = ("ANOMALY_FORM", "ANOMALY_SHARED", "ANOMALY_LEAD")
_OF_SIGNAL = {
    "form": "ANOMALY_FORM",
    "user_agent": "ANOMALY_FORM",
    "velocity": "ANOMALY_SHARED",
    "cluster": "ANOMALY_SHARED",
}
_NAMED = 3
_PLAIN: Mapping[str, Callable[[float], float]] = {
    **dict.fromkeys(("form.fill", "form.page", "form.look"), lambda log: 10**log - 0.1),
    "form.pointer": lambda log: 10**log - 1,
    "content.message": lambda log: 10**log,
}
"""How a measure that is a logarithm is told: in seconds, events, characters and, of ``velocity``, leads."""


class Model(Struct, frozen=True, kw_only=True, dict=True):
    """A fitted detector as plain arrays.

    ``surprise`` holds the detector's score of each code of each feature (a row's score is their sum), ``usual`` the
    share of the reference sample that has the code, and ``reference`` that sample's scores in ascending order.
    """

    v: Literal[1] = 1
    name: str
    detector: Literal["hbos"] = "hbos"
    features: tuple[Feature, ...]
    surprise: tuple[tuple[float, ...], ...]
    usual: tuple[tuple[float, ...], ...]
    reference: tuple[float, ...]

    @cached_property
    def expected(self) -> list[float]:
        """Each feature's mean surprise over the reference sample."""
        return [
            sum([share * surprise for share, surprise in zip(shares, table, strict=True)])
            for shares, table in zip(self.usual, self.surprise, strict=True)
        ]

    @cached_property
    def ranges(self) -> list[list[list[float | None] | None]]:
        """Of each feature and each of its measures, between which values the middle nine tenths lie (None: no bound).

        None in the place of both where most lack the measure.
        """
        return [
            [
                _range([_plain(cut.measure, edge) for edge in cut.edges], _marginal(feature, usual, place))
                for place, cut in enumerate(feature.cuts)
            ]
            for feature, usual in zip(self.features, self.usual, strict=True)
        ]

    @cached_property
    def says(self) -> list[list[str]]:
        """Of each feature the code that each of its measures speaks for."""
        return [
            [_OF_SIGNAL.get(cut.measure.partition(".")[0], "ANOMALY_LEAD") for cut in feature.cuts]
            for feature in self.features
        ]

    def score(self, row: list[int]) -> float:
        """What PyOD's ``decision_function`` gives for a row of codes."""
        return sum([table[code] for table, code in zip(self.surprise, row, strict=True)])

    def tail(self, score: float) -> float:
        """The probability of a score as high or higher, by the reference sample."""
        above = len(self.reference) - bisect_left(self.reference, score)
        return (above + 1) / (len(self.reference) + 1)


def encode_model(model: Model) -> tuple[str, bytes]:
    """Give a model's hash (``sha256:`` and hex) and its canonical bytes."""
    body = msgspec.json.encode(model, order="sorted")
    return "sha256:" + sha256(body).hexdigest(), body


def decode_model(body: bytes) -> Model:
    """Read what ``encode`` made. Raises ValueError with what is wrong."""
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


def judge_anomaly(model: Model, measures: Mapping[str, float], points: Mapping[str, float]) -> list[Finding]:
    """At most one finding: how unusual the lead is, with the features that make it so.

    ``points`` are the policy's for each code, of which the features' shares are tenths that add up exactly.
    """
    row = codes(measures, model.features)
    p = model.tail(model.score(row))
    if not (against := decibans(p)):
        return []
    weights = [
        max(0.0, table[code] - expected)
        for table, code, expected in zip(model.surprise, row, model.expected, strict=True)
    ]
    if not any(weights):  # each a little less than on average, and together more
        weights = [1.0] * len(row)
    by_code = dict.fromkeys(SAYS, 0.0)
    for said, weight in zip(model.says, weights, strict=True):
        if weight:
            for code in said:
                by_code[code] += weight / len(said)
    code = max(by_code, key=lambda each: by_code[each])
    scale = min(1.0, against / CATALOGUE[code].points)
    shares = _shares(weights, round(points[code] * scale * 10))
    most = sorted(range(len(row)), key=lambda at: (-weights[at], at))[:_NAMED]
    named = [
        _told(model.features[at], model.ranges[at], measures) | {"points": shares[at] / 10} for at in most if shares[at]
    ]
    rest = sum(shares[at] for at in range(len(row)) if at not in most)
    evidence = {"p": float(f"{p:.1e}"), "features": named, "others": rest / 10, "model": model.name}
    return [Finding(code, evidence, scale)]


def _shares(weights: list[float], tenths: int) -> list[int]:
    """Divide tenths among weights, none below zero, by largest remainder: they add up to the last one."""
    total = sum(weights)
    exact = [abs(tenths) * weight / total for weight in weights]
    whole = [int(share) for share in exact]
    by_remainder = sorted(range(len(exact)), key=lambda at: (whole[at] - exact[at], at))
    for at in by_remainder[: abs(tenths) - sum(whole)]:
        whole[at] += 1
    return whole if tenths > 0 else [-share for share in whole]


def _told(feature: Feature, ranges: list[list[float | None] | None], measures: Mapping[str, float]) -> dict[str, Any]:
    """A feature's name, the lead's values (null where missing), and of each what is usual."""
    told = []
    for cut, usual in zip(feature.cuts, ranges, strict=True):
        value = measures.get(cut.measure)
        told.append(
            {
                "measure": cut.measure,
                "value": None if value is None else _plain(cut.measure, value),
                "usual": usual,
            }
        )
    return {"feature": feature.name, "values": told}


def _plain(measure: str, value: float) -> float:
    """A measure in its own unit."""
    if measure.startswith("velocity."):
        return round(2**value - 1, 1)
    return round(_PLAIN[measure](value) if measure in _PLAIN else value, 2)


def _marginal(feature: Feature, usual: tuple[float, ...], place: int) -> list[float]:
    """The shares of one cut's codes."""
    if len(feature.cuts) == 1:
        return list(usual)
    size = feature.cuts[1].size
    shares = [0.0] * feature.cuts[place].size
    for code, share in enumerate(usual):
        shares[code // size if place == 0 else code % size] += share
    return shares


def _range(edges: Sequence[float], shares: list[float]) -> list[float | None] | None:
    """The bins that hold the middle nine tenths of those who have the measure; None where most lack it."""
    if shares[0] > 0.5:
        return None
    left = (1 - shares[0]) * 0.05
    ends: list[float | None] = []
    for bins, bound in ((range(1, len(shares)), -2), (range(len(shares) - 1, 0, -1), -1)):
        passed = 0.0
        for code in bins:
            passed += shares[code]
            if passed > left:
                at = code + bound
                ends.append(edges[at] if 0 <= at < len(edges) else None)
                break
    return ends
