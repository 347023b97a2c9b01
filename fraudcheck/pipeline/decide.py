"""What verdict follows from stored facts? Pure: the same for live leads, files, replays and back-tests."""

from __future__ import annotations

import logging
import traceback
from collections.abc import Mapping, Sequence
from typing import NamedTuple

from fraudcheck.anomaly.detector import Model, judge_anomaly
from fraudcheck.records import Contact, Enquiry, Facts, Finding, Lead, Quality
from fraudcheck.scoring.policy import Policy, vendor_policy
from fraudcheck.scoring.score import Verdict, given_fields, score_findings
from fraudcheck.signals import Signal
from fraudcheck.signals.registry import SIGNALS
from fraudcheck.worth.contact import read_contact
from fraudcheck.worth.enquiry import read_enquiry
from fraudcheck.worth.quality import QualityTable, read_quality

_OF_THE_BROWSER = frozenset(["form", "user_agent", "network"])
"""Signals that look at the browser: they say nothing of a person whose browser it is not."""
_OF_A_PROGRAM = frozenset(["FORM_HONEYPOT_FILLED", "FORM_HONEYPOT_AUTOFILLED", "FORM_WEBDRIVER"])
"""What only a program does, whoever's browser it is."""
MISSING: Facts = {"unknown": "missing"}
_MEASURING = [(signal.name, signal.measure) for signal in SIGNALS if signal.measure]

_log = logging.getLogger(__name__)


class Measured(NamedTuple):
    """What the signals measured of a lead, by name, and the model's row of it."""

    measures: Mapping[str, float]
    row: Sequence[int]


def measure(lead: Lead, facts: Mapping[str, Facts | None]) -> dict[str, float]:
    """What every signal measures of a lead, by names such as ``form.fill``. What is not known is left out."""
    measures: dict[str, float] = {}
    staffed = _is_staffed(facts)
    for signal, measure_known in _MEASURING:
        known = facts.get(signal)
        if known is None or "unknown" in known or (staffed and signal in _OF_THE_BROWSER):
            continue
        try:
            for name, value in measure_known(lead, known).items():
                measures[f"{signal}.{name}"] = value
        except Exception as defect:  # as in ``decide``
            log_defect(signal, defect)
    return measures


def read_measures(model: Model, lead: Lead, facts: Mapping[str, Facts | None]) -> Measured:
    """What a lead measures, as the model reads it."""
    measures = measure(lead, facts)
    return Measured(measures, model.row(measures))


def decide(
    lead: Lead,
    facts: Mapping[str, Facts | None],
    policy: Policy,
    model: Model | None = None,
    measured: Measured | None = None,
) -> tuple[Verdict, list[str]]:
    """Judge stored facts: the verdict's part that follows from them, and the names of the unknown checks.

    ``model`` is the one that the lead was or is to be judged by, None for none; ``measured`` what ``read_measures``
    gave, where the caller has it already. ``policy`` is the tenant's; the vendor's overrides are applied here.

    A fact that the record lacks is unknown, unless its check is newer than the record; None means that the lead gave
    nothing to look at.
    """
    findings: list[Finding] = []
    unknown: list[str] = []
    staffed = _is_staffed(facts)
    for signal in SIGNALS:
        known = facts[signal.name] if signal.name in facts else _older(signal, facts)
        if known is None:
            continue
        if "unknown" in known:
            unknown.append(signal.name)
            continue
        try:
            found = signal.judge(lead, known)
        except Exception as defect:  # a defect in one signal costs the lead nothing
            log_defect(signal.name, defect)
            unknown.append(signal.name)
            continue
        if staffed and signal.name in _OF_THE_BROWSER:
            found = [finding for finding in found if finding.code in _OF_A_PROGRAM]
        findings += found
    own_policy = vendor_policy(policy, lead.source.vendor)
    if model is not None:
        measures, row = measured or read_measures(model, lead, facts)
        findings += judge_anomaly(model, measures, row, own_policy.points, findings)
    verdict = score_findings(
        findings,
        own_policy,
        given=given_fields(lead),
        suggested=_channels_with("suggestion", facts),
        several=[*_channels_with("several", facts), *(facts.get("confirmation") or ())],  # which cannot be dead
        unknown=unknown,
    )
    return verdict, unknown


class Worth(NamedTuple):
    """The parts of a verdict that say what a lead is and what it is worth; none of them moves the score."""

    enquiry: Enquiry
    contact: Contact
    quality: Quality


def assess(
    lead: Lead, facts: Mapping[str, Facts | None], decided: Verdict, table: QualityTable | None, submitted_at: str
) -> Worth:
    """What a lead is and what it is worth, by stored facts and the tenant's table of quality; without one that is
    unknown.

    ``submitted_at`` is the verdict's (RFC 3339), so that what lies ahead of a lead does so in a replay too.
    """
    enquiry = read_enquiry(facts)
    contact = read_contact(lead, facts, [reason.code for reason in decided.reasons], enquiry)
    quality = Quality()
    if table is not None:
        try:
            quality = read_quality(lead, facts, enquiry, table, reasons=decided.reasons, submitted_at=submitted_at)
        except Exception as defect:  # as in ``decide``: it costs the lead no verdict
            log_defect("quality", defect)
    return Worth(enquiry, contact, quality)


def _older(signal: Signal, facts: Mapping[str, Facts | None]) -> Facts | None:
    """A signal's facts where the record has none under its name."""
    if signal.once_under:
        return facts.get(signal.once_under, MISSING)
    return MISSING if signal.in_every_record else None


def _channels_with(key: str, facts: Mapping[str, Facts | None]) -> list[str]:
    """The channels whose facts have something."""
    return [channel for channel in ("email", "phone") if (facts.get(channel) or MISSING).get(key)]


def _is_staffed(facts: Mapping[str, Facts | None]) -> bool:
    """Does somebody else type, by the lead's channel and by what was counted?"""
    return bool((facts.get("velocity") or MISSING).get("staffed"))


def log_defect(name: str, defect: BaseException) -> Facts:
    """Log where a signal failed, without the exception's text: that may hold a person's data."""
    places = [f"{frame.filename}:{frame.lineno}" for frame in traceback.extract_tb(defect.__traceback__)[-3:]]
    _log.error("signal %s failed with %s at %s", name, type(defect).__name__, " > ".join(places))
    return {"v": 1, "unknown": "error"}
