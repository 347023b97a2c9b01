"""How does the service listen? In one process, or in several that share a socket and have a supervisor."""

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
from time import monotonic
from typing import Any

from aiohttp import web
from msgspec import Struct, structs

from fraudcheck import wiring
from fraudcheck.settings import Settings, import_environment
from fraudcheck.web import metrics
from fraudcheck.web.app import make, make_admission
from fraudcheck.web.connections import BACKLOG, Connections, Gate, most_connections

_RESTART_DELAY = 1.0
"""Seconds before a worker that has died is started again."""
_KILL_AFTER = 15.0
"""Seconds that a worker may take to end beyond ``drain_seconds``."""
_log = logging.getLogger(__name__)


class Listening(Struct, frozen=True):
    """What the operator should know: where the service listens, whether it asks for keys, and further notes."""

    host: str
    port: int
    keyed: bool
    notes: list[str]


Announce = Callable[[Listening], None]


def serve(settings: Settings, announce: Announce) -> None:
    """Serve until SIGINT or SIGTERM. Raises ValueError, with what to do, if the service cannot start."""
    with _bind(settings) as listener:
        if settings.workers == 1:
            _run_loop(_run_service(settings, listener, announce))
        else:
            _run_loop(_supervise(settings, listener, announce))


def _run_loop(work: Coroutine[Any, Any, None]) -> None:
    try:
        import uvloop  # noqa: PLC0415 - a faster event loop, which not every platform has
    except ImportError:
        asyncio.run(work)
    else:
        uvloop.run(work)


def _bind(settings: Settings) -> socket.socket:
    host, port = settings.host.strip("[]"), settings.port
    try:
        family = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)[0][0]
        return socket.create_server((host, port), family=family, backlog=BACKLOG)
    except OSError as problem:
        raise ValueError(
            f"cannot listen on {settings.host} port {port} ({problem.strerror}): choose another --port or --host"
            " (before `make run`: FRAUDCHECK_PORT=…)"
        ) from None


async def _run_service(
    settings: Settings, listener: socket.socket, announce: Announce, peers: metrics.Peers | None = None
) -> None:
    async with AsyncExitStack() as stack:
        service = await stack.enter_async_context(wiring.service(settings))
        admission = make_admission(service)
        connections = Connections(most_connections(settings.connections), monotonic)
        exposition = metrics.Exposition(service, admission, connections, peers)
        app = make(service, exposition, connections=connections, admission=admission)
        runner = web.AppRunner(app, handle_signals=False, shutdown_timeout=1.0)
        await runner.setup()
        stack.push_async_callback(runner.cleanup)
        gate = await Gate.open(runner, connections, admission, listener)
        stack.push_async_callback(gate.close)
        if peers is not None:
            await exposition.share(peers, stack)
        # Lists and code are a hundred thousand objects that live as long as the process: no collection needs to walk
        # through them, and none does now for the few hundred that are garbage.
        gc.freeze()
        gc.set_threshold(50_000, 20, 20)
        host, port = listener.getsockname()[:2]
        stop = _Stop()
        announce(Listening(host, port, service.keys.configured, service.notes))
        await stop.asked.wait()
        connections.ending = True  # a lame duck: it answers all, and says that it will end
        with suppress(TimeoutError):
            await asyncio.wait_for(stop.at_once.wait(), settings.drain_seconds)


class _Stop:
    """SIGTERM asks for an end; a second one, SIGINT or the death of a worker's supervisor for one at once."""

    def __init__(self) -> None:
        self.asked, self.at_once = asyncio.Event(), asyncio.Event()
        loop = asyncio.get_running_loop()
        loop.add_signal_handler(signal.SIGINT, self._end)
        loop.add_signal_handler(signal.SIGTERM, self._ask)
        supervisor = multiprocessing.parent_process()
        if supervisor is not None:
            loop.add_reader(supervisor.sentinel, self._end)

    def _ask(self) -> None:
        if self.asked.is_set():
            self.at_once.set()
        self.asked.set()

    def _end(self) -> None:
        self.asked.set()
        self.at_once.set()


async def _supervise(settings: Settings, listener: socket.socket, announce: Announce) -> None:
    """Start the workers, restart those that die, and stop them all at SIGINT or SIGTERM."""
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
        stopped = asyncio.create_task(_Stop().asked.wait())
        try:
            listening = await _run_until(stopped, asyncio.gather(*[worker.start() for worker in workers]))
            if listening is not None:
                announce(structs.replace(listening[0], notes=notes + listening[0].notes))
                await _run_until(stopped, asyncio.gather(*[worker.keep_alive() for worker in workers]))
        finally:
            stopped.cancel()
            await asyncio.gather(*[worker.stop() for worker in workers])


async def _run_until(stopped: asyncio.Task[Any], work: Awaitable[Any]) -> Any:
    """The result of ``work``; None if ``stopped`` ends first, which cancels the work. Raises what the work raises."""
    task = asyncio.ensure_future(work)
    await asyncio.wait((stopped, task), return_when=asyncio.FIRST_COMPLETED)
    if task.done():
        return task.result()
    task.cancel()
    with suppress(asyncio.CancelledError):
        await task
    return None


class _Worker:
    """One worker process, which is restarted when it dies."""

    def __init__(self, settings: Settings, listener: socket.socket, peers: metrics.Peers) -> None:
        self._arguments = (settings, listener, peers)
        self._process: BaseProcess | None = None

    async def start(self) -> Listening:
        """Start the process and wait until it listens. Raises ValueError, with the reason, if it does not."""
        # Spawned, not forked, so that it does not inherit our event loop, threads and Redis process.
        os.environ |= import_environment()
        context = multiprocessing.get_context("spawn")
        ours, theirs = context.Pipe(duplex=False)
        self._process = context.Process(target=_run_worker, args=(*self._arguments, theirs), daemon=False)
        self._process.start()
        theirs.close()
        with ours:
            try:
                answer: Listening | str = await asyncio.to_thread(ours.recv)
            except EOFError:
                answer = "a worker ended while it started"
        if isinstance(answer, str):
            raise ValueError(answer)
        return answer

    async def keep_alive(self) -> None:
        """Restart the process whenever it ends."""
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
            await asyncio.sleep(_RESTART_DELAY)
            with suppress(ValueError):  # the next round of the loop tries again
                await self.start()

    async def stop(self) -> None:
        """Ask the process to finish its requests and end, and wait for that."""
        if self._process is not None and self._process.pid is not None:
            self._process.terminate()
            await asyncio.to_thread(self._process.join, self._arguments[0].drain_seconds + _KILL_AFTER)
            self._process.kill()


def _run_worker(settings: Settings, listener: socket.socket, peers: metrics.Peers, supervisor: Connection) -> None:
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # a terminal sends it to every process; the supervisor ends us
    logging.basicConfig(level=logging.WARNING, format="%(asctime)s %(levelname)s %(name)s: %(message)s")

    def report_listening(listening: Listening) -> None:
        supervisor.send(listening)
        supervisor.close()

    try:
        _run_loop(_run_service(settings, listener, report_listening, peers))
    except (ValueError, OSError) as problem:
        with suppress(OSError):
            supervisor.send(str(problem))
        os._exit(1)
