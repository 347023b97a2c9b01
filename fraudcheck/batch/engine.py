"""Who does the tasks? This process where they are few, else processes that Daft keeps: on this machine, or over Ray.

Daft (https://docs.daft.ai) spreads the tasks; what a task is, and that it can be done twice, is ours. Its own grouping
holds all rows of a group in memory at once, a thousand times for a thousand numbers, so the counting stays with us.
With ``DAFT_RUNNER=ray`` in the environment (and ``RAY_ADDRESS``, for a cluster that is there) the same code runs on
Ray, whose machines must see the batch's folder and the data directory under the same names.
"""

from __future__ import annotations

import logging
import os
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path

from fraudcheck.batch.worker import Worker
from fraudcheck.settings import Settings

_QUIET = {
    "DO_NOT_TRACK": "true",
    "DAFT_ANALYTICS_ENABLED": "0",
    "DAFT_PROGRESS_BAR": "0",
    "RAY_USAGE_STATS_ENABLED": "0",
}
Do = Callable[[Sequence[str]], Iterator[str]]
"""Does tasks, and gives each when it is done, in any order."""


def over_ray() -> bool:
    """Whether a cluster is to do it."""
    return os.environ.get("DAFT_RUNNER", "").lower() == "ray"


def alone(folder: Path, settings: Settings) -> Do:
    """In this process."""
    worker: list[Worker] = []

    def do(tasks: Sequence[str]) -> Iterator[str]:
        for task in tasks:
            if not worker:  # the plan is made by now
                worker.append(Worker(folder, settings))
            worker[0].do(task)
            yield task

    return do


def spread(folder: Path, settings: Settings, processes: int | None) -> Do:
    """In so many processes, else in one for each processor."""
    os.environ |= {name: os.environ.get(name, value) for name, value in _QUIET.items()}
    import daft  # noqa: PLC0415 - a quarter of a second, for large files only

    there = _cluster() if over_ray() else os.cpu_count() or 1

    class Tasks:
        def __init__(self) -> None:
            self.worker = Worker(folder, settings)

        @daft.method(return_dtype=daft.DataType.string())
        def do(self, task: str) -> str:
            self.worker.do(task)
            return task

    def do(tasks: Sequence[str]) -> Iterator[str]:
        if not tasks:
            return
        kept = daft.cls(Tasks, use_process=True, max_concurrency=min(processes or there, len(tasks)))()
        query = daft.from_pydict({"task": list(tasks)}).into_batches(1).select(kept.do(daft.col("task")).alias("done"))
        for answer in query.iter_rows():
            yield answer["done"]

    return do


def _cluster() -> int:
    """Join the cluster, or start one on this machine, and give its processors."""
    import ray  # noqa: PLC0415 - as Daft

    if not ray.is_initialized():
        ray.init(address=os.environ.get("RAY_ADDRESS"), logging_level=logging.ERROR, log_to_driver=False)
    return int(ray.cluster_resources()["CPU"])  # type: ignore[no-untyped-call]
