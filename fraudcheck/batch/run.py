"""In which order is a batch done? Cut the input up, read it, count and ask the DNS, judge, put the output together."""

from __future__ import annotations

from collections.abc import Iterable
from contextlib import closing
from pathlib import Path

import pyarrow as pa

from fraudcheck import wiring
from fraudcheck.batch import engine, slices, writing
from fraudcheck.batch.folder import Folder, Partial, Plan
from fraudcheck.batch.mail_routes import Asking, Routes
from fraudcheck.batch.slices import Request, Watch
from fraudcheck.batch.tally import Tally
from fraudcheck.batch.worker import kinds
from fraudcheck.batch.writing import Style
from fraudcheck.settings import Settings

_FEW = 20_000
"""Rows that are done in less time than it takes to start other processes."""


def run(request: Request, settings: Settings, watch: Watch) -> tuple[Tally, Plan]:
    """Do a batch, or go on with one, and give its figures and its plan. The output is whole on return.

    Raises ValueError with what to do where it cannot be done.
    """
    Style.of(request.out)
    for out in (request.out, rejected_of(request.out)):
        if out.is_dir() or (request.given is not None and out.exists() and out.samefile(request.given)):
            raise ValueError(f"{out} is a folder or the input itself; let --out name another file")
    partial = Partial.beside(request.out)
    wiring.prepare(settings.data_dir)
    with partial.held():
        folder, plan = _planned(partial, request, settings, watch)
        todo = [number for number in range(plan.slices) if not folder.verdicts(number).exists()]
        watch.sized(plan.rows, plan.rows - _rows(plan, todo))
        if plan.rows <= _FEW and request.processes is None and not engine.over_ray():
            do = engine.alone(folder.path, settings)
        else:
            do = engine.spread(folder.path, settings, request.processes)
        if todo and plan.source != "ledger":
            with Asking(folder.routes(), lambda: wiring.mail_routes(settings)) as asking:
                _gather(folder, plan, do, asking, watch)
        watch.phase("judging", "rows", _rows(plan, todo))
        for task in do([f"{'again' if plan.source == 'ledger' else 'judge'} {number}" for number in todo]):
            watch.done(_rows(plan, [int(task.split()[1])]))
        tally = _put_together(folder, plan, request.out)
        partial.remove()
        return tally, plan


def _planned(partial: Partial, request: Request, settings: Settings, watch: Watch) -> tuple[Folder, Plan]:
    earlier = partial.begun
    try:
        return slices.plan(partial, request, settings, watch)
    except (ValueError, OSError):
        if not earlier:  # nothing is left lying about of what cannot be done
            partial.remove()
        raise


def _gather(folder: Folder, plan: Plan, do: engine.Do, asking: Asking, watch: Watch) -> None:
    """Read the leads, count their identities and ask for their domains, as far as that is not done."""
    unread = [number for number in range(plan.slices) if not folder.leads(number).exists()]
    with closing(Routes(folder.routes())) as routes:
        for number in set(range(plan.slices)) - set(unread):
            routes.add(_domains(folder.leads(number)))
        watch.phase("reading", "rows", _rows(plan, unread))
        for task in do([f"read {number}" for number in unread]):
            number = int(task.split()[1])
            routes.add(_domains(folder.leads(number)))
            watch.done(_rows(plan, [number]))
        shares = [(kind, share) for kind in kinds(folder, plan.slices) for share in range(plan.shares)]
        uncounted = [f"count {kind} {share}" for kind, share in shares if not folder.seen(kind, share).exists()]
        watch.phase("counting", "passes", len(uncounted))
        for _ in do(uncounted):
            watch.done(1)
        before, there = routes.figures()
        watch.phase("asking the DNS", "domains", there - before)
        while not asking.finished(0.2):
            now, _ = routes.figures()
            watch.done(now - before)
            before = now


def _rows(plan: Plan, slices: Iterable[int]) -> int:
    return sum(min(plan.size, plan.rows - number * plan.size) for number in slices)


def _domains(leads: Path) -> list[str]:
    with pa.memory_map(str(leads)) as file:
        table = pa.ipc.open_file(file).read_all()
    domains: list[str] = table["domain"].drop_null().unique().to_pylist()
    return domains


def _put_together(folder: Folder, plan: Plan, out: Path) -> Tally:
    numbers, tally = range(plan.slices), Tally()
    for number in numbers:
        tally.merge(folder.tally(number).read_bytes())
    if tally.rows != plan.rows:
        raise RuntimeError(f"a defect in fraudcheck: of {plan.rows} rows {tally.rows} came out; nothing was written")
    about = {"job": plan.job, "tenant": plan.tenant, "looked_up_on": plan.day, "mapping": plan.mapping}
    for style, columns, part, whole in (
        (Style("ndjson"), (), folder.rejected, rejected_of(out)),
        (plan.style, plan.columns, folder.verdicts, out),
    ):
        made = folder.path / whole.name
        writing.join(style, columns, map(part, numbers), made, about)
        made.replace(whole)
    return tally


def rejected_of(out: Path) -> Path:
    """Where the rows go that could not be judged."""
    return out.with_name(out.name + ".rejected.ndjson")
