import re
from itertools import product

import pytest
from hypothesis import given
from hypothesis import strategies as st
from phonenumbers import SUPPORTED_REGIONS, PhoneNumberType, example_number_for_type, national_significant_number

from fraudcheck.fields.phone import typos
from fraudcheck.fields.phone.number import national_digits, read_phone
from fraudcheck.fields.phone.parsing import ascii_digits


@pytest.mark.parametrize(
    ("phone", "country", "suggestion"),
    [
        ("0168 284 0375", "VN", "+84382840375"),  # Viettel, before 2018
        ("0120 284 0375", "VN", "+84702840375"),  # MobiFone
        ("0199 284 0375", "VN", "+84592840375"),  # Gmobile
        ("11 8174-0365", "BR", "+5511981740365"),  # without the ninth digit
        ("(1) 740 3628", "CO", "+576017403628"),
        ("77 17 40 36", "CM", "+237677174036"),
        ("22 17 40 36", "CM", "+237222174036"),
        ("97 17 40 36", "BJ", "+2290197174036"),
        ("07 17 40 36", "CI", "+2250707174036"),
        ("+84 84 912 840 375", None, "+84912840375"),  # the calling code twice
        ("00912840375", "VN", "+84912840375"),  # the trunk prefix twice
        ("447400174036", "VN", "+447400174036"),  # the + forgotten
        ("256 712 310291", "FI", "+256712310291"),  # and its halves are not two of Finland's numbers
        ("211 977 655 569", "AX", "+211977655569"),
        ("420 601 675 434", "JE", "+420601675434"),
        ("+39 2 1740 3628", "IT", "+390217403628"),  # without Italy's 0
        ("0912840375", "VN", None),  # nothing wrong with it
        ("9999999999", "US", None),  # nobody's slip
        ("1234567890", "US", None),
        ("09128403", "VN", None),
        ("junk", "VN", None),
        # A digit that is wrong within the number leads to a stranger.
        ("0192 840 375", "VN", None),  # two keys swapped, or another slip
        ("07410 1744036", "GB", None),  # a key pressed twice, or another slip
        ("(436) 305-2187", "US", None),  # never (463)
        ("(382) 105-2187", "US", None),
    ],
)
def test_what_was_meant_is_suggested_where_it_is_certain(phone, country, suggestion):
    assert read_phone(phone, country).suggestion == suggestion


MOBILES = {
    region: national_significant_number(number)
    for region in sorted(SUPPORTED_REGIONS)
    if (number := example_number_for_type(region, PhoneNumberType.MOBILE))
}


def mangled(digits: str, place: int, other: str, slip: str) -> str:
    place %= len(digits)
    if slip == "swap":
        pair = digits[place : place + 2]
        return digits[:place] + pair[::-1] + digits[place + 2 :]
    return digits[:place] + {"wrong": other, "twice": digits[place] * 2, "lost": ""}[slip] + digits[place + 1 :]


@given(
    st.sampled_from(sorted(MOBILES)),
    st.sampled_from(["", "0", "00", "+", "+0", "CODE"]),
    st.integers(0, 12),
    st.sampled_from("0123456789"),
    st.sampled_from(["swap", "wrong", "twice", "lost"]),
)
def test_no_digit_within_a_number_is_ever_changed(region, prefix, place, other, slip):
    """A suggestion has the digits that were typed, but for what stands before: that is lost, doubled or renumbered."""
    typed = prefix.replace("CODE", "+84") + mangled(MOBILES[region], place, other, slip)
    suggestion = read_phone(typed, region).suggestion
    if suggestion is None:
        return
    given_digits, meant = ascii_digits(typed), national_digits(suggestion)
    if not given_digits.endswith(meant.lstrip("0")):
        code = suggestion[1 : -len(meant)]
        old = given_digits.lstrip("0").removeprefix(code)
        renumbered = (re.sub(before, after, old) for row, before, after in typos._RENUMBERED if str(row) == code)
        assert meant in renumbered
        assert meant[-6:] == given_digits[-6:]


def test_most_area_codes_of_north_america_suggest_nothing():
    codes = ("".join(code) for code in product("23456789", "0123456789", "0123456789"))
    assert not any(read_phone(f"({code}) 105-2187", "US").suggestion for code in codes)
