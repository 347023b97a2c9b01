import pytest
from hypothesis import given
from hypothesis import strategies as st
from phonenumbers import SUPPORTED_REGIONS

from fraudcheck.fields.countries import are_near, nearness


@pytest.mark.parametrize(
    ("country", "other", "expected"),
    [
        ("VN", "VN", "same"),
        ("FR", "RE", "same"),  # one state
        ("US", "JM", "same"),  # one numbering plan
        ("IN", "AE", "near"),  # where they work
        ("CN", "VN", "near"),  # a land border
        ("ES", "MA", "near"),  # a strait
        ("NG", "GH", "near"),
        ("PL", "IE", "near"),
        ("TR", "DE", "tied"),  # who moved there, and their children
        ("PH", "US", "tied"),
        ("BR", "PT", "tied"),
        ("BR", "TH", "far"),
        ("NG", "PL", "far"),
        ("XX", "VN", "far"),
    ],
)
def test_how_far_countries_are(country, other, expected):
    assert nearness(country, other) == expected


@given(*[st.sampled_from([*sorted(SUPPORTED_REGIONS), "AQ", "001"])] * 2)
def test_nearness_is_the_same_both_ways(country, other):
    assert nearness(country, other) == nearness(other, country)
    assert are_near(country, other) == are_near(other, country)
    assert nearness(country, country) == "same"
