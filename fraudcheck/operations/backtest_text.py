"""How does a back-test read in a terminal?"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from decimal import Decimal

from fraudcheck.operations.backtest import _DECISIONS, _OTHERS, Comparison, Move, _Vendor
from fraudcheck.report.tables import aligned, shortened

_SHOWN_VENDORS = 20


def comparison_text(comparison: Comparison) -> list[str]:
    """What differs, in lines for a terminal; no person's data."""
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
    for section in (_decisions, _classifications, _by_vendor, _by_price, _by_reason, _examples):
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
    ordered = sorted(moves.items(), key=lambda each: (-each[1], each[0]))
    rows = [(_arrow(*move), f"{count:,}", _share(count, judged)) for move, count in ordered]
    return ["", *aligned([(what, "leads", "share"), *rows], "<>>")]


def _by_vendor(comparison: Comparison) -> list[str]:
    rows: list[tuple[str, ...]] = [("vendor", "leads", "changed", *_DECISIONS)]
    for name, vendor in _vendors(comparison):
        cells = [_arrow(f"{vendor.before[each]:,}", f"{vendor.after[each]:,}") for each in _DECISIONS]
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


def _vendors(comparison: Comparison) -> list[tuple[str, _Vendor]]:
    """Those with the most changes first; the many that are not shown, and all of them, together."""
    ordered = sorted(
        comparison.vendors.items(), key=lambda each: (each[0] == _OTHERS, -each[1].changed, -each[1].leads, each[0])
    )
    shown = [(shortened(name), vendor) for name, vendor in ordered[:_SHOWN_VENDORS]]
    rest = [vendor for _, vendor in ordered[_SHOWN_VENDORS:]]
    if rest:
        shown.append((f"({len(rest):,} more rows)", sum(rest, _Vendor())))
    return [*shown, ("(all)", sum(comparison.vendors.values(), _Vendor()))]


def _by_reason(comparison: Comparison) -> list[str]:
    found = [(code, reason) for code, reason in comparison.reasons.items() if reason.differs]
    found.sort(key=lambda each: (-each[1].turned, -each[1].moved, -each[1].differs, each[0]))
    rows: list[tuple[str, ...]] = [("reason", "said", "differs", "before", "after", "moved", "turned")]
    for code, reason in found:
        means = [f"{points / reason.differs:+.1f}" for points in (reason.before, reason.after)]
        rows.append(
            (code, f"{reason.said:,}", f"{reason.differs:,}", *means, f"{reason.moved:,}", f"{reason.turned:,}")
        )
    lines = ["", *aligned(rows, "<>>>>>>"), *_LEGEND] if found else []
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
    for moves, also in ((comparison.decisions, ""), (comparison.classifications, " under the same decision")):
        for move in sorted(moves, key=lambda each: (-moves[each], each)):
            if move not in comparison.examples:
                continue
            rows = [
                (f"  {one.check_id}", shortened(one.vendor), _arrow(*map(str, one.score)), ", ".join(one.differs))
                for one in comparison.examples[move]
            ]
            lines += ["", f"{_arrow(*move)}{also}, for example:", *aligned(rows, "<<>")]
    return lines


def _arrow(before: str, after: str) -> str:
    return f"{before} -> {after}"


def _leads(count: int) -> str:
    return f"{count:,} lead{'' if count == 1 else 's'}"


def _share(part: int, whole: int) -> str:
    share = part / whole
    return "<0.1%" if 0 < share < 0.0005 else f"{share:.1%}"


def _amount(money: Decimal) -> str:
    """An amount with as many places as its prices have, six at most."""
    exponent = money.as_tuple().exponent
    places = min(6, max(0, -exponent)) if isinstance(exponent, int) else 0
    return f"{money:,.{places}f}"
