"""How does an audit read in a terminal? Lines of text and tables; all names from outside are made printable."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import datetime, timedelta

from fraudcheck.report.audit import (
    Calibration,
    Carried,
    Change,
    Conversion,
    FormTokens,
    Money,
    Outcomes,
    Overview,
    Part,
    Scope,
    Share,
    SourceLine,
    VendorLine,
    VendorReport,
)
from fraudcheck.report.returns import RETURN_REASONS
from fraudcheck.report.tables import aligned, printable, shortened
from fraudcheck.scoring.policy import DECISIONS

_MAX_ROWS = 20
"""Rows that a table shows."""
_MAX_KINDS = 5
"""Kinds of enquiries that a row names."""
_BAR_WIDTH = 20
"""Characters of a bar of 100 %."""
_NO_VENDOR = "(no vendor named)"
NO_LEADS = "There are no leads in this time; look further back with --since, or in another --tenant or --data-dir."
_FIELD_WORDS = {
    "email": "the mail address",
    "phone": "the phone number",
    "name": "the name",
    "ip": "the internet address",
    "agent": "the browser's name",
    "device": "the device's id",
    "measures": "the form's measures",
    "token": "the form's token",
}
ASKED_WORDS = {
    "sales_lead": "sales leads",
    "customer_service": "customer service",
    "general_business": "general business",
    "peer": "peers",
    "personal": "personal",
    "job": "jobs",
    "student": "students",
    "competitor": "competitors",
    "non_sales": "no sales leads",
    "solicitation": "solicitations",
    "spam": "spam",
    "duplicate": "came before",
    "review": "to be reviewed",
    "fake": "fakes",
    "unclear": "unclear",
    "none": "without a text",
    "unknown": "nobody looked",
}
"""What leads are (``report.leads.ASKED``), in words."""
_VERDICTS = frozenset({"duplicate", "review", "fake", "competitor", "non_sales", "unknown"})
"""What a verdict says without anybody having looked at the text."""
_KIND_NAMES = {"campaign": "campaign", "sub_id": "sub-id", "channel": "channel", "reason": "reason"}


def overview_text(report: Overview) -> list[str]:
    """The audit of all vendors, in lines for a terminal."""
    lines = [*scope_lines(report.scope)]
    if not report.all.leads:
        return [*lines, NO_LEADS]
    lines += ["", *_summary(report.all), "", *_vendors(report.vendors)]
    lines += _worse(report.vendors)
    lines += _changes(report.vendors)
    lines += _money(report.all.money, "all vendors")
    return [
        *lines,
        *_sources(report.sources),
        *_conversions(report.conversions),
        *_calibration(report.calibration),
        *_outcomes(report.all.outcomes),
    ]


def vendor_text(report: VendorReport) -> list[str]:
    """The audit of one vendor, in lines for a terminal."""
    line = report.summary
    lines = [*scope_lines(report.scope), f"vendor: {_name(line.vendor)}", "", *_summary(line)]
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
    lines += [*_sources(report.sources), *_conversions(report.conversions)]
    lines += [*_calibration(report.calibration), *_outcomes(line.outcomes)]
    lines += carried_text(report.carried)
    if report.examples:
        rows = [(lead.day, lead.check_id, f"{lead.trust_score}", " ".join(lead.reasons)) for lead in report.examples]
        lines += ["", "the newest rejected leads (`fraudcheck replay CHECK_ID` shows how each adds up):"]
        lines += aligned([("day", "check", "score", "what spoke against it"), *rows], "<<>")
    return lines


def carried_text(carried: Sequence[Carried]) -> list[str]:
    """What the newest leads do not carry, or no longer, in a sentence each; none where they carry all."""
    sentences = []
    never = [_FIELD_WORDS[each.field] for each in carried if each.of and not each.leads]
    if never:
        sentences.append(f"None of the newest {carried[0].of:,} leads carries {', '.join(never)}.")
    for each in carried:
        if 0 < each.leads < each.of:
            share = f"{each.leads:,} of the newest {each.of:,} leads ({_percent(each.leads / each.of)})"
            sentences.append(f"{share} carry {_FIELD_WORDS[each.field]}, the last one on {each.last}.")
    return sentences


def tokens_text(tokens: FormTokens) -> str:
    """How many leads carry a valid token of the form's script, and from which pages, in a sentence."""
    share = f"{tokens.valid:,} of {tokens.leads:,} leads by forms ({_percent(tokens.share)})"
    named = [
        f"{line.leads:,} from {printable(shortened(line.origin)) if line.origin else 'other pages'}"
        for line in tokens.origins
    ]
    pages = f"; of the newest of them, {', '.join(named)}" if named else ""
    return f"{share} carry a valid token of the form's script{pages}"


