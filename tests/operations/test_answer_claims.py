"""A vendor's own list answers a claim; what does not fit the claim is named and changes nothing."""

from __future__ import annotations

import json
from datetime import UTC, datetime

import pytest

from fraudcheck import wiring
from fraudcheck.adapters.lists.sources import read_table
from fraudcheck.batch.outcome_columns import ANSWER
from fraudcheck.batch.outcome_rows import Asked, open_rows
from fraudcheck.cli.claim_answers import answered_text
from fraudcheck.fields.normal_form import simplify
from fraudcheck.operations.answer_claims import answer_claims, read_answer
from fraudcheck.ports.claims import Claimed

CLAIMED_AT, NOW = "2026-12-01T00:00:00.000Z", datetime(2026, 12, 20, tzinfo=UTC)
LEADS = [
    {"reference": "A-1", "email": "one@example.org", "source": {"vendor": "adclick"}},
    {"reference": "A-2", "email": "two@example.org", "source": {"vendor": "adclick"}},
    {"reference": "A-3", "email": "three@example.org", "source": {"vendor": "adclick"}},
    {"reference": "A-1", "email": "four@example.org", "source": {"vendor": "leadking"}},
    {"reference": "never", "email": "five@example.org", "source": {"vendor": "adclick"}},
]


@pytest.fixture
async def checks(settings):
    """Five leads, of which the first four were claimed, each for 12.50 EUR: three of one vendor, one of another."""
    async with wiring.service(settings) as running:
        tenant = await running.tenant("default")
        ids = [(await running.pipeline.check(tenant, json.dumps(lead).encode())).check_id for lead in LEADS]
    async with wiring.ledger_only(settings) as ledger:
        for claim, vendor, leads in (("c-1", "adclick", ids[:3]), ("c-2", "leadking", ids[3:4])):
            rows = [
                Claimed(
                    lead=lead, check_id=lead, claim=claim, vendor=vendor, reason="invalid_phone", currency="EUR",
                    price=12_500_000, amount=12_500_000, claimed_at=CLAIMED_AT,
                )
                for lead in leads
            ]  # fmt: skip
            assert await ledger.keep_claim("default", rows) == []
    return ids


async def answer(settings, content, claim=None, now=NOW, **asked):
    file = settings.data_dir / "answers"
    file.write_bytes(content if isinstance(content, bytes) else content.encode())
    with open_rows(Asked(path=file, fields=ANSWER, **asked), read_answer) as opened:
        return await answer_claims(
            settings, "default", opened.rows, now, lambda rows: None, mark=opened.mark, claim=claim,
            vendor=asked.get("vendor"),
        )  # fmt: skip


async def told(settings, check_id):
    async with wiring.ledger_only(settings) as ledger:
        rows = [row.claimed for claim in ("c-1", "c-2") for row in await ledger.claim_rows("default", claim)]
    (one,) = [row for row in rows if row.lead == check_id]
    return one.answer, one.credited


LISTS = {
    "English": "Reference,Answer,Amount credited,Date\nA-2,Accepted,12.50,2026-12-10\nA-3,Rejected,,2026-12-10\n",
    "German": "Referenz;Entscheidung;Gutschrift;Datum\nA-2;Anerkannt;12,50 €;10.12.2026\nA-3;abgelehnt;;10.12.2026\n",
    "Vietnamese": "Mã tham chiếu,Trả lời,Số tiền hoàn\nA-2,Chấp nhận,12.50\nA-3,Từ chối,\n",
    "French": "Référence;Réponse;Montant de l'avoir\nA-2;Accepté;12,50\nA-3;Refusé;\n",
    "Spanish": "Referencia;Respuesta;Importe abonado\nA-2;Aceptado;12,50\nA-3;Rechazado;\n",
    "Polish": "Numer referencyjny;Decyzja;Kwota uznania\nA-2;Uznano;12,50\nA-3;Odrzucono;0,00\n",
    "Japanese": "参照番号,回答,返金額\nA-2,承認,12.50\nA-3,却下,\n",
    "Chinese": "參考編號,答覆,退款金額\nA-2,同意,12.50\nA-3,拒絕,\n",
    "credit notes below zero": "reference,credited,answer\nA-2,-12.50,ok\nA-3,,no\n",
    "our own list with their answer": 'check_id,reference,amount,currency,"Your answer (accepted, refused, credited)",'
    "Credited\n,A-2,12.50,EUR,credited,12.50\n,A-3,12.50,EUR,refused,\n,A-1,12.50,EUR,,\nTotal,,37.50,EUR,,\n",
    "by mail alone": "Email,Decision,Refund\ntwo@example.org,approved,12.50\nthree@example.org,declined,\n",
}


