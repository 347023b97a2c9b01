"""A form's token beside its lead: whatever people's days do to it costs little, and what bots do is told."""

from __future__ import annotations

from datetime import UTC, datetime

import msgspec
import pytest

from fraudcheck.fields.form_token import LIFETIME, make_token
from fraudcheck.intake.identities import read_subject
from fraudcheck.intake.lead import read_lead
from fraudcheck.ports import Ports
from fraudcheck.ports.ip import Network
from fraudcheck.ports.lists import Lists
from fraudcheck.reasons import CATALOGUE
from fraudcheck.signals import form_token

KEY = b"tenant"
NOW = datetime(2026, 11, 23, 12, 0, 7, 300_000, tzinfo=UTC)
AT = NOW.timestamp()
CHROME = (
    "Mozilla/5.0 (Linux; Android 10; K) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/{}.0.0.0 Mobile Safari/537.36"
)
NEWEST = CHROME.format(140)
FIREFOX = "Mozilla/5.0 (X11; Linux x86_64; rv:140.0) Gecko/20100101 Firefox/140.0"
HOME, SAME_NETWORK, ELSEWHERE, ABROAD = "203.0.113.7", "203.0.113.99", "198.51.100.4", "192.0.2.1"
RELAY, OVER_IPV6 = "192.0.2.77", "2001:db8:1:2::3"
LANDS = {HOME: "VN", SAME_NETWORK: "VN", ELSEWHERE: "VN", ABROAD: "US", RELAY: "VN"}


class Intelligence:
    """Countries of the addresses above; one of them is a relay's."""

    def look_up(self, ip: str) -> Network:
        country = LANDS.get(ip)
        return Network(kind="relay" if ip == RELAY else None, countries=(country,) if country else ())


PORTS = Ports(lists=Lists(), mail_routes=None, counters=None, ip_intelligence=Intelligence())


def token(**given):
    told = {"issued": AT - 95.0, "random_id": "one", "vendor": "acme", "ip": HOME, "agent": CHROME.format(140),
            "country": "VN", "scripted": True, "site": "site_1", "origin": "https://a.example", **given}  # fmt: skip
    return make_token(KEY, **told)


def facts(text, *, at=AT, filed=False, ip=HOME, agent=NEWEST, source=None, submitted_at=None, **form):
    raw = {"phone": "+84912840375", "source": {"vendor": "acme"} if source is None else source,
           "client": {"ip": ip, "user_agent": agent}, "form": {"token": text, **form}}  # fmt: skip
    raw["client"] = {name: value for name, value in raw["client"].items() if value}
    if submitted_at is not None:
        raw["submitted_at"] = datetime.fromtimestamp(submitted_at, UTC).isoformat()
    lead, _ = read_lead(raw, NOW)
    subject = read_subject(lead, tenant="t", lists=Lists(), identity_key=KEY, tag="", at=at, default_country=None)
    if filed:
        subject = msgspec.structs.replace(subject, filed=True)
    return lead, form_token.gather(subject, PORTS)


def points(text, **given):
    lead, found = facts(text, **given)
    said = form_token.judge(lead, found) if found else []
    return {each.code: round(CATALOGUE[each.code].points * each.scale, 1) for each in said if each.scale}


VALID = {"FORM_TOKEN_VALID": 0.0}
DAY = 86_400.0


