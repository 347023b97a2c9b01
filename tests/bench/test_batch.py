"""The batch benchmark's leads, and how it looks at memory and counts rows."""

from __future__ import annotations

import csv
import json
import subprocess
import sys
from collections import Counter
from datetime import datetime, timedelta
from itertools import islice, pairwise
from pathlib import Path

import pyarrow.parquet
import pytest

from bench import batch
from bench.leads import DAYS, DOMAINS, END, FREE, dated_leads, leads, spread_domains
from bench.processes import memory_of, process_tree
from fraudcheck.batch import columns
from fraudcheck.intake.lead import read_lead

ROWS, NAMES = 4_000, 800


@pytest.fixture(scope="module")
def table(tmp_path_factory) -> list[dict[str, str]]:
    file = tmp_path_factory.mktemp("leads") / "leads.csv"
    batch.generate(file, ROWS, NAMES)
    with file.open(encoding="utf-8", newline="") as lines:
        return list(csv.DictReader(lines))


def domain(row: dict[str, str]) -> str:
    return row["email"].partition("@")[2]


def times(table: list[dict[str, str]]) -> list[datetime]:
    return [datetime.fromisoformat(row["submitted_at"]) for row in table]


def test_every_column_is_a_field_of_the_contract_and_every_cell_is_there(table):
    assert len(table) == ROWS
    assert set(table[0]) <= set(columns.FIELDS)
    assert {"email", "phone", "source.price.amount", "client.ip", "form.fill_seconds", "submitted_at"} <= set(table[0])
    assert all(None not in row and all(row.values()) for row in table)
    assert len({row["reference"] for row in table}) == ROWS


def test_the_table_says_what_the_leads_say(table):
    for row, lead in zip(table, dated_leads(ROWS, NAMES), strict=True):
        read, warnings = read_lead(lead, END)
        assert not warnings
        assert (row["email"], row["client.ip"]) == (lead["email"], lead["client"]["ip"])
        assert (row["source.price.amount"], row["form.fill_seconds"]) == ("12.50", str(read.form.fill_seconds))


def test_half_are_at_large_providers_and_the_others_at_every_domain(table):
    counts = Counter(map(domain, table))
    assert sum(counts[name] for name in FREE) == ROWS / 2
    assert len(set(counts) - set(FREE)) == NAMES


def test_the_first_leads_share_domains_as_much_as_all_do(table):
    assert len({domain(row) for row in table[: ROWS // 10]} - set(FREE)) == pytest.approx(NAMES / 10, abs=1)


@pytest.mark.parametrize(("domains", "times"), [(1, 10), (3, 10), (10, 10), (200, 501)])
def test_each_domain_occurs(domains, times):
    made = list(spread_domains(domains, times))
    assert len(made) == times
    assert len(set(made)) == domains


@pytest.mark.parametrize("rows", [1, 2, 9, 10])
def test_a_short_file_has_fewer_domains_than_were_asked_for(rows):
    assert len(list(dated_leads(rows, NAMES))) == rows


def test_times_lie_within_the_days_before_a_fixed_one(table):
    assert all(END - timedelta(days=DAYS) <= at <= END for at in times(table))
    assert max(times(table)) - min(times(table)) > timedelta(days=DAYS - 1)


def test_times_increase_but_for_a_few(table):
    behind = sum(earlier > later for earlier, later in pairwise(times(table)))
    assert 0 < behind < ROWS * 0.05


def test_without_domains_the_leads_are_those_that_the_other_benchmarks_send():
    names = Counter(lead["email"].partition("@")[2] for lead in islice(leads(1), 4_000))
    assert sum(names[name] for name in FREE) == 2_000
    assert set(names) == {*FREE, *DOMAINS}
    assert next(leads(1))["email"] == "chinedu.balogun10000001@wp.pl"


GRANDCHILD = "held = bytearray(b'x') * 60_000_000; print(1, flush=True); input()"
CHILD = "import subprocess, sys; subprocess.run([sys.executable, '-c', sys.argv[1]])"


def test_the_memory_of_a_childs_child_counts():
    command = [sys.executable, "-c", CHILD, GRANDCHILD]
    process = subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE)
    with process:
        process.stdout.readline()
        assert len(process_tree(process.pid)) == 2
        own, resident = memory_of(process_tree(process.pid))
        alone, _ = memory_of([process.pid])
        process.stdin.write(b"\n")
    assert own > 60
    assert resident > 60
    assert alone < 60


def test_who_has_ended_takes_nothing():
    with subprocess.Popen([sys.executable, "-c", ""]) as process:
        process.wait()
    assert memory_of([process.pid]) == (0, 0)


class Ends:
    """A process that ends while it is waited for the third time."""

    pid, waited = 1, 0

    def wait(self, timeout: float) -> int:
        self.waited += 1
        if self.waited < 3:
            raise subprocess.TimeoutExpired("", timeout)
        return 0


def test_each_peak_is_kept(monkeypatch):
    seen = iter([(1.0, 5.0), (3.0, 4.0), (2.0, 2.0)])
    monkeypatch.setattr(batch, "memory_of", lambda pids: next(seen))
    assert batch.watch_memory(Ends()) == (3.0, 5.0)


def test_a_command_that_fails_ends_the_benchmark_with_its_complaint(tmp_path, capsys):
    with pytest.raises(SystemExit, match="1"):
        batch._run_command(tmp_path / "missing.csv", tmp_path / "verdicts.csv", 10, "127.0.0.1:9")
    assert "fraudcheck" in capsys.readouterr().err


def write(file: Path, rows: int) -> None:
    if file.suffix == ".parquet":
        pyarrow.parquet.write_table(pyarrow.table({"row": list(range(rows))}), file)
    elif file.suffix == ".csv":
        file.write_text("message,decision\n" + '"two\nlines",accept\n' * rows, encoding="utf-8")
    else:
        file.write_text((json.dumps({"message": "two\nlines"}) + "\n") * rows, encoding="utf-8")


@pytest.mark.parametrize("ending", ["parquet", "csv", "ndjson"])
@pytest.mark.parametrize("rows", [0, 1, 12])
def test_verdicts_are_counted_in_every_format(ending, rows, tmp_path):
    file = tmp_path / f"verdicts.{ending}"
    write(file, rows)
    assert batch.count_rows(file) == rows
