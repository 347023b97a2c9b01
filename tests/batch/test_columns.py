import csv
import io
from datetime import UTC, date, datetime, timedelta, timezone
from decimal import Decimal
from zoneinfo import ZoneInfo

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from fraudcheck.batch.columns import FIELDS, Dates, delimiter, flat, lead_of, moment, propose
from fraudcheck.intake.lead import read_lead
from fraudcheck.records import Lead

BERLIN = ZoneInfo("Europe/Berlin")


def test_the_fields_are_the_leads():
    def names(record, path=""):
        for field in msgspec.structs.fields(record):
            if isinstance(field.type, type) and issubclass(field.type, msgspec.Struct):
                yield from names(field.type, f"{path}{field.name}.")
            elif field.name != "extra":
                yield path + field.name

    assert list(names(Lead)) == list(FIELDS)


FILES = {
    "salesforce_report": (
        "Lead ID|Salutation|First Name|Last Name|Title|Company / Account|Lead Owner|Lead Status|Lead Source|Email"
        "|Phone|Mobile|Fax|Street|City|State/Province|Zip/Postal Code|Country|Create Date|Last Modified Date",
        {
            "reference": "Lead ID",
            "first_name": "First Name",
            "last_name": "Last Name",
            "company": "Company / Account",
            "source.vendor": "Lead Source",
            "email": "Email",
            "phone": "Phone",
            "address": "Street",
            "postal_code": "Zip/Postal Code",
            "country": "Country",
            "submitted_at": "Create Date",
        },
    ),
    "salesforce_objects": (
        "Id|IsDeleted|MasterRecordId|LastName|FirstName|Name|Company|Street|PostalCode|Country|CountryCode|MobilePhone"
        "|Fax|Email|Website|PhotoUrl|LeadSource|Status|OwnerId|IsConverted|ConvertedDate|CreatedDate|CreatedById"
        "|LastModifiedDate|EmailBouncedReason|HasOptedOutOfEmail",
        {
            "reference": "Id",
            "last_name": "LastName",
            "first_name": "FirstName",
            "name": "Name",
            "company": "Company",
            "address": "Street",
            "postal_code": "PostalCode",
            "country": "CountryCode",
            "phone": "MobilePhone",
            "email": "Email",
            "source.vendor": "LeadSource",
            "submitted_at": "CreatedDate",
        },
    ),
    "hubspot": (
        "Record ID|First Name|Last Name|Email|Phone Number|Contact owner|Lead Status|Create Date|Company name"
        "|Last Activity Date|IP Country|IP Timezone|Original Source|Time Zone|Email Domain|Website URL",
        {
            "reference": "Record ID",
            "first_name": "First Name",
            "last_name": "Last Name",
            "email": "Email",
            "phone": "Phone Number",
            "submitted_at": "Create Date",
            "company": "Company name",
            "client.timezone": "Time Zone",
        },
    ),
    "meta_lead_ads": (
        "id|created_time|ad_id|ad_name|adset_id|adset_name|campaign_id|campaign_name|form_id|form_name|is_organic"
        "|platform|email|full_name|phone_number",
        {
            "reference": "id",
            "submitted_at": "created_time",
            "source.campaign": "campaign_name",
            "email": "email",
            "name": "full_name",
            "phone": "phone_number",
        },
    ),
    "leadbyte": (
        "leadid|campid|sid|ssid|firstname|lastname|email|phone1|street1|city|county|postcode|ipaddress|optinurl|optindate",
        {
            "reference": "leadid",
            "source.campaign": "campid",
            "source.sub_id": "ssid",
            "first_name": "firstname",
            "last_name": "lastname",
            "email": "email",
            "phone": "phone1",
            "address": "street1",
            "postal_code": "postcode",
            "client.ip": "ipaddress",
            "client.page_url": "optinurl",
            "submitted_at": "optindate",
        },
    ),
    "gravity_forms": (
        "Name (First)|Name (Last)|Email|Phone|Address (Street Address)|Address (ZIP / Postal Code)|Address (Country)"
        "|Message|Created By (User Id)|Entry Id|Entry Date|Date Updated|Source Url|Transaction Id|Payment Amount"
        "|Payment Date|Payment Status|Post Id|User Agent|User IP",
        {
            "first_name": "Name (First)",
            "last_name": "Name (Last)",
            "email": "Email",
            "phone": "Phone",
            "address": "Address (Street Address)",
            "postal_code": "Address (ZIP / Postal Code)",
            "country": "Address (Country)",
            "message": "Message",
            "reference": "Entry Id",
            "submitted_at": "Entry Date",
            "client.page_url": "Source Url",
            "client.user_agent": "User Agent",
            "client.ip": "User IP",
        },
    ),
    "contact_form_7": (
        "your-name|your-email|your-subject|your-message",
        {"name": "your-name", "email": "your-email", "message": "your-message"},
    ),
    "typeform": (
        "#|First name|Last name|Phone number|Email|Response Type|Start Date (UTC)|Submit Date (UTC)|Network ID|Tags",
        {
            "first_name": "First name",
            "last_name": "Last name",
            "phone": "Phone number",
            "email": "Email",
            "submitted_at": "Submit Date (UTC)",
        },
    ),
    "pipedrive": (
        "Person - Name|Person - Email - Work|Person - Phone - Mobile|Person - Organization|Lead - Owner|Lead created",
        {
            "name": "Person - Name",
            "email": "Person - Email - Work",
            "phone": "Person - Phone - Mobile",
            "company": "Person - Organization",
            "submitted_at": "Lead created",
        },
    ),
    "bought_by_hand": (
        "\ufeffE-mail|Phone 2|Phone 1|IP|Created|Vendor|Zip|Price|Lead Currency|Sub_ID",
        {
            "email": "\ufeffE-mail",
            "phone": "Phone 1",
            "client.ip": "IP",
            "submitted_at": "Created",
            "source.vendor": "Vendor",
            "postal_code": "Zip",
            "source.price.amount": "Price",
            "source.price.currency": "Lead Currency",
            "source.sub_id": "Sub_ID",
        },
    ),
    "german": (
        "Vorname|Name|E-Mail-Adresse|Telefonnummer|Straße|PLZ|Ort|Nachricht|Erstellt am|IP-Adresse|Firma",
        {
            "first_name": "Vorname",
            "last_name": "Name",
            "email": "E-Mail-Adresse",
            "phone": "Telefonnummer",
            "address": "Straße",
            "postal_code": "PLZ",
            "message": "Nachricht",
            "submitted_at": "Erstellt am",
            "client.ip": "IP-Adresse",
            "company": "Firma",
        },
    ),
    "polish": (
        "Imię i nazwisko|Adres e-mail|Numer telefonu|Kod pocztowy|Treść wiadomości|Data utworzenia|Zgoda",
        {
            "name": "Imię i nazwisko",
            "email": "Adres e-mail",
            "phone": "Numer telefonu",
            "postal_code": "Kod pocztowy",
            "message": "Treść wiadomości",
            "submitted_at": "Data utworzenia",
        },
    ),
    "portuguese": (
        "Nome|Sobrenome|Endereço de e-mail|Celular|CEP|Mensagem|Criado em|Empresa",
        {
            "first_name": "Nome",
            "last_name": "Sobrenome",
            "email": "Endereço de e-mail",
            "phone": "Celular",
            "postal_code": "CEP",
            "message": "Mensagem",
            "submitted_at": "Criado em",
            "company": "Empresa",
        },
    ),
    "spanish": (
        "Nombre|Apellidos|Correo electrónico|Teléfono|Código postal|País|Fecha de creación",
        {
            "first_name": "Nombre",
            "last_name": "Apellidos",
            "email": "Correo electrónico",
            "phone": "Teléfono",
            "postal_code": "Código postal",
            "country": "País",
            "submitted_at": "Fecha de creación",
        },
    ),
    "french": (
        "Nom|Prénom|Adresse e-mail|Téléphone|Code postal|Société|Créé le",
        {
            "last_name": "Nom",
            "first_name": "Prénom",
            "email": "Adresse e-mail",
            "phone": "Téléphone",
            "postal_code": "Code postal",
            "company": "Société",
            "submitted_at": "Créé le",
        },
    ),
    "vietnamese": (
        "Họ và tên|Số điện thoại|Email|Địa chỉ|Lời nhắn|Ngày tạo|Trạng thái",
        {
            "name": "Họ và tên",
            "phone": "Số điện thoại",
            "email": "Email",
            "address": "Địa chỉ",
            "message": "Lời nhắn",
            "submitted_at": "Ngày tạo",
        },
    ),
    "a_whole_name_alone": ("Nom|Courriel", {"name": "Nom", "email": "Courriel"}),
}


