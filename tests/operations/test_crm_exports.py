"""Exports of CRMs in many languages, as these write them, become outcomes; what is none is left alone."""

from __future__ import annotations

import io
import json

import openpyxl
import pytest

from fraudcheck.batch.outcome_columns import ANSWER, OUTCOME, propose
from fraudcheck.operations.import_outcomes import read_status
from tests.operations.test_import_outcomes import bring, told

LEADS = [
    ("ref-1", {"email": "an.nguyen@example.org", "phone": "+84912840375", "source": {"vendor": "adclick"}}),
    ("ref-2", {"email": "j.weber@example.org", "phone": "+4915112840375", "source": {"vendor": "adclick"}}),
    ("ref-3", {"email": "m.rossi@example.org", "phone": "+393312840375", "source": {"vendor": "leadking"}}),
]


@pytest.fixture
async def bought(service):
    tenant = await service.tenant("default")
    bodies = [json.dumps({"reference": name, **lead}).encode() for name, lead in LEADS]
    return [(await service.pipeline.check(tenant, body)).check_id for body in bodies]


def table(*rows, mark=","):
    return "".join(mark.join(f'"{cell}"' for cell in row) + "\r\n" for row in rows)


def workbook(*rows):
    book = openpyxl.Workbook()
    for row in rows:
        book.active.append(row)
    file = io.BytesIO()
    book.save(file)
    return file.getvalue()


