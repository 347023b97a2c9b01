import tomllib
import unicodedata
from importlib import resources

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from fraudcheck.batch.columns import FIELDS, date_order, is_field, propose_mapping, rank_column, with_asked
from fraudcheck.fields.normal_form import simplify
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
            "source.sub_id": "adset_name",
            "source.click.utm_source": "platform",
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


@pytest.mark.parametrize(
    ("heading", "expected"),
    [
        (  # Google's list of a lead form's leads
            "lead_id|gcl_id|campaign_id|adgroup_id|creative_id|form_id|Full Name|User Email|User Phone|lead_submit_time",
            {
                "reference": "lead_id",
                "source.click.gclid": "gcl_id",
                "source.campaign": "campaign_id",
                "name": "Full Name",
                "email": "User Email",
                "phone": "User Phone",
                "submitted_at": "lead_submit_time",
            },
        ),
        (  # Meta's
            "id|created_time|ad_id|campaign_id|campaign_name|form_id|is_organic|platform|email|phone_number|full_name",
            {
                "reference": "id",
                "submitted_at": "created_time",
                "source.campaign": "campaign_name",
                "source.click.utm_source": "platform",
                "email": "email",
                "phone": "phone_number",
                "name": "full_name",
            },
        ),
        (  # a platform of anything else
            "id|created_time|platform|email|phone_number",
            {"reference": "id", "submitted_at": "created_time", "email": "email", "phone": "phone_number"},
        ),
        (
            "Record ID - Contact|Email|Google ad click id|Facebook click id|Number of Pageviews|Number of Sessions"
            "|Number of event completions|Marketing emails clicked|Recent Conversion Date",
            {
                "reference": "Record ID - Contact",
                "email": "Email",
                "source.click.gclid": "Google ad click id",
                "source.click.fbclid": "Facebook click id",
                "activity.pages": "Number of Pageviews",
                "activity.visits": "Number of Sessions",
                "activity.media": "Marketing emails clicked",
            },
        ),
        (  # who sold the lead is the vendor; the link's marks are the click's all the same
            "Telefon|Lieferant|utm_source|utm_medium|utm_campaign|GCLID__c|Seitenaufrufe|Anzahl der Sitzungen",
            {
                "phone": "Telefon",
                "source.vendor": "Lieferant",
                "source.campaign": "utm_campaign",
                "source.click.utm_source": "utm_source",
                "source.click.utm_medium": "utm_medium",
                "source.click.utm_campaign": "utm_campaign",
                "source.click.gclid": "GCLID__c",
                "activity.pages": "Seitenaufrufe",
                "activity.visits": "Anzahl der Sitzungen",
            },
        ),
        (
            "Số điện thoại|UTM Source|Số lượt xem trang|Lượt truy cập|fbclid",
            {
                "phone": "Số điện thoại",
                "source.vendor": "UTM Source",
                "source.click.utm_source": "UTM Source",
                "source.click.fbclid": "fbclid",
                "activity.pages": "Số lượt xem trang",
                "activity.visits": "Lượt truy cập",
            },
        ),
        *[  # an agency is who sold the lead, before the link's marks and a CRM's kinds of sources
            (f"Email|utm_source|Lead source|{agency}",
             {"email": "Email", "source.vendor": agency, "source.click.utm_source": "utm_source"})
            for agency in ("Agency", "Agentur", "Agence", "agency_name", "Agencia", "Agenzia", "Agencja", "Ajans", "代理店")
        ],
        (
            "Email|utm_source|Lead source",
            {"email": "Email", "source.vendor": "Lead source", "source.click.utm_source": "utm_source"},
        ),
        (  # what our own form measures, by its bare names; a token may be any program's
            "email|fill_seconds|Seconds on page|keystrokes|pastes|autofills|pointer_events|honeypot|token",
            {
                "email": "email",
                "form.seconds_on_page": "Seconds on page",
                **{f"form.{name}": name for name in
                   ("fill_seconds", "keystrokes", "pastes", "autofills", "pointer_events", "honeypot")},
            },
        ),
        (
            "email|Inserted|Signs|form.inserted|form.signs|focus_changes|token_seconds|fraudcheck",
            {
                "email": "email",
                **{name: name for name in ("form.inserted", "form.signs")},
                **{f"form.{name}": name for name in ("focus_changes", "token_seconds")},
            },
        ),
        ("email|activity.pages|activity.my demo", {"email": "email"} | {f"activity.{n}": f"activity.{n}" for n in ("pages", "my demo")}),
        ("email|activity|Pageviews", {"email": "email", "activity": "activity"}),
        # what is something else
        ("Email|Activity|Last Activity|Activity Type|Activities", {"email": "Email"}),
        ("Email|Visit Date|Page|Basket|Question|Price comparison|Demo|Appointment|Lead Id 2|utm_id", {"email": "Email"}),
    ],
)  # fmt: skip
def test_clicks_and_counts_of_what_people_did(heading, expected):
    assert best(heading.split("|")) == expected


