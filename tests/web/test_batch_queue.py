"""Batches over HTTP: a job's whole life over real HTTP and with real children, by a stand-in for the command."""

from __future__ import annotations

import asyncio
import errno
import fcntl
import gzip
import io
import json
import os
import sys
from pathlib import Path

import msgspec
import pytest
from aiohttp import web

from fraudcheck.web import batch_child, batch_queue
from fraudcheck.web.app import make
from fraudcheck.web.batch_job import JobFolder
from fraudcheck.web.batch_queue import Batches
from tests.web.test_app import problem

STAND_IN = (sys.executable, "-ISS", str(Path(__file__).with_name("stand_in_batch.py")))
CSV = {"Content-Type": "text/csv"}
NOBODY = "01936b5e-0000-7000-8000-000000000000"


class DataDirectory:
    """The data directory of the services under test, and what the stand-in for the command notes in it."""

    def __init__(self, data_dir):
        self.data_dir, self.root = data_dir, data_dir / "batches"

    def go(self):
        (self.data_dir / "go").touch()

    def starts(self):
        path = self.data_dir / "starts"
        return path.read_text().split() if path.exists() else []

    def overlap(self):
        return (self.data_dir / "overlap").exists()

    def names(self, batch_id, tenant="default"):
        return sorted(path.name for path in (self.root / tenant / batch_id).iterdir())

    async def tidied(self, batch_id, names):
        """Wait until a job that has ended has these files and no others."""
        async with asyncio.timeout(60):
            while self.names(batch_id) != names:
                await asyncio.sleep(0.01)

    async def idle(self):
        """Wait until no child works, nor what it has started."""
        while True:
            with (self.data_dir / "busy").open("w") as busy:
                try:
                    fcntl.flock(busy, fcntl.LOCK_EX | fcntl.LOCK_NB)
                except BlockingIOError:
                    pass
                else:
                    return
            await asyncio.sleep(0.01)


@pytest.fixture
def directory(settings):
    return DataDirectory(settings.data_dir)


@pytest.fixture
def begin(service, aiohttp_client):
    """Start a service; several of them share the data directory."""

    async def start(turn=60.0, **changed):
        jobs = Batches(msgspec.structs.replace(service.settings, **changed), STAND_IN, poll=0.01, turn=turn)
        served = msgspec.structs.replace(service, settings=jobs._settings)
        return await aiohttp_client(make(served, jobs=jobs))

    return start


@pytest.fixture
async def client(begin):
    return await begin()


async def send(client, content="wait", query="", headers=CSV):
    answer = await client.post(f"/v1/batches{query}", data=content, headers=headers)
    assert answer.status == 202, await answer.text()
    body = await answer.json()
    assert answer.headers["Location"] == f"/v1/batches/{body['id']}"
    await asyncio.sleep(0.002)  # the order is that of milliseconds
    return body


async def until(client, batch, *states, **expected):
    """Poll a batch until it has one of these states and the expected values."""
    async with asyncio.timeout(60):  # rather than for ever
        while True:
            answer = await client.get(f"/v1/batches/{batch['id']}")
            assert answer.status == 200, await answer.text()
            body = await answer.json()
            if body["state"] in states and all(body[name] == value for name, value in expected.items()):
                return body
            assert body["state"] in ("queued", "running"), body
            await asyncio.sleep(0.01)


