"""Which lead did the caller send? The fields of a JSON object are read, with a warning for each that cannot be.

The caller's form must never break. So a lead is refused only if it has neither a mail address nor a phone. Any other
field that cannot be read counts as absent.
"""

from __future__ import annotations

import sys
from collections.abc import Callable, Mapping, Sequence
from datetime import datetime, timedelta
from functools import partial
from typing import Any, NamedTuple, NoReturn

import msgspec

from fraudcheck.fields.country_names import COUNTRIES
from fraudcheck.fields.empty_words import means_nothing
from fraudcheck.fields.form_token import is_ours, split
from fraudcheck.intake import field_readers
from fraudcheck.intake.activity import read_activity
from fraudcheck.intake.click import CLICK_READERS, elsewhere
from fraudcheck.intake.lead_fields import EXTRA_BYTES, EXTRA_FIELDS, EXTRA_NAME, LEAD_FIELDS
from fraudcheck.intake.meant_fields import meant_fields
from fraudcheck.ports.lists import Lists
from fraudcheck.records import Click, Client, FieldWarning, Form, Lead, Price, Source, UnknownField

_NO_LISTS = Lists()


class NoContact(ValueError):
    """The lead has neither a mail address nor a phone. ``meant`` names fields that may have been meant for one."""

    def __init__(self, meant: Sequence[FieldWarning] = ()) -> None:
        super().__init__("neither a mail address nor a phone")
        self.meant = meant


def read_lead(raw: Mapping[str, Any], now: datetime, lists: Lists = _NO_LISTS) -> tuple[Lead, list[FieldWarning]]:
    """Read a decoded body into a lead, with the warnings of reading it. Raises NoContact.

    Unknown fields go to ``extra``, by their path (``client.tls``); those that were probably meant for a field of ours
    are named in the warnings. What by the ``empty_words`` of ``lists`` means nothing is not given; countries are read
    by its ``country_names``. No text of the lead is longer than its field's ``length`` (``lead_fields``). ``now`` is
    an aware time; a lead that was submitted more than a day after it has no ``submitted_at``.
    """
    warnings: list[FieldWarning] = []
    extra: dict[str, Any] = {}
    table = _LEAD
    if isinstance(raw.get("country"), str) and raw["country"] not in COUNTRIES:  # a name; copying takes a microsecond
        read_country = partial(field_readers.read_country, names=lists.country_names)
        table = {**_LEAD, "country": _LEAD["country"]._replace(reader=read_country)}
    fields = _read_fields(table, raw, "", _Reading(lists.empty_words, extra, warnings))
    if extra:
        warnings += meant_fields(extra, raw)
        extra = _within_bounds(extra, warnings)
    if "email" not in fields and "phone" not in fields:
        raise NoContact([warning for warning in warnings if isinstance(warning, UnknownField)])
    if "submitted_at" in fields:
        submitted_at = datetime.fromisoformat(fields["submitted_at"])
        if submitted_at > now + timedelta(days=1):
            warnings.append(FieldWarning(field="submitted_at", problem="more than a day in the future"))
            del fields["submitted_at"]
    if "activity" in fields:
        _read_activity(fields, warnings)
    if "form" in fields and is_ours(fields["form"].token or ""):
        _read_scripts_field(fields, lists.empty_words)
    lead = Lead(**fields, extra=extra)
    if found := elsewhere(lead, lists.empty_words):
        click = msgspec.structs.replace(lead.source.click, **found)
        lead = msgspec.structs.replace(lead, source=msgspec.structs.replace(lead.source, click=click))
    return lead, warnings


def _read_activity(fields: dict[str, Any], warnings: list[FieldWarning]) -> None:
    """Put the events of ``activity`` in the place of what was sent."""
    sent = fields.pop("activity")
    try:
        events, problems = read_activity(sent)
    except field_readers.Unread as problem:
        warnings.append(FieldWarning(field="activity", problem=str(problem)))
        return
    warnings += problems
    if events:
        fields["activity"] = events


