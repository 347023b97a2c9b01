"""A file's leads in the ledger: each once, counted and audited beside live ones, and the next file knows them."""

from __future__ import annotations

import asyncio
import csv
import json
from datetime import UTC, datetime

import msgspec
import pytest

from fraudcheck import wiring
from fraudcheck.batch import keeping, run
from fraudcheck.batch.progress import Progress
from fraudcheck.batch.request import Given, Request
from fraudcheck.cli import main
from fraudcheck.ledger.record import open_record
from fraudcheck.operations.audit import Question, audit
from fraudcheck.operations.replay import replay
from fraudcheck.ports import Unavailable
from fraudcheck.ports.ledger import EVERY_LEAD
from fraudcheck.records import Outcome
from fraudcheck.settings import Settings
from tests.batch.people import leads

SINCE, UNTIL = "2026-01-01T00:00:00.000Z", "2027-01-01T00:00:00.000Z"
AN = {"email": "an.nguyen@gmail.com", "phone": "+84912840375", "name": "Nguyễn Văn An", "country": "VN"}
REPEATS = {"LEAD_SEEN_BEFORE", "LEAD_SOLD_BEFORE", "LEAD_RESUBMITTED"}


@pytest.fixture(params=["sqlite", "postgresql"])
def settings(request, settings: Settings) -> Settings:
    if request.param == "sqlite":
        return settings
    return msgspec.structs.replace(settings, ledger=request.getfixturevalue("postgres").database())


def row(day, vendor="one", reference=None, **more):
    told = {**AN, "source": {"vendor": vendor}, "submitted_at": f"2026-11-{day:02}T09:00:00Z", **more}
    return told | ({"reference": reference} if reference else {})


def batch(settings, folder, rows, name="in", **asked):
    """The output's lines of a batch that keeps its leads, and its figures."""
    given = folder / f"{name}.ndjson"
    given.write_text("".join(json.dumps(each) + "\n" for each in rows))
    out = folder / f"{name}.out.ndjson"
    read = (Given(path=given, name=given.name),)
    tally, plan = run.run(Request(given=read, out=out, keep=True, size=20, processes=1, **asked), settings, Progress())
    return [json.loads(line) for line in out.read_text().splitlines()], tally, plan


def in_ledger(settings, work):
    async def ask():
        async with wiring.ledger_only(settings) as ledger:
            return await work(ledger)

    return asyncio.run(ask())


def stored(settings):
    return in_ledger(settings, lambda ledger: ledger.list("default", EVERY_LEAD, limit=10_000))


def codes(line):
    return {reason["code"] for reason in line["verdict"]["reasons"]}


def live(settings, bodies, moments):
    """The verdicts of leads that came live at these moments."""

    async def buy():
        async with wiring.service(settings) as service:
            tenant, given = await service.tenant("default"), []
            for body, moment in zip(bodies, moments, strict=True):
                service.pipeline._now = lambda moment=moment: moment
                given.append(await service.pipeline.check(tenant, json.dumps(body).encode()))
            return given

    return asyncio.run(buy())


def at(day, hour=9, minute=0):
    return datetime(2026, 11, day, hour, minute, tzinfo=UTC)


def test_each_lead_is_kept_once_with_the_verdict_that_was_given(settings, tmp_path):
    rows = leads(90)
    lines, tally, plan = batch(settings, tmp_path, rows)
    kept = {one.check_id: open_record(one.record, one.personal) for one in stored(settings)}
    assert tally.ledger == {"kept": 90, "known": 0}
    assert {line["verdict"]["check_id"]: line["verdict"]["sum"] for line in lines} == {
        check_id: opened.verdict["sum"] for check_id, opened in kept.items()
    }
    assert {opened.verdict["origin"] for opened in kept.values()} == {f"batch:{plan.job}"}
    for line in lines[:5]:
        told = kept[line["verdict"]["check_id"]]
        assert (told.lead.reference, told.verdict["checked_at"]) == (
            line["reference"],
            line["verdict"]["checked_at"],
        )
        assert told.verdict["checked_at"] == rows[line["row"] - 1]["submitted_at"]
        again = in_ledger(settings, lambda ledger, check_id=told.check_id: replay(ledger, "default", check_id))
        assert (again.judged_again.sum, again.unknown) == (told.verdict["sum"], told.verdict["unknown"])
    again, tally, _ = batch(settings, tmp_path, rows)
    assert tally.ledger == {"kept": 0, "known": 90}
    assert [(line["known_as"], codes(line)) for line in again] == [
        (line["verdict"]["check_id"], codes(line)) for line in lines
    ]
    assert len(stored(settings)) == 90


def test_what_was_kept_halfway_is_kept_to_its_end(settings, tmp_path, monkeypatch):
    rows = leads(60)
    append, written = keeping._append, []

    async def breaks_off(ledger, entries):
        if written:
            raise Unavailable("ledger")
        written.append(len(entries))
        await append(ledger, entries)

    monkeypatch.setattr(keeping, "_append", breaks_off)
    with pytest.raises(ValueError, match="run the same command again"):
        batch(settings, tmp_path, rows)
    assert not (tmp_path / "in.out.ndjson").exists()
    monkeypatch.setattr(keeping, "_append", append)
    lines, tally, _ = batch(settings, tmp_path, rows)
    assert tally.ledger == {"kept": 60, "known": 0}
    assert {one.check_id for one in stored(settings)} == {line["verdict"]["check_id"] for line in lines}


