"""A body is read whatever it says it is, within bounds; what is read can be stored."""

from __future__ import annotations

import time
from contextlib import suppress

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from fraudcheck.intake.body import Unreadable
from fraudcheck.intake.forms.reading import MAX_FIELDS, read_content, unfold

FORM = "application/x-www-form-urlencoded"
JSON = "application/json"


@pytest.mark.parametrize(
    ("body", "kind", "content"),
    [
        (b"a=1&b=2&a=3&a=4&c", FORM, {"a": ["1", "3", "4"], "b": "2", "c": ""}),
        (b"a=%E1%BA%A5+b", FORM, {"a": "ấ b"}),
        ("a=ấ".encode(), FORM, {"a": "ấ"}),
        (b"a=M%FCller", FORM, {"a": "Müller"}),
        (b"a=M\xfcller", FORM + "; charset=ISO-8859-1", {"a": "Müller"}),
        (b"a=%a1", FORM + '; charset="tis-620"', {"a": "ก"}),
        ("a=ö".encode("utf-16"), FORM, {"a": "ö"}),
        (b"a=%00%ED%A0%80", FORM, {"a": "\ufffdí\xa0€"}),
        (b"\xef\xbb\xbf {}", JSON, {}),
        (b'{"a": "x\r\ny"}', JSON, {"a": "x\r\ny"}),
        (b'{"a": 10203040506070809}', JSON, {"a": 10203040506070809}),
        (b'["a"]', "text/plain", ["a"]),
        (b"{a}=1", FORM, {"{a}": "1"}),
        (b"<a><b>1</b><b> 2 </b><x:c xmlns:x='u'><d/></x:c></a>", "application/xml", {"b": ["1", "2"], "c": {"d": ""}}),
        ("<a><b>ö</b></a>".encode("utf-16"), "text/xml", {"b": "ö"}),
        (b"<?xml version='1.0' encoding='ISO-8859-1'?><a><b>\xf6</b></a>", "text/xml", {"b": "ö"}),
        (b"<a><b>&amp;&#228;<![CDATA[<]]></b></a>", "text/xml", {"b": "&ä<"}),
    ],
)
def test_read(body, kind, content):
    assert read_content(body, kind) == content


def part(name, content, more=""):
    return f'--b\r\nContent-Disposition: form-data; name="{name}"{more}\r\n\r\n{content}\r\n'.encode()


@pytest.mark.parametrize(
    ("body", "content"),
    [
        (part("a", "1") + part("a", "2") + b"--b--\r\n", {"a": ["1", "2"]}),
        (b"preamble\r\n" + part("a", "x\r\n--not the boundary\r\ny") + b"--b--", {"a": "x\r\n--not the boundary\r\ny"}),
        (part("a", "1"), {"a": "1"}),
        (part("f", "PDF", '; filename="cv.pdf"') + b"--b--", {"f": "cv.pdf"}),
        (part("f", "", '; filename=""') + b"--b--", {"f": ""}),
        (part("f", "PDF", "; filename*=UTF-8''cv.pdf") + b"--b--", {"f": ""}),
        (
            part("a", "1") + b"--b\r\nContent-Type: multipart/mixed; boundary=c\r\n\r\n--c\r\n\r\nx\r\n--c--\r\n--b--",
            {"a": "1"},
        ),
        (b"--b\r\ncontent-disposition: form-data;\r\n name=a\r\n\r\n1\r\n--b--", {"a": "1"}),
        (b"--b--\r\n", {}),
    ],
)
def test_multipart(body, content):
    assert read_content(body, 'multipart/form-data; boundary="b"') == content


@pytest.mark.parametrize("kind", ["image/png", "application/pdf", "a/b;" * 1_000])
def test_no_text_of_any_kind(kind):
    with pytest.raises(Unreadable):
        read_content(b"a=b", kind)


@pytest.mark.parametrize(
    ("body", "kind"),
    [
        (b"a=" + b"%ff" * 80_000, FORM),
        (b"--b\r\nContent-Disposition: form-data" + b"; name=a" * 30_000, "multipart/form-data; boundary=b"),
        (b"--b\r\n" + b"Content-Disposition: form-data\n " * 8_000, "multipart/form-data; boundary=b"),
        (b'<a b="' + b"x" * 250_000 + b'"/>', "text/xml"),
        (b"<a>" + b"&amp;" * 50_000 + b"</a>", "text/xml"),
        (b"<!--" * 60_000, "text/xml"),
        (b'{"a":"' + b"\\u0000" * 40_000 + b'\\ud800"}', JSON),
        (b'"' * 250_000, JSON),
        (b"a[b]" * 60_000 + b"=1", FORM),
    ],
)
def test_hostile_bodies_take_no_long_time(body, kind):
    start = time.perf_counter()
    try:
        content = read_content(body, kind)
        unfold(content if isinstance(content, dict) else {})
    except Unreadable:
        pass
    assert time.perf_counter() - start < 1


def test_as_many_fields_as_are_read():
    assert len(read_content(b"&".join(b"%d=1" % n for n in range(MAX_FIELDS)), FORM)) == MAX_FIELDS
    with pytest.raises(Unreadable, match="more than"):
        read_content(b"&".join(b"%d=1" % n for n in range(MAX_FIELDS + 1)), FORM)


@pytest.mark.parametrize(
    ("fields", "unfolded"),
    [
        ({"a.b": 1, "a.c.d": 2}, {"a": {"b": 1, "c": {"d": 2}}}),
        ({"f[a][v]": 1, "f[b][v]": 2, "t[]": [1, 2]}, {"f": {"a": {"v": 1}, "b": {"v": 2}}, "t": [1, 2]}),
        ({"Phone (a.b)": 1, "1.3": 2, "Name.": 3, "a[": 4, "[b]": 5, "a[b]c": 6}, None),
        ({"a": 1, "a.b": 2}, None),
        ({"a.b": 2, "a": 1}, {"a": {"b": 2}, "a 2": 1}),
        ({"a[]": 1, "a": 2}, {"a": [1, 2]}),
        ({".".join("abcdefghi"): 1}, None),
        ({"x" * 301 + ".b": 1}, None),
    ],
)
def test_unfold(fields, unfolded):
    assert unfold(fields) == (fields if unfolded is None else unfolded)


@given(st.binary(max_size=300), st.sampled_from([JSON, FORM, "text/xml", "multipart/form-data; boundary=b", "", "x/y"]))
def test_any_bytes_are_read_or_refused(body, kind):
    with suppress(Unreadable):
        msgspec.json.encode(read_content(body, kind))
