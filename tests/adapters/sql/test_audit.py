"""What an audit reads from the ledger: every lead once, with its source, price and outcomes."""

from __future__ import annotations

from datetime import date

import pytest

from fraudcheck.adapters.sql.engine import Database, _migrate
from fraudcheck.adapters.sql.ledger import SqlLedger
from fraudcheck.adapters.sql.schema import metadata
from fraudcheck.adapters.sql.verifying import Verifier
from fraudcheck.ports.ledger import OutcomeCounts
from fraudcheck.records import Enquiry, Outcome, Price, Quality
from tests.adapters.sql.test_ledger import made

DAY = ("2026-11-23T00:00:00.000Z", "2026-11-24T00:00:00.000Z")
NOW = "2026-12-01T10:00:00.000Z"
# The ids of ``made`` are of 2024: an audit looks among those from the time that it is asked for on.
SINCE = ("2024-11-01T00:00:00.000Z", DAY[1])
BOUGHT = {"campaign": "Tết", "sub_id": "7", "channel": "ppc", "price": Price(amount="12.50", currency="EUR")}


def told(outcome, **more):
    return Outcome(outcome=outcome, **more)


async def kept(store, *entries):
    for entry in entries:
        await store.append(entry)


async def read(store, tenant="default", since=SINCE):
    """Leads as rows, with source and kind in place of their numbers."""
    columns = await store.lead_columns(tenant, *since)
    rows = zip(*[iter(columns.rows)] * 8, strict=True)
    return [
        (columns.sources[source], columns.kinds[kind], *rest, columns.enquiries.get(enquiry), columns.bands.get(band))
        for source, kind, *rest, enquiry, band, _ in rows
    ]


async def test_a_lead_is_read_with_what_it_came_by_and_cost(store):
    await kept(store, made(1, vendor="Chợ Lớn Media", **BOUGHT), made(2, vendor=None, decision="reject"))
    day, untold = date(2026, 11, 23).toordinal(), (None, None)
    bought = ("accept", "genuine", "EUR", "PHONE_VALID")
    assert await read(store) == [
        (("Chợ Lớn Media", "Tết", "7", "ppc"), bought, day, 92, 12_500_000, *untold),
        ((None, None, None, None), ("reject", "genuine", None, "PHONE_VALID"), day, 92, -1, *untold),
    ]


async def test_a_lead_is_read_with_what_it_asks_for(store):
    first = made(1, enquiry=Enquiry(kind="sales_lead"), quality=Quality(band="hot"))
    again = made(4, revises=made(3).check_id, origin="revision", enquiry=Enquiry(kind="job"))
    await kept(store, first, made(2), made(3, enquiry=Enquiry(kind="spam")), again)
    assert [row[-2:] for row in await read(store)] == [("sales_lead", "hot"), (None, None), ("job", None)]


async def test_a_lead_that_was_sent_later_is_read_with_its_forms_time(store):
    sent = "2026-11-13T08:30:00.250Z"
    later = made(1, submitted_at=sent)
    again = made(2, revises=later.check_id, origin="revision", submitted_at=sent)
    ahead = made(4, submitted_at="2026-11-23T09:00:00.000Z")  # of a clock that is fast
    await kept(store, later, again, made(3), ahead)
    columns = await store.lead_columns("default", *SINCE)
    day = date(2026, 11, 23).toordinal()
    assert list(columns.rows[7::8]) == [day - 10, day, day]
    assert list(columns.rows[2::8]) == [day] * 3
    for entry in (again, made(3), ahead):
        await store.record_outcomes("default", [(entry.check_id, told("contacted"))], NOW)
    assert [one.form_at for one in await store.list_outcomes("default", *SINCE)] == [sent, "", ""]


