"""Which columns of a file are which field of a lead?

Files of leads come from CRMs, lead platforms and forms in many languages, and each has its own headings: they stand in
``data/headings.toml``. A wrong guess costs more than none: a heading that means different things in different files is
not there, so the file's owner has to map it.
"""

from __future__ import annotations

import re
from collections import Counter, defaultdict
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from difflib import get_close_matches
from functools import cache
from typing import Final

from msgspec import Struct

from fraudcheck.adapters.lists.sources import read_table
from fraudcheck.fields.normal_form import normalize, simplify
from fraudcheck.intake.lead_fields import LEAD_FIELDS

FIELDS: Final = tuple(field.name for field in LEAD_FIELDS if field.name != "extra")
"""The fields of a lead that a column can be, nested ones with dots."""

ROWS_ABOVE = 30
"""Rows at the top of a file among which its heading is looked for: a title and remarks may stand above it."""
LEFT_OUT: Final = "-"
"""In the place of a field: the column is none, whatever its heading says."""
_EVENT = "activity."
"""Begins the name of an event (``activity.pages``), whose column holds how often it was."""
_FORM = "form."
"""Begins the names of what our own form measures (``form.fill_seconds``): nobody else has columns of these names."""
_NOT_ALONE = frozenset(("form.token", "form.inserted", "form.signs"))
"""... but of these, which are each program's own without what begins them: a CRM's ``Inserted`` is a day."""
_EXTRA = "extra."
"""Begins the name of a field of the caller's own (``extra.age``), which the table of quality may ask for."""
_CLICKS: Final = {
    simplify(name.rpartition(".")[2]): name
    for name in FIELDS
    if name.startswith("source.click.") and name != "source.click.lead_id"
}
"""Headings of the click, as programs give them to files in all languages (``utm_source``), by their simple form."""

_NAMES_OF_FIELDS = frozenset(FIELDS)

_OF_META = frozenset(["is_organic", "platform", "form_id", "created_time"])
"""Columns by which an export of Meta's leads is known: its platform (fb, ig) is where the click was made."""

_OF_VERDICTS = frozenset(["check_id", "enquiry", "enquiry_confidence"])
"""Columns that a batch's own output has."""

CONTACTS: Final = ("email", "phone")
"""Fields that may have several columns: a mobile beside a landline. A row's first usable cell is the lead's."""

_FIELDS_OF_A_PERSON = frozenset([*FIELDS[: FIELDS.index("country") + 1], "client.ip"])
"""Fields whose headings may have words around them that say whose it is, as in "Person - Email" and "your-message"."""

