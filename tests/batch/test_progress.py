"""What a person sees of a batch while it works, and what a program does."""

from __future__ import annotations

import io
import json
import sys

import pytest

from fraudcheck.batch import progress
from fraudcheck.batch.progress import Progress
from fraudcheck.batch.tally import Tally


class Terminal(io.StringIO):
    def isatty(self):
        return True


@pytest.fixture
def clock(monkeypatch):
    now = [100.0]
    monkeypatch.setattr(progress, "monotonic", lambda: now[0])
    return now


def test_a_line_every_ten_seconds(clock, capsys):
    watch = Progress()
    watch.phase("judging", "rows", 1_000_000)
    for _ in range(30):
        clock[0] += 1
        watch.done(2000)
    watch.phase("writing", "rows", None)
    clock[0] += 11
    watch.done(500)
    assert capsys.readouterr().err.splitlines() == [
        "judging: 20,000 of 1,000,000 rows, 2,000 a second, 8 min to go",
        "judging: 40,000 of 1,000,000 rows, 2,000 a second, 8 min to go",
        "judging: 60,000 of 1,000,000 rows, 2,000 a second, 8 min to go",
        "writing: 500 rows, 45 a second",
    ]


def test_a_bar_on_a_terminal(monkeypatch):
    terminal = Terminal()
    monkeypatch.setattr(sys, "stderr", terminal)
    monkeypatch.setenv("COLUMNS", "120")
    monkeypatch.setenv("TERM", "xterm")
    watch = Progress()
    watch.phase("judging", "rows", 400)
    watch.done(100)
    watch.ended(Tally())
    shown = terminal.getvalue()
    for told in ("judging", "100/400", "rows a second"):
        assert told in shown


def test_a_file_for_programs(clock, tmp_path):
    status = tmp_path / "status.json"

    def state():
        return json.loads(status.read_text())

    watch = Progress(status)
    watch.phase("taking the file in", "rows", None)
    assert state() == {
        "state": "running", "phase": "taking the file in", "rows": None, "done": 0, "rejected": 0,
        "decisions": {}, "lost": [], "seconds_left": None, "problem": None,
    }  # fmt: skip
    watch.sized(100, 20)
    watch.phase("judging", "rows", 80)
    clock[0] += 2
    watch.done(30)
    assert (state()["rows"], state()["done"]) == (100, 50)
    tally = Tally()
    tally.decisions.update(accept=90, review=8)
    tally.rejected.update({"neither a mail address nor a phone": 2})
    watch.ended(tally, lost=["rows rejected: 2: neither a mail address nor a phone"])
    assert (state()["state"], state()["done"], state()["rejected"]) == ("done", 100, 2)
    assert state()["lost"] == ["rows rejected: 2: neither a mail address nor a phone"]
    assert state()["decisions"] == {"accept": 90, "review": 8}
    watch.ended(None, "the disk is full")
    assert (state()["state"], state()["problem"]) == ("failed", "the disk is full")
