"""A file of leads, however it is written: nobody is lost, and what is no row is named."""

from __future__ import annotations

import codecs
import csv
import gzip
import io
import json
import unicodedata
from datetime import UTC, datetime, time, timedelta
from hashlib import sha256

import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from hypothesis import HealthCheck, assume, given, settings
from hypothesis import strategies as st

from fraudcheck.batch.raw_files import atomic_file, save_stream, sha256_hex
from fraudcheck.batch.reading import open_source
from fraudcheck.batch.source import JSON, LINE, ROW, Rejected
from fraudcheck.report.cells import read_cell


def slices(path, size=10):
    with open_source(path) as source:
        return source, list(source.slices(size))


def rows(path, size=10):
    """Everything that is in a file: its rows by number, and its rejected ones."""
    _, found = slices(path, size)
    tables = [row for part in found for row in part.table.to_pylist()]
    return {row.pop(ROW): row for row in tables}, {each.row: each for part in found for each in part.rejected}


def windows_1258(text):
    """Letters with their own marks stay whole, and the tone follows, as Windows has it."""
    tones = "\u0300\u0301\u0303\u0309\u0323"
    letters = []
    for letter in text:
        parts = unicodedata.normalize("NFD", letter)
        base = unicodedata.normalize("NFC", "".join(part for part in parts if part not in tones))
        letters += [base, *[part for part in parts if part in tones]]
    return "".join(letters)


NAMES = {
    "pl": "Wójcik,Łukasz,Żółkiewskiego 5,Gdańsk\nKowalczyk,Małgorzata,Święty Marcin 3,Poznań\nDąbrowski,Paweł,,Łódź\n",
    "cz": "Dvořák,Jiří,Náměstí Míru,Plzeň\nNovotná,Kateřina,Žižkova,Hradec Králové\nČerný,Ondřej,,Ústí nad Labem\n",
    "de": "Müller,Jürgen,Königstraße 5,München\nSchäfer,Björn,Goethestraße,Köln\nGrün,Käthe,Lindenallee,Düsseldorf\n",
    "br": "João,Conceição,Rua São José,São Paulo\nAntônio,Magalhães,,Brasília\nInês,Araújo,Praça da Sé,Goiânia\n",
    "fr": "Hélène,Lefèvre,Rue de l'Église,Besançon\nFrançois,Côté,Allée des Chênes,Orléans\n",
    "ng": "Ngozi,Okafor,Broad Street – 5,Lagos\nChukwuemeka,Adébáyò,Airport Road,Abuja\n",
    "tr": "Şahin,Gülşen,İstiklal Caddesi,İstanbul\nYıldız,Çağlar,Atatürk Bulvarı,Beşiktaş\n",
    "vn": "Nguyễn,Thị Hồng,Đường Lê Lợi,Thành phố Hồ Chí Minh\nTrần,Văn Đức,Phố Huế,Hà Nội\nPhạm,Minh Tuấn,,Đà Nẵng\n",
    "ru": "Иванов,Сергей,улица Ленина,Москва\nКузнецова,Ольга,Невский проспект,Санкт-Петербург\n",
    "gr": "Παπαδόπουλος,Γιώργος,Οδός Ερμού,Αθήνα\nΜαρία,Νικολάου,,Θεσσαλονίκη\n",
    "il": "משה,כהן,רחוב הרצל,תל אביב\nשרה,לוי,,ירושלים\n",
    "eg": "محمد,عبد الرحمن,شارع التحرير,القاهرة\nفاطمة,إبراهيم,شارع الهرم,الجيزة\n",
    "th": "สมชาย,ใจดี,ถนนสุขุมวิท,กรุงเทพฯ\nสมหญิง,รักไทย,ถนนพหลโยธิน,เชียงใหม่\n",
    "cn": "张伟,,北京市朝阳区建国路,\n王秀英,,上海市浦东新区世纪大道,\n李娜,,广州市天河区,\n",
    "tw": "陳志明,,台北市信義區,\n林淑芬,,高雄市前鎮區,\n",
    "jp": "山田太郎,,東京都千代田区,\nたなかはなこ,,おおさか,\nスズキ,,カナガワ,\n",
    "kr": "김철수,,서울특별시 강남구,\n이영희,,부산광역시 해운대구,\n",
}


