"""Files for the advertising platforms from a made-up ledger: what they hold, and that nothing is lost or told twice."""

from __future__ import annotations

import asyncio
import json
import stat
from contextlib import suppress
from datetime import timedelta
from hashlib import sha256
from pathlib import Path

import pytest

from fraudcheck.adapters.sql.ledger import SqlLedger
from fraudcheck.cli.conversions import _print_named
from fraudcheck.operations import conversions
from fraudcheck.records import Contact, Price, format_utc
from fraudcheck.report import google_file, meta_file
from fraudcheck.report.conversions import CAUSES, Asked
from fraudcheck.settings import Settings
from tests.adapters.conftest import url  # noqa: F401 - a fixture
from tests.report.leads_to_tell import GCLID, NOW, PEOPLE, check_id, entry, people, told

GOLDEN = Path(__file__).parent / "conversions"
VALUES = {"qualified": Price(amount="80", currency="EUR")}
GOOGLE = Asked(platform="google", values=VALUES, names={"converted": "Sale"})
META = Asked(platform="meta", values=VALUES)


@pytest.fixture
def place(tmp_path, url):  # noqa: F811 - the fixture
    return Settings(data_dir=tmp_path / "data", ledger=url)


async def keep(place, *leads):
    """Put leads with their outcomes into the ledger."""
    store = SqlLedger(place.ledger)
    await store.start()
    for made, outcomes in leads:
        await store.append(made)
        await store.record_outcomes(made.tenant, [(made.check_id, one) for one in outcomes], format_utc(NOW))
    await store.close()


async def write(place, out, asked=GOOGLE, now=NOW, tenant="default", days=90):
    return await conversions.tell(
        place,
        tenant,
        asked,
        since=now - timedelta(days=days),
        until=now + timedelta(seconds=1),
        now=now,
        out=out,
        progress=lambda read: None,
    )


def rows(path):
    _, heading, *lines = path.read_text("utf-8").splitlines()
    return [dict(zip(heading.split(","), line.split(","), strict=True)) for line in lines]


def orders(path):
    return sorted((row["Order ID"], row["Conversion Name"]) for row in rows(path))


async def test_the_files_of_many_countries_people(place, tmp_path):
    await keep(place, *people())
    google = await write(place, tmp_path / "google.csv")
    meta = await write(place, tmp_path / "meta.ndjson", META)
    names = ("google.csv", "google.gbraid.csv", "google.wbraid.csv", "meta.ndjson")
    assert sorted(path.name for path in tmp_path.iterdir() if path.is_file() and "sqlite" not in path.name) == sorted(
        names
    )
    for name in names:
        assert (tmp_path / name).read_text("utf-8") == (GOLDEN / name).read_text("utf-8"), name
        assert stat.S_IMODE((tmp_path / name).stat().st_mode) == 0o600
    assert google.events == {"form": 8, "contacted": 3, "qualified": 2, "converted": 3}
    assert meta.events == google.events
    assert sum(google.files.values()) == 16
    assert not google.left_out
    assert not meta.left_out


def test_the_golden_files_hold_what_was_hashed_by_hand():
    """The normal forms written out here, so that the files do not rest on the code that they test."""
    google = {"nguyenan@gmail.com", "priya.s@example.co.in", "joao.souza+casa@example.com.br", "łukasz@przykład.pl"}
    meta = google - {"nguyenan@gmail.com"} | {"nguyen.an@gmail.com", "chidi+loan@googlemail.com"}
    google -= {"priya.s@example.co.in"}  # known by a wbraid alone
    phones = {"+84912840375", "+5511987654321", "+66812345678", "+48502840375", "+971501234567"}
    hashed = {name: sha256(name.encode()).hexdigest() for name in google | meta | phones}
    written = {row["Email"] for row in rows(GOLDEN / "google.csv")} | {
        row["Phone Number"] for row in rows(GOLDEN / "google.csv")
    }
    assert {hashed[name] for name in google | phones} <= written
    events = json.loads((GOLDEN / "meta.ndjson").read_text("utf-8"))["data"]
    mails = {text for event in events for text in event["user_data"].get("em", ())}
    numbers = {text for event in events for text in event["user_data"].get("ph", ())}
    assert {hashed[name] for name in meta} <= mails
    assert {sha256(number[1:].encode()).hexdigest() for number in phones} <= numbers
    plain = "".join(path.read_text("utf-8") for path in GOLDEN.iterdir())
    for email, phone, *_ in PEOPLE:
        assert not any(text and text.lower() in plain.lower() for text in (email, phone))