WON, LOST, NUMBER = ("converted", None), ("returned", "did_not_convert"), ("returned", "invalid_phone")
MAILS = [lead["email"] for _, lead in LEADS]
PHONES = [lead["phone"] for _, lead in LEADS]
EXPORTS = {
    "HubSpot's contacts": (
        table(
            ["Record ID", "First Name", "Email", "Phone Number", "Contact owner", "Lead Status", "Lifecycle Stage",
             "Create Date", "Email Opt-in Status"],
            ["90210", "An", MAILS[0], PHONES[0], "Lan", "OPEN_DEAL", "customer", "2026-11-02 10:11", "Opted in"],
            ["90211", "Jo", MAILS[1], "", "Lan", "UNQUALIFIED", "lead", "2026-11-02 10:12", "Opted in"],
            ["90212", "Mo", MAILS[2], "", "Lan", "CONNECTED", "lead", "2026-11-02 10:12", "Opted in"],
            ["90213", "Xi", "stranger@example.org", "", "Lan", "NEW", "lead", "2026-11-02 10:12", ""],
        ),
        {}, [WON, ("returned", "other"), ("contacted", None)], None,
    ),
    "HubSpot's deals in German": (
        table(
            ["Datensatz-ID", "E-Mail", "Dealphase", "Betrag in EUR", "Abschlussdatum", "Grund für Verlust", "Zuständiger Mitarbeiter"],
            ["77", MAILS[0], "Abgeschlossen und gewonnen (Sales Pipeline)", "1.250,00", "05.11.2026", "", "Mai"],
            ["78", MAILS[1], "Abgeschlossen und verloren", "900,00", "13.11.2026", "Falsche Nummer", "Mai"],
            ["79", MAILS[2], "Angebot gesendet", "7.000,00", "31.12.2026", "", "Mai"],
            mark=";",
        ).encode("cp1252"),
        {}, [WON, NUMBER, ("qualified", None)], ("1250.00", "EUR", "2026-11-05"),
    ),
    "Pipedrive's deals": (
        table(
            ["Deal - ID", "Deal - Title", "Deal - Value", "Deal - Currency", "Deal - Status", "Deal - Stage",
             "Deal - Lost reason", "Deal - Won time", "Deal - Expected close date", "Deal - Owner", "Person - Email - Work",
             "Person - Phone - Work"],
            ["1", "Roof", "4500", "USD", "Won", "Negotiations Started", "", "2026-11-20 08:00:00", "", "Kim", MAILS[0], ""],
            ["2", "Roof", "4500", "USD", "Lost", "Contact Made", "Duplicate lead", "", "2026-12-24", "Kim", MAILS[1], ""],
            ["3", "Roof", "4500", "USD", "Open", "Contact Made", "", "", "2026-12-24", "Kim", MAILS[2], ""],
        ),
        {}, [WON, ("returned", "duplicate"), ("contacted", None)], ("4500", "USD", "2026-11-20"),
    ),
    "Salesforce's opportunities in French": (
        table(
            ["Étape", "Montant", "Devise du montant", "Date de clôture", "Raison de la perte", "Adresse e-mail", "Propriétaire"],
            ["Fermée gagnée", "1 200,50 €", "", "13/11/2026", "", MAILS[0], "Luc"],
            ["Fermée perdue", "800,00 €", "", "02/11/2026", "Faux numéro", MAILS[1], "Luc"],
            ["Nouveau", "0", "", "31/12/2026", "", MAILS[2], "Luc"],
        ),
        {}, [WON, NUMBER, None], ("1200.50", "EUR", "2026-11-13"),
    ),
    "Zoho's leads in Spanish": (
        table(
            ["Id de registro", "Propietario del lead", "Correo electrónico", "Teléfono", "Estado del lead", "Motivo de pérdida",
             "Ingresos anuales", "Fecha de creación"],
            ["z1", "Eva", MAILS[0], "", "Cliente", "", "900000", "01/11/2026"],
            ["z2", "Eva", MAILS[1], "", "Lead perdido", "No contesta", "1", "01/11/2026"],
            ["z3", "Eva", MAILS[2], "", "Contactado", "", "1", "01/11/2026"],
        ),
        {"chosen": {}}, [WON, None, ("contacted", None)], None,
    ),
    "Bitrix24's deals": (
        table(
            ["ID", "Стадия сделки", "Сумма", "Валюта", "Ответственный", "Дата завершения", "Анализ причины провала",
             "Контакт: Рабочий телефон", "Контакт: Рабочий e-mail"],
            ["5", "Сделка успешна", "90 000,00", "₽", "Олег", "20.11.2026", "", PHONES[0], ""],
            ["6", "Сделка провалена", "1", "₽", "Олег", "21.11.2026", "Неверный номер", "", MAILS[1]],
            ["7", "Новая", "1", "₽", "Олег", "30.12.2026", "", "", MAILS[2]],
            mark=";",
        ),
        {"encoding": "utf-8"}, [WON, NUMBER, None], ("90000.00", "RUB", "2026-11-20"),
    ),
    "amoCRM's": (
        table(
            ["ID", "Название сделки", "Бюджет", "Этап сделки", "Ответственный", "Дата закрытия", "Причина отказа", "Рабочий email"],
            ["5", "Окна", "45000", "Успешно реализовано", "Олег", "20.11.2026 12:00:00", "", MAILS[0]],
            ["6", "Окна", "0", "Закрыто и не реализовано", "Олег", "21.11.2026 12:00:00", "Дорого", MAILS[1]],
            ["7", "Окна", "0", "Неразобранное", "Олег", "", "", MAILS[2]],
        ),
        {"currency": "RUB"}, [WON, LOST, None], ("45000", "RUB", "2026-11-20"),
    ),
    "GetFly's": (
        table(
            ["Mã khách hàng", "Tên khách hàng", "Điện thoại", "Email", "Mối quan hệ", "Người phụ trách", "Lý do", "Ngày chốt"],
            ["KH1", "An", "0912 840 375", "", "Đã chốt", "Hoa", "", "13/11/2026"],
            ["KH2", "Bo", "", MAILS[1], "Thất bại", "Hoa", "Sai số", ""],
            ["KH3", "Ca", "", MAILS[2], "Trùng", "Hoa", "", ""],
        ),
        {"country": "VN"}, [WON, NUMBER, ("returned", "duplicate")], None,
    ),
    "Base.vn's spreadsheet": (
        workbook(
            ["STT", "Mã giao dịch", "Email", "Giai đoạn", "Lý do thất bại", "Giá trị (VND)", "Ngày đóng", "Nhân viên phụ trách"],
            [1, "D1", MAILS[0], "5. Thành công", None, 12000000, 46339, "Hoa"],
            [2, "D2", MAILS[1], "6. Thất bại", "Không nghe máy", None, None, "Hoa"],
            [3, "D3", MAILS[2], "1. Mới", None, None, None, "Hoa"],
        ),
        {}, [WON, ("returned", "no_answer"), None], ("12000000", "VND", "2026-11-13"),
    ),
    "Odoo's in Italian": (
        table(
            ["Opportunità", "E-mail", "Telefono", "Stato", "Motivo della perdita", "Addetto vendite", "Ricavo previsto"],
            ["Tetto", MAILS[0], "", "Vinto", "", "Pia", "100"],
            ["Tetto", MAILS[1], "", "Perso", "Troppo caro", "Pia", "100"],
            ["Tetto", MAILS[2], "", "Qualificato", "", "Pia", "100"],
        ),
        {}, [WON, LOST, ("qualified", None)], None,
    ),
    "Kommo's in Portuguese": (
        table(
            ["ID", "E-mail comercial", "Etapa do negócio", "Valor da venda", "Moeda", "Fechado em", "Responsável", "Motivo da perda"],
            ["1", MAILS[0], "Fechado - ganho", "R$ 1.500,00", "", "13/11/2026", "Rui", ""],
            ["2", MAILS[1], "Fechado - perdido", "", "", "13/11/2026", "Rui", "Número errado"],
            ["3", MAILS[2], "Em andamento", "", "", "", "Rui", ""],
        ),
        {}, [WON, NUMBER, None], ("1500.00", "BRL", "2026-11-13"),
    ),
    "a Thai CRM's": (
        table(
            ["อีเมล", "สถานะลูกค้า", "เหตุผล", "วันที่ปิดการขาย", "มูลค่า", "สกุลเงิน", "ผู้รับผิดชอบ"],
            [MAILS[0], "ปิดการขายแล้ว", "", "13/11/2569", "35,000.00", "บาท", "นก"],
            [MAILS[1], "แพ้", "เบอร์ผิด", "14/11/2569", "", "", "นก"],
            [MAILS[2], "ติดต่อแล้ว", "", "", "", "", "นก"],
        ),
        {}, [WON, NUMBER, ("contacted", None)], ("35000.00", "THB", "2026-11-13"),
    ),
    "a Japanese CRM's": (
        table(
            ["メールアドレス", "商談フェーズ", "失注理由", "受注金額", "受注日", "担当者"],
            [MAILS[0], "受注", "", "¥120,000", "2026年11月13日", "森"],
            [MAILS[1], "失注", "間違い番号", "", "", "森"],
            [MAILS[2], "未対応", "", "", "", "森"],
        ),
        {"currency": "JPY"}, [WON, NUMBER, None], ("120000", "JPY", "2026-11-13"),
    ),
    "an Arabic list": (
        table(
            ["البريد الإلكتروني", "حالة العميل", "السبب", "المسؤول"],
            [MAILS[0], "تم البيع", "", "هدى"], [MAILS[1], "مرفوض", "رقم خاطئ", "هدى"], [MAILS[2], "جديد", "", "هدى"],
        ),
        {}, [WON, NUMBER, None], None,
    ),
}  # fmt: skip


