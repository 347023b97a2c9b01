"""What does the ledger know of this mailbox and phone? How long, how many leads, and whether they were reached.

It is for the contact and the quality of a lead. No points follow from it: who uses another's data has his past too.
"""

from __future__ import annotations

from collections.abc import Awaitable, Mapping
from typing import TypedDict

from fraudcheck.ports import Ports
from fraudcheck.ports.history import Question
from fraudcheck.records import CHANNELS, Facts, Finding, Lead, Subject
from fraudcheck.signals import Signal

NAME = "history"


class HistoryFacts(TypedDict, total=False):
    """What earlier leads with this mailbox or phone were; each where it holds."""

    v: int
    leads: int  # how many there were, each once; of very many the oldest
    since: str  # when the first came, RFC 3339
    converted: str  # when the first conversion was, or the first event behind one
    contacted: bool  # an outcome said contacted, qualified or converted, or another event that proves a person
    reached: bool  # of a lead each of whose channels is this one's too, so that one of these works
    confirmed: Mapping[str, str]  # by channel that both share, how it was confirmed


def look_up(subject: Subject, ports: Ports) -> Awaitable[Facts] | None:
    """What the ledger knows, asked at once; None where the lead is a platform's test, or nothing keeps a ledger."""
    if subject.test:
        return None
    tokens = subject.tokens
    identities = [f"{kind}:{tokens[kind]}" for kind in ("mailbox", "phone") if kind in tokens]
    return ports.histories.look_up(Question(subject.tenant, identities, subject.tag)) if identities else None


def judge(lead: Lead, facts: HistoryFacts) -> list[Finding]:
    """That a channel worked before. Whoever had it then need not be who sends it now, so that it has no points."""
    del lead
    confirmed = facts.get("confirmed") or {}
    evidence: dict[str, object] = {channel: confirmed[channel] for channel in CHANNELS if channel in confirmed}
    if facts.get("reached"):
        evidence["reached"] = True
    return [Finding("CONTACT_WORKED_BEFORE", evidence)] if evidence else []


SIGNAL = Signal(
    name=NAME,
    order=120,
    about="earlier leads of this mailbox and phone",
    facts=HistoryFacts,
    looks_at="what the ledger has of this mailbox and phone: since when, how many leads, what became of them",
    cannot_know="whether the same person sends them now; leads that were erased, or never came here",
    look_up=look_up,
    judge=judge,
)
