"""What does a lead's page say, in a terminal? The same sentences, without the raw record."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from textwrap import wrap
from typing import Any

from fraudcheck.report.evidence_words import evidence_words
from fraudcheck.report.fact_words import fact_words
from fraudcheck.report.tables import printable
from fraudcheck.report.worth import worth_lines
from fraudcheck.web import wording

_WIDTH = 100


def lead_text(shown: Mapping[str, Any]) -> list[str]:
    """The lines; ``shown`` is the check as the API gives it."""
    said = (wording.verdict_text(shown), wording.rule_text(shown["decided_by"]), wording.to_do_text(shown))
    lines = [f"Check {shown['check_id']}, {wording.day(shown['checked_at'])}", "", *said, *worth_lines(shown), ""]
    lines += [*_sum_lines(shown), ""]
    if unknown := shown["unknown"]:
        names = ", ".join(wording.CHECKS.get(name, wording.name_text(name)) for name in unknown)
        lines += [f"Could not be looked up, which cost the lead nothing: {names}.", ""]
    for name, sentences in fact_words(shown["facts"] or {}):
        about = wording.CHECKS[name]
        lines += [f"{about[:1].upper()}{about[1:]}", *_indented(" ".join(sentences), 2)]
    return [printable(part) for line in lines for part in (wrap(line, _WIDTH) if line[:1].isalpha() else [line])]


def _sum_lines(shown: Mapping[str, Any]) -> Iterator[str]:
    """How the score adds up, and under each reason what it rests on."""
    yield f"{wording.points(shown['prior']):>6}  Starting value, before anything is known"
    for reason in shown["reasons"]:
        yield f"{wording.points(reason['points']):>6}  {reason['text']} {reason['code']}"
        for sentence in evidence_words(reason["code"], reason["evidence"] or {}):
            yield from _indented(f"{sentence}.", 8)
    for cap in shown["group_caps"]:
        yield f"{wording.points(cap['points_removed']):>6}  {wording.cap_text(cap['group'])}"
    yield f"{wording.points(shown['sum']):>6}  Sum: a trust score of {shown['trust_score']} of 100"


def _indented(text: str, by: int) -> list[str]:
    return wrap(text, _WIDTH, initial_indent=" " * by, subsequent_indent=" " * by)
