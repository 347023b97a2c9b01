"""How does an audit look in a browser? Pages that load nothing and run nothing, and can be mailed as they are."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from functools import cache
from typing import Any

import msgspec
from jinja2 import Environment, PackageLoader, StrictUndefined

from fraudcheck.pipeline.check import SERVICE_VERSION
from fraudcheck.reasons import CATALOGUE, speaks_against
from fraudcheck.report.audit import Calibration, Change, Overview, ReasonLine, Share, VendorLine, VendorReport
from fraudcheck.report.returns import RETURN_REASONS
from fraudcheck.signals.registry import SIGNALS
from fraudcheck.web import charts

_FEW = 30
_MOST = 300
"""Vendors that a page shows; CSV and JSON have all."""
_MONTHS = (
    *("January", "February", "March", "April", "May", "June"),
    *("July", "August", "September", "October", "November", "December"),
)
_JOINERS = "\u200c\u200d"
"""They part and join letters of Persian, of Indian scripts and of emoji."""
_DECIDED = {
    "accept_from": "Its trust score is as high as accepting asks for.",
    "between_limits": "Its trust score lies between those for accepting and for rejecting, so a person should look.",
    "conclusive": "One thing that was seen settles it by itself.",
    "two_groups": "Things of at least two different kinds speak strongly against it.",
    "one_group": "All that speaks strongly against it is of one kind, and that alone rejects nobody.",
    "lists_only": "What speaks strongly against it are lists that others keep, and these alone reject nobody.",
}
_CLASSIFIED = {
    "bot": "It looks like the work of a program.",
    "farm": "It looks like the work of people who fill in forms for pay.",
    "prank": "It looks like a joke.",
    "mistyped": "It looks like a person's who mistyped something.",
    "duplicate": "It came before.",
    "competitor": "It looks like a competitor's.",
    "non_sales": "It asks for something else than an offer.",
    "genuine": "It looks like a person's who asks for an offer.",
    "unverified": "Nothing that was seen shows what kind of lead it is.",
}
_KINDS = {
    "bot": "programs",
    "farm": "people who fill in forms for pay",
    "prank": "jokes",
    "mistyped": "people who mistyped something",
    "duplicate": "leads that came before",
    "competitor": "competitors",
    "non_sales": "people who ask for something else than an offer",
    "genuine": "people who ask for an offer",
    "unverified": "nothing in particular",
}
_CHECKS = {signal.name: signal.about for signal in SIGNALS} | {
    "contact": "whether the person can be reached",
    "anomaly": "how unusual it is",
}
"""Checks and groups of reasons, as a part of a sentence."""


def overview(report: Overview, link: Callable[[str], str] | None) -> str:
    """All vendors at a glance; ``link`` gives a vendor's page, None where the page is to be a file by itself."""
    return _page(
        "overview.html",
        title="All vendors",
        report=report,
        link=link,
        top=_top(line.bad for line in report.vendors[:_MOST]),
        spark_top=charts.top([charts.highest(line.trend) for line in report.vendors[:_MOST]]),
        back=None,
    )


def vendor(report: VendorReport, link_back: str | None) -> str:
    """One vendor in full. Leads are linked where the page itself is one of the service's."""
    line = report.summary
    parts = {name: getattr(report, name) for name in ("campaigns", "sub_ids", "channels")}
    against = [each for each in report.reasons if speaks_against(each.code)]
    return _page(
        "vendor.html",
        title=f"Vendor {clean(line.vendor) or '(none named)'}",
        report=report,
        line=line,
        back=link_back,
        sentences=sentences(line, report.others),
        top=charts.top([charts.highest(line.trend)]),
        tops={name: _top(part.bad for part in some) for name, some in parts.items()},
        against=against,
        others=[each for each in report.reasons if not speaks_against(each.code)],
        reasons_top=_top(_both(against)),
    )


