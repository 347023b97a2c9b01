from fraudcheck.ports import Ports
from fraudcheck.ports.lists import Lists
from fraudcheck.records import Lead, Mailbox, Subject
from fraudcheck.signals import identity
from fraudcheck.signals import test_lead as signal

PORTS = Ports(lists=Lists(), mail_routes=None, counters=None)


def codes(judged, lead, test):
    mailbox = Mailbox(local="lan.pham", domain="example.com")
    facts = judged.gather(Subject(tenant="default", lead=lead, mailbox=mailbox, test=test), PORTS)
    return facts and [(finding.code, dict(finding.evidence)) for finding in judged.judge(lead, facts)]


LAN = Lead(email="lan.pham@example.com", name="Lan Pham")


def test_it_says_whose_test_it_is():
    assert codes(signal, LAN, ("google", False)) == [("LEAD_PLATFORM_TEST", {"platform": "google"})]
    assert codes(signal, LAN, None) is None


def test_a_tests_name_is_a_placeholder_and_never_speaks_for_it():
    assert codes(identity, LAN, None) == [("EMAIL_MATCHES_NAME", {"match": "full"})]
    assert codes(identity, LAN, ("google", False)) == []
    assert codes(identity, LAN, ("meta", True)) == [("NAME_PLACEHOLDER", {})]
