"""What would another policy have decided? Kept leads are judged under the old and the new policy, and compared.

"Before" is the policy that a lead was judged by, "after" is the new one. Both judgements use the present code and the
same model. Of the leads only ids, vendors, reason codes, counts and prices are kept, and the memory in use does not
grow with their number.
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
from fraudcheck.adapters.tenant_files import tenant_policy
from fraudcheck.anomaly.detector import Model, decode_model
from fraudcheck.identifiers import vendor_key
from fraudcheck.ledger.record import Opened
from fraudcheck.operations.kept_leads import kept_leads
from fraudcheck.pipeline.decide import decide
from fraudcheck.ports.ledger import Ledger
from fraudcheck.records import Facts, Lead, Price, money_amount
from fraudcheck.scoring.policy import Policy, decode_policy, vendor_policy
from fraudcheck.scoring.score import Verdict
from fraudcheck.settings import Settings

Move = tuple[str, str]
"""From one decision or classification to another."""

_EXAMPLES = 3
_MAX_VENDORS = 1_000
"""Vendors that are counted separately. Further ones are counted together, under ``OTHERS``."""

_NO_VENDOR, OTHERS = "(none)", "(others)"


class JudgedBy(Struct, frozen=True, kw_only=True):
    """The policy and model to judge a lead by.

    ``policy_kept`` and ``model_kept`` say whether the ledger has those that the lead was judged by. Otherwise another
    policy, or no model, stands in for them.
    """

    policy: Policy
    model: Model | None
    policy_kept: bool = True
    model_kept: bool = True


class Example(Struct, frozen=True, kw_only=True):
    """A lead whose verdict differs: its check's id, vendor, trust score (0 to 100) before and after, and why."""

    check_id: str
    vendor: str
    score: tuple[int, int]
    differs: list[str]


class Money(Struct):
    """The number of leads with a price in one currency, and the price of the rejected ones before and after."""

    leads: int = 0
    before: Decimal = Decimal(0)
    after: Decimal = Decimal(0)

    def __add__(self, other: Money) -> Money:
        return Money(self.leads + other.leads, self.before + other.before, self.after + other.after)


class VendorCounts(Struct):
    """A vendor's leads by decision, before and after, and its prices by currency."""

    leads: int = 0
    changed: int = 0
    before: Counter[str] = field(default_factory=Counter)
    after: Counter[str] = field(default_factory=Counter)
    prices: defaultdict[str, Money] = field(default_factory=lambda: defaultdict(Money))

    def __add__(self, other: VendorCounts) -> VendorCounts:
        prices = defaultdict(Money, self.prices)
        for currency, money in other.prices.items():
            prices[currency] += money
        return VendorCounts(
            self.leads + other.leads,
            self.changed + other.changed,
            self.before + other.before,
            self.after + other.after,
            prices,
        )


class ReasonCounts(Struct):
    """How one reason differs between the two policies.

    ``said`` counts leads with the reason under either policy, ``differs`` those of them in which its points differ. Of
    the latter: ``before`` and ``after`` are the sums of its points (decibans), ``moved`` counts leads with another
    decision, and ``turned`` those of them that would keep their decision if this reason alone kept its old points.
    """

    said: int = 0
    differs: int = 0
    before: float = 0.0
    after: float = 0.0
    moved: int = 0
    turned: int = 0


class Comparison:
    """What differs between two judgements of the same leads. The first leads of each difference are examples.

    ``enquiries`` counts leads by their kind of enquiry, ``moved_enquiries`` those of them with another decision.
    """

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
        self.enquiries: Counter[str] = Counter()
        self.moved_enquiries: Counter[str] = Counter()
        self.vendors: dict[str, VendorCounts] = {}
        self._spellings: dict[str, str] = {}  # of each vendor the first that was met
        self.reasons: defaultdict[str, ReasonCounts] = defaultdict(ReasonCounts)
        self.examples: defaultdict[Move, list[Example]] = defaultdict(list)

    def judge(self, kept: Opened, own: JudgedBy, new: Policy) -> None:
        """Judge a kept lead under its old policy and under a new one, and count it. An erased lead is only counted."""
        if kept.lead is None:
            self.erased += 1
            return
        before, _ = decide(kept.lead, kept.facts, own.policy, own.model)
        after, _ = decide(kept.lead, kept.facts, new, own.model)
        turning: Collection[str] = ()
        if before.decision != after.decision:
            turning = _find_turning_reasons(kept.lead, kept.facts, own, new, before=before, after=after)
        self.add(kept.lead, before, after, kept.check_id, turning)
        self._count_enquiry(kept.verdict, before.decision != after.decision)
        self.without_policy += not own.policy_kept
        self.without_model += not own.model_kept
        if own.policy_kept and own.model_kept and not _is_same_verdict(kept.verdict, before):
            self.otherwise += 1

    def add(self, lead: Lead, before: Verdict, after: Verdict, check_id: str, turning: Collection[str] = ()) -> None:
        """Count one lead. ``turning`` are the reasons that explain its decision: see ``_find_turning_reasons``."""
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
            vendor = self._shown(lead)
            self.examples[move].append(
                Example(check_id=check_id, vendor=vendor, score=score, differs=_differences(before, after))
            )

    def _count_enquiry(self, verdict: Mapping[str, Any], moved: bool) -> None:
        """Count a lead by its kind of enquiry, which no policy moves."""
        kind = verdict.get("enquiry", {}).get("kind", "unknown")
        self.enquiries[kind] += 1
        self.moved_enquiries[kind] += moved

    def _shown(self, lead: Lead) -> str:
        vendor = lead.source.vendor or _NO_VENDOR
        return self._spellings.setdefault(vendor_key(vendor), vendor)

    def _count_vendor(self, lead: Lead, decision: Move) -> None:
        name = self._shown(lead)
        if name not in self.vendors and len(self.vendors) >= _MAX_VENDORS:
            name = OTHERS
        vendor = self.vendors.setdefault(name, VendorCounts())
        vendor.leads += 1
        vendor.changed += decision[0] != decision[1]
        vendor.before[decision[0]] += 1
        vendor.after[decision[1]] += 1
        self._count_price(vendor, lead.source.price, decision)

    def _count_price(self, vendor: VendorCounts, price: Price, decision: Move) -> None:
        if price.amount is None:
            return
        if price.currency is None:
            self.without_currency += 1
            return
        money, amount = vendor.prices[price.currency], money_amount(price.amount) or Decimal(0)
        money.leads += 1
        money.before += amount if decision[0] == "reject" else 0
        money.after += amount if decision[1] == "reject" else 0

    def _count_reasons(self, before: Verdict, after: Verdict, turning: Collection[str]) -> None:
        old_points, new_points = _points(before), _points(after)
        moved, differing = before.decision != after.decision, _differing_codes(before, after)
        self.moved_by_no_reason += moved and not differing
        for code in old_points.keys() | new_points.keys():
            self.reasons[code].said += 1
        for code in differing:
            reason = self.reasons[code]
            reason.differs += 1
            reason.before += old_points.get(code, 0.0)
            reason.after += new_points.get(code, 0.0)
            reason.moved += moved
            reason.turned += code in turning


