"""Listings: each filter finds what it should, whatever was revised, and none walks through what it does not want."""

from __future__ import annotations

import asyncio
import os
import threading
from datetime import UTC, datetime, timedelta

import pytest
from sqlalchemy import select, text

from fraudcheck.adapters.sql import listing
from fraudcheck.adapters.sql.ledger import SqlLedger
from fraudcheck.adapters.sql.schema import tags, terms, vendors
from fraudcheck.identifiers import uuid7
from fraudcheck.ledger.entry import make_entry
from fraudcheck.ledger.sealing import SALT_BYTES
from fraudcheck.ports import TooLong
from fraudcheck.ports.ledger import ALL_LIVE, CheckFilter
from fraudcheck.records import Enquiry, Lead, Quality, Source, format_utc
from tests.ledger.verdicts import verdict

START = datetime(2026, 11, 23, tzinfo=UTC)
FOREVER = "WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n) SELECT count(*) FROM n WHERE i < 0"


def made(
    number,
    *,
    revises=None,
    origin="live",
    vendor="acme",
    decision="accept",
    kind="genuine",
    codes=("PHONE_VALID",),
    enquiry="unknown",
    band="unknown",
):
    told = verdict(
        check_id(number),
        minutes(number),
        codes=codes,
        origin=origin,
        decision=decision,
        classification=kind,
        enquiry=Enquiry(kind=enquiry),
        quality=Quality(band=band),
        revises=None if revises is None else check_id(revises),
    )
    return make_entry(
        "default", check_id(number), Lead(phone="0912 840 375", source=Source(vendor=vendor)), facts={},
        verdict=told, tokens={}, salts=os.urandom(SALT_BYTES), idempotency=f"key {number}", body_digest="",
    )  # fmt: skip


def check_id(number):
    return uuid7(START + timedelta(minutes=number), bytes(10))


def minutes(number):
    return format_utc(START + timedelta(minutes=number))


LEADS = [
    made(0, enquiry="sales_lead", band="hot"),
    made(1, vendor="beta", codes=("EMAIL_DISPOSABLE", "PHONE_VALID")),
    made(2, decision="review", kind="unverified"),
    made(3, origin="batch:one", vendor="beta", band="hot"),
    made(4, origin="revision", revises=1, vendor="beta", decision="reject", kind="bot", enquiry="spam"),
    made(5, origin="revision", revises=3, vendor="beta", codes=("EMAIL_DISPOSABLE",)),
    made(6, vendor=None, codes=()),
    made(7, origin="revision", revises=2, decision="reject", kind="bot", codes=("PHONE_VALID", "PHONE_VALID")),
    made(8, origin="revision", revises=2, decision="accept", enquiry="sales_lead", band="warm"),
    made(9, vendor='quo"te, %_', codes=("PHONE_VALID", "EMAIL_DISPOSABLE")),
]

SPELLED = [
    made(number, vendor=vendor)
    for number, vendor in enumerate(
        ["LeadHaus", "LEADHAUS", "lead\u200bhaus ", "Lead Haus", "LEAD\u00a0 HAUS", "Chợ Lớn"], 30
    )
]


async def test_a_vendor_is_found_by_every_spelling(store):
    for entry in reversed(SPELLED):
        await store.append(entry)
    for asked, numbers in (
        ("leadhaus", [32, 31, 30]),
        (" LEADHAUS ", [32, 31, 30]),
        ("lead  haus", [34, 33]),
        ("cho\u031b\u0323 LO\u031b\u0301N", [35]),  # parted into letters and marks
        ("leadhau", []),
    ):
        found = await store.list("default", CheckFilter(vendor=asked), limit=9)
        assert [stored.check_id for stored in found] == [check_id(number) for number in numbers], asked
    columns = await store.lead_columns("default", minutes(0), minutes(99))
    assert {source[0] for source in columns.sources.values()} == {"LeadHaus", "Lead Haus", "Chợ Lớn"}
    columns = await store.lead_columns("default", minutes(32), minutes(33))
    assert [source[0] for source in columns.sources.values()] == ["LeadHaus"]  # which is before the time asked for


