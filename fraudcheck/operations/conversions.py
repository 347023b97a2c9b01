"""What do the advertising platforms have to be told of the kept leads? Files for upload, and the memory of them.

Nothing is lost or reported twice, wherever a run is stopped: what goes into a file is remembered as unwritten, the file
is completed beside its place and put there in one step, and then it is remembered as written. The next run, of any
tenant, looks for the files that were left unwritten: what stands in its place was reported, what does not was not. Only
where somebody takes a file away between the two steps is it reported again, which the platforms recognise by its id.
"""

from __future__ import annotations

import fcntl
import os
from collections import Counter
from collections.abc import AsyncIterator, Callable, Collection, Iterable, Iterator, Mapping, Sequence
from contextlib import ExitStack, contextmanager
from datetime import datetime
from pathlib import Path
from typing import Any

import msgspec
from msgspec import Struct, field

from fraudcheck import wiring
from fraudcheck.adapters.disk import sync_folder
from fraudcheck.adapters.tenant_files import tenant_funnel
from fraudcheck.ledger.record import Opened
from fraudcheck.operations.kept_leads import kept_leads
from fraudcheck.ports.exports import Export, Exports, LeadExports
from fraudcheck.records import Click, format_utc
from fraudcheck.report import google_file, meta_file
from fraudcheck.report.conversions import (
    GOOGLE_ADJUST,
    Asked,
    Conversion,
    LeftOut,
    Waiting,
    adjustments,
    export_of,
    lead_conversions,
)
from fraudcheck.settings import Settings

DAYS = 90
"""Days that are looked back by default: a click counts no longer at Google."""
_PAGE = 500


class Told(Struct, kw_only=True):
    """What a run wrote, or would write: ``leads`` read, and of how many a conversion was ``told``.

    ``events`` counts the conversions by event, ``adjusted`` the adjustments by kind. ``left_out`` counts leads and
    events by cause, ``waiting`` adjustments by why they are not made. Of what came too late, or would break a rule,
    ``causes`` counts the events by what is wrong with them, in words, and ``named`` has a few of each. ``files`` has
    the number of rows by path.
    """

    leads: int = 0
    told: int = 0
    events: Counter[str] = field(default_factory=Counter)
    adjusted: Counter[str] = field(default_factory=Counter)
    left_out: Counter[str] = field(default_factory=Counter)
    waiting: Counter[str] = field(default_factory=Counter)
    causes: Counter[str] = field(default_factory=Counter)
    named: list[LeftOut] = field(default_factory=list)
    files: dict[str, int] = field(default_factory=dict)


_ANOTHER = "another machine is writing conversions of this ledger"
_NAMED = frozenset({"before_lead", "future", "click_too_old", "event_too_old", "stage_too_late", "invalid"})
_EXAMPLES, _MOST_NAMED = 3, 100
"""Events that are named of those with one cause, and in all."""


async def tell(
    settings: Settings,
    tenant: str,
    asked: Asked,
    *,
    since: datetime,
    until: datetime,
    now: datetime,
    out: Path | None,
    progress: Callable[[int], None],
) -> Told:
    """Write the files for a platform, and remember what is in them. Without ``out`` nothing is written or remembered.

    The leads are those checked from ``since`` until before ``until``; adjustments are made whenever the lead came.
    The events and their values are those of the tenant's funnel. Raises ValueError with what to do, and Unavailable if
    the ledger is down.
    """
    asked = msgspec.structs.replace(asked, funnel=tenant_funnel(settings.data_dir, tenant))
    unknown = sorted({*asked.events, *asked.names, *asked.values} - asked.funnel.places.keys())
    if unknown:
        raise ValueError(f"there is no event {unknown[0]}: give one of {', '.join(asked.funnel.places)}")
    with ExitStack() as stack:
        if out is not None:
            stack.enter_context(_alone(settings.data_dir))
        async with wiring.ledger_only(settings) as ledger:
            unfinished = await ledger.unfinished_exports()
            lost = _missing(unfinished)
            for file in unfinished if out is not None else ():
                _part_of(file).unlink(missing_ok=True)
                await ledger.settle_exports(file, file not in lost)
            files = stack.enter_context(_Files(asked, out, now))
            run = _Run(ledger, tenant, asked, now, files, lost)
            async for page in _pages(kept_leads(ledger, tenant, since, progress, until)):
                await run.tell_leads(page)
            await run.adjust()
            if run.remembered - set(await ledger.unfinished_exports()):
                raise ValueError(f"{_ANOTHER}: nothing was written; wait until that has ended")
            for file in files.place():
                await ledger.settle_exports(file, True)
            run.told.files = files.rows
            return run.told


