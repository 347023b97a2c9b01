"""How does the service listen? One process, or several on one socket with a supervisor over them."""

from __future__ import annotations

import asyncio
import gc
import logging
import multiprocessing
import os
import shutil
import signal
import socket
import tempfile
from collections.abc import Awaitable, Callable, Coroutine
from contextlib import AsyncExitStack, suppress
from multiprocessing.connection import Connection
from multiprocessing.process import BaseProcess
from pathlib import Path
from typing import Any

from aiohttp import web
from msgspec import Struct, structs

from fraudcheck import wiring
from fraudcheck.settings import Settings
from fraudcheck.web import metrics
from fraudcheck.web.app import make

_PAUSE = 1.0
"""Seconds before a worker that has died is started again."""
_log = logging.getLogger(__name__)


class Listening(Struct, frozen=True):
    """What to tell the operator: where it listens, whether it asks for keys, and what else they should know."""

    host: str
    port: int
    keyed: bool
    notes: list[str]


Announce = Callable[[Listening], None]


def serve(settings: Settings, announce: Announce) -> None:
    """Serve until SIGINT or SIGTERM. Raises ValueError with what to do when it cannot start."""
    with _bound(settings) as listener:
        if settings.workers == 1:
            _run(_serving(settings, listener, announce))
        else:
            _run(_supervising(settings, listener, announce))


def _run(work: Coroutine[Any, Any, None]) -> None:
    try:
        import uvloop  # noqa: PLC0415 - only a quicker loop, and not on every platform
    except ImportError:
        asyncio.run(work)
    else:
        uvloop.run(work)


def _bound(settings: Settings) -> socket.socket:
    host, port = settings.host.strip("[]"), settings.port
    try:
        family = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)[0][0]
        return socket.create_server((host, port), family=family, backlog=1024)
    except OSError as problem:
        raise ValueError(
            f"cannot listen on {settings.host} port {port} ({problem.strerror}): choose another --port or --host"
        ) from None


async def _serving(
    settings: Settings, listener: socket.socket, announce: Announce, peers: metrics.Peers | None = None
) -> None:
    async with AsyncExitStack() as stack:
        service = await stack.enter_async_context(wiring.service(settings))
        exposition = metrics.Exposition(service, peers)
        runner = web.AppRunner(make(service, exposition), access_log=None, handle_signals=False)
        await runner.setup()
        stack.push_async_callback(runner.cleanup)
        await web.SockSite(runner, listener).start()
        if peers is not None:
            await exposition.share(peers, stack)
        # The lists are a million objects that never go: without this, each full collection walks them all.
        gc.collect()
        gc.freeze()
        gc.set_threshold(50_000, 20, 20)
        host, port = listener.getsockname()[:2]
        announce(Listening(host, port, service.keys.configured, service.notes))
        await _asked_to_stop()


async def _asked_to_stop() -> None:
    stop = asyncio.Event()
    loop = asyncio.get_running_loop()
    for number in (signal.SIGINT, signal.SIGTERM):
        loop.add_signal_handler(number, stop.set)
    supervisor = multiprocessing.parent_process()
    if supervisor is not None:  # whose end is ours
        loop.add_reader(supervisor.sentinel, stop.set)
    await stop.wait()


async def _supervising(settings: Settings, listener: socket.socket, announce: Announce) -> None:
    """Start the workers, start those again that die, and end them all when asked to."""
    folder = Path(tempfile.mkdtemp(prefix="fraudcheck-"))
    async with AsyncExitStack() as stack:
        stack.callback(shutil.rmtree, folder, ignore_errors=True)
        notes: list[str] = []
        settings = await wiring.for_workers(settings, stack, notes)
        paths = [folder / f"{number}.sock" for number in range(settings.workers)]
        workers = [
            _Worker(structs.replace(settings, workers=1), listener, metrics.Peers(number, paths))
            for number in range(settings.workers)
        ]
        stopped = asyncio.create_task(_asked_to_stop())
        try:
            told = await _unless(stopped, asyncio.gather(*[worker.start() for worker in workers]))
            if told is not None:
                announce(structs.replace(told[0], notes=notes + told[0].notes))
                await _unless(stopped, asyncio.gather(*[worker.keep_alive() for worker in workers]))
        finally:
            stopped.cancel()
            await asyncio.gather(*[worker.stop() for worker in workers])


async def _unless(stopped: asyncio.Task[None], work: Awaitable[Any]) -> Any:
    """Do work; None when the operator stops it. Raises what it raises."""
    doing = asyncio.ensure_future(work)
    await asyncio.wait((stopped, doing), return_when=asyncio.FIRST_COMPLETED)
    if doing.done():
        return doing.result()
    doing.cancel()
    with suppress(asyncio.CancelledError):
        await doing
    return None


class _Worker:
    """One process, started again when it dies."""

    def __init__(self, settings: Settings, listener: socket.socket, peers: metrics.Peers) -> None:
        self._work = (settings, listener, peers)
        self._process: BaseProcess | None = None

    async def start(self) -> Listening:
        """Start it and wait until it listens. Raises ValueError with why it does not."""
        # Spawned, not forked: a loop, threads and a Redis that we started are none of its business.
        context = multiprocessing.get_context("spawn")
        ours, theirs = context.Pipe(duplex=False)
        self._process = context.Process(target=_worker, args=(*self._work, theirs), daemon=False)
        self._process.start()
        theirs.close()
        with ours:
            try:
                told: Listening | str = await asyncio.to_thread(ours.recv)
            except EOFError:
                told = "a worker ended while it started"
        if isinstance(told, str):
            raise ValueError(told)
        return told

    async def keep_alive(self) -> None:
        """Start it again whenever it ends."""
        while self._process is not None:
            ended = asyncio.Event()
            loop = asyncio.get_running_loop()
            sentinel = self._process.sentinel
            loop.add_reader(sentinel, ended.set)
            try:
                await ended.wait()
            finally:
                loop.remove_reader(sentinel)
            _log.error("a worker ended with %s and is started again", self._process.exitcode)
            await asyncio.sleep(_PAUSE)
            with suppress(ValueError):  # it is tried again
                await self.start()

    async def stop(self) -> None:
        """Let it finish what it is doing, and wait for that."""
        if self._process is not None and self._process.pid is not None:
            self._process.terminate()
            await asyncio.to_thread(self._process.join)


def _worker(settings: Settings, listener: socket.socket, peers: metrics.Peers, supervisor: Connection) -> None:
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # a terminal sends it to us all; the supervisor tells us
    logging.basicConfig(level=logging.WARNING, format="%(asctime)s %(levelname)s %(name)s: %(message)s")

    def tell(listening: Listening) -> None:
        supervisor.send(listening)
        supervisor.close()

    try:
        _run(_serving(settings, listener, tell, peers))
    except (ValueError, OSError) as problem:
        with suppress(OSError):
            supervisor.send(str(problem))
        os._exit(1)
