"""Did the person show, after the check, that a channel works? As the caller tells, in a later version of the lead."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TypedDict

from fraudcheck.ports import Ports
from fraudcheck.records import CHANNELS, Confirmation, Facts, Finding, Lead, Subject
from fraudcheck.signals import Signal

NAME = "confirmation"

_CODES = {"email": "EMAIL_CONFIRMED", "phone": "PHONE_CONFIRMED"}


class Told(TypedDict, total=False):
    """One confirmation."""

    how: str  # link | code | call
    at: str
    by: str  # who told it: the buyer of the key, or the key


class ConfirmationFacts(TypedDict, total=False):
    """The lead's confirmations by channel, in the order in which they were told."""

    v: int
    email: Sequence[Told]
    phone: Sequence[Told]


def gather(subject: Subject, ports: Ports) -> Facts | None:
    """Nothing is confirmed while a lead is checked: versions that are made of confirmations have ``told_facts``."""
    del subject, ports
    return None


def told_facts(told: Sequence[Confirmation]) -> Facts:
    """The facts of a version that is made of these confirmations."""
    facts: dict[str, object] = {"v": 1}
    for channel in CHANNELS:
        own = [
            {name: value for name, value in (("how", one.how), ("at", one.at), ("by", one.buyer)) if value}
            for one in told
            if one.channel == channel
        ]
        if own:
            facts[channel] = own
    return facts


def judge(lead: Lead, facts: ConfirmationFacts) -> list[Finding]:
    """One finding a channel, with how it was confirmed and by whom that was told."""
    del lead
    findings = []
    for channel, code in _CODES.items():
        told: Sequence[Told] = facts.get(channel) or ()  # type: ignore[assignment]  # a channel's
        if told:
            evidence = {"how": _each(told, "how"), "told_by": _each(told, "by")}
            findings.append(Finding(code, {name: value for name, value in evidence.items() if value}))
    return findings


def _each(told: Sequence[Told], name: str) -> list[str]:
    return list(dict.fromkeys(str(one[name]) for one in told if name in one))  # type: ignore[literal-required]


SIGNAL = Signal(
    name=NAME,
    order=130,
    about="what was confirmed",
    facts=ConfirmationFacts,
    looks_at="the confirmations that the caller told of this lead after its check",
    cannot_know="whether the caller tells the truth",
    gather=gather,
    judge=judge,
)
