"""The form of the third worlds: numbers as French, Italians and Swedes write them, dictation, prepared letters."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from copy import deepcopy
from dataclasses import dataclass, field
from typing import Any

from bench.worlds.browsers import Browser
from bench.worlds.filling import Writer, fill
from bench.worlds.people import Person
from bench.worlds.second.form import Form
from bench.worlds.third.lands import register
from bench.worlds.world import World
from training.simulation import SentLead

register()
DAY = 86_400
_CODES = {"FR": "+33", "IT": "+39", "SE": "+46"}


@dataclass
class Seat:
    """A machine at a place with a line and the hand of somebody who works at it."""

    machine: Browser
    hand: Writer
    ip: str


@dataclass
class Window(Form):
    """A deployment's form.

    ``query`` is what the page's address ends in for each visitor. ``outsiders`` says that those who come here are of
    a kind that an attacker does not know. ``crew`` are machines of the house, with ``desk`` as their form.
    """

    query: Callable[[], str] | None = None
    outsiders: bool = False
    crew: list[Seat] = field(default_factory=list)
    desk: Window | None = None

    def spoken(self, sent: SentLead, hand: Writer, phone: bool, fields: Iterable[str]) -> SentLead:
        """The same lead with these fields dictated: a few words come with each input, and mistakes are put right."""
        dice, values = self.dice, self.values(sent)
        said = [name for name in fields if name in values]
        typed = {name: value for name, value in values.items() if name not in said}
        form = fill(dice, hand, phone, typed, "typed", choices=self.choices)
        took = 0.0
        for name in said:
            words = len(values[name].split())
            form["keystrokes"] += max(round(words / dice.uniform(1.2, 3.5)), 1) + dice.choice((0, 0, 0, 1, 2, 6))
            form["pointer_events"] += dice.randint(3, 9)
            took += words / dice.uniform(1.2, 2.3) + dice.uniform(2, 6) * hand.pauses
        return self.refilled(sent, _longer(form, took))

    def prepared(self, sent: SentLead, hand: Writer, phone: bool, way: str) -> SentLead:
        """The same lead whose message is pasted from a note; half change a word or a line of it."""
        dice, values = self.dice, self.values(sent)
        rest = {name: value for name, value in values.items() if name != "message"}
        form = fill(dice, hand, phone, rest, way, choices=self.choices)
        keys = dice.randint(3, 45) if dice.random() < 0.5 else 0
        form["pastes"] += 1
        form["keystrokes"] += keys
        form["pointer_events"] += dice.randint(3, 8) if phone else dice.randint(8, 60)
        return self.refilled(sent, _longer(form, dice.uniform(2, 9) * hand.pauses + keys / hand.speed))

    def resent(self, sent: SentLead, at: float, label: str, **changes: Any) -> SentLead:
        """The lead's body once more at another moment, with other values for some fields."""
        lead = deepcopy(sent.lead) | changes
        if "reference" in lead:
            lead["reference"] = f"{self.source.get('vendor', 'crm')}-{self.dice.randrange(10**7):07}"
        return self._stamped(SentLead(at=at, lead=lead, label=label))

    def _client(self, machine: Browser, ip: str) -> dict[str, str]:
        client = super()._client(machine, ip)
        if self.query and "page_url" in client:
            client["page_url"] += self.query()
        return client

    def _typed(self, who: Person, machine: Browser) -> dict[str, str]:
        known = super()._typed(who, machine)
        code = _CODES.get(who.country, "-")
        if who.phone.startswith(code):
            known["phone"] = self._national(who.phone.removeprefix(code), who.country, code)
        return known

    def _national(self, local: str, country: str, code: str) -> str:
        """A number as it is written in the country."""
        dice, which = self.dice, self.dice.random()
        if which < 0.1:
            return f"{code}{dice.choice(('', ' '))}{local}"
        if country == "FR":
            mark = dice.choice(("", "", " ", " ", "."))
            whole = "0" + local
            return mark.join(whole[at : at + 2] for at in range(0, 10, 2))
        if country == "IT":
            return local if which < 0.65 else f"{local[:3]} {local[3:]}" if which < 0.9 else f"{local[:3]}/{local[3:]}"
        cut = 1 if local.startswith("8") else 2
        head, tail = "0" + local[:cut], local[cut:]
        if which < 0.5:
            return head + tail
        return f"{head}{dice.choice(('-', '-', ' '))}{tail if which < 0.7 else _spaced(tail)}"


def _spaced(tail: str) -> str:
    return f"{tail[:-4]} {tail[-4:-2]} {tail[-2:]}"


def _longer(form: dict[str, Any], took: float) -> dict[str, Any]:
    return form | {name: round(form[name] + took, 1) for name in ("fill_seconds", "seconds_on_page")}


def within(leads: list[SentLead], world_start: float, days: int) -> list[SentLead]:
    """Only leads of the days that are told."""
    return [sent for sent in leads if sent.at < world_start + days * DAY]


def finished(form: Window, world: World, share: float) -> World:
    """The world with retries, cut at its end."""
    world.leads = within(form.with_retries(world.leads, share), world.start.timestamp(), world.days)
    return world
