"""How is a form filled in? Measures that agree with what was typed, as a site's script would count them.

Typing speed: Dhakal et al. 2018 (desktop: 51.6 words a minute, deviation 20.2; about 1.17 keys a character with
corrections) and Palin et al. 2019 (phones: 36.2, deviation 13.2); a word is five characters. Both measured the copying
of sentences. That addresses and numbers go slower, the pauses between fields, thinking within messages, interruptions
and all pointer figures are our own estimates. Browsers' autofill puts all fields in within milliseconds, without a key
(measured in Chromium), so that only the time to choose the profile and to press the button remains: 2 to 6 s.
"""

from __future__ import annotations

import math
import random
from dataclasses import dataclass
from typing import Any

AUTOFILLED = ("name", "first_name", "last_name", "email", "phone", "company", "address", "postal_code")
"""What a browser's profile holds; a message is always written."""
_SLOWER = {"email": 0.75, "phone": 0.6, "postal_code": 0.65, "message": 0.95, "address": 0.8}


@dataclass(frozen=True)
class Writer:
    """A person at a keyboard: characters a second, keys a character, and how long such a person thinks (1: as most)."""

    speed: float
    keys: float
    pauses: float
    suggestions: float = 1.0


def writer(dice: random.Random, phone: bool, slow: float = 1.0) -> Writer:
    """A person. ``slow`` above 1 stands for people who type seldom."""
    words = max(dice.gauss(36.2, 13.2), 9) if phone else max(dice.gauss(51.6, 20.2), 11)
    return Writer(
        speed=words * 5 / 60 / slow,
        keys=min(max(dice.gauss(1.12 if phone else 1.17, 0.07), 1.0), 1.45),
        pauses=math.exp(dice.gauss(0, 0.4)) * slow,
        # A suggestion bar puts whole words in: a third of phones' users take it, for words of messages and mail ends.
        suggestions=dice.uniform(0.55, 0.9) if phone and dice.random() < 0.33 else 1.0,
    )


def fill(
    dice: random.Random, who: Writer, phone: bool, values: dict[str, str], way: str = "typed", *, choices: int = 1
) -> dict[str, Any]:
    """The form's measures. ``values`` are the typed fields; ``way`` is typed, autofill, partly or paste.

    ``partly`` is a browser's suggestion taken for some fields, ``paste`` puts mail address or phone in from elsewhere.
    ``choices`` counts boxes and lists that were touched.
    """
    filled, pasted = _helped(dice, values, way)
    seconds, keys = 0.0, 0
    for field, value in values.items():
        if field in filled:
            continue
        if field in pasted:
            seconds += dice.uniform(1.5, 5) * who.pauses
            continue
        typed = len(value) * (who.suggestions if field == "message" else 1.0)
        pressed = max(round(typed * who.keys * dice.uniform(0.97, 1.04)), 1)
        keys += pressed
        seconds += pressed / (who.speed * _SLOWER.get(field, 0.9)) + _pause(dice, 1.8 if phone else 1.3) * who.pauses
        if field == "message":
            seconds += sum(_pause(dice, 4.5) for _ in range(1 + len(value) // 60)) * who.pauses
    seconds += sum(_pause(dice, 1.6) for _ in range(choices)) * who.pauses + dice.uniform(0.6, 2.5)
    if filled:
        seconds += dice.uniform(2.0, 6.0) if way == "autofill" else dice.uniform(1, 2.5) * len(filled)
        keys += dice.choice((0, 0, 0, 0, 1, 2, 4)) if way == "autofill" else 0
    if dice.random() < 0.06:
        seconds += _pause(dice, 50)
    return {
        "seconds_on_page": round(seconds + _reading(dice), 1),
        "fill_seconds": round(seconds, 1),
        "keystrokes": keys,
        "pastes": len(pasted),
        "autofills": len(filled),
        "pointer_events": _pointers(dice, phone, len(values) - len(filled) + choices + 1, seconds),
    }


def _helped(dice: random.Random, values: dict[str, str], way: str) -> tuple[set[str], set[str]]:
    """Which fields were filled by the browser, and which were pasted."""
    known = [field for field in values if field in AUTOFILLED]
    if way == "autofill":
        return set(known), set()
    if way == "partly":
        return set(dice.sample(known, dice.randint(1, max(len(known) - 1, 1)))), set()
    if way == "paste":
        return set(), {field for field in values if field in {"email", "phone"} and dice.random() < 0.7}
    return set(), set()


def _pause(dice: random.Random, middle: float) -> float:
    return middle * math.exp(dice.gauss(0, 0.7))


def _reading(dice: random.Random) -> float:
    """Seconds on the page outside the form: half a minute as a rule, and hours for a tab left open."""
    return _pause(dice, 28) if dice.random() > 0.03 else dice.uniform(900, 20_000)


def _pointers(dice: random.Random, phone: bool, touched: int, seconds: float) -> int:
    """Touches come in threes (down, move, up) and with scrolling; a mouse moves at many events a second, in bouts."""
    if phone:
        return round(touched * dice.uniform(2, 4.5) + dice.expovariate(1 / 12))
    return round(touched * dice.uniform(8, 40) + min(seconds, 240) * dice.uniform(0.1, 1.5))
