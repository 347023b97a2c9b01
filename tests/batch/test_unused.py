"""A column of contacts that nobody uses is named; an id, a date or a salesperson's address is not."""

from __future__ import annotations

import pyarrow as pa
import pytest

from fraudcheck.batch.columns import rank_column
from fraudcheck.batch.source import JSON
from fraudcheck.batch.unused import mapped_by_cells, unused_columns

MAILS = [f"lan{n}@b.vn" for n in range(20)]


def column(cells, name="Kontakt"):
    return unused_columns(pa.table({name: cells}), {"name": ("Name",)})


@pytest.mark.parametrize(
    ("cells", "contact"),
    [
        (MAILS, "email"),
        ([*MAILS[:9], "", None, "none"], "email"),
        ([f"0912 840 {n:03}" for n in range(20)], "phone"),
        ([f"+84 912 840 {n:03}" for n in range(20)], "phone"),
        ([84912840300 + n for n in range(20)], "phone"),
        ([84912840300.0 + n for n in range(20)], "phone"),
        ([f"(212) 740-36{n:02}" for n in range(20)], "phone"),
        ([*MAILS[:10], *[f"0912 840 {n:03}" for n in range(9)]], "email"),
        (["0912840375"], "phone"),
    ],
)
def test_what_looks_like_a_contact_is_named(cells, contact):
    (told,) = column(cells)
    assert told.startswith("the column 'Kontakt' looks like ")
    assert told.endswith(f"is not used: map it with {contact}=Kontakt")


@pytest.mark.parametrize(
    ("cells", "name"),
    [
        (["anna@sales.vn", "hung@sales.vn"] * 10, "Rep"),
        ([f"2026-11-{n:02} 08:12" for n in range(1, 29)], "Updated"),
        ([f"0{n}/11/2026" for n in range(1, 10)], "Updated"),
        ([1790000000 + 97 * n for n in range(20)], "seen"),
        ([1790000000000 + 97 * n for n in range(20)], "seen"),
        ([48213374500 + n for n in range(20)], "Owner ID"),
        ([23851234567890120 + n for n in range(20)], "ad"),
        (["10115", "80331", "01067"], "Zip+4"),
        ([f"192.0.2.{n}" for n in range(20)], "Seen from"),
        ([12.5 * n for n in range(20)], "Sum"),
        ([*["a word"] * 11, *MAILS[:9]], "Notes"),
        ([None, "", " "], "Kontakt"),
        (MAILS, "Name"),
    ],
)
def test_what_is_none_is_not(cells, name):
    assert column([cell if isinstance(cell, str | None) else str(cell) for cell in cells], name) == []
    assert column(cells, name) == []


def test_lines_of_json_have_columns_too():
    lines = [b'{"person": {"kontakt": "lan%d@b.vn"}, "n": %d}' % (n, n) for n in range(5)]
    (told,) = unused_columns(pa.table({JSON: lines}), {})
    assert "'person.kontakt' looks like mail addresses" in told


def test_a_heading_that_controls_the_terminal_does_not():
    assert "\x1b" not in column(MAILS, "a\x1b[2J")[0]


@pytest.mark.parametrize(
    "name", ["Fax", "Fax number", "Faxnummer", "Telefax", "Факс", "传真", "FAX番号", "Company fax", "Faks"]
)
def test_nobody_is_told_to_call_a_fax(name):
    assert column([f"0912 840 {n:03}" for n in range(20)], name) == []
    assert column(MAILS, name) != []


@pytest.mark.parametrize(
    ("cells", "name", "told"),
    [
        ([f"0{n}/11/2026 08:12" for n in range(1, 10)], "When it came", True),
        (["Nov 5, 2026 @ 2:22 PM", "", "NULL", None], "Moment", True),
        ([f"2026-11-{n:02}" for n in range(1, 29)], "x", True),
        ([b"2026-11-05 08:12"], "x", True),
        (["2026-11-05"], "Date of birth", False),
        (["2026-11-05"], "Ngày sinh", False),
        (["2026-11-05"], "Last contacted", False),
        (["46331.5", "1790000000", "20261105"], "x", False),
        (["2026-11-05", "soon", "later"], "x", False),
        (["NULL", "-"], "x", False),
    ],
)
def test_a_column_of_times_is_named_where_the_file_has_none(cells, name, told):
    table = pa.table({name: cells, "At": [None] * len(cells)})
    assert [text.rpartition(" ")[2] for text in unused_columns(table, {})] == (
        [f"submitted_at={name}".rpartition(" ")[2]] if told else []
    )
    assert unused_columns(table, {"submitted_at": ("At",)}) == []
    assert len(unused_columns(table, {"submitted_at": ("not there, as in NDJSON",)})) == told


@pytest.mark.parametrize(
    ("name", "cells", "mapping"),
    [
        ("Username", MAILS, {"email": ("Username",)}),
        ("Username", ["lan88", "hungtv"], {}),
        ("Benutzername", [*MAILS, "", None], {"email": ("Benutzername",)}),
        ("Data", ["05/11/2026 14:22", "25/10/2026 09:12", ""], {"submitted_at": ("Data",)}),
        ("Data", ["a form's", "content"], {}),
        ("Data", [1790000000, 1790000097], {}),
        ("Time", ["14:22", "09:12"], {}),
        ("Unter welcher Telefonnummer erreichen wir Sie?", ["+4915117403628"], {"phone": None}),
        ("Dürfen wir Ihre Telefonnummer speichern?", ["ja", "nein"], {}),
        ("À quel numéro de téléphone peut-on vous joindre ?", ["06 12 34 56 78", "07 12 34 56 70"], {"phone": None}),
        ("¿A qué correo electrónico te escribimos?", MAILS, {"email": None}),
        ("Em qual telefone podemos ligar?", ["+5511984613975"], {"phone": None}),
        ("A quale numero di telefono possiamo chiamarla?", ["+393472849163"], {"phone": None}),
        ("На какой телефон вам позвонить?", ["+79161234567"], {"phone": None}),
        ("Wer betreut Sie, mit Telefon des Beraters? (Berater)", ["+4915117403628"], {}),
        ("Kontakt", MAILS, {}),
        ("fraudcheck", ["fc1.AAAA.BBBB.CCCC", "", "fc1...CCCC"], {"form.token": None}),
        ("Fraudcheck", ["passed", "failed", "passed"], {}),
    ],
)
def test_a_heading_that_leaves_it_to_the_cells_is_taken_where_they_say_so(name, cells, mapping):
    expected = {field: columns or (name,) for field, columns in mapping.items()}
    assert mapped_by_cells(pa.table({name: cells}), {}) == expected
    others = {"email": ("x",), "phone": (), "submitted_at": (), "form.token": ()}
    assert mapped_by_cells(pa.table({name: cells, "x": cells}), others) == others


def test_a_heading_that_is_a_whole_row_is_cut():
    (sentence,) = unused_columns(pa.table({"x" * 100_000: MAILS * 3}), {})
    assert len(sentence) < 400


@pytest.mark.parametrize(
    "heading", ["Status", "Lead status", "Trạng thái", "Statut", "Estado del lead", "状态", "Esito"]
)
def test_what_became_of_the_leads_is_named_and_not_used(heading):
    table = pa.table({"Name": ["An", "Ola"], heading: ["Won", None]})
    (told,) = unused_columns(table, {"name": ("Name",)})
    assert repr(heading) in told
    assert "outcomes import" in told
    assert rank_column(heading)[1] == ""
    assert unused_columns(table, {"name": ("Name",), "extra.status": (heading,)}) == []
    assert unused_columns(pa.table({heading: ["", None]}), {}) == []
