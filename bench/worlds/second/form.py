"""A form as other backends have it: own numbers, odd names, slips, rounded measures, and people who send it again."""

from __future__ import annotations

import random
from collections.abc import Callable, Iterable
from copy import deepcopy
from dataclasses import dataclass, field
from typing import Any

from bench.worlds.browsers import Browser
from bench.worlds.filling import Writer, fill
from bench.worlds.people import Person
from bench.worlds.second.lands import register, typed_number
from bench.worlds.world import Site
from training.simulation import SentLead

register()
Measures = dict[str, Any]
_SLIPS = {"gmail.com": ("gmial.com", "gmail.con", "gmai.com"), "hotmail.com": ("hotmial.com", "hotmail.con")}


@dataclass
class Form(Site):
    """A deployment's form.

    ``makes`` gives a person of these ages where the country's usual ones will not do, ``more`` the other texts that
    somebody enters. ``reports`` turns a form's measures into those that the backend sends. ``composed`` are the key
    inputs that a character of the own script takes beyond one. ``sisters`` are the other forms of the same buyer;
    ``wares`` what can be asked for here, for those who write by a template.
    """

    makes: Callable[[tuple[int, int]], Person] | None = None
    more: Callable[[Person], dict[str, str]] | None = None
    reports: Callable[[Measures], Measures] | None = None
    composed: float = 0.0
    sisters: dict[str, Form] = field(default_factory=dict)
    wares: tuple[str, ...] = ()

    def person(self, ages: tuple[int, int] = (19, 68)) -> Person:
        """Somebody new, of the kind that comes here."""
        if self.makes is None:
            return super().person(ages)
        makes = self.makes
        return self.new(lambda: makes(ages))

    def enquiry(
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
        """A lead with all texts that this person enters here."""
        others = self.more(who) if self.more else {}
        return self.lead(who, at, machine, ip, way, hand=hand, label=label, **(others | texts))

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
        """As a site's lead; a script that is composed takes more key inputs than it has characters."""
        sent = super().lead(who, at, machine, ip, way, hand=hand, label=label, **texts)
        form = sent.lead.get("form", {})
        if self.composed and form.get("keystrokes") and not form.get("autofills"):
            own = sum(not letter.isascii() for value in self.values(sent).values() for letter in value)
            extra = round(own * self.composed * self.dice.uniform(0.85, 1.2))
            took = round(extra * self.dice.uniform(0.12, 0.3), 1)
            longer = {name: round(form[name] + took, 1) for name in ("fill_seconds", "seconds_on_page") if name in form}
            sent = self.refilled(sent, form | longer | {"keystrokes": form["keystrokes"] + extra})
        return sent

    def values(self, sent: SentLead) -> dict[str, str]:
        """What stands in the form's fields."""
        return {name: sent.lead[name] for name in self.asks if name in sent.lead}

    def pasted(
        self, sent: SentLead, hand: Writer, phone: bool, fields: Iterable[str], untouched: Iterable[str] = ()
    ) -> SentLead:
        """The same lead with these fields pasted and the others typed; ``untouched`` ones were there already."""
        if "form" not in sent.lead:
            return sent
        values = self.values(sent)
        put = [name for name in fields if name in values]
        typed = {name: value for name, value in values.items() if name not in put and name not in set(untouched)}
        form = fill(self.dice, hand, phone, typed, "typed", choices=self.choices)
        extra = sum(self.dice.uniform(1.2, 4.5) * hand.pauses for _ in put)
        form["pastes"] = len(put)
        form["pointer_events"] += round(len(put) * self.dice.uniform(2, 5 if phone else 25))
        for name in ("fill_seconds", "seconds_on_page"):
            form[name] = round(form[name] + extra, 1)
        return self.refilled(sent, form)

    def again(self, sent: SentLead, gap: float) -> SentLead:
        """The same person sends the same form again, after an error or from impatience."""
        lead = deepcopy(sent.lead)
        if form := lead.get("form"):
            for name in ("fill_seconds", "seconds_on_page"):
                if name in form:
                    form[name] = round(form[name] + gap, 1)
            for name, most in (("keystrokes", 4), ("pointer_events", 12)):
                if name in form:
                    form[name] += self.dice.randint(0, most)
        if "reference" in lead:
            lead["reference"] = f"{self.source.get('vendor', 'crm')}-{self.dice.randrange(10**7):07}"
        user, _, domain = lead.get("email", "").partition("@")
        for right, wrong in _SLIPS.items():
            if domain in wrong:
                lead["email"] = f"{user}@{right}"
        return self._stamped(SentLead(at=sent.at + gap, lead=lead, label=sent.label))

    def with_retries(self, leads: list[SentLead], share: float = 0.02) -> list[SentLead]:
        """The leads and what some people sent again within a minute or two."""
        slipped = tuple(wrong for all_wrong in _SLIPS.values() for wrong in all_wrong)
        return leads + [
            self.again(sent, self.dice.uniform(6, 120))
            for sent in leads
            if self.dice.random() < (0.5 if sent.lead.get("email", "").endswith(slipped) else share)
        ]

    def _stamped(self, sent: SentLead) -> SentLead:
        sent = super()._stamped(sent)
        if self.reports and "form" in sent.lead:
            sent.lead["form"] = self.reports(sent.lead["form"])
        return sent

    def _typed(self, who: Person, machine: Browser) -> dict[str, str]:
        dice = self.dice
        known = super()._typed(who, machine) | {"phone": typed_number(dice, who.phone, who.country)}
        if who.country == "JP" and not who.first.isascii():
            known["name"] = f"{who.last}{dice.choice(('', '', ' ', ' ', ' '))}{who.first}"
        if dice.random() < 0.02:
            known["name"] = odd_name(dice, who)
        user, _, domain = known["email"].partition("@")
        if domain in _SLIPS and dice.random() < 0.008:
            known["email"] = f"{user}@{dice.choice(_SLIPS[domain])}"
        elif dice.random() < 0.005:
            known["email"] += " "
        return known


def odd_name(dice: random.Random, who: Person) -> str:
    """A name as some people enter it: initials, a title, only one name, both of a couple, doubled blanks."""
    return dice.choice(
        (
            f"{who.first[0]}. {who.last}",
            f"Dr. {who.first} {who.last}",
            who.last,
            f"{who.first[0]}{who.last[0]}",
            f"{who.first} + {dice.choice(('Maria', 'Alex', 'Kim', 'Sam', 'Eva'))} {who.last}",
            f"{who.first}  {who.last}",
            f"{who.last}, {who.first}",
            f"{who.first} {who.last} (Sr)",
        )
    )


def since(sent: SentLead, free: float) -> SentLead:
    """The lead of a shared machine, whose page was not open before the last one's lead was sent."""
    form = sent.lead.get("form", {})
    if {"seconds_on_page", "fill_seconds"} <= form.keys():
        form["seconds_on_page"] = round(min(form["seconds_on_page"], max(sent.at - free, form["fill_seconds"])), 1)
    return sent


def whole_seconds(form: Measures) -> Measures:
    """Only the time of filling, as whole seconds."""
    return {"fill_seconds": round(form["fill_seconds"])}


def coarse(form: Measures) -> Measures:
    """Times in steps of five seconds, and counts that end at a limit, as a small column of a table has it."""
    times = {name: max(round(form[name] / 5) * 5, 5) for name in ("seconds_on_page", "fill_seconds") if name in form}
    counts = {name: min(form[name], 99) for name in ("keystrokes", "pointer_events") if name in form}
    return form | times | counts


def no_pointers(form: Measures) -> Measures:
    """A script that counts keys, pastes and autofills, and no pointer."""
    return {name: value for name, value in form.items() if name != "pointer_events"}