@pytest.mark.parametrize(("heading", "expected"), FILES.values(), ids=FILES)
def test_columns_are_found_under_the_names_that_files_have(heading, expected):
    found = propose(heading.split("|"), {})
    assert found == expected
    assert list(found) == [field for field in FIELDS if field in found]


def test_the_contracts_own_names_are_taken_as_they_are():
    assert propose(["Email", "Mobile", *reversed(FIELDS)], {}) == {field: field for field in FIELDS}
    assert propose([field.upper().replace(".", "_") for field in FIELDS], {}) == {
        field: field.upper().replace(".", "_") for field in FIELDS
    }


@pytest.mark.parametrize(
    ("columns", "field", "column"),
    [
        (["Phone 2", "Mobile", "Phone"], "phone", "Phone"),
        (["Fax", "Mobile"], "phone", "Mobile"),
        (["Email 2", "Email"], "email", "Email"),
        (["Email 2"], "email", "Email 2"),
        (["Work Email", "Email Address"], "email", "Email Address"),
        (["Lead Email", "Email 2"], "email", "Email 2"),
        (["EMAIL", "Email"], "email", "EMAIL"),
        (["Country", "Country Code"], "country", "Country Code"),
        (["Source", "Vendor ID", "Vendor"], "source.vendor", "Vendor"),
        (["Timestamp", "Created At", "Submitted at"], "submitted_at", "Submitted at"),
    ],
)
def test_the_best_of_several_columns_is_taken(columns, field, column):
    assert propose(columns, {}) == {field: column}


