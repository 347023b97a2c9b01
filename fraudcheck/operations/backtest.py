"""What would another policy have decided? Kept leads judged twice by one code and one model, and what differs.

Before is the policy that a lead was judged by, after is the new one. Only ids, vendors, codes, counts and prices are
kept of the leads, in memory that does not grow with them.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Callable, Collection, Mapping
from datetime import datetime
from decimal import Decimal
from typing import Any

from msgspec import Struct, field
from msgspec.structs import replace

from fraudcheck import wiring
from fraudcheck.adapters.policy_files import tenant_policy
from fraudcheck.anomaly.detector import Model, decode_model
from fraudcheck.ledger.record import Opened
from fraudcheck.operations.kept_leads import kept_leads
from fraudcheck.pipeline.decide import decide
from fraudcheck.ports.ledger import Ledger
from fraudcheck.records import Facts, Lead, Price
from fraudcheck.scoring.policy import Policy, decode_policy, vendor_policy
from fraudcheck.scoring.score import Verdict
from fraudcheck.settings import Settings

Move = tuple[str, str]
"""From one decision or classification to another."""

_EXAMPLES = 3
_MOST_VENDORS = 1_000
"""Vendors that are counted one by one; those that are met after them are counted together."""

_NONE, _OTHERS = "(none)", "(others)"
_DECISIONS = ("accept", "review", "reject")


class JudgedBy(Struct, frozen=True, kw_only=True):
    """What a lead was judged by, and whether the ledger has it: another policy, or no model, may stand in for it."""

    policy: Policy
    model: Model | None
    policy_kept: bool = True
    model_kept: bool = True


class Example(Struct, frozen=True, kw_only=True):
    """One lead of a move: its id, whose it was, its trust score (0 to 100) before and after, and what differs."""

    check_id: str
    vendor: str
    score: tuple[int, int]
    differs: list[str]


class _Money(Struct):
    """Leads with a price in one currency, and the price of the rejected ones, before and after."""

    leads: int = 0
    before: Decimal = Decimal(0)
    after: Decimal = Decimal(0)

    def __add__(self, other: _Money) -> _Money:
        return _Money(self.leads + other.leads, self.before + other.before, self.after + other.after)


class _Vendor(Struct):
    """A vendor's leads by decision, before and after, and its prices by currency."""

    leads: int = 0
    changed: int = 0
    before: Counter[str] = field(default_factory=Counter)
    after: Counter[str] = field(default_factory=Counter)
    prices: defaultdict[str, _Money] = field(default_factory=lambda: defaultdict(_Money))

    def __add__(self, other: _Vendor) -> _Vendor:
        prices = defaultdict(_Money, self.prices)
        for currency, money in other.prices.items():
            prices[currency] += money
        return _Vendor(
            self.leads + other.leads,
            self.changed + other.changed,
            self.before + other.before,
            self.after + other.after,
            prices,
        )


class _Reason(Struct):
    """Leads in which a code was said under either policy, and of those in which its points differ: the sums of its
    points in decibans, how many got another decision, and how many of these got it for want of its old points.
    """

    said: int = 0
    differs: int = 0
    before: float = 0.0
    after: float = 0.0
    moved: int = 0
    turned: int = 0


class Comparison:
    """What differs between two judgements of the same leads. Examples are the first ones that it is fed."""

    def __init__(self) -> None:
        self.judged = 0
        self.erased = 0
        self.otherwise = 0
        self.without_policy = 0
        self.without_model = 0
        self.without_currency = 0
        self.rescored = 0
        self.moved_by_no_reason = 0
        self.decisions: Counter[Move] = Counter()
        self.classifications: Counter[Move] = Counter()
        self.vendors: dict[str, _Vendor] = {}
        self.reasons: defaultdict[str, _Reason] = defaultdict(_Reason)
        self.examples: defaultdict[Move, list[Example]] = defaultdict(list)

    def judge(self, kept: Opened, own: JudgedBy, new: Policy) -> None:
        """Judge a kept lead by the policy that it was judged by and by a new one. An erased one is counted alone."""
        if kept.lead is None:
            self.erased += 1
            return
        before, _ = decide(kept.lead, kept.facts, own.policy, own.model)
        after, _ = decide(kept.lead, kept.facts, new, own.model)
        turning: Collection[str] = ()
        if before.decision != after.decision:
            turning = _turning(
                kept.lead, kept.facts, own, new, differing=_differing(before, after), keeps=before.decision
            )
        self.add(kept.lead, before, after, kept.check_id, turning)
        self.without_policy += not own.policy_kept
        self.without_model += not own.model_kept
        if own.policy_kept and own.model_kept and not _as_given(kept.verdict, before):
            self.otherwise += 1

    def add(self, lead: Lead, before: Verdict, after: Verdict, check_id: str, turning: Collection[str] = ()) -> None:
        """Count one lead. ``turning`` names the reasons of which each, with its old points, leaves the decision."""
        self.judged += 1
        self.rescored += before.trust_score != after.trust_score
        decision = (before.decision, after.decision)
        classification = (before.classification, after.classification)
        for moves, move in ((self.decisions, decision), (self.classifications, classification)):
            if move[0] != move[1]:
                moves[move] += 1
        self._count_vendor(lead, decision)
        self._count_reasons(before, after, turning)
        move = decision if decision[0] != decision[1] else classification
        if move[0] != move[1] and len(self.examples[move]) < _EXAMPLES:
            score = (before.trust_score, after.trust_score)
            vendor = lead.source.vendor or _NONE
            self.examples[move].append(
                Example(check_id=check_id, vendor=vendor, score=score, differs=_differences(before, after))
            )

    def _count_vendor(self, lead: Lead, decision: Move) -> None:
        name = lead.source.vendor or _NONE
        if name not in self.vendors and len(self.vendors) >= _MOST_VENDORS:
            name = _OTHERS
        vendor = self.vendors.setdefault(name, _Vendor())
        vendor.leads += 1
        vendor.changed += decision[0] != decision[1]
        vendor.before[decision[0]] += 1
        vendor.after[decision[1]] += 1
        self._count_price(vendor, lead.source.price, decision)

    def _count_price(self, vendor: _Vendor, price: Price, decision: Move) -> None:
        if price.amount is None:
            return
        if price.currency is None:
            self.without_currency += 1
            return
        money, amount = vendor.prices[price.currency], Decimal(price.amount)
        money.leads += 1
        money.before += amount if decision[0] == "reject" else 0
        money.after += amount if decision[1] == "reject" else 0

    def _count_reasons(self, before: Verdict, after: Verdict, turning: Collection[str]) -> None:
        was, now = _points(before), _points(after)
        moved, differ = before.decision != after.decision, _differing(before, after)
        self.moved_by_no_reason += moved and not differ
        for code in was.keys() | now.keys():
            self.reasons[code].said += 1
        for code in differ:
            reason = self.reasons[code]
            reason.differs += 1
            reason.before += was.get(code, 0.0)
            reason.after += now.get(code, 0.0)
            reason.moved += moved
            reason.turned += code in turning


