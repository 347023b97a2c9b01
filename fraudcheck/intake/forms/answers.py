"""Which lead do a form's answers make? Each has a label in the form's own words, or a field's name.

A label is looked for in the table by which files are read; a contact is never guessed. What no field is made from is
kept in the lead under its label.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable, Iterator, Mapping
from types import MappingProxyType
from typing import Any, NamedTuple

from phonenumbers import NumberParseException, PhoneNumberFormat, format_number, is_valid_number, parse

from fraudcheck.fields.form_token import is_ours
from fraudcheck.fields.normal_form import simplify
from fraudcheck.intake.field_readers import Unread, read_truth
from fraudcheck.intake.forms import FindColumns, FoundColumns
from fraudcheck.intake.lead_fields import LEAD_FIELDS

_SCRIPTS_FIELD = "fraudcheck"
"""The name of the form's field that the script adds."""
_OUTERMOST = frozenset(field.name.partition(".")[0] for field in LEAD_FIELDS)
_SHAPES = {"email": re.compile(r"[^\s@]@[^\s@]"), "phone": re.compile(r"(?:\d\D{0,4}){7}")}
"""What an answer has to have within it to be a contact."""
_DIALLED = re.compile(
    r"(?:phone|tel|telephone|mobile|cell|whatsapp|contact|telefono|telefone|telefon)?(?:number)?"
    r"(?:country(?:calling|dial)?code|(?:dial|dialing|dialling|calling|isd)code|isd|countryprefix|intlcode)"
    r"|(?:phone|tel|telephone|mobile|whatsapp)(?:number)?(?:code|prefix)"
    r"|land(?:es|er)vorwahl|indicatif(?:pays)?|prefijo(?:pais)?|codigo(?:de|del|do)?pais|ddi|kierunkowy(?:kraju)?"
    r"|prefikskraju|maquocgia|kodenegara|ulkekodu|رمزالدولة|مفتاحالدولة|देशकोड|รหัสประเทศ"
)
"""The name of a field that has the country's part of a number, in its simple form."""
_CODE = re.compile(r"(?:[^\d+]{0,60}\+|00|)([1-9]\d{0,2})\)?")
_WITH_CODE = re.compile(r"[+＋]|\D{0,9}00")
_NONE: Mapping[str, Any] = MappingProxyType({})


class Answer(NamedTuple):
    """One answer of a form. ``field`` is the lead's field that the platform's type of question speaks for ("email")."""

    label: str
    value: Any
    field: str = ""


def lead_of_answers(
    answers: Iterable[Answer | tuple[str, Any]], find_columns: FindColumns, known: Mapping[str, Any] = _NONE
) -> dict[str, Any]:
    """The lead of a form's answers, as ``intake.lead.read_lead`` takes it.

    ``known`` are fields by their dotted names that the platform itself tells (``client.ip``); they go before every
    answer, but where they are None or blank. Answers with nothing in them are left out. The field that the script adds
    is found by its name, or by its value whatever its name is.
    """
    told = [*answers]
    given = {each.label: each for each in _with_own_labels(told)}
    blank = [label.strip() for label, value, *_ in told if plain(value) is None]
    lead: dict[str, Any] = {}
    for name, value in known.items():
        if value is not None and value != "":
            _put(lead, name, value)
    for label in [label for label, each in given.items() if _is_scripts(each)]:
        _put(lead, "form.token", given.pop(label).value)
    code = next((label for label, each in given.items() if _is_code(each)), "")
    dialled = given.pop(code) if code else None
    missing = find_columns(blank).fields if blank else ()
    used = [
        label
        for field, label in _chosen(given, find_columns([*given]), missing)
        if _put(lead, field, _one(field, given[label].value))
    ]
    if dialled:
        given[code] = dialled
        if "phone" in lead:
            lead["phone"] = _with_code(lead["phone"], dialled.value)
    for label, each in given.items():
        if label in used:
            continue
        lead[f"{label} (answer)" if label in _OUTERMOST or label in lead else label] = plain(each.value)
    return lead


