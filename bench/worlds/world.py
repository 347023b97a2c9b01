"""What is a deployment? A form on a page, the people who come to it, and the leads that its backend sends.

``Site`` turns a person at a browser at a moment into a lead as ``POST /v1/checks`` takes it. Only what the deployment
really knows is sent: an import has no browser, a quick contact no name.
"""

from __future__ import annotations

import math
import random
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any
from zoneinfo import ZoneInfo

from bench.worlds.browsers import Browser, browser
from bench.worlds.clock import ZONES
from bench.worlds.filling import Writer, fill, writer
from bench.worlds.networks import Networks
from bench.worlds.people import Person, person, typed_phone
from training.simulation import SentLead

_CLOCKS = {
    "IN": ("Asia/Kolkata", "Asia/Calcutta"),
    "BR": (*("America/Sao_Paulo",) * 8, "America/Bahia", "America/Fortaleza", "America/Recife", "America/Manaus"),
    "US": (*("America/New_York",) * 5, *("America/Chicago",) * 3, "America/Denver", *("America/Los_Angeles",) * 2),
}
"""Zones that browsers of large countries name; Chrome still gives India's by its old name."""


@dataclass
class Site:
    """A deployment's form. ``asks`` are its fields, in order; ``ways`` the weights of how people fill it in.

    ``sends`` names what the backend adds: browser, ip, device, form, time (an RFC 3339 moment), reference. ``skips``
    is the share of people who leave a field empty; ``slow`` above 1 stands for people who type seldom. ``phones`` is
    the share of phones, ``apps`` that of web views in apps among those. ``known`` are mailboxes and numbers of all
    people so far.
    """

    dice: random.Random
    country: str
    source: dict[str, Any]
    asks: tuple[str, ...] = ("name", "email", "phone")
    page: str = ""
    referrers: tuple[str, ...] = ("",)
    phones: float = 0.6
    apps: float = 0.0
    choices: int = 1
    ways: Mapping[str, float] = field(default_factory=lambda: {"typed": 62, "autofill": 18, "partly": 15, "paste": 5})
    sends: tuple[str, ...] = ("browser", "ip", "form", "time", "country")
    slow: float = 1.0
    skips: dict[str, float] = field(default_factory=dict)
    six: bool = True
    own_script: float = 0.75
    networks: Networks = field(init=False)
    known: set[str] = field(default_factory=set)

    def __post_init__(self) -> None:
        """Lay out the country's networks as they are seen here."""
        self.networks = Networks(self.dice, self.country, self.six)

    def person(self, ages: tuple[int, int] = (19, 68)) -> Person:
        """Somebody new: no two people have one mailbox or one number."""
        return self.new(lambda: person(self.dice, self.country, ages, self.own_script))

    def new(self, made: Callable[[], Person]) -> Person:
        """The first of the people made whose mailbox and number nobody had before."""
        while True:
            who = made()
            if who.email not in self.known and who.phone not in self.known:
                self.known |= {who.email, who.phone}
                return who

    def browser(self) -> Browser:
        """A visitor's browser."""
        return browser(self.dice, self.country, self.phones, self.apps)

    def address(self, machine: Browser) -> str:
        """A visitor's internet address: a phone is on its carrier in three of five visits."""
        on_carrier = machine.phone and self.dice.random() < (0.92 if self.country in {"NG", "KE"} else 0.6)
        return self.networks.mobile() if on_carrier else self.networks.home()

    def lead(
        self,
        who: Person,
        at: float,
        machine: Browser | None = None,
        ip: str = "",
        way: str = "",
        *,
        hand: Writer | None = None,
        label: str = "",
        **texts: str,
    ) -> SentLead:
        """A lead of this person who begins to fill the form in ``at`` this moment, and sends it when it is filled.

        ``texts`` are values for fields beyond name and contact, and may replace those. Where no form is measured, the
        moment is that of sending.
        """
        dice = self.dice
        machine = machine or self.browser()
        known = self._typed(who, machine) | texts
        empty = {name for name, share in self.skips.items() if dice.random() < share}
        typed = {name: known[name] for name in self.asks if known.get(name) and name not in empty}
        body: dict[str, Any] = dict(typed)
        if self.source:
            body["source"] = dict(self.source)
        if "country" in self.sends:
            body["country"] = who.country
        if client := self._client(machine, ip):
            body["client"] = client
        if "form" in self.sends:
            way = way or self._way(machine)
            hand = hand or writer(dice, machine.phone, self.slow * (1.25 if who.born < 1965 else 1))
            body["form"] = fill(dice, hand, machine.phone, typed, way, choices=self.choices)
            at += body["form"]["fill_seconds"]
        if "reference" in self.sends:
            body["reference"] = f"{self.source.get('vendor', 'crm')}-{dice.randrange(10**7):07}"
        return self._stamped(SentLead(at=at, lead=body, label=label))

    def refilled(self, sent: SentLead, form: dict[str, Any]) -> SentLead:
        """The lead with other measures of its form, sent when those say."""
        at = sent.at - sent.lead["form"]["fill_seconds"] + form["fill_seconds"]
        return self._stamped(SentLead(at=at, lead=sent.lead | {"form": form}, label=sent.label))

    def _stamped(self, sent: SentLead) -> SentLead:
        if "time" in self.sends:
            sent.lead["submitted_at"] = stamp(sent.at, self.country, local=len(self.page) % 2 == 0)
        return sent

    def _way(self, machine: Browser) -> str:
        weights = dict(self.ways)
        if machine.app():
            weights |= {"autofill": 0, "partly": weights.get("partly", 0) / 3}
        return self.dice.choices(list(weights), list(weights.values()))[0] if any(weights.values()) else "typed"

    def _typed(self, who: Person, machine: Browser) -> dict[str, str]:
        """Name and contact as this person types them: small slips of form, which are no slips of fact."""
        dice, case = self.dice, self.dice.random()
        first, last, whole, email = who.first, who.last, who.name, who.email
        if case < 0.09:
            first, last, whole = first.lower(), last.lower(), whole.lower()
        elif case < 0.12:
            first, last, whole = first.upper(), last.upper(), whole.upper()
        elif case < 0.15:
            whole = who.first
        if machine.phone and dice.random() < 0.06:
            email = email[0].upper() + email[1:]
        number = typed_phone(dice, who.phone, who.country)
        return {"name": whole, "first_name": first, "last_name": last, "email": email, "phone": number}

    def _client(self, machine: Browser, ip: str) -> dict[str, str]:
        client: dict[str, str] = {}
        if "ip" in self.sends:
            client["ip"] = ip or self.address(machine)
        if "browser" in self.sends:
            client |= {"user_agent": machine.agent, "accept_language": machine.language}
        if "zone" in self.sends:
            client["timezone"] = self.dice.choice(_CLOCKS.get(self.country, (ZONES[self.country],)))
        if "device" in self.sends:
            client["device_id"] = machine.device_id
        if self.page:
            client["page_url"] = self.page
            if referrer := self.dice.choice(self.referrers):
                client["referrer"] = referrer
        return client


