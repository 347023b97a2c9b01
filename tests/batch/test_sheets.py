"""A spreadsheet is read as its people see it, in a process of its own that a file may end, but nothing else."""

from __future__ import annotations

import base64
import datetime
import gzip
import json
import zipfile
import zlib

import openpyxl
import pytest
from python_calamine import PasswordError

from fraudcheck.batch import sheet_source, sheets
from fraudcheck.batch.bounds import Bounds, TooMuch
from fraudcheck.batch.erasing import Sought, names_person
from fraudcheck.batch.reading import open_source
from fraudcheck.batch.source import LINE, ROW

BOUNDS = Bounds(rows=1000, unpacked_bytes=300 << 20, memory=400 << 20)
XLS = (  # three columns and a row, as a spreadsheet program of 2003 writes them
    "c-rk)O=uHA6#izDG)ZaFB&I?ugr#8BT2dqz5!%FJ?Lix=9{fSDX%m{*W>caUy;!Y13W6s^kU%|nsd}-B9`qo35bDoCC<uvy7a<}jcxbb}dD&=M6&lb&b-!ia"
    "ym>Qk=FPnM*_r2a-hA$MO99K!4GT)T6LnQGLBUx`ctH8OF4;=#prD&rQ*b)Sk##oQcRjO9A4-20px~DE5mDeRg`*fpG@~WdRYVWl5EIgdE}{ZgN#aH`TjgUq"
    "%yb>on_Th%(+Ep0FzuqUd2s}D;b{AIV-_D$S~<@RS??_C%(G-0n($Q4;xiXTxvUL4v#HqF8p{Y+8!!!WXkS80WM$fi>u>?PI{P~h6V&96bUF_|`Fk2)bQSnq"
    "S=bL%Q@*-#0g``RD!2be?jS!dmtRt>zy$O`UMExJ=RH=LW5eD=EPi4EgOF(}i_n{nrN&$k2k;`G!YfjE640o|lSm?iTp)!8h$u#o$0^7H7NJo}#V8hOzF{n;"
    "1;>-IbTFw!Mr2*V;Y_+-9u2&ec$RD>E?!~{MB`{=-pdQkLmgST@#$s%&_MVYOD6dEC?7H#Wrv{StkfW7H|Ho!Efm_B-^%nH*SdlE7N&mcCB<z6O$M`jlFOXu"
    "+%{?_#CR3nRK;&5e(J-%yMd{9;Vs0^^c7C~XI_VMXr)6hPWtkjM2F}QS1wE33s+)cY)EgIHvhCaITVj!yKbDMjWm|^%zBxYQ*v~~_mpCcmDCo$&=#yM$HPJ+"
    "Bv>1m4TK(tddd=o?D|+N7LQ+hAL&+nxWhvjsXEf@VZww76DCZUFk#}qf-rupEk7;@{Nrvn-gOo!l+0(6e-``c&X=LPpNd{+6ldwuR}0p|CMtD_73x&p3ndOx"
    ">sh*54zV4hHP2tVc!}!%tXR?W=ax{d?U!n?^Dnpm4Z(Qj)B"
)


def book(path, *given, title="Leads", **more):
    """A workbook whose first sheet has these rows, and further sheets by name."""
    workbook = openpyxl.Workbook()
    for name, sheet_rows in {title: given, **more}.items():
        sheet = workbook.active if name == title else workbook.create_sheet(name)
        sheet.title = name
        for row in sheet_rows:
            sheet.append(row)
    workbook.save(path)
    return path


def read(path, bounds=BOUNDS):
    with open_source(path, bounds=bounds) as source:
        table = [row for part in source.slices(10) for row in part.table.to_pylist()]
        return source, table


def cells(path, bounds=BOUNDS):
    """The cells of each row by its number in the sheet."""
    return {row.pop(LINE): [*row.values()][1:] for row in read(path, bounds)[1]}


