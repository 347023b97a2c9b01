"""Who is let in, and when? Played with a made clock: one processor, calls as they come, nothing measured."""

from __future__ import annotations

import asyncio
import random

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from fraudcheck.web.admission import CALM, FEWEST, LONGEST_REST, MOST, OLDEST, OLDEST_PRESSED, Admission, Refused

PACE = 0.002
"""Seconds that a check takes the processor."""


class Clock:
    now = 1000.0

    def __call__(self) -> float:
        return self.now


class Played(Admission):
    """Beats when it is told to, not by the real clock."""

    def _start_beating(self) -> None:
        if self._beat is None:
            self._beat = self._clock()


def made(most=10_000, elsewhere=lambda: 0):
    clock = Clock()
    return Played(most, elsewhere=elsewhere, clock=clock), clock


async def enter(admission, arrived, **options):
    """A call that begins to wait: its task, which has run as far as it can."""
    call = asyncio.create_task(admission.enter(arrived, **options))
    await asyncio.sleep(0)
    return call


async def play(arrivals, pace=PACE, stalls=()):
    """Let calls come at these seconds. Gives for each how long it waited, and whether it was let in; and who decided.

    Work is done at a check each ``pace``, but not during ``stalls``, from one second to another.
    """
    admission, clock = made()
    start = clock.now
    told: dict[int, tuple[float, str]] = {}
    arrivals = sorted(arrivals)
    pending = list(enumerate(arrivals))

    async def call(number, arrived):
        try:
            await admission.enter(arrived)
            told[number] = (clock.now - arrived, "")
        except Refused as refused:
            told[number] = (clock.now - arrived, str(refused))

    tasks, step, done = [], 0, 0.0
    while pending or admission.inside or admission.waiting:
        step += 1
        passed = step / 1000
        clock.now = start + passed
        if any(begin <= passed < end for begin, end in stalls):
            continue
        if step % 5 == 0:
            admission.beat()
        while pending and pending[0][1] <= passed:
            number, at = pending.pop(0)
            tasks.append(asyncio.create_task(call(number, start + at)))
        await asyncio.sleep(0)
        await asyncio.sleep(0)
        done = done + 0.001 / pace if admission.inside else 0.0
        while done >= 1 - 1e-9 and admission.inside:
            admission.leave()
            done -= 1
        assert admission.inside <= MOST
        assert passed < 3_600
    await asyncio.gather(*tasks)
    assert len(told) == len(arrivals)
    assert admission.admitted + sum(admission.shed.values()) == len(arrivals)
    return [told[number] for number in range(len(arrivals))], admission


def at_rate(rate, seconds, seed=1):
    """Seconds at which calls come by chance, so many a second."""
    dice, at, arrivals = random.Random(seed), 0.0, []  # noqa: S311 - repeatable on purpose
    while (at := at + dice.expovariate(rate)) < seconds:
        arrivals.append(at)
    return arrivals


@pytest.mark.parametrize("load", [0.1, 0.5, 0.8])
async def test_while_all_can_be_judged_nobody_is_refused(load):
    told, admission = await play(at_rate(load / PACE, 4))
    assert {cause for _, cause in told} == {""}
    assert not admission.pressed


