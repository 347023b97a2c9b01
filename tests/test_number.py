import tomllib
from itertools import pairwise
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from phonenumbers import SUPPORTED_REGIONS

from fraudcheck.number import fictional, national_digits, parse_ranges, pattern, read

TABLE = tomllib.loads((Path(__file__).parent.parent / "fraudcheck/data/fictional_numbers.toml").read_text("utf-8"))
RANGES = parse_ranges(TABLE)


@pytest.mark.parametrize(
    ("phone", "country", "e164", "line"),
    [
        ("0912 840 375", "VN", "+84912840375", "mobile"),
        ("+84 (0)36 840 3751", None, "+84368403751", "mobile"),
        ("0803 174 9026", "NG", "+2348031749026", "mobile"),
        ("+234 0 803 174 9026", None, "+2348031749026", "mobile"),
        ("98127 40386", "IN", "+919812740386", "mobile"),
        ("(11) 98174-0365", "BR", "+5511981740365", "mobile"),
        ("081 740 3628", "TH", "+66817403628", "mobile"),
        ("512 740 386", "PL", "+48512740386", "mobile"),
        ("٠٥٠١٧٤٠٣٦٢", "SA", "+966501740362", "mobile"),
        ("010 1740 3628", "EG", "+201017403628", "mobile"),
        ("۰۵۰ ۱۷۴ ۰۳۶۲", "AE", "+971501740362", "mobile"),
        ("९८१२७४०३८६", "IN", "+919812740386", None),
        ("０９１２８４０３７５", "VN", "+84912840375", "mobile"),
        ("(212) 740-3628", "US", "+12127403628", "fixed_line_or_mobile"),
        ("07400 174036", "GB", "+447400174036", "mobile"),
        ("0151 17403628", "DE", "+4915117403628", "mobile"),
        ("55 1740 3628", "MX", "+525517403628", "fixed_line_or_mobile"),
        ("+52 1 55 1740 3628", None, "+525517403628", "fixed_line_or_mobile"),
        ("011 15 4740-3628", "AR", "+5491147403628", "mobile"),
        ("0812-1740-3628", "ID", "+6281217403628", "mobile"),
        ("0917 174 0362", "PH", "+639171740362", "mobile"),
        ("0712 174036", "KE", "+254712174036", "mobile"),
        ("0049 151 17403628", "DE", "+4915117403628", "mobile"),
        ("0049 151 17403628", None, "+4915117403628", "mobile"),
        ("447400174036", None, "+447400174036", "mobile"),
        ("+12127403628 ext. 14", None, "+12127403628", "fixed_line_or_mobile"),
        ("tel:+84912840375", None, "+84912840375", "mobile"),
        ("0912 840 375 (zalo)", "VN", "+84912840375", "mobile"),
        ("0912840375 / 0368403751", "VN", "+84912840375", "mobile"),
        ("0912840375 - 0368403751", "VN", "+84912840375", "mobile"),
        ("0912840375\n0368403751", "VN", "+84912840375", "mobile"),
        ("\u202a+84\u00a0912\u200f840375\u202c\x00", None, "+84912840375", "mobile"),
        ("1-800-FLOWERS", "us", "+18003569377", "toll_free"),
        ("+882 16 8521 1111", None, "+8821685211111", "voip"),
    ],
)
def test_numbers_are_read_as_people_write_them(phone, country, e164, line):
    number = read(phone, country)
    assert (number.problem, number.valid, number.e164) == (None, True, e164)
    assert line is None or number.line == line


@pytest.mark.parametrize(
    ("phone", "country", "problem"),
    [
        ("0912840375", None, "no_country"),
        ("0912840375", "XX", "no_country"),
        ("2127403628", None, "no_country"),
        ("13017403628", None, "no_country"),  # a Chinese mobile, or +1 301 …
        ("84912840375", None, "no_country"),  # +84 912 …, or Brazil's (84) 91284-0375
        ("12", None, "impossible"),
        ("", None, "impossible"),
        ("call me", None, "impossible"),
        ("call me", "VN", "impossible"),
        ("+999 123 490 789", None, "impossible"),
        ("09", "VN", "impossible"),
        ("0" * 40, "VN", "impossible"),
        ("1" * 5000, "VN", "impossible"),
        ("\x00" * 300, None, "impossible"),
        ("12127403628123456789", "US", "impossible"),
    ],
)
def test_what_names_no_number(phone, country, problem):
    assert read(phone, country).problem == problem


@pytest.mark.parametrize(
    ("phone", "country", "e164"),
    [
        ("0192840375", "VN", "+84192840375"),
        ("999-999-9999", "US", "+19999999999"),
        ("0123456789", "VN", "+84123456789"),
        ("740-3628", "US", None),  # dialled within an area only: nothing to call from elsewhere
        ("07700 900123", "GB", "+447700900123"),
    ],
)
def test_numbers_in_no_known_range_are_possible_but_not_valid(phone, country, e164):
    number = read(phone, country)
    assert (number.problem, number.valid, number.line, number.e164) == (None, False, None, e164)


