"""Sockets are not free: who may hold one, how long, and what happens to calls when the service ends."""

from __future__ import annotations

import asyncio
import gzip
import json
import socket
import time
from contextlib import asynccontextmanager, closing, suppress
from importlib import import_module
from pkgutil import walk_packages

import pytest
from aiohttp import ClientSession, web
from msgspec import structs

from fraudcheck import wiring
from fraudcheck.web import connections
from fraudcheck.web.app import make, make_admission
from fraudcheck.web.connections import Connections, Gate, Pace

LEAD = json.dumps({"phone": "+84912345678"}).encode()
HEAD = b"POST /v1/checks HTTP/1.1\r\nHost: 127.0.0.1\r\nContent-Type: application/json\r\nContent-Length: %d\r\n\r\n"


async def eventually(holds):
    async with asyncio.timeout(5):
        while not holds():
            await asyncio.sleep(0.005)


class Clock:
    """A clock that goes on when it is told to."""

    now = 1000.0

    def __call__(self):
        return self.now


@pytest.fixture
def clock():
    return Clock()


@pytest.fixture
def held(service, monkeypatch):
    """Checks that wait while they are judged: what tells that one has begun, and what lets them go on."""
    begun, go_on = asyncio.Event(), asyncio.Event()
    judge = service.pipeline.check

    async def slowly(*arguments, **named):
        begun.set()
        await go_on.wait()
        return await judge(*arguments, **named)

    monkeypatch.setattr(service.pipeline, "check", slowly)
    return begun, go_on


@pytest.fixture(autouse=True)
def quick(monkeypatch):
    """Look often for what has waited for too long."""
    monkeypatch.setattr(connections, "_SWEEP", 0.01)


@asynccontextmanager
async def gate(service, clock, most=5):
    """The service behind a gate: its address, its connections, and the gate."""
    everyone = Connections(most, clock)
    admission = make_admission(service)
    runner = web.AppRunner(make(service, connections=everyone, admission=admission), shutdown_timeout=1.0)
    await runner.setup()
    listener = socket.create_server(("127.0.0.1", 0))
    address = listener.getsockname()
    opened = await Gate.open(runner, everyone, admission, listener)
    try:
        yield address, everyone, opened
    finally:
        await opened.close()
        await runner.cleanup()


async def connect(address, sent=b""):
    reader, writer = await asyncio.open_connection(*address)
    writer.write(sent)
    await writer.drain()
    return reader, writer


async def is_closed(reader):
    with suppress(ConnectionResetError):
        return await asyncio.wait_for(reader.read(10_000), 5) == b""
    return True


async def answer_of(reader):
    return (await asyncio.wait_for(reader.readuntil(b"\r\n"), 5)).split(b" ", 1)[1].strip().decode()


async def test_whoever_has_waited_longest_makes_room_and_people_are_served(service, clock):
    async with gate(service, clock) as (address, everyone, _):
        idle = []
        for _ in range(5):
            idle.append(await connect(address))
            await eventually(lambda: len(everyone) == len(idle))
            clock.now += 1
        async with ClientSession(f"http://{address[0]}:{address[1]}") as person:
            for _ in range(3):
                async with person.post("/v1/checks", data=LEAD, headers={"Content-Type": "application/json"}) as answer:
                    assert answer.status == 200
        assert await is_closed(idle[0][0])
        assert len(everyone) <= 5
        assert everyone.closed == 1
        for _, writer in idle:
            writer.close()


async def test_one_that_works_is_never_closed_for_another(service, clock, held):
    begun, go_on = held
    async with gate(service, clock, most=1) as (address, everyone, _):
        reader, writer = await connect(address, HEAD % len(LEAD) + LEAD)
        await begun.wait()
        other, other_writer = await connect(address)
        text = await asyncio.wait_for(other.read(), 5)
        assert text.startswith(b"HTTP/1.1 503 ")
        head, _, body = text.partition(b"\r\n\r\n")
        assert b"Retry-After: 1" in head
        assert json.loads(body)["status"] == 503
        assert f"Content-Length: {len(body)}".encode() in head
        go_on.set()
        assert await answer_of(reader) == "200 OK"
        assert everyone.refused == 1
        writer.close()
        other_writer.close()


@pytest.mark.parametrize(
    ("sent", "limit"),
    [
        (b"", connections.FIRST_REQUEST),
        (b"POST /v1/checks HT", connections.FIRST_REQUEST),
        (b"GET /healthz HTTP/1.1\r\nX-One: 1\r\n", connections.FIRST_REQUEST),
    ],
    ids=["nothing", "half a line", "half a head"],
)
async def test_a_head_has_to_come_in_time(service, clock, sent, limit):
    async with gate(service, clock) as (address, everyone, _):
        reader, writer = await connect(address, sent)
        await eventually(lambda: len(everyone) == 1)
        clock.now += limit - 1
        await asyncio.sleep(0.05)
        assert len(everyone) == 1
        clock.now += 2
        assert await is_closed(reader)
        writer.close()


