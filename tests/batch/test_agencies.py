"""Files as agencies, lead platforms and CRMs of many countries write them.

``agencies/expected.toml`` says what each of them holds. A file's columns, the vendor in its name, its times, and what
became of its rows have to be right without any option.
"""

from __future__ import annotations

import asyncio
import tomllib
from datetime import UTC, datetime
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest

from fraudcheck import wiring
from fraudcheck.batch import outcome_columns, planning, run
from fraudcheck.batch.columns import CONTACTS, date_order, rank_column
from fraudcheck.batch.date_order import DateOrder
from fraudcheck.batch.dates import parse_time
from fraudcheck.batch.encodings import guess
from fraudcheck.batch.outcome_rows import Asked, open_rows
from fraudcheck.batch.progress import Progress
from fraudcheck.batch.reading import open_source
from fraudcheck.batch.request import Given, Request
from fraudcheck.batch.vendor_names import vendor_of
from fraudcheck.operations.answer_claims import read_answer
from fraudcheck.operations.import_outcomes import Bringing, import_rows, read_status
from fraudcheck.ports.ledger import EVERY_LEAD

FILES = Path(__file__).parent / "agencies"
EXPECTED = tomllib.loads((FILES / "expected.toml").read_text("utf-8"))
NAMES = {"email", "phone", "name", "first_name", "last_name"}


def fields_of(columns, mapping):
    """The field of each column, without those that only repeat the vendor and the campaign."""
    found = {
        column: field
        for field, own in mapping.items()
        for column in own
        if field not in ("source.click.utm_source", "source.click.utm_campaign")
    }
    return {column: found[column] for column in columns if column in found}


@pytest.mark.parametrize("name", EXPECTED["leads"])
def test_leads(name, tmp_path):
    expected = EXPECTED["leads"][name]
    zone = ZoneInfo(expected["zone"])
    given = Given(path=FILES / "leads" / name, name=name, constants={"source.vendor": expected["vendor"]})
    request = Request(out=tmp_path, given=(given,))
    with open_source(given.path, tmp_path, None, request.bounds) as source:
        mapping = planning.propose(source, request, given)
        found, wanted = fields_of(source.columns, mapping), dict(expected["columns"])
        assert {column: field for column, field in found.items() if field in NAMES} == {
            column: field for column, field in wanted.items() if field in NAMES
        }, "a wrong contact"
        assert found == wanted
        table = next(source.slices(100)).table
        cells = list(planning.cells_of(table, mapping["submitted_at"][0]))
        order = DateOrder()
        for cell in cells:
            order.count(cell)
        decided = order.decide(date_order(source.columns))
    times = [datetime.fromisoformat(told) for told in expected["times"]]
    is_day = ["T" not in told for told in expected["times"]]
    assert [parse_time(cell, decided, zone).at for cell in cells] == [
        told if told.tzinfo else told.replace(tzinfo=UTC if day else zone)
        for told, day in zip(times, is_day, strict=True)
    ]
    assert vendor_of(name) == expected["vendor"]


class Nobody:
    """Finds for each row a lead of its own, and keeps what is told of it."""

    def __init__(self):
        self.kept = {}

    async def prepare(self, cells):
        pass

    async def check_of(self, cells):
        return cells["reference"].split("\n")[-1]

    async def record_outcomes(self, tenant, pairs, now):
        self.kept |= {lead: " ".join(filter(None, (told.outcome, told.reason))) for lead, told in pairs}
        return ["stored"] * len(pairs)


@pytest.mark.parametrize("name", EXPECTED["outcomes"])
async def test_outcomes(name):
    expected = EXPECTED["outcomes"][name]
    ledger = Nobody()
    with open_rows(Asked(path=FILES / "outcomes" / name), read_status) as opened:
        assert fields_of([column for column, _ in expected["columns"]], opened.mapping) == dict(expected["columns"])
        assert sum(map(len, opened.mapping.values())) == len(expected["columns"])
        rows = list(opened.rows)
        told = Bringing(now="2026-12-31T00:00:00.000Z", mark=opened.mark, ours=opened.ours)
        brought = await import_rows(rows, ledger, "default", ledger, told, progress=lambda _: None)
    assert brought.problems == []
    leads = [row.cells["reference"].split("\n")[-1] for row in rows]
    assert [ledger.kept.get(lead, "") for lead in leads] == expected["told"]


@pytest.mark.parametrize("name", EXPECTED["answers"])
def test_answers(name):
    expected = EXPECTED["answers"][name]
    with open_rows(Asked(path=FILES / "answers" / name, fields=outcome_columns.ANSWER), read_answer) as opened:
        assert fields_of([column for column, _ in expected["columns"]], opened.mapping) == dict(expected["columns"])
        assert sum(map(len, opened.mapping.values())) == len(expected["columns"])
        assert [read_answer(row.cells["answer"]) for row in opened.rows] == expected["told"]


