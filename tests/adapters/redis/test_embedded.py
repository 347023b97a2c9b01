"""The embedded Redis: one server on a directory; it keeps its counts, and ends when the service ends."""

from __future__ import annotations

import asyncio
import contextlib
import os
import signal
import stat
import subprocess
import sys
import time
from collections.abc import Awaitable, Callable
from pathlib import Path

import pytest
from redis.asyncio import Redis
from redis.exceptions import RedisError

from fraudcheck.adapters.redis import embedded
from fraudcheck.adapters.redis.embedded import CannotStartError, EmbeddedRedis, NoServerError


async def get(server: EmbeddedRedis, key: str) -> bytes | str | None:
    async with Redis.from_url(server.url, retry=None) as client:
        return await client.get(key)


async def put(server: EmbeddedRedis, key: str, value: str) -> None:
    async with Redis.from_url(server.url, retry=None) as client:
        await client.set(key, value)


async def eventually(question: Callable[[], Awaitable[object]], seconds: float = 3) -> None:
    give_up = time.monotonic() + seconds
    while time.monotonic() < give_up:
        with contextlib.suppress(RedisError, OSError, CannotStartError):
            if await question():
                return
        await asyncio.sleep(0.01)
    raise AssertionError("it did not come to that")


def pid_of(server: EmbeddedRedis) -> int:
    assert server._process is not None
    return server._process.pid


async def test_a_restart_keeps_what_was_written(tmp_path: Path) -> None:
    async with EmbeddedRedis(tmp_path) as server:
        await put(server, "a", "1")
    async with EmbeddedRedis(tmp_path) as server:
        assert await get(server, "a") == b"1"


async def test_only_its_owner_can_reach_it(tmp_path: Path) -> None:
    async with EmbeddedRedis(tmp_path / "new" / "dir") as server:
        assert server.url == f"unix://{tmp_path}/new/dir/redis/redis.sock"
        assert stat.S_IMODE((tmp_path / "new" / "dir" / "redis").stat().st_mode) == 0o700
        async with Redis.from_url(server.url) as client:
            assert (await client.config_get("port"))["port"] == "0"


async def test_a_second_server_on_the_directory_is_refused(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(embedded, "_LOCK_WAIT", 0.05)
    async with EmbeddedRedis(tmp_path) as server:
        with pytest.raises(CannotStartError, match=r"another fraudcheck is using .* --data-dir"):
            await EmbeddedRedis(tmp_path).start()
        await put(server, "still", "here")


async def test_it_comes_back_when_it_is_killed(tmp_path: Path, caplog: pytest.LogCaptureFixture) -> None:
    async with EmbeddedRedis(tmp_path) as server:
        await put(server, "a", "1")
        killed = pid_of(server)
        os.kill(killed, signal.SIGKILL)

        async def is_back() -> bool:
            return await get(server, "a") == b"1" and pid_of(server) != killed

        await eventually(is_back)
    assert "starting it again" in caplog.text


async def test_a_torn_last_write_does_not_keep_it_from_starting(tmp_path: Path) -> None:
    async with EmbeddedRedis(tmp_path) as server:
        await put(server, "a", "1")
    # Redis 7 has a base, parts that follow it, and a manifest of both; a write is torn in the last part.
    *_, file = sorted(path for path in (tmp_path / "redis").rglob("appendonly.aof*") if path.suffix != ".manifest")
    with file.open("ab") as end:
        end.write(b"*3\r\n$3\r\nSET\r\n$1\r\nb\r\n$100\r\nhal")
    async with EmbeddedRedis(tmp_path) as server:
        assert await get(server, "a") == b"1"


PARENT = """
import asyncio, pathlib, sys
from fraudcheck.adapters.redis.embedded import EmbeddedRedis

async def main():
    async with EmbeddedRedis(pathlib.Path(sys.argv[1])) as server:
        print(server._process.pid, flush=True)
        await asyncio.sleep(60)

asyncio.run(main())
"""


def state_of(pid: int) -> str:
    """The process's state letter, proc(5); empty when there is none."""
    try:
        return Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0]
    except FileNotFoundError:
        return ""


