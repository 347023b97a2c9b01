"""Does a kept verdict still follow from its own facts? The record is judged again, and both verdicts are compared."""

from __future__ import annotations

import asyncio
from collections.abc import Mapping
from typing import Any

import msgspec
from msgspec import Struct

from fraudcheck.anomaly.detector import decode_model
from fraudcheck.ledger.record import open_record
from fraudcheck.pipeline.check import SERVICE_VERSION
from fraudcheck.pipeline.decide import Worth, assess, decide
from fraudcheck.ports import Unavailable
from fraudcheck.ports.ledger import Ledger
from fraudcheck.report.tables import printable
from fraudcheck.report.worth import worth_lines
from fraudcheck.scoring.policy import decode_policy
from fraudcheck.scoring.score import Verdict
from fraudcheck.worth.quality import QualityTable, decode_quality


async def _load_model(ledger: Ledger, version: str | None) -> bytes | None:
    """The stored model that a verdict names (``NAME sha256:…``); None if it names none. Raises Unavailable."""
    if version is None:
        return None
    body = await ledger.get_artefact(version.rpartition(" ")[2])
    if body is None:
        raise Unavailable("the model that it was judged by is not in the ledger")
    return body


async def _load_table(ledger: Ledger, version: str | None) -> QualityTable:
    """The stored table of quality that a verdict names; the default one if it names none. Raises Unavailable."""
    if version is None:
        return QualityTable()
    body = await ledger.get_artefact(version)
    if body is None:
        raise Unavailable("the table of quality that it was judged by is not in the ledger")
    return decode_quality(body)


class Replay(Struct, frozen=True, kw_only=True):
    """A record that was judged again: the kept verdict, and the new one (None if the lead is erased)."""

    erased: bool
    kept: Mapping[str, Any]
    judged_again: Verdict | None = None
    worth: Worth | None = None
    unknown: list[str] = []


async def replay(ledger: Ledger, tenant: str, check_id: str) -> Replay | None:
    """Judge a kept record again, from its own facts, policy and model. None if there is no such record.

    Raises Unavailable if the ledger is down or lacks the policy or the model.
    """
    stored = await ledger.get(tenant, check_id)
    if stored is None:
        return None
    opened = open_record(stored.record, stored.personal)
    lead = opened.lead
    if lead is None:
        return Replay(erased=True, kept=opened.verdict)
    body = await ledger.get_artefact(opened.verdict["versions"]["policy"])
    if body is None:
        raise Unavailable("the policy that it was judged by is not in the ledger")
    model = await _load_model(ledger, opened.verdict["versions"]["model"])
    table = await _load_table(ledger, opened.verdict["versions"]["quality"])

    def judge() -> Replay:
        judged_again, unknown = decide(
            lead, opened.facts, decode_policy(body), decode_model(model) if model is not None else None
        )
        worth = assess(lead, opened.facts, judged_again, table, opened.verdict["submitted_at"])
        return Replay(erased=False, kept=opened.verdict, judged_again=judged_again, worth=worth, unknown=unknown)

    return await asyncio.to_thread(judge)  # reading a model takes tens of milliseconds


def replay_text(replayed: Replay) -> list[str]:
    """A replay in lines for a reader: the sum, reason by reason, and what differs from the kept verdict."""
    kept = replayed.kept
    lines = [f"check {kept['check_id']} of {kept['checked_at']}, judged by fraudcheck {kept['versions']['service']}"]
    lines += _sum_lines(kept) + _indented(worth_lines(kept))
    if replayed.judged_again is None:
        return [*lines, "erased: the person's data is gone, so the verdict stands as it was given"]
    looked_at = kept["versions"].get("quality") is not None  # else it is from before there was anything to look at
    worth = replayed.worth._asdict() if replayed.worth and looked_at else {}
    judged = {**msgspec.structs.asdict(replayed.judged_again), **worth, "unknown": replayed.unknown}
    again = msgspec.json.decode(msgspec.json.encode(judged))
    differing = [name for name, value in again.items() if kept[name] != value]
    if not differing:
        return [*lines, f"identical when judged again by fraudcheck {SERVICE_VERSION}"]
    lines += [f"different when judged again by fraudcheck {SERVICE_VERSION}:", *_sum_lines(again)]
    before, after = _points(kept), _points(again)
    for code in sorted(before.keys() | after.keys()):
        if before.get(code) != after.get(code):
            lines.append(f"  {code}: {before.get(code, 'not said')} -> {after.get(code, 'not said')}")
    return lines + [line for name in worth if name in differing for line in _worth_differs(name, kept, again)]


def _worth_differs(part: str, kept: Mapping[str, Any], again: Mapping[str, Any]) -> list[str]:
    """What differs in a part of what a lead is worth: values by name, and criteria by their names alone, as what these
    looked at is the person's.
    """
    before, after = kept[part], again[part]
    lines = [
        f"  {part}.{name}: {_shown(before[name])} -> {_shown(value)}"
        for name, value in after.items()
        if before[name] != value and name != "criteria"
    ]
    old, new = ({(each["part"], each["name"]): each for each in told.get("criteria", ())} for told in (before, after))
    names = [key for key in dict.fromkeys([*old, *new]) if old.get(key) != new.get(key)]
    return lines + [f"  {part}.criteria differ: {', '.join(printable(' '.join(key)) for key in names)}"] * bool(names)


def _shown(value: object) -> str:
    return printable("none" if value is None else str(value))


def _indented(lines: list[str]) -> list[str]:
    return [f"  {line}" for line in lines]


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
