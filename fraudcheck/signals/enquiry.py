"""What kind of enquiry is the message, and does a competitor ask?"""

from __future__ import annotations

from math import log10
from typing import TypedDict

from fraudcheck.fields import message
from fraudcheck.fields.email.domains import parent_domains
from fraudcheck.ports import Ports
from fraudcheck.ports.lists import Lists
from fraudcheck.records import Facts, Finding, Lead, Subject
from fraudcheck.signals import Signal
from fraudcheck.worth.enquiry import UNASKED, told_kind

NAME = "enquiry"
_LEAST_LIKELY = 0.01
_PHRASES = ("job", "press", "support", "offer")
_CODES = {"solicitation": "ENQUIRY_SOLICITATION", "spam": "ENQUIRY_SPAM"}
_FULL = 10.0
"""Decibans for an unasked offer that weigh as much as the catalogue says."""
_FROM = 5.0
"""Decibans below which nothing is said."""
_SHARE = 0.2
"""The share of fakes that are thought to be unasked offers or spam; most fakes copy an enquiry."""


class EnquiryFacts(TypedDict, total=False):
    """What a model and lists say of the text, never the text; each where it holds."""

    v: int
    text: bool  # there is a message
    kinds: dict[str, float]  # probabilities of the two likeliest, and from one hundredth on
    unasked: float  # decibans for an unasked offer or spam, of the model's own
    language: str  # ISO 639-1
    because: list[list[int]]  # first character and the one after the last of what speaks most for the kind
    phrase: str  # job | press | support | offer, where the model knows no kind
    sender: str  # university | job_board, by the mail domain
    competitor: str  # domain | name, by the tenant's list


def gather(subject: Subject, ports: Ports) -> Facts | None:
    """Facts of the message and the sender; None without a message, where no competitor asks."""
    text = subject.lead.message
    if not text and not subject.competitor:
        return None
    facts: EnquiryFacts = {"v": 1}
    if subject.competitor:
        facts["competitor"] = subject.competitor
    if text:
        facts["text"] = True
        _read(text, ports.lists, facts)
        if sender := _sender(subject, ports.lists):
            facts["sender"] = sender
    return facts


def _read(text: str, lists: Lists, facts: EnquiryFacts) -> None:
    """Add what the model reads, and what phrases say where that is nothing."""
    reading = lists.read_enquiry(text)
    if reading and reading.language:
        facts["language"] = reading.language
    if reading and reading.kinds:
        told = enumerate(reading.kinds.items())
        facts["kinds"] = {kind: round(share, 3) for at, (kind, share) in told if at < 2 or share >= _LEAST_LIKELY}
        facts["because"] = [list(span) for span in reading.spans]
        facts["unasked"] = round(reading.unasked, 1)
    if told_kind(facts) == "unclear":
        classes = lists.phrases(message.fold(text[: message.LONGEST]))
        if classes.count("offer") < 2 or not any(name.startswith("topic.") for name in classes):
            classes = [name for name in classes if name != "offer"]  # one of them is what buyers write too
        if phrase := next((name for name in _PHRASES if name in classes), None):
            facts["phrase"] = phrase


def _sender(subject: Subject, lists: Lists) -> str | None:
    """What the mail domain says of who asks, by itself or the domains that it lies under."""
    if subject.mailbox is None:
        return None
    for domain in parent_domains(subject.mailbox.domain):
        if domain in lists.job_boards:
            return "job_board"
        if domain in lists.universities:
            return "university"
    return None


def judge(lead: Lead, facts: EnquiryFacts) -> list[Finding]:
    """At most one finding: an unasked offer, a competitor, or a kind that wants no offer."""
    del lead
    kind = told_kind(facts)
    if (weight := _weight(facts)) and "competitor" not in facts:
        likelier = max(UNASKED, key=lambda name: facts.get("kinds", {}).get(name, 0.0))
        return [Finding(_CODES[likelier], {"decibans": facts["unasked"]}, weight)]
    if kind == "competitor":
        return [Finding("ENQUIRY_COMPETITOR", {"by": facts.get("competitor", "text")})]
    if kind in {"sales_lead", "unclear", "none"}:
        return []
    return [Finding("ENQUIRY_NON_SALES", {"kind": kind})]


def _weight(facts: EnquiryFacts) -> float:
    """How much of the catalogue's points an unasked offer gets, 0 to 1, by the model's likelihood ratio."""
    decibans = 10 * log10(1 - _SHARE + _SHARE * 10 ** (facts.get("unasked", 0.0) / 10))
    return min(1.0, round(decibans / _FULL, 2)) if decibans >= _FROM else 0.0


SIGNAL = Signal(
    name=NAME,
    order=82,
    about="the kind of enquiry",
    facts=EnquiryFacts,
    looks_at=(
        "the message, by a model of runs of letters and words in ten languages; phrases of some 16; the mail domain; "
        "your list of competitors. Unasked offers and spam weigh; every other kind is named and loses nothing"
    ),
    cannot_know=(
        "whether an offer that reads as unasked was asked for; irony; kinds in a language that it did not learn (it "
        "says `unclear`)"
    ),
    gather=gather,
    judge=judge,
)