class TestQueueing:
    async def test_from_queue_to_deletion(self, client, directory):
        first, second = await send(client), await send(client)
        assert first["state"] in ("queued", "running")
        running = await until(client, first, "running", done=1)
        assert (running["phase"], running["rows"], running["decisions"]) == ("judging", 3, {"accept": 1})
        assert (running["results"], running["finished_at"]) == (None, None)
        assert (await until(client, second, "queued"))["rows"] is None
        directory.go()
        done = await until(client, first, "done")
        assert (done["rows"], done["done"], done["rejected"], done["problem"]) == (3, 3, 1, None)
        assert (first["lost"], done["lost"]) == ([], ["rows rejected: 1: no contact"])
        assert done["created_at"] <= done["finished_at"]
        results = await client.get(done["results"])
        assert (results.status, results.content_type) == (200, "application/x-ndjson")
        assert json.loads(await results.text())["arguments"][0] == "batch"
        rejected = await client.get(f"/v1/batches/{first['id']}/rejected")
        assert json.loads(await rejected.text()) == {"row": 2, "problem": "no contact"}
        stay = ["ended.json", "job.json", "status.json", "verdicts.ndjson", "verdicts.ndjson.rejected.ndjson"]
        await directory.tidied(first["id"], stay)
        await until(client, second, "done")
        assert (await client.delete(f"/v1/batches/{first['id']}")).status == 204
        await problem(await client.get(f"/v1/batches/{first['id']}"), 404)
        assert [path.name for path in (directory.root / "default").iterdir()] == [second["id"]]
        assert list((directory.root / ".aside").iterdir()) == []

    async def test_oldest_first_newest_shown_first(self, client, directory):
        sent = [(await send(client))["id"] for _ in range(4)]
        listed = (await (await client.get("/v1/batches")).json())["batches"]
        assert [batch["id"] for batch in listed] == sorted(sent, reverse=True)
        directory.go()
        for batch_id in sent:
            await until(client, {"id": batch_id}, "done")
        assert directory.starts() == sorted(sent)
        assert not directory.overlap()

    async def test_what_the_child_is_given(self, begin, directory):
        client = await begin(identity_key="secret of all tokens", ledger="sqlite:///elsewhere", default_country="VN")
        query = "?format=csv&map=email%3DE-Mail&map=source.vendor=Von%20wem=x&set=source.campaign=a%3Db"
        query += "&dates=day-first&timezone=Europe/Berlin&keep=true"
        batch = await send(client, "quick", query)
        done = await until(client, batch, "done")
        assert done["format"] == "csv"
        answer = await client.get(done["results"])
        assert answer.headers["Content-Type"] == "text/csv; charset=utf-8"
        told = json.loads(await answer.text())
        folder = directory.root / "default" / batch["id"]
        assert told["arguments"] == [
            "batch",
            str(folder / "input"),
            "--out",
            str(folder / "verdicts.csv"),
            "--status",
            str(folder / "status.json"),
            f"--data-dir={directory.data_dir}",
            "--tenant=default",
            "--map=email=E-Mail",
            "--map=source.vendor=Von wem=x",
            "--set=source.campaign=a=b",
            "--dates=day-first",
            "--timezone=Europe/Berlin",
            "--keep",
        ]
        assert told["settings"]["FRAUDCHECK_IDENTITY_KEY"] == "secret of all tokens"
        assert told["settings"]["FRAUDCHECK_LEDGER"] == "sqlite:///elsewhere"
        assert told["niceness"] > os.nice(0)
        for path in (directory.root, *directory.root.rglob("*")):
            assert path.stat().st_mode & 0o777 == (0o700 if path.is_dir() else 0o600), path

    async def test_the_environment_of_the_service_is_not_the_childs(self, begin, monkeypatch):
        monkeypatch.setenv("FRAUDCHECK_CONFIG", "/nowhere")
        client = await begin()
        done = await until(client, await send(client, "quick"), "done")
        told = json.loads(await (await client.get(done["results"])).text())
        assert "FRAUDCHECK_CONFIG" not in told["settings"]

    async def test_no_personal_data_in_file_names_or_logs(self, client, directory, caplog):
        caplog.set_level(0)
        headers = CSV | {"Content-Disposition": 'attachment; filename="an.nguyen.csv"'}
        batch = await send(client, "fail an.nguyen@gmail.com", headers=headers)
        await until(client, batch, "failed")
        assert not [path for path in directory.root.rglob("*") if "nguyen" in path.name]
        assert "nguyen" not in caplog.text