@pytest.mark.parametrize(
    "column",
    [
        *[
            "Status",
            "Lead Status",
            "Opt-in IP Country",
            "IP Country",
            "Fax",
            "Fax Number",
            "Email Opt Out",
            "Email MD5",
        ],
        *["Created By", "Date of Birth", "Last Modified Date", "Payment Amount", "Loan Amount", "Owner Email", "City"],
        *["Email Domain", "Phone Type", "Company Phone", "Last Contact Date", "Address 2", "User Name", "Website"],
        *[
            "Notes",
            "Form ID",
            "Ad Name",
            "Language",
            "Browser",
            "Platform",
            "Data",
            "Salutation",
            "Title",
            "",
            "#",
            "?",
        ],
    ],
)
def test_no_column_is_taken_for_something_that_it_is_not(column):
    assert propose([column], {}) == {}


@pytest.mark.parametrize(
    ("columns", "chosen", "expected"),
    [
        (["Email", "Work"], {"email": "Work"}, {"email": "Work"}),
        (["email", "Work"], {"email": "Work"}, {"email": "Work"}),
        (["Email", "Name"], {"reference": "Email"}, {"name": "Name", "reference": "Email"}),
        (["\ufeffWork", "b"], {"email": "Work"}, {"email": "\ufeffWork"}),
        (["Nom", "Prénom"], {"name": "Nom"}, {"name": "Nom", "first_name": "Prénom"}),
        (["Vorname", "Name"], {"first_name": "Vorname"}, {"first_name": "Vorname", "last_name": "Name"}),
    ],
)
def test_what_was_chosen_goes_before_all(columns, chosen, expected):
    assert propose(columns, chosen) == expected


