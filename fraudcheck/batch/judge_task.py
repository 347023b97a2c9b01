"""How does a slice get its verdicts? From leads with counts and mail routes, or from facts that the ledger kept."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from contextlib import closing
from datetime import UTC, datetime

import msgspec
import pyarrow as pa
import pyarrow.compute as pc

from fraudcheck.anomaly.detector import Model
from fraudcheck.batch import keeping, past, writing
from fraudcheck.batch.arrow_files import KEPT, decode_kept_row, decode_read_row, read_seen, read_table
from fraudcheck.batch.cells import flatten
from fraudcheck.batch.folder import Folder, InputFile, Plan
from fraudcheck.batch.mail_routes import Routes
from fraudcheck.batch.raw_files import write_atomically
from fraudcheck.batch.recorded_ports import RecordedCounts, RecordedRoutes
from fraudcheck.batch.source import JSON, ROW, Rejected
from fraudcheck.batch.tally import Tally
from fraudcheck.batch.writing import Judged
from fraudcheck.identifiers import keyed_token, uuid7
from fraudcheck.intake.body import parse_body
from fraudcheck.pipeline.check import SERVICE_VERSION, Pipeline, Tenant
from fraudcheck.pipeline.decide import assess, decide
from fraudcheck.ports.ledger import Entry
from fraudcheck.records import CheckVerdict, Facts, Source
from fraudcheck.scoring.policy import decode_policy, encode_policy


class _Results:
    """The verdicts of a slice, in the order of the input, and their figures."""

    def __init__(self, file: InputFile | None) -> None:
        self.judged = Judged([], [], [], [], file.name if file else None, [])
        self.tally = Tally()
        self.entries: list[Entry] = []

    def add(
        self, row: int, line: int, source: Source, facts: Mapping[str, Facts | None], verdict: CheckVerdict
    ) -> None:
        self.judged.rows.append(row)
        self.judged.lines.append(line)
        self.judged.sources.append(source)
        self.judged.verdicts.append(verdict)
        self.tally.add(source.vendor, facts, verdict)


async def judge_slice(
    folder: Folder,
    plan: Plan,
    number: int,
    *,
    pipeline: Pipeline,
    tenant: Tenant,
    counts: RecordedCounts,
    routes: RecordedRoutes,
) -> None:
    """Judge a slice's leads, each as of its own time, and write the results.

    ``counts`` and ``routes`` are the pipeline's own ports; they are loaded with what belongs to this slice.
    """
    leads, rejected = read_table(folder.leads(number))
    counts.seen = read_seen(folder, number)
    with closing(Routes(folder.routes())) as file:
        routes.answers = file.answers_for(domain for domain in leads["domain"].to_pylist() if domain)
    results = _Results(plan.file_of(number))
    places = zip(leads["row"].to_pylist(), leads["line"].to_pylist(), strict=True)
    known = (
        past.known_rows(folder, plan.ends[number] - plan.rows_of(number) + 1, plan.ends[number]) if plan.keep else {}
    )
    for (row, line), encoded in zip(places, leads["read"].to_pylist(), strict=True):
        read_row = decode_read_row(encoded)
        moment = datetime.fromtimestamp(read_row.subject.at, UTC)
        facts, verdict = await pipeline.judge(
            tenant,
            read_row.subject,
            read_row.warnings,
            check_id=check_id(plan, tenant.identity_key, moment, row),
            now=moment,
            origin=f"batch:{plan.job}",
        )
        results.add(row, line, read_row.subject.lead.source, facts, verdict)
        if plan.keep:
            results.judged.known.append(known.get(row))
            if row not in known:
                results.entries.append(keeping.entry_of(tenant, read_row.subject, facts, verdict))
    if plan.keep:
        results.tally.ledger.update(kept=len(results.entries), known=len(results.judged.rows) - len(results.entries))
        keeping.write_entries(folder, number, results.entries)
    _write_results(folder, plan, number, results, rejected)


def rejudge_slice(
    folder: Folder, plan: Plan, number: int, *, identity_key: bytes, load_model: Callable[[str], Model]
) -> None:
    """Judge a slice of the ledger's leads by the plan's policy, from the facts that were kept, and write the results.

    ``load_model`` gives a model by its name in the verdict.
    """
    table, rejected = read_table(folder.rows(number))
    policy = decode_policy(plan.policy.encode())
    quality = plan.quality_table()
    now = {"service": SERVICE_VERSION, "policy": encode_policy(policy)[0], "quality": quality.hash}
    results = _Results(None)
    for row, encoded in zip(table[ROW].to_pylist(), table[KEPT].to_pylist(), strict=True):
        kept = decode_kept_row(encoded)
        first = kept.verdict
        decided, unknown = decide(kept.lead, kept.facts, policy, load_model(kept.model) if kept.model else None)
        verdict = msgspec.structs.replace(
            first,
            **msgspec.structs.asdict(decided),
            **assess(kept.lead, kept.facts, decided, quality, first.submitted_at)._asdict(),
            check_id=check_id(plan, identity_key, datetime.fromisoformat(first.checked_at), row),
            origin=f"batch:{plan.job}",
            unknown=unknown,
            versions=msgspec.structs.replace(first.versions, **now),
            elapsed_ms=None,
        )
        results.add(row, row, kept.lead.source, kept.facts, verdict)
    _write_results(folder, plan, number, results, rejected)


def check_id(plan: Plan, identity_key: bytes, moment: datetime, row: int) -> str:
    """A check's id that is the same for a row whenever its batch is done again."""
    return uuid7(moment, bytes.fromhex(keyed_token(identity_key, "batch", f"{plan.job} {row}")))


