"""How much of ten attacks in ordinary traffic is caught, and how many people suffer for it? ``python -m bench.detect``.

Each attack runs in a made-up buyer's eleven days of traffic, through the real pipeline without DNS, with three seeds
that nothing was tuned on. Leads are ranked by the verdict's sum. Recall is measured at the limit that 1 % of the
window's people are below.
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
from bench.traffic import COUNTRIES, DAY, START, WARM_UP, World
from fraudcheck import wiring
from fraudcheck.operations.train import train_model
from fraudcheck.settings import Settings
from training.simulation import Simulation, draw_networks, training_examples

SEEDS = (1_001, 1_002, 1_003)


class JudgedLead(Struct):
    """A lead of the window: who sent it, the verdict's sum and decision, and the points against it by reason code."""

    label: str
    sum: float
    decision: str
    against: dict[str, float]


class Run(Struct):
    """One world with some attacks: the attacks' labels, and the window's leads in the order of their times."""

    seed: int
    attacks: list[str]
    leads: list[JudgedLead]


def run_world(seed: int, attacks: Sequence[Attack], own_model: bool) -> Run:
    """Send one world's ordinary leads and some attacks to the service.

    ``own_model`` trains a model on the leads of the warm-up first; otherwise the shipped model is used.
    """
    model = wiring.load_model(Settings(data_dir=Path("none")))
    simulation = Simulation(model)
    dice = random.Random(seed)  # noqa: S311 - repeatable on purpose
    networks = draw_networks(simulation.ports.ip_intelligence, COUNTRIES, dice, 150)  # type: ignore[arg-type]
    world = World(seed, networks)
    ordinary = list(world.ordinary_leads())
    fakes = [list(attack(world, random.Random(seed))) for attack in attacks]  # noqa: S311 - as above
    window_start = START + WARM_UP * DAY
    if own_model:
        warm_up = asyncio.run(Simulation(model).check_all([lead for lead in ordinary if lead.at < window_start]))
        simulation = Simulation(train_model(training_examples(warm_up), "own", model, stranger=True).model)
    checked = asyncio.run(simulation.check_all([*ordinary, *[fake for attack in fakes for fake in attack]]))
    leads = [
        JudgedLead(
            sent.label,
            opened.verdict["sum"],
            opened.verdict["decision"],
            {reason["code"]: reason["points"] for reason in opened.verdict["reasons"] if reason["points"] < 0},
        )
        for sent, opened in checked
        if sent.at >= window_start
    ]
    return Run(seed, [attack[0].label for attack in fakes], leads)


def area_under_curve(people: Sequence[float], fakes: Sequence[float]) -> float:
    """The area under the ROC curve: how often a fake's sum is below a person's. Equal sums count half."""
    ranked = sorted([(value, 0) for value in fakes] + [(value, 1) for value in people])
    total, fakes_below, start = 0.0, 0, 0
    while start < len(ranked):
        end = start  # of the leads with the same sum
        while end < len(ranked) and ranked[end][0] == ranked[start][0]:
            end += 1
        equal_fakes = sum(1 - is_person for _, is_person in ranked[start:end])
        equal_people = end - start - equal_fakes
        total += equal_people * (fakes_below + equal_fakes / 2)
        fakes_below += equal_fakes
        start = end
    return total / (len(people) * len(fakes))