class TestTurns:
    @pytest.fixture
    def keys(self, service):
        made = {name: service.keys.create(name, ["batch"], "", "")[1] for name in ("default", "other", "third")}
        return {name: CSV | {"Authorization": f"Bearer {secret}"} for name, secret in made.items()}

    async def test_a_long_job_holds_up_no_other_tenant(self, begin, directory, keys):
        """It goes on when the others had their turn; the tenant's own second job waits for its first."""
        client = await begin(turn=0.05)
        long = await send(client, headers=keys["default"])
        own = await send(client, "quick", headers=keys["default"])
        for tenant in ("other", "third"):
            batch = await send(client, "quick", headers=keys[tenant])
            async with asyncio.timeout(60):
                while True:
                    answer = await client.get(f"/v1/batches/{batch['id']}", headers=keys[tenant])
                    if (await answer.json())["state"] == "done":
                        break
                    await asyncio.sleep(0.01)
        assert own["id"] not in directory.starts()
        directory.go()
        async with asyncio.timeout(60):
            while directory.starts()[-1] != own["id"]:
                await asyncio.sleep(0.01)
        assert directory.starts().count(long["id"]) >= 2
        assert not directory.overlap()

    async def test_alone_it_is_not_interrupted(self, begin, directory):
        client = await begin(turn=0.0)
        batch, other = await send(client), await send(client, "quick")
        await until(client, batch, "running", done=1)
        await asyncio.sleep(0.2)
        directory.go()
        await until(client, other, "done")
        assert directory.starts() == [batch["id"], other["id"]]

    async def test_the_longest_time(self, begin, directory):
        """Counted over all children that worked on it."""
        client = await begin(batch_max_seconds=1)
        batch = await send(client)
        failed = await until(client, batch, "failed")
        assert "worked on for 1 seconds" in failed["problem"]
        await directory.tidied(batch["id"], ["ended.json", "job.json", "log", "status.json"])

    async def test_a_disk_that_fills_while_it_works(self, begin, directory, monkeypatch):
        client = await begin()
        batch = await send(client)
        await until(client, batch, "running", done=1)
        monkeypatch.setattr(batch_queue.disk, "free", lambda folder: 0)
        failed = await until(client, batch, "failed")
        assert "no room beside its reserve" in failed["problem"]
        answer = await client.post("/v1/batches", data="quick", headers=CSV)
        assert "reserve" in (await problem(answer, 503))["title"]
        assert list((directory.root / ".aside").iterdir()) == []
        monkeypatch.undo()
        await until(client, await send(client, "quick"), "done")

    async def test_what_a_tenant_keeps(self, begin, directory, monkeypatch):
        client = await begin(batch_tenant_bytes=100_000)
        done = await until(client, await send(client, "quick"), "done")
        (directory.root / "default" / done["id"] / "verdicts.ndjson").write_bytes(bytes(100_000))
        answer = await client.post("/v1/batches", data="quick", headers=CSV)
        assert "100,000 bytes" in (await problem(answer, 429))["title"]
        await client.delete(f"/v1/batches/{done['id']}")
        done = await until(client, await send(client, "quick"), "done")
        monkeypatch.setattr(batch_queue, "KEPT", 1)
        answer = await client.post("/v1/batches", data="quick", headers=CSV)
        assert "delete some" in (await problem(answer, 429))["title"]

    async def test_old_results_are_deleted(self, begin, directory):
        client = await begin()
        old, new = [await until(client, await send(client, "quick"), "done") for _ in range(2)]
        await client.close()
        path = directory.root / "default" / old["id"] / "ended.json"
        path.write_text(json.dumps(json.loads(path.read_text()) | {"finished_at": "2026-01-01T00:00:00.000Z"}))
        client = await begin()
        await until(client, await send(client, "quick"), "done")
        assert not path.parent.exists()
        assert (directory.root / "default" / new["id"]).exists()


