"""Of how many visitors came how many true leads?"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from typing import NamedTuple, TypeVar

from fraudcheck.report.audit import Conversion
from fraudcheck.report.csv_rows import read_rows

_Count = TypeVar("_Count")
_HOW = "give 10000, ppc=4000 or ppc/spring=1200: channel, campaign and the number of visits"
_COLUMNS = {name: name for name in ("channel", "campaign", "visits")}
_NUMBER = re.compile(r"[0-9]{1,12}|[0-9]{1,3}([,._ '’\u00a0\u202f])[0-9]{3}(?:\1[0-9]{3}){0,2}")
"""Whole, or in threes parted by one and the same mark. Visits are whole, so 10.000 can only be ten thousand."""


class Visits(NamedTuple):
    """How many came by a channel and campaign; "" for all of them."""

    channel: str
    campaign: str
    visits: int


def parse(text: str) -> Visits:
    """Read ``10000``, ``ppc=4000`` or ``ppc/spring=1200``. Raises ValueError with what to give."""
    source, _, number = text.rpartition("=")
    channel, _, campaign = source.partition("/")
    visits = _number(number)
    if visits is None:
        raise ValueError(f"no number of visits; {_HOW}")
    return _visits(channel, campaign, visits)


def read_csv(lines: Iterable[str]) -> list[Visits]:
    """Visits from a CSV with a heading: ``visits``, and ``channel`` and ``campaign`` where known.

    Columns stand in any order, between commas, semicolons or tabs; others are left alone. Rows of the same channel
    and campaign, as of several days, are added up. Raises ValueError with the line at fault and what to put there.
    """
    visits: Counter[tuple[str, str]] = Counter()
    columns, rows = read_rows(lines, _COLUMNS.get)
    if columns.count("visits") != 1:
        raise ValueError(f"line 1: name the columns there, visits once: {', '.join(_COLUMNS)}")
    for row in rows:
        number = _number(row.cells.get("visits", ""))
        if row.problem or number is None:
            raise ValueError(f"line {row.line}: {row.problem or 'visits: give a whole number such as 10000'}")
        channel, campaign, number = _visits(row.cells.get("channel", ""), row.cells.get("campaign", ""), number)
        visits[channel, campaign] += number
    return [Visits(*source, number) for source, number in visits.items()]


class Came(NamedTuple):
    """How many leads came, how many of them are valid, and what they are, by ``leads.ASKED``."""

    forms: int
    valid: int
    kinds: Mapping[str, int]


def conversions(
    visits: Sequence[Visits], counts: Mapping[tuple[str, str], Came], converted: Mapping[tuple[str, str], int] = {}
) -> list[Conversion]:
    """The rates of forms, of valid leads and of sales leads. What is counted is by channel and campaign."""
    found = []
    for channel, campaign, visited in visits:
        held = _of(counts, channel, campaign)
        forms, valid = sum(each.forms for each in held), sum(each.valid for each in held)
        kinds = sum((Counter(each.kinds) for each in held), Counter[str]())
        sales_leads = kinds["sales_lead"]
        found.append(
            Conversion(
                channel=channel,
                campaign=campaign,
                visits=visited,
                forms=forms,
                valid=valid,
                raw_rate=forms / visited if visited else 0.0,
                validated_rate=valid / visited if visited else 0.0,
                sales_leads=sales_leads,
                sales_rate=sales_leads / visited if visited else 0.0,
                kinds=dict(kinds),
                converted=sum(_of(converted, channel, campaign)),
            )
        )
    return found


def _of(counts: Mapping[tuple[str, str], _Count], channel: str, campaign: str) -> list[_Count]:
    return [
        count
        for (of, by), count in counts.items()
        if (not channel or of == channel) and (not campaign or by == campaign)
    ]


def _visits(channel: str, campaign: str, visits: int) -> Visits:
    """With the spelling that the ledger keeps: channels are lower-case, blanks in names single."""
    return Visits(channel.strip().lower(), " ".join(campaign.split()), visits)


def _number(text: str) -> int | None:
    found = _NUMBER.fullmatch(text.strip())
    return int(re.sub("[^0-9]", "", found[0])) if found else None
