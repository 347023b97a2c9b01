"""A form's answers become a lead: by labels in many languages, by a platform's types, never by a guess."""

from __future__ import annotations

import pytest

from fraudcheck.batch.form_columns import find_columns
from fraudcheck.intake.forms.answers import Answer, lead_of_answers, plain

MARK = "fc1.gZ.aa.e30"


def read(*answers, known=None, chosen=None):
    return lead_of_answers(answers, lambda labels: find_columns(labels, chosen or {}), known or {})


@pytest.mark.parametrize(
    ("answers", "lead"),
    [
        (
            [("Họ và tên", "Nguyễn Văn An"), ("Số điện thoại", "0912 840 375"), ("Lời nhắn", "Xin báo giá")],
            {"name": "Nguyễn Văn An", "phone": "0912 840 375", "message": "Xin báo giá"},
        ),
        (
            [("Ihr Name", "Jana Roth"), ("Ihre E-Mail-Adresse", "jana@web.de"), ("Wunschfarbe", "blau")],
            {"name": "Jana Roth", "email": "jana@web.de", "Wunschfarbe": "blau"},
        ),
        (
            [
                ("Nome completo", "Ana Souza"),
                ("Telefone/WhatsApp", "(11) 91234-5678"),
                ("Seu e-mail", "ana@uol.com.br"),
            ],
            {"name": "Ana Souza", "phone": "(11) 91234-5678", "email": "ana@uol.com.br"},
        ),
        (
            [("البريد الإلكتروني", "a@b.com"), ("رقم الهاتف", "0501234567")],
            {"email": "a@b.com", "phone": "0501234567"},
        ),
        ([("อีเมล", "a@b.co.th"), ("หมายเลขโทรศัพท์", "081 234 5678")], {"email": "a@b.co.th", "phone": "081 234 5678"}),
        ([("Twój e-mail", "a@wp.pl"), ("Imię", "Jan")], {"email": "a@wp.pl", "first_name": "Jan"}),
    ],
)
def test_labels_of_many_languages(answers, lead):
    assert read(*answers) == lead


@pytest.mark.parametrize(
    "answers",
    [
        [("owner email", "owner@agency.example")],
        [("Agent Email", "agent@agency.example")],
        [("Email (Owner)", "owner@agency.example")],
        [("salesrep_email", "rep@agency.example")],
        [Answer("E-Mail des Inhabers (Inhaber)", "chef@agency.example", "email")],
        [Answer("Emergency contact: email", "mum@agency.example", "email")],
        [("Unter welcher Telefonnummer erreichen wir Sie?", "am liebsten gar nicht")],
        [("unknown", "someone@agency.example")],
    ],
)
def test_nobody_elses_contact_is_the_leads(answers):
    lead = read(*answers)
    assert not {"email", "phone"} & lead.keys()
    assert [*lead.values()] == [answers[0][1]]


def test_a_question_is_a_contact_where_its_answer_is_one():
    lead = read(("Unter welcher Telefonnummer erreichen wir Sie?", "0171 2345678"))
    assert lead == {"phone": "0171 2345678"}


def test_a_platforms_type_speaks_where_the_label_says_nothing():
    assert read(Answer("Wohin dürfen wir schreiben", "a@b.de", "email")) == {"email": "a@b.de"}
    assert read(Answer("x", "a@b.de", "email"), ("Email", "c@d.de")) == {"email": "c@d.de", "x": "a@b.de"}


def test_of_two_contacts_the_first_that_looks_like_one_and_the_other_is_kept():
    assert read(("Email", "see below"), ("Email", "a@b.de")) == {"email": "a@b.de", "Email": "see below"}
    assert read(("Telefon", "-"), ("Handy", "0171 2345678")) == {"phone": "0171 2345678", "Telefon": "-"}


def test_what_is_known_goes_before_the_answers_and_what_is_chosen_before_the_table():
    known = {"client.ip": "203.0.113.7", "client.user_agent": "", "reference": None}
    lead = read(("ip", "1.2.3.4"), ("User Agent", "Firefox"), known=known)
    assert lead == {"client": {"ip": "203.0.113.7", "user_agent": "Firefox"}, "ip": "1.2.3.4"}
    chosen = {"phone": ("Feld 7", "nicht da"), "name": ("nicht da",)}
    assert read(("Feld 7", "0171 2345678"), ("Telefon", "0172 999999"), chosen=chosen) == {
        "phone": "0171 2345678",
        "Telefon": "0172 999999",
    }


@pytest.mark.parametrize("label", ["fraudcheck", "FraudCheck", "form_fields_7", "hidden"])
def test_the_scripts_field_is_found_by_its_name_or_its_value(label):
    assert read((label, MARK), ("phone", "1234567")) == {"form": {"token": MARK}, "phone": "1234567"}


def test_an_empty_field_of_the_script_is_none():
    assert read(("fraudcheck", ""), ("phone", "1234567")) == {"phone": "1234567"}


