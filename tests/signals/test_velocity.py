"""Velocity: everyday life passes, floods do not.

First the facts of today, version 5, of machines and of those who sat at them; then those of before, of which every
verdict in a ledger still follows.
"""

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
from fraudcheck.records import Client, Form, FormToken, Lead, ReadToken, Source, Subject
from fraudcheck.signals import velocity

NOW = 1_795_426_200  # 2026-11-23T09:30:00Z
LEAD = Lead(email="an@example.com", phone="+84912345678", client=Client(device_id="d"))
PORTS = Ports(lists=Lists(), mail_routes=None, counters=None)
HOUR, DAY = 3_600, 86_400
ON_DEVICE = Lead(
    email="an@example.com", phone="+84912345678", name="Nguyen Van An",
    client=Client(device_id="d", ip="203.0.113.7"), form=Form(keystrokes=58),
)  # fmt: skip
UNMEASURED = structs.replace(ON_DEVICE, form=Form())
"""From a form that counts no keys."""
ON_LINE = structs.replace(ON_DEVICE, client=Client(ip="203.0.113.7", user_agent="x"))
"""From a browser whose device is not known."""
ON_IPV6 = structs.replace(ON_LINE, client=Client(ip="2001:db8:1:2::7", user_agent="x"))
ON_IPV6_DEVICE = structs.replace(ON_DEVICE, client=Client(device_id="d", ip="2001:db8:1:2::7"))


def points(lead: Lead, **facts: Any) -> dict[str, float]:
    """What is said of facts, which up to version 5 held the address apart from the place."""
    of_5 = velocity.judge(lead, {"v": 5, **facts})
    if "ip" in facts:
        facts = {**facts, "place": {**facts["ip"], **facts.get("place", {})}}
    found = velocity.judge(lead, {"v": 6, **{kind: value for kind, value in facts.items() if kind != "ip"}})
    assert found == of_5 or ("place" in facts and "ip" not in facts)
    return {each.code: round(CATALOGUE[each.code].points * each.scale, 1) for each in found}


def people(*leads: int, since: int, **partners: tuple[int, ...] | tuple[int, int, int, str]) -> dict[str, Any]:
    """Leads in an hour, a day and a month at a machine or an address, each another person's but for the partners given.

    ``"own"`` after three counts says that this lead's is one of them.
    """
    strangers = dict.fromkeys(("mailbox", "phone", "first_word", "last_word"), leads)
    facts: dict[str, Any] = dict(zip(("hour", "day", "month"), leads, strict=True)) | {"since": since, "ago": 30}
    for kind, (hour, day, month, *own) in (strangers | {"network": (1, 1, 1, "own")} | partners).items():
        if month:
            facts[kind] = {"hour": hour, "day": day, "month": month} | ({"known": True} if own else {})
    return facts


def at(address: dict[str, Any]) -> dict[str, Any]:
    """What was counted under an IPv4 address up to version 5, twice: leads as ``ip``, people, machines as ``place``."""
    return {"ip": {kind: value for kind, value in address.items() if kind != "machine"}, "place": address}


OURS = (1, 1, 1, "own")
NOBODY = (0, 0, 0)


