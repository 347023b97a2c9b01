"""Rows about one person go from every kind of file, however the person is written there; no other row goes."""

from __future__ import annotations

import csv
import json

import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from fraudcheck.adapters.lists.shipped import load_lists
from fraudcheck.batch.erasing import Sought, delete_rows, names_person

LISTS = load_lists()
EMAIL, PHONE = "an.nguyen@gmail.com", "+84912840375"
CHECK = "01936b5e-0000-7000-8000-000000000001"
HERS = [
    "an.nguyen@gmail.com",
    "A.N.Nguyen+shop@GoogleMail.com",
    "An <annguyen@gmail.com>",
    "write to annguyen@gmail.com, please",
    "ａｎ.nguyen@gmail.com",
    "ấn.nguyễn@gmail.com",
    "an.nguyen&#64;gmail.com",
    "an.nguyen [at] gmail [dot] com",
    "an@firma.vn; <mailto:an.nguyen@gmail.com|an.nguyen@gmail.com>",
    "+84912840375",
    "+84 (0) 912-840-375",
    "0084912840375",
    "84912840375",
    "0912 840 375",
    "912840375",
    "call 0912.840.375 after six",
    "tel:+84-912-840-375",
    "٠٩١٢٨٤٠٣٧٥",
    84912840375,
    84912840375.0,
    b"0912840375",
    ["x", {"deep": "an.nguyen@gmail.com"}],
    CHECK,
]
OTHERS = [
    "an.nguyen@gmail.com.vn",
    "lan.nguyen@gmail.com",
    "an.nguyen2@gmail.com",
    "an.nguyen@example.com",
    "nguyen@gmail.com",
    "+84912840376",
    "+1912840375",
    "0912 840 37",
    "1912840375000",
    "An Nguyễn",
    "2026-11-28",
    "840375",
    "01936b5e-0000-7000-8000-000000000002",
    None,
    "",
    0.5,
]


@pytest.fixture(scope="module")
def sought():
    return Sought(LISTS, {CHECK}, EMAIL, PHONE)


@pytest.mark.parametrize("cell", HERS, ids=str)
def test_she_is_found(sought, cell):
    assert sought.is_in(["1", None, cell, "x"])


@pytest.mark.parametrize("cell", OTHERS, ids=str)
def test_others_are_not(sought, cell):
    assert not sought.is_in(["1", None, cell, "x"])


def test_by_check_alone_only_the_check_is_found():
    sought = Sought(LISTS, {CHECK}, None, None)
    assert sought.is_in([CHECK])
    assert not any(sought.is_in([cell]) for cell in [*HERS[:-1], *OTHERS])
    assert not sought.is_person


def test_who_is_no_one():
    for email, phone in (("nonsense", None), (None, "12")):
        with pytest.raises(ValueError, match="no mail address"):
            Sought(LISTS, (), email, phone)


@pytest.mark.parametrize("delimiter", [",", ";", "\t"])
@pytest.mark.parametrize("bom", ["", "\ufeff"])
def test_csv(sought, tmp_path, delimiter, bom):
    file = tmp_path / "verdicts.csv"
    rows = [["Mail", "Tel, mobil", "check_id", "trust_score"]]
    rows += [[EMAIL, "", "a", "90"], ["b@x.vn", 'two\nlines "q"', "b", "80"], ["", "0912840375", "c", "70"]]

    def written(which):
        with (tmp_path / "made.csv").open("w", encoding="utf-8", newline="") as text:
            text.write(bom)
            csv.writer(text, delimiter=delimiter).writerows(which)
        return (tmp_path / "made.csv").read_bytes()

    file.write_bytes(written(rows))
    assert delete_rows(file, sought) == 2
    assert file.read_bytes() == written([rows[0], rows[2]])
    assert file.stat().st_mode & 0o777 == 0o600
    before = file.stat().st_ino
    assert delete_rows(file, sought) == 0
    assert file.stat().st_ino == before


def test_ndjson(sought, tmp_path):
    file = tmp_path / "verdicts.ndjson"
    lines = [
        {"row": 1, "reference": None, "verdict": {"check_id": "a", "normalized": {"email": None, "phone": PHONE}}},
        {"row": 2, "reference": None, "verdict": {"check_id": "b", "normalized": {"email": "b@x.vn", "phone": None}}},
        {"row": 3, "reference": None, "verdict": {"check_id": CHECK, "normalized": {"email": None, "phone": None}}},
    ]
    file.write_text("".join(json.dumps(line) + "\n" for line in lines))
    assert delete_rows(file, sought) == 2
    assert [json.loads(line)["row"] for line in file.read_text().splitlines()] == [2]


def test_parquet(sought, tmp_path):
    file = tmp_path / "verdicts.parquet"
    table = pa.table({"tel": pa.array([84912840375, 1, None]), "check_id": ["a", "b", CHECK]})
    pq.write_table(table.replace_schema_metadata({"fraudcheck": "{}"}), file)
    assert delete_rows(file, sought) == 2
    left = pq.read_table(file)
    assert left.to_pylist() == [{"tel": 1, "check_id": "b"}]
    assert left.schema.metadata[b"fraudcheck"] == b"{}"


@pytest.mark.parametrize(
    "content",
    [
        b"email,phone\nb@x.vn,1\nAn.Nguyen@gmail.com,\n",
        "\ufeffemail;phone\nb@x.vn;\n;0912 840 375\n".encode("utf-16-le"),
        "email;phone\nb@x.vn;\n;0912 840 375\n".encode("utf-16-le"),
        b'{"phone": "+1"}\n{"client": {}, "contact": {"mail": "annguyen@gmail.com"}}\n',
    ],
)
def test_a_file_that_waits(sought, tmp_path, content):
    file = tmp_path / "input"
    file.write_bytes(content)
    assert names_person(file, sought)
    file.write_bytes(content.replace(b"guyen", b"guyem").replace(b"8", b"9").replace("8".encode("utf-16-le"), b"9\0"))
    assert not names_person(file, sought)


def test_a_file_that_cannot_be_read_names_nobody(sought, tmp_path):
    for content in (b"", b"PK\3\4" + bytes(99), b"[1]", bytes(999)):
        (tmp_path / "input").write_bytes(content)
        assert not names_person(tmp_path / "input", sought)
