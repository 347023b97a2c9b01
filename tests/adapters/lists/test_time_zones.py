"""Time zones have countries, and clocks differ by hours."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest

from fraudcheck.ports.lists import Lists


@pytest.mark.parametrize(
    ("zone", "country"),
    [
        ("Asia/Ho_Chi_Minh", "VN"),
        ("Asia/Saigon", "VN"),  # what Chrome still says
        ("Asia/Calcutta", "IN"),
        ("Europe/Oslo", "NO"),
        ("Europe/Berlin", "NO"),  # one clock since 1970
        ("America/Sao_Paulo", "BR"),
        ("US/Eastern", "US"),
    ],
)
def test_time_zones_have_countries(loaded: Lists, zone: str, country: str) -> None:
    assert country in loaded.zone_countries[zone]


def test_time_zones_of_no_country_and_of_none(loaded: Lists) -> None:
    assert loaded.zone_countries["UTC"] == ()
    assert loaded.zone_countries["Etc/GMT+3"] == ()
    assert "Mars/Olympus" not in loaded.zone_countries


@pytest.mark.parametrize(
    ("zone", "country", "month", "hours"),
    [
        ("Asia/Bangkok", "VN", 1, 0.0),
        ("Asia/Saigon", "TH", 1, 0.0),  # an old name, another country, one clock
        ("Asia/Calcutta", "IN", 1, 0.0),
        ("Asia/Kathmandu", "IN", 1, 0.25),
        ("Asia/Dubai", "IN", 1, 1.5),
        ("Europe/London", "FR", 7, 1.0),
        ("America/New_York", "GB", 1, 5.0),
        ("America/Sao_Paulo", "US", 1, 2.0),
        ("America/Sao_Paulo", "US", 7, 1.0),
        ("America/Sao_Paulo", "CA", 1, 0.5),  # Newfoundland
        ("Pacific/Kiritimati", "US", 1, 0.0),  # a day ahead of Hawaii, with one clock on the wall
        ("America/Los_Angeles", "IN", 1, 10.5),
        ("Asia/Atlantis", "VN", 1, None),
        ("Asia/Bangkok", "XX", 1, None),
    ],
)
def test_clocks(loaded: Lists, zone: str, country: str, month: int, hours: float | None) -> None:
    assert loaded.clock_gap(zone, country, datetime(2026, month, 15, 9, tzinfo=UTC).timestamp()) == hours