def _find_turning_reasons(
    lead: Lead, facts: Mapping[str, Facts | None], own: JudgedBy, new: Policy, *, before: Verdict, after: Verdict
) -> list[str]:
    """The reasons each of which alone, with its old points under the new policy, would keep the old decision."""
    old_policy, new_policy = (vendor_policy(policy, lead.source.vendor) for policy in (own.policy, new))
    turning = []
    for code in _differing_codes(before, after):
        old_points = old_policy.points[code]
        if old_points == new_policy.points[code]:  # it appears or disappears because of another reason
            continue
        with_old_points = replace(new_policy, points=new_policy.points | {code: old_points}, vendors={})
        if decide(lead, facts, with_old_points, own.model)[0].decision == before.decision:
            turning.append(code)
    return turning


def _differing_codes(before: Verdict, after: Verdict) -> list[str]:
    """The codes whose points differ. A reason that is not said differs from one with 0 points."""
    old_points, new_points = _points(before), _points(after)
    codes = dict.fromkeys([*old_points, *new_points])
    return [code for code in codes if old_points.get(code) != new_points.get(code)]


def _points(verdict: Verdict) -> dict[str, float]:
    return {reason.code: reason.points for reason in verdict.reasons}


def _is_same_verdict(kept: Mapping[str, Any], again: Verdict) -> bool:
    """Whether a verdict has the scores, decision, classification and points of the kept one. Sentences may differ."""
    names = ("trust_score", "sum", "decision", "decided_by", "classification")
    points = {reason["code"]: reason["points"] for reason in kept["reasons"]}
    return points == _points(again) and all(kept[name] == getattr(again, name) for name in names)


def _differences(before: Verdict, after: Verdict) -> list[str]:
    """A text for each part of the sum that differs; if none does, one for the rules that decided."""
    old_points, new_points = _points(before), _points(after)
    parts = [(code, old_points.get(code), new_points.get(code)) for code in _differing_codes(before, after)]
    parts.append(("prior", before.prior, after.prior))
    old_caps, new_caps = ({cap.group: cap.points_removed for cap in verdict.group_caps} for verdict in (before, after))
    groups = dict.fromkeys([*old_caps, *new_caps])
    parts += [(f"cap on {group}", old_caps.get(group), new_caps.get(group)) for group in groups]
    texts = [f"{name} {_signed(old)} -> {_signed(new)}" for name, old, new in parts if old != new]
    return texts or [f"decided by {before.decided_by} -> {after.decided_by}"]


def _signed(points: float | None) -> str:
    return "none" if points is None else f"{points:+.1f}"


async def compare(
    settings: Settings, tenant: str, new: Policy, since: datetime, progress: Callable[[int], None]
) -> Comparison:
    """Compare a new policy with the old ones on the leads since then. ``progress`` is as in ``kept_leads``."""
    comparison = Comparison()
    async with wiring.ledger_only(settings) as ledger:
        artefacts = _Artefacts(ledger, tenant_policy(settings.data_dir, tenant))
        async for kept in kept_leads(ledger, tenant, since, progress):
            comparison.judge(kept, await artefacts.judged_by(kept.verdict), new)
    return comparison


class _Artefacts:
    """The policies and models that verdicts name, each read from the ledger once.

    ``present_policy`` replaces a policy that the ledger does not have; a model that it does not have is left out.
    """

    def __init__(self, ledger: Ledger, present_policy: Policy) -> None:
        self._ledger = ledger
        self._present_policy = present_policy
        self._cache: dict[str, Any] = {}

    async def judged_by(self, verdict: Mapping[str, Any]) -> JudgedBy:
        """What a kept verdict was judged by."""
        versions = verdict["versions"]
        policy = await self._get(versions["policy"], decode_policy)
        model_name = versions["model"]
        model = await self._get(model_name.rpartition(" ")[2], decode_model) if model_name else None
        return JudgedBy(
            policy=policy or self._present_policy,
            model=model,
            policy_kept=policy is not None,
            model_kept=model is not None or not model_name,
        )

    async def _get(self, name: str, decode: Callable[[bytes], Any]) -> Any:
        if name not in self._cache:
            body = await self._ledger.get_artefact(name)
            self._cache[name] = None if body is None else decode(body)
        return self._cache[name]
