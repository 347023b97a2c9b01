"""What a lead leaves out: people's forms and browsers pass, and whoever posts only what he has is told from them."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from fraudcheck.counting.windows import Partners, Seen
from fraudcheck.fields.given import FIELDS, lacking, unreadable
from fraudcheck.ports import Ports
from fraudcheck.ports.lists import Lists
from fraudcheck.reasons import CATALOGUE
from fraudcheck.records import Client, FieldWarning, Form, Lead, Source, Subject
from fraudcheck.signals import completeness

NOW = 1_795_426_200
PORTS = Ports(lists=Lists(), mail_routes=None, counters=None)
MINUTE, HOUR, DAY = 60, 3_600, 86_400
PHONE_ONLY = ("email", "name", "ip", "agent", "measures")
NO_SCRIPT = ("measures",)
NO_BROWSER = ("ip", "agent", "measures")
POSTED = Lead(phone="+84912840375")
WITH_BROWSER = Lead(phone="+84912840375", client=Client(ip="203.0.113.7", user_agent="x"))


def counts(hour: int, day: int, week: int, month: int, since: int) -> dict[str, Any]:
    return {"of": [hour, day, week, month], "since": since}


MONTH_OLD = counts(4, 90, 640, 2_700, 40 * DAY)
"""A vendor with ninety leads a day."""
BIG = counts(60, 1_000, 7_000, 30_000, 40 * DAY)
SMALL = counts(0, 3, 20, 85, 40 * DAY)
FIRST_HOUR = counts(300, 300, 300, 300, 3 * MINUTE)
NEVER = counts(0, 0, 0, 0, 0)


def since_then(lacks: dict[str, Any], source: dict[str, Any]) -> dict[str, Any]:
    """The source with the leads that lack something added to those that it has beside them."""
    of = [a + b for a, b in zip(source["of"], lacks["of"], strict=True)]
    return {"of": of, "since": source["since"] + (lacks["since"] if source is FIRST_HOUR else 0)}


def points(lead: Lead, lacks: dict[str, Any], source: dict[str, Any], names: tuple[str, ...], **more: Any) -> float:
    facts = {"v": 1, "source": source, "lacks": dict.fromkeys(names, lacks), **more}
    found = completeness.judge(lead, facts)
    assert {each.code for each in found} <= {"FIELDS_MISSING"}
    return round(sum(CATALOGUE[each.code].points * each.scale for each in found), 1)


@pytest.mark.parametrize(
    ("who", "lead", "names", "lacks", "source", "more", "at_worst"),
    [
        ("the first who blocks the script, in Poland", WITH_BROWSER, NO_SCRIPT, NEVER, MONTH_OLD, {}, -2.1),
        ("one in twelve in Brazil does, all month", WITH_BROWSER, NO_SCRIPT,
         counts(1, 8, 53, 225, 40 * DAY), MONTH_OLD, {}, 0.0),
        ("one in three does", WITH_BROWSER, NO_SCRIPT, counts(3, 30, 210, 900, 40 * DAY), MONTH_OLD, {}, 0.0),
        ("one in four does, on a new vendor's first day", WITH_BROWSER, NO_SCRIPT,
         counts(10, 50, 50, 50, 11 * HOUR), counts(40, 200, 200, 200, 12 * HOUR), {}, 0.0),
        ("one in three leaves the mailbox out, at a fair in Bangkok that began slowly", WITH_BROWSER, ("email",),
         counts(9, 51, 51, 51, 28_000), counts(25, 153, 153, 153, 52_000), {}, 0.0),
        ("one in ten leaves the mailbox out, in Nigeria", WITH_BROWSER, ("email",),
         counts(0, 9, 64, 270, 40 * DAY), MONTH_OLD, {}, 0.0),
        ("the first without a name in months, in India", WITH_BROWSER, ("name",), NEVER, MONTH_OLD, {}, -1.1),
        ("a quick contact: a number and nothing else, once", POSTED, PHONE_ONLY, NEVER, MONTH_OLD, {}, -7.7),
        ("a vendor that has brought phones only for a month", POSTED, PHONE_ONLY,
         counts(4, 90, 640, 2_690, 40 * DAY), MONTH_OLD, {}, 0.0),
        ("a vendor's second form, for quick contacts, on its second day", WITH_BROWSER, ("email", "name"),
         counts(6, 40, 60, 60, 30 * HOUR), since_then(counts(6, 40, 60, 60, 0), MONTH_OLD), {}, -1.8),
        ("... after four days", WITH_BROWSER, ("email", "name"),
         counts(6, 40, 200, 200, 5 * DAY), since_then(counts(6, 40, 200, 200, 0), MONTH_OLD), {}, 0.0),
        ("a landing page without script, as large as the first form", WITH_BROWSER, NO_SCRIPT,
         counts(10, 80, 80, 80, 20 * HOUR), since_then(counts(10, 80, 80, 80, 0), MONTH_OLD), {}, -2.1),
        ("a relaunch lost the script: nobody carries it now", WITH_BROWSER, NO_SCRIPT,
         counts(20, 60, 60, 60, 4 * HOUR), counts(20, 90, 640, 2_700, 40 * DAY), {}, -2.1),
        ("an import in Egypt under a campaign of its own", POSTED, NO_BROWSER,
         counts(120, 120, 120, 120, MINUTE), since_then(counts(120, 120, 120, 120, 0), MONTH_OLD),
         {"form": counts(120, 120, 120, 120, MINUTE), "alike": counts(120, 120, 120, 120, MINUTE)}, 0.0),
        ("an integration of a new page, on the first morning of both", POSTED, PHONE_ONLY,
         counts(90, 90, 90, 90, MINUTE), since_then(counts(90, 90, 90, 90, MINUTE), FIRST_HOUR),
         {"form": counts(90, 90, 90, 90, MINUTE), "alike": counts(90, 90, 90, 90, MINUTE)}, 0.0),
        ("a small vendor in Thailand that begins to send by itself", POSTED, NO_BROWSER,
         counts(3, 5, 5, 5, 8 * HOUR), since_then(counts(3, 5, 5, 5, 0), SMALL), {}, -3.8),
    ],
)  # fmt: skip
def test_people_who_leave_something_out(
    who: str, lead: Lead, names: tuple[str, ...], lacks: Any, source: Any, more: dict[str, Any], at_worst: float
) -> None:
    """With a prior of 9.5 decibans, and one for a good number, all of these are accepted."""
    found = points(lead, lacks, source, names, **more)
    assert found == at_worst, who
    assert 9.5 + 1.0 + found >= 2.0


@pytest.mark.parametrize(
    ("who", "lead", "names", "number", "within", "source", "more", "at_least"),
    [
        ("phones only, four hundred in the hour", POSTED, PHONE_ONLY, 400, HOUR, MONTH_OLD, {}, -15.0),
        ("... the fortieth", POSTED, PHONE_ONLY, 40, 400, MONTH_OLD, {}, -15.0),
        ("... at a large vendor", POSTED, PHONE_ONLY, 400, HOUR, BIG, {}, -12.0),
        ("names that fit, without form and browser", POSTED, NO_BROWSER, 60, HOUR, MONTH_OLD, {}, -14.0),
        ("three hundred whole leads, and then these, at once", POSTED, PHONE_ONLY, 30, 20, FIRST_HOUR, {}, -15.0),
        ("... four hundred", POSTED, NO_BROWSER, 400, 4 * MINUTE, FIRST_HOUR, {}, -15.0),
        ("all is there but the form's measures", WITH_BROWSER, NO_SCRIPT, 150, HOUR, MONTH_OLD, {}, -15.0),
        ("the script's token and the mailbox", WITH_BROWSER, ("email", "token"), 150, HOUR, MONTH_OLD, {}, -15.0),
        ("at one page of a vendor whose other page has no script", WITH_BROWSER, NO_SCRIPT, 60, HOUR,
         counts(4, 90, 640, 2_700, 40 * DAY),
         {"form": counts(64, 150, 500, 2_000, 40 * DAY), "alike": counts(60, 60, 60, 60, HOUR)}, -15.0),
        ("under a campaign of its own, a flood", POSTED, PHONE_ONLY, 4_000, HOUR, MONTH_OLD,
         {"form": counts(4_000, 4_000, 4_000, 4_000, HOUR), "alike": counts(4_000, 4_000, 4_000, 4_000, HOUR)}, -15.0),
        ("under ever other campaigns", POSTED, PHONE_ONLY, 200, HOUR, MONTH_OLD,
         {"form": NEVER, "alike": NEVER}, -15.0),
    ],
)  # fmt: skip
def test_who_posts_only_what_he_has(
    who: str,
    lead: Lead,
    names: tuple[str, ...],
    number: int,
    within: int,
    source: Any,
    more: dict[str, Any],
    at_least: float,
) -> None:
    lacks = counts(number, number, number, number, within)
    assert points(lead, lacks, since_then(lacks, source), names, **more) <= at_least, who


@pytest.mark.parametrize(
    ("who", "unread", "source", "expected"),
    [
        ("the first lead with a form of a wrong type", NEVER, MONTH_OLD, -3.5),
        ("the thirtieth of a burst", counts(30, 30, 30, 30, HOUR), MONTH_OLD, -7.5),
        ("the fiftieth", counts(50, 50, 50, 50, HOUR), MONTH_OLD, -10.0),
        ("an integration that has never been readable", counts(4, 90, 640, 2_690, 40 * DAY), MONTH_OLD, 0.0),
        ("one lead in ten has an address that is a list, all month", counts(0, 9, 64, 270, 40 * DAY), MONTH_OLD, 0.0),
        ("a vendor's first leads", counts(3, 3, 3, 3, HOUR), counts(20, 20, 20, 20, HOUR), 0.0),
        ("an integration that broke this morning, for all", counts(8, 30, 30, 30, 5 * HOUR),
         counts(8, 90, 640, 2_700, 40 * DAY), -3.5),
    ],
)  # fmt: skip
def test_fields_that_cannot_be_read(who: str, unread: Any, source: Any, expected: float) -> None:
    facts: dict[str, Any] = {"v": 1, "source": source, "unread": unread, "fields": ["form"]}
    found = completeness.judge(POSTED, facts)
    assert round(sum(CATALOGUE[each.code].points * each.scale for each in found), 1) == expected, who
    if found:
        [said] = found
        assert said.code == "FIELDS_UNREADABLE"
        assert said.evidence["fields"] == ["form"]


def test_the_evidence_names_the_fields_and_how_many_leads_carry_them() -> None:
    facts = {"v": 1, "source": MONTH_OLD, "lacks": {"email": counts(0, 9, 64, 270, 40 * DAY), "ip": NEVER}}
    [said] = completeness.judge(POSTED, facts)
    assert said.evidence == {"fields": ["ip"], "carried_by": {"ip": 1.0}}


def test_facts_are_kept_of_what_the_source_carries() -> None:
    lead = Lead(phone="+84912840375", source=Source(vendor="acme"), form=Form(fill_seconds=30.0))
    subject = Subject(tenant="t", lead=lead, lacks=("email", "name", "ip"), unread=("client",), at=NOW + 0.5)
    seen = {
        "vendor": Seen(5, 5, 90, 640, 700, NOW - 40 * DAY, NOW - 9),
        "no_email": Seen(0, 0, 0, 1, 1, NOW - 4 * DAY, NOW - 4 * DAY),
        "no_name": Seen(5, 5, 89, 630, 690, NOW - 40 * DAY, NOW - 9),
        "no_ip": Seen(),
        "unread": Seen(),
        "form": Seen(1, 1, 2, 2, 2, NOW - 2 * DAY, NOW - 9),
        "form_lacks": Seen(),
    }
    source = {"of": [5, 90, 640, 700], "since": 40 * DAY}
    assert completeness.from_counts(subject, PORTS, seen) == {
        "v": 1,
        "source": source,
        "lacks": {"email": {"of": [0, 0, 1, 1], "since": 4 * DAY}, "ip": NEVER},
        "form": {"of": [1, 2, 2, 2], "since": 2 * DAY},
        "alike": NEVER,
        "unread": NEVER,
        "fields": ["client"],
    }
    assert completeness.from_counts(Subject(tenant="t", lead=lead, at=NOW), PORTS, seen) is None
    assert completeness.from_counts(subject, PORTS, {"vendor": Seen(1, 1, 1, 1, 29, NOW - DAY, NOW)}) is None


def test_a_call_centres_browser_is_not_missed() -> None:
    lead = Lead(phone="+84912840375", source=Source(vendor="acme", channel="call"))
    subject = Subject(tenant="t", lead=lead, lacks=("name", "ip", "agent", "device", "measures", "token"), at=NOW)
    seen = {"vendor": Seen(5, 5, 90, 640, 700, NOW - 40 * DAY, NOW - 9), "desk": Seen(
        0, 2, 2, 2, 2, NOW - HOUR, NOW - 9, {"network": Partners()})}  # fmt: skip
    facts = completeness.from_counts(subject, PORTS, seen)
    assert facts is not None
    assert list(facts["lacks"]) == ["name"]


@pytest.mark.parametrize(
    ("lead", "expected"),
    [
        (Lead(phone="1"), ("email", "name", "ip", "agent", "device", "measures", "token")),
        (Lead(email="a", last_name="E", client=Client(user_agent="")),
         ("phone", "ip", "agent", "device", "measures", "token")),
        (Lead(email="a", phone="1", name="x", client=Client(ip="::1", user_agent="x", device_id="d"),
              form=Form(keystrokes=0, token="t")), ()),
        (Lead(email="a", phone="1", name="x", client=Client(ip="::1", user_agent=" ", device_id="d"),
              form=Form(pastes=0, pointer_events=1, token="t")), ("agent", "measures")),
        (Lead(email="a", phone="1", name="x", client=Client(ip="::1", user_agent="x", device_id="d"),
              form=Form(pointer_events=1, seconds_on_page=9.0, token_seconds=8.7, token="t")), ()),
        (Lead(email="a", phone="1", name="x", form=Form(honeypot="x", webdriver=False)),
         ("ip", "agent", "device", "measures", "token")),
    ],
)  # fmt: skip
def test_what_a_lead_lacks(lead: Lead, expected: tuple[str, ...]) -> None:
    assert lacking(lead) == expected


def test_what_of_a_lead_is_unreadable() -> None:
    names = ["form.pastes", "client", "submitted_at", "country", "source.price.amount", "email"]
    assert unreadable([FieldWarning(field=name, problem="x") for name in names]) == ("client", "email", "form.pastes")


COUNTS = st.lists(st.integers(0, 10**5), min_size=4, max_size=4).map(sorted)
LACKING = st.builds(lambda of, since: {"of": of, "since": since}, COUNTS, st.integers(0, 60 * DAY))
FACTS = st.builds(
    lambda more: {"v": 1, **more},
    st.fixed_dictionaries(
        {"source": LACKING},
        optional={
            "lacks": st.dictionaries(st.sampled_from(FIELDS), LACKING),
            "form": LACKING,
            "alike": LACKING,
        },
    ).filter(lambda facts: ("form" in facts) == ("alike" in facts))
    | st.fixed_dictionaries({"source": LACKING, "unread": LACKING, "fields": st.just(["form"])}),
)


@given(FACTS, st.sampled_from([POSTED, WITH_BROWSER]))
def test_any_facts_can_be_judged(facts: dict[str, Any], lead: Lead) -> None:
    assert all(0 < each.scale <= 1 for each in completeness.judge(lead, facts))


WEEK = 7 * DAY
ESTABLISHED = counts(5, 100, 700, 3_000, 40 * DAY)
YOUNG = counts(1, 8, 40, 60, 10 * DAY)


def tokens(without: dict[str, Any], source: dict[str, Any], form: Any = None, form_without: Any = None) -> float:
    facts: dict[str, Any] = {"v": 2, "source": source, "no_token": without}
    if form is not None:
        facts |= {"form": form, "form_no_token": form_without}
    found = completeness.judge(WITH_BROWSER, facts)
    assert {each.code for each in found} <= {"FORM_TOKEN_MISSING"}
    return round(sum(CATALOGUE[each.code].points * each.scale for each in found), 1)


@pytest.mark.parametrize(
    ("who", "without", "source", "form", "form_without", "expected"),
    [
        ("the first who blocks scripts, at a young site", NEVER, YOUNG, None, None, -11.0),
        ("... the second within an hour", counts(1, 1, 1, 1, HOUR), YOUNG, None, None, -11.0),
        ("... at a site of this week", NEVER, counts(1, 20, 60, 60, 5 * DAY), None, None, 0.0),
        ("one in twelve does, all month", counts(0, 8, 58, 250, 40 * DAY), ESTABLISHED, None, None, -7.8),
        ("one in five does", counts(1, 20, 140, 600, 40 * DAY), ESTABLISHED, None, None, -4.0),
        ("one in four does", counts(1, 25, 175, 750, 40 * DAY), ESTABLISHED, None, None, 0.0),
        ("a vendor that never had the script", ESTABLISHED, ESTABLISHED, None, None, 0.0),
        ("... but for a try of twenty leads", counts(5, 100, 690, 2_980, 40 * DAY), ESTABLISHED, None, None, 0.0),
        ("half are telephone calls", counts(3, 50, 350, 1_500, 40 * DAY), ESTABLISHED, None, None, 0.0),
        ("a vendor that put the script in a week ago", counts(0, 3, 20, 2_300, 40 * DAY), ESTABLISHED, None, None, 0.0),
        ("one that took it out yesterday", counts(5, 100, 105, 110, 40 * DAY), ESTABLISHED, None, None, 0.0),
        ("... four days ago", counts(5, 100, 420, 430, 4 * DAY), ESTABLISHED, None, None, 0.0),
        ("... an hour ago, at a large one", counts(60, 60, 60, 60, HOUR), counts(60, 3_000, 21_000, 90_000, 40 * DAY),
         None, None, -7.5),
        ("a second form without it, since four days", counts(4, 80, 320, 320, 4 * DAY),
         counts(9, 180, 1_020, 3_320, 40 * DAY), None, None, 0.0),
        ("a page that never had it", counts(2, 40, 280, 300, 40 * DAY), ESTABLISHED,
         counts(2, 40, 280, 300, 40 * DAY), counts(2, 40, 280, 300, 40 * DAY), 0.0),
        ("the fourth lead of a new page without it", counts(0, 3, 3, 3, HOUR), ESTABLISHED,
         counts(0, 3, 3, 3, HOUR), counts(0, 3, 3, 3, HOUR), 0.0),
        ("the first lead of a new page without it", NEVER, ESTABLISHED, NEVER, NEVER, -5.5),
        ("an import of a hundred and twenty, under a campaign of its own", counts(120, 120, 120, 120, MINUTE),
         since_then(counts(120, 120, 120, 120, MINUTE), ESTABLISHED),
         counts(120, 120, 120, 120, MINUTE), counts(120, 120, 120, 120, MINUTE), 0.0),
        ("a new page without it, as large as all the others on its first day", counts(15, 100, 100, 100, 20 * HOUR),
         since_then(counts(15, 100, 100, 100, 20 * HOUR), ESTABLISHED),
         counts(15, 100, 100, 100, 20 * HOUR), counts(15, 100, 100, 100, 20 * HOUR), 0.0),
        ("a busy day of those who block scripts", counts(1, 5, 20, 70, 40 * DAY), ESTABLISHED, None, None, -11.0),
        ("a newspaper for those who block scripts wrote of it", counts(2, 14, 60, 250, 40 * DAY), ESTABLISHED,
         None, None, -7.9),
        ("a page where one in ten blocks scripts", counts(0, 4, 30, 60, 40 * DAY), ESTABLISHED,
         counts(1, 20, 150, 600, 40 * DAY), counts(0, 2, 15, 60, 40 * DAY), -7.0),
    ],
)  # fmt: skip
def test_people_without_the_forms_script(
    who: str, without: Any, source: Any, form: Any, form_without: Any, expected: float
) -> None:
    """All of these are accepted with good contacts: a prior of 9.5 decibans, and 5 for mailbox, phone and name."""
    found = tokens(without, source, form, form_without)
    assert found == expected, who
    assert 9.5 + 5.0 + found >= 2.0


@pytest.mark.parametrize(
    ("who", "number", "within", "source", "at_least"),
    [
        ("one, where one in a thousand has none", 0, HOUR, ESTABLISHED, -11.0),
        ("the third within an hour, at a young site", 2, HOUR, YOUNG, -13.0),
        ("... the fourth", 3, HOUR, YOUNG, -15.0),
        ("... the fortieth", 39, HOUR, YOUNG, -15.0),
        ("the fourth today", 3, DAY, YOUNG, -13.0),
        ("the tenth today, one every two hours", 9, 18 * HOUR, YOUNG, -15.0),
        ("the fifth within an hour, at a larger one", 4, HOUR, ESTABLISHED, -15.0),
        ("the tenth today", 9, DAY, ESTABLISHED, -15.0),
        ("the thirtieth within an hour, of a thousand a day", 30, HOUR, BIG, -15.0),
        ("the hundredth today", 100, HOUR, ESTABLISHED, -15.0),
        ("a flood of a thousand today", 1_000, HOUR, ESTABLISHED, -15.0),
        ("two thousand within five days", 2_000, 5 * DAY, ESTABLISHED, -15.0),
        ("three hundred today, at a young site", 300, HOUR, YOUNG, -11.0),
    ],
)
def test_who_posts_without_the_forms_script(who: str, number: int, within: int, source: Any, at_least: float) -> None:
    of = [number if within <= span else number * span // within for span in (HOUR, DAY, WEEK)]
    without = counts(*of, number, within)
    assert tokens(without, since_then(without, source)) <= at_least, who


@pytest.mark.parametrize("a_month", [20, 100, 3_000])
@pytest.mark.parametrize("share", [0.5, 1.0])
@pytest.mark.parametrize("within", [MINUTE, 12 * HOUR, 3 * DAY, 6 * DAY])
def test_leads_with_tokens_in_a_vendors_name_make_them_no_duty_of_its_own(
    a_month: int, share: float, within: int
) -> None:
    """Anyone can fetch tokens by the site key in a vendor's page, and send a flood in its name."""
    own = [a_month // 720, a_month // 30, a_month // 4, a_month]
    without = counts(*[int(count * share) for count in own], 40 * DAY)
    number = 20 * a_month
    flood = counts(
        *[number if within <= span else number * span // within for span in (HOUR, DAY, WEEK)], number, within
    )
    source = since_then(flood, counts(*own, 40 * DAY))
    assert tokens(without, source) == 0.0


@pytest.mark.parametrize(
    ("who", "number", "source", "form", "form_without", "at_least"),
    [
        ("ever another page", 5, YOUNG, NEVER, NEVER, -15.0),
        ("... the second", 1, YOUNG, NEVER, NEVER, -5.5),
        ("a page of ten leads, nine of which had a token", 5, YOUNG, counts(5, 8, 10, 15, 3 * DAY),
         counts(5, 5, 5, 6, HOUR), -15.0),
        ("... by now most have none", 40, YOUNG, counts(40, 43, 45, 49, 3 * DAY), counts(40, 40, 40, 40, HOUR), -11.0),
        ("one page of its own, a flood", 3_000, ESTABLISHED, counts(3_000, 3_000, 3_000, 3_000, HOUR),
         counts(3_000, 3_000, 3_000, 3_000, HOUR), -15.0),
    ],
)  # fmt: skip
def test_who_posts_from_pages_of_its_own(
    who: str, number: int, source: Any, form: Any, form_without: Any, at_least: float
) -> None:
    without = counts(number, number, number, number, HOUR)
    assert tokens(without, since_then(without, source), form, form_without) <= at_least, who


def test_what_is_away_with_the_token_is_said_once() -> None:
    flood = counts(60, 60, 60, 60, HOUR)
    source = since_then(flood, ESTABLISHED)
    facts: dict[str, Any] = {"v": 2, "source": source, "no_token": flood, "lacks": {"measures": flood, "token": flood}}
    [said] = completeness.judge(WITH_BROWSER, facts)
    assert said.code == "FORM_TOKEN_MISSING"
    assert said.evidence == {"carried_by": 0.98}
    both = completeness.judge(POSTED, {**facts, "lacks": {**facts["lacks"], "ip": flood}})
    assert [each.code for each in both] == ["FORM_TOKEN_MISSING", "FIELDS_MISSING"]
    assert both[1].evidence["fields"] == ["ip"]
    before = {name: value for name, value in facts.items() if name != "no_token"} | {"v": 1}
    assert [each.code for each in completeness.judge(WITH_BROWSER, before)] == ["FIELDS_MISSING"]


def test_facts_are_kept_of_tokens_where_the_source_carries_them() -> None:
    subject = Subject(tenant="t", lead=POSTED, at=NOW)
    seen = {
        "no_vendor": Seen(1, 5, 100, 700, 3_000, NOW - 40 * DAY, NOW - 9),
        "no_form_token": Seen(0, 0, 1, 4, 20, NOW - 30 * DAY, NOW - 900),
        "form": Seen(1, 1, 2, 2, 2, NOW - 2 * DAY, NOW - 9),
        "form_no_token": Seen(),
    }
    assert completeness.from_counts(subject, PORTS, seen) == {
        "v": 2,
        "source": {"of": [5, 100, 700, 3_000], "since": 40 * DAY},
        "no_token": {"of": [0, 1, 4, 20], "since": 30 * DAY},
        "form": {"of": [1, 2, 2, 2], "since": 2 * DAY},
        "form_no_token": NEVER,
    }
    called = Subject(tenant="t", lead=Lead(phone="1", source=Source(channel="call")), at=NOW)
    assert completeness.from_counts(called, PORTS, seen) is None
    assert completeness.from_counts(subject, PORTS, {**seen, "no_form_token": seen["no_vendor"]}) is None


@given(LACKING, LACKING, LACKING, LACKING)
def test_any_counts_of_tokens_can_be_judged(source: Any, without: Any, form: Any, form_without: Any) -> None:
    facts: dict[str, Any] = {
        "v": 2, "source": source, "no_token": without, "form": form, "form_no_token": form_without
    }  # fmt: skip
    assert all(0 < each.scale <= 1 for each in completeness.judge(POSTED, facts))
