"""A file of leads in, every verdict out: as the service would have judged each on its day, and nothing lost."""

from __future__ import annotations

import asyncio
import csv
import gzip
import json
import os
import signal
import subprocess
import sys
from collections import Counter
from datetime import UTC, datetime, timedelta
from functools import partial
from itertools import islice
from pathlib import Path

import msgspec
import openpyxl
import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from fraudcheck import wiring
from fraudcheck.adapters.tenant_files import tenant_quality
from fraudcheck.batch import folder, raw_files, read_task, run
from fraudcheck.batch.cells import flatten
from fraudcheck.batch.folder import Partial
from fraudcheck.batch.progress import Progress
from fraudcheck.batch.request import Given, Request
from fraudcheck.batch.tally import Tally
from fraudcheck.fields.form_token import make_token
from fraudcheck.intake.lead import read_lead
from fraudcheck.pipeline.check import Pipeline
from fraudcheck.settings import Settings
from fraudcheck.web.app import make
from tests.batch.people import as_csv, leads

OWN = {"check_id", "origin", "versions", "elapsed_ms"}
"""What a batch's verdict has otherwise than the service's."""


def ndjson(path: Path, rows: list[dict]) -> Path:
    path.write_text("".join(json.dumps(row, ensure_ascii=False) + "\n" for row in rows))
    return path


def verdicts(path: Path) -> dict[int, dict]:
    return {line["row"]: line["verdict"] for line in map(json.loads, path.read_text().splitlines())}


def rejected(path: Path) -> dict[int, str]:
    lines = map(json.loads, run.rejected_path(path).read_text().splitlines())
    return {line["row"]: line["problem"] for line in lines}


def batch(settings: Settings, given: Path, out: Path, **asked) -> Path:
    run.run(
        Request(given=(Given(path=given, name=given.name),), out=out, **{"size": 50, **asked}), settings, Progress()
    )
    return out


async def test_as_the_service_judged_it_on_its_day(settings, service, aiohttp_client, tmp_path, monkeypatch):
    """The same leads, sent one by one to a service on a clock that follows them: the same facts and verdicts."""
    told, judge = [], Pipeline.judge

    async def noted(self, tenant, subject, *others, **named):
        facts, verdict = await judge(self, tenant, subject, *others, **named)
        without_ledger = {name: found for name, found in facts.items() if name != "history"}  # a file has none
        told.append(
            (subject.lead.submitted_at, subject.lead.reference, msgspec.json.encode(without_ledger, order="sorted"))
        )
        return facts, verdict

    monkeypatch.setattr(Pipeline, "judge", noted)
    rows = leads(300)
    client = await aiohttp_client(make(service))
    expected = {}
    for row, lead in sorted(enumerate(rows, 1), key=lambda each: (each[1]["submitted_at"], each[0])):
        monkeypatch.setattr(service.pipeline, "_now", partial(datetime.fromisoformat, lead["submitted_at"]))
        answer = await client.post("/v1/checks", json=lead)
        assert answer.status == 200
        expected[row] = await answer.json()
    live, told[:] = sorted(told), []
    out = tmp_path / "out.ndjson"
    await asyncio.to_thread(batch, settings, ndjson(tmp_path / "in.ndjson", rows), out, share=120)
    given = verdicts(out)
    assert list(given) == list(range(1, 301))
    for row, verdict in given.items():
        for judged in (verdict, expected[row]):  # whose stage is by the counts, or by the ledger
            judged["quality"] = {"engagement": judged["quality"]["engagement"]}
        assert {name: value for name, value in verdict.items() if name not in OWN} == {
            name: value for name, value in expected[row].items() if name not in OWN
        }
    assert sorted(told) == live
    codes = {reason["code"] for verdict in given.values() for reason in verdict["reasons"]}
    assert {"LEAD_SEEN_BEFORE", "LEAD_SOLD_BEFORE", "DEVICE_SEEN_OFTEN", "EMAIL_NULL_MX"} <= codes, "there is something"


def test_processes_and_formats_change_no_verdict(settings, tmp_path):
    """In this process or in two others; from CSV, NDJSON or Parquet; with gzip: the same."""
    rows = leads(220)
    table, lines = tmp_path / "in.csv", ndjson(tmp_path / "in.ndjson", rows)
    table.write_text(as_csv(rows))
    packed = tmp_path / "in.csv.gz"
    packed.write_bytes(gzip.compress(table.read_bytes()))
    columns = tmp_path / "in.parquet"
    pq.write_table(as_table([flatten(row) for row in rows]), columns, row_group_size=33)
    nested = tmp_path / "nested.parquet"
    pq.write_table(as_table(rows), nested)
    first = verdicts(batch(settings, lines, tmp_path / "1.ndjson"))
    for number, given in enumerate([table, packed, columns, nested], 2):
        again = verdicts(batch(settings, given, tmp_path / f"{number}.ndjson"))
        assert [unnamed(verdict) for verdict in again.values()] == [unnamed(verdict) for verdict in first.values()]
    apart = verdicts(batch(settings, lines, tmp_path / "6.ndjson", processes=2))
    assert apart == first, "to the last digit of each check_id"


