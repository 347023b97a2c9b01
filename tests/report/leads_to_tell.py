"""Leads of many countries, as the ledger keeps them, for tests of what advertising platforms are told."""

from __future__ import annotations

import os
from datetime import UTC, datetime
from typing import Any

from fraudcheck.ledger.entry import make_entry
from fraudcheck.ledger.record import Opened, open_record
from fraudcheck.ledger.sealing import SALT_BYTES
from fraudcheck.ports.ledger import Entry
from fraudcheck.records import Click, Contact, Enquiry, Lead, Normalized, Outcome, Price, Source
from tests.ledger.verdicts import verdict

NOW = datetime(2026, 11, 29, 12, tzinfo=UTC)
WORKS = Contact(type="quick", status="verified")
ASKS = Enquiry(kind="sales_lead", confidence=0.9)


def check_id(number: int, at: str) -> str:
    """The id of a check made at a time."""
    time = f"{int(datetime.fromisoformat(at).timestamp() * 1000):012x}"
    return f"{time[:8]}-{time[8:]}-7000-8000-{number:012}"


def entry(
    number: int = 1,
    *,
    at: str = "2026-11-25T10:00:00.000Z",
    email: str | None = "An.Nguyen@Example.vn",
    phone: str | None = "+84912840375",
    click: Click = Click(),  # noqa: B008 - frozen
    extra: dict[str, Any] | None = None,
    tenant: str = "default",
    **told: Any,
) -> Entry:
    """A lead that came at ``at``, accepted with a working channel but for what ``told`` tells of its verdict."""
    lead_id = told.pop("check_id", None) or check_id(number, at)
    judged = {
        "normalized": Normalized(email=email, phone=phone, country="VN"),
        "enquiry": ASKS,
        "contact": WORKS,
        "submitted_at": at,
        **told,
    }
    return make_entry(
        tenant,
        lead_id,
        Lead(email=email, phone=phone, source=Source(vendor="acme", click=click), extra=extra or {}),
        facts={},
        verdict=verdict(lead_id, at, **judged),
        tokens={},
        salts=os.urandom(SALT_BYTES),
    )


def kept(number: int = 1, **told: Any) -> Opened:
    """The same lead as it is read back."""
    made = entry(number, **told)
    return open_record(made.record, made.personal)


def told(outcome: str, at: str = "2026-11-26T09:30:00.000Z", amount: str | None = None, **more: Any) -> Outcome:
    """An outcome; with ``amount`` of that value in euros."""
    currency = more.pop("currency", "EUR")
    value = Price(amount=amount, currency=currency) if amount is not None else None
    return Outcome(outcome=outcome, at=at, value=value, **more)


GCLID = Click(gclid="Cj0KCQiA-made_up.1")
PEOPLE = (
    ("Nguyen.An@Gmail.com", "+84912840375", GCLID, [told("contacted"), told("converted", amount="1200")]),
    ("Chidi+loan@googlemail.com", "+2348032840375", Click(gbraid="0AAAAA-made_up.ng"), [told("qualified")]),
    ("PRIYA.S@example.co.in", "+919876543210", Click(wbraid="Cj8KDAi-made_up.in"), [told("contacted")]),
    ("joao.souza+casa@example.com.br", "+5511987654321", Click(), [told("converted", amount="49.90", currency="BRL")]),
    (None, "+66812345678", Click(lead_id="l:1234567890123456", fbclid="IwAR0-made_up.th"), [told("qualified")]),
    ("Łukasz@przykład.pl", "+48502840375", Click(gclid="null"), [told("contacted", at="2026-11-25T00:00:00.000Z")]),
    ("layla.h@example.ae", "+971501234567", Click(fbclid="IwAR1-made_up.ae"), []),
    ("omar@example.eg", None, Click(gclid="EAIaIQ-made_up.eg"), [told("converted", amount="2E+3", currency="EGP")]),
)
"""Mail and phone in normal form, what click brought the person, and what became of the lead."""


def people() -> list[tuple[Entry, list[Outcome]]]:
    """All of these, an hour apart, oldest first."""
    return [
        (entry(n, at=f"2026-11-25T{n + 10:02}:00:00.000Z", email=email, phone=phone, click=click), outcomes)
        for n, (email, phone, click, outcomes) in enumerate(PEOPLE)
    ]
