"""Which identities does the ledger know a person by? Those of a mail address and a phone number."""

from __future__ import annotations

from fraudcheck import wiring
from fraudcheck.intake.identities import read_subject
from fraudcheck.records import Lead
from fraudcheck.settings import Settings


def identities(settings: Settings, tenant: str, email: str | None, phone: str | None) -> list[str]:
    """The keyed identities (``KIND:TOKEN``) under which the ledger finds a person's checks.

    Raises ValueError if ``email`` is no mail address or ``phone`` no international number.
    """
    key = wiring.identity_key(settings, tenant)
    lead = Lead(email=email, phone=phone)
    subject = read_subject(
        lead,
        tenant=tenant,
        lists=wiring.load_lists(settings),
        identity_key=key,
        tag="",
        at=0.0,
        default_country=settings.default_country,
    )
    found = [f"{kind}:{subject.tokens[kind]}" for kind in ("mailbox", "phone") if kind in subject.tokens]
    if len(found) < bool(email) + bool(phone):
        raise ValueError("that is no mail address or no number with +")
    return found
