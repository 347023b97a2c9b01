"""A buyer's CRM exports what became of its leads; each row finds its check."""

from __future__ import annotations

import json

import pytest

from fraudcheck import wiring
from fraudcheck.operations.import_outcomes import import_rows
from fraudcheck.worth.funnel import load_funnel

NOW = "2026-12-01T00:00:00.000Z"


@pytest.fixture
async def bought(service):
    """Three leads with references, one of them sent twice."""
    tenant = await service.tenant("default")
    leads = [
        ("crm-1", "+84912840375"),
        ("crm-2", "+2348032840375"),
        ("số 3", "+48502840375"),
        ("crm-2", "+2348032840376"),
    ]
    return [
        (await service.pipeline.check(tenant, json.dumps({"reference": name, "phone": phone}).encode())).check_id
        for name, phone in leads
    ]


async def bring(service, text, **more):
    key = wiring.identity_key(service.settings, "default")
    lines = text.splitlines(keepends=True)
    return await import_rows(lines, service.ledger, "default", key=key, now=NOW, progress=lambda rows: None, **more)


async def told(service, check_id):
    return [(one.outcome, one.reason) for one in await service.ledger.lead_outcomes("default", check_id)]


@pytest.mark.parametrize(
    "text",
    [
        pytest.param("reference,outcome,reason\ncrm-1,returned,Wrong number\n", id="commas"),
        pytest.param("\ufeffOutcome;Reference;Return reason\nReturned;crm-1;wrong_number\n", id="a spreadsheet's"),
        pytest.param("status\tnotes\treference\treason\nreturned\tLan, twice\tcrm-1\tbad phone\n", id="tabs"),
    ],
)
async def test_by_reference(service, bought, text):
    brought = await bring(service, text)
    assert (brought.answers["stored"], brought.problems) == (1, [])
    assert await told(service, bought[0]) == [("returned", "invalid_phone")]


async def test_by_check_id_and_with_a_value(service, bought):
    text = f"check_id,outcome,amount,currency,at\n{bought[0].upper()},converted,900.00,PLN,2026-11-30\n"
    await bring(service, text)
    (one,) = await service.ledger.lead_outcomes("default", bought[0])
    assert (one.value.amount, one.value.currency, one.at) == ("900.00", "PLN", "2026-11-30T00:00:00.000Z")


async def test_a_tenants_own_events_are_brought_too(service, bought):
    funnel = load_funnel({"events": {"Demo booked": {"after": "contacted"}}})
    brought = await bring(service, "reference,status\ncrm-1,Demo Booked\ncrm-1,Offer sent\n", funnel=funnel)
    assert await told(service, bought[0]) == [("demo_booked", None)]
    ((line, problem),) = brought.problems
    assert (line, problem) == (3, "outcome: not one of contacted, demo_booked, qualified, converted, returned")


async def test_a_reference_that_came_twice_means_the_newest_lead(service, bought):
    await bring(service, "reference,outcome\ncrm-2,contacted\nsố 3,qualified\n")
    assert await told(service, bought[3]) == [("contacted", None)]
    assert await told(service, bought[1]) == []
    assert await told(service, bought[2]) == [("qualified", None)]


async def test_brought_again_it_counts_once(service, bought):
    for expected in ({"stored": 1}, {"known": 1}):
        assert (await bring(service, "reference,outcome\ncrm-1,contacted\n")).answers == expected


async def test_rows_that_cannot_be_kept_are_named_by_their_lines_and_stop_no_other(service, bought):
    rows = ["crm-1,contacted,", "crm-9,contacted,", ",contacted,", "crm-1,sold,", "crm-1,returned,Lan was rude", ""]
    brought = await bring(service, "reference,outcome,reason\n" + "\n".join(rows))
    assert brought.answers == {"stored": 1}
    assert [line for line, _ in brought.problems] == [3, 4, 5, 6]
    assert not any(value in problem for _, problem in brought.problems for value in ("Lan", "crm"))


@pytest.mark.parametrize("text", ["", "reference,reason\n", "outcome\ncontacted\n"])
async def test_a_file_without_the_columns_says_which_are_needed(service, text):
    with pytest.raises(ValueError, match="outcome, and check_id or reference"):
        await bring(service, text)


async def test_an_erased_lead_is_not_found_by_its_reference(service, bought):
    await service.ledger.erase("default", [f"check:{bought[0]}"], "2099-01-01T00:00:00.000Z")
    assert (await bring(service, "reference,outcome\ncrm-1,contacted\n")).problems == [
        (2, "reference: no lead came with it")
    ]


@pytest.mark.parametrize("amount", ["1E-99999999", "1E+999999", "NaN", "9" * 40])
async def test_an_amount_that_no_money_is_is_refused_with_its_line(service, bought, amount):
    brought = await bring(service, f"reference,outcome,amount,currency\ncrm-1,converted,{amount},EUR\n")
    assert brought.problems == [(2, "value.amount: not a price, or one with marks or a currency that may mean several")]
