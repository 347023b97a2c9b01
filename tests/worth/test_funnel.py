"""A tenant's own events stand where it says, prove what it says, and a broken table is said, never half read."""

from __future__ import annotations

import re
import tomllib
from contextlib import suppress

import pytest
from hypothesis import given
from hypothesis import strategies as st

from fraudcheck.adapters.tenant_files import read_funnel, tenant_funnel
from fraudcheck.records import OUTCOMES, REVIEWED
from fraudcheck.worth.funnel import DEFAULT, RETURNED, STANDARD, event_name, load_funnel

INSURER = """
currency = "eur"
decision_days = 12.5

[events."Demo booked"]
after = "contacted"
value = 80
proves = "genuine"

[events.offer]
after = "demo-booked"

[events.call]
after = "contacted"

[events.renewed]
after = "converted"
value = "49.90"

[events.converted]
value = 1200.5

[advice]
conversions = 15
"""


def names(funnel):
    return [event.name for event in funnel.events]


def test_without_a_table_there_are_the_contracts_words():
    assert names(DEFAULT) == list(STANDARD)
    assert set(DEFAULT.words) == {*OUTCOMES, *REVIEWED}
    assert DEFAULT.proofs == (frozenset({"qualified", "converted"}), frozenset({"contacted"}))
    assert load_funnel({}) == DEFAULT


def test_own_events_stand_behind_what_they_follow():
    funnel = load_funnel(tomllib.loads(INSURER))
    assert names(funnel) == [
        *("form", "contacted", "demo_booked", "offer", "call", "qualified", "converted", "renewed")
    ]
    assert (funnel.currency, funnel.decision_days, funnel.advice.conversions, funnel.advice.days) == (
        "EUR",
        12.5,
        15,
        30,
    )
    assert [funnel.value(name) for name in ("demo_booked", "offer", "converted", "renewed")] == [
        *("80", None, "1200.5", "49.90")
    ]
    assert funnel.words == (*names(funnel)[1:], RETURNED, *REVIEWED)
    sure, likely = funnel.proofs
    assert (sure, likely) == ({"qualified", "converted"}, {"contacted", "demo_booked"})


@pytest.mark.parametrize(
    ("written", "name"),
    [
        ("Demo booked", "demo_booked"),
        ("  DEMO-BOOKED ", "demo_booked"),
        ("Đặt hẹn", "đặt_hẹn"),
        ("Umówione spotkanie", "umówione_spotkanie"),
        ("นัดหมาย", "นัดหมาย"),  # with marks that are no letters
        ("موعد", "موعد"),
        ("STRASSE", "strasse"),
    ],
)
def test_an_event_is_named_in_any_language(written, name):
    assert event_name(written) == name
    assert name in load_funnel({"events": {written: {"after": "form"}}}).words


@pytest.mark.parametrize(
    ("table", "said"),
    [
        ({"events": {"demo": {}}}, "events.demo: say which event it follows"),
        ({"events": {"demo": {"after": "sold"}}}, "events.demo.after: no such event"),
        ({"events": {"demo": {"after": "demo"}}}, "events.demo.after: these events follow each other in a ring"),
        ({"events": {"a": {"after": "b"}, "b": {"after": "a"}}}, "events.a.after"),
        ({"events": {"returned": {"after": "form"}}}, "a return is no event"),
        ({"events": {"demo": {"after": "returned"}}}, "events.demo.after: no such event"),
        ({"events": {"contacted": {"after": "qualified"}}}, "events.contacted: where it stands"),
        ({"events": {"a b": {"after": "form"}, "A-B": {"after": "form"}}}, "there are two of this name"),
        ({"events": {"x;y": {"after": "form"}}}, "events.x;y: give a name"),
        ({"events": {"x" * 41: {"after": "form"}}}, "at most 40"),
        ({"events": {f"e{n}": {"after": "form"} for n in range(21)}}, "at most 20"),
        ({"events": {"converted": {"value": 5}}}, "currency: say in which"),
        ({"currency": "EUR", "events": {"converted": {"value": -5}}}, "events.converted.value"),
        ({"currency": "EUR", "events": {"converted": {"value": "much"}}}, "events.converted.value"),
        ({"currency": "EUR", "events": {"converted": {"value": float("nan")}}}, "events.converted.value"),
        ({"currency": "EUR", "events": {"converted": {"value": float("inf")}}}, "events.converted.value"),
        ({"currency": "euros"}, "currency: give an ISO 4217 code"),
        ({"decision_days": -1}, "decision_days: give a number"),
        ({"decision_days": float("nan")}, "decision_days: give a number"),
        ({"advice": {"conversions": 0}}, "advice.conversions: give a number"),
        ({"advice": {"day": 30}}, "unknown field `day`"),
        ({"event": {}}, "unknown field `event`"),
        ({"events": {"demo": {"after": "form", "proves": "fake"}}}, "Invalid enum value"),
    ],
)
def test_what_is_wrong_is_named_by_its_key(table, said):
    with pytest.raises(ValueError, match=re.escape(said)):
        load_funnel(table)


@pytest.mark.parametrize("text", ["", "  \n", "events = [", 'currency = "EUR', "\x00"])
def test_a_broken_file_is_named(tmp_path, text):
    file = tmp_path / "tenants" / "acme" / "funnel.toml"
    file.parent.mkdir(parents=True)
    file.write_text(text)
    with pytest.raises(ValueError, match=r"funnel\.toml: "):
        tenant_funnel(tmp_path, "acme")
    assert tenant_funnel(tmp_path, "other") is DEFAULT


def test_what_is_no_file_is_named(tmp_path):
    with pytest.raises(ValueError, match="no ordinary file"):
        read_funnel(tmp_path)


tables = st.dictionaries(
    st.sampled_from(["a", "b", "c", "contacted", "converted", "form", "x y"]),
    st.fixed_dictionaries(
        {},
        optional={
            "after": st.sampled_from(["a", "b", "c", "form", "contacted", "qualified", "converted"]),
            "value": st.integers(-1, 100),
            "proves": st.just("genuine"),
        },
    ),
)


@given(tables)
def test_the_standard_events_keep_their_order_whatever_is_between(events):
    with suppress(ValueError):
        funnel = load_funnel({"currency": "EUR", "events": events})
        order = names(funnel)
        assert [name for name in order if name in STANDARD] == list(STANDARD)
        assert len(set(order)) == len(order)
        for name, table in events.items():
            if "after" in table:
                assert order.index(event_name(name)) > order.index(table["after"])
