"""The benchmarks' name server: what the project's own resolver makes of its answers."""

from __future__ import annotations

import asyncio
from collections import Counter
from collections.abc import AsyncIterator, Iterator
from ipaddress import ip_address

import dns.rcode
import pytest

from bench import nameserver
from bench.leads import FREE
from fraudcheck.adapters.dns import DnsMailRoutes
from fraudcheck.fields.email.mx import trace_mail_route

PROBES = ("gmail.com", "outlook.com", "yahoo.com")
DOMAINS = [f"firma{number}.com" for number in range(2_000)]


@pytest.fixture(scope="module")
def address() -> Iterator[str]:
    with nameserver.running() as running:
        yield running


@pytest.fixture
async def routes(address: str) -> AsyncIterator[DnsMailRoutes]:
    built = DnsMailRoutes(trace_mail_route, [address], probes=PROBES)
    yield built
    await built.close()


async def test_nearly_every_domain_takes_mail_and_the_others_are_dead_in_three_ways(routes):
    found = []
    for start in range(0, len(DOMAINS), 100):  # no more at one time than the resolver lets through
        found += await asyncio.gather(*[routes.route(domain) for domain in DOMAINS[start : start + 100]])
    kinds = Counter(facts.get("route", facts.get("unknown")) for facts in found)
    assert set(kinds) == {"mx", "nxdomain", "null_mx", "mx_unresolved"}
    assert 0.94 < kinds["mx"] / len(DOMAINS) < 0.96
    assert 0.02 < kinds["nxdomain"] / len(DOMAINS) < 0.04
    assert 0.005 < kinds["null_mx"] / len(DOMAINS) < 0.015
    assert 0.005 < kinds["mx_unresolved"] / len(DOMAINS) < 0.015
    assert routes.resolvers.upstreams[0].state == "ok"


async def test_the_same_domain_fares_the_same_each_time_however_it_is_spelled(address, routes):
    async def again(domain: str) -> object:
        other = DnsMailRoutes(trace_mail_route, [address], probes=PROBES)
        try:
            return await other.route(domain)
        finally:
            await other.close()

    for domain in DOMAINS[:40]:
        assert await routes.route(domain) == await again(domain.upper())


@pytest.mark.parametrize("domain", [*FREE, *PROBES, "mx.com", "sales.firma2.co.uk"])
async def test_large_providers_and_names_of_any_shape_take_mail(domain, routes):
    assert await routes.route(domain) == {"v": 1, "route": "mx", "hosts": 1}


async def test_every_answer_is_kept_for_an_hour_absence_too(routes):
    for domain in DOMAINS[:100]:
        assert (await routes.resolvers.ask(domain, "MX")).answer[2] == 3_600


def told(name: str, kind: str, edns: int | bool = False) -> dns.message.Message:
    answer = nameserver.respond(dns.message.make_query(name, kind, use_edns=edns).to_wire())
    assert answer is not None
    return dns.message.from_wire(answer)


def test_mail_hosts_have_public_addresses():
    given = [rrset[0].address for domain in DOMAINS for rrset in told(f"mx.{domain}", "A").answer]
    assert len(given) > 1_800
    assert len(set(given)) > 1_800
    assert all(ip_address(address).is_global for address in given)


@pytest.mark.parametrize("kind", ["A", "MX", "TXT", "AAAA", "NS"])
@pytest.mark.parametrize("name", [*DOMAINS[:60], ".", "com", "mx.com"])
def test_an_answer_has_records_or_says_how_long_there_will_be_none(name, kind):
    answer = told(name, kind)
    assert answer.flags & (dns.flags.QR | dns.flags.RA) == dns.flags.QR | dns.flags.RA
    assert bool(answer.answer) != bool(answer.authority)
    assert answer.edns == -1
    assert told(name, kind, edns=0).edns == 0


@pytest.mark.parametrize("garbage", [b"", b"x" * 11, b"\0" * 12, b"\1" * 40])
def test_what_is_no_question_gets_no_answer(garbage):
    assert nameserver.respond(garbage) is None