def test_an_event_of_ones_own_may_be_chosen():
    assert best(["Email", "Prospekte"], {"activity.brochure": ["Prospekte"]})["activity.brochure"] == "Prospekte"
    with pytest.raises(ValueError, match=r"A lead has no field 'activity\.'"):
        best(["Email", "Prospekte"], {"activity.": ["Prospekte"]})


def test_a_table_of_quality_finds_its_columns():
    columns = ["Email", "Company Size", "wie alt?", "extra.income", "Budget", "Country"]
    asked = ["extra.company_size", "extra.age", "extra.income", "extra.country", "extra.a.b"]
    mapping = with_asked(columns, propose_mapping(columns, {"extra.age": ["wie alt?"]}), asked)
    assert mapping == {
        "email": ("Email",),
        "country": ("Country",),
        "extra.age": ("wie alt?",),
        "extra.income": ("extra.income",),
        "extra.company_size": ("Company Size",),
    }


def test_the_contracts_own_names_are_taken_as_they_are():
    assert best(["Email", "Mobile", *reversed(FIELDS)]) == {field: field for field in FIELDS}
    assert best([field.upper().replace(".", "_") for field in FIELDS]) == {
        field: field.upper().replace(".", "_") for field in FIELDS if field != "activity"
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


HEADINGS = {
    "vi": {
        "email": "Địa chỉ email|Email liên hệ|Thư điện tử|EMAIL (bắt buộc)|Email của bạn là gì?|Email khách hàng",
        "phone": "Số ĐT|SĐT|Số điện thoại|so dien thoai|Điện thoại di động|SĐT khách|Số điện thoại (Zalo)|ĐT liên hệ *|2. Số điện thoại của bạn",
        "name": "Họ tên|Họ và tên:|HỌ VÀ TÊN (viết hoa)|Tên khách hàng|Bạn tên là gì?",
        "submitted_at": "Dấu thời gian|Thời gian|Ngày đăng ký|Ngày gửi|Thời gian tạo",
        "company": "Tên công ty", "address": "Địa chỉ", "message": "Lời nhắn", "source.vendor": "Nguồn", "reference": "Mã KH",
        "source.campaign": "Chiến dịch", "country": "Quốc gia", "postal_code": "Mã bưu chính", "client.ip": "Địa chỉ IP",
    },
    "de": {
        "email": "E-Mail-Adresse|E-Mail (geschäftlich)|Ihre E-Mail-Adresse*|Wie lautet Ihre E-Mail-Adresse?",
        "phone": "Telefon (mobil)|Tel.-Nr.|Handynummer|Rufnummer|Festnetz", "name": "Vor- und Nachname|Ansprechpartner",
        "submitted_at": "Eingang am|Zeitstempel|Gesendet am|Erstellungsdatum|Datum/Uhrzeit",
        "company": "Firmenname", "address": "Straße und Hausnummer", "postal_code": "PLZ", "country": "Land",
        "source.vendor": "Lead-Quelle", "source.price.amount": "Lead-Preis", "source.price.currency": "Währung",
    },
    "fr": {
        "email": "Adresse e-mail|Courriel|E-mail professionnel|Votre adresse e-mail", "phone": "N° de téléphone|Tél.|Portable|Téléphone (portable)",
        "name": "Nom et prénom|Nom complet", "submitted_at": "Horodateur|Date d'envoi|Créé le|Date et heure",
        "company": "Raison sociale", "address": "Adresse postale", "postal_code": "Code postal", "country": "Pays",
    },
    "es": {
        "email": "Correo electrónico|Correo|¿Cuál es tu correo electrónico?", "phone": "Teléfono móvil|Celular|Nro. de teléfono|Teléfono (opcional)",
        "name": "Nombre y apellidos", "submitted_at": "Marca temporal|Fecha de registro|Fecha y hora", "company": "Razón social",
        "postal_code": "Código postal", "country": "País", "source.vendor": "Proveedor",
    },
    "pt": {
        "email": "Endereço de e-mail|Qual é o seu e-mail?", "phone": "Telemóvel|Celular (WhatsApp)|Número de telefone", "name": "Nome completo",
        "submitted_at": "Carimbo de data/hora|Criado em|Data de cadastro", "postal_code": "CEP", "country": "País",
    },
    "pl": {
        "email": "Adres e-mail|E-mail służbowy", "phone": "Nr tel.|Telefon komórkowy|Numer telefonu (opcjonalnie)", "name": "Imię i nazwisko",
        "submitted_at": "Sygnatura czasowa|Data zgłoszenia|Data dodania", "postal_code": "Kod pocztowy", "company": "Nazwa firmy",
    },
    "it": {
        "email": "Indirizzo email|Indirizzo e-mail", "phone": "Cellulare|Numero di telefono|Recapito telefonico", "name": "Nome e cognome",
        "submitted_at": "Informazioni cronologiche|Data di invio|Creato il", "postal_code": "CAP", "company": "Ragione sociale",
    },
    "nl": {
        "email": "E-mailadres", "phone": "Telefoonnummer|Mobiel nummer|Telefoon (mobiel)", "name": "Volledige naam",
        "submitted_at": "Tijdstempel|Aangemaakt op", "company": "Bedrijfsnaam", "country": "Land",
    },
    "ru": {
        "email": "Электронная почта|Эл. почта|Адрес электронной почты", "phone": "Телефон|Моб. телефон|Номер телефона (WhatsApp)|Телефон клиента",
        "name": "ФИО|Имя и фамилия|Как вас зовут?", "submitted_at": "Отметка времени|Дата создания|Дата заявки", "company": "Компания",
        "postal_code": "Почтовый индекс", "source.vendor": "Источник",
    },
    "uk": {
        "email": "Електронна пошта", "phone": "Номер телефону|Мобільний", "name": "ПІБ|Прізвище та ім'я", "submitted_at": "Позначка часу|Дата створення",
        "country": "Країна",
    },
    "tr": {
        "email": "E-posta|E-posta adresi|E-posta adresiniz", "phone": "Cep Telefonu|TELEFON NUMARASI|Telefon numaranız|GSM No", "name": "Ad Soyad|Adınız Soyadınız",
        "submitted_at": "Zaman damgası|Kayıt Tarihi", "company": "ŞİRKET ADI", "country": "Ülke",
    },
    "ar": {
        "email": "البريد الإلكتروني|البريد الالكتروني", "phone": "رقم الهاتف|رقم الجوال|الهاتف المحمول (واتساب)", "name": "الاسم الكامل|الإسم الكامل",
        "submitted_at": "طابع زمني|تاريخ الإنشاء", "company": "اسم الشركة", "country": "الدولة",
    },
    "hi": {
        "email": "ईमेल|ईमेल पता", "phone": "मोबाइल नंबर|फ़ोन नंबर", "name": "पूरा नाम|आपका नाम", "address": "पता", "submitted_at": "टाइमस्टैम्प", "postal_code": "पिन कोड",
    },
    "th": {
        "email": "อีเมล", "phone": "เบอร์โทรศัพท์|เบอร์โทร|เบอร์มือถือ (ที่ติดต่อได้)", "name": "ชื่อ-นามสกุล|ชื่อ - นามสกุล", "submitted_at": "ประทับเวลา|วันที่สร้าง",
        "company": "ชื่อบริษัท", "address": "ที่อยู่",
    },
    "id": {
        "email": "Alamat email|Surel|Alamat e-mel", "phone": "No. HP|Nomor WhatsApp|No. Telefon|Nombor telefon bimbit", "name": "Nama lengkap|Nama Penuh",
        "submitted_at": "Stempel waktu|Cap waktu|Tanggal daftar|Tarikh Daftar", "company": "Nama Perusahaan", "country": "Negara",
    },
    "zh": {
        "email": "电子邮件|電子郵件|邮箱|您的邮箱", "phone": "手机号|手機號碼|联系电话|電話（必填）|客户电话", "name": "姓名|客户姓名|姓名 Name",
        "submitted_at": "时间戳记|時間戳記|提交时间|創建時間", "company": "公司名称", "address": "详细地址", "country": "國家/地區", "source.vendor": "来源",
    },
    "ja": {
        "email": "メールアドレス|ﾒｰﾙｱﾄﾞﾚｽ|メールアドレス（必須）", "phone": "電話番号|携帯電話番号|電話番号（ハイフンなし）|お客様の電話番号", "name": "お名前|氏名（漢字）",
        "submitted_at": "タイムスタンプ|送信日時", "company": "会社名", "postal_code": "郵便番号", "message": "お問い合わせ内容",
    },
    "ko": {
        "email": "이메일|이메일 주소", "phone": "연락처|휴대폰 번호|전화번호 (필수)", "name": "성함|이름", "submitted_at": "타임스탬프|신청일시", "company": "회사명",
    },
    "cs": {
        "email": "E-mailová adresa", "phone": "Telefonní číslo|Mobil", "name": "Jméno a příjmení", "submitted_at": "Časová značka|Datum vytvoření", "postal_code": "PSČ",
    },
    "ro": {
        "email": "Adresă de e-mail|Adresa de email", "phone": "Număr de telefon|Nr. telefon", "name": "Nume și prenume|Nume şi prenume", "submitted_at": "Marcaj de timp|Data creării",
    },
    "sv": {"email": "E-postadress", "phone": "Mobilnummer|Telefon (mobil)", "name": "För- och efternamn", "submitted_at": "Tidsstämpel|Skapad", "company": "Företagsnamn"},
    "en": {
        "email": "E-mail:|Email *|Email [required]|What is your email address?|Please enter your email|work_email|Email Address (we never share it)|E-mail 1 - Value|\xa0Email\xa0Address",
        "phone": "phone_number|Phone (with country code)|Your phone number|What's the best phone number?|ＰＨＯＮＥ|Contact No.|Mobile/WhatsApp|Q3: Phone Number|Phone - Mobile|Phone.1",
        "name": "full_name|Name (required)|Contact Name|Your Name *", "submitted_at": "created_time|Timestamp|Created Time|Submission Date|Completion time|Date Created (UTC)",
        "company": "What is your company name?|Account Name", "postal_code": "Zip / Postal Code", "country": "Country/Region", "reference": "Lead ID",
    },
    "two": {
        "email": "Email / Thư điện tử|E-Mail | Courriel|邮箱 Email", "phone": "Số điện thoại / Phone number|Phone number (Số điện thoại)|电话 Phone|Téléphone / Phone\nTelefon",
        "name": "Họ tên / Full name|الاسم الكامل / Full Name",
    },
}  # fmt: skip


@pytest.mark.parametrize(
    ("heading", "field"),
    [
        (heading, field)
        for fields in HEADINGS.values()
        for field, text in fields.items()
        for heading in (text.split("|") if " | " not in text else text.replace(" | ", "\0").split("|"))
    ],
)
def test_headings_in_the_languages_of_business(heading, field):
    heading = heading.replace("\0", " | ")
    assert best([heading]) == {field: heading}
    decomposed = unicodedata.normalize("NFD", heading)
    assert best(["\ufeff" + decomposed]) == {field: "\ufeff" + decomposed}
    assert best([heading.upper()]) == {field: heading.upper()}


@pytest.mark.parametrize(
    "column",
    [
        *["Owner email", "Contact Owner Email", "Agent phone", "Referrer email", "Emergency contact phone", "Phone (owner)"],
        *["Email (Opt Out)", "Phone (Country Code)", "Phone (type)", "Name (Company)", "Vendor (Email)", "Company (Phone)"],
        *["Email / Phone", "City / Country", "Tel/Fax", "Name, Company", "Organization - Address", "Phone 1 - Type"],
        *["Last Activity Date", "Modified Time", "Updated at (UTC)", "Updated", "Date (updated)", "Created (last modified)"],
        *["Email verified", "Mobile (verified)", "Email status", "Email hash", "Address (City)", "Name (Middle)", "Birth date"],
        *["Ngày sinh", "Ngày cập nhật", "Số điện thoại người giới thiệu", "Email nhân viên", "Số điện thoại (khẩn cấp)", "Ghi chú"],
        *["Geburtsdatum", "Telefon (Notfall)", "Geändert am", "Date de naissance", "Téléphone (entreprise)", "Modifié le"],
        *["Fecha de nacimiento", "Última actualización", "Data de nascimento", "Data di nascita", "Data urodzenia", "Дата рождения"],
        *["Дата изменения", "Doğum tarihi", "تاريخ الميلاد", "生年月日", "更新日時", "생년월일", "最后更新时间", "Tanggal lahir"],
        *["पति का नाम", "पिता", "フリガナ", "Contact", "Liên hệ", "Liên hệ (khác)", "Ad", "Via", "STT", "Email count"],
    ],
)  # fmt: skip
def test_no_heading_is_read_as_what_it_is_only_near(column):
    assert propose_mapping([column], {}) == {}


@pytest.mark.parametrize(
    ("heading", "field", "columns"),
    [
        ("Phone|MobilePhone|Fax", "phone", ("Phone", "MobilePhone")),
        ("MobilePhone|Phone|HomePhone|OtherPhone", "phone", ("Phone", "MobilePhone", "HomePhone", "OtherPhone")),
        ("Email 2|Email 1|Email 3", "email", ("Email 1", "Email 2", "Email 3")),
        ("Telefon|Mobil|Telefon (Büro)", "phone", ("Telefon", "Mobil", "Telefon (Büro)")),
        ("Work Email|Personal Email", "email", ("Personal Email", "Work Email")),
        ("Phone|Phone (2)|phone", "phone", ("phone", "Phone", "Phone (2)")),
        ("Email cá nhân|Email cơ quan|ĐT di động|ĐT cơ quan", "phone", ("ĐT di động", "ĐT cơ quan")),
        ("Company|Employer", "company", ("Company",)),
    ],
)
def test_contacts_have_all_their_columns(heading, field, columns):
    assert propose_mapping(heading.split("|"), {})[field] == columns


def test_several_are_chosen_in_their_order():
    columns = ["Phone", "Mobile", "Office", "Name"]
    assert propose_mapping(columns, {"phone": ["Office", "Mobile"]})["phone"] == ("Office", "Mobile")
    with pytest.raises(ValueError, match="name takes one column, and 2 are chosen"):
        propose_mapping(columns, {"name": ["Name", "Office"]})


@pytest.mark.parametrize(
    ("heading", "column"),
    [
        ("Created|Updated|Last activity", "Created"),
        ("Last Modified Date|Created Date|Date", "Created Date"),
        ("Start time|Completion time|Email", "Completion time"),
        ("Date|Created|Submitted", "Submitted"),
        ("Ngày|Ngày cập nhật|Ngày tạo", "Ngày tạo"),
        ("Datum|Geändert am|Erstellt am", "Erstellt am"),
        ("Timestamp|date_updated|date_created", "date_created"),
    ],
)
def test_the_time_is_when_the_lead_came(heading, column):
    assert best(heading.split("|"))["submitted_at"] == column


@pytest.mark.parametrize(
    ("heading", "expected"),
    [
        ("Ad|Soyad", {"first_name": "Ad", "last_name": "Soyad"}),
        ("Tên|Họ", {"first_name": "Tên", "last_name": "Họ"}),
        ("Họ và đệm|Tên", {"first_name": "Tên", "last_name": "Họ và đệm"}),
        ("Имя|Фамилия", {"first_name": "Имя", "last_name": "Фамилия"}),
        ("Name|Surname", {"first_name": "Name", "last_name": "Surname"}),
        ("姓|名", {"first_name": "名", "last_name": "姓"}),
        ("Nume|Prenume", {"first_name": "Prenume", "last_name": "Nume"}),
        ("Họ tên|Họ", {"name": "Họ tên", "last_name": "Họ"}),
    ],
)
def test_halves_of_a_name(heading, expected):
    assert best(heading.split("|")) == expected


QUESTIONS = (
    "name: Wie heißen Sie?|Comment t'appelles-tu ?|¿Cómo se llama?|Como você se chama?|Come ti chiami?|Hoe heet u?|"
    "Jak się nazywasz?|Как вас зовут?|Як вас звати?|Adınız nedir?|Siapa nama Anda?|您叫什么名字？|お名前は何ですか？|"
    "성함이 어떻게 되세요?|Jak se jmenujete?|Vad heter du?\n"
    "email: Wie lautet Ihre E-Mail-Adresse?|您的邮箱是什么？|メールアドレスを教えてください|Email của bạn là gì?\n"
    "phone: 您的手机号是多少？|電話番号を教えてください|전화번호가 어떻게 되세요?|Số điện thoại của bạn là gì?"
)


@pytest.mark.parametrize(
    ("field", "question"),
    [(row.split(": ")[0], one) for row in QUESTIONS.splitlines() for one in row.partition(": ")[2].split("|")],
)
def test_questions_are_headings(field, question):
    assert rank_column(question)[1] == field


@pytest.mark.parametrize(
    ("column", "field"),
    [
        ("Lead - Lead created", "submitted_at"),
        ("Lead - Lead creation time", "submitted_at"),
        ("Lead: Created Date", "submitted_at"),
        ("Lead - Lead source", "source.vendor"),
        ("Lead - ID", "reference"),
        ("Account - Account name", "company"),
        ("Lead - Title", ""),
        ("Lead - Owner", ""),
        ("Lead - Lead owner", ""),
        ("Lead - Owner email", ""),
        ("Deal - Deal created", ""),
        ("Owner - Owner email", ""),
    ],
)
def test_the_object_before_a_heading_is_no_more_than_said_twice(column, field):
    assert rank_column(column)[1] == field


@pytest.mark.parametrize(
    ("columns", "order"),
    [
        ("Eingang am;E-Mail;Name", "day_first"),
        ("Date;Courriel;Nom", "day_first"),
        ("Ngày gửi;Email;Họ tên", "day_first"),
        ("Data;E-mail;Imię i nazwisko;Telefon", "day_first"),
        ("Дата заявки;Почта;Имя", "day_first"),
        ("Tanggal;Email;Nama", "day_first"),
        ("วันที่;อีเมล;ชื่อ", "day_first"),
        ("التاريخ;البريد الإلكتروني;الاسم", "day_first"),
        ("送信日時;メールアドレス;お名前", "year_first"),
        ("提交时间;邮箱;姓名", "year_first"),
        ("Date;Email;Name;Phone", None),
        ("Created at;Email;Full name;Telefon", None),
        ("email;phone;submitted_at", None),
        ("", None),
    ],
)
def test_the_headings_language_tells_where_the_day_stands(columns, order):
    assert date_order(columns.split(";")) == order


def test_the_data_says_one_thing_of_each_heading():
    told = tomllib.loads(resources.files("fraudcheck").joinpath("data/headings.toml").read_text("utf-8"))
    meanings = {}
    for language in set(told) - {
        "about",
        "other",
        "by_cells",
        "halves",
        "around",
        "never",
        "made",
        "file_names",
        "vendor_told",
    }:
        assert all(map(is_field, told[language]))
        for field, text in told[language].items():
            for heading in text.split(", "):
                assert heading == heading.strip() != ""
                simple = simplify(heading)
                assert simple, heading
                assert meanings.setdefault(simple, field) == field, heading
