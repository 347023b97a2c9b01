"""Did an advertising platform, a form builder or a CRM make the lead to try out a connection?"""

from __future__ import annotations

from typing import TypedDict

from fraudcheck.ports import Ports
from fraudcheck.records import Facts, Finding, Lead, Subject
from fraudcheck.signals import Signal

NAME = "test_lead"


class MadeByFacts(TypedDict, total=False):
    """Whose test it is."""

    v: int
    platform: str  # as data/test_leads.toml names it


def gather(subject: Subject, ports: Ports) -> Facts | None:
    """The platform that made the lead; None for a person's."""
    del ports
    return {"v": 1, "platform": subject.test[0]} if subject.test else None


def judge(lead: Lead, facts: MadeByFacts) -> list[Finding]:
    """That the lead is a test, which decides by itself (``scoring.score``)."""
    del lead
    return [Finding("LEAD_PLATFORM_TEST", {"platform": facts["platform"]})]


SIGNAL = Signal(
    name=NAME,
    order=75,
    about="whether a platform made it to try out a connection",
    facts=MadeByFacts,
    looks_at="the marks of the platforms' test leads and sample records",
    cannot_know="who wrote the mark. So a marked lead is never accepted, and changes nothing for any other",
    gather=gather,
    judge=judge,
)