def change_text(change: Change) -> str:
    """A change in a sentence."""
    verb = "rose" if change.direction == "rise" else "fell"
    return (
        f"the share of rejected leads {verb} on {change.since}: {_percent(change.before.share)} before, "
        f"{_percent(change.after.share)} since (could be told from {change.noticed} on)"
    )


def scope_lines(scope: Scope) -> Iterator[str]:
    """Which leads a report counts, in lines."""
    last_day = (datetime.fromisoformat(scope.until) - timedelta(microseconds=1)).date()  # until before midnight
    yield f"leads checked from {scope.since[:10]} to {last_day} (UTC)"
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
    duplicates = line.duplicates
    if duplicates.within or duplicates.others:
        yield (
            f"duplicates within 30 days: {duplicates.within:,} from the same vendor, {duplicates.others:,} that "
            "another vendor brought"
        )
    if staffed := line.staffed:
        yield (
            f"channel call or offline: {staffed.leads:,} since {staffed.since} (first lead {staffed.sold_since}); "
            f"{staffed.contradicted:,} of them from everywhere"
        )
    if line.form_tokens.valid:
        yield tokens_text(line.form_tokens)
    kinds = sorted(line.classifications.items(), key=lambda item: (-item[1], item[0]))
    if line.tests:
        yield f"beside these {line.tests:,} test leads of platforms, which count nowhere"
    if is_told(line.kinds):
        bands = ", ".join(f"{name.replace('_', ' ')} {count:,}" for name, count in line.bands.items())
        yield f"{line.sales_leads:,} leads ask for an offer by their text{f': {bands}' if bands else ''}"
    yield "classified as: " + ", ".join(f"{name} {count:,}" for name, count in kinds)


def _vendors(vendors: Sequence[VendorLine]) -> Iterator[str]:
    any_tokens = any(line.form_tokens.valid for line in vendors)
    rows = [
        (
            _name(line.vendor),
            f"{line.leads:,}",
            _percent(line.bad.share),
            _interval(line.bad),
            "█" * round(_BAR_WIDTH * line.bad.likely),
            "worse" if line.worse else "",
            f"{line.duplicates.within + line.duplicates.others:,}",
            _claims(line.money),
            *([_percent(line.form_tokens.share)] if any_tokens else []),
        )
        for line in vendors[:_MAX_ROWS]
    ]
    heading = ("vendor", "leads", "rejected", "likely", "", "", "duplicates", "to claim")
    yield from aligned([(*heading, *(["form tokens"] if any_tokens else [])), *rows], "<>>>")
    yield from _not_shown(len(vendors))


def _worse(vendors: Iterable[VendorLine]) -> Iterator[str]:
    found = [line for line in vendors if line.worse or line.worse_reasons]
    if found:
        yield ""
        yield "more than chance and the ordinary differences between vendors explain:"
    for line in found[:_MAX_ROWS]:
        what = (["rejected leads"] if line.worse else []) + line.worse_reasons
        yield f"  {_name(line.vendor)}: {', '.join(what)}"
    yield from _not_shown(len(found))


