"""Which pages show audits and leads in a browser? Pages that load and run nothing, and can be mailed as files."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from datetime import UTC, datetime
from functools import cache
from typing import Any
from urllib.parse import quote

from jinja2 import Environment, PackageLoader, StrictUndefined

from fraudcheck.pipeline.check import SERVICE_VERSION
from fraudcheck.reasons import speaks_against
from fraudcheck.report import worth
from fraudcheck.report.audit import Overview, ReasonLine, Share, VendorReport
from fraudcheck.report.evidence_words import evidence_words
from fraudcheck.report.fact_words import fact_words
from fraudcheck.report.funnel_report import FunnelReport
from fraudcheck.report.funnel_text import advice_text, advised_text, days_text, fakes_text, worth_text
from fraudcheck.report.returns import RETURN_REASONS
from fraudcheck.report.text import ASKED_WORDS, carried_text, is_told, of_everything, others_text, visits_text
from fraudcheck.web import charts, wording
from fraudcheck.web.frame import Frame
from fraudcheck.web.masking import HIDDEN
from fraudcheck.web.scope_form import ScopeForm
from fraudcheck.web.static_files import static_url
from fraudcheck.web.wording import clean

_FUNNEL_PARTS = (
    ("Channels", "channels"),
    ("Campaigns", "campaigns"),
    ("Vendors", "vendors"),
    ("Kinds of enquiry", "enquiries"),
)
_MAX_VENDORS = 300
"""Vendors that a page shows; CSV and JSON have all."""


def overview(
    report: Overview,
    link: Callable[[str], str] | None,
    funnel_link: str = "/v1/funnel",
    frame: Frame | None = None,
    form: ScopeForm | None = None,
) -> str:
    """The page of all vendors. ``link`` gives the URL of a vendor's page; None for a page that is to be a file.

    ``form`` asks for other leads; None for a file, as for all pages.
    """
    shown = report.vendors[:_MAX_VENDORS]
    return render(
        "overview.html",
        title="All vendors",
        report=report,
        link=link,
        funnel_link=funnel_link,
        shown=shown,
        has_trend=any(charts.has_line(line.trend) for line in shown),
        top=_scale_top(line.bad for line in shown),
        spark_top=charts.top([charts.highest(line.trend) for line in shown]),
        form=form,
        frame=frame,
    )


def vendor(report: VendorReport, frame: Frame | None, form: ScopeForm | None = None) -> str:
    """The page of one vendor. ``frame`` is None for a page that is to be a file."""
    line = report.summary
    parts = {name: getattr(report, name) for name in ("campaigns", "sub_ids", "channels")}
    against = [reason for reason in report.reasons if speaks_against(reason.code)]
    return render(
        "vendor.html",
        title=f"Vendor {clean(line.vendor) or '(none named)'}",
        report=report,
        line=line,
        frame=frame,
        form=form,
        sentences=[*wording.vendor_sentences(line, report.others), *carried_text(report.carried)],
        top=charts.top([charts.highest(line.trend)]),
        tops={kind: _scale_top(part.bad for part in own_parts) for kind, own_parts in parts.items()},
        against=against,
        others=[reason for reason in report.reasons if not speaks_against(reason.code)],
        reasons_top=_scale_top(_shares_of(against)),
    )


def funnel(report: FunnelReport, frame: Frame | None, form: ScopeForm | None = None) -> str:
    """The page of the funnel. ``frame`` is None for a page that is to be a file."""
    lines = {heading: getattr(report, field) for heading, field in _FUNNEL_PARTS}
    return render(
        "funnel.html",
        title="The funnel",
        report=report,
        parts_of={heading: own for heading, own in lines.items() if len(own) > 1},
        fakes=fakes_text(report),
        advice=advice_text(report.all.advice) if report.all.advice is not None else [],
        top=_scale_top(stage.reached for stage in report.all.stages[1:]),
        tops={heading: _scale_top(line.stages[0].converts for line in own) for heading, own in lines.items()},
        frame=frame,
        form=form,
    )


def no_report(title: str, form: ScopeForm, frame: Frame | None, why: str = "") -> str:
    """The page of a report that cannot be made of what was asked for, so that something else can be asked for."""
    return render("no_report.html", title=clean(title), form=form, frame=frame, why=clean(why[:1].upper() + why[1:]))


def lead(
    shown: Mapping[str, Any], replayed: Sequence[str], frame: Frame | None, template: str = "lead.html", **more: Any
) -> str:
    """The page of one lead: how its score adds up, what that rests on, and its replay.

    ``shown`` is the check as the API gives it, ``replayed`` the lines of its replay. A ``template`` that shows it with
    something around it is given ``more``.
    """
    steps = _steps(shown)
    ends = [0.0, shown["sum"], *(step["before"] for step in steps), *(step["after"] for step in steps)]
    message = (shown["lead"] or {}).get("message")
    spans = shown["enquiry"]["because"] if message != HIDDEN else []
    return render(
        template,
        title=f"Check {clean(shown['check_id'])}",
        shown=shown,
        vendor=((shown["lead"] or {}).get("source") or {}).get("vendor"),
        steps=steps,
        low=min(ends),
        high=max(ends),
        verdict=wording.verdict_text(shown),
        because=wording.rule_text(shown["decided_by"]),
        to_do=wording.to_do_text(shown),
        found=fact_words(shown["facts"] or {}),
        raw_evidence={each["code"]: each["evidence"] for each in shown["reasons"] if each["evidence"]},
        enquiry=worth.enquiry_text(shown["enquiry"]),
        pieces=worth.marked(message, spans) if message and spans else [],
        quality=worth.quality_lines(shown["quality"]),
        outcomes=shown.get("outcomes") or [],
        contact=worth.contact_of(shown),
        confirmations=[wording.confirmation_text(each) for each in shown.get("confirmations") or []],
        replayed=replayed,
        frame=frame,
        **more,
    )


def problem(status: int, title: str, frame: Frame | None = None) -> str:
    """The page of an error: its HTTP status and title."""
    text = clean(title)
    return render("problem.html", title=text[:1].upper() + text[1:], status=status, frame=frame)


def render(template: str, *, title: str, frame: Frame | None, **values: Any) -> str:
    """A page from its template in ``templates/``. Raises what Jinja raises if a value that it needs is not given."""
    drawn = _templates().get_template(template)
    return drawn.render(now=datetime.now(UTC), version=SERVICE_VERSION, title=title, frame=frame, **values)


def _steps(shown: Mapping[str, Any]) -> list[dict[str, Any]]:
    """How the sum adds up: text, code, points and evidence of each reason and cap, and the sum before and after it.

    ``listed`` says that each sentence of the evidence stands on a line of its own.
    """
    changes: list[tuple[str, str, float, Mapping[str, Any]]]
    changes = [("Starting value, before anything is known", "", shown["prior"], {})]
    for reason in shown["reasons"]:
        changes.append((reason["text"], reason["code"], reason["points"], reason["evidence"] or {}))
    for cap in shown["group_caps"]:
        changes.append((wording.cap_text(cap["group"]), "", cap["points_removed"], {}))
    steps: list[dict[str, Any]] = []
    before = 0.0
    for text, code, points, evidence in changes:
        after = round(before + points, 1)
        kind = "accept" if points >= 0 else "reject"
        if not steps:
            kind = "start"
        steps.append(
            {
                "text": text,
                "code": code,
                "points": points,
                "before": before,
                "after": after,
                "kind": kind,
                "evidence": evidence_words(code, evidence),
                "listed": "features" in evidence,
            }
        )
        before = after
    return steps


def _shares_of(reasons: Iterable[ReasonLine]) -> list[Share]:
    return [share for reason in reasons for share in (reason.leads, reason.others)]


def _scale_top(shares: Iterable[Share]) -> float:
    """Where a scale ends on which all these shares and their intervals fit."""
    return charts.top([share.high for share in shares])


@cache
def _templates() -> Environment:
    templates = Environment(
        loader=PackageLoader("fraudcheck.web"),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    templates.filters.update(
        amount=wording.amount,
        believed=wording.calibration_text,
        clean=wording.clean,
        count="{:,}".format,
        criterion=worth.criterion_text,
        day=wording.day,
        evidence=wording.evidence_text,
        named=wording.name_text,
        outcome=wording.outcome_text,
        last_day=wording.last_day,
        less=wording.amount_off,
        lines=wording.json_lines,
        percent=wording.percent,
        points=wording.points,
        returned=wording.return_reason_text,
        scale=wording.scale_end,
        text=wording.reason_text,
        advised=advised_text,
        asked=lambda name: ASKED_WORDS.get(name, name),
        sentences=lambda told: " ".join(f"{each}." for each in told),
        capitalise=lambda text: text[:1].upper() + text[1:],
        days=days_text,
        worth=worth_text,
    )
    templates.tests.update(told=is_told)
    templates.globals.update(
        changed=wording.change_text,
        charts=charts,
        checks=wording.CHECKS,
        vendor_page=lambda vendor: f"/v1/vendors/{quote(vendor, safe='')}/report",
        few=wording.FEW,
        kinds=wording.KINDS,
        most=_MAX_VENDORS,
        kinds_text=others_text,
        static_url=static_url,
        told=is_told,
        in_all=of_everything,
        visited=visits_text,
        trade=RETURN_REASONS,
    )
    return templates