def _read_scripts_field(fields: dict[str, Any], words: Mapping[str, str]) -> None:
    """Put what the form's script measured beside what the caller told, which goes first."""
    form, client = fields["form"], fields.get("client", Client())
    token, measures = split("".join(form.token.split()))  # mails and exports break long texts
    form = msgspec.structs.replace(form, token=token)
    if measures:
        table: Mapping[str, _Field] = _LEAD["form"].reader.table  # type: ignore[union-attr]  # a part
        found = _read_fields(table, measures, "form.", _Reading(words, {}, []))
        found.pop("token", None)
        told = {name: value for name in Form.__struct_fields__ if (value := getattr(form, name)) not in (None, ())}
        form = Form(**{**found, **told})
        device = measures.get("device_id")
        if client.device_id is None and isinstance(device, str) and 0 < len(device) <= _LONGEST_DEVICE:
            fields["client"] = msgspec.structs.replace(client, device_id=device)
    fields["form"] = form


_LONGEST_DEVICE = 64
"""Characters of a device id that a form's script makes."""

_Reader = Callable[[Any], Any]
"""Takes a decoded JSON value, gives what the lead holds (None: nothing), raises ``field_readers.Unread``."""


class _Reading(NamedTuple):
    """What reading a lead goes by and adds to: the words that may mean nothing, unknown fields, warnings."""

    words: Mapping[str, str]
    extra: dict[str, Any]
    warnings: list[FieldWarning]


class _Field(NamedTuple):
    """How a field is read. ``name`` is dotted; ``length`` and ``whole`` are those of ``lead_fields``."""

    name: str
    reader: _Reader | _Part
    keeps: bool
    """Does the reader give a text back as it is, where that can be seen?"""
    length: int
    whole: bool


def _read_fields(table: Mapping[str, _Field], raw: Mapping[str, Any], path: str, reading: _Reading) -> dict[str, Any]:
    """Read an object's fields. Adds unknown ones to ``extra`` and what cannot be read to ``warnings``.

    ``path`` is what comes before the fields' names there: empty, or ``client.``.
    """
    words, extra, warnings = reading
    fields: dict[str, Any] = {}
    for name, value in raw.items():
        field = table.get(name)
        if field is None:
            extra[path + name] = value
            continue
        if value is None:
            continue
        dotted, reader, keeps, length, _ = field
        try:
            if isinstance(value, str):
                if len(value) > length:
                    value = _within_length(field, value, warnings)  # noqa: PLW2901 - nothing reads the whole text
                text = value.strip()
                if len(value) < _LONGEST_WORD and text in words and means_nothing(dotted, value, words, raw):
                    continue
                if keeps and text and text.isprintable():  # as the reader would find out in two more steps
                    fields[name] = value
                    continue
                read_value = reader(value)
            elif isinstance(reader, _Part):
                read_value = _read_part(reader, value, f"{dotted}.", reading)
            else:
                read_value = reader(value)
                if isinstance(read_value, str):  # a number, or texts within a list
                    read_value = _meaning_something(dotted, read_value, words, raw)
                    read_value = read_value and _within_length(field, read_value, warnings)
            if read_value is not None:
                fields[name] = read_value
        except field_readers.Unread as problem:
            warnings.append(FieldWarning(field=dotted, problem=str(problem)))
    return fields


def _read_part(part: _Part, value: Any, path: str, reading: _Reading) -> Any:
    """An object within the lead; None for how PHP writes one with nothing in it. Raises Unread."""
    if value == []:
        return None
    if not isinstance(value, dict):
        raise field_readers.Unread("not an object")
    if part.prepare:
        words = reading.words
        value = part.prepare(
            {
                name: inner
                for name, inner in value.items()
                if not (isinstance(inner, str) and means_nothing(path + name, inner, words, value))
            }
        )
    return part.make(**_read_fields(part.table, value, path, reading))


def _meaning_something(field: str, text: str, words: Mapping[str, str], beside: Mapping[str, Any]) -> str | None:
    """The lines of a text that mean something; None where none does."""
    return "\n".join([line for line in text.split("\n") if not means_nothing(field, line, words, beside)]) or None


def _within_length(field: _Field, text: str, warnings: list[FieldWarning]) -> str:
    """A text with at most its field's characters. Raises Unread where the beginning would be another value.

    Blanks are no way to push the rest of a text out of sight: each run of them counts as one.
    """
    if len(text) <= field.length:
        return text
    text = text.strip() if field.whole else " ".join(text.split())
    if len(text) <= field.length:
        return text
    if field.whole:
        raise field_readers.Unread(f"longer than {field.length:,} characters")
    problem = f"longer than {field.length:,} characters; the first {field.length:,} are read"
    warnings.append(FieldWarning(field=field.name, problem=problem))
    return text[: field.length]


