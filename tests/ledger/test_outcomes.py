"""What outcomes prove, how reasons are spelled, and what a buyer's returns weigh."""

from __future__ import annotations

from contextlib import suppress

import pytest
from hypothesis import given
from hypothesis import strategies as st

from fraudcheck.intake.outcome import _OUTCOME, FaultyOutcome, read_outcome
from fraudcheck.ledger.outcomes import RETURNED_AS, histories, proven_by, returned_as
from fraudcheck.ports.ledger import OutcomeCounts
from fraudcheck.reasons import CATALOGUE
from fraudcheck.records import OUTCOMES, REVIEWED, Outcome, Price
from fraudcheck.signals import vendor as signal
from fraudcheck.worth.funnel import load_funnel


@pytest.mark.parametrize(
    ("told", "proves"),
    [
        (["contacted"], "genuine"),
        (["qualified"], "genuine"),
        (["converted", "returned obviously_fake"], "genuine"),  # who bought is no fake, whoever returned it
        (["contacted", "returned obviously_fake"], "fake"),  # the number rang, and nobody had asked
        (["returned invalid_phone"], "fake"),
        (["returned bot_traffic"], "fake"),
        (["returned duplicate"], None),  # a person, sold twice
        (["returned no_answer"], None),
        (["returned did_not_convert"], None),
        (["contacted", "returned did_not_convert"], "genuine"),
        (["returned"], None),
        ([], None),
        (["reviewed_genuine"], "genuine"),
        (["reviewed_fake"], "fake"),
        (["reviewed_fake obviously_fake"], "fake"),
        (["reviewed_fake", "qualified"], "genuine"),  # the phone goes before an opinion, whichever was told first
        (["converted", "reviewed_fake"], "genuine"),
        (["reviewed_genuine", "returned invalid_phone"], "fake"),
        (["returned invalid_phone", "reviewed_genuine"], "fake"),
        (["reviewed_genuine", "returned no_answer"], "genuine"),
        (["contacted", "reviewed_fake"], "fake"),  # who was reached may be somebody else
        (["reviewed_genuine", "reviewed_fake"], "fake"),  # the newest opinion
        (["reviewed_fake", "reviewed_genuine"], "genuine"),
    ],
)
def test_what_a_leads_outcomes_prove(told, proves):
    read = [dict(zip(("outcome", "reason"), each.split(), strict=False)) for each in told]
    assert proven_by([Outcome(**each) for each in read]) == proves


def test_the_newest_review_is_the_one_of_the_latest_time_whichever_was_told_last():
    late, early = (
        Outcome(outcome="reviewed_fake", at="2026-11-28T10:00:00.000Z"),
        Outcome(outcome="reviewed_genuine", at="2026-11-27T10:00:00.000Z"),
    )
    assert proven_by([late, early]) == proven_by([early, late]) == "fake"


OWN = load_funnel(
    {
        "events": {
            "appointment": {"after": "contacted", "proves": "genuine"},
            "offer": {"after": "qualified", "proves": "genuine"},
            "mailed": {"after": "form"},
        }
    }
)


@pytest.mark.parametrize(
    ("told", "proves"),
    [
        (["appointment"], "genuine"),
        (["appointment", "returned obviously_fake"], "fake"),  # as strong as the event that it follows
        (["offer", "returned obviously_fake"], "genuine"),
        (["mailed"], None),
        (["mailed", "returned bot_traffic"], "fake"),
        (["gone"], None),  # which was an event once
        (["gone", "contacted"], "genuine"),
    ],
)
def test_what_a_tenants_own_events_prove(told, proves):
    read = [dict(zip(("outcome", "reason"), each.split(), strict=False)) for each in told]
    assert proven_by([Outcome(**each) for each in read], OWN) == proves


@pytest.mark.parametrize("word", ["appointment", "Appointment ", "OFFER", "contacted", "returned"])
def test_a_tenants_own_events_are_told_as_outcomes(word):
    assert read_outcome({"outcome": word}, OWN).outcome == word.strip().lower()


@pytest.mark.parametrize("word", ["form", "sold", "gone", "", "appointment!", 7])
def test_an_unknown_word_is_refused_with_the_words_of_the_tenants_funnel(word):
    with pytest.raises(FaultyOutcome, match="contacted, appointment, qualified, offer, converted, returned"):
        read_outcome({"outcome": word}, OWN)


@pytest.mark.parametrize(
    ("written", "reason"),
    [
        ("invalid_phone", "invalid_phone"),
        ("Invalid Phone", "invalid_phone"),
        ("WRONG NUMBER!", "invalid_phone"),
        ("e-mail bounced", None),
        ("Email bounced", "invalid_email"),
        ("Dupe", "duplicate"),
        ("never asked", "obviously_fake"),
        ("No answer", "no_answer"),
        ("not interested", "did_not_convert"),
        ("sai số", None),
        ("", None),
    ],
)
def test_the_trades_words_are_known_by_their_spellings(written, reason):
    assert returned_as(written) == reason


