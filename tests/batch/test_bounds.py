"""Small files that hold gigabytes, and others that no file of leads is: each ends with a sentence, and soon."""

from __future__ import annotations

import errno
import gzip
import io
import subprocess
import sys

import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from fraudcheck.adapters import disk
from fraudcheck.batch import engine, raw_files
from fraudcheck.batch.bounds import Bounds, TooMuch
from fraudcheck.batch.reading import open_source
from fraudcheck.batch.tasks import ReadSlice, encode_task
from fraudcheck.settings import Settings

LIMITS = Bounds(rows=1000, unpacked_bytes=300 << 20)
CONTACT = b"email\na@b.co\n"


def read(path, bounds=LIMITS):
    with open_source(path, None, None, bounds) as source:
        return sum(len(part.table) + len(part.rejected) for part in source.slices(100))


def parquet(path, columns, **options):
    pq.write_table(pa.table(columns), path, compression="zstd", **options)
    return path


def one_long_list(length):
    return pa.ListArray.from_arrays(pa.array([0, length], pa.int32()), pa.nulls(length, pa.int8()))


@pytest.mark.parametrize(
    ("content", "problem"),
    [
        (b"email\n" + b"a@b.co\n" * 1001, "1,000 rows"),
        (b"email\na@b.co\n" + b"\n" * 1001, "1,000 rows"),
        (b"email\na@b.co\n" + b'""\n' * 1001, "1,000 rows"),
        (b"email\na@b.co\n" + b'"a"b\n' * 1001, "1,000 rows"),
        (b'email\n"' + b"a@b.co\n" * 1001, "1,000 rows"),
        (b'{"email":"a@b.co"}\n' * 1001, "1,000 rows"),
        (b'{"email":"a@b.co"}\n' + b"\n" * 1001, "1,000 rows"),
        (gzip.compress(CONTACT + b"a" * (100 << 20), mtime=0), "100 times"),
        (gzip.compress(CONTACT, mtime=0) + gzip.compress(b"\n" * 1_000_000, mtime=0) * 100, "100 times"),
        (gzip.compress(b'{"email":"' + b"a" * (100 << 20), mtime=0), "100 times"),
        (gzip.compress(b"PAR1" + bytes(100 << 20), mtime=0), "100 times"),
        (gzip.compress(gzip.compress(CONTACT, mtime=0), mtime=0), "no text"),
        (",".join(f"c{number}" for number in range(3000)).encode() + b"\n", "2,000 columns"),
        (b"PAR1" + bytes(100) + b"\xff\xff\xff\x7fPAR1", "footer"),
        (b"PAR1" + bytes(100) + b"\x10\0\0\0PAR1", "damaged"),
        (b"PAR1", "damaged"),
        (b"\n" * 100_000, "empty"),
        (bytes(100_000), "no text"),
        ('{"email": "a@b.co"}\n'.encode("utf-32"), "UTF-32"),
    ],
)
def test_more_than_a_file_of_leads_has(tmp_path, content, problem):
    path = tmp_path / "in"
    path.write_bytes(content)
    with pytest.raises(ValueError, match=problem):
        read(path)


def test_what_is_allowed_is_read(tmp_path):
    path = tmp_path / "in"
    for content in (b"email\n" + b"a@b.co\n" * 1000, b'{"email":"a@b.co"}\n' * 1000):
        for written in (content, gzip.compress(content)):
            path.write_bytes(written)
            assert read(path) == 1000
    path.write_bytes(("email\n" + "a@b.co\n" * 3).encode("utf-32"))
    assert read(path) == 3
    assert read(parquet(path, {"email": ["a@b.co"] * 1000})) == 1000
    path.write_bytes(gzip.compress(b"email\n" + b"a@b.co\n" * 2000))
    assert read(path, Bounds()) == 2000


@pytest.mark.parametrize(
    ("columns", "problem"),
    [
        ({"email": pa.nulls(5_000_000, pa.string())}, "1,000 rows"),
        ({"email": ["a@b.co"], "x": one_long_list(50_000_000)}, "lists that are too long"),
        ({"email": ["a@b.co"], "x": ["a" * (100 << 20)]}, "100 times"),
        ({f"c{number}": ["a"] for number in range(3000)}, "2,000 columns"),
        (
            {"email": ["a@b.co"] * 1000, "x": pa.DictionaryArray.from_arrays([0] * 1000, ["a" * 100_000])},
            "100 times",
        ),
    ],
)
def test_a_small_parquet_that_holds_much(tmp_path, columns, problem):
    path = parquet(tmp_path / "in.parquet", columns)
    assert path.stat().st_size < 1_000_000
    with pytest.raises(TooMuch, match=problem):
        read(path)


def test_what_the_bounds_do_not_see_meets_the_memory_limit(tmp_path, nameserver):
    """By the command: the process says what it needed, and takes nothing like it."""
    value = pa.array(["a" * 40_000_000])
    columns = {"email": ["a@b.co"] * 500, "x": pa.DictionaryArray.from_arrays([0] * 500, value)}
    path = parquet(tmp_path / "in.parquet", columns)  # 20 GB in the first 500 rows
    arguments = ["batch", path, "--out", tmp_path / "out.csv", "--data-dir", tmp_path, "--no-bounds"]
    run = subprocess.run([sys.executable, "-m", "fraudcheck", *arguments], capture_output=True, text=True, check=False)
    assert run.returncode == 1
    assert "needs more memory than the limit of 2,048 MiB" in run.stderr
    assert "Traceback" not in run.stderr
    assert not (tmp_path / "out.csv.partial").exists()


def test_a_process_that_runs_out_of_memory_or_disk_tells():
    assert engine._task_done(encode_task(ReadSlice(3))) == ReadSlice(3)
    with pytest.raises(MemoryError):
        engine._task_done(engine._NO_MEMORY)
    with pytest.raises(OSError, match="no room") as told:
        engine._task_done(f"{errno.ENOSPC} no room")
    assert told.value.errno == errno.ENOSPC


class TestDisk:
    @pytest.fixture(autouse=True)
    def _afterwards(self):
        yield
        raw_files.keep_free(0)

    def test_the_reserve_is_left_free(self, tmp_path):
        raw_files.keep_free(disk.free(tmp_path) - (64 << 20))
        raw_files.write_atomically(tmp_path / "small", b"x")
        with pytest.raises(OSError, match="reserve for verdicts"):
            raw_files.write_atomically(tmp_path / "large", bytes(200 << 20))
        raw_files.keep_free(1 << 60)
        with pytest.raises(OSError, match="reserve for verdicts"):
            raw_files.save_stream(io.BytesIO(b"x"), tmp_path / "piped")
        assert sorted(path.name for path in tmp_path.iterdir()) == ["small"]

    def test_its_size(self, tmp_path):
        assert disk.reserve(Settings(data_dir=tmp_path, disk_reserve_bytes=7)) == 7
        assert 0 < disk.reserve(Settings(data_dir=tmp_path)) <= 512 << 20
