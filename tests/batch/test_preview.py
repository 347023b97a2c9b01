"""What is said of files before they are judged, and how a person's corrections become the options of a batch."""

from __future__ import annotations

import gzip

import pytest

from fraudcheck.batch.bounds import Bounds
from fraudcheck.batch.preview import Column, FileFound, Preview, choices, doubled, read


def look(tmp_path, *contents, **more):
    paths = []
    for number, content in enumerate(contents):
        paths.append(tmp_path / f"input-{number}")
        paths[-1].write_bytes(content if isinstance(content, bytes) else content.encode())
    chosen = more.pop("chosen", {})
    return read(paths, chosen, scratch=tmp_path, **more)


def fields(preview):
    return {column.name: column.field for column in preview.columns}


def test_a_files_columns_examples_and_rows(tmp_path):
    found = look(
        tmp_path, "Mail,Tel,Note\nan@gmail.com,,x\nbo@gmail.com,0912 840 375,\ncy@gmail.com,1,y\ndi@gmail.com,,z\n"
    )
    assert fields(found) == {"Mail": "email", "Tel": "phone", "Note": ""}
    assert [column.examples for column in found.columns] == [
        ("an@gmail.com", "bo@gmail.com", "cy@gmail.com"),
        ("0912 840 375", "1"),
        ("x", "y", "z"),
    ]
    (file,) = found.files
    assert (file.rows, file.more, file.times, file.problem) == (4, False, False, "")
    assert found.problem == ""


@pytest.mark.parametrize(
    ("content", "problem"),
    [
        (b"", "is empty"),
        (bytes(100), "is no text"),
        (b"[{}]", "is one JSON array"),
        (b"<html>", "is a page or XML"),
        (gzip.compress(b"a" * (100 << 20)), "unpacks to more than"),
        (b"an@gmail.com,0912\n", "first line is a lead"),
    ],
)
def test_what_cannot_be_read_says_why_and_the_others_are_shown(tmp_path, content, problem):
    found = look(tmp_path, content, "email\nan@gmail.com\n", bounds=Bounds(1000, 90 << 20, None))
    assert problem in found.files[0].problem
    assert "input-0" not in found.files[0].problem
    assert found.files[1].rows == 1
    assert problem in found.problem


def test_rows_are_counted_only_while_that_is_quick(tmp_path):
    found = look(tmp_path, "email\n" + "an@gmail.com\n" * 5000, seconds=0.0)
    assert found.files[0].more
    assert 0 < found.files[0].rows < 5000


@pytest.mark.parametrize(
    ("dates", "given", "unclear"),
    [
        ("03/04/2026", None, True),
        ("03/04/2026", "day-first", False),
        ("13/04/2026", None, False),
        ("2026-04-03", None, False),
    ],
)
def test_dates_that_nothing_tells_apart(tmp_path, dates, given, unclear):
    found = look(tmp_path, f"Email,Date\nan@gmail.com,{dates}\n", dates=(given,))
    assert found.files[0].dates is unclear


@pytest.mark.parametrize(
    ("heading", "price", "constants", "is_said"),
    [
        ("Price", '"18,90"', {}, True),
        ("Price", "18.90", {}, True),
        ("Price", "18.90", {"source.price.currency": "EUR"}, False),
        ("Price", '"18,90 €"', {}, False),
        ("Price", "", {}, False),
        ("Price (EUR)", '"18,90"', {}, False),
        ("Price,Currency", "18.90,", {}, False),
    ],
)
def test_prices_of_no_currency_are_said_before_they_are_lost(tmp_path, heading, price, constants, is_said):
    content = f"Email,{heading}\nan@gmail.com,{price}\n"
    found = look(tmp_path, content, constants=(constants,))
    assert any("name no currency" in sentence for sentence in found.files[0].lost) is is_said
    assert found.without_contact == []


def test_each_file_needs_a_contact_of_its_own(tmp_path):
    found = look(tmp_path, "Email\nan@gmail.com\n", "Kanal\nx\n", "Kanal\n")
    assert found.problem == ""
    assert found.without_contact == [1]


def test_ndjson_shows_its_nested_names(tmp_path):
    found = look(tmp_path, '{"email": "an@gmail.com", "source": {"vendor": "acme"}, "plan": 1}\n')
    assert fields(found) == {"email": "email", "source.vendor": "source.vendor", "plan": ""}


def test_several_files_by_heading(tmp_path):
    found = look(tmp_path, "Email,Tel\nan@gmail.com,1\n", "Email,Name\nbo@gmail.com,Bo\n")
    assert {column.name: column.files for column in found.columns} == {"Email": (0, 1), "Tel": (0,), "Name": (1,)}


FOUND = Preview(
    files=(FileFound(), FileFound()),
    columns=(
        Column(name="Mail", field="email", files=(0, 1)),
        Column(name="E-Mail", field="", files=(0,)),
        Column(name="Date", field="submitted_at", files=(0,)),
        Column(name="Datum", field="submitted_at", files=(1,)),
        Column(name="Rest", field="", files=(0,)),
    ),
)


@pytest.mark.parametrize(
    ("asked", "pairs"),
    [
        ({}, ()),
        ({"Mail": "email", "Rest": ""}, ()),
        ({"Rest": "name"}, (("name", "Rest"),)),
        ({"Rest": "email"}, (("email", "Mail"), ("email", "Rest"), ("-", "E-Mail"))),
        ({"Mail": ""}, (("-", "Mail"), ("-", "E-Mail"))),
        ({"Mail": "", "E-Mail": "email"}, (("email", "E-Mail"), ("-", "Mail"))),
        ({"gone": "email"}, ()),
    ],
)
def test_corrections_as_pairs_of_field_and_column(asked, pairs):
    assert choices(FOUND, asked) == pairs


def test_what_is_asked_is_what_is_then_found(tmp_path):
    content = "Contact mail,Mail,Telephone,Wer\na@office.example,an@gmail.com,0912 840 375,An\n"
    first = look(tmp_path, content)
    asked = {"Contact mail": "", "Mail": "email", "Telephone": "", "Wer": "name"}
    chosen = {}
    for field, column in choices(first, asked):
        chosen.setdefault(field, []).append(column)
    assert fields(look(tmp_path, content, chosen=chosen)) == asked


def test_one_field_has_one_column_in_a_file():
    assert doubled(FOUND, {}) == {}
    assert doubled(FOUND, {"Rest": "submitted_at"}) == {"submitted_at": ["Date", "Rest"]}
    assert doubled(FOUND, {"Rest": "email"}) == {}