@pytest.mark.parametrize(
    ("who", "given", "lead", "against"),
    [
        ("a person at home", {}, {}, {}),
        ("... who claims what is so", {}, {"token_seconds": 95.2, "seconds_on_page": 96.0}, {}),
        ("the mail's queue is slow", {"issued": AT - 3_000}, {"token_seconds": 80.0}, {}),
        ("the page was open since yesterday", {"issued": AT - DAY}, {"token_seconds": DAY},
         {"FORM_TOKEN_EXPIRED": -2.0}),
        ("... and its laptop slept", {"issued": AT - DAY}, {"token_seconds": 300.0}, {"FORM_TOKEN_EXPIRED": -2.0}),
        ("sent in time, and delivered a day later", {"issued": AT - DAY}, {"submitted_at": AT - DAY + 63.5}, {}),
        ("... with a date alone", {"issued": AT - 1.5 * DAY}, {"submitted_at": 1_795_305_600}, {}),
        ("a telephone that left the house", {}, {"ip": ELSEWHERE}, {"FORM_TOKEN_OTHER_ADDRESS": -1.0}),
        ("... and crossed a border", {}, {"ip": ABROAD}, {"FORM_TOKEN_OTHER_ADDRESS": -2.0}),
        ("a carrier's gateway with several addresses", {}, {"ip": SAME_NETWORK}, {}),
        ("IPv6 to the service, and IPv4 to the site", {"ip": OVER_IPV6}, {}, {}),
        ("privacy addresses of IPv6", {"ip": "2001:db8:1:2::9"}, {"ip": OVER_IPV6}, {}),
        ("Apple's relay", {}, {"ip": RELAY}, {}),
        ("a form backend that sends no address", {}, {"ip": None}, {}),
        ("a service that saw no address", {"ip": None, "country": None}, {}, {}),
        ("a clerk elsewhere, who types for a caller", {}, {"ip": ABROAD, "agent": FIREFOX,
                                                           "source": {"vendor": "acme", "channel": "call"}}, {}),
        ("a browser that updated", {}, {"agent": CHROME.format(141)}, {}),
        ("a backend that cuts names", {}, {"agent": CHROME.format(140)[:100]}, {}),
        ("a backend that writes names small", {}, {"agent": CHROME.format(140).lower()}, {}),
        ("a backend that names itself", {}, {"agent": "okhttp/4.12.0"}, {}),
        ("a backend that sends no browser", {}, {"agent": None}, {}),
        ("back to the page, and sent at once", {"issued": AT - 0.6}, {"seconds_on_page": 70.0, "token_seconds": 0.5},
         {"FORM_TOKEN_TOO_YOUNG": -1.2}),
        ("... a little later", {"issued": AT - 1.4}, {"seconds_on_page": 70.0, "token_seconds": 1.2, "keystrokes": 50},
         {"FORM_TOKEN_TOO_YOUNG": -0.6}),
        ("sent, back, and sent again: the page measures anew, and leaves counts out", {"issued": AT - 1.8},
         {"seconds_on_page": 2.1, "token_seconds": 1.6, "pointer_events": 9, "focus_changes": 1}, {}),
        ("the fourth form of a page, whose token comes with the first key", {"issued": AT - 21.0},
         {"seconds_on_page": 600.0, "first_input_seconds": 578.0, "fill_seconds": 22.0, "token_seconds": 20.7}, {}),
        ("a slow line on which the second call for a token came through", {"issued": AT - 4.0},
         {"seconds_on_page": 40.0, "first_input_seconds": 8.0, "fill_seconds": 32.0, "token_seconds": 2.9}, {}),
        ("a page open for seven hours, its token renewed at the first key", {"issued": AT - 30.0},
         {"seconds_on_page": 25_200.0, "first_input_seconds": 25_169.0, "fill_seconds": 31.0, "token_seconds": 29.8},
         {}),
        ("the next at a kiosk", {"issued": AT - 40.0},
         {"seconds_on_page": 39.0, "first_input_seconds": 0.0, "fill_seconds": 39.0, "token_seconds": 39.8}, {}),
        ("... whose token was fetched at the double click before", {"issued": AT - 400.0},
         {"seconds_on_page": 39.0, "first_input_seconds": 0.0, "fill_seconds": 39.0, "token_seconds": 399.8}, {}),
        ("the laptop slept while the page was open", {"issued": AT - 9_000.0},
         {"seconds_on_page": 9_000.4, "first_input_seconds": 4.0, "fill_seconds": 8_996.4, "token_seconds": 8_999.9},
         {}),
        ("its clock was set back, so that the token's time is told by nobody", {"issued": AT - 600.0},
         {"seconds_on_page": 600.4, "first_input_seconds": 20.0}, {}),
        ("its clock was set forward by some seconds", {"issued": AT - 31.0}, {"token_seconds": 40.0}, {}),
        ("a backend that measures by itself", {"issued": AT - 31.0},
         {"seconds_on_page": 35.0, "fill_seconds": 28.0}, {}),
        ("the clocks of our machines are half a minute apart", {"issued": AT + 20.0}, {"token_seconds": 12.0}, {}),
        ("the browser filled it all in", {"issued": AT - 2.4}, {"seconds_on_page": 2.5}, {}),
        ("no vendor was named to the site key", {"vendor": None}, {}, {}),
        ("the vendor's name in capitals", {}, {"source": {"vendor": " ACME "}}, {}),
        ("a clock of another machine, a little behind", {"issued": AT + 4.0}, {"token_seconds": 9.0}, {}),
        ("the worst day: another network, a page of days, an update", {"issued": AT - 3 * DAY},
         {"ip": ELSEWHERE, "agent": CHROME.format(141), "token_seconds": 900.0},
         {"FORM_TOKEN_OTHER_ADDRESS": -1.0, "FORM_TOKEN_EXPIRED": -2.0}),
    ],
)  # fmt: skip
def test_what_happens_to_people(who, given, lead, against):
    found = points(token(**given), **lead)
    assert found == VALID | against, who
    assert sum(found.values()) >= -3.0


