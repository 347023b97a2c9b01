"""Which pages lead from a file of leads to its verdicts? What was sent, what is in it, how far it is, its end."""

from __future__ import annotations

import unicodedata
from collections.abc import Mapping, Sequence
from typing import Any

from fraudcheck.batch.columns import FIELDS
from fraudcheck.batch.preview import Column, Preview
from fraudcheck.batch.source import Rejected
from fraudcheck.reasons import CATALOGUE
from fraudcheck.scoring.policy import DECISIONS
from fraudcheck.web import pages
from fraudcheck.web.batch_job import STORED_NAME, Batch, Job, Status
from fraudcheck.web.batch_queue import Uploaded
from fraudcheck.web.frame import Frame

MOST_COLUMNS = 150
"""Columns whose field can be chosen on a page; those that are a field come first."""
REJECTED_SHOWN = 100
"""Rows that could not be judged and that a page names; the file has all."""

_LABELS = {
    "email": "Mail address",
    "phone": "Phone",
    "name": "Full name",
    "first_name": "First name",
    "last_name": "Last name",
    "company": "Company",
    "message": "Message",
    "address": "Address",
    "postal_code": "Postal code",
    "country": "Country",
    "source.vendor": "Vendor",
    "source.campaign": "Campaign",
    "source.sub_id": "Sub-id",
    "source.channel": "Channel",
    "source.price.amount": "Price",
    "source.price.currency": "Currency of the price",
    "client.ip": "Internet address",
    "client.user_agent": "Browser",
    "reference": "Reference: your own or the vendor's id",
    "submitted_at": "Time of the lead",
}
_MISSED = (
    ("reference", "an id of the leads, by which the vendor knows which lead you mean"),
    ("source.price.amount", "what a lead cost, without which nothing can be claimed"),
)
"""Fields that an audit wants, and why."""
_SAID = (
    (
        "country",
        "Country of its phones",
        "As DE or Việt Nam: numbers without +49 or +84 are not checked without it.",
    ),
    ("currency", "Currency of its prices", "Three letters, as EUR or VND, for prices that name none."),
)
"""What may be said of the rows of a file that do not say it: the form's field, its label, and what it is for."""
_GROUPS = (
    (
        "The person",
        ("email", "phone", "name", "first_name", "last_name", "company", "message", "address", "postal_code"),
    ),
    ("The lead", ("submitted_at", "reference", "country")),
    ("Who sold it", tuple(name for name in FIELDS if name.startswith("source.") and "click" not in name)),
    ("The browser", tuple(name for name in FIELDS if name.startswith("client."))),
    ("The form", tuple(name for name in FIELDS if name.startswith("form."))),
    ("The click", tuple(name for name in FIELDS if name.startswith("source.click."))),
    ("On the site", ("activity",)),
)
STATES = {
    "draft": "not started",
    "queued": "waits for its turn",
    "running": "is being judged",
    "done": "done",
    "failed": "failed",
    "cancelled": "cancelled",
}
_SHAPES = {"L": "x", "M": "x", "N": "9"}
_MOST_DIGITS = 5
"""Digits that a heading has and is no number of anybody: Q3 2026."""


def uploads(frame: Frame, sent: Sequence[Uploaded], most_bytes: int, *, ready: bool) -> str:
    """The form that takes files, and what was sent before. ``ready`` says whether the server can judge files at all."""
    return pages.render(
        "uploads.html",
        title="Upload a file",
        frame=frame,
        most=size_text(most_bytes),
        ready=ready,
        sent=[
            {
                "id": each.job.id,
                "name": name_of(each.job),
                "at": each.job.created_at,
                "state": STATES[each.batch.state if each.batch else "draft"],
                "ended": each.batch is None or each.batch.finished_at is not None,
                "rows": each.batch.rows if each.batch else None,
            }
            for each in sent
        ],
    )


