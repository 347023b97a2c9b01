"""How does the model of ordinary leads learn, so that nobody can teach it that fakes are ordinary?

It learns from leads that the rest of the evidence trusts, each person once, no vendor more than its share, without the
most unusual, and from no vendor whose leads the operator's model suddenly finds unusual by the dozen; and it takes the
place of the model before it only where it is no worse on leads that neither has seen.
PyOD and numpy are needed here alone (``fraudcheck[train]``).
"""

from __future__ import annotations

import random
from collections import Counter
from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from datetime import datetime
from importlib.metadata import version
from pathlib import Path
from typing import Any

from msgspec import Struct, to_builtins

from fraudcheck import wiring
from fraudcheck.adapters import model_file
from fraudcheck.anomaly.detector import Model
from fraudcheck.anomaly.features import Cut, Feature, codes
from fraudcheck.operations.kept_leads import kept_leads
from fraudcheck.pipeline.decide import measure
from fraudcheck.records import Facts, Lead
from fraudcheck.settings import Settings, model_folder

FEWEST = 2_000
"""Trusted leads below which a model would learn chance."""
_REFERENCE = 5_000
"""The most scores that the reference sample keeps."""
_DOUBT, _CONDEMNED = -2.0, -10.0
"""Points of a group from which a lead is no longer trusted, and of all together from which it is taken for a fake."""
_SHARE = 0.2
_TRIMMED = 0.02
_KEPT = 0.2
_BINS, _PAIR_BINS = 10, 6
_RARE = 0.005
_CELLS = 128
"""PyOD's bins a column: at least one for each code, and the same for all, so that all are smoothed alike."""
_CHANGED, _FEWEST_OF_VENDOR = 0.1, 50
"""The share of a vendor's leads at p <= 0.01 from which it is set aside: a script's, or a form that was made anew."""
_FALSE_ALARMS = 0.02
_FEWEST_FAKES = 30

SINGLES = (
    *("form.fill", "form.look", "form.keys", "form.pointer", "form.pastes", "form.autofills"),
    *("email.digits", "email.separators", "email.free", "identity.match", "phone.valid", "content.message"),
    *("network.far", "network.hours", "cluster.hour"),
    *("velocity.ip_hour", "velocity.ip_day", "velocity.network_hour", "velocity.device_day"),
    *("velocity.mailbox_month", "velocity.phone_month"),
)
PAIRS = (
    ("form.fill", "form.characters"),
    ("form.look", "form.pointer"),
    ("form.keys", "form.pointer"),
    ("form.fill", "form.pointer"),
    ("form.fill", "form.keys"),
    ("form.keys", "form.pastes"),
    ("form.keys", "form.autofills"),
    ("form.desktop", "form.pointer"),
    ("form.desktop", "form.autofills"),
    ("velocity.ip_hour", "velocity.device_day"),
)
"""What a person's hands tie together: time with length, keys with what no key typed, the pointer with the machine."""


class Example(Struct, frozen=True, kw_only=True):
    """A judged lead: when it came, whose it was, what was measured, and what all evidence but the model's said."""

    at: str
    vendor: str
    person: str
    measures: Mapping[str, float]
    trusted: bool
    condemned: bool


class Comparison(Struct, frozen=True, kw_only=True):
    """How a model does on the kept window: the share of trusted leads at p <= 0.01, and the area under the ROC curve
    between trusted leads and fakes, None where there are too few.
    """

    false_alarms: float
    area: float | None


class Trained(Struct, frozen=True, kw_only=True):
    """A new model beside the one in service, what it learned from, and why it is not to be used (None: it is)."""

    model: Model
    counts: Mapping[str, int]
    vendors: Mapping[str, tuple[int, int]]
    aside: Mapping[str, float]
    window: tuple[str, str]
    new: Comparison
    old: Comparison | None
    refused: str | None


