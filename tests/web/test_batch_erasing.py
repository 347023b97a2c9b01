"""Erasing reaches every batch of the tenant: results lose the person's rows, a file that waits is not judged."""

from __future__ import annotations

import json

import pytest

from fraudcheck.adapters.lists.shipped import load_lists
from fraudcheck.web.batch_erasing import erase
from fraudcheck.web.batch_job import Job, JobFolder, Options

LISTS = load_lists()
HERS, OTHERS = "an.nguyen@gmail.com", "b@example.com"


@pytest.fixture
def batch(tmp_path):
    """Make a batch's folder as a service leaves it."""

    def make(number, state, mails, tenant="default"):
        batch_id = f"01936b5e-0000-7000-8000-{number:012}"
        folder = JobFolder(tmp_path / "batches" / tenant / batch_id)
        folder.path.mkdir(parents=True)
        options = Options(format="csv")
        folder.write_job(Job(id=batch_id, tenant=tenant, created_at="2026-11-23T00:00:00.000Z", options=options))
        if state == "done":
            rows = "".join(f"{mail},id{number},90\n" for mail in mails)
            folder.verdicts("csv").write_text("email,check_id,trust_score\n" + rows)
            folder.end("done")
        else:
            folder.input.write_text("email\n" + "".join(f"{mail}\n" for mail in mails))
            (folder.path / "verdicts.csv.partial").mkdir()
        return folder

    return make


def run(tmp_path, *, checks=(), email=HERS, phone=None, tenant="default"):
    found = erase(tmp_path, tenant, LISTS, checks, email=email, phone=phone)
    return found.rows, found.files, found.ended


def test_results_lose_her_rows_and_no_other(batch, tmp_path):
    mixed, hers, others = batch(1, "done", [HERS, OTHERS]), batch(2, "done", [HERS] * 3), batch(3, "done", [OTHERS])
    foreign = batch(4, "done", [HERS], tenant="other")
    assert run(tmp_path) == (4, 2, 0)
    assert mixed.verdicts("csv").read_text().splitlines()[1:] == [f"{OTHERS},id1,90"]
    assert hers.verdicts("csv").read_text().count("\n") == 1
    assert OTHERS in others.verdicts("csv").read_text()
    assert HERS in foreign.verdicts("csv").read_text()
    assert run(tmp_path) == (0, 0, 0)


def test_a_file_that_waits_is_not_judged(batch, tmp_path):
    waiting, other = batch(1, "queued", [OTHERS, HERS]), batch(2, "queued", [OTHERS])
    assert run(tmp_path) == (0, 0, 1)
    assert sorted(path.name for path in waiting.path.iterdir()) == ["ended.json", "job.json"]
    assert "send it again" in json.loads((waiting.path / "ended.json").read_text())["problem"]
    assert other.input.exists()
    assert run(tmp_path) == (0, 0, 0)


def test_by_check_id(batch, tmp_path):
    batch(1, "done", [HERS, OTHERS])
    waiting = batch(2, "queued", [HERS])
    assert run(tmp_path, checks=["id1"], email=None) == (2, 1, 0)
    assert waiting.input.exists()


def test_without_batches(tmp_path):
    assert run(tmp_path) == (0, 0, 0)