def draft(
    frame: Frame,
    job: Job,
    found: Preview,
    *,
    personal: bool,
    may_keep: bool,
    vendors: Sequence[str],
    values: Mapping[str, str],
    problems: Mapping[str, str],
) -> str:
    """What was found in the files, for correction. ``values`` are what stands in the form by name, ``problems`` what is
    wrong with it; cells are shown as they are where the caller may see ``personal`` data.
    """
    columns = [*enumerate(found.columns)]
    first = sorted(columns, key=lambda each: not each[1].field)[:MOST_COLUMNS]
    shown = [_column(number, column, found, personal, values) for number, column in sorted(first, key=lambda at: at[0])]
    return pages.render(
        "draft.html",
        title=name_of(job),
        frame=frame,
        job=job,
        files=[_file(sent.name, n, found) for n, sent in enumerate(job.files)],
        columns=shown,
        more=len(columns) - len(shown),
        groups=[(name, [(field, _LABELS.get(field, field)) for field in fields]) for name, fields in _GROUPS],
        known={field for _, fields in _GROUPS for field in fields},
        has_times="submitted_at" in found.fields(),
        said=_SAID,
        readable=not any(file.problem for file in found.files),
        vendors=vendors,
        may_keep=may_keep,
        values=values,
        problems=problems,
        personal=personal,
    )


def _file(name: str, number: int, found: Preview) -> dict[str, Any]:
    file = found.files[number]
    rows = f"{'more than ' if file.more else ''}{file.rows:,} {'row' if file.rows == 1 else 'rows'}"
    rejected = f", {file.rejected:,} of them not readable" if file.rejected else ""
    has_vendor = "source.vendor" in found.fields(number)
    missing = [text for field, text in _MISSED if field not in found.fields(number)]
    return {"name": name, "found": file, "rows": rows + rejected, "has_vendor": has_vendor, "missing": missing}


def _column(number: int, column: Column, found: Preview, personal: bool, values: Mapping[str, str]) -> dict[str, Any]:
    return {
        "key": f"column-{number}",
        "name": heading(column.name, personal),
        "field": values.get(f"column-{number}", column.field),
        "examples": column.examples if personal else [shape(cell) for cell in column.examples],
        "where": [number + 1 for number in column.files] if len(found.files) > 1 else [],
    }


def shape(cell: str) -> str:
    """A cell of which only is shown how it is written: letters with their marks, digits, and what is between them."""
    return "".join(_SHAPES.get(unicodedata.category(letter)[0], letter) for letter in cell)


def heading(name: str, personal: bool) -> str:
    """A column's heading as it is shown. One may be a person's mail address or number: of a lead that stands where a
    heading should, of an export's title, of a key in JSON.
    """
    is_contact = "@" in name or sum(letter.isdecimal() for letter in name) > _MOST_DIGITS
    return shape(name) if is_contact and not personal else name


def batch(
    frame: Frame, job: Job, told: Batch, status: Status | None, *, rejected: Sequence[Rejected], personal: bool
) -> str:
    """How far a batch is, or what came out of it. ``rejected`` are rows that could not be judged, some of many."""
    figures = status.figures if status else None
    judged = sum(figures.decisions.values()) if figures else 0
    return pages.render(
        "batch.html",
        title=name_of(job),
        frame=frame,
        job=job,
        batch=told,
        problem=_problem(job, told),
        state=STATES[told.state],
        over=told.finished_at is not None,
        figures=figures,
        judged=judged,
        decisions=DECISIONS,
        reasons=[(code, CATALOGUE[code].text, n) for code, n in figures.reasons.items() if code in CATALOGUE]
        if figures
        else [],
        rejected=rejected,
        personal=personal,
        left=_time_text(told.seconds_left),
        part=_part(told),
    )


def _problem(job: Job, told: Batch) -> str:
    """Why a batch failed, with the name of its one file in the place of the one that it is stored under."""
    problem = told.problem or "nobody knows why"
    if len(job.files) == 1 and problem.startswith(f"{STORED_NAME} "):
        return job.files[0].name + problem.removeprefix(STORED_NAME)
    return problem


def _part(told: Batch) -> int | None:
    """Percent of the rows that are judged; None until they are counted."""
    return min(100, 100 * told.done // told.rows) if told.rows and told.phase == "judging" else None


def _time_text(seconds: int | None) -> str:
    if seconds is None:
        return ""
    if seconds >= 90:
        return f"about {round(seconds / 60):,} minutes"
    return f"about {seconds} seconds" if seconds > 1 else "about 1 second"


def name_of(job: Job) -> str:
    """What a page calls an upload."""
    if not job.files:
        return "A file that a program sent"
    more = len(job.files) - 1
    return job.files[0].name + (f" and {more} more" if more else "")


def size_text(size: int) -> str:
    """Bytes in words."""
    return f"{size / 1e9:,.1f} GB" if size >= 1e9 else f"{max(size // 1_000_000, 1):,} MB"
