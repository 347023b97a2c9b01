"""What kind of enquiry is a lead?"""

from __future__ import annotations

from collections.abc import Mapping

from fraudcheck.records import Enquiry, Facts

KINDS = (
    "sales_lead",
    "customer_service",
    "general_business",
    "peer",
    "personal",
    "solicitation",
    "spam",
    "job",
    "student",
    "competitor",
)
UNASKED = ("solicitation", "spam")
"""The kinds that nobody asked for."""
BOUND = 0.35
"""The probability from which a kind is told; with a lower one it is ``unclear``."""
_OF_PHRASES = {"job": "job", "press": "general_business", "support": "customer_service", "offer": "solicitation"}
"""The kinds of known phrases (``Lists.phrases``), which speak where the model does not know the language."""
_MORE_LIKELY_AT = {"university": ("student", 6.0), "job_board": ("job", 20.0)}
"""How much likelier a kind is from a sender's mail domain, beside a text."""


def read_enquiry(facts: Mapping[str, Facts | None]) -> Enquiry:
    """The kind of enquiry, by the facts of the signal ``enquiry``; ``unknown`` where a record has none."""
    if "enquiry" not in facts:
        return Enquiry()
    found = facts["enquiry"]
    if found is None:
        return Enquiry(kind="none")
    if "unknown" in found:
        return Enquiry()
    likely = likely_kinds(found)
    kind = told_kind(found)
    others = [name for name in likely if name != kind]
    likeliest = next(iter(likely), None)
    by_text = likeliest is not None and "competitor" not in found and kind in {likeliest, "unclear"}
    spans = found.get("because", ()) if by_text and found["kinds"].get(kind) == max(found["kinds"].values()) else ()
    return Enquiry(
        kind=kind,
        confidence=likely[likeliest] if likeliest is not None and by_text else None,
        runner_up=others[0] if others else None,
        language=found.get("language"),
        because=[(first, last) for first, last in spans],
    )


def told_kind(found: Facts) -> str:
    """The kind by facts of the signal ``enquiry``: that of a list of competitors, else the likeliest, where it is
    likely enough, else that of a phrase, else ``unclear``.
    """
    if "competitor" in found:
        return "competitor"
    likely = likely_kinds(found)
    if likely and next(iter(likely.values())) >= BOUND:
        return next(iter(likely))
    if "text" not in found:
        return "none"
    return _OF_PHRASES.get(found.get("phrase", ""), "unclear")


def likely_kinds(found: Facts) -> dict[str, float]:
    """The kinds with their probabilities, the likeliest first, by text and mail domain."""
    kinds: dict[str, float] = found.get("kinds", {})
    kind, times = _MORE_LIKELY_AT.get(found.get("sender", ""), ("", 1.0))
    if kind in kinds:
        total = 1 + kinds[kind] * (times - 1)
        kinds = {name: round(share * (times if name == kind else 1) / total, 3) for name, share in kinds.items()}
    # Records keep the names in the order of the alphabet, so that equal shares have to be in this order too.
    return dict(sorted(kinds.items(), key=lambda item: (-item[1], item[0])))
