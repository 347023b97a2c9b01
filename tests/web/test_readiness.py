"""`/readyz`: it says what a check would meet, with servers that answer PING and cannot be written to."""

from __future__ import annotations

import asyncio
import errno
import os
import subprocess
import sys
from pathlib import Path

import msgspec
import pytest
from redis.asyncio import Redis
from sqlalchemy import create_engine, text

from fraudcheck import wiring
from fraudcheck.adapters.redis.embedded import EmbeddedRedis
from fraudcheck.adapters.sql.ledger import SqlLedger
from fraudcheck.ports import Unavailable
from fraudcheck.web import readiness
from fraudcheck.web.app import make
from fraudcheck.web.readiness import Probe
from tests.web.test_app import GOOD


async def ask(service):
    probe = Probe(service)
    told = await probe.readiness()
    await probe.close()
    return told.status, told.dependencies


def away(name):
    async def ping():
        raise Unavailable(name)

    return ping


async def never():
    await asyncio.Event().wait()


async def test_what_is_away_and_what_it_costs(service):
    pings = dict(service.pings)
    for name in ("redis", "dns", "ledger"):
        status, states = await ask(msgspec.structs.replace(service, pings=pings | {name: away(name)}))
        assert (status, states[name]) == ("degraded", f"unavailable: {name}")
    assert states["spool"] == "ok"
    assert not list(service.settings.data_dir.glob("spool/*/*.spool")), "the try leaves nothing behind"


async def test_a_full_disk_is_503(service, aiohttp_client, monkeypatch):
    """Neither ledger nor spool: a check gets 503, and so does who asks."""

    def full(*_):
        raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))

    monkeypatch.setattr(service.ledger._ledger._database, "try_write", full)
    monkeypatch.setattr(service.ledger._ledger._writer, "_append", full)
    monkeypatch.setattr("fraudcheck.adapters.spool.files.os.write", full)
    client = await aiohttp_client(make(service))
    assert (await client.post("/v1/checks", json=GOOD)).status == 503
    answer = await client.get("/readyz")
    body = await answer.json()
    assert (answer.status, body["status"]) == (503, "unavailable")
    assert "No space left" in body["dependencies"]["spool"]


async def test_it_never_hangs_and_asks_nobody_twice(service, monkeypatch):
    monkeypatch.setattr(readiness, "TIME_LIMIT", 0.05)
    monkeypatch.setattr(readiness, "INTERVAL", 0.0)
    asked = []

    async def hangs():
        asked.append(1)
        await never()

    probe = Probe(msgspec.structs.replace(service, pings={"ledger": hangs, "redis": hangs}))
    for _ in range(3):
        told = await asyncio.wait_for(probe.readiness(), 5)
    assert "no answer" in told.dependencies["redis"]
    assert len(asked) == 2
    await probe.close()


async def test_callers_share_an_answer(service):
    asked = []

    async def ping():
        asked.append(1)

    now = [5.0]
    probe = Probe(msgspec.structs.replace(service, pings={"ledger": ping}), lambda: now[0])
    await asyncio.gather(*[probe.readiness() for _ in range(50)])
    await probe.readiness()
    assert len(asked) == 1
    now[0] += readiness.INTERVAL
    await probe.readiness()
    assert len(asked) == 2


async def test_a_touched_reserve_is_told(service):
    settings = msgspec.structs.replace(service.settings, disk_reserve_bytes=1 << 60)
    status, states = await ask(msgspec.structs.replace(service, settings=settings))
    assert status == "degraded"
    assert "batches wait" in states["disk"]


@pytest.fixture
async def redis(tmp_path):
    async with EmbeddedRedis(tmp_path / "redis") as server:
        client = Redis.from_url(server.url)
        yield server.url, client
        await client.aclose()


@pytest.mark.parametrize(
    "commands",
    [
        [("CONFIG", "SET", "maxmemory", "1"), ("CONFIG", "SET", "maxmemory-policy", "noeviction")],
        [("REPLICAOF", "127.0.0.1", "1")],
        [("CONFIG", "SET", "min-replicas-to-write", "1")],
    ],
)
async def test_a_redis_that_answers_ping_but_does_not_count(settings, redis, commands):
    url, client = redis
    async with wiring.service(msgspec.structs.replace(settings, redis=url)) as service:
        assert (await ask(service))[0] == "ok"
        await client.script_flush()
        assert (await ask(service))[0] == "ok", "a restarted server has forgotten the script"
        for command in commands:
            await client.execute_command(*command)
        assert await client.ping()
        status, states = await ask(service)
        assert status == "degraded"
        assert "does not count" in states["redis"]


async def test_a_postgresql_that_takes_no_writes(postgres):
    url = postgres.database()
    ledger = SqlLedger(url)
    await ledger.start()
    await ledger.ping()
    engine = create_engine(url.replace("postgresql:", "postgresql+psycopg:"), isolation_level="AUTOCOMMIT")
    with engine.connect() as connection:
        name = connection.execute(text("SELECT current_database()")).scalar()
        connection.execute(text(f'ALTER DATABASE "{name}" SET default_transaction_read_only = on'))
    engine.dispose()
    await ledger.close()
    ledger = SqlLedger(url)
    await ledger.start()
    with pytest.raises(Unavailable):
        await ledger.ping()
    await ledger.close()


async def test_a_sqlite_whose_try_is_a_write(tmp_path):
    """It reaches the write-ahead log, and changes nothing that is kept."""
    ledger = SqlLedger(f"sqlite:///{tmp_path}/ledger.sqlite")
    await ledger.start()
    await ledger.ping()
    before = ledger._database.wal_size()
    await ledger.ping()
    assert ledger._database.wal_size() > before
    await ledger.close()


FULL = """
import asyncio, sys
from pathlib import Path
from fraudcheck.adapters.disk import free
from fraudcheck.adapters.sql.ledger import SqlLedger
from fraudcheck.adapters.spool.files import Spool
from fraudcheck.ports import Unavailable

async def main(folder):
    ledger = SqlLedger(f"sqlite:///{folder}/ledger.sqlite")
    await ledger.start()
    spool = Spool(folder / "spool")
    await ledger.ping()
    spool.try_write()
    with (folder / "filler").open("wb", buffering=0) as filler:
        try:
            while filler.write(bytes(4096)):
                pass
        except OSError:
            pass
    for _ in range(2):
        try:
            await ledger.ping()
            print("ledger ok")
        except Unavailable:
            print("ledger full")
    try:
        spool.try_write()
        print("spool ok")
    except OSError as problem:
        print("spool", problem.strerror)
    (folder / "filler").unlink()
    await ledger.ping()
    spool.try_write()
    print("both again")

asyncio.run(main(Path(sys.argv[1])))
"""


def test_a_disk_that_is_really_full(tmp_path):
    mounted = subprocess.run(
        ["mount", "-t", "tmpfs", "-o", "size=4m", "tmpfs", str(tmp_path)],
        check=False,
        capture_output=True,
    )
    if mounted.returncode:
        pytest.skip("a small disk cannot be mounted here")
    try:
        run = subprocess.run([sys.executable, "-c", FULL, tmp_path], capture_output=True, text=True, check=False)
    finally:
        subprocess.run(["umount", str(tmp_path)], check=True)
    assert run.stdout.split("\n")[-4:-1] == ["ledger full", "spool No space left on device", "both again"], run
    assert Path(tmp_path).exists()