def lead(shown: Mapping[str, Any], replayed: Sequence[str], link_back: str | None) -> str:
    """One lead: how its score adds up, what that rests on, and its replay. ``shown`` is as the wire gives it."""
    steps = _steps(shown)
    ends = [0.0, shown["sum"], *(step["before"] for step in steps), *(step["after"] for step in steps)]
    return _page(
        "lead.html",
        title=f"Check {clean(shown['check_id'])}",
        shown=shown,
        vendor=((shown["lead"] or {}).get("source") or {}).get("vendor"),
        steps=steps,
        low=min(ends),
        high=max(ends),
        verdict=_verdict(shown),
        because=_DECIDED.get(shown["decided_by"], shown["decided_by"]),
        outcomes=shown.get("outcomes") or [],
        replayed=replayed,
        back=link_back,
    )


def problem(status: int, title: str) -> str:
    """Why there is no page."""
    said = clean(title)
    return _page("problem.html", title=said[:1].upper() + said[1:], status=status, back=None)


def sentences(line: VendorLine, others: Share) -> list[str]:
    """A vendor's record in words."""
    if not line.leads:
        return ["There are no leads of this vendor in this time."]
    share = line.bad
    rejected = "was" if share.part == 1 else "were"
    said = [
        f"Of {_many(line.leads, 'lead')}, {share.part:,} {rejected} rejected: {percent(share.share)}. Allowing for "
        f"chance, this vendor's share lies between {percent(share.low)} and {percent(share.high)}."
    ]
    if others.whole:
        said.append(f"All other vendors together: {percent(others.share)}. {_held_against(line)}")
    elif line.leads < _FEW:
        said.append("These are too few leads to judge the vendor by.")
    if line.change is not None:
        said.append(changed(line.change))
    twice = line.duplicates
    if twice.within + twice.others:
        said.append(
            f"Some came before, within 30 days: {twice.within:,} from this vendor already, and {twice.others:,} from "
            f"another one."
        )
    return said


def _held_against(line: VendorLine) -> str:
    if line.worse:
        said = "This vendor's share is higher by more than chance and the ordinary differences between vendors explain"
        return f"{said}, but these are too few leads to judge it by." if line.leads < _FEW else f"{said}."
    if line.leads < _FEW:
        return "These are too few leads to judge the vendor by."
    return "This vendor's share is not higher than chance and the ordinary differences between vendors explain."


def changed(change: Change) -> str:
    """A change in a sentence."""
    verb = "rose" if change.direction == "rise" else "fell"
    return (
        f"On {day(change.since)} the share of rejected leads {verb} from {percent(change.before.share)} to "
        f"{percent(change.after.share)}; the leads up to {day(change.noticed)} were enough to tell."
    )


def believed(line: Calibration) -> str:
    """What a range of scores promised, held against what its leads proved to be."""
    known = line.genuine
    if not known.whole:
        return "nothing is known yet"
    if known.whole < _FEW:
        return "too few are known to tell"
    if line.promised > known.high:
        return "fewer were genuine than promised"
    return "more were genuine than promised" if line.promised < known.low else "as promised"


def percent(share: float) -> str:
    """A share as people write it."""
    return "under 0.1%" if 0 < share < 0.0005 else f"{share:.1%}"


def scale(share: float) -> str:
    """A share that a scale ends at, which is a round one."""
    return f"{100 * share:.3g}%"


def day(text: str) -> str:
    """``2026-11-03`` as 3 November 2026."""
    return _day(date.fromisoformat(text[:10]))


def last_day(until: str) -> str:
    """The last day before a moment: leads until 24 November at 0:00 are those up to the 23rd."""
    return _day((datetime.fromisoformat(until) - timedelta(microseconds=1)).date())


def _day(read: date) -> str:
    return f"{read.day} {_MONTHS[read.month - 1]} {read.year}"


def amount(text: str) -> str:
    """A decimal string with thousands apart."""
    return f"{Decimal(text):,f}"


