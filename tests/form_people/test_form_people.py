"""Some rows of both tables, in real browsers: people lose nothing, programs are not accepted for long."""

from __future__ import annotations

import pytest

from tests.form_people.attackers import ATTACKERS
from tests.form_people.people import PEOPLE
from tests.form_people.running import faults, run_attacker, run_people, running_rig

LEADS = 8
LATEST = 6
"""From this lead of a run on nothing is accepted; whole runs, and what each gets, are in docs/form-proof.md."""


async def test_people_lose_nothing(tmp_path):
    rows = [row for row in PEOPLE if row.quick]
    async with running_rig(tmp_path) as rig:
        outcomes = await run_people(rig, rows, earlier=150)
    found = {row.name: list(faults(row, outcome, strict=False)) for row, outcome in zip(rows, outcomes, strict=True)}
    assert {name: lines for name, lines in found.items() if lines} == {}


async def test_programs_are_not_accepted_for_long(tmp_path):
    accepted = {}
    async with running_rig(tmp_path) as rig:
        for row in (row for row in ATTACKERS if row.quick):
            outcome = await run_attacker(rig, row, LEADS, pool=row.pools[-1], earlier=120)
            assert not outcome.problem, (row.name, outcome.problem)
            assert len(outcome.known) == LEADS
            accepted[row.name] = [n for n, answer in enumerate(outcome.known, 1) if answer.decision == "accept"]
    assert {name: leads for name, leads in accepted.items() if leads and leads[-1] > LATEST} == {}


@pytest.mark.parametrize("table", [PEOPLE, ATTACKERS])
def test_no_row_stands_twice(table):
    assert len({row.name for row in table}) == len(table)
