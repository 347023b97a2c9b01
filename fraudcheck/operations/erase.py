"""Which checks hold the data of a person?"""

from __future__ import annotations

from fraudcheck import wiring
from fraudcheck.intake.identities import read_subject
from fraudcheck.records import Lead
from fraudcheck.settings import Settings


def identities(settings: Settings, tenant: str, email: str | None, phone: str | None) -> list[str]:
    """The keyed identities under which the ledger finds a person. Raises ValueError on what is no address or number."""
    key = wiring.identity_key(settings, tenant)
    lead = Lead(email=email, phone=phone)
    read = read_subject(
        lead,
        tenant=tenant,
        lists=wiring.load_lists(settings),
        identity_key=key,
        tag="",
        at=0.0,
        default_country=settings.default_country,
    )
    found = [f"{kind}:{read.tokens[kind]}" for kind in ("mailbox", "phone") if kind in read.tokens]
    if len(found) < bool(email) + bool(phone):
        raise ValueError("that is no mail address or no number with +")
    return found