async def test_nothing_is_told_twice_unless_asked(place, tmp_path):
    await keep(place, *people())
    await write(place, tmp_path / "1.csv")
    second = await write(place, tmp_path / "2.csv")
    assert (second.files, second.left_out["reported"]) == ({}, 16)
    assert not (tmp_path / "2.csv").exists()
    assert (await write(place, tmp_path / "m.ndjson", META)).told == 8
    store = people()
    await keep(place, (store[6][0], [told("qualified")]))
    await write(place, tmp_path / "3.csv")
    assert orders(tmp_path / "3.csv") == [(store[6][0].check_id, "qualified")]
    again = await write(place, tmp_path / "4.csv", Asked(platform="google", again=True))
    assert again.events.total() == 17
    assert (await write(place, tmp_path / "5.csv")).files == {}


async def test_a_dry_run_writes_and_remembers_nothing(place, tmp_path):
    await keep(place, *people())
    dry = await write(place, None)
    assert dry.events.total() == 16
    real = await write(place, tmp_path / "a.csv")
    assert (real.events, list(real.files.values())) == (dry.events, list(dry.files.values()))
    assert not (tmp_path / "OUT.csv").exists()


async def test_a_file_that_is_there_is_never_written_over(place, tmp_path):
    await keep(place, *people())
    for name in ("a.csv", "a.gbraid.csv", "a.retract.csv"):
        (tmp_path / name).write_text("waits for its upload")
        with pytest.raises(ValueError, match="is there already"):
            await write(place, tmp_path / "a.csv")
        (tmp_path / name).unlink()
    with pytest.raises(ValueError, match="there is no folder"):
        await write(place, tmp_path / "nowhere" / "a.csv")
    assert (await write(place, tmp_path / "a.csv")).events.total() == 16


async def test_two_runs_do_not_meet(place, tmp_path):
    await keep(place, *people())
    both = await asyncio.gather(
        write(place, tmp_path / "a.csv"), write(place, tmp_path / "b.csv"), return_exceptions=True
    )
    failed = [one for one in both if isinstance(one, ValueError)]
    assert [str(one) for one in failed] == ["another run is writing conversions: wait until it has ended"]


async def test_runs_of_two_machines_tell_nothing_twice(place, tmp_path, monkeypatch):
    """One begins while the other writes, and takes that one's files for lost: the machines know only their own."""
    await keep(place, *people())
    other = Settings(data_dir=tmp_path / "other", ledger=place.ledger)
    asked_by_other = []

    async def meanwhile(run):
        if not asked_by_other:
            asked_by_other.append(True)
            await write(other, tmp_path / "theirs.csv")

    with monkeypatch.context() as patched:
        patched.setattr(conversions._Run, "adjust", meanwhile)
        with pytest.raises(ValueError, match="another machine"):
            await write(place, tmp_path / "ours.csv")
    found = [one for path in tmp_path.glob("*.csv") for one in orders(path)]
    assert len(found) == len(set(found)) == 16
    assert not list(tmp_path.glob("ours*.csv"))
    assert not (await write(place, tmp_path / "last.csv")).files


class Killed(BaseException):
    """The process ends: no clean-up of the code's own is to be relied upon."""


STEPS = {
    "before anything is written": (conversions._Run, "tell_leads"),
    "while rows are written": (conversions._Files, "_write_row"),
    "before the memory is committed": (SqlLedger, "add_exports"),
    "before the file has its name": (conversions._Files, "_require_free"),
    "after the file has its name": (conversions, "sync_folder"),
    "before the file is known to be written": (SqlLedger, "settle_exports"),
}


@pytest.mark.parametrize("step", STEPS)
@pytest.mark.parametrize("calls", [0, 1, 3])
async def test_a_run_that_is_killed_loses_nothing_and_repeats_nothing(place, tmp_path, monkeypatch, step, calls):
    await keep(place, *people())
    owner, name = STEPS[step]
    real, left = getattr(owner, name), [calls]

    def killed(*values, **named):
        if not left[0]:
            raise Killed
        left[0] -= 1
        return real(*values, **named)

    with monkeypatch.context() as patched:
        patched.setattr(owner, name, killed)
        patched.setattr(Path, "unlink", lambda *of, **how: None)  # a hidden file is left, as where power is cut
        with suppress(Killed):
            await write(place, tmp_path / "killed.csv")
    await write(place, tmp_path / "next.csv")
    await write(place, tmp_path / "last.csv")
    found = [one for path in tmp_path.glob("*.csv") for one in orders(path)]
    assert len(found) == len(set(found)) == 16
    assert not list(tmp_path.glob(".*.part"))
    assert not (tmp_path / "last.csv").exists()