class TestFailure:
    async def test_the_command_says_why(self, client, directory):
        failed = await until(client, await send(client, "fail"), "failed")
        assert failed["problem"] == "there is no column of addresses: name it with map"
        await directory.tidied(failed["id"], ["ended.json", "job.json", "log", "status.json"])

    @pytest.mark.parametrize(("word", "code"), [("misused", 1), ("nothing", 0)])
    async def test_the_command_says_nothing(self, client, directory, word, code):
        directory.go()
        failed = await until(client, await send(client, word), "failed")
        assert f"code {code}" in failed["problem"]
        assert (await problem(await client.get(f"/v1/batches/{failed['id']}/results"), 409))["title"] == (
            "the batch failed: its problem says what to do"
        )
        log = (directory.root / "default" / failed["id"] / "log").read_text()
        assert log == ("no such option\n" if code else "")

    async def test_killed_from_outside_it_is_started_again_a_few_times(self, client, directory):
        failed = await until(client, await send(client, "die"), "failed")
        assert "killed 3 times" in failed["problem"]
        assert directory.starts() == [failed["id"]] * 3
        await directory.tidied(failed["id"], ["ended.json", "job.json", "log", "status.json"])

    async def test_what_crashes_over_a_file_is_not_tried_again(self, client, directory):
        failed = await until(client, await send(client, "crash"), "failed")
        assert "needs more memory" in failed["problem"]
        assert directory.starts() == [failed["id"]]

    async def test_the_queue_outlives_a_failure(self, client):
        for word, state in (("die", "failed"), ("quick", "done")):
            await until(client, await send(client, word), state)

    async def test_a_disk_or_a_defect_that_passes(self, begin, monkeypatch, caplog):
        find_next = Batches._find_next
        failures = [ValueError("an.nguyen@gmail.com"), OSError(errno.EIO, "Input/output error")]

        def failing(self):
            if failures:
                raise failures.pop()
            return find_next(self)

        monkeypatch.setattr(Batches, "_find_next", failing)
        client = await begin()
        await until(client, await send(client, "quick"), "done")
        told = [record.getMessage().rpartition(": ")[2] for record in caplog.records]
        assert told == ["Input/output error", "ValueError"]


class TestCancelling:
    async def test_a_running_one(self, client, directory):
        batch = await send(client)
        await until(client, batch, "running", done=1)
        assert (await client.delete(f"/v1/batches/{batch['id']}")).status == 204
        cancelled = await until(client, batch, "cancelled")
        assert cancelled["finished_at"]
        await directory.idle()
        while directory.names(batch["id"]) != ["ended.json", "job.json", "status.json"]:
            await asyncio.sleep(0.01)
        assert "cancelled" in (await problem(await client.get(f"/v1/batches/{batch['id']}/results"), 409))["title"]
        assert (await client.delete(f"/v1/batches/{batch['id']}")).status == 204
        await problem(await client.delete(f"/v1/batches/{batch['id']}"), 404)

    async def test_a_queued_one_never_starts(self, client, directory):
        first, second, third = [await send(client) for _ in range(3)]
        await until(client, first, "running", done=1)
        assert (await client.delete(f"/v1/batches/{second['id']}")).status == 204
        assert directory.names(second["id"]) == ["ended.json", "job.json"]
        directory.go()
        await until(client, third, "done")
        assert directory.starts() == [first["id"], third["id"]]

    async def test_a_child_that_will_not_end_is_killed_with_what_it_has_started(self, client, directory, monkeypatch):
        monkeypatch.setattr(batch_child, "_STOP_SECONDS", 0.1)
        batch = await send(client, "stubborn")
        await until(client, batch, "running", done=1)
        await client.delete(f"/v1/batches/{batch['id']}")
        await directory.idle()

    async def test_cancelled_and_deleted_while_the_child_works(self, client, directory):
        batch, after = await send(client), await send(client, "quick")
        await until(client, batch, "running", done=1)
        for _ in range(2):
            await client.delete(f"/v1/batches/{batch['id']}")
        await until(client, after, "done")
        assert [path.name for path in (directory.root / "default").iterdir()] == [after["id"]]

    async def test_deleted_by_two_at_once(self, client, service):
        sent = await until(client, await send(client, "quick"), "done")
        jobs = Batches(service.settings)
        batch = jobs.find("default", sent["id"])
        for _ in range(2):
            jobs.remove("default", batch)
        assert jobs.find("default", sent["id"]) is None

    async def test_deleted_before_its_turn_came(self, client, service, directory):
        await until(client, await send(client, "quick"), "done")
        jobs = Batches(service.settings, STAND_IN, poll=0)
        await jobs._run_job(JobFolder(directory.root / "default" / NOBODY), 0)
        assert len(directory.starts()) == 1


