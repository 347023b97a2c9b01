"""What do the world's numbering plans say of a number, beyond whether it is valid?

Ranges that a regulator keeps out of use, shapes that a plan gives to nobody, and who has lines of a kind in a country:
the tables are ``data/fictional_numbers.toml`` and ``data/line_types.toml``.
"""

from __future__ import annotations

import re
from bisect import bisect_right
from collections.abc import Callable, Iterable, Mapping, Sequence
from itertools import product
from typing import Any


def fictional(ranges: Sequence[tuple[str, str, str]], e164: str) -> str | None:
    """The regulator that keeps a number out of use, None for ordinary ones. ``ranges`` as from ``parse_ranges``."""
    digits = e164[1:]
    at = bisect_right(ranges, (len(digits), digits), key=lambda row: (len(row[0]), row[0]))
    if not at:
        return None
    first, last, regulator = ranges[at - 1]
    return regulator if len(first) == len(digits) and first <= digits <= last else None


def unused(shapes: Sequence[tuple[re.Pattern[str], str]], e164: str) -> str | None:
    """The regulator whose plan gives a number of this shape to nobody; None for ordinary ones."""
    return next((regulator for shape, regulator in shapes if shape.fullmatch(e164, 1)), None)


def parse_shapes(table: Mapping[str, Any]) -> tuple[tuple[re.Pattern[str], str], ...]:
    """The rows of ``unused`` in ``fictional_numbers.toml``."""
    return tuple((re.compile(entry["pattern"]), entry["regulator"]) for entry in table["unused"])


def line_uses(table: Mapping[str, Any]) -> Callable[[str, str | None, str], str | None]:
    """``line, region, e164 -> who has such lines`` from ``line_types.toml``; None where its kind says it all."""
    uses = {(entry["line"], region): entry["use"] for entry in table["line"] for region in entry["regions"]}
    default = table["default"]
    machines = tuple(
        (f"+{entry['code']}{entry['start']}", entry["code"], entry["digits"]) for entry in table["machines"]
    )

    def use(line: str, region: str | None, e164: str) -> str | None:
        if any(e164.startswith(start) and len(e164) == 1 + len(str(code)) + digits for start, code, digits in machines):
            return "machine"
        found: str | None = uses.get((line, region or "")) or default.get(line)
        return found

    return use


def parse_ranges(table: Mapping[str, Any]) -> tuple[tuple[str, str, str], ...]:
    """The rows (first, last, regulator) of ``fictional_numbers.toml``, sorted by length and then digits.

    In its patterns X is any digit and N one of 2 to 9; ``except`` names the beginnings to leave out.
    """
    rows = [
        (first, last, entry["regulator"])
        for entry in table["range"]
        for first, last in (
            *(tuple(span) for span in entry.get("spans", ())),
            *(row for text in entry.get("patterns", ()) for row in _spans(text, tuple(entry.get("except", ())))),
        )
    ]
    return tuple(sorted(rows, key=lambda row: (len(row[0]), row[0])))


def _spans(text: str, left_out: tuple[str, ...]) -> Iterable[tuple[str, str]]:
    head = text.rstrip("X")
    tail = len(text) - len(head)
    for digits in product(*({"X": "0123456789", "N": "23456789"}.get(c, c) for c in head)):
        start = "".join(digits)
        if not start.startswith(left_out):
            yield start + "0" * tail, start + "9" * tail
