"""How does an audit look in a browser? Pages that load nothing and run nothing, and can be mailed as they are."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from datetime import UTC, date, datetime
from decimal import Decimal
from functools import cache
from typing import Any

import msgspec
from jinja2 import Environment, PackageLoader, StrictUndefined

from fraudcheck.pipeline import SERVICE_VERSION
from fraudcheck.reasons import CATALOGUE
from fraudcheck.report.audit import Change, Overview, Share, VendorLine, VendorReport
from fraudcheck.report.returns import RETURN_REASONS
from fraudcheck.tables import printable
from fraudcheck.web import charts

_FEW = 30
_MONTHS = (
    *("January", "February", "March", "April", "May", "June"),
    *("July", "August", "September", "October", "November", "December"),
)


def overview(report: Overview, link: Callable[[str], str] | None) -> str:
    """All vendors at a glance; ``link`` gives a vendor's page, None where the page is to be a file by itself."""
    top = _top([line.bad for line in report.vendors])
    return _page("overview.html", title="All vendors", report=report, link=link, top=top, back=None)


def vendor(report: VendorReport, link_back: str | None) -> str:
    """One vendor in full. Leads are linked where the page itself is one of the service's."""
    line = report.summary
    shares = [point.bad / point.leads for point in line.trend if point.leads]
    return _page(
        "vendor.html",
        title=f"Vendor {printable(line.vendor) or '(none named)'}",
        report=report,
        line=line,
        back=link_back,
        sentences=sentences(line, report.others),
        top=max(shares, default=0.0),
        tops={
            name: _top([part.bad for part in getattr(report, name)]) for name in ("campaigns", "sub_ids", "channels")
        },
    )


def lead(shown: Mapping[str, Any], replayed: Sequence[str], link_back: str | None) -> str:
    """One lead: how its score adds up, what that rests on, and its replay. ``shown`` is as the wire gives it."""
    steps = _steps(shown)
    ends = [0.0, *(step["before"] for step in steps), *(step["after"] for step in steps)]
    return _page(
        "lead.html",
        title=f"Check {shown['check_id']}",
        shown=shown,
        vendor=((shown["lead"] or {}).get("source") or {}).get("vendor"),
        steps=steps,
        low=min(ends),
        high=max(ends),
        verdict=_verdict(shown),
        replayed=replayed,
        back=link_back,
    )


def problem(status: int, title: str) -> str:
    """Why there is no page."""
    return _page("problem.html", title=f"{status}", problem=title, back=None)


def sentences(line: VendorLine, others: Share) -> list[str]:
    """A vendor's record in words."""
    share = line.bad
    rejected = "lead was" if share.part == 1 else "leads were"
    said = [
        f"Of {_many(line.leads, 'lead')}, {share.part:,} {rejected} rejected: {percent(share.share)}. Allowing for "
        f"chance, this vendor's share lies between {percent(share.low)} and {percent(share.high)}."
    ]
    if line.leads < _FEW:
        said.append("These are too few leads to judge the vendor by.")
    if others.whole:
        said.append(f"All other vendors together: {percent(others.share)}.")
    if line.worse:
        said.append("The difference is larger than chance and the ordinary differences between vendors explain.")
    elif others.whole:
        said.append("The difference is no larger than chance and the ordinary differences between vendors explain.")
    if line.change is not None:
        said.append(changed(line.change))
    twice = line.duplicates
    if twice.within + twice.others:
        said.append(
            f"Within the 30 days before, {twice.within:,} of the leads had come from this vendor already, and "
            f"{twice.others:,} from another one."
        )
    return said


def changed(change: Change) -> str:
    """A change in a sentence."""
    verb = "rose" if change.direction == "rise" else "fell"
    return (
        f"On {day(change.since)} the share of rejected leads {verb} from {percent(change.before.share)} to "
        f"{percent(change.after.share)}; the leads up to {day(change.noticed)} were enough to tell."
    )


def percent(share: float) -> str:
    """A share as people write it."""
    return "under 0.1%" if 0 < share < 0.0005 else f"{share:.1%}"


def day(text: str) -> str:
    """``2026-11-03`` as 3 November 2026."""
    read = date.fromisoformat(text[:10])
    return f"{read.day} {_MONTHS[read.month - 1]} {read.year}"


def amount(text: str) -> str:
    """A decimal string with thousands apart."""
    return f"{Decimal(text):,}"


def _verdict(shown: Mapping[str, Any]) -> str:
    said = {"accept": "accepted", "review": "to be reviewed", "reject": "rejected"}[shown["decision"]]
    return (
        f"This lead was {said} with a trust score of {shown['trust_score']} of 100, where high is good, and classified "
        f"as {shown['classification']}."
    )


def _steps(shown: Mapping[str, Any]) -> list[dict[str, Any]]:
    """The sum line by line: what there was before, what each reason and cap does, what there is after."""
    given: list[tuple[str, str, float, Mapping[str, Any]]]
    given = [("Starting value, before anything is known", "", shown["prior"], {})]
    given += [(each["text"], each["code"], each["points"], each["evidence"]) for each in shown["reasons"]]
    given += [
        (f"Limit on what {each['group'].replace('+', ', ')} may say together", "", each["points_removed"], {})
        for each in shown["group_caps"]
    ]
    steps, before = [], 0.0
    for text, code, points, evidence in given:
        after = round(before + points, 1)
        steps.append(
            {"text": text, "code": code, "points": points, "evidence": evidence, "before": before, "after": after}
        )
        before = after
    return steps


def _top(shares: Sequence[Share]) -> float:
    """Where a common scale ends: at the highest interval, but at no less than a tenth."""
    return max([0.1, *(share.high for share in shares)])


def _many(count: int, what: str) -> str:
    return f"{count:,} {what}{'' if count == 1 else 's'}"


def _page(template: str, **values: Any) -> str:
    return _templates().get_template(template).render(now=datetime.now(UTC), version=SERVICE_VERSION, **values)


@cache
def _templates() -> Environment:
    templates = Environment(
        loader=PackageLoader("fraudcheck.web"),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    templates.filters.update(percent=percent, day=day, amount=amount, clean=lambda text: printable(str(text)))
    templates.filters["json"] = lambda value: msgspec.json.format(msgspec.json.encode(value), indent=2).decode()
    templates.globals.update(charts=charts, changed=changed, trade=RETURN_REASONS, catalogue=CATALOGUE)
    return templates