def _changes(vendors: Iterable[VendorLine]) -> Iterator[str]:
    found = [(line.vendor, line.change) for line in vendors if line.change]
    for vendor, change in found[:_MAX_ROWS]:
        yield f"{_name(vendor)}: {change_text(change)}"
    yield from _not_shown(len(found))


def _carriers(change: Change) -> Iterator[str]:
    if not change.carriers:
        return
    total = change.after.share - change.before.share
    rows = [
        (
            f"  {_KIND_NAMES[carrier.kind]}",
            shortened(carrier.name or "(none named)"),
            _percent(carrier.before.share),
            _percent(carrier.after.share),
            f"{carrier.carries / total:.0%}" if total else "",
        )
        for carrier in change.carriers
    ]
    yield "it comes with:"
    yield from aligned([("  what", "", "before", "since", "part of the change"), *rows], "<<>>>")


def _reasons(report: VendorReport) -> Iterator[str]:
    rows = [
        (
            reason.code,
            f"{reason.leads.part:,}",
            _percent(reason.leads.share),
            _percent(reason.others.share),
            "more often" if reason.worse else "",
            reason.text,
        )
        for reason in report.reasons[:_MAX_ROWS]
    ]
    yield from aligned([("reason", "leads", "share", "others", "", "what was seen"), *rows], "<>>>")
    yield from _not_shown(len(report.reasons))


def _parts(what: str, parts: Sequence[Part]) -> Iterator[str]:
    if len(parts) < 2:
        return
    rows = [
        (
            shortened(part.name or "(none named)"),
            f"{part.leads:,}",
            _percent(part.bad.share),
            _interval(part.bad),
            "worse" if part.worse else "",
            f"{part.valid:,}",
        )
        for part in parts[:_MAX_ROWS]
    ]
    yield ""
    yield from aligned([(what, "leads", "rejected", "likely", "", "valid"), *rows], "<>>><>")
    yield from _not_shown(len(parts))


def _money(by_currency: Sequence[Money], heading: str) -> Iterator[str]:
    for money in by_currency:
        rows = [
            (f"  {RETURN_REASONS[returnable.reason]}", f"{returnable.leads:,}", returnable.amount)
            for returnable in money.returnable
            if returnable.leads
        ]
        if not rows:
            continue
        yield ""
        yield f"{heading}: {money.paid} {money.currency} for {money.leads:,} leads with a price; returnable:"
        yield from aligned(rows, "<>>")
        if not _is_zero(money.too_late):
            yield f"  too late for the contract: {money.too_late}"
        if not _is_zero(money.over_cap):
            yield f"  over the contract's cap: {money.over_cap}"
        if not _is_zero(money.claimed):
            yield f"  claimed before: {money.claimed}, of which answered {money.answered}, open {money.open}"
            yield f"  given back: {money.credited} {money.currency}"
        yield f"  to claim: {money.claim} {money.currency}"


def is_told(kinds: Mapping[str, int]) -> bool:
    """Whether anybody looked at what these leads ask for."""
    return not kinds.keys() <= _VERDICTS


def others_text(kinds: Mapping[str, int], most: int = len(ASKED_WORDS)) -> str:
    """What those are that are no sales leads, the most frequent first; behind ``most`` kinds only how many more."""
    others = sorted((item for item in kinds.items() if item[0] != "sales_lead"), key=lambda item: -item[1])
    words = [f"{ASKED_WORDS.get(name, name)} {count:,}" for name, count in others[:most]]
    more = sum(count for _, count in others[most:])
    return ", ".join([*words, *([f"{more:,} more"] if more else [])])


def _sources(sources: Sequence[SourceLine]) -> Iterator[str]:
    if not any(is_told(line.kinds) for line in sources):
        return
    rows = [
        (
            line.channel or "(none named)" if line.campaign is None else "",
            "" if line.campaign is None else shortened(line.campaign or "(none named)"),
            f"{line.enquiries:,}",
            f"{line.sales_leads:,}",
            _percent(line.sales_leads / line.enquiries),
            others_text(line.kinds, _MAX_KINDS),
        )
        for line in sources[:_MAX_ROWS]
    ]
    yield ""
    yield from aligned([("channel", "campaign", "enquiries", "sales leads", "", "the others"), *rows], "<<>>>")
    yield from _not_shown(len(sources))


