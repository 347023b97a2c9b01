"""What is a lead, and what is it worth to its buyer, in words? For the page of one lead and for a terminal.

All functions take the parts of a verdict as JSON has them, so that a kept verdict is told as a new one is. No sentence
quotes what the person wrote or what a criterion looked at.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from fraudcheck.report.tables import printable

ENQUIRIES = {
    "sales_lead": "a request for an offer",
    "customer_service": "a question of somebody who is a customer",
    "general_business": "other business: press, partners, suppliers, authorities",
    "peer": "a note from somebody of the same trade",
    "personal": "something personal",
    "solicitation": "an offer of somebody who wants to sell something",
    "spam": "spam",
    "job": "a request for work",
    "student": "a question for somebody's studies",
    "competitor": "a competitor's",
}
_CONTACTS = {
    "quick": "a quick contact: little more than a way to call or write",
    "registration": "a registration: account data without a request",
    "promotional": "a promotional contact, from a stand or a list",
    "interested": "an interested person, who says what is wanted",
}
_STATUSES = {
    "verified": "a channel is known to work",
    "unqualified": "no channel is known to work yet",
    "unreachable": "no channel that was given works",
}
_NEXT = {
    "correct_email": "ask for the mail address again: it has a slip, and the suggestion may mend it",
    "correct_phone": "ask for the number again: it has a slip, and the suggestion may mend it",
    "confirm_email_by_link": "send a mail with a link to confirm",
    "confirm_phone_by_code": "send a text message with a code to confirm",
    "call": "call the person",
    "ask_for_email": "ask for a mail address",
    "ask_for_phone": "ask for a number",
}
_STAGES = {
    "new": "it has not been here before",
    "known": "it has been here before",
    "customer": "it is a customer's",
}
_BANDS = {
    "hot": "hot: answer at once",
    "warm": "warm: worth a call",
    "cold": "cold: little speaks for a purchase so far",
    "not_now": "not now: it is wanted later",
}
_LANGUAGES = {
    "ar": "Arabic", "de": "German", "en": "English", "es": "Spanish", "fr": "French", "id": "Indonesian",
    "it": "Italian", "pl": "Polish", "pt": "Portuguese", "th": "Thai", "vi": "Vietnamese",
}  # fmt: skip
_AROUND = 80
"""Characters of a message that are shown before and behind what speaks for its kind."""

Piece = tuple[str, bool]
"""A piece of a message, and whether it speaks for the kind."""


def enquiry_text(enquiry: Mapping[str, Any]) -> str:
    """Which kind of enquiry a lead is, in sentences."""
    kind, next_kind, language = enquiry["kind"], enquiry["runner_up"], enquiry["language"]
    if kind == "unknown":
        return "Nobody looked which kind of enquiry it is."
    if kind == "none":
        return "It came without a text, so that no kind of enquiry can be told."
    written = f" The text is {_LANGUAGES.get(language, 'in ' + printable(str(language)))}." if language else ""
    if kind == "unclear":
        likeliest = f"; the likeliest is {_kind(next_kind)}" if next_kind else ""
        return f"Which kind of enquiry it is cannot be told for sure{likeliest}.{written}"
    sure = "" if enquiry["confidence"] is None else f", {enquiry['confidence']:.0%} sure"
    other = f"; next comes {_kind(next_kind)}" if next_kind and sure else ""
    return f"The enquiry is {_kind(kind)} ({printable(kind)}{sure}{other}).{written}"


def _kind(kind: str) -> str:
    return _told(ENQUIRIES, kind)


def _told(words: Mapping[str, str], word: str) -> str:
    """A word of a verdict in more words; a word that is newer than this code as it is."""
    return words.get(word, printable(str(word)))


def contact_text(contact: Mapping[str, Any]) -> str:
    """Which type of contact a lead is, whether a channel works, and what would show it."""
    kind, status, following = contact["type"], contact["status"], contact["next"]
    if kind == status == "unknown":
        return "Nobody looked which type of contact it is."
    text = f"The contact is {_told(_CONTACTS, kind)}; {_told(_STATUSES, status)} ({printable(status)})."
    return text + (f" What would verify it next: {_told(_NEXT, following)}." if following else "")


def next_step(step: str) -> str:
    """What would verify a contact next (``worth.contact.NEXT``), as an order; "" for what is none."""
    return _NEXT.get(step, "")


def contact_of(verdict: Mapping[str, Any]) -> str:
    """``contact_text`` of a verdict; "" where nobody looked, as in verdicts from before there was any."""
    contact = verdict.get("contact")
    return contact_text(contact) if contact and contact["type"] != "unknown" else ""


def quality_lines(quality: Mapping[str, Any]) -> list[str]:
    """Fit, engagement, stage and band, a sentence each; none where nobody looked."""
    lines = [
        f"{name.capitalize()}: {quality[name]:g} of 100." for name in ("fit", "engagement") if quality[name] is not None
    ]
    if quality["stage"] != "unknown":
        lines.append(f"Stage: {_told(_STAGES, quality['stage'])} ({printable(quality['stage'])}).")
    if quality["band"] != "unknown":
        lines.append(f"Band: {_told(_BANDS, quality['band'])}.")
    return lines


def worth_lines(verdict: Mapping[str, Any]) -> list[str]:
    """All of it in lines for a terminal; none where nobody looked."""
    parts = (
        ("enquiry", "kind", lambda told: [enquiry_text(told)]),
        ("contact", "type", lambda told: [contact_text(told)]),
        ("quality", "", quality_lines),
    )
    return [line for name, word, text in parts if verdict[name].get(word) != "unknown" for line in text(verdict[name])]


def criterion_text(criterion: Mapping[str, Any]) -> str:
    """What a criterion gave, in words."""
    if criterion["points"] is None:
        return "not known" if criterion["value"] is None else "no points"
    return (
        f"{criterion['points']:g}" if not criterion["weight"] else f"{criterion['points']:g} of {criterion['weight']:g}"
    )


def marked(message: str, spans: Sequence[Sequence[int]]) -> list[Piece]:
    """A message in pieces, those of the ``spans`` marked; of a long one what stands around them."""
    return [*_pieces(message, _apart(spans, len(message)))]


def _apart(spans: Sequence[Sequence[int]], length: int) -> Iterator[tuple[int, int]]:
    """The spans in order, within the message, and none across another."""
    end = 0
    for first, last in sorted((max(first, 0), min(last, length)) for first, last in spans):
        if max(first, end) < last:
            yield max(first, end), last
            end = last


def _pieces(message: str, spans: Iterator[tuple[int, int]]) -> Iterator[Piece]:
    end = 0
    for first, last in spans:
        yield from _between(message[end:first], end > 0, True)
        yield message[first:last], True
        end = last
    yield from _between(message[end:], end > 0, False)


def _between(text: str, after: bool, before: bool) -> Iterator[Piece]:
    """What stands between two spans, without its middle where that is long."""
    if len(text) > 2 * _AROUND + 20:
        text = f"{text[:_AROUND] if after or not before else ''} … {text[-_AROUND:] if before else ''}"
    if text:
        yield text, False
