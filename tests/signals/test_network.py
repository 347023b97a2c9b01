import json
from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from fraudcheck.adapters.ip_data import IpData
from fraudcheck.adapters.lists import shipped
from fraudcheck.ports import Ports
from fraudcheck.ports.ip import Network
from fraudcheck.ports.lists import Lists
from fraudcheck.reasons import CATALOGUE
from fraudcheck.records import Client, Lead, Phone, Subject
from fraudcheck.signals import network as signal

ZONES = shipped.load_lists()
LISTS = Lists(zone_countries=ZONES.zone_countries, clock_gap=ZONES.clock_gap)
WINTER = datetime(2026, 1, 15, 9, 30, tzinfo=UTC).timestamp()


class Known:
    """Says one thing of every address."""

    def __init__(self, **known):
        self.network = Network(**known)
        self.versions = {"list": "1"}

    def look_up(self, ip):
        return self.network


def facts(known, country=None, phone=None, timezone=None, ip="192.0.2.1", at=WINTER):
    lead = Lead(country=country, client=Client(ip=ip, timezone=timezone))
    number = Phone(valid=True, region=phone) if phone else None
    subject = Subject(tenant="default", lead=lead, number=number, at=at)
    ports = Ports(lists=LISTS, mail_routes=None, counters=None, ip_intelligence=known)
    return lead, signal.gather(subject, ports)


def judge(known, **given):
    lead, found = facts(known, **given)
    return {finding.code: finding.scale for finding in signal.judge(lead, found)}


def test_no_address_nothing_to_look_at():
    assert facts(Known(), ip=None)[1] is None


def test_a_private_address_tells_nothing():
    assert facts(Known(private=True), "VN", "VN", "Europe/Paris")[1] == {"v": 1, "private": True}
    assert judge(Known(private=True), country="VN", phone="VN", timezone="Europe/Paris") == {}


@pytest.mark.parametrize("kind", ["tor", "hosting", "proxy", "vpn", "relay", "satellite"])
def test_where_a_gateway_stands_says_nothing(kind):
    known = Known(kind=kind, operator="Someone", list="list 1", countries=("US",))
    code = f"NETWORK_{kind.upper()}"
    assert judge(known, country="VN", phone="VN", timezone="Asia/Saigon") == ({code: 1.0} if code in CATALOGUE else {})
    assert facts(known, country="VN")[1] == {"v": 1, "kind": kind, "operator": "Someone", "list": "list 1"}


@pytest.mark.parametrize(
    ("who", "countries", "named", "phone", "timezone"),
    [
        ("at home", ("VN",), "VN", "VN", "Asia/Ho_Chi_Minh"),
        ("nothing else given", ("NG",), None, None, None),
        ("Windows names one city for many countries", ("VN",), "VN", "VN", "Asia/Bangkok"),
        ("an old name of a zone", ("IN",), "IN", "IN", "Asia/Calcutta"),
        ("a Pole in Ireland", ("IE",), "PL", "PL", "Europe/Warsaw"),
        ("an Indian in the Emirates", ("AE",), "IN", "IN", "Asia/Dubai"),
        ("a Pakistani in Riyadh", ("SA",), "PK", "PK", "Asia/Riyadh"),
        ("a Paraguayan in Buenos Aires", ("AR",), "PY", "PY", "America/Argentina/Buenos_Aires"),
        ("a Laotian in Bangkok", ("TH",), "LA", "LA", "Asia/Bangkok"),
        ("a Ghanaian in Lagos", ("NG",), "GH", "GH", "Africa/Lagos"),
        ("a Ukrainian in Warsaw", ("PL",), "UA", "UA", "Europe/Kyiv"),
        ("a Moroccan in Lyon", ("FR",), "MA", "MA", "Europe/Paris"),
        ("the registry says US, use says IN", ("IN", "US"), "IN", "IN", "Asia/Kolkata"),
        ("roams in Cairo: the line breaks out at home", ("SA",), "SA", "SA", "Africa/Cairo"),
        ("daylight saving that the telephone missed", ("BR",), "BR", "BR", "America/Argentina/Buenos_Aires"),
        ("Firefox hides the zone", ("TH",), "TH", "TH", "Atlantic/Reykjavik"),
        ("so do other browsers", ("TH",), "TH", "TH", "UTC"),
        ("a zone that is none", ("TH",), "TH", "TH", "Asia/Atlantis"),
        ("the west of a wide country", ("US",), "US", "US", "America/Los_Angeles"),
        ("the form's first country stands", ("NG",), "US", "NG", "Africa/Lagos"),
        ("a number of another country", ("US",), "US", "VN", "America/Chicago"),
        ("a registry's word for a region", (), "KE", "KE", "Africa/Nairobi"),
    ],
)  # fmt: skip
def test_people_where_they_are(who, countries, named, phone, timezone):
    assert judge(Known(countries=countries), country=named, phone=phone, timezone=timezone) == {}, who