@pytest.mark.parametrize("load", [1.5, 3, 10])
async def test_while_too_many_come_as_many_are_judged_as_can_be_and_all_of_them_young(load):
    told, admission = await play(at_rate(load / PACE, 4))
    admitted = [waited for waited, cause in told if not cause]
    assert len(admitted) > 0.9 * 4 / PACE
    settled = sorted(waited for waited, cause in told[len(told) // 4 :] if not cause)
    assert settled[int(0.99 * len(settled))] <= OLDEST_PRESSED
    assert admission.retry_after >= round(load)
    waits_of_refused = sorted(waited for waited, cause in told if cause)
    assert waits_of_refused[len(waits_of_refused) // 2] < 0.005
    assert waits_of_refused[-1] <= OLDEST + 0.01


@pytest.mark.parametrize(("calls", "least"), [(100, 100), (800, 130), (5000, 130)])
async def test_a_burst(calls, least):
    told, _ = await play([0.0] * calls)
    admitted = [waited for waited, cause in told if not cause]
    assert len(admitted) >= least
    assert max(admitted) <= OLDEST + 0.01
    assert all(waited < 0.01 for waited, cause in told if cause == "wait")


async def test_calm_comes_back():
    told, admission = await play([*at_rate(3 / PACE, 2), *[4 + at for at in at_rate(0.8 / PACE, 3)]])
    assert {cause for waited, cause in told[-1000:]} == {""}
    assert not admission.pressed


async def test_those_that_a_stall_made_old_hear_it_while_they_listen():
    told, _ = await play(at_rate(0.8 / PACE, 3), stalls=[(1.0, 1.4)])
    assert max(waited for waited, _ in told) < 0.5
    assert [cause for _, cause in told[-100:]] == [""] * 100


@settings(max_examples=30, deadline=None)
@given(
    st.lists(st.tuples(st.floats(0, 1), st.integers(1, 400)), min_size=1, max_size=6),
    st.floats(0.0005, 0.02),
    st.lists(st.floats(0, 1), max_size=1),
)
def test_whatever_comes_each_call_is_told_in_time(bursts, pace, stalls):
    arrivals = [at for at, calls in bursts for _ in range(calls)]
    told, _ = asyncio.run(play(arrivals, pace, [(at, at + 0.1) for at in stalls]))
    assert max(waited for waited, _ in told) < 0.5


async def test_who_waits_for_a_look_up_takes_no_place():
    away = [0]
    admission, clock = made(elsewhere=lambda: away[0])
    for _ in range(MOST):
        await admission.enter(clock())
    waiting = await enter(admission, clock())
    assert not waiting.done()
    away[0] = 1
    admission.beat()
    await waiting
    assert admission.inside == MOST + 1
    away[0] = 0
    later = await enter(admission, clock())
    admission.leave()
    assert not later.done()  # one more is in than there are places
    admission.leave()
    await later


async def test_no_more_than_may_be_in_flight():
    admission, clock = made(most=3)
    for _ in range(3):
        await admission.enter(clock())
    with pytest.raises(Refused, match="in_flight"):
        await admission.enter(clock())
    assert admission.shed["in_flight"] == 1


async def test_a_repeat_of_an_answered_call_is_let_in_while_others_are_refused():
    admission, clock = made()
    await admission.enter(clock())
    admission.leave("answered")
    for _ in range(MOST):
        await admission.enter(clock())
    waiting = [await enter(admission, clock()) for _ in range(20)]
    admission.refuse("wait")
    assert admission.refusal(clock()) == admission.refusal(clock(), "new") == "wait"
    assert admission.refusal(clock(), "answered") == ""
    for call in waiting:
        call.cancel()
    await asyncio.gather(*waiting, return_exceptions=True)


async def test_a_caller_that_left_is_not_worked_for():
    admission, clock = made()
    for _ in range(MOST):
        await admission.enter(clock())
    left, stays, cancelled = [await enter(admission, clock(), gone=lambda gone=gone: gone) for gone in (1, 0, 0)]
    cancelled.cancel()
    admission.leave()
    with pytest.raises(Refused, match="gone"):
        await left
    await asyncio.wait_for(stays, 5)
    with pytest.raises(asyncio.CancelledError):
        await cancelled
    assert (admission.inside, admission.waiting, admission.pressed) == (MOST, 0, False)


async def test_fewer_places_while_turns_are_long_and_more_again():
    admission, clock = made()
    for _ in range(MOST):
        await admission.enter(clock())
    for _ in range(100):
        clock.now += 0.04
        admission.beat()
    assert int(admission.places) == FEWEST
    for _ in range(1_000):
        clock.now += 0.005
        admission.beat()
    assert int(admission.places) == MOST


@pytest.mark.parametrize(("connections", "seconds"), [(10, 0.01), (1_000, 0.25), (10_000, LONGEST_REST)])
@pytest.mark.parametrize("turn", [0.005, 0.05])
async def test_a_refused_connection_rests_for_a_moment(connections, seconds, turn):
    admission, clock = made()
    admission.beat()
    woken: list[float] = []
    for _ in range(connections):
        admission.rest(lambda: woken.append(clock.now))
    began = clock.now
    while len(woken) < 0.8 * connections:  # the last ones are so few that they do not matter
        clock.now += turn
        admission.beat()
    assert woken[len(woken) // 2] - began <= seconds + turn


async def test_the_histogram_tells_how_old_they_were():
    admission, clock = made()
    await admission.enter(clock() - 0.03)
    buckets = dict(admission.histogram())
    assert (buckets["0.025"], buckets["0.05"], buckets["+Inf"]) == (0, 1, 1)
    assert admission.waited == pytest.approx(0.03)
    assert CALM < OLDEST
