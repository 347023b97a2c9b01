"""Through which events does a lead go on its way to a sale, and what is each one worth to its buyer?

What a tenant says is a TOML file, ``tenants/TENANT/funnel.toml`` in the data directory. Every line may be left out:

    currency = "EUR"              # of all values here
    decision_days = 12            # from the form to the sale, as far as you know; what outcomes tell is believed more

    [events.appointment]          # an event of your own
    after = "contacted"           # which one it follows
    value = 80                    # what a lead is worth that has come so far
    proves = "genuine"            # nobody is met who does not exist

    [events.converted]
    value = 1200                  # what a sale brings, where its outcome does not say

    [advice]                      # below this an ad platform cannot learn from conversions
    conversions = 30
    days = 30
    decision_days = 5
"""

from __future__ import annotations

import unicodedata
from collections.abc import Mapping
from decimal import Decimal
from functools import cached_property
from typing import Any, Literal

import msgspec
from msgspec import Struct

from fraudcheck.records import REVIEWED, money_amount

FORM, CONVERTED, RETURNED = "form", "converted", "returned"
STANDARD = (FORM, "contacted", "qualified", CONVERTED)
"""The events of every funnel, in their order. The form is the lead itself; the others are told as outcomes."""
_LONGEST_NAME = 40
_MOST_EVENTS = 20


class Event(Struct, frozen=True, kw_only=True):
    """One event: its ``value`` is a decimal string in the funnel's currency, None where none was given.

    ``genuine`` says whether it proves that the lead is a person's.
    """

    name: str
    value: str | None = None
    genuine: bool = False