_NUMBERING = re.compile(r"\s{0,9}(?:(?:q|question|câu|frage)\s{0,9})?\d{1,3}\s{0,9}[.):]\s{0,9}(?=\S)", re.IGNORECASE)
NOTE = re.compile(r"[(\[{<（【［「][^)\]}>）】］」]*[)\]}>）】］」]?")
BETWEEN_PARTS = re.compile(r"[/／|｜\n\r;•·]| [-–—] |: ")
LATIN_OR_NOT = re.compile(r"[\u0000-\u024f\u1e00-\u1eff]+|[^\u0000-\u024f\u1e00-\u1eff]+")
_SEVERAL = re.compile(r"(\D{0,80}?)0?([1-9])")
_QUESTION = re.compile(r"[?？؟]")
_CLAUSES = re.compile(r"[,،，、!！.。…;:：?？؟{}]+|\s[-–—]\s")
"""Between the clauses of a question: "Thanks, {{field:name}}! What is your email?"."""
_YOURS = frozenset(["your", "votre", "ton", "tu", "dein", "deine", "twoj", "twoja", "uw", "jouw"])
"""Words that mean who is asked, and nobody else: "su correo" may be another's."""
_CONTACT_WORD = (
    r"(?:e-?mail(?:-?adresse)?|mail|courriel|correo(?: electrónico)?|telefon(?:nummer)?|handynummer|nummer|adresse|tél"
    r"|téléphone|teléfono|telefono|telefone|celular|celulare|cellulare|móvil|portable|mobile|numéro|número|numero|whatsapp)"
)
_OF_WHOM = re.compile(
    r"\bof (?:your|the|my|his|her|their) |\b(?:ihre[sr]|deine[sr]|seine[sr]|von (?:ihrem|ihrer|deinem|deiner)|des) "
    r"|\bde (?:votre|ton|ta|vos|tes|tu|tus|su|sus|seu|sua) |\bd[oae] (?:seu|sua|teu|tua) "
    r"|\b(?:del (?:tuo|suo|vostro)|della (?:tua|sua)) "
    r"|\b(?:twojego|twojej|swojego|swojej|pana|pani|państwa) |\bcủa |ของ"
    rf"|\b{_CONTACT_WORD} (?:der|meine[sr]|eine[sr]|unsere[sr]|du|de la|de l['’]|des|del|do|da|della|dell['’]) ?"
)
"""What stands before the one whose contact is asked for: "E-Mail Ihres Steuerberaters"."""
_WHOSE = re.compile(r"\b(\w{1,60})['’]s\b|\b(\w{1,60}n[ıiuü]z[ıiuü]n) |(?<!\S)(\S{1,60}) (?:का|की|के) ")
"""The one whose contact is asked for, before it: "Accountant's email"."""
_MOST_WORDS = 4
"""Words of a heading that is looked for in a question."""
_YEAR_FIRST = frozenset(["zh", "ja", "ko"])
"""Languages that write a date in numbers with the year first. All others but English have the day first."""
_OF_ALL_LANGUAGES = frozenset(name.rpartition(".")[2].replace("_", "") for name in FIELDS)
"""Headings that say nothing of the file's language: programs give them to files in all of them."""
_MADE, _WITH_WORDS, _WITH_NOTES = 500, 1000, 2000
_LONGEST_MADE = 40
"""The rank of a heading that is made of two words; and what is added to the rank of one that is known only without the
words around it, or without its notes."""

Columns = Mapping[str, tuple[str, ...]]
"""The columns of each field, the best first."""

_Ranked = tuple[int, str]
"""Rank and field of a heading. Of two columns of one field, that with the lower rank goes first. The field is "" for
what is no field of a lead."""


class _Made(Struct, frozen=True):
    """Of which words headings are made, with the (field, language) of each: what the field is, of what, and links."""

    firsts: dict[str, set[tuple[str, str]]]
    seconds: dict[str, set[tuple[str, str]]]
    links: tuple[str, ...]


class _Headings(Struct, frozen=True):
    """What ``headings.toml`` says, in the form that ``normal_form.simplify`` gives.

    ``languages`` has those of a known heading, ``by_cells`` the field of a heading that only its cells can tell.
    ``halves`` has (heading of a whole name, heading beside it, field that the first then is). ``where_from`` and
    ``publishers`` are headings of a vendor that are something else where the vendor is told beside the file.
    """

    ranked: dict[str, _Ranked]
    languages: dict[str, set[str]]
    by_cells: dict[str, str]
    halves: list[tuple[str, str, str]]
    before: tuple[str, ...]
    after: tuple[str, ...]
    kinds: frozenset[str]
    never: tuple[str, ...]
    own: frozenset[str]
    made: _Made
    where_from: frozenset[str]
    publishers: frozenset[str]


@cache
def _headings() -> _Headings:
    told = read_table("headings")
    del told["about"], told["file_names"]
    made, vendor_told = told.pop("made"), told.pop("vendor_told")
    other, by_cells, halves, around, never = (
        told.pop(name) for name in ("other", "by_cells", "halves", "around", "never")
    )
    ranked: dict[str, _Ranked] = {}
    languages: defaultdict[str, set[str]] = defaultdict(set)
    for language, fields in told.items():
        for field, spellings in fields.items():
            for rank, heading in enumerate(_split(spellings)):
                languages[heading].add(language)
                ranked.setdefault(heading, (rank, field))
                if field == "submitted_at":
                    for zone in ("utc", "gmt"):
                        ranked.setdefault(heading + zone, (rank, field))
    for field in FIELDS:
        if field != "activity":  # the heading of many columns of salespeople's notes
            ranked.setdefault(simplify(field), (0, field))
        if field.startswith(_FORM) and field not in _NOT_ALONE:
            ranked.setdefault(simplify(field.removeprefix(_FORM)), (0, field))
    for heading in _split(other["column"]):
        ranked.setdefault(heading, (0, ""))
    pairs = [(half, *map(simplify, pair.split(" + "))) for half, text in halves.items() for pair in text.split(", ")]
    longest_first = {
        name: tuple(sorted(set(_split(around[name])), key=len, reverse=True)) for name in ("before", "after")
    }
    return _Headings(
        ranked,
        dict(languages),
        {heading: field for field, spellings in by_cells.items() for heading in _split(spellings)},
        [(whole, beside, half) for half, whole, beside in pairs],
        longest_first["before"],
        longest_first["after"],
        frozenset(_split(around["kind"])),
        tuple(" ".join(_words(words)) for words in never["words"].split(", ")),
        frozenset(_split(never["own"])),
        _made_of(made),
        frozenset(_split(vendor_told["where_from"])),
        frozenset(_split(vendor_told["sub_id"])),
    )


