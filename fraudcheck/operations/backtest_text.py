"""How does a back-test read in a terminal? Tables of what differs, with no person's data."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from decimal import Decimal

from fraudcheck.operations.backtest import OTHERS, Comparison, Move, ReasonCounts, VendorCounts
from fraudcheck.report.tables import aligned, shortened
from fraudcheck.scoring.policy import DECISIONS

_SHOWN_VENDORS = 20


def comparison_text(comparison: Comparison) -> list[str]:
    """What differs, in lines for a terminal."""
    lines = [*_leads_read(comparison)]
    if not comparison.judged:
        return [*lines, "nothing can be compared"]
    turned, classified = comparison.decisions.total(), comparison.classifications.total()
    if not turned and not classified and not comparison.rescored:
        return [*lines, "nothing changes: every lead gets the same score, decision and classification"]
    lines.append(
        f"{_leads(turned)} would get another decision ({_share(turned, comparison.judged)}), "
        f"{classified:,} another classification, {comparison.rescored:,} another score"
    )
    for section in (_decisions, _classifications, _by_enquiry, _by_vendor, _by_price, _by_reason, _examples):
        lines += section(comparison)
    return lines


def _leads_read(comparison: Comparison) -> Iterator[str]:
    yield f"{_leads(comparison.judged + comparison.erased)} read, {comparison.judged:,} judged again"
    if comparison.erased:
        yield f"left out: {_leads(comparison.erased)} whose data is erased, so that nothing can judge them again"
    if comparison.without_policy:
        yield (
            f"note: the ledger lacks the policy that {_leads(comparison.without_policy)} came under; "
            "before is the tenant's present one there"
        )
    if comparison.without_model:
        yield f"note: the ledger lacks the model of {_leads(comparison.without_model)}; before and after go without"
    if comparison.otherwise:
        yield (
            f"note: this fraudcheck, under the old policy, judges {_leads(comparison.otherwise)} otherwise than was "
            "given; that is the code's doing and is left out below"
        )


def _decisions(comparison: Comparison) -> list[str]:
    return _moves("decision", comparison.decisions, comparison.judged)


def _classifications(comparison: Comparison) -> list[str]:
    return _moves("classification", comparison.classifications, comparison.judged)


def _moves(what: str, moves: Mapping[Move, int], judged: int) -> list[str]:
    if not moves:
        return []
    ordered = sorted(moves.items(), key=lambda item: (-item[1], item[0]))
    rows = [(_arrow(*move), f"{count:,}", _share(count, judged)) for move, count in ordered]
    return ["", *aligned([(what, "leads", "share"), *rows], "<>>")]


def _by_enquiry(comparison: Comparison) -> list[str]:
    """Whose leads would be decided otherwise: buyers' or other people's. Nothing where no kind is known."""
    if not comparison.enquiries.keys() - {"unknown"}:
        return []
    moved = comparison.moved_enquiries
    kinds = sorted(comparison.enquiries.items(), key=lambda item: (-moved[item[0]], -item[1], item[0]))
    rows = [(kind, f"{leads:,}", f"{moved[kind]:,}", _share(moved[kind], leads)) for kind, leads in kinds]
    return ["", *aligned([("enquiry", "leads", "changed", "share"), *rows], "<>>>")]


def _by_vendor(comparison: Comparison) -> list[str]:
    rows: list[tuple[str, ...]] = [("vendor", "leads", "changed", *DECISIONS)]
    for name, vendor in _vendors(comparison):
        cells = [_arrow(f"{vendor.before[decision]:,}", f"{vendor.after[decision]:,}") for decision in DECISIONS]
        rows.append((name, f"{vendor.leads:,}", f"{vendor.changed:,}", *cells))
    return ["", *aligned(rows, "<>>>>>")]


def _by_price(comparison: Comparison) -> list[str]:
    rows = [("price of rejected leads", "currency", "priced", "before", "after")]
    for name, vendor in _vendors(comparison):
        for currency, money in sorted(vendor.prices.items()):
            rows.append((name, currency, f"{money.leads:,}", _amount(money.before), _amount(money.after)))
    lines = ["", *aligned(rows, "<<>>>")] if len(rows) > 1 else []
    if comparison.without_currency:
        lines.append(f"left out: the price of {_leads(comparison.without_currency)}, which names no currency")
    return lines


def _vendors(comparison: Comparison) -> list[tuple[str, VendorCounts]]:
    """Vendors with the most changes first, then one row for the vendors that are not shown, and one for all.

    ``OTHERS`` is the last of the vendors.
    """

    def rank(item: tuple[str, VendorCounts]) -> tuple[bool, int, int, str]:
        name, vendor = item
        return name == OTHERS, -vendor.changed, -vendor.leads, name

    ordered = sorted(comparison.vendors.items(), key=rank)
    shown = [(shortened(name), vendor) for name, vendor in ordered[:_SHOWN_VENDORS]]
    rest = [vendor for _, vendor in ordered[_SHOWN_VENDORS:]]
    if rest:
        shown.append((f"({len(rest):,} more rows)", sum(rest, VendorCounts())))
    return [*shown, ("(all)", sum(comparison.vendors.values(), VendorCounts()))]


def _by_reason(comparison: Comparison) -> list[str]:
    def rank(item: tuple[str, ReasonCounts]) -> tuple[int, int, int, str]:
        code, reason = item
        return -reason.turned, -reason.moved, -reason.differs, code

    differing = sorted([item for item in comparison.reasons.items() if item[1].differs], key=rank)
    rows: list[tuple[str, ...]] = [("reason", "said", "differs", "before", "after", "moved", "turned")]
    for code, reason in differing:
        means = [f"{points / reason.differs:+.1f}" for points in (reason.before, reason.after)]
        rows.append(
            (code, f"{reason.said:,}", f"{reason.differs:,}", *means, f"{reason.moved:,}", f"{reason.turned:,}")
        )
    lines = ["", *aligned(rows, "<>>>>>>"), *_LEGEND] if differing else []
    if comparison.moved_by_no_reason:
        count = _leads(comparison.moved_by_no_reason)
        lines += ["", f"{count} with another decision, but all points alike: by prior, limits, caps or actions"]
    return lines


_LEGEND = (
    "  said: leads with the reason, before or after; differs: those of them where its points differ",
    "  before, after: its points there, on average (0 where it was not said)",
    "  moved: those of them with another decision, whatever it comes from",
    "  turned: those of them that would keep their decision if this reason alone kept its old points",
)


def _examples(comparison: Comparison) -> list[str]:
    lines: list[str] = []
    for moves, note in ((comparison.decisions, ""), (comparison.classifications, " under the same decision")):
        for move, _ in sorted(moves.items(), key=lambda item: (-item[1], item[0])):
            if move not in comparison.examples:
                continue
            rows = [
                (f"  {lead.check_id}", shortened(lead.vendor), _arrow(*map(str, lead.score)), ", ".join(lead.differs))
                for lead in comparison.examples[move]
            ]
            lines += ["", f"{_arrow(*move)}{note}, for example:", *aligned(rows, "<<>")]
    return lines


def _arrow(before: str, after: str) -> str:
    return f"{before} -> {after}"


def _leads(count: int) -> str:
    return f"{count:,} lead{'' if count == 1 else 's'}"


def _share(part: int, whole: int) -> str:
    share = part / whole
    return "<0.1%" if 0 < share < 0.0005 else f"{share:.1%}"


def _amount(money: Decimal) -> str:
    """An amount with as many decimal places as its prices have, at most six."""
    exponent = money.as_tuple().exponent
    places = min(6, max(0, -exponent)) if isinstance(exponent, int) else 0
    return f"{money:,.{places}f}"