@pytest.mark.parametrize(
    ("who", "given", "lead", "against"),
    [
        ("kept for the next day's run", {"issued": AT - LIFETIME - 9}, {}, {"FORM_TOKEN_EXPIRED": -2.0}),
        ("fetched by the farm's server, sent by proxies", {}, {"ip": ABROAD}, {"FORM_TOKEN_OTHER_ADDRESS": -2.0}),
        ("fetched by a program, sent as a browser", {"agent": "python-requests/2.32"}, {},
         {"FORM_TOKEN_OTHER_BROWSER": -3.0}),
        ("another browser", {}, {"agent": FIREFOX}, {"FORM_TOKEN_OTHER_BROWSER": -3.0}),
        ("at once", {"issued": AT - 0.4}, {}, {"FORM_TOKEN_TOO_YOUNG": -4.0}),
        ("nearly at once", {"issued": AT - 1.5}, {"seconds_on_page": 2.0}, {"FORM_TOKEN_TOO_YOUNG": -2.0}),
        ("claims a minute after five seconds", {"issued": AT - 5.0}, {"token_seconds": 61.0},
         {"FORM_TOKEN_CONTRADICTS": -10.0}),
        ("at once, and claims a minute", {"issued": AT - 0.4}, {"token_seconds": 61.0, "seconds_on_page": 62.0},
         {"FORM_TOKEN_TOO_YOUNG": -4.0, "FORM_TOKEN_CONTRADICTS": -10.0}),
        ("... twelve seconds", {"issued": AT - 0.4}, {"token_seconds": 12.0, "seconds_on_page": 12.5},
         {"FORM_TOKEN_TOO_YOUNG": -4.0, "FORM_TOKEN_CONTRADICTS": -10.0}),
        ("... seven", {"issued": AT - 0.4}, {"token_seconds": 7.0, "seconds_on_page": 7.5},
         {"FORM_TOKEN_TOO_YOUNG": -4.0}),
        ("... a minute on the page, and nothing of the token", {"issued": AT - 0.4}, {"seconds_on_page": 62.0},
         {"FORM_TOKEN_TOO_YOUNG": -4.0, "FORM_TOKEN_CONTRADICTS": -10.0}),
        ("... twenty seconds, without counts", {"issued": AT - 1.4}, {"seconds_on_page": 21.0, "token_seconds": 20.0},
         {"FORM_TOKEN_TOO_YOUNG": -2.0, "FORM_TOKEN_CONTRADICTS": -10.0}),
        ("at once, without counts, like one who comes back", {"issued": AT - 0.4},
         {"seconds_on_page": 0.5, "token_seconds": 0.4}, {"FORM_TOKEN_TOO_YOUNG": -1.2}),
        ("... a minute of filling in alone", {"issued": AT - 1.4}, {"fill_seconds": 62.0},
         {"FORM_TOKEN_TOO_YOUNG": -2.0, "FORM_TOKEN_CONTRADICTS": -10.0}),
        ("waits ten seconds, and says to have come after half a minute", {"issued": AT - 10.0},
         {"first_input_seconds": 31.0, "keystrokes": 60}, {"FORM_TOKEN_CONTRADICTS": -10.0}),
        ("waits for five minutes, and claims ten", {"issued": AT - 300.0},
         {"token_seconds": 600.0, "seconds_on_page": 601.0}, {"FORM_TOKEN_CONTRADICTS": -10.0}),
    ],
)  # fmt: skip
def test_what_bots_do(who, given, lead, against):
    assert points(token(**given), **lead) == VALID | against, who


