"""Visitors of a form beside the leads that came of them."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from fraudcheck.report.visits import Came, Visits, conversions, parse, read_csv

COUNTS = {
    ("ppc", "Tết 2026"): Came(300, 200, {"sales_lead": 190, "none": 10, "job": 60, "fake": 40}),
    ("ppc", "wiosna"): Came(100, 60, {"sales_lead": 60, "spam": 40}),
    ("seo", ""): Came(80, 30, {"sales_lead": 30, "customer_service": 50}),
    ("social", "رمضان"): Came(20, 10, {"sales_lead": 10, "job": 10}),
}


@pytest.mark.parametrize(
    ("text", "read"),
    [
        ("10000", Visits("", "", 10_000)),
        ("ppc=4000", Visits("ppc", "", 4_000)),
        ("PPC = 4,000", Visits("ppc", "", 4_000)),
        ("ppc/spring sale=1200", Visits("ppc", "spring sale", 1_200)),
        ("/wiosna=7", Visits("", "wiosna", 7)),
        ("ppc/q=lagos/ikeja=5", Visits("ppc", "q=lagos/ikeja", 5)),
        ("seo=10 000", Visits("seo", "", 10_000)),  # Warszawa
        ("seo=1.250.000", Visits("seo", "", 1_250_000)),  # Hà Nội
        ("0", Visits("", "", 0)),
    ],
)
def test_what_is_given_in_one_word(text, read):
    assert parse(text) == read


@pytest.mark.parametrize("text", ["", "ppc", "ppc=", "-5", "1.5", "1,2", "1,000.000", "10k", "٣", "9" * 13])
def test_what_is_no_number_of_visits_says_what_to_give(text):
    with pytest.raises(ValueError, match="give 10000, ppc=4000 or ppc/spring=1200"):
        parse(text)


@pytest.mark.parametrize(
    "text",
    [
        "channel,campaign,visits\nppc,Tết 2026,4000\nseo,,600\n",
        "\ufeffVisits;Campaign;Channel\r\n4.000;Tết 2026;PPC\r\n\r\n600;;seo\r\n",
        'visits\tchannel\tbounce rate\tcampaign\n"4,000"\tppc\t0.4\tTết  2026\n600\tseo\t0.5\t\n',
        "channel,campaign,visits\nppc,Tết 2026,1500\nseo,,600\nppc,Tết 2026,2500\n",  # a row a day
    ],
)
def test_columns_stand_in_any_order(text):
    assert read_csv(text.splitlines(keepends=True)) == [Visits("ppc", "Tết 2026", 4_000), Visits("seo", "", 600)]


def test_columns_may_be_lacking():
    assert read_csv(["campaign,visits", "wiosna,90"]) == [Visits("", "wiosna", 90)]
    assert read_csv(["visits", "10000"]) == [Visits("", "", 10_000)]


@pytest.mark.parametrize(
    ("lines", "problem"),
    [
        ([], "line 1: name the columns there, visits once: channel, campaign, visits"),
        (["channel,clicks", "ppc,5"], "line 1: name the columns"),
        (["channel,visits", "ppc,5", "seo,many"], "line 3: visits: give a whole number"),
        (["channel,visits", "ppc"], "line 2: visits: give a whole number"),
        (["channel,visits", "ppc,10,000"], "line 2: more cells than columns; put what holds a ',' into quotes"),
        (["channel,visits", "x" * 200_000 + ",1"], "line 2: field larger"),
    ],
)
def test_a_file_that_cannot_be_used_says_where(lines, problem):
    with pytest.raises(ValueError, match=problem):
        read_csv(lines)


def test_five_in_a_hundred_visitors_fill_the_form_in_and_three_are_true():
    (rates,) = conversions([Visits("", "", 10_000)], COUNTS)
    assert (rates.forms, rates.valid, rates.raw_rate, rates.validated_rate) == (500, 300, 0.05, 0.03)
    assert (rates.sales_leads, rates.sales_rate) == (290, 0.029)
    others = {"none": 10, "job": 70, "fake": 40, "spam": 40, "customer_service": 50}
    assert rates.kinds == {"sales_lead": 290, **others}
    assert sum(others.values()) == 500 - 290


@pytest.mark.parametrize(
    ("channel", "campaign", "forms", "valid"),
    [
        ("", "", 500, 300),
        ("ppc", "", 400, 260),
        ("ppc", "wiosna", 100, 60),
        ("", "رمضان", 20, 10),
        ("email", "", 0, 0),
    ],
)
def test_which_leads_came_of_which_visits(channel, campaign, forms, valid):
    (rates,) = conversions([Visits(channel, campaign, 1_000)], COUNTS)
    assert (rates.forms, rates.valid) == (forms, valid)


def test_of_no_visits_the_rates_are_nothing():
    (rates,) = conversions([Visits("", "", 0)], COUNTS)
    assert (rates.raw_rate, rates.validated_rate) == (0.0, 0.0)


@given(st.integers(0, 10**12 - 1), st.sampled_from([",", ".", "_", " ", "'"]))
def test_a_number_is_the_same_with_and_without_its_marks(number, mark):
    assert parse(f"seo={number:,}".replace(",", mark)) == parse(f"seo={number}") == Visits("seo", "", number)
