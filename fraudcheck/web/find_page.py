"""Which page finds a lead? A form of one line, and below it the leads that may be meant, newest first."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from msgspec import Struct

from fraudcheck.operations.finding import Meaning
from fraudcheck.ports.ledger import FoundCheck
from fraudcheck.web.frame import Frame
from fraudcheck.web.pages import render

_KINDS = {
    "check_id": "a check’s id",
    "reference": "a reference",
    "mailbox": "a mail address",
    "phone": "a phone number",
}
_TITLE = "Find a lead"


class FoundLead(Struct, frozen=True, kw_only=True):
    """A lead with its versions: the ``newest``, and the ``earlier`` ones, newest first."""

    newest: FoundCheck
    earlier: Sequence[FoundCheck]

    @property
    def named(self) -> bool:
        """Whether it has what was looked for itself, and is not only of the same person."""
        return self.newest.named or any(check.named for check in self.earlier)


def leads_of(found: Sequence[FoundCheck]) -> list[FoundLead]:
    """The leads of checks, newest first; ``found`` has the newest check first."""
    revises = {check.check_id: check.revises for check in found}

    def first(check_id: str) -> str:
        while (before := revises.get(check_id)) is not None:
            check_id = before
        return check_id

    versions: dict[str, list[FoundCheck]] = {}
    for check in found:
        versions.setdefault(first(check.check_id), []).append(check)
    leads = [FoundLead(newest=own[0], earlier=own[1:]) for own in versions.values()]
    return sorted(leads, key=lambda lead: lead.newest.check_id, reverse=True)


def form(personal: bool, frame: Frame | None) -> str:
    """The page before anything is looked for. ``personal`` says whether contacts may be."""
    return render("find.html", title=_TITLE, frame=frame, text="", country="", personal=personal, sought=None)


def results(
    text: str,
    country: str,
    sought: Sequence[Meaning],
    leads: Sequence[tuple[FoundLead, Mapping[str, Any] | None]],
    *,
    more: bool,
    erased: str | None,
    unknown_country: bool,
    personal: bool,
    frame: Frame | None,
) -> str:
    """The page of what was found: each lead with its newest check as the API gives it, None where that is gone.

    ``text`` and ``country`` are what was typed. ``more`` says that some leads were left off; ``erased`` is when the
    person was.
    """
    return render(
        "find.html",
        title=_TITLE,
        frame=frame,
        text=text,
        country=country,
        personal=personal,
        sought=[sought_text(meaning) for meaning in sought],
        no_country=personal and _is_national(text, sought),
        unknown_country=unknown_country,
        leads=leads,
        more=more,
        erased=erased,
    )


def sought_text(meaning: Meaning) -> str:
    """As what a text was looked for."""
    where = f" of {meaning.country}" if meaning.country else ""
    return f"{_KINDS[meaning.kind]}{where}"


def _is_national(text: str, sought: Sequence[Meaning]) -> bool:
    """Whether it may be a phone number that could be read in no country."""
    digits = sum(letter.isdecimal() for letter in text)
    is_number = digits >= 6 and not any(letter.isalpha() or letter == "@" for letter in text)
    return is_number and not any(meaning.kind == "phone" for meaning in sought)
