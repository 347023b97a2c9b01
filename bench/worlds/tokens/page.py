"""What does a page with the form's script send? The field `fraudcheck`, as a visitor's browser fills it.

How people fill a form in, as the script counts it: Android's keyboards and swiping give one input a word, iOS puts a
suggested word in whole, dictation a whole field, Japanese and Vietnamese take more inputs than letters, browsers and
password managers fill all fields at once, screen readers have no pointer. The shares are our own estimates.
"""

from __future__ import annotations

import json
import random
from base64 import urlsafe_b64encode
from collections.abc import Callable, Mapping
from copy import deepcopy
from dataclasses import dataclass, field
from typing import Any

from bench.worlds.browsers import Browser
from bench.worlds.filling import writer
from bench.worlds.people import Person
from bench.worlds.third.window import Window
from fraudcheck.fields.form_token import make_token
from training.simulation import IDENTITY_KEY, SentLead

HELPS: Mapping[str, float] = {"reader": 0.012, "keyboard": 0.012, "voice": 0.006, "dictation": 0.03, "manager": 0.05}
"""Shares of people with a screen reader, without a mouse, with voice control, who dictate, with a password manager."""
SIGNS: Mapping[str, float] = {"software_gpu": 0.012, "window": 0.004, "platform": 0.006, "assistant": 0.004}
"""Shares of desktops of which the script tells these."""
RELAYED = 0.12
"""How many of Safari's users have a private relay: another address for each host that is called."""
MOVED = 0.035
"""How many come from another network when they send than when they opened the page."""