async def test_an_outcome_comes_with_what_its_lead_cost_and_the_newest_verdict(store):
    first = made(1, codes=("PHONE_IMPOSSIBLE",), **BOUGHT)
    second = made(2, revises=first.check_id, origin="revision", codes=("LEAD_SEEN_BEFORE", "PHONE_VALID"), **BOUGHT)
    await kept(store, first, second, made(3))
    for entry in (first, made(3)):
        await store.record_outcomes("default", [(entry.check_id, told("contacted"))], NOW)
    assert [(one.price, one.currency, one.codes) for one in await store.list_outcomes("default", *SINCE)] == [
        (12_500_000, "EUR", "LEAD_SEEN_BEFORE PHONE_VALID"),
        (-1, None, "PHONE_VALID"),
    ]


async def test_an_outcome_comes_with_the_newest_version_of_its_lead(store):
    first, plain = made(1, enquiry=Enquiry(kind="spam"), decision="reject"), made(5, origin="batch:1")
    second = made(2, revises=first.check_id, origin="revision", decision="review")
    third = made(3, revises=second.check_id, origin="revision", enquiry=Enquiry(kind="sales_lead"))
    await kept(store, first, second, third, plain)
    for entry in (second, plain):
        await store.record_outcomes("default", [(entry.check_id, told("appointment"))], NOW)
    found = await store.list_outcomes("default", *SINCE)
    assert [(one.outcome.outcome, one.decision, one.enquiry) for one in found] == [
        ("appointment", "accept", "sales_lead"),
        ("appointment", "accept", None),
    ]
    assert found[0].checked_at == first.checked_at


async def test_own_events_prove_what_the_funnel_says(store):
    proofs = (frozenset({"qualified", "converted", "offer"}), frozenset({"contacted", "appointment"}))
    await kept(store, *[made(number) for number in range(1, 6)])
    returned = told("returned", reason="obviously_fake")
    for number, outcomes in enumerate(
        ([told("appointment")], [told("appointment"), returned], [told("offer"), returned], [told("demo")]), 1
    ):
        await store.record_outcomes("default", [(made(number).check_id, each) for each in outcomes], NOW)
    assert [(one.genuine, one.fake) for one in await store.outcome_counts("default", proofs)] == [(2, 1)]
    assert [(one.genuine, one.fake) for one in await store.outcome_counts("default")] == [(0, 2)]


async def test_only_the_tenants_own_leads_of_the_time_are_read(store):
    await kept(store, made(1), made(2, tenant="other"), made(3, tenant="other", origin="batch:1"))
    assert len(await read(store)) == 1
    assert await read(store, since=(DAY[1], NOW)) == []
    assert len(await read(store, tenant="other")) == 2


async def test_leads_that_were_kept_from_a_file_are_read_beside_live_ones(store):
    kept_one = made(3, origin="batch:1")
    await kept(store, made(1), kept_one)
    assert len(await read(store)) == 2
    await kept(store, made(4, revises=kept_one.check_id, origin="revision", trust_score=7))
    assert [row[3] for row in await read(store)] == [92, 7]


async def test_a_revised_lead_is_read_once_by_its_newest_version(store):
    first = made(1)
    again = {"revises": first.check_id, "origin": "revision"}
    await kept(store, first, made(2, **again), made(3, **again, trust_score=7), made(4))
    assert [row[3] for row in await read(store)] == [7, 92]


async def test_an_outcome_of_any_version_holds_for_all(store):
    first, second, other = made(1), made(2, revises=made(1).check_id, origin="revision"), made(3)
    await kept(store, first, second, other)
    sold = told("converted", value=Price(amount="900.00", currency="PLN"), at=NOW)
    assert await store.record_outcomes("default", [(second.check_id, sold)], NOW) == ["stored"]
    for entry in (first, second):
        assert await store.lead_outcomes("default", entry.check_id) == [sold]
    assert await store.lead_outcomes("default", other.check_id) == []


async def test_the_same_outcome_again_changes_nothing_and_one_of_no_check_is_missing(store):
    await kept(store, made(1), made(2, tenant="other"))
    returned = told("returned", reason="invalid_phone")
    for expected in ("stored", "known"):
        assert await store.record_outcomes("default", [(made(1).check_id, returned)], NOW) == [expected]
    strangers = [(made(n).check_id, returned) for n in (2, 9)]
    assert await store.record_outcomes("default", strangers, NOW) == ["missing", "missing"]
    assert [one.at for one in await store.lead_outcomes("default", made(1).check_id)] == [NOW]