def as_table(rows):
    names = dict.fromkeys(name for row in rows for name in row)
    return pa.Table.from_pylist([{name: row.get(name) for name in names} for row in rows])


def unnamed(verdict):
    """But for what the input's own bytes name."""
    return {name: value for name, value in verdict.items() if name not in ("check_id", "origin")}


@pytest.mark.parametrize("ending", ["csv", "csv.gz", "parquet", "ndjson.gz"])
def test_what_is_written(settings, tmp_path, ending):
    rows = leads(120)
    given = tmp_path / "in.csv"
    given.write_text("\ufeff" + as_csv(rows, ";"))
    plain = verdicts(batch(settings, given, tmp_path / "out.ndjson"))
    out = batch(settings, given, tmp_path / f"out.{ending}")
    if ending == "parquet":
        told = pq.read_table(out).to_pylist()
        reasons = [[(reason["code"], reason["points"]) for reason in row["reasons"]] for row in told]
        about = json.loads(pq.read_schema(out).metadata[b"fraudcheck"])
        assert about["looked_up_on"] == str(told[0]["looked_up_on"])
    elif ending == "ndjson.gz":
        (tmp_path / "unpacked.ndjson").write_bytes(gzip.decompress(out.read_bytes()))
        assert verdicts(tmp_path / "unpacked.ndjson") == plain
        return
    else:
        text = (gzip.decompress(out.read_bytes()) if ending == "csv.gz" else out.read_bytes()).decode()
        assert text.startswith("\ufeffemail;phone;name;")
        told = list(csv.DictReader(text.lstrip("\ufeff").splitlines(), delimiter=";"))
        reasons = [
            [(code, float(points)) for code, points in (each.split(":") for each in row["reasons"].split())]
            for row in told
        ]
    assert [row["name"] for row in told] == [row["name"] for row in rows], "the input's columns, in its order"
    for row, found, verdict in zip(told, reasons, plain.values(), strict=True):
        assert found == [(reason["code"], reason["points"]) for reason in verdict["reasons"]]
        assert row["check_id"] == verdict["check_id"]
        assert (int(row["trust_score"]), float(row["sum"])) == (verdict["trust_score"], verdict["sum"])
        assert (row["decision"], row["classification"]) == (verdict["decision"], verdict["classification"])


CRM = """Lead ID;Created;Vor- und Nachname;E-Mail-Adresse;Mobilnummer;Land;Vendor;IP
1;31.10.2026 23:30;Agnieszka Wiśniewska;a.wisniewska@alias.pl;+48502840375;PL;acme;203.0.113.7
2;01.11.2026 08:15;Nguyễn Văn An;an.nguyen@gmail.com;0912 840 375;VN;acme;
3;;Ngozi Okafor;ngozi@second-mx.ng;;NG;other;
4;someday;Ngozi Okafor;ngozi@second-mx.ng;;NG;other;
5;01.01.1970 00:00;Ngozi Okafor;ngozi@second-mx.ng;;NG;other;
6;02.11.2126 00:00;Ngozi Okafor;ngozi@second-mx.ng;;NG;other;
7;02.11.2026 00:00;Nobody;;;NG;other;
8;02.11.2026 00:00;Sanjay Iyer;sanjay.iyer@six-only.in;;IN;other;;what;is;this

9;02.11.2026 09:00;محمد حسن;m.hassan@spf-beside-mx.eg;+201012840375;EG;acme;10.0.0.999
"""


def test_a_crms_file(settings, tmp_path):
    """Its headings, its dates and its rows that are none: each is judged, or named with the reason."""
    given = tmp_path / "export.csv"
    given.write_text(CRM)
    out = batch(settings, given, tmp_path / "out.ndjson", zone="Europe/Warsaw")
    told = verdicts(out)
    assert {row: verdict["submitted_at"] for row, verdict in told.items()} == {
        1: "2026-10-31T22:30:00.000Z",
        2: "2026-11-01T07:15:00.000Z",
        3: "2026-11-01T07:15:00.000Z",
        9: "2026-11-02T08:00:00.000Z",
    }
    assert told[2]["reference"] == "2"
    assert told[9]["warnings"] == [{"field": "client.ip", "problem": "not an IP address"}]
    assert all(verdict["decision"] == "accept" for verdict in told.values()), "they are people"
    assert all(verdict["origin"].startswith("batch:") for verdict in told.values())
    assert all(verdict["elapsed_ms"] is None for verdict in told.values())
    assert all("dns" in verdict["versions"]["data"] for verdict in told.values())
    assert rejected(out) == {
        4: "submitted_at: not a date and time",
        5: "submitted_at: before 1990",
        6: "submitted_at: in the future",
        7: "neither a mail address nor a phone",
        8: "11 cells where the heading has 8",
    }
    lines = [json.loads(line)["line"] for line in run.rejected_path(out).read_text().splitlines()]
    assert lines == [5, 6, 7, 8, 9]