def _made_of(made: Mapping[str, Mapping[str, str]]) -> _Made:
    """The words of which headings are made, from the table."""
    words: tuple[defaultdict[str, set[tuple[str, str]]], ...] = (defaultdict(set), defaultdict(set))
    for field, by_language in made.items():
        for language, text in by_language.items() if field != "links" else ():
            for own, part in zip(words, text.split(" + "), strict=True):
                for word in filter(None, _split(part)):
                    own[word].add((field, language))
    return _Made(dict(words[0]), dict(words[1]), ("", *_split(made["links"]["words"])))


def _is_made(simple: str, made: _Made) -> set[tuple[str, str]]:
    """Fields and languages of a heading that two words make: "Lead-Nr.", "N° de lead"; none for any other."""
    found: set[tuple[str, str]] = set()
    for cut in range(1, len(simple) if len(simple) <= _LONGEST_MADE else 0):
        begin, end = simple[:cut], simple[cut:]
        if begin in made.seconds:
            found |= made.seconds[begin] & made.firsts.get(end, set())
        if begin in made.firsts:
            for link in made.links:
                if end.startswith(link):
                    found |= made.firsts[begin] & made.seconds.get(end[len(link) :], set())
    return found


def _split(spellings: str) -> list[str]:
    return [simplify(spelling) for spelling in re.split(r",\s+", spellings.strip())]


def _words(text: str) -> list[str]:
    return [simplify(word) for word in re.split(r"[\W_]+", text) if word]


def known_fields(cells: Iterable[str]) -> int:
    """How many fields of a lead a row names, were it the heading; 0 if none of them is a contact."""
    mapping = propose_mapping([*dict.fromkeys(cell for cell in cells if cell)], {})
    return len(mapping) if mapping.keys() & {*CONTACTS} else 0


def propose_mapping(columns: Sequence[str], chosen: Mapping[str, Sequence[str]]) -> dict[str, tuple[str, ...]]:
    """The columns of each field, in the order of ``FIELDS``, the best first; events come last, each by its own name.

    No column serves two fields, but ``utm_source`` and ``utm_campaign``, which also name the vendor and the campaign
    where nothing else does. ``chosen`` (field to columns) goes first, then columns named exactly like a field, then
    known headings. Only ``CONTACTS`` have more than one column. Raises ValueError, with what to do, for a field or
    column that does not exist, a column that is chosen twice, or several for a field that takes one.
    """
    if unknown := next((field for field in chosen if not is_field(field)), None):
        raise ValueError(f"A lead has no field {unknown!r}: {suggest_field(unknown)}")
    mapping = check_chosen(columns, chosen)
    taken = {column for chosen_columns in mapping.values() for column in chosen_columns}
    if set(columns) >= _OF_VERDICTS:
        taken.add("enquiry")  # a kind, and no person's message
    found: dict[str, list[tuple[int, int, str]]] = {}
    for position, column in enumerate(dict.fromkeys(columns)):
        rank, field = rank_column(column)
        if field and field not in mapping and column not in taken:
            found.setdefault(field, []).append((rank, position, column))
    for field, ranked in found.items():
        in_order = tuple(column for _, _, column in sorted(ranked))
        mapping[field] = in_order if field in CONTACTS else in_order[:1]
    for column in columns:
        field = _CLICKS.get(simplify(bare(column)), "")
        if field and column not in taken:
            mapping.setdefault(field, (column,))
    if set(map(bare, columns)) >= _OF_META and "platform" not in taken:
        platform = next(column for column in columns if bare(column) == "platform")
        mapping.setdefault("source.click.utm_source", (platform,))
    if "name" not in chosen:
        if {"first_name", "last_name"} <= chosen.keys():
            mapping.pop("name", None)
        _split_name(columns, mapping)
    return in_order_of_fields(mapping)


