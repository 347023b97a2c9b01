"""How does a slice of the input become leads? Each row is mapped, validated and given its identity tokens."""

from __future__ import annotations

import traceback
from collections.abc import Iterator, Mapping
from datetime import datetime
from itertools import chain, repeat
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import msgspec
import pyarrow as pa

from fraudcheck.batch.arrow_files import PARTNER, TOKEN, ReadRow, encode_row, read_table, write_table
from fraudcheck.batch.cells import LeadReader, can_be, flatten, gives_no_time
from fraudcheck.batch.columns import CONTACTS
from fraudcheck.batch.dates import CLOCK_TOLERANCE, EARLIEST, Moment, parse_time
from fraudcheck.batch.folder import Folder, InputFile, Plan
from fraudcheck.batch.identity_columns import IdentityColumns, first_bits
from fraudcheck.batch.recorded_ports import DomainRecorder
from fraudcheck.batch.source import JSON, LINE, ROW, Rejected
from fraudcheck.fields.normal_form import simplify
from fraudcheck.fields.submission import submitted_at
from fraudcheck.identifiers import keyed_token
from fraudcheck.intake.body import MAX_BYTES, parse_body
from fraudcheck.intake.identities import lookup_tokens, read_subject
from fraudcheck.intake.lead import NoContact, read_lead
from fraudcheck.pipeline.check import Tenant
from fraudcheck.ports import Ports
from fraudcheck.records import FieldWarning, Subject, UnknownField, format_utc

_TOTALS = frozenset(
    simplify(word)
    for word in (
        "total", "totals", "grand total", "sub total", "sum", "tổng", "tổng cộng", "tổng số", "cộng", "summe", "gesamt",
        "gesamtsumme", "zwischensumme", "insgesamt", "total général", "totaux", "somme", "suma", "total general",
        "total geral", "soma", "totale", "somma", "totaal", "razem", "ogółem", "łącznie", "celkem", "součet", "spolu",
        "totalt", "итого", "всего", "усього", "разом", "toplam", "genel toplam", "المجموع", "الإجمالي", "कुल", "รวม",
        "รวมทั้งหมด", "jumlah", "合计", "总计", "合計", "總計", "합계", "총계",
    )
)  # fmt: skip
"""What a line of totals says in its first cells, as ``simplify`` gives it."""
_LONGEST_TOTAL = 40
_BEGINNING = ("reference", "name", "first_name", "last_name", "company", "email", "phone")


class _Unusable(Exception):
    """A row that cannot be judged. The text says why."""


