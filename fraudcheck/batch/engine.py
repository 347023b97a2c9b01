"""Who does the tasks? This process if they are few, else processes that it forks; or those of a Ray cluster.

A forked process has the lists that this one has loaded, and shares their memory. Over Ray, Daft
(https://docs.daft.ai) distributes the tasks; what a task is, and that it can be done twice, is our own code. The
counting is ours too: Daft's grouping holds all rows of a group in memory at once, a thousand times over for a thousand
counts. With ``DAFT_RUNNER=ray`` in the environment (and ``RAY_ADDRESS`` for an existing cluster) the same code runs on
Ray, whose machines must see the batch's folder and the data directory under the same paths.
"""

from __future__ import annotations

import logging
import os
import signal
import warnings
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ProcessPoolExecutor, as_completed
from concurrent.futures.process import BrokenProcessPool
from contextlib import chdir, contextmanager
from multiprocessing import get_context, parent_process
from pathlib import Path
from threading import Thread

from fraudcheck.batch.limits import Limits
from fraudcheck.batch.tasks import Task, decode_task, encode_task
from fraudcheck.batch.worker import Worker
from fraudcheck.settings import CODE, Settings, import_environment

_QUIET = {
    "DO_NOT_TRACK": "true",
    "DAFT_ANALYTICS_ENABLED": "0",
    "DAFT_PROGRESS_BAR": "0",
    "RAY_USAGE_STATS_ENABLED": "0",
}
_NO_MEMORY = "no memory"
"""What a process answers in the place of the task when it may not take more memory."""
_DIED = "UDF process closed the connection"
"""How Daft tells that a process has died."""
_NICER = 5
"""How far a forked process gives way to the first one, whose one thread asks the DNS: else that would be left to do
alone when all is read."""
Engine = Callable[[Sequence[Task]], Iterator[Task]]
"""Does tasks, and yields each one when it is done, in any order."""


def uses_ray() -> bool:
    """Whether a Ray cluster is to do the tasks."""
    return os.environ.get("DAFT_RUNNER", "").lower() == "ray"


def in_this_process(worker: Worker) -> Engine:
    """Do the tasks one after the other in this process."""

    def do_all(tasks: Sequence[Task]) -> Iterator[Task]:
        for task in tasks:
            worker.do(task)
            yield task

    return do_all


@contextmanager
def in_processes(worker: Worker, processes: int, limits: Limits) -> Iterator[Engine]:
    """Do the tasks in so many copies of this process, each within the limits, and end them when the block ends.

    Raises what the tasks raise. No other thread may run when the block begins: a copy has none but its own, and would
    wait for ever for what another one holds.
    """
    worker.load()
    pool = ProcessPoolExecutor(processes, get_context("fork"), _begin, (worker, limits))

    def do_all(tasks: Sequence[Task]) -> Iterator[Task]:
        try:
            for done in as_completed([pool.submit(_do, task) for task in tasks]):
                yield done.result()
        except BrokenProcessPool:  # killed by the kernel, or by a library that cannot do without the memory
            raise MemoryError from None

    try:
        with warnings.catch_warnings():  # of Arrow's threads, which Arrow makes anew in a copy
            warnings.simplefilter("ignore", DeprecationWarning)
            pool.submit(os.getpid).result()  # makes the copies, all of them
        yield do_all
    finally:
        pool.shutdown(cancel_futures=True)


_worker: Worker
"""That of this process, if it is a copy."""


def _begin(worker: Worker, limits: Limits) -> None:
    """What a copy does first."""
    global _worker  # noqa: PLW0603 - a task that is sent to a copy can find its worker nowhere else
    _worker = worker
    limits.set()
    os.nice(_NICER)
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # Ctrl-C is for the first process, which then ends its copies
    Thread(target=_end_with_parent, daemon=True).start()


def _end_with_parent() -> None:
    """Let no copy outlive a first process that was killed."""
    parent = parent_process()
    if parent is not None:
        parent.join()
        os._exit(1)


def _do(task: Task) -> Task:
    _worker.do(task)
    return task


def over_ray(folder: Path, settings: Settings, processes: int | None, limits: Limits) -> Engine:
    """Do the tasks in so many processes of a Ray cluster, None for one for each processor, each within the limits.

    Raises MemoryError and OSError as the tasks do; Daft would make them a RuntimeError.
    """
    os.environ |= {name: os.environ.get(name, value) for name, value in _QUIET.items()} | import_environment()
    import daft  # noqa: PLC0415 - only those who use a cluster need it

    processors = _join_ray(folder)

    class DaftWorker:
        def __init__(self) -> None:
            limits.set()
            self.worker = Worker(folder, settings)

        @daft.method(return_dtype=daft.DataType.string())
        def do(self, encoded: str) -> str:
            try:
                self.worker.do(decode_task(encoded))
            except MemoryError:
                return _NO_MEMORY
            except OSError as problem:
                return f"{problem.errno} {problem.strerror}"
            return encoded

    def do_all(tasks: Sequence[Task]) -> Iterator[Task]:
        if not tasks:
            return
        concurrency = min(processes or processors, len(tasks))
        workers = daft.cls(DaftWorker, use_process=True, max_concurrency=concurrency)()
        encoded = daft.from_pydict({"task": [encode_task(task) for task in tasks]}).into_batches(1)
        try:
            for row in encoded.select(workers.do(daft.col("task")).alias("done")).iter_rows():
                yield _task_done(row["done"])
        except RuntimeError as problem:
            if _DIED in str(problem):  # killed by the kernel, or by a library that cannot do without the memory
                raise MemoryError from None
            raise

    return do_all


def _task_done(answer: str) -> Task:
    """The task that a process answers with. Raises what the task raised."""
    if answer == _NO_MEMORY:
        raise MemoryError
    if not answer.startswith("{"):
        number, _, text = answer.partition(" ")
        raise OSError(int(number) if number.isdecimal() else None, text)
    return decode_task(answer)


def _join_ray(folder: Path) -> int:
    """Join the cluster, or start one on this machine, and give the number of its processors.

    Ray lets its workers import from the directory that it is started in: so not from one where anybody may put code.
    """
    import ray  # noqa: PLC0415 - only those who use a cluster need it

    if not ray.is_initialized():
        with chdir(folder if CODE.name == "site-packages" else CODE):
            ray.init(address=os.environ.get("RAY_ADDRESS"), logging_level=logging.ERROR, log_to_driver=False)
    return int(ray.cluster_resources()["CPU"])  # type: ignore[no-untyped-call]