async def test_what_was_left_unwritten_is_looked_for_by_the_run_of_another_platform(place, tmp_path, monkeypatch):
    """Else its own file, put in that place, would pass for the one that never came to be."""
    await keep(place, *people())
    with monkeypatch.context() as patched:
        patched.setattr(conversions._Files, "place", lambda files: iter(()))
        await write(place, tmp_path / "out")
    await write(place, tmp_path / "out", META)
    assert (await write(place, tmp_path / "google.csv")).events.total() == 16


async def test_a_dry_run_after_a_killed_one_counts_what_the_next_would_write(place, tmp_path, monkeypatch):
    await keep(place, *people())
    with monkeypatch.context() as patched:
        patched.setattr(conversions._Files, "place", lambda files: iter(()))
        await write(place, tmp_path / "a.csv")
    assert (await write(place, None)).events.total() == 16


FAKE = [told("returned", at="2026-11-30T10:00:00.000Z", reason="obviously_fake")]
LATER = NOW + timedelta(days=2)


async def test_what_proved_fake_is_taken_back_and_a_value_put_right(place, tmp_path):
    store = people()
    await keep(place, *store)
    await write(place, tmp_path / "a.csv")
    bought = told("converted", at="2026-11-30T10:00:00.000Z", amount="1500")
    await keep(place, (store[0][0], [bought]), (store[2][0], FAKE), (store[4][0], FAKE), (store[6][0], FAKE))
    run = await write(place, tmp_path / "b.csv", now=LATER)
    assert not (tmp_path / "b.csv").exists()
    assert [
        (row["Order ID"][-1], row["Conversion Name"], row["Adjustment Type"], row["Adjusted Value"])
        for row in rows(tmp_path / "b.retract.csv")
    ] == [("0", "Sale", "RESTATE", "1500"), ("6", "form", "RETRACT", "")]
    assert run.waiting == {"wbraid": 2}  # of the other fakes one bought, and nothing is taken back of a buyer
    assert run.left_out["fake"] == 2
    assert (await write(place, tmp_path / "c.csv", now=LATER)).adjusted == {}
    lines = (tmp_path / "b.retract.csv").read_text("utf-8").splitlines(keepends=True)
    assert list(google_file.file_faults(lines, LATER)) == []


async def test_what_is_adjusted_waits_a_day_and_not_too_long(place, tmp_path):
    (lead, outcomes), *_ = people()
    await keep(place, (lead, outcomes[:1]))
    await write(place, tmp_path / "a.csv")
    await keep(place, (lead, FAKE))
    soon = await write(place, tmp_path / "b.csv", now=NOW + timedelta(hours=23))
    assert (soon.waiting, soon.files) == ({"too_soon": 2}, {})
    late = await write(place, tmp_path / "c.csv", now=NOW + timedelta(days=60))
    assert (late.waiting, late.files) == ({"too_late": 2}, {})
    assert (await write(place, tmp_path / "d.csv", now=LATER)).adjusted == {"retract": 2}


async def test_who_is_erased_is_told_no_more_and_still_taken_back(place, tmp_path):
    (lead, _), *_ = people()
    await keep(place, (lead, [told("contacted")]))
    await write(place, tmp_path / "a.csv")
    store = SqlLedger(place.ledger)
    await store.start()
    await store.erase("default", [f"check:{lead.check_id}"], format_utc(NOW))
    await store.record_outcomes("default", [(lead.check_id, FAKE[0])], format_utc(LATER))
    await store.close()
    run = await write(place, tmp_path / "b.csv", now=LATER)
    assert (run.left_out, run.adjusted) == ({"erased": 1}, {"retract": 2})


async def test_a_lead_that_was_checked_again_is_told_once_under_its_first_id(place, tmp_path):
    first = entry(1, click=GCLID)
    again = {"origin": "revision", "submitted_at": "2026-11-25T10:00:00.000Z"}
    second = entry(2, at="2026-11-26T10:00:00.000Z", click=GCLID, revises=first.check_id, **again)
    await keep(place, (first, [told("converted", amount="10")]), (second, []))
    await write(place, tmp_path / "a.csv")
    assert orders(tmp_path / "a.csv") == [(first.check_id, "Sale"), (first.check_id, "form")]
    rejected = entry(3, at="2026-11-28T10:00:00.000Z", revises=second.check_id, decision="reject", **again)
    await keep(place, (rejected, []))
    assert (await write(place, tmp_path / "b.csv", now=LATER)).adjusted == {}  # who bought is no fake


