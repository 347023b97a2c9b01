"""Could the typed phone number ring at a person?

The United States and Canada have no ranges of internet telephony: there it cannot be told from other lines.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import TypedDict

from phonenumbers import SUPPORTED_REGIONS, normalize_digits_only

from fraudcheck.fields.countries import nearness
from fraudcheck.fields.phone.digit_patterns import digit_pattern
from fraudcheck.fields.phone.number import national_digits
from fraudcheck.fields.phone.numbering_plan import fictional, may_be_new, unused
from fraudcheck.fields.phone.parsing import PERSONAL_LINES
from fraudcheck.ports import Ports
from fraudcheck.records import Facts, Finding, Lead, Phone, Subject
from fraudcheck.signals import Signal

NAME = "phone"

_CODES = {
    "voip": "PHONE_VOIP",
    **dict.fromkeys(("premium_rate", "shared_cost"), "PHONE_PREMIUM"),
    **dict.fromkeys(("toll_free", "pager", "uan", "voicemail"), "PHONE_NOT_PERSONAL"),
    **dict.fromkeys(PERSONAL_LINES, "PHONE_VALID"),
}
_USES = {"home": 1.0, "machine": 1.0, "office": 0.25, "unknown": 0.5, "service": 0.5, "anyone": 1.0}
_APART = {"near": 0.0, "tied": 0.3, "far": 1.0}


class PhoneFacts(TypedDict, total=False):
    """What the number is, by its country's plan and by lists; each where it holds."""

    v: int
    unknown: str  # no_country: nothing says in which country to read it
    problem: str  # as in ``records.Phone``; before version 2 what was unreadable was impossible
    valid: bool
    line: str | None
    region: str | None
    read_in: str  # timezone: the browser's clock told the country
    use: str  # who has such lines there (``line_types.toml``), where that is not people by the line's very kind
    suggestion: bool  # one slip explains a bad number
    may_be_new: bool  # it is in no known range, and only the age of what we know may explain it; since version 2
    fictional: Mapping[str, str]  # ``list``: the regulator that keeps it out of use
    unused: Mapping[str, str]  # ``list``: the one whose plan gives such numbers to nobody
    inbox: Mapping[str, int]  # ``years`` since it was listed as a public inbox, or how many of its ``block`` were
    pattern: str  # the class of its digits
    pattern_whole: bool  # that is the whole number
    region_differs: bool  # it is of another country than the lead
    nearness: str  # of the two countries: near | tied | far; facts before 0.2 have none


def gather(subject: Subject, ports: Ports) -> Facts | None:
    """Facts of the number that intake read; ``{"v": 2, "unknown": "no_country"}`` where none could be read."""
    lead, number = subject.lead, subject.number
    phone = lead.phone
    if not phone or number is None:
        return None
    if number.problem == "no_country":
        return {"v": 2, "unknown": "no_country"}
    facts: PhoneFacts = {"v": 2}
    if number.problem:
        facts["problem"] = number.problem
    else:
        facts |= {"valid": number.valid, "line": number.line, "region": number.region}
        if number.read_in:
            facts["read_in"] = number.read_in
        if number.line and (use := ports.lists.line_uses(number.line, number.region, number.e164 or "")):
            facts["use"] = use
    if number.suggestion:
        facts["suggestion"] = True
    if number.e164:
        facts |= _by_the_plan(number, number.e164, ports)
    if number.e164 and (inbox := _inbox(number.e164, subject.at, ports)):
        facts["inbox"] = inbox
    digits = national_digits(number.e164) if number.e164 else normalize_digits_only(phone[:250])
    if found := digit_pattern(digits):
        facts["pattern"], facts["pattern_whole"] = found
    if number.valid and number.region and lead.country and (apart := _apart(number.region, lead.country)):
        facts |= {"region_differs": True, "nearness": apart}
    return facts


def _by_the_plan(number: Phone, e164: str, ports: Ports) -> PhoneFacts:
    """What is known of the number's range beyond its line."""
    if regulator := fictional(ports.lists.fictional_numbers, e164):
        return {"fictional": {"list": regulator}}
    if number.valid:
        regulator = unused(ports.lists.unused_numbers, e164)
        return {"unused": {"list": regulator}} if regulator else {}
    return {"may_be_new": True} if not number.suggestion and may_be_new(e164) else {}


