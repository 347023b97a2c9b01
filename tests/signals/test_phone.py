import tomllib
from datetime import UTC, datetime
from pathlib import Path

import pytest
from phonenumbers import PhoneMetadata

from fraudcheck.fields.phone.number import read_phone
from fraudcheck.fields.phone.numbering_plan import line_uses, parse_ranges, parse_shapes
from fraudcheck.fields.phone.public_inboxes import inbox_finder, pack_inboxes
from fraudcheck.ports import Ports
from fraudcheck.ports.lists import Lists
from fraudcheck.records import Lead, Subject
from fraudcheck.signals import phone as signal

DATA = Path(__file__).parent.parent.parent / "fraudcheck/data"
RANGES = tomllib.loads((DATA / "fictional_numbers.toml").read_text("utf-8"))
LINES = tomllib.loads((DATA / "line_types.toml").read_text("utf-8"))
CODES = {
    entry["code"]: entry["region"] for entry in tomllib.loads((DATA / "area_codes.toml").read_text("utf-8"))["code"]
}
PORTS = Ports(
    lists=Lists(
        fictional_numbers=parse_ranges(RANGES),
        unused_numbers=parse_shapes(RANGES),
        line_uses=line_uses(LINES),
    ),
    mail_routes=None,
    counters=None,
)


def gather(phone, country=None):
    lead = Lead(phone=phone, country=country)
    number = read_phone(phone, country, CODES) if phone else None
    return signal.gather(Subject(tenant="default", lead=lead, number=number), PORTS)


def said(facts):
    return [(finding.code, finding.scale) for finding in signal.judge(Lead(), facts)]


PEOPLE = [("PHONE_VALID", 1.0)]