class TestSeveralServices:
    async def test_a_stopped_service_goes_on_with_its_job(self, begin, directory):
        client = await begin()
        batch, other = await send(client), await send(client, "quick")
        await until(client, batch, "running", done=1)
        await client.close()
        await directory.idle()
        assert "input" in directory.names(batch["id"])
        directory.go()
        client = await begin()
        await until(client, batch, "done")
        await until(client, other, "done")
        assert directory.starts() == [batch["id"], batch["id"], other["id"]]

    async def test_two_services_do_one_job_at_a_time(self, begin, directory):
        clients = [await begin(), await begin()]
        sent = [await send(clients[number % 2]) for number in range(4)]
        directory.go()
        for number, batch in enumerate(sent):
            await until(clients[1 - number % 2], batch, "done")
        assert directory.starts() == [batch["id"] for batch in sent]
        assert not directory.overlap()

    async def test_the_other_takes_over_and_either_cancels(self, begin, directory):
        first, second = await begin(), await begin()
        batch = await send(second)
        await until(second, batch, "running", done=1)
        await first.close()
        await until(second, batch, "running", done=1)
        while len(directory.starts()) < 2:
            await asyncio.sleep(0.01)
        third = await begin()
        assert (await third.delete(f"/v1/batches/{batch['id']}")).status == 204
        await directory.idle()

    async def test_a_child_that_outlives_its_service_is_waited_for(self, begin, directory):
        directory.root.mkdir()
        with (directory.root / ".lock").open("w") as lock:
            fcntl.flock(lock, fcntl.LOCK_EX)
            client = await begin()
            batch = await send(client)
            folder = directory.root / "default" / batch["id"]
            (folder / "verdicts.ndjson").write_text("{}\n")
            (folder / "status.json").write_text('{"state": "done", "done": 1}')
        await until(client, batch, "done", done=1)
        assert directory.starts() == []

    async def test_what_killed_services_leave_is_deleted(self, begin, directory):
        client = await begin()
        batch = await until(client, await send(client, "quick"), "done")
        await client.close()
        (directory.root / "default" / batch["id"] / "input").touch()
        (directory.root / "default" / NOBODY / "verdicts.ndjson.partial").mkdir(parents=True)
        for name in ("dead", "live", "gone"):
            (directory.root / ".aside" / name).mkdir()
        (directory.root / ".aside" / "dead" / "input").touch()
        with (directory.root / ".aside" / "live" / "input").open("w") as live:
            fcntl.flock(live, fcntl.LOCK_EX)
            client = await begin()
            await until(client, await send(client, "quick"), "done")
        assert [path.name for path in (directory.root / ".aside").iterdir()] == ["live"]
        assert "input" not in directory.names(batch["id"])
        assert not (directory.root / "default" / NOBODY).exists()

    async def test_one_that_never_started_can_be_stopped(self, settings):
        await Batches(settings).stop()

    async def test_the_jobs_own_command_is_fraudcheck(self):
        assert (sys.executable, "-m", "fraudcheck") == batch_child.COMMAND