@pytest.mark.parametrize(
    ("who", "lead", "facts", "expected"),
    [
        ("the first lead from a device", ON_DEVICE, {}, {}),
        # One of a household's mailbox, phone, first and last word of the name is shared, by its country's custom.
        ("a family in Hanoi on one phone, with one first word", ON_DEVICE,
         {"machine": people(3, 3, 3, since=1_800, first_word=OURS)}, {}),
        ("a household in Mexico that shares a phone number", ON_DEVICE,
         {"machine": people(4, 4, 4, since=2_000, phone=OURS, last_word=(2, 2, 2)),
          "phone": people(4, 4, 4, since=2_000, name=(4, 4, 4))}, {}),
        ("a family in Lagos with one last word, on a tablet", ON_DEVICE,
         {"machine": people(4, 4, 4, since=2_500, last_word=OURS)}, {}),
        ("one who corrects the address, and sends again", ON_DEVICE,
         {"machine": people(2, 2, 2, since=120, phone=OURS, first_word=OURS, last_word=OURS)}, {}),
        ("a neighbour's, on the same telephone", ON_DEVICE,
         {"typed": True, "machine": people(1, 1, 1, since=HOUR)}, {"DEVICE_AT_DESK": -1.0}),
        ("... of a form that counts no keys", UNMEASURED,
         {"machine": people(1, 1, 1, since=HOUR)}, {"DEVICE_SHARED_BRIEF": -2.5}),
        ("... in the next minute", ON_DEVICE,
         {"typed": True, "machine": people(1, 1, 1, since=60)}, {"DEVICE_SHARED_BRIEF": -2.5}),
        # Where many come from one place.
        ("a gateway in Nigeria, six hundred a day with this browser", ON_LINE,
         {"machine": people(25, 600, 9_000, since=30 * DAY),
          **at(people(210, 2_500, 71_000, since=32 * DAY, mailbox=(205, 2_400, 65_000)))}, {"IP_SEEN_OFTEN": -0.6}),
        ("a gateway in its second week, as ever", ON_LINE,
         {"machine": people(3, 40, 400, since=10 * DAY),
          **at(people(30, 300, 3_000, since=10 * DAY))}, {"IP_SEEN_OFTEN": -0.6}),
        ("a gateway of people who give phones only", structs.replace(ON_LINE, email=None),
         {"machine": people(3, 12, 12, since=20 * HOUR, mailbox=NOBODY),
          "place": people(15, 40, 40, since=20 * HOUR, mailbox=NOBODY)}, {"LINE_SHARED": -0.4}),
        ("... and one who gives a mailbox as well", ON_LINE,
         {"machine": people(3, 12, 12, since=20 * HOUR, mailbox=NOBODY),
          "place": people(15, 40, 40, since=20 * HOUR, mailbox=NOBODY)}, {"LINE_SHARED": -0.4}),
        ("an IPv6 gateway, whose every lead has an address of its own", ON_IPV6,
         {"machine": people(3, 12, 12, since=20 * HOUR), "place": people(15, 40, 40, since=20 * HOUR)},
         {"LINE_SHARED": -0.4}),
        ("a class on IPv6, with a device for each of five", ON_IPV6_DEVICE,
         {"machine": people(4, 5, 5, since=9 * HOUR, untyped=(4, 5, 5)),
          "place": people(9, 25, 25, since=9 * HOUR, machine=(5, 5, 5))}, {"DEVICE_SHARED": -4.0}),
        ("a school class, one browser for all", ON_LINE,
         {"machine": people(26, 26, 26, since=HOUR), **at(people(26, 26, 26, since=HOUR))}, {"LINE_SHARED": -5.0}),
        ("a school class, a device for each", ON_DEVICE, at(people(11, 11, 11, since=HOUR, machine=(11, 11, 11))), {}),
        ("a bank's counters in Poland", ON_DEVICE,
         {"typed": True, "machine": people(2, 12, 220, since=25 * DAY, untyped=(0, 1, 20)),
          **at(people(15, 100, 1_800, since=26 * DAY, machine=(8, 8, 8)))},
         {"DEVICE_AT_DESK": -1.0}),
        ("the same bank on its first day with us", ON_DEVICE,
         {"typed": True, "machine": people(1, 6, 6, since=6 * HOUR),
          **at(people(8, 48, 48, since=6 * HOUR, machine=(8, 8, 8)))},
         {"DEVICE_AT_DESK": -3.6}),
        ("a dealer's desk in Spain, by hand, half an hour for each", ON_DEVICE,
         {"typed": True, "machine": people(3, 8, 8, since=4 * HOUR, untyped=(0, 1, 1))}, {"DEVICE_AT_DESK": -4.4}),
        ("a stand at a fair, five minutes for each", ON_DEVICE,
         {"typed": True, "machine": people(11, 30, 30, since=9_000)}, {"DEVICE_AT_DESK": -6.0}),
        ("a library's computer, for months", ON_DEVICE,
         {"typed": True, "machine": people(2, 8, 160, since=29 * DAY, untyped=(0, 1, 16))}, {"DEVICE_AT_DESK": -1.0}),
        ("a call centre that types for its callers, and declares nothing", ON_DEVICE,
         {"typed": True, "machine": people(12, 90, 1_900, since=28 * DAY, untyped=(1, 9, 190)),
          **at(people(12, 90, 1_900, since=28 * DAY))}, {"DEVICE_AT_DESK": -1.0}),
        ("a school in Osaka on its sign-up day, with its own domain", ON_DEVICE,
         {"ip": people(40, 40, 40, since=HOUR), "mail_domain": people(40, 40, 40, since=HOUR)}, {"IP_BURST": -6.0}),
        ("who sends ten times with one number", ON_DEVICE,
         {"block": {"minutes": 5, "hour": 9, "day": 9, "month": 9, "since": HOUR, "ago": 30},
          "phone": {"minutes": 5, "hour": 9, "day": 9, "month": 9, "since": HOUR, "ago": 30}},
         {"PHONE_SEEN_OFTEN": -3.0}),
        ("an Egyptian call centre that declares it", ON_DEVICE, {"staffed": True}, {"CHANNEL_STAFFED": 0.0}),
        ("one text, which the vendor's form fills in, on the first day", ON_DEVICE,
         {"leads": 12, "message": people(11, 11, 11, since=HOUR), "text~0": {"month": 11}}, {}),
        ("... which people add to, so that only the second sketch is the same", ON_DEVICE,
         {"leads": 12, "message~1": people(11, 11, 11, since=HOUR), "text~0": {"month": 2}, "text~1": {"month": 6}},
         {}),
    ],
)  # fmt: skip
def test_who_passes(who: str, lead: Lead, facts: dict[str, Any], expected: dict[str, float]) -> None:
    assert points(lead, **facts) == expected, who
    assert sum(expected.values()) >= -6.0, "which alone names no kind of fake"


FARM = people(5, 12, 12, since=9 * HOUR, untyped=(5, 12, 12))


@pytest.mark.parametrize(
    ("who", "lead", "facts", "expected"),
    [
        ("friends' data within a sitting", ON_DEVICE,
         {"typed": True, "machine": people(6, 6, 6, since=1_500)}, {"DEVICE_SHARED_BRIEF": -9.0}),
        ("a farm at one device, with data from a list", ON_DEVICE, {"machine": FARM}, {"DEVICE_SHARED": -15.0}),
        ("which types, but a lead a minute", ON_DEVICE,
         {"typed": True, "machine": people(20, 20, 20, since=1_300)}, {"DEVICE_SHARED_BRIEF": -15.0}),
        ("which types thirty within the hour, at a machine that is known for a week", ON_DEVICE,
         {"typed": True, "machine": people(30, 30, 31, since=7 * DAY)}, {"DEVICE_SHARED": -15.0}),
        ("which types, one more than its time allows for within the month", ON_DEVICE,
         {"typed": True, "machine": people(2, 8, 101, since=30_000)}, {"DEVICE_SHARED": -12.0}),
        ("which types at a steady pace, of a form that counts no keys", UNMEASURED,
         {"machine": people(11, 30, 30, since=9_000)}, {"DEVICE_SHARED": -15.0}),
        ("which pastes for weeks, and is no hub by that", ON_DEVICE,
         {"machine": people(2, 12, 220, since=25 * DAY, untyped=(2, 12, 220))}, {"DEVICE_SHARED": -12.0}),
        ("numbers counted upwards, one of them this lead's", ON_DEVICE,
         {"block": {"minutes": 10, "hour": 11, "day": 11, "month": 11, "since": 500, "ago": 30},
          "phone": {"hour": 1, "day": 1, "month": 1, "since": 500, "ago": 500}}, {"NUMBER_BLOCK_BURST": -8.0}),
        # Of what rests on the same leads the heavier is said.
        ("a device that sends three strangers' data ten times each", ON_DEVICE,
         {"machine": people(3, 3, 3, since=HOUR, untyped=(3, 3, 3)) | {"hour": 30, "day": 30, "month": 30}},
         {"DEVICE_SEEN_OFTEN": -15.0}),
        ("forty strangers' in a day, an hour not more than a family's", ON_DEVICE,
         {"machine": people(4, 40, 40, since=20 * HOUR, untyped=(4, 40, 40))}, {"DEVICE_SHARED": -15.0}),
        ("a desk at an address that sixty new mailboxes an hour come from", ON_DEVICE,
         {"typed": True, "machine": people(6, 6, 6, since=HOUR), **at(people(60, 60, 60, since=HOUR))},
         {"IP_BURST": -8.0}),
        ("a desk that is busier than its address", ON_DEVICE,
         {"typed": True, "machine": people(12, 12, 12, since=HOUR), **at(people(14, 14, 14, since=HOUR))},
         {"DEVICE_AT_DESK": -6.0}),
        ("which types, from ever other networks", ON_DEVICE,
         {"typed": True, "machine": people(2, 8, 8, since=9 * HOUR, network=(2, 8, 8))}, {"DEVICE_SHARED": -11.0}),
        ("which calls all its people Nguyen", ON_DEVICE,
         {"machine": FARM | {"first_word": {"hour": 1, "day": 1, "month": 1, "known": True}}},
         {"DEVICE_SHARED": -11.0}),
        ("a patient one: two a day, all month", ON_DEVICE,
         {"machine": people(1, 2, 45, since=25 * DAY, untyped=(1, 2, 45))}, {"DEVICE_SHARED": -12.0}),
        ("one browser behind an address, where nobody else is", ON_LINE,
         {"machine": people(8, 20, 20, since=5 * HOUR), **at(people(8, 20, 20, since=5 * HOUR))},
         {"LINE_SHARED": -5.0}),
        ("a vendor that declares a desk and sends from as many machines as leads", ON_DEVICE,
         {"staffed": False, "machine": FARM}, {"DEVICE_SHARED": -15.0, "CHANNEL_CONTRADICTED": 0.0}),
        ("one text, of fewer than half of the vendor's leads", ON_DEVICE,
         {"leads": 23, "message": people(11, 11, 11, since=HOUR), "text~0": {"month": 11}, "text~1": {"month": 11}},
         {"MESSAGE_SEEN_BEFORE": -2.9}),
        ("one text, which another vendor's form fills in", ON_DEVICE,
         {"leads": 12, "message": people(11, 11, 11, since=HOUR)}, {"MESSAGE_SEEN_BEFORE": -2.9}),
    ],
)  # fmt: skip
def test_what_a_machine_says_against_a_lead(
    who: str, lead: Lead, facts: dict[str, Any], expected: dict[str, float]
) -> None:
    assert points(lead, **facts) == expected, who


