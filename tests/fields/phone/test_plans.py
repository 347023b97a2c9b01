import phonenumbers
import pytest
from hypothesis import given
from hypothesis import strategies as st
from phonenumbers import (
    COUNTRY_CODE_TO_REGION_CODE,
    SUPPORTED_REGIONS,
    NumberParseException,
    PhoneNumberType,
    example_number_for_type,
    national_significant_number,
)

from fraudcheck.fields.phone.plans import Number, line_and_region, parted, plain_number

LINES = {
    value: name.lower() for name, value in vars(PhoneNumberType).items() if name.isupper() and name not in {"UNKNOWN"}
}
FORMS = (
    "+{code}{national}",
    "+{code} (0) {national}",
    "{national}",
    "0{national}",
    "8 {national}",
    "00{code}{national}",
)
PUT = [*"0123456789", "", "12", " ", "-", ". ", "("]
EXAMPLES = [
    (region, number)
    for region in sorted(SUPPORTED_REGIONS)
    for kind in LINES
    if (number := example_number_for_type(region, kind))
]


def parsed(text, region):
    try:
        number = phonenumbers.parse(text, region)
    except NumberParseException:
        return None, None
    found = Number(number.country_code, national_significant_number(number))
    line = LINES.get(phonenumbers.number_type(number))
    return found, (line, phonenumbers.region_code_for_number(number)) if line else None


@pytest.mark.parametrize(
    ("text", "region", "number"),
    [
        ("+84912840375", None, Number(84, "912840375")),
        ("+84 (0)912 840 375", None, Number(84, "912840375")),
        ("(0912) 840-375", "VN", Number(84, "912840375")),
        ("912.840.375", "VN", Number(84, "912840375")),
        ("347 174 0362", "IT", Number(39, "3471740362")),
        ("06 1234 5678", "IT", Number(39, "0612345678")),
        ("+800 1234 5678", "VN", Number(800, "12345678")),
        ("(212) 740-3628", "US", Number(1, "2127403628")),
        ("84912840375", "VN", None),  # with the calling code, perhaps
        ("0084912840375", "DE", None),  # abroad
        ("0 15 11 98174-0365", "BR", None),  # by a carrier of one's choice
        ("011 15 4740-3628", "AR", None),  # to be rewritten
        ("+999 12345678", None, None),  # nobody's code
        ("212 740 3628 ext. 4", "US", None),
        ("0912 840 375", None, None),
        ("0912 840 375", "AQ", None),
        ("", "VN", None),
    ],
)
def test_what_can_be_read_by_the_plan_alone(text, region, number):
    assert plain_number(text, region) == number


@given(
    st.sampled_from(EXAMPLES),
    st.sampled_from(FORMS),
    st.lists(st.tuples(st.integers(0, 14), st.sampled_from(PUT)), max_size=4),
    st.one_of(st.none(), st.sampled_from(sorted(SUPPORTED_REGIONS))),
)
def test_what_is_read_by_the_plan_is_what_phonenumbers_reads(example, form, changes, elsewhere):
    home, number = example
    national = list(national_significant_number(number))
    for place, put in changes:
        national[place % len(national)] = put
    text = form.format(code=number.country_code, national="".join(national))
    for region in (home, elsewhere):
        found, line = parsed(text, region)
        assert plain_number(text, region) in {None, found}
        assert found is None or line_and_region(found) == line


def test_every_kind_of_number_of_every_region_is_known():
    for region, number in EXAMPLES:
        found = Number(number.country_code, national_significant_number(number))
        line = LINES[phonenumbers.number_type(number)]
        assert line_and_region(found) == (line, phonenumbers.region_code_for_number(number)), region


def test_a_number_begins_with_one_calling_code():
    assert all(parted(f"{code}123") == (code, "123") for code in COUNTRY_CODE_TO_REGION_CODE)
    assert parted("999") == (0, "999")
