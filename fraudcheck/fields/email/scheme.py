"""By which scheme is a mailbox's name made, relative to the name of its person?

``nguyen.an84`` of An Nguyen is ``{last}.{first}{digits:2}``, whoever the person is. People's mailboxes follow many
schemes; a program's follow one.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from functools import lru_cache

from anyascii import anyascii

from fraudcheck.fields.name.match import latin_words

_LONGEST_LOCAL_PART = 64
"""Characters of the part before the @ (RFC 5321 section 4.5.3.1.1); the scheme covers no more."""
_MOST_WORDS = 6
"""Words of a name that are looked for: its first and last ones."""
_MANY_DIGITS = 5
"""Digits that are so rare in mailboxes that the letters before them need not be as many to be alike."""
_RUNS = re.compile(r"[a-z]+|\d+|.", re.DOTALL)
_LONG = 4
"""Letters of no name from which on they are a word, of whatever length."""
_COUNTED = re.compile(r"\{(letters|digits):(\d+)\}|\{(word)\}|\{(year)\}")
_NUMBER, _NAMED = re.compile(r"\{digits:\d+\}"), re.compile(r"\{(?:first|middle|last|f|m|l)\b")
_LEAST = (0.03, 0.03, 0.03, 0.01, 0.004, 0.002)
"""The least share of people that a scheme is taken to have among those who come to one form, by how many digits it has
(a year's are none, and five stand for more). Countries, generations and offers have their own ways, but hardly anybody
makes up five digits by hand."""
_LEAST_WITH_WORD = (0.03, 0.02, 0.006, 0.002)
"""The same where letters of no name stand beside a name: with no digit, one, two or a year's, and more."""
_LETTERS = re.compile(r"[a-z]+")
_INITIALS = {"{first}": "{f}", "{middle}": "{m}", "{last}": "{l}"}
_PLACES = {"{first}": 0, "{middle}": 1, "{last}": 2}

NamePart = tuple[str, str]
"""A word of a name in lower-case ASCII letters, and its place: ``{first}``, ``{middle}`` or ``{last}``."""


def name_parts(first: str, last: str | None = None) -> list[NamePart]:
    """The words of a name in ASCII letters (``fields.name.match.to_latin``), the longest first.

    ``first`` is the whole name where ``last`` is None.
    """
    words = latin_words(first)
    if last is None:
        places = ["{first}", *["{middle}"] * (len(words) - 2), "{last}"][: len(words)]
    else:
        others = latin_words(last)
        places = ["{first}"] * len(words) + ["{last}"] * len(others)
        words += others
    parts = list(zip(words, places, strict=True))
    if len(parts) > _MOST_WORDS:
        parts = parts[: _MOST_WORDS // 2] + parts[-_MOST_WORDS // 2 :]
    return sorted(parts, key=lambda part: -len(part[0]))


def mailbox_scheme(local: str, parts: Sequence[NamePart]) -> str | None:
    """The scheme of the part before the @, None for an empty one. A tag after ``+`` is left out.

    Words of the name stand as ``{first}``, ``{middle}``, ``{last}``, their initials as ``{f}``, ``{m}``, ``{l}``, their
    beginnings as ``{first:3}``, whatever their length. What is left keeps its length: ``{letters:3}``, ``{digits:6}``,
    and ``{year}`` for one of a living person; but four letters and more are ``{word}``, as are all letters where no
    part of the name is in it and there are several runs, or many digits.
    """
    local = local[:_LONGEST_LOCAL_PART].partition("+")[0]
    local = (local if local.isascii() else anyascii(local)).lower().replace("{", "?")
    if not local:
        return None
    pieces, rest = [local], []
    for part in parts:
        found = _split(pieces, *part) if part[0] in local else None
        if found:
            pieces = found
        else:
            rest.append(part)
    rest.sort(key=_by_place)
    made, has_name = "", False
    for piece in pieces:
        if piece[0] == "{":
            made += piece
            has_name = True
            continue
        for run in _RUNS.findall(piece):
            name = _beginning(run, rest)
            made += name or _plain(run, "{word}" if len(run) >= _LONG else "")
            has_name |= name is not None
    return made if has_name else _unnamed(_RUNS.findall(local))


def _by_place(part: NamePart) -> int:
    return _PLACES[part[1]]


def _split(pieces: list[str], word: str, place: str) -> list[str] | None:
    """The pieces with the first place where the word stands as a piece of its own; None where it stands in none.

    A word of two letters may stand in any other, so that it counts at the ends of a run of letters alone.
    """
    for number, piece in enumerate(pieces):
        if piece[:1] == "{" or word not in piece:
            continue
        at = piece.index(word) if len(word) > 2 else _at_an_end(piece, word)
        if at >= 0:
            around = (piece[:at], place, piece[at + len(word) :])
            return [*pieces[:number], *filter(None, around), *pieces[number + 1 :]]
    return None


def _at_an_end(piece: str, word: str) -> int:
    """Where a word of two letters begins or ends a run of letters; -1 where it does not, or is no word of two."""
    if len(word) < 2:
        return -1
    for run in _LETTERS.finditer(piece):
        if run[0].startswith(word):
            return run.start()
        if run[0].endswith(word):
            return run.end() - len(word)
    return -1


def _beginning(run: str, others: list[NamePart]) -> str | None:
    """How a run is made from the beginning of a word; None where it is not.

    ``others`` are the words that were not found; the one that the run is made from is taken out.
    """
    for word, place in others:
        if word.startswith(run):
            others.remove((word, place))
            return _INITIALS[place] if len(run) == 1 else f"{place[:-1]}:{len(run)}}}"
    return None


def _plain(run: str, letters: str = "") -> str:
    if run.isdigit():
        return "{year}" if len(run) == 4 and "1930" <= run <= "2029" else f"{{digits:{len(run)}}}"
    if run.isalpha():
        return letters or f"{{letters:{len(run)}}}"
    return run if run in {".", "_", "-"} else "?"


def _unnamed(runs: Sequence[str]) -> str:
    several = sum(run.isalpha() for run in runs) > 1
    many_digits = any(run.isdigit() and len(run) >= _MANY_DIGITS for run in runs)
    return "".join([_plain(run, "{word}" if several or many_digits else "") for run in runs])


def usual_share(scheme: str, shares: Mapping[str, float]) -> float:
    """The share of people whose mailbox is made by a scheme: as counted, ``shares``, but at least what is plausible."""
    return max(shares.get(scheme, 0.0), _least_share(scheme))


@lru_cache(maxsize=4096)
def _least_share(scheme: str) -> float:
    if _NUMBER.fullmatch(scheme):
        return _LEAST[0]  # a telephone number, as whole countries do
    counted = list(_COUNTED.finditer(scheme))
    digits = max([int(match[2]) for match in counted if match[1] == "digits"], default=0)
    with_word = any(match[3] or (match[1] == "letters" and match[2] != "1") for match in counted)
    if with_word and _NAMED.search(scheme):
        digits = max(digits, 2 * any(match[4] for match in counted))
        return _LEAST_WITH_WORD[min(digits, len(_LEAST_WITH_WORD) - 1)]
    return _LEAST[min(digits, len(_LEAST) - 1)]