@pytest.mark.parametrize(
    ("strangers", "on_device", "at_desk", "on_line"),
    [
        (0, 0.0, 0.0, 0.0),
        (1, -2.5, -1.0, 0.0),  # this is the second person
        (2, -5.0, -2.0, 0.0),
        (4, -5.9, -2.4, -1.5),
        (5, -8.0, -3.2, -2.0),
        (8, -11.0, -4.4, -3.0),
        (12, -15.0, -6.0, -4.0),
        (40, -15.0, -6.0, -5.0),
    ],
)
def test_what_strangers_weigh_within_a_day(strangers: int, on_device: float, at_desk: float, on_line: float) -> None:
    """On a device, all pasted; at a desk, all typed; and at an address, by one browser."""

    def weight(lead: Lead, **facts: Any) -> float:
        return sum(points(lead, **facts).values())

    many = (min(strangers, 10), strangers, strangers)
    pasted, typed = (people(*many, since=9 * HOUR, untyped=untyped) for untyped in (many, (0, 0, 0)))
    assert weight(ON_DEVICE, machine=pasted) == on_device
    assert weight(ON_DEVICE, machine=typed, typed=True) == at_desk
    assert weight(UNMEASURED, machine=typed) == on_device, "whose keys nobody counted"
    address = people(*many, since=9 * HOUR)
    assert weight(ON_LINE, machine=typed, **at(address)) == on_line
    assert weight(ON_IPV6, machine=typed, place=address) == on_line


@pytest.mark.parametrize(
    ("what", "typed", "differently", "is_desk"),
    [
        ("ten people, five minutes for each", True, {}, True),
        ("a little less", True, {"since": 2_999}, False),
        ("three of ten pasted", True, {"untyped": (3, 3, 3)}, True),
        ("four of ten", True, {"untyped": (4, 4, 4)}, False),
        ("a laptop, at the office and at a fair", True, {"network": (2, 2, 2)}, True),
        ("from three networks within a day", True, {"network": (2, 3, 3)}, False),
        ("from three within a month, two today", True, {"network": (1, 2, 3)}, True),
        ("this lead was not typed, or nobody counted its keys", False, {}, False),
    ],
)
def test_what_makes_a_desk(what: str, typed: bool, differently: dict[str, Any], is_desk: bool) -> None:
    said = {"typed": True} if typed else {}
    machine = people(10, 10, 10, **{"since": 3_000, **differently})
    for lead in (ON_DEVICE, UNMEASURED):  # the facts say it, and the form is not asked again
        found = points(lead, machine=machine, **said)
        assert list(found) == ["DEVICE_AT_DESK" if is_desk else "DEVICE_SHARED_BRIEF"], what


@pytest.mark.parametrize(("in_hour", "is_desk"), [(1, True), (12, True), (13, True), (14, False), (30, False)])
def test_a_desk_has_its_turns_within_the_last_hour_too(in_hour: int, is_desk: bool) -> None:
    """However long the machine is known: thirteen turns, as the hour's window holds up to thirteen buckets of them."""
    found = points(ON_DEVICE, machine=people(in_hour, 30, 40, since=6 * DAY), typed=True)
    assert list(found) == ["DEVICE_AT_DESK" if is_desk else "DEVICE_SHARED"]


@pytest.mark.parametrize(
    ("what", "form", "manner", "typed"),
    [
        ("keys, and the rest not measured", Form(keystrokes=58), None, True),
        ("keys alone", Form(keystrokes=58, pastes=0, autofills=0), None, True),
        ("not a key was pressed, and the rest not measured", Form(keystrokes=0), None, False),
        ("the browser filled in", Form(keystrokes=0, pastes=0, autofills=3), None, False),
        ("keys and a paste", Form(keystrokes=40, pastes=1, autofills=0), None, False),
        ("in a manner that few people have", Form(keystrokes=0, pastes=0, autofills=0), ("untouched", 0.03), False),
        ("keys that nobody counted", Form(), None, False),
        ("of the form all but the keys was measured", Form(pastes=0, autofills=0), None, False),
    ],
)
def test_typed_is_what_was_measured_so(what: str, form: Form, manner: tuple[str, float] | None, typed: bool) -> None:
    lead = structs.replace(ON_DEVICE, form=form)
    subject = Subject(tenant="t", lead=lead, manner=manner, at=float(NOW))
    ten = dict.fromkeys(("mailbox", "phone", "first_word", "last_word"), Partners(10, 10, 10))
    seen = {"machine": Seen(0, 10, 10, 10, 10, NOW - HOUR, NOW - 600, ten)}
    facts = velocity.from_counts(subject, PORTS, seen)
    assert facts is not None
    assert facts.get("typed") is (True if typed else None), what
    said = [each.code for each in velocity.judge(lead, facts)]
    assert said == ["DEVICE_AT_DESK" if typed else "DEVICE_SHARED_BRIEF"], what