def test_the_next_file_knows_the_past_one(settings, tmp_path):
    first, _, _ = batch(settings, tmp_path, [row(3)], "october")
    assert not codes(first[0]) & REPEATS
    second, tally, _ = batch(settings, tmp_path, [row(9), row(10, "two")], "november")
    assert "LEAD_SEEN_BEFORE" in codes(second[0])
    assert "LEAD_SOLD_BEFORE" in codes(second[1])
    assert tally.ledger == {"kept": 2, "known": 0}
    late, _, _ = batch(settings, tmp_path, [row(1) | {"submitted_at": "2026-09-20T09:00:00Z"}], "september")
    assert not codes(late[0]) & REPEATS, "what came later is not its past"
    old, _, _ = batch(settings, tmp_path, [row(1) | {"submitted_at": "2026-08-01T09:00:00Z"}], "august")
    new, _, _ = batch(settings, tmp_path, [row(1) | {"submitted_at": "2026-09-19T09:00:00Z"}], "later")
    assert not (codes(old[0]) | codes(new[0])) & REPEATS, "longer ago than any window"


def test_without_keep_a_file_is_as_it_was(settings, tmp_path):
    batch(settings, tmp_path, [row(3)], "kept")
    given, out = tmp_path / "plain.ndjson", tmp_path / "plain.csv"
    given.write_text(json.dumps(row(9)) + "\n")
    read = (Given(path=given, name=given.name),)
    tally, _ = run.run(Request(given=read, out=out, processes=1), settings, Progress())
    (line,) = csv.DictReader(out.read_text().splitlines())
    assert "known_as" not in line
    assert "LEAD_SEEN_BEFORE" not in line["reasons"]
    assert len(stored(settings)) == 1
    assert not tally.ledger


def test_leads_that_came_live_are_no_duplicates_of_themselves(settings, tmp_path):
    """The agency's list of what the form has sent already, and one lead more."""
    bodies = [row(3, reference="form-1"), row(5, "two")]
    given = live(settings, bodies, [at(3, 9, 1), at(5, 9, 2)])
    lines, tally, _ = batch(settings, tmp_path, [row(3, reference="agency-1"), row(5, "two"), row(7)])
    assert [line["known_as"] for line in lines] == [given[0].check_id, given[1].check_id, None]
    assert tally.ledger == {"kept": 1, "known": 2}
    assert not codes(lines[0]) & REPEATS
    assert "LEAD_SOLD_BEFORE" in codes(lines[1])
    assert "LEAD_SEEN_BEFORE" in codes(lines[2])
    counts = in_ledger(settings, lambda ledger: ledger.get("default", lines[2]["verdict"]["check_id"]))
    assert open_record(counts.record, counts.personal).facts["velocity"]["mailbox"]["month"] == 2


def test_files_that_overlap(settings, tmp_path):
    """The week's file, then the month's, with the week's leads in it; and one lead that the agency lists twice."""
    week = [row(3, reference="1"), row(4, reference="2", email="other@gmail.com", phone="+84912840377")]
    first, _, _ = batch(settings, tmp_path, week, "week")
    month = [row(2, reference="1", email="new@gmail.com", phone="+84912840388"), *week, week[1]]
    lines, tally, _ = batch(settings, tmp_path, month, "month")
    ids = [line["verdict"]["check_id"] for line in first]
    assert [line["known_as"] for line in lines] == [None, *ids, None]
    assert tally.ledger == {"kept": 2, "known": 2}
    assert codes(lines[3]) & REPEATS


def test_who_was_erased_is_known_no_more_and_not_kept_again(settings, tmp_path):
    lines, _, _ = batch(settings, tmp_path, [row(3)], "first")
    check = f"check:{lines[0]['verdict']['check_id']}"
    token = in_ledger(settings, lambda ledger: ledger.get("default", check.removeprefix("check:")))
    mailbox = open_record(token.record, token.personal).tokens["mailbox"]
    in_ledger(settings, lambda ledger: ledger.erase("default", [check, f"mailbox:{mailbox}"], UNTIL))
    again, _, _ = batch(settings, tmp_path, [row(9)], "second")
    assert not codes(again[0]) & REPEATS
    assert [one.personal for one in stored(settings)] == [None, None]