async def test_meta_takes_nothing_back_and_that_is_said(place, tmp_path):
    (lead, _), *_ = people()
    await keep(place, (lead, [told("contacted")]))
    await write(place, tmp_path / "a.ndjson", META)
    await keep(place, (lead, FAKE))
    run = await write(place, tmp_path / "b.ndjson", META, now=LATER)
    assert (run.waiting, run.files) == ({"meta": 2}, {})


async def test_what_would_break_a_rule_is_left_out_and_named(place, tmp_path):
    wrong = told("converted", amount="5", currency="XYZ")
    await keep(
        place,
        (entry(1), [wrong]),
        (entry(2), [told("converted", amount="5")]),
        (entry(3), [told("contacted", at="2026-11-01")]),
    )
    for name, asked in (("a.csv", GOOGLE), ("a.ndjson", META)):
        run = await write(place, tmp_path / name, asked)
        assert run.left_out == {"invalid": 1, "before_lead": 1}
        assert {(one.check_id, one.event) for one in run.named} == {
            (entry(1).check_id, "converted"),
            (entry(3).check_id, "contacted"),
        }
    assert (entry(2).check_id, "Sale") in orders(tmp_path / "a.csv")


async def test_what_is_left_out_is_counted_by_cause_with_three_examples(place, tmp_path, capsys):
    late = [told("contacted", at="2026-11-01")]
    await keep(place, *[(entry(number), late) for number in range(1, 41)])
    run = await write(place, tmp_path / "a.csv")
    assert run.causes == {CAUSES["before_lead"]: 40}
    _print_named(run)
    (line,) = capsys.readouterr().err.splitlines()
    assert line.startswith(f"40 left out: {CAUSES['before_lead']}: ")
    assert sum(entry(number).check_id in line for number in range(1, 41)) == 3


async def test_only_the_tenants_own_leads_are_told(place, tmp_path):
    await keep(place, (entry(1), []), (entry(2, tenant="other"), []))
    await write(place, tmp_path / "a.csv")
    await write(place, tmp_path / "b.csv", tenant="other")
    assert orders(tmp_path / "a.csv") == [(entry(1).check_id, "form")]
    assert orders(tmp_path / "b.csv") == [(entry(2).check_id, "form")]


async def test_a_request_has_a_thousand_events_at_most(place, tmp_path, monkeypatch):
    monkeypatch.setattr(meta_file, "MOST_EVENTS", 3)
    await keep(place, *people())
    await write(place, tmp_path / "a.ndjson", META)
    lines = (tmp_path / "a.ndjson").read_text("utf-8").splitlines()
    assert [len(json.loads(line)["data"]) for line in lines] == [3, 3, 3, 3, 3, 1]


async def test_the_consent_of_each_lead_is_in_columns_of_its_own(place, tmp_path):
    await keep(place, (entry(1, extra={"ad_user_data": "granted"}), []), (entry(2), []))
    await write(place, tmp_path / "a.csv", Asked(platform="google", consent="extra"))
    assert [(row["Ad User Data"], row["Ad Personalization"]) for row in rows(tmp_path / "a.csv")] == [
        ("", ""),
        ("Granted", ""),
    ]
    assert check_id(1, "2026-11-25T10:00:00.000Z") == entry(1).check_id


async def test_events_and_values_are_those_of_the_tenants_funnel(place, tmp_path):
    folder = place.data_dir / "tenants" / "default"
    folder.mkdir(parents=True)
    (folder / "funnel.toml").write_text(
        'currency = "PLN"\n[events.visited]\nafter = "contacted"\nvalue = 70\nproves = "genuine"\n'
        "[events.qualified]\nvalue = 5\n[events.form]\nvalue = 1\n"
    )
    silent = {"decision": "review", "contact": Contact()}
    await keep(place, (entry(1, **silent), [told("visited"), told("qualified", amount="9")]))
    await write(place, tmp_path / "a.csv", Asked(platform="google"))
    found = {
        row["Conversion Name"]: (row["Conversion Value"], row["Conversion Currency"])
        for row in rows(tmp_path / "a.csv")
    }
    assert found == {"form": ("1", "PLN"), "visited": ("70", "PLN"), "qualified": ("9", "EUR")}
    with pytest.raises(
        ValueError, match="there is no event sold: give one of form, contacted, visited, qualified, converted"
    ):
        await write(place, tmp_path / "b.csv", Asked(platform="google", events=frozenset(["sold"])))
    (folder / "funnel.toml").write_text("")
    with pytest.raises(ValueError, match="empty"):
        await write(place, tmp_path / "c.csv")
