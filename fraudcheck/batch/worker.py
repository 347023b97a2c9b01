"""What is one process's share of a batch? Read a slice of leads, count the identities of one kind, judge a slice.

Each task takes whole files of the batch's folder and makes one more, with the same bytes whenever and wherever it is
done. A kind's identities are counted over all leads at once, in the order of (submitted_at, row), so that each lead has
in view what came before it, as the service would have had on its day.
"""

from __future__ import annotations

import asyncio
import gc
import traceback
from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from contextlib import closing, suppress
from datetime import UTC, datetime, timedelta
from functools import cache, cached_property
from itertools import pairwise, repeat
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import msgspec
import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
from msgspec import Struct

from fraudcheck import wiring
from fraudcheck.anomaly.detector import Model, decode_model
from fraudcheck.batch import columns, writing
from fraudcheck.batch.folder import Folder
from fraudcheck.batch.mail_routes import Routes
from fraudcheck.batch.reading import JSON, LINE, ROW, Rejected
from fraudcheck.batch.tally import Tally
from fraudcheck.counting.formula import NEVER, observe, pack, unpack
from fraudcheck.counting.windows import PARTNERS, Seen
from fraudcheck.identifiers import keyed_token, uuid7
from fraudcheck.intake.identities import read_subject
from fraudcheck.intake.lead import MAX_BYTES, NoContact, parse_body, read_lead
from fraudcheck.pipeline.check import SERVICE_VERSION, Pipeline, Tenant
from fraudcheck.pipeline.decide import decide
from fraudcheck.ports import Ports
from fraudcheck.records import CheckVerdict, Facts, FieldWarning, Lead, Subject, format_utc
from fraudcheck.scoring.policy import decode_policy, encode_policy
from fraudcheck.settings import Settings
from fraudcheck.signals import email_mx

_FIRST = datetime(1990, 1, 1, tzinfo=UTC)
"""No web form is older: a time before is a zero of some program's."""
_AHEAD = timedelta(days=1)
_LZ4 = pa.ipc.IpcWriteOptions(compression="lz4")
_SEEN = pa.schema([("row", pa.uint32()), ("seen", pa.large_binary())])
"""What was seen before, by row, a record batch for each slice."""
KEPT = "kept lead"
"""The column of the ledger's leads, as ``Kept``."""
_PARTNER, _TOKEN = "partner ", "token "
_encode = msgspec.msgpack.Encoder().encode
_problems = msgspec.json.Decoder(list[Rejected]).decode


class ReadRow(Struct, frozen=True, array_like=True):
    """A lead between its reading and its judging."""

    subject: Subject
    warnings: list[FieldWarning]


class KeptRow(Struct, frozen=True, array_like=True):
    """A lead of the ledger to be judged again; ``model`` names the one that it was judged by, where there is one."""

    lead: Lead
    facts: Mapping[str, Facts | None]
    verdict: CheckVerdict
    model: str | None


_unpack_row = msgspec.msgpack.Decoder(ReadRow).decode
_unpack_kept = msgspec.msgpack.Decoder(KeptRow).decode


