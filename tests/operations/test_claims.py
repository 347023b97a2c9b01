"""Claims from a made-up ledger: what they hold, that nothing is claimed twice, and what a vendor's copy keeps quiet."""

from __future__ import annotations

import asyncio
import csv
import io
import json
import os
from datetime import UTC, datetime, timedelta
from pathlib import Path

import msgspec
import openpyxl
import pytest

from fraudcheck.adapters.sql.ledger import SqlLedger
from fraudcheck.cli import claims as commands
from fraudcheck.cli.main import main
from fraudcheck.identifiers import uuid7
from fraudcheck.ledger.entry import make_entry
from fraudcheck.ledger.sealing import SALT_BYTES
from fraudcheck.operations import audit
from fraudcheck.operations.claims import Asked, Nothing, list_claims, make_claim, words_for
from fraudcheck.ports.claims import Answer
from fraudcheck.records import Client, Form, Lead, Outcome, Price, ScoredReason, Source, format_utc
from fraudcheck.report.claim_files import claim_xlsx, csv_text
from fraudcheck.settings import Settings
from fraudcheck.web import claim_page
from tests.adapters.conftest import url  # noqa: F401 - a fixture
from tests.ledger.verdicts import verdict

NOW = datetime(2026, 11, 23, 12, tzinfo=UTC)
POISON = "zz-poison"
EUR = Price(amount="24.50", currency="EUR")


@pytest.fixture
def place(tmp_path, url):  # noqa: F811 - the fixture
    (tmp_path / "data" / "contracts").mkdir(parents=True)
    return Settings(data_dir=tmp_path / "data", ledger=url)


def lead(number, codes="NAME_PLACEHOLDER", *, days=1, vendor="Chợ Lớn Media", price=EUR, decision="reject", **told):
    """A lead of so many days ago, and its id."""
    at = NOW - timedelta(days=days) + timedelta(seconds=number)
    check_id = uuid7(at, number.to_bytes(10, "big"))
    source = {"campaign": "Tết", "sub_id": "7", "channel": "ppc", **told.pop("source", {})}
    person = {
        "email": f"lan{number}@example.com",
        "phone": "0912 840 375",
        "name": "Trần Lan",
        "reference": f"A-{number}",
    }
    person |= told.pop("lead", {})
    return make_entry(
        "default",
        check_id,
        Lead(source=Source(vendor=vendor, price=price, **source), **person),
        facts=told.pop("facts", {"phone": {"v": 2}}),
        verdict=verdict(
            check_id,
            format_utc(at),
            reference=person["reference"],
            decision=decision,
            reasons=[
                ScoredReason(code=code, group="identity", points=-9.0, text="", evidence=told.get("evidence", {}))
                for code in codes.split()
            ],
            revises=told.pop("revises", None),
            origin=told.pop("origin", None),
        ),
        tokens=told.pop("tokens", {"phone": f"p{number}"}),
        salts=os.urandom(SALT_BYTES),
    )


async def keep(place, *entries, outcomes=()):
    store = SqlLedger(place.ledger)
    await store.start()
    for entry in entries:
        await store.append(entry)
    await store.record_outcomes("default", outcomes, format_utc(NOW))
    await store.close()
    return entries


def contract(place, text):
    (place.data_dir / "contracts" / "default.toml").write_text(text)


async def claim(place, now=NOW, **asked):
    return await make_claim(place, Asked(**{"vendor": "chợ lớn media", "until": format_utc(NOW)} | asked), now)


async def money(place, vendor="chợ lớn media"):
    report = await audit.audit(place, audit.Question(vendor=vendor, until=format_utc(NOW)), NOW)
    return {each.currency: each for each in report.summary.money}


