"""A PostgreSQL server on a unix socket, in a folder of its own, for the tests that need a real one."""

from __future__ import annotations

import os
import pwd
import shutil
import signal
import subprocess
import tempfile
import time
from itertools import count
from pathlib import Path
from types import TracebackType
from typing import Self

import psycopg

SERVER = "postgres"


def binaries() -> Path | None:
    """The folder of ``initdb`` and ``postgres``, which Debian keeps out of PATH; None when there is none."""
    on_path = shutil.which("initdb")
    places = [*Path("/usr/lib/postgresql").glob("*/bin"), *([Path(on_path).resolve().parent] if on_path else [])]
    return next((place for place in sorted(places, reverse=True) if (place / SERVER).exists()), None)


class PostgresServer:
    """A server that runs while entered. Its default collation is English, on which the ledger must not depend."""

    def __init__(self) -> None:
        found = binaries()
        assert found is not None
        self._binaries = found
        self._folder = Path(tempfile.mkdtemp(prefix="fraudcheck-pg-"))
        # PostgreSQL does not run as root.
        self._user = "postgres" if os.geteuid() == 0 else None
        self._process: subprocess.Popen[bytes] | None = None
        self._numbers = count()

    def __enter__(self) -> Self:
        if self._user:
            owner = pwd.getpwnam(self._user)
            os.chown(self._folder, owner.pw_uid, owner.pw_gid)
        subprocess.run(
            [
                *(self._binaries / "initdb", "--pgdata", self._folder / "data", "--username", "fraudcheck"),
                *("--auth", "trust", "--no-sync", "--encoding", "UTF8"),
                *("--locale", "C.UTF-8", "--locale-provider", "icu", "--icu-locale", "en-US"),
            ],
            check=True,
            stdout=subprocess.DEVNULL,
            user=self._user,
            cwd=self._folder,
        )
        self.start()
        return self

    def __exit__(self, *_: type[BaseException] | BaseException | TracebackType | None) -> None:
        self.stop()
        shutil.rmtree(self._folder, ignore_errors=True)

    def start(self) -> None:
        """Start the server, or start it again."""
        self._process = subprocess.Popen(
            [
                *(self._binaries / SERVER, "-D", self._folder / "data", "-k", self._folder),
                *("-c", "listen_addresses=", "-c", "fsync=off", "-c", "log_min_messages=fatal"),
            ],
            user=self._user,
            cwd=self._folder,
            stderr=subprocess.DEVNULL,
        )
        give_up = time.monotonic() + 30
        while True:
            try:
                psycopg.connect(self.url("postgres"), connect_timeout=1).close()
                return
            except psycopg.OperationalError:
                assert time.monotonic() < give_up, "PostgreSQL does not start"
                time.sleep(0.05)

    def stop(self) -> None:
        """Stop the server at once, without a checkpoint, as a power cut does."""
        if self._process is not None:
            self._process.send_signal(signal.SIGCONT)
            self._process.send_signal(signal.SIGQUIT)
            self._process.wait()

    def signal_all(self, number: signal.Signals) -> None:
        """Send a signal to the server and to every process of its own."""
        assert self._process is not None
        children = Path(f"/proc/{self._process.pid}/task/{self._process.pid}/children").read_text().split()
        for pid in (self._process.pid, *map(int, children)):
            os.kill(pid, number)

    def database(self) -> str:
        """Make an empty database and give its URL."""
        name = f"ledger{next(self._numbers)}"
        with psycopg.connect(self.url("postgres"), autocommit=True) as connection:
            connection.execute(f"CREATE DATABASE {name}".encode())
        return self.url(name)

    def url(self, name: str) -> str:
        """The URL of a database, for ``--ledger``."""
        return f"postgresql://fraudcheck@/{name}?host={self._folder}"
