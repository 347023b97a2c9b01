"""Whatever is changed in the ledger's tables is found, and told by its check; what is as it was written is not."""

from __future__ import annotations

import random

import pytest
from sqlalchemy import text

from fraudcheck.adapters.sql.verifying import Verifier
from fraudcheck.records import Enquiry, Outcome, Price, Quality
from tests.adapters.sql.test_ledger import made

AT = "2026-11-29T00:00:00.000Z"
ONE = "01936b5e-0000-7000-8000-000000000001"
BODY = b"{}"
NAME = "sha256:44136fa355b3678a1146ad16f7e8649e94fb4fc21fe77e8310c060f61caaff8a"


@pytest.fixture
async def filled(store):
    """Ten leads: one judged again, one erased, one with an outcome; and a policy."""
    for number in range(10):
        worth = {"enquiry": Enquiry(kind="sales_lead"), "quality": Quality(band="hot")} if number < 5 else {}
        await store.append(made(number, key=str(number), price=Price(amount="1.5", currency="USD"), **worth))
    await store.append(made(20, revises=made(3).check_id, origin="revision"))
    await store.erase("default", [f"check:{made(5).check_id}"], AT)
    converted = Outcome(outcome="converted", value=Price(amount="10", currency="USD"), buyer="b")
    told = [(ONE, converted), (ONE, Outcome(outcome="contacted", at=AT))]
    await store.record_outcomes("default", told, AT)
    await store.put_artefact(NAME, BODY)
    await store.flush_index()
    return store


def verified(url, tenant=None, since=None):
    return Verifier(url, tenant, since, lambda records: None).run()


async def test_what_was_written_is_found_right(filled, url):
    found = verified(url)
    assert found.problems == []
    assert found.erased == 1
    assert found.rows == {
        "records": 11, "personal": 10, "checks": 11, "identities": 10, "outcomes": 2, "policies": 1, "erasures": 1,
    }  # fmt: skip
    assert verified(url, tenant="other").rows["records"] == 0
    assert verified(url, since="2030-01-01T00:00:00.000Z").rows["records"] == 0
    assert verified(url, since="2024-11-01T00:00:00.000Z").rows["records"] == 11


CHANGES = {
    "record": ("UPDATE records SET record = :bytes WHERE check_id = :one", "records"),
    "hash": ("UPDATE records SET record_hash = :bytes WHERE check_id = :one", "records"),
    "another's record": (
        "UPDATE records SET (record, record_hash) = (SELECT record, record_hash FROM records WHERE check_id LIKE '%2')"
        " WHERE check_id = :one",
        "records",
    ),
    "record gone": ("DELETE FROM records WHERE check_id = :one", "personal checks identities outcomes"),
    "revised gone": ("DELETE FROM records WHERE check_id LIKE '%3'", "records"),
    "personal": ("UPDATE personal SET content = :bytes WHERE check_id = :one", "personal"),
    "another's personal": (
        "UPDATE personal SET content = (SELECT content FROM personal WHERE check_id LIKE '%2') WHERE check_id = :one",
        "personal",
    ),
    "score": ("UPDATE checks SET trust_score = trust_score + 1 WHERE check_id = :one", "checks"),
    "price": ("UPDATE checks SET price = 1 WHERE check_id = :one", "checks"),
    "day": ("UPDATE checks SET day = day - 1 WHERE check_id = :one", "checks"),
    "source": ("UPDATE terms SET text = 'x' || id WHERE text LIKE '[%acme%'", "checks"),
    "enquiry": ("UPDATE checks SET enquiry = NULL WHERE check_id = :one", "checks"),
    "another kind": ("UPDATE terms SET text = '{\"enquiry\":\"spam\"}' WHERE text LIKE '%sales_lead%'", "checks"),
    "band": ("UPDATE checks SET band = enquiry WHERE check_id = :one", "checks"),
    "no look-up row": ("DELETE FROM checks WHERE check_id = :one", "checks"),
    "identity": ("UPDATE identities SET token = 'phone:cd' WHERE check_id = :one", "identities"),
    "identity gone": ("DELETE FROM identities WHERE check_id = :one", "identities"),
    "outcome": ("UPDATE outcomes SET amount = '1000' WHERE outcome = 'converted'", "outcomes"),
    "policy": ("UPDATE policies SET body = :bytes", "policies"),
    "came back": ("UPDATE erasures SET token = 'check:' || :one", "personal"),
}


@pytest.mark.parametrize("what", CHANGES)
async def test_every_change_is_found(filled, url, what):
    statement, tables = CHANGES[what]
    values = {"bytes": b"something else", "one": ONE}
    asked = {name: value for name, value in values.items() if f":{name}" in statement}
    with filled._database.writing.begin() as connection:
        connection.execute(text(statement), asked)
    problems = verified(url).problems
    assert {problem.table for problem in problems} >= set(tables.split()), problems
    if ":one" in statement and what != "revised gone":
        assert ONE in {problem.check_id for problem in problems}
    assert not any("0912" in problem.text for problem in problems)


async def test_flipped_bytes_of_the_file_are_found_and_stop_nothing(filled, url, tmp_path):
    if not url.startswith("sqlite:"):
        pytest.skip("PostgreSQL's files are its own")
    await filled.close()
    file = tmp_path / "ledger.sqlite"
    content = file.read_bytes()
    places = [content.index(made_id) for made_id in (b'"check_id":"' + ONE.encode(), b"0912 840 375", b"PHONE_VALID")]
    choose = random.Random(1)  # noqa: S311 - the same each time
    for at in [*places, *[choose.randrange(4096, len(content)) for _ in range(40)]]:
        changed = bytearray(content)
        changed[at] ^= 4
        file.write_bytes(changed)
        try:
            assert verified(url).problems or at not in places
        except ValueError as problem:  # the tables' own description is hit: nothing can be read
            if "is damaged" not in str(problem) or at in places:
                raise
    file.write_bytes(content)
    assert verified(url).problems == []


async def test_a_damaged_page_costs_only_the_rows_in_it(filled, url, tmp_path):
    if not url.startswith("sqlite:"):
        pytest.skip("PostgreSQL's files are its own")
    await filled.close()
    file = tmp_path / "ledger.sqlite"
    content = bytearray(file.read_bytes())
    page = content.index(b'"check_id":"' + ONE.encode()) // 4096
    content[page * 4096 : page * 4096 + 200] = bytes(200)
    file.write_bytes(content)
    problems = verified(url).problems
    assert problems
    assert any(problem.table == "file" for problem in problems)


async def test_while_records_are_written(filled, url):
    for number in range(30, 60):
        await filled.append(made(number))
    assert verified(url).problems == []