@pytest.mark.parametrize(
    ("names", "encoding"),
    [
        ("pl", "cp1250"),
        ("cz", "cp1250"),
        ("pl", "iso8859_2"),
        ("de", "cp1252"),
        ("br", "cp1252"),
        ("fr", "latin-1"),
        ("ng", "cp1252"),
        ("tr", "cp1254"),
        ("vn", "cp1258"),
        ("ru", "cp1251"),
        ("ru", "koi8_r"),
        ("gr", "cp1253"),
        ("il", "cp1255"),
        ("eg", "cp1256"),
        ("th", "tis-620"),
        ("th", "cp874"),
        ("cn", "gb18030"),
        ("cn", "gbk"),
        ("tw", "big5"),
        ("jp", "cp932"),
        ("jp", "euc_jp"),
        ("kr", "euc_kr"),
        ("vn", "utf-8"),
        ("eg", "utf-8-sig"),
        ("th", "utf-16"),
    ],
)
@pytest.mark.parametrize("around", [0, 30_000])
def test_encodings(tmp_path, names, encoding, around):
    """Told from the few letters that are not ASCII, wherever in the file they are."""
    text = windows_1258(NAMES[names]) if encoding == "cp1258" else NAMES[names]
    plain = "Ann,Smith,1 High Street,London\n" * around
    path = tmp_path / "in.csv"
    path.write_bytes(("last,first,street,city\n" + plain + text + plain).encode(encoding))
    source, found = slices(path, 50_000)
    table = pa.concat_tables(part.table for part in found).drop_columns([ROW, LINE])
    there = [list(row.values()) for row in table[around : len(table) - around].to_pylist()]
    assert there == [line.split(",") for line in text.splitlines()], source.notes
    assert not any(part.rejected for part in found)


@pytest.mark.parametrize("encoding", ["cp1250", "cp1251", "cp1252", "cp1253"])
def test_a_price_in_every_row_does_not_change_the_encoding(tmp_path, encoding):
    """A euro sign is a letter in other encodings; alone, among few names, it outweighs them."""
    names = {"cp1250": NAMES["pl"], "cp1251": NAMES["ru"], "cp1252": NAMES["de"], "cp1253": NAMES["gr"]}[encoding]
    cells = [name for name in names.replace("\n", ",").split(",") if name]
    lines = [f"AC-{n};0151 2345{n:04};{cells[n % len(cells)] if n % 3 else 'Brandt'};24,50 €" for n in range(300)]
    path = tmp_path / "in.csv"
    path.write_bytes("\n".join(["id;phone;name;price", *lines, ""]).encode(encoding))
    found, _ = rows(path, 1000)
    assert [";".join(row[name] for name in ("id", "phone", "name", "price")) for row in found.values()] == lines


def test_a_spoilt_byte_does_not_change_the_encoding(tmp_path):
    path = tmp_path / "in.csv"
    path.write_bytes(("name,city\n" + NAMES["vn"]).encode() + b"Jo\xe3o,\n")
    source, found = slices(path)
    assert "utf-8" in source.notes[0]
    assert source.notes[1].startswith("1 characters are none in that encoding")
    assert found[0].rejected, "four cells under two names"
    assert found[0].table["name"].to_pylist()[-1] == "Jo\ufffdo"


def test_an_owner_knows_better(tmp_path):
    path = tmp_path / "in.csv"
    path.write_bytes("name\nDvořák\nŠťastný\n".encode("cp852"))
    with open_source(path, None, "cp852") as source:
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
    path.write_text("name,phone\nAn,1,,\nBình,2,x\n" + "y" * 140_000 + ",3\nHương,4\n")
    found, rejected = rows(path)
    assert [row["name"] for row in found.values()] == ["An", "Hương"], "more commas alone are no more cells"
    assert [(each.line, each.problem) for each in rejected.values()] == [
        (3, "3 cells where the heading has 2"),
        (4, "longer than 131,072 characters"),
    ]


OPEN = "a quotation mark that nothing closes"