class TestRefusals:
    @pytest.mark.parametrize(
        "query",
        [
            "format=xlsx",
            "map=email",
            "map=email=",
            "map=mail=E-Mail",
            "map=email=%00",
            "set=source.vendor",
            "set=source.vendor=%20",
            "set=vendor=adclick",
            "set=email=an@b.example",
            "set=submitted_at=yesterday",
            "set=source.vendor=%00",
            "dates=year-first",
            "timezone=Europe/Atlantis",
            "timezone=Europe",
            "timezone=../etc",
            "timezone=",
            "tiemzone=UTC",
            "keep=perhaps",
        ],
    )
    async def test_a_query_that_cannot_be_read(self, client, directory, query):
        answer = await client.post(f"/v1/batches?{query}", data="quick", headers=CSV)
        body = await problem(answer, 400)
        assert [error["field"] for error in body["errors"]] == [query.partition("=")[0]]
        assert not (directory.root / "default").exists()

    async def test_other_media_types_and_an_empty_body(self, client, directory):
        await problem(await client.post("/v1/batches", data="quick", headers={"Content-Type": "text/plain"}), 415)
        await problem(await client.post("/v1/batches", data="", headers=CSV), 400)
        assert list((directory.root / ".aside").iterdir()) == []

    @pytest.mark.parametrize("size", [100_001, 3_000_000])
    async def test_too_large(self, begin, directory, size):
        client = await begin(batch_max_bytes=100_000)
        await problem(await client.post("/v1/batches", data=io.BytesIO(b"x" * size), headers=CSV), 413)

        async def unsized():
            for _ in range(0, size, 1000):
                yield b"x" * 1000
            yield b"x"

        await problem(await client.post("/v1/batches", data=unsized(), headers=CSV), 413)
        packed = CSV | {"Content-Encoding": "gzip"}
        await problem(await client.post("/v1/batches", data=gzip.compress(b"x" * size), headers=packed), 413)
        assert list((directory.root / ".aside").iterdir()) == []

    async def test_a_body_that_unpacks_to_a_hundred_times_its_size(self, begin, directory):
        client = await begin()
        packed = gzip.compress(bytes(100 << 20))
        answer = await client.post("/v1/batches", data=packed, headers=CSV | {"Content-Encoding": "gzip"})
        assert "100 times" in (await problem(answer, 413))["title"]
        assert list((directory.root / ".aside").iterdir()) == []

    async def test_a_file_larger_than_any_lead(self, client):
        await until(client, await send(client, io.BytesIO(b"quick " + b"x" * 10_000_000)), "done")

    async def test_a_body_that_is_not_packed_as_it_says(self, client, directory):
        packed = CSV | {"Content-Encoding": "gzip"}
        await problem(await client.post("/v1/batches", data=b"no gzip", headers=packed), 400)
        assert list((directory.root / ".aside").iterdir()) == []

    async def test_too_many(self, client, monkeypatch):
        monkeypatch.setattr(batch_queue, "UNFINISHED", 1)
        batch = await send(client)
        answer = await client.post("/v1/batches", data="quick", headers=CSV)
        await problem(answer, 429)
        assert int(answer.headers["Retry-After"]) > 0
        await client.delete(f"/v1/batches/{batch['id']}")
        await send(client, "quick")

    async def test_a_full_disk(self, client, monkeypatch):
        def full(upload):
            raise OSError(errno.ENOSPC, "No space left on device")

        monkeypatch.setattr(batch_queue._Upload, "begin", full)
        answer = await client.post("/v1/batches", data="quick", headers=CSV)
        assert "No space left" in (await problem(answer, 503))["title"]
        assert answer.headers["Retry-After"]

    async def test_a_server_without_the_extra(self, client, monkeypatch):
        monkeypatch.setattr(batch_child, "find_spec", lambda name: None)
        answer = await client.post("/v1/batches", data="quick", headers=CSV)
        assert "[batch]" in (await problem(answer, 503))["title"]

    @pytest.mark.parametrize("cancelled", [False, True])  # aiohttp does either, by its settings
    async def test_a_caller_who_goes_away(self, service, directory, caplog, cancelled):
        jobs = Batches(service.settings, STAND_IN, poll=0.01)
        runner = web.AppRunner(make(service, jobs=jobs), access_log=None, handler_cancellation=cancelled)
        await runner.setup()
        await web.TCPSite(runner, "127.0.0.1", 0).start()
        _, writer = await asyncio.open_connection(*runner.addresses[0])
        writer.write(
            b"POST /v1/batches HTTP/1.1\r\nHost: 127.0.0.1\r\nContent-Type: text/csv\r\nContent-Length: 99\r\n\r\nx"
        )
        await writer.drain()
        while not list((directory.root / ".aside").iterdir()):
            await asyncio.sleep(0.01)
        writer.close()
        while list((directory.root / ".aside").iterdir()):
            await asyncio.sleep(0.01)
        await runner.cleanup()
        assert jobs.list("default") == []
        assert "Traceback" not in caplog.text

    async def test_not_done_yet(self, client):
        batch = await send(client)
        await until(client, batch, "running")
        for part in ("results", "rejected"):
            body = await problem(await client.get(f"/v1/batches/{batch['id']}/{part}"), 409)
            assert "running" in body["title"]

    async def test_none_of_that_id(self, client):
        for batch_id in (NOBODY, "..%2f..%2fetc", "%00", "x"):
            for path in (batch_id, f"{batch_id}/results", f"{batch_id}/rejected"):
                await problem(await client.get(f"/v1/batches/{path}"), 404)
            await problem(await client.delete(f"/v1/batches/{batch_id}"), 404)
        assert (await (await client.get("/v1/batches")).json()) == {"batches": []}


