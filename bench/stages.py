"""What does each stage of a check cost? ``python -m bench.stages``: the price list for the next signal's author.

One process, no HTTP, no ledger, nothing to wait for: made-up leads go through the real pipeline, with counts in memory
and mail routes that are known. Each figure is the least of several rounds. Beside it stands how many calls of a small
Python function cost the same: a yardstick that is measured in the same rounds, on the same machine.
"""

from __future__ import annotations

import argparse
import asyncio
import gc
import json
from itertools import islice
from time import process_time

from bench.leads import leads
from fraudcheck import wiring
from fraudcheck.anomaly.detector import Model
from fraudcheck.settings import Settings
from fraudcheck.worth.words import compile_patterns
from training.simulation import Simulation

_CALLS = 1_000_000
_TO_REACH = 400.0
"""Microseconds of a whole check."""


def main() -> None:
    """Time the stages and print them, the most expensive first."""
    parser = argparse.ArgumentParser(prog="bench.stages", description=__doc__)
    parser.add_argument("--leads", type=int, default=3_000, help="leads of a round")
    parser.add_argument("--rounds", type=int, default=5)
    options = parser.parse_args()
    bodies = [json.dumps(lead).encode() for lead in islice(leads(3), options.leads)]
    model = wiring.load_model(Settings())
    wiring.load_lists(Settings()).read_enquiry("ready")  # as the service does at its start
    compile_patterns()
    rounds = [_round(bodies, model) | {"yardstick": _yardstick()} for _ in range(options.rounds)]
    least = {stage: min(each[stage] for each in rounds) for stage in rounds[0]}
    call = least.pop("yardstick")
    print(f"{'':24}{'µs a check':>12}{'in calls':>10}")
    for stage, seconds in sorted(least.items(), key=lambda item: -item[1]):
        print(f"{stage:24}{seconds * 1e6:12.1f}{seconds / call:10.0f}")
    print(f"\na call of a small Python function: {call * 1e9:.0f} ns")
    print(f"a whole check: {least['whole check'] * 1e6:.0f} µs (to reach: {_TO_REACH:.0f})")


def _round(bodies: list[bytes], model: Model | None) -> dict[str, float]:
    """Seconds of each stage for a lead. ``gather`` is all of it, the signals' own parts and the counting included."""
    simulation = Simulation(model)
    gc.collect()
    gc.freeze()
    gc.set_threshold(50_000, 20, 20)  # both as in the service
    started = process_time()
    asyncio.run(_check_all(simulation, bodies))
    whole = process_time() - started
    gc.unfreeze()
    stages = simulation.pipeline.stages
    return {name: seconds / len(bodies) for name, seconds in stages.seconds.items()} | {
        "whole check": whole / len(bodies)
    }


async def _check_all(simulation: Simulation, bodies: list[bytes]) -> None:
    for body in bodies:
        simulation.now += 1
        await simulation.pipeline.check(simulation.tenant, body)


def _yardstick() -> float:
    """Seconds of one call."""

    def add(left: int, right: int) -> int:
        return left + right

    started = process_time()
    for number in range(_CALLS):
        add(number, number)
    return (process_time() - started) / _CALLS


if __name__ == "__main__":
    main()