@pytest.mark.parametrize(
    ("week", "month", "zone"),
    [
        ("AdKlick_Leads_KW45_2026.csv", "AdKlick Leadliste November 2026.csv", "Europe/Berlin"),
        (
            "Báo cáo data khách hàng_MediaViet_Tuần 45.csv",
            "MediaViet - Tổng hợp data tháng 11.2026.csv",
            "Asia/Ho_Chi_Minh",
        ),
        (
            "leads_agencia-conecta_semana45.csv",
            "Relatório de leads - agencia-conecta - novembro 2026.csv",
            "America/Sao_Paulo",
        ),
    ],
)
def test_a_week_and_the_month_that_has_it_are_the_same_leads(settings, tmp_path, week, month, zone):
    """Each lead is kept once, whichever list comes first, and both say one vendor."""
    assert vendor_of(week) == vendor_of(month)
    for name in (week, month):
        vendor = {"source.vendor": vendor_of(name)}
        given = Given(path=FILES / "leads" / name, name=name, zone=zone, constants=vendor)
        asked = Request(given=(given,), out=tmp_path / f"{len(name)}.ndjson", keep=True, size=20, processes=1)
        run.run(asked, settings, Progress())

    async def kept():
        async with wiring.ledger_only(settings) as ledger:
            return await ledger.list("default", EVERY_LEAD, limit=100)

    assert len(asyncio.run(kept())) == len(EXPECTED["leads"][month]["times"])


@pytest.mark.parametrize(
    "column",
    [
        *(
            "Tel. opiekuna",
            "SĐT Sale",
            "Executive Mobile",
            "RECEIVER_MOBILE",
            "E-mail do vendedor",
            "Next of Kin Phone",
        ),
        *("Buyer Email", "Betreuer-Mail", "Courriel du commercial", "Teléfono del asesor", "Temsilci Telefonu"),
        *("جوال المسوق", "เบอร์เซลล์", "No HP Sales", "Agent Phone", "Sender score", "Điện thoại nhân viên"),
        *("Lead Status Date", "Campaign ID Nr", "Form ID", "Ad No", "CPF", "Tax No", "GST Number", "Order value"),
    ],
)
def test_what_is_somebody_elses_or_no_reference_is_not_taken(column):
    assert rank_column(column)[1] not in {*CONTACTS, "reference", "submitted_at", *NAMES}


@pytest.mark.parametrize(
    "status",
    [
        *(
            "Customer answered",
            "Phone picked up",
            "Number reachable",
            "Not registered yet",
            "Did not apply",
            "Not fake",
        ),
        *("Chưa đăng ký", "Nummer richtig", "Correct number", "Talep yok", "No", "Has a phone", "Nicht registriert"),
    ],
)
def test_what_proves_no_lead_fake_is_not_read_so(status):
    found = read_status(status)
    assert found is None or found[0] != "returned"


@pytest.mark.parametrize(
    ("text", "encoding"),
    [
        ("Satış yapıldı;Mükerrer kayıt;İlgilenmiyor", "cp1254"),
        ("Data zamknięcia;Błędny numer;Umówiono spotkanie", "cp1250"),
        ("Prénom;Éditeur;Téléphone à rappeler;Gaëtan", "cp1252"),
        ("Größe;Müller;Öztürk;Weiß", "cp1252"),
        ("Číslo;příjmení;žádost", "cp1250"),
    ],
)
def test_the_encoding_of_a_few_words(text, encoding, tmp_path):
    path = tmp_path / "few"
    path.write_bytes(text.encode(encoding))
    with path.open("rb") as stream:
        assert path.read_bytes().decode(guess(stream)) == text