@pytest.mark.parametrize(
    ("what", "strangers", "shared", "expected"),
    [
        ("all strangers", 12, {}, -15.0),
        ("in a room of five machines", 12, {"place": people(9, 60, 60, since=9 * HOUR, machine=(5, 5, 5))}, -7.5),
        ("in a room of four", 12, {"place": people(9, 60, 60, since=9 * HOUR, machine=(4, 4, 4))}, -15.0),
        ("who all gave a phone only", 12, {"mailbox": NOBODY}, -15.0),
        ("who all gave a mailbox only", 12, {"phone": NOBODY}, -15.0),
        ("who gave neither", 12, {"mailbox": NOBODY, "phone": NOBODY}, 0.0),
        ("who gave phones and no names", 12, {"mailbox": NOBODY, "first_word": NOBODY, "last_word": NOBODY}, -15.0),
        ("the same mailbox for all, who are a household", 4, {"mailbox": OURS}, 0.0),
        ("the same mailbox for all, with twelve phones", 12, {"mailbox": OURS}, -11.0),
        ("the same phone for all, who are more than a household", 12, {"phone": OURS, "first_word": OURS}, 0.0),
        ("one family name, six people", 6, {"last_word": OURS}, -5.0),
        ("one family name, twelve people", 12, {"last_word": OURS}, -11.0),
    ],
)
def test_who_is_a_stranger(what: str, strangers: int, shared: dict[str, Any], expected: float) -> None:
    many = (min(strangers, 5), strangers, strangers)
    own = {kind: value for kind, value in shared.items() if kind != "place"}
    machine = people(*many, since=9 * HOUR, untyped=many, **own)
    found = points(ON_DEVICE, machine=machine, **({"place": shared["place"]} if "place" in shared else {}))
    assert found.get("DEVICE_SHARED", 0.0) == expected, what


def test_evidence_of_a_machine_is_its_strangers_and_the_window_that_decided() -> None:
    [day] = velocity.judge(ON_DEVICE, {"v": 4, "machine": FARM})
    assert day.evidence == {"window": "day", "strangers": 12}
    [month] = velocity.judge(ON_DEVICE, {"v": 4, "machine": people(0, 1, 25, since=6 * DAY, untyped=(0, 1, 25))})
    assert month.evidence == {"window": "month", "strangers": 25}


def test_leads_of_a_device_are_counted_where_its_people_are_not() -> None:
    """One person who sends thirty times within an hour; without a device's id a line may be anybody's."""
    own = dict.fromkeys(("mailbox", "phone", "first_word", "last_word"), OURS)
    machine = people(30, 30, 30, since=HOUR, **own)
    assert points(ON_DEVICE, machine=machine) == {"DEVICE_SEEN_OFTEN": -15.0}
    assert points(ON_LINE, machine=machine) == {}


def used(hour: int, day: int, month: int, since: int, **partners: tuple[int, ...] | tuple[int, int, int, str]) -> Any:
    """A contact's leads in an hour, a day and a month, and its partners as in ``people``."""
    facts: dict[str, Any] = {"hour": hour, "day": day, "month": month, "since": since, "ago": 30}
    for kind, (in_hour, in_day, in_month, *own) in partners.items():
        facts[kind] = {"hour": in_hour, "day": in_day, "month": in_month} | ({"known": True} if own else {})
    return facts


BURST = (20, 20, 20)
OTHERS = dict.fromkeys(("mailbox", "name"), BURST)
POISONED = (*BURST, "own")
ONCE = (0, 0, 1)
FORM_OF_NAME_AND_NUMBER = Lead(phone="+2348032840375", name="Ngozi Eze")
FORM_OF_MAIL_AND_NUMBER = Lead(phone="+5511984037516", email="joao@example.com")