async def test_a_head_that_drips_has_no_more_time(service, clock):
    async with gate(service, clock) as (address, everyone, _):
        reader, writer = await connect(address, b"GET /healthz HTTP/1.1\r\n")
        await eventually(lambda: len(everyone) == 1)
        for number in range(4):
            clock.now += connections.FIRST_REQUEST / 4 + 0.1
            with suppress(ConnectionError):
                writer.write(b"X-%d: 1\r\n" % number)
                await writer.drain()
            await asyncio.sleep(0.02)
        assert await is_closed(reader)
        writer.close()


@pytest.mark.parametrize("path", ["/v1/checks", "/v1/checks/0190b5d2-0000-7000-8000-000000000000/outcome"])
async def test_a_body_has_to_come_in_time(service, clock, path, caplog):
    async with gate(service, clock) as (address, everyone, _):
        reader, writer = await connect(address, (HEAD % 500).replace(b"/v1/checks", path.encode()) + b'{"phone"')
        await eventually(lambda: everyone.busy)
        clock.now += connections.BODY + 1
        assert await answer_of(reader) == "408 Request Timeout"
        await eventually(lambda: not everyone)
        writer.close()
    assert not caplog.records


async def test_silence_between_two_calls_has_a_limit(service, clock):
    async with gate(service, clock) as (address, everyone, _):
        reader, writer = await connect(address, b"GET /healthz HTTP/1.1\r\nHost: 127.0.0.1\r\n\r\n")
        assert await answer_of(reader) == "200 OK"
        await eventually(lambda: not everyone.busy)
        clock.now += connections.IDLE - 1
        await asyncio.sleep(0.05)
        assert len(everyone) == 1
        clock.now += 2
        await asyncio.wait_for(reader.read(), 5)
        writer.close()


async def test_connections_that_go_are_not_counted(service, clock):
    async with gate(service, clock) as (address, everyone, _):
        for _ in range(20):
            with closing(socket.create_connection(address)):
                pass
        await eventually(lambda: not everyone)
        assert everyone.refused == 0


async def test_what_has_begun_is_answered_at_the_end(service, clock, held):
    """Some calls are judged, one's body is on its way, one is still in the kernel's queue: none is reset."""
    begun, go_on = held
    async with gate(service, clock) as (address, everyone, opened):
        judged = await connect(address, HEAD % len(LEAD) + LEAD)
        await begun.wait()
        on_its_way = await connect(address, HEAD % len(LEAD) + LEAD[:5])
        await eventually(lambda: len(everyone) == 2)
        queued = socket.create_connection(address)
        queued.sendall(HEAD % len(LEAD) + LEAD)
        everyone.ending = True
        closing_gate = asyncio.create_task(opened.close())
        await asyncio.sleep(0.1)
        on_its_way[1].write(LEAD[5:])
        go_on.set()
        for reader, writer in (judged, on_its_way, await asyncio.open_connection(sock=queued)):
            text = await asyncio.wait_for(reader.read(), 5)
            assert text.startswith(b"HTTP/1.1 200 OK")
            assert b"Connection: close" in text
            writer.close()
        await closing_gate
        with pytest.raises(ConnectionRefusedError):
            await asyncio.open_connection(*address)


async def test_readyz_says_that_the_end_is_near(service, clock):
    async with gate(service, clock) as ((host, port), everyone, _), ClientSession(f"http://{host}:{port}") as session:
        async with session.get("/readyz") as answer:
            assert answer.status == 200
        everyone.ending = True
        async with session.get("/readyz") as answer:
            assert answer.status == 503
            assert (await answer.json())["status"] == "stopping"
            assert answer.headers["Connection"] == "close"


@pytest.mark.parametrize("pause", [0.0, 100.0], ids=["a chunk late", "too few bytes"])
async def test_an_upload_has_a_pace(service, clock, monkeypatch, pause):
    monkeypatch.setattr(connections, "CHUNK", 0.1 if not pause else 5.0)
    times = iter([0.0, *(pause * number for number in range(1, 50))])
    monkeypatch.setattr(connections, "monotonic", lambda: next(times, 1e6))
    async with gate(service, clock) as (address, *_):
        head = (HEAD % 500_000).replace(b"/v1/checks", b"/v1/batches").replace(b"/json", b"/x-ndjson")
        reader, writer = await connect(address, head + b"{}\n")
        if pause:
            await asyncio.sleep(0.05)
            writer.write(b"{}\n")
        assert await answer_of(reader) == "408 Request Timeout"
        writer.close()


@pytest.mark.parametrize(
    ("soft", "hard", "raised", "most"),
    [(256, 256, None, 96), (256, 4096, 4096, 1536), (1024, 1 << 20, 65_536, 10_000), (100_000, 100_000, None, 10_000)],
)
def test_the_bound_leaves_files_for_the_rest(monkeypatch, soft, hard, raised, most):
    asked = []
    monkeypatch.setattr(connections.resource, "getrlimit", lambda _: (soft, hard))
    monkeypatch.setattr(connections.resource, "setrlimit", lambda _, limits: asked.append(limits))
    assert connections.most_connections(0) == most
    assert asked == ([(raised, hard)] if raised else [])
    assert connections.most_connections(7) == 7


