"""Was the form filled in by a person at a browser?"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from functools import lru_cache
from math import log10
from typing import TypedDict

from fraudcheck.fields.autofill import held_by_browser
from fraudcheck.fields.browser import user_agent
from fraudcheck.fields.filling import (
    are_few_keys,
    characters_typed,
    contact_fields,
    has_a_key_each,
    is_placed,
    name_and_contacts,
)
from fraudcheck.ports import Ports
from fraudcheck.ports.lists import Lists
from fraudcheck.records import Client, Facts, Finding, Form, Lead, Subject
from fraudcheck.signals import Signal

NAME = "form"

# Java's old codes, which Androids still send, and codes of one language that are used side by side.
_SAME_LANGUAGE = {"iw": "he", "in": "id", "ji": "yi", "tl": "fil", "nb": "no", "nn": "no", "mo": "ro", "yue": "zh"}
# Spoken in many countries while browsers offer a few of them: es-ES in Peru or ar-SA in Tunisia says nothing.
_WORLD_LANGUAGES = frozenset(["ar", "bn", "de", "en", "es", "fa", "fr", "ms", "nl", "pt", "ru", "sw", "ta", "ur", "zh"])
_IANA_ZONE = re.compile(r"[A-Z][A-Za-z_]{1,40}(?:/[A-Z][A-Za-z0-9_+-]{0,40}){1,3}")
_UNTOLD_ZONE = "Etc/Unknown"  # what ICU answers where the system does not tell

_FASTEST = 15.0
"""Characters a second that nobody types a form at: of 168,000 people the fastest reached about 120 words a minute,
10 characters a second (Dhakal and others, Observations on Typing from 136 Million Keystrokes, CHI 2018)."""
_DAY = 86_400.0
_MARKS_ALONE, _GPU_ALONE, _ONE_OF_TWO = 0.35, 0.5, 0.5
"""How much of its weight has what may be a test's marks in a page; drawing without a graphics card, as remote desktops
and virtual machines do; and one contradiction, as kiosks and people with another browser's name have."""
_FEWEST_INSERTED, _MOST_INSERTED = 2, 0.6
"""Contact fields, and their share, that have to have come whole."""
_MAY_BE_TELEPHONE, _ON_TELEPHONE = 0.5, 0.25
"""How much values that came whole weigh where the machine is not known; and at a telephone, whose keyboard offers
whole words and addresses, where all fields came so."""
_PLACED = 0.5
"""How much of its weight it has that fields were filled in before anybody came to one, if somebody clicked then."""
_UNMEASURED = Form()
_UNTOUCHED = frozenset(("", "0", "false", "off", "null", "undefined"))
"""What is no filled honeypot in older records. Now ``intake`` reads these words, and many more, as nothing given."""


class FormFacts(TypedDict, total=False):
    """What the browser tells; the form's measures are in the lead. Each where it holds."""

    v: int
    trap: (
        str  # what an autofill may have written into the honeypot: the lead's ``own`` data, or a browser's ``profile``
    )
    desktop: bool  # a computer with a keyboard
    placed: bool  # every contact field was filled in before anybody came to one
    agent_language: str  # that the user agent names, where ``accept_language`` names others
    timezone_unknown: bool
    assistant: str  # the software that says to act for the person, as it fetched the form's token
    language_countries: list[str]  # that ``accept_language`` names, where the time zone lies in none of them
    # Records of 0.1 also hold what ``signals.user_agent`` reads now.


def gather(subject: Subject, ports: Ports) -> Facts | None:
    """Facts of the user agent, the languages and the time zone; None where neither they nor a form were given."""
    client = subject.lead.client
    agent, languages, zone = client.user_agent, client.accept_language, client.timezone
    if agent is None and languages is None and zone is None and subject.lead.form == _UNMEASURED:
        return None
    facts: FormFacts = {"v": 2}
    form = subject.lead.form
    if (read := subject.form_token) and read.token and read.token.assistant:
        facts |= {"v": 3, "assistant": read.token.assistant}
    if is_placed(subject.lead):
        facts |= {"v": 4, "placed": True}
    if form.honeypot and form.autofills is None:
        held = held_by_browser(form.honeypot, subject.lead, ports.lists.is_place)
        if held:
            facts["trap"] = held
    if agent:
        if user_agent.is_desktop(agent[:1024]):
            facts["desktop"] = True
        if languages and (named := _other_language(agent[:1024], _accepted(languages[:256])[0])):
            facts["agent_language"] = named
    if zone:
        facts |= _zone(client, zone, ports.lists)
    return facts