async def test_what_became_of_the_leads_of_a_time(store):
    await kept(store, made(1, vendor="acme", **BOUGHT), made(2, vendor="beta", trust_score=13))
    answers = [(made(n).check_id, told("contacted", at=NOW)) for n in (2, 1)]
    await store.record_outcomes("default", answers, NOW)
    found = await store.list_outcomes("default", *SINCE)
    assert [(one.source, one.score) for one in found] == [
        (("acme", "Tết", "7", "ppc"), 92),
        (("beta", None, None, None), 13),
    ]
    assert await store.list_outcomes("default", DAY[1], NOW) == []


async def test_what_outcomes_prove_by_vendor_and_buyer(store):
    """A purchase counts more than a return, a return as fake more than contact; no answer proves nothing."""
    outcomes = [
        [told("contacted")],
        [told("contacted"), told("returned", reason="obviously_fake")],
        [told("converted"), told("returned", reason="obviously_fake")],
        [told("returned", reason="invalid_phone", buyer="north")],
        [told("returned", reason="no_answer")],
        [told("returned", reason="duplicate")],
    ]
    await kept(store, *[made(n) for n in range(len(outcomes))])
    for n, each in enumerate(outcomes):
        await store.record_outcomes("default", [(made(n).check_id, one) for one in each], NOW)
    assert sorted(await store.outcome_counts("default"), key=lambda one: one.buyer) == [
        OutcomeCounts(vendor="acme", buyer="", genuine=2, fake=1),
        OutcomeCounts(vendor="acme", buyer="north", genuine=0, fake=1),
    ]


async def test_the_newest_review_of_a_lead_counts_where_nobody_told_a_fact(store):
    """For who told it. What a call told goes before it, whoever told that."""
    early, late = "2026-11-24T00:00:00.000Z", "2026-11-25T00:00:00.000Z"
    outcomes = [
        [told("reviewed_fake", buyer="desk", at=late)],
        [told("reviewed_fake", buyer="desk", at=early), told("reviewed_genuine", buyer="boss", at=late)],
        [told("reviewed_genuine", buyer="desk", at=late), told("reviewed_fake", buyer="desk", at=early)],
        [told("reviewed_fake", buyer="desk", at=late), told("converted", buyer="north")],
        [told("reviewed_genuine", buyer="desk", at=late), told("returned", reason="invalid_phone", buyer="north")],
        [told("reviewed_fake", buyer="north", at=late), told("contacted", buyer="north")],
        [told("reviewed_genuine", buyer="desk", at=late), told("returned", reason="no_answer", buyer="north")],
    ]
    await kept(store, *[made(n) for n in range(len(outcomes))])
    for n, each in enumerate(outcomes):
        await store.record_outcomes("default", [(made(n).check_id, one) for one in each], NOW)
    counts = sorted(await store.outcome_counts("default"), key=lambda one: one.buyer)
    assert [(one.buyer, one.genuine, one.fake) for one in counts] == [("boss", 1, 0), ("desk", 2, 1), ("north", 1, 2)]


@pytest.mark.parametrize("amount", ["1E-99999999", "9E+999999", "NaN", "0E-99999999", "9" * 30])
async def test_an_amount_that_an_older_service_kept_fills_no_page(store, amount):
    """Written out, 1E-99999999 has a hundred million digits."""
    await kept(store, made(1))
    price = Price(amount=amount, currency="EUR")
    await store.record_outcomes("default", [(made(1).check_id, told("converted", value=price))], NOW)
    assert [one.value for one in await store.lead_outcomes("default", made(1).check_id)] == [None]


