"""What is to be judged, and by what? The input in slices, and the plan: of a file of leads, or of the ledger's own."""

from __future__ import annotations

import asyncio
import sys
from collections.abc import AsyncIterator, Iterable, Mapping
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any, Protocol
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

import msgspec
import pyarrow as pa
from msgspec import Struct

from fraudcheck import wiring
from fraudcheck.adapters.policy_files import read_policy, tenant_policy
from fraudcheck.anomaly.detector import encode_model
from fraudcheck.batch import columns, reading, writing
from fraudcheck.batch.folder import Folder, Partial, Plan
from fraudcheck.batch.reading import JSON, LINE, ROW, Rejected, Source
from fraudcheck.batch.worker import KEPT, KeptRow, keep_table
from fraudcheck.batch.writing import Style
from fraudcheck.identifiers import keyed_token
from fraudcheck.intake.lead import parse_body
from fraudcheck.ledger.record import Opened
from fraudcheck.operations import lists
from fraudcheck.operations.kept_leads import leads_with_models
from fraudcheck.pipeline.check import SERVICE_VERSION
from fraudcheck.records import CheckVerdict, format_utc
from fraudcheck.scoring.policy import encode_policy
from fraudcheck.settings import Settings

_ORDERS = {"day-first": "day_first", "month-first": "month_first"}
_LEDGERS = pa.schema(
    [
        ("first_check_id", pa.string()),
        ("first_trust_score", pa.int16()),
        ("first_decision", pa.string()),
        ("submitted_at", pa.string()),
        ("reference", pa.string()),
        ("source.vendor", pa.string()),
        ("source.campaign", pa.string()),
        ("source.sub_id", pa.string()),
        ("source.channel", pa.string()),
    ]
)
"""What the output tells of a lead of the ledger."""


class Request(Struct, frozen=True, kw_only=True):
    """What a batch is asked to do.

    ``given`` is the input, None for a pipe; ``chosen`` fields to columns; ``encoding`` a CSV's where
    it is known; ``dates`` day-first or month-first where the
    file cannot tell; ``zone`` the IANA zone of times that name none. With ``days`` the input is the ledger's leads of
    so many days, to be judged again by ``policy``, a file, or by the tenant's own, with nothing looked up or counted.
    ``processes`` is how many work, None for one a processor. ``size`` is how many rows one of them reads or judges at a
    time, and ``share`` how many it counts, at the most but for chance: what bounds the memory.
    """

    out: Path
    given: Path | None = None
    days: int | None = None
    policy: Path | None = None
    tenant: str = "default"
    chosen: Mapping[str, str] = {}
    encoding: str | None = None
    dates: str | None = None
    zone: str = "UTC"
    processes: int | None = None
    size: int = 10_000
    share: int = 1_000_000


class Watch(Protocol):
    """Who looks on."""

    def found(self, source: Source, mapping: Mapping[str, str]) -> None:
        """How the input is written, and which column is which field."""

    def note(self, text: str) -> None:
        """Something to know."""

    def sized(self, rows: int, judged: int) -> None:
        """How many rows there are, and how many of them are judged already."""

    def phase(self, name: str, unit: str, total: int | None) -> None:
        """What comes now, and of how many units it is; None where nobody knows."""

    def done(self, units: int) -> None:
        """So many units more are done."""


def look(request: Request) -> tuple[Source, dict[str, str]]:
    """What is in a file, and the column of each field, with nothing done."""
    if request.given is None:
        raise ValueError("--map-only wants a file: what is taken from a pipe is gone")
    with reading.opened(request.given, None, request.encoding) as source:
        return source, columns.propose(source.columns, request.chosen)


