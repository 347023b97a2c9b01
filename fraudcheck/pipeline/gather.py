"""How are a lead's facts found out? Signal by signal, under one deadline; what fails or is late is unknown."""

from __future__ import annotations

import asyncio
from asyncio import Future
from collections import Counter, defaultdict
from collections.abc import Awaitable, Coroutine, Mapping
from contextlib import suppress
from time import perf_counter

from fraudcheck.counting.windows import Seen
from fraudcheck.fields.submission import stands_at_one_instant
from fraudcheck.pipeline.decide import log_defect
from fraudcheck.ports import Ports, Unavailable
from fraudcheck.ports.patience import patience
from fraudcheck.records import Facts, Subject
from fraudcheck.signals.registry import SIGNALS

_LATE: Facts = {"v": 1, "unknown": "timeout"}

_AT_ONCE = [(signal.name, signal.gather) for signal in SIGNALS if signal.gather]
_LOOK_UPS = [(signal.name, signal.look_up) for signal in SIGNALS if signal.look_up]
_COUNTED = {signal.name: signal.from_counts for signal in SIGNALS if signal.from_counts}
_AWAITED = [*_COUNTED, *[name for name, _ in _LOOK_UPS]]

_TURNS = 2
"""Turns of the event loop after which what has to be counted is sent: one to write it, and one to flush it. So another
process counts while the signals are computed here."""


class Stages:
    """Where a check's time goes: seconds and calls for each stage, since the start.

    ``looking_up`` is how many checks wait for a look-up now, and so take none of this process's time.
    """

    def __init__(self) -> None:
        self.seconds: defaultdict[str, float] = defaultdict(float)
        self.calls: Counter[str] = Counter()
        self.looking_up = 0

    def add(self, name: str, seconds: float) -> None:
        """Count one call of a stage."""
        self.seconds[name] += seconds
        self.calls[name] += 1


class Gathering:
    """Gathers the facts of leads. ``budget`` is the longest wait for a lead's look-ups, and then for its counts.

    It is in seconds, in which this process was not late itself (``ports.patience``).
    """

    def __init__(self, ports: Ports, budget: float) -> None:
        self.stages = Stages()
        self._ports = ports
        self._budget = budget

    async def gather(self, subject: Subject) -> dict[str, Facts | None]:
        """Every signal's facts, by its name. What takes longer than the budget is unknown.

        Counting is under way while the signals are computed and the look-ups wait. These are awaited in this task, one
        after the other: their answers are nearly always cached, and a task for each would cost more than all else.
        """
        counting = None if subject.test else self._start_counting(subject)
        facts: dict[str, Facts | None] = dict.fromkeys(_AWAITED, _LATE)
        looking_up = self._start_looking_up(subject, facts)
        if counting is not None and not counting.done():
            for _ in range(_TURNS):
                await asyncio.sleep(0)
        ended = perf_counter()
        for name, gather in _AT_ONCE:
            started = ended
            try:
                facts[name] = gather(subject, self._ports)
            except Exception as problem:
                facts[name] = _failed(name, problem)
            ended = perf_counter()
            self.stages.add(f"gather {name}", ended - started)
        self.stages.looking_up += 1
        try:
            with patience(self._budget):
                for name, answer in looking_up.items():
                    try:
                        facts[name] = await answer
                    except Exception as problem:
                        facts[name] = _failed(name, problem)
        except TimeoutError:  # which takes nothing from the time for the counts
            facts |= _arrived(looking_up, facts)
        finally:
            self.stages.looking_up -= 1
            for answer in looking_up.values():
                if isinstance(answer, Coroutine):
                    answer.close()  # which may not have begun
        if counting is None:
            return facts | dict.fromkeys(_COUNTED)
        with suppress(TimeoutError):
            facts |= await self._counted(subject, counting)
        return facts

    def _start_looking_up(self, subject: Subject, facts: dict[str, Facts | None]) -> dict[str, Awaitable[Facts | None]]:
        """What is to be awaited, by signal; a signal that has nothing to look up, or fails, has its facts at once."""
        under_way: dict[str, Awaitable[Facts | None]] = {}
        for name, look_up in _LOOK_UPS:
            try:
                answer = look_up(subject, self._ports)
            except Exception as problem:
                facts[name] = _failed(name, problem)
                continue
            if answer is None:
                facts[name] = None
            else:
                under_way[name] = answer
        return under_way

    def _start_counting(self, subject: Subject) -> Future[Mapping[str, Seen]]:
        try:
            return asyncio.ensure_future(self._ports.counters.observe(subject))
        except Exception as problem:
            failed: Future[Mapping[str, Seen]] = asyncio.get_running_loop().create_future()
            failed.set_exception(problem)
            return failed

    async def _counted(self, subject: Subject, counting: Future[Mapping[str, Seen]]) -> dict[str, Facts | None]:
        """The facts of the signals that read what was counted before. Raises TimeoutError."""
        try:
            if counting.done():
                seen = counting.result()
            else:
                with patience(self._budget):
                    seen = await counting
        except TimeoutError:
            raise
        except Exception as problem:
            return dict.fromkeys(_COUNTED, _failed("counters", problem))
        started = perf_counter()
        facts = facts_from_counts(subject, self._ports, seen)
        self.stages.add("gather counts", perf_counter() - started)
        return facts


def _arrived(
    looking_up: Mapping[str, Awaitable[Facts | None]], facts: Mapping[str, Facts | None]
) -> dict[str, Facts | None]:
    """What has been answered while another look-up took all the time."""
    arrived: dict[str, Facts | None] = {}
    for name, answer in looking_up.items():
        if facts[name] is _LATE and isinstance(answer, Future) and answer.done() and not answer.cancelled():
            problem = answer.exception()
            arrived[name] = answer.result() if problem is None else _failed(name, problem)
    return arrived


def facts_from_counts(subject: Subject, ports: Ports, seen: Mapping[str, Seen]) -> dict[str, Facts | None]:
    """The facts of the signals that read what was counted before, by their names.

    Of leads that stand at one instant of their day no window shorter than a day says anything.
    """
    if stands_at_one_instant(subject):
        seen = {kind: each.by_day(int(subject.at)) for kind, each in seen.items()}
    facts: dict[str, Facts | None] = {}
    for name, from_counts in _COUNTED.items():
        try:
            facts[name] = from_counts(subject, ports, seen)
        except Exception as problem:
            facts[name] = _failed(name, problem)
    return facts


def lacks_counts(facts: Mapping[str, Facts | None]) -> bool:
    """Whether the counts did not answer in time. A signal that failed with what they answered would fail again."""
    return any((facts.get(name) or {}).get("unknown", "error") != "error" for name in _COUNTED)


def _failed(name: str, problem: BaseException) -> Facts:
    """What a signal could not find out is unknown and costs the lead nothing; a defect in it is logged as well."""
    if isinstance(problem, Unavailable):
        return {"v": 1, "unknown": str(problem)}
    return log_defect(name, problem)