def _turning(
    lead: Lead,
    facts: Mapping[str, Facts | None],
    own: JudgedBy,
    new: Policy,
    *,
    differing: Collection[str],
    keeps: str,
) -> list[str]:
    """The reasons of which each keeps the decision, if it alone has its old points under the new policy."""
    old, now = (vendor_policy(policy, lead.source.vendor) for policy in (own.policy, new))
    found = []
    for code in differing:
        if old.points[code] == now.points[code]:  # said or not because of another reason
            continue
        all_but_it = replace(now, points=now.points | {code: old.points[code]}, vendors={})
        if decide(lead, facts, all_but_it, own.model)[0].decision == keeps:
            found.append(code)
    return found


def _differing(before: Verdict, after: Verdict) -> list[str]:
    """The codes whose points differ; not said is another thing than 0."""
    was, now = _points(before), _points(after)
    return [code for code in dict.fromkeys([*was, *now]) if was.get(code) != now.get(code)]


def _points(verdict: Verdict) -> dict[str, float]:
    return {reason.code: reason.points for reason in verdict.reasons}


def _as_given(given: Mapping[str, Any], anew: Verdict) -> bool:
    """Whether a verdict says what was given: scores, decision, kind and points. The sentences may change."""
    names = ("trust_score", "sum", "decision", "decided_by", "classification")
    points = {reason["code"]: reason["points"] for reason in given["reasons"]}
    return points == _points(anew) and all(given[name] == getattr(anew, name) for name in names)


def _differences(before: Verdict, after: Verdict) -> list[str]:
    """What of the sum differs, a text each; where nothing does, the rules that decided."""
    was, now = _points(before), _points(after)
    pairs = [(code, was.get(code), now.get(code)) for code in _differing(before, after)]
    pairs.append(("prior", before.prior, after.prior))
    capped, caps = ({cap.group: cap.points_removed for cap in each.group_caps} for each in (before, after))
    pairs += [(f"cap on {group}", capped.get(group), caps.get(group)) for group in dict.fromkeys([*capped, *caps])]
    found = [f"{name} {_signed(old)} -> {_signed(new)}" for name, old, new in pairs if old != new]
    return found or [f"decided by {before.decided_by} -> {after.decided_by}"]


def _signed(points: float | None) -> str:
    return "none" if points is None else f"{points:+.1f}"


async def compare(
    settings: Settings, tenant: str, new: Policy, since: datetime, progress: Callable[[int], None]
) -> Comparison:
    """What a new policy makes of the ledger's leads since then. ``progress`` as in ``examples``."""
    comparison = Comparison()
    async with wiring.ledger_only(settings) as ledger:
        versions = _Versions(ledger, tenant_policy(settings.data_dir, tenant))
        async for kept in kept_leads(ledger, tenant, since, progress):
            comparison.judge(kept, await versions.of(kept.verdict), new)
    return comparison


class _Versions:
    """The policies and models that verdicts name, each read from the ledger once.

    ``present`` stands in for a policy that the ledger lacks, no model for a model.
    """

    def __init__(self, ledger: Ledger, present: Policy) -> None:
        self._ledger = ledger
        self._present = present
        self._read: dict[str, Any] = {}

    async def of(self, verdict: Mapping[str, Any]) -> JudgedBy:
        """What a verdict as it was given rests on."""
        versions = verdict["versions"]
        policy = await self._once(versions["policy"], decode_policy)
        named = versions["model"]
        model = await self._once(named.rpartition(" ")[2], decode_model) if named else None
        return JudgedBy(
            policy=policy or self._present,
            model=model,
            policy_kept=policy is not None,
            model_kept=model is not None or not named,
        )

    async def _once(self, name: str, decode: Callable[[bytes], Any]) -> Any:
        if name not in self._read:
            body = await self._ledger.get_artefact(name)
            self._read[name] = None if body is None else decode(body)
        return self._read[name]