def _other_language(agent: str, accepted: frozenset[str]) -> str | None:
    """The language that the user agent names where the accepted ones are others; English is everywhere.

    A code that is no language's (vn-VN, of a form that sends countries) makes the comparison worthless.
    """
    named = user_agent.declared_language(agent)
    named = _SAME_LANGUAGE.get(named or "", named)
    if not named or named == "en" or not accepted or not accepted <= user_agent.LANGUAGES:
        return None
    return named if accepted.isdisjoint((named, "en")) else None


@lru_cache(maxsize=4096)
def _accepted(header: str) -> tuple[frozenset[str], frozenset[str]]:
    """Of an Accept-Language header (RFC 9110 section 12.5.4): languages, and countries of one-country languages."""
    languages: set[str] = set()
    countries: set[str] = set()
    for entry in header.replace("_", "-").split(","):
        language, *subtags = entry.partition(";")[0].strip().split("-")
        language = _SAME_LANGUAGE.get(language.lower(), language.lower())
        if not language.isalpha():
            continue
        languages.add(language)
        if language not in _WORLD_LANGUAGES:
            countries.update(tag.upper() for tag in subtags if len(tag) == 2 and tag.isascii() and tag.isalpha())
    return frozenset(languages), frozenset(countries)


def _zone(client: Client, zone: str, lists: Lists) -> FormFacts:
    """Offsets, abbreviations and names in another spelling are the form's way of asking, and say nothing."""
    countries = lists.zone_countries.get(zone)
    if countries is None:
        unknown = lists.zone_countries and zone != _UNTOLD_ZONE and len(zone) < 100 and _IANA_ZONE.fullmatch(zone)
        return {"timezone_unknown": True} if unknown else {}
    spoken = _accepted(client.accept_language[:256])[1] if client.accept_language else None
    if countries and spoken and spoken.isdisjoint(countries):
        return {"language_countries": sorted(spoken)[:5]}
    return {}


def measure(lead: Lead, facts: FormFacts) -> Mapping[str, float]:
    """How the form was filled in: seconds as log10 (``look`` those before and after), inputs a field or character."""
    form = lead.form
    page, fill = _seconds(form.seconds_on_page), _seconds(form.fill_seconds)
    typed = name_and_contacts(lead)
    characters = sum(map(len, typed))
    measures: dict[str, float] = {}
    if page is not None:
        measures["page"] = log10(min(page, 3_600.0) + 0.1)
    if fill is not None:
        measures["fill"] = log10(min(fill, 3_600.0) + 0.1)
    if form.keystrokes is not None:
        measures["keys"] = min(4.0, form.keystrokes / max(characters, 1))
    if form.pointer_events is not None:
        measures["pointer"] = log10(min(form.pointer_events, 3_600.0) + 1.0)
    if form.pastes is not None:
        measures["pastes"] = min(2.0, form.pastes / len(typed)) if typed else 0.0
    if form.autofills is not None:
        measures["autofills"] = min(2.0, form.autofills / len(typed)) if typed else 0.0
    if not measures:
        return {}
    if page is not None and fill is not None:
        measures["look"] = log10(min(max(page - fill, 0.0), 3_600.0) + 0.1)
    _add_by_hand(measures, lead)
    measures["characters"], measures["desktop"] = float(min(characters, 150)), float(bool(facts.get("desktop")))
    return measures