async def test_how_many_leads_were_decided_how(store):
    nothing = {"accept": 0, "review": 0, "reject": 0}
    assert await store.count_decisions("default", minutes(0)) == nothing
    for entry in [*LEADS[:7], LEADS[8], made(30, decision="reject"), made(31, decision="review", kind="test")]:
        await store.append(entry)
    counts = await store.count_decisions("default", minutes(0))
    assert counts == {"accept": 4, "review": 0, "reject": 2}  # each by its newest version, and no test
    assert await store.count_decisions("default", minutes(20)) == {"accept": 0, "review": 0, "reject": 1}
    assert await store.count_decisions("default", minutes(60)) == nothing
    assert await store.count_decisions("other", minutes(0)) == nothing


@pytest.mark.parametrize(
    ("wanted", "numbers"),
    [
        (ALL_LIVE, [9, 8, 6, 4, 0]),
        (CheckFilter(vendor="acme"), [8, 0]),
        (CheckFilter(vendor="beta"), [4]),
        (CheckFilter(vendor='quo"te, %_'), [9]),
        (CheckFilter(vendor="%"), []),
        (CheckFilter(decision="reject"), [4]),
        (CheckFilter(decision="review"), []),
        (CheckFilter(classification="bot"), [4]),
        (CheckFilter(enquiry="sales_lead"), [8, 0]),
        (CheckFilter(enquiry="spam"), [4]),
        (CheckFilter(enquiry="spam", vendor="acme"), []),
        (CheckFilter(enquiry="job"), []),
        (CheckFilter(enquiry="unknown"), [9, 6]),
        (CheckFilter(band="hot"), [0]),
        (CheckFilter(band="hot", vendor="beta"), []),
        (CheckFilter(band="warm", enquiry="sales_lead"), [8]),
        (CheckFilter(band="cold"), []),
        (CheckFilter(band="unknown"), [9, 6, 4]),
        (CheckFilter(band="unknown", enquiry="unknown"), [9, 6]),
        (CheckFilter(enquiry="unknown", vendor="acme"), []),
        (CheckFilter(classification="genuine"), [9, 8, 6, 0]),
        (CheckFilter(reason="EMAIL_DISPOSABLE"), [9]),
        (CheckFilter(reason="EMAIL_DISPOSABL_"), []),
        (CheckFilter(reason="PHONE_VALID"), [9, 8, 4, 0]),
        (CheckFilter(reason="EMAIL_DISPOSABLE", vendor="acme"), []),
        (CheckFilter(origin="revision"), [8, 5, 4]),
        (CheckFilter(origin="revision", reason="EMAIL_DISPOSABLE"), [5]),
        (CheckFilter(origin="batch:one"), []),
        (CheckFilter(origin="batch:none"), []),
        (CheckFilter(since=minutes(4), until=minutes(9)), [8, 6, 4]),
        (CheckFilter(until=minutes(0)), []),
        (CheckFilter(since="2126-01-01T00:00:00.000Z"), []),
        (CheckFilter(until="1969-01-01T00:00:00.000Z"), []),
        (CheckFilter(vendor="acme", decision="accept", classification="genuine", reason="PHONE_VALID"), [8, 0]),
    ],
)
async def test_what_each_filter_finds(store, wanted, numbers):
    for entry in LEADS:
        await store.append(entry)
    found = [stored.check_id for stored in await store.list("default", wanted, limit=99)]
    assert found == [check_id(number) for number in numbers]
    first, *others = found or [None]
    assert [stored.check_id for stored in await store.list("default", wanted, limit=1)] == found[:1]
    assert [
        stored.check_id for stored in await store.list("default", wanted, limit=99, before_check_id=first)
    ] == others
    assert await store.list("other", wanted, limit=99) == []