@pytest.mark.parametrize(
    ("chosen", "problem"),
    [
        ({"emial": "Mail"}, "A lead has no field 'emial': did you mean email?"),
        ({"ip": "Mail"}, "A lead has no field 'ip': did you mean client.ip?"),
        ({"zip": "Mail"}, "A lead has no field 'zip': did you mean postal_code?"),
        ({"xyz": "Mail"}, f"A lead has no field 'xyz': the fields are {', '.join(FIELDS)}"),
        ({"email": "E-Mail"}, "The file has no column 'E-Mail' for email; --map-only shows its columns"),
        (
            {"email": "Mail", "name": "Mail"},
            "The column 'Mail' is chosen for email and for name: give it to one of them",
        ),
    ],
)
def test_a_choice_that_cannot_be_kept_says_what_to_do(chosen, problem):
    with pytest.raises(ValueError) as raised:  # noqa: PT011 - its text is compared
        propose(["\ufeffMail", "Tel"], chosen)
    assert str(raised.value) == problem


@given(
    st.lists(st.sampled_from([column for heading, _ in FILES.values() for column in heading.split("|")] + [*FIELDS]))
)
def test_no_column_serves_two_fields_and_all_are_the_files(columns):
    found = propose(columns, {})
    assert len(set(found.values())) == len(found)
    assert set(found.values()) <= set(columns)
    assert propose(columns, found) == found


@pytest.mark.parametrize(
    ("row", "expected"),
    [
        ({"Mail": "ann@example.com", "IP": "192.0.2.1"}, {"email": "ann@example.com", "client": {"ip": "192.0.2.1"}}),
        (
            {"Price": 12.5, "Cur": "EUR", "Secs": 3.5},
            {"source": {"price": {"amount": "12.5", "currency": "EUR"}}, "form": {"fill_seconds": 3.5}},
        ),
        ({"Mail": " \t", "IP": None, "Secs": float("nan"), "Status": "new"}, {}),
        ({"Tel": 84912840375, "Mail": ""}, {"phone": "84912840375"}),
        ({"Tel": 84912840375.0}, {"phone": "84912840375"}),
        (
            {"Price": Decimal("9.90"), "Secs": Decimal(4)},
            {"source": {"price": {"amount": "9.90"}}, "form": {"fill_seconds": "4"}},
        ),
        ({"At": datetime(2026, 11, 23, tzinfo=UTC)}, {"submitted_at": datetime(2026, 11, 23, tzinfo=UTC)}),
        ({"At": 1790000000}, {"submitted_at": 1790000000}),
    ],
)
def test_a_row_becomes_a_lead(row, expected):
    mapping = {
        "email": "Mail",
        "phone": "Tel",
        "source.price.amount": "Price",
        "source.price.currency": "Cur",
        "client.ip": "IP",
        "form.fill_seconds": "Secs",
        "submitted_at": "At",
    }
    assert lead_of(row, mapping) == expected


def test_a_nested_row_is_read_as_the_lead_that_it_is():
    lead = {"email": "ann@example.com", "source": {"price": {"amount": "3"}}, "client": {"ip": "192.0.2.1"}}
    row = flat(lead)
    assert row == {"email": "ann@example.com", "source.price.amount": "3", "client.ip": "192.0.2.1"}
    assert lead_of(row, propose(list(row), {})) == lead


def test_a_row_that_nests_without_end_is_flattened_no_further_than_the_contract_needs():
    row = {"a": 1}
    for _ in range(500):
        row = {"a": row}
    assert [name.count(".") for name in flat(row)] == [7]