def _add_by_hand(measures: dict[str, float], lead: Lead) -> None:
    """Add what models from 0.5 on measure, over every text of the lead rather than its contact data alone.

    ``keys_typed``: keys for each character that was neither pasted nor filled in; those fields are taken to be as long
    as the others, and a share of the whole is unknown where either was not measured.
    """
    form, fields, typed = lead.form, contact_fields(lead), characters_typed(lead)
    measures["typed"] = log10(1 + min(typed, 5_000))
    if form.pastes is not None:
        measures["pasted"] = _share_of(form.pastes, len(fields))
    if form.autofills is not None:
        measures["filled"] = _share_of(form.autofills, len(fields))
    if form.keystrokes is not None and form.pastes is not None and form.autofills is not None:
        by_hand = typed - sum(map(len, fields)) * min(1.0, measures["pasted"] + measures["filled"])
        if by_hand >= 1:
            measures["keys_typed"] = min(4.0, max(form.keystrokes, 0) / by_hand)


def _share_of(count: int, fields: int) -> float:
    return min(1.0, max(count, 0) / max(fields, 1))


def judge(lead: Lead, facts: FormFacts) -> list[Finding]:
    """What the form's measures, which the lead holds, and the browser's facts say. Absent is not measured."""
    findings = []
    if lead.form != _UNMEASURED:
        findings += _form(lead, lead.form, facts)
    if "agent_language" in facts:
        findings.append(Finding("USER_AGENT_LANGUAGE_DIFFERS", {"user_agent": facts["agent_language"]}))
    if facts.get("timezone_unknown"):
        findings.append(Finding("TIMEZONE_UNKNOWN"))
    elif "language_countries" in facts:
        findings.append(Finding("TIMEZONE_LANGUAGE_DIFFERS", {"language_countries": facts["language_countries"]}))
    return findings


def _form(lead: Lead, form: Form, facts: FormFacts) -> list[Finding]:
    page, fill = _seconds(form.seconds_on_page), _seconds(form.fill_seconds)
    typed = name_and_contacts(lead)
    findings = []
    if form.honeypot and (code := _honeypot(form, form.honeypot, facts)):
        findings.append(Finding(code))
    if form.webdriver:
        findings.append(Finding("FORM_WEBDRIVER"))
    if form.signs or "assistant" in facts:
        findings += _browser(lead, form, facts)
    if scale := _haste(form, sum(map(len, typed)), fill, facts):
        evidence = {"seconds_on_page": page} if fill is None else {"fill_seconds": fill}
        findings.append(Finding("FORM_TOO_FAST", evidence, scale))
    if page is not None and fill is not None and fill > page + 1.0:
        findings.append(Finding("FORM_TIMES_CONTRADICT", {"fill_seconds": fill, "seconds_on_page": page}))
    elif (first := _seconds(form.first_input_seconds)) is not None and page is not None and first > page + 1.0:
        # One of them may be the caller's own measure, from another moment on.
        findings.append(Finding("FORM_TIMES_CONTRADICT", {"first_input_seconds": first, "seconds_on_page": page}, 0.5))
    if said := _input(form, typed, facts, lead.client.user_agent):
        findings.append(said)
    return findings


def _browser(lead: Lead, form: Form, facts: FormFacts) -> Iterator[Finding]:
    """What the form's script saw of the browser. People have each of these too, so that one alone weighs little."""
    signs = form.signs
    if "automation" in signs and not form.webdriver:
        yield Finding("FORM_WEBDRIVER", {"signs": ["automation"]}, _MARKS_ALONE)
    # What the browser's name says as well, ``signals.user_agent`` has said.
    named = "headless" in signs and not user_agent.automation_tool((lead.client.user_agent or "")[:1024])
    if named or "software_gpu" in signs:
        shown = [sign for sign in ("headless", "software_gpu") if sign in signs]
        yield Finding("BROWSER_HEADLESS", {"signs": shown}, 1.0 if named else _GPU_ALONE)
    if broken := [sign for sign in ("window", "platform") if sign in signs]:
        yield Finding("BROWSER_CONTRADICTS", {"signs": broken}, 1.0 if len(broken) == 2 else _ONE_OF_TWO)
    if "assistant" in facts or "assistant" in signs:
        yield Finding("FORM_ASSISTED", {"assistant": facts["assistant"]} if "assistant" in facts else {})