@pytest.mark.parametrize(
    ("why", "countries", "named", "phone", "timezone", "codes"),
    [
        ("far from the country that was named", ("US",), "VN", None, None, {"NETWORK_COUNTRY_DIFFERS": 1.0}),
        ("and from the phone's, which is one with it", ("US",), "VN", "VN", None, {"NETWORK_COUNTRY_DIFFERS": 1.0}),
        ("the clock shows who is elsewhere: the address", ("US",), "VN", "VN", "Asia/Saigon",
         {"NETWORK_COUNTRY_DIFFERS": 1.0}),
        ("no country named", ("US",), None, "VN", None, {"NETWORK_PHONE_DIFFERS": 1.0}),
        ("three countries", ("BD",), "US", "GB", None, {"NETWORK_COUNTRY_DIFFERS": 1.0, "NETWORK_PHONE_DIFFERS": 1.0}),
        ("an address bought at home, a clock far away", ("US",), "US", "US", "Asia/Dhaka",
         {"TIMEZONE_COUNTRY_DIFFERS": 1.0}),
        ("some hours away", ("PL",), "PL", "PL", "Asia/Dubai", {"TIMEZONE_COUNTRY_DIFFERS": 0.5}),
        ("everything differs", ("BR",), "TH", "TH", "Europe/London",
         {"NETWORK_COUNTRY_DIFFERS": 1.0, "TIMEZONE_COUNTRY_DIFFERS": 0.5}),
    ],
)  # fmt: skip
def test_what_does_not_agree(why, countries, named, phone, timezone, codes):
    assert judge(Known(countries=countries), country=named, phone=phone, timezone=timezone) == codes, why


def test_a_household_that_a_list_takes_for_machines_has_a_country():
    known = Known(kind="access", operator="Free", list="list 1", countries=("FR",))
    assert judge(known, country="FR", phone="FR", timezone="Europe/Paris") == {}
    assert judge(known, country="VN") == {"NETWORK_COUNTRY_DIFFERS": 1.0}


def test_older_facts_of_every_shape_can_be_judged():
    assert signal.judge(Lead(), {"v": 1}) == []
    assert signal.judge(Lead(), {"v": 1, "private": True}) == []


def test_evidence_names_countries_and_lists_alone():
    lead, found = facts(Known(countries=("US",)), country="VN", timezone="Europe/Paris")
    [country, clock] = signal.judge(lead, found)
    assert country.evidence == {"network": ["US"], "lead": "VN"}
    assert clock.evidence == {"network": ["US"], "hours": 6.0}


def test_all_that_it_says_rests_on_lists_and_on_the_address():
    assert all(CATALOGUE[code].from_list and CATALOGUE[code].needs == "client.ip" for code in signal.SIGNAL.reasons)


IP_DATA = IpData()


@given(
    ip=st.text(max_size=50) | st.ip_addresses().map(str) | st.sampled_from(["fe80::1%eth0", "1.2.3", "::", "0.0.0.1"]),
    country=st.none() | st.sampled_from(["VN", "US", "KI", "AQ", "XX", ""]),
    phone=st.none() | st.sampled_from(["VN", "GB", "001", "ZZ"]),
    timezone=st.none() | st.text(max_size=20) | st.sampled_from(sorted(ZONES.zone_countries)),
    at=st.floats(0, 4e9),
)
def test_any_address_can_be_judged(ip, country, phone, timezone, at):
    lead, found = facts(IP_DATA, country, phone, timezone, ip=ip, at=at)
    if found is None:
        assert not ip
        return
    assert json.loads(json.dumps(found)) == found
    assert len(ip) < 7 or ip not in json.dumps(found)
    findings = signal.judge(lead, found)
    assert {finding.code for finding in findings} <= set(signal.SIGNAL.reasons)
    groups = [CATALOGUE[finding.code].one_of or finding.code for finding in findings]
    assert len(groups) == len(set(groups))
    assert sum(CATALOGUE[finding.code].points for finding in findings) >= -8.0
