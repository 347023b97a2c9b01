"""A damaged file of counts never keeps the service from starting, and what can be read of it is kept."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest

from fraudcheck.adapters.redis import embedded
from fraudcheck.adapters.redis.embedded import CannotStartError, EmbeddedRedis
from tests.adapters.redis.test_embedded import fake_server, get, put


def files(folder: Path) -> list[Path]:
    return sorted(path for path in (folder / "redis").rglob("appendonly.aof*") if path.is_file())


def last_part(folder: Path) -> Path:
    return [path for path in files(folder) if path.suffix != ".manifest"][-1]


async def written(folder: Path) -> None:
    async with EmbeddedRedis(folder) as server:
        for number in range(20):
            await put(server, f"k{number}", "1")


DAMAGE = {
    "garbage": lambda path: path.write_bytes(b"\xff\x00garbage\r\n" * 20),
    "zeros": lambda path: path.write_bytes(b"\0" * 4096),
    "text": lambda path: path.write_text("file nowhere seq x type q\n"),
    "a folder": lambda path: (path.unlink(), path.mkdir()),
    "a link to nothing": lambda path: (path.unlink(), path.symlink_to("/nowhere/aof")),
    "missing": lambda path: path.unlink(),
    "empty": lambda path: path.write_bytes(b""),
    "half": lambda path: path.write_bytes(path.read_bytes()[: path.stat().st_size // 2]),
    "a flipped byte": lambda path: path.write_bytes(path.read_bytes().replace(b"\r\n$2\r\nk9", b"\r\n@2\r\nk9", 1)),
}


@pytest.mark.parametrize("damage", DAMAGE.values(), ids=DAMAGE.keys())
async def test_whatever_is_damaged_the_server_starts(tmp_path: Path, damage) -> None:
    await written(tmp_path)
    names = [path.relative_to(tmp_path) for path in files(tmp_path)]
    for number, name in enumerate(names):  # with Redis 7 a base, a part, and a manifest of both
        folder = tmp_path / str(number)
        shutil.copytree(tmp_path / "redis", folder / "redis", ignore=shutil.ignore_patterns("*.sock"))
        damage(folder / name)
        async with EmbeddedRedis(folder) as server:
            await put(server, "new", "1")
            assert await get(server, "new") == b"1"
        async with EmbeddedRedis(folder) as server:  # and what it writes from then on is kept
            assert await get(server, "new") == b"1"
            assert server.notes == []


async def test_what_stands_before_the_damage_is_kept(tmp_path: Path) -> None:
    await written(tmp_path)
    path = last_part(tmp_path)
    path.write_bytes(
        path.read_bytes() + b"*3\r\n$3\r\nSET\r\n@broken\r\n" + b"*3\r\n$3\r\nSET\r\n$1\r\na\r\n$1\r\n1\r\n"
    )
    async with EmbeddedRedis(tmp_path) as server:
        assert await get(server, "k19") == b"1"
        assert "cut off" in server.notes[0]


async def test_files_that_are_not_at_fault_stay(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    await written(tmp_path)
    before = [path.read_bytes() for path in files(tmp_path)]
    binary = fake_server(tmp_path, "99.9.9")
    binary.write_text(binary.read_text() + "exit 1\n")
    own = embedded._read_version(embedded.find_server())
    monkeypatch.setattr(embedded, "_read_version", lambda found: own._replace(major=99))
    with pytest.raises(CannotStartError, match="does not start"):
        await EmbeddedRedis(tmp_path, binary=binary).start()
    assert [path.read_bytes() for path in files(tmp_path)] == before
