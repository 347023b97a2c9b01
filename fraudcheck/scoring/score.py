"""How do findings become a verdict? The arithmetic of points, and the rules of decision and classification.

Inside this file points are whole tenths of a deciban, so that the printed points add up exactly to the printed sum.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable

from msgspec import Struct

from fraudcheck.reasons import CATALOGUE, GROUPS, HARMLESS_KINDS, KINDS, TEST, Reason
from fraudcheck.records import Finding, GroupCap, Lead, ScoredReason
from fraudcheck.scoring.policy import Decision, Policy, tenths_of


def given_fields(lead: Lead) -> frozenset[str]:
    """Of the fields that findings need (``Reason.needs``), the ones that a lead has."""
    client = lead.client
    fields = (
        ("email", lead.email),
        ("phone", lead.phone),
        ("client.ip", client.ip),
        ("client.device_id", client.device_id),
        ("form.token", lead.form.token),
        ("message", lead.message),
        ("source.vendor", lead.source.vendor),
    )
    return frozenset([name for name, value in fields if value])


_STRICTNESS: dict[str, int] = {"accept": 0, "review": 1, "reject": 2}
_TWO_GROUPS_FROM = 30
"""Tenths of a deciban against the lead from which a group counts as one of the two that a rejection needs."""
_SELLS_FROM = 80
"""Tenths of a deciban against the lead, in the group of a reason that its sender sells something, from which nothing
speaks for the lead: a seller's mailbox and number work too."""
_UNREAD = {"EMAIL_UNREADABLE": "email", "PHONE_UNREADABLE": "phone"}
"""Findings that a channel could not be read, by code."""
_KIND_FROM = 60
"""Tenths of a deciban against the lead from which the reasons of one kind name the classification."""


class Verdict(Struct, frozen=True, kw_only=True):
    """What scoring decides. ``sum`` and ``prior`` are decibans; scores are 0 to 100, and high is good."""

    trust_score: int
    score_range: tuple[int, int]
    decision: Decision
    decided_by: str
    classification: str
    prior: float
    sum: float
    reasons: list[ScoredReason]
    group_caps: list[GroupCap]


class _WeighedFinding(Struct, frozen=True):
    """A finding with its row of the catalogue and its points in tenths of a deciban."""

    finding: Finding
    reason: Reason
    tenths: int


class _Tally(Struct, frozen=True):
    """Findings added up, in tenths of a deciban.

    ``caps`` are the applied caps with the points that each removed, ``against`` the points against the lead of each
    group that has some, after its cap, above zero.
    """

    weighed: list[_WeighedFinding]
    caps: list[tuple[str, int]]
    against: dict[str, int]
    total: int


def score_findings(
    findings: Iterable[Finding],
    policy: Policy,
    *,
    given: Collection[str],
    suggested: Collection[str] = (),
    several: Collection[str] = (),
    unknown: Collection[str] = (),
) -> Verdict:
    """Judge findings by a policy, which is already the vendor's own (``vendor_policy``).

    ``given`` names the fields that the lead has (``given_fields``), ``suggested`` the channels (``email``, ``phone``)
    for which a correction of a typing error is suggested, ``several`` those of which the lead gave more than one, so
    that the death of one is not the channel's, ``unknown`` the checks that could not be made.
    """
    found = list(findings)
    alive = {*suggested, *several}
    tally = _add_up(found, policy, given, alive)
    trust = trust_score(tally.total)
    low = high = trust
    if unknown:
        worst, best = _possible_findings(found, policy, given, unknown)
        low = min(trust, trust_score(_add_up([*found, *worst], policy, given, alive).total))
        high = max(trust, trust_score(_add_up([*found, *best], policy, given, alive).total))
    decision, decided_by = _decide(trust, tally, policy, given)
    kind = _classify(tally.weighed, decision, suggested)
    action = policy.actions.get(kind)
    if action is not None and _STRICTNESS[action] > _STRICTNESS[decision]:
        decision, decided_by = action, f"action:{kind}"
    for check in unknown:
        wanted = (policy.unknown or {}).get(check)
        if wanted is not None and _STRICTNESS[wanted] > _STRICTNESS[decision]:
            decision, decided_by = wanted, f"unknown:{check}"
    return Verdict(
        trust_score=trust,
        score_range=(low, high),
        decision=decision,
        decided_by=decided_by,
        classification=kind,
        prior=policy.in_tenths.prior / 10,
        sum=tally.total / 10,
        reasons=[
            ScoredReason(
                code=weighed.reason.code,
                group=weighed.reason.group,
                points=weighed.tenths / 10,
                text=weighed.reason.text,
                evidence=weighed.finding.evidence,
            )
            for weighed in tally.weighed
        ],
        group_caps=[GroupCap(group=group, points_removed=removed / 10) for group, removed in tally.caps],
    )