def main() -> None:
    """Print the tables."""
    parser = argparse.ArgumentParser(prog="bench.detect", description=__doc__)
    parser.add_argument("--seeds", type=int, nargs="+", default=SEEDS)
    parser.add_argument("--own", action="store_true", help="with a model that the warm-up trains")
    parser.add_argument("--attack", action="append", help="only this one (its function's name)")
    options = parser.parse_args()
    pairs = list(zip(CRUDE, CAREFUL, strict=True))
    if options.attack:
        pairs = [tuple(attack for attack in pair if attack.__name__ in options.attack) for pair in pairs]
    jobs = [(seed, pair, options.own) for seed in options.seeds for pair in pairs if pair]
    with ProcessPoolExecutor(2) as pool:
        runs = list(pool.map(run_world, *zip(*jobs, strict=True)))
    print(f"{'attack':<18} {'leads':>6} {'AUC':>6} {'recall':>7} {'rejected':>9} {'through first':>14}  caught by")
    for half, name in ((CRUDE, "crude"), (CAREFUL, "careful")):
        labels = [label for label in map(attack_label, half) if any(label in run.attacks for run in runs)]
        recalls = [print_attack(label, [run.leads for run in runs if label in run.attacks]) for label in labels]
        if recalls:
            print(f"{name + ' half':<18} {'':>6} {'':>6} {mean(recalls):>7.2f}  at 1 % false positives\n")
    # The same people are in all of a seed's runs, so one run of each seed is enough.
    _print_people([run.leads for (_, pair, _), run in zip(jobs, runs, strict=True) if pair is pairs[0]])


def _print_people(runs: Sequence[list[JudgedLead]]) -> None:
    """Print a line for each kind of people."""
    people: defaultdict[str, list[JudgedLead]] = defaultdict(list)
    for lead in [lead for run in runs for lead in run]:
        if lead.label not in _ATTACK_LABELS:
            people[lead.label].append(lead)
    print(
        f"{'people':<16} {'leads':>6} {'reviewed':>9} {'rejected':>9} {'in a CLUSTER':>13} {'ANOMALY':>8}  3 or more by"
    )
    for label, group in sorted(people.items()):
        decisions = Counter(lead.decision for lead in group)
        clusters = sum(any(code.startswith("CLUSTER") for code in lead.against) for lead in group)
        unusual = mean(any(code.startswith("ANOMALY") for code in lead.against) for lead in group)
        codes = Counter(code for lead in group for code, points in lead.against.items() if points <= -3)
        print(
            f"{label:<16} {len(group):>6} {decisions['review'] / len(group):>9.2%} "
            f"{decisions['reject'] / len(group):>9.2%} {clusters:>13} {unusual:>8.1%}  "
            + ", ".join(f"{code} {count}" for code, count in codes.most_common(4))
        )


def attack_label(attack: Attack) -> str:
    """The label of an attack's leads."""
    return {"stolen": "stolen identities"}.get(attack.__name__, attack.__name__.replace("_", " "))


_ATTACK_LABELS = frozenset(map(attack_label, (*CRUDE, *CAREFUL)))


def print_attack(label: str, runs: list[list[JudgedLead]]) -> float:
    """Print an attack's line, with means over the runs, and return its recall.

    ``through first`` is, for each run, how many of its leads were accepted before the first that was not.
    """
    areas, recalls, rejected, firsts = [], [], [], []
    codes: Counter[str] = Counter()
    for run in runs:
        people = sorted(lead.sum for lead in run if lead.label not in _ATTACK_LABELS)
        fakes = [lead for lead in run if lead.label == label]
        limit = people[int(len(people) * 0.01)]
        areas.append(area_under_curve(people, [fake.sum for fake in fakes]))
        recalls.append(mean(fake.sum < limit for fake in fakes))
        rejected.append(mean(fake.decision == "reject" for fake in fakes))
        firsts.append(next((n for n, fake in enumerate(fakes) if fake.decision != "accept"), len(fakes)))
        codes.update(code for fake in fakes for code, points in fake.against.items() if points <= -3)
    leads = sum(lead.label == label for run in runs for lead in run)
    print(
        f"{label:<18} {leads:>6} {mean(areas):>6.3f} {mean(recalls):>7.2f} {mean(rejected):>9.2f} "
        f"{' '.join(map(str, firsts)):>14}  "
        + ", ".join(f"{code} {count / leads:.0%}" for code, count in codes.most_common(3))
    )
    return mean(recalls)


if __name__ == "__main__":
    main()
