"""What was reported to the platforms is remembered, in SQLite and PostgreSQL alike."""

from __future__ import annotations

import msgspec
import pytest

from fraudcheck.adapters.sql.ledger import SqlLedger
from fraudcheck.ports.exports import Export
from tests.adapters.sql.test_ledger import made
from tests.report.leads_to_tell import told

NOW = "2026-12-01T10:00:00.000Z"
FIRST, SECOND, THIRD, OTHER = (made(number).check_id for number in (1, 2, 3, 4))


def export(lead=FIRST, event="converted", **more):
    parts = {"name": "Sale", "identifier": "gclid", "at": NOW, "exported_at": NOW, "file": "/a.csv"}
    return Export(lead=lead, event=event, **parts | more)


@pytest.fixture
async def leads(store):
    """A lead of three versions, the last of which was rejected, and another lead."""
    for entry in (
        made(1),
        made(2, revises=FIRST, origin="revision"),
        made(3, revises=SECOND, origin="revision", decision="reject"),
        made(4),
        made(5, tenant="other"),
    ):
        await store.append(entry)
    return store


async def test_a_lead_is_found_by_any_of_its_versions(leads):
    await leads.record_outcomes("default", [(SECOND, told("converted", amount="5"))], NOW)
    await leads.add_exports("default", "google", [export(value="5", currency="EUR")])
    await leads.add_exports("default", "meta", [export(OTHER)])
    await leads.add_exports("other", "google", [export(OTHER)])
    found = await leads.leads_exported("default", "google", [FIRST, SECOND, THIRD, OTHER])
    assert [found[key].lead for key in (FIRST, SECOND, THIRD, OTHER)] == [FIRST, FIRST, FIRST, OTHER]
    one = found[THIRD]
    assert ([each.outcome for each in one.outcomes], one.decision, one.classification) == (
        ["converted"],
        "reject",
        "genuine",
    )
    assert one.exports == [export(value="5", currency="EUR")]
    assert (found[OTHER].outcomes, found[OTHER].exports, found[OTHER].decision) == ([], [], "accept")
    assert await leads.leads_exported("default", "google", []) == {}


async def test_nothing_is_stored_twice(leads):
    both = [export(), export(event="form")]
    assert await leads.add_exports("default", "google", both) == 2
    assert await leads.add_exports("default", "google", [*both, export(nth=1, kind="retract")]) == 1
    assert await leads.add_exports("default", "meta", both) == 2
    assert await leads.add_exports("default", "google", []) == 0


async def test_pages_hold_each_lead_once_from_a_time_on(leads):
    early = export(OTHER, at="2026-01-01T00:00:00.000Z")
    await leads.add_exports("default", "google", [export(), export(event="form"), early])
    pages = [await leads.list_exported("default", "google", "2026-11-01", limit=9)]
    pages.append(await leads.list_exported("default", "google", "2025-11-01", limit=1))
    pages.append(await leads.list_exported("default", "google", "2025-11-01", limit=9, after_lead=FIRST))
    assert [[(one.lead, len(one.exports)) for one in page] for page in pages] == [
        [(FIRST, 2)],
        [(FIRST, 2)],
        [(OTHER, 1)],
    ]
    assert pages[0][0].decision == "reject"


@pytest.mark.parametrize("written", [True, False])
async def test_what_is_left_unwritten_is_settled_by_its_file(leads, written):
    await leads.add_exports("default", "google", [export(written=True, file="/old.csv"), export(event="form")])
    await leads.add_exports("other", "meta", [export(OTHER, file="/b.json")])
    assert await leads.unfinished_exports() == ["/a.csv", "/b.json"]
    await leads.settle_exports("/a.csv", written)
    await leads.settle_exports("/old.csv", False)
    assert await leads.unfinished_exports() == ["/b.json"]
    exports = (await leads.leads_exported("default", "google", [FIRST]))[FIRST].exports
    assert [(one.event, one.written) for one in exports] == [("converted", True)] + [("form", True)] * written


async def test_it_is_there_after_a_restart(leads, url):
    await leads.add_exports("default", "google", [export()])
    again = SqlLedger(url)
    await again.start()
    try:
        assert (await again.leads_exported("default", "google", [FIRST]))[FIRST].exports == [export()]
    finally:
        await again.close()


async def test_ten_thousand_at_once(leads):
    many = [export(event=f"e{number}") for number in range(10_000)]
    assert await leads.add_exports("default", "google", many) == 10_000
    (page,) = await leads.list_exported("default", "google", "2026", limit=9)
    assert sorted(map(msgspec.json.encode, page.exports)) == sorted(map(msgspec.json.encode, many))
