"""How are figures, codes and other people's texts put into words on a page?"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, datetime, timedelta
from decimal import Decimal
from typing import Any

import msgspec

from fraudcheck.reasons import CATALOGUE
from fraudcheck.records import REVIEWED
from fraudcheck.report.audit import Calibration, Change, Share, Staffed, VendorLine
from fraudcheck.report.returns import RETURN_REASONS
from fraudcheck.report.text import tokens_text
from fraudcheck.signals.registry import SIGNALS

FEW = 30
"""Leads below which nothing is concluded from a vendor's share."""
_MONTHS = (
    *("January", "February", "March", "April", "May", "June"),
    *("July", "August", "September", "October", "November", "December"),
)
_JOINERS = "\u200c\u200d"
"""Zero-width characters that separate or join letters in Persian, Indian scripts and emoji."""
DECISION_RULES = {
    "accept_from": "Its trust score is as high as accepting asks for.",
    "between_limits": "Its trust score lies between those for accepting and for rejecting, so a person should look.",
    "conclusive": "One thing that was seen settles it by itself.",
    "two_groups": "Things of at least two different kinds speak strongly against it.",
    "one_group": "All that speaks strongly against it is of one kind, and that alone rejects nobody.",
    "test": "A platform made it to try out a connection, and such a lead is never accepted.",
    "unreadable": "No contact that it gave could be read, so a person should look.",
    "lists_only": "What speaks strongly against it are lists that others keep, and these alone reject nobody.",
}
CLASSIFICATIONS = {
    "test": "A platform made it to try out a connection.",
    "bot": "It looks like the work of a program.",
    "farm": "It looks like the work of people who fill in forms for pay.",
    "prank": "It looks like a joke.",
    "mistyped": "It looks like a person's who mistyped something.",
    "duplicate": "It came before.",
    "competitor": "It looks like a competitor's.",
    "non_sales": "It asks for something else than an offer.",
    "assisted": "Software that says to act for a person filled in the form.",
    "genuine": "It looks like a person's who asks for an offer.",
    "unverified": "Nothing that was seen shows what kind of lead it is.",
}
KINDS = {
    "test": "test leads of platforms",
    "bot": "programs",
    "farm": "people who fill in forms for pay",
    "prank": "jokes",
    "mistyped": "people who mistyped something",
    "duplicate": "leads that came before",
    "competitor": "competitors",
    "non_sales": "people who ask for something else than an offer",
    "assisted": "people whose software filled in the form",
    "genuine": "people who ask for an offer",
    "unverified": "nothing in particular",
}
_CHANNELS = {"email": "mail address", "phone": "phone number"}
_CONFIRMED_BY = {"link": "by a link", "code": "by a code", "call": "in a call"}
CHECKS = {signal.name: signal.about for signal in SIGNALS} | {
    "contact": "whether the person can be reached",
    "anomaly": "how unusual it is",
}
"""Checks and groups of reasons, as part of a sentence."""


def verdict_text(shown: Mapping[str, Any]) -> str:
    """A verdict in two sentences."""
    decision = {
        "accept": "This lead was accepted",
        "review": "A person should review this lead",
        "reject": "This lead was rejected",
    }[shown["decision"]]
    classification = CLASSIFICATIONS.get(shown["classification"], f"Classified as {shown['classification']}.")
    return f"{decision}: it has a trust score of {shown['trust_score']} of 100, where high is good. {classification}"


def rule_text(rule: str) -> str:
    """Why a verdict was decided as it was: a rule of the score, or the policy's own for a kind of leads."""
    own = f"Your policy has a rule of its own for {KINDS[rule]}." if rule in KINDS else name_text(rule)
    return DECISION_RULES.get(rule, own)