@pytest.mark.parametrize(
    ("who", "lead", "facts", "expected"),
    [
        # Whose number or mailbox it is, however many others used it.
        ("a woman in Hanoi who came two days before twenty leads with her number", LEAD,
         {"phone": used(20, 20, 21, 2 * DAY, mailbox=(20, 20, 21, "own"), name=(20, 20, 21, "own")),
          "mailbox": used(0, 0, 1, 2 * DAY, phone=(0, 0, 1, "own"))}, {}),
        ("... who writes her name otherwise this time", ON_DEVICE,
         {"phone": used(20, 20, 21, 2 * DAY, mailbox=(20, 20, 21, "own"), name=(20, 20, 21)),
          "mailbox": used(0, 0, 1, 2 * DAY, phone=(0, 0, 1, "own"))}, {}),
        ("... who sends the form again after the burst began before she first came", LEAD,
         {"phone": used(21, 21, 21, HOUR, mailbox=(21, 21, 21, "own"), name=(21, 21, 21, "own")),
          "mailbox": used(1, 1, 1, 600, phone=(1, 1, 1, "own"))}, {}),
        ("a man in Lagos whose mailbox two hundred leads came with", LEAD,
         {"mailbox": used(200, 200, 201, 9 * DAY, phone=(200, 200, 201, "own"), ip=(200, 200, 201)),
          "phone": used(0, 0, 1, 9 * DAY, mailbox=(0, 0, 1, "own"))}, {}),
        ("a phone's owner in Brazil, by the name, of a form without mail", FORM_OF_NAME_AND_NUMBER,
         {"phone": used(20, 20, 21, 2 * DAY, name=(20, 20, 21, "own"))}, {}),
        ("whose exact lead somebody sent twenty times", LEAD,
         {"phone": used(20, 20, 20, HOUR, mailbox=(1, 1, 1, "own"), name=(1, 1, 1, "own")),
          "mailbox": used(20, 20, 20, HOUR, phone=(1, 1, 1, "own"))}, {"MAILBOX_SEEN_OFTEN": -6.0}),
        ("who owns the device that twelve strangers' leads came from later", ON_DEVICE,
         {"machine": people(12, 12, 13, since=3 * DAY, untyped=(12, 12, 12), mailbox=(12, 12, 13, "own"),
                            phone=(12, 12, 13, "own"), first_word=(12, 12, 13, "own")),
          "mailbox": used(0, 0, 1, 3 * DAY, phone=(0, 0, 1, "own")),
          "phone": used(0, 0, 1, 3 * DAY, mailbox=(0, 0, 1, "own"))}, {"DEVICE_SHARED": -4.1}),
        # People who share one.
        ("the fourth of a household in Mexico with one telephone", LEAD,
         {"phone": used(3, 3, 3, HOUR, mailbox=(3, 3, 3), name=(3, 3, 3))}, {}),
        ("a mother in Thailand who enrols the fifth child with her mailbox and number", ON_DEVICE,
         {"phone": used(4, 4, 4, HOUR, mailbox=(1, 1, 1, "own"), name=(4, 4, 4)),
          "mailbox": used(4, 4, 4, HOUR, phone=(1, 1, 1, "own"), ip=(1, 1, 1, "own"))}, {}),
        ("a neighbour's number in rural India, six in a month", LEAD,
         {"phone": used(0, 1, 4, 20 * DAY, mailbox=(0, 1, 4), name=(0, 1, 4))}, {}),
        ("a woman in Poland who tries her fifth mailbox today", LEAD,
         {"phone": used(4, 4, 4, HOUR, mailbox=(4, 4, 4), name=(4, 4, 4, "own"))}, {}),
        ("who corrects the number twice", LEAD, {"mailbox": used(2, 2, 2, 300, phone=(2, 2, 2))}, {}),
        ("a captain in Egypt who types a team of ten in, with one number, at one place", ON_DEVICE,
         {"typed": True, "phone": used(9, 9, 9, HOUR, mailbox=(9, 9, 9), name=(9, 9, 9), ip=(1, 1, 1, "own"))},
         {"PHONE_SHARED": -5.2}),
        # Who is the odd one out.
        ("the sixth of a burst with one number", ON_DEVICE,
         {"phone": used(5, 5, 5, HOUR, mailbox=(5, 5, 5), name=(5, 5, 5))}, {"PHONE_SHARED": -10.0}),
        ("the twenty-first", ON_DEVICE, {"phone": used(*BURST, HOUR, **OTHERS)}, {"PHONE_SHARED": -13.0}),
        ("... that came with a mailbox which is older than the number, as yet with others", ON_DEVICE,
         {"phone": used(*BURST, HOUR, **OTHERS), "mailbox": used(0, 1, 9, 9 * DAY, phone=(0, 1, 9))},
         {"PHONE_SHARED": -13.0}),
        ("the second round of twenty people with a victim's number", ON_DEVICE,
         {"phone": used(31, 31, 31, HOUR, mailbox=(20, 20, 20, "own"), name=(20, 20, 20, "own")),
          "mailbox": used(1, 1, 1, 1_800, phone=(1, 1, 1, "own"))}, {"PHONE_SHARED": -13.0}),
        ("one name and one number with ever other mailboxes", ON_DEVICE,
         {"phone": used(*BURST, HOUR, mailbox=BURST, name=(20, 20, 20, "own"))}, {"PHONE_SHARED": -13.0}),
        ("one mailbox and one number for ever other names", ON_DEVICE,
         {"phone": used(*BURST, HOUR, mailbox=(1, 1, 1, "own"), name=BURST),
          "mailbox": used(*BURST, HOUR, phone=(1, 1, 1, "own"))}, {"PHONE_SHARED": -13.0}),
        ("a burst of a form without names", FORM_OF_MAIL_AND_NUMBER,
         {"phone": used(*BURST, HOUR, mailbox=BURST)}, {"PHONE_SHARED": -13.0}),
        ("a burst of a form without mail", FORM_OF_NAME_AND_NUMBER,
         {"phone": used(*BURST, HOUR, name=BURST)}, {"PHONE_SHARED": -13.0}),
        ("... one of its people for the third time", FORM_OF_NAME_AND_NUMBER,
         {"phone": used(22, 22, 22, HOUR, name=POISONED)}, {"PHONE_SHARED": -6.5}),
        ("a burst with one mailbox", LEAD, {"mailbox": used(*BURST, HOUR, phone=BURST, ip=BURST)},
         {"MAILBOX_SHARED": -13.0}),
        ("three a day with one number, for a week", ON_DEVICE,
         {"phone": used(0, 3, 20, 7 * DAY, mailbox=(0, 3, 20), name=(0, 3, 20))}, {"PHONE_SHARED": -13.0}),
        ("one person who sends fifty times within the hour", LEAD,
         {"phone": used(50, 50, 50, HOUR, mailbox=(1, 1, 1, "own")),
          "mailbox": used(50, 50, 50, HOUR, phone=(1, 1, 1, "own"))}, {"MAILBOX_SEEN_OFTEN": -6.0}),
        ("a farm's device, with a number that is older than it", ON_DEVICE,
         {"machine": FARM | {"phone": {"hour": 1, "day": 1, "month": 1, "known": True}},
          "phone": used(0, 0, 1, 9 * DAY, mailbox=ONCE)}, {"DEVICE_SEEN_OFTEN": -1.5}),
    ],
)  # fmt: skip
def test_who_carries_the_blame_for_a_contact(
    who: str, lead: Lead, facts: dict[str, Any], expected: dict[str, float]
) -> None:
    found = points(lead, **facts)
    assert {code: weight for code, weight in found.items() if weight} == expected, who


COUNT = st.integers(0, 10**5)


def windows(*names: str) -> st.SearchStrategy[dict[str, Any]]:
    """Counts in these windows, each of which holds the one before; without the zeros."""
    counts = st.lists(COUNT, min_size=len(names), max_size=len(names)).map(sorted)
    return counts.map(lambda counts: {name: n for name, n in zip(names, counts, strict=True) if n})


PARTNER = st.builds(
    lambda counts, known: counts | ({"known": True} if known and counts else {}),
    windows("hour", "day", "month"),
    st.booleans(),
)
KINDS = (
    "mailbox", "phone", "person", "device", "machine", "place", "ip", "network", "mail_domain", "block", "message",
    "message~0", "message~1", "text~0", "text~1", "body",
)  # fmt: skip
PARTNER_KINDS = ("mailbox", "phone", "ip", "vendor", "name", "machine", "first_word", "last_word", "network", "untyped")
IDENTITY = st.builds(
    lambda counts, since, ago, partners: counts | {"since": since, "ago": ago} | partners,
    windows("minutes", "hour", "day", "week", "month"),
    st.integers(0, 40 * DAY),
    st.integers(0, 40 * DAY),
    st.dictionaries(st.sampled_from(PARTNER_KINDS), PARTNER, max_size=4),
)
BESIDE = {"sent": st.integers(-(10**7), 10**7), "leads": COUNT, "staffed": st.booleans(), "typed": st.just(True)}
LATER = st.builds(
    lambda v, identities, beside: {"v": v, **identities, **beside},
    st.sampled_from([2, 3, 4, 5]),
    st.dictionaries(st.sampled_from(KINDS), IDENTITY, max_size=5),
    st.fixed_dictionaries({}, optional=BESIDE),
)
FIRST = st.builds(
    lambda identities: {"v": 1, **identities},
    st.dictionaries(
        st.sampled_from(["mailbox", "phone", "device", "ip", "lead", "form_token", "form_token+mailbox"]),
        windows("hour", "day", "month"),
    ),
)
LEADS = [Lead(), LEAD, ON_DEVICE, ON_LINE, Lead(phone="1", client=Client(device_id="d"))]


