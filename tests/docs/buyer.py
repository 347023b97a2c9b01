"""The buyer's day by terminal, as its page shows it: the same agencies' files, by the same commands."""

from __future__ import annotations

import io
import re
import shlex
from collections.abc import Sequence
from contextlib import chdir, redirect_stderr, redirect_stdout
from datetime import UTC, datetime
from functools import cache
from pathlib import Path
from tempfile import TemporaryDirectory

from fraudcheck.cli import main
from tests.day import agencies
from tests.servers.dns import Nameserver

_MONTH = ["--from", "2026-10-01", "--to", "2026-10-31"]
_ANSWER = """Referenz;Antwort
LB70002;Gutgeschrieben
LB70003;Gutgeschrieben
LB70006;Abgelehnt
"""
_CLAIM, _DAY = "019a4408-27f8-7b31-b4f6-4161e57dd72e", "2026-11-02"


def files() -> str:
    """The five files become an audit's leads."""
    lines = _day()[0]
    start = next(n for n, line in enumerate(lines) if line.startswith(f"{_barn()}: CSV"))
    end = next(n for n, line in enumerate(lines) if line.startswith("  source.vendor, if") and n > start)
    rows = next(n for n, line in enumerate(lines) if " rows: " in line)
    table = next(n for n, line in enumerate(lines) if line.startswith("decision "))
    vendors = next(n for n, line in enumerate(lines) if line.startswith("vendor "))
    shown = [lines[0], "…", *lines[start : end + 1], "…", *lines[rows:table], "…", "", *lines[vendors:]]
    return _console(shown)


def report() -> str:
    """Who is worse than chance explains, and what can be claimed."""
    lines = _day()[1]
    end = next(n for n, line in enumerate(lines) if line.startswith("channel "))
    return _console([*lines[: end - 1], "", "…"])


def claim() -> str:
    """What the worst is asked for, what it answers, and what came of it."""
    return _console([line for part in _day()[2:] for line in part])


def _barn() -> str:
    return next(name for name in agencies.files(datetime(2026, 10, 1, tzinfo=UTC)) if name.startswith("leadbarn"))


@cache
def _day() -> list[list[str]]:
    sent = agencies.files(datetime(2026, 10, 1, tzinfo=UTC))
    with TemporaryDirectory() as name, Nameserver() as nameserver, chdir(name):
        nameserver.add(agencies.ZONE)
        Path("contracts").mkdir()
        Path("contracts", "default.toml").write_text(agencies.CONTRACT.splitlines()[0])
        for file, content in sent.items():
            Path(file).write_bytes(content)
        Path("answer.csv").write_text(_ANSWER)
        where = ["--data-dir", name, "--nameserver", nameserver.address]
        mapped = ["--map", f"{_barn()}:phone={agencies.UNNAMED_PHONE}"]
        return [
            _run(["batch", *sent, "--vendor-from", "filename", *mapped, "--out", "verdicts.csv", "--keep"], where),
            _run(["report", *_MONTH], where),
            _run(["report", "--vendor", agencies.CHEAT, *_MONTH, "--claims", "LeadBarn.xlsx", "--for-vendor"], where),
            ["$ cat answer.csv", *_ANSWER.splitlines()],
            _run(["claims", "answer", "answer.csv"], where),
            _run(["claims"], where),
        ]


def _run(command: Sequence[str], where: Sequence[str]) -> list[str]:
    """A command with what it prints; what differs by the day of the run is as on one day, or an ellipsis."""
    shown = io.StringIO()
    with redirect_stderr(shown), redirect_stdout(shown):
        assert not main.main([*command, *where]), shown.getvalue()
    text = re.sub(
        r"(batch:?) ?[0-9a-f]{16}", lambda found: f"{found[1]}{'' if ':' in found[1] else ' '}…", shown.getvalue()
    )
    text = re.sub(r"DNS of [\d-]+", "DNS of …", text)
    text = re.sub(r"[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}", _CLAIM, text)
    text = re.sub(rf"(?<={_CLAIM}  leadbarn  )[\d-]+", _DAY, text)
    return [f"$ fraudcheck {shlex.join(command)}", *map(str.rstrip, text.rstrip().split("\n"))]


def _console(lines: Sequence[str]) -> str:
    return "\n".join(["```console", *lines, "```"])