@pytest.mark.parametrize(
    ("content", "good", "rejected"),
    [
        # One mark too many takes the line that it is in, not the leads behind it.
        ('a,b\n1,"x\n2,y\n3,z\n', ["2", "3"], [(1, 2, OPEN)]),
        ('a,b\n1,"x\n2,y\n3,"z"\n4,w\n', ["2", "3", "4"], [(1, 2, OPEN)]),
        ('a,b\n1,"x\n\n2,y\n3,"z\nz"\n4,w\n', ["2", "3", "4"], [(1, 2, OPEN)]),
        ('a,b\n1,"x', [], [(1, 2, OPEN)]),
        # Of what may be the rest of a long cell, only lines with all cells are leads.
        (
            'a,b\n1,"x\nHello\n2,y\na,b,c',
            ["2"],
            [
                (1, 2, OPEN),
                (2, 3, "1 cell where the heading has 2"),
                (4, 5, "3 cells where the heading has 2"),
            ],
        ),
        ("a,b\n" + "x" * (1 << 21) + "\n1,2\n", ["1"], [(1, 2, "longer than 131,072 characters")]),
        ("a,b\n1,2\n" + "x" * (1 << 21), ["1"], [(2, 3, "longer than 131,072 characters")]),
        (
            'a,b\n1,"x\n' + "x" * (1 << 21) + '"\n3,4\n',
            ["3"],
            [(1, 2, OPEN), (2, 3, "longer than 131,072 characters")],
        ),
        (
            'a,b\n1,"x\n"' + "x" * (1 << 21) + "\n3,4\n",
            ["3"],
            [(1, 2, OPEN), (2, 3, "longer than 131,072 characters")],
        ),
        ('a,b\n1,"x\n' + "2,y\n" * 300_000, ["2"] * 300_000, [(1, 2, OPEN)]),
    ],
)
def test_what_goes_wrong_in_a_record_stays_there(tmp_path, content, good, rejected):
    path = tmp_path / "in.csv"
    path.write_text(content)
    found, problems = rows(path, 100_000)
    assert [row["a"] for row in found.values()] == good
    assert list(problems.values()) == [Rejected(*each) for each in rejected]


def test_records_that_never_end_are_read_in_bounded_time(tmp_path):
    """Each line closes the mark of the one before and opens another."""
    path = tmp_path / "in.csv"
    path.write_text("a,b\n" + 'a","b\n' * 400_000)
    found, problems = rows(path, 100_000)
    assert len(found) + len(problems) == 400_000


@pytest.mark.parametrize(
    ("heading", "columns"),
    [
        ("Phone,Phone,,Phone\n", ["Phone", "Phone (2)", "column 3", "Phone (3)"]),
        (" E-mail ,Name\n", ["E-mail", "Name"]),
        ("sep=;\nE-mail;Name\n", ["E-mail", "Name"]),
        ("email\n", ["email"]),
        ("email;cf_10023456;Is your address an@b.vn?\n", ["email", "cf_10023456", "Is your address an@b.vn?"]),
    ],
)
def test_headings(tmp_path, heading, columns):
    path = tmp_path / "in.csv"
    path.write_text(heading + "1;2\n")
    source, _ = slices(path)
    assert source.columns == columns


