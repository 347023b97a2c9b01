"""How are conversions, and adjustments of them, written for Google Ads, and does a file keep Google's rules?

Sources: support.google.com/google-ads/answer/7014069 (the file of conversions), /7686280 (adjustments), /13321563
(errors), and the Google Ads API's lists of upload errors. The words and the times of the files are not those of the
API: a file says ``RETRACT`` where the API says ``RETRACTION``, and ``+0000`` where the API says ``+00:00``.
"""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import UTC, datetime
from decimal import Decimal

from fraudcheck.fields.ad_identifiers import click_id, is_hash
from fraudcheck.fields.currencies import CURRENCIES
from fraudcheck.ports.exports import Export
from fraudcheck.records import money_amount
from fraudcheck.report.conversions import Asked, Conversion

PARAMETERS = "Parameters:TimeZone=+0000"
"""The first line of a file."""
_CLICKS = {"gclid": "Google Click ID", "gbraid": "GBRAID", "wbraid": "WBRAID"}
_ALWAYS = ("Conversion Name", "Conversion Time", "Conversion Value", "Conversion Currency", "Order ID")
_CONSENT = ("Ad User Data", "Ad Personalization")
ADJUSTMENTS = (
    *("Order ID", "Conversion Name", "Adjustment Time", "Adjustment Type"),
    *("Adjusted Value", "Adjusted Value Currency"),
)
"""The columns of a file of adjustments."""
_COLUMNS = frozenset({*_CLICKS.values(), "Email", "Phone Number", *_ALWAYS, *_CONSENT})
_TIME = "%Y-%m-%d %H:%M:%S%z"
_TIME_FORM = re.compile(r"\d{4}-\d\d-\d\d \d\d:\d\d:\d\d[+-]\d{4}", re.ASCII)
_ORDER_ID = re.compile(r"[0-9A-Za-z_-]{1,64}", re.ASCII)
_AMOUNT = re.compile(r"\d{1,10}(?:\.\d{1,18})?", re.ASCII)
_LONGEST_NAME = 100
_TYPES = {"retract": "RETRACT", "restate": "RESTATE"}


def place(told: Conversion) -> str:
    """The file of the set that a conversion belongs into: Google takes no two kinds of click ids in one."""
    return told.identifier if told.identifier in {"gbraid", "wbraid"} else "main"


def columns(kind: str, asked: Asked) -> tuple[str, ...]:
    """The columns of a file of the set: ``main``, ``gbraid`` or ``wbraid``; ``retract`` has the adjustments."""
    if kind == "retract":
        return ADJUSTMENTS
    if kind != "main":
        known: tuple[str, ...] = (_CLICKS[kind],)
    else:
        known = (_CLICKS["gclid"],) if asked.by != "hash" else ()
        known += ("Email", "Phone Number") if asked.by != "click" else ()
    return (*known, *_ALWAYS, *(_CONSENT if asked.consent else ()))


def conversion_cells(told: Conversion) -> dict[str, str]:
    """The cells of a conversion, by column; a file writes those of its columns."""
    return {
        _CLICKS.get(told.identifier, _CLICKS["gclid"]): told.click_id or "",
        "Email": told.email or "",
        "Phone Number": told.phone or "",
        "Conversion Name": told.name,
        "Conversion Time": _time(told.at),
        "Conversion Value": _amount(told.value.amount if told.value else None),
        "Conversion Currency": (told.value.currency if told.value else None) or "",
        "Order ID": told.order_id,
        "Ad User Data": told.ad_user_data or "",
        "Ad Personalization": told.ad_personalization or "",
    }


def adjustment_cells(export: Export) -> dict[str, str]:
    """The cells of an adjustment, by column."""
    return {
        "Order ID": export.lead,
        "Conversion Name": export.name,
        "Adjustment Time": _time(datetime.fromisoformat(export.at)),
        "Adjustment Type": _TYPES[export.kind],
        "Adjusted Value": _amount(export.value),
        "Adjusted Value Currency": export.currency or "",
    }


def line(cells: Sequence[str]) -> str:
    """A line of the file."""
    text = io.StringIO()
    csv.writer(text, lineterminator="\n").writerow(cells)
    return text.getvalue()


