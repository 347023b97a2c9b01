"""Which conversions of a lead may be told, by the lead's verdict, outcomes and times."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as some

from fraudcheck.ports.exports import Export, LeadExports
from fraudcheck.records import Click, Contact, Enquiry, Price, format_utc
from fraudcheck.report import google_file, meta_file
from fraudcheck.report.conversions import (
    CAUSES,
    Asked,
    Conversion,
    LeftOut,
    Waiting,
    adjustments,
    export_of,
    lead_conversions,
    unverified,
)
from tests.report.leads_to_tell import GCLID, NOW, kept, told

GOOGLE, META = Asked(platform="google"), Asked(platform="meta")
SILENT = Contact(type="quick", status="unqualified")


def read(lead, outcomes=(), asked=GOOGLE, exports=(), now=NOW):
    state = LeadExports(lead="first", outcomes=outcomes, exports=exports)
    return list(lead_conversions(lead, state, asked, now))


def events(lead, outcomes=(), asked=GOOGLE, **more):
    return {one.event: one for one in read(lead, outcomes, asked, **more) if isinstance(one, Conversion)}


def causes(lead, outcomes=(), asked=GOOGLE, **more):
    return [one.cause for one in read(lead, outcomes, asked, **more) if isinstance(one, LeftOut)]


@pytest.mark.parametrize(
    ("verdict", "outcomes", "cause"),
    [
        pytest.param({}, [], None, id="accepted with a working channel"),
        pytest.param({"contact": SILENT}, [told("contacted")], None, id="an outcome proves a person"),
        pytest.param({"contact": SILENT}, [], "unverified", id="nothing verifies it"),
        pytest.param({"contact": SILENT}, [told("returned", reason="no_answer")], "unverified", id="nobody answers"),
        pytest.param({"decision": "review"}, [told("qualified")], None, id="in review, and qualified"),
        pytest.param({"decision": "review"}, [], "review", id="in review, though a channel works"),
        pytest.param({"decision": "review"}, [told("reviewed_genuine")], None, id="in review, and found genuine"),
        pytest.param({"contact": SILENT}, [told("reviewed_genuine")], "unverified", id="an opinion verifies nothing"),
        pytest.param({}, [told("reviewed_fake")], "fake", id="reviewed as fake"),
        pytest.param({}, [told("reviewed_fake"), told("qualified")], None, id="reviewed as fake, and qualified"),
        pytest.param({"decision": "reject"}, [told("converted")], "rejected", id="rejected"),
        pytest.param({"classification": "test"}, [told("converted")], "test", id="a platform's test"),
        pytest.param({"classification": "duplicate"}, [told("contacted")], "duplicate", id="a duplicate"),
        pytest.param({}, [told("contacted"), told("returned", reason="obviously_fake")], "fake", id="proved fake"),
        pytest.param({}, [told("converted"), told("returned", reason="invalid_phone")], None, id="who bought is real"),
        pytest.param({"enquiry": Enquiry(kind="job")}, [told("contacted")], "not_sales", id="looks for work"),
        pytest.param({"enquiry": Enquiry(kind="spam")}, [], "not_sales", id="spam"),
        *[
            pytest.param({"enquiry": Enquiry(kind=kind)}, [told(event)], None, id=f"guessed as {kind}, told {event}")
            for kind in ("customer_service", "personal", "spam", "solicitation", "of a later version")
            for event in ("qualified", "converted")
        ],
        pytest.param({"enquiry": Enquiry(kind="solicitation")}, [told("contacted")], "not_sales", id="only reached"),
        pytest.param(
            {"enquiry": Enquiry(kind="spam"), "decision": "reject"}, [told("converted")], "rejected", id="rejected spam"
        ),
        pytest.param({"enquiry": Enquiry(kind="unclear")}, [], None, id="unclear what is asked"),
        pytest.param({"enquiry": Enquiry(kind="none")}, [], None, id="no text"),
        pytest.param({"enquiry": Enquiry()}, [], None, id="nobody looked"),
        pytest.param({"extra": {"ad_user_data": "denied"}}, [told("converted")], "consent", id="consent denied"),
        pytest.param({"extra": {"ad_user_data": False}}, [], "consent", id="consent denied by a tick box"),
        pytest.param({"extra": {"ad_user_data": "granted"}}, [], None, id="consent granted"),
    ],
)
def test_who_is_verified(verdict, outcomes, cause):
    assert unverified(kept(**verdict), outcomes) == cause
    assert cause is None or cause in CAUSES


def test_who_is_erased_is_not_told():
    lead = kept()
    erased = type(lead)(
        tenant="default",
        check_id=lead.check_id,
        lead=None,
        facts={},
        verdict=lead.verdict,
        tokens={},
        erased=True,
    )
    assert causes(erased, [told("converted")]) == ["erased"]


def test_a_record_from_before_enquiries_and_contacts_is_verified_by_its_outcomes_alone():
    lead = kept()
    for part in ("enquiry", "contact", "quality"):
        del lead.verdict[part]
    assert unverified(lead, []) == "unverified"
    assert unverified(lead, [told("contacted")]) is None


def test_each_event_once_at_its_first_time_with_the_last_value_told():
    outcomes = [
        told("converted", at="2026-11-27T00:00:00.000Z", amount="10"),
        told("converted", at="2026-11-26T00:00:00.000Z", amount="20", buyer="b"),
        told("converted", at="2026-11-28T00:00:00.000Z", buyer="c"),
        told("returned", reason="did_not_convert"),
    ]
    found = events(kept(click=GCLID), outcomes)
    assert list(found) == ["form", "converted"]
    assert (format_utc(found["form"].at), found["form"].value) == ("2026-11-25T10:00:00.000Z", None)
    assert found["converted"].value == Price(amount="20", currency="EUR")
    assert format_utc(found["converted"].at) == "2026-11-26T00:00:00.000Z"


def test_a_value_of_the_table_counts_where_the_outcome_tells_none():
    table = {"contacted": Price(amount="5", currency="EUR"), "converted": Price(amount="9", currency="EUR")}
    asked = Asked(
        platform="google", values=table, names={"converted": "Sale"}, events=frozenset({"contacted", "converted"})
    )
    found = events(kept(), [told("contacted"), told("converted", amount="700")], asked)
    assert {name: (one.name, one.value.amount) for name, one in found.items()} == {
        "contacted": ("contacted", "5"),
        "converted": ("Sale", "700"),
    }


@pytest.mark.parametrize(
    ("click", "by", "identifier", "click_id", "hashes"),
    [
        (GCLID, "both", "gclid", GCLID.gclid, 2),
        (GCLID, "click", "gclid", GCLID.gclid, 0),
        (GCLID, "hash", "hash", None, 2),
        (Click(gclid="null", gbraid="0AAAAA-made_up"), "both", "gbraid", "0AAAAA-made_up", 0),
        (Click(wbraid="Cj8KDAi-made_up", gbraid="null"), "both", "wbraid", "Cj8KDAi-made_up", 0),
        (Click(gclid=GCLID.gclid, wbraid="Cj8KDAi-made_up"), "both", "gclid", GCLID.gclid, 2),
        (Click(fbclid="IwAR0-made_up"), "both", "hash", None, 2),
    ],
)
def test_google_knows_a_lead_by_one_click_or_by_hashes(click, by, identifier, click_id, hashes):
    one = events(kept(click=click), asked=Asked(platform="google", by=by))["form"]
    assert (one.identifier, one.click_id) == (identifier, click_id)
    assert len([text for text in (one.email, one.phone) if text]) == hashes


@pytest.mark.parametrize(
    ("click", "by", "identifier"),
    [
        (Click(lead_id="l:123456789012345", fbclid="IwAR0-made_up"), "both", "lead_id"),
        (Click(fbclid="IwAR0-made_up"), "click", "fbc"),
        (Click(fbclid="IwAR0-made_up"), "hash", "hash"),
        (GCLID, "both", "hash"),
    ],
)
def test_meta_knows_a_lead_by_its_id_or_click_or_hashes(click, by, identifier):
    assert events(kept(click=click), asked=Asked(platform="meta", by=by))["form"].identifier == identifier


@pytest.mark.parametrize("asked", [Asked(platform="google", by="click"), Asked(platform="meta", by="click")])
def test_who_cannot_be_known_is_left_out(asked):
    assert causes(kept(), asked=asked) == ["unidentified"]
    assert causes(kept(email=None, phone=None, click=Click(gclid="(not set)")), asked=GOOGLE) == ["unidentified"]


def days(number, at="2026-11-29T12:00:00.000Z"):
    return format_utc(NOW - timedelta(days=number))


@pytest.mark.parametrize(
    ("age", "click", "found"),
    [
        (62, GCLID, ("gclid", 2)),
        (64, GCLID, ("gclid", 0)),
        (64, Click(), "click_too_old"),
        (62, Click(), ("hash", 2)),
        (91, GCLID, "click_too_old"),
        (91, Click(wbraid="Cj8KDAi-made_up"), "click_too_old"),
    ],
)
def test_google_takes_no_old_clicks(age, click, found):
    (one,) = read(kept(at=days(age), click=click))
    if isinstance(one, LeftOut):
        assert one.cause == found
    else:
        assert (one.identifier, sum(map(bool, (one.email, one.phone)))) == found


@pytest.mark.parametrize(
    ("lead", "outcome", "cause"),
    [(6, 6, None), (8, 6, None), (27, 1, None), (8, 7, "event_too_old"), (30, 1, "stage_too_late")],
)
def test_meta_takes_no_old_events_and_no_late_stages(lead, outcome, cause):
    found = read(
        kept(at=days(lead)),
        [told("converted", at=days(outcome))],
        Asked(platform="meta", events=frozenset(["converted"])),
    )
    assert [getattr(one, "cause", None) for one in found] == [cause]


@pytest.mark.parametrize("order", [1, -1])
def test_a_time_before_the_form_is_put_right_by_another(order):
    times = ["2020-01-01T00:00:00.000Z", "2026-11-25T12:00:00.000Z", "2026-11-25T11:00:00.000Z"]
    asked = Asked(platform="google", events=frozenset(["converted"]))
    (found,) = read(kept(at="2026-11-25T10:00:00.000Z"), [told("converted", at=at) for at in times[::order]], asked)
    assert found.at == datetime(2026, 11, 25, 11, tzinfo=UTC)


@pytest.mark.parametrize(
    ("at", "cause"),
    [
        ("2026-11-25T09:59:59.000Z", "before_lead"),
        ("2026-11-24T00:00:00.000Z", "before_lead"),
        ("2026-11-30T00:00:00.000Z", "future"),
        ("2026-11-25T00:00:00.000Z", None),  # a day: that of the form
        ("2026-11-25T10:00:00.000Z", None),
    ],
)
def test_an_event_is_not_before_its_lead_nor_in_the_future(at, cause):
    (_, one) = read(kept(), [told("contacted", at=at)])
    assert getattr(one, "cause", None) == cause
    assert isinstance(one, LeftOut) or one.at >= one.formed_at


@pytest.mark.parametrize(
    ("asked", "said", "expected"),
    [
        (None, {"ad_user_data": "granted"}, (None, None)),
        ("extra", {"ad_user_data": "GRANTED", "ad_personalization": "denied"}, ("Granted", "Denied")),
        ("extra", {"ad_user_data": True, "ad_personalization": "perhaps"}, ("Granted", None)),
        ("extra", {}, (None, None)),
        ("granted", {"ad_personalization": "denied"}, ("Granted", "Denied")),
        ("denied", {"ad_user_data": "granted"}, ("Denied", "Denied")),
    ],
)
def test_consent_is_told_only_where_it_was_given(asked, said, expected):
    one = events(kept(extra=said), asked=Asked(platform="google", consent=asked))["form"]
    assert (one.ad_user_data, one.ad_personalization) == expected


# What was reported before.


def reported(event="converted", *, ago=2, at=4, **more):
    parts = {
        "lead": "first",
        "event": event,
        "name": "Sale",
        "identifier": "gclid",
        "value": "100",
        "currency": "EUR",
        "at": days(at),
        "exported_at": days(ago),
        "file": "a.csv",
        "written": True,
    }
    return Export(**parts | more)


def test_what_was_reported_is_told_again_only_when_asked():
    exports, outcomes = [reported("form")], [told("contacted")]
    assert list(events(kept(), outcomes, exports=exports)) == ["contacted"]
    assert causes(kept(), outcomes, exports=exports) == ["reported"]
    again = Asked(platform="google", again=True)
    assert list(events(kept(), outcomes, again, exports=exports)) == ["form", "contacted"]


def test_what_was_taken_back_is_never_told_again():
    exports = [reported("form"), reported("form", nth=1, kind="retract")]
    again = Asked(platform="google", again=True)
    assert causes(kept(), exports=exports, asked=again) == ["retracted"]


FAKE = [told("returned", reason="obviously_fake")]


def adjusted(exports, outcomes=(), asked=GOOGLE, **judged):
    state = LeadExports(lead="first", outcomes=outcomes, exports=exports, **{"decision": "accept"} | judged)
    return list(adjustments(state, asked, NOW, "r.csv"))


@pytest.mark.parametrize(
    ("outcomes", "judged", "kind"),
    [
        (FAKE, {}, "retract"),
        ([], {"decision": "reject"}, "retract"),
        ([], {"classification": "test"}, "retract"),
        ([told("converted", amount="100")], {"decision": "reject"}, None),
        ([told("converted", amount="100.00")], {}, None),
        ([], {"decision": "review"}, None),
        ([told("returned", reason="did_not_convert")], {}, None),
        ([told("reviewed_fake", reason="obviously_fake")], {}, None),  # an opinion takes nothing back
        ([told("converted", amount="150")], {}, "restate"),
        ([told("converted", amount="100", currency="USD")], {}, "restate"),
    ],
)
def test_what_was_told_of_a_fake_is_taken_back_and_a_value_put_right(outcomes, judged, kind):
    found = adjusted([reported()], outcomes, **judged)
    assert [one.kind for one in found] == ([kind] if kind else [])
    for one in found:
        assert (one.lead, one.event, one.name, one.nth, one.file) == ("first", "converted", "Sale", 1, "r.csv")
        assert one.at > reported().at
        assert (one.value is None) == (kind == "retract")


def test_every_event_of_a_fake_is_taken_back_and_only_once():
    both = [reported("form"), reported("contacted")]
    assert [one.event for one in adjusted(both, FAKE)] == ["form", "contacted"]
    assert [one.event for one in adjusted(both, FAKE, Asked(platform="google", events=frozenset(["form"])))] == ["form"]
    done = [*both, reported("form", nth=1, kind="retract")]
    assert [one.event for one in adjusted(done, FAKE)] == ["contacted"]


def test_a_value_is_compared_with_the_last_that_was_told():
    exports = [reported(), reported(nth=1, kind="restate", value="150")]
    assert adjusted(exports, [told("converted", amount="150")]) == []
    (again,) = adjusted(exports, [told("converted", amount="100")])
    assert (again.kind, again.nth, again.value) == ("restate", 2, "100")


@pytest.mark.parametrize(
    ("export", "asked", "why"),
    [
        (reported(ago=0.9), GOOGLE, "too_soon"),
        (reported(at=53), GOOGLE, None),
        (reported(at=55), GOOGLE, "too_late"),
        (reported(identifier="wbraid"), GOOGLE, "wbraid"),
        (reported(identifier="gbraid"), GOOGLE, None),
        (reported(), META, "meta"),
    ],
)
def test_what_cannot_be_taken_back_is_said(export, asked, why):
    (one,) = adjusted([export], FAKE, asked)
    assert getattr(one, "why", None) == why


def test_what_is_not_known_to_be_written_is_not_adjusted():
    assert adjusted([reported(written=False)], FAKE) == []
    assert Waiting("a", "b", "meta").why == "meta"


def test_no_export_holds_personal_data():
    one = events(kept(click=GCLID), [told("converted", amount="5")])["converted"]
    export = export_of(one, "a.csv", NOW)
    text = repr(export)
    for personal in (GCLID.gclid, one.email, one.phone, "example.vn", "912840375"):
        assert personal not in text
    assert (export.lead, export.value, export.at) == ("first", "5", "2026-11-26T09:30:00.000Z")


MOMENTS = some.datetimes(datetime(2026, 6, 1), datetime(2026, 12, 31), timezones=some.just(UTC)).map(format_utc)  # noqa: DTZ001 - hypothesis adds it
TYPED = some.none() | some.text(max_size=40) | some.from_regex(r"(l:)?[0-9A-Za-z_.-]{8,20}", fullmatch=True)
CLICKS = some.builds(Click, gclid=TYPED, gbraid=TYPED, wbraid=TYPED, fbclid=TYPED, lead_id=TYPED)
OUTCOMES = some.builds(
    told,
    some.sampled_from(["contacted", "qualified", "converted"]),
    at=MOMENTS,
    amount=some.none() | some.sampled_from(["0", "9.90", "1E+3", "1000000000", "1E-18"]),
    currency=some.sampled_from(["EUR", "VND", "KWD"]),
)


@given(
    some.builds(
        kept,
        at=MOMENTS,
        email=some.none() | some.emails() | some.text(max_size=20),
        phone=some.none() | some.from_regex(r"\+?[0-9]{3,17}", fullmatch=True),
        click=CLICKS,
        extra=some.dictionaries(some.sampled_from(["ad_user_data", "ad_personalization"]), some.text(max_size=3)),
    ),
    some.lists(OUTCOMES, max_size=4),
    some.sampled_from(["click", "hash", "both"]),
)
@settings(deadline=None)
def test_whatever_a_lead_is_like_no_row_of_it_breaks_a_rule(lead, outcomes, by):
    for one in events(lead, outcomes, Asked(platform="google", by=by, consent="extra")).values():
        cells, columns = (
            google_file.conversion_cells(one),
            google_file.columns(google_file.place(one), Asked(platform="google", by=by, consent="extra")),
        )
        assert google_file.row_faults({name: cells.get(name, "") for name in columns}, NOW) == []
    for one in events(lead, outcomes, Asked(platform="meta", by=by)).values():
        assert meta_file.event_faults(meta_file.event(one), NOW) == []