def with_vendor_told(mapping: Columns) -> dict[str, tuple[str, ...]]:
    """The mapping of a file whose vendor is told beside it, without a column that then says something else.

    Such a publisher is one of the vendor's own, as ``source.sub_id`` has it if no other column does.
    """
    found, (column, *_) = dict(mapping), mapping.get("source.vendor", ("",))
    heading = simplify(bare(column))
    if heading in _headings().publishers:
        found.setdefault("source.sub_id", (column,))
    elif heading not in _headings().where_from:
        return found
    del found["source.vendor"]
    return in_order_of_fields(found)


def with_asked(columns: Sequence[str], mapping: Columns, asked: Collection[str]) -> dict[str, tuple[str, ...]]:
    """The mapping with columns for the fields of ``extra`` that are ``asked`` for: the unused ones of that name."""
    used = {column for used_columns in mapping.values() for column in used_columns}
    free = {simplify(bare(column)): column for column in reversed(columns) if column not in used}
    found = dict(mapping)
    for field in asked:
        names = (simplify(field), simplify(field.removeprefix(_EXTRA)))
        if column := next((free[name] for name in names if name in free), None):
            found.setdefault(field, (column,))
    return in_order_of_fields(found)


def in_order_of_fields(mapping: Columns) -> dict[str, tuple[str, ...]]:
    """A mapping in the order of ``FIELDS``, then events and fields of ``extra``; without events where one column has
    the whole activity.
    """
    others = [field for field in mapping if field not in _NAMES_OF_FIELDS]
    if "activity" in mapping:
        others = [field for field in others if not field.startswith(_EVENT)]
    return {field: mapping[field] for field in (*FIELDS, *others) if field in mapping}


def is_field(name: str) -> bool:
    """Whether a column can be mapped to a name: a lead's field, an event of its activity, or a field of ``extra``."""
    begin = next((begin for begin in (_EVENT, _EXTRA) if name.startswith(begin)), name)
    return name in _NAMES_OF_FIELDS or len(name) > len(begin)


def rank_column(column: str) -> _Ranked:
    """Rank and field of a column; the field is "" if none is known."""
    name = bare(column)
    if is_field(name):
        return -1, name
    return _rank_known(simplify(name)) or _rank_in_parts(name) or _rank_asked(name) or (0, "")


def _rank_known(simple: str) -> _Ranked | None:
    """Rank and field of a heading that is known, as it is or without a number behind it or the words around it."""
    headings = _headings()
    if (ranked := headings.ranked.get(simple)) is not None:
        return ranked
    if (numbered := _SEVERAL.fullmatch(simple)) and (ranked := headings.ranked.get(numbered[1])):
        return (ranked[0] + 100 * int(numbered[2]), ranked[1]) if ranked[1] in CONTACTS else None
    if len(fields := {field for field, _ in _is_made(simple, headings.made)}) == 1:
        return _MADE, fields.pop()
    for inner in _without_words_around(simple, headings):
        if (ranked := headings.ranked.get(inner)) and ranked[1] in _FIELDS_OF_A_PERSON:
            return ranked[0] + _WITH_WORDS, ranked[1]
    return None


def _without_words_around(simple: str, headings: _Headings) -> Iterator[str]:
    """A heading without words before it, behind it, and without both."""
    without_first = [simple.removeprefix(word) for word in headings.before if simple.startswith(word)]
    for start in (*without_first, simple):
        if start is not simple:
            yield start
        yield from (start.removesuffix(word) for word in headings.after if start.endswith(word))