async def test_a_claim_has_each_lead_and_adds_up_to_the_report(place):
    usd = Price(amount="3.333333", currency="USD")
    await keep(
        place,
        *[lead(number) for number in range(4)],
        lead(5, days=40),
        lead(6, "EMAIL_LOCAL_RANDOM"),
        lead(7, price=Price()),
        lead(8, price=usd),
        lead(9, "PHONE_VALID", decision="accept"),
        lead(10, vendor="beta"),
    )
    contract(place, 'return_within_days = 30\nat_most_share = 0.5\nreasons = ["obviously_fake"]')
    made = await claim(place)
    totals = {each.currency: each for each in made.totals}
    reported = await money(place)
    assert {name: each.amount for name, each in totals.items()} == {name: each.claim for name, each in reported.items()}
    assert [(row.reference, row.amount, row.part) for row in made.rows] == [
        *[(f"A-{number}", "24.50", False) for number in range(3)],
        ("A-8", "1.66", True),
    ]
    whys = {row.reference: row.why for row in made.left}
    assert whys == {
        "A-3": "over_cap",
        "A-5": "too_late",
        "A-6": "no_reason",
        "A-7": "no_price",
        "A-8": "over_cap",
    }
    assert made.rows[0].return_by == "2026-12-22"
    assert made.rows[0].evidence.startswith("The name is a filler")
    assert made.claim is None
    assert (await list_claims(place, "default", None)).claims == []


async def test_a_kept_claim_is_never_claimed_again(place):
    await keep(place, lead(1), lead(2))
    made = await claim(place, keep=True)
    assert (made.leads, made.totals[0].amount) == (2, "49.00")
    with pytest.raises(Nothing, match=r"nothing to claim from Chợ Lớn Media \(2 claimed\)"):
        await claim(place, keep=True)
    await keep(place, lead(3))
    second = await claim(place, NOW + timedelta(seconds=1), keep=True)
    assert [row.reference for row in second.rows] == ["A-3"]
    assert {row.reference: row.why for row in second.left} == {"A-1": "claimed", "A-2": "claimed"}
    assert made.claim in second.left[0].why_text
    reported = (await money(place))["EUR"]
    assert (reported.claim, reported.claimed, reported.open, reported.credited) == ("0.00", "73.50", "73.50", "0.00")
    again = await claim(place, claim=made.claim)
    assert [(row.reference, row.amount, row.evidence) for row in again.rows] == [
        (row.reference, row.amount, row.evidence) for row in made.rows
    ]
    assert again.made_at == made.made_at
    assert await claim(place, claim="no such claim") is None
    assert [each.claim for each in (await list_claims(place, "default", "CHỢ LỚN MEDIA")).claims] == [
        second.claim,
        made.claim,
    ]


async def test_a_version_of_a_claimed_lead_is_not_claimed_and_the_claim_says_what_changed(place):
    first, other = lead(1), lead(2)
    await keep(place, first, other)
    made = await claim(place, keep=True)
    newer = lead(3, "PHONE_VALID", decision="accept", revises=first.check_id, origin="revision")
    rejected = lead(4, revises=other.check_id, origin="revision")
    await keep(place, newer, rejected)
    with pytest.raises(Nothing):
        await claim(place, keep=True)
    notes = {row.check_id: row.note for row in (await claim(place, claim=made.claim)).rows}
    assert "no longer supports" in notes[first.check_id]
    assert notes[other.check_id] is None
    assert (await money(place))["EUR"].claimed == "49.00"
    for_vendor = await claim(place, claim=made.claim, for_vendor=True)
    assert [row.note for row in for_vendor.rows] == [None, None]


async def test_a_claimed_lead_that_proves_genuine_says_so_and_keeps_its_place(place):
    (first,) = await keep(place, lead(1))
    made = await claim(place, keep=True)
    await keep(place, outcomes=[(first.check_id, Outcome(outcome="converted"))])
    assert (await claim(place, claim=made.claim)).rows[0].note
    reported = (await money(place))["EUR"]
    assert (reported.claimed, reported.claim) == ("24.50", "0.00")


async def test_the_report_shows_what_came_back(place):
    first, second, third = await keep(place, lead(1), lead(2), lead(3))
    await claim(place, keep=True)
    store = SqlLedger(place.ledger)
    await store.start()
    at = format_utc(NOW)
    told = [
        Answer(check_id=first.check_id, answer="credited", at=at, credited=20_000_000),
        Answer(check_id=second.check_id, answer="refused", at=at),
        Answer(check_id=third.check_id, answer="accepted", at=at),
    ]
    assert await store.answer_claims("default", told) == ["stored"] * 3
    await store.close()
    reported = (await money(place))["EUR"]
    assert (reported.claimed, reported.answered, reported.credited, reported.open) == (
        "73.50",
        "73.50",
        "20.00",
        "24.50",
    )
    (line,) = (await list_claims(place, "default", None)).claims
    assert (line.amount, line.credited, line.answers) == (
        "73.50",
        "20.00",
        {"accepted": 1, "credited": 1, "refused": 1},
    )


