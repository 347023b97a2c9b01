"""A packed table of ranges gives for each address what the range says that it lies in."""

from __future__ import annotations

from bisect import bisect_right

import pytest
from hypothesis import given
from hypothesis import strategies as st

from fraudcheck.fields.address_ranges import AddressRanges, pack

KNOWN = st.sampled_from(["", "VN", "hosting\tHetzner\tDE FI", "Đ"])


def ranges(highest: int, step: int) -> st.SearchStrategy[list[tuple[int, str]]]:
    """Ranges from 0 on."""
    starts = st.sets(st.integers(0, highest).map(lambda number: number * step), max_size=8)
    return starts.flatmap(lambda found: st.tuples(*[st.tuples(st.just(n), KNOWN) for n in sorted({0, *found})])).map(
        list
    )


def said(starts: list[tuple[int, str]], address: int) -> str:
    return starts[bisect_right([start for start, _ in starts], address) - 1][1]


@given(ranges(2**32 - 1, 1), ranges(2**64 - 1, 2**64), st.integers(0, 2**32 - 1), st.integers(0, 2**128 - 1))
def test_every_address_lies_in_one_range(
    fours: list[tuple[int, str]], sixes: list[tuple[int, str]], four: int, six: int
) -> None:
    table = AddressRanges(pack(fours, sixes))
    for address in {four, *(near % 2**32 for start, _ in fours for near in (start - 1, start, start + 1))}:
        assert table.known[table.four(address)] == said(fours, address)
    for address in {six, *(near % 2**128 for start, _ in sixes for near in (start - 1, start, start + 1))}:
        assert table.known[table.six(address)] == said(sixes, address)


def test_what_is_no_table_is_refused() -> None:
    table = pack([(0, "VN")], [(0, "")])
    for broken in (b"", table[:8], table[:-1], table + b"x", b"\0" * 12):
        with pytest.raises(ValueError, match="no table"):
            AddressRanges(broken)
    with pytest.raises(ValueError, match="within an IPv6 line"):
        pack([(0, "")], [(0, ""), (1, "VN")])