class Worker:
    """Does a batch's tasks: ``read N``, ``count KIND SHARE`` and ``judge N``; ``again N`` for the ledger's leads."""

    def __init__(self, folder: Path, settings: Settings) -> None:
        self._folder = Folder(folder)
        self._plan = plan = self._folder.plan()
        self._settings = settings
        self._zone = ZoneInfo(plan.zone)
        self._started = datetime.fromisoformat(plan.started)
        self._counted, self._routes, self._asked = _Counted(), _Known(), _Asked()

    def do(self, task: str) -> None:
        """Do one task."""
        name, *what = task.split()
        if name in ("read", "judge"):
            self._judge_by  # noqa: B018 - lists that cannot be read are the operator's, and no defect
        gc.disable()  # a slice's verdicts are many and stay to its end: each collection would walk them
        try:
            match name:
                case "read":
                    self._read(int(what[0]))
                case "count":
                    self._count(what[0], int(what[1]))
                case "judge":
                    asyncio.run(self._judge(int(what[0])))
                case "again":
                    self._again(int(what[0]))
        except OSError:
            raise
        except Exception as defect:
            raise RuntimeError(f"{task}: {_place(defect)}") from None
        finally:
            gc.enable()

    @cached_property
    def _judge_by(self) -> tuple[Pipeline, Ports, Tenant]:
        """What the lists are loaded for, a second that counting needs not wait."""
        made = wiring.offline(
            self._settings,
            self._plan.tenant,
            decode_policy(self._plan.policy.encode()),
            counters=self._counted,
            mail_routes=self._routes,
            data={"dns": self._plan.day},
        )
        gc.collect()
        gc.freeze()  # the lists are a million objects that never go
        return made

    def _read(self, number: int) -> None:
        """Read a slice's leads, and make the tokens of their identities."""
        table, rejected = _table(self._folder.rows(number))
        rows: list[int] = []
        times: list[float] = []
        reads: list[bytes] = []
        domains: list[str | None] = []
        tokens: defaultdict[str, dict[int, int]] = defaultdict(dict)
        _, ports, tenant = self._judge_by
        asked = msgspec.structs.replace(ports, mail_routes=self._asked)
        for row, line, cells in _cells(table, set(self._plan.mapping.values())):
            try:
                subject, warnings = self._subject(row, cells, ports, tenant)
                domain = self._asked.of(subject, asked)
            except _Unusable as problem:
                rejected.append(Rejected(row, line, str(problem)))
                continue
            except Exception as defect:  # a defect costs no other row anything
                rejected.append(Rejected(row, line, _place(defect)))
                continue
            place = len(rows)
            rows.append(row)
            times.append(subject.at)
            domains.append(domain)
            for prefix, found in ((_TOKEN, subject.tokens), (_PARTNER, subject.partners)):
                for kind, token in found.items():
                    tokens[prefix + kind][place] = int(token[:16], 16)
            bare = msgspec.structs.replace(subject, tokens=dict.fromkeys(subject.tokens, ""), partners={})
            reads.append(_encode(ReadRow(bare, warnings)))
        arrays: dict[str, Any] = {
            "row": pa.array(rows, pa.uint32()),
            "at": pa.array(times, pa.float64()),
            "read": pa.array(reads, pa.large_binary()),
            "domain": pa.array(domains, pa.string()),
        }
        for name in sorted(tokens):
            column = np.zeros(len(rows), np.uint64)
            column[list(tokens[name])] = list(tokens[name].values())
            arrays[name] = pa.array(column)
        keep_table(self._folder.leads(number), [pa.table(arrays)], rejected)

    def _subject(
        self, row: int, cells: Mapping[str, object], ports: Ports, tenant: Tenant
    ) -> tuple[Subject, list[FieldWarning]]:
        raw = columns.lead_of(cells, self._plan.mapping)
        moment = self._started
        if "submitted_at" in self._plan.mapping:
            moment = self._moment(raw.pop("submitted_at", None))
            raw["submitted_at"] = format_utc(moment)
        body = msgspec.json.encode(raw)
        if len(body) > MAX_BYTES:
            raise _Unusable(f"larger than {MAX_BYTES} bytes")
        try:
            lead, warnings = read_lead(raw, moment)
        except NoContact:
            raise _Unusable("neither a mail address nor a phone") from None
        subject = read_subject(
            lead,
            tenant=tenant.name,
            lists=ports.lists,
            identity_key=tenant.identity_key,
            tag=str(row),
            at=moment.timestamp(),
            default_country=self._settings.default_country,
            body=keyed_token(tenant.identity_key, "body", body.hex()),
        )
        return subject, warnings

    def _moment(self, written: object) -> datetime:
        if written is None:
            raise _Unusable("no time, where other rows have one")
        try:
            moment = columns.moment(written, self._plan.order, self._zone)
        except ValueError as problem:
            raise _Unusable(f"submitted_at: {problem}") from None
        if not _FIRST <= moment <= self._started + _AHEAD:
            raise _Unusable(f"submitted_at: {'in the future' if moment > _FIRST else 'before 1990'}")
        return moment

    def _count(self, kind: str, share: int) -> None:
        """Count the leads of each identity of a kind, and keep what was seen before of those that came again."""
        found = [self._tokens(number, kind, share) for number in range(self._plan.slices)]
        row, at, token, *partners = (np.concatenate(parts) for parts in zip(*found, strict=True))
        order = np.lexsort((row, at, token))
        order = order[_repeated(token[order])]
        with_whom = zip(*[_someone(column[order]) for column in partners], strict=True) if partners else repeat(())
        seen: list[tuple[int, bytes]] = []
        last, identity = None, None
        for which, when, whose, whom in zip(
            row[order].tolist(), at[order].astype(np.int64).tolist(), token[order].tolist(), with_whom, strict=False
        ):
            identity, before = observe(kind, identity if whose == last else None, whom, when)
            last = whose
            if before.last:
                seen.append((which, pack(kind, before)))
        seen.sort()
        starts = np.searchsorted(
            [which for which, _ in seen], np.arange(self._plan.slices + 1) * self._plan.size, "right"
        )
        rows, packed = zip(*seen, strict=True) if seen else ((), ())
        table = pa.table([pa.array(rows, pa.uint32()), pa.array(packed, pa.large_binary())], _SEEN)
        keep_table(self._folder.seen(kind, share), [table[a:b] for a, b in pairwise(starts.tolist())], [])

    def _tokens(self, number: int, kind: str, share: int) -> list[np.ndarray]:
        """Row, time, token and partners' tokens of the leads of a slice that have a kind of identity in a share."""
        names = ["row", "at", kind, *PARTNERS.get(kind, ())]
        with pa.memory_map(str(self._folder.leads(number))) as file:
            there = {name.split(" ")[-1]: place for place, name in enumerate(pa.ipc.open_file(file).schema.names)}
            if kind not in there:
                return [np.zeros(0, np.uint64) for _ in names]
            options = pa.ipc.IpcReadOptions(included_fields=sorted(there[name] for name in names if name in there))
            table = pa.ipc.open_file(file, options=options).read_all()
        found = {name.split(" ")[-1]: table[name].to_numpy() for name in table.column_names}
        chosen = (found[kind] != 0) & (found[kind] % np.uint64(self._plan.shares) == share)
        nobody = np.zeros(len(table), np.uint64)
        return [found.get(name, nobody)[chosen] for name in names]

    async def _judge(self, number: int) -> None:
        """Judge a slice's leads, in the input's order, and write them as the output has them."""
        leads, rejected = _table(self._folder.leads(number))
        self._counted.seen = self._seen(number)
        with closing(Routes(self._folder.routes())) as file:
            self._routes.known = file.of(domain for domain in leads["domain"].to_pylist() if domain)
        pipeline, _, tenant = self._judge_by
        rows: list[int] = []
        verdicts: list[CheckVerdict] = []
        tally = Tally()
        for row, packed in zip(leads["row"].to_pylist(), leads["read"].to_pylist(), strict=True):
            read = _unpack_row(packed)
            moment = datetime.fromtimestamp(read.subject.at, UTC)
            facts, verdict = await pipeline.judge(
                tenant,
                read.subject,
                read.warnings,
                check_id=self._check_id(tenant.identity_key, moment, row),
                now=moment,
                origin=f"batch:{self._plan.job}",
            )
            tally.add(read.subject.lead.source.vendor, facts, verdict)
            rows.append(row)
            verdicts.append(verdict)
        self._finish(number, rows, verdicts, rejected, tally)

    def _again(self, number: int) -> None:
        """Judge a slice of the ledger's leads by the plan's policy, from the facts that were kept with them."""
        table, rejected = _table(self._folder.rows(number))
        policy = decode_policy(self._plan.policy.encode())
        policy_hash = encode_policy(policy)[0]
        key = wiring.identity_key(self._settings, self._plan.tenant)
        rows: list[int] = []
        verdicts: list[CheckVerdict] = []
        tally = Tally()
        for row, packed in zip(table[ROW].to_pylist(), table[KEPT].to_pylist(), strict=True):
            kept = _unpack_kept(packed)
            decided, unknown = decide(kept.lead, kept.facts, policy, self._model(kept.model))
            given = kept.verdict
            verdict = msgspec.structs.replace(
                given,
                **{name: getattr(decided, name) for name in decided.__struct_fields__},
                check_id=self._check_id(key, datetime.fromisoformat(given.checked_at), row),
                origin=f"batch:{self._plan.job}",
                unknown=unknown,
                versions=msgspec.structs.replace(given.versions, service=SERVICE_VERSION, policy=policy_hash),
                elapsed_ms=None,
            )
            tally.add(kept.lead.source.vendor, kept.facts, verdict)
            rows.append(row)
            verdicts.append(verdict)
        self._finish(number, rows, verdicts, rejected, tally)

    @cache  # noqa: B019 - a worker lives as long as its batch
    def _model(self, name: str | None) -> Model | None:
        return decode_model(self._folder.model(name).read_bytes()) if name else None

    def _check_id(self, key: bytes, moment: datetime, row: int) -> str:
        """The same for a row whenever its batch is done."""
        return uuid7(moment, bytes.fromhex(keyed_token(key, "batch", f"{self._plan.job} {row}")))

    def _finish(
        self, number: int, rows: list[int], verdicts: list[CheckVerdict], rejected: list[Rejected], tally: Tally
    ) -> None:
        rejected.sort(key=lambda each: each.row)
        tally.rejected.update([each.problem for each in rejected])
        plan, given = self._plan, None
        if plan.style.kind != "ndjson":
            table, _ = _table(self._folder.rows(number))
            given = _given(table.filter(pc.is_in(table[ROW], pa.array(rows, pa.uint32()))), plan.columns)
        lines = b"".join(msgspec.json.encode(each) + b"\n" for each in rejected)
        writing.keep(self._folder.rejected(number), lines)
        writing.keep(self._folder.tally(number), msgspec.json.encode(tally, order="sorted"))
        part = writing.part(plan.style, given, rows, verdicts, plan.day)
        writing.keep(self._folder.verdicts(number), part)  # last: where it is, the slice is done

    def _seen(self, number: int) -> dict[int, dict[str, bytes]]:
        """What was seen before of the identities of a slice's leads, packed, by row and kind."""
        seen: defaultdict[int, dict[str, bytes]] = defaultdict(dict)
        for path in self._folder.path.glob("seen-*.arrow"):
            kind = path.stem.split("-")[1]
            with pa.memory_map(str(path)) as file:
                batch = pa.ipc.open_file(file).get_batch(number)
                for row, packed in zip(batch["row"].to_pylist(), batch["seen"].to_pylist(), strict=True):
                    seen[row][kind] = packed
        return seen


