"""How are files of verdicts audited? As the ledger's leads are, by the tenant's contract, without a ledger."""

from __future__ import annotations

import gzip
import zlib
from collections.abc import Iterator, Sequence
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

import msgspec
from msgspec import Struct

from fraudcheck.adapters.tenant_files import tenant_funnel
from fraudcheck.operations.audit import Question, read_contract, scope_of
from fraudcheck.records import parse_utc
from fraudcheck.report import visits
from fraudcheck.report.audit import Overview, VendorReport
from fraudcheck.settings import Settings

MOST_IN_FULL = 100
"""Vendors of an audit that are shown in full, the worst first."""


class Audit(Struct, frozen=True, kw_only=True):
    """All vendors side by side, and each in full: the first ``MOST_IN_FULL`` that have a name."""

    overview: Overview
    vendors: list[VendorReport]


def audit_files(
    settings: Settings, asked: Question, now: datetime, files: Sequence[Path], contract: Path | None = None
) -> Audit:
    """The audit of the leads in files of verdicts (NDJSON, also with gzip), as of ``now``.

    The leads are those of all days, unless the question names a time; its vendor, if it names one, is the only one in
    full: without a lead there is none. Nothing is known of outcomes. Raises ValueError with what is wrong with the
    question, the contract or a file.
    """
    from fraudcheck.report import from_verdicts, leads, vendors  # noqa: PLC0415 - with NumPy and SciPy

    told = from_verdicts.ToldLeads(asked.since, asked.until)
    terms = read_contract(settings, asked.tenant, contract)
    for path in files:
        told.read(_lines(path), path.name)
    if told.first and told.last:
        day_after = (date.fromisoformat(told.last) + timedelta(days=1)).isoformat()
        asked = msgspec.structs.replace(
            asked, since=asked.since or parse_utc(told.first), until=asked.until or parse_utc(day_after)
        )
    scope = scope_of(asked, now)
    inputs = vendors.AuditInputs(
        scope=scope,
        contract=terms,
        today=now.astimezone(UTC).date(),
        visits=[visits.parse(text) for text in asked.visits],
        funnel=tenant_funnel(settings.data_dir, asked.tenant),
    )
    only = {"campaign": scope.campaign, "sub_id": scope.sub_id, "channel": scope.channel}
    read = leads.read_columns(told.columns(), **only)
    overview, in_full = vendors.audit_each(read, (), inputs, 0 if asked.vendor is not None else MOST_IN_FULL)
    if asked.vendor is not None:
        found = vendors.audit_vendor(read, (), inputs, asked.vendor)
        in_full = [found] if found is not None else []
    whole = all(value is None for value in only.values())
    return Audit(
        overview=overview,
        vendors=[
            vendors.with_examples(each, list(told.examples(each.summary.vendor)) if whole else [], [], {})
            for each in in_full
        ],
    )


def _lines(path: Path) -> Iterator[bytes]:
    """Raises ValueError if the file is damaged gzip."""
    with path.open("rb") as file:
        is_gzip = file.read(2) == b"\x1f\x8b"
        file.seek(0)
        if not is_gzip:
            yield from file
            return
        try:
            with gzip.open(file) as unpacked:
                yield from unpacked
        except (EOFError, gzip.BadGzipFile, zlib.error):
            raise ValueError(f"{path.name} is damaged gzip; get the file again") from None
