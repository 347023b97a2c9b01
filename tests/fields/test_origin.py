"""Which origins are one, which are none, and which pages a site key is for?"""

from __future__ import annotations

import pytest

from fraudcheck.fields import origin
from fraudcheck.fields.origin import host_of, is_of, read_origin, read_site


@pytest.mark.parametrize(
    ("text", "origin"),
    [
        ("https://a.example", "https://a.example"),
        ("HTTPS://A.Example", "https://a.example"),
        ("https://a.example.", "https://a.example"),
        ("https://a.example:443", "https://a.example"),
        ("http://a.example:80", "http://a.example"),
        ("http://a.example:443", "http://a.example:443"),
        ("https://a.example:08443", "https://a.example:8443"),
        ("https://bücher.example", "https://xn--bcher-kva.example"),
        ("https://BÜCHER.example", "https://xn--bcher-kva.example"),
        ("https://xn--bcher-kva.example", "https://xn--bcher-kva.example"),
        ("https://straße.example", "https://xn--strae-oqa.example"),
        ("https://ví-dụ.example", "https://xn--v-d-rma6749a.example"),
        ("http://localhost:3000", "http://localhost:3000"),
        ("http://127.0.0.1:80", "http://127.0.0.1"),
        ("http://[::1]:8080", "http://[::1]:8080"),
        ("http://[0:0:0:0:0:0:0:1]", "http://[::1]"),
        ("https://a_b.example", "https://a_b.example"),
    ],
)
def test_an_origin_has_one_form(text, origin):
    assert read_origin(text) == origin


@pytest.mark.parametrize(
    "text",
    ["", "null", "Null", "*", "https://", "a.example", "//a.example", "https:a.example", "https://a.example/",
     "https://a.example/path", "https://a.example?x", "https://a.example#x", "https://u@a.example", "https://u:p@a.example",
     "file://", "ftp://a.example", "chrome-extension://abcdefgh", "https://a.example https://b.example",
     "https://a.example,https://b.example", " https://a.example", "https://a.example\n", "https://a.example:0",
     "https://a.example:65536", "https://a.example:", "https://a.example:x", "https://a..example", "https://.example",
     "https://a.example..", "https://*.example", "https://[::1", "https://[::1%eth0]", "https://[a.example]", "https://1.2.3",
     "https://256.1.1.1", "https://0x7f.1", "https://a\\b.example", "https://a%2eexample", "https://" + "a" * 300,
     "https://" + ".".join(["a" * 61] * 4) + ".example", "https://\u202e.example", "https://a.example:\u0664\u0664\u0663"],
)  # fmt: skip
def test_what_is_none(text):
    assert read_origin(text) is None


@pytest.mark.parametrize("text", ["https://a.example", "https://*.a.example", "https://*.a.example:8443"])
def test_what_a_key_may_be_for(text):
    assert read_site(text.upper().replace("HTTPS", "https")) == text


@pytest.mark.parametrize(
    "text",
    ["null", "*", "https://*", "https://*.", "https://*.example", "https://**.a.example", "https://*.*.a.example",
     "https://a.*.example", "https://*a.example", "*.a.example", "https://*.127.0.0.1", "https://*.[::1]", "a.example",
     "https://a.example/x", ""],
)  # fmt: skip
def test_what_a_key_may_not_be_for(text):
    with pytest.raises(ValueError, match=r"origin|too wide"):
        read_site(text)


SITES = ("https://a.example", "https://*.b.example", "https://*.c.example:8443", "http://localhost:3000")


@pytest.mark.parametrize(
    ("origin", "own"),
    [
        ("https://a.example", True),
        ("http://a.example", False),
        ("https://a.example:8443", False),
        ("https://x.a.example", False),
        ("https://x.b.example", True),
        ("https://x.y.b.example", True),
        ("https://b.example", False),
        ("https://xb.example", False),
        ("https://x.b.example:8443", False),
        ("https://x.b.example.evil.example", False),
        ("http://x.b.example", False),
        ("https://x.c.example:8443", True),
        ("https://x.c.example", False),
        ("http://localhost:3000", True),
        ("http://localhost:3001", False),
    ],
)
def test_pages_of_a_site(origin, own):
    assert is_of(origin, SITES) is own


def test_the_host_of_an_origin():
    origins = ("https://a.example", "https://a.example:8443", "http://[::1]:80", "http://[::1]")
    assert [host_of(each) for each in origins] == ["a.example", "a.example", "::1", "::1"]


def test_what_is_too_long_is_not_remembered():
    before = origin._read.cache_info().currsize
    assert read_origin("https://" + "a" * 8_000) is None
    assert origin._read.cache_info().currsize == before
