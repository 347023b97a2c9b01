"""How does an audit read in a terminal and in a spreadsheet?"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence

from fraudcheck.report.audit import (
    Calibration,
    Change,
    Conversion,
    Money,
    Outcomes,
    Overview,
    Part,
    Scope,
    Share,
    VendorLine,
    VendorReport,
)
from fraudcheck.report.returns import RETURN_REASONS
from fraudcheck.report.tables import aligned, printable, shortened
from fraudcheck.scoring.policy import DECISIONS

_MOST = 20
_BAR = 20
_NOBODY = "(no vendor named)"
_PARTS = {"campaign": "campaign", "sub_id": "sub-id", "channel": "channel", "reason": "reason"}
_FORMULA = ("=", "+", "-", "@", "\t", "\r")


def overview_text(report: Overview) -> list[str]:
    """All vendors, in lines for a terminal."""
    lines = [*_scope(report.scope)]
    if not report.all.leads:
        return [*lines, "There are no leads in this time; look further back with --since."]
    lines += ["", *_summary(report.all), "", *_vendors(report.vendors)]
    lines += _worse(report.vendors)
    lines += _changes(report.vendors)
    lines += _money(report.all.money, "all vendors")
    return [
        *lines,
        *_conversions(report.conversions),
        *_calibration(report.calibration),
        *_outcomes(report.all.outcomes),
    ]


def vendor_text(report: VendorReport) -> list[str]:
    """One vendor, in lines for a terminal."""
    line = report.summary
    lines = [*_scope(report.scope), f"vendor: {_name(line.vendor)}", "", *_summary(line)]
    if report.others.whole:
        lines.append(f"all other vendors: {_percent(report.others.share)} rejected")
    if line.worse:
        lines.append("That is more than chance and the ordinary differences between vendors explain.")
    if line.change is not None:
        lines += ["", change_text(line.change), *_carriers(line.change)]
    lines += ["", *_reasons(report)]
    for what, parts in (("campaign", report.campaigns), ("sub-id", report.sub_ids), ("channel", report.channels)):
        lines += _parts(what, parts)
    lines += _money(line.money, "money")
    lines += [*_conversions(report.conversions), *_calibration(report.calibration), *_outcomes(line.outcomes)]
    if report.examples:
        rows = [(each.day, each.check_id, f"{each.trust_score}", " ".join(each.reasons)) for each in report.examples]
        lines += ["", "the newest rejected leads (`fraudcheck replay CHECK_ID` shows how each adds up):"]
        lines += aligned([("day", "check", "score", "what spoke against it"), *rows], "<<>")
    return lines


def change_text(change: Change) -> str:
    """A change in a sentence."""
    verb = "rose" if change.direction == "rise" else "fell"
    return (
        f"the share of rejected leads {verb} on {change.since}: {_percent(change.before.share)} before, "
        f"{_percent(change.after.share)} since (could be told from {change.noticed} on)"
    )


def _scope(scope: Scope) -> Iterator[str]:
    yield f"leads checked from {scope.since[:10]} to {scope.until[:10]} (UTC)"
    for what, value in (("campaign", scope.campaign), ("sub-id", scope.sub_id), ("channel", scope.channel)):
        if value is not None:
            yield f"{what} {printable(shortened(value)) or '(none named)'} alone"


def _summary(line: VendorLine) -> Iterator[str]:
    shares = ", ".join(f"{line.decisions[name]:,} {name}" for name in DECISIONS)
    yield f"{line.leads:,} leads: {shares}; {line.valid:,} valid sales leads"
    yield (
        f"{_percent(line.bad.share)} rejected; allowing for chance, between {_percent(line.bad.low)} and "
        f"{_percent(line.bad.high)} of such leads"
    )
    twice = line.duplicates
    if twice.within or twice.others:
        yield (
            f"duplicates within 30 days: {twice.within:,} from the same vendor, {twice.others:,} that another vendor "
            "brought"
        )
    kinds = sorted(line.classifications.items(), key=lambda each: (-each[1], each[0]))
    yield "classified as: " + ", ".join(f"{name} {count:,}" for name, count in kinds)


def _vendors(vendors: Sequence[VendorLine]) -> Iterator[str]:
    rows = [
        (
            _name(line.vendor),
            f"{line.leads:,}",
            _percent(line.bad.share),
            _between(line.bad),
            "█" * round(_BAR * line.bad.likely),
            "worse" if line.worse else "",
            f"{line.duplicates.within + line.duplicates.others:,}",
            _claims(line.money),
        )
        for line in vendors[:_MOST]
    ]
    heading = ("vendor", "leads", "rejected", "likely", "", "", "duplicates", "to claim")
    yield from aligned([heading, *rows], "<>>>")
    yield from _rest(len(vendors))


def _worse(vendors: Iterable[VendorLine]) -> Iterator[str]:
    found = [line for line in vendors if line.worse or line.worse_reasons]
    if found:
        yield ""
        yield "more than chance and the ordinary differences between vendors explain:"
    for line in found[:_MOST]:
        what = (["rejected leads"] if line.worse else []) + line.worse_reasons
        yield f"  {_name(line.vendor)}: {', '.join(what)}"
    yield from _rest(len(found))


def _changes(vendors: Iterable[VendorLine]) -> Iterator[str]:
    found = [(line.vendor, line.change) for line in vendors if line.change]
    for vendor, change in found[:_MOST]:
        yield f"{_name(vendor)}: {change_text(change)}"
    yield from _rest(len(found))


def _carriers(change: Change) -> Iterator[str]:
    if not change.carriers:
        return
    whole = change.after.share - change.before.share
    rows = [
        (
            f"  {_PARTS[each.kind]}",
            shortened(each.name or "(none named)"),
            _percent(each.before.share),
            _percent(each.after.share),
            f"{each.carries / whole:.0%}" if whole else "",
        )
        for each in change.carriers
    ]
    yield "it comes with:"
    yield from aligned([("  what", "", "before", "since", "part of the change"), *rows], "<<>>>")


def _reasons(report: VendorReport) -> Iterator[str]:
    rows = [
        (
            each.code,
            f"{each.leads.part:,}",
            _percent(each.leads.share),
            _percent(each.others.share),
            "more often" if each.worse else "",
            each.text,
        )
        for each in report.reasons[:_MOST]
    ]
    yield from aligned([("reason", "leads", "share", "others", "", "what was seen"), *rows], "<>>>")
    yield from _rest(len(report.reasons))


def _parts(what: str, parts: Sequence[Part]) -> Iterator[str]:
    if len(parts) < 2:
        return
    rows = [
        (
            shortened(each.name or "(none named)"),
            f"{each.leads:,}",
            _percent(each.bad.share),
            _between(each.bad),
            "worse" if each.worse else "",
            f"{each.valid:,}",
        )
        for each in parts[:_MOST]
    ]
    yield ""
    yield from aligned([(what, "leads", "rejected", "likely", "", "valid"), *rows], "<>>><>")
    yield from _rest(len(parts))


def _money(money: Sequence[Money], whose: str) -> Iterator[str]:
    for each in money:
        rows = [
            (f"  {RETURN_REASONS[one.reason]}", f"{one.leads:,}", one.amount) for one in each.returnable if one.leads
        ]
        if not rows:
            continue
        yield ""
        yield f"{whose}: {each.paid} {each.currency} for {each.leads:,} leads with a price; returnable:"
        yield from aligned(rows, "<>>")
        if each.too_late.strip("0."):
            yield f"  too late for the contract: {each.too_late}"
        if each.over_cap.strip("0."):
            yield f"  over the contract's cap: {each.over_cap}"
        yield f"  to claim: {each.claim} {each.currency}"


def _conversions(conversions: Sequence[Conversion]) -> Iterator[str]:
    if not conversions:
        return
    rows = [
        (
            each.channel or "(all)",
            shortened(each.campaign or "(all)"),
            f"{each.visits:,}",
            f"{each.forms:,}",
            f"{each.valid:,}",
            f"{each.raw_rate:.2%}",
            f"{each.validated_rate:.2%}",
        )
        for each in conversions
    ]
    heading = ("channel", "campaign", "visits", "forms", "valid", "forms / visits", "valid / visits")
    yield ""
    yield from aligned([heading, *rows], "<<>>>>>")


def _calibration(calibration: Sequence[Calibration]) -> Iterator[str]:
    if not calibration:
        return
    rows = [
        (
            f"{each.low} to {each.high}",
            f"{each.leads:,}",
            f"{each.genuine.whole:,}",
            _percent(each.promised) if each.genuine.whole else "",
            _percent(each.genuine.share) if each.genuine.whole else "",
            _between(each.genuine) if each.genuine.whole else "too few are known",
        )
        for each in calibration
    ]
    heading = ("trust score", "leads", "known", "promised", "genuine", "likely")
    yield ""
    yield "how far the scores can be believed, by what became of the leads:"
    yield from aligned([heading, *rows], "<>>>>>")


def _outcomes(known: Outcomes) -> Iterator[str]:
    if not known.leads:
        return
    yield ""
    yield (
        f"of {known.leads:,} leads it is known what became of them: {known.genuine:,} proved genuine, "
        f"{known.fake:,} fake; {known.contacted:,} contacted, {known.qualified:,} qualified, "
        f"{known.converted:,} converted"
    )
    if known.returned:
        returned = ", ".join(f"{name} {count:,}" for name, count in known.returned.items())
        yield f"returned: {returned}"
    if known.value:
        yield "conversions brought " + ", ".join(f"{amount} {currency}" for currency, amount in known.value.items())


def overview_csv(report: Overview) -> Iterator[list[str]]:
    """A row for each vendor and currency, under a heading."""
    yield [
        *("vendor", "leads", *DECISIONS, "valid", "bad_share", "bad_likely", "bad_low", "bad_high", "worse"),
        *("worse_reasons", "duplicates_within", "duplicates_others"),
        *("change", "change_since", "change_before", "change_after"),
        *("outcomes", "proved_genuine", "proved_fake"),
        *("currency", "paid", *(f"returnable_{reason}" for reason in RETURN_REASONS)),
        *("too_late", "over_cap", "claim"),
    ]
    for line in report.vendors:
        for cells in [_money_cells(money) for money in line.money] or [[""] * (5 + len(RETURN_REASONS))]:
            yield [*_vendor_cells(line), *cells]


def _vendor_cells(line: VendorLine) -> list[str]:
    change = line.change
    return [
        _cell(line.vendor),
        *map(str, (line.leads, *(line.decisions[name] for name in DECISIONS), line.valid)),
        *_share_cells(line.bad),
        "yes" if line.worse else "no",
        " ".join(line.worse_reasons),
        f"{line.duplicates.within}",
        f"{line.duplicates.others}",
        *((change.direction, change.since) if change else ("", "")),
        *((f"{change.before.share:.6f}", f"{change.after.share:.6f}") if change else ("", "")),
        *map(str, (line.outcomes.leads, line.outcomes.genuine, line.outcomes.fake)),
    ]


def _money_cells(money: Money) -> list[str]:
    amounts = {one.reason: one.amount for one in money.returnable}
    returnable = [amounts.get(reason, "") for reason in RETURN_REASONS]
    return [money.currency, money.paid, *returnable, money.too_late, money.over_cap, money.claim]


def vendor_csv(report: VendorReport) -> Iterator[list[str]]:
    """A row for each figure's subject (the vendor, its reasons, campaigns, sub-ids, channels), under a heading."""
    yield ["section", "name", "leads", "of", "share", "likely", "low", "high", "others_share", "worse"]
    line = report.summary
    others = f"{report.others.share:.6f}"
    yield ["vendor", _cell(line.vendor), *_counted(line.bad), others, "yes" if line.worse else "no"]
    for each in report.reasons:
        share = f"{each.others.share:.6f}"
        yield ["reason", each.code, *_counted(each.leads), share, "yes" if each.worse else "no"]
    for section, parts in (("campaign", report.campaigns), ("sub_id", report.sub_ids), ("channel", report.channels)):
        for part in parts:
            yield [section, _cell(part.name), *_counted(part.bad), "", "yes" if part.worse else "no"]


def _counted(share: Share) -> list[str]:
    return [f"{share.part}", f"{share.whole}", *_share_cells(share)]


def _share_cells(share: Share) -> list[str]:
    return [f"{each:.6f}" for each in (share.share, share.likely, share.low, share.high)]


def _cell(name: str) -> str:
    """Somebody else's name for a spreadsheet, which must not take it for a formula (OWASP, CSV injection)."""
    return f"'{name}" if name.startswith(_FORMULA) else name


def _name(vendor: str) -> str:
    """A vendor's name for a sentence; only ``aligned`` makes the cells of a table printable by itself."""
    return printable(shortened(vendor)) if vendor else _NOBODY


def _percent(share: float) -> str:
    return "<0.1%" if 0 < share < 0.0005 else f"{share:.1%}"


def _between(share: Share) -> str:
    return f"{share.low * 100:.1f} to {share.high:.1%}"


def _claims(money: Sequence[Money]) -> str:
    return ", ".join(f"{each.claim} {each.currency}" for each in money if each.claim.strip("0."))


def _rest(many: int) -> Iterator[str]:
    if many > _MOST:
        yield f"({many - _MOST:,} more)"