def test_cells_are_what_the_spreadsheet_shows(tmp_path):
    path = book(
        tmp_path / "in.xlsx",
        ["Email", "Phone", "Created", "Price", "Agreed", "Zip"],
        ["lan@b.vn", 84912840375, datetime.datetime(2026, 11, 5, 8, 12, 33), 24.5, True, "01067"],  # noqa: DTZ001 - a spreadsheet has no zones
        ["hung@b.vn", "0912 840 375", datetime.date(2026, 11, 5), 12, False, 10011.0],
        ["=1/0", "#N/A", None, 0.125, None, None],
        [None, None, None, None, None, None],
        [" ", 912840375, datetime.time(8, 3), None, None, "two\nlines"],
    )
    assert cells(path) == {
        2: ["lan@b.vn", "84912840375", "2026-11-05T08:12:33", "24.5", "true", "01067"],
        3: ["hung@b.vn", "0912 840 375", "2026-11-05", "12", "false", "10011"],
        4: ["", "", "", "0.125", "", ""],
        6: ["", "912840375", "08:03:00", "", "", "two\nlines"],
    }


def test_a_title_above_the_heading_is_no_heading(tmp_path):
    above = [[], ["Leads of November"], ["by", "Ann"], []]
    path = book(tmp_path / "in.xlsx", *above, ["Họ tên", "SĐT"], ["Lan", "0912840375"])
    source, table = read(path)
    assert source.columns == ["Họ tên", "SĐT"]
    assert [(row[ROW], row[LINE]) for row in table] == [(1, 6)]


def test_a_heading_that_is_not_known_is_the_first_row_of_several_cells(tmp_path):
    path = book(tmp_path / "in.xlsx", ["Leads"], ["Wer", "Kontakt"], ["Lan", "0912840375"])
    assert read(path)[0].columns == ["Wer", "Kontakt"]


def test_the_sheet_with_leads_is_read_and_others_are_named(tmp_path):
    workbook = openpyxl.load_workbook(
        book(
            tmp_path / "in.xlsx",
            ["About", "this file"],
            title="Read me",
            Hidden=[["Email"], ["old@b.vn"]],
            May=[["Email", "Name"], ["lan@b.vn", "Lan"]],
            June=[["Email", "Name"], ["hung@b.vn", "Hùng"]],
            Sums=[["Vendor", "Leads"], ["acme", 2]],
        )
    )
    workbook["Hidden"].sheet_state = "hidden"
    workbook.save(tmp_path / "in.xlsx")
    source, table = read(tmp_path / "in.xlsx")
    assert [row["Email"] for row in table] == ["lan@b.vn"]
    assert source.notes == ["spreadsheet, the sheet 'May'"]
    assert source.lost == ["the sheet 'June' has leads too and is not read: give it as a file of its own"]


@pytest.mark.parametrize("pack", [bytes, gzip.compress])
def test_a_spreadsheet_of_2003(tmp_path, pack):
    path = tmp_path / "in.xls"
    path.write_bytes(pack(zlib.decompress(base64.b85decode(XLS))))
    assert cells(path) == {2: ["lan.pham.hn@gmail.com", "84912840375", "2026-11-05T08:12:00"]}
    assert [each.name for each in tmp_path.iterdir()] == ["in.xls"]


def test_a_file_of_libreoffice(tmp_path):
    cell = '<table:table-cell office:value-type="string"><text:p>{}</text:p></table:table-cell>'
    table = (["Email", "Name"], ["lan@b.vn", "Lan"])
    rows = "".join(f"<table:table-row>{''.join(map(cell.format, row))}</table:table-row>" for row in table)
    urn = "urn:oasis:names:tc:opendocument:xmlns"
    names = " ".join(f'xmlns:{name}="{urn}:{name}:1.0"' for name in ("office", "table", "text"))
    with zipfile.ZipFile(tmp_path / "in.ods", "w") as archive:
        archive.writestr("mimetype", "application/vnd.oasis.opendocument.spreadsheet")
        archive.writestr("META-INF/manifest.xml", f'<?xml version="1.0"?><m:manifest xmlns:m="{urn}:manifest:1.0"/>')
        archive.writestr(
            "content.xml",
            f'<?xml version="1.0"?><office:document-content {names}><office:body><office:spreadsheet>'
            f'<table:table table:name="A">{rows}</table:table></office:spreadsheet>'
            "</office:body></office:document-content>",
        )
    assert cells(tmp_path / "in.ods") == {2: ["lan@b.vn", "Lan"]}