@given(FIRST | LATER, st.sampled_from(LEADS))
def test_any_facts_can_be_judged(facts: dict[str, Any], lead: Lead) -> None:
    found = velocity.judge(lead, facts)
    codes = [each.code for each in found]
    assert len(codes) == len(set(codes))
    assert set(codes) <= velocity.SIGNAL.reasons
    assert sum(code.startswith("DEVICE_") for code in codes) <= 1
    assert sum(CATALOGUE[code].one_of == "ip_often" for code in codes) <= 1
    if facts["v"] >= 5:
        assert sum(CATALOGUE[code].one_of in {"phone_often", "mailbox_often"} for code in codes) <= 1
    assert all(0 < each.scale <= 1 for each in found)
    assert all(0 <= value <= 12 for value in velocity.measure(lead, facts).values())


@given(
    st.integers(0, 60), st.integers(0, 60), st.integers(0, 200), st.integers(0, 6 * DAY),
    st.sampled_from(["pasted", "elsewhere"]), st.booleans(),
)  # fmt: skip
def test_more_strangers_on_a_device_never_weigh_less(
    strangers: int, more: int, before: int, since: int, manner: str, in_a_room: bool
) -> None:
    """Where it is no desk, for the first week: later, many partners for long are a hub's. Many leads are said instead
    where they weigh more.
    """

    def weight(strangers: int) -> float:
        all_of_them = (strangers, strangers, strangers + before)
        of_manner = {"untyped": all_of_them} if manner == "pasted" else {"network": (3, 3, 3 + before)}
        address = people(99, 99, 99, since=since, machine=(5, 5, 5) if in_a_room else (4, 4, 4))
        machine = people(*all_of_them, since=since, **of_manner)
        found = velocity.judge(ON_DEVICE, {"v": 4, "typed": True, "machine": machine, **at(address)})
        assert "DEVICE_AT_DESK" not in [each.code for each in found]
        return -sum(CATALOGUE[each.code].points * each.scale for each in found if each.code.startswith("DEVICE_"))

    assert 0 <= weight(strangers) <= weight(strangers + more) + 1e-9 <= 15 + 1e-9


@given(st.integers(1, 200), st.integers(0, 200), st.integers(0, 5 * DAY))
def test_more_strangers_at_a_desk_never_weigh_less(strangers: int, more: int, since: int) -> None:
    def scale(strangers: int) -> float:
        machine = people(1, strangers, strangers, since=since + 300 * 400)
        [found] = velocity.judge(ON_DEVICE, {"v": 4, "typed": True, "machine": machine})
        assert found.code == "DEVICE_AT_DESK"
        return found.scale

    assert 0 < scale(strangers) <= scale(strangers + more) <= 1


@given(st.integers(0, 200), st.integers(0, 200), st.integers(0, 300))
def test_more_strangers_on_a_line_never_weigh_less(strangers: int, more: int, others: int) -> None:
    """Of a line that is busy the address says more, and only one of the two is said."""

    def weight(strangers: int) -> float:
        machine = people(strangers, strangers, strangers, since=HOUR)
        address = people(1, strangers + others, strangers + others, since=HOUR)
        found = velocity.judge(ON_LINE, {"v": 4, "machine": machine, **at(address)})
        assert len(found) <= 1
        return -sum(CATALOGUE[each.code].points * each.scale for each in found)

    assert 0 <= weight(strangers) <= weight(strangers + more) + 1e-9


def test_facts_leave_out_the_zeros() -> None:
    tokens = dict.fromkeys(["mailbox", "form_token", "vendor", "machine", "place"], "00")
    partners = {
        "mailbox": Partners(0, 2, 2, known=True), "phone": Partners(0, 0, 0), "first_word": Partners(1, 2, 2),
        "last_word": Partners(0, 0, 1), "network": Partners(1, 1, 1, known=True), "untyped": Partners(),
    }  # fmt: skip
    seen = {
        "mailbox": Seen(),
        "vendor": Seen(0, 0, 2, 5, 7, first=NOW - 90_000, last=NOW - 7_200),
        "machine": Seen(0, 1, 2, 2, 2, NOW - 9_000, NOW - 600, partners),
        "place": Seen(1, 1, 1, 1, 1, NOW - 60, NOW - 60, {"phone": Partners(1, 1, 1, True), "untyped": Partners()}),
        "everyone": Seen(0, 0, 2, 5, 9, first=NOW - 90_000, last=NOW - 7_200),
        "browser": Seen(1, 1, 1, 1, 1, NOW - 60, NOW - 60),  # which is ``signals.cluster``'s
        "form_token": Seen(),
    }
    lead = structs.replace(ON_DEVICE, submitted_at="2026-11-23T09:30:00.000Z")
    subject = Subject(tenant="t", lead=lead, tokens=tokens, at=NOW + 0.5)
    assert velocity.from_counts(subject, PORTS, seen) == {
        "v": 6,
        "machine": {
            "hour": 1,
            "day": 2,
            "week": 2,
            "month": 2,
            "since": 9_000,
            "ago": 600,
            "mailbox": {"day": 2, "month": 2, "known": True},
            "first_word": {"hour": 1, "day": 2, "month": 2},
            "last_word": {"month": 1},
            "network": {"hour": 1, "day": 1, "month": 1, "known": True},
        },
        "place": {
            **dict.fromkeys(["minutes", "hour", "day", "week", "month"], 1),
            "since": 60,
            "ago": 60,
            "phone": {"hour": 1, "day": 1, "month": 1, "known": True},
        },
        "form_token": {"compared": ["mailbox"]},
        "typed": True,
        "leads": 7,
        "sent": 0,
    }


