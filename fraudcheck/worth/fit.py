"""How well does a lead fit what its buyer looks for? By the buyer's own criteria; there are none by default."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence
from datetime import date
from functools import partial
from typing import Any, Literal, NamedTuple

import msgspec
from msgspec import Struct

from fraudcheck.records import Criterion, Facts, Lead
from fraudcheck.worth.ages import OLDEST, is_about_age, read_age
from fraudcheck.worth.quantities import Range, read_range
from fraudcheck.worth.words import RUNS_ON, fold, words_of

Shares = dict[str, float]
"""How much of a criterion's weight each of its values earns, 0 to 1."""
Mail = Literal["company", "free"]
TESTS = ("values", "ranges", "prefixes", "mail", "present")
"""What a criterion may ask for."""

_LONGEST_VALUE, _MOST_VALUES, _DEEPEST = 200, 20, 8
_POSTAL_RANGE = re.compile(r"([0-9a-z]{1,10})\s?-\s?([0-9a-z]{1,10})")
_COUNTRY_BEFORE_CODE = re.compile(r"^[a-z]{1,3}\s?-\s?(?=\d)")
_NOT_CODE = re.compile(r"[\W_]+")
_NO_VALUE = frozenset(
    fold(
        """n/a|n.a.|n. a.|na|n/d|nd|n.v.t.|nvt|k.a.|k. a.|b/d|none|null|nil|undefined|unknown|nan|tbd|not specified
        |not provided|not given|not applicable|no answer|prefer not to say|keine angabe|keine angaben|unbekannt
        |non renseigné|non précisé|inconnu|no especificado|sin especificar|desconocido|não informado|desconhecido
        |nie dotyczy|brak danych|brak|nieznane|không rõ|chưa rõ|không có thông tin|tidak diketahui|غير محدد|غير معروف
        |ไม่ระบุ|non specificato|sconosciuto|onbekend|bilinmiyor|не указано|неизвестно|未填写|不明"""
    )
    .replace("\n", "")
    .split("|")
)
"""What forms and people write for nothing, beside signs alone."""


class FitCriterion(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True, omit_defaults=True):
    """One criterion: the field that it looks at, its weight, and one of ``TESTS``.

    ``field`` is a lead's field by its dotted name (``country``, ``source.campaign``), or ``extra.NAME``. Each test is a
    list of what earns the whole weight, or a table of shares from 0 to 1: ``values`` are whole words of it, without
    case and accents; ``ranges`` are numbers as people write them, with a date of birth read as an age; ``prefixes`` are
    beginnings of a code. ``mail`` asks whose mail domain it is, ``present`` whether the field is there. A lead that is
    known to earn nothing of a ``required`` one is ``cold``.
    """

    field: str
    weight: float = 1.0
    name: str = ""
    values: list[str | float] | Shares | None = None
    ranges: list[str | float] | Shares | None = None
    prefixes: list[str | float] | Shares | None = None
    mail: Mail | None = None
    present: Literal[True] | None = None
    required: bool = False

    @property
    def shown(self) -> str:
        """The name under which a verdict lists it."""
        return self.name or self.field


class Read(NamedTuple):
    """What a criterion made of a value: the value as it is shown, and the share of the weight that it earns."""

    value: str | float | bool
    share: float


Reader = Callable[[Any, date], Read | None]
Rule = tuple[FitCriterion, tuple[str, ...], Reader]
"""A criterion with its field's path, ready to read leads."""


def compile_criteria(criteria: Sequence[FitCriterion]) -> list[Rule]:
    """Criteria, ready to read leads. Raises ValueError with each at fault, and what to do."""
    names: set[str] = set()
    rules: list[Rule] = []
    wrong: list[str] = []
    for number, criterion in enumerate(criteria, 1):
        where = f"fit, criterion {number} ({criterion.shown})"
        if criterion.shown in names:
            wrong.append(f"{where}: there are two of this name; give each a `name` of its own")
        names.add(criterion.shown)
        try:
            rules.append((criterion, _path(criterion.field), _reader(criterion)))
        except ValueError as problem:
            wrong.append(f"{where}: {problem}")
    if wrong:
        raise ValueError("\n  ".join(wrong))
    return rules


def failed(criteria: Sequence[FitCriterion], found: Sequence[Criterion]) -> str | None:
    """The first required criterion of which the lead is known to earn nothing (``read_fit`` found them)."""
    for criterion, read in zip(criteria, found, strict=True):
        if criterion.required and read.points == 0:
            return criterion.shown
    return None


