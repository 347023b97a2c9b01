"""What is one process's part in a batch? It does tasks, one after the other, with what they share loaded once."""

from __future__ import annotations

import asyncio
import gc
from functools import cache, cached_property
from pathlib import Path

from fraudcheck import wiring
from fraudcheck.anomaly.detector import Model, decode_model
from fraudcheck.batch.count_task import count_share
from fraudcheck.batch.folder import Folder
from fraudcheck.batch.judge_task import judge_slice, rejudge_slice
from fraudcheck.batch.past import read_past
from fraudcheck.batch.read_task import SliceReader, defect_location
from fraudcheck.batch.recorded_ports import RecordedCounts, RecordedRoutes
from fraudcheck.batch.tasks import CountShare, JudgeSlice, ReadPast, ReadSlice, RejudgeSlice, Task
from fraudcheck.pipeline.check import Pipeline, Tenant
from fraudcheck.ports import Ports
from fraudcheck.scoring.policy import decode_policy
from fraudcheck.settings import Settings


class Worker:
    """Does the tasks of the batch in ``folder``, whose plan has to be there already."""

    def __init__(self, folder: Path, settings: Settings) -> None:
        self._folder = Folder(folder)
        self._plan = self._folder.plan()
        self._settings = settings
        self._counts, self._routes = RecordedCounts(), RecordedRoutes()

    def load(self) -> None:
        """Load what reads and judges leads, if that is to be done; the first such task would."""
        if self._plan.files:
            self._pipeline_parts  # noqa: B018

    def do(self, task: Task) -> None:
        """Do one task.

        Raises ValueError or OSError for what the operator has to put right, MemoryError, and RuntimeError, without a
        lead's data in its text, for a defect.
        """
        if isinstance(task, ReadSlice | ReadPast | JudgeSlice):
            self.load()  # here, because lists that cannot be read are no defect
        gc.disable()  # a slice's many verdicts live to its end, and each collection would walk through them
        try:
            self._do(task)
        except (OSError, MemoryError):
            raise
        except Exception as defect:
            raise RuntimeError(f"{task}: {defect_location(defect)}") from None
        finally:
            gc.enable()

    def _do(self, task: Task) -> None:
        match task:
            case ReadSlice(number):
                self._reader.read(number)
            case ReadPast(number):
                _, ports, tenant = self._pipeline_parts
                read_past(self._folder, number, tenant, ports.lists, self._settings.default_country)
            case CountShare(kind, share):
                count_share(self._folder, self._plan, kind, share)
            case JudgeSlice(number):
                self._judge(number)
            case RejudgeSlice(number):
                key = wiring.identity_key(self._settings, self._plan.tenant)
                rejudge_slice(self._folder, self._plan, number, identity_key=key, load_model=self._load_model)

    @cached_property
    def _pipeline_parts(self) -> tuple[Pipeline, Ports, Tenant]:
        """What reads and judges leads. Its lists take a second to load, which counting need not wait for."""
        parts = wiring.offline(
            self._settings,
            self._plan.tenant,
            decode_policy(self._plan.policy.encode()),
            self._plan.quality_table(),
            counters=self._counts,
            mail_routes=self._routes,
            data={"dns": self._plan.day},
        )
        gc.freeze()  # lists and code are a hundred thousand objects that live as long as the process
        return parts

    @cached_property
    def _reader(self) -> SliceReader:
        _, ports, tenant = self._pipeline_parts
        return SliceReader(self._folder, self._plan, ports, tenant, self._settings.default_country)

    def _judge(self, number: int) -> None:
        pipeline, _, tenant = self._pipeline_parts
        judging = judge_slice(
            self._folder,
            self._plan,
            number,
            pipeline=pipeline,
            tenant=tenant,
            counts=self._counts,
            routes=self._routes,
        )
        asyncio.run(judging)

    @cache  # noqa: B019 - a worker lives as long as its batch
    def _load_model(self, name: str) -> Model:
        return decode_model(self._folder.model(name).read_bytes())
