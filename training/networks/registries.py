"""Which country did a registry give each range of addresses to? Read out of the installed package iptocc.

iptocc answers for one address and lists no ranges, so its two tables are read where they lie in its library, laid out
as its source says (``crate/src/format.rs`` of 3.3.170). What is read is compared with iptocc's own answers at both
sides of every edge, so that another layout cannot go unnoticed.
"""

from __future__ import annotations

from collections.abc import Iterator
from ipaddress import IPv4Address, IPv6Address
from itertools import pairwise
from pathlib import Path
from struct import iter_unpack, unpack_from

import iptocc

Range = tuple[int, int, str]
"""First and last address, and the country."""

_BUCKETS = 65536
"""Each table begins with one slot for each value of an address's first 16 bits."""
_CODES = b"ADAEAFAG"
"""How each table's list of countries begins, after their number."""
_NOBODY = 0xFF
_EMPTY, _PURE = 2, 1


def registry_ranges() -> dict[int, list[Range]]:
    """The ranges of IPv4 (key 4) and IPv6 (6), in order. Raises ValueError where the tables lie another way."""
    library = next(Path(iptocc.__file__).parent.glob("iptocc.*.so")).read_bytes()
    first = library.find(_CODES)
    second = library.find(_CODES, first + 1)
    found: dict[int, list[Range]] = {}
    for codes in (first, second) if first < second else ():
        # The IPv4 table has its countries right behind the slots of four bytes, the IPv6 table further on.
        slots = codes - 4 - 4 * _BUCKETS
        if slots >= 0 and all(tag != 3 for tag in (slot >> 30 for (slot,) in _u32(library, slots, _BUCKETS))):
            found[4] = list(_merged(_ipv4(library, slots)))
        else:
            found[6] = list(_merged(_ipv6(library, codes)))
    if found.keys() != {4, 6}:
        raise ValueError("iptocc's tables are not where version 3.3.170 had them: read its format.rs anew")
    for version, ranges in found.items():
        _compare(version, ranges)
    return found


def _ipv4(library: bytes, at: int) -> Iterator[Range]:
    """For each of the first 16 bits: nobody, one country, or offsets from which on a country has the addresses."""
    slots = [slot for (slot,) in _u32(library, at, _BUCKETS)]
    codes, at = _countries(library, at + 4 * _BUCKETS)
    (mixed,) = unpack_from("<I", library, at)
    bases = [base for (base,) in _u32(library, at + 4, mixed + 1)]
    initial = at + 4 + 4 * (mixed + 1)
    (changes,) = unpack_from("<I", library, initial + mixed)
    offsets = initial + mixed + 4
    owners = offsets + 2 * changes
    for bucket, slot in enumerate(slots):
        start = bucket << 16
        if slot >> 30 == _EMPTY:
            continue
        if slot >> 30 == _PURE:
            yield start, start + 0xFFFF, codes[slot & 0xFF]
            continue
        low, high = bases[slot], bases[slot + 1]
        cuts = [0, *unpack_from(f"<{high - low}H", library, offsets + 2 * low), 1 << 16]
        whose = [library[initial + slot], *library[owners + low : owners + high]]
        for (first, behind), code in zip(pairwise(cuts), whose, strict=True):
            if code != _NOBODY and first < behind:
                yield start + first, start + behind - 1, codes[code]


def _ipv6(library: bytes, codes_at: int) -> Iterator[Range]:
    """For each of the first 16 bits its prefixes: the next 32 bits, a length and a country; odd ranges lie aside."""
    slots_at = library.rfind(b"\xff" * 0x2001 + b"\0", 0, codes_at)
    slots = library[slots_at : slots_at + _BUCKETS]
    (used,) = unpack_from("<I", library, slots_at + _BUCKETS)
    bases = [base for (base,) in _u32(library, slots_at + _BUCKETS + 4, used + 1)]
    codes, at = _countries(library, codes_at - 4)
    (aside,) = unpack_from("<I", library, at)
    aside_at = at + 4
    records = aside_at + 33 * aside + 4
    for bucket, slot in enumerate(slots):
        if slot == _NOBODY:
            continue
        for nth in range(bases[slot], bases[slot + 1]):
            place, length, code = unpack_from("<IBB", library, records + 6 * nth)
            if length:
                first = bucket << 112 | place << 80
                yield first, first | (1 << 128 - length) - 1, codes[code]
            else:
                record = library[aside_at + 33 * place :][:33]
                yield int.from_bytes(record[:16], "little"), int.from_bytes(record[16:32], "little"), codes[record[32]]


def _countries(library: bytes, at: int) -> tuple[list[str], int]:
    """The table's countries, and where they end."""
    (count,) = unpack_from("<I", library, at)
    codes = library[at + 4 : at + 4 + 2 * count].decode("ascii")
    return [codes[place : place + 2] for place in range(0, 2 * count, 2)], at + 4 + 2 * count


def _u32(library: bytes, at: int, count: int) -> Iterator[tuple[int]]:
    return iter_unpack("<I", library[at : at + 4 * count])


def _merged(ranges: Iterator[Range]) -> Iterator[Range]:
    """Neighbours of one country as one range."""
    first, last, country = next(ranges)
    for another in ranges:
        if another[0] <= last:
            raise ValueError("iptocc's ranges overlap: read its format.rs anew")
        if another[0] == last + 1 and another[2] == country:
            last = another[1]
            continue
        yield first, last, country
        first, last, country = another
    yield first, last, country


def _compare(version: int, ranges: list[Range]) -> None:
    """Raises ValueError where iptocc answers otherwise within a range, or right before or behind it."""
    make = IPv4Address if version == 4 else IPv6Address
    everything = (1 << (32 if version == 4 else 128)) - 1
    said: dict[int, str | None] = {}
    for first, last, _ in ranges:
        said |= dict.fromkeys((max(first - 1, 0), min(last + 1, everything)))
    for first, last, country in ranges:
        said |= dict.fromkeys((first, last, (first + last) // 2), country)
    answers = iptocc.country_code([str(make(address)) for address in said])
    wrong = [
        make(address) for (address, country), answer in zip(said.items(), answers, strict=True) if country != answer
    ]
    if wrong:
        raise ValueError(f"iptocc was misread: {len(wrong)} addresses, the first of them {wrong[0]}")
