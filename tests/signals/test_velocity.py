"""Velocity: everyday life passes, floods do not."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from msgspec import structs

from fraudcheck.counting.windows import Partners, Seen
from fraudcheck.ports import Ports
from fraudcheck.ports.lists import Lists
from fraudcheck.reasons import CATALOGUE
from fraudcheck.records import Lead, Subject
from fraudcheck.signals import velocity

NOW = 1_795_426_200  # 2026-11-23T09:30:00Z
LEAD = Lead(email="an@example.com", phone="+84912345678")
PORTS = Ports(lists=Lists(), mail_routes=None, counters=None)


def counts(hour: int, day: int | None = None, month: int | None = None) -> dict[str, int]:
    day = hour if day is None else day
    month = day if month is None else month
    return {name: n for name, n in (("hour", hour), ("day", day), ("month", month)) if n}


def points(**seen: Mapping[str, int]) -> dict[str, float]:
    facts = {"v": 1, **{kind.replace("_with_", "+"): each for kind, each in seen.items()}}
    return {found.code: round(CATALOGUE[found.code].points * found.scale, 1) for found in velocity.judge(LEAD, facts)}


def person(times: int) -> dict[str, Any]:
    """One person on one device who has sent the same form some times before."""
    return {kind: counts(times) for kind in ("mailbox", "phone", "device", "ip", "lead", "form_token")} | {
        "form_token_with_mailbox": counts(times),
        "form_token_with_phone": counts(times),
    }


@pytest.mark.parametrize(
    ("who", "seen", "expected"),
    [
        ("the first lead", {}, {}),
        ("sends again after an error", person(1), {"LEAD_SEEN_BEFORE": 0.0}),
        ("submits three times", person(2), {"LEAD_SEEN_BEFORE": 0.0}),
        ("submits four times", person(3), {"LEAD_SEEN_BEFORE": 0.0}),
        ("compares prices all month", {"mailbox": counts(0, 3, 12), "phone": counts(0, 3, 12)}, {}),
        ("a family of five, one evening, one router", {"ip": counts(4), "device": counts(4)}, {}),
        ("a family of five with one phone", {"phone": counts(4)}, {}),
        ("an office with 40 a day", {"ip": counts(12, 40, 480)}, {}),
        ("a library's computer", {"device": counts(3, 9, 90)}, {}),
        ("a carrier's gateway, 100 a day", {"ip": counts(9, 100, 3000)}, {"IP_SEEN_OFTEN": -1.8}),
        ("a carrier's gateway, 1,000 a day", {"ip": counts(90, 1000, 25000)}, {"IP_SEEN_OFTEN": -3.0}),
        ("one device, 10 leads an hour", {"device": counts(10)}, {"DEVICE_SEEN_OFTEN": -5.8}),
        ("one device, 30 leads an hour", {"device": counts(30)}, {"DEVICE_SEEN_OFTEN": -15.0}),
        ("a patient farm", {"device": counts(5, 40, 900)}, {"DEVICE_SEEN_OFTEN": -11.6}),
        ("one mailbox again and again", {"mailbox": counts(20)}, {"MAILBOX_SEEN_OFTEN": -6.0}),
        ("one phone, fifteen a day", {"phone": counts(2, 15, 15)}, {"PHONE_SEEN_OFTEN": -3.4}),
    ],
)
def test_who_passes(who: str, seen: dict[str, Any], expected: dict[str, float]) -> None:
    assert points(**seen) == expected, who


@pytest.mark.parametrize(
    ("what", "seen", "reused"),
    [
        ("first use", {"form_token_with_mailbox": {}, "form_token_with_phone": {}}, False),
        (
            "another mailbox and another phone",
            {"form_token": counts(1), "form_token_with_mailbox": {}, "form_token_with_phone": {}},
            True,
        ),
        (
            "the mailbox corrected",
            {"form_token": counts(1), "form_token_with_mailbox": {}, "form_token_with_phone": counts(1)},
            False,
        ),
        (
            "the phone corrected",
            {"form_token": counts(2), "form_token_with_mailbox": counts(2), "form_token_with_phone": {}},
            False,
        ),
        ("mail only, corrected", {"form_token": counts(1), "form_token_with_mailbox": {}}, False),
        ("phone only, corrected twice", {"form_token": counts(2), "form_token_with_phone": {}}, False),
        ("mail only, the fourth address", {"form_token": counts(3), "form_token_with_mailbox": {}}, True),
        ("mail only, sent again", {"form_token": counts(3), "form_token_with_mailbox": counts(1)}, False),
        ("nothing readable to compare", {"form_token": counts(9)}, False),
    ],
)
def test_form_token(what: str, seen: dict[str, Any], reused: bool) -> None:
    assert ("FORM_TOKEN_REUSED" in points(**seen)) is reused, what


@pytest.mark.parametrize(
    ("what", "seen", "expected"),
    [
        ("a person sends it again", {"message": counts(3), "mailbox": counts(3)}, {}),
        ("with the address corrected", {"message": counts(1), "phone": counts(1)}, {}),
        ("one other lead this hour", {"message": counts(1)}, {"MESSAGE_SEEN_BEFORE": -1.2}),
        ("one other yesterday", {"message": counts(0, 1)}, {"MESSAGE_SEEN_BEFORE": -0.8}),
        ("one other weeks ago", {"message": counts(0, 0, 1)}, {}),
        ("four others this hour", {"message": counts(4)}, {"MESSAGE_SEEN_BEFORE": -2.7}),
        ("ten others this hour", {"message": counts(10)}, {"MESSAGE_SEEN_BEFORE": -4.0}),
        ("the text that the form fills in", {"message": counts(12, 100, 2000)}, {}),
        ("a busy hour of such a form", {"message": counts(60, 300, 2000)}, {}),
    ],
)
def test_a_message_that_others_brought(what: str, seen: dict[str, Any], expected: dict[str, float]) -> None:
    assert points(**seen) == expected, what


def test_evidence_is_counts_and_the_window_that_decided() -> None:
    [found] = velocity.judge(LEAD, {"v": 1, "device": {"hour": 2, "day": 30, "month": 40}})
    assert found.evidence == {"window": "day", "hour": 2, "day": 30, "month": 40}


def identity(*leads: int, days: float = 0.0, **partners: tuple[int, ...]) -> dict[str, Any]:
    """Facts of one identity: leads in five windows, days since the first, partners in an hour, a day, 30 days."""
    facts: dict[str, Any] = dict(zip(("minutes", "hour", "day", "week", "month"), leads, strict=True))
    facts |= {"since": int(days * 86_400), "ago": 30}
    for kind, three in partners.items():
        facts[kind] = dict(zip(("hour", "day", "month"), three, strict=True))
    return facts


def points_now(**facts: Any) -> dict[str, float]:
    found = velocity.judge(LEAD, {"v": 2, **facts})
    return {each.code: round(CATALOGUE[each.code].points * each.scale, 1) for each in found}


@pytest.mark.parametrize(
    ("who", "facts", "expected"),
    [
        (
            "a carrier's gateway in Lagos, for months",
            {"ip": identity(20, 210, 2500, 17_000, 71_000, days=32, mailbox=(205, 2400, 65_000))},
            {"IP_SEEN_OFTEN": -0.6},
        ),
        (
            "a campus in Chennai on the last day to enrol, four times its usual day",
            {"ip": identity(15, 90, 400, 900, 3000, days=30, mailbox=(85, 380, 2800))},
            {"IP_BURST": -1.6},
        ),
        (
            "a company's office in Warsaw",
            {"ip": identity(2, 9, 40, 200, 800, days=25, mailbox=(9, 39, 700))},
            {"IP_SEEN_OFTEN": -0.5},
        ),
        (
            "a call centre in Recife that types for its callers",
            {"device": identity(2, 12, 90, 450, 1900, days=28, mailbox=(12, 88, 1800))},
            {"DEVICE_SEEN_OFTEN": -3.0},
        ),
        (
            "a fair's Wi-Fi, its first day",
            {"ip": identity(3, 14, 14, 14, 14, days=0.04, mailbox=(14, 14, 14))},
            {"IP_BURST": -0.8},
        ),
        (
            "a new address with forty people within the hour",
            {"ip": identity(12, 40, 40, 40, 40, days=0.03, mailbox=(40, 40, 40))},
            {"IP_BURST": -6.0},
        ),
        (
            "the same, from a gateway that usually brings two an hour",
            {"ip": identity(60, 400, 400, 700, 1700, days=30, mailbox=(400, 400, 1600))},
            {"IP_BURST": -1.6},
        ),
        (
            "one phone that a family of five shares in Bangkok",
            {"phone": identity(0, 2, 4, 4, 4, days=0.5, name=(2, 4, 4))},
            {},
        ),
        (
            "one phone with twenty names",
            {"phone": identity(0, 3, 12, 20, 20, days=12, name=(3, 12, 20))},
            {"PHONE_SEEN_OFTEN": -1.8, "PHONE_MANY_NAMES": -3.6},
        ),
        (
            "numbers counted up, a vendor's ten within five minutes",
            {"block": identity(10, 10, 10, 10, 10, days=0.003)},
            {"NUMBER_BLOCK_BURST": -8.0},
        ),
        (
            "a regional provider in Kerala, for months",
            {"mail_domain": identity(1, 6, 80, 420, 1900, days=30, mailbox=(6, 78, 1700))},
            {},
        ),
        (
            "a domain that nobody knew yesterday, two hundred mailboxes today",
            {"mail_domain": identity(9, 60, 200, 200, 200, days=0.6, mailbox=(60, 200, 200))},
            {"MAIL_DOMAIN_SEEN_OFTEN": -3.3},
        ),
        ("neighbours' numbers over a month", {"block": identity(0, 0, 1, 6, 20, days=31)}, {}),
        (
            "a mailbox from sixteen addresses within the hour",
            {"mailbox": identity(2, 16, 16, 16, 16, days=0.04, ip=(16, 16, 16))},
            {"MAILBOX_SEEN_OFTEN": -5.2, "MAILBOX_MANY_ADDRESSES": -4.0},
        ),
        (
            "sold by three vendors",
            {"mailbox": identity(0, 0, 1, 3, 3, days=6, vendor=(0, 1, 3)), "phone": identity(0, 0, 1, 3, 3, days=6)},
            {"LEAD_SOLD_BEFORE": 0.0},
        ),
        ("the same request again at once", {"body": identity(1, 1, 1, 1, 1)}, {"LEAD_RESUBMITTED": 0.0}),
        ("the same request an hour later", {"body": identity(0, 1, 1, 1, 1) | {"ago": 3600}}, {}),
        ("sent two days ago", {"sent": 2 * 86_400}, {"LEAD_STALE": 0.0}),
        ("sent this morning", {"sent": 8 * 3600}, {}),
        ("a clock four minutes fast", {"sent": -240}, {}),
        ("a clock an hour fast", {"sent": -3600}, {"LEAD_FROM_FUTURE": 0.0}),
    ],
)
def test_whose_past_explains_it(who: str, facts: dict[str, Any], expected: dict[str, float]) -> None:
    assert points_now(**facts) == expected, who


@pytest.mark.parametrize(
    ("what", "lead", "facts", "code"),
    [
        ("mailbox with this phone", LEAD, {"mailbox": {"phone": {"month": 1, "known": True}, "month": 1}}, True),
        ("mailbox with another phone", LEAD, {"mailbox": {"phone": {"month": 1}, "month": 1}}, False),
        ("a quick contact again", Lead(phone="+84912345678"), {"phone": {"month": 1}}, True),
        ("a phone that another came with", LEAD, {"phone": {"month": 1, "mailbox": {"month": 1}}}, False),
    ],
)
def test_seen_before_is_the_whole_lead(what: str, lead: Lead, facts: dict[str, Any], code: bool) -> None:
    found = {each.code for each in velocity.judge(lead, {"v": 2, **facts})}
    assert ("LEAD_SEEN_BEFORE" in found) is code, what


@pytest.mark.parametrize(
    ("what", "token", "reused"),
    [
        ("first use", {"compared": ["mailbox", "phone"]}, False),
        ("another mailbox and phone", {"month": 1, "compared": ["mailbox", "phone"], "mailbox": {"month": 1}}, True),
        (
            "the mailbox corrected",
            {"month": 1, "compared": ["mailbox", "phone"], "phone": {"month": 1, "known": True}},
            False,
        ),
        ("mail only, corrected twice", {"month": 2, "compared": ["mailbox"]}, False),
        ("mail only, the fourth address", {"month": 3, "compared": ["mailbox"]}, True),
        ("nothing readable to compare", {"month": 9, "compared": []}, False),
    ],
)
def test_a_forms_token_went_round(what: str, token: dict[str, Any], reused: bool) -> None:
    assert ("FORM_TOKEN_REUSED" in points_now(form_token=token)) is reused, what


@given(
    st.sampled_from(["mailbox", "phone", "device", "ip"]),
    st.tuples(st.integers(0, 10**6), st.integers(0, 10**6), st.integers(0, 10**6)),
    st.integers(0, 1000),
)
def test_more_leads_never_weigh_less(kind: str, more: tuple[int, int, int], extra: int) -> None:
    hour, day, month = more[0], sum(more[:2]), sum(more)
    scales = [
        sum(found.scale for found in velocity.judge(LEAD, {"v": 1, kind: counts(hour + n, day + n, month + n)}))
        for n in (0, extra)
    ]
    assert 0 <= scales[0] <= scales[1] <= 1


def test_facts_leave_out_the_zeros() -> None:
    tokens = dict.fromkeys(["mailbox", "ip", "form_token", "vendor"], "00")
    seen = {
        "mailbox": Seen(),
        "vendor": Seen(0, 0, 2, 5, 7, first=NOW - 90_000, last=NOW - 7_200),
        "ip": Seen(1, 1, 1, 1, 1, NOW - 60, NOW - 60, {"mailbox": Partners(1, 1, 1), "phone": Partners(1, 1, 1, True)}),
        "form_token": Seen(),
    }
    lead = structs.replace(LEAD, submitted_at="2026-11-23T09:30:00.000Z")
    subject = Subject(tenant="t", lead=lead, tokens=tokens, at=NOW + 0.5)
    assert velocity.from_counts(subject, PORTS, seen) == {
        "v": 3,
        "ip": {
            **dict.fromkeys(["minutes", "hour", "day", "week", "month"], 1),
            "since": 60,
            "ago": 60,
            "mailbox": {"hour": 1, "day": 1, "month": 1},
            "phone": {"hour": 1, "day": 1, "month": 1, "known": True},
        },
        "form_token": {"compared": ["mailbox"]},
        "sent": 0,
    }


def test_nothing_to_count_is_not_unknown() -> None:
    assert velocity.from_counts(Subject(tenant="t", lead=LEAD), PORTS, {}) is None