def _honeypot(form: Form, trap: str, facts: FormFacts) -> str | None:
    """Absent is never zero: where autofills were not measured, what a browser holds ready is no proof of a program."""
    if trap.strip().lower() in _UNTOUCHED:
        return None
    may_be_browsers = "trap" in facts if form.autofills is None else form.autofills > 0
    return "FORM_HONEYPOT_AUTOFILLED" if may_be_browsers else "FORM_HONEYPOT_FILLED"


def _seconds(value: float | None) -> float | None:
    """None for what no clock measured: not a number, before the start, or more than a day."""
    return value if value is not None and 0.0 <= value <= _DAY else None


def _haste(form: Form, characters: int, fill: float | None, facts: FormFacts) -> float:
    """How surely the form was filled in faster than a person can: 0 to 1.

    A browser that fills in the form leaves its person nothing to do but to look and to press, about two seconds
    by the keystroke-level model (Card, Moran and Newell 1980), and may have done so before any clock ran.
    """
    if fill is None:
        page = _seconds(form.seconds_on_page)
        return 1.0 if page is not None and page < 1.0 else 0.0
    if (form.pastes or 0) > 0 or (form.autofills or 0) > 0:
        return 0.3 if fill < 0.5 else 0.0
    by_hand = 0
    if form.pastes == form.autofills == 0:
        # Without a count of keys, a telephone's keyboard may have offered whole fields.
        keys = form.keystrokes if form.keystrokes is not None else characters if facts.get("desktop") else 0
        by_hand = min(characters, keys)
    if fill < max(1.0, by_hand / _FASTEST):
        return 1.0
    return 0.3 if fill < 2.0 else 0.0


def _inserted(inserted: int, form: Form, typed: list[str], facts: FormFacts, agent: str | None) -> float:
    """How surely a program put whole values in: 0 to 1."""
    if form.pastes or form.autofills or inserted < max(_FEWEST_INSERTED, _MOST_INSERTED * len(typed)):
        return 0.0
    if facts.get("desktop"):
        return 1.0
    if not agent:
        return _MAY_BE_TELEPHONE
    return _ON_TELEPHONE if inserted >= len(typed) > _FEWEST_INSERTED else 0.0


def _input(form: Form, typed: list[str], facts: FormFacts, agent: str | None) -> Finding | None:
    """Do keys, pastes and pointer account for the contact fields? Other fields may come filled in by the page."""
    keys, pastes, autofills = form.keystrokes, form.pastes, form.autofills
    placed = facts.get("placed", False)
    if placed or keys == pastes == autofills == form.pointer_events == 0:
        evidence = {"autofills": autofills} if placed else {}
        return Finding("FORM_NO_INTERACTION", evidence, _PLACED if placed else 1.0)
    few = keys is not None and are_few_keys(keys, typed)
    if form.inserted and (few or keys is None) and (scale := _inserted(form.inserted, form, typed, facts, agent)):
        return Finding("FORM_VALUES_INSERTED", {"inserted": form.inserted, "fields": len(typed)}, scale)
    if few and pastes == autofills == 0:
        # A swiped, spoken or suggested word is one event or none, and so is what an input method composes.
        if not (facts.get("desktop") and has_a_key_each(typed)):
            return None
        return Finding("FORM_KEYSTROKES_MISSING", {"keystrokes": keys, "characters": sum(map(len, typed))})
    if pastes is not None and pastes >= len(typed) >= 3 and not autofills and (few or keys is None):
        return Finding("FORM_ALL_PASTED", {"pastes": pastes, "fields": len(typed)})
    return None


SIGNAL = Signal(
    name=NAME,
    order=50,
    about="the form and the browser",
    facts=FormFacts,
    looks_at="what was measured while the form was filled in",
    cannot_know="what the form did not measure",
    gather=gather,
    judge=judge,
    measure=measure,
    in_every_record=True,
)
