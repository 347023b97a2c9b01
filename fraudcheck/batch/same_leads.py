"""Which rows of a file are leads that the ledger has already? An agency lists what the form sent, or what it listed.

It is the same lead where the vendor is the same and the contacts do not contradict each other, and either the reference
is the same too, or the form was sent within minutes; on the same day, where only the day is told. Each lead of the
ledger is one row's at most: an agency that lists a lead twice sold it twice.
"""

from __future__ import annotations

from bisect import bisect_left
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import UTC, datetime, tzinfo

from msgspec import Struct

_MINUTES = 600.0
"""Seconds between two notes of one sending: a form backend, an agency and a CRM each write down their own."""
_DAY = 86_400
_NEAREST = 50
"""Leads of one contact, or of one reference, that a row is compared with, those nearest in time."""


class Sighting(Struct, frozen=True, kw_only=True):
    """A lead by what tells it from others; 0 stands for what it does not have.

    ``number`` is that of its row, or its place among the ledger's leads. ``told`` is the time of the form that it
    tells, in Unix seconds, None where it tells none; ``at`` the time under which it is counted; of a lead of the ledger
    that is when it was checked. ``vendor``, ``mailbox``, ``phone`` and ``reference`` are hashes;
    ``zone`` is that of the row's file.
    """

    number: int
    check_id: str
    at: float
    told: float | None = None
    vendor: int = 0
    mailbox: int = 0
    phone: int = 0
    reference: int = 0
    zone: tzinfo = UTC


def same_leads(rows: Sequence[Sighting], earlier: Sequence[Sighting]) -> dict[int, int]:
    """For each row that the ledger has already: its number, and that of the ledger's lead."""
    named = _One(rows), _One(earlier)
    by_key: defaultdict[tuple[str, int, int], list[Sighting]] = defaultdict(list)
    by_id = {lead.check_id: lead for lead in earlier if lead.check_id}
    for lead in sorted(earlier, key=lambda lead: lead.at):
        for key in _keys(lead):
            by_key[key].append(lead)
    pairs = []
    for row in rows:
        if (own := by_id.get(row.check_id)) is not None:
            pairs.append((0, 0.0, row.number, own.number))
        ranked = ((_rank(row, lead, named), lead.number) for lead in _compared(row, by_key))
        pairs += [(*rank, row.number, number) for rank, number in ranked if rank is not None]
    found: dict[int, int] = {}
    taken: set[int] = set()
    for _, _, row_number, number in sorted(pairs):
        if row_number not in found and number not in taken:
            found[row_number] = number
            taken.add(number)
    return found


class _One:
    """Which references name one lead each? A row's number or a form's name stands beside many people's contacts."""

    def __init__(self, leads: Iterable[Sighting]) -> None:
        self._contacts: dict[tuple[int, int], tuple[int, int]] = {}
        self._shared: set[tuple[int, int]] = set()
        for lead in leads:
            if lead.reference:
                key, contacts = (lead.vendor, lead.reference), (lead.mailbox, lead.phone)
                both = _in_both(self._contacts.setdefault(key, contacts), contacts)
                if both and not any(one == other for one, other in both):
                    self._shared.add(key)

    def names(self, lead: Sighting) -> bool:
        return bool(lead.reference) and (lead.vendor, lead.reference) not in self._shared


def _keys(lead: Sighting) -> Iterator[tuple[str, int, int]]:
    for kind in ("mailbox", "phone", "reference"):
        if value := getattr(lead, kind):
            yield kind, lead.vendor, value


def _compared(row: Sighting, by_key: Mapping[tuple[str, int, int], Sequence[Sighting]]) -> list[Sighting]:
    """The ledger's leads that a row may be."""
    found: dict[int, Sighting] = {}
    for key in _keys(row):
        leads = by_key.get(key, ())
        if len(leads) > _NEAREST:
            middle = bisect_left(leads, row.at, key=lambda lead: lead.at)
            start = max(0, min(middle - _NEAREST // 2, len(leads) - _NEAREST))
            leads = leads[start : start + _NEAREST]
        found |= {lead.number: lead for lead in leads}
    return list(found.values())


def _in_both(some: tuple[int, int], others: tuple[int, int]) -> list[tuple[int, int]]:
    """The mailboxes, and the phones, where two leads have both."""
    return [(one, other) for one, other in zip(some, others, strict=True) if one and other]


def _rank(row: Sighting, lead: Sighting, named: tuple[_One, _One]) -> tuple[int, float] | None:
    """How surely two are one lead, surest first, and the seconds between them; None where they are two."""
    zone = row.zone
    both = _in_both((row.mailbox, row.phone), (lead.mailbox, lead.phone))
    same = [one == other for one, other in both]
    seconds = abs(row.at - lead.at) if lead.told is None else min(abs(row.at - lead.at), abs(row.at - lead.told))
    is_named = row.reference == lead.reference and all(map(_One.names, named, (row, lead)))
    if is_named and (any(same) or (not same and seconds <= _MINUTES)):  # or no contact of both can be read
        return 1, seconds
    if not same or not all(same):
        return None
    if row.told is None:
        return 4, seconds
    if _is_a_day(row.told, zone) or (lead.told is not None and _is_a_day(lead.told, zone)):
        days = {_day(lead.at, zone)} | ({_day(lead.told, zone)} if lead.told is not None else set())
        return (3, seconds) if _day(row.told, zone) in days else None
    return (2, seconds) if seconds <= _MINUTES else None


def _is_a_day(told: float, zone: tzinfo) -> bool:
    """Whether a time tells no more than the day: a date alone is read as its midnight in UTC."""
    if told % _DAY == 0:
        return True
    local = datetime.fromtimestamp(told, zone)
    return (local.hour, local.minute, local.second) == (0, 0, 0)


def _day(at: float, zone: tzinfo) -> int:
    return datetime.fromtimestamp(at, UTC if at % _DAY == 0 else zone).toordinal()
