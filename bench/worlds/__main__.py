"""How does the shipped detector judge worlds that its makers did not write? ``python -m bench.worlds``.

Plays each deployment from nothing through the real pipeline and prints one row for each: what became of its genuine
leads and, where an attack joins, of the attack's.
"""

from __future__ import annotations

import argparse
import asyncio
from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from statistics import median
from typing import Any

from bench.worlds.catalogue import ATTACKED, DEPLOYMENTS, Deployment
from fraudcheck.ledger.record import Opened
from fraudcheck.reasons import CATALOGUE
from fraudcheck.settings import Settings
from fraudcheck.wiring import load_model
from training.simulation import SentLead, Simulation

_FAKE = frozenset(["bot", "farm", "prank"])
_FIRST = 10
"""What an attack may get in before it has to be seen."""


@dataclass
class Tally:
    """What became of leads: counts of the genuine, and for each attack whether its leads were accepted, in order."""

    leads: int = 0
    accepted: int = 0
    rejected: int = 0
    clustered: int = 0
    called_fake: int = 0
    against: Counter[str] = field(default_factory=Counter)
    attacks: list[list[bool]] = field(default_factory=list)
    days: set[Any] = field(default_factory=set)
    days_of_code: dict[str, set[Any]] = field(default_factory=lambda: defaultdict(set))

    def add(self, verdict: Mapping[str, Any], day: Any) -> None:
        """Count one genuine lead, which came on a deployment's day."""
        self.days.add(day)
        for reason in verdict["reasons"]:
            if reason["code"].startswith("CLUSTER_") and reason["points"] < 0:
                self.days_of_code[reason["code"]].add(day)
        codes = {reason["code"] for reason in verdict["reasons"]}
        self.leads += 1
        self.accepted += verdict["decision"] == "accept"
        self.rejected += verdict["decision"] == "reject"
        self.clustered += any(code.startswith("CLUSTER_") for code in codes)
        self.called_fake += verdict["classification"] in _FAKE
        self.against.update({reason["code"] for reason in verdict["reasons"] if reason["points"] < 0})

    def share(self, count: int) -> str:
        """A count in percent of the genuine leads."""
        return f"{100 * count / self.leads:.1f}" if self.leads else "-"

    def stopped(self) -> str:
        """Percent of the attacks not accepted after the first ten of each; all of one that is no larger."""
        later = [accepted for attack in self.attacks for accepted in attack[_FIRST:] or attack]
        return f"{100 * later.count(False) / len(later):.0f}" if later else ""

    def before(self) -> str:
        """How many of an attack were accepted before the first that was not, all where none was; the median."""
        counts = [attack.index(False) if False in attack else len(attack) for attack in self.attacks]
        return f"{median(counts):.0f}" if counts else ""

    def row(self) -> list[str]:
        """The table's columns after the deployment's name."""
        shares = [self.share(count) for count in (self.accepted, self.rejected, self.clustered, self.called_fake)]
        against = [f"{code} {self.share(count)}" for code, count in self.against.most_common(3)]
        attack = [str(sum(map(len, self.attacks))) if self.attacks else "", self.stopped(), self.before()]
        return [str(self.leads), *shares, *attack, ", ".join(against)]


HEADINGS = (
    "deployment",
    "genuine",
    "acc %",
    "rej %",
    "clu %",
    "fake %",
    "attack",
    "stop %",
    "before",
    "most against, %",
)


def main(arguments: Sequence[str] | None = None) -> None:
    """Play what was asked for and print the table."""
    parser = argparse.ArgumentParser(prog="bench.worlds", description=__doc__)
    parser.add_argument("--seeds", type=int, default=1, metavar="N", help="how many seeds, counted from --first")
    parser.add_argument("--first", type=int, default=1, metavar="SEED", help="the first seed")
    parser.add_argument("--only", default="", metavar="NAME", help="deployments whose name contains this")
    options = parser.parse_args(arguments)
    chosen = {name: made for name, made in (DEPLOYMENTS | ATTACKED).items() if options.only in name}
    if not chosen:
        parser.error("no deployment's name contains that; there are: " + ", ".join(DEPLOYMENTS | ATTACKED))
    seeds = range(options.first, options.first + options.seeds)
    print(f"seeds {', '.join(map(str, seeds))}; judged by the shipped model", flush=True)
    print(_line(HEADINGS), flush=True)
    tallies = {}
    for name, made in chosen.items():
        tallies[name] = asyncio.run(_tallied(made, seeds))
        print(_line([name, *tallies[name].row()]), flush=True)
    for title, part in (("all without attack", DEPLOYMENTS), ("all with attack", ATTACKED)):
        if some := [tally for name, tally in tallies.items() if name in part]:
            print(_line([title, *_overall(some).row()]))
    if some := [tally for name, tally in tallies.items() if name in DEPLOYMENTS]:
        _print_days(_overall(some))


def _print_days(whole: Tally) -> None:
    """On how many days of genuine leads alone was a group said? A code needs p <= 0.01, from the first lead on."""
    print(f"\n{'said on days without attack':<38} {'days':>6} {'of':>6} {'%':>6}")
    for code in sorted(code for code in CATALOGUE if code.startswith("CLUSTER_") and not CATALOGUE[code].retired):
        count = len(whole.days_of_code.get(code, ()))
        print(f"{code:<38} {count:>6} {len(whole.days):>6} {100 * count / len(whole.days):>6.2f}")


async def _tallied(made: Deployment, seeds: Iterable[int]) -> Tally:
    """Judge a deployment once for each seed, each time from nothing, and count what is to be counted."""
    tallies = []
    for seed in seeds:
        world = made(seed)
        judged = await Simulation(load_model(Settings())).check_all(world.arriving())
        tallies.append(_counted(judged, world.measured_from, (made, seed)))
    return _overall(tallies)


def _counted(judged: Iterable[tuple[SentLead, Opened]], since: float, world: Any) -> Tally:
    tally, attack = Tally(), []
    for sent, opened in judged:
        if sent.label:
            attack.append(opened.verdict["decision"] == "accept")
        elif sent.at >= since:
            tally.add(opened.verdict, (world, int(sent.at // 86_400)))
    if attack:
        tally.attacks.append(attack)
    return tally


def _overall(tallies: Iterable[Tally]) -> Tally:
    whole = Tally()
    for each in tallies:
        whole.leads += each.leads
        whole.accepted += each.accepted
        whole.rejected += each.rejected
        whole.clustered += each.clustered
        whole.called_fake += each.called_fake
        whole.against += each.against
        whole.attacks += each.attacks
        whole.days |= each.days
        for code, days in each.days_of_code.items():
            whole.days_of_code[code] |= days
    return whole


def _line(cells: Iterable[str]) -> str:
    widths = (38, 7, 6, 6, 6, 6, 6, 6, 7, 0)
    return "  ".join(
        cell.ljust(width) if place in {0, 9} else cell.rjust(width)
        for place, (cell, width) in enumerate(zip(cells, widths, strict=True))
    ).rstrip()


if __name__ == "__main__":
    main()