@pytest.mark.parametrize(
    "wanted",
    [
        CheckFilter(reason="EMAIL_NULL_MX"),
        CheckFilter(reason="NEVER_SEEN"),
        CheckFilter(vendor="rare"),
        CheckFilter(vendor="nobody"),
        CheckFilter(classification="prank"),
        CheckFilter(decision="review"),
        CheckFilter(origin="batch:rare"),
        CheckFilter(until=minutes(1)),
        CheckFilter(since=minutes(9000)),
        CheckFilter(reason="EMAIL_NULL_MX", vendor="acme", decision="accept"),
        CheckFilter(reason="PHONE_VALID", vendor="rare"),
    ],
)
async def test_what_is_rare_or_absent_costs_no_walk_through_the_others(many, wanted):
    steps = 0

    def count():
        nonlocal steps
        steps += 1

    with many._database.reading.begin() as connection:
        connection.connection.driver_connection.set_progress_handler(count, 1)
        listing.page(connection, "default", wanted, 51, None)
        connection.connection.driver_connection.set_progress_handler(None, 0)
    assert steps < 3_000  # a walk through all 4,000 takes a hundred thousand


@pytest.fixture
async def many(tmp_path):
    store = SqlLedger(f"sqlite:///{tmp_path / 'ledger.sqlite'}")
    await store.start()
    rare = {"vendor": "rare", "kind": "prank", "decision": "review", "codes": ("EMAIL_NULL_MX",)}
    entries = [made(0, **rare), made(1, origin="batch:rare"), *[made(number) for number in range(2, 4000)]]
    await asyncio.gather(*[store.append(entry) for entry in entries])
    await store.flush_index()
    yield store
    await store.close()


async def test_what_takes_too_long_is_given_up_and_the_connection_serves_on(store):
    for _ in range(6):
        with pytest.raises(TooLong):
            await store._read(lambda connection: connection.execute(text(FOREVER)).all(), within=0.05)
    await store.append(made(1))
    assert len(await store.list("default", limit=9)) == 1


async def test_readers_that_fill_their_threads_hold_up_no_look_up(store):
    entry = made(1)
    await store.append(entry)
    done = threading.Event()
    readers = [asyncio.create_task(store._read(lambda _: done.wait(30))) for _ in range(8)]
    await asyncio.sleep(0.05)
    assert (await store.by_idempotency("default", "key 1"))[0] == entry.check_id
    assert (await store.get("default", entry.check_id)).record == entry.record
    assert await store.outcome_counts("default") == []
    assert not any(reader.done() for reader in readers)
    done.set()
    assert all(await asyncio.gather(*readers))


async def test_an_older_ledger_is_tagged_at_its_next_start(store, url):
    for entry in (*LEADS, *SPELLED):
        await store.append(entry)
    await store.flush_index()
    with store._database.writing.begin() as connection:
        before = set(connection.execute(select(terms.c.text, tags.c.check_id).join(tags, tags.c.term == terms.c.id)))
        first = set(connection.execute(select(vendors)))
        for table in ("tags", "erasures", "uncounted", "vendors", "confirmations", "exports", "claims", "reviews"):
            connection.exec_driver_sql(f"DROP TABLE {table}")
        for column in ("enquiry", "band", "form_at"):
            connection.exec_driver_sql(f"ALTER TABLE checks DROP COLUMN {column}")
        connection.execute(terms.delete().where(terms.c.text.startswith("{")))
        connection.exec_driver_sql("UPDATE alembic_version SET version_num = '0002'")
        connection.exec_driver_sql("CREATE INDEX checks_vendor ON checks (tenant, vendor, check_id)")
    again = SqlLedger(url)
    await again.start()
    await again.append(made(41))
    assert [stored.check_id for stored in await again.list("default", limit=1)] == [check_id(41)]
    with again._database.reading.begin() as connection:
        after = set(connection.execute(select(terms.c.text, tags.c.check_id).join(tags, tags.c.term == terms.c.id)))
        assert set(connection.execute(select(vendors))) == first
    assert {name for _, _, name, _ in first} == {"acme", "beta", 'quo"te, %_', "LeadHaus", "Lead Haus", "Chợ Lớn"}
    assert [stored.check_id for stored in await again.list("default", CheckFilter(vendor="LEADHAUS"), limit=9)] == [
        check_id(n) for n in (32, 31, 30)
    ]
    await again.close()
    kinds = {row for row in before if row[0].startswith('{"enquiry"')}  # which an older ledger did not know
    assert len(kinds) == 3
    assert {row for row in after if row[1] != check_id(41)} == before - kinds