@pytest.mark.parametrize(
    ("content", "columns", "line"),
    [
        ("Profis GmbH - Leadliste, November\n\nDatum;E-Mail;Preis\n1.11.;a@b.example;41,00\n", 3, 4),
        ("Report\r\nby,Anna\r\nEmail,Phone\r\na@b.example,1\r\n", 2, 4),
        ("Email,Phone\nEmail,Phone\na@b.example,1\n", 2, 2),  # a second heading below the first is no lead's matter
        ("Kontakt;Notiz\nEmail;x\na@b.example;y\n", 2, 2),  # one field alone may be a cell
        ("Wer;Was\na@b.example;1\n", 2, 2),
    ],
)
def test_a_title_above_the_heading_is_left_out(tmp_path, content, columns, line):
    given = tmp_path / "a.csv"
    given.write_bytes(content.encode())
    with open_source(given, tmp_path) as source:
        assert len(source.columns) == columns
        assert next(source.slices(10)).table[LINE].to_pylist()[0] == line


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
        (gzip.compress(b"email\na@b.vn\n" * 100_000, mtime=0)[:-20], "damaged"),
        (b"PAR1garbagePAR1", "damaged"),
        (gzip.compress(b"PAR1garbagePAR1", mtime=0), "damaged"),
        (b"PK\3\4...", "is a damaged spreadsheet; save it again, or as CSV"),
        (b"\xd0\xcf\x11\xe0...", "is a damaged spreadsheet"),
        (b"<html><table><tr><td>Email", "is a page or XML"),
        (b"<?xml version='1.0'?><Workbook>", "is a page or XML"),
        (b"email\0\0\nan@b.vn\0\0\n", "is no text; save"),
        ("email\nan@b.vn\n\1\n".encode("utf-16-le"), "is no text; save"),
        ("email\nan@b.vn\n".encode("utf-32-le"), "is no text; save"),
        ('{"email": "an@b.vn"}'.encode("utf-16-le"), "is JSON in UTF-16"),
        ('{"email": "an@b.vn"}'.encode("utf-16"), "is JSON in UTF-16"),
        (b"a," * 2000, "more than 2,000 columns"),
        (b'a,"b\n1,2\n', "name the columns: a quotation mark that nothing closes"),
        (b"sep=;\n", "name the columns: there is none"),
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
    save_stream(io.BytesIO(b"email\na@b.vn\n"), tmp_path / "input")
    assert rows(tmp_path / "input")[0] == {1: {LINE: 2, "email": "a@b.vn"}}
    assert sha256_hex(tmp_path / "input") == sha256(b"email\na@b.vn\n").hexdigest()


def test_parquet_of_other_types(tmp_path):
    """Nanoseconds, which Python has not, and words that are written once; and text that is none, which says so."""
    path = tmp_path / "in.parquet"
    odd = {
        "email": pa.array(["an@b.vn", None]).dictionary_encode(),
        "created": pa.array([1_790_000_000_123_456_789, None], pa.timestamp("ns", "UTC")),
        "took": pa.array([1, None], pa.duration("ns")),
        "at": pa.array([1, None], pa.time64("ns")),
    }
    pq.write_table(pa.table(odd), path)
    found, _ = rows(path)
    assert [found[1][name] for name in odd] == [
        "an@b.vn", datetime(2026, 9, 21, 14, 13, 20, 123456, UTC), timedelta(0), time(0),
    ]  # fmt: skip
    broken = pa.StringArray.from_buffers(1, pa.py_buffer(b"\0\0\0\0\1\0\0\0"), pa.py_buffer(b"\xff"))
    pq.write_table(pa.table({"email": broken}), path)
    with pytest.raises(ValueError, match="damaged Parquet"):
        rows(path)


def test_rows_of_parquet_that_are_too_long(tmp_path):
    path = tmp_path / "in.parquet"
    notes = ["x" * (200_000 if n == 7 else 300) for n in range(1_200)]
    pq.write_table(pa.table({"notes": notes}), path)
    found, rejected = rows(path, 550)
    assert [(each.row, each.problem) for each in rejected.values()] == [(8, "longer than 131,072 characters")]
    assert {row: each["notes"] for row, each in found.items()} == {
        row: note for row, note in enumerate(notes, 1) if row != 8
    }


def test_what_is_broken_off_leaves_no_trace(tmp_path):
    path = tmp_path / "in"
    path.write_text("whole")
    with pytest.raises(TypeError), atomic_file(path) as file:
        file.write("half")
    assert [(each.name, each.read_text()) for each in tmp_path.iterdir()] == [("in", "whole")]


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
    told = [[*map(read_cell, row)] for row in table if any(row)]  # without the apostrophe that our own outputs have
    assert [[row[f"name {n}"] for n in range(width)] for row in found.values()] == told
    assert not rejected


@given(st.binary(max_size=300))
@settings(deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture], max_examples=300)
def test_any_bytes_at_all(tmp_path, content):
    """Rows in are rows out and rejected."""
    assume(10 * content.count(0) < len(content) or not content)  # else it is no text, and refused
    path = tmp_path / "in"
    path.write_bytes(b"email,name\n" + content)
    found, rejected = rows(path, 3)
    assert sorted([*found, *rejected]) == list(range(1, len(found) + len(rejected) + 1))
