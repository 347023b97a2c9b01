import tomllib
from itertools import pairwise

import pytest
from phonenumbers import COUNTRY_CODE_TO_REGION_CODE

from fraudcheck.fields.phone.number import read_phone
from fraudcheck.fields.phone.numbering_plan import fictional, line_uses, may_be_new, parse_ranges, parse_shapes, unused
from tests.shared import ROOT

DATA = ROOT / "fraudcheck/data"
TABLE = tomllib.loads((DATA / "fictional_numbers.toml").read_text("utf-8"))
RANGES, SHAPES = parse_ranges(TABLE), parse_shapes(TABLE)
USE = line_uses(tomllib.loads((DATA / "line_types.toml").read_text("utf-8")))


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
    assert fictional(RANGES, read_phone(phone, country).e164) == regulator


def test_ranges_are_whole_sorted_and_apart():
    assert {entry["regulator"] for entry in TABLE["range"]} == {name for *_, name in RANGES}
    assert all(len(str(first)) == len(str(last)) and first <= last for first, last, _ in RANGES)
    assert all(a[1] < b[0] for a, b in pairwise(RANGES))
    assert fictional((), "+84912840375") is None


@pytest.mark.parametrize(
    ("e164", "regulator"),
    [
        ("+12125552368", "NANPA"),  # no exchange
        ("+12129117403", "NANPA"),
        ("+18765557403", "NANPA"),
        ("+14169507403", "NANPA"),
        ("+18005557403", None),  # freephone numbers have no exchanges
        ("+15335557403", None),
        ("+12127403628", None),
        ("+84912840375", None),
        ("+5511981740365", None),
    ],
)
def test_shapes_that_nobody_is_given(e164, regulator):
    assert unused(SHAPES, e164) == regulator


@pytest.mark.parametrize(
    ("line", "region", "e164", "use"),
    [
        ("voip", "FR", "+33974036281", "home"),
        ("voip", "GB", "+445617403628", "anyone"),
        ("voip", "DZ", "+213982123456", "unknown"),
        ("uan", "SE", "+46101740362", "home"),
        ("toll_free", "VN", "+8418001740", "service"),
        ("mobile", "VN", "+84912840375", None),
        ("mobile", "NL", "+3197012345678", "machine"),
        ("mobile", "NL", "+31612345678", None),
        ("fixed_line", None, "", None),
    ],
)
def test_who_has_such_lines(line, region, e164, use):
    assert USE(line, region, e164) == use


@pytest.mark.parametrize(
    ("e164", "may"),
    [
        ("+14827403628", True),  # nobody's yet
        ("+13877403628", True),
        ("+13821403628", False),  # an area code, and no exchange of it
        ("+14821403628", False),
        ("+14829113628", False),
        ("+14447403628", False),  # easily recognised codes are for services
        ("+19997403628", False),
        ("+13707403628", False),
        ("+17107403628", False),
        ("+11234567890", False),
        ("+84742840375", True),  # beside 070 and 076
        ("+84192840375", False),  # no mobile number begins with 01 any more
        ("+841682840375", False),  # nor has as many digits
        ("+254192840376", True),
        ("+2347501749026", True),
        ("+915127403862", False),
        ("+2250107", False),
    ],
)
def test_ranges_that_may_have_opened_since(e164, may):
    assert may_be_new(e164) is may


def test_newer_area_codes_are_well_formed_and_newer():
    table = tomllib.loads((DATA / "area_codes.toml").read_text("utf-8"))
    codes = [entry["code"] for entry in table["code"]]
    assert codes == sorted(set(codes))
    assert all(may_be_new(f"+1{code}7403628") for code in codes), "phonenumbers has these: take them out"
    assert all(entry["region"] in COUNTRY_CODE_TO_REGION_CODE[1] and entry["source"] for entry in table["code"])
