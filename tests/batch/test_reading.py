"""A file of leads, however it is written: nobody is lost, and what is no row is named."""

from __future__ import annotations

import codecs
import csv
import gzip
import io
import json
from hashlib import sha256

import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from fraudcheck.batch.reading import JSON, LINE, ROW, digest, opened, spooled

NAMES = {
    "cp1250": ["Wiśniewska", "Dvořák", "Łukasz Żółć", "Gąsior", "Jiří Šťastný"],
    "cp1251": ["Иванов Сергей", "Шевченко Олена", "Петрова Наталья", "Кузнецов Дмитрий"],
    "cp1252": ["João Conceição", "Thiago Magalhães", "Luíza Araújo"],
    "cp1253": ["Γεώργιος Παπαδόπουλος", "Μαρία Ιωάννου", "Ελένη Νικολάου"],
    "cp1256": ["محمد حسن", "فاطمة ابراهيم", "يوسف محمود"],
    "cp874": ["สมชาย แซ่ตั้ง", "สุดา ศรีสุข", "อนงค์ วงศ์สา"],
    "shift_jis": ["山田太郎", "佐藤花子", "鈴木一郎"],
    "gb18030": ["王小明", "李静", "张伟"],
    "euc_kr": ["김민준", "이서연", "박지훈"],
    "utf-16": ["Nguyễn Văn An", "สมชาย", "Wiśniewska"],
    "utf-8": ["Nguyễn Văn An", "Olúwaṣeun Adéyẹmí", "प्रिया शर्मा"],
    "utf-8-sig": ["Phạm Thị Hương", "محمد"],
}


def slices(path, size=10):
    with opened(path) as source:
        return source, list(source.slices(size))


def rows(path, size=10):
    """Everything that is in a file: its rows by number, and its rejected ones."""
    _, found = slices(path, size)
    tables = [row for part in found for row in part.table.to_pylist()]
    return {row.pop(ROW): row for row in tables}, {each.row: each for part in found for each in part.rejected}


@pytest.mark.parametrize("encoding", NAMES)
def test_encodings(tmp_path, encoding):
    names = NAMES[encoding] * 8
    path = tmp_path / "in.csv"
    path.write_bytes("".join(["name,note\r\n", *[f"{name},{name}\r\n" for name in names]]).encode(encoding))
    source, _ = slices(path)
    found, rejected = rows(path)
    assert [row["name"] for row in found.values()] == names, source.notes
    assert not rejected


def test_an_owner_knows_better(tmp_path):
    path = tmp_path / "in.csv"
    path.write_bytes("name\nDvořák\nŠťastný\n".encode("cp852"))
    with opened(path, None, "cp852") as source:
        assert [row["name"] for part in source.slices(9) for row in part.table.to_pylist()] == ["Dvořák", "Šťastný"]


def test_a_guess_at_an_encoding_never_stops_the_reading(tmp_path):
    path = tmp_path / "in.csv"
    path.write_bytes(b"name,phone\n" + "Nguyễn,+84912840375\n".encode() * 20_000 + bytes(range(128, 256)) + b",1\n")
    found, rejected = rows(path, 10_000)
    assert len(found) + len(rejected) == 20_001


@pytest.mark.parametrize("delimiter", [",", ";", "\t", "|"])
@pytest.mark.parametrize("end", ["\n", "\r\n"])
def test_csv(tmp_path, delimiter, end):
    """A cell with the delimiter, quotes and a line's end in it; blank lines; a cell short of the heading."""
    text = f'name;note;phone{end}An;"a; ""b""{end}c";1{end}{end};;{end}Bình;x{end}Hương;;3{end}'.replace(";", delimiter)
    path = tmp_path / "in.txt"
    path.write_bytes(text.encode())
    found, rejected = rows(path, 2)
    assert found == {
        1: {LINE: 2, "name": "An", "note": f'a{delimiter} "b"{end}c', "phone": "1"},
        2: {LINE: 6, "name": "Bình", "note": "x", "phone": None},
        3: {LINE: 7, "name": "Hương", "note": "", "phone": "3"},
    }
    assert not rejected


def test_what_is_no_row(tmp_path):
    path = tmp_path / "in.csv"
    path.write_text("name,phone\nAn,1,,\nBình,2,x\n" + "y" * 1_100_000 + ",3\nHương,4\n")
    found, rejected = rows(path)
    assert [row["name"] for row in found.values()] == ["An", "Hương"], "more commas alone are no more cells"
    assert [(each.line, each.problem) for each in rejected.values()] == [
        (3, "3 cells where the heading has 2"),
        (4, "not CSV, or a cell of more than 1048576 characters"),
    ]


@pytest.mark.parametrize(
    ("heading", "columns"),
    [
        ("Phone,Phone,,Phone\n", ["Phone", "Phone (2)", "column 3", "Phone (3)"]),
        (" E-mail ,Name\n", ["E-mail", "Name"]),
        ("sep=;\nE-mail;Name\n", ["E-mail", "Name"]),
        ("email\n", ["email"]),
    ],
)
def test_headings(tmp_path, heading, columns):
    path = tmp_path / "in.csv"
    path.write_text(heading + "1;2\n")
    source, _ = slices(path)
    assert source.columns == columns


