"""Which columns of a CRM's export, or of an agency's list, say what became of leads, and of which lead?

Their headings stand in ``data/outcome_headings.toml``. What tells whose the row is (a reference, contacts, the country)
has the headings of leads (``columns``).
"""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Collection, Mapping, Sequence
from functools import cache
from itertools import accumulate
from typing import Final

from msgspec import Struct

from fraudcheck.adapters.lists.sources import read_table
from fraudcheck.batch.columns import BETWEEN_PARTS, LATIN_OR_NOT, NOTE, bare, check_chosen, rank_column
from fraudcheck.fields.amounts import currency_code
from fraudcheck.fields.normal_form import normalize, simplify

LEAD: Final = ("check_id", "reference", "email", "phone", "country", "vendor")
"""Fields that say which lead a row means."""
OUTCOME: Final = (*LEAD, "outcome", "reason", "amount", "currency", "at", "buyer")
"""The fields of an outcome."""
ANSWER: Final = (*LEAD, "claim", "answer", "credited", "currency", "at")
"""The fields of a vendor's answer to a claim."""

_OF_LEADS = ("reference", "email", "phone", "country")
"""Fields whose headings are those of a lead's file."""
_SEVERAL: Final = frozenset(["reference", "email", "phone", "outcome"])
"""Fields that may have several columns: a row's first cell that says something is taken."""
_IN = frozenset(("in", "en", "em", "w", "i", "bằng", "vị"))
"""What stands before the currency of an amount's heading: "Betrag in EUR", "Số tiền tính bằng VND"."""


_PERSON, _DEAL, _END, _CLAIM, _CREDIT = "person", "deal", "end", "claim", "credit"
_MADE: Final[Mapping[str, tuple[str, frozenset[str], frozenset[str]]]] = {
    "outcome": ("outcome", frozenset([_PERSON, _DEAL]), frozenset()),
    "reason": ("reason", frozenset([_END]), frozenset([_PERSON, _DEAL])),
    "amount": ("amount", frozenset([_DEAL, _END]), frozenset(["money"])),
    "at": ("at", frozenset([_END]), frozenset([_DEAL])),
    "currency": ("currency", frozenset(["amount", _DEAL]), frozenset()),
}
"""Of which pieces a field's heading is made: its own, one or more of the next, and maybe of the last."""
_MADE_OF_ANSWERS: Final[Mapping[str, tuple[str, frozenset[str], frozenset[str]]]] = {
    "answer": ("outcome", frozenset([_CLAIM]), frozenset([_PERSON])),
    "credited": ("amount", frozenset([_CREDIT]), frozenset([_CLAIM, "money"])),
    "currency": _MADE["currency"],
    "at": ("at", frozenset([_CLAIM, _END]), frozenset([_CREDIT])),
}
"""The same in a vendor's list of answers."""
_WORDS = re.compile(r"[^\s_/|,;:()\[\]\-–—'’]+")
_MADE_RANK, _MOST_WORDS, _LONGEST_MADE, _LONGEST_PIECE, _SHORT = 500, 10, 80, 24, 3


class _Headings(Struct, frozen=True):
    """Rank by field and heading; what may stand before a mark, in a note, and behind a contact, without changing
    anything; and the kinds of each piece that headings are made of.
    """

    ranks: dict[str, dict[str, int]]
    objects: frozenset[str]
    notes: frozenset[str]
    places: frozenset[str]
    pieces: dict[str, frozenset[str]]


@cache
def _headings() -> _Headings:
    told = read_table("outcome_headings")
    del told["about"]
    around, made_of = told.pop("around"), told.pop("pieces")
    ranks: dict[str, dict[str, int]] = {}
    for field, by_language in told.items():
        own = ranks.setdefault(field, {})
        for spellings in by_language.values():
            for rank, heading in enumerate(spellings.split(", ")):
                own.setdefault(simplify(heading), rank)
    pieces: defaultdict[str, set[str]] = defaultdict(set)
    for kind, words in made_of.items():
        for word in words.split(", "):
            pieces[simplify(word) or word].add(kind)
    objects, notes, places = (
        frozenset(map(simplify, around[name].split(", "))) for name in ("objects", "notes", "places")
    )
    return _Headings(ranks, objects, notes, places, {piece: frozenset(kinds) for piece, kinds in pieces.items()})


def propose(
    columns: Sequence[str], chosen: Mapping[str, Sequence[str]], fields: Sequence[str]
) -> dict[str, tuple[str, ...]]:
    """The columns of each of the ``fields``, in their order, the best first. No column serves two.

    ``chosen`` (field to columns) goes first, then columns named like a field, then known headings. Raises ValueError,
    with what to do, for a field or column that does not exist, and for several columns of a field that takes one.
    """
    if unknown := next((field for field in chosen if field not in fields), None):
        raise ValueError(f"there is no field {unknown!r} here: give one of {', '.join(fields)}")
    mapping = check_chosen(columns, chosen, several=_SEVERAL)
    taken = {column for own in mapping.values() for column in own}
    found: dict[str, list[tuple[int, int, str]]] = {}
    for position, column in enumerate(dict.fromkeys(columns)):
        rank, field = _rank(column, fields)
        if field and field not in mapping and column not in taken:
            found.setdefault(field, []).append((rank, position, column))
    for field, ranked in found.items():
        in_order = tuple(column for _, _, column in sorted(ranked))
        mapping[field] = in_order if field in _SEVERAL else in_order[:1]
    return {field: mapping[field] for field in fields if field in mapping}


def tells_outcome(column: str) -> bool:
    """Whether a heading says that the column is what became of the leads, such as a CRM's status."""
    return _rank(column, ("outcome",))[1] == "outcome"