def example(lead: Lead, facts: Mapping[str, Facts | None], verdict: Mapping[str, Any], person: str) -> Example:
    """What there is to learn from a lead; ``person`` is the token of its mailbox or phone."""
    against: Counter[str] = Counter()
    for reason in verdict["reasons"]:
        if reason["group"] != "anomaly":
            against[reason["group"]] += min(0.0, reason["points"])
    return Example(
        at=verdict["checked_at"],
        vendor=lead.source.vendor or "",
        person=person,
        measures=measure(lead, facts),
        trusted=all(points > _DOUBT for points in against.values()) and not verdict["unknown"],
        condemned=sum(against.values()) <= _CONDEMNED,
    )


def train_model(
    examples: Iterable[Example],
    name: str,
    old: Model | None,
    *,
    stranger: bool = False,
    trust: Collection[str] = (),
    seed: int = 0,
) -> Trained:
    """Fit a model and hold it against the one in service. Raises ValueError where there is too little to learn from.

    ``stranger`` says that the one in service never saw these vendors, so that what it finds unusual means nothing yet;
    ``trust`` names vendors to learn from though their leads have changed.
    """
    ordered = sorted(examples, key=lambda each: each.at)
    aside = {
        vendor: share for vendor, share in _changed(ordered, None if stranger else old).items() if vendor not in trust
    }
    persons = {
        each.person or f"#{at}": each for at, each in enumerate(ordered) if each.trusted and each.vendor not in aside
    }
    trusted = sorted(persons.values(), key=lambda each: each.at)
    if len(trusted) < FEWEST:
        raise ValueError(
            f"{len(trusted):,} of {len(ordered):,} leads are trusted, and a model needs {FEWEST:,}; "
            "wait for more, or look further back with --since"
            + (
                f"; set aside, as their leads have changed: {', '.join(sorted(aside))} (--trust VENDOR)"
                if aside
                else ""
            )
        )
    until = trusted[int(len(trusted) * (1 - _KEPT))].at
    early = [each for each in trusted if each.at < until]
    kept = [each for each in trusted if each.at >= until]
    fakes = [each for each in ordered if each.condemned and each.at >= until]
    sample = _weighed(early, random.Random(seed))  # noqa: S311 - the same leads give the same model
    model = fit([each.measures for each in sample], name)
    new, before = _compare(model, kept, fakes), _compare(old, kept, fakes) if old else None
    counts = Counter(each.vendor for each in early)
    shares = Counter(each.vendor for each in sample)
    return Trained(
        model=model,
        counts={
            "read": len(ordered),
            "trusted": len(trusted),
            "learned": len(sample),
            "kept": len(kept),
            "fakes": len(fakes),
        },
        vendors={vendor: (count, shares[vendor]) for vendor, count in counts.most_common()},
        aside=aside,
        window=(early[0].at, until),
        new=new,
        old=before,
        refused=_refused(new, before, len(kept), len(fakes)),
    )


def _changed(examples: Iterable[Example], old: Model | None) -> dict[str, float]:
    """The vendors of whose trusted leads the model in service finds far more unusual than one in a hundred."""
    if old is None:
        return {}
    leads: Counter[str] = Counter()
    unusual: Counter[str] = Counter()
    for each in examples:
        if each.trusted:
            leads[each.vendor] += 1
            unusual[each.vendor] += old.tail(old.score(codes(each.measures, old.features))) <= 0.01
    return {
        vendor: unusual[vendor] / count
        for vendor, count in leads.items()
        if count >= _FEWEST_OF_VENDOR and unusual[vendor] > _CHANGED * count
    }


def _weighed(examples: Sequence[Example], chance: random.Random) -> list[Example]:
    """The examples in random order, no vendor's more than a fifth (than two shares where they are fewer than ten)."""
    of: dict[str, list[Example]] = {}
    for each in chance.sample(examples, len(examples)):
        of.setdefault(each.vendor, []).append(each)
    share = max(_SHARE, 2 / len(of))
    most = max(map(len, of.values()))
    while most > 1 and most > share * sum(min(most, len(each)) for each in of.values()):
        most = int(most * 0.95)
    sample = [each for group in of.values() for each in group[:most]]
    return chance.sample(sample, len(sample))