def _rank_in_parts(name: str) -> _Ranked | None:
    """Rank and field of a heading with notes or of several parts, if all that is known of it speaks for one field.

    "1. Phone (mobile) *" is one; so is "Số điện thoại / Phone number". "Phone (owner)" and "City / Country" are none.
    """
    headings = _headings()
    name = normalize("NFKC", name)
    if numbering := _NUMBERING.match(name):
        name = name[numbering.end() :]
    notes = NOTE.findall(name)
    parts = [part for part in BETWEEN_PARTS.split(NOTE.sub(" ", name)) if simplify(part)]
    owner = simplify(parts[0]) if len(parts) > 1 else ""
    if owner and (owner == "lead" or simplify(parts[1]).startswith(owner)):
        del parts[0]  # Pipedrive: "Lead - Lead created"
    if len(parts) > 1:
        parts = [parts[0], *[part for part in parts[1:] if simplify(part) not in headings.kinds]]
    found = [_rank_known(simplify(part)) for part in parts]
    if len(found) == 1 and found[0] is None:  # two languages without a mark between them: "姓名 Name"
        found = [_rank_known(simplify(part)) for part in LATIN_OR_NOT.findall(parts[0]) if simplify(part)]
    if any(_is_never(note, headings.never) for note in notes):
        return None
    fields = {ranked[1] if ranked else "" for ranked in found}
    fields |= {ranked[1] for note in notes if (ranked := _rank_known(simplify(note))) and not _is_kind(note)}
    if len(fields) != 1 or "" in fields:
        return None
    return _WITH_NOTES + min(ranked[0] for ranked in found if ranked), fields.pop()


def _rank_asked(name: str) -> _Ranked | None:
    """Rank and field of a question that is asked at the end of other words: "Great! And what is your phone number?".

    The other words may speak of anybody where the question itself says "your".
    """
    clauses = [clause for clause in _CLAUSES.split(name) if simplify(clause)]
    ranked = _rank_known(simplify(clauses[-1])) if len(clauses) > 1 else None
    if ranked is None or ranked[1] not in _FIELDS_OF_A_PERSON:
        return None
    is_asked = _QUESTION.search(name) and not _is_never(name, _headings().never) and not _is_anothers(name)
    return (_WITH_NOTES + ranked[0], ranked[1]) if is_asked or _YOURS.intersection(_words(clauses[-1])) else None


def field_by_cells(column: str) -> str:
    """The field of a heading that is taken only where its cells are such; "" for every other heading.

    It means different things in different files (``Data``), or is a question with a contact's name in it that no words
    of ours say to be about that contact: "Unter welcher Telefonnummer erreichen wir Sie?".
    """
    headings, name = _headings(), bare(column)
    if field := headings.by_cells.get(simplify(name)):
        return field
    if not _QUESTION.search(name) or _is_never(name, headings.never) or _is_anothers(name):
        return ""
    words = _words(name)
    runs = ("".join(words[start : start + n]) for n in range(_MOST_WORDS, 0, -1) for start in range(len(words)))
    found = {ranked[1] for run in runs if (ranked := headings.ranked.get(run)) and ranked[1] in CONTACTS}
    return found.pop() if len(found) == 1 else ""


def says_else(column: str) -> bool:
    """Whether a heading says that the column is something else than a lead's own field: an owner's, a birthday."""
    headings = _headings()
    is_other = headings.ranked.get(simplify(column), (0, "?"))[1] == ""
    return is_other or _is_never(column, headings.never) or _is_anothers(column)


def _is_anothers(name: str) -> bool:
    """Whether a question says whose contact it asks for, and that is not the person: "E-mail do seu contador"."""
    headings = _headings()
    text = normalize("NFC", name).casefold()
    for of_whom in _OF_WHOM.finditer(text):
        rest = text[of_whom.end() :]
        words = _words(rest)
        runs = ["".join(words[:n]) for n in range(1, _MOST_WORDS + 1)]
        own = any(run in headings.own or headings.ranked.get(run, (0, ""))[1] in CONTACTS for run in runs)
        if (
            words
            and not own
            and not any(simplify(rest).startswith(word) for word in headings.own if not word.isascii())
        ):
            return True
    return any(simplify(next(filter(None, found.groups()))) not in headings.own for found in _WHOSE.finditer(text))


