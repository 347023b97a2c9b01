"""What do people write? Messages in the local language, made by small grammars, each of them written for this project.

Real enquiries about one thing share its words but hardly ever a sentence, so each rule has many ends and the ends have
ends again. On top come people's slips: a letter left out or doubled (one word in sixty), no capitals, no full stop.
"""

from __future__ import annotations

import random
import re
import tomllib
from pathlib import Path

PHRASES: dict[str, dict[str, list[str]]] = tomllib.loads(Path(__file__).with_name("phrases.toml").read_text())
"""By kind of enquiry: rules and their ends."""
_RULE = re.compile(r"\{(\w+)\}")


def message(dice: random.Random, kind: str, long: float = 0.3) -> str:
    """A message of a kind, a key of ``PHRASES``. ``long`` is the share of those with two to four details."""
    rules = PHRASES[kind]
    parts = [_grown(dice, rules, "open"), _grown(dice, rules, "wish")]
    count = dice.randint(2, 4) if dice.random() < long else dice.choice((0, 0, 1))
    details = dice.sample(rules["detail"], min(count, len(rules["detail"])))
    parts += [_filled(dice, rules, detail) for detail in details]
    parts.append(_grown(dice, rules, "close"))
    text = " ".join(part.strip() for part in parts if part.strip())
    return _slips(dice, text)


def _grown(dice: random.Random, rules: dict[str, list[str]], name: str) -> str:
    return _filled(dice, rules, dice.choice(rules[name]))


def _filled(dice: random.Random, rules: dict[str, list[str]], text: str) -> str:
    def one(found: re.Match[str]) -> str:
        return _NUMBERS[found[1]](dice) if found[1] in _NUMBERS else _grown(dice, rules, found[1])

    return _RULE.sub(one, text)


_NUMBERS = {
    "few": lambda dice: str(dice.randint(2, 9)),
    "n": lambda dice: str(dice.randint(12, 98)),
    "hundred": lambda dice: str(
        dice.choice((100, 120, 150, 180, 200, 240, 250, 300, 350, 380, 400, 450, 500, 650, 800))
    ),
    "hour": lambda dice: str(dice.randint(4, 19)),
    "built": lambda dice: str(dice.randint(1928, 2012)),
    "year": lambda dice: str(dice.randint(2015, 2025)),
}


def _slips(dice: random.Random, text: str) -> str:
    words = text.split(" ")
    for place, word in enumerate(words):
        if len(word) > 3 and dice.random() < 1 / 60:
            cut = dice.randrange(1, len(word) - 1)
            words[place] = word[:cut] + dice.choice(("", word[cut] * 2)) + word[cut + 1 :]
    text = " ".join(words)
    style = dice.random()
    if style < 0.15:
        return text.lower()
    return text.rstrip(".") if style < 0.4 else text