def fit(rows: Sequence[Mapping[str, float]], name: str) -> Model:
    """Fit PyOD's HBOS to rows of measures, twice: the second time without those that it found most unusual.

    Every fifth row is not learned from but scored, as the reference sample.
    """
    np, _ = _libraries()
    reference = rows[::5]
    learned = [row for at, row in enumerate(rows) if at % 5]
    features = _features(learned)
    table = np.array([codes(row, features) for row in learned])
    scores = _fitted(table, features).decision_scores_
    detector = _fitted(table[scores <= np.quantile(scores, 1 - _TRIMMED)], features)
    held = np.array([codes(row, features) for row in reference])
    found = np.sort(detector.decision_function(scaled(held, features)))
    if len(found) > _REFERENCE:
        found = found[np.linspace(0, len(found) - 1, _REFERENCE).astype(int)]
    return Model(
        name=name,
        features=features,
        surprise=_surprise(detector, features),
        usual=tuple(
            tuple((np.bincount(held[:, at], minlength=feature.size) / len(held)).round(5).tolist())
            for at, feature in enumerate(features)
        ),
        reference=tuple(found.tolist()),
    )


def scaled(table: Any, features: Sequence[Feature]) -> Any:
    """The matrix that PyOD sees of a table of codes: each column from 0 to 1."""
    np, _ = _libraries()
    return table / np.array([feature.size - 1 for feature in features])


def _fitted(table: Any, features: Sequence[Feature]) -> Any:
    _, hbos = _libraries()
    return hbos(n_bins=_CELLS).fit(scaled(table, features))


def _surprise(detector: Any, features: Sequence[Feature]) -> tuple[tuple[float, ...], ...]:
    """The detector's score of each code of each feature, from rows that differ from one row in that feature alone."""
    np, _ = _libraries()
    rows = np.zeros((1 + sum(feature.size for feature in features), len(features)), dtype=int)
    at = 1
    for column, feature in enumerate(features):
        rows[at : at + feature.size, column] = range(feature.size)
        at += feature.size
    scores = detector.decision_function(scaled(rows, features))
    tables, at = [], 1
    for column, feature in enumerate(features):
        own = scores[at : at + feature.size] - (scores[0] if column else 0.0)
        tables.append(tuple(own.tolist()))
        at += feature.size
    return tuple(tables)


def _features(rows: Sequence[Mapping[str, float]]) -> tuple[Feature, ...]:
    """Columns for the measures that at least one lead in two hundred has, and more than one value of."""
    have = Counter(name for row in rows for name in row)
    names = [name for name in SINGLES if have[name] >= _RARE * len(rows)]
    both = [pair for pair in PAIRS if all(have[name] >= _RARE * len(rows) for name in pair)]
    wanted = [Feature((_cut(name, rows, _BINS),)) for name in names]
    wanted += [Feature(tuple(_cut(name, rows, _PAIR_BINS) for name in pair)) for pair in both]
    return tuple(feature for feature in wanted if all(cut.edges for cut in feature.cuts))


def _cut(name: str, rows: Sequence[Mapping[str, float]], bins: int) -> Cut:
    """Edges between the values where these are few; else bins of equal width with all but the rarest inside."""
    np, _ = _libraries()
    values = np.array([row[name] for row in rows if name in row])
    different = np.unique(values)
    if len(different) <= bins:
        edges = (different[1:] + different[:-1]) / 2
    else:
        low, high = np.quantile(values, [_RARE, 1 - _RARE])
        edges = (
            np.unique(np.linspace(low, high, bins - 1)) if low < high else (different[1:] + different[:-1])[:bins] / 2
        )
    return Cut(name, tuple(edges.round(4).tolist()))


def _compare(model: Model, kept: Sequence[Example], fakes: Sequence[Example]) -> Comparison:
    np, _ = _libraries()
    good, bad = ([model.score(codes(each.measures, model.features)) for each in group] for group in (kept, fakes))
    area = None
    if len(bad) >= _FEWEST_FAKES:
        order = np.sort(good)
        below = (np.searchsorted(order, bad, "left") + np.searchsorted(order, bad, "right")) / 2
        area = float(below.mean() / len(good))
    return Comparison(false_alarms=sum(model.tail(score) <= 0.01 for score in good) / len(good), area=area)