@pytest.mark.parametrize(
    ("ago", "is_duplicate"), [(60, True), (30 * DAY, True), (30 * DAY + 1, False), (32 * DAY, False)]
)
def test_a_duplicate_within_30_days_is_one_to_the_second(ago: int, is_duplicate: bool) -> None:
    """A month's count is longer, as it has steps; but agencies are asked for money by these 30 days."""
    before = Partners(0, 0, 1, known=True)
    partners = {"mailbox": {"phone": before}, "phone": {"mailbox": before}}
    lead = structs.replace(LEAD, source=Source(vendor="v"))
    for kinds in (("mailbox",), ("phone",), ("mailbox", "phone")):
        seen = {
            kind: Seen(0, 0, 0, 0, 1, NOW - ago, NOW - ago, partners[kind] | {"vendor": Partners(0, 0, 1)})
            for kind in kinds
        }
        facts = velocity.from_counts(Subject(tenant="t", lead=lead, at=float(NOW)), PORTS, seen)
        assert facts is not None
        codes = {each.code for each in velocity.judge(lead, facts)}
        assert codes == ({"LEAD_SEEN_BEFORE", "LEAD_SOLD_BEFORE"} if is_duplicate else set())


@pytest.mark.parametrize("text", ["text~0", "text~1"])
def test_a_text_that_the_vendors_form_fills_in_is_told_by_its_own_leads(text: str) -> None:
    eleven = Seen(0, 11, 11, 11, 11, NOW - HOUR, NOW - 600)
    subject = Subject(tenant="t", lead=ON_DEVICE, at=float(NOW))
    for seen, said in (
        ({"message": eleven, text: eleven, "vendor": eleven}, []),
        ({"message": eleven, text: Seen(), "vendor": eleven}, ["MESSAGE_SEEN_BEFORE"]),
    ):
        facts = velocity.from_counts(subject, PORTS, seen)
        assert facts is not None
        assert [each.code for each in velocity.judge(ON_DEVICE, facts)] == said


@pytest.mark.parametrize(
    ("who", "channel", "leads", "networks", "staffed"),
    [
        ("the first call", "call", 0, 0, True),
        ("a call centre of two hundred, in three rooms", "call", 5_000, 3, True),
        ("clerks at home", "call", 5_000, 180, True),
        ("a stand on a mobile line", "offline", 40, 9, True),
        ("a network for every lead", "call", 400, 380, False),
        ("a form on the web", "ppc", 400, 3, None),
        ("no channel given", None, 400, 3, None),
    ],
)
def test_a_desk_is_believed_where_its_leads_come_from_few_networks(
    who: str, channel: str | None, leads: int, networks: int, staffed: bool | None
) -> None:
    twelve = {"mailbox": Partners(12, 12, 12), "phone": Partners(12, 12, 12), "untyped": Partners(12, 12, 12),
              "first_word": Partners(12, 12, 12), "last_word": Partners(12, 12, 12), "network": Partners(1, 1, 1)
              }  # fmt: skip
    seen = {
        "machine": Seen(12, 12, 12, 12, 12, NOW - HOUR, NOW - 60, twelve),
        "network": Seen(12, 12, 12, 12, 12, NOW - HOUR, NOW - 60, {"mailbox": Partners(12, 12, 12)}),
        "place": Seen(12, 12, 12, 12, 12, NOW - HOUR, NOW - 60, {"mailbox": Partners(12, 12, 12)}),
        "phone": Seen(0, 0, 1, 1, 1, NOW - DAY, NOW - DAY),
    }
    if staffed is not None:
        seen["desk"] = Seen(0, 0, 0, 0, leads, NOW - DAY, NOW - 60, {"network": Partners(0, 0, networks)})
    lead = structs.replace(ON_DEVICE, source=Source(vendor="v", channel=channel))
    facts = velocity.from_counts(Subject(tenant="t", lead=lead, at=float(NOW)), PORTS, seen)
    assert facts is not None
    assert facts.get("staffed") is staffed, who
    of_the_browser = {"machine", "place", "network"}
    assert facts.keys() & of_the_browser == (set() if staffed else of_the_browser), who
    said = {each.code for each in velocity.judge(lead, facts)}
    channel_says = {True: {"CHANNEL_STAFFED"}, False: {"CHANNEL_CONTRADICTED"}, None: set()}[staffed]
    assert {code for code in said if code.startswith("CHANNEL_")} == channel_says, who
    assert ("DEVICE_SHARED_BRIEF" in said) is not staffed, who
    assert ("device_day" in velocity.measure(lead, facts)) is not staffed, who


def test_nothing_to_count_is_not_unknown() -> None:
    assert velocity.from_counts(Subject(tenant="t", lead=LEAD), PORTS, {}) is None


def counts(hour: int, day: int | None = None, month: int | None = None) -> dict[str, int]:
    day = hour if day is None else day
    month = day if month is None else month
    return {name: n for name, n in (("hour", hour), ("day", day), ("month", month)) if n}


def points_1(**seen: Mapping[str, int]) -> dict[str, float]:
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
def test_who_passes_in_records_of_version_1(who: str, seen: dict[str, Any], expected: dict[str, float]) -> None:
    assert points_1(**seen) == expected, who


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
def test_form_token_in_records_of_version_1(what: str, seen: dict[str, Any], reused: bool) -> None:
    assert ("FORM_TOKEN_REUSED" in points_1(**seen)) is reused, what


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
def test_a_message_that_others_brought_in_records_of_version_1(
    what: str, seen: dict[str, Any], expected: dict[str, float]
) -> None:
    assert points_1(**seen) == expected, what


def test_evidence_is_counts_and_the_window_that_decided_in_records_of_version_1() -> None:
    [found] = velocity.judge(LEAD, {"v": 1, "device": {"hour": 2, "day": 30, "month": 40}})
    assert found.evidence == {"window": "day", "hour": 2, "day": 30, "month": 40}


def identity(*leads: int, days: float = 0.0, **partners: tuple[int, ...]) -> dict[str, Any]:
    """Facts of one identity: leads in five windows, days since the first, partners in an hour, a day, 30 days."""
    facts: dict[str, Any] = dict(zip(("minutes", "hour", "day", "week", "month"), leads, strict=True))
    facts |= {"since": int(days * 86_400), "ago": 30}
    for kind, three in partners.items():
        facts[kind] = dict(zip(("hour", "day", "month"), three, strict=True))
    return facts


def points_2(**facts: Any) -> dict[str, float]:
    """Of facts of version 2 and of version 3, which are judged alike."""
    second, third = (velocity.judge(LEAD, {"v": v, **facts}) for v in (2, 3))
    assert second == third
    return {each.code: round(CATALOGUE[each.code].points * each.scale, 1) for each in third}


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
def test_whose_past_explains_it_in_records_of_versions_2_and_3(
    who: str, facts: dict[str, Any], expected: dict[str, float]
) -> None:
    assert points_2(**facts) == expected, who


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
    found = {each.code for each in velocity.judge(lead, {"v": 4, **facts})}
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
    assert ("FORM_TOKEN_REUSED" in points_2(form_token=token)) is reused, what
    assert ("FORM_TOKEN_REUSED" in points(LEAD, form_token=token)) is reused, what