@dataclass(kw_only=True)
class Page(Window):
    """A form whose page carries the script.

    ``carries`` says whether the page has it at a moment. ``stopped`` is the share of people whose browser lets no
    script run or blocks this one, ``tokenless`` of those whom no token reaches. ``seen`` turns a visitor's address into
    what the service sees when the token is fetched; ``relays`` are addresses that lists know for relays. ``helps`` and
    ``signs`` are as ``HELPS`` and ``SIGNS``. ``late`` is the share of pages whose script comes with the first touch,
    ``lag`` the longest way of a lead to the service, in seconds.
    """

    carries: Callable[[float], bool] = lambda at: True
    stopped: float = 0.02
    tokenless: float = 0.008
    seen: Callable[[str], str | None] = lambda ip: ip
    helps: Mapping[str, float] = field(default_factory=lambda: HELPS)
    signs: Mapping[str, float] = field(default_factory=lambda: SIGNS)
    late: float = 0.0
    lag: float = 2.0
    origin: str = "https://www.example.com"
    relays: set[str] = field(default_factory=set)

    def visit(
        self,
        who: Person,
        at: float,
        machine: Browser | None = None,
        ip: str = "",
        at_issue: str | None = None,
        *,
        carried: bool | None = None,
        **texts: str,
    ) -> SentLead:
        """A lead of somebody at the page. ``at_issue`` is their address when the page was opened, else as it comes."""
        dice = self.dice
        machine = machine or self.browser()
        ip = ip or self.address(machine)
        safari = "Version/" in machine.agent and "Safari" in machine.agent and "Chrome" not in machine.agent
        if at_issue is None:
            at_issue = ip
            if safari and self.country in {"US", "DE", "FR", "GB", "AU", "ES", "JP"} and dice.random() < RELAYED:
                ip, at_issue = relay(dice), relay(dice)
                self.relays |= {at_issue}
            elif dice.random() < MOVED:
                at_issue = self.networks.home() if machine.phone else self.networks.mobile()
        sent = self.enquiry(who, at, machine, ip, **texts)
        if carried is None:
            carried = self.carries(sent.at)
        if not carried or dice.random() < self.stopped:
            del sent.lead["form"]  # nobody measures
            return self._on_its_way(sent)
        return self.carrying(sent, machine, self.measured(sent, machine), at_issue)

    def measured(self, sent: SentLead, machine: Browser) -> dict[str, Any]:
        """What the script counts of a visit that was played as typed, filled or pasted."""
        dice = self.dice
        told = dict(sent.lead["form"])
        values = self.values(sent)
        fields = len(values)
        told |= {"inserted": 0, "focus_changes": fields + self.choices + dice.choice((0, 0, 0, 1, 2, 3))}
        help_ = self._help()
        if help_ == "manager":
            told |= {"keystrokes": dice.choice((0, 0, 1, 6)), "autofills": fields, "pastes": 0}
            told["fill_seconds"] = dice.uniform(2, 9)
        elif help_ == "voice":
            told |= {"keystrokes": fields + dice.randint(0, 6), "inserted": fields, "autofills": 0, "pastes": 0}
            told |= {"pointer_events": dice.randint(0, 6), "fill_seconds": told["fill_seconds"] * dice.uniform(1.2, 3)}
        elif help_ == "dictation" and machine.phone and not told["autofills"]:
            said = dice.randint(1, fields)
            told["keystrokes"] = round(told["keystrokes"] * (1 - said / fields)) + said + dice.randint(0, 3)
            told["inserted"] = said
        elif machine.phone and told["keystrokes"] > 8:
            how = dice.random()
            if how < 0.22:  # swiped: an input a word, mail and number by touch
                words = sum(
                    len(values.get(name, "").split()) for name in ("name", "first_name", "last_name", "message")
                )
                rest = sum(len(values.get(name, "")) for name in ("email", "phone", "postal_code"))
                told["keystrokes"] = words + round(rest * dice.uniform(0.9, 1.2)) + dice.randint(0, 8)
                if "iPhone" in machine.agent:
                    told["inserted"] = dice.randint(0, min(2, fields))
            elif how < 0.34 and "iPhone" in machine.agent:  # the keyboard's own proposal of name and mailbox
                told["autofills"] = dice.randint(1, min(3, fields))
                told["keystrokes"] = round(told["keystrokes"] * (1 - told["autofills"] / fields))
        elif self.country == "JP" and told["keystrokes"]:
            told["keystrokes"] = round(told["keystrokes"] * dice.uniform(1.3, 2.6))
        if help_ in {"reader", "keyboard"}:
            slower = dice.uniform(1.5, 4) if help_ == "reader" else dice.uniform(0.9, 1.4)
            told |= {"pointer_events": dice.randint(0, 4), "fill_seconds": told["fill_seconds"] * slower}
            told["focus_changes"] += round(fields * dice.uniform(1, 2)) if help_ == "reader" else 0
        told["first_input_seconds"] = _reading(dice)
        told["seconds_on_page"] = told["first_input_seconds"] + told["fill_seconds"]
        if not machine.phone and (found := [name for name, share in self.signs.items() if dice.random() < share]):
            told["signs"] = found
        return told | {"webdriver": False}

    def carrying(
        self,
        sent: SentLead,
        machine: Browser,
        told: dict[str, Any],
        at_issue: str | None,
        *,
        agent: str | None = None,
        waited: float | None = None,
        scripted: bool = True,
        vendor: str | None = None,
        key: bytes = IDENTITY_KEY,
        claimed: float | None = None,
    ) -> SentLead:
        """The lead with the field: what was ``told``, and a token fetched from an address.

        ``waited`` is the token's true age when the form is sent, ``claimed`` what the page tells of it.
        """
        dice = self.dice
        told = dict(told)
        if waited is None:
            if dice.random() < self.late:  # the script comes with the first touch
                for name in ("first_input_seconds", "seconds_on_page"):
                    told[name] = told[name] - dice.uniform(0.5, 0.95) * told["first_input_seconds"]
                if dice.random() < 0.5:  # some text stood there already
                    for name in (
                        "keystrokes",
                        "pastes",
                        "autofills",
                        "inserted",
                        "fill_seconds",
                        "first_input_seconds",
                    ):
                        told.pop(name, None)
            waited = max(told["seconds_on_page"] - min(dice.lognormvariate(-0.5, 0.8), 9), 0.3)
            if waited > 21_600:  # renewed when somebody came to the form
                waited = told.get("fill_seconds", 30) + dice.uniform(1, 20)
        told["token_seconds"] = claimed if claimed is not None else waited
        token = ""
        if dice.random() >= self.tokenless:
            token = make_token(
                key,
                issued=sent.at - waited - dice.uniform(0.03, 0.6),
                random_id=f"{dice.getrandbits(96):024x}",
                site="site-" + str(vendor or self.source.get("vendor", ""))[:12],
                origin=self.origin,
                scripted=scripted,
                vendor=vendor or self.source.get("vendor"),
                ip=self.seen(at_issue) if at_issue else None,
                agent=agent or machine.agent,
                country=self.country,
                relay=bool(at_issue) and at_issue in self.relays,
            )
        else:
            token, _ = "fc1..", told.pop("token_seconds")
        rounded = {name: round(value, 2) if isinstance(value, float) else value for name, value in told.items()}
        packed = urlsafe_b64encode(json.dumps(rounded).encode()).decode().rstrip("=")
        lead = deepcopy(sent.lead) | {"form": {"token": f"{token}.{packed}"}}
        return self._on_its_way(SentLead(at=sent.at, lead=lead, label=sent.label))

    def typed_by_hand(self, sent: SentLead, machine: Browser) -> dict[str, Any]:
        """Measures as somebody who studied them would make up: of a person who types."""
        dice = self.dice
        hand = writer(dice, machine.phone)
        letters = sum(map(len, self.values(sent).values()))
        took = letters * 1.15 / hand.speed + dice.uniform(4, 15)
        reading = dice.uniform(8, 60)
        return {
            "seconds_on_page": reading + took,
            "first_input_seconds": reading,
            "fill_seconds": took,
            "keystrokes": round(letters * dice.uniform(1.05, 1.25)),
            "pastes": 0,
            "autofills": 0,
            "inserted": 0,
            "focus_changes": len(self.values(sent)) + self.choices + dice.randint(0, 2),
            "pointer_events": dice.randint(20, 60) if machine.phone else dice.randint(90, 400),
            "webdriver": False,
        }

    def _help(self) -> str:
        which = self.dice.random()
        for name, share in self.helps.items():
            which -= share
            if which < 0:
                return name
        return ""

    def _on_its_way(self, sent: SentLead) -> SentLead:
        """What the backend sends, and when it is there."""
        late = self.dice.uniform(0.1, self.lag)
        return SentLead(at=sent.at + late, lead=sent.lead, label=sent.label)


def relay(dice: random.Random) -> str:
    """An address of a private relay: few for all of a region."""
    block = dice.choice(("104.28.31", "104.28.57", "172.224.226", "172.224.227"))
    return f"{block}.{dice.randint(1, 14)}"


def _reading(dice: random.Random) -> float:
    """Seconds from the page's load to the first input: a quarter of a minute as a rule, hours for a tab left open."""
    return dice.lognormvariate(2.8, 0.8) if dice.random() > 0.03 else dice.uniform(900, 30_000)
