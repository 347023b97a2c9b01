import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from fraudcheck.batch.columns import FIELDS, propose_mapping
from fraudcheck.records import Lead


def test_the_fields_are_the_leads():
    def names(record, path=""):
        for field in msgspec.structs.fields(record):
            if isinstance(field.type, type) and issubclass(field.type, msgspec.Struct):
                yield from names(field.type, f"{path}{field.name}.")
            elif field.name != "extra":
                yield path + field.name

    assert list(names(Lead)) == list(FIELDS)


def best(columns, chosen=None):
    """The first column of each field."""
    return {field: found[0] for field, found in propose_mapping(columns, chosen or {}).items()}


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
    found = best(heading.split("|"))
    assert found == expected
    assert list(found) == [field for field in FIELDS if field in found]


def test_the_contracts_own_names_are_taken_as_they_are():
    assert best(["Email", "Mobile", *reversed(FIELDS)]) == {field: field for field in FIELDS}
    assert best([field.upper().replace(".", "_") for field in FIELDS]) == {
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
    assert best(columns) == {field: column}


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
    assert propose_mapping([column], {}) == {}


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
    assert best(columns, {field: [column] for field, column in chosen.items()}) == expected


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
        propose_mapping(["\ufeffMail", "Tel"], {field: [column] for field, column in chosen.items()})
    assert str(raised.value) == problem


@given(
    st.lists(st.sampled_from([column for heading, _ in FILES.values() for column in heading.split("|")] + [*FIELDS]))
)
def test_no_column_serves_two_fields_and_all_are_the_files(columns):
    found = propose_mapping(columns, {})
    used = [column for each in found.values() for column in each]
    assert len(set(used)) == len(used)
    assert set(used) <= set(columns)
    assert propose_mapping(columns, found) == found
