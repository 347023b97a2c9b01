"""How pages put figures, codes and names into words."""

from __future__ import annotations

import inspect
import re

import pytest

from fraudcheck.reasons import CATALOGUE, GROUPS, HARMLESS_KINDS, KINDS
from fraudcheck.report import rates
from fraudcheck.report.audit import Calibration
from fraudcheck.scoring import score
from fraudcheck.scoring.policy import DECISIONS
from fraudcheck.web import wording


def test_every_rule_kind_and_check_has_words():
    """Nobody who sells insurance knows what two_groups means."""
    assert set(wording.CHECKS) >= {reason.check for reason in CATALOGUE.values()} | set(GROUPS)
    assert set(wording.CLASSIFICATIONS) == set(wording.KINDS) == {*KINDS, *HARMLESS_KINDS, "genuine", "unverified"}
    rules = set(re.findall(r'(?:"accept"|"review"|"reject"), "(\w+)"', inspect.getsource(score)))
    assert set(wording.DECISION_RULES) == rules


@pytest.mark.parametrize(("share", "text"), [(0.0, "0.0%"), (0.0001, "under 0.1%"), (0.0672, "6.7%"), (1.0, "100.0%")])
def test_shares_in_words(share, text):
    assert wording.percent(share) == text


@pytest.mark.parametrize(("given", "text"), [("1234.50", "1,234.50"), ("0.00", "0.00"), ("1000000", "1,000,000")])
def test_amounts_in_words(given, text):
    assert wording.amount(given) == text


@pytest.mark.parametrize(("given", "text"), [("12.50", "−12.50"), ("0.00", "0.00")])
def test_amounts_that_are_taken_away(given, text):
    assert wording.amount_off(given) == text


@pytest.mark.parametrize(("share", "text"), [(0.1, "10%"), (0.15, "15%"), (0.125, "12.5%"), (1.0, "100%")])
def test_scales_in_words(share, text):
    assert wording.scale_end(share) == text


def test_days_in_words():
    assert wording.day("2026-11-03T23:59:59.999Z") == "3 November 2026"


@pytest.mark.parametrize(
    ("until", "text"),
    [("2026-11-24T00:00:00.000Z", "23 November 2026"), ("2026-11-24T00:00:00.001Z", "24 November 2026")],
)
def test_a_time_ends_with_its_last_whole_or_begun_day(until, text):
    assert wording.last_day(until) == text


@pytest.mark.parametrize(
    ("given", "text"),
    [
        ("Chợ Lớn Media", "Chợ Lớn Media"),
        ("سوق العملاء", "سوق العملاء"),
        ("کتاب\u200cها", "کتاب\u200cها"),  # Persian: its letters may not join here
        ("ac\u200cme", "ac�me"),
        ("a\u00a0b\u3000c", "a b c"),
        ("a\nb\tc", "a b c"),
        ("evil\u202etxt.exe\u2066\x1b[0m\x00", "evil�txt.exe��[0m�"),
    ],
)
def test_names_keep_what_people_can_see(given, text):
    assert wording.clean(given) == text


@pytest.mark.parametrize(
    ("part", "whole", "promised", "text"),
    [
        (0, 0, 0.85, "nothing is known yet"),
        (5, 10, 0.85, "too few are known to tell"),
        (85, 100, 0.85, "as promised"),
        (50, 100, 0.85, "fewer were genuine than promised"),
        (100, 100, 0.85, "more were genuine than promised"),
    ],
)
def test_what_scores_promised_in_words(part, whole, promised, text):
    line = Calibration(low=80, high=89, leads=200, genuine=rates.share(part, whole), promised=promised)
    assert wording.calibration_text(line) == text


@pytest.mark.parametrize(
    ("group", "text"),
    [
        ("for", "Limit on what may speak for a lead"),
        ("email", "Limit on what may be held against the mail address"),
        ("email+form", "Limit on what may be held against the mail address and the form and the browser"),
    ],
)
def test_limits_in_words(group, text):
    assert wording.cap_text(group) == text


@pytest.mark.parametrize("rule", [*HARMLESS_KINDS, *KINDS, "two_groups", "unreadable", "a_later_rule"])
def test_why_it_was_decided_so(rule):
    assert "_" not in wording.rule_text(rule)


@pytest.mark.parametrize("decision", DECISIONS)
def test_what_to_do(decision):
    said = wording.to_do_text({"decision": decision, "classification": "unverified"})
    assert said.endswith(".")
    assert said != wording.to_do_text({"decision": decision, "classification": "test"})
