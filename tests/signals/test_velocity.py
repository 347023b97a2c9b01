"""Velocity: everyday life passes, floods do not."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, cast

import pytest
from hypothesis import given
from hypothesis import strategies as st

from fraudcheck.ports import Ports, Seen, Unavailable
from fraudcheck.reasons import CATALOGUE
from fraudcheck.records import Lead, Subject
from fraudcheck.signals import velocity

LEAD = Lead(email="an@example.com", phone="+84912345678")


class Counted:
    """Counters that give what they were told."""

    def __init__(self, seen: Mapping[str, Seen] | None):
        self.seen = seen

    async def observe(self, subject: Subject) -> Mapping[str, Seen]:
        if self.seen is None:
            raise Unavailable("redis")
        return self.seen


def ports(seen: Mapping[str, Seen] | None) -> Ports:
    return cast(Ports, type("Handed", (), {"counters": Counted(seen)}))


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


async def test_facts_leave_out_the_zeros() -> None:
    tokens = dict.fromkeys(["mailbox", "ip", "form_token", "form_token+mailbox"], "00")
    seen = {"mailbox": Seen(), "ip": Seen(0, 2, 5), "form_token": Seen(1, 1, 1), "form_token+mailbox": Seen()}
    facts = await velocity.gather(Subject(tenant="t", lead=LEAD, tokens=tokens), ports(seen))
    assert facts == {
        "v": 1,
        "ip": {"day": 2, "month": 5},
        "form_token": {"hour": 1, "day": 1, "month": 1},
        "form_token+mailbox": {},
    }


async def test_nothing_to_count_is_not_unknown() -> None:
    assert await velocity.gather(Subject(tenant="t", lead=LEAD), ports(None)) is None


async def test_redis_down_is_for_the_pipeline_to_name() -> None:
    with pytest.raises(Unavailable, match="redis"):
        await velocity.gather(Subject(tenant="t", lead=LEAD, tokens={"ip": "00"}), ports(None))


def test_says_only_what_it_declares() -> None:
    assert {CATALOGUE[code].check for code in velocity.SAYS} == {velocity.NAME}
    assert {code for code, row in CATALOGUE.items() if row.check == velocity.NAME} == set(velocity.SAYS)