@pytest.mark.parametrize("crm", EXPORTS)
async def test_an_export_as_it_comes(service, bought, crm):
    content, asked, expected, sale = EXPORTS[crm]
    brought = await bring(service, content, **asked)
    if crm == "Zoho's leads in Spanish":  # whose "Lead perdido" says nothing that is known
        assert [line for line, _ in brought.problems] == [3]
    else:
        assert brought.problems == []
    assert [await told(service, check_id) for check_id in bought] == [[one] if one else [] for one in expected]
    if sale is not None:
        (one,) = await service.ledger.lead_outcomes("default", bought[0])
        assert (one.value.amount, one.value.currency, one.at[:10]) == sale
    for check_id in bought[1:]:  # what is open or lost has brought nothing yet
        assert [one.value for one in await service.ledger.lead_outcomes("default", check_id) if one.value] == []


async def test_what_formats_and_packing_do_not_change(service, bought, tmp_path):
    lines = [{"email": MAILS[0], "lead": {"status": "Won"}}, {"email": MAILS[1], "lead": {"status": "Lost"}}]
    content = "\n".join(map(json.dumps, lines))
    await bring(service, content, chosen={"outcome": ["lead.status"]})
    assert [await told(service, check_id) for check_id in bought[:2]] == [[WON], [LOST]]