class TestKeys:
    @pytest.fixture
    def keys(self, service):
        made = {
            name: service.keys.create(tenant, scopes, "", "")[1]
            for name, tenant, scopes in [
                ("form", "default", ["check", "read", "personal"]),
                ("sender", "default", ["batch"]),
                ("buyer", "default", ["batch", "personal"]),
                ("other", "../Other tenant", ["batch", "personal"]),
            ]
        }
        return {name: {"Authorization": f"Bearer {secret}"} for name, secret in made.items()}

    async def test_scopes(self, client, keys):
        await problem(await client.post("/v1/batches", data="quick", headers=CSV | keys["form"]), 403)
        await problem(await client.post("/v1/batches", data="quick", headers=CSV), 401)
        batch = await send(client, "quick", headers=CSV | keys["sender"])
        path = f"/v1/batches/{batch['id']}"
        while (await (await client.get(path, headers=keys["sender"])).json())["state"] != "done":
            await asyncio.sleep(0.01)
        for call in ("", "/results", "/rejected"):
            await problem(await client.get(path + call, headers=keys["form"]), 403)
        await problem(await client.delete(path, headers=keys["form"]), 403)
        refused = await problem(await client.get(f"{path}/results", headers=keys["sender"]), 403)
        assert "personal" in refused["title"]
        assert (await client.get(f"{path}/rejected", headers=keys["sender"])).status == 200
        assert (await client.get(f"{path}/results", headers=keys["buyer"])).status == 200

    async def test_a_tenant_sees_nothing_of_another(self, client, keys, directory):
        batch = await send(client, "quick", headers=CSV | keys["other"])
        path = f"/v1/batches/{batch['id']}"
        for call in ("", "/results", "/rejected"):
            await problem(await client.get(path + call, headers=keys["buyer"]), 404)
        await problem(await client.delete(path, headers=keys["buyer"]), 404)
        assert (await (await client.get("/v1/batches", headers=keys["buyer"])).json())["batches"] == []
        while (await (await client.get(path, headers=keys["other"])).json())["state"] != "done":
            await asyncio.sleep(0.01)
        told = json.loads(await (await client.get(f"{path}/results", headers=keys["other"])).text())
        assert "--tenant=../Other tenant" in told["arguments"]
        assert not [path for path in directory.data_dir.parent.rglob("*") if "ther tenant" in path.name]