async def test_a_packed_body_that_is_too_long_is_not_unpacked_to_its_end(service, clock):
    """60 MB in 58 KB held up every other caller, though the call had been refused."""
    packed = gzip.compress(b"A" * 60_000_000)
    async with gate(service, clock) as (address, everyone, _):
        head = (HEAD % len(packed)).replace(b"\r\n\r\n", b"\r\nContent-Encoding: gzip\r\n\r\n")
        began = time.process_time()
        reader, writer = await connect(address, head + packed)
        assert await answer_of(reader) == "413 Request Entity Too Large"
        await eventually(lambda: not everyone)
        assert time.process_time() - began < 0.2
        writer.close()


@pytest.mark.parametrize(
    "sent",
    [
        b"POST /v1/checks HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: an@gmail.com\r\n\r\n{}",
        b"POST /v1/checks HTTP/1.1\r\nHost: x\r\nContent-Length: 2\r\nContent-Length: an@gmail.com\r\n\r\n{}",
        b"POST /v1/checks HTTP/1.1\r\nHost: x\r\nContent-Encoding: br\r\nContent-Length: 2\r\n\r\n{}",
        b"an@gmail.com\r\n\r\n",
        b"GET /an@gmail.com\x00 HTTP/1.1\r\n\r\n",
    ],
)
async def test_an_answer_to_what_is_no_http_repeats_nothing(service, clock, sent, caplog):
    async with gate(service, clock) as (address, *_):
        reader, writer = await connect(address, sent)
        text = await asyncio.wait_for(reader.read(), 5)
        head, _, body = text.partition(b"\r\n\r\n")
        assert head.split(b" ")[1] == b"400"
        assert b"application/problem+json" in head
        assert b"nosniff" in head
        assert json.loads(body)["status"] == 400
        assert b"an@gmail" not in text
        writer.close()
    assert "an@gmail" not in caplog.text


def test_who_fetches_tokens_rests_the_longer_the_more_come():
    clock = Clock()
    pace = Pace(clock)

    def rests(tokens):
        return [pace.rest() for _ in range(tokens)]

    assert rests(200) == [0.0] * 200
    assert rests(1) == [201 / 800]
    clock.now += 1.0
    assert rests(1) == [201 / 800]  # as many as came in the second before
    clock.now += 1.0
    assert rests(1) == [0.0]
    clock.now += 5.0
    assert rests(20_000)[-1] == 5.0


def record_rests(monkeypatch):
    """The connections that read on after a rest."""
    read_on, rests = connections.Connection._read_on, []

    def noted(connection):
        rests.append(connection)
        read_on(connection)

    monkeypatch.setattr(connections.Connection, "_read_on", noted)
    return rests


TOKEN = b"POST /form/token HTTP/1.1\r\nHost: 127.0.0.1\r\nOrigin: http://localhost\r\nContent-Length: 0\r\n%b\r\n"


@pytest.mark.parametrize(
    ("trusted", "header", "is_proxy"),
    [
        ((), b"", False),
        ((), b"X-Forwarded-For: 203.0.113.7\r\n", True),
        ((), b"Forwarded: for=203.0.113.7\r\n", True),
        ((), b"via: 1.1 caddy\r\n", True),
        (("127.0.0.1",), b"", True),
    ],
    ids=["a caller", "a proxy that nobody declared", "another", "a third", "one that is declared"],
)
async def test_a_flood_of_tokens_from_few_connections_becomes_a_trickle_and_none_is_refused(
    settings, clock, monkeypatch, trusted, header, is_proxy
):
    monkeypatch.setattr(connections, "_FEW_TOKENS", 5)
    monkeypatch.setattr(connections, "_REST_RATE", 0.01)  # the longest rest for each
    monkeypatch.setattr(connections, "_LONGEST_REST", 0.3)
    chosen = structs.replace(settings, trusted_proxies=trusted)
    async with wiring.service(chosen) as service, gate(service, clock) as (address, *_):
        reader, writer = await asyncio.open_connection(*address)
        rests = record_rests(monkeypatch)
        for _ in range(8):
            writer.write(TOKEN % header)
            assert (await reader.readuntil(b"\r\n\r\n")).startswith(b"HTTP/1.1 200")
            await reader.readuntil(b"}")
        writer.close()
        assert service.form_tokens == {"given": 8}
        # A proxy's connection is used by others too.
        assert len(rests) == (0 if is_proxy else 2)  # and the third has just begun


def test_no_error_is_kept_to_be_raised_again():
    """One that is raised twice keeps what it passed each time: the calls, with the persons in them."""
    from fraudcheck import web as room

    modules = [import_module(each.name) for each in walk_packages(room.__path__, f"{room.__name__}.")]
    assert len(modules) > 30
    kept = {name for module in modules for name, value in vars(module).items() if isinstance(value, BaseException)}
    assert not kept