def _within_bounds(extra: Mapping[str, Any], warnings: list[FieldWarning]) -> dict[str, Any]:
    """The unknown fields that are kept: the first ones that fit."""
    kept: dict[str, Any] = {}
    size = 0
    for name, value in extra.items():
        if len(kept) == EXTRA_FIELDS:
            break
        if len(name) <= EXTRA_NAME:
            length = len(name.encode()) + len(msgspec.json.encode(value))
            if size + length <= EXTRA_BYTES:
                size += length
                kept[name] = value
    if left_out := len(extra) - len(kept):
        problem = (
            f"{left_out} unknown fields are left out: at most {EXTRA_FIELDS} are kept, of {EXTRA_BYTES:,} bytes "
            f"together, with names of at most {EXTRA_NAME} characters"
        )
        warnings.append(FieldWarning(field="extra", problem=problem))
    return kept


class _Part:
    """An object within the lead: the class that it becomes, and how its fields are read.

    ``prepare`` is for fields that have to be read together: it takes those that are given.
    """

    def __init__(
        self,
        make: Callable[..., Any],
        table: Mapping[str, _Field],
        prepare: Callable[[Mapping[str, Any]], Mapping[str, Any]] | None = None,
    ) -> None:
        self.make = make
        self.table = table
        self.prepare = prepare

    def __call__(self, text: str) -> NoReturn:
        """Read a text in the place of the object. Raises Unread."""
        raise field_readers.Unread("not an object")


_KEEPING: frozenset[_Reader | _Part] = frozenset(
    [field_readers.read_text, field_readers.read_words, field_readers.read_text_or_empty]
)
_LONGEST_WORD = 64
"""Characters of a text, with the blanks around it, from which on it is no word that means nothing."""


def _table(path: str, readers: Mapping[str, _Reader | _Part]) -> Mapping[str, _Field]:
    """How the fields of an object are read. An object's own text, which is none of ours, is never cut."""
    told = {field.name: (field.length, field.whole) for field in LEAD_FIELDS}
    return {
        name: _Field(path + name, reader, reader in _KEEPING, *told.get(path + name, (sys.maxsize, True)))
        for name, reader in readers.items()
    }


_LEAD = _table(
    "",
    {
        "email": field_readers.read_words,
        **dict.fromkeys(
            ["phone", "name", "first_name", "last_name", "company", "message", "address", "postal_code"],
            field_readers.read_text,
        ),
        "country": field_readers.read_country,
        "source": _Part(
            Source,
            _table(
                "source.",
                {
                    **dict.fromkeys(["vendor", "campaign", "sub_id"], field_readers.read_one_line),
                    "channel": field_readers.read_channel,
                    "price": _Part(
                        Price,
                        _table(
                            "source.price.",
                            {"amount": field_readers.read_amount, "currency": field_readers.read_currency},
                        ),
                        field_readers.split_price,
                    ),
                    "click": _Part(Click, _table("source.click.", CLICK_READERS)),
                },
            ),
        ),
        "client": _Part(
            Client,
            _table(
                "client.",
                {
                    "ip": field_readers.read_ip,
                    "user_agent": field_readers.read_text_or_empty,
                    "accept_language": field_readers.read_text_or_empty,
                    **dict.fromkeys(["timezone", "device_id", "referrer", "page_url"], field_readers.read_text),
                },
            ),
        ),
        "form": _Part(
            Form,
            _table(
                "form.",
                {
                    **dict.fromkeys(
                        ["seconds_on_page", "fill_seconds", "first_input_seconds", "token_seconds"],
                        field_readers.read_number,
                    ),
                    **dict.fromkeys(
                        ["keystrokes", "pastes", "autofills", "pointer_events", "inserted", "focus_changes"],
                        field_readers.read_count,
                    ),
                    "signs": field_readers.read_signs,
                    "honeypot": field_readers.read_honeypot,
                    "webdriver": field_readers.read_truth,
                    "token": field_readers.read_text,
                },
            ),
        ),
        "activity": lambda value: value,  # read when it is known to be given, for its warnings
        "submitted_at": field_readers.read_moment,
        "reference": field_readers.read_text,
    },
)
