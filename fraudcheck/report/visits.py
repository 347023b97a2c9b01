"""Of how many visitors came how many true leads?"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import NamedTuple

from fraudcheck.report.audit import Conversion

_HOW = "give 10000, ppc=4000 or ppc/spring=1200: channel, campaign and the number of visits"


class Visits(NamedTuple):
    """How many came by a channel and campaign; "" for all of them."""

    channel: str
    campaign: str
    visits: int


def parse(text: str) -> Visits:
    """Read ``10000``, ``ppc=4000`` or ``ppc/spring=1200``. Raises ValueError with what to give."""
    source, _, number = text.rpartition("=")
    channel, _, campaign = source.partition("/")
    digits = number.strip().replace(",", "").replace("_", "")
    if not digits.isascii() or not digits.isdecimal() or len(digits) > 12:
        raise ValueError(f"no number of visits; {_HOW}")
    return Visits(channel.strip().lower(), campaign.strip(), int(digits))


def conversions(visits: Sequence[Visits], counts: Mapping[tuple[str, str], tuple[int, int]]) -> list[Conversion]:
    """The rates of forms and of valid leads. ``counts`` are forms and valid ones by channel and campaign."""
    found = []
    for channel, campaign, visited in visits:
        held = [
            count
            for (of, by), count in counts.items()
            if (not channel or of == channel) and (not campaign or by == campaign)
        ]
        forms, valid = sum(each for each, _ in held), sum(each for _, each in held)
        found.append(
            Conversion(
                channel=channel,
                campaign=campaign,
                visits=visited,
                forms=forms,
                valid=valid,
                raw_rate=forms / visited if visited else 0.0,
                validated_rate=valid / visited if visited else 0.0,
            )
        )
    return found