def edited(path, member, old, new):
    """The workbook with something else in one of its parts."""
    with zipfile.ZipFile(path) as archive:
        parts = {each.filename: archive.read(each) for each in archive.infolist()}
    assert old in parts[member]
    parts[member] = parts[member].replace(old, new)
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in parts.items():
            archive.writestr(name, content)
    return path


SHEET = "xl/worksheets/sheet1.xml"


def test_a_cell_in_the_farthest_corner_takes_no_terabyte(tmp_path):
    path = book(tmp_path / "in.xlsx", ["Email"], ["lan@b.vn"])
    corner = b'<row r="1048576"><c r="XFD1048576"><v>1</v></c></row></sheetData>'
    edited(path, SHEET, b"</sheetData>", corner)
    with pytest.raises(TooMuch, match="needs more memory than the limit of 400 MiB"):
        read(path)
    assert not names_person(path, Sought(None, ["x"], None, None))  # which the service does in its own process


@pytest.mark.parametrize(
    ("filler", "problem"),
    [
        (b"<!--" + b" " * (200 << 20) + b"-->", "100 times its size"),
        (b"<!--" + b" " * (310 << 20) + b"-->", "more than 314,572,800"),
    ],
)
def test_a_small_workbook_that_unpacks_to_much(tmp_path, filler, problem):
    path = edited(book(tmp_path / "in.xlsx", ["Email"], ["lan@b.vn"]), SHEET, b"<sheetData>", filler + b"<sheetData>")
    with pytest.raises(TooMuch, match=problem):
        read(path)


def test_more_rows_and_longer_ones_than_a_file_of_leads_has(tmp_path):
    path = book(tmp_path / "in.xlsx", ["Email"], *[["lan@b.vn"]] * 1001)
    with pytest.raises(TooMuch, match="more than 1,000 rows"):
        read(path)
    wide = [[f"{n} {'x' * 30_000}" for n in range(6)]]
    path = book(tmp_path / "long.xlsx", ["Email", *"abcde"], ["lan@b.vn"], *wide, ["hung@b.vn"])
    with open_source(path, bounds=BOUNDS) as source:
        (part,) = source.slices(10)
    assert part.table["Email"].to_pylist() == ["lan@b.vn", "hung@b.vn"]
    assert [(each.row, each.line) for each in part.rejected] == [(2, 3)]


def test_no_rows_no_heading_no_spreadsheet(tmp_path):
    path = book(tmp_path / "in.xlsx")
    with pytest.raises(ValueError, match="has no rows in a sheet that can be seen"):
        read(path)
    path = book(tmp_path / "in.xlsx", ["Lan", "lan@b.vn"], ["Hùng", "hung@b.vn"])
    with pytest.raises(ValueError, match="first line is a lead"):
        read(path)
    with zipfile.ZipFile(tmp_path / "in.zip", "w") as archive:
        archive.writestr("leads.csv", "email\na@b.vn\n")
    with pytest.raises(ValueError, match="is an archive and no spreadsheet; give the file of leads in it"):
        read(tmp_path / "in.zip")
    content = book(tmp_path / "in.xlsx", ["Email"], ["lan@b.vn"]).read_bytes()
    for cut in range(4, len(content), 500):
        (tmp_path / "cut.xlsx").write_bytes(content[:cut])
        with pytest.raises(ValueError, match="is a damaged spreadsheet"):
            read(tmp_path / "cut.xlsx")


def test_a_password_is_named(monkeypatch, capsysbinary):
    def refuse(path):
        raise PasswordError

    monkeypatch.setattr(sheets, "CalamineWorkbook", type("Workbook", (), {"from_path": staticmethod(refuse)}))
    monkeypatch.setattr(sheets.Limits, "set", lambda self: None)
    sheets.main("in.xlsx", "1000")
    assert json.loads(capsysbinary.readouterr().out)["problem"] == "is protected with a password; save it without one"


def test_a_defect_of_the_reader_is_no_fault_of_the_file(tmp_path, monkeypatch):
    monkeypatch.setattr(sheet_source, "COMMAND", (*sheet_source.COMMAND[:1], "-c", "raise SystemExit(9)"))
    with pytest.raises(RuntimeError, match="ended with code 9"):
        read(book(tmp_path / "in.xlsx", ["Email"], ["lan@b.vn"]))
