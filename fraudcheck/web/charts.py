"""How are figures drawn? As SVG within the page; each drawing has a label that says the same in words."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date

from markupsafe import Markup

from fraudcheck.report.audit import Change, Point, Share

_DECISIONS = {"accept": "accepted", "review": "to be reviewed", "reject": "rejected"}
_SCALE_ENDS = (0.1, 0.15, 0.2, 0.25, 0.3, 0.4, 0.5, 0.6, 0.8, 1.0)
_MIN_LEADS = 10
"""Leads that a point of a trend needs to count for the scale: a single bad lead would make it 100 %."""
_NOTHING = Markup("")


def top(shares: Sequence[float]) -> float:
    """Where a common scale for these shares ends: at the next round share above the highest one."""
    most = max(shares, default=0.0)
    return next((end for end in _SCALE_ENDS if most <= end), 1.0)


def highest(points: Sequence[Point]) -> float:
    """The highest share of bad leads of a trend, without points of few leads."""
    return max((point.bad / point.leads for point in points if point.leads >= _MIN_LEADS), default=0.0)


def interval(share: Share, end: float, mark: float | None = None, mark_name: str = "") -> Markup:
    """A share as a bar on a scale from 0 to ``end``, with its interval as a whisker.

    ``mark`` is another share to compare it with, which the label calls ``mark_name``.
    """
    likely, low, high = (_across(value, end) for value in (share.likely, share.low, share.high))
    words = f"{share.likely:.1%}, likely between {share.low:.1%} and {share.high:.1%}"
    upright = _NOTHING
    if mark is not None:
        words += f"; {mark_name} {mark:.1%}"
        upright = Markup('<path class="mark" d="M{} 0v16"/>').format(_across(mark, end))
    return Markup(
        '<svg class="interval" viewBox="0 0 100 16" preserveAspectRatio="none" role="img" aria-label="{}">'
        '<rect class="track" y="3" width="100" height="10"/><rect class="bar" y="3" width="{}" height="10"/>{}'
        '<path class="whisker" d="M{} 8H{}M{} 4v8M{} 4v8"/></svg>'
    ).format(words, likely, upright, low, high, low, high)


def decisions(counts: Mapping[str, int]) -> Markup:
    """The numbers of leads accepted, to be reviewed and rejected, as one bar of three parts."""
    total = sum(counts.values())
    words = ", ".join(f"{counts[name]:,} {label}" for name, label in _DECISIONS.items())
    parts, left = [], 0.0
    for name in _DECISIONS:
        width = 100 * counts[name] / total if total else 0.0
        parts.append(Markup('<rect class="{}" x="{:.2f}" width="{:.2f}" height="10"/>').format(name, left, width))
        left += width
    return Markup(
        '<svg class="stack" viewBox="0 0 100 10" preserveAspectRatio="none" role="img" aria-label="{}">{}</svg>'
    ).format(words, _NOTHING.join(parts))


KINDS: Mapping[str, tuple[str, tuple[str, ...]]] = {
    "accept": ("sales leads", ("sales_lead",)),
    "untold": ("kind not told", ("none", "unclear", "unknown")),
    "start": (
        "other enquiries",
        (
            *("customer_service", "general_business", "peer", "personal", "job", "student", "competitor"),
            "non_sales",
        ),
    ),
    "range": ("solicitations and spam", ("solicitation", "spam")),
    "again": ("came before", ("duplicate",)),
    "look": ("to be reviewed", ("review",)),
    "reject": ("fakes", ("fake",)),
}
"""The parts of a bar of kinds by their look: their name, and which kinds each has (``report.leads.ASKED``)."""


def kinds(counts: Mapping[str, int], words: str) -> Markup:
    """What enquiries are, as one bar; ``words`` say the same."""
    total = sum(counts.values())
    parts, left = [], 0.0
    for look, (_, names) in KINDS.items():
        width = 100 * sum(counts.get(name, 0) for name in names) / total if total else 0.0
        if width:
            parts.append(Markup('<rect class="{}" x="{:.2f}" width="{:.2f}" height="10"/>').format(look, left, width))
        left += width
    return Markup(
        '<svg class="stack kinds" viewBox="0 0 100 10" preserveAspectRatio="none" role="img" aria-label="{}">{}</svg>'
    ).format(words, _NOTHING.join(parts))


def has_line(points: Sequence[Point]) -> bool:
    """Whether there are enough days for a line."""
    return len(_shares(points)) > 1


def spark(points: Sequence[Point], change: Change | None, end: float) -> Markup:
    """The share of bad leads over time as a small line."""
    shares = _shares(points)
    if len(shares) < 2:
        return _NOTHING
    words = f"from {shares[0][1]:.1%} to {shares[-1][1]:.1%}, at the most {max(share for _, share in shares):.1%}"
    return Markup(
        '<svg class="spark" viewBox="0 0 100 24" preserveAspectRatio="none" role="img" aria-label="{}">'
        '<path class="ground" d="M0 23H100"/>{}<path class="line" d="{}"/></svg>'
    ).format(words, _upright(points, change, 24), _line(shares, len(points), 24, end))


def trend(points: Sequence[Point], change: Change | None, end: float) -> Markup:
    """The share of bad leads over time as a line, above the numbers of leads; a change is marked."""
    shares = _shares(points)
    if len(shares) < 2:
        return _NOTHING
    words = f"Share of rejected leads: {shares[0][1]:.1%} at first, {shares[-1][1]:.1%} at last"
    if change is not None:
        words += f"; {change.before.share:.1%} before {change.since} and {change.after.share:.1%} since then"
    return Markup(
        '<svg class="trend" viewBox="0 0 100 100" preserveAspectRatio="none" role="img" aria-label="{}">{}'
        '<path class="ground" d="M0 1H100M0 50H100M0 99H100"/>{}{}<path class="line" d="{}"/></svg>'
    ).format(
        words,
        _volumes(points),
        _levels(points, change, end),
        _upright(points, change, 100),
        _line(shares, len(points), 100, end),
    )


def place(points: Sequence[Point], day: str) -> float:
    """The horizontal position of a day in a trend, from 0 to 100."""
    first, last = (date.fromisoformat(point.day).toordinal() for point in (points[0], points[-1]))
    step = (last - first) / max(1, len(points) - 1)
    across = (date.fromisoformat(day).toordinal() - first) / (step * len(points)) if step else 0.0
    return min(100.0, max(0.0, 100 * across))


def step(before: float, after: float, low: float, high: float, kind: str) -> Markup:
    """One step of a sum, from ``before`` to ``after``, on a scale from ``low`` to ``high``."""
    width = high - low or 1.0
    left, right = ((value - low) / width * 100 for value in sorted((before, after)))
    return Markup(
        '<svg class="step" viewBox="0 0 100 12" preserveAspectRatio="none" aria-hidden="true">'
        '<path class="ground" d="M0 6H100"/><rect class="{}" x="{:.2f}" y="2" width="{:.2f}" height="8"/>'
        '<path class="zero" d="M{:.2f} 0V12"/></svg>'
    ).format(kind, min(left, 99.4), max(0.6, right - left), -low / width * 100)


def gauge(score: int, low: int, high: int) -> Markup:
    """A trust score on a scale from 0 to 100, and the range (``low`` to ``high``) that unknown facts leave open."""
    words = f"Trust score {score} on a scale from 0, certainly fake, to 100, certainly genuine"
    return Markup(
        '<svg class="gauge" viewBox="0 0 100 16" preserveAspectRatio="none" role="img" aria-label="{}">'
        '<rect class="track" y="3" width="100" height="10"/><rect class="range" x="{}" y="3" width="{}" height="10"/>'
        '<rect class="at" x="{}" width="1" height="16"/></svg>'
    ).format(words, low, high - low, min(max(score - 0.5, 0), 99))


def _volumes(points: Sequence[Point]) -> Markup:
    most, wide = max(point.leads for point in points), 100 / len(points)
    return _NOTHING.join(
        Markup('<rect class="volume" x="{:.2f}" y="{:.2f}" width="{:.2f}" height="{:.2f}"/>').format(
            at * wide, 99 - 30 * point.leads / most, wide * 0.8, 30 * point.leads / most
        )
        for at, point in enumerate(points)
    )


def _levels(points: Sequence[Point], change: Change | None, end: float) -> Markup:
    """Horizontal lines for the share before a change and for the one since then."""
    if change is None:
        return _NOTHING
    start, turn = place(points, change.compared_from), place(points, change.since)
    before, after = (_height(share.share, 100, end) for share in (change.before, change.after))
    return Markup('<path class="level" d="M{:.2f} {:.2f}H{:.2f}M{:.2f} {:.2f}H100"/>').format(
        start, before, turn, turn, after
    )


def _upright(points: Sequence[Point], change: Change | None, height: int) -> Markup:
    if change is None:
        return _NOTHING
    return Markup('<path class="change" d="M{:.2f} 0V{}"/>').format(place(points, change.since), height)


def _shares(points: Sequence[Point]) -> list[tuple[int, float]]:
    return [(at, point.bad / point.leads) for at, point in enumerate(points) if point.leads]


def _line(shares: Sequence[tuple[int, float]], count: int, height: int, end: float) -> str:
    return "M" + "L".join(f"{100 * (at + 0.5) / count:.2f} {_height(share, height, end):.2f}" for at, share in shares)


def _height(share: float, height: int, end: float) -> float:
    return height - (height - 2) * min(1.0, share / end) - 1


def _across(share: float, end: float) -> float:
    return round(100 * min(1.0, share / end), 2)