async def test_parts_of_one_month_do_not_have_its_cap_twice(place):
    contract(place, "at_most_share = 0.5")
    await keep(place, *[lead(number, days=20 - number) for number in range(8)])
    whole = await claim(place, keep=True)
    assert whole.totals[0].amount == "98.00"  # all of the first half
    since = format_utc(NOW - timedelta(days=16))
    with pytest.raises(Nothing, match="over cap"):
        await claim(place, keep=True, since=since)


async def test_a_month_is_read_as_a_whole_for_its_cap_but_only_what_was_asked_for_is_claimed(place):
    contract(place, "at_most_share = 0.5")
    await keep(place, *[lead(number, days=20 - number) for number in range(8)])
    week = {"since": format_utc(NOW - timedelta(days=21)), "until": format_utc(NOW - timedelta(days=18))}
    first = await claim(place, keep=True, **week)
    assert first.totals[0].amount == "24.50"  # half of two leads, as no more was read
    since, until = format_utc(NOW - timedelta(days=16)), format_utc(NOW - timedelta(days=14))
    second = await claim(place, keep=True, since=since, until=until)
    assert ([row.reference for row in second.rows], second.left_leads) == (["A-4", "A-5"], 0)
    assert (second.since, second.until) == (since, until)
    rest = await claim(place, keep=True)
    assert sum(float(each.totals[0].amount) for each in (first, second, rest)) == 98.0
    assert (await money(place))["EUR"].claimed == "98.00"


async def test_an_erased_lead_is_claimed_without_what_is_gone(place):
    (first,) = await keep(place, lead(1))
    store = SqlLedger(place.ledger)
    await store.start()
    await store.erase("default", [f"check:{first.check_id}"], format_utc(NOW))
    await store.close()
    (row,) = (await claim(place, personal=True)).rows
    assert (row.reference, row.name, row.email) == (None, None, None)
    assert row.evidence


async def test_an_earlier_lead_is_named_to_us_and_to_its_own_vendor_alone(place):
    both = {"tokens": {"phone": "p", "mailbox": "m"}, "decision": "accept"}
    await keep(
        place,
        lead(1, "PHONE_VALID", days=9, **both),
        lead(2, "LEAD_SEEN_BEFORE", **both),
        lead(3, "PHONE_VALID", days=9, vendor=f"{POISON} agency", tokens={"phone": "q"}, decision="accept"),
        lead(4, "LEAD_SOLD_BEFORE", tokens={"phone": "q"}, decision="accept"),
    )
    own = {row.reference: row.evidence for row in (await claim(place)).rows}
    assert "came from you on 14 November 2026 under your reference A-1" in own["A-2"]
    assert f"{POISON} agency had brought" in own["A-4"]
    theirs = {row.reference: row.evidence for row in (await claim(place, for_vendor=True)).rows}
    assert theirs["A-2"] == own["A-2"]
    assert theirs["A-4"].startswith("Another supplier had brought this mailbox or phone on 14 November 2026")


async def test_an_earlier_lead_that_is_no_duplicate_by_the_contract_is_not_named(place):
    """What makes it one may be gone from the ledger: by erasing a person, or as it was in a file that was not kept."""
    await keep(
        place,
        lead(1, "PHONE_VALID", days=40, vendor="beta", tokens={"phone": "q"}, decision="accept"),
        lead(2, "LEAD_SOLD_BEFORE", days=9, tokens={"phone": "q"}, decision="accept"),
        lead(3, "PHONE_VALID", days=4, vendor=None, tokens={"phone": "r"}, decision="accept"),
        lead(4, "LEAD_SOLD_BEFORE", tokens={"phone": "r"}, decision="accept"),
        lead(5, "PHONE_VALID", days=45, vendor="beta", tokens={"mailbox": "s"}, decision="accept"),
        lead(6, "PHONE_VALID", days=4, vendor="gamma", tokens={"phone": "s"}, decision="accept"),
        lead(7, "LEAD_SOLD_BEFORE", tokens={"mailbox": "s", "phone": "s"}, decision="accept"),
    )
    said = {row.reference: row.evidence for row in (await claim(place)).rows}
    assert said["A-2"].startswith("Another supplier had brought this mailbox or phone within the 30 days before")
    assert said["A-4"].startswith("Another supplier had brought this mailbox or phone within the 30 days before")
    assert said["A-7"].startswith("gamma had brought this mailbox or phone on 19 November 2026")