def _part_of(file: str) -> Path:
    """The hidden file in which a file is written."""
    path = Path(file)
    return path.with_name(f".{path.name}.part")


def _missing(files: Iterable[str]) -> frozenset[str]:
    return frozenset(file for file in files if not os.path.lexists(file))


@contextmanager
def _alone(data_dir: Path) -> Iterator[None]:
    """Wait for no other run: two would report the same leads. Raises ValueError while there is one."""
    wiring.prepare(data_dir)
    with (data_dir / "conversions.lock").open("w") as lock:
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            raise ValueError("another run is writing conversions: wait until it has ended") from None
        yield


def _came_in_a_file(kept: Opened) -> bool:
    return str(kept.verdict["origin"]).startswith("batch:")


def _has_click(kept: Opened) -> bool:
    """Whether a platform itself named the lead. Of others that an agency listed nobody knows what brought them."""
    return kept.lead is not None and kept.lead.source.click != Click()


async def _pages(leads: AsyncIterator[Opened]) -> AsyncIterator[Sequence[Opened]]:
    page: list[Opened] = []
    async for lead in leads:
        page.append(lead)
        if len(page) == _PAGE:
            yield page
            page = []
    if page:
        yield page


class _Run:
    """One run over a tenant's leads. ``lost`` are files that earlier runs did not get to write.

    ``remembered`` are the run's own files, of which nothing was reported before: what the ledger remembers of them is
    gone where a machine that does not have them took them for lost.
    """

    def __init__(  # noqa: PLR0917 - all that a run has
        self,
        ledger: Exports,
        tenant: str,
        asked: Asked,
        now: datetime,
        files: _Files,
        lost: Collection[str],
    ) -> None:
        self.told = Told()
        self.remembered: set[str] = set()
        self._ledger, self._tenant, self._asked, self._now = ledger, tenant, asked, now
        self._files, self._lost = files, lost

    async def tell_leads(self, page: Sequence[Opened]) -> None:
        """Remember the conversions of some leads as unwritten, then write them: each file is known before it exists."""
        states = await self._ledger.leads_exported(self._tenant, self._asked.platform, [kept.check_id for kept in page])
        new: list[tuple[Conversion, Export]] = []
        for kept in page:
            if _came_in_a_file(kept) and not _has_click(kept):
                continue
            self.told.leads += 1
            before = len(new)
            for told in lead_conversions(kept, self._known(states[kept.check_id]), self._asked, self._now):
                if isinstance(told, LeftOut):
                    self._leave_out(told)
                elif faults := self._files.faults(told):
                    self._leave_out(LeftOut(told.check_id, told.event, "invalid", "; ".join(faults)))
                else:
                    self.told.events[told.event] += 1
                    new.append((told, export_of(told, self._files.path_for(told), self._now)))
            self.told.told += len(new) > before
        await self._remember([export for _, export in new])
        for told, _ in new:
            self._files.add(told)

    async def adjust(self) -> None:
        """Remember what has to be changed of what was reported before as unwritten, and write it."""
        since, last = format_utc(self._now - 2 * GOOGLE_ADJUST), ""
        while page := await self._ledger.list_exported(
            self._tenant, self._asked.platform, since, limit=_PAGE, after_lead=last
        ):
            new: list[Export] = []
            for state in page:
                file = self._files.path("retract")
                for told in adjustments(self._known(state), self._asked, self._now, file):
                    if isinstance(told, Waiting):
                        self.told.waiting[told.why] += 1
                    else:
                        self.told.adjusted[told.kind] += 1
                        new.append(told)
            await self._remember(new)
            for export in new:
                self._files.adjust(export)
            last = page[-1].lead

    def _known(self, state: LeadExports) -> LeadExports:
        """The lead without exports into files that never came to be."""
        if not self._lost:
            return state
        return msgspec.structs.replace(state, exports=[one for one in state.exports if one.file not in self._lost])

    def _leave_out(self, told: LeftOut) -> None:
        self.told.left_out[told.cause] += 1
        if told.cause in _NAMED:
            self.told.causes[told.told] += 1
            if self.told.causes[told.told] <= _EXAMPLES and len(self.told.named) < _MOST_NAMED:
                self.told.named.append(told)

    async def _remember(self, new: Sequence[Export]) -> None:
        if not new or not self._files.kept:
            return
        added = await self._ledger.add_exports(self._tenant, self._asked.platform, new)
        if not self._asked.again:
            if added < len(new):
                raise ValueError(f"{_ANOTHER}: wait until that has ended")
            self.remembered.update(export.file for export in new)