async def test_erasing_a_person_leaves_what_became_of_the_lead(store):
    await kept(store, made(1))
    await store.record_outcomes("default", [(made(1).check_id, told("contacted"))], NOW)
    await store.erase("default", [f"check:{made(1).check_id}"], "2026-11-29T00:00:00.000Z")
    assert len(await store.lead_outcomes("default", made(1).check_id)) == 1
    assert len(await read(store)) == 1


async def test_a_term_is_numbered_once_for_all_writers(url, store):
    """Two processes write to one ledger, and each remembers the terms' numbers by itself."""
    other = SqlLedger(url)
    await other.start()
    await kept(store, made(1, vendor="acme"))
    await kept(other, made(2, vendor="acme"), made(3, vendor="beta"))
    await kept(store, made(4, vendor="beta"))
    await other.flush_index()
    assert [row[0][0] for row in await read(store)] == ["acme", "acme", "beta", "beta"]
    await other.close()


async def test_a_ledger_of_0006_with_leads_opens_and_is_audited(url):
    """Its checks have no kind of enquiry: nobody looked at them; those that come later have one."""
    before = SqlLedger(url)
    await before.start()
    sent = "2026-11-01T10:00:00.000Z"
    await kept(before, made(1, vendor="acme", **BOUGHT), made(2, vendor="beta", submitted_at=sent))
    await before.flush_index()
    with before._database.writing.begin() as connection:
        for column in ("enquiry", "band", "form_at"):
            connection.exec_driver_sql(f"ALTER TABLE checks DROP COLUMN {column}")
        for table in ("confirmations", "exports", "claims", "reviews"):  # of later versions
            connection.exec_driver_sql(f"DROP TABLE {table}")
        connection.exec_driver_sql("UPDATE alembic_version SET version_num = '0006'")
    await before.close()
    again = SqlLedger(url)
    await again.start()
    await kept(again, made(3, enquiry=Enquiry(kind="job"), quality=Quality(band="cold")))
    assert [(row[0][0], *row[-2:]) for row in await read(again)] == [
        ("acme", None, None),
        ("beta", None, None),
        ("acme", "job", "cold"),
    ]
    day = date(2026, 11, 23).toordinal()
    assert list((await again.lead_columns("default", *SINCE)).rows[7::8]) == [day, day - 22, day]
    assert await again.record_outcomes("default", [(made(1).check_id, told("contacted"))], NOW) == ["stored"]
    assert [one.enquiry for one in await again.list_outcomes("default", *SINCE)] == [None]
    await again.close()
    assert Verifier(url, None, None, lambda records: None).run().problems == []


@pytest.mark.parametrize("kept_by", ["0001"])
async def test_a_ledger_of_an_earlier_version_is_brought_up_to_date(url, kept_by):
    """Its records can be audited like new ones, as their look-up rows are made again."""
    database = Database(url)
    if database.path is not None:
        database.path.touch()
    entry = made(1, vendor="acme", **BOUGHT)
    row = {name: getattr(entry, name) for name in ("tenant", "check_id", "record", "record_hash")}
    with database.writing.begin() as connection:
        _migrate(connection, kept_by)
        connection.execute(metadata.tables["records"].insert(), row)
        content = {"tenant": entry.tenant, "check_id": entry.check_id, "content": entry.personal}
        connection.execute(metadata.tables["personal"].insert(), content)
    database.dispose()
    again = SqlLedger(url)
    await again.start()
    ((source, *_, price, enquiry, _),) = await read(again)
    assert (source, price, enquiry) == (("acme", "Tết", "7", "ppc"), 12_500_000, None)
    await again.close()


async def test_what_became_of_a_platforms_test_is_no_vendors_history(store):
    test, person = made(1, classification="test", decision="review"), made(2)
    await kept(store, test, person)
    for entry in (test, person):
        await store.record_outcomes("default", [(entry.check_id, told("contacted"))], NOW)
    assert [one.lead for one in await store.list_outcomes("default", *SINCE)] == [person.check_id]
    assert [(one.genuine, one.fake) for one in await store.outcome_counts("default")] == [(1, 0)]
