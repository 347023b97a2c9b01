"""How are the identity tokens of many leads handed on to be counted? In a column for each kind, 64 bits a token."""

from __future__ import annotations

from array import array
from collections import defaultdict
from collections.abc import Mapping
from itertools import count

import numpy as np
import pyarrow as pa


class IdentityColumns:
    """The identity tokens of some leads, one behind the other. Their columns' names begin with ``prefix``."""

    def __init__(self, prefix: str) -> None:
        self._prefix = prefix
        self._kinds: defaultdict[str, int] = defaultdict(count().__next__)
        self._kind_of_each, self._number = array("H"), array("H")
        self._digits: list[str] = []

    def add(self, tokens: Mapping[str, str]) -> None:
        """Add the next lead's, by kind."""
        self._kind_of_each.extend(map(self._kinds.__getitem__, tokens))
        self._number.append(len(tokens))
        self._digits += tokens.values()

    def columns(self) -> dict[str, pa.Array]:
        """A column for each kind, with the first 64 bits of each lead's token; 0 where it has none."""
        values = np.frombuffer(bytes.fromhex("".join(self._digits)), ">u8")[::2]
        columns = np.zeros((len(self._kinds), len(self._number)), np.uint64)
        columns[np.array(self._kind_of_each), np.repeat(np.arange(len(self._number)), self._number)] = values
        return {self._prefix + kind: pa.array(columns[self._kinds[kind]]) for kind in sorted(self._kinds)}


def first_bits(token: str | None) -> int:
    """The first 64 bits of a token, as the columns have them; 0 for none."""
    return int(token[:16], 16) if token else 0
