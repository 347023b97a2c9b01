"""How does a slice get its verdicts? From leads with counts and mail routes, or from facts that the ledger kept."""

from __future__ import annotations

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
from fraudcheck.batch.folder import Folder, Plan
from fraudcheck.batch.mail_routes import Routes
from fraudcheck.batch.raw_files import write_atomically
from fraudcheck.batch.recorded_ports import RecordedCounts, RecordedRoutes
from fraudcheck.batch.source import JSON, ROW, Rejected
from fraudcheck.batch.tally import Tally
from fraudcheck.identifiers import keyed_token, uuid7
from fraudcheck.intake.body import parse_body
from fraudcheck.pipeline.check import SERVICE_VERSION, Pipeline, Tenant
from fraudcheck.pipeline.decide import assess, decide
from fraudcheck.ports.ledger import Entry
from fraudcheck.records import CheckVerdict, Facts
from fraudcheck.scoring.policy import decode_policy, encode_policy


class _Results:
    """The verdicts of a slice, in the order of the input, and their figures."""

    def __init__(self) -> None:
        self.rows: list[int] = []
        self.verdicts: list[CheckVerdict] = []
        self.tally = Tally()
        self.known: list[str | None] = []
        self.entries: list[Entry] = []

    def add(self, row: int, vendor: str | None, facts: Mapping[str, Facts | None], verdict: CheckVerdict) -> None:
        self.rows.append(row)
        self.verdicts.append(verdict)
        self.tally.add(vendor, facts, verdict)


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
    results = _Results()
    first = number * plan.size + 1
    known = past.known_rows(folder, first, first + plan.size - 1) if plan.keep else {}
    for row, encoded in zip(leads["row"].to_pylist(), leads["read"].to_pylist(), strict=True):
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
        results.add(row, read_row.subject.lead.source.vendor, facts, verdict)
        if plan.keep:
            results.known.append(known.get(row))
            if row not in known:
                results.entries.append(keeping.entry_of(tenant, read_row.subject, facts, verdict))
    if plan.keep:
        results.tally.ledger.update(kept=len(results.entries), known=len(results.rows) - len(results.entries))
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
    results = _Results()
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
        results.add(row, kept.lead.source.vendor, kept.facts, verdict)
    _write_results(folder, plan, number, results, rejected)


def check_id(plan: Plan, identity_key: bytes, moment: datetime, row: int) -> str:
    """A check's id that is the same for a row whenever its batch is done again."""
    return uuid7(moment, bytes.fromhex(keyed_token(identity_key, "batch", f"{plan.job} {row}")))


def _write_results(folder: Folder, plan: Plan, number: int, results: _Results, rejected: list[Rejected]) -> None:
    """Write a slice's rejected rows, figures and verdicts."""
    rejected.sort(key=lambda reject: reject.row)
    results.tally.rejected.update([reject.problem for reject in rejected])
    input_rows = None
    if plan.style.kind != "ndjson":
        table, _ = read_table(folder.rows(number))
        judged = pc.is_in(table[ROW], pa.array(results.rows, pa.uint32()))
        input_rows = _input_columns(table.filter(judged), plan.columns)
    lines = b"".join(msgspec.json.encode(reject) + b"\n" for reject in rejected)
    write_atomically(folder.rejected(number), lines)
    write_atomically(folder.tally(number), msgspec.json.encode(results.tally, order="sorted"))
    part = writing.encode_part(
        plan.style, input_rows, results.rows, results.verdicts, plan.day, known=results.known if plan.keep else None
    )
    write_atomically(folder.verdicts(number), part)  # the last one: a slice with this file is done


def _input_columns(table: pa.Table, names: Sequence[str]) -> pa.Table:
    """The input's columns as the output repeats them; those of NDJSON as text."""
    if JSON not in table.column_names:
        return table.select(list(names))
    rows = [flatten(parse_body(line)) for line in table[JSON].to_pylist()]
    return pa.table({name: pa.array([_as_text(row.get(name)) for row in rows], pa.string()) for name in names})


def _as_text(value: object) -> str | None:
    return value if value is None or isinstance(value, str) else msgspec.json.encode(value).decode()