def test_a_row_with_every_field_is_read_without_a_warning():
    row = dict.fromkeys(FIELDS, "1") | {"country": "DE", "source.channel": "seo", "source.price.currency": "EUR"}
    row |= {"client.ip": "192.0.2.1", "submitted_at": "2026-11-23"}
    lead, warnings = read_lead(lead_of(row, {field: field for field in FIELDS}), datetime(2026, 11, 24, tzinfo=UTC))
    assert (warnings, lead.extra) == ([], {})


@pytest.mark.parametrize(
    ("sample", "expected"),
    [
        ("email,phone\na@example.com,1\n", ","),
        ("email;phone\na@example.com;1\n", ";"),
        ("email\tphone\na@example.com\t1\n", "\t"),
        ("email|phone\r\na@example.com|1\r\n", "|"),
        ("email\na@example.com\n", ","),
        ("", ","),
        ("\n\n", ","),
        ("email;phone", ";"),
        ('"Name, first, middle";email\n"Doe, Ann, B";a@example.com\n', ";"),
        ("email;price;cost\na@example.com;1,5;2,5\nb@example.com;1,5;2,5\n", ";"),
        ("name;email\nDoe, Ann;a@example.com\nRoe, Bo;b@example.com\n", ";"),
        ('email,message\na@example.com,"one;two\nthree;four;five"\nb@example.com,"six;', ","),
        ("a,b,c,d\n1,2,3,4\n1,2,3\n1,2,3,4\n", ","),
        ('email,"message\n' + "x" * 200_000, ","),
    ],
)
def test_the_delimiter_cuts_the_records_evenly(sample, expected):
    assert delimiter(sample) == expected


cells = st.text(st.characters(codec="utf-8", exclude_characters="\0"), min_size=1, max_size=12)


@given(
    st.sampled_from(",;\t|"),
    st.integers(2, 6).flatmap(lambda n: st.lists(st.lists(cells, min_size=n, max_size=n), min_size=1, max_size=8)),
)
def test_a_file_of_quoted_cells_is_cut_as_it_was_written(separator, rows):
    written = io.StringIO(newline="")
    csv.writer(written, delimiter=separator, quoting=csv.QUOTE_ALL).writerows(rows)
    assert delimiter(written.getvalue()) == separator


def order_of(*values):
    dates = Dates()
    for value in values:
        dates.see(value)
    return dates.order()


@pytest.mark.parametrize(
    ("values", "expected"),
    [
        (["2026-11-23T14:05:33Z", "2026-01-02"], "iso"),
        (["2026/11/23 14:05", "23-Nov-2026", "Nov 3, 2026"], "iso"),
        (["01/02/2026", "23/11/2026 14:05"], "day_first"),
        (["01.02.2026 10:00", "23.11.2026 14:05:33"], "day_first"),
        (["1/2/26", "11/23/26 2:05 PM"], "month_first"),
        (["1-10-2026", "31-10-2026"], "day_first"),
        (["05/05/2026", "05/05/2026"], "day_first"),
        (["2026-11-23", "11/23/2026"], "month_first"),
        (["1790000000", "1790000000.25"], "epoch"),
        (["1790000000123"], "epoch_ms"),
        (["", "unknown", None, date(2026, 11, 23)], "iso"),
        ([], "iso"),
    ],
)
def test_a_column_tells_how_its_dates_are_written(values, expected):
    assert order_of(*values) == expected


@pytest.mark.parametrize(
    ("values", "problem"),
    [
        (["01/02/2026", "03/04/2026"], "cannot be told apart.*--dates day-first or --dates month-first"),
        (["2026-11-23", "03.04.2026"], "cannot be told apart"),
        (["05/05/2026", "03/04/2026"], "cannot be told apart"),
        (["13/01/2026", "01/13/2026", "14/01/2026"], "contradict each other: 2 have the day first and 1 the month"),
    ],
)
def test_a_column_that_does_not_tell_says_so(values, problem):
    with pytest.raises(ValueError, match=problem):
        order_of(*values)