def trust_score(tenths: int) -> int:
    """``round(100 / (1 + 10^(-sum/10)))``, where ``sum`` is in decibans; beyond ±1,000 decibans it is 0 or 100.

    ``tenths`` is the sum in tenths of a deciban.
    """
    decibans = min(max(tenths / 10, -1000.0), 1000.0)
    return round(100 / (1 + 10 ** (-decibans / 10)))


def _add_up(found: list[Finding], policy: Policy, given: Collection[str], alive: Collection[str]) -> _Tally:
    weighed = [_weigh(finding, policy) for finding in found]
    unreachable = _find_unreachable(weighed, given, alive)
    if unreachable is not None:
        weighed.append(_weigh(unreachable, policy))
    against: dict[str, int] = {}
    limits = policy.in_tenths
    total, points_for = limits.prior, 0
    sells_in: set[str] = set()
    for one in weighed:
        total += one.tenths
        if one.reason.sells and one.tenths < 0:
            sells_in.add(one.reason.group)
        if one.tenths > 0:
            points_for += one.tenths
        elif one.tenths and not one.reason.conclusive:
            against[one.reason.group] = against.get(one.reason.group, 0) - one.tenths
    caps = []
    for group, cap in limits.caps:
        if group in against and (excess := against[group] - cap) > 0:
            caps.append((group, excess))
            against[group] = cap
    for groups, cap in limits.caps_together:
        if (excess := sum([against.get(group, 0) for group in groups]) - cap) > 0:
            caps.append(("+".join(groups), excess))
    most = 0 if any(against[group] >= _SELLS_FROM for group in sells_in) else limits.points_for_at_most
    if points_for > most:
        caps.append(("for", most - points_for))
    return _Tally(weighed, caps, against, total + sum([removed for _, removed in caps]))


def _weigh(finding: Finding, policy: Policy) -> _WeighedFinding:
    reason = CATALOGUE[finding.code]
    tenths = tenths_of(policy.points[finding.code] * finding.scale)
    if reason.conclusive:
        tenths = max(tenths, -policy.in_tenths.conclusive_at_most)
    return _WeighedFinding(finding, reason, tenths)


def _channels(given: Collection[str]) -> list[str]:
    """The ways to reach the person that a lead with these fields gives."""
    return [channel for channel in ("email", "phone") if channel in given]


def _find_unreachable(weighed: list[_WeighedFinding], given: Collection[str], alive: Collection[str]) -> Finding | None:
    """The finding that every given channel is dead, which is conclusive. What could not be read is not dead.

    None where a typing error explains a dead channel or another contact is left (``alive``), or where all of this rests
    on lists alone.
    """
    dead: dict[str, bool] = {}
    for one in weighed:
        if one.tenths < 0 and (channel := one.reason.dead or one.finding.dead):
            dead[channel] = one.reason.from_list
    if not dead:
        return None
    channels = _channels(given)
    if not channels or any(channel not in dead or channel in alive for channel in channels):
        return None
    only_from_lists = all(dead.values())
    return None if only_from_lists else Finding("LEAD_UNREACHABLE", {"channels": channels})


