"""What do the token's codes cost people, and which attacks do they stop? ``python -m bench.worlds.tokens``.

Each deployment is judged with the codes of the script and its token, and with no points for them.
"""

from __future__ import annotations

import argparse
import asyncio
from collections import Counter

import msgspec

from bench.worlds.tokens.attackers import ATTACKS
from bench.worlds.tokens.sites import SITES
from bench.worlds.world import World
from fraudcheck.anomaly.detector import Model
from fraudcheck.ledger.record import Opened
from fraudcheck.reasons import CATALOGUE
from fraudcheck.scoring.policy import encode_policy
from fraudcheck.settings import Settings
from fraudcheck.wiring import load_model
from training.simulation import SentLead, Simulation

NEW = sorted(
    code
    for code in CATALOGUE
    if (code.startswith("FORM_TOKEN") and code != "FORM_TOKEN_REUSED")
    or code in {"FORM_VALUES_INSERTED", "BROWSER_HEADLESS", "BROWSER_CONTRADICTS", "FORM_ASSISTED"}
)


async def _judged(world: World, model: Model | None, without: bool) -> list[tuple[SentLead, Opened]]:
    simulation = Simulation(model)
    if without:
        policy = simulation.tenant.policy
        policy = msgspec.structs.replace(policy, points=policy.points | dict.fromkeys(NEW, 0.0))
        simulation.tenant = msgspec.structs.replace(
            simulation.tenant, policy=policy, policy_hash=encode_policy(policy)[0]
        )
    return await simulation.check_all(world.arriving())


def _people(name: str, seeds: range, model: Model | None) -> None:
    """One line for each week and way of judging: decisions, and of how many genuine leads each new code was said."""
    for without in (False, True):
        weeks = [Counter[str](), Counter[str]()]
        for seed in seeds:
            world = SITES[name](seed)
            week = world.start.timestamp() + 7 * 86_400
            for sent, opened in asyncio.run(_judged(world, model, without)):
                tally = weeks[sent.at > week]
                tally[opened.verdict["decision"]] += 1
                tally["all"] += 1
                said = {one["code"]: one["points"] for one in opened.verdict["reasons"]}
                tally.update(code for code, points in said.items() if code in NEW and points < 0)
                if opened.verdict["decision"] == "reject":
                    tally["R " + " ".join(f"{code}{points:g}" for code, points in said.items() if points < 0)] += 1
        for title, tally in zip(("week 1", "later"), weeks, strict=True):
            codes = ", ".join(f"{code} {tally[code]}" for code in NEW if tally[code]) if not without else ""
            counts = " ".join(f"{tally[what]:5}" for what in ("all", "accept", "review", "reject"))
            print(f"{name:28} {'without' if without else 'with':7} {title:6} {counts}  {codes}", flush=True)
            for line in [key for key in tally if key.startswith("R ")] if not without else ():
                print(f"    rejected {tally[line]}: {line[2:]}")


def _attack(name: str, attack: str, seeds: range, model: Model | None, count: int) -> None:
    """How many of an attack's leads were accepted, and after how many it was stopped for good."""
    row, codes, genuine = [], Counter[str](), []
    for without in (False, True):
        accepted, until, total, rejected, hurt = 0, [], 0, 0, Counter[str]()
        for seed in seeds:
            world = SITES[name](seed, count)
            world.leads = world.leads + ATTACKS[attack](world)
            decisions = []
            for sent, opened in asyncio.run(_judged(world, model, without)):
                if not sent.label:
                    hurt[opened.verdict["decision"]] += 1
                    continue
                decisions.append(opened.verdict["decision"])
                if not without:
                    codes.update(one["code"] for one in opened.verdict["reasons"] if one["points"] < 0)
            good = [place for place, decision in enumerate(decisions) if decision == "accept"]
            accepted += len(good)
            rejected += decisions.count("reject")
            total += len(decisions)
            until.append(next((i for i, one in enumerate(decisions) if one != "accept"), len(decisions)))
        row.append(f"{accepted:4}/{total} first stop {sum(until) / len(until):4.0f} rej {rejected:3}")
        genuine.append(f"{hurt['reject']}/{hurt['review']}/{hurt['accept']}")
    most = ", ".join(f"{code} {many}" for code, many in codes.most_common(4))
    print(
        f"{name:27} {attack:13} | {row[0]} | without {row[1]} | people {genuine[0]} ({genuine[1]}) | {most}", flush=True
    )


def main() -> None:
    """Play what was asked for."""
    parser = argparse.ArgumentParser(prog="bench.worlds.tokens", description=__doc__)
    parser.add_argument("--seeds", type=int, default=1)
    parser.add_argument("--first", type=int, default=1)
    parser.add_argument("--only", default="", help="deployments whose name contains this")
    parser.add_argument("--attack", default="", help="attacks whose name contains this; - for none")
    parser.add_argument("--count", type=int, default=350, help="genuine leads beside an attack")
    parser.add_argument("--skip-people", action="store_true")
    options = parser.parse_args()
    seeds, model = range(options.first, options.first + options.seeds), load_model(Settings())
    names = [name for name in SITES if options.only in name]
    for name in names if not options.skip_people else ():
        _people(name, seeds, model)
    for name in names:
        for attack in [attack for attack in ATTACKS if options.attack in attack]:
            _attack(name, attack, seeds, model, options.count)


if __name__ == "__main__":
    main()
