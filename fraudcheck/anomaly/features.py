"""What row of bin codes does a model read a lead as?

A model names the measures that it uses, in its order, and cuts each into bins. A measure that it does not name never
reaches it, so new measures do not affect trained models. A missing measure has a bin of its own.
"""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Mapping, Sequence
from hashlib import sha256
from math import log, prod

import msgspec
from msgspec import Struct

_SMALLEST_SHARE = 1e-3


class Cut(Struct, frozen=True):
    """The bins of one measure. The code is 0 where the measure is missing, else 1 plus the number of edges reached."""

    measure: str
    edges: tuple[float, ...]

    @property
    def size(self) -> int:
        """The number of codes."""
        return len(self.edges) + 2


class Feature(Struct, frozen=True):
    """A column of the model's row: one measure, or two of them together."""

    cuts: tuple[Cut, ...]

    @property
    def name(self) -> str:
        """``form.fill``, or ``form.fill*form.characters`` for a pair."""
        return "*".join([cut.measure for cut in self.cuts])

    @property
    def size(self) -> int:
        """The number of codes."""
        return prod(cut.size for cut in self.cuts)


Columns = Sequence[Sequence[tuple[str, Sequence[float], int]]]
"""Of each cut of each feature the measure, the edges and the number of codes."""


def columns(features: Sequence[Feature]) -> Columns:
    """Features as ``codes`` reads them: prepared once, for many leads."""
    return [[(cut.measure, cut.edges, cut.size) for cut in feature.cuts] for feature in features]


def codes(measures: Mapping[str, float], columns: Columns) -> list[int]:
    """The row: the code of each feature. A pair's code is ``first * size of the second + second``."""
    row = []
    for cuts in columns:
        code = 0
        for measure, edges, size in cuts:
            value = measures.get(measure)
            code = code * size if value is None else code * size + 1 + bisect_right(edges, value)
        row.append(code)
    return row


class Drift:
    """How far recent leads differ from a model's reference sample: the population stability index of each feature.

    Nothing is said before ``fewest`` leads. When ``most`` leads have been counted, all counts are halved, so that older
    leads lose weight.
    """

    def __init__(self, features: Sequence[Feature], *, fewest: int = 500, most: int = 5_000) -> None:
        self._features = features
        self._fewest, self._most = fewest, most
        self._leads = 0.0
        self._counts = [[0.0] * feature.size for feature in features]

    def add(self, row: Sequence[int]) -> None:
        """Count one lead by its row of codes."""
        if self._leads >= self._most:
            self._leads /= 2
            self._counts = [[count / 2 for count in counts] for counts in self._counts]
        self._leads += 1
        for counts, code in zip(self._counts, row, strict=True):
            counts[code] += 1

    def index(self, usual: Sequence[Sequence[float]]) -> dict[str, float]:
        """By feature's name, the sum of ``(share - usual) · ln(share / usual)`` over its codes; empty before enough
        leads.

        ``usual`` gives the reference sample's share of each code of each feature (``Model.usual``). An index below 0.1
        means no change, one from 0.25 on a large change (Siddiqi, "Credit Risk Scorecards", 2006). Shares below one in
        a thousand count as one in a thousand.
        """
        if self._leads < self._fewest:
            return {}
        indexes = {}
        for feature, counts, usual_shares in zip(self._features, self._counts, usual, strict=True):
            shares = [
                (max(count / self._leads, _SMALLEST_SHARE), max(usual_share, _SMALLEST_SHARE))
                for count, usual_share in zip(counts, usual_shares, strict=True)
            ]
            indexes[feature.name] = sum((now - before) * log(now / before) for now, before in shares)
        return indexes


def features_digest(features: Sequence[Feature]) -> str:
    """``sha256:`` and the hash of the features in their order, edges included: it identifies what a row means."""
    return "sha256:" + sha256(msgspec.json.encode(list(features))).hexdigest()
