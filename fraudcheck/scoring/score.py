"""How do findings become a verdict? The policy, the arithmetic and the rules of the contract, and nothing else.

Inside, points are whole tenths of a deciban, so that what is printed adds up exactly.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable

from msgspec import Struct

from fraudcheck.reasons import CATALOGUE, GROUPS, HARMLESS_KINDS, KINDS, Reason
from fraudcheck.records import Finding, GroupCap, Lead, ScoredReason
from fraudcheck.scoring.policy import Decision, Policy


def given_fields(lead: Lead) -> frozenset[str]:
    """Name the fields that decide which findings are possible at all."""
    fields = {
        "email": lead.email,
        "phone": lead.phone,
        "client.ip": lead.client.ip,
        "client.device_id": lead.client.device_id,
        "form.token": lead.form.token,
        "message": lead.message,
        "source.vendor": lead.source.vendor,
    }
    return frozenset([name for name, value in fields.items() if value])


_STRICTNESS: dict[str, int] = {"accept": 0, "review": 1, "reject": 2}
_TWO_GROUPS_FROM = 30
_KIND_FROM = 60


class Verdict(Struct, frozen=True, kw_only=True):
    """What scoring decides; ``sum`` and ``prior`` in decibans, scores 0 to 100, high is good."""

    trust_score: int
    score_range: tuple[int, int]
    decision: Decision
    decided_by: str
    classification: str
    prior: float
    sum: float
    reasons: list[ScoredReason]
    group_caps: list[GroupCap]


class _Line(Struct, frozen=True):
    finding: Finding
    reason: Reason
    tenths: int


class _Tally(Struct, frozen=True):
    lines: list[_Line]
    caps: list[tuple[str, int]]
    against: dict[str, int]
    total: int


def score_findings(
    findings: Iterable[Finding],
    policy: Policy,
    *,
    given: Collection[str],
    suggested: Collection[str] = (),
    unknown: Collection[str] = (),
) -> Verdict:
    """Judge findings by a policy (already the vendor's own).

    ``given`` names the fields that the lead has (``email``, ``client.ip``), ``suggested`` the channels for
    which a slip explains what is wrong, ``unknown`` the checks that could not be made.
    """
    found = list(findings)
    tally = _add_up(found, policy, given, suggested)
    trust = trust_score(tally.total)
    low = high = trust
    if unknown:
        worst, best = _extremes(found, policy, given, unknown)
        low = min(trust, trust_score(_add_up([*found, *worst], policy, given, suggested).total))
        high = max(trust, trust_score(_add_up([*found, *best], policy, given, suggested).total))
    decision, decided_by = _decide(trust, tally, policy)
    kind = _classify(tally.lines, decision, suggested)
    action = policy.actions.get(kind)
    if action is not None and _STRICTNESS[action] > _STRICTNESS[decision]:
        decision, decided_by = action, f"action:{kind}"
    return Verdict(
        trust_score=trust,
        score_range=(low, high),
        decision=decision,
        decided_by=decided_by,
        classification=kind,
        prior=_tenths(policy.prior) / 10,
        sum=tally.total / 10,
        reasons=[
            ScoredReason(
                code=line.reason.code,
                group=line.reason.group,
                points=line.tenths / 10,
                text=line.reason.text,
                evidence=line.finding.evidence,
            )
            for line in tally.lines
        ],
        group_caps=[GroupCap(group=group, points_removed=removed / 10) for group, removed in tally.caps],
    )


def trust_score(tenths: int) -> int:
    """``round(100 / (1 + 10^(-sum/10)))`` of a sum in tenths of a deciban; sums past ±1,000 dB are 0 and 100."""
    decibans = min(max(tenths / 10, -1000.0), 1000.0)
    return round(100 / (1 + 10 ** (-decibans / 10)))


def _tenths(points: float) -> int:
    return round(points * 10)


def _add_up(found: list[Finding], policy: Policy, given: Collection[str], suggested: Collection[str]) -> _Tally:
    lines = [_weigh(finding, policy) for finding in found]
    unreachable = _unreachable(lines, given, suggested)
    if unreachable is not None:
        lines.append(_weigh(unreachable, policy))
    against = dict.fromkeys(GROUPS, 0)
    total, for_it = _tenths(policy.prior), 0
    for line in lines:
        total += line.tenths
        if line.tenths > 0:
            for_it += line.tenths
        elif not line.reason.conclusive:
            against[line.reason.group] -= line.tenths
    caps = []
    for group, points in against.items():
        if not points:
            continue
        over = points - _tenths(policy.caps[group])
        if over > 0:
            caps.append((group, over))
            against[group] -= over
    for together in policy.caps_together:
        over = sum(against[group] for group in together.groups) - _tenths(together.points)
        if over > 0:
            caps.append(("+".join(together.groups), over))
    if for_it > _tenths(policy.points_for_at_most):
        caps.append(("for", _tenths(policy.points_for_at_most) - for_it))
    return _Tally(lines, caps, against, total + sum(removed for _, removed in caps))


def _weigh(finding: Finding, policy: Policy) -> _Line:
    reason = CATALOGUE[finding.code]
    tenths = _tenths(policy.points[finding.code] * finding.scale)
    if reason.conclusive:
        tenths = max(tenths, -_tenths(policy.conclusive_at_most))
    return _Line(finding, reason, tenths)


def _unreachable(lines: list[_Line], given: Collection[str], suggested: Collection[str]) -> Finding | None:
    """Every channel dead is conclusive, unless a slip explains one or only a list says so of them all."""
    channels = [channel for channel in ("email", "phone") if channel in given]
    dead = {line.reason.dead: line.reason.from_list for line in lines if line.reason.dead and line.tenths < 0}
    if not channels or any(channel not in dead or channel in suggested for channel in channels):
        return None
    return None if all(dead.values()) else Finding("LEAD_UNREACHABLE", {"channels": channels})


def _extremes(
    found: list[Finding], policy: Policy, given: Collection[str], unknown: Collection[str]
) -> tuple[list[Finding], list[Finding]]:
    """Give what unknown checks could have said at the worst and at the best: one code of each ``one_of`` set."""
    said = {finding.code for finding in found}
    sets: dict[str, list[str]] = {}
    for code, reason in CATALOGUE.items():
        possible = reason.needs is None or reason.needs in given
        if reason.check in unknown and code not in said and not reason.retired and possible:
            sets.setdefault(reason.one_of or code, []).append(code)
    worst = [min(codes, key=lambda code: policy.points[code]) for codes in sets.values()]
    best = [max(codes, key=lambda code: policy.points[code]) for codes in sets.values()]
    return (
        [Finding(code) for code in worst if policy.points[code] < 0],
        [Finding(code) for code in best if policy.points[code] > 0],
    )


def _decide(trust: int, tally: _Tally, policy: Policy) -> tuple[Decision, str]:
    """The contract's rule: no single group, and no list alone, rejects anybody."""
    if trust >= policy.accept_from:
        return "accept", "accept_from"
    if trust > policy.reject_to:
        return "review", "between_limits"
    if any(line.reason.conclusive and line.tenths < 0 for line in tally.lines):
        return "reject", "conclusive"
    groups = [group for group, points in tally.against.items() if points >= _TWO_GROUPS_FROM]
    if len(groups) < 2:
        return "review", "one_group"
    seen = dict.fromkeys(groups, 0)
    for line in tally.lines:
        if line.reason.group in seen and line.tenths < 0 and not line.reason.from_list and not line.reason.conclusive:
            seen[line.reason.group] -= line.tenths
    if all(points < _TWO_GROUPS_FROM for points in seen.values()):
        return "review", "lists_only"
    return "reject", "two_groups"


def _classify(lines: list[_Line], decision: Decision, suggested: Collection[str]) -> str:
    against = dict.fromkeys(KINDS, 0)
    for line in lines:
        kind = line.reason.kind
        if line.reason.slip and line.reason.group in suggested:
            kind = "mistyped"
        if kind in against and line.tenths < 0:
            against[kind] -= line.tenths
    kind = max(against, key=lambda kind: against[kind])
    if against[kind] >= _KIND_FROM:
        return kind
    said = {line.reason.kind for line in lines}
    for kind in HARMLESS_KINDS:
        if kind in said:
            return kind
    if decision == "accept" and any(line.reason.verifies for line in lines):
        return "genuine"
    return "unverified"
