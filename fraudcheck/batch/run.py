"""In which order is a batch done? Slice the input, read it, count and ask the DNS, judge, keep, put it together."""

from __future__ import annotations

import os
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import closing, contextmanager, nullcontext
from functools import partial as bound
from pathlib import Path

from fraudcheck import wiring
from fraudcheck.batch import engine, keeping, past, planning, writing
from fraudcheck.batch.arrow_files import identity_kinds, read_domains
from fraudcheck.batch.folder import Folder, Partial, Plan
from fraudcheck.batch.judge_task import check_id
from fraudcheck.batch.limits import Limits
from fraudcheck.batch.mail_routes import Resolving, Routes
from fraudcheck.batch.request import Request, Watch
from fraudcheck.batch.tally import Tally
from fraudcheck.batch.tasks import CountShare, JudgeSlice, ReadPast, ReadSlice, RejudgeSlice, Task
from fraudcheck.batch.worker import Worker
from fraudcheck.batch.writing import Style
from fraudcheck.settings import Settings

_FEW_ROWS = 2_000
"""Rows that are read and judged in a second or so, for which no other process is started."""


Audit = Callable[[Sequence[Path]], None]
"""Makes something of a batch's verdicts, which are in these files of NDJSON as long as it takes."""


def run(request: Request, settings: Settings, watch: Watch, audit: Audit | None = None) -> tuple[Tally, Plan]:
    """Do a batch, or continue an earlier run of it, and give its figures and its plan. The output is then complete.

    ``audit`` is called when it is, if the request says ``told``; should it fail, the work is kept for the next run.
    Raises ValueError, with what to do, if the batch cannot be done; TooMuch if it would take more than its bounds.
    """
    _check_output(request)
    partial = Partial.beside(request.out)
    wiring.prepare(settings.data_dir)
    limits = Limits.beside(request.out, request.bounds.memory, settings)
    try:
        with limits.held(), keeping.alone(settings, watch) if request.keep else nullcontext():
            return _run(partial, request, settings, watch, limits, audit)
    except MemoryError:
        raise request.bounds.out_of_memory() from None


def _run(  # noqa: PLR0917 - used once
    partial: Partial, request: Request, settings: Settings, watch: Watch, limits: Limits, audit: Audit | None
) -> tuple[Tally, Plan]:
    with partial.locked():
        folder, plan = _prepare(partial, request, settings, watch)
        todo = [number for number in range(plan.slices) if not folder.verdicts(number).exists()]
        watch.sized(plan.rows, plan.rows - _count_rows(plan, todo))
        with _engine(folder, plan, request, settings, limits, slices=len(todo)) as do_all:
            if todo and plan.files:
                with Resolving(folder.routes(), lambda: wiring.mail_routes(settings)) as resolving:
                    _read_and_count(folder, plan, do_all, settings, resolving=resolving, watch=watch)
            watch.phase("judging", "rows", _count_rows(plan, todo))
            judge_task = JudgeSlice if plan.files else RejudgeSlice
            for number in _slice_numbers(do_all([judge_task(number) for number in todo])):
                watch.done(_count_rows(plan, [number]))
        if plan.keep:
            keeping.keep(folder, plan, settings, watch, plan.rows)
        tally = _put_together(folder, plan, request.out)
        if audit is not None and plan.told:
            watch.phase("auditing", "rows", None)
            audit([(folder.verdicts if plan.style.kind == "ndjson" else folder.told)(n) for n in range(plan.slices)])
        partial.remove()
        return tally, plan


@contextmanager
def _engine(
    folder: Folder, plan: Plan, request: Request, settings: Settings, limits: Limits, *, slices: int
) -> Iterator[engine.Engine]:
    """What does the tasks of so many slices that are left."""
    if engine.uses_ray():
        yield engine.over_ray(folder.path, settings, request.processes, limits)
        return
    worker = Worker(folder.path, settings)
    processes = min(request.processes or os.cpu_count() or 1, slices)
    can_fork = hasattr(os, "fork")  # Windows cannot
    if processes < 2 or not can_fork or (request.processes is None and plan.rows <= _FEW_ROWS):
        yield engine.in_this_process(worker)
        return
    with engine.in_processes(worker, processes, limits) as do_all:
        yield do_all


def _check_output(request: Request) -> None:
    """Raises ValueError if the output cannot be written, or would overwrite the input."""
    Style.for_output(request.out)
    given = [each.path for each in request.given if each.path is not None and each.path.exists()]
    for out in (request.out, rejected_path(request.out)):
        if out.is_dir() or (out.exists() and any(map(out.samefile, given))):
            raise ValueError(f"{out} is a folder or the input itself; let --out name another file")


