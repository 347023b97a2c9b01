"""What is said of a trained model? Lines for a terminal, its manifest and its card."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime
from importlib.metadata import version
from typing import Any

from msgspec import to_builtins

from fraudcheck.operations.train import Trained


def training_text(trained: Trained) -> Iterable[str]:
    """What the model learned and how it compares, in lines for a terminal."""
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
    for which, comparison in (("new", trained.new), ("in service", trained.old)):
        if comparison is None:
            continue
        area = "too few known fakes to compare"
        if comparison.area is not None:
            area = f"area under the curve {comparison.area:.3f}"
        yield f"{which:<12} {comparison.false_alarms:>6.1%} of kept trusted leads at p <= 0.01, {area}"


def _bound(value: float | None) -> str:
    return "…" if value is None else f"{value:g}"


def model_manifest(trained: Trained, now: datetime) -> dict[str, Any]:
    """The part of a model's manifest that says how it was trained. ``now`` is the time of the training."""
    return {
        "trained_at": now.isoformat(timespec="seconds"),
        "window": trained.window,
        "counts": trained.counts,
        "pyod": version("pyod"),
        "evaluation": {"new": to_builtins(trained.new), "before": to_builtins(trained.old)},
    }


def model_card(trained: Trained) -> str:
    """The model's card in Markdown: the lines of ``training_text``."""
    return "# A model of this service's ordinary leads\n\n```\n" + "\n".join(training_text(trained)) + "\n```\n"
