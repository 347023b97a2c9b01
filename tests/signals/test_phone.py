import tomllib
from pathlib import Path

import pytest

from fraudcheck.number import parse_ranges, read
from fraudcheck.ports import Lists, Ports
from fraudcheck.reasons import CATALOGUE
from fraudcheck.records import Lead, Subject
from fraudcheck.signals import phone as signal

DATA = Path(__file__).parent.parent.parent / "fraudcheck/data/fictional_numbers.toml"
PORTS = Ports(
    lists=Lists(fictional_numbers=parse_ranges(tomllib.loads(DATA.read_text("utf-8")))),
    mail_routes=None,
    counters=None,
)


def gather(phone, country=None):
    lead = Lead(phone=phone, country=country)
    number = read(phone, country) if phone else None
    return signal.gather(Subject(tenant="default", lead=lead, number=number), PORTS)


def said(facts):
    return [(finding.code, finding.scale) for finding in signal.judge(Lead(), facts)]


PEOPLE = [("PHONE_VALID", 1.0)]


@pytest.mark.parametrize(
    ("phone", "country", "facts"),
    [
        (None, "VN", None),
        ("", "VN", None),
        ("0912840375", None, {"v": 1, "unknown": "no_country"}),
        ("junk", "VN", {"v": 1, "problem": "impossible"}),
        ("111111111111111", "VN", {"v": 1, "problem": "impossible", "pattern": "same", "pattern_whole": True}),
        ("0912840375", "VN", {"v": 1, "valid": True, "line": "mobile", "region": "VN"}),
        ("01682840375", "VN", {"v": 1, "valid": False, "line": None, "region": "VN", "suggestion": True}),
        (
            "07700 900123",
            "GB",
            {"v": 1, "valid": False, "line": None, "region": None, "fictional": {"list": "Ofcom"}},
        ),
        (
            "0999999999",
            "VN",
            {"v": 1, "valid": True, "line": "mobile", "region": "VN", "pattern": "same", "pattern_whole": True},
        ),
        (
            "+48512740386",
            "VN",
            {"v": 1, "valid": True, "line": "mobile", "region": "PL", "region_differs": True},
        ),
    ],
)
def test_facts(phone, country, facts):
    assert gather(phone, country) == facts


@pytest.mark.parametrize(
    ("phone", "country", "findings"),
    [
        ("0912840375", "VN", PEOPLE),
        ("0803 174 9026", "NG", PEOPLE),
        ("98127 40386", "IN", PEOPLE),
        ("(11) 98174-0365", "BR", PEOPLE),
        ("081 740 3628", "TH", PEOPLE),
        ("22 174 03 62", "PL", PEOPLE),
        ("0501740362", "SA", PEOPLE),
        ("070 1234 0987", "GB", PEOPLE),  # a personal number
        # Lucky numbers are bought: they stay well under the 3 points that make a group speak.
        ("0912222222", "VN", [("PHONE_VALID", 1.0)]),
        ("050 555 5555", "AE", [("PHONE_VALID", 1.0)]),
        ("0888 888 888", "VN", [("PHONE_VALID", 1.0), ("PHONE_DIGITS_PATTERN", 0.75)]),
        ("9876543210", "IN", [("PHONE_VALID", 1.0), ("PHONE_DIGITS_PATTERN", 0.75)]),
        ("9999999999", "US", [("PHONE_INVALID", 1.0), ("PHONE_DIGITS_PATTERN", 1.0)]),
        ("0123456789", "VN", [("PHONE_INVALID", 1.0), ("PHONE_DIGITS_PATTERN", 1.0)]),
        ("0000000", "TH", [("PHONE_IMPOSSIBLE", 1.0), ("PHONE_DIGITS_PATTERN", 1.0)]),
        ("0192840376", "KE", [("PHONE_INVALID", 1.0)]),
        ("0168 284 0375", "VN", [("PHONE_INVALID", 0.75)]),  # an old number
        ("12", "VN", [("PHONE_IMPOSSIBLE", 1.0)]),
        ("(212) 555-0147", "US", [("PHONE_FICTIONAL", 1.0)]),
        ("0491 570 156", "AU", [("PHONE_FICTIONAL", 1.0)]),
        ("056 1740 3628", "GB", [("PHONE_VOIP", 1.0)]),
        ("09 74 03 62 81", "FR", [("PHONE_VOIP", 0.25)]),  # comes with every home connection
        ("0900 1740362", "DE", [("PHONE_PREMIUM", 1.0)]),
        ("0180 1740362", "DE", [("PHONE_PREMIUM", 1.0)]),
        ("800 740 3628", "US", [("PHONE_NOT_PERSONAL", 1.0)]),
        ("1800 1740", "VN", [("PHONE_NOT_PERSONAL", 1.0)]),
    ],
)
def test_what_a_number_says(phone, country, findings):
    assert said(gather(phone, country)) == findings


@pytest.mark.parametrize(
    ("phone", "country", "differs"),
    [
        ("+48512740386", "NG", True),
        ("+84912840375", "US", True),
        ("+12127403628", "CA", False),  # one numbering plan
        ("+18764803628", "US", False),
        ("+447781174036", "GB", False),  # Guernsey
        ("+77011740362", "RU", False),
        ("+262692174036", "FR", False),  # La Réunion
        ("+33612740386", "GP", False),
        ("+85251740362", "CN", False),
        ("+390669812345", "VA", False),
        ("+212612740386", "EH", False),
        ("+61412740386", "CX", False),
        ("+8821685211111", "VN", False),  # a satellite phone is of no country
        ("+48512740386", "AQ", False),  # a country without a calling code
        ("+48512740386", None, False),
        ("0192840375", "VN", False),
    ],
)
def test_region_against_the_leads_country(phone, country, differs):
    facts = gather(phone, country)
    assert bool(facts.get("region_differs")) == differs
    assert (("PHONE_REGION_DIFFERS", 1.0) in said(facts)) == differs


def test_every_code_is_in_the_catalogue_and_no_other_names_this_check():
    assert {code for code, reason in CATALOGUE.items() if reason.check == signal.NAME} == set(signal.SAYS)


def test_neither_facts_nor_evidence_hold_the_number():
    facts = gather("0912 840 375", "US")
    told = repr([facts, *signal.judge(Lead(), facts)])
    assert "840" not in told
