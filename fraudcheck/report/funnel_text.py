"""How does a funnel read in a terminal and in a spreadsheet, and how is its advice put into words?"""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from fraudcheck.report.audit import Share
from fraudcheck.report.cells import escape_cell
from fraudcheck.report.funnel_report import Advised, FunnelLine, FunnelReport, Stage, Times, Worth
from fraudcheck.report.tables import aligned, printable, shortened
from fraudcheck.report.text import ASKED_WORDS, NO_LEADS, scope_lines

_MAX_ROWS = 20
PARTS = (("channel", "channels"), ("campaign", "campaigns"), ("vendor", "vendors"), ("enquiry", "enquiries"))
"""By what the lines are, and their field of the report."""


def funnel_text(report: FunnelReport) -> list[str]:
    """The funnel in lines for a terminal."""
    lines = [*scope_lines(report.scope), *fakes_text(report)]
    if not report.all.leads:
        return [*lines, NO_LEADS, *_events(report)]
    lines += ["", *_stages(report.all.stages), ""]
    if report.all.advice is not None:
        lines += advice_text(report.all.advice)
    for part, field in PARTS:
        lines += _parts(part, getattr(report, field), report.events, report.all.advice)
    return lines


def fakes_text(report: FunnelReport) -> list[str]:
    """Which leads are no leads of the funnel, and what was told that is none of its events, in sentences."""
    lines = [
        f"{report.all.leads:,} leads in the funnel; {report.rejected + report.proved_fake:,} fakes are left out: "
        f"{report.rejected:,} rejected, {report.proved_fake:,} proved fake by their outcome"
    ]
    if report.unplaced:
        told = ", ".join(f"{name} {count:,}" for name, count in report.unplaced.items())
        lines.append(f"told of leads, and no event of the funnel: {printable(told)}")
    return lines


def advice_text(advice: Advised) -> list[str]:
    """To which event to optimise, and why, in two sentences."""
    because = []
    if "few_conversions" in advice.because:
        because.append(f"conversions are too few: {advice.conversions:,} in {advice.days} days")
    if "slow_decision" in advice.because:
        because.append(f"conversions come too late: {_decision(advice)}")
    if "enough" in advice.because:
        known = f", {_decision(advice)}" if advice.decision_days is not None else ""
        because.append(f"there are {advice.conversions:,} in {advice.days} days{known}")
    if advice.event is None:
        return ["optimise to nothing yet: no event comes often enough", f"because {' and '.join(because)}"]
    worth = f", worth {worth_text(advice.worth)} each" if advice.worth is not None else ", of unknown worth"
    often = f" ({advice.count:,} in {advice.days} days)" if "enough" not in advice.because else ""
    return [f"optimise to: {printable(advice.event)}{often}{worth}", f"because {' and '.join(because)}"]


def worth_text(worth: Worth) -> str:
    """An amount, with its interval where it is an estimate."""
    if worth.low == worth.high:
        return f"{worth.amount} {worth.currency}"
    return f"{worth.amount} {worth.currency} (likely {worth.low} to {worth.high})"


def days_text(times: Times) -> str:
    """The median of a time in days, with its quartiles."""
    if times.median is None:
        return ""
    return f"{times.median:.1f} ({times.quarter:.1f} to {times.three_quarters:.1f})"


def _decision(advice: Advised) -> str:
    known = "as the table states" if advice.decision == "stated" else "at the median"
    return f"{advice.decision_days:.1f} days after the form, {known}"


def _events(report: FunnelReport) -> Iterator[str]:
    yield f"its events: {printable(' > '.join(report.events))}"


def _stages(stages: Sequence[Stage]) -> Iterator[str]:
    rows = [
        (
            shortened(stage.event),
            f"{stage.leads:,}",
            f"{stage.told:,}" if stage.event != stages[0].event else "",
            _share(stage.reached) if place else "",
            days_text(stage.since_form),
            f"{stage.since_form.open:,}" if place else "",
            _share(stage.converts),
            worth_text(stage.worth) if stage.worth is not None else "",
            stage.stated or "",
        )
        for place, stage in enumerate(stages)
    ]
    heading = ("event", "leads", "told", "likely of all", "days since the form", "open", "converts", "worth", "stated")
    yield from aligned([heading, *rows], "<>>>>>>>>")


def _parts(part: str, lines: Sequence[FunnelLine], events: Sequence[str], of_all: Advised | None) -> Iterator[str]:
    if len(lines) < 2:
        return
    rows = [
        (
            ASKED_WORDS.get(line.name, line.name) if part == "enquiry" else shortened(line.name or "(none named)"),
            *[f"{stage.leads:,}" for stage in line.stages],
            _share(line.stages[0].converts),
            worth_text(line.stages[0].worth) if line.stages[0].worth is not None else "",
            advised_text(line.advice) if of_all is not None and part != "enquiry" else "",
        )
        for line in lines[:_MAX_ROWS]
    ]
    yield ""
    yield from aligned(
        [(part, *events, "converts", "worth of a lead", "" if part == "enquiry" else "optimise to"), *rows],
        "<" + ">" * (len(events) + 2),
    )
    if len(lines) > _MAX_ROWS:
        yield f"({len(lines) - _MAX_ROWS:,} more)"


def advised_text(advice: Advised | None) -> str:
    """To which event to optimise, in a cell of a table."""
    if advice is None:
        return "as all (too few leads)"
    if advice.event is None:
        return "nothing yet"
    return advice.event if advice.worth is None else f"{advice.event} at {advice.worth.amount}"


def _share(share: Share) -> str:
    return f"{share.likely:.1%} ({share.low * 100:.1f} to {share.high:.1%})" if share.whole else ""


def funnel_csv(report: FunnelReport) -> Iterator[list[str]]:
    """A heading, then a row for each event of all leads and of each channel, campaign, vendor and kind of enquiry."""
    yield [
        *("section", "name", "event", "leads", "told", "reached", "reached_likely", "reached_low", "reached_high"),
        *("days_quarter", "days_median", "days_three_quarters", "open", "days_since_previous"),
        *("converts_likely", "converts_low", "converts_high"),
        *("worth", "worth_low", "worth_high", "stated", "currency", "optimise_to", "optimise_to_worth", "because"),
    ]
    sections = [("all", [report.all]), *((part, getattr(report, field)) for part, field in PARTS)]
    for section, lines in sections:
        for line in lines:
            for stage in line.stages:
                yield [
                    section,
                    escape_cell(line.name),
                    stage.event,
                    *_cells(stage),
                    report.currency or "",
                    *_told(line),
                ]


def _cells(stage: Stage) -> list[str]:
    times, worth = stage.since_form, stage.worth
    days = (times.quarter, times.median, times.three_quarters)
    return [
        f"{stage.leads}",
        f"{stage.told}",
        *[f"{value:.6f}" for value in (stage.reached.share, *_likely(stage.reached))],
        *["" if each is None else f"{each}" for each in days],
        f"{times.open}",
        "" if stage.since_previous.median is None else f"{stage.since_previous.median}",
        *[f"{value:.6f}" for value in _likely(stage.converts)],
        *(("", "", "") if worth is None else (worth.amount, worth.low, worth.high)),
        stage.stated or "",
    ]


def _likely(share: Share) -> tuple[float, float, float]:
    return share.likely, share.low, share.high


def _told(line: FunnelLine) -> list[str]:
    advice = line.advice
    if advice is None:
        return ["", "", ""]
    return [advice.event or "", advice.worth.amount if advice.worth else "", " ".join(advice.because)]