@pytest.mark.parametrize(
    ("phone", "country", "facts"),
    [
        (None, "VN", None),
        ("", "VN", None),
        ("0912840375", None, {"v": 2, "unknown": "no_country"}),
        ("junk", "VN", {"v": 2, "problem": "unreadable"}),
        ("12", "VN", {"v": 2, "problem": "impossible"}),
        ("4.41E+11", "GB", {"v": 2, "problem": "unreadable"}),
        ("512740386 512740387", "PL", {"v": 2, "valid": True, "line": "mobile", "region": "PL"}),
        (
            "+1 436 305 2187",
            "US",
            {"v": 2, "valid": True, "line": "fixed_line_or_mobile", "region": "US"},
        ),
        ("0742840375", "VN", {"v": 2, "valid": False, "line": None, "region": "VN", "may_be_new": True}),
        ("111111111111111", "VN", {"v": 2, "problem": "impossible", "pattern": "same", "pattern_whole": True}),
        ("0912840375", "VN", {"v": 2, "valid": True, "line": "mobile", "region": "VN"}),
        ("01682840375", "VN", {"v": 2, "valid": False, "line": None, "region": "VN", "suggestion": True}),
        (
            "07700 900123",
            "GB",
            {"v": 2, "valid": False, "line": None, "region": None, "fictional": {"list": "Ofcom"}},
        ),
        (
            "0999999999",
            "VN",
            {"v": 2, "valid": True, "line": "mobile", "region": "VN", "pattern": "same", "pattern_whole": True},
        ),
        (
            "+48512740386",
            "VN",
            {"v": 2, "valid": True, "line": "mobile", "region": "PL", "region_differs": True, "nearness": "tied"},
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
        ("0192840376", "VN", [("PHONE_INVALID", 1.0)]),
        # Of a number that may be newer than what is known of its plan less is said.
        ("0742840376", "VN", [("PHONE_INVALID", 0.5)]),
        ("0192840376", "KE", [("PHONE_INVALID", 0.5)]),  # 010 and 011 opened in 2019
        ("0112 740 362", "NG", [("PHONE_INVALID", 1.0)]),
        ("(482) 740-3628", "US", [("PHONE_INVALID", 0.5)]),
        ("(482) 140-3628", "US", [("PHONE_INVALID", 1.0)]),  # no exchange begins with 1
        ("(482) 911-3628", "US", [("PHONE_INVALID", 1.0)]),
        ("(382) 040-3628", "US", [("PHONE_INVALID", 1.0)]),
        ("(499) 740-3628", "US", [("PHONE_INVALID", 1.0)]),  # kept for longer numbers
        ("(444) 740-3628", "US", [("PHONE_INVALID", 1.0)]),
        ("(357) 740-3628", "US", PEOPLE),
        ("+1 679 740 3628", None, PEOPLE),
        ("(357) 555-0147", "US", [("PHONE_FICTIONAL", 1.0)]),
        ("(357) 911-7403", "US", [("PHONE_INVALID", 1.0)]),
        ("call me", "VN", [("PHONE_UNREADABLE", 1.0)]),
        ("#######", "VN", [("PHONE_UNREADABLE", 1.0)]),
        ("0000000000", "US", [("PHONE_INVALID", 1.0), ("PHONE_DIGITS_PATTERN", 1.0)]),
        ("0000000 0000000", "VN", [("PHONE_IMPOSSIBLE", 1.0), ("PHONE_DIGITS_PATTERN", 1.0)]),
        ("call 1234567", "TH", [("PHONE_IMPOSSIBLE", 1.0), ("PHONE_DIGITS_PATTERN", 1.0)]),
        ("123", "US", [("PHONE_IMPOSSIBLE", 1.0)]),
        ("123-456-7890", "US", [("PHONE_INVALID", 1.0), ("PHONE_DIGITS_PATTERN", 1.0)]),
        ("0168 284 0375", "VN", [("PHONE_INVALID", 0.75)]),  # an old number
        ("12", "VN", [("PHONE_IMPOSSIBLE", 1.0)]),
        ("(212) 555-0147", "US", [("PHONE_FICTIONAL", 1.0)]),
        ("(212) 555-2368", "US", [("PHONE_INVALID", 1.0)]),  # of films too, but nobody keeps it for them
        ("(212) 911-7403", "US", [("PHONE_INVALID", 1.0)]),
        ("(416) 950-7403", "CA", [("PHONE_INVALID", 1.0)]),
        ("(800) 555-7403", "US", [("PHONE_NOT_PERSONAL", 0.25)]),  # an ordinary freephone number
        ("09 99 12 74 03", "FR", [("PHONE_FICTIONAL", 1.0)]),
        ("0491 570 156", "AU", [("PHONE_FICTIONAL", 1.0)]),
        ("056 1740 3628", "GB", [("PHONE_VOIP", 1.0)]),
        ("09 74 03 62 81", "FR", PEOPLE),  # comes with every home connection
        ("050-1740-3628", "JP", PEOPLE),
        ("070-7403-6281", "KR", PEOPLE),
        ("0850 174 0362", "TR", PEOPLE),
        ("21 740 3628", "HU", PEOPLE),
        ("09617-403628", "BD", PEOPLE),
        ("085 740 3628", "NL", [("PHONE_VOIP", 0.25)]),  # a small company's
        ("087 174 0362", "ZA", [("PHONE_VOIP", 0.25)]),
        ("98212 3456", "DZ", [("PHONE_VOIP", 0.5)]),  # of which nothing is known
        ("+882 16 8521 1111", None, [("PHONE_VOIP", 0.5)]),  # a satellite phone, by its plan
        ("010-174 03 62", "SE", PEOPLE),
        ("0371 740 362", "RO", PEOPLE),
        ("0333 174 0362", "GB", [("PHONE_NOT_PERSONAL", 0.25)]),  # a company with many places
        ("+31 97 0123 45678", None, [("PHONE_NOT_PERSONAL", 1.0)]),  # a machine
        ("(521) 740-3628", "US", [("PHONE_NOT_PERSONAL", 1.0)]),
        ("400-174-0362", "CN", [("PHONE_PREMIUM", 0.25)]),
        ("1300 174 036", "AU", [("PHONE_PREMIUM", 0.25)]),
        ("0900 1740362", "DE", [("PHONE_PREMIUM", 1.0)]),
        ("0180 1740362", "DE", [("PHONE_PREMIUM", 0.5)]),
        ("800 740 3628", "US", [("PHONE_NOT_PERSONAL", 0.25)]),
        ("1800 1740", "VN", [("PHONE_NOT_PERSONAL", 0.5)]),
    ],
)
def test_what_a_number_says(phone, country, findings):
    assert said(gather(phone, country)) == findings


@pytest.mark.parametrize(
    ("phone", "country", "scale"),
    [
        ("+48512740386", "NG", 1.0),
        ("+84912840375", "BR", 1.0),
        ("+2348031749026", "KR", 1.0),
        ("+919812740386", "MX", 1.0),
        ("+84912840375", "US", 0.3),  # two million people of the one live in the other
        ("+905321740362", "DE", 0.3),
        ("+48512740386", "VN", 0.3),
        ("+639171740362", "US", 0.3),
        ("+5511981740365", "PT", 0.3),
        ("+971501740362", "GB", 0.3),
        ("+919812740386", "AE", 0),  # most of who live there
        ("+639171740362", "SA", 0),
        ("+201017403628", "KW", 0),
        ("+212612740386", "FR", 0),
        ("+48512740386", "GB", 0),
        ("+40712740386", "IE", 0),
        ("+525517403628", "US", 0),
        ("+8613812740386", "VN", 0),  # a border
        ("+2348031749026", "GH", 0),
        ("+12127403628", "CA", 0),  # one numbering plan
        ("+18764803628", "US", 0),
        ("+447781174036", "GB", 0),  # Guernsey
        ("+77011740362", "RU", 0),
        ("+262692174036", "FR", 0),  # La Réunion
        ("+33612740386", "GP", 0),
        ("+85251740362", "CN", 0),
        ("+390669812345", "VA", 0),
        ("+212612740386", "EH", 0),
        ("+61412740386", "CX", 0),
        ("+8821685211111", "VN", 0),  # a satellite phone is of no country
        ("+48512740386", "AQ", 0),  # a country without a calling code
        ("+48512740386", None, 0),
        ("0192840375", "VN", 0),
    ],
)
def test_region_against_the_leads_country(phone, country, scale):
    assert dict(said(gather(phone, country))).get("PHONE_REGION_DIFFERS", 0) == scale


@pytest.mark.parametrize(
    ("facts", "findings"),
    [
        ({"line": "voip", "region": "FR"}, [("PHONE_VOIP", 0.25)]),
        ({"line": "uan", "region": "SE"}, [("PHONE_NOT_PERSONAL", 1.0)]),
        ({"valid": False, "line": None, "region": "VN"}, [("PHONE_INVALID", 1.0)]),  # and before it may be new
        ({"valid": False, "line": None, "region": "VN", "suggestion": True}, [("PHONE_INVALID", 0.75)]),
        (
            {"line": "mobile", "region": "PL", "region_differs": True},
            [("PHONE_VALID", 1.0), ("PHONE_REGION_DIFFERS", 1.0)],
        ),
    ],
)
def test_facts_of_before_there_were_uses_and_nearness(facts, findings):
    assert said({"v": 1, "valid": True} | facts) == findings


def test_what_was_not_readable_before_stays_impossible():
    assert said({"v": 1, "problem": "impossible"}) == [("PHONE_IMPOSSIBLE", 1.0)]


@pytest.mark.parametrize(
    ("inbox", "scale"),
    [({"years": 0}, 1.0), ({"years": 1}, 0.75), ({"years": 4}, 0.5), ({"block": 801}, 0.5), ({"block": 20}, 0.25)],
)
def test_what_anyone_can_read_weighs_less_with_the_years(inbox, scale):
    facts = {"v": 1, "valid": True, "line": "mobile", "region": "SE", "inbox": inbox}
    assert dict(said(facts))["PHONE_PUBLIC_INBOX"] == scale


def test_a_public_inbox_is_looked_up_at_the_time_of_the_check():
    inboxes = inbox_finder(pack_inboxes([("12025550143", 2025, 3)]), {})
    ports = Ports(lists=Lists(sms_inbox=inboxes), mail_routes=None, counters=None)
    at = datetime(2026, 11, 23, tzinfo=UTC).timestamp()
    subject = Subject(tenant="", lead=Lead(phone="+12025550143"), number=read_phone("+12025550143", None), at=at)
    assert signal.gather(subject, ports)["inbox"] == {"years": 1}


def test_each_meaning_is_of_a_kind_that_the_country_has():
    given = [(entry["line"], region) for entry in LINES["line"] for region in entry["regions"] if region != "001"]
    assert len(given) == len(set(given))
    assert all(getattr(PhoneMetadata.metadata_for_region(region), line) for line, region in given)


def test_neither_facts_nor_evidence_hold_the_number():
    facts = gather("0912 840 375", "US")
    told = repr([facts, *signal.judge(Lead(), facts)])
    assert "840" not in told