def to_do_text(shown: Mapping[str, Any]) -> str:
    """What the buyer may do with the lead."""
    if shown["classification"] == "test":
        return "Nobody stands behind it: leave it out of what you count and pay."
    return {
        "accept": "Answer it as you answer any lead.",
        "review": "Look at what speaks against it below, ask the person if you can, and tell what you found.",
        "reject": "Spend no time on it. If you paid for it, see whether the contract lets you return it.",
    }[shown["decision"]]


def confirmation_text(told: Mapping[str, Any]) -> str:
    """A confirmation in a sentence."""
    channel, how = (words.get(told[name], clean(told[name])) for name, words in _CONFIRMATION_WORDS)
    when = f", {day(told['at'])}" if told.get("at") else ""
    who = f", as {clean(told['buyer'])} tells" if told.get("buyer") else ""
    return f"The {channel} was confirmed {how}{when}{who}."


def outcome_text(told: Mapping[str, Any]) -> str:
    """What became of a lead, by one outcome; of a review also who looked."""
    if told["outcome"] not in REVIEWED:
        return clean(told["outcome"])
    word, who = told["outcome"].removeprefix("reviewed_"), clean(told.get("buyer") or "")
    return f"Reviewed as {word}{f' by {who}' if who else ''}"


_CONFIRMATION_WORDS = (("channel", _CHANNELS), ("how", _CONFIRMED_BY))


def vendor_sentences(line: VendorLine, others: Share) -> list[str]:
    """A vendor's leads in sentences; ``others`` is the share of rejected leads of all other vendors."""
    if not line.leads:
        return ["There are no leads of this vendor in this time."]
    share = line.bad
    verb = "was" if share.part == 1 else "were"
    sentences = [
        f"Of {_counted(line.leads, 'lead')}, {share.part:,} {verb} rejected: {percent(share.share)}. Allowing for "
        f"chance, this vendor's share lies between {percent(share.low)} and {percent(share.high)}."
    ]
    if others.whole:
        sentences.append(f"All other vendors together: {percent(others.share)}. {_comparison_text(line)}")
    elif line.leads < FEW:
        sentences.append("These are too few leads to judge the vendor by.")
    if line.change is not None:
        sentences.append(change_text(line.change))
    if line.staffed is not None:
        sentences.append(staffed_text(line.staffed))
    if line.form_tokens.valid:
        sentences.append(f"{tokens_text(line.form_tokens)}.")
    if line.tests:
        sentences.append(f"Beside these {_counted(line.tests, 'test lead')} of platforms came, which count nowhere.")
    duplicates = line.duplicates
    if duplicates.within + duplicates.others:
        sentences.append(
            f"Some came before, within 30 days: {duplicates.within:,} from this vendor already, and "
            f"{duplicates.others:,} from another one."
        )
    return sentences


def _comparison_text(line: VendorLine) -> str:
    if line.worse:
        higher = (
            "This vendor's share is higher by more than chance and the ordinary differences between vendors explain"
        )
        return f"{higher}, but these are too few leads to judge it by." if line.leads < FEW else f"{higher}."
    if line.leads < FEW:
        return "These are too few leads to judge the vendor by."
    return "This vendor's share is not higher than chance and the ordinary differences between vendors explain."


def staffed_text(staffed: Staffed) -> str:
    """Whose channel says that somebody else typed, since when, and whether their browsers bear it out."""
    start = f"since {day(staffed.since)}"
    if staffed.since > staffed.sold_since:
        start += f", while its first lead came on {day(staffed.sold_since)}"
    sentence = (
        f"The channel of {_counted(staffed.leads, 'lead')} says that somebody else typed them (call or offline), "
        f"{start}; browsers say nothing of such people and were not judged."
    )
    if not staffed.contradicted:
        return sentence
    verb = "comes" if staffed.contradicted == 1 else "come"
    return (
        f"{sentence} But {staffed.contradicted:,} of them {verb} from everywhere, as people's own browsers do: ask the "
        "vendor why."
    )


