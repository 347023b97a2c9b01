"""How do people mash keys? Random strings from a model of hands on a keyboard, to compare names with.

The model describes habits and uses no list: rolling along a row, repeating a few keys, alternating hands, one hand that
wanders, and random letters as programs draw them.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from random import Random

QWERTY = ("qwertyuiop", "asdfghjkl", "zxcvbnm")
LATIN = ((QWERTY, 8), (("qwertzuiop", "asdfghjkl", "yxcvbnm"), 1), (("azertyuiop", "qsdfghjklm", "wxcvbn"), 1))
LAYOUTS = {
    "latin": LATIN,
    "cyrillic": ((("йцукенгшщзхъ", "фывапролджэ", "ячсмитьбю"), 1),),
    "greek": ((("ςερτυθιοπ", "ασδφγηξκλ", "ζχψωβνμ"), 1),),
    "hebrew": ((("קראטוןםפ", "שדגכעיחלךף", "זסבהנמצתץ"), 1),),
    "arabic": ((("ضصثقفغعهخحجد", "شسيبلاتنمكط", "ئءؤرىةوزظ"), 1),),
}
_ROWS = (3, 6, 1)  # how much more often hands rest on the home row


class Hands:
    """Two hands on one keyboard."""

    def __init__(self, rows: Sequence[str], random: Random) -> None:
        self.random = random
        self.at = {key: (column + 0.4 * row, row) for row, keys in enumerate(rows) for column, key in enumerate(keys)}
        middle = max(len(keys) for keys in rows) / 2
        self.sides = [
            [key for key, (x, y) in self.at.items() if (x - 0.4 * y < middle) == left] for left in (True, False)
        ]
        self.keys = list(self.at)
        self.rows = rows
        self._near = {
            (key, side): (self.sides[side], [self._pull(key, other) for other in self.sides[side]])
            for key in self.keys
            for side in (0, 1)
        }

    def _pull(self, key: str, other: str) -> float:
        (x, y), (u, v) = self.at[key], self.at[other]
        return _ROWS[v] * (0.12 if key == other else 1 / (0.6 + (x - u) ** 2 + 2.5 * (y - v) ** 2))

    def start(self, side: int) -> str:
        """A key on which this hand rests (0 for left, 1 for right)."""
        keys = self.sides[side]
        return self.random.choices(keys, [_ROWS[self.at[key][1]] for key in keys])[0]

    def near(self, key: str, side: int) -> str:
        """The key that this hand strikes after ``key``: often one beside it."""
        keys, pulls = self._near[key, side]
        return self.random.choices(keys, pulls)[0]

    def side(self, key: str) -> int:
        """The hand that strikes a key: 0 for left, 1 for right."""
        return 0 if key in self.sides[0] else 1

    def roll(self, length: int) -> str:
        """Neighbouring keys of a row, in either direction."""
        row = self.random.choices(self.rows, _ROWS)[0]
        row = row[::-1] if self.random.random() < 0.4 else row
        at = self.random.randrange(max(1, len(row) - length + 1))
        return row[at : at + length]

    def wander(self, length: int, turns: float) -> str:
        """Keys, each near the same hand's last one. With probability ``turns`` the other hand strikes next."""
        side = self.random.randrange(2)
        last = [self.start(0), self.start(1)]
        text = ""
        for _ in range(length):
            text += last[side]
            last[side] = self.near(last[side], side)
            if self.random.random() < turns:
                side = 1 - side
        return text

    def chunk(self) -> str:
        """A few keys, for repeating."""
        length = self.random.choices((2, 3, 4, 5), (3, 8, 4, 1))[0]
        kind = self.random.random()
        if kind < 0.35:
            return self.roll(length)
        if kind < 0.85:
            return self.wander(length, 0.05)
        return self.wander(length, 0.6)

    def again(self, length: int) -> str:
        """A chunk repeated, with slips: the keys in another order, one left out, doubled or replaced by a near one."""
        chunk = self.chunk()
        text = ""
        while len(text) < length:
            part = chunk
            if self.random.random() < 0.3:
                keys = list(chunk)
                slip = self.random.random()
                at = self.random.randrange(len(keys))
                if slip < 0.4:
                    self.random.shuffle(keys)
                elif slip < 0.6:
                    del keys[at]
                elif slip < 0.8:
                    keys.insert(at, keys[at])
                else:
                    keys[at] = self.near(keys[at], self.side(keys[at]))
                part = "".join(keys)
            text += part
        return text[: length + self.random.randrange(2)]

    def mash(self) -> str:
        """One mashed word."""
        length = self.random.choices(range(3, 15), (1, 2, 4, 8, 7, 6, 5, 4, 3, 2, 1, 1))[0]
        kind = self.random.random()
        if kind < 0.42:
            return self.again(length)
        if kind < 0.56:
            return self.wander(length, 0.06)
        if kind < 0.68:
            return self.wander(length, 0.8)
        if kind < 0.78:
            return self.wander(length, 0.35)
        if kind < 0.86:
            return "".join(self.roll(self.random.randrange(2, 6)) for _ in range(3))[:length]
        return "".join(self.random.choices(self.keys, k=length))


def strings(script: str, count: int, seed: int) -> Iterator[str]:
    """``count`` mashed words on the keyboards of a script."""
    random = Random(seed)  # noqa: S311  # to be the same each time
    layouts = [Hands(rows, random) for rows, _ in LAYOUTS[script]]
    shares = [share for _, share in LAYOUTS[script]]
    for _ in range(count):
        yield random.choices(layouts, shares)[0].mash()


def random_letters(count: int, seed: int) -> Iterator[str]:
    """Random letters, as programs draw them."""
    random = Random(seed)  # noqa: S311
    for _ in range(count):
        yield "".join(random.choices("abcdefghijklmnopqrstuvwxyz", k=random.randrange(4, 15)))
