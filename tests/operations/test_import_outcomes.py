"""A buyer's CRM exports what became of its leads; each row finds its check."""

from __future__ import annotations

import json

import pytest

from fraudcheck.adapters.lists.sources import read_table
from fraudcheck.batch.outcome_rows import Asked, open_rows
from fraudcheck.fields.normal_form import simplify
from fraudcheck.ledger.outcomes import RETURNED_AS
from fraudcheck.operations.import_outcomes import Bringing, import_rows, row_leads, status_reader
from fraudcheck.worth.funnel import DEFAULT, load_funnel

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


async def bring(service, content, funnel=DEFAULT, country=None, **asked):
    """What becomes of a file's rows, as by the command."""
    file = service.settings.data_dir / "brought"
    file.write_bytes(content if isinstance(content, bytes) else content.encode())
    leads = row_leads(service.settings, service.ledger, "default", country)
    with open_rows(Asked(path=file, **asked), status_reader(funnel)) as opened:
        told = Bringing(now=NOW, funnel=funnel, mark=opened.mark, ours=opened.ours)
        return await import_rows(opened.rows, service.ledger, "default", leads, told, progress=lambda rows: None)


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


async def test_by_the_id_of_metas_export(service):
    tenant = await service.tenant("default")
    lead = {"reference": "668610767661077", "phone": "+84912840375"}
    check_id = (await service.pipeline.check(tenant, json.dumps(lead).encode())).check_id
    brought = await bring(service, "reference,outcome\nl:668610767661077,qualified\nl:1,qualified\n")
    assert (brought.answers["stored"], len(brought.problems)) == (1, 1)
    assert await told(service, check_id) == [("qualified", None)]


async def test_by_check_id_and_with_a_value(service, bought):
    text = f"check_id,outcome,amount,currency,at\n{bought[0].upper()},converted,900.00,PLN,2026-11-30\n"
    await bring(service, text)
    (one,) = await service.ledger.lead_outcomes("default", bought[0])
    assert (one.value.amount, one.value.currency, one.at) == ("900.00", "PLN", "2026-11-30T00:00:00.000Z")


async def test_a_tenants_own_events_are_brought_too(service, bought):
    funnel = load_funnel({"events": {"Demo booked": {"after": "contacted"}}})
    brought = await bring(service, "reference,status\ncrm-1,Demo Booked\ncrm-1,Halfway there\n", funnel=funnel)
    assert await told(service, bought[0]) == [("demo_booked", None)]
    ((line, problem),) = brought.problems
    assert (line, problem) == (
        3,
        "outcome `Halfway there` is not known: give one of contacted, demo_booked, qualified, converted, "
        "returned, reviewed_genuine, reviewed_fake",
    )


async def test_a_reference_that_came_twice_means_the_newest_lead(service, bought):
    await bring(service, "reference,outcome\ncrm-2,contacted\nsố 3,qualified\n")
    assert await told(service, bought[3]) == [("contacted", None)]
    assert await told(service, bought[1]) == []
    assert await told(service, bought[2]) == [("qualified", None)]


async def test_brought_again_it_counts_once(service, bought):
    for expected in ({"stored": 1}, {"known": 1}):
        assert (await bring(service, "reference,outcome\ncrm-1,contacted\n")).answers == expected


async def test_rows_that_cannot_be_kept_are_named_by_their_lines_and_stop_no_other(service, bought):
    rows = ["crm-1,contacted,", "crm-9,contacted,", ",contacted,", "crm-1,Lan 0912,", "crm-1,returned,Lan was rude", ""]
    brought = await bring(service, "reference,outcome,reason\n" + "\n".join(rows))
    assert brought.answers == {"stored": 1}
    assert [line for line, _ in brought.problems] == [3, 4, 5, 6]
    assert not any(value in problem for _, problem in brought.problems for value in ("Lan", "crm"))


async def test_an_erased_lead_is_not_found_by_its_reference(service, bought):
    await service.ledger.erase("default", [f"check:{bought[0]}"], "2099-01-01T00:00:00.000Z")
    assert (await bring(service, "reference,outcome\ncrm-1,contacted\n")).problems == [
        (2, "reference: no lead came with it")
    ]


@pytest.mark.parametrize("amount", ["1E-99999999", "1E+999999", "NaN", "9" * 40])
async def test_an_amount_that_no_money_is_is_refused_with_its_line(service, bought, amount):
    brought = await bring(service, f"reference,outcome,amount,currency\ncrm-1,converted,{amount},EUR\n")
    assert brought.problems == [(2, "value.amount: not a price, or one with marks or a currency that may mean several")]