def plain(value: Any) -> Any:
    """An answer's value as one text, number or truth: what was ticked in one text; None where there is nothing."""
    if isinstance(value, str):
        return value.strip() or None
    if isinstance(value, list):
        if all(isinstance(part, str | int | float | None) for part in value):
            return ", ".join(f"{part}".strip() for part in value if part is not None and part != "") or None
        return value
    return value if value != {} else None


def _one(field: str, value: Any) -> Any:
    """The value of a field. Of several contacts under one name it is the first that looks like one."""
    if (shape := _SHAPES.get(field)) and isinstance(value, list):
        return next((part for part in value if shape.search(f"{part}")), plain(value))
    return plain(value)


def _with_own_labels(answers: Iterable[Answer | tuple[str, Any]]) -> Iterator[Answer]:
    """The answers that hold something, each with a label of its own: "Email", and "Email 2" for a second one."""
    counts: dict[str, int] = {}
    for label, value, *field in answers:
        if plain(value) is None:
            continue
        name = label.strip() or "answer"
        counts[name] = count = counts.get(name, 0) + 1
        yield Answer(name if count == 1 else f"{name} {count}", value, *field)


def _is_scripts(answer: Answer) -> bool:
    value = answer.value
    return isinstance(value, str) and (simplify(answer.label) == _SCRIPTS_FIELD or is_ours(value))


def _chosen(given: Mapping[str, Answer], found: FoundColumns, missing: Collection[str]) -> Iterator[tuple[str, str]]:
    """The label for each field: by the labels, else by types and questions. Of contacts the first that looks like one.

    ``missing`` has the fields that the form asks for by their names and that nobody filled in: whatever else is asked
    for may be another's.
    """
    guessed = _guessed(given, found)
    taken: set[str] = set()
    for field in {**found.fields, **guessed}:
        labels = [label for label in found.fields.get(field, ()) if label not in taken]
        if shape := _SHAPES.get(field):
            alike = [label for label in labels if shape.search(f"{given[label].value}")]
            labels = alike or [label for label in labels if label == field or not _is_ticked(given[label].value)]
        if not labels and field not in missing:
            labels = [label for label in guessed.get(field, ()) if label not in taken]
            if shape and len({f"{given[label].value}".strip().casefold() for label in labels}) > 1:
                labels = []  # one of them is another's
        for label in labels[:1]:
            taken.add(label)
            yield field, label


def _guessed(given: Mapping[str, Answer], found: FoundColumns) -> dict[str, list[str]]:
    """The labels that may be each field's: by the types of inputs, and by what is in a question and its answer."""
    guessed: dict[str, list[str]] = {}
    others = {*found.others}
    for label, answer in given.items():
        field = found.perhaps.get(label) or answer.field
        shape = _SHAPES.get(field)
        if field and (shape is None or (label not in others and shape.search(f"{answer.value}"))):
            guessed.setdefault(field, []).append(label)
    return guessed


def _is_code(answer: Answer) -> bool:
    """Whether an answer is a country's calling code and nothing else: "+91", "Vietnam (+84)"."""
    return bool(_DIALLED.fullmatch(simplify(answer.label)) and _CODE.fullmatch(f"{plain(answer.value)}"))


def _with_code(phone: Any, code: Any) -> Any:
    """A number with the country's part that stood in a field of its own; as it is where that makes no good number."""
    found = _CODE.fullmatch(f"{plain(code)}")
    if found is None or _WITH_CODE.match(f"{phone}"):
        return phone
    try:
        number = parse(f"+{found[1]} {phone}")
    except NumberParseException:
        return phone
    return format_number(number, PhoneNumberFormat.INTERNATIONAL) if is_valid_number(number) else phone


def _is_ticked(value: Any) -> bool:
    """Whether a value is a yes or no, as of a box "Phone" that says how the person wants to be answered."""
    try:
        read_truth(value)
    except Unread:
        return False
    return True


def _put(lead: dict[str, Any], name: str, value: Any) -> bool:
    """Put a value in a dotted field's place. False where there is something already."""
    *outer, last = name.split(".")
    part: Any = lead
    for key in outer:
        part = part.setdefault(key, {})
        if not isinstance(part, dict):
            return False
    if last in part:
        return False
    part[last] = value
    return True