def _conversions(conversions: Sequence[Conversion]) -> Iterator[str]:
    if not conversions:
        return
    rows = [
        (
            row.channel or "(all)",
            shortened(row.campaign or "(all)"),
            f"{row.visits:,}",
            f"{row.forms:,}",
            f"{row.valid:,}",
            f"{row.sales_leads:,}" if is_told(row.kinds) else "",
            f"{row.converted:,}",
            f"{row.raw_rate:.2%}",
            f"{row.validated_rate:.2%}",
        )
        for row in conversions
    ]
    heading = (
        *("channel", "campaign", "visits", "enquiries", "valid", "sales leads", "converted"),
        *("enquiries / visits", "valid / visits"),
    )
    yield ""
    yield from aligned([heading, *rows], "<<>>>>>>>")
    for row in of_everything(conversions):
        yield visits_text(row)


def of_everything(conversions: Sequence[Conversion]) -> list[Conversion]:
    """The rows of all channels together of which it is known what the enquiries are; the others stand in a table."""
    return [row for row in conversions if not row.channel and not row.campaign and is_told(row.kinds)]


def visits_text(row: Conversion) -> str:
    """What visits, enquiries and sales leads there were, and what the other enquiries were, in a sentence."""
    of = printable(" / ".join(shortened(name) for name in (row.channel, row.campaign) if name))
    others = row.forms - row.sales_leads
    return (
        f"{of + ': ' if of else ''}{row.visits:,} visits, {row.forms:,} enquiries, {row.sales_leads:,} sales leads "
        f"({row.sales_rate:.2%} of visits)" + (f"; the other {others:,}: {others_text(row.kinds)}" if others else "")
    )


def _calibration(calibration: Sequence[Calibration]) -> Iterator[str]:
    if not calibration:
        return
    rows = [
        (
            f"{row.low} to {row.high}",
            f"{row.leads:,}",
            f"{row.genuine.whole:,}",
            _percent(row.promised) if row.genuine.whole else "",
            _percent(row.genuine.share) if row.genuine.whole else "",
            _interval(row.genuine) if row.genuine.whole else "too few are known",
        )
        for row in calibration
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
        + "".join(f", {count:,} {printable(name)}" for name, count in known.own.items())
    )
    if known.returned:
        returned = ", ".join(f"{name} {count:,}" for name, count in known.returned.items())
        yield f"returned: {returned}"
    if known.reviewed_genuine or known.reviewed_fake:
        yield (
            f"reviewed by people: {known.reviewed_genuine:,} as genuine, {known.reviewed_fake:,} as fake; "
            f"of {known.reviews_tested:,} it was told later what they were, as reviewed {known.reviews_right:,}"
        )
    if known.value:
        yield "conversions brought " + ", ".join(f"{amount} {currency}" for currency, amount in known.value.items())


def _name(vendor: str) -> str:
    """A vendor's name, printable also in a sentence: ``aligned`` does that for the cells of a table only."""
    return printable(shortened(vendor)) if vendor else _NO_VENDOR


def _percent(share: float) -> str:
    return "<0.1%" if 0 < share < 0.0005 else f"{share:.1%}"


def _interval(share: Share) -> str:
    return f"{share.low * 100:.1f} to {share.high:.1%}"


def _claims(by_currency: Sequence[Money]) -> str:
    return ", ".join(f"{money.claim} {money.currency}" for money in by_currency if not _is_zero(money.claim))


def _is_zero(amount: str) -> bool:
    return not amount.strip("0.")


def _not_shown(count: int) -> Iterator[str]:
    """A last line for a table of ``count`` rows of which not all are shown."""
    if count > _MAX_ROWS:
        yield f"({count - _MAX_ROWS:,} more)"
