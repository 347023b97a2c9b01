"""What does it weigh that other people's data came from one machine? The tables, with their sources.

Rows are how many strangers came before within a day, and the decibans against a lead; between rows the line is
straight. A stranger shares neither mailbox, phone, nor an end of the name with the lead: a household is none.

Sources. Among 51,689 real sign-ups, in the order in which they came, 41 % of the fakes and 0.35 % of the genuine had an
earlier one on their device within a day: 10·log10(0.0035 / 0.41) = -20.7. Elsewhere people share devices more:
households have fewer than three people in most of Europe and five and more in much of Africa and the Middle East
(United Nations, "Household Size and Composition Around the World 2017"), and stands and shops have one machine for
everybody. So one stranger weighs an eighth of that, what a household may bring stays below the six points that name a
kind of fake, and the full 15 of the group are reached with the twelfth. A line with one browser, where no device is
known, may be a class or a bank's counters behind one address: it weighs a third, and never sends to review alone.

A ``contact`` is a phone number that came with other names and mailboxes, or a mailbox that came with other numbers. No
figures are published: these are our own estimates. A household's one telephone makes four strangers at most; six
within an hour are fakes of one number, or fakes with a victim's, so that the lead is looked at by a person, while
nobody is rejected for them (``Reason.by_others``).
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from itertools import pairwise

STRANGERS: Mapping[tuple[str, str], Sequence[tuple[int, float]]] = {
    ("device", "day"): ((0, 0.0), (1, -2.5), (2, -5.0), (4, -5.9), (5, -8.0), (8, -11.0), (12, -15.0)),
    ("device", "month"): ((3, 0.0), (6, -4.0), (12, -9.0), (20, -12.0)),
    ("line", "day"): ((2, 0.0), (3, -1.0), (5, -2.0), (8, -3.0), (12, -4.0), (20, -5.0)),
    ("line", "month"): ((5, 0.0), (10, -2.0), (20, -3.0)),
    ("contact", "hour"): ((4, 0.0), (5, -10.0), (6, -13.0)),
    ("contact", "day"): ((4, 0.0), (5, -6.0), (6, -10.0), (8, -13.0)),
    ("contact", "month"): ((5, 0.0), (7, -5.0), (9, -9.0), (12, -13.0)),
}
CONTACTS = ("hour", "day", "month")
"""The windows in which strangers who use one phone or one mailbox are counted."""
HOUSEHOLD = 4
"""How many who share an end of their name can be one household; beyond these, a shared name explains nobody."""


def strangers_weigh(place: str, window: str, strangers: float) -> float:
    """The decibans of so many strangers on a ``device`` or a ``line`` within a ``day`` or a ``month``: 0 or less."""
    table = STRANGERS[place, window]
    if strangers <= table[0][0]:
        return 0.0
    for (fewer, low), (more, high) in pairwise(table):
        if strangers <= more:
            return low + (high - low) * (strangers - fewer) / (more - fewer)
    return table[-1][1]
