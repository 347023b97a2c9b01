"""What is refused from its first bytes, and does the connection go on? Raw bytes to a real server."""

from __future__ import annotations

import asyncio
import json
import socket

import pytest
from aiohttp import web

from fraudcheck.web.app import make
from fraudcheck.web.door import listen
from fraudcheck.web.state import ADMISSION
from tests.web.test_app import GOOD

BODY = json.dumps(GOOD).encode()


def call(*headers, body=BODY, length=True, line="POST /v1/checks HTTP/1.1"):
    head = [line, "Host: localhost", "Content-Type: application/json", *headers]
    head += [f"Content-Length: {len(body)}"] if length else []
    return "\r\n".join(head).encode() + b"\r\n\r\n" + body


@pytest.fixture
async def app(service):
    return make(service)


@pytest.fixture
async def connect(app):
    """Makes connections to the service, each a reader and a writer."""
    runner = web.AppRunner(app, access_log=None)
    await runner.setup()
    listener = socket.create_server(("127.0.0.1", 0))
    server = await listen(runner, listener, app[ADMISSION])
    opened = []

    async def connected():
        opened.append(await asyncio.open_connection(*listener.getsockname()))
        return opened[-1]

    yield connected
    for _, writer in opened:
        writer.close()
    server.close()
    await runner.cleanup()


async def answer(reader):
    async with asyncio.timeout(20):
        head = (await reader.readuntil(b"\r\n\r\n")).decode()
        status, *lines = head.split("\r\n")
        headers = dict(line.lower().split(": ", 1) for line in lines if line)
        body = await reader.readexactly(int(headers["content-length"]))
        return int(status.split()[1]), headers, json.loads(body) if "json" in headers["content-type"] else body


@pytest.fixture
async def full(app):
    """Nobody is let in until it is called."""
    admission = app[ADMISSION]
    admission._inside = admission._most
    admission.refuse("in_flight")

    def free():
        admission._inside = 0

    return free


PLAIN = [call(), call("Idempotency-Key: a"), call("Authorization: Bearer nonsense", body=b"{" * 2_000)]
OTHERS = [
    call("Transfer-Encoding: chunked", body=b"2\r\n{}\r\n0\r\n\r\n", length=False),
    call("Connection: keep-alive"),
    call("content-length : 3", length=False, body=b"{}!"),
    call(line="POST /v1/checks?x=1 HTTP/1.1"),
    call(line="POST  /v1/checks HTTP/1.1"),
]


@pytest.mark.parametrize("sent", [*PLAIN, OTHERS[0], OTHERS[1], OTHERS[3]])
async def test_refused_and_the_connection_goes_on(connect, full, app, sent):
    reader, writer = await connect()
    for _ in range(3):
        writer.write(sent)
        status, headers, problem = await answer(reader)
        assert (status, headers["content-type"], problem["status"]) == (503, "application/problem+json", 503)
        assert int(headers["retry-after"]) >= 1
    full()
    writer.write(call())
    status, _, verdict = await answer(reader)
    assert (status, verdict["decision"]) == (200, "accept")
    assert app[ADMISSION].shed["in_flight"] == 4
    assert app[ADMISSION].on_the_way == 0


@pytest.mark.parametrize("sent", OTHERS)
async def test_what_is_not_plain_is_left_to_the_web_server(connect, full, sent, monkeypatch):
    monkeypatch.setattr("fraudcheck.web.door._ready_answer", lambda _: pytest.fail("the door answered"))
    reader, writer = await connect()
    writer.write(sent)
    status, _, _ = await answer(reader) if sent not in (OTHERS[2], OTHERS[4]) else (400, {}, {})
    assert status in (400, 503)


@pytest.mark.parametrize("cut", [1, 10, 60, 100, 130, len(call()) - 1])
async def test_a_call_in_pieces_is_read_as_one(connect, full, app, cut):
    reader, writer = await connect()
    writer.write(call()[:cut])
    await asyncio.sleep(0.05)
    writer.write(call()[cut:])
    assert (await answer(reader))[0] == 503
    full()
    writer.write(call()[:cut])
    await asyncio.sleep(0.05)
    writer.write(call()[cut:])
    assert (await answer(reader))[0] == 200
    assert app[ADMISSION].on_the_way == 0


async def test_a_call_hidden_in_a_head_is_none(connect, full):
    """What looks like a call is a header's value, of which the first part came before."""
    reader, writer = await connect()
    writer.write(b"GET /healthz HTTP/1.1\r\nHost: localhost\r\nX: ")
    await asyncio.sleep(0.05)
    writer.write(call(body=b""))
    status, _, _ = await answer(reader)
    assert status in (200, 400)


async def test_calls_in_one_piece_are_answered_in_turn(connect, full):
    reader, writer = await connect()
    writer.write(call() + call(line="GET /healthz HTTP/1.1", body=b"") + call())
    assert [(await answer(reader))[0] for _ in range(3)] == [503, 200, 503]


async def test_health_readiness_metrics_and_reading_are_never_refused(connect, full):
    reader, writer = await connect()
    for path in ("/healthz", "/readyz", "/v1/checks", "/v1/reasons"):
        writer.write(call(line=f"GET {path} HTTP/1.1", body=b""))
        assert (await answer(reader))[0] == 200
    writer.write(b"GET /metrics HTTP/1.1\r\nHost: localhost\r\n\r\n")
    async with asyncio.timeout(20):
        text = (await reader.readuntil(b"fraudcheck_dns_asked_total")).decode()
    assert 'fraudcheck_shed_total{cause="in_flight"} 1.0' in text
    assert "fraudcheck_pressed 1.0" in text
    assert 'fraudcheck_wait_seconds_bucket{le="+Inf"} 0.0' in text


@pytest.mark.parametrize("sent", [call(body=b"nonsense"), call(body=b"x" * 70_000), call(body=b"{}")])
async def test_a_faulty_call_leaves_nothing_behind(connect, app, sent):
    reader, writer = await connect()
    writer.write(sent)
    assert 400 <= (await answer(reader))[0] < 500
    assert (app[ADMISSION].inside, app[ADMISSION].on_the_way) == (0, 0)


async def test_who_leaves_before_the_answer_leaves_nothing_behind(connect, app):
    for cut in (70, None):
        _, writer = await connect()
        writer.write(call()[:cut])
        writer.close()
    async with asyncio.timeout(20):
        while app[ADMISSION].inside or app[ADMISSION].on_the_way:
            await asyncio.sleep(0.01)