def _write_results(folder: Folder, plan: Plan, number: int, results: _Results, rejected: list[Rejected]) -> None:
    """Write a slice's rejected rows, figures and verdicts."""
    rejected.sort(key=lambda reject: reject.row)
    results.tally.rejected.update([reject.problem for reject in rejected])
    judged = results.judged
    if plan.style.files:
        rejected = [msgspec.structs.replace(reject, file=judged.file) for reject in rejected]
        results.tally.files = {judged.file or "": Counter(judged=len(judged.rows), rejected=len(rejected))}
    input_rows = None
    if plan.style.kind != "ndjson":
        table, _ = read_table(folder.rows(number))
        rows = table.filter(pc.is_in(table[ROW], pa.array(judged.rows, pa.uint32())))
        input_rows = _input_columns(rows, plan.columns, as_text=plan.style.files)
    lines = b"".join(msgspec.json.encode(reject) + b"\n" for reject in rejected)
    write_atomically(folder.rejected(number), lines)
    write_atomically(folder.tally(number), msgspec.json.encode(results.tally, order="sorted"))
    if plan.told and plan.style.kind != "ndjson":
        write_atomically(folder.told(number), writing.encode_part(writing.Style("ndjson"), None, judged, plan.day))
    part = writing.encode_part(plan.style, input_rows, judged, plan.day)
    write_atomically(folder.verdicts(number), part)  # the last one: a slice with this file is done


def _input_columns(table: pa.Table, names: Sequence[str], as_text: bool) -> pa.Table:
    """The input's columns as the output repeats them: those of NDJSON as text, and those of several files, of which
    one may lack what another has.
    """
    if JSON not in table.column_names:
        if not as_text:
            return table.select(list(names))
        nothing = pa.nulls(len(table), pa.string())
        there = {*table.column_names}
        return pa.table({name: writing.text_column(table[name]) if name in there else nothing for name in names})
    rows = [flatten(parse_body(line)) for line in table[JSON].to_pylist()]
    return pa.table({name: pa.array([_as_text(row.get(name)) for row in rows], pa.string()) for name in names})


def _as_text(value: object) -> str | None:
    return value if value is None or isinstance(value, str) else msgspec.json.encode(value).decode()