def less(text: str) -> str:
    """An amount that is taken away."""
    return amount(text) if Decimal(text) == 0 else f"−{amount(text)}"


def points(number: float) -> str:
    """Points with their sign, and that a true minus."""
    return f"{number:+.1f}".replace("-", "−")


def clean(text: object) -> str:
    """Somebody else's text with a mark in the place of what nobody sees and what would turn the line round."""
    given = str(text)
    if given.isprintable():
        return given
    return "".join(_seen(before, each) for before, each in zip(" " + given, given, strict=False))


def _seen(before: str, each: str) -> str:
    if each.isprintable() or (each in _JOINERS and not before.isascii()):
        return each
    return " " if each.isspace() else "�"


def _verdict(shown: Mapping[str, Any]) -> str:
    said = {
        "accept": "This lead was accepted",
        "review": "A person should review this lead",
        "reject": "This lead was rejected",
    }[shown["decision"]]
    kind = _CLASSIFIED.get(shown["classification"], f"Classified as {shown['classification']}.")
    return f"{said}: it has a trust score of {shown['trust_score']} of 100, where high is good. {kind}"


def _steps(shown: Mapping[str, Any]) -> list[dict[str, Any]]:
    """The sum line by line: what there was before, what each reason and cap does, what there is after."""
    given: list[tuple[str, str, float, Mapping[str, Any]]]
    given = [("Starting value, before anything is known", "", shown["prior"], {})]
    given += [(each["text"], each["code"], each["points"], each["evidence"] or {}) for each in shown["reasons"]]
    given += [(_limit(each["group"]), "", each["points_removed"], {}) for each in shown["group_caps"]]
    steps: list[dict[str, Any]] = []
    before = 0.0
    for text, code, gained, evidence in given:
        after = round(before + gained, 1)
        kind = "start" if not steps else "accept" if gained >= 0 else "reject"
        steps.append(
            {"text": text, "code": code, "points": gained, "before": before, "after": after, "kind": kind}
            | {"evidence": {_words(name): _value(value) for name, value in evidence.items()}}
        )
        before = after
    return steps


def _limit(group: str) -> str:
    if group == "for":
        return "Limit on what may speak for a lead"
    return f"Limit on what may be held against {' and '.join(_CHECKS.get(one, one) for one in group.split('+'))}"


def _value(value: object) -> str:
    """Evidence in words."""
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, Mapping):
        return ", ".join(f"{_words(name)} {_value(each)}" for name, each in value.items())
    if isinstance(value, (list, tuple)):
        return ", ".join(_value(each) for each in value)
    return "unknown" if value is None else clean(value)


def _words(name: object) -> str:
    return clean(name).replace("_", " ")


def _lines(value: object) -> list[str]:
    """JSON, line by line, so that what stands in it cannot make lines."""
    return [clean(line) for line in msgspec.json.format(msgspec.json.encode(value), indent=2).decode().splitlines()]


def _both(reasons: Iterable[ReasonLine]) -> list[Share]:
    return [share for each in reasons for share in (each.leads, each.others)]


def _top(shares: Iterable[Share]) -> float:
    return charts.top([share.high for share in shares])


def _many(count: int, what: str) -> str:
    return f"{count:,} {what}{'' if count == 1 else 's'}"


def _text(code: str) -> str:
    return CATALOGUE[code].text if code in CATALOGUE else clean(code)


def _returned(reason: str) -> str:
    return RETURN_REASONS.get(reason, _words(reason)).lower()


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
    templates.filters.update(percent=percent, day=day, last_day=last_day, amount=amount, points=points, clean=clean)
    templates.filters.update(
        count="{:,}".format, scale=scale, less=less, lines=_lines, text=_text, returned=_returned, believed=believed
    )
    templates.globals.update(charts=charts, changed=changed, trade=RETURN_REASONS, few=_FEW, most=_MOST)
    templates.globals.update(kinds=_KINDS, checks=_CHECKS)
    return templates