@pytest.mark.parametrize(
    ("text", "order", "expected"),
    [
        ("2026-11-23T14:05:33Z", "iso", "2026-11-23T14:05:33"),
        ("2026-11-23T14:05:33.250+02:00", "iso", "2026-11-23T12:05:33.250"),
        ("2026-11-23T14:05:33-0500", "iso", "2026-11-23T19:05:33"),  # Meta
        ("2026-11-23T14:05", "iso", "2026-11-23T13:05"),
        ("2026-11-23 14:05:33", "iso", "2026-11-23T13:05:33"),
        ("2026-07-23 14:05:33", "iso", "2026-07-23T12:05:33"),
        (" 2026-11-23 14:05:33 ", "iso", "2026-11-23T13:05:33"),
        ("2026-11-23 14:05:33 UTC", "iso", "2026-11-23T14:05:33"),
        ("2026-11-23 14:05:33 +0530", "iso", "2026-11-23T08:35:33"),
        ("2026-11-23 2:05 PM", "iso", "2026-11-23T13:05"),
        ("2026-11-23", "iso", "2026-11-22T23:00"),
        ("20261123T140533Z", "iso", "2026-11-23T14:05:33"),
        ("20261123140533", "iso", "2026-11-23T13:05:33"),
        ("2026/11/23 14:05", "iso", "2026-11-23T13:05"),
        ("2026/1/3 9:05", "iso", "2026-01-03T08:05"),
        ("23.11.2026 14:05:33", "day_first", "2026-11-23T13:05:33"),
        ("23.11.26, 14:05", "day_first", "2026-11-23T13:05"),
        ("23/11/2026", "day_first", "2026-11-22T23:00"),
        ("03/04/2026 GMT", "day_first", None),
        ("03/04/2026 10:00 GMT", "day_first", "2026-04-03T10:00"),
        ("03/04/2026 10:00 GMT", "month_first", "2026-03-04T10:00"),
        ("11/23/2026 2:05 PM", "month_first", "2026-11-23T13:05"),
        ("11/23/2026 2:05\u202fPM", "month_first", "2026-11-23T13:05"),
        ("11/23/26 12:05:01 a.m.", "month_first", "2026-11-22T23:05:01"),
        ("11/23/2026 12:00 pm", "month_first", "2026-11-23T11:00"),
        ("23-Nov-2026 14:05", "iso", "2026-11-23T13:05"),
        ("23-NOV-26", "day_first", "2026-11-22T23:00"),
        ("Nov 23, 2026 2:05:33 PM", "iso", "2026-11-23T13:05:33"),
        ("November 23, 2026 at 2:05 PM", "iso", "2026-11-23T13:05"),
        ("23 Nov 2026", "iso", "2026-11-22T23:00"),
        ("Mon, 23 Nov 2026 14:05:33 +0000", "iso", "2026-11-23T14:05:33"),
        ("Sept 3rd, 2026", "iso", "2026-09-02T22:00"),
        ("1790000000", "epoch", "2026-09-21T14:13:20"),
        ("1790000000.5", "epoch", "2026-09-21T14:13:20.500"),
        ("1790000000123", "epoch_ms", "2026-09-21T14:13:20.123"),
        (1790000000, "iso", "2026-09-21T14:13:20"),
        (1790000000.5, "iso", "2026-09-21T14:13:20.500"),
        (1790000000123, "iso", "2026-09-21T14:13:20.123"),
        (1790000000123456789, "iso", "2026-09-21T14:13:20.123457"),
        (datetime(2026, 11, 23, 14, 5), "iso", "2026-11-23T13:05"),  # noqa: DTZ001 - as Parquet has it
        (datetime(2026, 11, 23, 14, 5, tzinfo=UTC), "iso", "2026-11-23T14:05"),
        (date(2026, 11, 23), "iso", "2026-11-22T23:00"),
        ("2026-03-29 02:30", "iso", "2026-03-29T01:30"),  # the hour that summer time leaves out
        ("2026-10-25 02:30", "iso", "2026-10-25T00:30"),  # and the one that comes twice
        ("23/11/2026", "month_first", None),
        ("23/11/2026", "iso", None),
        ("2026-02-30", "iso", None),
        ("2026-11-23 14:05 PM", "iso", None),
        ("2026-11-23 0:05 AM", "iso", None),
        ("2026-11-23 25:00", "iso", None),
        ("2026-11-23 14:05 +25:00", "iso", None),
        ("0001-01-01", "iso", None),
        ("Foo 23, 2026", "iso", None),
        ("46349.58", "epoch", None),  # a spreadsheet's count of days
        ("1/2", "day_first", None),
        ("soon", "iso", None),
        ("", "iso", None),
        (" ", "iso", None),
        (46349, "iso", None),
        (-1, "iso", None),
        (float("inf"), "iso", None),
        (float("nan"), "iso", None),
        (True, "iso", None),
        (None, "iso", None),
        ([1], "iso", None),
    ],
)
def test_times_are_read_as_files_write_them(text, order, expected):
    if expected is None:
        with pytest.raises(ValueError, match=r"^not a date and time$"):
            moment(text, order, BERLIN)
    else:
        found = moment(text, order, BERLIN)
        assert (found, found.tzinfo) == (datetime.fromisoformat(expected).replace(tzinfo=UTC), UTC)


