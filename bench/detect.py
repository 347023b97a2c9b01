"""What is caught of ten attacks in ordinary traffic, and who suffers for it? ``python -m bench.detect``.

Each attack is played into a made-up buyer's eleven days through the real pipeline, everything but DNS, by three seeds
that nothing was tuned on. Leads are ranked by their verdict's sum; the limit is passed by 1 % of the window's people.
"""

from __future__ import annotations

import argparse
import asyncio
import random
from collections import Counter, defaultdict
from collections.abc import Sequence
from concurrent.futures import ProcessPoolExecutor
from pathlib import Path
from statistics import mean

from msgspec import Struct

from bench.attacks import CAREFUL, CRUDE, Attack
from bench.traffic import DAY, LANDS, START, WARM_UP, World
from fraudcheck import wiring
from fraudcheck.operations.train import train_model
from fraudcheck.settings import Settings
from training.play import Player, rows, some

SEEDS = (1_001, 1_002, 1_003)


class Judged(Struct):
    """One lead of the window: who sent it, the verdict's sum and decision, and what spoke against it."""

    label: str
    sum: float
    decision: str
    against: dict[str, float]


def play(seed: int, pair: Sequence[Attack], own: bool) -> tuple[list[str], list[Judged]]:
    """One world with two attacks: their labels, and the window's leads in order."""
    model = wiring.load_model(Settings(data_dir=Path("none")))
    player = Player(model)
    networks = some(player.ports.ip_intelligence, LANDS, random.Random(seed), 150)  # noqa: S311 - repeatable on purpose
    world = World(seed, networks)
    ordinary = list(world.ordinary())
    fakes = [list(attack(world, random.Random(seed))) for attack in pair]  # noqa: S311 - as above
    begin = START + WARM_UP * DAY
    if own:
        warm = asyncio.run(Player(model).play([each for each in ordinary if each.at < begin]))
        player = Player(train_model(rows(warm), "own", model, stranger=True).model)
    judged = asyncio.run(player.play([*ordinary, *[each for group in fakes for each in group]]))
    found = [
        Judged(
            come.label,
            opened.verdict["sum"],
            opened.verdict["decision"],
            {reason["code"]: reason["points"] for reason in opened.verdict["reasons"] if reason["points"] < 0},
        )
        for come, opened in judged
        if come.at >= begin
    ]
    return [group[0].label for group in fakes], found


def area(good: Sequence[float], bad: Sequence[float]) -> float:
    """The area under the ROC curve: how often a fake's sum is below a person's."""
    ranked = sorted([(value, 0) for value in bad] + [(value, 1) for value in good])
    total, below, at = 0.0, 0, 0
    while at < len(ranked):
        end = at
        while end < len(ranked) and ranked[end][0] == ranked[at][0]:
            end += 1
        fakes = sum(1 - kind for _, kind in ranked[at:end])
        total += (end - at - fakes) * (below + fakes / 2)
        below += fakes
        at = end
    return total / (len(good) * len(bad))


def main() -> None:
    """Print the tables."""
    parser = argparse.ArgumentParser(prog="bench.detect", description=__doc__)
    parser.add_argument("--seeds", type=int, nargs="+", default=SEEDS)
    parser.add_argument("--own", action="store_true", help="with a model that the warm-up trains")
    parser.add_argument("--attack", action="append", help="only this one (its function's name)")
    options = parser.parse_args()
    pairs = list(zip(CRUDE, CAREFUL, strict=True))
    if options.attack:
        pairs = [tuple(a for a in pair if a.__name__ in options.attack) for pair in pairs]
    jobs = [(seed, pair, options.own) for seed in options.seeds for pair in pairs if pair]
    with ProcessPoolExecutor(2) as pool:
        results = list(pool.map(_play, jobs))
    print(f"{'attack':<18} {'leads':>6} {'AUC':>6} {'recall':>7} {'rejected':>9} {'through first':>14}  caught by")
    for half, name in ((CRUDE, "crude"), (CAREFUL, "careful")):
        found = [_attack(_label(attack), runs) for attack in half if (runs := _runs(_label(attack), results))]
        if found:
            print(f"{name + ' half':<18} {'':>6} {'':>6} {mean(found):>7.2f}  at 1 % false positives\n")
    _people([run for (seed, pair, _), (_, run) in zip(jobs, results, strict=True) if pair is pairs[0]])


def _runs(label: str, results: list[tuple[list[str], list[Judged]]]) -> list[list[Judged]]:
    return [run for found, run in results if label in found]


def _people(runs: Sequence[list[Judged]]) -> None:
    """Each kind of people, in one run of each seed: the same people are in all of a seed's runs."""
    people: defaultdict[str, list[Judged]] = defaultdict(list)
    for each in [each for run in runs for each in run]:
        if each.label not in _ATTACKS:
            people[each.label].append(each)
    print(
        f"{'people':<16} {'leads':>6} {'reviewed':>9} {'rejected':>9} {'in a CLUSTER':>13} {'ANOMALY':>8}  3 or more by"
    )
    for label, group in sorted(people.items()):
        decisions = Counter(each.decision for each in group)
        clusters = sum(any(code.startswith("CLUSTER") for code in each.against) for each in group)
        unusual = mean(any(code.startswith("ANOMALY") for code in each.against) for each in group)
        codes = Counter(code for each in group for code, points in each.against.items() if points <= -3)
        print(
            f"{label:<16} {len(group):>6} {decisions['review'] / len(group):>9.2%} "
            f"{decisions['reject'] / len(group):>9.2%} {clusters:>13} {unusual:>8.1%}  "
            + ", ".join(f"{code} {count}" for code, count in codes.most_common(4))
        )


def _play(job: tuple[int, Sequence[Attack], bool]) -> tuple[list[str], list[Judged]]:
    return play(*job)


def _label(attack: Attack) -> str:
    return {"stolen": "stolen identities"}.get(attack.__name__, attack.__name__.replace("_", " "))


_ATTACKS = frozenset(map(_label, (*CRUDE, *CAREFUL)))


def _attack(label: str, runs: list[list[Judged]]) -> float:
    """Print an attack's line and give its recall: means over the seeds; how many were accepted before the first."""
    areas, recalls, rejected, firsts = [], [], [], []
    codes: Counter[str] = Counter()
    for run in runs:
        good = sorted(each.sum for each in run if each.label not in _ATTACKS)
        fakes = [each for each in run if each.label == label]
        limit = good[int(len(good) * 0.01)]
        areas.append(area(good, [each.sum for each in fakes]))
        recalls.append(mean(each.sum < limit for each in fakes))
        rejected.append(mean(each.decision == "reject" for each in fakes))
        firsts.append(next((n for n, each in enumerate(fakes) if each.decision != "accept"), len(fakes)))
        codes.update(code for each in fakes for code, points in each.against.items() if points <= -3)
    leads = sum(each.label == label for run in runs for each in run)
    print(
        f"{label:<18} {leads:>6} {mean(areas):>6.3f} {mean(recalls):>7.2f} {mean(rejected):>9.2f} "
        f"{' '.join(map(str, firsts)):>14}  "
        + ", ".join(f"{code} {count / leads:.0%}" for code, count in codes.most_common(3))
    )
    return mean(recalls)


if __name__ == "__main__":
    main()
