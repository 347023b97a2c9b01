"""New, known or a customer: by the caller's word, by the ledger, by what was counted."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest

from fraudcheck.records import Lead
from fraudcheck.worth.stage import read_stage
from fraudcheck.worth.told_stage import truth

AT = datetime(2026, 11, 29, 12, tzinfo=UTC)
CONVERTED = {"v": 1, "since": "2026-01-02T00:00:00.000Z", "leads": 2, "converted": "2026-02-01T00:00:00.000Z"}
EARLIER = {"v": 1, "since": "2026-01-02T00:00:00.000Z", "leads": 1}


def stage(extra=None, **facts):
    return read_stage(Lead(email="an@firma.vn", extra=extra or {}), facts, AT)[0]


@pytest.mark.parametrize(
    ("extra", "told"),
    [
        ({"customer": True}, "customer"), ({"customer": "yes"}, "customer"), ({"customer": "Ja"}, "customer"),
        ({"customer": "có"}, "customer"), ({"customer": "tak"}, "customer"), ({"customer": 1}, "customer"),
        ({"customer": "oui"}, "customer"), ({"customer": "نعم"}, "customer"), ({"customer": "ใช่"}, "customer"),
        ({"customer": False}, "new"), ({"customer": "nein"}, "new"), ({"customer": "0"}, "new"),
        ({"customer": "không"}, "new"),
        ({"customer_since": "2019-05-01"}, "customer"), ({"customer_since": "01.05.2019"}, "customer"),
        ({"customer_since": 2019}, "customer"), ({"customer_since": "2019"}, "customer"),
        ({"stage": "Existing customer"}, "customer"), ({"stage": "Bestandskunde"}, "customer"),
        ({"stage": "khách cũ"}, "customer"),
        ({"stage": "new"}, "new"), ({"stage": "Neukunde"}, "new"), ({"stage": "existing_contact"}, "known"),
        ({"stage": "marketingqualifiedlead"}, "known"), ({"extra": {"customer": "yes"}}, "customer"),
        ({"customer_since": "2031-01-01"}, "unknown"), ({"customer_since": "long"}, "unknown"),
        ({"customer": "maybe"}, "unknown"),
        ({"stage": "???"}, "unknown"), ({"stage": ["new"]}, "new"), ({"customer": {"a": 1}}, "unknown"),
        ({"customer": 7}, "unknown"), ({"customer": float("nan")}, "unknown"),
        ({"customer_since": 10**30}, "unknown"),
        ({"customer_since": "٢٠١٩"}, "customer"), ({}, "unknown"),
    ],
)  # fmt: skip
def test_the_callers_word(extra, told):
    assert stage(extra) == told


def test_the_callers_word_comes_first():
    assert stage({"customer": "no"}, history=CONVERTED) == "new"
    assert stage({"customer": "perhaps"}, history=CONVERTED) == "customer"


@pytest.mark.parametrize(
    ("history", "told"),
    [
        (CONVERTED, "customer"),
        (EARLIER, "known"),
        ({"v": 1, "leads": 0}, "new"),
        ({"v": 1, "leads": 1, "since": "2026-11-29T11:50:00.000Z"}, "new"),  # sent again at once
        ({"v": 1, "leads": 1, "since": "2026-11-29T11:50:00.000Z", "contacted": True}, "known"),
        ({"v": 1, "leads": 1}, "known"),
        ({"v": 1, "leads": 1, "since": "?"}, "known"),
        ({"v": 1, "confirmed": {"email": "link"}}, "known"),
    ],
)
def test_the_ledgers_history(history, told):
    assert stage(history=history) == told


@pytest.mark.parametrize(
    ("velocity", "told"),
    [
        ({"v": 6, "leads": 12, "mailbox": {"month": 1, "since": 900_000, "ago": 900_000}}, "known"),
        ({"v": 6, "leads": 12, "phone": {"month": 1, "since": 86_400, "ago": 10}}, "known"),
        ({"v": 6, "leads": 12, "mailbox": {"hour": 1, "since": 300, "ago": 300}}, "new"),
        ({"v": 6, "leads": 12}, "new"),
        ({"v": 6, "leads": 0}, "unknown"),  # nobody was counted: a first day, or one lead alone
        ({"v": 6}, "unknown"),
        ({"v": 6, "unknown": "redis"}, "unknown"),
        (None, "unknown"),
    ],
)
def test_what_was_counted(velocity, told):
    assert stage(velocity=velocity) == told
    assert stage(velocity=velocity, history={"v": 1, "unknown": "timeout"}) == told


@pytest.mark.parametrize("word", ["yes", " YES ", "sí", "Sim", "是", "1", 1, 1.0, True])
def test_a_yes(word):
    assert truth(word) is True