class Advice(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """What an ad platform needs to learn from an event: ``conversions`` in ``days``, and so few days to a decision."""

    conversions: int = 30
    days: int = 30
    decision_days: float = 5.0


class Funnel(Struct, frozen=True, kw_only=True, dict=True):
    """A tenant's events in their order, the form first; ``decision_days`` is what the tenant knows of the time to a
    sale.
    """

    events: tuple[Event, ...] = tuple(Event(name=name, genuine=name != FORM) for name in STANDARD)
    currency: str | None = None
    decision_days: float | None = None
    advice: Advice = Advice()

    @cached_property
    def places(self) -> Mapping[str, int]:
        """The place of each event in the order, by its name."""
        return {event.name: place for place, event in enumerate(self.events)}

    @cached_property
    def words(self) -> tuple[str, ...]:
        """The words by which an outcome may be told."""
        return (*[event.name for event in self.events if event.name != FORM], RETURNED, *REVIEWED)

    @cached_property
    def proofs(self) -> tuple[frozenset[str], frozenset[str]]:
        """The events that prove a lead genuine: those that do so whatever else is told, and those of which a return
        as a fake leaves nothing.

        The first are those from ``qualified`` on. Who was only reached may be the person whose number a fake carries.
        """
        proving = [event.name for event in self.events if event.genuine]
        sure = frozenset(name for name in proving if self.places[name] >= self.places["qualified"])
        return sure, frozenset(proving) - sure

    @cached_property
    def sold(self) -> frozenset[str]:
        """The events of which each shows a conversion: this itself, and what follows it."""
        return frozenset(name for name, place in self.places.items() if place >= self.places[CONVERTED])

    def value(self, event: str) -> str | None:
        """What the tenant says that an event is worth; None where nothing was said."""
        return next((each.value for each in self.events if each.name == event), None)


DEFAULT = Funnel()


class _EventTable(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    after: str | None = None
    value: str | int | float | None = None
    proves: Literal["genuine"] | None = None


class _FunnelTable(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    currency: str | None = None
    decision_days: float | None = None
    events: dict[str, _EventTable] = {}
    advice: Advice = Advice()


def event_name(text: str) -> str:
    """An event as it is compared: in lower case, one underscore for blanks and hyphens (``Demo booked``)."""
    return "_".join(unicodedata.normalize("NFC", text).casefold().replace("-", " ").replace("_", " ").split())


def load_funnel(tables: Mapping[str, Any]) -> Funnel:
    """A funnel from parsed TOML. Raises ValueError with a sentence that names the key at fault."""
    table = msgspec.convert(tables, _FunnelTable)
    own = _by_name(table.events)
    currency = (table.currency or "").strip().upper() or None
    if currency is not None and not (len(currency) == 3 and currency.isascii() and currency.isalpha()):
        raise ValueError('currency: give an ISO 4217 code such as "EUR"')
    if currency is None and any(each.value is not None for each in own.values()):
        raise ValueError('currency: say in which currency the values are, such as "EUR"')
    _expect_number("decision_days", table.decision_days, 0, 3650)
    _expect_number("advice.conversions", table.advice.conversions, 1, 1_000_000)
    _expect_number("advice.days", table.advice.days, 1, 3650)
    _expect_number("advice.decision_days", table.advice.decision_days, 0, 3650)
    return Funnel(
        events=tuple(_event(name, own.get(name, _EventTable())) for name in _order(own)),
        currency=currency,
        decision_days=table.decision_days,
        advice=table.advice,
    )


def _by_name(given: Mapping[str, _EventTable]) -> dict[str, _EventTable]:
    """The tables of events by their names as they are compared. Raises ValueError for one that cannot be."""
    own: dict[str, _EventTable] = {}
    for written, table in given.items():
        name = event_name(written)
        if not name or len(name) > _LONGEST_NAME or not all(map(_is_of_a_word, name)):
            raise ValueError(f"events.{written}: give a name of letters, digits and underscores, at most 40")
        if name == RETURNED:
            raise ValueError("events.returned: a return is no event of a funnel; leave it out")
        if name in REVIEWED:
            raise ValueError(f"events.{name}: a review is no event of a funnel; leave it out")
        if name in own:
            raise ValueError(f"events.{written}: there are two of this name")
        own[name] = table
    if len(own) > _MOST_EVENTS:
        raise ValueError(f"events: give at most {_MOST_EVENTS}")
    return own


def _is_of_a_word(letter: str) -> bool:
    return letter == "_" or letter.isalnum() or unicodedata.category(letter)[0] == "M"


def _order(own: Mapping[str, _EventTable]) -> list[str]:
    """All events in their order: each own one right behind that which it follows, several in the file's order.

    Raises ValueError for one that follows nothing.
    """
    followers: dict[str, list[str]] = {}
    for name, table in own.items():
        if name in STANDARD:
            if table.after is not None or table.proves is not None:
                raise ValueError(f"events.{name}: where it stands and what it proves is fixed; give its value alone")
        elif table.after is None:
            raise ValueError(f'events.{name}: say which event it follows, such as after = "contacted"')
        else:
            followers.setdefault(event_name(table.after), []).append(name)
    if unknown := [name for name in followers if name not in own and name not in STANDARD]:
        raise ValueError(f"events.{followers[unknown[0]][0]}.after: no such event; there are {', '.join(STANDARD)}")
    order: list[str] = []
    waiting = list(reversed(STANDARD))
    while waiting:
        name = waiting.pop()
        order.append(name)
        waiting += reversed(followers.get(name, ()))
    if lost := [name for name in own if name not in order]:
        raise ValueError(f"events.{lost[0]}.after: these events follow each other in a ring")
    return order


def _event(name: str, table: _EventTable) -> Event:
    value = None
    if table.value is not None:
        amount = money_amount(str(table.value))
        if amount is None:
            raise ValueError(f'events.{name}.value: give an amount such as 1200 or "49.90", not below zero')
        value = f"{Decimal(amount):f}"
    return Event(name=name, value=value, genuine=name in STANDARD[1:] or table.proves == "genuine")


def _expect_number(name: str, number: float | None, least: float, most: float) -> None:
    if number is not None and not least <= number <= most:  # nan is not within either
        raise ValueError(f"{name}: give a number from {least} to {most:,}")