def test_clicks_name_no_vendor():
    answers = [
        ("utm_source", "google"),
        ("utm_campaign", "spring"),
        ("gclid", "Cj0"),
        ("fbclid", "Iw"),
        ("wbraid", "w"),
    ]
    assert read(*answers) == {
        "source": {
            "click": {"utm_source": "google", "utm_campaign": "spring", "gclid": "Cj0", "fbclid": "Iw", "wbraid": "w"}
        }
    }


@pytest.mark.parametrize("label", ["Date", "Ngày", "Datum", "id", "When"])
def test_a_forms_own_date_and_id_are_not_the_submissions(label):
    assert read((label, "2026-11-28T10:00:00Z")) == {label: "2026-11-28T10:00:00Z"}
    assert read(("submitted_at", "2026-11-28T10:00:00Z"), ("entry_id", 7)) == {
        "submitted_at": "2026-11-28T10:00:00Z",
        "reference": 7,
    }


def test_an_unused_label_that_is_a_fields_name_does_not_take_its_place():
    assert read(("source", "friend"), ("source", "radio"), known={"source.vendor": "acme"}) == {
        "source": {"vendor": "acme"},
        "source (answer)": "friend",
        "source 2": "radio",
    }


@pytest.mark.parametrize(
    ("value", "read_as"),
    [
        (" a ", "a"),
        ("", None),
        (None, None),
        ([], None),
        ({}, None),
        (["a", "", None, " b"], "a, b"),
        (0, 0),
        (False, False),
        ([{"a": 1}], [{"a": 1}]),
    ],
)
def test_plain(value, read_as):
    assert plain(value) == read_as


def test_thousands_of_long_labels_are_looked_up_within_bounds():
    labels = [(f"{'x y / ' * 25}?{number}", "1") for number in range(5_000)]
    assert read(*labels, ("email", "a@b.de"))["email"] == "a@b.de"


@pytest.mark.parametrize(
    "question",
    ["E-Mail Ihres Steuerberaters", "Your manager's email", "E-mail do seu contador", "Courriel de votre conjoint",
     "Correo de tu jefe", "Email của kế toán", "อีเมลของหัวหน้า", "Muhasebecinizin e-postası", "लेखाकार का ईमेल",
     "Email of your doctor", "E-mail twojego szefa", "L'email del tuo capo"],
)  # fmt: skip
def test_a_question_that_says_whose_contact_it_is(question):
    lead = read(Answer(question, "a@b.de", "email"), ("phone", "0171 2345678"))
    assert lead == {question: "a@b.de", "phone": "0171 2345678"}
    assert "email" not in read((f"{question}?", "a@b.de"), ("phone", "0171 2345678"))


@pytest.mark.parametrize(
    "question",
    ["Bitte um Angabe Ihrer E-Mail-Adresse", "Email of the contact person", "Email nhận tin của anh/chị",
     "Adresse e-mail de la personne à contacter", "อีเมลของคุณ", "What's the best email to send it to?",
     "Correo del contacto", "E-mail pani do kontaktu", "На какой e-mail прислать материалы?",
     "Which email may we send the author's guide to, and what is your email?"],
)  # fmt: skip
def test_a_question_that_says_it_is_the_persons(question):
    assert read(Answer(question, "a@b.de", "email")) == {"email": "a@b.de"}


def test_two_contacts_that_only_their_types_tell_are_none():
    two = Answer("First", "a@b.de", "email"), Answer("Second", "c@d.de", "email")
    assert "email" not in read(*two)
    assert read(two[0], Answer("Once more", "A@B.de", "email"))["email"] == "a@b.de"


def test_beside_the_persons_own_empty_field_no_other_is_taken():
    assert "email" not in read(("Email", ""), Answer("Where to", "a@b.de", "email"), ("phone", "0171 2345678"))
    assert read(("Phone", ""), Answer("Where to", "a@b.de", "email")) == {"email": "a@b.de"}


def test_the_only_long_text_is_the_message():
    one, two = Answer("Ihr Vorhaben", "Ein Dach", "message"), Answer("Anlass", "Sturm", "message")
    assert read(one) == {"message": "Ein Dach"}
    assert read(one, ("Nachricht", "Hallo")) == {"message": "Hallo", "Ihr Vorhaben": "Ein Dach"}
    assert read(one, two) == {"message": "Ein Dach", "Anlass": "Sturm"}


@pytest.mark.parametrize(
    ("question", "field"),
    [
        ("Thanks, {{field:1}}! And your last name?", "last_name"),
        ("Pour commencer, quel est votre prénom ?", "first_name"),
        ("¡Genial! ¿Cuál es tu teléfono?", "phone"),
        ("If you like our city, please give us your email address.", "email"),
        ("Emergency contact: contact phone", None),
        ("Für den Notfall: welche Telefonnummer?", None),
        ("Name, Vorname", "name"),
    ],
)
def test_a_question_at_the_end_of_other_words(question, field):
    assert [*read((question, "0171 2345678"))] == [field or question]