def test_every_reason_that_the_catalogue_returns_for_is_one_of_the_trades_words():
    assert {row.return_reason for row in CATALOGUE.values()} - {None} <= RETURNED_AS.keys()


@pytest.mark.parametrize(
    ("body", "outcome"),
    [
        ({"outcome": "contacted"}, Outcome(outcome="contacted")),
        (
            {"outcome": "Returned", "reason": "Wrong number", "buyer": "north"},
            Outcome(outcome="returned", reason="invalid_phone", buyer="north"),
        ),
        (
            {"outcome": "converted", "value": {"amount": 900, "currency": "pln"}, "at": "2026-11-20T10:00:00+01:00"},
            Outcome(outcome="converted", value=Price(amount="900", currency="PLN"), at="2026-11-20T09:00:00.000Z"),
        ),
        ({"outcome": "qualified", "reason": None, "at": "", "note": "kept nowhere"}, Outcome(outcome="qualified")),
        ({"outcome": "qualified", "buyer": " ", "at": "\u200b"}, Outcome(outcome="qualified")),
    ],
)
def test_an_outcome_is_read(body, outcome):
    assert read_outcome(body) == outcome


@pytest.mark.parametrize(
    ("body", "field"),
    [
        ({}, "outcome"),
        ({"outcome": "sold"}, "outcome"),
        ({"outcome": 7}, "outcome"),
        ({"outcome": "returned", "reason": "Frau Kowalczyk was rude"}, "reason"),
        ({"outcome": "converted", "value": {"amount": "900"}}, "value"),
        ({"outcome": "converted", "value": {"amount": "much", "currency": "EUR"}}, "value.amount"),
        ({"outcome": "converted", "value": "900 EUR"}, "value"),
        ({"outcome": "converted", "at": "yesterday"}, "at"),
        ({"outcome": "reviewed_genuine", "reason": "bot"}, "reason"),
        ({"outcome": "reviewed_fake", "reason": "no answer"}, "reason"),
    ],
)
def test_what_cannot_be_read_is_named_by_its_field_alone(body, field):
    with pytest.raises(FaultyOutcome) as problem:
        read_outcome(body)
    assert [error["field"] for error in problem.value.errors] == [field]
    assert "Kowalczyk" not in str(problem.value)


@given(
    st.dictionaries(st.sampled_from([*_OUTCOME, "value"]), st.recursive(st.none() | st.text() | st.floats(), st.lists))
)
def test_whatever_comes_is_read_or_refused(body):
    with suppress(FaultyOutcome):
        assert read_outcome(body).outcome in {*OUTCOMES, *REVIEWED}


def record(*proven, vendor="acme"):
    return histories([OutcomeCounts(vendor=v, buyer=b, genuine=g, fake=f) for v, b, g, f in proven])[vendor]


def points(known):
    (found,) = signal.judge(None, {"v": 1, **{name: getattr(known, name) for name in known.__struct_fields__}})
    return round(CATALOGUE[found.code].points * found.scale, 1)


@pytest.mark.parametrize(
    ("proven", "expected"),
    [
        # acme beside a vendor of nine genuine leads in ten
        pytest.param([("acme", "", 40, 60), ("beta", "", 900, 100)], -6.0, id="three in five are fake: the most"),
        pytest.param([("acme", "", 80, 20), ("beta", "", 900, 100)], -2.5, id="twice as many as usual"),
        pytest.param([("acme", "", 90, 10), ("beta", "", 900, 100)], 0.0, id="as all others"),
        pytest.param([("acme", "", 400, 4), ("beta", "", 900, 100)], 3.0, id="hardly any: half the most"),
        pytest.param([("acme", "", 10, 19), ("beta", "", 900, 100)], 0.0, id="too few outcomes"),
        pytest.param([("acme", "", 20, 10), ("beta", "", 900, 100)], -3.7, id="thirty, drawn towards the others"),
        pytest.param([("acme", "", 30, 70)], 0.0, id="the only vendor: there is nobody to compare it with"),
    ],
)
def test_a_vendors_record_weighs_as_its_odds_beside_all_others(proven, expected):
    assert points(record(*proven)) == expected


@pytest.mark.parametrize("share", [0.0, 0.3, 0.9, 1.0])
def test_a_buyer_that_returns_everything_moves_nobodys_points(share):
    """It buys from two vendors, mostly from one, and returns all; the other buyer knows both as ordinary."""
    honest = [("acme", "honest", 450, 50), ("beta", "honest", 450, 50)]
    returner = [("acme", "returner", 0, int(1000 * share)), ("beta", "returner", 0, int(1000 * (1 - share)))]
    assert abs(points(record(*honest, *returner)) - points(record(*honest))) <= 0.1


@given(st.lists(st.tuples(st.sampled_from(["acme", "beta"]), st.sampled_from(["", "b"]), *[st.integers(0, 10**6)] * 2)))
def test_points_stay_within_their_bounds(proven):
    for known in histories([OutcomeCounts(vendor=v, buyer=b, genuine=g, fake=f) for v, b, g, f in proven]).values():
        if known.outcomes:
            assert -6.0 <= points(known) <= 3.0
