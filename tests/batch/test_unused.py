"""A column of contacts that nobody uses is named; an id, a date or a salesperson's address is not."""

from __future__ import annotations

import pyarrow as pa
import pytest

from fraudcheck.batch.source import JSON
from fraudcheck.batch.unused import unused_contacts

MAILS = [f"lan{n}@b.vn" for n in range(20)]


def column(cells, name="Kontakt"):
    return unused_contacts(pa.table({name: cells}), {"name": ("Name",)})


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
    (told,) = unused_contacts(pa.table({JSON: lines}), {})
    assert "'person.kontakt' looks like mail addresses" in told


def test_a_heading_that_controls_the_terminal_does_not():
    assert "\x1b" not in column(MAILS, "a\x1b[2J")[0]