@pytest.mark.skipif(sys.platform != "linux", reason="only Linux ends a child with its parent")
async def test_it_dies_with_a_killed_parent(tmp_path: Path) -> None:
    parent = await asyncio.create_subprocess_exec(sys.executable, "-c", PARENT, tmp_path, stdout=subprocess.PIPE)
    assert parent.stdout is not None
    pid = int(await parent.stdout.readline())
    parent.kill()
    await parent.wait()

    async def is_gone() -> bool:
        return state_of(pid) in ("", "Z")

    await eventually(is_gone)
    async with EmbeddedRedis(tmp_path) as server:  # and the directory is free
        await put(server, "a", "1")


def fake_server(directory: Path, version: str, name: str = "Redis") -> Path:
    binary = directory / f"redis-server-{version}"
    binary.write_text(f"#!/bin/sh\necho '{name} server v={version} sha=0 bits=64'\n")
    binary.chmod(0o755)
    return binary


@pytest.mark.parametrize(
    ("written", "found", "refused"),
    [
        ("v=7.0", "Redis 6.2.14", True),
        ("v=7.2", "Redis 7.0.15", True),
        ("redis server v=10.0", "Redis 9.9.9", True),
        ("v=6.2", "Redis 6.2.14", False),
        ("v=6.2", "Redis 7.4.1", False),
        ("redis server v=9.9", "Redis 10.0.0", False),
        ("v=6.2", "Valkey 9.1.2", False),
        ("v=7.2", "Valkey 8.1.0", False),
        ("redis server v=7.4", "Valkey 9.1.2", True),
        ("valkey server v=8.1", "Valkey 9.1.2", False),
        ("valkey server v=9.1", "Valkey 8.1.2", True),
        ("valkey server v=8.1", "Redis 8.2.0", True),
    ],
)
async def test_a_server_that_cannot_read_the_files_is_refused(
    tmp_path: Path, written: str, found: str, refused: bool
) -> None:
    (tmp_path / "redis").mkdir()
    (tmp_path / "redis" / "version").write_text(f"{written}\n")
    name, version = found.split(" ")
    server = EmbeddedRedis(tmp_path, binary=fake_server(tmp_path, version, name))
    # The stand-in ends at once, so that one which is not refused fails to start instead.
    with pytest.raises(CannotStartError, match="install .* or newer" if refused else "does not start"):
        await server.start()
    noted = embedded._parse_version((tmp_path / "redis" / "version").read_text())
    assert noted == embedded._parse_version(written if refused else f"{name} server v={version}")


async def test_the_files_of_a_newer_server_are_known_without_a_note(tmp_path: Path) -> None:
    (tmp_path / "redis" / "appendonlydir").mkdir(parents=True)
    with pytest.raises(CannotStartError, match=r"written by redis-server 7\.0"):
        await EmbeddedRedis(tmp_path, binary=fake_server(tmp_path, "6.2.14")).start()


async def test_a_long_path_gets_a_short_socket(tmp_path: Path) -> None:
    deep = tmp_path / ("d" * 60) / ("e" * 60)
    server = EmbeddedRedis(deep)
    async with server:
        await put(server, "a", "1")
        socket = server._socket
        assert len(str(socket)) < 100
    assert not socket.parent.exists()


async def test_a_path_with_blanks_and_signs(tmp_path: Path) -> None:
    async with EmbeddedRedis(tmp_path / "my data #1 50%") as server:
        await put(server, "a", "1")
        assert await get(server, "a") == b"1"


async def test_no_server_at_all(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PATH", str(tmp_path))
    monkeypatch.setattr(embedded, "find_spec", lambda name: None)
    with pytest.raises(NoServerError, match="install one"):
        await EmbeddedRedis(tmp_path).start()


async def test_the_one_on_the_path_goes_first(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PATH", str(tmp_path))
    assert embedded.find_server().name == "valkey-server"  # of the wheel
    fake_server(tmp_path, "7.0.0").rename(tmp_path / "redis-server")
    assert embedded.find_server() == tmp_path / "redis-server"
    fake_server(tmp_path, "8.1.0", "Valkey").rename(tmp_path / "valkey-server")
    assert embedded.find_server() == tmp_path / "valkey-server"


async def test_a_directory_that_cannot_be_made(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    with pytest.raises(CannotStartError, match="--data-dir"):
        await EmbeddedRedis(tmp_path / "file").start()


async def test_one_that_hangs_is_stopped_by_force(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(embedded, "_STOP_LIMIT", 0.05)
    server = EmbeddedRedis(tmp_path)
    await server.start()
    os.kill(pid_of(server), signal.SIGSTOP)
    await asyncio.wait_for(server.stop(), 1)