@pytest.mark.parametrize(
    ("status", "expected"),
    [
        *[(word, ("converted", None)) for word in ("Won", "CLOSED-WON", "Ganado", "Gagné", "Wygrana", "Kazanıldı")],
        *[(word, ("qualified", None)) for word in ("Qualifiziert", "Qualificata", "Cơ hội")],
        *[(word, ("contacted", None)) for word in ("Erreicht", "Contacté", "đã liên hệ")],
        *[(word, ("returned", "did_not_convert")) for word in ("Lost", "Perdu", "Kein Interesse", "không quan tâm")],
        *[(word, ("returned", "invalid_phone")) for word in ("Falsche Nummer", "số sai", "Zły numer", "wrong_number")],
        *[
            (word, ("returned", "no_answer"))
            for word in ("Nicht erreicht", "không nghe máy", "No contesta", "Недозвон")
        ],
        ("Dublette", ("returned", "duplicate")),
    ],
)
async def test_a_status_as_crms_write_it(service, bought, status, expected):
    brought = await bring(service, f"reference,status\ncrm-1,{status}\n")
    assert (brought.answers["stored"], brought.problems) == (1, [])
    assert await told(service, bought[0]) == [expected]


async def test_a_reason_of_its_own_goes_before_that_of_the_status(service, bought):
    rows = ["crm-1,Verloren,Falsche Nummer", "crm-2,Returned,số sai", "số 3,Won,too cheap"]
    brought = await bring(service, "reference,status,reason\n" + "\n".join(rows))
    assert await told(service, bought[0]) == [("returned", "invalid_phone")]
    assert await told(service, bought[3]) == [("returned", "invalid_phone")]
    assert brought.problems == []
    assert await told(service, bought[2]) == [("converted", None)]  # a CRM keeps the reason of an earlier loss
    ours = await bring(service, "reference,outcome,reason\nsố 3,Won,too cheap\n")
    assert [line for line, _ in ours.problems] == [2]


async def test_a_tenants_own_event_goes_before_the_words_of_crms(service, bought):
    funnel = load_funnel({"events": {"Signed": {"after": "qualified"}}})
    await bring(service, "reference,status\ncrm-1,signed\n", funnel=funnel)
    assert await told(service, bought[0]) == [("signed", None)]


async def test_unknown_statuses_are_named_but_no_names(service, bought):
    rows = [f"crm-1,{word}" for word in ("Angebot raus", "Angebot raus", "lan@firma.vn", "0912840375", "x" * 41)]
    brought = await bring(service, "reference,status\n" + "\n".join(rows))
    first, second, *others = [problem for _, problem in brought.problems]
    assert first == second
    assert "`Angebot raus` is not known" in first
    assert len(set(others)) == 1
    assert "`" not in others[0]
    names = "".join(f"crm-1,Name {chr(65 + number)}\n" for number in range(26))
    problems = {problem for _, problem in (await bring(service, f"reference,status\n{names}")).problems}
    assert not any("Name Z" in problem for problem in problems)


@pytest.mark.parametrize(
    ("amounts", "expected"),
    [
        (["1.250,00"], ["1250.00"]),
        (["1.250,00 €"], ["1250.00"]),
        (["1,250.00"], ["1250.00"]),
        (["€ 1 250,50", "1.250"], ["1250.50", "1250"]),
        (["12.50", "1,250"], ["12.50", "1250"]),
        (["900"], ["900"]),
    ],
)
async def test_amounts_as_people_write_them(service, bought, amounts, expected):
    rows = [f"{name};Won;{amount};EUR" for name, amount in zip(("crm-1", "crm-2"), amounts, strict=False)]
    brought = await bring(service, "reference;status;amount;currency\n" + "\n".join(rows))
    assert brought.problems == []
    found = [
        one.value.amount
        for check in (bought[0], bought[3])
        for one in await service.ledger.lead_outcomes("default", check)
    ]
    assert found == expected


async def test_an_amount_names_its_currency_where_no_column_does_and_what_is_uncertain_is_refused(service, bought):
    rows = ['crm-1,Won,"1.250,00 €"', "crm-2,Won,1.250 EUR", "số 3,Won,12 USD"]
    brought = await bring(service, "reference,status,amount\n" + "\n".join(rows))
    assert brought.answers["stored"] == 3  # the first amount tells what the second is
    alone = await bring(service, "reference,status,amount,currency\ncrm-1,Won,1.250,EUR\n")
    assert [line for line, _ in alone.problems] == [2]
    other = await bring(service, "reference,status,amount,currency\ncrm-1,Won,12 USD,EUR\n")
    assert [line for line, _ in other.problems] == [2]


def test_no_word_means_two_things():
    seen = {}
    for meaning, words in read_table("outcome_words")["words"].items():
        outcome, _, reason = meaning.partition(".")
        assert outcome in DEFAULT.words
        assert not reason or reason in RETURNED_AS
        for word in words.split(","):
            assert seen.setdefault(simplify(word), meaning) == meaning, word
