"""What row does a lead give a model? Named measures, cut into bins, in the order that the model names.

A measure that a model does not name never reaches it, so that new measures leave trained models as they are; one that
is missing is a bin of its own.
"""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Mapping, Sequence
from hashlib import sha256
from math import log, prod

import msgspec
from msgspec import Struct


class Cut(Struct, frozen=True):
    """A measure's bins: code 0 where it is missing, else 1 and one more for each edge that it reaches."""

    measure: str
    edges: tuple[float, ...]

    @property
    def size(self) -> int:
        """The number of codes."""
        return len(self.edges) + 2

    def code(self, measures: Mapping[str, float]) -> int:
        """The bin that a lead's measure lies in."""
        value = measures.get(self.measure)
        return 0 if value is None else 1 + bisect_right(self.edges, value)


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


def codes(measures: Mapping[str, float], features: Sequence[Feature]) -> list[int]:
    """The row: each feature's code."""
    row = []
    for feature in features:
        code = 0
        for cut in feature.cuts:
            code = code * cut.size + cut.code(measures)
        row.append(code)
    return row


class Drift:
    """How the codes of recent leads differ from a model's: the population stability index of each feature.

    Counts are halved as they reach ``most``, so that older leads fade.
    """

    def __init__(self, features: Sequence[Feature], *, fewest: int = 500, most: int = 5_000) -> None:
        self._features = features
        self._fewest, self._most = fewest, most
        self._leads = 0.0
        self._counts = [[0.0] * feature.size for feature in features]

    def add(self, measures: Mapping[str, float]) -> None:
        """Count one lead."""
        if self._leads >= self._most:
            self._leads /= 2
            self._counts = [[count / 2 for count in counts] for counts in self._counts]
        self._leads += 1
        for counts, code in zip(self._counts, codes(measures, self._features), strict=True):
            counts[code] += 1

    def index(self, usual: Sequence[Sequence[float]]) -> dict[str, float]:
        """By feature the sum of (share - usual) · ln(share / usual) over its codes; empty before enough leads came.

        Below 0.1 nothing has changed, from 0.25 on much has (Siddiqi, "Credit Risk Scorecards", 2006). A share of
        nothing counts as one lead in a thousand.
        """
        if self._leads < self._fewest:
            return {}
        found = {}
        for feature, counts, expected in zip(self._features, self._counts, usual, strict=True):
            pairs = [
                (max(count / self._leads, 1e-3), max(share, 1e-3))
                for count, share in zip(counts, expected, strict=True)
            ]
            found[feature.name] = sum((now - then) * log(now / then) for now, then in pairs)
        return found


def features_digest(features: Sequence[Feature]) -> str:
    """``sha256:`` of the features in their order, edges included: what a model's row means."""
    return "sha256:" + sha256(msgspec.json.encode(list(features))).hexdigest()
