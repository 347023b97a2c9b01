"""No password stands where others read it: in a command line, an error, a log."""

from __future__ import annotations

import os
import subprocess
import sys
import time
from pathlib import Path

import pytest

from fraudcheck.adapters.redis.link import Link
from fraudcheck.adapters.sql.ledger import SqlLedger

ENVIRONMENT = {name: value for name, value in os.environ.items() if not name.startswith("FRAUDCHECK_")}
CHECK_ID = "01936b5e-0000-7000-8000-000000000000"


@pytest.mark.skipif(sys.platform != "linux", reason="reads /proc")
@pytest.mark.parametrize(
    "given", [["--redis", "{}"], ["--redis={}"], ["--red", "{}"], ["--redis", "redis://h", "--redis={}"]]
)
def test_a_password_leaves_the_command_line(tmp_path, given):
    url = "redis://:s3cret@127.0.0.1:1/0"
    words = ["serve", "--port", "0", "--data-dir", str(tmp_path), *[word.format(url) for word in given]]
    command = [sys.executable, "-m", "fraudcheck", *words]
    with subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, env=ENVIRONMENT) as service:
        try:
            line = service.stdout.readline()
            seen = Path(f"/proc/{service.pid}/cmdline").read_bytes()
            environment = Path(f"/proc/{service.pid}/environ").read_bytes()
        finally:
            service.terminate()
            _, errors = service.communicate(timeout=60)
    assert b"listens on" in line
    assert b"s3cret" not in seen
    assert b"--redis" not in seen  # which would go before the environment
    assert b"FRAUDCHECK_REDIS=redis://:s3cret@" in environment
    assert b"--data-dir" in seen
    assert b"FRAUDCHECK_REDIS" in errors
    assert b"s3cret" not in errors


@pytest.mark.parametrize(
    "words",
    [
        ["replay", CHECK_ID],
        ["report", "--format", "html", "--lead", CHECK_ID],
        ["report"],
        ["serve", "--port", "0", "--workers", "2"],
    ],
)
@pytest.mark.parametrize(
    "url",
    [
        "postgresql://app:s3cret@127.0.0.1:1/x",
        "postgresql://app:s3cret/p@127.0.0.1:1/x",
        "mysql://app:s3cret@127.0.0.1/x",
        "postgresql://app:s3cret@127.0.0.1:port/x",
        "s3cret",
    ],
)
def test_no_error_shows_a_ledgers_password(tmp_path, words, url):
    command = [
        sys.executable,
        "-m",
        "fraudcheck",
        *words,
        "--data-dir",
        str(tmp_path),
        "--redis",
        "redis://127.0.0.1:1",
    ]
    began = time.monotonic()
    with subprocess.Popen(
        [*command, "--ledger", url], stdout=subprocess.PIPE, stderr=subprocess.PIPE, env=ENVIRONMENT
    ) as run:
        if "serve" in words:
            time.sleep(2)
            run.terminate()
        out, errors = run.communicate(timeout=60)
    assert b"s3cret" not in out + errors
    assert b"Traceback" not in errors
    assert time.monotonic() - began < 60


def test_no_adapter_tells_the_password_of_a_url_that_it_cannot_read():
    for url in (
        "redis://:s3cret/p@h:1",
        "redis://h:s3cret",
        "http://:s3cret@h",
        "redis+cluster://u:s3cret@h",
        "s3cret",
    ):
        with pytest.raises(ValueError, match="give") as problem:
            Link.to(url, 1.0)
        assert "s3cret" not in str(problem.value)
        assert problem.value.__cause__ is None
    with pytest.raises(ValueError, match="give") as problem:
        SqlLedger("postgresql://app@h:s3cret")
    assert "s3cret" not in str(problem.value)


def test_what_a_command_writes_is_for_its_owner(tmp_path, nameserver):
    """Whatever the shell's umask: results, reports and what lies beside them hold personal data."""
    given = tmp_path / "leads.csv"
    given.write_text(
        "email,phone,source.vendor,=note\nan@gmail.com,+84912840375,\"a;=cmd|'/C calc'!A0\",-1+2\nnobody,,x,\n"
    )
    where = ["--data-dir", str(tmp_path / "data"), "--redis", "memory://", "--nameserver", nameserver.address]
    out = tmp_path / "out"
    out.mkdir()
    for words in (
        ["batch", str(given), "--out", str(out / "a.csv"), "--status", str(out / "status.json")],
        ["batch", str(given), "--out", str(out / "b.ndjson.gz")],
        ["batch", str(out / "a.csv"), "--out", str(out / "c.csv"), "--map", "source.vendor=source.vendor"],
        ["report", "--format", "html", "--out", str(out / "report.html")],
        ["report", "--format", "csv", "--out", str(out / "report.csv")],
    ):
        command = [sys.executable, "-m", "fraudcheck", *words, *where]
        subprocess.run(command, env=ENVIRONMENT, timeout=120, check=True, umask=0, capture_output=True)
    written = [path for path in [*out.rglob("*"), *(tmp_path / "data").rglob("*")] if path.is_file()]
    assert len(written) >= 8
    assert [path.name for path in written if path.stat().st_mode & 0o077] == []
    text = (out / "a.csv").read_text()
    assert ";'=cmd" in text
    assert "'=note" in text
    assert ",'-1+2," in text
    assert ",+84912840375," in text
    again = (out / "c.csv").read_text()
    assert ";'=cmd" in again
    assert "''" not in again
