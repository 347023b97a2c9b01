"""Callers that break off, or break HTTP's rules: no traceback, nothing left on disk, nothing of theirs in the log."""

from __future__ import annotations

import asyncio
import logging
import socket
import struct

import pytest

from fraudcheck.web.log_filter import NoContent
from tests.web.test_app import GOOD, check, problem

HEAD = b"Host: 127.0.0.1\r\nContent-Type: %b\r\n"
DATA = b"email\n" + b"an.secret@mail.example\n" * 500
CALLS = [
    (b"/v1/checks", b"application/json"),
    (b"/v1/batches", b"text/csv"),
    (b"/v1/checks/01936b5e-0000-7000-8000-000000000000/outcome", b"application/json"),
]


async def send(client, raw, reset):
    reader, writer = await asyncio.open_connection("127.0.0.1", client.port)
    writer.write(raw)
    await writer.drain()
    await asyncio.sleep(0.05)
    if reset:
        writer.get_extra_info("socket").setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
    writer.close()
    await asyncio.sleep(0.05)
    return reader


@pytest.mark.parametrize("reset", [False, True])
@pytest.mark.parametrize(("path", "kind"), CALLS)
async def test_an_upload_that_breaks_off_anywhere(client, settings, caplog, path, kind, reset):
    caplog.set_level(logging.INFO)
    whole = b"POST " + path + b" HTTP/1.1\r\n" + HEAD % kind + b"Content-Length: 99999\r\n\r\n" + DATA
    chunked = b"POST " + path + b" HTTP/1.1\r\n" + HEAD % kind + b"Transfer-Encoding: chunked\r\n\r\n1\r\n" + DATA
    packed = (
        b"POST "
        + path
        + b" HTTP/1.1\r\n"
        + HEAD % kind
        + b"Content-Encoding: gzip\r\nContent-Length: 99\r\n\r\n\x1f\x8b"
    )
    for raw in (whole[:9], whole[:60], whole[: -len(DATA)], whole[:-100], whole, chunked[:-9000], chunked, packed):
        await send(client, raw, reset)
    assert [record for record in caplog.records if record.exc_info] == []
    assert "secret" not in caplog.text
    assert "Traceback" not in caplog.text
    assert list((settings.data_dir / "batches" / ".aside").iterdir()) == []
    await check(client)


async def test_a_header_that_is_no_text(client, caplog):
    body = b'{"phone": "+84912840375"}'
    head = b"POST /v1/checks HTTP/1.1\r\n" + HEAD % b"application/json" + b"Content-Length: %d\r\n" % len(body)
    reader = await send(client, head + b"Idempotency-Key: \xff\xfe\r\n\r\n" + body, False)
    assert b" 400 " in await reader.readline()
    await problem(await client.get("/v1/checks", headers={"Host": "evil.example"}), 421)


def test_a_defect_is_told_without_its_text():
    try:
        raise ValueError(GOOD["email"])
    except ValueError as defect:
        record = logging.LogRecord(
            "aiohttp.server", 40, __file__, 1, "Error", (), (ValueError, defect, defect.__traceback__)
        )
    assert NoContent().filter(record)
    assert record.getMessage().startswith("a call failed with ValueError at test_broken_off.py:")
    assert record.exc_info is None