HEADINGS = {
    "reference": (
        "Numero pratica lead",
        "Codice richiesta",
        "Aanvraagnummer",
        "Номер лида",
        "ID обращения",
        "Lead číslo",
        "Nr. cererii",
        "리드번호",
        "申込番号",
        "线索ID",
        "Vendor Lead ID",
        "Antrags-Nr.",
        "Numéro de dossier",
        "Nr zapytania",
        "Talep No",
        "Kode Prospek",
        "Mã hồ sơ",
        "Enquiry Ref No",
        "Application No",
    ),
    "submitted_at": (
        "Data acquisizione",
        "Datum aanvraag",
        "Дата поступления заявки",
        "Anfragezeitpunkt",
        "Date de collecte",
        "Data zgłoszenia",
        "Fecha de captación",
        "Data de captação",
        "Talep Tarihi",
        "Tgl Lead Masuk",
        "Ngày data về",
        "วันเวลาลงทะเบียน",
        "申込日時",
        "신청일시",
        "Lead Generated Date",
        "Date of Enquiry",
        "تاريخ وصول الطلب",
    ),
    "source.price.amount": (
        "Prezzo unitario",
        "Kosten je Lead",
        "Tarif HT",
        "Precio unitario",
        "Custo unitário",
        "Cena netto",
        "Lead fiyatı",
        "Biaya per prospek",
        "Chi phí mỗi data",
        "ราคาต่อรายชื่อ",
        "Einkaufspreis netto",
    ),
    "": (
        "Ad ID",
        "Form ID",
        "Numéro de TVA",
        "Codice fiscale",
        "Kundenpreis brutto",
        "Datum Rückruf",
        "Fecha de nacimiento",
        "Date of birth",
        "Data ostatniego kontaktu",
        "Agent Code",
        "Personalausweis-Nr.",
        "No KTP",
        "Số CMND",
        "TC Kimlik No",
        "PAN No",
        "Kontonummer",
        "Order ID",
        "Ngày gọi lại",
        "Fecha de última llamada",
        "Status ID",
        "Tour No",
        "IBAN",
    ),
}
REASONS = {
    "invalid_phone": (
        "Handynummer existiert nicht",
        "Numéro non attribué",
        "Telefone não existe",
        "Número de teléfono incorrecto",
        "nr telefonu nieprawidłowy",
        "GSM yanlış",
        "SĐT không tồn tại",
        "เบอร์โทรไม่ถูกต้อง",
        "No HP salah",
        "رقم الهاتف غير صحيح",
        "Mobile no. invalid",
        "Номер неверный",
    ),
    "obviously_fake": (
        "Kunde hat nie eine Anfrage gestellt",
        "client n'a jamais demandé",
        "El cliente no pidió información",
        "Cliente não preencheu formulário",
        "Klient nie wypełniał formularza",
        "Müşteri form doldurmamış",
        "Khách nói không đăng ký",
        "ลูกค้าไม่เคยลงทะเบียน",
        "Customer says never filled form",
        "claims never requested",
        "العميل لم يطلب",
    ),
    "duplicate": (
        "Anfrage doppelt",
        "Contact déjà existant",
        "Cadastro em duplicidade",
        "Zgłoszenie zduplikowane",
        "Mükerrer başvuru",
        "Số trùng",
        "เบอร์ซ้ำ",
        "Nomor dobel",
    ),
    "no_answer": (
        "Kunde nicht erreichbar",
        "Cliente no contesta",
        "Cliente não atende",
        "Klient nie odbiera",
        "Müşteri telefona cevap vermiyor",
        "Khách không nghe máy",
        "ลูกค้าไม่รับสาย",
        "Phone switched off",
        "Call not answered",
        "Didn't pick the call",
    ),
    "": (
        "Kunde erreichbar",
        "Phone number correct",
        "Number verified",
        "Customer busy, will call",
        "Duplicate check ok",
        "Form filled",
        "Anfrage gestellt",
        "did not complete form",
        "Không đăng ký vay",
        "Not requested documents",
    ),
}
ANSWERS = {
    "answer": (
        "Esito contestazione",
        "Reklamationsergebnis",
        "Décision litige",
        "Status reklamacji",
        "Keputusan Klaim",
        "Kết quả khiếu nại",
        "Dispute Status",
        "Return Approval",
    ),
    "credited": (
        "Kwota zwrotu (PLN)",
        "Credit Note Amount",
        "Montant remboursé",
        "Importo rimborso",
        "Số tiền hoàn",
        "Nilai Pengembalian",
    ),
    "at": (
        "Entschieden am",
        "Data decyzji",
        "Date de décision",
        "Ngày phản hồi",
        "Reviewed On",
        "Tanggal Verifikasi",
    ),
    "": (
        "Claim Reason",
        "Reklamationsgrund",
        "Claimed Amount",
        "Price",
    ),
}


def pairs(table):
    return [(text, meaning) for meaning, texts in table.items() for text in texts]


@pytest.mark.parametrize(("heading", "field"), pairs(HEADINGS))
def test_headings_of_two_words(heading, field):
    assert rank_column(heading)[1] == field


@pytest.mark.parametrize(("text", "reason"), pairs(REASONS))
def test_reasons_of_two_words(text, reason):
    assert ((read_status(text) or ("", None))[1] or "") == reason


@pytest.mark.parametrize(("heading", "field"), pairs(ANSWERS))
def test_headings_of_answers(heading, field):
    found = outcome_columns.propose([heading], {}, outcome_columns.ANSWER)
    assert list(found) == [field] * bool(field)
