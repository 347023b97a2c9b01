"""How do the verdicts in a batch's file become what an audit reads? Line by line, without a ledger."""

from __future__ import annotations

from array import array
from collections import defaultdict
from collections.abc import Iterable, Sequence
from datetime import date
from functools import cache
from heapq import heappush, heappushpop
from typing import TypeVar

import msgspec
import numpy as np
from msgspec import Struct

from fraudcheck.identifiers import vendor_key
from fraudcheck.ports.ledger import MILLIONTHS, LeadColumns
from fraudcheck.reasons import TEST
from fraudcheck.records import Source, money_amount
from fraudcheck.report.audit import Example, shown_reference

_UNKNOWN = "unknown"
"""What a verdict says of what nobody looked at."""
_PER_LEAD = 8
"""Numbers of a lead in ``LeadColumns.rows``."""


class _Reason(Struct, frozen=True):
    code: str
    points: float = 0.0


class _Enquiry(Struct, frozen=True):
    kind: str = _UNKNOWN


class _Quality(Struct, frozen=True):
    band: str = _UNKNOWN


class _Verdict(Struct, frozen=True):
    """What an audit looks at of a verdict."""

    check_id: str
    checked_at: str
    decision: str
    classification: str
    trust_score: int
    reasons: list[_Reason]
    submitted_at: str = ""
    enquiry: _Enquiry = _Enquiry()
    quality: _Quality = _Quality()


class _Lead(Struct, frozen=True):
    source: Source = Source()


class _Line(Struct, frozen=True):
    """A line of a batch's NDJSON, or of its file of rejected rows, which has a ``problem`` and no verdict."""

    verdict: _Verdict | None = None
    lead: _Lead | None = None
    reference: str | None = None
    known_as: str | None = None
    file: str | None = None
    line: int | None = None
    problem: str | None = None


_Key = TypeVar("_Key")
_decode = msgspec.json.Decoder(_Line).decode


class ToldLeads:
    """The leads of files of verdicts, checked from ``since`` until before ``until`` (RFC 3339; None for no end).

    A lead counts once, in however many of the files it is: it is known by its check's id, or by that of the ledger's
    lead that ``batch --keep`` recognised in it. ``first`` and ``last`` are the days of the first and the last one, None
    where there is none.
    """

    def __init__(self, since: str | None = None, until: str | None = None) -> None:
        self._since, self._until = since or "", until or "~"
        self._rows, self._times, self._known = array("q"), list[str](), set[str]()
        self._sources: dict[tuple[str | None, ...], int] = {}
        self._kinds: dict[tuple[str, str, str | None, str], int] = {}
        self._enquiries: dict[str, int] = {}
        self._bands: dict[str, int] = {}
        self._spellings: dict[str, tuple[str, str, str]] = {}
        self._rejected: defaultdict[str, list[tuple[str, str, _Line]]] = defaultdict(list)

    def read(self, lines: Iterable[bytes], name: str, examples: int = 20) -> None:
        """Read a file's lines, and keep so many of each vendor's newest rejected leads.

        Raises ValueError, which names the file and the line, for what is no verdict of a batch.
        """
        for number, line in enumerate(lines, 1):
            try:
                told = _decode(line) if line.strip() else None
            except msgspec.MsgspecError:
                raise ValueError(_no_verdict(name, number)) from None
            if told is None or (told.problem is not None and told.verdict is None):
                continue
            if told.verdict is None:
                raise ValueError(_no_verdict(name, number))
            if told.lead is None:
                raise ValueError(f"{name} was written before verdicts named their vendor: judge the leads again")
            lead = told.known_as or told.verdict.check_id
            if self._since <= told.verdict.checked_at < self._until and lead not in self._known:
                self._known.add(lead)
                self._add(told, told.lead.source, told.verdict, examples)

    def _add(self, line: _Line, source: Source, verdict: _Verdict, examples: int) -> None:
        vendor = vendor_key(source.vendor) if source.vendor else source.vendor
        if source.vendor and vendor:
            written = (verdict.checked_at, verdict.check_id, source.vendor)
            self._spellings[vendor] = min(self._spellings.get(vendor, written), written)
        codes = " ".join([reason.code for reason in verdict.reasons])
        amount = money_amount(source.price.amount or "")
        day = _ordinal(verdict.checked_at[:10])
        before = verdict.submitted_at and verdict.submitted_at < verdict.checked_at
        self._times.append(verdict.checked_at)
        self._rows.extend(
            (
                _number(self._sources, (vendor, source.campaign, source.sub_id, source.channel)),
                _number(self._kinds, (verdict.decision, verdict.classification, source.price.currency, codes)),
                day,
                verdict.trust_score,
                -1 if amount is None else round(amount * MILLIONTHS),
                _number_known(self._enquiries, verdict.enquiry.kind),
                _number_known(self._bands, verdict.quality.band),
                _ordinal(verdict.submitted_at[:10]) if before else day,
            )
        )
        if verdict.decision == "reject" and verdict.classification != TEST and vendor:
            kept = self._rejected[vendor]
            entry = (verdict.checked_at, verdict.check_id, line)
            if len(kept) < examples:
                heappush(kept, entry)
            elif entry[:2] > kept[0][:2]:
                heappushpop(kept, entry)

    def columns(self) -> LeadColumns:
        """The leads as the ledger gives them: oldest first."""
        order = np.argsort(np.array(self._times, dtype="U"), kind="stable") if self._times else np.zeros(0, np.int64)
        rows = np.array(self._rows, dtype=np.int64).reshape(-1, _PER_LEAD)[order]
        return LeadColumns(
            rows=array("q", rows.tobytes()),
            sources={number: (self._name(vendor), *of) for (vendor, *of), number in self._sources.items()},  # type: ignore[misc]
            kinds={number: kind for kind, number in self._kinds.items()},
            enquiries={number: kind for kind, number in self._enquiries.items()},
            bands={number: band for band, number in self._bands.items()},
        )

    def _name(self, vendor: str | None) -> str | None:
        """A vendor's name as it was first written, which its oldest lead tells."""
        return self._spellings[vendor][-1] if vendor in self._spellings else vendor

    @property
    def first(self) -> str | None:
        """See the class."""
        return min(self._times, default="")[:10] or None

    @property
    def last(self) -> str | None:
        """See the class."""
        return max(self._times, default="")[:10] or None

    def examples(self, vendor: str) -> Sequence[Example]:
        """A vendor's newest rejected leads, newest first, as far as they were kept."""
        return [
            Example(
                check_id=line.verdict.check_id,
                day=line.verdict.checked_at[:10],
                trust_score=line.verdict.trust_score,
                classification=line.verdict.classification,
                reasons=[reason.code for reason in line.verdict.reasons if reason.points < 0],
                reference=shown_reference(line.reference),
                file=line.file,
                line=line.line,
            )
            for _, _, line in sorted(self._rejected.get(vendor_key(vendor), ()), key=lambda kept: kept[:2])[::-1]
            if line.verdict is not None
        ]


def _no_verdict(name: str, number: int) -> str:
    return f"{name}: line {number} is no verdict of a batch: give the NDJSON that fraudcheck batch wrote"


def _number(numbers: dict[_Key, int], value: _Key) -> int:
    return numbers.setdefault(value, len(numbers))


def _number_known(numbers: dict[str, int], value: str) -> int:
    return -1 if value == _UNKNOWN else numbers.setdefault(value, len(numbers))


@cache
def _ordinal(day: str) -> int:
    return date.fromisoformat(day).toordinal()
