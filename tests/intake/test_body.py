"""Bodies are read leniently where they are legal JSON, and refused with a reason where they are none."""

from __future__ import annotations

import json

import pytest

from fraudcheck.intake.body import Unreadable, parse_body


@pytest.mark.parametrize(
    ("body", "problem"),
    [
        (b"", "not JSON"),
        (b"{", "not JSON"),
        (b"[1]", "not a JSON object"),
        (b'"\xff"', "not JSON"),
        (b'{"a": NaN}', "not JSON"),
        (b'{"a": "\x00"}', "not JSON"),
        (b'{"a":' * 33 + b"1" + b"}" * 33, "nested deeper than 32"),
        (b"[" * 60_000, "nested deeper than 32"),
        (b"[" * 33 + b'"' + b'\\"' * 30_000, "nested deeper than 32"),  # a string that never ends, all escaped quotes
        (b"[" * 32 + b'"' + b'\\"[' * 20_000, "not JSON"),
        (b'{"a": "' + b"1" * 5000, "not JSON"),
    ],
)
def test_what_is_no_lead_at_all(body, problem):
    with pytest.raises(Unreadable, match=problem):
        parse_body(body)


def test_brackets_in_a_string_nest_nothing():
    message = '[{"\\' * 400
    assert parse_body(json.dumps({"message": message}).encode()) == {"message": message}


@pytest.mark.parametrize(
    ("body", "expected"),
    [
        (rb'{"name": "\ud800An"}', {"name": "\ufffdAn"}),
        (rb'{"\udfff": [1, "\ud83d"]}', {"\ufffd": [1, "\ufffd"]}),
        (b'{"a": 1e400}', {"a": None}),
        (b'{"a": ' + b"7" * 60_000 + b"}", {"a": None}),  # Python reads integers of 4,300 digits at most
        (b'{"a": "' + b"[" * 100 + b'"}', {"a": "[" * 100}),  # brackets in text nest nothing
        (rb'{"a": "\\\"[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[["}', {"a": '\\"' + "[" * 40}),
        (b'{"a":' * 32 + b"1" + b"}" * 32, None),
    ],
)
def test_legal_json_that_decoders_stumble_over(body, expected):
    found = parse_body(body)
    assert expected is None or found == expected
    json.dumps(found).encode()


BODY = '{"name": "Nguyễn Văn An 😀", "message": "[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[笻笽"}'


@pytest.mark.parametrize(
    "body",
    [
        BODY.encode(),
        BODY.encode("utf-8-sig"),
        BODY.encode("utf-16"),  # with a mark
        b"\xfe\xff" + BODY.encode("utf-16-be"),
        b"\xef\xbb\xbf \r\n" + BODY.encode(),
    ],
)
def test_a_byte_order_mark_is_passed_over(body):
    assert parse_body(body) == json.loads(BODY)


@pytest.mark.parametrize(
    "body",
    [
        b"\xef\xbb\xbf", b"\xff\xfe", b"\xfe\xff{", b"\xff", b"\xef\xbb", b"\xff\xfe{\0}",
        BODY.encode("utf-32"), BODY.encode("utf-16-le"),
        b"\xef\xbb\xbf\xef\xbb\xbf{}", b"\xff\xfe\0\xd8",
    ],
)  # fmt: skip
def test_a_mark_alone_or_before_anything_else_is_no_json(body):
    with pytest.raises(Unreadable, match="not JSON"):
        parse_body(body)


def test_a_body_with_a_mark_may_nest_no_deeper():
    with pytest.raises(Unreadable, match="nested deeper"):
        parse_body(('{"a":' * 40).encode("utf-16"))
