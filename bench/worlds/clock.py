"""When do people fill forms in? Hours of the day and days of the week, by country and by kind of form.

The profiles are our own estimates: phones at home peak in the evening, offices between ten and four, and the weekend
is Friday and Saturday in Egypt. Times are local in the country's zone and given as Unix seconds.
"""

from __future__ import annotations

import random
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

ZONES = {
    "VN": "Asia/Ho_Chi_Minh",
    "NG": "Africa/Lagos",
    "IN": "Asia/Kolkata",
    "BR": "America/Sao_Paulo",
    "TH": "Asia/Bangkok",
    "PL": "Europe/Warsaw",
    "EG": "Africa/Cairo",
    "TR": "Europe/Istanbul",
    "US": "America/New_York",
    "DE": "Europe/Berlin",
    "MX": "America/Mexico_City",
    "KE": "Africa/Nairobi",
    "PH": "Asia/Manila",
    "ID": "Asia/Jakarta",
    "FR": "Europe/Paris",
}
HOURS = {
    #           0  1  2  3  4  5  6  7  8  9 10 11 12 13 14 15 16 17 18 19 20 21 22 23
    "home": (4, 2, 1, 1, 1, 2, 4, 7, 9, 11, 12, 12, 12, 12, 11, 11, 11, 11, 12, 15, 18, 18, 14, 8),
    "office": (0, 0, 0, 0, 0, 0, 1, 4, 12, 18, 20, 18, 11, 13, 18, 17, 14, 8, 4, 3, 3, 2, 1, 0),
    "shift": (0, 0, 0, 0, 0, 0, 0, 0, 4, 12, 14, 14, 9, 12, 14, 14, 13, 11, 8, 2, 0, 0, 0, 0),
    "fair": (0, 0, 0, 0, 0, 0, 0, 0, 0, 6, 12, 15, 13, 14, 16, 15, 11, 6, 1, 0, 0, 0, 0, 0),
    "night": (9, 10, 10, 9, 6, 2, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 1, 6),
    "flat": (1,) * 24,
}
REST = {"Africa/Cairo": (4, 5)}
"""Days of rest by zone as ``datetime.weekday`` counts them; Saturday and Sunday elsewhere."""


def first_day(dice: random.Random, country: str) -> datetime:
    """Local midnight of a day in the first half of November 2026, from which a deployment is told."""
    return datetime(2026, 11, 1, tzinfo=ZoneInfo(ZONES[country])) + timedelta(days=dice.randrange(14))


def times(
    dice: random.Random,
    start: datetime,
    days: int,
    count: int,
    profile: str = "home",
) -> list[float]:
    """So many moments within ``days`` from ``start`` (a local midnight), in order, as Unix seconds."""
    rest = REST.get(str(start.tzinfo), (5, 6))
    weights = [_day(start + timedelta(days=day), rest, profile) * dice.uniform(0.8, 1.25) for day in range(days)]
    found = []
    for _ in range(count):
        day = start + timedelta(days=dice.choices(range(days), weights)[0])
        hour = dice.choices(range(24), HOURS[profile])[0]
        found.append(day.timestamp() + hour * 3_600 + dice.uniform(0, 3_600))
    return sorted(found)


def _day(day: datetime, rest: tuple[int, ...], profile: str) -> float:
    if day.weekday() not in rest:
        return 1.0
    return {"office": 0.08, "shift": 0.25, "fair": 1.4}.get(profile, 0.9)


def burst(dice: random.Random, at: float, count: int, half: float) -> list[float]:
    """So many moments after ``at``; ``half`` seconds halve the rate, as after a spot, a mailing or a talk."""
    return sorted(at + 5 + dice.expovariate(0.693 / half) for _ in range(count))