def test_platforms_test_leads_are_counted_nowhere(settings, tmp_path):
    at, person = "2026-11-02T10:00:{:02}Z", {"phone": "+84912840375", "name": "Nguyễn Văn An"}
    rows = [
        {**person, "name": "An (sample)", "email": f"an{n}@gmail.com", "submitted_at": at.format(n)} for n in range(30)
    ]
    rows.append({**person, "email": "an.nguyen@gmail.com", "submitted_at": at.format(59)})
    given = verdicts(batch(settings, ndjson(tmp_path / "in.ndjson", rows), tmp_path / "out.ndjson"))
    assert {(given[n]["classification"], given[n]["decided_by"]) for n in range(1, 31)} == {("test", "test")}
    assert given[31]["decision"] == "accept"
    assert not {reason["group"] for reason in given[31]["reasons"]} & {"velocity", "cluster"}


def test_a_file_is_counted_by_the_forms_tokens(settings, tmp_path):
    """Two a day for a month carry one, under the heading of the form's field; then one comes without."""
    key = wiring.identity_key(settings, "default")
    rows = []
    for n in range(61):
        at = datetime(2026, 10, 1, 9, 12, 31, tzinfo=UTC) + timedelta(hours=12 * n)
        ip = f"113.{160 + n}.7.9"
        text = make_token(key, issued=at.timestamp() - 70, random_id=f"{n}", vendor="acme", ip=ip, scripted=True)
        rows.append([f"0912{840_375 + 997 * n}", "VN", ip, "acme", at.isoformat(), "" if n == 60 else f"{text}."])
    given = tmp_path / "in.csv"
    with given.open("w") as file:
        csv.writer(file).writerows([["phone", "country", "ip", "vendor", "submitted_at", "fraudcheck"], *rows])
    told = verdicts(batch(settings, given, tmp_path / "out.ndjson"))
    codes = {n: {each["code"]: each["points"] for each in verdict["reasons"]} for n, verdict in told.items()}
    of_tokens = [{code: said[code] for code in said if "TOKEN" in code} for said in codes.values()]
    assert of_tokens[:-1] == [{"FORM_TOKEN_VALID": 0.0}] * 60
    assert list(of_tokens[-1]) == ["FORM_TOKEN_MISSING"]


def test_a_file_without_times_counts_as_of_now(settings, tmp_path):
    given = tmp_path / "in.csv"
    given.write_text("email,phone\nan.nguyen@gmail.com,+84912840375\nan.nguyen@gmail.com,+84912840375\n")
    told = verdicts(batch(settings, given, tmp_path / "out.ndjson"))
    assert [reason["code"] for reason in told[1]["reasons"]] == ["EMAIL_DOMAIN_RECEIVES", "PHONE_VALID"]
    assert "LEAD_SEEN_BEFORE" in [reason["code"] for reason in told[2]["reasons"]], "the row before is earlier"
    assert told[1]["checked_at"][:10] == datetime.now(UTC).isoformat()[:10]


def test_what_never_saw_a_lead_is_a_batch_too(settings, tmp_path):
    """Only a heading, and rows of which none can be judged."""
    given = tmp_path / "in.csv"
    for content in ("email,phone\n", "email,phone,name\n,,An\n,,Ngozi\n"):
        given.write_text(content)
        for ending in ("csv", "ndjson", "parquet"):
            out = batch(settings, given, tmp_path / f"out.{ending}")
            assert out.exists()
            assert len(rejected(out)) == content.count("\n") - 1
        assert pq.read_table(tmp_path / "out.parquet").num_rows == 0


KILLED = """
import sys
from pathlib import Path
from fraudcheck.batch import run
from fraudcheck.batch.request import Given, Request
from fraudcheck.batch.progress import Progress
from fraudcheck.settings import Settings

class Told(Progress):
    def done(self, units):
        super().done(units)
        print(self._state["phase"], flush=True)

given, out, data, nameserver, processes = sys.argv[1:]
given = Given(path=Path(given), name=Path(given).name)
request = Request(given=(given,), out=Path(out), size=40, share=150, processes=int(processes) or None)
run.run(request, Settings(data_dir=Path(data), nameserver=(nameserver,)), Told())
"""