def plan(partial: Partial, request: Request, settings: Settings, watch: Watch) -> tuple[Folder, Plan]:
    """Cut the input up, unless that is done, and give the folder and the plan. Raises ValueError with what to do."""
    if request.days is not None:
        return _of_ledger(partial, request, settings, watch)
    try:
        ZoneInfo(request.zone)
    except (ZoneInfoNotFoundError, ValueError, OSError):
        raise ValueError(f"there is no time zone {request.zone!r}; give an IANA name such as Europe/Warsaw") from None
    given = request.given
    if given is None:
        given = partial.input
        reading.spooled(sys.stdin.buffer, given)
    with reading.opened(given, partial.path, request.encoding) as source:
        return _of_file(partial, request, settings, watch, source=source, digest=reading.digest(given))


def _of_file(
    partial: Partial, request: Request, settings: Settings, watch: Watch, *, source: Source, digest: str
) -> tuple[Folder, Plan]:
    mapping = _mapped(source, request.chosen)
    watch.found(source, mapping)
    policy_hash, policy = encode_policy(tenant_policy(settings.data_dir, request.tenant))
    model = wiring.load_model(settings)
    asked = {
        "input": digest,
        "mapping": dict(mapping),
        "encoding": request.encoding,
        "dates": request.dates,
        "zone": request.zone,
        "country": settings.default_country,
        "model": encode_model(model)[0] if model else None,
        "lists": {row.name: row.version for row in lists.inventory(settings)},
        **_named(request, policy_hash),
    }
    folder, started, known = _begun(partial, request, settings, asked, watch)
    if known:
        return folder, known
    dates, when = columns.Dates(), mapping.get("submitted_at")
    watch.phase("taking the file in", "rows", None)
    rows = slices = times = 0
    for cut in source.slices(request.size):
        for cell in _times(cut.table, when) if when else ():
            dates.see(cell)
            times += not columns.absent(cell)
        keep_table(folder.rows(slices), [cut.table], cut.rejected)
        slices += 1
        rows += len(cut.table) + len(cut.rejected)
        watch.done(len(cut.table) + len(cut.rejected))
    if not times:
        mapping.pop("submitted_at", None)
        watch.note(f"no row has a time: all count as of now, {started}, one after the other")
    made = Plan(
        job=_job(settings, request.tenant, asked),
        tenant=request.tenant,
        policy=policy.decode(),
        source=source.kind,
        columns=tuple(source.columns),
        mapping=mapping,
        order=_ORDERS[request.dates] if request.dates else dates.order(),
        zone=request.zone,
        started=started,
        style=Style.of(request.out, source),
        size=request.size,
        slices=slices,
        shares=rows // request.share + 1,
        rows=rows,
    )
    writing.keep(folder.plan_file, msgspec.json.encode(made))
    return folder, made


def _mapped(source: Source, chosen: Mapping[str, str]) -> dict[str, str]:
    found = columns.propose(source.columns, chosen)
    if source.kind == "ndjson":  # a later line may have what the first ones lack
        taken = {*found, *found.values()}
        found |= {name: name for name in columns.FIELDS if name not in taken}
    if not found.keys() & {"email", "phone"}:
        raise ValueError(
            "no column's name says that it is a mail address or a phone: see the columns with --map-only, and name one "
            "with --map email=COLUMN or --map phone=COLUMN"
        )
    return found


def _times(table: pa.Table, when: str) -> Iterable[object]:
    if JSON in table.column_names:
        return (columns.flat(parse_body(line)).get(when) for line in table[JSON].to_pylist())
    cells: list[object] = table[when].to_pylist()
    return cells


def _of_ledger(partial: Partial, request: Request, settings: Settings, watch: Watch) -> tuple[Folder, Plan]:
    own = tenant_policy(settings.data_dir, request.tenant)
    policy_hash, policy = encode_policy(read_policy(request.policy) if request.policy else own)
    asked = {"days": request.days, **_named(request, policy_hash)}
    folder, started, known = _begun(partial, request, settings, asked, watch)
    if known:
        return folder, known
    until = datetime.fromisoformat(started)
    watch.phase("reading the ledger", "leads", None)
    leads = leads_with_models(settings, request.tenant, until - timedelta(days=request.days or 0), until)
    slices, rows = asyncio.run(_taken(folder, request.size, leads, watch))
    if not rows:
        raise ValueError(
            f"there are no leads of tenant {request.tenant} in the last {request.days} days; look further back "
            "with --since"
        )
    made = Plan(
        job=_job(settings, request.tenant, {**asked, "started": started}),
        tenant=request.tenant,
        policy=policy.decode(),
        source="ledger",
        columns=tuple(_LEDGERS.names),
        mapping={},
        order="iso",
        zone="UTC",
        started=started,
        style=Style.of(request.out),
        size=request.size,
        slices=slices,
        shares=rows // request.share + 1,
        rows=rows,
    )
    writing.keep(folder.plan_file, msgspec.json.encode(made))
    return folder, made


