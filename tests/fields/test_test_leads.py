"""A platform's own mark tells its test leads; what people write does not."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from fraudcheck.adapters.lists.shipped import load_lists
from fraudcheck.records import Lead

find = load_lists().test_lead


@pytest.mark.parametrize(
    ("lead", "found"),
    [
        ({"email": "test@meta.com", "name": "<test lead: dummy data for full_name>"}, ("meta", True)),
        ({"email": "test@fb.com", "name": "An Nguyen"}, ("meta", False)),
        ({"email": " Test@FB.com ", "name": "An"}, ("meta", False)),
        ({"email": "<test lead: dummy data for email>", "phone": "+84912840375"}, ("meta", False)),
        ({"email": "a@b.vn", "phone": "<test lead: dummy data for phone_number>"}, ("meta", False)),
        ({"email": "a@b.vn", "first_name": "<test lead: dummy data for first_name>", "last_name": "x"}, ("meta", True)),
        ({"email": "a@b.vn", "name": "An", "company": "<test lead: dummy data for COMPANY_NAME>"}, ("meta", False)),
        ({"email": "a@b.vn", "message": "<Test Lead: Dummy Data for Quantos colaboradores>"}, ("meta", False)),
        ({"email": "a@b.vn", "name": "<lead de teste: dados fictícios para full_name>"}, ("meta", True)),
        ({"email": "a@b.vn", "name": "<Testlead: Dummydaten für first_name>"}, ("meta", True)),
        ({"phone": "+84912840375", "extra": {"budget?": "<test lead: dummy data for budget?>"}}, ("meta", False)),
        ({"email": "test@example.com", "name": "FirstName LastName", "phone": "+16505550123"}, ("google", True)),
        ({"email": "test@example.com", "phone": "1-650-555-0123"}, ("google", False)),
        ({"first_name": "FirstName", "last_name": "LastName", "phone": "(650) 555-0123"}, ("google", True)),
        ({"name": "Lorem ipsum dolor", "phone": "+34123456789"}, ("typeform", True)),
        ({"email": "an.tran@gmail.com", "extra": {"typeform_test": True}}, ("typeform", False)),
        ({"email": "an.tran@gmail.com", "name": "An Tran", "extra": {"is_test": True}}, ("google", False)),
        ({"email": "an.tran@gmail.com", "extra": {"is_test": "true"}}, ("google", False)),
        ({"email": "an.tran@gmail.com", "extra": {"webhook": {"isTest": 1}}}, ("google", False)),
        (
            {"phone": "1", "extra": {"source.click": {"lead_id": "TeSter-123-ABCDEFGHIJKLMNOPQRSTUVWXYZ"}}},
            ("google", False),
        ),
        ({"email": "an.tran@gmail.com", "extra": {"testLead": "TRUE"}}, ("linkedin", False)),
        ({"email": "emailmaria@hubspot.com", "name": "Maria Johnson (Sample Contact)"}, ("hubspot", True)),
        ({"email": "bh@hubspot.com", "name": "Brian Halligan"}, ("hubspot", False)),
        ({"email": "someone_a@example.com", "name": "Yvonne McKay (sample)"}, ("crm sample data", True)),
        ({"email": "kris@b.invalid", "first_name": "Kris", "last_name": "Marrier (Sample)"}, ("crm sample data", True)),
        ({"email": "an_account@example.com", "name": "Lorem ipsum dolor"}, ("typeform", True)),
    ],
)  # fmt: skip
def test_platforms_leads(lead, found):
    assert find(Lead(**lead)) == found


@pytest.mark.parametrize(
    "lead",
    [
        {},
        {"email": "an.tran@gmail.com", "name": "An Tran"},
        {"email": "test@test.com", "name": "test test"},  # a person's
        {"email": "test@gmail.com", "name": "Test Lead"},
        {"email": "an@meta.com", "name": "An Tran"},
        {"email": "test@example.com", "name": "An Tran"},
        {"email": "an@gmail.com", "name": "FirstName LastName"},
        {"email": "an@gmail.com", "name": "Lorem ipsum dolor"},
        {"phone": "+34123456789", "name": "An Tran"},
        {"email": "an@gmail.com", "phone": "+1 650 555 0123", "name": "An Tran"},
        {"email": "an@gmail.com", "phone": "0123", "name": "FirstName LastName"},
        {
            "email": "an@gmail.com",
            "name": "An Tran",
            "message": "We make test leads for hospitals: dummy data for tests?",
        },
        {"email": "an@gmail.com", "name": "An Tran (sales)", "message": "Please send a free (sample)"},
        {"email": "an@gmail.com", "name": "<An: full_name of me>"},
        {"email": "an@gmail.com", "extra": {"is_test": False, "testLead": "no", "test": True, "isTest": None}},
        {"email": "an@gmail.com", "extra": {"drive": "test"}},
    ],
)
def test_peoples_leads(lead):
    assert find(Lead(**lead)) is None


@given(st.text(), st.dictionaries(st.text(), st.one_of(st.text(), st.none(), st.integers(), st.lists(st.text()))))
def test_whatever_is_sent_can_be_read(text, extra):
    find(Lead(email=text, name=text, phone=text, message=text, extra=extra))