@pytest.mark.parametrize(
    ("language", "subject"),
    [
        ("en", "Return of leads from 3 November 2026 to 20 November 2026"),
        ("de", "Rückgabe von Leads vom 3. November 2026 bis 20. November 2026"),
        ("vi", "Trả lại lead từ ngày 3 tháng 11 năm 2026 đến ngày 20 tháng 11 năm 2026"),
    ],
)
async def test_a_kept_claim_says_later_what_its_vendor_got(place, language, subject):
    """Its letter, its rows and its totals, whatever else the time that was asked for had."""
    await keep(place, lead(1, days=20), lead(2, days=3), lead(3, "PHONE_VALID", days=70), lead(4, "PHONE_VALID"))
    asked = {"language": language, "timezone": "Asia/Ho_Chi_Minh", "since": "2026-09-01T00:00:00.000Z"}
    made = await claim(place, keep=True, **asked)
    again = await claim(place, NOW + timedelta(days=9), claim=made.claim, **asked)
    assert (again.subject, again.letter, again.totals) == (made.subject, made.letter, made.totals)
    assert again.rows == made.rows
    assert made.subject == subject


async def test_a_lead_that_cost_nothing_says_why_it_is_not_claimed(place):
    await keep(place, lead(1), lead(2, price=Price(amount="0", currency="EUR")))
    made = await claim(place)
    assert [row.reference for row in made.rows] == ["A-1"]
    assert [(row.reference, row.why, row.left) for row in made.left] == [("A-2", "no_price", "0.00")]


@pytest.mark.parametrize("language", ["en", "de", "vi"])
async def test_the_vendors_copy_holds_nothing_but_what_it_sent(place, language):
    """Whatever else is in the record is marked; the mark is in no form of the copy."""
    poisoned = {
        "email": f"{POISON}@example.com",
        "phone": POISON,
        "name": POISON,
        "company": POISON,
        "message": POISON,
        "address": POISON,
        "client": Client(ip="203.0.113.77", user_agent=POISON, device_id=POISON, page_url=f"https://{POISON}"),
        "form": Form(honeypot=POISON, token=POISON),
        "extra": {POISON: POISON},
    }
    tokens = {"phone": "p", "mailbox": "m"}
    await keep(
        place,
        lead(90, "PHONE_VALID", days=5, vendor=f"{POISON}-agency", tokens=tokens, decision="accept"),
        lead(
            1,
            "LEAD_SOLD_BEFORE LEAD_SEEN_BEFORE PHONE_SHARED FORM_HONEYPOT_FILLED",
            lead=poisoned,
            facts={"velocity": {"v": 8, "of": POISON}, "network": {"v": 1, "name": POISON}},
            evidence={"mark": POISON, "vendors": POISON, "strangers": 9, "window": "day"},
            tokens=tokens,
        ),
        lead(2, "EMAIL_LOCAL_RANDOM", lead=poisoned),
    )
    asked = Asked(vendor="chợ lớn media", until=format_utc(NOW), for_vendor=True, personal=True, language=language)
    made = await make_claim(place, asked, NOW)
    words = words_for(asked)
    book = openpyxl.load_workbook(io.BytesIO(claim_xlsx(made, words)))
    cells = [str(cell) for sheet in book for row in sheet.iter_rows(values_only=True) for cell in row if cell]
    everything = [csv_text(made), *cells, claim_page.claim(made, words, None), msgspec.json.encode(made).decode()]
    assert [row.reference for row in made.rows] == ["A-1"]
    assert made.left == []
    for text in everything:
        assert POISON not in text
        assert "203.0.113" not in text
    whole = await make_claim(place, msgspec.structs.replace(asked, for_vendor=False), NOW)
    assert POISON in csv_text(whole)  # so that the mark would be seen