NOT_TAKEN = [
    *("Amount due", "Annual revenue", "Expected revenue", "Ingresos anuales", "Ricavo previsto", "Amount (due)"),
    *("Owner", "Lead owner", "Contact owner", "Người phụ trách", "Ответственный", "Zuständiger Mitarbeiter"),
    *(
        "Expected close date",
        "Create date",
        "Last modified",
        "Next activity date",
        "Birthday",
        "Ngày sinh",
        "Erstellt am",
    ),
    *("Email status", "Email opt-in status", "Payment status", "Lead status (marketing)", "Marketing contact status"),
    *("Marital status", "Employment status", "Subscription status", "Status / Owner", "Verification status"),
    *("Fax", "Work fax", "Due amount", "Budget range", "Tax amount", "Reason for contact", "Grund der Anfrage"),
    *("Buyer persona", "Người mua", "Käufer", "Vendor code of the buyer", "Lead score", "Probability", "Discount"),
]


@pytest.mark.parametrize("heading", NOT_TAKEN)
@pytest.mark.parametrize("fields", [OUTCOME, ANSWER], ids=["outcomes", "answers"])
def test_columns_of_something_else_are_not_taken(heading, fields):
    assert propose([heading], {}, fields) == {}


@pytest.mark.parametrize(
    ("headings", "expected"),
    [
        (["Deal - Status"], ["outcome"]),
        (["Trạng thái / Status"], ["outcome"]),
        (["状态 Status"], ["outcome"]),
        (["Betrag (EUR)"], ["amount"]),
        (["Giá trị (VND)"], ["amount"]),
        (["Status *"], ["outcome"]),
        (["LEAD_STATUS"], ["outcome"]),
        (["Person - Email - Work", "Deal: Lost reason"], ["email", "reason"]),
    ],
)
def test_a_heading_with_more_around_it(headings, expected):
    assert sorted(propose(headings, {}, OUTCOME)) == sorted(expected)


@pytest.mark.parametrize(
    ("status", "expected"),
    [
        ("4. Closed won (100%)", ("converted", None)),
        ("Closed Won (Sales Pipeline)", ("converted", None)),
        ("Lost - wrong number", ("returned", "invalid_phone")),
        ("Thất bại: sai số", ("returned", "invalid_phone")),
        ("✅ Won", ("converted", None)),
        ("closedwon", ("converted", None)),
        ("In progress", ("", None)),
        ("Marketing Qualified Lead", ("", None)),
        ("Won (cancelled later)", None),
        ("Qualified (not)", None),
        ("Not won", None),
        ("Won / Lost", None),
        ("x" * 5000, None),
    ],
)
def test_a_stages_name_with_more_around_it(status, expected):
    assert read_status(status) == expected


async def test_of_two_columns_of_statuses_that_with_statuses_is_taken(service, bought):
    text = table(["Email", "Status", "Lead status"], [MAILS[0], "Subscribed", "Won"], [MAILS[1], "Cleaned", "Lost"])
    assert (await bring(service, text)).problems == []
    assert [await told(service, check_id) for check_id in bought[:2]] == [[WON], [LOST]]


