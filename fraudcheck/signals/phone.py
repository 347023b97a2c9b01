"""Could the typed phone number ring at a person?

Facts: ``problem`` or else ``valid``, ``line`` and ``region`` as in ``records.Number``; ``suggestion`` true where
one slip explains a bad number; ``fictional`` the regulator that keeps the number out of use; ``pattern`` the
class of its digits and ``pattern_whole`` true where that is the whole number; ``region_differs`` true where
the number is of another country than the lead.
"""

from __future__ import annotations

from typing import Any

from phonenumbers import country_code_for_region, normalize_digits_only

from fraudcheck import number as numbers
from fraudcheck.ports import Ports
from fraudcheck.records import Facts, Finding, Lead, Number, Subject

NAME = "phone"
SAYS = (
    "PHONE_IMPOSSIBLE",
    "PHONE_INVALID",
    "PHONE_FICTIONAL",
    "PHONE_VOIP",
    "PHONE_PREMIUM",
    "PHONE_NOT_PERSONAL",
    "PHONE_VALID",
    "PHONE_DIGITS_PATTERN",
    "PHONE_REGION_DIFFERS",
)

_CODES = {
    "voip": "PHONE_VOIP",
    **dict.fromkeys(("premium_rate", "shared_cost"), "PHONE_PREMIUM"),
    **dict.fromkeys(("toll_free", "pager", "uan", "voicemail"), "PHONE_NOT_PERSONAL"),
    **dict.fromkeys(numbers.PEOPLES_LINES, "PHONE_VALID"),
}

# One state, several calling codes: its people write either country. Regions that share a calling code
# (+1, +7, +44, +39, …) need no row here.
_STATES = {
    **dict.fromkeys(("BL", "GF", "GP", "MF", "MQ", "NC", "PF", "PM", "RE", "WF", "YT"), "FR"),
    **dict.fromkeys(("AW", "BQ", "CW", "SX"), "NL"),
    **dict.fromkeys(("FO", "GL"), "DK"),
    **dict.fromkeys(("HK", "MO"), "CN"),
}


def gather(subject: Subject, ports: Ports) -> Facts | None:
    """Facts of the number that intake read; ``{"v": 1, "unknown": "no_country"}`` where none could be read."""
    number, phone = subject.number, subject.lead.phone
    if not phone or number is None:
        return None
    if number.problem == "no_country":
        return {"v": 1, "unknown": "no_country"}
    facts: dict[str, Any] = {"v": 1}
    if number.problem:
        facts["problem"] = number.problem
    else:
        facts.update(valid=number.valid, line=number.line, region=number.region)
    if number.suggestion:
        facts["suggestion"] = True
    if number.e164 and (regulator := numbers.fictional(ports.lists.fictional_numbers, number.e164)):
        facts["fictional"] = {"list": regulator}
    digits = numbers.national_digits(number.e164) if number.e164 else normalize_digits_only(phone[:250])
    if found := numbers.pattern(digits):
        facts["pattern"], facts["pattern_whole"] = found
    if _region_differs(number, subject.lead.country):
        facts["region_differs"] = True
    return facts


def _region_differs(number: Number, country: str | None) -> bool:
    if not (number.valid and number.e164 and number.region and country) or number.region == "001":
        return False
    country = country.upper()
    code = country_code_for_region(country)
    if not code or number.e164.startswith(f"+{code}"):  # calling codes are prefix-free
        return False
    return _STATES.get(number.region, number.region) != _STATES.get(country, country)


def judge(lead: Lead, facts: Facts) -> list[Finding]:
    """One finding on what the number is, then what else there is to see in it."""
    del lead
    findings = [_shape(facts)]
    # Numbers with a run of equal or counting digits are sold as lucky ones, and somebody owns them. Only one
    # that is nothing else, or that cannot be called at all, is typed by those who want to give none.
    if "pattern" in facts and (facts.get("pattern_whole") or not facts.get("valid")):
        findings.append(
            Finding("PHONE_DIGITS_PATTERN", {"pattern": facts["pattern"]}, 0.75 if facts.get("valid") else 1.0)
        )
    if facts.get("region_differs"):
        findings.append(Finding("PHONE_REGION_DIFFERS", {"region": facts["region"]}))
    return findings


def _shape(facts: Facts) -> Finding:
    slip = {"suggestion": True} if facts.get("suggestion") else {}
    if "fictional" in facts:
        return Finding("PHONE_FICTIONAL", facts["fictional"])
    if facts.get("problem"):
        return Finding("PHONE_IMPOSSIBLE", slip)
    if not facts.get("valid"):
        # Old numbers and slips of the finger have a suggestion; but so have a quarter of all invented ones.
        return Finding("PHONE_INVALID", slip, 0.75 if slip else 1.0)
    line, region = facts["line"], facts.get("region")
    # France's 09 numbers are voip by the plan, but come with every home connection.
    scale = 0.25 if line == "voip" and region == "FR" else 1.0
    return Finding(_CODES[line], {"line": line, "region": region}, scale)
