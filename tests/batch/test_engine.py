"""Forked processes do the tasks: what goes wrong in one is told as it is, and none is left behind."""

from __future__ import annotations

import errno
import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

from fraudcheck.batch.engine import in_processes
from fraudcheck.batch.limits import Limits
from fraudcheck.batch.tasks import CountShare, JudgeSlice, ReadSlice, RejudgeSlice

LIMITS = Limits(None, 0)


class Worker:
    """One that fails by the task."""

    def __init__(self) -> None:
        self.loaded_in = 0

    def load(self) -> None:
        self.loaded_in = os.getpid()

    def do(self, task) -> None:
        assert self.loaded_in == os.getppid(), "loaded once, for all"
        match task:
            case CountShare():
                os.kill(os.getpid(), signal.SIGKILL)
            case JudgeSlice():
                raise MemoryError
            case RejudgeSlice():
                raise OSError(errno.ENOSPC, "no room")


def test_each_task_is_done_and_failures_come_through():
    with in_processes(Worker(), 2, LIMITS) as do_all:
        tasks = [ReadSlice(number) for number in range(9)]
        assert sorted(do_all(tasks), key=lambda task: task.number) == tasks
        assert list(do_all([])) == []
        with pytest.raises(MemoryError):
            list(do_all([JudgeSlice(1)]))
        with pytest.raises(OSError, match="no room") as told:
            list(do_all([ReadSlice(1), RejudgeSlice(1)]))
        assert told.value.errno == errno.ENOSPC
        with pytest.raises(MemoryError):  # the kernel ends the one that takes most
            list(do_all([CountShare("email", 0)]))


ORPHANS = r"""
import os, signal, time
from fraudcheck.batch.engine import in_processes
from fraudcheck.batch.limits import Limits
from fraudcheck.batch.tasks import ReadSlice

class Worker:
    def load(self):
        pass

    def do(self, task):
        os.write(1, b"%d\n" % os.getpid())
        time.sleep(60)

with in_processes(Worker(), 2, Limits(None, 0)) as do_all:
    list(do_all([ReadSlice(1), ReadSlice(2)]))
"""


def test_none_outlives_a_first_process_that_was_killed():
    with subprocess.Popen([sys.executable, "-c", ORPHANS], stdout=subprocess.PIPE) as first:
        copies = [int(first.stdout.readline()) for _ in range(2)]
        first.kill()
        first.wait()
        end = time.monotonic() + 20
        while any(_runs(copy) for copy in copies):
            assert time.monotonic() < end
            time.sleep(0.05)


def _runs(process: int) -> bool:
    try:
        os.kill(process, 0)
        stat = Path(f"/proc/{process}/stat")  # one that nobody waits for stays as a zombie in some containers
        return not stat.exists() or stat.read_text().rpartition(")")[2].split()[0] != "Z"
    except (ProcessLookupError, FileNotFoundError):
        return False
