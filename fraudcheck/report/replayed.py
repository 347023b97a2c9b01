"""How does a replay read? The sum, reason by reason, and what differs from the verdict as it was given."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import msgspec

from fraudcheck.pipeline import SERVICE_VERSION, Replay


def replay_text(again: Replay) -> list[str]:
    """A replay for a reader: the sum, reason by reason, and what differs from the verdict as it was given."""
    given = again.given
    lines = [f"check {given['check_id']} of {given['checked_at']}, judged by fraudcheck {given['versions']['service']}"]
    lines += _sum_lines(given)
    if again.anew is None:
        return [*lines, "erased: the person's data is gone, so the verdict stands as it was given"]
    anew = msgspec.json.decode(msgspec.json.encode(again.anew)) | {"unknown": again.unknown}
    if all(given[name] == value for name, value in anew.items()):
        return [*lines, f"identical when judged again by fraudcheck {SERVICE_VERSION}"]
    lines += [f"different when judged again by fraudcheck {SERVICE_VERSION}:", *_sum_lines(anew)]
    before, after = _points(given), _points(anew)
    for code in sorted(before.keys() | after.keys()):
        if before.get(code) != after.get(code):
            lines.append(f"  {code}: {before.get(code, 'not said')} -> {after.get(code, 'not said')}")
    return lines


def _sum_lines(verdict: Mapping[str, Any]) -> list[str]:
    lines = [f"  {verdict['prior']:+6.1f}  prior"]
    lines += [f"  {reason['points']:+6.1f}  {reason['code']}" for reason in verdict["reasons"]]
    lines += [f"  {cap['points_removed']:+6.1f}  cap on {cap['group']}" for cap in verdict["group_caps"]]
    lines.append(
        f"  {verdict['sum']:+6.1f}  sum: trust score {verdict['trust_score']}, {verdict['decision']} "
        f"({verdict['decided_by']}), {verdict['classification']}"
    )
    return lines


def _points(verdict: Mapping[str, Any]) -> dict[str, float]:
    return {reason["code"]: reason["points"] for reason in verdict["reasons"]}