def read_fit(
    lead: Lead, facts: Mapping[str, Facts | None], rules: Sequence[Rule], today: date
) -> tuple[float | None, list[Criterion]]:
    """The fit, 0 to 100, and each criterion with what it earned: what is missing is named, and counts nowhere."""
    found: list[Criterion] = []
    earned = known = 0.0
    for criterion, path, reader in rules:
        read = _of_facts(criterion, lead, facts) if criterion.mail else _best(_given(lead, facts, path), reader, today)
        points = None
        if read is not None:
            points = round(criterion.weight * read.share, 2)
            earned, known = earned + points, known + criterion.weight
        found.append(
            Criterion(
                part="fit",
                name=criterion.shown,
                value=read.value if read else None,
                weight=criterion.weight,
                points=points,
            )
        )
    return (round(100 * earned / known, 1) if known else None), found


def _path(field: str) -> tuple[str, ...]:
    """A field's dotted name in its parts. Raises ValueError where no lead has such a field."""
    path = tuple(field.split("."))
    if path[0] == "extra":
        if len(path) == 1 or len(path) > _DEEPEST or not all(path):
            raise ValueError(f"{field!r} names no field within extra; write extra.NAME")
        return path
    owner: Any = Lead
    for name in path:
        types = {each.name: each.type for each in msgspec.structs.fields(owner)} if isinstance(owner, type) else {}
        if name not in types:
            raise ValueError(
                f"a lead has no field {field!r}; fields of your own are named extra.NAME, for example extra.{field}"
            )
        owner = types[name] if isinstance(types[name], type) and issubclass(types[name], Struct) else None
    if owner is not None or path[0] == "activity":
        raise ValueError(f"{field!r} is no single value; name one of its fields")
    return path


def _given(lead: Lead, facts: Mapping[str, Facts | None], path: Sequence[str]) -> Any:
    """What the lead has of a field; the country of its phone where it names none."""
    if path[0] == "extra":
        return within(lead.extra, path[1:])
    value: Any = lead
    for name in path:
        value = getattr(value, name)
    if value is None and path == ("country",):
        region = (facts.get("phone") or {}).get("region")
        return region if region != "001" else None
    return value


def within(extra: Mapping[str, Any], path: Sequence[str]) -> Any:
    """A value of ``extra`` by its name, whose dots may be part of it or lead into objects; None where there is none.

    A body may have named ``extra`` itself.
    """
    for root in (extra, extra.get("extra")):
        if isinstance(root, dict) and (value := _within(root, path)) is not None:
            return value
    return None


def _within(root: Mapping[str, Any], path: Sequence[str]) -> Any:
    whole = root.get(path[0] if len(path) == 1 else ".".join(path))
    if whole is not None or len(path) == 1:
        return whole
    for parts in range(1, len(path)):
        inner = root.get(".".join(path[:parts]))
        if isinstance(inner, dict):
            return _within(inner, path[parts:])
    return None


def _best(value: Any, reader: Reader, today: date) -> Read | None:
    """What earns most, where several values are given."""
    if not isinstance(value, list):
        return reader(value, today) if value is not None else None
    reads = [read for each in value[:_MOST_VALUES] if each is not None and (read := reader(each, today))]
    return max(reads, key=lambda read: read.share, default=None)


def _reader(criterion: FitCriterion) -> Reader:
    """How a criterion reads a value. Raises ValueError with what to do."""
    asked = [name for name in TESTS if getattr(criterion, name) is not None]
    if len(asked) != 1:
        raise ValueError(f"give one of {', '.join(TESTS)}" + (f", not {' and '.join(asked)}" if asked else ""))
    if not 0 < criterion.weight <= 1000:
        raise ValueError("give a weight above 0, to 1000")
    if criterion.present:
        return lambda value, today: (
            Read(True, 1.0) if _given_text(value) or (isinstance(value, dict) and value) else None
        )
    if criterion.mail:
        if criterion.field != "email":
            raise ValueError('mail is asked of the field "email"')
        return lambda value, today: None
    test = asked[0]
    shares = _shares(getattr(criterion, test))
    if test == "values":
        return partial(_of_values, {_plain(value): share for value, share in shares.items()}, _runs(shares))
    if test == "ranges":
        about_age = is_about_age(criterion.field) or is_about_age(criterion.name)
        return partial(_of_ranges, [(_range(text), share) for text, share in shares.items()], about_age)
    return partial(_of_prefixes, [(_bounds(text), share) for text, share in shares.items()])


