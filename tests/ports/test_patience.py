"""A loop that is late itself calls nobody else late; who does not answer is late all the same."""

from __future__ import annotations

import asyncio
import time

import pytest

from fraudcheck.ports.patience import patience


async def answered(reader: asyncio.StreamReader) -> bytes:
    with patience(0.1):
        return await reader.readexactly(4)


@pytest.mark.parametrize("blocks", [[0.4], [0.03] * 12, [0.2, 0.01, 0.2]])
async def test_an_answer_that_came_while_the_loop_was_busy_is_in_time(blocks):
    async def answer(_: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        writer.write(b"pong")
        writer.close()

    async with await asyncio.start_server(answer, "127.0.0.1", 0) as server:
        reader, writer = await asyncio.open_connection(*server.sockets[0].getsockname()[:2])
        waiting = asyncio.create_task(answered(reader))
        for seconds in blocks:
            await asyncio.sleep(0)
            time.sleep(seconds)  # noqa: ASYNC251 - which is what a busy loop does
        assert await waiting == b"pong"
        writer.close()


async def test_who_does_not_answer_is_late():
    started = time.monotonic()
    with pytest.raises(TimeoutError), patience(0.1):
        await asyncio.Event().wait()
    assert 0.09 < time.monotonic() - started < 5


async def test_who_does_not_answer_a_busy_loop_is_late_too():
    waiting = asyncio.create_task(asyncio.wait_for(answered(asyncio.StreamReader()), 30))
    while not waiting.done():
        await asyncio.sleep(0)
        time.sleep(0.01)  # noqa: ASYNC251
    assert isinstance(waiting.exception(), TimeoutError)


async def test_what_goes_wrong_and_who_gives_up_are_passed_on():
    with pytest.raises(LookupError), patience(5):
        raise LookupError
    waiting = asyncio.create_task(answered(asyncio.StreamReader()))
    await asyncio.sleep(0)
    waiting.cancel()
    with pytest.raises(asyncio.CancelledError):
        await waiting