@pytest.mark.parametrize("name", LISTS)
async def test_a_list_as_agencies_write_it(settings, checks, name):
    answered = await answer(settings, LISTS[name])
    assert (answered.problems, answered.answers["stored"]) == ([], 2)
    assert await told(settings, checks[1]) == ("credited", 12_500_000)
    assert await told(settings, checks[2]) == ("refused", None)
    assert await told(settings, checks[0]) == (None, None)
    assert "credited: 12.50 EUR" in answered_text(answered)
    again = await answer(settings, LISTS[name])
    assert (again.answers["known"], again.answers["stored"], again.problems) == (2, 0, [])


@pytest.mark.parametrize(
    ("row", "problem"),
    [
        ("never,accepted,", "this lead was never claimed"),
        ("nothing,accepted,", "reference: no lead came with it"),
        ("A-2,credited,12.51", "credited: more than was claimed for this lead"),
        ("A-2,refused,3.00", "refused, and credited: which of both?"),
        ("A-2,credited,0", "credited, but nothing"),
        ("A-2,credited,3 USD", "credited: in USD, and EUR was claimed"),
        ("A-2,credited,many", "credited: not a price"),
        ("A-2,perhaps,", "answer: not known"),
        ("A-1,accepted,", "several claimed leads may be meant"),
    ],
)
async def test_what_does_not_fit_is_named_and_changes_nothing(settings, checks, row, problem):
    answered = await answer(settings, f"reference,answer,credited\n{row}\nA-3,accepted,\n")
    ((line, said),) = answered.problems
    assert line == 2
    assert said.startswith(problem)
    assert await told(settings, checks[1]) == (None, None)
    assert await told(settings, checks[2]) == ("accepted", None)


async def test_one_reference_of_two_vendors_is_told_apart(settings, checks):
    text = "reference,answer\nA-1,accepted\n"
    for given in ({"vendor": "LeadKing"}, {"claim": "c-2"}):
        assert (await answer(settings, text, **given)).problems == []
    assert (await told(settings, checks[3]), await told(settings, checks[0])) == (("accepted", None), (None, None))
    await answer(settings, "reference,claim,answer\nA-1,c-1,refused\n")
    assert await told(settings, checks[0]) == ("refused", None)


async def test_a_later_answer_replaces_an_earlier_one_and_is_said(settings, checks):
    await answer(settings, "reference,answer,date\nA-2,refused,2026-12-10\n")
    changed = await answer(settings, "reference,answer,date\nA-2,credited,2026-12-15\n")
    assert (changed.answers["stored"], changed.changed) == (1, 1)
    assert "1 of these replace another answer" in answered_text(changed)
    assert await told(settings, checks[1]) == ("credited", 12_500_000)
    older = await answer(settings, "reference,answer,date\nA-2,refused,2026-12-11\n")
    assert (older.answers["known"], older.changed) == (1, 0)
    assert await told(settings, checks[1]) == ("credited", 12_500_000)


async def test_rows_that_contradict_each_other_are_all_refused(settings, checks):
    answered = await answer(settings, "reference,answer\nA-2,accepted\nA-3,accepted\nA-2,refused\n")
    assert [line for line, _ in answered.problems] == [2, 4]
    assert await told(settings, checks[1]) == (None, None)
    fine = await answer(settings, "reference,answer,credited\nA-2,accepted,\nA-2,credited,5\n")
    assert fine.problems == []
    assert await told(settings, checks[1]) == ("credited", 5_000_000)


async def test_what_is_open_is_no_answer(settings, checks):
    answered = await answer(settings, "reference,status,credited\nA-2,in review,\nA-3,,0.00\nA-1,,\n")
    assert (answered.answers, answered.problems) == ({"untold": 3}, [])


async def test_where_nothing_was_claimed_it_is_said(settings, checks):
    with pytest.raises(ValueError, match="nothing was claimed so"):
        await answer(settings, "reference,answer\nA-2,accepted\n", vendor="nobody")


def test_no_word_answers_two_things():
    seen = {}
    for meaning, words in read_table("outcome_words")["answers"].items():
        for word in words.split(","):
            assert seen.setdefault(simplify(word), meaning) == meaning, word
