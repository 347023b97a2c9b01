"""How are figures drawn? As SVG that stands in the page itself; whatever a drawing says is said in words too."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date

from markupsafe import Markup

from fraudcheck.report.audit import Point, Share

_DECISIONS = ("accept", "review", "reject")


def interval(share: Share, top: float) -> Markup:
    """A share as a bar from 0 to ``top``, with its interval as a whisker."""
    at = [round(100 * min(1.0, each / top), 2) if top else 0.0 for each in (share.likely, share.low, share.high)]
    likely, low, high = at
    words = f"{share.likely:.1%}, likely between {share.low:.1%} and {share.high:.1%}"
    return Markup(
        '<svg class="interval" viewBox="0 0 100 16" preserveAspectRatio="none" role="img" aria-label="{}">'
        '<rect class="track" width="100" height="16"/><rect class="bad" y="3" width="{}" height="10"/>'
        '<path class="whisker" d="M{} 8H{}M{} 3v10M{} 3v10"/></svg>'
    ).format(words, likely, low, high, low, high)


def decisions(counts: dict[str, int]) -> Markup:
    """How many were accepted, reviewed and rejected, as one bar."""
    whole = sum(counts.values())
    words = ", ".join(f"{counts[name]:,} {name}" for name in _DECISIONS)
    parts, left = [], 0.0
    for name in _DECISIONS:
        width = 100 * counts[name] / whole if whole else 0.0
        parts.append(Markup('<rect class="{}" x="{:.2f}" width="{:.2f}" height="10"/>').format(name, left, width))
        left += width
    return Markup(
        '<svg class="stack" viewBox="0 0 100 10" preserveAspectRatio="none" role="img" aria-label="{}">{}</svg>'
    ).format(words, Markup("").join(parts))


def spark(points: Sequence[Point], top: float) -> Markup:
    """The share of bad leads over time as a small line."""
    known = _shares(points)
    if len(known) < 2:
        return Markup("")
    words = f"from {known[0][1]:.1%} to {known[-1][1]:.1%}, at the most {max(share for _, share in known):.1%}"
    return Markup(
        '<svg class="spark" viewBox="0 0 100 24" preserveAspectRatio="none" role="img" aria-label="{}">'
        '<path class="line" d="{}"/></svg>'
    ).format(words, _line(known, len(points), 24, top))


def trend(points: Sequence[Point], change: str | None, top: float) -> Markup:
    """The share of bad leads over time, with the day of a change marked."""
    known = _shares(points)
    if len(known) < 2:
        return Markup("")
    most = max(point.leads for point in points)
    wide = 100 / len(points)
    bars = Markup("").join(
        Markup('<rect class="volume" x="{:.2f}" y="{:.2f}" width="{:.2f}" height="{:.2f}"/>').format(
            at * wide, 100 - 40 * point.leads / most, wide * 0.8, 40 * point.leads / most
        )
        for at, point in enumerate(points)
    )
    mark = Markup("")
    if change is not None:
        mark = Markup('<path class="change" d="M{:.2f} 0V100"/>').format(place(points, change))
    words = f"share of rejected leads from {known[0][1]:.1%} at first to {known[-1][1]:.1%} at last"
    return Markup(
        '<svg class="trend" viewBox="0 0 100 100" preserveAspectRatio="none" role="img" aria-label="{}">'
        '{}<path class="line" d="{}"/>{}</svg>'
    ).format(words, bars, _line(known, len(points), 100, top), mark)


def place(points: Sequence[Point], day: str) -> float:
    """How far across a trend a day lies, in percent."""
    first, last = (date.fromisoformat(points[at].day).toordinal() for at in (0, -1))
    step = (last - first) / max(1, len(points) - 1)
    across = (date.fromisoformat(day).toordinal() - first) / (step * len(points)) if step else 0.0
    return min(100.0, max(0.0, 100 * across))


def step(before: float, after: float, low: float, high: float) -> Markup:
    """One step of a sum, from what there was to what there is, between the lowest and highest of all."""
    width = high - low or 1.0
    left, right = ((each - low) / width * 100 for each in sorted((before, after)))
    return Markup(
        '<svg class="step" viewBox="0 0 100 12" preserveAspectRatio="none" aria-hidden="true">'
        '<path class="zero" d="M{:.2f} 0V12"/><rect class="{}" x="{:.2f}" y="2" width="{:.2f}" height="8"/></svg>'
    ).format(-low / width * 100, "accept" if after >= before else "reject", left, max(0.6, right - left))


def _shares(points: Sequence[Point]) -> list[tuple[int, float]]:
    return [(at, point.bad / point.leads) for at, point in enumerate(points) if point.leads]


def _line(known: Sequence[tuple[int, float]], many: int, height: int, top: float) -> str:
    spots = [
        f"{100 * (at + 0.5) / many:.2f} {height - (height - 2) * min(1.0, share / top if top else 0.0) - 1:.2f}"
        for at, share in known
    ]
    return "M" + "L".join(spots)
