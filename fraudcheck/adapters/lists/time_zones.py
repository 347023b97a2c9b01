"""Which countries have a time zone, and how many hours lie between the clocks of a zone and a country? From tzdata."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import datetime
from functools import lru_cache
from importlib import resources
from zoneinfo import ZoneInfo


def zone_countries() -> dict[str, tuple[str, ...]]:
    """ISO 3166-1 codes of the countries of each IANA time zone, links included; empty for a zone of no country.

    A browser may name a zone of zone.tab (which gives each country zones of its own) or of zone1970.tab (where
    countries share a zone when their clocks have agreed since 1970), so both are read. Old names (Asia/Calcutta,
    Asia/Saigon) are links, and have the countries of their targets.
    """
    zoneinfo = resources.files("tzdata").joinpath("zoneinfo")
    countries: dict[str, list[str]] = {}
    for table in ("zone.tab", "zone1970.tab"):
        for line in zoneinfo.joinpath(table).read_text("utf-8").splitlines():
            if not line.startswith("#"):
                codes, _, zone = line.split("\t")[:3]
                countries.setdefault(zone, []).extend(codes.split(","))
    for line in zoneinfo.joinpath("tzdata.zi").read_text("utf-8").splitlines():
        if line.startswith("L "):
            _, target, link = line.split()
            countries.setdefault(link, []).extend(countries.get(target, ()))
    zones = resources.files("tzdata").joinpath("zones").read_text("utf-8").split()
    return {zone: tuple(dict.fromkeys(countries.get(zone, ()))) for zone in zones}


def clock_gap(zone_countries: Mapping[str, tuple[str, ...]]) -> Callable[[str, str, float], float | None]:
    """A function ``zone, country, Unix seconds -> hours`` between their clocks on that day, from 0 to 12.

    Of a country's zones the nearest counts. None when the zone or the country is not known.
    """
    zones_of: dict[str, list[str]] = {}
    for zone, countries in zone_countries.items():
        for country in countries:
            zones_of.setdefault(country, []).append(zone)

    @lru_cache(maxsize=4096)
    def apart(zone: str, country: str, day: int) -> float:
        own = _utc_offset(zone, day)
        hours = {abs(own - _utc_offset(other, day)) for other in zones_of[country]}
        return min(min(gap, 24 - gap) for gap in hours)

    def gap(zone: str, country: str, at: float) -> float | None:
        countries = zone_countries.get(zone)
        if countries is None or country not in zones_of:
            return None
        return 0.0 if country in countries else apart(zone, country, int(at // 86_400))

    return gap


_load_zone = lru_cache(maxsize=1024)(ZoneInfo)


@lru_cache(maxsize=4096)
def _utc_offset(zone: str, day: int) -> float:
    """Hours east of Greenwich at noon (UTC) of a day: clocks are changed at night."""
    offset = datetime.fromtimestamp((day + 0.5) * 86_400, _load_zone(zone)).utcoffset()
    return offset.total_seconds() / 3600 if offset is not None else 0.0