def date_order(columns: Sequence[str]) -> str | None:
    """Where the day stands in the dates of the headings' language: ``day_first``, or ``year_first``.

    None for English, which is written in countries with either order, and where no language has more headings than
    English has. A heading that English shares does not count, and neither do the names that programs use everywhere.
    """
    votes: Counter[str] = Counter()
    for languages in map(_languages, columns):
        if languages == {"en"}:
            votes["month_or_day"] += 1
        elif languages and "en" not in languages:
            votes["year_first" if languages <= _YEAR_FIRST else "day_first"] += 1
    best = max(votes, key=lambda order: votes[order], default="")
    return best if best in {"day_first", "year_first"} and votes[best] > votes["month_or_day"] else None


def _languages(column: str) -> set[str]:
    """The languages in which a heading is known, as it is, in its parts or without the words around it."""
    headings = _headings()
    name = normalize("NFKC", bare(column))
    parts = [simplify(part) for part in (name, NOTE.sub(" ", name), *BETWEEN_PARTS.split(NOTE.sub(" ", name)))]
    known = [part for part in parts if part in headings.languages]
    known += [inner for inner in _without_words_around(parts[0], headings) if inner in headings.languages]
    told = next((headings.languages[part] for part in known if part not in _OF_ALL_LANGUAGES), None)
    return {language for _, language in _is_made(parts[0], headings.made)} if told is None else told


def _is_kind(note: str) -> bool:
    """Whether a note only says which of several it is: "(mobile)", "(business)"."""
    return simplify(note) in _headings().kinds


def _is_never(note: str, never: Sequence[str]) -> bool:
    """Whether a note says that the column is about a contact, or is somebody else's."""
    words = f" {' '.join(_words(note))} "
    joined = words.replace(" ", "")
    return any(f" {word} " in words or (not word.isascii() and word in joined) for word in never)


def check_chosen(
    columns: Sequence[str], chosen: Mapping[str, Sequence[str]], several: Collection[str] = CONTACTS
) -> dict[str, tuple[str, ...]]:
    """What a person chose, with each column's exact name; the fields in ``several`` may have several.

    Raises ValueError, with what to do.
    """
    by_bare_name = {bare(column): column for column in columns}
    field_of: dict[str, str] = {}
    for field, names in chosen.items():
        if len(names) > 1 and field not in several:
            raise ValueError(
                f"{field} takes one column, and {len(names)} are chosen; {' and '.join(sorted(several))} take several"
            )
        for name in names:
            column = name if name in columns else by_bare_name.get(bare(name))
            if column is None:
                raise ValueError(f"The file has no column {name!r} for {field}; --map-only shows its columns")
            if column in field_of:
                raise ValueError(
                    f"The column {name!r} is chosen for {field_of[column]} and for {field}: give it to one of them"
                )
            field_of[column] = field
    return {field: tuple(column for column, other in field_of.items() if other == field) for field in chosen}


def suggest_field(unknown: str) -> str:
    """A hint for a person who named a field that does not exist."""
    near = get_close_matches(unknown, FIELDS, 1, 0.5)
    suggestion = near[0] if near else (_rank_known(simplify(unknown)) or (0, ""))[1]
    return f"did you mean {suggestion}?" if suggestion else f"the fields are {', '.join(FIELDS)}"


def bare(column: str) -> str:
    """A heading without the blanks around it and without the byte order mark that the first one may begin with."""
    return column.lstrip("\ufeff").strip()


def _split_name(columns: Sequence[str], mapping: dict[str, tuple[str, ...]]) -> None:
    """Map a column such as "Nom" to the half of the name that it is, if a "Prénom" stands beside it."""
    column_of = {simplify(column): column for column in reversed(columns)}
    used = {column for field, used_columns in mapping.items() if field != "name" for column in used_columns}
    for whole, beside, half in _headings().halves:
        other_half = "first_name" if half == "last_name" else "last_name"
        column = column_of.get(whole)
        if half in mapping or column is None or column in used or mapping.get("name", (column,)) != (column,):
            continue
        if mapping.get(other_half) == (column_of.get(beside),):
            mapping.pop("name", None)
            mapping[half] = (column,)
            return