class TestByContacts:
    async def check(self, service, reference, **lead):
        tenant = await service.tenant("default")
        return (await service.pipeline.check(tenant, json.dumps({"reference": reference, **lead}).encode())).check_id

    async def test_leads_of_several_vendors_are_named_and_not_guessed(self, service, bought):
        again = await self.check(service, "ref-9", email=MAILS[0], source={"vendor": "leadking"})
        brought = await bring(service, table(["Email", "Status"], [MAILS[0], "Won"]))
        assert [problem for _, problem in brought.problems] == [
            "several vendors sold a lead of this person: give vendor, reference or check_id"
        ]
        await bring(service, table(["Email", "Agency", "Status"], [MAILS[0], "LeadKing", "Won"]))
        assert (await told(service, again), await told(service, bought[0])) == ([WON], [])
        await bring(service, table(["Email", "Status"], [MAILS[0], "Lost"]), vendor="adclick")
        assert await told(service, bought[0]) == [LOST]

    async def test_of_one_vendors_leads_the_newest_is_meant(self, service, bought):
        again = await self.check(service, "ref-9", email=MAILS[0], source={"vendor": "AdClick"})
        await bring(service, table(["Email", "Status"], [MAILS[0], "Won"]))
        assert (await told(service, again), await told(service, bought[0])) == ([WON], [])

    async def test_a_mail_and_a_phone_of_two_leads_are_no_lead(self, service, bought):
        brought = await bring(service, table(["Email", "Phone", "Status"], [MAILS[0], PHONES[1], "Won"]))
        assert "belong to different leads" in brought.problems[0][1]
        only = await bring(service, table(["Email", "Phone", "Status"], ["who@example.org", PHONES[1], "Won"]))
        assert only.answers == {"stored": 1}

    async def test_an_agency_that_sold_none_of_the_persons_leads(self, service, bought):
        brought = await bring(service, table(["Email", "Agency", "Status"], [MAILS[0], "nobody", "Won"]))
        assert "other vendors" in brought.problems[0][1]

    async def test_a_file_with_our_references_is_not_read_by_contacts_as_well(self, service, bought):
        rows = [["ref-2", MAILS[1], "Won"], ["ref-of-an-older-lead", MAILS[0], "Lost"]]
        brought = await bring(service, table(["Reference", "Email", "Status"], *rows))
        assert brought.problems == [(3, "reference: no lead came with it")]
        assert await told(service, bought[0]) == []

    async def test_strangers_are_counted_and_no_fault(self, service, bought):
        brought = await bring(service, table(["Email", "Status"], ["stranger@example.org", "Won"]))
        assert (brought.answers, brought.problems) == ({"strangers": 1}, [])

    async def test_nothing_of_a_person_is_in_what_is_said(self, service, bought):
        brought = await bring(service, table(["Email", "Phone", "Status"], ["no mail", "0912840375", "Won"]))
        ((_, problem),) = brought.problems
        assert "--country" in problem
        assert "0912" not in problem


async def test_a_planned_day_is_not_when_it_was(service, bought):
    await bring(service, table(["Email", "Status", "Close date"], [MAILS[0], "Qualified", "2027-03-31"]))
    (one,) = await service.ledger.lead_outcomes("default", bought[0])
    assert one.at == "2026-12-01T00:00:00.000Z"


async def test_an_amount_without_any_currency_asks_for_it(service, bought):
    text = table(["Email", "Status", "Amount"], [MAILS[0], "Won", "900"], [MAILS[1], "Won", "0.00"])
    brought = await bring(service, text)
    assert [(line, "--currency" in problem) for line, problem in brought.problems] == [(2, True)]
    assert (await bring(service, text, currency="PLN")).problems == []


async def test_days_that_may_be_months_ask_for_dates(service, bought):
    text = table(["Email", "Status", "Close date"], [MAILS[0], "Won", "03/11/2026"])
    with pytest.raises(ValueError, match="--dates"):
        await bring(service, text)
    await bring(service, text, dates="day-first")
    (one,) = await service.ledger.lead_outcomes("default", bought[0])
    assert one.at[:10] == "2026-11-03"


async def test_a_reason_in_words_of_their_own_is_counted_and_the_status_kept(service, bought):
    brought = await bring(service, table(["Email", "Status", "Lost reason"], [MAILS[0], "Lost", "His cat said no"]))
    assert (brought.problems, brought.unread_reasons) == ([], 1)
    assert await told(service, bought[0]) == [LOST]
