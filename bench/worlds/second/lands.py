"""More countries for ``bench.worlds``: its tables take more keys, so that its people and browsers know them.

Only keys that were missing are added: no deployment of ``bench.worlds`` draws anything else than before.
"""

from __future__ import annotations

import random
import tomllib
from pathlib import Path
from typing import Any

from bench.worlds import browsers, clock, messages, names, networks, people

HERE = Path(__file__).parent
LANDS: dict[str, Any] = tomllib.loads((HERE / "lands.toml").read_text())


def register() -> None:
    """Add the countries and the kinds of messages to the tables."""
    for ours, theirs in (
        ("zone", clock.ZONES),
        ("language", browsers._LANGUAGES),
        ("iphones", browsers.IPHONES),
        ("gateways", networks.GATEWAYS),
        ("six", networks.SIX_SHARE),
        ("faker", names._FAKER),
        ("given", names.DATA["given"]),
        ("family", names.DATA["family"]),
        ("mobile", names.DATA["mobile"]),
        ("free", names.DATA["free"]),
        ("home_net", networks.HOME),
        ("mobile_net", networks.MOBILE),
        ("six_net", networks.SIXES),
    ):
        for key, value in LANDS[ours].items():
            theirs.setdefault(key, value)
    for kind, rules in tomllib.loads((HERE / "phrases.toml").read_text()).items():
        messages.PHRASES.setdefault(kind, rules)


def typed_number(dice: random.Random, e164: str, country: str) -> str:
    """A number as somebody types it; a number of another country is typed in full."""
    code = names.DATA["mobile"][country][0]
    if not e164.startswith(code):
        return e164 if dice.random() < 0.7 else "00" + e164[1:]
    if country not in LANDS["mobile"]:
        return people.typed_phone(dice, e164, country)
    local, which = e164.removeprefix(code), dice.random()
    if which < 0.09:
        return e164
    if which < 0.14:
        return f"{code} {local}"
    zero = "" if country in {"ES", "CO"} else "0"
    if which < 0.62:
        return zero + local
    whole = zero + local
    cuts = {
        "GB": ((5, 11), (5, 8, 11)),
        "ES": ((3, 6, 9), (3, 5, 7, 9)),
        "CO": ((3, 6, 10), (3, 10)),
        "ZA": ((3, 6, 10), (3, 6, 10)),
        "AU": ((4, 7, 10), (4, 10)),
        "JP": ((3, 7, 11), (3, 7, 11)),
        "NL": ((2, 10), (2, 6, 10)),
        "AE": ((3, 6, 10), (3, 10)),
    }
    mark = "-" if country == "JP" or (country == "NL" and dice.random() < 0.6) else " "
    parts, begun = [], 0
    for cut in dice.choice(cuts[country]):
        parts.append(whole[begun:cut])
        begun = cut
    return mark.join(part for part in parts if part)