async def test_the_first_rows_alone_are_written_out_but_totals_have_all(place):
    await keep(place, *[lead(number) for number in range(5)])
    made = await claim(place, limit=2)
    assert (len(made.rows), made.leads, made.totals[0].amount) == (2, 5, "122.50")


@pytest.mark.parametrize(
    ("asked", "problem"),
    [
        ({"language": "xx"}, "no words in 'xx'"),
        ({"timezone": "Mars/Olympus"}, "no time zone"),
        ({"timezone": "../../etc/passwd"}, "no time zone"),
        ({"vendor": " "}, "name the vendor"),
    ],
)
async def test_what_is_wrong_is_said(place, asked, problem):
    with pytest.raises(ValueError, match=problem):
        await claim(place, **asked)


async def test_a_vendor_without_leads_has_no_claim(place):
    assert await claim(place, vendor="nobody") is None


# --- From a terminal


@pytest.fixture
def terminal(place, monkeypatch, tmp_path, capsys):
    """Runs a command on the ledger; gives its exit code and what it printed."""
    monkeypatch.setenv("FRAUDCHECK_DATA_DIR", str(place.data_dir))
    monkeypatch.setenv("FRAUDCHECK_LEDGER", place.ledger)
    monkeypatch.chdir(tmp_path)
    monkeypatch.setattr(commands, "datetime", type("Fixed", (datetime,), {"now": classmethod(lambda cls, tz: NOW)}))

    def run(*arguments):
        code = main(arguments)
        captured = capsys.readouterr()
        return code, captured.out + captured.err

    return run


VENDOR = ("report", "--vendor", "Chợ Lớn Media")


def filled(place, *entries):
    asyncio.run(keep(place, *entries))


@pytest.mark.parametrize("ending", ["csv", "xlsx", "html", "json"])
def test_a_claim_becomes_a_file_of_each_kind(place, terminal, ending):
    filled(place, lead(1), lead(2, "EMAIL_LOCAL_RANDOM"), lead(3, lead={"reference": "=1+1"}))
    code, printed = terminal(*VENDOR, "--claims", f"claim.{ending}", "--language", "de", "--timezone", "Europe/Berlin")
    assert code == 0, printed
    assert "2 leads are claimed from Chợ Lớn Media" in printed
    assert "49.00 EUR" in printed
    assert "not claimed: 1 no reason" in printed
    content = Path(f"claim.{ending}").read_bytes()
    assert Path(f"claim.{ending}").stat().st_mode & 0o077 == 0
    if ending == "xlsx":
        letter, rows, left = openpyxl.load_workbook(io.BytesIO(content))
        assert letter["A1"].value.startswith("Rückgabe von Leads")
        header = [cell.value for cell in rows[1]]
        assert header[:2] == ["Ihre Referenz", "Eingegangen"]
        assert rows.cell(2, 1).value == "A-1"
        assert rows.cell(2, 8).value == 24.5
        assert rows.cell(3, 1).value == "'=1+1"
        assert all(cell.data_type != "f" for row in rows.iter_rows() for cell in row)
        assert rows.cell(5, 8).value == 49.0
        assert left.cell(2, 1).value == "A-2"
    elif ending == "csv":
        first, second = csv.DictReader(io.StringIO(content.decode()))
        assert (first["reference"], first["came"], first["amount"]) == ("A-1", "2026-11-22 13:00", "24.50")
        assert (second["reference"], first["answer"]) == ("'=1+1", "")
        assert "Platzhalter" in first["evidence"]
    elif ending == "json":
        made = json.loads(content)
        assert (made["leads"], made["totals"][0]["amount"], made["timezone"]) == (2, "49.00", "Europe/Berlin")
    else:
        page = content.decode()
        assert '<article lang="de">' in page
        assert "49,00 EUR" in page
        assert "<form" not in page
    assert list(Path().glob(".*.part")) == []


