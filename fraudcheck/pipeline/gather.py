"""How are a lead's facts found out? Signal by signal, under one deadline; what fails or is late is unknown."""

from __future__ import annotations

import asyncio
from collections import Counter, defaultdict
from collections.abc import Awaitable, Callable, Mapping
from contextlib import suppress
from functools import partial
from time import perf_counter

from fraudcheck.counting.windows import Seen
from fraudcheck.fields.submission import stands_at_one_instant
from fraudcheck.pipeline.decide import log_defect
from fraudcheck.ports import Ports, Unavailable
from fraudcheck.ports.patience import patience
from fraudcheck.records import Facts, Subject
from fraudcheck.signals.registry import SIGNALS

_LATE: Facts = {"v": 1, "unknown": "timeout"}

_LookUp = Callable[[Subject, Ports], Awaitable[Facts | None]]

_AT_ONCE = [(signal.name, signal.gather) for signal in SIGNALS if signal.gather]
_LOOK_UPS = [(signal.name, signal.look_up) for signal in SIGNALS if signal.look_up]
_COUNTED = {signal.name: signal.from_counts for signal in SIGNALS if signal.from_counts}
_AWAITED = [*_COUNTED, *[name for name, _ in _LOOK_UPS]]


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

        Counting is under way while the signals that wait for nothing compute. Look-ups are awaited in this task, one
        after the other: their answers are nearly always cached, and a task for each would cost more than all else.
        """
        counting = asyncio.ensure_future(self._count(subject))
        facts: dict[str, Facts | None] = dict.fromkeys(_AWAITED, _LATE)
        for name, gather in _AT_ONCE:
            started = perf_counter()
            facts[name] = _safely(name, partial(gather, subject, self._ports))
            self.stages.add(f"gather {name}", perf_counter() - started)
        self.stages.looking_up += 1
        try:
            async with patience(self._budget):
                for name, look_up in _LOOK_UPS:
                    facts[name] = await self._look_up(name, look_up, subject)
        except TimeoutError:
            pass  # which takes nothing from the time for the counts
        finally:
            self.stages.looking_up -= 1
        with suppress(TimeoutError):
            async with patience(self._budget):
                facts |= await counting
        return facts

    async def _look_up(self, name: str, look_up: _LookUp, subject: Subject) -> Facts | None:
        try:
            return await look_up(subject, self._ports)
        except Exception as problem:
            return _failed(name, problem)

    async def _count(self, subject: Subject) -> dict[str, Facts | None]:
        """Count the lead, and give the facts of the signals that read what was counted before."""
        try:
            seen = await self._ports.counters.observe(subject)
        except Exception as problem:
            return dict.fromkeys(_COUNTED, _failed("counters", problem))
        started = perf_counter()
        facts = facts_from_counts(subject, self._ports, seen)
        self.stages.add("gather counts", perf_counter() - started)
        return facts


def facts_from_counts(subject: Subject, ports: Ports, seen: Mapping[str, Seen]) -> dict[str, Facts | None]:
    """The facts of the signals that read what was counted before, by their names.

    Of leads that stand at one instant of their day no window shorter than a day says anything.
    """
    if stands_at_one_instant(subject):
        seen = {kind: each.by_day(int(subject.at)) for kind, each in seen.items()}
    return {name: _safely(name, partial(from_counts, subject, ports, seen)) for name, from_counts in _COUNTED.items()}


def lacks_counts(facts: Mapping[str, Facts | None]) -> bool:
    """Whether the counts did not answer in time. A signal that failed with what they answered would fail again."""
    return any((facts.get(name) or {}).get("unknown", "error") != "error" for name in _COUNTED)


def _safely(name: str, gather: Callable[[], Facts | None]) -> Facts | None:
    """What a signal finds out at once."""
    try:
        return gather()
    except Exception as problem:
        return _failed(name, problem)


def _failed(name: str, problem: Exception) -> Facts:
    """What a signal could not find out is unknown and costs the lead nothing; a defect in it is logged as well."""
    if isinstance(problem, Unavailable):
        return {"v": 1, "unknown": str(problem)}
    return log_defect(name, problem)