def test_another_vendors_site_is_told_and_is_no_valid_token():
    assert points(token(vendor="other")) == {"FORM_TOKEN_OTHER_SITE": -6.0}
    assert points(token(), source={}) == VALID  # a lead that names no vendor says nothing


@pytest.mark.parametrize("part", [1, 2])
def test_a_changed_token_is_forged(part):
    parts = token().split(".")
    parts[part] = parts[part][:5] + ("A" if parts[part][5] != "A" else "B") + parts[part][6:]
    _, found = facts(".".join(parts))
    assert found["state"] in ("forged", "other_key")  # the key's mark may be what was changed
    if part == 2:
        assert points(".".join(parts)) == {"FORM_TOKEN_FORGED": -8.0}


def test_rubbish_in_the_form_of_a_token_is_forged():
    assert points("fc1.AAAA.BBBB") == {"FORM_TOKEN_FORGED": -8.0}


def test_a_column_that_cuts_the_text_makes_no_forgers():
    text = token()
    for length in range(10, len(text)):
        assert points(text[:length]) in ({}, {"FORM_TOKEN_FORGED": -8.0} if text[:length].endswith(".") else {}), length


def test_a_token_from_before_the_keys_were_changed_says_nothing():
    text = make_token(b"older", issued=AT - 50, random_id="one")
    lead, found = facts(text)
    assert found == {"v": 1, "state": "other_key"}
    assert form_token.judge(lead, found) == []


@pytest.mark.parametrize("text", ["c1f0a6d2b94e", "", None])
def test_a_callers_own_mark_is_not_looked_at(text):
    assert facts(text)[1] is None


@pytest.mark.parametrize("form", [{}, {"token_seconds": 900.0}])
def test_a_files_times_are_nobodys_clock(form):
    """Its rows may stand at midnight, at the row before's time, or at the minute."""
    for at in (AT - 95.0, AT - 94.9, AT - 900.0, AT):
        assert points(token(), filed=True, at=at, submitted_at=at, **form) == VALID
    late = points(token(issued=AT - 2 * DAY), filed=True, submitted_at=AT - 3.3)
    assert late == VALID | {"FORM_TOKEN_EXPIRED": -2.0}


def test_the_facts_of_a_lead():
    assert facts(token())[1] == {
        "v": 1,
        "state": "valid",
        "age": 95.0,
        "scripted": True,
        "agent": "same",
        "address": "same",
        "site": "site_1",
        "origin": "https://a.example",
    }
    found = facts(token(assistant="ChatGPT"), ip=ABROAD, submitted_at=AT - 3.3)[1]
    assert {name: found[name] for name in ("sent", "country", "assistant")} == {
        "sent": 91.7,
        "country": "other",
        "assistant": "ChatGPT",
    }