def test_a_claim_is_listed_and_written_again(place, terminal):
    filled(place, lead(1))
    assert terminal("claims") == (
        0,
        "nothing was claimed yet; `fraudcheck report --vendor NAME --claims FILE` claims\n",
    )
    assert terminal(*VENDOR, "--claims", "preview.csv", "--preview")[0] == 0
    assert "nothing was claimed yet" in terminal("claims")[1]
    assert terminal(*VENDOR, "--claims", "first.csv")[0] == 0
    code, listed = terminal("claims", "--vendor", "chợ lớn media")
    assert (code, "24.50  EUR" in listed) == (0, True)
    claim_id = listed.splitlines()[1].split()[0]
    assert terminal("claims", "show", claim_id, "--out", "again.csv")[0] == 0
    assert Path("again.csv").read_text() == Path("first.csv").read_text()
    code, shown = terminal("claims", "show", claim_id, "--language", "vi", "--for-vendor")
    assert (code, "Kính gửi: Chợ Lớn Media" in shown) == (0, True)
    code, printed = terminal(*VENDOR, "--claims", "second.csv")
    assert (code, "nothing to claim" in printed, Path("second.csv").exists()) == (1, True, False)
    code, printed = terminal(*VENDOR)
    assert "claimed before: 24.50, of which answered 0.00, open 24.50" in printed


@pytest.mark.parametrize(
    ("arguments", "code", "problem"),
    [
        (("report", "--claims", "x.csv"), 2, "needs --vendor"),
        ((*VENDOR, "--claims", "x.pdf"), 2, ".csv, .xlsx, .html, .json"),
        ((*VENDOR, "--claims", "there.csv"), 1, "is there already"),
        ((*VENDOR, "--claims", "no/such.csv"), 1, "there is no folder"),
        ((*VENDOR, "--claims", "x.csv", "--campaign", "y"), 2, "leave --campaign"),
        ((*VENDOR, "--claims", "x.csv", "--personal", "--for-vendor"), 2, "not for the vendor's copy"),
        ((*VENDOR, "--claims", "x.csv", "--timezone", "Nowhere"), 1, "no time zone"),
        ((*VENDOR, "--preview"), 2, "--preview is for --claims"),
        (("report", "--vendor", "nobody", "--claims", "x.csv"), 1, "no lead of vendor nobody"),
        (("claims", "show", "nothing"), 1, "there is no claim nothing"),
    ],
)
def test_what_cannot_be_claimed_is_said_and_nothing_is_kept(place, terminal, arguments, code, problem):
    filled(place, lead(1))
    Path("there.csv").write_text("mine")
    given, printed = terminal(*arguments)
    assert given == code
    assert problem in printed
    assert "nothing was claimed yet" in terminal("claims")[1]
    assert [each.name for each in Path().iterdir() if each.suffix in (".csv", ".part")] == ["there.csv"]
    assert Path("there.csv").read_text() == "mine"


def test_a_disk_that_takes_no_file_leaves_nothing_claimed(place, terminal, monkeypatch):
    filled(place, lead(1))

    def full(descriptor):
        raise OSError(28, "No space left on device", "claim.csv")

    monkeypatch.setattr(commands.os, "fsync", full)
    assert terminal(*VENDOR, "--claims", "claim.csv")[0] == 1
    monkeypatch.undo()
    monkeypatch.setenv("FRAUDCHECK_DATA_DIR", str(place.data_dir))
    monkeypatch.setenv("FRAUDCHECK_LEDGER", place.ledger)
    assert "nothing was claimed yet" in terminal("claims")[1]


def test_a_run_that_ends_before_the_file_has_its_name_is_written_again_by_its_id(place, terminal, monkeypatch):
    filled(place, lead(1))
    kept = Path.rename

    def killed(self, target):
        raise KeyboardInterrupt

    monkeypatch.setattr(Path, "rename", killed)
    assert terminal(*VENDOR, "--claims", "claim.csv")[0] == 130
    monkeypatch.setattr(Path, "rename", kept)
    assert not Path("claim.csv").exists()
    claim_id = terminal("claims")[1].splitlines()[1].split()[0]
    assert terminal("claims", "show", claim_id, "--out", "claim.csv")[0] == 0
    (row,) = csv.DictReader(io.StringIO(Path("claim.csv").read_text()))
    assert (row["reference"], row["claim"]) == ("A-1", claim_id)
