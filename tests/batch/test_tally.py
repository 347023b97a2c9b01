"""The figures at the end: added up slice by slice, and shown so that nothing large is missing."""

from __future__ import annotations

import msgspec

from fraudcheck.batch.folder import Plan
from fraudcheck.batch.tally import Tally, lost, summary
from fraudcheck.batch.writing import Style

PLAN = Plan(
    job="0123456789abcdef", tenant="default", policy="{}", files=(), columns=(), started="2026-11-23T09:30:00.000Z",
    style=Style("csv"), ends=(), shares=1,
)  # fmt: skip


def test_many_vendors_and_causes_are_cut_short():
    whole = Tally()
    for n in range(14):
        part = Tally()
        part.decisions.update(accept=n + 1)
        part.kinds.update(genuine=n + 1)
        part.scores.update({"90 to 100": n + 1})
        part.vendors[f"vendor {n}" if n else ""] = part.decisions
        part.unknown.update({f"check {n}: timeout": n + 1})
        whole.merge(msgspec.json.encode(part, order="sorted"))
    lines = summary(whole, PLAN)
    assert lines[0] == "105 rows: 105 judged, 0 rejected"
    vendors = lines[lines.index(next(line for line in lines if line.startswith("vendor"))) + 1 :][:11]
    assert vendors[0].split() == ["vendor", "13", "14", "100.0%", "0.0%", "0.0%"]
    assert vendors[-1].split() == ["(4", "more)", "10"]
    assert sum("timeout" in line for line in lines) == 10


def test_kinds_of_enquiry_and_bands_are_shown_where_any_is_known():
    tally = Tally()
    tally.decisions.update(accept=4)
    tally.kinds.update(genuine=4)
    tally.scores.update({"90 to 100": 4})
    tally.vendors[""] = tally.decisions
    tally.enquiries.update(sales_lead=3, spam=1)
    tally.bands.update(unknown=4)
    lines = summary(tally, PLAN)
    start = next(n for n, line in enumerate(lines) if line.startswith("enquiry"))
    assert [line.split()[:3] for line in lines[start + 1 : start + 3]] == [
        ["sales_lead", "3", "75.0%"],
        ["spam", "1", "25.0%"],
    ]
    assert not any(line.startswith("band") for line in lines)


def test_no_lead_at_all():
    assert summary(Tally(), PLAN) == ["0 rows: 0 judged, 0 rejected"]


def test_what_was_lost_is_said_first():
    tally = Tally()
    tally.decisions.update(accept=2)
    tally.kinds.update(genuine=2)
    tally.scores.update({"90 to 100": 2})
    tally.vendors[""] = tally.decisions
    tally.rejected.update({"neither a mail address nor a phone": 3})
    tally.warnings.update({"client.ip: not an IP address": 1})
    plan = msgspec.structs.replace(PLAN, lost=("the column 'Kontakt' looks like phone numbers and is not used",))
    assert summary(tally, plan)[:9] == [
        "5 rows: 2 judged, 3 rejected",
        "",
        "lost:",
        "  the column 'Kontakt' looks like phone numbers and is not used",
        "",
        "rejected because:",
        "  neither a mail address nor a phone  3",
        "",
        "cells that could not be read and counted as absent:",
    ]
    assert lost(tally, plan) == [
        "the column 'Kontakt' looks like phone numbers and is not used",
        "rows rejected: 3: neither a mail address nor a phone",
        "cells that could not be read: 1: client.ip: not an IP address",
    ]
