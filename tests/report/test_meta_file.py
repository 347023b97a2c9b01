"""Files for Meta's Conversions API keep Meta's rules, and a file that breaks one is told from one that does not."""

from __future__ import annotations

from datetime import UTC, datetime

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as some

from fraudcheck.report import meta_file
from fraudcheck.report.conversions import Conversion
from tests.report.leads_to_tell import NOW
from tests.report.test_google_file import NAMES, PRICES

HASH = "a" * 64
EVENT = {
    "event_name": "converted",
    "event_time": int(NOW.timestamp()) - 86_400,
    "event_id": "01a207d9.converted",
    "action_source": "system_generated",
    "user_data": {"lead_id": 1234567890123456, "em": [HASH], "ph": [HASH], "fbc": "fb.1.1795773600000.IwAR0-made_up"},
    "custom_data": {"event_source": "crm", "lead_event_source": "fraudcheck", "value": 49.9, "currency": "BRL"},
}


def changed(part=None, **change):
    return EVENT | ({part: EVENT[part] | change} if part else change)


def faults(*lines):
    return list(meta_file.file_faults(lines, NOW))


def test_a_good_file_has_no_fault():
    few = changed(event_id="2", user_data={"em": [HASH]}, custom_data={"event_source": "crm", "lead_event_source": "x"})
    assert faults(meta_file.line([EVENT, few]), meta_file.line([changed(event_id="3")])) == []


@pytest.mark.parametrize(
    ("event", "fault"),
    [
        (None, "not an event with all of its parts and no others"),
        ({**EVENT, "email": "an@example.vn"}, "not an event with all of its parts and no others"),
        (changed(event_name=" "), "event_name: not 1 to 100 characters on one line"),
        (changed(event_name="a\nb"), "event_name: not 1 to 100 characters on one line"),
        (changed(event_time="2026-11-29"), "event_time: not whole seconds since 1970"),
        (changed(event_time=1.5), "event_time: not whole seconds since 1970"),
        (changed(event_time=True), "event_time: not whole seconds since 1970"),
        (changed(event_time=int(NOW.timestamp()) + 1), "event_time: in the future, or more than 7 days ago"),
        (changed(event_time=int(NOW.timestamp()) * 1000), "event_time: in the future, or more than 7 days ago"),
        (changed(event_time=int(NOW.timestamp()) - 8 * 86_400), "event_time: in the future, or more than 7 days ago"),
        (changed(event_id=""), "event_id: not a text of 1 to 128 characters"),
        (changed(action_source="website"), "action_source: not system_generated"),
        (changed(user_data={}), "user_data: nothing to know the lead by, or a part that is none"),
        (changed("user_data", phone="1"), "user_data: nothing to know the lead by, or a part that is none"),
        (changed("user_data", lead_id=12345678901234), "lead_id: not 15 to 17 digits"),
        (changed("user_data", lead_id="1234567890123456"), "lead_id: not 15 to 17 digits"),
        (changed("user_data", em=["an@example.vn"]), "em: not 64 hexadecimal digits in lower case"),
        (changed("user_data", em=HASH), "em: not a list of hashes"),
        (changed("user_data", ph=[]), "ph: not a list of hashes"),
        (changed("user_data", ph=[HASH.upper()]), "ph: not 64 hexadecimal digits in lower case"),
        (changed("user_data", fbc="IwAR0-made_up"), "fbc: not as fb.1.MILLISECONDS.FBCLID"),
        (changed("user_data", fbc="fb.1.1795773600.IwAR0-made_up"), "fbc: not as fb.1.MILLISECONDS.FBCLID"),
        (changed("custom_data", event_source="web"), "event_source: not crm"),
        (changed("custom_data", lead_event_source=""), "lead_event_source: not given"),
        (changed("custom_data", value=-1), "value: not a number from 0 to 1,000,000,000"),
        (changed("custom_data", value="1"), "value: not a number from 0 to 1,000,000,000"),
        (changed("custom_data", value=float("nan")), "value: not a number from 0 to 1,000,000,000"),
        (changed("custom_data", value=float("inf")), "value: not a number from 0 to 1,000,000,000"),
        (changed("custom_data", currency="brl"), "currency: no code of ISO 4217"),
        (changed("custom_data", currency=["EUR"]), "currency: no code of ISO 4217"),
        (changed("custom_data", price=1), "custom_data: has a part that is none"),
        (
            changed(custom_data={"event_source": "crm", "lead_event_source": "x", "value": 1}),
            "value: it needs a currency, and a currency a value",
        ),
    ],
)
def test_an_event_that_breaks_a_rule(event, fault):
    assert fault in meta_file.event_faults(event, NOW)


@pytest.mark.parametrize(
    ("line", "fault"),
    [
        ("{", "cannot be read as JSON"),
        ('{"data": [{"value": NaN}]}', "cannot be read as JSON"),
        ("[]", "not data of 1 to 1,000 events alone"),
        ('{"data": []}', "not data of 1 to 1,000 events alone"),
        ('{"data": {}}', "not data of 1 to 1,000 events alone"),
        ('{"data": [1], "access_token": "x"}', "not data of 1 to 1,000 events alone"),
        (meta_file.line([changed(event_id=str(n)) for n in range(1001)]), "not data of 1 to 1,000 events alone"),
        (meta_file.line([EVENT, EVENT]), "event 2: event_id: twice"),
        (meta_file.line([EVENT, changed(action_source="web")]), "event 2: action_source: not system_generated"),
    ],
)
def test_a_line_that_is_no_request(line, fault):
    assert faults(line) == [(1, fault)]


def test_an_event_is_found_twice_across_requests():
    assert faults(meta_file.line([EVENT]), meta_file.line([EVENT])) == [(2, "event 1: event_id: twice")]


@given(
    some.builds(
        Conversion,
        order_id=some.uuids().map(str),
        check_id=some.just("x"),
        event=some.just("converted"),
        name=NAMES,
        at=some.datetimes(datetime(2026, 11, 23), datetime(2026, 11, 29), timezones=some.just(UTC)),  # noqa: DTZ001 - hypothesis adds it
        formed_at=some.datetimes(datetime(2026, 10, 1), datetime(2026, 11, 23), timezones=some.just(UTC)),  # noqa: DTZ001
        value=PRICES,
        identifier=some.just("fbc"),
        click_id=some.none() | some.from_regex(r"[0-9A-Za-z_.-]{10,99}", fullmatch=True),
        lead_id=some.none() | some.integers(10**14, 10**17 - 1),
        email=some.just(HASH),
    )
)
def test_whatever_is_told_is_a_good_event(told):
    text = meta_file.line([meta_file.event(told)])
    assert faults(text) == []
    assert "data" in msgspec.json.decode(text)


JSON = some.recursive(
    some.none() | some.booleans() | some.floats() | some.integers() | some.text(max_size=9),
    lambda inner: (
        some.lists(inner, max_size=3) | some.dictionaries(some.sampled_from([*EVENT, "em", "lead_id"]), inner)
    ),
    max_leaves=8,
)


@given(some.dictionaries(some.sampled_from([*EVENT]), JSON))
def test_no_event_makes_the_validator_fail(change):
    meta_file.event_faults(EVENT | change, NOW)