@dataclass
class World:
    """A deployment's leads in order.

    ``measured_from`` (Unix seconds) is when judging counts; all before is past. ``delivery`` is how a lead travels to
    its buyer where that is not at once: it gives the lead as it comes in, later and written otherwise.
    """

    site: Site
    start: datetime
    days: int
    leads: list[SentLead]
    profile: str = "home"
    measured_from: float = 0.0
    delivery: Callable[[Site, SentLead], SentLead] | None = None

    def arriving(self) -> list[SentLead]:
        """The leads as the buyer gets them, in order of their arrival."""
        leads = [self.delivery(self.site, sent) for sent in self.leads] if self.delivery else self.leads
        return sorted(leads, key=lambda sent: sent.at)


def dice_for(seed: int, name: str) -> random.Random:
    """The dice of one deployment: the same for the same seed and name."""
    return random.Random(f"{name} {seed}")  # noqa: S311 - repeatable on purpose


def stamp(at: float, country: str, local: bool = False) -> str:
    """A moment as backends write it: in UTC, or in local time with its offset."""
    moment = datetime.fromtimestamp(math.floor(at), ZoneInfo(ZONES[country]) if local else UTC)
    return moment.isoformat() if local else moment.strftime("%Y-%m-%dT%H:%M:%SZ")
