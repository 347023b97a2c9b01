"""What are people called? Given and family names by country, the commonest first; ``script:latin`` for other scripts.

The lists in people.toml are written from general knowledge: the commonest names, drawn with weights that fall with
the rank (power 0.6). Real registers have a long tail beside them, so that two of some hundred people seldom share a
whole name: it comes from faker's lists or from parts that the language makes names of. That a name is of the tail in
55 of 100 cases is our own estimate.
"""

from __future__ import annotations

import random
import tomllib
from importlib import import_module
from pathlib import Path
from typing import Any

from anyascii import anyascii

DATA: dict[str, Any] = tomllib.loads(Path(__file__).with_name("people.toml").read_text())
MIDDLE = DATA["middle"]["VN"].split()
"""Vietnamese middle names."""
_FAKER = {
    "NG": "yo_NG",
    "IN": "en_IN",
    "BR": "pt_BR",
    "TH": "th_TH",
    "PL": "pl_PL",
    "TR": "tr_TR",
    "US": "en_US",
    "DE": "de_DE",
    "MX": "es_MX",
    "KE": "en_KE",
    "PH": "es_MX",
    "ID": "id_ID",
    "FR": "fr_FR",
}
_TAIL = 0.55


def common_given(dice: random.Random, country: str) -> tuple[str, str]:
    """A given name as it is written, and in Latin letters."""
    return _drawn(dice, country, DATA["given"][country], "first_names")


def common_family(dice: random.Random, country: str) -> tuple[str, str]:
    """A family name as it is written, and in Latin letters."""
    if country in DATA["made"] and dice.random() < _TAIL:
        made = "".join(dice.choice(part.split()) for part in DATA["made"][country])
        return made, made
    return _drawn(dice, country, DATA["family"][country], "last_names")


def middle(dice: random.Random, country: str) -> str:
    """What stands between: middle names in Vietnam, the father's name in Egypt, a second given name elsewhere."""
    if country == "VN":
        return " ".join(dice.sample(MIDDLE, dice.choices((0, 1, 2), (10, 68, 22))[0]))
    if country == "EG":
        return _ranked(dice, DATA["given"]["EG"]).partition(":")[0] if dice.random() < 0.75 else ""
    second = dice.random() < {"BR": 0.35, "MX": 0.35, "NG": 0.12, "KE": 0.15, "PH": 0.25, "IN": 0.08}.get(country, 0.03)
    return common_given(dice, country)[0] if second else ""


def _drawn(dice: random.Random, country: str, common: str, kind: str) -> tuple[str, str]:
    if country in _FAKER and country not in (DATA["made"] if kind == "last_names" else ()) and dice.random() < _TAIL:
        # Titles such as "Dr." or places do not stand in these lists; doubled entries are weights of faker's own.
        names = list(getattr(import_module(f"faker.providers.person.{_FAKER[country]}").Provider, kind))
        name = dice.choice(names)
        return name, name if name.isascii() else anyascii(name).title()
    native, _, latin = _ranked(dice, common).partition(":")
    return native, latin or native


def _ranked(dice: random.Random, names: str) -> str:
    words = names.split()
    return dice.choices(words, [(rank + 1) ** -0.6 for rank in range(len(words))])[0].replace("-", " ")