def _possible_findings(
    found: list[Finding], policy: Policy, given: Collection[str], unknown: Collection[str]
) -> tuple[list[Finding], list[Finding]]:
    """The findings that unknown checks could have made, at the worst and at the best: one of each ``one_of`` set."""
    found_codes = {finding.code for finding in found}
    alternatives: dict[str, list[str]] = {}
    for code, reason in CATALOGUE.items():
        possible = reason.needs is None or reason.needs in given
        if reason.check in unknown and code not in found_codes and not reason.retired and possible:
            alternatives.setdefault(reason.one_of or code, []).append(code)
    worst = [min(codes, key=lambda code: policy.points[code]) for codes in alternatives.values()]
    best = [max(codes, key=lambda code: policy.points[code]) for codes in alternatives.values()]
    return (
        [Finding(code) for code in worst if policy.points[code] < 0],
        [Finding(code) for code in best if policy.points[code] > 0],
    )


def _decide(trust: int, tally: _Tally, policy: Policy, given: Collection[str]) -> tuple[Decision, str]:
    """The decision, and the rule that it follows (``decided_by``).

    A low score alone rejects nobody: a rejection needs a conclusive reason, or points against the lead from two groups,
    of which one does not rest on lists alone. What others sent with the lead's contact makes no group.
    """
    if trust >= policy.accept_from:
        return _decide_high(tally.weighed, given)
    if trust > policy.reject_to:
        return "review", "between_limits"
    if any(one.reason.conclusive and one.tenths < 0 for one in tally.weighed):
        return "reject", "conclusive"
    own, without_lists = dict.fromkeys(GROUPS, 0), dict.fromkeys(GROUPS, 0)
    for one in tally.weighed:
        reason = one.reason
        if one.tenths < 0 and not reason.by_others and not reason.conclusive:
            own[reason.group] -= one.tenths
            without_lists[reason.group] -= 0 if reason.from_list else one.tenths
    groups = [group for group, points in tally.against.items() if min(points, own[group]) >= _TWO_GROUPS_FROM]
    if len(groups) < 2:
        return "review", "one_group"
    if all(without_lists[group] < _TWO_GROUPS_FROM for group in groups):
        return "review", "lists_only"
    return "reject", "two_groups"


def _decide_high(weighed: list[_WeighedFinding], given: Collection[str]) -> tuple[Decision, str]:
    """What a high score leads to: it accepts no platform's test, nor a lead without a contact that could be read."""
    unread = set()
    for one in weighed:
        if one.reason.kind == TEST:
            return "review", "test"
        if one.finding.code in _UNREAD:
            unread.add(_UNREAD[one.finding.code])
    if unread and (channels := _channels(given)) and unread.issuperset(channels):
        return "review", "unreadable"
    return "accept", "accept_from"


def _classify(weighed: list[_WeighedFinding], decision: Decision, suggested: Collection[str]) -> str:
    """The classification: a test, else a kind of fake with enough points, a harmless kind, genuine or unverified."""
    found_kinds = {one.reason.kind for one in weighed}
    if TEST in found_kinds:
        return TEST
    against: dict[str, int] = {}
    for one in weighed:
        kind = "mistyped" if one.reason.slip and one.reason.group in suggested else one.reason.kind
        if kind in KINDS and one.tenths < 0:
            against[kind] = against.get(kind, 0) - one.tenths
    if against:
        heaviest = max(KINDS, key=lambda kind: against.get(kind, 0))
        if against[heaviest] >= _KIND_FROM:
            return heaviest
    for harmless in HARMLESS_KINDS:
        if harmless in found_kinds:
            return harmless
    if decision == "accept" and any(one.reason.verifies for one in weighed):
        return "genuine"
    return "unverified"
