"""Does the internet address belong to a person's line, and does it lie where the person says to be?

Many people sit behind VPNs, companies' gateways and carriers' NAT, travel, or live abroad: the points are small.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import TypedDict

from fraudcheck.fields.countries import are_near
from fraudcheck.ports import Ports
from fraudcheck.ports.lists import Lists
from fraudcheck.records import Facts, Finding, Lead, Subject
from fraudcheck.signals import Signal

NAME = "network"

_KINDS = {
    "tor": "NETWORK_TOR",
    "hosting": "NETWORK_HOSTING",
    "proxy": "NETWORK_PROXY",
    "vpn": "NETWORK_VPN",
    "relay": "NETWORK_RELAY",
}
_LINES = (None, "access")
"""Kinds whose country is where the person is."""

_NO_ZONES = frozenset(["Atlantic/Reykjavik"])
"""What Firefox and Tor Browser name where they hide a person's zone: the one that is always UTC."""
_CLOSE = 1.0
"""Hours: a neighbour's zone, or a clock that nobody put back."""


class NetworkFacts(TypedDict, total=False):
    """What the lists say of the address; of a person's line, how far it lies from the other countries."""

    v: int
    private: bool  # nobody's on the internet
    kind: str  # as in ``ports.ip.Network``
    operator: str | None  # who runs it
    list: str | None  # which said so, with its version
    countries: list[str]  # that the lists name for it
    lead: str  # near | far: the country that was named, from the address
    phone: str  # near | far: the phone's country, from the address
    lead_phone: str  # near | far: these two from each other
    hours: float  # between the browser's clock and the address's countries, where more than one
    home: bool  # that clock fits the country that was named, or the phone's


def gather(subject: Subject, ports: Ports) -> Facts | None:
    """What the lists say of the address; None where none was given."""
    lead = subject.lead
    if not lead.client.ip:
        return None
    found = ports.ip_intelligence.look_up(lead.client.ip)
    facts: NetworkFacts = {"v": 1}
    if found.private:
        facts["private"] = True
    if found.kind:
        facts |= {"kind": found.kind, "operator": found.operator, "list": found.list}
    if found.countries and found.kind in _LINES:
        facts["countries"] = list(found.countries)
        number = subject.number
        # A number that was read by the clock cannot bear the clock out.
        phone = number.region if number and number.valid and not number.read_in else None
        _add_distances(facts, lead.country, phone if phone != "001" else None)
        if lead.client.timezone:
            _add_clock(facts, (lead.country, phone), lead.client.timezone, subject.at, ports.lists)
    return facts


def _add_distances(facts: NetworkFacts, named: str | None, phone: str | None) -> None:
    """The phone's region and the country that was named, as near or far from the address and from each other."""
    countries = facts["countries"]
    if named:
        facts["lead"] = _distance(countries, named)
    if phone:
        facts["phone"] = _distance(countries, phone)
        if named:
            facts["lead_phone"] = _distance((named,), phone)


def _distance(countries: Iterable[str], other: str) -> str:
    for country in countries:
        if are_near(country, other):
            return "near"
    return "far"


def _add_clock(facts: NetworkFacts, homes: Iterable[str | None], zone: str, at: float, lists: Lists) -> None:
    """Compare clocks, not names: people set a neighbour's zone, and Windows names one city for many countries."""
    if zone in _NO_ZONES or not lists.zone_countries.get(zone):
        return
    hours = _nearest(facts["countries"], zone, at, lists)
    if hours is None or hours <= _CLOSE:
        return
    facts["hours"] = hours
    at_home = _nearest(homes, zone, at, lists)
    if at_home is not None and at_home <= _CLOSE:
        facts["home"] = True


def _nearest(countries: Iterable[str | None], zone: str, at: float, lists: Lists) -> float | None:
    """The least hours between the zone's clock and those of the countries; None where no clock is known."""
    gaps = [gap for country in countries if country and (gap := lists.clock_gap(zone, country, at)) is not None]
    return min(gaps) if gaps else None


def measure(lead: Lead, facts: NetworkFacts) -> Mapping[str, float]:
    """Whether the address lies far from the country or the phone; hours between the browser's clock and its country."""
    del lead
    far = [place == "far" for place in (facts.get("lead"), facts.get("phone")) if place]
    return {"far": float(any(far)), "hours": min(12.0, facts.get("hours", 0.0))} if far else {}


def judge(lead: Lead, facts: NetworkFacts) -> list[Finding]:
    """What kind of address it is; of a person's line, whether it lies where phone, clock and person say."""
    if code := _KINDS.get(facts.get("kind", "")):
        return [Finding(code, {"operator": facts["operator"], "list": facts["list"]})]
    findings = []
    evidence = {"network": facts.get("countries")}
    # An address that agrees with the phone leaves the country that was named alone, which the phone's check weighs.
    if facts.get("lead") == "far" and facts.get("phone") != "near":
        findings.append(Finding("NETWORK_COUNTRY_DIFFERS", {**evidence, "lead": lead.country}))
    if facts.get("phone") == "far" and facts.get("lead") != "near" and facts.get("lead_phone") != "near":
        findings.append(Finding("NETWORK_PHONE_DIFFERS", evidence))
    hours = facts.get("hours", 0.0)
    # A clock that fits where the person says to be shows that the address is elsewhere, which was said above.
    if hours and not facts.get("home"):
        findings.append(Finding("TIMEZONE_COUNTRY_DIFFERS", {**evidence, "hours": hours}, 0.5 if hours <= 3.0 else 1.0))
    return findings


SIGNAL = Signal(
    name=NAME,
    order=40,
    about="the internet address",
    facts=NetworkFacts,
    looks_at=(
        "hosting, VPN, Tor and relays by lists; the address's country beside the lead's, the phone's and the "
        "browser's clock"
    ),
    cannot_know="residential proxies, most VPN services, and which cloud address is a company's gateway",
    gather=gather,
    judge=judge,
    measure=measure,
)
