"""The ledger's leads, judged again under another policy: from their own facts, with nothing looked up or counted."""

from __future__ import annotations

import asyncio
import csv
import json
import sqlite3
from pathlib import Path

import pyarrow.parquet as pq
import pytest

from fraudcheck import wiring
from fraudcheck.batch import run
from fraudcheck.batch.progress import Progress
from fraudcheck.batch.request import Request
from fraudcheck.cli import main
from fraudcheck.pipeline import decide as deciding
from fraudcheck.records import Contact, Enquiry, Quality
from fraudcheck.settings import Settings
from tests.batch.people import leads
from tests.servers.dns import Nameserver

STRICT = "accept_from = 95\n"


@pytest.fixture
def judged(tmp_path):
    """The data directory of a service that has judged some leads, one of them erased; nothing of it runs any more."""
    verdicts = []

    async def buying():
        with Nameserver() as nameserver:
            settings = Settings(data_dir=tmp_path / "data", redis="memory://", nameserver=(nameserver.address,))
            async with wiring.service(settings) as service:
                tenant = await service.tenant("default")
                bodies = [json.dumps(lead).encode() for lead in leads(25)]
                verdicts.extend([await service.pipeline.check(tenant, body) for body in bodies])
                await service.ledger.erase("default", [f"check:{verdicts[3].check_id}"], "2099-01-01T00:00:00.000Z")

    asyncio.run(buying())
    return tmp_path / "data", verdicts


def again(data: Path, out: Path, **asked):
    settings = Settings(data_dir=data, nameserver=("127.0.0.1:1",))
    run.run(Request(out=out, days=30, **{"size": 10, **asked}), settings, Progress())
    return out


def test_the_same_policy_gives_the_same_verdicts(judged, tmp_path):
    data, given = judged
    lines = [json.loads(line) for line in again(data, tmp_path / "out.ndjson").read_text().splitlines()]
    assert len(lines) == 24
    newest = [verdict for verdict in reversed(given) if verdict is not given[3]]
    for line, verdict in zip(lines, newest, strict=True):
        assert (line["reference"], line["verdict"]["sum"]) == (verdict.reference, verdict.sum)
        assert [reason["points"] for reason in line["verdict"]["reasons"]] == [r.points for r in verdict.reasons]
        assert line["verdict"]["unknown"] == verdict.unknown
    rejected = [json.loads(line) for line in run.rejected_path(tmp_path / "out.ndjson").read_text().splitlines()]
    assert [each["problem"] for each in rejected] == ["erased: the person's data is gone, the verdict stands"]


def test_what_a_lead_is_worth_is_read_again_from_its_facts(judged, tmp_path, monkeypatch):
    data, _ = judged
    monkeypatch.setattr(deciding, "read_enquiry", lambda facts: Enquiry(kind="job", confidence=0.75, language="pl"))
    monkeypatch.setattr(deciding, "read_contact", lambda lead, *told: Contact(type="quick", status="verified"))
    monkeypatch.setattr(deciding, "read_quality", lambda lead, *told, **more: Quality(fit=1.5, stage="new"))
    rows = list(csv.DictReader(again(data, tmp_path / "out.csv", processes=1).read_text().splitlines()))
    columns = list(rows[0])
    assert columns[columns.index("reasons") + 1 :] == [*WORTH, "looked_up_on"]
    assert [[row[name] for name in WORTH] for row in rows] == [
        ["job", "0.75", "pl", "quick", "verified", "1.5", "", "new", ""]
    ] * 24
    table = pq.read_table(again(data, tmp_path / "out.parquet", processes=1))
    assert table.select(WORTH).to_pylist()[0] == dict(
        zip(WORTH, ["job", 0.75, "pl", "quick", "verified", 1.5, None, "new", None], strict=True)
    )


WORTH = ["enquiry", "enquiry_confidence", "language", "contact_type", "contact_status", "fit", "engagement"]
WORTH += ["stage", "band"]


def test_another_policy_decides_otherwise(judged, tmp_path, capsys):
    data, given = judged
    policy = tmp_path / "strict.toml"
    policy.write_text(STRICT)
    out = tmp_path / "out.csv"
    assert (
        main.main(["batch", "--judge-only", "--policy", str(policy), "--out", str(out), "--data-dir", str(data)]) == 0
    )
    rows = list(csv.DictReader(out.read_text().splitlines()))
    before = {verdict.check_id: verdict for verdict in given}
    assert {row["decision"] for row in rows if before[row["first_check_id"]].trust_score < 95} <= {"review", "reject"}
    assert {row["first_decision"] for row in rows} >= {"accept"}
    assert all(row["check_id"] not in before for row in rows), "a verdict of its own"
    assert "24 judged, 1 rejected" in capsys.readouterr().out


def test_nothing_to_judge(tmp_path, capsys):
    assert main.main(["batch", "--judge-only", "--out", str(tmp_path / "o.csv"), "--data-dir", str(tmp_path)]) == 1
    assert "look further back with --since" in capsys.readouterr().err


def test_the_ledger_is_left_alone(judged, tmp_path):
    data, given = judged
    again(data, tmp_path / "out.csv")
    with sqlite3.connect(data / "ledger.sqlite") as ledger:
        (count,) = ledger.execute("SELECT COUNT(*) FROM checks").fetchone()
    assert count == len(given)