FORMATS = {
    "%Y-%m-%dT%H:%M:%S%z": "iso",
    "%Y-%m-%d %H:%M:%S": "iso",
    "%Y%m%d%H%M%S": "iso",
    "%Y/%m/%d %H:%M:%S": "iso",
    "%d.%m.%Y %H:%M:%S": "day_first",
    "%d/%m/%y %H:%M:%S": "day_first",
    "%m/%d/%Y %I:%M:%S %p": "month_first",
    "%m-%d-%Y %H:%M:%S %z": "month_first",
    "%d-%b-%Y %H:%M:%S": "iso",
    "%b %d, %Y %I:%M:%S %p": "iso",
    "%A, %d %B %Y %H:%M:%S": "iso",
}


@given(
    st.datetimes(datetime(2000, 1, 2), datetime(2099, 12, 30)),  # noqa: DTZ001 - the zone is drawn
    st.integers(-14 * 60, 14 * 60),
    st.sampled_from([*FORMATS]),
)
def test_what_was_written_is_what_is_read(when, minutes, written):
    zone = timezone(timedelta(minutes=minutes))
    when = when.replace(microsecond=0, tzinfo=zone)
    assert moment(when.strftime(written), FORMATS[written], zone) == when


@given(st.datetimes(datetime(1973, 4, 1), datetime(2285, 1, 1), timezones=st.just(UTC)))  # noqa: DTZ001 - bounds have none
def test_seconds_and_milliseconds_since_1970_are_told_apart(when):
    when = when.replace(microsecond=0)
    seconds = int(when.timestamp())
    for order, count in (("epoch", seconds), ("epoch_ms", seconds * 1000)):
        assert moment(str(count), order, BERLIN) == moment(count, "iso", BERLIN) == when
        assert order_of(str(count)) == order


@given(st.text(max_size=30), st.sampled_from(["iso", "day_first", "month_first", "epoch", "epoch_ms"]))
def test_any_text_is_a_time_in_utc_or_none(text, order):
    Dates().see(text)
    try:
        found = moment(text, order, BERLIN)
    except ValueError as problem:
        found = str(problem)
    assert found == "not a date and time" or found.tzinfo is UTC