@pytest.mark.parametrize("processes", [0, 2])
def test_killed_at_any_moment_it_goes_on(settings, tmp_path, processes):
    """``kill -9`` in each phase, again and again: the bytes of the one that nobody killed."""
    given = ndjson(tmp_path / "in.ndjson", leads(400))
    whole = batch(settings, given, tmp_path / "whole.csv", size=40, share=150).read_bytes()
    out = tmp_path / "out.csv"
    arguments = [sys.executable, "-c", KILLED, given, out, settings.data_dir, settings.nameserver[0], str(processes)]
    phases = ["taking the file in", "reading", "counting", "asking the DNS", "judging"]
    for last, steps in (("taking the file in", 3), ("reading", 1), ("reading", 3), ("counting", 4), ("judging", 2)):
        from_here = phases[phases.index(last) :]  # processes may have done all of a phase before one of them is told
        with subprocess.Popen(arguments, stdout=subprocess.PIPE, start_new_session=True, text=True) as work:
            told = map(str.strip, work.stdout)
            assert next(islice((phase for phase in told if phase in from_here), steps - 1, None), None), "still at work"
            os.killpg(work.pid, signal.SIGKILL)
        assert not out.exists()
    subprocess.run(arguments, check=True, stdout=subprocess.DEVNULL)
    assert out.read_bytes() == whole
    assert not list(tmp_path.glob("*.partial"))
    assert rejected(out) == {}


def test_over_a_cluster(settings, tmp_path):
    """The same code on Ray, on two processes of this machine: the same verdicts."""
    given = ndjson(tmp_path / "in.ndjson", leads(160))
    alone = batch(settings, given, tmp_path / "alone.ndjson")
    out = tmp_path / "cluster.ndjson"
    arguments = [sys.executable, "-c", KILLED, given, out, settings.data_dir, settings.nameserver[0], "2"]
    environment = os.environ | {"DAFT_RUNNER": "ray"}
    subprocess.run(arguments, env=environment, check=True, stdout=subprocess.DEVNULL)
    assert out.read_bytes() == alone.read_bytes()


def command(*arguments, stdin=None, settings=None):
    """The command as a person gives it."""
    where = ["--data-dir", settings.data_dir, "--nameserver", settings.nameserver[0]] if settings else []
    return subprocess.run(
        [sys.executable, "-m", "fraudcheck", "batch", *arguments, *where], input=stdin, capture_output=True, check=False
    )


def test_from_a_pipe_with_a_summary(settings, tmp_path):
    out, status = tmp_path / "out.ndjson", tmp_path / "status.json"
    done = command("-", "--out", out, "--status", status, stdin=as_csv(leads(60)).encode(), settings=settings)
    text = done.stdout.decode()
    assert text.startswith("60 rows: 60 judged, 0 rejected")
    for told in ("decision", "trust score", "reason", "vendor 1", "█", "judged by the lists and the DNS of "):
        assert told in text
    assert "email" in done.stderr.decode(), "the mapping is shown"
    state = json.loads(status.read_text())
    assert (state["state"], state["rows"], state["done"], state["rejected"]) == ("done", 60, 60, 0)
    assert sum(state["decisions"].values()) == 60


def test_only_the_mapping(tmp_path):
    given = tmp_path / "export.csv"
    given.write_text(CRM)
    done = command(given, "--map-only", "--map", "reference=E-Mail-Adresse")  # which leaves no way to reach anybody
    assert done.returncode == 0
    assert ["reference", "<-", "E-Mail-Adresse"] in [line.split() for line in done.stdout.decode().splitlines()]
    assert "not used: Lead ID" in done.stdout.decode()
    assert [each.name for each in tmp_path.iterdir()] == ["export.csv"], "nothing is done"


