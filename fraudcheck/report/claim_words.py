"""What does a claim say to a vendor? Evidence in sentences, and the letter (``data/claim_words.toml``).

What its buyer reads of every reason, with all that is kept of it, is in ``evidence_words``.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from datetime import date, datetime
from decimal import Decimal
from typing import Any
from zoneinfo import ZoneInfo

import phonenumbers

from fraudcheck.ledger.record import Opened
from fraudcheck.records import Lead

LANGUAGES = ("en", "de", "vi")
_PLACE = re.compile(r"\{(\w+)\}")
_MOST = 3
"""Sentences that a lead's evidence has at most."""
_SHORT, _LONG = phonenumbers.ValidationResult.TOO_SHORT, phonenumbers.ValidationResult.TOO_LONG


class Words:
    """The words of one language. ``tables`` are those of the data file, ``zone`` is where its days are."""

    def __init__(self, tables: Mapping[str, Any], language: str, zone: ZoneInfo) -> None:
        self.language, self.zone = language, zone
        self._tables = tables
        self._sentences: dict[str, list[tuple[Mapping[str, Any], str, frozenset[str]]]] = {}
        for row in tables["sentence"]:
            text = row[language]
            places = frozenset(_PLACE.findall(text))
            self._sentences.setdefault(row["code"], []).append((row.get("when", {}), text, places))

    def of(self, table: str, name: str) -> str:
        """An entry of a table, in the language."""
        return str(self._tables[table][name][self.language])

    def say(self, table: str, **places: str) -> str:
        """A sentence of its own, with its places filled."""
        return str(self._tables[table][self.language]).format(**places)

    def letter(self, part: str) -> str:
        """A part of the letter, with its places."""
        return str(self._tables["letter"][self.language][part]).strip("\n")

    def moment(self, at: str) -> datetime:
        """A time (RFC 3339) in the zone."""
        return datetime.fromisoformat(at).astimezone(self.zone)

    def day(self, at: str | date) -> str:
        """The day of a time in the zone, or a day, in words."""
        day = self.moment(at).date() if isinstance(at, str) else at
        names = self._tables["months"].get(self.language, "").split()
        name = names[day.month - 1] if names else ""
        text = str(self._tables["days"][self.language])
        return text.format(day=day.day, month=day.month, name=name, year=day.year)

    def money(self, amount: str, currency: str) -> str:
        """An amount (a decimal string) as people write it."""
        text = f"{Decimal(amount):,f}"
        if self.language != "en":
            text = text.translate({ord(","): ".", ord("."): ","})
        return f"{text} {currency}"

    def evidence(self, codes: Sequence[str], known: Mapping[str, Mapping[str, Any]]) -> str:
        """What was found, in at most three sentences. ``known`` is what fills their places, by code."""
        found = [self._sentence(code, known[code]) for code in codes[:_MOST]]
        tails = [tail.format(**known[code]) for code in codes[:1] for tail in self._tables["tails"][self.language]]
        for tail in tails:  # the day is said once, by the last sentence that says it so
            for said in [number for number, text in enumerate(found) if text.endswith(tail)][:-1]:
                found[said] = found[said].removesuffix(tail).rstrip()
        return " ".join(found)

    def _sentence(self, code: str, known: Mapping[str, Any]) -> str:
        for when, text, places in self._sentences[code]:
            if when.items() <= known.items() and places <= known.keys():
                return text.format(**{name: known[name] for name in places})
        raise LookupError(code)  # a test looks that every code has a sentence that needs nothing but days


def facts_known(opened: Opened, codes: Iterable[str], words: Words, earlier: Mapping[str, str]) -> dict[str, Any]:
    """For each code what is kept of it, as ``Words.evidence`` takes it; ``earlier`` is the lead that came before.

    ``day`` is that on which the lead came, ``checked`` that on which the DNS and the lists were asked about it.
    """
    evidence = {reason["code"]: reason.get("evidence") or {} for reason in opened.verdict["reasons"]}
    came = words.day(opened.verdict["checked_at"])
    asked_on = opened.verdict["versions"]["data"].get("dns")  # of a batch, which judges leads of any day
    common = {"day": came, "checked": words.day(date.fromisoformat(asked_on)) if asked_on else came, **earlier}
    stale = bool((opened.facts.get("email_mx") or {}).get("stale"))
    known = {}
    for code in codes:
        own = {name: value for name, value in evidence.get(code, {}).items() if value is not None}
        if isinstance(window := own.get("window"), str) and window in ("minutes", "hour", "day", "week", "month"):
            if window in own:
                own["count"] = own[window]
            own |= {"window": words.of("windows", window)}
            own.pop("day", None)
        known[code] = {**{name: _shown(value) for name, value in own.items()}, **common, "stale": stale}
        if code == "PHONE_IMPOSSIBLE" and opened.lead is not None:
            known[code] |= _length(opened.lead)
    return known


def _shown(value: Any) -> Any:
    if isinstance(value, float):
        return f"{value:g}"
    return ", ".join(map(str, value)) if isinstance(value, list | tuple) else value


def _length(lead: Lead) -> dict[str, str]:
    """How the length of an impossible number differs from what its country, named by the lead, has."""
    country, typed = lead.country or "", (lead.phone or "")[:40]
    try:
        number = phonenumbers.parse(typed, country)
    except phonenumbers.NumberParseException:
        return {}
    result = phonenumbers.is_possible_number_with_reason(number)
    region = phonenumbers.region_code_for_country_code(number.country_code or 0)
    if result not in (_SHORT, _LONG) or not country or region != country:
        return {}
    digits = phonenumbers.national_significant_number(number)
    near = phonenumbers.PhoneNumber(country_code=number.country_code)
    near.national_number = int(digits[:-1] or "0") if result == _LONG else int(digits + "0")
    by_one = phonenumbers.is_possible_number(near)
    name = "too_long" if result == _LONG else "too_short"
    return {"length": f"{name}_by_one" if by_one else name, "country": country}
