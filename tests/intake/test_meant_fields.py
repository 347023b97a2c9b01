"""Which field a caller meant by a name that is none, and which names are the caller's own."""

from __future__ import annotations

import random
import re
import string
from datetime import UTC, datetime
from time import perf_counter

import pytest

from fraudcheck.batch.columns import rank_column
from fraudcheck.fields.given import unreadable
from fraudcheck.intake.lead import NoContact, read_lead
from fraudcheck.intake.lead_fields import LEAD_FIELDS
from fraudcheck.intake.meant_fields import _ALIASES, _NAMES, _OBJECTS, _OWN, _key, meant_fields

NOW = datetime(2026, 11, 24, tzinfo=UTC)
OURS = [field.name for field in LEAD_FIELDS if field.name != "extra"]


def meant(raw):
    """What each name of a lead was probably meant for."""
    try:
        lead, warnings = read_lead({"phone": "+84912840375", **raw}, NOW)
    except NoContact as problem:
        warnings = problem.meant
    else:
        assert unreadable(warnings) == ()
        assert all(name in lead.extra or name.partition(".")[0] in lead.extra for name in (w.field for w in warnings))
    return {w.field: re.fullmatch(r"not a field of a lead; was (.+) meant\?", w.problem)[1] for w in warnings}


def in_object(field, name):
    """A field's object with ``name`` in the field's place, and the name's path."""
    *outer, _ = field.split(".")
    raw = {name: "x"}
    for part in reversed(outer):
        raw = {part: raw}
    return raw, ".".join([*outer, name])


def camel(name):
    first, *rest = name.split("_")
    return first + "".join(map(str.capitalize, rest))


SPELLINGS = [camel, lambda name: name.replace("_", "-"), lambda name: name.replace("_", ""), str.upper, str.title,
             lambda name: name.replace("_", " ")]  # fmt: skip


ANYBODYS = "source.click.lead_id"
"""Alone, its name is that of the caller's own id."""


@pytest.mark.parametrize("field", [field for field in OURS if field != ANYBODYS])
def test_every_field_in_another_spelling_and_at_the_top(field):
    tail = field.rpartition(".")[2]
    for spell in SPELLINGS:
        if (other := spell(tail)) != tail:
            raw, path = in_object(field, other)
            assert meant(raw) == {path: field}
            assert meant({other: "x"}) == {other: field}
    if "." in field:
        assert meant({tail: "x"}) == {tail: field}
        for whole in (field.replace(".", "_"), field.replace(".", "-"), camel(field.replace(".", "_"))):
            assert meant({whole: "x"}) == {whole: field}
        inside, _, name = field.rpartition(".")
        assert meant({field: "x"}) == {field: f"{name} inside of {inside}"}


def test_the_platforms_id_of_a_lead_takes_nothing_from_the_callers():
    for name in ("lead_id", "leadId", "Lead ID", "leadid"):
        assert meant({name: "x"}) == {name: "reference"}
        assert meant({"source": {name: "x"}}) == {}
    assert meant({"source": {"click": {"leadId": "x", "lead_ids": "x"}}}) == {
        "source.click.leadId": ANYBODYS,
        "source.click.lead_ids": ANYBODYS,
    }
    assert meant({"source_click_lead_id": "x", "meta_lead_id": "y"}) == dict.fromkeys(
        ("source_click_lead_id", "meta_lead_id"), ANYBODYS
    )
    assert meant({"reference": "1", "lead_id": "x"}) == {}


@pytest.mark.parametrize(
    ("raw", "told"),
    [
        ({"gclid": "x"}, {"gclid": "source.click.gclid"}),
        ({"gcl_id": "x"}, {"gcl_id": "source.click.gclid"}),
        ({"source": {"utm_source": "x"}}, {"source.utm_source": "source.click.utm_source"}),
        ({"UTM_Campaign": "x"}, {"UTM_Campaign": "source.click.utm_campaign"}),
        ({"source": {"click": {"utm_sorce": "x"}}}, {"source.click.utm_sorce": "source.click.utm_source"}),
        ({"click": {"gclid": "x"}}, {"click": "source.click"}),
        ({"fbc": "x"}, {"fbc": "source.click.fbclid"}),
    ],
)
def test_click_ids_in_another_place(raw, told):
    assert meant(raw) == told


@pytest.mark.parametrize("field", [field for field in OURS if len(field.rpartition(".")[2]) >= 6])
def test_every_field_with_a_letter_left_out_doubled_or_swapped(field):
    tail = field.rpartition(".")[2]
    for slip in (tail[:3] + tail[4:], tail[:4] + tail[3:], tail[:2] + tail[3] + tail[2] + tail[4:]):
        if _key(slip) != _key(tail):
            raw, path = in_object(field, slip)
            assert meant(raw) == {path: field}, slip


