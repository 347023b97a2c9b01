"""What a domain's owner can put into an answer costs the event loop a bounded time, and makes nothing unknown."""

from __future__ import annotations

import random
import time
from collections.abc import AsyncIterator
from contextlib import suppress

import dns.exception
import dns.flags
import dns.message
import dns.rrset
import pytest
from hypothesis import given
from hypothesis import strategies as st

from fraudcheck.adapters.dns import DnsMailRoutes
from fraudcheck.adapters.dns.large_answers import MOST_RECORDS, read_large_answer
from fraudcheck.fields.email.mx import trace_mail_route
from tests.servers.dns import Nameserver

_LONG = ".".join(["a" * 63, "b" * 63, "c" * 63])
_HOSTILE = "\n".join([
    *[f"many-mx.vn. IN MX {1500 - n} mx{n}.many-mx.vn." for n in range(1500)],
    "mx1499.many-mx.vn. IN A 103.9.76.10",  # of the best preference
    *[f"same-mx.vn. IN MX {n} mail.same-mx.vn." for n in range(1500)],
    "mail.same-mx.vn. IN A 103.9.76.10",
    *[f"all-zero.vn. IN MX 0 gone{n}.all-zero.vn." for n in range(1500)],
    "many-a.vn. IN MX 10 mail.many-a.vn.",
    *[f"mail.many-a.vn. IN A 103.{n // 250}.{n % 250}.10" for n in range(3500)],
    "many-aaaa.vn. IN MX 10 mail.many-aaaa.vn.",
    *[f"mail.many-aaaa.vn. IN AAAA 2405:200:{n:x}::3" for n in range(2000)],
    "private.vn. IN MX 10 mail.private.vn.",
    *[f"mail.private.vn. IN A 10.{n // 250}.{n % 250}.10" for n in range(3500)],
    *[f"long.vn. IN MX {n} h{n}.{_LONG}.vn." for n in range(250)],
    *[f"alias{n}.vn. IN CNAME alias{n + 1}.vn." for n in range(600)],
    "alias600.vn. IN MX 10 mail.same-mx.vn.",
    "texts.vn. IN A 103.9.76.10",
    *[f'texts.vn. IN TXT "{"x" * 250}" "{n}"' for n in range(230)],
    'texts.vn. IN TXT "v=spf1 -all"',
    "null-and-many.vn. IN MX 0 .",
    *[f"null-and-many.vn. IN MX 10 gone{n}.null-and-many.vn." for n in range(1500)],
])  # fmt: skip


@pytest.fixture(scope="module")
def hostile():
    with Nameserver() as running:
        running.add(_HOSTILE)
        yield running


@pytest.fixture
async def routes(hostile: Nameserver) -> AsyncIterator[DnsMailRoutes]:
    made = DnsMailRoutes(trace_mail_route, [hostile.address])
    yield made
    await made.close()


@pytest.mark.parametrize(
    ("domain", "facts"),
    [
        ("many-mx.vn", {"route": "mx", "hosts": MOST_RECORDS}),
        ("same-mx.vn", {"route": "mx", "hosts": 1}),
        ("all-zero.vn", {"route": "mx_unresolved", "hosts": MOST_RECORDS}),
        ("many-a.vn", {"route": "mx", "hosts": 1}),
        ("many-aaaa.vn", {"route": "mx", "hosts": 1}),
        ("private.vn", {"route": "mx_private", "hosts": 1}),
        ("long.vn", {"route": "mx_unresolved", "hosts": MOST_RECORDS}),
        ("alias0.vn", {"unknown": "bad_answer"}),  # no resolver follows six hundred
        ("alias590.vn", {"route": "mx", "hosts": 1}),
        ("texts.vn", {"route": "spf_refuses_all"}),
        ("null-and-many.vn", {"route": "mx_unresolved", "hosts": MOST_RECORDS - 1}),
    ],
)
async def test_a_hostile_domain_is_judged_in_a_bounded_time(routes, domain, facts):
    begun = time.thread_time()
    found = await routes.route(domain)
    assert time.thread_time() - begun < 0.2  # ten milliseconds in fact
    assert found == {"v": 1} | facts


def answer(kind: str, records: list[str]) -> tuple[bytes, dns.message.QueryMessage]:
    request = dns.message.make_query("d.vn.", kind)
    response = dns.message.make_response(request)
    response.answer.append(dns.rrset.from_text("d.vn.", 300, "IN", kind, *records))
    return response.to_wire(max_size=65_535), request


def test_of_many_mail_hosts_those_with_the_best_preference_count_in_whatever_order_they_come():
    records = [f"{n} mx{n}.d.vn." for n in range(1500)]
    random.Random(1).shuffle(records)  # noqa: S311 - an order, no secret
    read = read_large_answer(*answer("MX", records))
    assert sorted(data.preference for data in read.answer[0]) == list(range(MOST_RECORDS))
    assert {data.exchange.to_text() for data in read.answer[0]} == {f"mx{n}.d.vn." for n in range(MOST_RECORDS)}