@pytest.mark.parametrize(
    ("content", "arguments", "code", "says"),
    [
        (CRM, [], 2, "--out"),
        (CRM, ["--out", "out.xlsx"], 1, "let it end in .csv, .ndjson or .parquet"),
        (CRM, ["--out", "out.csv", "--map", "email"], 2, "FIELD=COLUMN"),
        (CRM, ["--out", "out.csv", "--map", "emial=Vendor"], 1, "did you mean email?"),
        (CRM, ["--out", "out.csv", "--map", "email=Nothing"], 1, "no column 'Nothing'"),
        (CRM, ["--out", "out.csv", "--timezone", "Warsaw"], 1, "such as Europe/Warsaw"),
        (CRM, ["--out", "out.csv", "--encoding", "what"], 1, "such as cp1250"),
        (CRM, ["--out", "out.csv", "--processes", "0"], 2, "no number from 1 to 1024"),
        ("colour,size\nred,3\n", ["--out", "out.csv"], 1, "--map email=COLUMN"),
        ("email,Created\na@b.vn,01/02/2026\n", ["--out", "out.csv"], 1, "--dates day-first"),
        ("", ["--out", "out.csv"], 1, "is empty"),
        (None, ["--out", "out.csv"], 1, "No such file"),
        (CRM, ["--out", "in.csv"], 1, "let --out name another file"),
        (CRM, ["--out", ".csv"], 1, "is a folder"),
        (CRM, ["--out", "out.csv", "--policy", "policy.toml"], 2, "--policy is for --judge-only"),
        (CRM, ["--out", "out.csv", "--judge-only"], 2, "leave out the file"),
    ],
)
def test_what_cannot_be_done_is_said_in_a_line(settings, tmp_path, content, arguments, code, says):
    given = tmp_path / "in.csv"
    if content is not None:
        given.write_text(content)
    (tmp_path / ".csv").mkdir()
    arguments = [tmp_path / each if each.startswith(("out.", "in.", ".")) else each for each in arguments]
    done = command(given, *arguments, settings=settings)
    assert done.returncode == code
    assert says in done.stderr.decode().splitlines()[-1]
    assert not list(tmp_path.glob("out.csv*")), "nor is anything left of what cannot be done"
    assert content is None or given.read_text() == content


def test_day_and_month_told_by_hand(settings, tmp_path):
    given = tmp_path / "in.csv"
    given.write_text("email,Created\nan.nguyen@gmail.com,01/02/2026\n")
    told = {
        dates: verdicts(batch(settings, given, tmp_path / "out.ndjson", dates=dates))[1]["submitted_at"][:10]
        for dates in ("day-first", "month-first")
    }
    assert told == {"day-first": "2026-02-01", "month-first": "2026-01-02"}


def test_values_as_people_write_them(settings, tmp_path):
    """Countries by name, dates in words, commas before decimals: read as the column tells, and days have no time."""
    given = tmp_path / "in.csv"
    given.write_text(
        "E-Mail;Telefon;Land;Lead Price;Currency;form.fill_seconds;Erstellt am\n"
        "an.nguyen@gmail.com;0912 840 375;Việt Nam;1.250;EUR;38,642;5. November 2026\n"
        "a.wisniewska@alias.pl;502 840 375;Polen;12,50;EUR;21,4;3 marca 2026\n"
        "somchai.w@mx-six.th;;Congo;12,50 $;EUR;9,5;irgendwann\n"
        "lakshmi1962@yahoo.com;;Congo;12,50 $;EUR;9,5;25.10.2569\n"
    )
    out = batch(settings, given, tmp_path / "out.ndjson", zone="Europe/Berlin")
    told = verdicts(out)
    assert rejected(out) == {3: "submitted_at: not a date and time"}
    assert [verdict["normalized"]["country"] for verdict in told.values()] == ["VN", "PL", None]
    assert [verdict["normalized"]["phone"] for verdict in told.values()] == ["+84912840375", "+48502840375", None]
    assert [verdict["submitted_at"][:16] for verdict in told.values()] == [
        "2026-11-05T00:00", "2026-03-03T00:00", "2026-10-25T00:00",
    ]  # fmt: skip
    assert [{warning["field"] for warning in verdict["warnings"]} for verdict in told.values()] == [
        set(), set(), {"country", "source.price.amount"},
    ]  # fmt: skip


def test_an_amount_whose_mark_the_file_does_not_show_is_not_read(settings, tmp_path):
    rows = "an.nguyen@gmail.com,12.500,EUR\nbo.nguyen@gmail.com,12.500,VND\n"
    for name, more, unread in (("1", "", [1]), ("2", "cy@gmail.com,9.90,EUR\n", [])):
        given = tmp_path / f"{name}.csv"
        given.write_text("email,price,currency\n" + rows + more)
        told = verdicts(batch(settings, given, tmp_path / f"{name}.ndjson"))
        assert [row for row, verdict in told.items() if verdict["warnings"]] == unread


def test_csv_has_text_for_what_parquet_has(settings, tmp_path):
    given = tmp_path / "in.parquet"
    odd = {"email": [b"an.nguyen@gmail.com"], "tags": [["a", "b"]], "client": [{"ip": None}], "digest": [b"\xff"]}
    pq.write_table(pa.table(odd), given)
    (row,) = csv.DictReader(batch(settings, given, tmp_path / "out.csv").read_text().splitlines())
    assert (row["tags"], row["client.ip"], row["digest"]) == ('["a","b"]', "", "\ufffd")
    assert row["decision"] == "accept"