def _shares(told: list[str | float] | Shares) -> Shares:
    shares = told if isinstance(told, dict) else {_told(value): 1.0 for value in told}
    if not shares:
        raise ValueError("the list is empty; write at least one value")
    for value, share in shares.items():
        if not 0 <= share <= 1:
            raise ValueError(f"{value!r}: give a share from 0 to 1")
        if not _plain(value):
            raise ValueError("an empty value fits nobody; leave it out")
    return shares


def _told(value: str | float) -> str:
    return value if isinstance(value, str) else f"{value:g}" if abs(value) < 1e6 else f"{value:.0f}"


def _range(text: str) -> Range:
    found = read_range(text)
    if found is None:
        raise ValueError(f'{text!r} is no range; write "25-34", "> 100", "50k-75k" or a number')
    return found


def _bounds(text: str) -> tuple[str, str]:
    """The first and the last beginning: ``80-86`` are seven."""
    plain = fold(text).strip()
    if (found := _POSTAL_RANGE.fullmatch(plain)) and len(found[1]) == len(found[2]) and found[1] <= found[2]:
        return found[1], found[2]
    code = _NOT_CODE.sub("", plain)
    if not code:
        raise ValueError(f"{text!r} is no beginning of a code")
    return code, code


def _text(value: Any) -> str | None:
    """A value as text; None for what is none: objects, numbers that are not finite, nothing."""
    if isinstance(value, str):
        return value[:_LONGEST_VALUE].strip() or None
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, (int, float)):
        found = read_range(value)
        return None if found is None else _told(found.low)
    return None


def _plain(text: str) -> str:
    return " ".join(fold(text).split())


def _given_text(value: Any) -> str | None:
    """A value as text; None too for a dash, a question mark or a word that stands for nothing."""
    text = _text(value)
    return None if text is None or not _NOT_CODE.sub("", text) or _plain(text) in _NO_VALUE else text


def _runs(shares: Shares) -> list[tuple[str, float]]:
    """The values that may stand within a longer one, with their words; a number is no part of another."""
    found = [(" ".join(words_of(fold(value))), share) for value, share in shares.items()]
    return [(words, share) for words, share in found if words and not words.replace(" ", "").isdecimal()]


def _of_values(shares: Mapping[str, float], runs: Sequence[tuple[str, float]], value: Any, today: date) -> Read | None:
    """The share of the whole value, else the best of those whose words stand in it one behind another."""
    del today
    text = _text(value)
    plain = text and _plain(text)
    if not text or not plain:
        return None
    if (share := shares.get(plain)) is not None:
        return Read(text, share)
    if _given_text(text) is None:
        return None
    words = " ".join(words_of(plain))
    held = [share for run, share in runs if f" {run} " in f" {words} " or (RUNS_ON.search(run) and run in words)]
    return Read(text, max(held, default=0.0))


def _of_ranges(ranges: Sequence[tuple[Range, float]], about_age: bool, value: Any, today: date) -> Read | None:
    years = read_age(value, today, about_age)
    found = Range(years, years) if years is not None else read_range(value)
    if found is None or (about_age and not 0 <= found.low <= OLDEST) or (years is not None and years < 0):
        return None
    shown = value[:_LONGEST_VALUE].strip() if isinstance(value, str) and years is None else found.told
    return Read(shown, max((share for each, share in ranges if _lies_in(found.told, each)), default=0.0))


def _lies_in(number: float, bounds: Range) -> bool:
    """34.5, the middle of 30 to 39, lies in 25 to 34: the next range begins with 35."""
    return bounds.low <= number and (number <= bounds.high or (bounds.high.is_integer() and number < bounds.high + 1))


def _of_prefixes(bounds: Sequence[tuple[tuple[str, str], float]], value: Any, today: date) -> Read | None:
    del today
    text = _given_text(value)
    plain = fold(text) if text else ""
    codes = [_NOT_CODE.sub("", plain), _NOT_CODE.sub("", _COUNTRY_BEFORE_CODE.sub("", plain))]
    if not text or not codes[0]:
        return None
    fitting = (share for (first, last), share in bounds for code in codes if first <= code[: len(first)] <= last)
    return Read(text, max(fitting, default=0.0))


def _of_facts(criterion: FitCriterion, lead: Lead, facts: Mapping[str, Facts | None]) -> Read | None:
    """Whose mail domain it is, by the facts of the mail address; None where it could not be read."""
    known = facts.get("email")
    if not lead.email or not known or "unknown" in known or "problem" in known or "mistyped" in known:
        return None
    kind: str = known.get("class", "company")
    return Read(kind, float(kind == criterion.mail))
