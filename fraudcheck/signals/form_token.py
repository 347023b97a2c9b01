"""Does the token of the form's script fit the lead that carries it: its time, its site, its address and its browser?

A token tells by the service's own clock and connection what a page can only claim. What it says is weak by itself:
telephones change networks, pages stay open for days, browsers update. Its absence is ``signals.completeness``'s to
judge, its reuse and its collection ``signals.velocity``'s.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Literal, TypedDict

from fraudcheck.fields.filling import is_staffed
from fraudcheck.fields.form_token import LIFETIME
from fraudcheck.fields.submission import is_rounded, submitted_at
from fraudcheck.ports import Ports
from fraudcheck.records import Facts, Finding, Form, FormToken, Lead, Subject
from fraudcheck.signals import Signal

NAME = "form_token"

_CLOCKS_DIFFER = 300.0
"""Seconds by which the clock of who tells when a lead was sent may differ."""
_YOUNGEST, _HASTY = 1.0, 2.0
"""Seconds after its token in which nobody can send a form, and in which hardly anybody does. The page's script fetches
the token when it finds the form; a fast reader needs more to see the button (``signals.form``)."""
_OPEN_BEFORE, _MAY_BE_NEW = 5.0, 0.3
"""Seconds for which a page says to have been open before its token, from which on that may be a new one, as on the way
back to a page; and how much its youth weighs then. Only the page's word for the token's own time, which fits the age,
makes it one: whoever invents measures gives a page's whole time, or leaves the token's out, which the script never does
(``form/form.ts``: ``measures``)."""
_TOO_LONG = 8.0, 0.1
"""Seconds, and share of the age, by which a page's clock may be ahead of ours. A machine that sleeps is none of it, as
both clocks go on; a new token after "back", for the next person or after half a life has a time of its own, and what
waits under way makes the age longer. What is left to people is a clock that was set forward while the page was open."""
_SAME_COUNTRY, _BEHIND_GATEWAY = 0.5, 0.5
"""How much another address weighs within one country, and where lists know it for a gateway of many people. Apple's
relay gives one person several."""


class FormTokenFacts(TypedDict, total=False):
    """What the token says beside the lead; each where it is known and, of what is true or not, where it holds."""

    v: int
    state: str  # valid | forged | other_key
    age: float  # seconds from the token to the lead's arrival here
    sent: float  # seconds from the token to when the lead says to have been sent, where that can be
    expired: bool
    scripted: bool  # a browser's script fetched it
    other_vendor: bool
    address: str  # same | near (the same network) | other
    country: str  # same | other: that of these addresses
    gateway: str  # the kind of network that the lead came from, where many people share it
    staffed: bool  # the channel says that the browser is not the person's
    agent: str  # same | other
    site: str  # the id of the site key
    origin: str  # of the page
    assistant: str  # the software that says to act for the person


def gather(subject: Subject, ports: Ports) -> Facts | None:
    """What the token says beside the lead; None for a lead without one of ours."""
    read = subject.form_token
    if read is None:
        return None
    facts: FormTokenFacts = {"v": 1, "state": read.state}
    if (token := read.token) is None:
        return facts
    _add_times(facts, subject, token)
    if token.scripted:
        facts["scripted"] = True
    if read.vendor == "other":
        facts["other_vendor"] = True
    if is_staffed(subject.lead):
        facts["staffed"] = True
    if read.agent:
        facts["agent"] = read.agent
    if read.address:
        facts["address"] = read.address
        if read.address == "other" and subject.lead.client.ip:
            found = ports.ip_intelligence.look_up(subject.lead.client.ip)
            if found.kind and found.kind != "access":
                facts["gateway"] = found.kind
            if token.country and found.countries:
                facts["country"] = "same" if token.country in found.countries else "other"
    for name, value in (("site", token.site), ("origin", token.origin), ("assistant", token.assistant)):
        if value:
            facts[name] = value  # type: ignore[literal-required]
    return facts


def _add_times(facts: FormTokenFacts, subject: Subject, token: FormToken) -> None:
    """How old the token was: by our own two clocks, which a file has not, and by what the lead tells."""
    ages = []
    if not subject.filed and not subject.late and (age := subject.at - token.issued) > -_CLOCKS_DIFFER:
        ages.append(facts.setdefault("age", round(age, 1)))
    told = submitted_at(subject.lead)
    if told is not None and not is_rounded(told) and token.issued - _CLOCKS_DIFFER <= told <= subject.at:
        ages.append(facts.setdefault("sent", round(told - token.issued, 1)))
    is_vague = told is not None and is_rounded(told)
    if ages and not is_vague and min(ages) > LIFETIME:
        facts["expired"] = True


def judge(lead: Lead, facts: FormTokenFacts) -> list[Finding]:
    """That it is there, for audits, and what does not fit. A token of another key says nothing."""
    if facts["state"] == "forged":
        return [Finding("FORM_TOKEN_FORGED")]
    if facts["state"] != "valid":
        return []
    findings = [*_of_site(facts), *_of_place(facts), *_of_time(lead, facts)]
    if not facts.get("other_vendor"):
        findings.insert(0, Finding("FORM_TOKEN_VALID", {"origin": facts["origin"]} if "origin" in facts else {}))
    return findings


def _of_site(facts: FormTokenFacts) -> Iterator[Finding]:
    if facts.get("other_vendor"):
        yield Finding("FORM_TOKEN_OTHER_SITE", {"origin": facts["origin"]} if "origin" in facts else {})
    elif facts.get("expired"):
        seconds = min([age for age in (facts.get("age"), facts.get("sent")) if age is not None])
        yield Finding("FORM_TOKEN_EXPIRED", {"hours": round(seconds / 3_600, 1)})


def _of_place(facts: FormTokenFacts) -> Iterator[Finding]:
    if facts.get("staffed"):
        return
    if facts.get("address") == "other" and facts.get("gateway") != "relay":
        scale = 1.0 if facts.get("country") == "other" else _SAME_COUNTRY
        if "gateway" in facts:
            scale *= _BEHIND_GATEWAY
        shown = {"country": facts["country"]} if "country" in facts else {}
        yield Finding("FORM_TOKEN_OTHER_ADDRESS", shown, scale)
    if facts.get("agent") == "other":
        yield Finding("FORM_TOKEN_OTHER_BROWSER")


def _of_time(lead: Lead, facts: FormTokenFacts) -> Iterator[Finding]:
    age = facts.get("age")
    if age is None or age <= -_YOUNGEST:  # the clocks of our own machines differ
        return
    claimed = _claimed(lead.form)
    if age < _HASTY:
        scale = 1.0 if age < _YOUNGEST else 0.5
        if new := _is_told_new(lead.form, age):
            scale *= 0.0 if new == "sent before" and age >= _YOUNGEST else _MAY_BE_NEW
        if scale:
            yield Finding("FORM_TOKEN_TOO_YOUNG", {"seconds": age}, scale)
    most, share = _TOO_LONG
    if claimed is not None and claimed > age + most + share * max(age, 0.0):
        yield Finding("FORM_TOKEN_CONTRADICTS", {"seconds": age, "claimed": claimed})


def _claimed(form: Form) -> float | None:
    """For how long the page says to have had its token: or else, at most, to have been open."""
    if form.token_seconds is not None:
        return form.token_seconds
    told = [form.seconds_on_page, form.fill_seconds, form.first_input_seconds]
    return max([seconds for seconds in told if seconds is not None], default=None)


def _is_told_new(form: Form, age: float) -> Literal["", "later", "sent before"]:
    """Does the page say that its token is a new one, as after "back", and does the token's own time fit its age?

    Of a page that was sent before and is shown again the script begins to measure anew, and leaves out the counts of
    texts that stand in it already: whoever wants to send them once more is done within a second or two.
    """
    page, token = form.seconds_on_page, form.token_seconds
    if page is None or token is None or token > age + _YOUNGEST:
        return ""
    if form.keystrokes is None and form.fill_seconds is None and form.autofills is None:
        return "sent before"
    return "later" if page > age + _OPEN_BEFORE else ""


SIGNAL = Signal(
    name=NAME,
    order=53,
    about="the form's token",
    facts=FormTokenFacts,
    looks_at="when, where and by which browser the form's script fetched the token, beside the lead that carries it",
    cannot_know="who drives a real browser at a real address for as long as a person takes",
    gather=gather,
    judge=judge,
)
