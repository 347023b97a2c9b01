"""How do a batch's leads come into the ledger? As the records of live ones do, each durable before the batch is done.

A row's check has the same id whenever its file is judged, so that what was kept is not kept again. A service may write
into the same ledger meanwhile: it waits for a few hundred records at most, and then has its turn.
"""

from __future__ import annotations

import asyncio
import fcntl
import os
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from time import perf_counter
from typing import Any

import msgspec

from fraudcheck import wiring
from fraudcheck.anomaly.detector import encode_model
from fraudcheck.batch.folder import Folder, Plan
from fraudcheck.batch.raw_files import write_atomically
from fraudcheck.batch.request import Watch
from fraudcheck.intake.identities import lookup_tokens
from fraudcheck.ledger.entry import make_entry
from fraudcheck.ledger.sealing import SALT_BYTES
from fraudcheck.pipeline.check import Tenant
from fraudcheck.ports import Unavailable
from fraudcheck.ports.keeping import Keeping, Withdrawn
from fraudcheck.ports.ledger import Entry
from fraudcheck.records import CheckVerdict, Facts, Subject
from fraudcheck.scoring.policy import decode_policy, encode_policy
from fraudcheck.settings import Settings, ledger_url
from fraudcheck.worth.quality import encode_quality

_AT_A_TIME = 256
"""Records of one commit."""
_TRIES, _PAUSE = 30, 2.0
"""How often a commit is tried, and the seconds between two tries: a service may hold the ledger for a while."""
_PASSING = frozenset({"model", "lists", "quality", "policy", "service", "keep"})
"""What verdicts depend on, and what a lead is does not: another day's run of a file keeps no other leads."""
_encode = msgspec.msgpack.Encoder().encode
_decode = msgspec.msgpack.Decoder(list[Entry]).decode


def lasting(asked: Mapping[str, Any]) -> dict[str, Any]:
    """Of what a batch is asked that by which its kept leads are named."""
    return {name: value for name, value in asked.items() if name not in _PASSING}


@contextmanager
def alone(settings: Settings, watch: Watch) -> Iterator[None]:
    """Wait until no other batch keeps leads: of two at once neither would know the other's."""
    with (settings.data_dir / "keeping.lock").open("w") as lock:
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            watch.note("another batch is keeping leads: this one goes on when that has ended")
            fcntl.flock(lock, fcntl.LOCK_EX)
        yield


def entry_of(tenant: Tenant, subject: Subject, facts: Mapping[str, Facts | None], verdict: CheckVerdict) -> Entry:
    """What the ledger keeps of a row."""
    return make_entry(
        tenant.name,
        verdict.check_id,
        subject.lead,
        facts=facts,
        verdict=verdict,
        tokens=lookup_tokens(tenant.identity_key, subject),
        salts=os.urandom(SALT_BYTES),
    )


def write_entries(folder: Folder, number: int, entries: Sequence[Entry]) -> None:
    """Write a slice's records down, for the time when all slices are judged."""
    write_atomically(folder.entries(number), _encode(entries))


def keep(folder: Folder, plan: Plan, settings: Settings, watch: Watch, leads: int) -> None:
    """Put the leads of all slices into the ledger. They are durable, and can be found, when this returns.

    Raises ValueError, with what to do, when the ledger does not take them.
    """
    watch.phase("keeping", "leads", leads)
    try:
        asyncio.run(_keep(folder, plan, settings, watch))
    except Unavailable:
        raise ValueError(
            "the ledger does not take the leads: nothing is lost, so run the same command again when it answers"
        ) from None


def withdraw(settings: Settings, tenant: str, job: str, watch: Watch) -> Withdrawn:
    """Take back what a batch kept. Raises ValueError where the ledger has nothing of it, or does not answer."""
    with alone(settings, watch):
        try:
            withdrawn = asyncio.run(_withdraw(settings, tenant, job))
        except Unavailable:
            raise ValueError("the ledger does not answer: run the same command again when it does") from None
    if not (withdrawn.gone or withdrawn.stay):
        raise ValueError(
            f"the ledger has no leads of batch {job} of tenant {tenant}: see what the batch said at its end"
        )
    return withdrawn


async def _withdraw(settings: Settings, tenant: str, job: str) -> Withdrawn:
    async with wiring.ledger_only(settings) as ledger:
        return await ledger.withdraw(tenant, f"batch:{job}")


async def _keep(folder: Folder, plan: Plan, settings: Settings, watch: Watch) -> None:
    gives_way = ledger_url(settings).startswith("sqlite:")  # which takes one writer, and has no queue
    model = wiring.load_model(settings)
    artefacts = [encode_policy(decode_policy(plan.policy.encode())), encode_quality(plan.quality_table())]
    artefacts += [encode_model(model)] if model is not None else []
    async with wiring.ledger_only(settings) as ledger:
        for artefact in artefacts:
            await ledger.put_artefact(*artefact)
        for number in range(plan.slices):
            entries = _decode(folder.entries(number).read_bytes())
            for start in range(0, len(entries), _AT_A_TIME):
                part = entries[start : start + _AT_A_TIME]
                began = perf_counter()
                await _append(ledger, part)
                watch.done(len(part))
                if gives_way:
                    await asyncio.sleep(perf_counter() - began)


async def _append(ledger: Keeping, entries: Sequence[Entry]) -> None:
    """Raises Unavailable when the ledger took them at no try."""
    for left in reversed(range(_TRIES)):
        results = await asyncio.gather(*map(ledger.append, entries), return_exceptions=True)
        failed = [result for result in results if isinstance(result, BaseException)]
        if not failed:
            await ledger.flush_index()
            return
        if not left or not isinstance(failed[0], Unavailable):
            raise failed[0]
        await asyncio.sleep(_PAUSE)
