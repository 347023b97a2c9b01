"""How do people combine names and words to mailbox names?"""

from __future__ import annotations

import re
from collections.abc import Sequence
from random import Random


def mailbox(random: Random, names: Sequence[str]) -> str:
    """A mailbox name, in letters only, made of five names or words of one culture."""
    first, second, third, *_ = names
    initials = "".join(name[0] for name in names[1:])
    ways = {
        "initials": (3, first[0] + initials[: random.randrange(2, 5)]),
        "with initials": (2, first + initials[: random.randrange(2, 4)]),
        "after initials": (2, initials[: random.randrange(2, 4)] + first),
        "both": (28, first + second),
        "one": (14, first),
        "initial and name": (14, first[0] + second),
        "name and initial": (14, first + second[0] + (third[0] if random.random() < 0.4 else "")),
        "two initials and name": (6, first[0] + second[0] + third),
        "beginnings": (6, first[: random.randrange(2, 5)] + second[: random.randrange(2, 6)]),
        "without vowels": (3, first[0] + re.sub("[aeiouy]", "", first[1:]) + second),
        "three": (8, first + second + third),
    }
    shares, made = zip(*ways.values(), strict=True)
    return str(random.choices(made, shares)[0])