def _prepare(partial: Partial, request: Request, settings: Settings, watch: Watch) -> tuple[Folder, Plan]:
    has_earlier_work = partial.begun
    try:
        return planning.prepare(partial, request, settings, watch)
    except (ValueError, OSError, MemoryError):
        if not has_earlier_work:  # a batch that cannot be done leaves nothing behind
            partial.remove()
        raise


def _read_and_count(
    folder: Folder, plan: Plan, do_all: engine.Engine, settings: Settings, *, resolving: Resolving, watch: Watch
) -> None:
    """Read the leads, count their identities and ask for their mail domains, as far as that is not done yet."""
    unread = [number for number in range(plan.slices) if not folder.leads(number).exists()]
    with closing(Routes(folder.routes())) as routes:
        for number in set(range(plan.slices)) - set(unread):
            routes.add(read_domains(folder.leads(number)))
        watch.phase("reading", "rows", _count_rows(plan, unread))
        for number in _slice_numbers(do_all([ReadSlice(number) for number in unread])):
            routes.add(read_domains(folder.leads(number)))
            watch.done(_count_rows(plan, [number]))
        if plan.keep:
            _read_past(folder, plan, do_all, settings, watch)
        shares = [(kind, share) for kind in identity_kinds(folder, plan.slices) for share in range(plan.shares)]
        uncounted = [CountShare(kind, share) for kind, share in shares if not folder.seen(kind, share).exists()]
        watch.phase("counting", "passes", len(uncounted))
        for _ in do_all(uncounted):
            watch.done(1)
        before, total = routes.figures()
        watch.phase("asking the DNS", "domains", total - before)
        times = 1
        while not resolving.wait(0.2):
            settled, _ = routes.figures()
            watch.done(settled - before)
            before = settled
            if resolving.times > times:
                times = resolving.times
                watch.phase("asking the DNS again", "domains", total - before)


def _read_past(folder: Folder, plan: Plan, do_all: engine.Engine, settings: Settings, watch: Watch) -> None:
    """Read the leads that the ledger had before, and find those of the batch among them."""
    files = past.write_records(folder, plan, settings, watch)
    unread = [number for number in range(files) if not folder.past(number).exists()]
    watch.phase("reading earlier leads", "files", len(unread))
    for _ in do_all([ReadPast(number) for number in unread]):
        watch.done(1)
    past.settle(folder, plan, files, bound(check_id, plan, wiring.identity_key(settings, plan.tenant)))


def _slice_numbers(done: Iterator[Task]) -> Iterator[int]:
    """The slices' numbers of tasks that are done, which are tasks of one slice each."""
    for task in done:
        if not isinstance(task, CountShare | ReadPast):
            yield task.number


def _count_rows(plan: Plan, slices: Iterable[int]) -> int:
    """How many rows of the input these slices have."""
    return sum(map(plan.rows_of, slices))


def _put_together(folder: Folder, plan: Plan, out: Path) -> Tally:
    """Write the output and the file of rejected rows from the slices' parts, and give the figures.

    Raises RuntimeError, and writes nothing, if a row is missing.
    """
    numbers, tally = range(plan.slices), Tally(files={file.name: Counter() for file in plan.files[1:] and plan.files})
    for number in numbers:
        tally.merge(folder.tally(number).read_bytes())
    if plan.files:
        with closing(Routes(folder.routes())) as routes:
            tally.unknown_domains = routes.unknown()
    if tally.rows != plan.rows:
        raise RuntimeError(f"a defect in fraudcheck: of {plan.rows} rows {tally.rows} came out; nothing was written")
    mappings = {file.name: file.mapping for file in plan.files}
    mapping = {"mappings": mappings} if plan.style.files else {"mapping": next(iter(mappings.values()), {})}
    about = {"job": plan.job, "tenant": plan.tenant, "looked_up_on": plan.day, **mapping}
    for style, columns, part_path, path in (
        (Style("ndjson"), (), folder.rejected, rejected_path(out)),
        (plan.style, plan.columns, folder.verdicts, out),
    ):
        joined = folder.path / path.name
        writing.join_parts(style, columns, map(part_path, numbers), joined, about)
        joined.replace(path)
    return tally


def rejected_path(out: Path) -> Path:
    """The file, beside the output, of the rows that could not be judged."""
    return out.with_name(out.name + ".rejected.ndjson")
