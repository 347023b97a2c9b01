"""How does the model of ordinary leads learn, so that nobody can teach it that fakes are ordinary?

It learns only from leads that all other evidence trusts, from each person once, and from no vendor more than its share.
It leaves out the most unusual leads, and every vendor of whose leads the model in service suddenly finds many unusual.
It replaces that model only if it does no worse on leads that neither of them has seen.
"""

from __future__ import annotations

import random
from collections import Counter
from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from datetime import datetime
from typing import Any

import msgspec
from msgspec import Struct

from fraudcheck import wiring
from fraudcheck.anomaly.detector import Model
from fraudcheck.identifiers import vendor_key
from fraudcheck.operations.kept_leads import kept_leads
from fraudcheck.operations.model_fitting import fit_model, load_libraries
from fraudcheck.pipeline.decide import measure
from fraudcheck.reasons import TEST
from fraudcheck.records import Facts, Lead
from fraudcheck.settings import Settings

FEWEST = 2_000
"""Trusted leads below which a model would learn chance."""
_DOUBTED, _CONDEMNED = -2.0, -10.0
"""Points of one group from which a lead is not trusted any more, and of all groups together from which it counts as a
fake."""
_MAX_VENDOR_SHARE = 0.2
"""The largest share of the learned leads that may come from one vendor."""
_HELD_OUT_SHARE = 0.2
"""The share of trusted leads, the newest, that are not learned from but used to compare the models."""
_CHANGED_SHARE, _FEWEST_OF_VENDOR = 0.1, 50
"""A vendor is set aside if it has so many leads and more than this share of them is unusual (p <= 0.01): they come from
a script, or its form was changed."""
_MAX_FALSE_ALARMS = 0.02
_FEWEST_FAKES = 30


class Example(Struct, frozen=True, kw_only=True):
    """A judged lead: when it came (RFC 3339), its vendor, its person's token and its measures.

    All evidence but the model's says whether it is ``trusted`` as a person's, ``condemned`` as a fake, or neither.
    """

    at: str
    vendor: str
    person: str
    measures: Mapping[str, float]
    trusted: bool
    condemned: bool


class Comparison(Struct, frozen=True, kw_only=True):
    """How a model does on the held-out leads.

    ``false_alarms`` is the share of trusted leads at p <= 0.01, ``area`` the area under the ROC curve between trusted
    leads and fakes (None if there are too few fakes).
    """

    false_alarms: float
    area: float | None


class Trained(Struct, frozen=True, kw_only=True):
    """A new model beside the one in service.

    ``counts`` has numbers of leads; ``vendors`` each vendor's trusted and learned leads; ``aside`` the vendors that
    were set aside, with their share of unusual leads; ``window`` the time of the learned leads. ``new`` and ``old``
    compare the two models. ``refused`` says why the new one is not to be used, None if it is.
    """

    model: Model
    counts: Mapping[str, int]
    vendors: Mapping[str, tuple[int, int]]
    aside: Mapping[str, float]
    window: tuple[str, str]
    new: Comparison
    old: Comparison | None
    refused: str | None


def make_example(lead: Lead, facts: Mapping[str, Facts | None], verdict: Mapping[str, Any], person: str) -> Example:
    """The example that a kept lead is; ``person`` is the token of its mailbox or phone."""
    against: Counter[str] = Counter()
    for reason in verdict["reasons"]:
        if reason["group"] != "anomaly":
            against[reason["group"]] += min(0.0, reason["points"])
    return Example(
        at=verdict["checked_at"],
        vendor=lead.source.vendor or "",
        person=person,
        measures=measure(lead, facts),
        trusted=all(points > _DOUBTED for points in against.values()) and not verdict["unknown"],
        condemned=sum(against.values()) <= _CONDEMNED,
    )


async def training_examples(
    settings: Settings, tenant: str, since: datetime, progress: Callable[[int], None]
) -> list[Example]:
    """The examples of a tenant's live leads since then: what files lack of a lead would be usual to a model of them.

    ``progress`` gets the number of leads read, every 10,000.
    """
    examples: list[Example] = []
    async with wiring.ledger_only(settings) as ledger:
        async for kept in kept_leads(ledger, tenant, since, progress, origin="live"):
            if kept.lead is not None and kept.verdict["classification"] != TEST:
                person = kept.tokens.get("mailbox") or kept.tokens.get("phone") or ""
                examples.append(make_example(kept.lead, kept.facts, kept.verdict, person))
    return examples