def kinds(folder: Folder, slices: int) -> list[str]:
    """The kinds of identity that a batch's leads have."""
    found: set[str] = set()
    for number in range(slices):
        with pa.memory_map(str(folder.leads(number))) as file:
            found.update(pa.ipc.open_file(file).schema.names)
    return sorted(name.removeprefix(_TOKEN) for name in found if name.startswith(_TOKEN))


class _Unusable(Exception):
    """A row that cannot be judged; the text says why."""


class _Asked:
    """Mail routes that note what they are asked for."""

    domain: str | None = None

    async def route(self, domain: str) -> Facts:
        self.domain = domain
        return {"v": 1, "unknown": "not asked"}

    def of(self, subject: Subject, ports: Ports) -> str | None:
        """The domain whose mail route the lead's check will want; None for none."""
        self.domain = None
        with suppress(StopIteration):
            email_mx.gather(subject, ports).send(None)  # it waits for nothing
        return self.domain


class _Known:
    """The mail routes of a slice's domains."""

    known: Mapping[str, Facts] = {}

    async def route(self, domain: str) -> Facts:
        return self.known.get(domain, {"v": 1, "unknown": "not asked"})


class _Counted:
    """What was counted of a slice's leads."""

    seen: Mapping[int, Mapping[str, bytes]] = {}

    async def observe(self, subject: Subject) -> Mapping[str, Seen]:
        packed = self.seen.get(int(subject.tag), {})
        return {kind: unpack(kind, packed[kind])[0] if kind in packed else NEVER for kind in subject.tokens}

    async def ping(self) -> None:
        """Nothing is to be reached."""

    async def close(self) -> None:
        """Nothing is to be let go of."""