def change_text(change: Change) -> str:
    """A change of the share of rejected leads, in a sentence."""
    verb = "rose" if change.direction == "rise" else "fell"
    return (
        f"On {day(change.since)} the share of rejected leads {verb} from {percent(change.before.share)} to "
        f"{percent(change.after.share)}; the leads up to {day(change.noticed)} were enough to tell."
    )


def calibration_text(line: Calibration) -> str:
    """Whether as many leads of a range of scores proved genuine as the scores promised."""
    proved = line.genuine
    if not proved.whole:
        return "nothing is known yet"
    if proved.whole < FEW:
        return "too few are known to tell"
    if line.promised > proved.high:
        return "fewer were genuine than promised"
    if line.promised < proved.low:
        return "more were genuine than promised"
    return "as promised"


def percent(share: float) -> str:
    """A share (0 to 1) in percent."""
    return "under 0.1%" if 0 < share < 0.0005 else f"{share:.1%}"


def scale_end(share: float) -> str:
    """The share at which a scale ends, which is a round one, in percent."""
    return f"{100 * share:.3g}%"


def day(text: str) -> str:
    """A day (``2026-11-03``, also with a time) as 3 November 2026."""
    return _day_text(date.fromisoformat(text[:10]))


def last_day(until: str) -> str:
    """The last day of a time that ends before ``until``: 23 November, if that is 24 November at 0:00."""
    return _day_text((datetime.fromisoformat(until) - timedelta(microseconds=1)).date())


def _day_text(day: date) -> str:
    return f"{day.day} {_MONTHS[day.month - 1]} {day.year}"


def amount(text: str) -> str:
    """A decimal string with commas between thousands."""
    return f"{Decimal(text):,f}"


def amount_off(text: str) -> str:
    """An amount that is subtracted, with a minus sign."""
    return amount(text) if Decimal(text) == 0 else f"−{amount(text)}"


def points(number: float) -> str:
    """Points with their sign, for which U+2212 stands instead of a hyphen."""
    return f"{number:+.1f}".replace("-", "−")


def clean(text: object) -> str:
    """Somebody else's text with a mark in place of each invisible character and of what reverses a line's direction."""
    original = str(text)
    if original.isprintable():
        return original
    return "".join(_visible(before, letter) for before, letter in zip(" " + original, original, strict=False))


def _visible(before: str, letter: str) -> str:
    if letter.isprintable() or (letter in _JOINERS and not before.isascii()):
        return letter
    return " " if letter.isspace() else "�"


def cap_text(group: str) -> str:
    """The cap on a group's points; ``for`` is the group of what speaks for a lead, ``+`` joins several groups."""
    if group == "for":
        return "Limit on what may speak for a lead"
    return f"Limit on what may be held against {' and '.join(CHECKS.get(part, part) for part in group.split('+'))}"


def evidence_text(value: object) -> str:
    """A value of a reason's evidence in words."""
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, Mapping):
        return ", ".join(f"{name_text(name)} {evidence_text(part)}" for name, part in value.items())
    if isinstance(value, (list, tuple)):
        return ", ".join(evidence_text(part) for part in value)
    if isinstance(value, float) and value.is_integer():
        return f"{value:.0f}"
    return "unknown" if value is None else clean(value)


def name_text(name: object) -> str:
    """A name such as ``fill_seconds`` in words."""
    return clean(name).replace("_", " ")


def json_lines(value: object) -> list[str]:
    """A value as JSON, line by line, so that no text in it can begin a line of its own."""
    formatted = msgspec.json.format(msgspec.json.encode(value), indent=2).decode()
    return [clean(line) for line in formatted.splitlines()]


def _counted(count: int, what: str) -> str:
    return f"{count:,} {what}{'' if count == 1 else 's'}"


def reason_text(code: str) -> str:
    """A reason's sentence, by its code."""
    return CATALOGUE[code].text if code in CATALOGUE else clean(code)


def return_reason_text(reason: str) -> str:
    """What a lead was returned for, in the trade's words."""
    return RETURN_REASONS.get(reason, name_text(reason)).lower()