@given(
    st.sampled_from(["mailbox", "phone", "device", "ip"]),
    st.tuples(st.integers(0, 10**6), st.integers(0, 10**6), st.integers(0, 10**6)),
    st.integers(0, 1000),
)
def test_more_leads_never_weigh_less_in_records_of_version_1(kind: str, more: tuple[int, int, int], extra: int) -> None:
    hour, day, month = more[0], sum(more[:2]), sum(more)
    scales = [
        sum(found.scale for found in velocity.judge(LEAD, {"v": 1, kind: counts(hour + n, day + n, month + n)}))
        for n in (0, extra)
    ]
    assert 0 <= scales[0] <= scales[1] <= 1


def read_token(scripted: bool = True, address: Any = "same", state: Any = "valid") -> ReadToken:
    token = FormToken(issued=NOW - 60.0, id="one", key="k", scripted=scripted) if state == "valid" else None
    return ReadToken(state=state, token=token, address=address)


@pytest.mark.parametrize(
    ("what", "read", "lead", "partners", "expected"),
    [
        ("a caller's own mark, for other people", None, ON_DEVICE, {}, {"FORM_TOKEN_REUSED": -30.0}),
        ("ours, fetched by a browser's script", read_token(), ON_DEVICE, {}, {"FORM_TOKEN_REUSED": -30.0}),
        ("ours, fetched by a server that keeps its page", read_token(scripted=False), ON_DEVICE, {},
         {"FORM_TOKEN_SHARED": -10.0}),
        ("forged", read_token(state="forged"), ON_DEVICE, {}, {"FORM_TOKEN_SHARED": -10.0}),
        ("of an older key", read_token(state="other_key"), ON_DEVICE, {}, {"FORM_TOKEN_SHARED": -10.0}),
        ("a double click, or a second form", read_token(), ON_DEVICE, {"mailbox": True, "phone": True}, {}),
        ("a corrected mail address", read_token(), ON_DEVICE, {"phone": True}, {}),
        ("a corrected phone", read_token(), ON_DEVICE, {"mailbox": True}, {}),
        ("a tablet at a fair, whose page stays open", read_token(),
         structs.replace(ON_DEVICE, source=Source(channel="offline")), {}, {}),
    ],
)  # fmt: skip
def test_a_token_that_came_before(
    what: str, read: ReadToken | None, lead: Lead, partners: dict[str, bool], expected: dict[str, float]
) -> None:
    tokens = dict.fromkeys(["mailbox", "phone", "form_token"], "00")
    subject = Subject(tenant="t", lead=lead, tokens=tokens, form_token=read, at=NOW + 0.5)
    counted = {kind: Partners(1, 1, 1, known=partners.get(kind, False)) for kind in ("mailbox", "phone")}
    seen = {"form_token": Seen(0, 1, 1, 1, 1, NOW - 600, NOW - 600, counted)}
    facts: Any = velocity.from_counts(subject, PORTS, seen)
    assert facts["v"] == (7 if read else 6)
    found = {each.code: round(CATALOGUE[each.code].points * each.scale, 1) for each in velocity.judge(lead, facts)}
    found.pop("CHANNEL_STAFFED", None)
    assert found == expected, what


def collected(
    people: int,
    at_home: int,
    away: int,
    *,
    networks: int | None = None,
    sent_there: int = 0,
    relay: bool = False,
    lead: Lead = ON_DEVICE,
) -> float:
    counted = {"network": Partners(*[people if networks is None else networks] * 3)}
    place = Seen(0, 0, 0, people, people, NOW - 5 * DAY, NOW - 9, counted) if people else Seen()
    source = at_home + away
    seen = {
        "token_place": place,
        "token_line": Seen(0, 0, 0, people + sent_there, people + sent_there, NOW - 5 * DAY, NOW - 9),
        "token_vendor": Seen(0, 0, 0, source, source, NOW - 20 * DAY, NOW - 9),
        "token_away": Seen(0, 0, 0, away, away, NOW - 20 * DAY, NOW - 9),
    }
    read = read_token(address="other")
    assert read.token
    read = structs.replace(read, token=structs.replace(read.token, relay=relay))
    subject = Subject(tenant="t", lead=lead, form_token=read, at=NOW + 0.5)
    facts: Any = velocity.from_counts(subject, PORTS, seen)
    found = [each for each in velocity.judge(lead, facts) if each.code == "FORM_TOKENS_COLLECTED"]
    assert len(found) <= 1
    return round(sum(CATALOGUE[each.code].points * each.scale for each in found), 1)


@pytest.mark.parametrize(
    ("what", "people", "at_home", "away", "expected"),
    [
        ("one telephone changed its network", 0, 900, 60, 0.0),
        ("a household, or a small firm's gateway", 10, 900, 60, 0.0),
        ("a farm's first two dozen", 24, 900, 80, -12.0),
        ("a farm", 90, 900, 150, -15.0),
        ("... as large as all the rest", 900, 900, 960, -15.0),
        ("a proxy before the service that nobody declared", 400, 0, 400, 0.0),
        ("a site whose people are at gateways", 400, 300, 700, 0.0),
        ("a site of this week", 90, 20, 92, 0.0),
    ],
)
def test_tokens_that_one_place_collects(what: str, people: int, at_home: int, away: int, expected: float) -> None:
    assert collected(people, at_home, away) == expected, what


@pytest.mark.parametrize(
    ("what", "place", "expected"),
    [
        ("a farm that sends a few of its forms itself", {"sent_there": 8}, -15.0),
        ("a fair whose visitors go home with the page open", {"sent_there": 45}, 0.0),
        ("... most of them", {"sent_there": 22}, -7.8),
        ("a carrier that chooses the gateway by the host that is called", {"networks": 6}, 0.0),
        ("a browser that saves data by its maker's proxy, which lists know", {"relay": True}, -4.5),
    ],
)
def test_who_fetches_tokens_at_one_place(what: str, place: dict[str, Any], expected: float) -> None:
    assert collected(90, 900, 150, **place) == expected, what


def test_a_call_centre_collects_no_tokens() -> None:
    assert collected(90, 900, 150, lead=structs.replace(ON_DEVICE, source=Source(channel="call"))) == 0.0