def _cells(table: pa.Table, names: set[str]) -> Iterator[tuple[int, int, Mapping[str, object]]]:
    """Row, line and cells of each row of a slice."""
    where = zip(table[ROW].to_pylist(), table[LINE].to_pylist(), strict=True)
    if JSON in table.column_names:
        for (row, line), content in zip(where, table[JSON].to_pylist(), strict=True):
            yield row, line, columns.flat(parse_body(content))
        return
    wanted = [name for name in table.column_names if name in names]
    cells = zip(*[table[name].to_pylist() for name in wanted], strict=True) if wanted else repeat(())
    for (row, line), values in zip(where, cells, strict=False):
        yield row, line, dict(zip(wanted, values, strict=True))


def _given(table: pa.Table, names: Sequence[str]) -> pa.Table:
    """The input's rows as the output has them; of NDJSON the columns that were found in it, as text."""
    if JSON not in table.column_names:
        return table.select(list(names))
    rows = [columns.flat(parse_body(line)) for line in table[JSON].to_pylist()]
    return pa.table({name: pa.array([_text(row.get(name)) for row in rows], pa.string()) for name in names})


def _text(value: object) -> str | None:
    return value if value is None or isinstance(value, str) else msgspec.json.encode(value).decode()


def _someone(column: np.ndarray) -> Iterator[int | None]:
    return (each or None for each in column.tolist())