def test_one_process_at_a_time(settings, tmp_path):
    given = ndjson(tmp_path / "in.ndjson", leads(3))
    with (
        Partial.beside(tmp_path / "out.csv").locked(),
        pytest.raises(ValueError, match=r"another process is at work in .*out\.csv\.partial"),
    ):
        batch(settings, given, tmp_path / "out.csv")


def test_killed_while_its_folder_is_thrown_away(settings, tmp_path, monkeypatch):
    """What is half thrown away is nothing to go on with."""
    given, out = ndjson(tmp_path / "in.ndjson", leads(20)), tmp_path / "out.ndjson"
    thrown = folder.shutil.rmtree

    def killed(path, **named):
        next(path.rglob("tally-*")).unlink()
        raise KeyboardInterrupt

    monkeypatch.setattr(folder.shutil, "rmtree", killed)
    with pytest.raises(KeyboardInterrupt):
        batch(settings, given, out)
    first = verdicts(out)
    monkeypatch.setattr(folder.shutil, "rmtree", thrown)
    again = verdicts(batch(settings, given, out))
    assert first.keys() == again.keys()
    assert {each.name for each in tmp_path.iterdir()} >= {"in.ndjson", "out.ndjson"}
    assert not list(tmp_path.glob("*.partial"))


def test_orphans_of_another_request_write_into_nothing(tmp_path):
    partial = Partial(tmp_path / "out.partial")
    with partial.locked():
        first, began = partial.begin({"policy": 1}, "2026-11-23")
        again, then = partial.begin({"policy": 1}, "2026-11-24")
        assert (again.path, then) == (first.path, began), "it goes on"
        second, _ = partial.begin({"policy": 2}, "2026-11-24")
    with pytest.raises(FileNotFoundError):
        raw_files.write_atomically(first.leads(0), b"an orphan's")
    assert not list(second.path.iterdir())


def test_rows_that_went_missing_are_no_output(settings, tmp_path, monkeypatch):
    monkeypatch.setattr(Tally, "judged", property(lambda tally: tally.decisions.total() - 1))
    with pytest.raises(RuntimeError, match="of 5 rows 4 came out"):
        batch(settings, ndjson(tmp_path / "in.ndjson", leads(5)), tmp_path / "out.ndjson")
    assert not (tmp_path / "out.ndjson").exists()


def test_columns_named_like_ours_are_kept(settings, tmp_path):
    """A file that was judged before can be judged again, and both verdicts be compared."""
    first = tmp_path / "1.csv"
    first.write_text("email,reasons,sum\nan.nguyen@gmail.com,told us,3000\n")
    (row,) = csv.DictReader(batch(settings, first, tmp_path / "2.csv").read_text().splitlines())
    assert (row["reasons (input)"], row["sum (input)"]) == ("told us", "3000")
    (again,) = csv.DictReader(batch(settings, tmp_path / "2.csv", tmp_path / "3.csv").read_text().splitlines())
    assert again["sum (input)"] == "3000"
    assert again["sum (input 2)"] == again["sum"] == row["sum"]


def test_times_that_are_none(settings, tmp_path):
    """A column of blanks says as little as none; a year that no calendar has costs its row alone."""
    blank = tmp_path / "in.csv"
    blank.write_text("email,created\nan@gmail.com, \nbo@gmail.com,\n")
    assert len(verdicts(batch(settings, blank, tmp_path / "1.ndjson"))) == 2
    odd = tmp_path / "in.parquet"
    sane, never = 1_767_225_600_000_000, 569_000_000_000_000_000
    times = pa.array([sane, never], pa.timestamp("us", "Mars/Olympus_Mons"))
    pq.write_table(pa.table({"email": ["an@gmail.com", "bo@gmail.com"], "created": times, "signup": times}), odd)
    out = batch(settings, odd, tmp_path / "2.csv")
    assert rejected(out) == {}
    assert "2026-01-01 00:00:00+00:00" in out.read_text()
    pq.write_table(pa.table({"email": [b"an@gmail.com"] * 2, "created": [b"13/04/2026 10:00", b"02/04/2026"]}), odd)
    told = verdicts(batch(settings, odd, tmp_path / "3.ndjson"))
    assert [verdict["submitted_at"][:10] for verdict in told.values()] == ["2026-04-13", "2026-04-02"]


