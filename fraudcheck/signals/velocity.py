"""How often were the lead's mailbox, phone, device and internet address seen before?"""

from __future__ import annotations

from collections.abc import Mapping
from math import log

from fraudcheck.ports import Ports
from fraudcheck.records import Facts, Finding, Lead, Subject

NAME = "velocity"

_WINDOWS = ("hour", "day", "month")

# For each window: up to how many earlier leads is it everyday life, and from how many on does it
# weigh in full? Between them the weight grows with the logarithm. Everyday life is: a person who
# sends the form again after an error; a family that shares a phone; a shop's tablet, a library's computer;
# an office or a mobile carrier whose customers all come from one address (RFC 6598).
_EVERYDAY_AND_FULL: Mapping[str, tuple[str, tuple[tuple[int, int], ...]]] = {
    "mailbox": ("MAILBOX_SEEN_OFTEN", ((4, 20), (6, 30), (15, 90))),
    "phone": ("PHONE_SEEN_OFTEN", ((4, 20), (6, 30), (15, 90))),
    "device": ("DEVICE_SEEN_OFTEN", ((5, 30), (10, 60), (100, 2_000))),
    "ip": ("IP_SEEN_OFTEN", ((20, 200), (50, 500), (500, 10_000))),
}
SAYS = (
    *(code for code, _ in _EVERYDAY_AND_FULL.values()),
    "LEAD_SEEN_BEFORE",
    "MESSAGE_SEEN_BEFORE",
    "FORM_TOKEN_REUSED",
)

_PAIRS = ("form_token+mailbox", "form_token+phone")
_CORRECTIONS = 3


async def gather(subject: Subject, ports: Ports) -> Facts | None:
    """``{"v": 1, KIND: {"hour": n, "day": n, "month": n}, …}``: earlier leads by identity, without the zeros.

    A pair of form token and mailbox or phone is there, empty, when it was looked up and not seen.
    Raises Unavailable.
    """
    if not subject.tokens:
        return None
    facts: dict[str, object] = {"v": 1}
    for kind, seen in (await ports.counters.observe(subject)).items():
        if seen.month:
            facts[kind] = {window: count for window in _WINDOWS if (count := getattr(seen, window))}
        elif kind in _PAIRS:
            facts[kind] = {}
    return facts


def judge(lead: Lead, facts: Facts) -> list[Finding]:
    """One finding for each identity seen more often than everyday life explains, and for a lead or token used again."""
    findings = []
    for kind, (code, bounds) in _EVERYDAY_AND_FULL.items():
        counts = facts.get(kind)
        if counts:
            weight, window = max((_weight(counts.get(w, 0), *b), w) for w, b in zip(_WINDOWS, bounds, strict=True))
            if weight > 0:
                findings.append(Finding(code, {"window": window, **counts}, weight))
    if facts.get("lead"):
        findings.append(Finding("LEAD_SEEN_BEFORE", facts["lead"]))
    if weight := _message_went_round(facts):
        findings.append(Finding("MESSAGE_SEEN_BEFORE", facts["message"], weight))
    if _token_went_round(facts):
        findings.append(Finding("FORM_TOKEN_REUSED", facts["form_token"]))
    return findings


def _weight(count: int, everyday: int, full: int) -> float:
    """0 up to ``everyday``, 1 from ``full`` on, logarithmic between."""
    if count <= everyday:
        return 0.0
    return min(1.0, log(count / everyday) / log(full / everyday))


def _token_went_round(facts: Facts) -> bool:
    """Was the form's token used before, each time with another mailbox and another phone?

    Who corrects one of the two and sends again is known by the other. Where only one is given nothing
    tells a correction from another person, except that nobody mistypes the one field again and again.
    """
    pairs = [facts[pair] for pair in _PAIRS if pair in facts]
    if "form_token" not in facts or not pairs or any(pairs):
        return False
    return len(pairs) == len(_PAIRS) or facts["form_token"]["month"] >= _CORRECTIONS


def _message_went_round(facts: Facts) -> float:
    """Did other leads bring the message, more of them lately than the month would let expect?

    A text that the form fills in comes with every lead, all month: what came before the window outweighs it.
    Leads with this mailbox or phone are the same person's. Ten others within an hour, or thirty within a day, weigh
    in full.
    """
    counts = facts.get("message")
    if not counts:
        return 0.0
    own = {window: max(facts.get(kind, {}).get(window, 0) for kind in ("mailbox", "phone")) for window in _WINDOWS}
    others = {window: max(0, counts.get(window, 0) - own[window]) for window in _WINDOWS}
    weight = 0.0
    for window, full in (("hour", 10), ("day", 30)):
        lately = others[window]
        if lately and others["month"] - lately < 3 * lately:
            weight = max(weight, min(1.0, log(1 + lately) / log(1 + full)))
    return weight
