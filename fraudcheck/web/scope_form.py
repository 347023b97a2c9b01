"""Which leads is a report about, and how does a page let people choose others? A form that asks with GET.

It needs no script: what is chosen stands in the page's address, which can be kept and sent on.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from datetime import UTC, date, datetime, timedelta
from urllib.parse import urlencode

from msgspec import Struct

from fraudcheck.report.audit import Scope

_PARTS = (("vendor", "Vendor"), ("campaign", "Campaign"), ("sub_id", "Sub-id"), ("channel", "Channel"))
FORMATS = ("csv", "xlsx", "json")

Pairs = Iterable[tuple[str, str]]
"""A query: names and values, of which a name may have several."""


class Choice(Struct, frozen=True, kw_only=True):
    """A field of the form: what stands in it, what could, and what is wrong with it (empty where nothing is)."""

    name: str
    label: str
    value: str
    names: list[str] = []
    problem: str = ""


class Link(Struct, frozen=True, kw_only=True):
    """Where a word of the form leads; ``current`` if that is what the page shows."""

    text: str
    to: str
    current: bool = False


class ScopeForm(Struct, frozen=True, kw_only=True):
    """The form of a page. ``kept`` are what it passes on unseen, ``others`` what is wrong and has no field."""

    action: str
    days: list[Choice]
    parts: list[Choice]
    times: list[Link]
    files: list[Link]
    kept: list[tuple[str, str]]
    others: list[str] = []


def scope_form(
    action: str,
    query: Pairs,
    scope: Scope | None,
    *,
    now: datetime,
    without: str = "",
    errors: Iterable[Mapping[str, str]] = (),
) -> ScopeForm:
    """The form of the page at ``action`` that ``query`` asked for.

    ``scope`` is that of its report, None where there is none; ``without`` names a field that the page has no use for.
    ``errors`` are what is wrong with the query, as an error has it.
    """
    given = list(query)
    told = dict(given)
    wrong = {each["field"]: each["problem"] for each in errors}
    fields = [name for name, _ in _PARTS if name != without]
    kept = [(name, value) for name, value in given if name not in (*fields, "from", "to", "format", without)]
    choices = scope.choices if scope else {}
    for name in ("from", "to"):
        if name in wrong and not _day(told.get(name, "")):
            wrong[name] = f"“{told.get(name, '')}” is {wrong[name]}"
    names = [("from", "From", _first_day(scope)), ("to", "To, and with it", _last_day(scope))]
    names += [(name, label, "") for name, label in _PARTS if name != without]
    both = [
        Choice(
            name=name,
            label=label,
            value=(_day(told.get(name, "")) if name in ("from", "to") else told.get(name)) or known,
            names=choices.get(name, []),
            problem=wrong.pop(name, ""),
        )
        for name, label, known in names
    ]
    files = [(name, _address(action, [*_but(given, "format"), ("format", name)])) for name in FORMATS]
    return ScopeForm(
        action=action,
        days=both[:2],
        parts=both[2:],
        times=[*_times(action, given, told, now.astimezone(UTC).date())],
        files=[Link(text=name.upper(), to=to) for name, to in files] if scope else [],
        kept=kept,
        others=[f"{name}: {problem}" for name, problem in wrong.items()],
    )


def _day(text: str) -> str:
    """The day of a time that a query names; empty for what is none, which a field for a day cannot hold."""
    try:
        return f"{date.fromisoformat(text[:10])}"
    except ValueError:
        return ""


def _first_day(scope: Scope | None) -> str:
    return scope.since[:10] if scope else ""


def _last_day(scope: Scope | None) -> str:
    return f"{(datetime.fromisoformat(scope.until) - timedelta(microseconds=1)).date()}" if scope else ""


def _times(action: str, given: Pairs, told: Mapping[str, str], today: date) -> Iterator[Link]:
    """The times that people ask for most, by the days of UTC."""
    month = today.replace(day=1)
    last_of_month_before = month - timedelta(days=1)
    for text, first, last in (
        ("Today", today, today),
        ("This week", today - timedelta(days=today.weekday()), today),
        ("Last 30 days", today - timedelta(days=29), today),
        ("This month", month, today),
        ("Last month", last_of_month_before.replace(day=1), last_of_month_before),
    ):
        days = (f"{first}", f"{last}")
        to = _address(action, [*_but(given, "from", "to", "format"), *zip(("from", "to"), days, strict=True)])
        yield Link(text=text, to=to, current=(told.get("from"), told.get("to")) == days)
    to = _address(action, [*_but(given, "from", "to", "format")])
    yield Link(text="Last 90 days", to=to, current=not (told.get("from") or told.get("to")))


def _but(given: Pairs, *names: str) -> list[tuple[str, str]]:
    return [(name, value) for name, value in given if name not in names and value]


def _address(action: str, query: Pairs) -> str:
    given = list(query)
    return f"{action}?{urlencode(given)}" if given else action