@pytest.mark.parametrize("size", [1, 2, 3, 100])
def test_a_row_without_a_time_counts_as_of_the_row_before_it(settings, tmp_path, size):
    """However the file is cut; before the first time it is that. A time that is there and cannot be read rejects."""
    cells = ["NULL", "", "2026-10-01 08:00", "-", "soon", r"\N", "2026-10-05 09:30", "n/a", "0000-00-00 00:00:00"]
    given = tmp_path / "in.csv"
    given.write_text("email,created\n" + "".join(f"lan{n}@gmail.com,{cell}\n" for n, cell in enumerate(cells)))
    out = batch(settings, given, tmp_path / "out.ndjson", size=size)
    assert rejected(out) == {5: "submitted_at: not a date and time"}
    assert [verdict["submitted_at"][5:16] for _, verdict in sorted(verdicts(out).items())] == [
        *["10-01T08:00"] * 5,
        *["10-05T09:30"] * 3,
    ]


def test_another_request_does_not_go_on_with_it(settings, tmp_path, monkeypatch):
    """What was begun under another policy, or of another file, is thrown away."""
    out = tmp_path / "out.ndjson"
    monkeypatch.setattr(run, "_put_together", lambda *given: None)
    batch(settings, ndjson(tmp_path / "in.ndjson", leads(5)), out)
    monkeypatch.undo()
    (settings.data_dir / "policies").mkdir()
    (settings.data_dir / "policies" / "default.toml").write_text("prior = 3.0\n")
    told = verdicts(batch(settings, tmp_path / "in.ndjson", out))
    assert {verdict["prior"] for verdict in told.values()} == {3.0}


def test_a_file_is_read_by_the_tenants_table_of_quality(settings, tmp_path, monkeypatch):
    out = tmp_path / "out.ndjson"
    monkeypatch.setattr(run, "_put_together", lambda *given: None)
    batch(settings, ndjson(tmp_path / "in.ndjson", leads(5)), out)  # begun by the default table
    monkeypatch.undo()
    own = settings.data_dir / "tenants" / "default" / "quality.toml"
    own.parent.mkdir(parents=True)
    own.write_text('[[fit]]\nfield = "reference"\nprefixes = ["crm"]\n')
    told = verdicts(batch(settings, tmp_path / "in.ndjson", out))
    assert {verdict["quality"]["fit"] for verdict in told.values()} == {100.0}
    assert {verdict["versions"]["quality"] for verdict in told.values()} == {
        tenant_quality(settings.data_dir, "default").hash
    }


def test_a_defect_costs_one_row_its_verdict(settings, tmp_path, monkeypatch):
    """And tells where it is, with nothing of the lead."""
    read = read_lead

    def broken(raw, now, lists):
        if raw["reference"] == "crm-2":
            raise ZeroDivisionError("somebody's name")
        return read(raw, now, lists)

    monkeypatch.setattr(read_task, "read_lead", broken)
    out = batch(settings, ndjson(tmp_path / "in.ndjson", leads(30)[:5]), tmp_path / "out.ndjson")
    ((row, problem),) = rejected(out).items()
    assert row in verdicts(out).keys() ^ set(range(1, 6))
    assert problem.startswith("a defect in fraudcheck: ZeroDivisionError at test_batch.py:")


def test_dns_is_asked_once_for_each_domain(settings, tmp_path, nameserver):
    given = ndjson(tmp_path / "in.ndjson", [{"email": f"an{n}@mx-only.vn"} for n in range(40)])
    batch(settings, given, tmp_path / "out.ndjson")
    assert [query for query in nameserver.queries if query[0].rstrip(".") == "mx-only.vn"] == [("mx-only.vn", "MX")]


class AtFirst(dict):
    """Faults of each name's first queries, so many."""

    def __init__(self, fault, times):
        super().__init__()
        self.fault, self.times, self.asked = fault, times, Counter()

    def get(self, name):
        self.asked[name] += 1
        return self.fault if self.asked[name] <= self.times else None


def test_a_file_has_patience_with_the_dns_and_is_judged_alike_when_it_is_run_twice(
    settings, tmp_path, nameserver, monkeypatch
):
    monkeypatch.setattr("fraudcheck.batch.mail_routes._PAUSES", (0.0,) * 5)
    given = ndjson(tmp_path / "in.ndjson", [{"email": f"an@d{n}.many.net"} for n in range(60)])
    told = []
    for name, times in (("calm", 0), ("troubled", 3)):
        nameserver.faults = AtFirst("SERVFAIL", times)
        out = verdicts(batch(settings, given, tmp_path / f"{name}.ndjson"))
        told.append({row: (said["sum"], said["unknown"]) for row, said in out.items()})
    assert told[0] == told[1]
    assert {tuple(unknown) for _, unknown in told[1].values()} == {()}