def _repeated(ordered: np.ndarray) -> np.ndarray:
    """Which values of an ordered array stand beside one that is the same."""
    repeated = np.zeros(len(ordered), bool)
    same = ordered[1:] == ordered[:-1]
    repeated[1:] |= same
    repeated[:-1] |= same
    return repeated


def _table(path: Path) -> tuple[pa.Table, list[Rejected]]:
    """A file of a batch's folder, and the rows that were rejected before it."""
    with pa.memory_map(str(path)) as file:
        table = pa.ipc.open_file(file).read_all()
    return table, _problems((table.schema.metadata or {}).get(b"rejected", b"[]"))


def keep_table(path: Path, batches: list[pa.Table], rejected: list[Rejected]) -> None:
    """Write a file of a batch's folder: Arrow's format, a record batch for each table, but for one of gigabytes."""
    schema = batches[0].schema.with_metadata({"rejected": msgspec.json.encode(rejected)} if rejected else None)
    buffer = pa.BufferOutputStream()
    with pa.ipc.new_file(buffer, schema, options=_LZ4) as file:
        for batch in batches:
            for piece in batch.combine_chunks().to_batches() or [pa.RecordBatch.from_pylist([], schema)]:
                file.write_batch(piece)
    writing.keep(path, memoryview(buffer.getvalue()))


def _place(defect: Exception) -> str:
    """Where a defect is, without its text: that may hold a person's data."""
    frame = traceback.extract_tb(defect.__traceback__)[-1]
    return f"a defect in fraudcheck: {type(defect).__name__} at {Path(frame.filename).name}:{frame.lineno}"