class SliceReader:
    """Reads the slices of a batch's input. ``default_country`` is the setting of that name."""

    def __init__(self, folder: Folder, plan: Plan, ports: Ports, tenant: Tenant, default_country: str | None) -> None:
        self._folder, self._plan, self._tenant, self._default_country = folder, plan, tenant, default_country
        self._lists = ports.lists
        self._file: InputFile | None = None
        self._recorder = DomainRecorder()
        self._recording_ports = msgspec.structs.replace(ports, mail_routes=self._recorder)
        self._started = self._latest = datetime.fromisoformat(plan.started)

    def read(self, number: int) -> None:
        """Read one slice's rows and write its leads, with their times, mail domains and identity tokens."""
        table, rejected = read_table(self._folder.rows(number))
        file = self._plan.file_of(number)
        if file is not None and file is not self._file:
            self._begin(file)
        if file is not None:
            self._latest = datetime.fromisoformat(file.times[number - file.first]) if file.times else self._started
        rows: list[int] = []
        lines: list[int] = []
        times: list[float] = []
        encoded: list[bytes] = []
        domains: list[str | None] = []
        told: list[float | None] = []
        references: list[int] = []
        tokens, partners = IdentityColumns(TOKEN), IdentityColumns(PARTNER)
        for row, line, cells in _rows_of(table, self._columns):
            try:
                subject, warnings = self._read_row(row, cells)
                domain = self._recorder.domain_needed(subject, self._recording_ports)
            except _Unusable as problem:
                rejected.append(Rejected(row, line, str(problem)))
                continue
            except MemoryError:
                raise
            except Exception as defect:  # a defect costs one row its verdict, and no other
                rejected.append(Rejected(row, line, defect_location(defect)))
                continue
            rows.append(row)
            lines.append(line)
            times.append(subject.at)
            domains.append(domain)
            tokens.add({} if subject.test else subject.tokens)
            partners.add({} if subject.test else subject.partners)
            own = subject.tokens if self._plan.keep else dict.fromkeys(subject.tokens, "")
            encoded.append(
                encode_row(ReadRow(msgspec.structs.replace(subject, tokens=own, partners={}, filed=True), warnings))
            )
            if self._plan.keep:
                told.append(submitted_at(subject.lead))
                reference = lookup_tokens(self._tenant.identity_key, subject).get("reference")
                references.append(first_bits(reference))
        arrays: dict[str, Any] = {
            "row": pa.array(rows, pa.uint32()),
            "line": pa.array(lines, pa.uint64()),
            "at": pa.array(times, pa.float64()),
            "read": pa.array(encoded, pa.large_binary()),
            "domain": pa.array(domains, pa.string()),
        }
        if self._plan.keep:  # by which a lead is known that came before
            arrays |= {"told": pa.array(told, pa.float64()), "reference": pa.array(references, pa.uint64())}
        arrays |= tokens.columns() | partners.columns()
        write_table(self._folder.leads(number), [pa.table(arrays)], rejected)

    def _begin(self, file: InputFile) -> None:
        """Read the next slices as those of this file."""
        self._file, self._order, self._days, self._zone = file, file.order, file.days, ZoneInfo(file.zone)
        self._lead_reader = LeadReader(file.mapping, file.marks, self._lists, self._default_country, file.constants)
        self._columns = set(chain.from_iterable(file.mapping.values()))
        several = [columns for columns in file.mapping.values() if len(columns) > 1]
        self._columns_beside = frozenset(chain.from_iterable(several))

    def _read_row(self, row: int, cells: Mapping[str, object]) -> tuple[Subject, list[FieldWarning]]:
        """Raises _Unusable."""
        raw = self._lead_reader.read(cells)
        moment = self._latest  # of a lead without a time: that of the row before it, among whose leads it came
        if not gives_no_time(told := raw.pop("submitted_at", None)):
            moment, day = self._submission_time(told)
            raw["submitted_at"] = day.isoformat() if day else format_utc(moment)
            self._latest = moment
        if _is_of_totals(raw):
            raise _Unusable("a line of totals, and no lead")
        body = msgspec.json.encode(raw)
        if len(body) > MAX_BYTES:
            raise _Unusable(f"larger than {MAX_BYTES} bytes")
        try:
            lead, warnings = read_lead(raw, moment, self._lists)
        except NoContact:
            raise _Unusable("neither a mail address nor a phone") from None
        if self._columns_beside:  # such a column is known, whatever its name is near
            warnings = [each for each in warnings if not self._is_of_column_beside(each)]
        subject = read_subject(
            lead,
            tenant=self._tenant.name,
            lists=self._lists,
            identity_key=self._tenant.identity_key,
            tag=str(row),
            at=moment.timestamp(),
            default_country=self._default_country,
            body=keyed_token(self._tenant.identity_key, "body", body.decode()),
            warnings=warnings,
            competitors=self._tenant.competitors,
        )
        return subject, warnings

    def _is_of_column_beside(self, warning: FieldWarning) -> bool:
        return isinstance(warning, UnknownField) and warning.field in self._columns_beside

    def _submission_time(self, cell: object) -> Moment:
        """Raises _Unusable."""
        try:
            moment = parse_time(cell, self._order, self._zone, self._days)
        except ValueError as problem:
            raise _Unusable(f"submitted_at: {problem}") from None
        if moment.at < EARLIEST:
            raise _Unusable("submitted_at: before 1990")
        if moment.at > self._started + CLOCK_TOLERANCE:
            raise _Unusable("submitted_at: in the future")
        return moment


def _is_of_totals(raw: Mapping[str, Any]) -> bool:
    """Whether a row sums up the others: a cell says so, and nothing in it may be a contact."""
    if any(can_be(name, raw[name]) for name in CONTACTS if name in raw):  # as almost always
        return False
    return any(_says_total(raw[name]) for name in _BEGINNING if isinstance(raw.get(name), str))


def _says_total(cell: str) -> bool:
    return len(cell) <= _LONGEST_TOTAL and simplify(cell.strip(" :=")) in _TOTALS


def _rows_of(table: pa.Table, wanted: set[str]) -> Iterator[tuple[int, int, Mapping[str, object]]]:
    """Row number, line number and cells of each row of a slice; of a table only the ``wanted`` columns."""
    places = zip(table[ROW].to_pylist(), table[LINE].to_pylist(), strict=True)
    if JSON in table.column_names:
        for (row, line), content in zip(places, table[JSON].to_pylist(), strict=True):
            yield row, line, flatten(parse_body(content))
        return
    names = [name for name in table.column_names if name in wanted]
    cells = zip(*[table[name].to_pylist() for name in names], strict=True) if names else repeat(())
    for (row, line), values in zip(places, cells, strict=False):
        yield row, line, dict(zip(names, values, strict=True))


def defect_location(defect: Exception) -> str:
    """Where a defect is. Its text is left out, as it may hold a person's data."""
    frame = traceback.extract_tb(defect.__traceback__)[-1]
    return f"a defect in fraudcheck: {type(defect).__name__} at {Path(frame.filename).name}:{frame.lineno}"