@pytest.mark.parametrize(
    ("name", "field"),
    [
        *(
            (name, "email")
            for name in ("e-mail", "E-Mail", "Email", "mail", "emailAddress", "email_address", "your-email")
        ),
        *((name, "source.vendor") for name in ("vendor", "Vendor", "vendor_name", "vender", "supplier")),
        *(
            (name, "client.ip")
            for name in ("ip", "IP", "client_ip", "clientIp", "ip_address", "remote_addr", "x-forwarded-for")
        ),
        *((name, "form.fill_seconds") for name in ("fill_second", "fillSeconds", "fill_time")),
        *(
            (name, "submitted_at")
            for name in ("submittedAt", "created_at", "createdAt", "timestamp", "submission_date")
        ),
        *((name, "postal_code") for name in ("zip", "zipCode", "postcode", "PLZ", "postalcode")),
        *((name, "name") for name in ("fullName", "full_name", "your-name", "họ tên")),
        *((name, "first_name") for name in ("firstName", "firstname", "fname", "Prénom")),
        ("honey_pot", "form.honeypot"),
        ("user_agent", "client.user_agent"),
        ("referer", "client.referrer"),
        ("submited_at", "submitted_at"),
        ("external_id", "reference"),
    ],
)
def test_what_callers_write(name, field):
    assert meant({name: "x"}) == {name: field}


@pytest.mark.parametrize("name", ["phone_number", "phoneNumber", "tel", "mobile", "Telefon", "số điện thoại", "phones"])
def test_another_word_for_the_phone_is_told_of_where_no_phone_is_given(name):
    with pytest.raises(NoContact) as refused:
        read_lead({name: "+84912840375"}, NOW)
    assert [(each.field, each.problem) for each in refused.value.meant] == [
        (name, "not a field of a lead; was phone meant?")
    ]
    assert meant({name: "+84912840376"}) == {}  # the caller's second number


def test_a_lead_that_is_wrapped():
    lead = {"email": "a@b.vn", "phoneNumber": "1", "client": {}, "size": "M"}
    for wrapper in ("lead", "Lead", "contact", "form-data", "payload"):
        with pytest.raises(NoContact) as refused:
            read_lead({wrapper: lead}, NOW)
        assert [each.field for each in refused.value.meant] == [
            f"{wrapper}.{name}" for name in ("email", "phoneNumber", "client")
        ]
    assert meant({"email": "a@b.vn", "contact": {"email": "the.agent@b.vn", "phone": "2"}}) == {}
    assert meant({"product": {"name": "Chair", "email": "x", "price": 3}}) == {}


@pytest.mark.parametrize(
    "raw",
    [
        # fixed already, for what is being built
        {"source": {"click": {"gclid": "x", "lead_id": "1", "utm_source": "x", "utm_campaign": "y"}}},
        {"form": {"inserted": 1, "focus_changes": 2, "first_input_seconds": 0.4}},
        {"activity": [{"event": "visit", "at": "2026-11-23", "count": 1}]},
        dict.fromkeys(
            ("utm", "utm_id", "utm_source_platform", "utm_sorce", "gad_source", "msclkid", "ttclid", "fbp"), "x"
        ),
        dict.fromkeys(("click_id", "clicks", "activities", "activity_type", "last_activity"), "x"),
        # callers' own
        dict.fromkeys(
            ("city", "state", "region", "county", "gender", "budget", "shirt_size", "id", "age", "title", "notes"), "x"
        ),
        dict.fromkeys(
            ("email2", "address2", "phone_2", "preference", "client_id", "status", "product", "quantity", "lang"), "x"
        ),
        dict.fromkeys(
            ("first_page", "last_visit", "subject", "birthday", "consent", "newsletter", "industry", "employees"), "x"
        ),
        {
            "client": {"tls": "x", "screen": "x", "platform": "x"},
            "form": {"name": "x", "id": "x", "version": 3},
            "source": {"name": "x"},
        },
        {"x" * 100: 1, "": 2, "-": 3, "é" * 41: 4, "an@gmail.com": 5, "\u0000": 6, "e\nmail": 7},
        {"an@firma.email": 1, "an@firma.phone": 1},  # a person's address, at top-level domains of these names
    ],
)
def test_names_that_are_near_to_nothing(raw):
    assert meant(raw) == {}


def test_what_a_name_means_is_said_once_for_each():
    """An alias is no field's own name, and no two fields share one."""
    aliases = [alias for text in _ALIASES.values() for alias in text.split()]
    assert len(aliases) == len(set(aliases))
    assert not set(aliases) & set(_OWN)
    assert set(_ALIASES) <= set(OURS)
    assert all(alias == _key(alias) for alias in aliases)
    own = {_key(name) for name in (*_OBJECTS, *_NAMES)} | {_key(n.rpartition(".")[2]) for n in _NAMES + _OBJECTS}
    assert set(_OWN) == own - {_key(ANYBODYS.rpartition(".")[2])}


def test_two_hundred_unknown_names_cost_little_and_fill_no_answer():
    dice = random.Random(4)  # noqa: S311 - names
    names = {"".join(dice.choices(string.ascii_letters + "_", k=dice.choice((8, 20, 40)))): 1 for _ in range(60_000)}
    near = {f"{'_' * n}email": 1 for n in range(1, 35)}
    start = perf_counter()
    assert len(meant_fields(names | near, {})) == 0
    assert len(meant_fields(near | names, {})) == 20
    assert perf_counter() - start < 0.2


def test_a_word_is_the_same_field_in_calls_and_in_files():
    words = {word: field for field, aliases in _ALIASES.items() for word in aliases.split()}
    del words["hp"]  # a honeypot for programmers, a telephone in Indonesian files
    in_files = {word: rank_column(word)[1] for word in words}
    known = {word: field for word, field in in_files.items() if field}
    assert len(known) > 150
    assert known == {word: words[word] for word in known}