def _refused(new: Comparison, old: Comparison | None, kept: int, fakes: int) -> str | None:
    """Why a model is not to be used."""
    allowed = max(_FALSE_ALARMS, old.false_alarms if old else 0.0)
    noise = 2 * (allowed * (1 - allowed) / kept) ** 0.5
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


def _libraries() -> tuple[Any, Any]:
    try:
        import numpy  # noqa: PLC0415 - an extra that the service does without
        from pyod.models.hbos import HBOS  # noqa: PLC0415 - as above
    except ImportError:
        raise ValueError("training needs PyOD: pip install 'fraudcheck[train]'") from None
    return numpy, HBOS


def training_text(trained: Trained) -> Iterable[str]:
    """What was learned, in lines for a terminal."""
    counts = trained.counts
    yield f"{counts['read']:,} leads read, {counts['trusted']:,} trusted, {counts['learned']:,} learned from"
    yield f"{trained.window[0]} to {trained.window[1]}; the {counts['kept']:,} after it were kept to compare"
    yield ""
    yield f"{'vendor':<32} {'trusted':>9} {'learned':>9}"
    for vendor, (trusted, learned) in list(trained.vendors.items())[:20]:
        yield f"{(vendor or '(none)')[:32]:<32} {trusted:>9,} {learned:>9,}"
    for vendor, share in trained.aside.items():
        yield f"{(vendor or '(none)')[:32]:<32} set aside: {share:.0%} of its leads are unusual now (--trust it?)"
    yield ""
    yield f"{'feature':<34} {'missing':>8}  usual"
    model = trained.model
    for feature, usual, ranges in zip(model.features, model.usual, model.ranges, strict=True):
        if len(feature.cuts) == 1:
            low, high = ranges[0] or (None, None)
            yield f"{feature.name:<34} {usual[0]:>8.0%}  {_bound(low)} to {_bound(high)}"
    yield ""
    for which, found in (("new", trained.new), ("in service", trained.old)):
        if found:
            area = "too few known fakes to compare" if found.area is None else f"area under the curve {found.area:.3f}"
            yield f"{which:<12} {found.false_alarms:>6.1%} of kept trusted leads at p <= 0.01, {area}"


def _bound(value: float | None) -> str:
    return "…" if value is None else f"{value:g}"


def model_manifest(trained: Trained, now: datetime) -> dict[str, Any]:
    """What a model's manifest says of its making."""
    return {
        "trained_at": now.isoformat(timespec="seconds"),
        "window": trained.window,
        "counts": trained.counts,
        "pyod": version("pyod"),
        "evaluation": {"new": to_builtins(trained.new), "before": to_builtins(trained.old)},
    }


def model_card(trained: Trained) -> str:
    """The model's card: what it learned from and how it compares, as ``report`` tells it."""
    return "# A model of this service's ordinary leads\n\n```\n" + "\n".join(training_text(trained)) + "\n```\n"


async def training_examples(
    settings: Settings, tenant: str, since: datetime, progress: Callable[[int], None]
) -> list[Example]:
    """What the ledger's leads since then have to teach. ``progress`` is told every 10,000 leads how many were read."""
    found: list[Example] = []
    async with wiring.ledger_only(settings) as ledger:
        async for kept in kept_leads(ledger, tenant, since, progress):
            if kept.lead is not None:
                person = kept.tokens.get("mailbox") or kept.tokens.get("phone") or ""
                found.append(example(kept.lead, kept.facts, kept.verdict, person))
    return found


def keep_model(settings: Settings, trained: Trained, now: datetime) -> Path:
    """Put a trained model in the place of the operator's own."""
    folder = model_folder(settings)
    model_file.keep(folder, trained.model, model_manifest(trained, now), model_card(trained))
    return folder