def file_faults(lines: Iterable[str], now: datetime) -> Iterator[tuple[int, str]]:
    """What of a file breaks Google's rules, by line number. No text holds a value of the file."""
    given = iter(lines)
    if next(given, "").strip() != PARAMETERS:
        yield 1, f"the first line is not {PARAMETERS}"
        return
    rows = csv.reader(given, strict=True)
    heading = next(rows, [])
    adjusts = "Adjustment Type" in heading
    needed = ADJUSTMENTS if adjusts else _ALWAYS
    wrong = [name for name in heading if name not in (ADJUSTMENTS if adjusts else _COLUMNS)]
    if wrong or len(set(heading)) != len(heading) or not set(needed) <= set(heading):
        yield 2, "the columns are not those of Google's template"
        return
    seen: set[int] = set()
    while True:
        try:
            row = next(rows, None)
        except csv.Error:
            yield rows.line_num + 1, "cannot be read as CSV"
            return
        if row is None:
            return
        number = rows.line_num + 1
        if len(row) != len(heading):
            yield number, "has not as many cells as there are columns"
            continue
        cells = dict(zip(heading, row, strict=True))
        for fault in row_faults(cells, now):
            yield number, fault
        key = hash((cells["Order ID"], cells["Conversion Name"]))
        if key in seen:
            yield number, "Order ID: twice with one Conversion Name"
        seen.add(key)


def row_faults(cells: Mapping[str, str], now: datetime) -> list[str]:
    """What of a row, by column, breaks Google's rules. No text holds a value."""
    adjusts = "Adjustment Type" in cells
    faults = [*_name_faults(cells["Conversion Name"])]
    if not _ORDER_ID.fullmatch(cells["Order ID"]):
        faults.append("Order ID: not 1 to 64 letters, digits and hyphens")
    time = "Adjustment Time" if adjusts else "Conversion Time"
    faults += [f"{time}: {fault}" for fault in _time_faults(cells[time], now)]
    return faults + (_adjustment_faults(cells) if adjusts else _conversion_faults(cells))


def _conversion_faults(cells: Mapping[str, str]) -> list[str]:
    faults = _money_faults(cells, "Conversion Value", "Conversion Currency")
    clicks = [name for name in _CLICKS.values() if cells.get(name)]
    hashes = [name for name in ("Email", "Phone Number") if cells.get(name)]
    if not clicks and not hashes:
        faults.append("there is nothing to know the lead by")
    if len(clicks) > 1:
        faults.append("there are several ids of clicks")
    if hashes and clicks and clicks != [_CLICKS["gclid"]]:
        faults.append(f"{clicks[0]}: no hash may stand beside it")
    faults += [f"{name}: no id of a click" for name in clicks if click_id(cells[name]) is None]
    faults += [f"{name}: not 64 hexadecimal digits in lower case" for name in hashes if not is_hash(cells[name])]
    words = {"", "Granted", "Denied"}
    return faults + [f"{name}: not Granted or Denied" for name in _CONSENT if cells.get(name, "") not in words]


def _adjustment_faults(cells: Mapping[str, str]) -> list[str]:
    kind, value, currency = (cells[name] for name in ("Adjustment Type", "Adjusted Value", "Adjusted Value Currency"))
    if kind == "RETRACT":
        return ["Adjusted Value: a retraction has none"] if value or currency else []
    if kind != "RESTATE":
        return ["Adjustment Type: not RETRACT or RESTATE"]
    if not value:
        return ["Adjusted Value: a restatement needs one"]
    return _money_faults(cells, "Adjusted Value", "Adjusted Value Currency")


def _name_faults(name: str) -> list[str]:
    if not name or name != name.strip() or len(name) > _LONGEST_NAME or not name.isprintable():
        return [f"Conversion Name: not 1 to {_LONGEST_NAME} characters on one line"]
    return []


def _time_faults(text: str, now: datetime) -> list[str]:
    if not _TIME_FORM.fullmatch(text):
        return ["not as 2026-11-29 13:00:00+0000"]
    try:
        return ["in the future"] if datetime.fromisoformat(text) > now else []
    except ValueError:
        return ["no day or time of a calendar"]


def _money_faults(cells: Mapping[str, str], value: str, currency: str) -> list[str]:
    if not cells[value] and not cells[currency]:
        return []
    faults = []
    if not _AMOUNT.fullmatch(cells[value]) or money_amount(cells[value]) is None:
        faults.append(f"{value}: no amount from 0 to 1,000,000,000")
    if cells[currency] not in CURRENCIES:
        faults.append(f"{currency}: no code of ISO 4217")
    return faults


def _time(moment: datetime) -> str:
    return moment.astimezone(UTC).strftime(_TIME)


def _amount(text: str | None) -> str:
    """A decimal string in plain notation, without an exponent."""
    amount = money_amount(text or "")
    return "" if amount is None else f"{Decimal(amount):f}"