@pytest.mark.parametrize(
    ("phone", "country", "suggestion"),
    [
        ("0168 284 0375", "VN", "+84382840375"),  # Viettel, before 2018
        ("0120 284 0375", "VN", "+84702840375"),  # MobiFone
        ("0199 284 0375", "VN", "+84592840375"),  # Gmobile
        ("11 8174-0365", "BR", "+5511981740365"),  # without the ninth digit
        ("97 17 40 36", "BJ", "+2290197174036"),
        ("07 17 40 36", "CI", "+2250707174036"),
        ("+84 84 912 840 375", None, "+84912840375"),  # the calling code twice
        ("00912840375", "VN", "+84912840375"),  # the trunk prefix twice
        ("+0912840375", "VN", "+84912840375"),
        ("447400174036", "VN", "+447400174036"),  # the + forgotten
        ("09l284O375", "VN", "+84912840375"),  # letters for digits
        ("07410 1744036", "GB", "+447410174036"),  # a key pressed twice
        ("0192 840 375", "VN", "+84912840375"),  # two keys swapped
        ("0912840375", "VN", None),  # nothing wrong with it
        ("9999999999", "US", None),  # nobody's slip
        ("1234567890", "US", None),
        ("09128403", "VN", None),
        ("junk", "VN", None),
    ],
)
def test_one_slip_is_explained(phone, country, suggestion):
    assert read(phone, country).suggestion == suggestion


@given(
    st.one_of(st.text(max_size=60), st.text("0123456789+-() .OolI/,;\x00\u200f٠９x#", max_size=30)),
    st.one_of(st.none(), st.sampled_from(sorted(SUPPORTED_REGIONS)), st.text(max_size=3)),
)
def test_reading_never_raises_and_what_it_suggests_is_valid(phone, country):
    number = read(phone, country)
    assert number.problem in {None, "no_country", "impossible"}
    assert number.valid == (number.line is not None)
    if number.suggestion:
        assert read(number.suggestion, None).valid
    if number.valid:
        assert read(number.e164, None) == number


@pytest.mark.parametrize(
    ("digits", "found"),
    [
        ("9999999999", ("same", True)),
        ("912222222", ("same", False)),
        ("888888888", ("same", True)),
        ("1234567890", ("counting", True)),
        ("9876543210", ("counting", True)),
        ("2123456789", ("counting", False)),
        ("12121212", ("repeats", True)),
        ("312121212", ("repeats", False)),
        ("123123123", ("repeats", True)),
        ("912222220", None),  # six equal digits happen
        ("888988898", None),  # a lucky number
        ("912345677", ("counting", False)),
        ("912345608", None),
        ("", None),
    ],
)
def test_patterns_in_digits(digits, found):
    assert pattern(digits) == found


@pytest.mark.parametrize(
    ("e164", "national"),
    [("+12127403628", "2127403628"), ("+84912840375", "912840375"), ("+2348031749026", "8031749026"), ("+99", "99")],
)
def test_national_digits(e164, national):
    assert national_digits(e164) == national


@pytest.mark.parametrize(
    ("phone", "country", "regulator"),
    [
        ("(212) 555-0147", "US", "NANPA"),
        ("(416) 555-0199", "CA", "NANPA"),
        ("(876) 555-0100", "JM", "NANPA"),
        ("(212) 555-0200", "US", None),
        ("(800) 555-0199", "US", "NANPA"),
        ("(800) 555-0100", "US", None),  # ordinary toll-free numbers
        ("07700 900123", "GB", "Ofcom"),
        ("020 7946 0958", "GB", "Ofcom"),
        ("020 7946 1000", "GB", None),
        ("01632 960001", "GB", "Ofcom"),
        ("0491 570 156", "AU", "ACMA"),
        ("0491 570 155", "AU", None),
        ("(02) 5550 1234", "AU", "ACMA"),
        ("1800 975 711", "AU", "ACMA"),
        ("030 23125 123", "DE", "Bundesnetzagentur"),
        ("0171 3920012", "DE", "Bundesnetzagentur"),
        ("0176 04069012", "DE", "Bundesnetzagentur"),
        ("0152 28817386", "DE", "Bundesnetzagentur"),
        ("06 39 98 12 34", "FR", "ARCEP"),
        ("01 99 00 12 34", "FR", "ARCEP"),
        ("070-174 06 05", "SE", "PTS"),
        ("070-174 06 04", "SE", None),
        ("08-465 004 12", "SE", "PTS"),
        ("020 912 3456", "IE", "ComReg"),
        ("0912840375", "VN", None),
        ("0803 174 9026", "NG", None),
    ],
)
def test_numbers_kept_for_fiction(phone, country, regulator):
    assert fictional(RANGES, read(phone, country).e164) == regulator


def test_ranges_are_whole_sorted_and_apart():
    assert {entry["regulator"] for entry in TABLE["range"]} == {name for *_, name in RANGES}
    assert all(first.isdigit() and len(first) == len(last) and first <= last for first, last, _ in RANGES)
    neighbours = pairwise(RANGES)
    assert all((len(a[1]), a[1]) < (len(b[0]), b[0]) for a, b in neighbours)
    assert fictional((), "+84912840375") is None
