"""How does an audit become a spreadsheet? Rows of cells as text, under a heading; shares from 0 to 1."""

from __future__ import annotations

from collections.abc import Iterator

from fraudcheck.report.audit import Money, Overview, Share, VendorLine, VendorReport
from fraudcheck.report.cells import escape_cell
from fraudcheck.report.returns import RETURN_REASONS
from fraudcheck.report.text import ASKED_WORDS, is_told
from fraudcheck.scoring.policy import DECISIONS


def overview_csv(report: Overview) -> Iterator[list[str]]:
    """A heading, then a row for each vendor and currency. A vendor without prices has one row."""
    yield [
        *("vendor", "leads", *DECISIONS, "valid", "bad_share", "bad_likely", "bad_low", "bad_high", "worse"),
        *("worse_reasons", "duplicates_within", "duplicates_others"),
        *("change", "change_since", "change_before", "change_after"),
        *("outcomes", "proved_genuine", "proved_fake"),
        *("currency", "paid", *(f"returnable_{reason}" for reason in RETURN_REASONS)),
        *("too_late", "over_cap", "claim", "claimed", "answered", "credited", "open"),
        *("sales_leads", *(f"kind_{name}" for name in ASKED_WORDS)),
        *("form_leads", "form_tokens", "form_token_share"),
    ]
    for line in report.vendors:
        no_money = [""] * (9 + len(RETURN_REASONS))
        for cells in [_money_cells(money) for money in line.money] or [no_money]:
            yield [*_vendor_cells(line), *cells, *_kind_cells(line), *_token_cells(line)]


def _vendor_cells(line: VendorLine) -> list[str]:
    change = line.change
    return [
        escape_cell(line.vendor),
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


def _kind_cells(line: VendorLine) -> list[str]:
    return [f"{count}" for count in (line.sales_leads, *(line.kinds.get(name, 0) for name in ASKED_WORDS))]


def _token_cells(line: VendorLine) -> list[str]:
    tokens = line.form_tokens
    return [f"{tokens.leads}", f"{tokens.valid}", f"{tokens.share:.6f}"]


def _money_cells(money: Money) -> list[str]:
    amounts = {returnable.reason: returnable.amount for returnable in money.returnable}
    by_reason = [amounts.get(reason, "") for reason in RETURN_REASONS]
    past = [money.claimed, money.answered, money.credited, money.open]
    return [money.currency, money.paid, *by_reason, money.too_late, money.over_cap, money.claim, *past]


def vendor_csv(report: VendorReport) -> Iterator[list[str]]:
    """A heading, then a row for the vendor and each of its reasons, campaigns, sub-ids and channels, and for each kind
    of enquiry by channel and campaign, where any is known.
    """
    yield ["section", "name", "leads", "of", "share", "likely", "low", "high", "others_share", "worse"]
    line = report.summary
    others = f"{report.others.share:.6f}"
    yield ["vendor", escape_cell(line.vendor), *_count_cells(line.bad), others, "yes" if line.worse else "no"]
    for reason in report.reasons:
        others = f"{reason.others.share:.6f}"
        yield ["reason", reason.code, *_count_cells(reason.leads), others, "yes" if reason.worse else "no"]
    for section, parts in (("campaign", report.campaigns), ("sub_id", report.sub_ids), ("channel", report.channels)):
        for part in parts:
            yield [section, escape_cell(part.name), *_count_cells(part.bad), "", "yes" if part.worse else "no"]
    tokens = line.form_tokens
    for name, count in (("", tokens.valid), *[(each.origin or "*", each.leads) for each in tokens.origins]):
        if tokens.valid:
            shares = _count_cells(Share(part=count, whole=tokens.leads, **_plain(count / tokens.leads)))
            yield ["form_tokens", escape_cell(name), *shares, "", ""]
    for source in report.sources if any(is_told(each.kinds) for each in report.sources) else ():
        name = source.channel if source.campaign is None else f"{source.channel}/{source.campaign}"
        for kind, count in source.kinds.items():
            shares = _count_cells(Share(part=count, whole=source.enquiries, **_plain(count / source.enquiries)))
            yield [f"kind_{kind}", escape_cell(name), *shares, "", ""]


def _count_cells(share: Share) -> list[str]:
    return [f"{share.part}", f"{share.whole}", *_share_cells(share)]


def _share_cells(share: Share) -> list[str]:
    return [f"{value:.6f}" for value in (share.share, share.likely, share.low, share.high)]


def _plain(share: float) -> dict[str, float]:
    """A share that is not estimated, as its own likely value and interval."""
    return dict.fromkeys(("share", "likely", "low", "high"), share)