def _inbox(e164: str, at: float, ports: Ports) -> dict[str, int] | None:
    found = ports.lists.sms_inbox(e164[1:], at)
    if not found:
        return None
    kind, count = found
    return {"years": count // 12} if kind == "number" else {"block": count}


def _apart(region: str, country: str) -> str | None:
    """How far another country's number lies from the lead's; None where it is at home, or of no country."""
    if region in (country, "001") or country not in SUPPORTED_REGIONS:
        return None
    apart = nearness(region, country)
    return apart if apart != "same" else None


def measure(lead: Lead, facts: PhoneFacts) -> Mapping[str, float]:
    """Whether the number lies in a known range of its country."""
    del lead
    return {"valid": float(facts["valid"])} if "valid" in facts else {}


def judge(lead: Lead, facts: PhoneFacts) -> list[Finding]:
    """One finding on what the number is, then what else there is to see in it."""
    del lead
    findings = [_shape(facts)]
    # Numbers with a run of equal or counting digits are sold as lucky ones, and somebody owns them. Only one
    # that is nothing else, or that cannot be called at all, is typed by those who want to give none.
    if "pattern" in facts and (facts.get("pattern_whole") or not facts.get("valid")):
        findings.append(
            Finding("PHONE_DIGITS_PATTERN", {"pattern": facts["pattern"]}, 0.75 if facts.get("valid") else 1.0)
        )
    if "inbox" in facts:
        findings.append(Finding("PHONE_PUBLIC_INBOX", facts["inbox"], _inbox_scale(facts["inbox"])))
    scale = _APART[facts.get("nearness", "far")]
    if facts.get("region_differs") and scale:
        findings.append(Finding("PHONE_REGION_DIFFERS", {"region": facts["region"]}, scale))
    return findings


def _inbox_scale(inbox: Mapping[str, int]) -> float:
    """Pages rent a number for months; then its carrier gives it to somebody else. A block is mostly other people's."""
    if "block" in inbox:
        return 0.5 if inbox["block"] >= 200 else 0.25
    return (1.0, 0.75)[inbox["years"]] if inbox["years"] < 2 else 0.5


def _shape(facts: PhoneFacts) -> Finding:
    slip = {"suggestion": True} if facts.get("suggestion") else {}
    if "fictional" in facts:
        return Finding("PHONE_FICTIONAL", facts["fictional"])
    if "unused" in facts:
        return Finding("PHONE_INVALID", facts["unused"])
    if problem := facts.get("problem"):
        return Finding("PHONE_UNREADABLE") if problem == "unreadable" else Finding("PHONE_IMPOSSIBLE", slip)
    if not facts.get("valid"):
        if facts.get("may_be_new"):
            return Finding("PHONE_INVALID", {"may_be_new": True}, 0.5)
        # Old numbers and lost prefixes have a suggestion; but so have many invented ones.
        return Finding("PHONE_INVALID", slip, 0.75 if slip else 1.0)
    return _line(facts["line"] or "", facts.get("region"), facts.get("use"))


def _line(line: str, region: str | None, use: str | None) -> Finding:
    evidence = {"line": line, "region": region}
    if use is None:
        # Older facts have none: France's 09 numbers are voip by the plan, but come with every home connection.
        return Finding(_CODES[line], evidence, 0.25 if line == "voip" and region == "FR" else 1.0)
    code = _CODES[line]
    if use == "home":
        code = "PHONE_VALID"
    elif use == "machine" or code == "PHONE_VALID":
        code = "PHONE_NOT_PERSONAL"
    return Finding(code, evidence | {"use": use}, _USES[use])


SIGNAL = Signal(
    name=NAME,
    order=30,
    about="the phone number",
    facts=PhoneFacts,
    looks_at=(
        "the country's numbering plan with North America's newer area codes, and what each kind of line means there, "
        "ranges kept out of use, public SMS inboxes, patterns"
    ),
    cannot_know=(
        "whether the number rings, and at whom; in North America whether it is an internet number; inboxes "
        "newer than June 2024"
    ),
    gather=gather,
    judge=judge,
    measure=measure,
    in_every_record=True,
)