class _Files:
    """The files of a run: ``OUT``, and beside it those of another kind (``OUT`` with ``.retract`` before its ending).

    Each is written as a hidden file and checked against the platform's rules; ``place`` gives it its name. Without
    ``out`` nothing is written. ``rows`` counts them by path.
    """

    def __init__(self, asked: Asked, out: Path | None, now: datetime) -> None:
        self.rows: dict[str, int] = {}
        self.kept = out is not None
        self._asked, self._now = asked, now
        self._out = (out or Path("OUT.csv")).absolute()
        self._open: dict[str, Any] = {}
        self._events: list[Mapping[str, Any]] = []
        if out is not None:
            if not self._out.parent.is_dir():
                raise ValueError(f"there is no folder {self._out.parent}: make it, or write elsewhere")
            for kind in ("main",) if asked.platform == "meta" else ("main", "gbraid", "wbraid", "retract"):
                self._require_free(kind)

    def __enter__(self) -> _Files:
        return self

    def __exit__(self, *problem: object) -> None:
        for kind, file in self._open.items():
            file.close()
            self._part(kind).unlink(missing_ok=True)

    def path(self, kind: str) -> str:
        """The path of a file of the set."""
        if kind == "main":
            return str(self._out)
        return str(self._out.with_name(f"{self._out.stem}.{kind}{self._out.suffix}"))

    def _require_free(self, kind: str) -> None:
        path = self.path(kind)
        if os.path.lexists(path):
            raise ValueError(f"{path} is there already, and may wait for its upload: give another name")

    def _part(self, kind: str) -> Path:
        return _part_of(self.path(kind))

    def faults(self, told: Conversion) -> list[str]:
        """What of a conversion would break the platform's rules."""
        if self._asked.platform == "meta":
            return meta_file.event_faults(meta_file.event(told), self._now)
        cells, names = google_file.conversion_cells(told), self._columns(google_file.place(told))
        return google_file.row_faults({name: cells.get(name, "") for name in names}, self._now)

    def path_for(self, told: Conversion) -> str:
        """The path of the file that a conversion belongs into."""
        return self.path(google_file.place(told) if self._asked.platform == "google" else "main")

    def add(self, told: Conversion) -> None:
        """Write a conversion."""
        if self._asked.platform == "google":
            self._write_row(google_file.place(told), google_file.conversion_cells(told))
            return
        self._events.append(meta_file.event(told))
        if len(self._events) == meta_file.MOST_EVENTS:
            self._write_events()
        path = self.path("main")
        self.rows[path] = self.rows.get(path, 0) + 1

    def adjust(self, export: Export) -> None:
        """Write an adjustment."""
        self._write_row("retract", google_file.adjustment_cells(export))

    def _columns(self, kind: str) -> tuple[str, ...]:
        return google_file.columns(kind, self._asked)

    def _write_row(self, kind: str, cells: Mapping[str, str]) -> None:
        path, names = self.path(kind), self._columns(kind)
        if path not in self.rows:
            self._write(kind, google_file.PARAMETERS + "\n" + google_file.line(names))
        self._write(kind, google_file.line([cells.get(name, "") for name in names]))
        self.rows[path] = self.rows.get(path, 0) + 1

    def _write_events(self) -> None:
        if self._events:
            self._write("main", meta_file.line(self._events))
        self._events = []

    def _write(self, kind: str, text: str) -> None:
        if not self.kept:
            return
        if kind not in self._open:
            # One that a run left when it was stopped is of no use.
            self._part(kind).unlink(missing_ok=True)
            new = os.open(self._part(kind), os.O_CREAT | os.O_EXCL | os.O_RDWR, 0o600)
            self._open[kind] = os.fdopen(new, "w+", encoding="utf-8", newline="")
        self._open[kind].write(text)

    def place(self) -> Iterator[str]:
        """Give each file its name, durably, once it is checked. Raises ValueError for one that breaks the rules."""
        self._write_events()
        check: Callable[[Iterable[str], datetime], Iterator[tuple[int, str]]]
        check = google_file.file_faults if self._asked.platform == "google" else meta_file.file_faults
        for file in self._open.values():
            file.flush()
            os.fsync(file.fileno())
            file.seek(0)
            for line, fault in check(file, self._now):
                raise ValueError(f"nothing was written, as line {line} would break the platform's rules: {fault}")
        for kind in self._open:
            self._require_free(kind)
            self._part(kind).rename(self.path(kind))
            sync_folder(self._out.parent)
            yield self.path(kind)
