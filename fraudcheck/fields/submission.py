"""When was the lead submitted, and how exactly is that told?"""

from __future__ import annotations

from datetime import datetime

from fraudcheck.records import Lead, Subject

_QUARTER = 900
_BEFORE_ITS_DAY, _AFTER_ITS_DAY = 14 * 3_600, 36 * 3_600
"""Seconds before and after a date's midnight in UTC in which that date may be, by the clocks of all time zones."""


def submitted_at(lead: Lead) -> float | None:
    """The time that the lead tells, in Unix seconds; None where it tells none."""
    return datetime.fromisoformat(lead.submitted_at).timestamp() if lead.submitted_at else None


def is_rounded(told: float | None) -> bool:
    """Does a time tell no time of day? A date alone is read as a midnight; exports write midnights of any time zone.

    These lie on a whole quarter of an hour in UTC, and so do slots and whole hours. Of true times one in 900 does, and
    of those without seconds one in 15.
    """
    return told is not None and told % _QUARTER == 0


def stands_at_one_instant(subject: Subject) -> bool:
    """Is the lead counted at a rounded time that it tells, as in a file, so that a whole day's leads may stand there?

    A live lead is counted when it comes, whatever it tells.
    """
    told = submitted_at(subject.lead)
    return told == subject.at and is_rounded(told)


def seconds_under_way(told: float, at: float) -> int:
    """Seconds from the sending to the check, at least; below zero where the time told lies after the check."""
    sent = at - told
    if is_rounded(told):
        sent = max(0.0, sent - _AFTER_ITS_DAY) if sent > 0 else min(0.0, sent + _BEFORE_ITS_DAY)
    return int(sent)