def train_model(
    examples: Iterable[Example],
    name: str,
    old: Model | None,
    *,
    stranger: bool = False,
    trust: Collection[str] = (),
    seed: int = 0,
    made_up: bool = False,
) -> Trained:
    """Fit a model called ``name`` and compare it with ``old``, the one in service.

    ``stranger`` says that the model in service never saw these vendors, so what it finds unusual means nothing yet.
    ``trust`` names vendors to learn from though their leads have changed. ``made_up`` says that the examples are no
    real leads. The same examples and ``seed`` give the same model. Raises ValueError, with what to do, if there is too
    little to learn from.
    """
    spellings: dict[str, str] = {}  # of each vendor the first
    ordered = [
        msgspec.structs.replace(example, vendor=spellings.setdefault(vendor_key(example.vendor), example.vendor))
        for example in sorted(examples, key=lambda example: example.at)
    ]
    changed = {} if stranger or old is None else _find_changed_vendors(ordered, old)
    trusted_vendors = {vendor_key(vendor) for vendor in trust}
    aside = {vendor: share for vendor, share in changed.items() if vendor_key(vendor) not in trusted_vendors}
    trusted = _newest_by_person(ordered, aside)
    if len(trusted) < FEWEST:
        raise ValueError(_too_few(len(trusted), len(ordered), aside))
    until = trusted[int(len(trusted) * (1 - _HELD_OUT_SHARE))].at
    early = [example for example in trusted if example.at < until]
    held_out = [example for example in trusted if example.at >= until]
    fakes = [example for example in ordered if example.condemned and example.at >= until]
    sample = _sample_evenly(early, random.Random(seed))  # noqa: S311 - the same leads give the same model
    model = fit_model([example.measures for example in sample], name, made_up=made_up)
    new = _compare(model, held_out, fakes)
    before = _compare(old, held_out, fakes) if old else None
    trusted_of_vendor = Counter(example.vendor for example in early)
    learned_of_vendor = Counter(example.vendor for example in sample)
    return Trained(
        model=model,
        counts={
            "read": len(ordered),
            "trusted": len(trusted),
            "learned": len(sample),
            "kept": len(held_out),
            "fakes": len(fakes),
        },
        vendors={vendor: (count, learned_of_vendor[vendor]) for vendor, count in trusted_of_vendor.most_common()},
        aside=aside,
        window=(early[0].at, until),
        new=new,
        old=before,
        refused=_why_refused(new, before, len(held_out), len(fakes)),
    )


def _newest_by_person(ordered: Iterable[Example], aside: Collection[str]) -> list[Example]:
    """The newest trusted lead of each person, in the order of time, without those of the vendors in ``aside``.

    A lead without a person's token counts as a person of its own.
    """
    by_person = {
        example.person or f"#{position}": example
        for position, example in enumerate(ordered)
        if example.trusted and example.vendor not in aside
    }
    return sorted(by_person.values(), key=lambda example: example.at)


def _too_few(trusted: int, read: int, aside: Collection[str]) -> str:
    text = (
        f"{trusted:,} of {read:,} leads are trusted, and a model needs {FEWEST:,}; "
        "wait for more, or look further back with --since"
    )
    if aside:
        text += f"; set aside, as their leads have changed: {', '.join(sorted(aside))} (--trust VENDOR)"
    return text


def _find_changed_vendors(examples: Iterable[Example], old: Model) -> dict[str, float]:
    """Vendors of whose trusted leads the model in service finds many unusual (p <= 0.01), with the share of these."""
    leads: Counter[str] = Counter()
    unusual: Counter[str] = Counter()
    for example in examples:
        if example.trusted:
            leads[example.vendor] += 1
            unusual[example.vendor] += old.tail(old.score(old.row(example.measures))) <= 0.01
    return {
        vendor: unusual[vendor] / count
        for vendor, count in leads.items()
        if count >= _FEWEST_OF_VENDOR and unusual[vendor] > _CHANGED_SHARE * count
    }


def _sample_evenly(examples: Sequence[Example], generator: random.Random) -> list[Example]:
    """Examples in random order, of which no vendor has more than a fifth.

    Of fewer than ten vendors, one may have up to twice an equal share.
    """
    by_vendor: dict[str, list[Example]] = {}
    for example in generator.sample(examples, len(examples)):
        by_vendor.setdefault(example.vendor, []).append(example)
    max_share = max(_MAX_VENDOR_SHARE, 2 / len(by_vendor))
    limit = max(map(len, by_vendor.values()))
    while limit > 1 and limit > max_share * sum(min(limit, len(own)) for own in by_vendor.values()):
        limit = int(limit * 0.95)
    sample = [example for own in by_vendor.values() for example in own[:limit]]
    return generator.sample(sample, len(sample))


def _compare(model: Model, trusted: Sequence[Example], fakes: Sequence[Example]) -> Comparison:
    np, _ = load_libraries()
    trusted_scores = [model.score(model.row(example.measures)) for example in trusted]
    fake_scores = [model.score(model.row(example.measures)) for example in fakes]
    false_alarms = sum(model.tail(score) <= 0.01 for score in trusted_scores) / len(trusted_scores)
    area = None
    if len(fake_scores) >= _FEWEST_FAKES:
        ordered = np.sort(trusted_scores)
        # The area under the ROC curve is the mean share of trusted leads that score below a fake, ties counted half.
        below = (np.searchsorted(ordered, fake_scores, "left") + np.searchsorted(ordered, fake_scores, "right")) / 2
        area = float(below.mean() / len(trusted_scores))
    return Comparison(false_alarms=false_alarms, area=area)


def _why_refused(new: Comparison, old: Comparison | None, held_out: int, fakes: int) -> str | None:
    """Why the new model is not to be used: it is worse by more than chance explains. None if it may be used.

    ``held_out`` and ``fakes`` are the numbers of leads that were compared.
    """
    allowed = max(_MAX_FALSE_ALARMS, old.false_alarms if old else 0.0)
    noise = 2 * (allowed * (1 - allowed) / held_out) ** 0.5
    if new.false_alarms > allowed + noise:
        return (
            f"it calls {new.false_alarms:.1%} of the newest trusted leads one in a hundred, where {allowed:.1%} may be"
        )
    if old and old.area is not None and new.area is not None:
        noise = (max(old.area * (1 - old.area), 0.01) / fakes) ** 0.5
        if new.area < old.area - noise:
            return (
                f"it tells the newest fakes from trusted leads worse (area {new.area:.3f}) than before ({old.area:.3f})"
            )
    return None
