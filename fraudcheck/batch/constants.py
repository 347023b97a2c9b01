"""Which values may stand for a whole file's rows, where these give none?"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any
from zoneinfo import ZoneInfo

from fraudcheck.batch.columns import CONTACTS, FIELDS
from fraudcheck.batch.dates import parse_time
from fraudcheck.intake.lead import read_lead

_NAMES = frozenset(FIELDS)


def check_constants(constants: Mapping[str, str], zone: str) -> None:
    """Raises ValueError, with what to do, for what is no value of its field, or would make all leads one person's."""
    for field, value in constants.items():
        if field in CONTACTS:
            raise ValueError(f"{field}: with one contact for all rows they would be one person: map a column instead")
        if problem := _problem(field, value, zone):
            hint = " (give its code of two letters, as in VN)" if field == "country" else ""
            raise ValueError(f"{field}: {problem}{hint}")


def _problem(field: str, value: str, zone: str) -> str:
    if field == "submitted_at":
        try:
            parse_time(value, "iso", ZoneInfo(zone))
        except ValueError:
            return "no time such as 2026-11-05 or 2026-11-05T14:22:00"
        return ""
    if field not in _NAMES:
        return ""
    raw: dict[str, Any] = {"phone": "+84912345678"}
    outer, _, name = field.rpartition(".")
    part = raw
    for key in outer.split(".") if outer else ():
        part = part.setdefault(key, {})
    part[name] = value
    _, warnings = read_lead(raw, datetime.now(UTC))
    return next((warning.problem for warning in warnings), "")
