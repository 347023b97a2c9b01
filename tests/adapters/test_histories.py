"""Checks that wait at the same time share one question; a ledger that is down or slow costs few of them their time."""

from __future__ import annotations

import asyncio

import pytest

from fraudcheck.adapters.histories import AT_ONCE, PAUSE, LedgerHistories
from fraudcheck.ports import Unavailable
from fraudcheck.ports.history import Question


def question(n):
    return Question("default", [f"mailbox:{n}"], f"tag {n}")


class Asked:
    """A ledger that answers with what it was asked, once it may."""

    def __init__(self):
        self.questions, self.may, self.problem = [], asyncio.Event(), None
        self.may.set()

    def histories(self, asked):
        return asyncio.ensure_future(self.answer(asked))

    async def answer(self, asked):
        self.questions.append(len(asked))
        await self.may.wait()
        if self.problem is not None:
            raise self.problem
        return [{"v": 1, "leads": int(one.identities[0].partition(":")[2])} for one in asked]


@pytest.fixture
def ledger():
    return Asked()


async def test_those_who_wait_share_a_question(ledger, clock):
    histories = LedgerHistories(ledger, clock)
    answers = await asyncio.gather(*[histories.look_up(question(n)) for n in range(300)])
    assert [one["leads"] for one in answers] == list(range(300))
    assert ledger.questions == [AT_ONCE, AT_ONCE, 300 - 2 * AT_ONCE]
    assert (await histories.look_up(question(7)))["leads"] == 7


async def test_one_that_waits_no_longer_harms_no_other(ledger, clock):
    histories = LedgerHistories(ledger, clock)
    gone, waits = histories.look_up(question(1)), histories.look_up(question(2))
    gone.cancel()
    assert (await waits)["leads"] == 2


async def test_nobody_joins_those_who_wait_for_a_slow_ledger(ledger, clock):
    histories = LedgerHistories(ledger, clock)
    ledger.may.clear()
    first = histories.look_up(question(1))
    await asyncio.sleep(0)
    second = histories.look_up(question(2))
    clock.now += 1_000  # this process itself may have been busy
    third = histories.look_up(question(3))
    first.cancel()  # its check has waited long enough
    await asyncio.sleep(0)
    with pytest.raises(Unavailable):
        histories.look_up(question(4))
    ledger.may.set()
    assert [(await one)["leads"] for one in (second, third)] == [2, 3]
    assert (await histories.look_up(question(4)))["leads"] == 4


@pytest.mark.parametrize("problem", [Unavailable("ledger"), RuntimeError("an@firma.vn")])
async def test_after_a_failure_it_is_not_asked_for_a_while(ledger, clock, problem):
    histories = LedgerHistories(ledger, clock)
    ledger.problem = problem
    with pytest.raises(Unavailable):
        await histories.look_up(question(1))
    with pytest.raises(Unavailable):
        histories.look_up(question(2))
    ledger.problem = None
    clock.now += PAUSE
    assert (await histories.look_up(question(2)))["leads"] == 2
    assert ledger.questions == [1, 1]


async def test_a_question_that_is_given_up_at_the_end_is_told(ledger, clock):
    histories = LedgerHistories(ledger, clock)
    ledger.may.clear()
    waits = histories.look_up(question(1))
    for _ in range(3):
        await asyncio.sleep(0)
    (task,) = [one for one in asyncio.all_tasks() if "answer" in repr(one.get_coro())]
    task.cancel()
    with pytest.raises(Unavailable):
        await waits