def test_what_the_dns_does_not_tell_is_unknown_and_costs_nothing(settings, tmp_path, nameserver, monkeypatch):
    monkeypatch.setattr("fraudcheck.batch.mail_routes._PAUSES", (0.0,) * 5)
    nameserver.faults["mx-only.vn"] = "SERVFAIL"
    given = ndjson(tmp_path / "in.ndjson", [{"email": "an@mx-only.vn"}, {"email": "an.nguyen@gmail.com"}])
    told = verdicts(batch(settings, given, tmp_path / "out.ndjson"))
    assert (told[1]["unknown"], told[1]["decision"]) == (["email_mx"], "accept")
    assert told[2]["unknown"] == []


def test_a_spreadsheet_has_the_verdicts_of_the_same_leads_in_csv(settings, tmp_path):
    moment = datetime(2026, 11, 5, 8, 12, 33)  # noqa: DTZ001 - a spreadsheet has no zones
    heading = ["Họ tên", "SĐT", "Số di động", "Email", "Quốc gia", "Dấu thời gian"]
    rows = [
        ["Lan Phạm", None, 84912840375, None, "VN", moment],
        ["Hùng Trần", "NULL", "0912 840 376", "hungtv88@gmail.com", "VN", moment + timedelta(minutes=7)],
        ["Amy Ng", "0243 825 1234", None, "amyng77@gmail.com", "VN", moment + timedelta(days=1)],
        ["Nobody", None, None, None, "VN", moment],
    ]
    book = openpyxl.Workbook()
    for row in [["Leads"], [], heading, *rows]:
        book.active.append(row)
    book.save(tmp_path / "in.xlsx")
    with (tmp_path / "in.csv").open("w", newline="") as file:
        csv.writer(file).writerows([heading, *rows])
    told = {}
    for ending in ("csv", "xlsx"):
        out = batch(settings, tmp_path / f"in.{ending}", tmp_path / f"{ending}.ndjson", zone="Asia/Ho_Chi_Minh")
        told[ending] = [unnamed(verdict) for verdict in verdicts(out).values()]
        assert rejected(out) == {4: "neither a mail address nor a phone"}
    assert told["xlsx"] == told["csv"]
    assert not any(verdict["warnings"] for verdict in told["xlsx"]), "a column beside is no misspelt field"
    assert told["xlsx"][0]["submitted_at"] == "2026-11-05T01:12:33.000Z"
    assert [verdict["normalized"]["phone"] for verdict in told["xlsx"]][1:] == ["+84912840376", "+842438251234"]
    out = batch(settings, tmp_path / "in.xlsx", tmp_path / "out.csv")
    assert out.read_text("utf-8").splitlines()[1].startswith("Lan Phạm,,84912840375,,VN,2026-11-05T08:12:33,")
    line = json.loads(run.rejected_path(out).read_text())["line"]
    assert line == 7, "the row's number in the sheet"


def test_columns_that_are_not_used_are_told_first(settings, tmp_path):
    given = tmp_path / "in.csv"
    given.write_text("Email,Phone,Mobile,Kontakt\na@b.vn,,0912840375,0912840376\nb@b.vn,0912840377,,0912840378\n")
    lost = "'Kontakt' looks like phone numbers and is not used: map it with phone=Kontakt"
    shown = command(given, "--map-only").stdout.decode().splitlines()
    assert lost in shown[1]
    pairs = [line.split("<-") for line in shown if "<-" in line]
    assert [[field.strip(), column.strip()] for field, column in pairs] == [
        ["email", "Email"],
        ["phone", "Phone"],
        ["phone, if that is empty", "Mobile"],
    ]
    done = command(given, "--out", tmp_path / "out.csv", settings=settings)
    assert lost in done.stdout.decode().splitlines()[3]
    chosen = ["--map", "phone=Kontakt", "--map", "phone=Mobile"]
    shown = command(given, "--map-only", *chosen).stdout.decode()
    assert "phone                    <-  Kontakt" in shown
    assert "phone, if that is empty  <-  Mobile" in shown
    assert "the column 'Phone' looks like phone numbers" in shown
    given.write_text("Name,Kontakt\nLan,0912840376\n")
    done = command(given, "--out", tmp_path / "out.csv", settings=settings)
    assert "'Kontakt' looks like phone numbers" in done.stderr.decode()


def test_work_that_an_older_version_began_is_begun_anew(tmp_path):
    partial = Partial.beside(tmp_path / "out.csv")
    with partial.locked():
        older, _ = partial.begin({"mapping": {"email": "Email"}}, "2026-11-23T09:30:00.000Z")
        newer, now = partial.begin({"mapping": {"email": ("Email",)}}, "2026-11-24T09:30:00.000Z")
        again, then = partial.begin({"mapping": {"email": ("Email",)}}, "2026-11-25T09:30:00.000Z")
    assert newer.path != older.path
    assert (again.path, then) == (newer.path, now)