@pytest.mark.parametrize(
    ("kind", "records"),
    [
        ("MX", ["10 mail.d.vn.", "20 other.example."]),
        ("A", ["103.9.76.10"]),
        ("AAAA", ["2405:200::1", "2405:200::2"]),
        ("TXT", ['"v=spf1" " -all"', '"hello"']),
    ],
)
def test_a_usual_answer_reads_as_dnspython_reads_it(kind, records):
    wire, request = answer(kind, records)
    read, expected = read_large_answer(wire, request), dns.message.from_wire(wire)
    assert read.answer == expected.answer
    assert [rrset.ttl for rrset in read.answer] == [300]
    assert (read.id, read.rcode(), read.question) == (expected.id, expected.rcode(), expected.question)


def test_a_negative_answer_keeps_its_zone_and_its_ttl():
    request = dns.message.make_query("gone.vn.", "MX")
    response = dns.message.make_response(request)
    response.set_rcode(dns.rcode.NXDOMAIN)
    response.authority.append(dns.rrset.from_text("vn.", 900, "IN", "SOA", "a.vn. b.vn. 1 2 3 4 600"))
    read = read_large_answer(response.to_wire(), request)
    assert read.resolve_chaining().minimum_ttl == 600


def chain_of_pointers(length: int) -> bytes:
    """A record of 8,000 pointers, each to the one before it, and mail hosts named by the last one."""
    begin = 22 + 11  # behind the question, and what a record has before its data
    pointers = b"".join((0xC000 | (12 if n == 0 else begin + 2 * (n - 1))).to_bytes(2, "big") for n in range(length))
    last = (0xC000 | (begin + 2 * (length - 1))).to_bytes(2, "big")
    hosts = b"\x00\x00\x0f\x00\x01\x00\x00\x00\x00\x00\x04\x00\x01" + last
    return b"\x00\x00\x10\x00\x01\x00\x00\x00\x00" + len(pointers).to_bytes(2, "big") + pointers + hosts * 3_000


@pytest.mark.parametrize(
    "tail",
    [
        b"\xc0\x1c" * 30_000,
        b"\x00" * 64_000,  # records of the root, of no type
        b"\x00\x00\x0f\x00\x01\x00\x00\x00\x00\x00\x03\x00\x01\x00" * 4_600,  # as many mail hosts as there is room for
        b"\x00\x00\x0f\x00\x01\x00\x00\x00\x00\x00\x04\x00\x01\xc0\x0c" * 4_200,
        b"\x00\x00\x2e\x00\x01\x00\x00\x00\x00\x00\x00" * 5_800,  # RRSIG
        b"\x00\x00\x29\x04\xd0\x00\x00\x00\x00\x00\x00" * 5_800,  # OPT
        b"\x00\x00\x05\x00\x01\x00\x00\x00\x00\x00\x02\xc0\x0c" * 4_900,  # CNAME
        b"\x01a" * 32_000,
        b"\x3f" + b"a" * 63 * 1000,
        chain_of_pointers(100),
        chain_of_pointers(8_000),
    ],
)
@pytest.mark.parametrize("counts", [(65_535, 0, 0), (0, 65_535, 0), (0, 0, 65_535), (4_000, 0, 0), (1, 1, 65_535)])
def test_nothing_in_64_kilobytes_takes_long(tail, counts):
    request = dns.message.make_query("d.vn.", "MX")
    head = bytearray(dns.message.make_response(request).to_wire())
    for position, count in zip((6, 8, 10), counts, strict=True):
        head[position : position + 2] = count.to_bytes(2, "big")
    seconds = []
    for _ in range(3):  # Python's own collection of garbage may fall into one of them
        begun = time.thread_time()
        with suppress(dns.exception.DNSException):
            assert sum(map(len, read_large_answer(bytes(head) + tail, request).answer)) <= MOST_RECORDS + 20
        seconds.append(time.thread_time() - begun)
    assert min(seconds) < 0.05


@given(st.data())
def test_spoilt_bytes_are_refused_in_one_way(data):
    wire, request = answer("MX", [f"{n} mx{n}.d.vn." for n in range(5)])
    spoilt = bytearray(wire)
    for _ in range(data.draw(st.integers(1, 5))):
        spoilt[data.draw(st.integers(0, len(spoilt) - 1))] = data.draw(st.integers(0, 255))
    spoilt = spoilt[: data.draw(st.integers(0, len(spoilt)))]
    with suppress(dns.exception.DNSException):
        read_large_answer(bytes(spoilt), request)