def test_kept_leads_are_audited_beside_live_ones_and_their_outcomes_prove_the_vendor(settings, tmp_path):
    given = live(settings, [row(5, "One")], [at(5)])
    lines, _, plan = batch(settings, tmp_path, [row(1), row(2, email="b@gmail.com", phone="+84912840399")])
    question = Question(vendor="one", since=SINCE, until=UNTIL)
    report = asyncio.run(audit(settings, question, at(28)))
    assert report.summary.leads == 3

    async def told(ledger):
        check_id = lines[0]["verdict"]["check_id"]
        await ledger.record_outcomes("default", [(check_id, Outcome(outcome="converted"))], UNTIL)
        (counts,) = await ledger.outcome_counts("default")
        (found,) = await ledger.list_outcomes("default", SINCE, UNTIL)
        assert (found.lead, counts.genuine, counts.vendor) == (check_id, 1, "one")
        only_live = await ledger.list("default", limit=9)
        of_batch = await ledger.list(
            "default", msgspec.structs.replace(EVERY_LEAD, origin=f"batch:{plan.job}"), limit=9
        )
        return [one.check_id for one in only_live], len(of_batch)

    assert in_ledger(settings, told) == ([given[0].check_id], 2)


async def test_a_live_lead_knows_who_was_kept_from_a_file(settings, tmp_path):
    await asyncio.to_thread(batch, settings, tmp_path, [row(3)])
    async with wiring.service(settings) as service:
        tenant = await service.tenant("default")
        verdict = await service.pipeline.check(tenant, json.dumps(AN).encode())
        told = await service.ledger.get("default", verdict.check_id)
        history = open_record(told.record, told.personal).facts["history"]
    assert (history["leads"], history["since"]) == (1, "2026-11-03T09:00:00.000Z")


async def test_beside_a_service_that_judges(settings, tmp_path, monkeypatch):
    """Both write into one ledger, and neither loses a lead or fails the other."""
    monkeypatch.setattr(keeping, "_AT_A_TIME", 16)
    done = False

    async def judge(service):
        given = 0
        tenant = await service.tenant("default")
        while not done or given < 50:
            await service.pipeline.check(tenant, json.dumps(AN | {"reference": f"live {given}"}).encode())
            given += 1
            await asyncio.sleep(0.005)
        return given

    async with wiring.service(settings) as service:
        judging = asyncio.create_task(judge(service))
        _, tally, _ = await asyncio.to_thread(batch, settings, tmp_path, leads(400))
        done = True
        given = await judging
        assert not list(wiring.spool_folder(settings).rglob("*.spool")), "nothing had to wait for the ledger"
        assert len(await service.ledger.list("default", EVERY_LEAD, limit=10_000)) == given + 400
    assert tally.ledger == {"kept": 400, "known": 0}


def test_what_was_kept_by_mistake_is_withdrawn_but_not_what_something_rests_on(settings, tmp_path, capsys):
    """A wrong name of the vendor: withdrawn, then kept under the right one."""
    rows = [row(day, "wrong", email=f"a{day}@gmail.com", phone=f"+8491284{day:04}") for day in (3, 4, 5)]
    lines, _, plan = batch(settings, tmp_path, rows, "wrong")
    live(settings, [row(20)], [at(20)])
    sold = lines[1]["verdict"]["check_id"]
    in_ledger(settings, lambda ledger: ledger.record_outcomes("default", [(sold, Outcome(outcome="converted"))], UNTIL))
    withdrawn = keeping.withdraw(settings, "default", plan.job, Progress())
    assert (withdrawn.gone, withdrawn.stay) == (2, 1)
    assert len(stored(settings)) == 2
    assert not wiring.verify_ledger(settings, None, None, lambda read: None).problems
    right = [each | {"source": {"vendor": "right"}} for each in rows]
    again, tally, _ = batch(settings, tmp_path, right, "right")
    assert tally.ledger == {"kept": 3, "known": 0}
    assert [bool(codes(line) & REPEATS) for line in again] == [False, True, False]
    with pytest.raises(ValueError, match="no leads of batch"):
        keeping.withdraw(settings, "other", plan.job, Progress())


def test_by_the_command(tmp_path, nameserver, capsys):
    given, out = tmp_path / "in.csv", tmp_path / "out.csv"
    given.write_text(f"Email,Source,Date\n{AN['email']},one,2026-11-03 09:00\n")
    where = ["--data-dir", str(tmp_path / "data"), "--nameserver", nameserver.address]
    assert main.main(["batch", str(given), "--out", str(out), "--keep", "--map", "source.vendor=Source", *where]) == 0
    shown = capsys.readouterr().out
    assert "kept in the ledger: 1 (as batch:" in shown
    (line,) = csv.DictReader(out.read_text().splitlines())
    assert line["known_as"] == ""
    assert main.main(["batch", str(given), "--out", str(out), "--keep", "--map", "source.vendor=Source", *where]) == 0
    shown = capsys.readouterr().out
    assert "in the ledger already, and not kept again: 1" in shown
    (again,) = csv.DictReader(out.read_text().splitlines())
    assert again["known_as"] == line["check_id"]
    job = shown.partition("(as batch:")[2].partition(")")[0]
    assert main.main(["batch", "--withdraw", f"batch:{job}", *where]) == 0
    assert f"1 leads of batch {job} are no longer" in capsys.readouterr().out
    assert main.main(["batch", "--judge-only", "--keep", "--out", str(out), *where]) == 2
