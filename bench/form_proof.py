"""Who is accepted, people and programs? ``python -m bench.form_proof`` runs both tables and writes docs/form-proof.md.

Every row fills in real pages in Debian's Chromium (tests/form_people), about a quarter of an hour in all. Rows that
need a package which is not installed are named as not run.
"""

from __future__ import annotations

import argparse
import asyncio
import tempfile
from collections.abc import AsyncIterator, Iterator
from pathlib import Path

from tests.form_people.attackers import ATTACKERS, Attacker
from tests.form_people.people import PEOPLE, Person
from tests.form_people.running import Outcome, Rig, faults, run_attacker, run_people, running_rig
from tests.form_people.site import Answer
from tests.shared import ROOT

PAGE = ROOT / "docs" / "form-proof.md"
LEADS = 20
EARLIER_OF_PEOPLE, EARLIER_OF_PROGRAMS = 500, 200
_REMAINS = """
## What remains

Who fetches a token for each lead, waits as long as a person needs, and invents measures that fit it, is a person to
the form: there is nothing in it that a page could not have sent. So is a browser that a program drives slowly, with a
hand's way of the pointer and keys one by one, and so is a person who is paid for it. The form makes such a lead cost
a minute, a browser or a hand. What tells them is what they share: a line, a browser, a machine, a block of numbers,
mailboxes of one pattern, one time for the form, tokens from one place; and, where they share nothing, the vendor's
outcomes (`VENDOR_OUTCOME_RATE`), as the leads are called.

The first of any such run are accepted, since a group has to be one. A lead without a token that is alone is accepted
too, with good contacts: more people block scripts than programs send one lead.
"""
_SIGNS = {"accept": "A", "review": "v", "reject": "R"}
_TOP = """# People and programs at the form

Which people does the form's script cost anything, and which programs does it stop? Both tables are run in Debian's
Chromium on real pages, with a site's backend that sends the field `fraudcheck` to a running service, and written by
`python -m bench.form_proof`; the test suite runs some of the rows.

How to read them: all data are made up and look like people's of eight countries. A *known* site has some hundred
earlier leads, of which one in fifty came without a token; a *new* site has none, so that all rows together are its
first fifty people. Who has no token is alone at a known site of their own. People sit at a Chromium with windows
(Xvfb), whose `navigator.webdriver` is as in a browser that nobody drives; at desks it bears the names and the
platforms of other systems, because otherwise all would have one rare name. A machine without a graphics card shows as
one, so WebGL is off, but for the remote desktop.
"""
_PEOPLE = """
## People

Expected of each: accepted, and no point against it, but for codes that the row allows, with its reason, in
`tests/form_people/people.py`. What else it cost is in bold.

| person | known site | new site | points against, at the known site |
| --- | --- | --- | --- |
"""
_PROGRAMS = """
## Programs

Each sends {leads} leads of other people's data to a known site of its own, as fast as it can: once from one home's
line, once through a line of its own for each lead. What the first lead gets is what the form alone tells; the others
are told by what they share as well. A is accepted, v goes to review, R is rejected, in the order of their coming. *Kept
out from* is the number of the lead from which on none was accepted.

| program | lines | verdicts | kept out from | first lead | points against the first | added by the last |
| --- | --- | --- | --- | --- | --- | --- |
"""


async def main(only: str) -> None:
    """Run all rows, or those of one table, and write the page if both were run."""
    people: list[str] = []
    programs: list[str] = []
    with tempfile.TemporaryDirectory() as name:
        async with running_rig(Path(name)) as rig:
            if only != "programs":
                outcomes = await run_people(rig, PEOPLE, EARLIER_OF_PEOPLE)
                people = [_person(row, outcome) for row, outcome in zip(PEOPLE, outcomes, strict=True)]
                print("\n".join(people), flush=True)
            if only != "people":
                programs = [line async for line in _programs(rig)]
    if people and programs:
        PAGE.write_text(page(people, programs), "utf-8")
        print(f"written: {PAGE}")


def page(people: list[str], programs: list[str]) -> str:
    """The page with both tables."""
    tables = _PEOPLE + "\n".join(people) + "\n" + _PROGRAMS.format(leads=LEADS) + "\n".join(programs) + "\n"
    return _TOP + tables + _REMAINS


async def _programs(rig: Rig) -> AsyncIterator[str]:
    for row in ATTACKERS:
        if not row.can_run:
            yield f"| {row.name} | | not run: `{row.needs}` is not installed | | | | |"
            continue
        for pool in row.pools:
            line = _program(
                row, await run_attacker(rig, row, LEADS * row.times, pool=pool, earlier=EARLIER_OF_PROGRAMS), pool
            )
            print(line, flush=True)
            yield line


def _person(row: Person, outcome: Outcome) -> str:
    if outcome.problem:
        return f"| {row.name} | **not run to its end: {outcome.problem.splitlines()[0]}** | | |"
    bad = "**" if list(faults(row, outcome)) else ""
    against = sorted({part for answer in outcome.known for part in _points(answer.against)})
    cells = [
        _decisions(outcome.known),
        _decisions(outcome.new),
        f"{bad}{', '.join(against)}{bad}" if against else "none",
    ]
    return f"| {row.name} | {' | '.join(cells)} |"


def _program(row: Attacker, outcome: Outcome, pool: bool) -> str:
    lines = "many" if pool else "one"
    if not outcome.known:
        return f"| {row.name} | {lines} | **nothing arrived: {outcome.problem}** | | | | |"
    marks = "".join(_SIGNS[answer.decision] for answer in outcome.known)
    kept_out = marks.rfind("A") + 2
    first, last = outcome.known[0], outcome.known[-1]
    new = [f"{code} {points:g}" for code, points in last.against.items() if code not in first.against]
    cells = [
        lines,
        f"`{marks}`" + (f" (broken off: {outcome.problem.splitlines()[0]})" if outcome.problem else ""),
        str(kept_out) if kept_out <= len(marks) else "**never**",
        f"{first.decision} {first.trust_score:g}",
        ", ".join(_points(first.against)) or "none",
        ", ".join(new) or "nothing",
    ]
    return f"| {row.name} | {' | '.join(cells)} |"


def _points(against: dict[str, float]) -> Iterator[str]:
    return (f"{code} {points:g}" for code, points in against.items())


def _decisions(answers: list[Answer]) -> str:
    return ", ".join(f"{answer.decision} {answer.trust_score:g}" for answer in answers)


if __name__ == "__main__":
    parser = argparse.ArgumentParser(prog="bench.form_proof", description=__doc__)
    parser.add_argument("only", nargs="?", choices=("all", "people", "programs"), default="all")
    asyncio.run(main(parser.parse_args().only))