def test_excels_own_line_moves_the_lines(tmp_path):
    path = tmp_path / "in.csv"
    path.write_text("sep=|\nname|phone\nAn|1\n")
    assert rows(path)[0] == {1: {LINE: 3, "name": "An", "phone": "1"}}


@pytest.mark.parametrize(
    ("content", "says"),
    [
        (b"", "is empty"),
        (codecs.BOM_UTF8 + b"\n \n", "is empty"),
        (b'[{"email": "a@b.c"}]', "one JSON object a line"),
        (b"\x1f\x8bgarbage", "damaged"),
        (gzip.compress(b"email\na@b.vn\n" * 100_000)[:-20], "damaged"),
        (b"PAR1garbagePAR1", "damaged"),
        (b"sep=;\n", "no heading"),
        (b"An,an@gmail.com\nNgozi,n@b.ng\n", "first line is a lead"),
        (b"An;+84912840375\n", "first line is a lead"),
    ],
)
def test_what_is_no_file_of_leads(tmp_path, content, says):
    path = tmp_path / "in"
    path.write_bytes(content)
    with pytest.raises(ValueError, match=says):
        slices(path)


def test_ndjson(tmp_path):
    lines = [
        '\ufeff{"email": "an@b.vn", "client": {"ip": "1.1.1.1"}}',
        "",
        "not JSON",
        "[1]",
        '{"name": "' + "x" * 70_000 + '"}',
        '{"a": ' * 40 + "1" + "}" * 40,
        '{"phone": "+84912840375"}',
    ]
    path = tmp_path / "in"
    path.write_text("\n".join(lines))
    source, _ = slices(path)
    assert source.columns == ["email", "client.ip", "phone"]
    found, rejected = rows(path, 2)
    assert {row: (each[LINE], json.loads(each[JSON])) for row, each in found.items()} == {
        1: (1, {"email": "an@b.vn", "client": {"ip": "1.1.1.1"}}),
        6: (7, {"phone": "+84912840375"}),
    }
    assert [(each.row, each.line, each.problem) for each in rejected.values()] == [
        (2, 3, "not JSON"),
        (3, 4, "not a JSON object"),
        (4, 5, "larger than 65536 bytes"),
        (5, 6, "nested deeper than 32"),
    ]


@pytest.mark.parametrize("packed", [False, True])
def test_parquet(tmp_path, packed):
    people = [{"name": f"An {n}", "client": {"ip": f"1.1.1.{n}", "more": {"deep": n}}} for n in range(25)]
    path = tmp_path / "in.parquet"
    pq.write_table(pa.Table.from_pylist(people), path, row_group_size=4)
    if packed:
        path.write_bytes(gzip.compress(path.read_bytes()))
    source, found = slices(path)
    assert source.columns == ["name", "client.ip", "client.more.deep"]
    assert [len(part.table) for part in found] == [10, 10, 5]
    assert found[1].table.to_pylist()[0] == {
        ROW: 11, LINE: 11, "name": "An 10", "client.ip": "1.1.1.10", "client.more.deep": 10,
    }  # fmt: skip
    assert [each.name for each in tmp_path.iterdir()] == ["in.parquet"], "nothing is left lying about"


def test_a_pipe(tmp_path):
    spooled(io.BytesIO(b"email\na@b.vn\n"), tmp_path / "input")
    assert rows(tmp_path / "input")[0] == {1: {LINE: 2, "email": "a@b.vn"}}
    assert digest(tmp_path / "input") == sha256(b"email\na@b.vn\n").hexdigest()


cells = st.text(st.characters(exclude_categories=["Cs"], exclude_characters="\0\r"), max_size=8)
tables = st.integers(2, 5).flatmap(lambda width: st.lists(st.lists(cells, min_size=width, max_size=width), max_size=30))


@given(tables, st.sampled_from(",;\t|"))
@settings(deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_what_was_written_is_read(tmp_path, table, delimiter):
    width = len(table[0]) if table else 2
    text = io.StringIO(newline="")
    writer = csv.writer(text, delimiter=delimiter)
    writer.writerows([[f"name {n}" for n in range(width)], *table])
    path = tmp_path / "in.csv"
    path.write_text("sep=" + delimiter + "\n" + text.getvalue())
    found, rejected = rows(path)
    assert [[row[f"name {n}"] for n in range(width)] for row in found.values()] == [row for row in table if any(row)]
    assert not rejected


@given(st.binary(max_size=300))
@settings(deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture], max_examples=300)
def test_any_bytes_at_all(tmp_path, content):
    """Rows in are rows out and rejected."""
    path = tmp_path / "in"
    path.write_bytes(b"email,name\n" + content)
    found, rejected = rows(path, 3)
    assert sorted([*found, *rejected]) == list(range(1, len(found) + len(rejected) + 1))