async def _taken(
    folder: Folder, size: int, leads: AsyncIterator[tuple[Opened, bytes | None]], watch: Watch
) -> tuple[int, int]:
    """Take leads of the ledger into the folder, and give how many slices and rows they are."""
    slices = rows = 0
    some: list[Opened] = []
    async for opened, model in leads:
        name = opened.verdict["versions"]["model"]
        if name and model and not folder.model(name).exists():
            writing.keep(folder.model(name), model)
        some.append(opened)
        if len(some) == size:
            _take(folder, slices, rows + 1, some)
            slices, rows = slices + 1, rows + len(some)
            watch.done(len(some))
            some = []
    if some:
        _take(folder, slices, rows + 1, some)
        slices, rows = slices + 1, rows + len(some)
    return slices, rows


def _take(folder: Folder, number: int, first: int, leads: list[Opened]) -> None:
    numbers, kept, given, rejected = list[int](), list[bytes](), list[dict[str, Any]](), list[Rejected]()
    for row, opened in enumerate(leads, first):
        if opened.lead is None:
            rejected.append(Rejected(row, row, "erased: the person's data is gone, the verdict stands"))
            continue
        verdict = msgspec.convert(opened.verdict, CheckVerdict)
        name = verdict.versions.model
        numbers.append(row)
        given.append(_told(opened, verdict))
        kept.append(
            msgspec.msgpack.encode(
                KeptRow(opened.lead, opened.facts, verdict, name if name and folder.model(name).exists() else None)
            )
        )
    table = pa.Table.from_pylist(given, _LEDGERS)
    table = table.append_column(ROW, pa.array(numbers, pa.uint32())).append_column(LINE, pa.array(numbers, pa.uint64()))
    keep_table(folder.rows(number), [table.append_column(KEPT, pa.array(kept, pa.large_binary()))], rejected)


def _told(opened: Opened, verdict: CheckVerdict) -> dict[str, Any]:
    source = opened.lead.source if opened.lead else None
    return {
        "first_check_id": verdict.check_id,
        "first_trust_score": verdict.trust_score,
        "first_decision": verdict.decision,
        "submitted_at": verdict.submitted_at,
        "reference": verdict.reference,
        **{f"source.{name}": getattr(source, name, None) for name in ("vendor", "campaign", "sub_id", "channel")},
    }


def _named(request: Request, policy_hash: str) -> dict[str, Any]:
    return {"tenant": request.tenant, "policy": policy_hash, "service": SERVICE_VERSION}


def _begun(
    partial: Partial, request: Request, settings: Settings, asked: Mapping[str, Any], watch: Watch
) -> tuple[Folder, str, Plan | None]:
    """The batch's folder, when it was begun, and its plan where there is one."""
    how = {"out": msgspec.to_builtins(Style.of(request.out)), "key": _job(settings, request.tenant, {})}
    folder, started = partial.begin({**asked, **how}, format_utc(datetime.now(UTC)))
    if not folder.plan_file.exists():
        return folder, started, None
    watch.note("going on with the work of an earlier run")
    return folder, started, folder.plan()


def _job(settings: Settings, tenant: str, asked: Mapping[str, Any]) -> str:
    """A name that the same request has again."""
    return keyed_token(wiring.identity_key(settings, tenant), "batch", msgspec.json.encode(asked).hex())[:16]
