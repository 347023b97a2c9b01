"""A usual answer is read as dnspython reads it, and whatever else it is, it is left to dnspython."""

from __future__ import annotations

from typing import Any

import dns.exception
import dns.flags
import dns.message
import dns.name
import dns.rrset
import pytest
from hypothesis import given
from hypothesis import strategies as st

from fraudcheck.adapters.dns.upstream import _authority, _parse_response
from fraudcheck.adapters.dns.usual_answers import Request, read_usual_answer, request_for, wire_name

Records = list[tuple[str, int, str, str]]
SOA = "ns.firma.vn. root.firma.vn. 1 2 3 4 600"


def request(kind: str = "MX", name: str = "Firma.vn") -> Request:
    return request_for(wire_name(name), kind, edns=True)


def answer_to(
    asked: Request, answer: Records = (), authority: Records = (), additional: Records = (), *, rcode: int = 0
) -> bytes:
    """A response with records (owner, TTL, type, data), each written as it is, twice where it is there twice."""
    response = dns.message.make_response(asked.message())
    response.set_rcode(dns.rcode.Rcode(rcode))
    for section, records in zip(response.sections[1:], (answer, authority, additional), strict=True):
        section += [dns.rrset.from_text(owner, ttl, "IN", kind, data) for owner, ttl, kind, data in records]
    return response.to_wire()


def as_dnspython_reads(wire: bytes, asked: Request, kind: str) -> Any:
    """What the service would do without this reader: an answer and a zone, or None where it waits on or fails."""
    try:
        response = dns.message.from_wire(wire, raise_on_truncation=True)
        if asked.message().is_response(response):
            return _parse_response(kind, response), _authority(response)
    except Exception:
        return None
    return None


@pytest.mark.parametrize(
    ("kind", "sections", "expected"),
    [
        ("MX", ([("firma.vn.", 300, "MX", "10 mx.Firma.vn."), ("firma.vn.", 60, "MX", "5 b.com.")],), "ok"),
        ("MX", ([("firma.vn.", 300, "MX", "10 mx.b.com."), ("firma.vn.", 9, "MX", "10 MX.b.com.")],), "ok"),
        ("MX", ([("firma.vn.", 300, "MX", "0 .")],), "ok"),
        ("A", ([("firma.vn.", 300, "A", "5.9.1.1")], [("vn.", 300, "NS", "B.vn."), ("vn.", 3, "NS", "a.vn.")]), "ok"),
        ("AAAA", ([("firma.vn.", 300, "AAAA", "::ffff:5.9.1.1")], [], [("a.vn.", 3, "A", "5.9.1.1")]), "ok"),
        ("A", ([("firma.vn.", 300, "CNAME", "b.com."), ("b.com.", 20, "A", "5.9.1.1")],), "ok"),
        ("A", ([("firma.vn.", 300, "CNAME", "b.com.")], [("com.", 900, "SOA", SOA)]), "nodata"),
        ("MX", ([], [("firma.vn.", 900, "SOA", SOA)]), "nodata"),
        ("MX", ([], [("com.", 900, "SOA", SOA)]), "nodata"),  # not of the name's zone
        ("MX", ([],), "nodata"),
    ],
)
def test_a_usual_answer(kind: str, sections: tuple[Records, ...], expected: str) -> None:
    asked = request(kind)
    wire = answer_to(asked, *sections)
    read = read_usual_answer(wire, asked)
    assert read is not None
    assert read == as_dnspython_reads(wire, asked, kind)
    assert read[0][0] == expected


def test_a_name_that_does_not_exist() -> None:
    asked = request()
    wire = answer_to(asked, [], [(".", 900, "SOA", SOA)], rcode=3)
    assert read_usual_answer(wire, asked) == (("nxdomain", (), 600.0), (".", "ns.firma.vn"))


MX = ("firma.vn.", 300, "MX", "10 mx.firma.vn.")
ALIAS = ("firma.vn.", 300, "CNAME", "b.com.")


@pytest.mark.parametrize(
    ("answer", "rcode"),
    [
        ([MX], 2),  # SERVFAIL
        ([MX], 3),  # there, and not there
        ([("other.vn.", 300, "MX", "10 mx.firma.vn."), MX], 0),
        ([("b.com.", 300, "MX", "10 mx.firma.vn."), ALIAS], 0),  # an alias behind what it leads to
        ([ALIAS, ("b.com.", 300, "CNAME", "firma.vn.")], 0),  # in a circle
        ([ALIAS, ALIAS], 0),
        ([MX, ALIAS], 0),
        ([("firma.vn.", 300, "MX", "10 we\\032ird.firma.vn.")], 0),
        ([("firma.vn.", 300, "MX", "10 a\\.b.firma.vn.")], 0),
        ([MX, ("firma.vn.", 300, "TXT", "and")], 0),
        ([("firma.vn.", 2**31, "MX", "10 mx.firma.vn.")], 0),
    ],
)
def test_what_is_left_to_dnspython(answer: Records, rcode: int) -> None:
    asked = request()
    assert read_usual_answer(answer_to(asked, answer, rcode=rcode), asked) is None


def test_what_is_no_answer_to_the_query() -> None:
    asked = request()
    wire = answer_to(asked, [MX])
    assert read_usual_answer(wire, asked) is not None
    other = bytes((asked.wire[0] ^ 1,)) + asked.wire[1:]
    assert read_usual_answer(wire, asked._replace(wire=other)) is None
    assert read_usual_answer(wire, request("A")) is None
    assert read_usual_answer(wire, request(name="firma.ng")) is None
    assert read_usual_answer(asked.wire, asked) is None
    truncated = bytearray(wire)
    truncated[2] |= dns.flags.TC >> 8
    assert read_usual_answer(bytes(truncated), asked) is None


@given(st.data())
def test_of_spoilt_bytes_it_says_what_dnspython_says_or_nothing(data: st.DataObject) -> None:
    asked = request()
    spoilt = bytearray(answer_to(asked, [ALIAS, ("b.com.", 60, "MX", "5 mx.b.com.")], [("b.com.", 9, "SOA", SOA)]))
    for _ in range(data.draw(st.integers(1, 3))):
        at = data.draw(st.integers(0, len(spoilt) - 1))
        spoilt[at] = data.draw(st.sampled_from([0, 0xC0, 12, spoilt[at] ^ 1, spoilt[at] ^ 32]))
    wire = bytes(spoilt[: data.draw(st.integers(len(spoilt) - 3, len(spoilt)))])
    read = read_usual_answer(wire, asked)
    assert read is None or read == as_dnspython_reads(wire, asked, "MX")


@pytest.mark.parametrize("edns", [True, False])
@pytest.mark.parametrize("name", ["firma.vn", "GMAIL.com.", ".", "münchen.de", "a\\.b.com", "_dmarc.x-y.1.vn"])
def test_a_query_is_dnspythons(name: str, edns: bool) -> None:
    asked = request_for(wire_name(name), "MX", edns=edns)
    expected = dns.message.make_query(name, "MX", id=int.from_bytes(asked.wire[:2], "big"))
    expected.use_edns(0 if edns else False, payload=1232)
    assert asked.wire == expected.to_wire()
    assert asked.message() == expected


@pytest.mark.parametrize("name", ["a..b", ".a", "a" * 64 + ".com", ".".join(["a" * 60] * 5), "a\n..com"])
def test_no_such_name_can_exist(name: str) -> None:
    with pytest.raises(dns.exception.DNSException):
        wire_name(name)