def named_currency(column: str) -> str | None:
    """The currency that an amount's heading names: ``Amount (EUR)``, ``Betrag in €``."""
    name = normalize("NFKC", bare(column))
    named = [note[1:-1] for note in NOTE.findall(name)]
    named.append(_in_currency(name)[1])
    codes = {code for text in named if (code := currency_code(text.strip()))}
    return codes.pop() if len(codes) == 1 else None


def _in_currency(name: str) -> tuple[str, str]:
    """What stands before "in EUR" at the end of a heading, and its last word; that is "" where it ends otherwise."""
    *before, word, last = ["", "", *name.split()]
    return (" ".join(before).strip(), last) if word.casefold() in _IN else (name, "")


def _rank(column: str, fields: Collection[str]) -> tuple[int, str]:
    """Rank and field of a column; the field is "" if none is known."""
    name = bare(column)
    if name.casefold() in fields:
        return -1, name.casefold()
    for field in fields:
        if (rank := _rank_as(field, name)) is not None:
            return rank, field
    for field, rule in (_MADE_OF_ANSWERS if "answer" in fields else _MADE).items():
        if field in fields and (rank := _rank_made(field, rule, name)) is not None:
            return rank, field
    for heading in dict.fromkeys((name, _without_object(name), _without_place(name))):
        rank, field = rank_column(heading)
        if field in _OF_LEADS and field in fields:
            return rank, field
    return 0, ""


def _rank_made(field: str, rule: tuple[str, frozenset[str], frozenset[str]], name: str) -> int | None:
    """The rank of a heading that is made of known pieces, of which the field needs some and allows some."""
    whole, name = name, normalize("NFKC", _without_object(name))
    if not all(_changes_nothing(note[1:-1], field, {}) for note in NOTE.findall(name)):
        return None
    words = [word for text in _WORDS.findall(NOTE.sub(" ", name)) if (word := simplify(text) or text)]
    if not words or len(words) > _MOST_WORDS or sum(map(len, words)) > _LONGEST_MADE:
        return None
    if field in ("amount", "credited") and len(words) > 1 and currency_code(words[-1]):
        words.pop()
    found = _kinds_of("".join(words), frozenset(accumulate(map(len, words), initial=0)))
    is_deals = whole != name and _DEAL in _headings().pieces.get(simplify(BETWEEN_PARTS.split(whole)[0]), ())
    told = frozenset([_DEAL]) if is_deals else frozenset[str]()
    return _MADE_RANK if any(_fits(kinds | told, rule) for kinds in found) else None


def _fits(kinds: frozenset[str], rule: tuple[str, frozenset[str], frozenset[str]]) -> bool:
    head, one_of, others = rule
    return head in kinds and not kinds.isdisjoint(one_of) and kinds <= {head, "links"} | one_of | others


def _kinds_of(text: str, ends: frozenset[int]) -> set[frozenset[str]]:
    """The kinds of the pieces that a text is made of, in each way to cut it; none where it cannot be cut.

    ``ends`` are where its words begin and end. A short piece is a whole word, as a link is: "de" stands in many words.
    """
    pieces = _headings().pieces
    at: list[set[frozenset[str]]] = [{frozenset()}, *[set[frozenset[str]]() for _ in text]]
    for start, so_far in enumerate(at):
        if not so_far:
            continue
        for end in range(start + 1, min(len(text), start + _LONGEST_PIECE) + 1):
            for kind in pieces.get(text[start:end], ()):
                is_short = end - start <= _SHORT and text[start:end].isascii()
                if (kind == "links" or is_short) and not ends >= {start, end}:
                    continue
                at[end] |= {kinds | {kind} for kinds in so_far}
    return at[-1]


def _without_place(name: str) -> str:
    """A contact's heading without which of several it is, behind a mark: "Person - E-Mail-Adresse - Arbeit"."""
    first, *rest = BETWEEN_PARTS.split(_without_object(name))
    return first if rest and all(simplify(part) in _headings().places for part in rest) else name


def _without_object(name: str) -> str:
    """A heading without whose column it is: "Контакт: E-mail"."""
    first, *rest = BETWEEN_PARTS.split(name, maxsplit=1)
    return rest[0] if rest and simplify(first) in _headings().objects else name


def _rank_as(field: str, name: str) -> int | None:
    """The rank of a heading as one field's; None where it is none, or where a part of it says something else."""
    headings = _headings()
    ranks = headings.ranks.get(field, {})
    if (rank := ranks.get(simplify(name))) is not None:
        return rank
    name = normalize("NFKC", name)
    if field in ("amount", "credited") and currency_code(_in_currency(name)[1]):
        name = _in_currency(name)[0]
    if not all(_changes_nothing(note[1:-1], field, ranks) for note in NOTE.findall(name)):
        return None
    parts = [part for part in BETWEEN_PARTS.split(NOTE.sub(" ", name)) if simplify(part)]
    if len(parts) > 1 and simplify(parts[0]) in headings.objects:
        del parts[0]
    found = [ranks.get(simplify(part)) for part in parts]
    if found == [None]:  # two languages without a mark between them: "状态 Status"
        found = [ranks.get(simplify(part)) for part in LATIN_OR_NOT.findall(parts[0]) if simplify(part)]
    known = [rank for rank in found if rank is not None]
    return min(known) if known and len(known) == len(found) else None


def _changes_nothing(note: str, field: str, ranks: Mapping[str, int]) -> bool:
    """Whether a note leaves a heading what it is. "(marketing)" and "(due)" do not."""
    simple = simplify(note)
    is_money = field in ("amount", "credited") and (
        currency_code(note.strip()) is not None or "money" in _headings().pieces.get(simple, ())
    )
    return not simple or is_money or simple in ranks or simple in _headings().notes
