"""Slow, silent, failing and lying resolvers are passed over, and a domain is called dead only when that is certain."""

from __future__ import annotations

import asyncio
import socket
from collections.abc import AsyncIterator, Callable, Iterator
from typing import Any

import pytest

from fraudcheck.adapters.dns import DnsMailRoutes
from fraudcheck.fields.email.mx import trace_mail_route
from fraudcheck.ports import Unavailable
from tests.adapters.conftest import Clock
from tests.servers.dns import Nameserver

MX = {"v": 1, "route": "mx", "hosts": 1}
PROBES = ("gmail.com", "outlook.com")
Build = Callable[..., DnsMailRoutes]


@pytest.fixture
def second() -> Iterator[Nameserver]:
    with Nameserver() as running:
        yield running


@pytest.fixture
async def build(nameserver: Nameserver, second: Nameserver, clock: Clock) -> AsyncIterator[Build]:
    built = []

    def one(*nameservers: str, patience: float = 1, **options: Any) -> DnsMailRoutes:
        both = nameservers or (nameserver.address, second.address)
        built.append(DnsMailRoutes(trace_mail_route, both, clock=clock, patience=patience, **options))
        return built[-1]

    yield one
    for routes in built:
        await routes.close()


async def until(condition: Callable[[], bool]) -> None:
    async with asyncio.timeout(5):
        while not condition():
            await asyncio.sleep(0.001)


def closed_port() -> str:
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as unused:
        unused.bind(("127.0.0.1", 0))
        return f"127.0.0.1:{unused.getsockname()[1]}"


def states(routes: DnsMailRoutes) -> list[str]:
    return [upstream.state for upstream in routes.resolvers.upstreams]


class TestOneAnswer:
    @pytest.mark.parametrize("fault", ["silent", "garbage", "wrong_id", "truncated", "SERVFAIL", "REFUSED", "NOTIMP"])
    async def test_the_next_is_asked_when_one_fails(
        self, fault: str, build: Build, nameserver: Nameserver, second: Nameserver
    ) -> None:
        nameserver.faults["*"] = fault
        routes = build(patience=0.05, attempt=60, lifetime=60)
        assert await routes.route("mx-only.vn") == MX
        assert second.queries == [("mx-only.vn", "MX"), ("mail.mx-only.vn", "A")]
        assert sum(routes.resolvers.events.values()) >= 1

    async def test_the_first_answer_counts_when_one_is_slow(
        self, build: Build, nameserver: Nameserver, second: Nameserver
    ) -> None:
        nameserver.hold("mx-only.vn")
        routes = build(patience=0.05)
        assert await routes.route("mx-only.vn") == MX
        assert routes.resolvers.events["hedge"] == 1

    async def test_a_killed_resolver_is_noticed_at_once(self, build: Build, second: Nameserver) -> None:
        routes = build(closed_port(), second.address)
        assert await routes.route("mx-only.vn") == MX
        assert routes.resolvers.events == {"failover": 2, "hedge": 0}
        assert routes.resolvers.upstreams[0].outcomes == {"unreachable": 2}

    async def test_an_old_server_that_knows_no_edns(self, build: Build, nameserver: Nameserver) -> None:
        nameserver.faults["*"] = "no_edns"
        routes = build(nameserver.address)
        assert await routes.route("mx-only.vn") == MX
        assert [name for name, _ in nameserver.queries] == ["mx-only.vn", "mx-only.vn", "mail.mx-only.vn"]

    async def test_a_lost_packet_is_sent_again(self, build: Build, nameserver: Nameserver) -> None:
        nameserver.faults["mx-only.vn"] = "silent"
        routes = build(nameserver.address, attempt=0.05)
        asked = asyncio.create_task(routes.route("mx-only.vn"))
        await until(lambda: bool(nameserver.queries))
        nameserver.faults.clear()
        assert await asked == MX

    @pytest.mark.parametrize("length", [3, 12])
    async def test_a_chain_of_aliases(self, length: int, build: Build, nameserver: Nameserver) -> None:
        nameserver.add("\n".join(f"c{n}.com. 300 IN CNAME c{n + 1}.com." for n in range(length)))
        nameserver.add(f"c{length}.com. 300 IN MX 10 mail.mx-only.vn.")
        assert await build().route("c0.com") == MX

    async def test_five_hundred_mail_hosts(self, build: Build, nameserver: Nameserver, second: Nameserver) -> None:
        for server in (nameserver, second):
            server.add("\n".join(f"huge.com. 300 IN MX {n + 1} mx{n}.huge.com." for n in range(500)))
            server.add("mx3.huge.com. 300 IN A 5.9.1.1")
        assert await build().route("huge.com") == {"v": 1, "route": "mx", "hosts": 50}

    async def test_all_are_out(self, build: Build, nameserver: Nameserver, second: Nameserver) -> None:
        nameserver.faults["*"] = "SERVFAIL"
        second.faults["*"] = "REFUSED"
        assert "unknown" in await build().route("mx-only.vn")
        assert len(nameserver.queries) == len(second.queries) == 1


class TestHealth:
    async def test_the_quicker_one_is_asked_first_and_the_other_gets_another_chance(
        self, build: Build, nameserver: Nameserver, second: Nameserver, clock: Clock
    ) -> None:
        routes = build()
        slow, quick = routes.resolvers.upstreams
        slow._account("ok", 0.5)
        quick._account("ok", 0.01)
        await routes.route("a.many.net")
        assert not nameserver.queries
        clock.now += 120
        assert slow.latency < 0.001

    async def test_a_resolver_that_is_out_is_left_alone_until_it_is_back(
        self, build: Build, nameserver: Nameserver, second: Nameserver, clock: Clock
    ) -> None:
        nameserver.faults["*"] = "REFUSED"
        routes = build(probes=PROBES)
        first = routes.resolvers.upstreams[0]
        for n in range(5):
            first._latency = 0.0  # so that it is asked first
            assert await routes.route(f"d{n}.many.net") == MX
        await until(lambda: first.state == "down")
        asked = len(nameserver.queries)
        assert await routes.route("e.many.net") == MX
        assert len(nameserver.queries) == asked
        nameserver.faults.clear()
        clock.now += 1.5
        assert await routes.route("f.many.net") == MX  # and probes beside it
        await until(lambda: first.state == "ok")
        assert first.changes == 2

    async def test_made_up_domains_that_are_not_answered_are_not_the_resolvers_fault(
        self, build: Build, nameserver: Nameserver
    ) -> None:
        nameserver.faults |= {f"made-up-{n}.com": "SERVFAIL" for n in range(20)}
        routes = build(nameserver.address, probes=PROBES)
        for n in range(20):
            await routes.route(f"made-up-{n}.com")
        await until(lambda: routes.resolvers.upstreams[0]._probing is None)
        assert states(routes) == ["ok"]
        assert nameserver.queries.count(("gmail.com", "MX")) == 1  # one look at it, for now

    async def test_a_single_resolver_that_is_down_is_still_asked(
        self, build: Build, nameserver: Nameserver, clock: Clock
    ) -> None:
        nameserver.faults["*"] = "REFUSED"
        routes = build(nameserver.address, probes=PROBES)
        for n in range(6):
            await routes.route(f"d{n}.many.net")
        await until(lambda: states(routes) == ["down"])
        nameserver.faults.clear()
        assert await routes.route("e.many.net") == MX

    @pytest.mark.parametrize("probes", [(), PROBES])
    async def test_the_breaker_waits_longer_each_time(
        self, probes: tuple[str, ...], build: Build, nameserver: Nameserver, clock: Clock
    ) -> None:
        routes = build(closed_port(), probes=probes)
        (only,) = routes.resolvers.upstreams
        pauses = []
        for _ in range(7):
            only._failures = 5
            clock.now = max(clock.now, only._closed_until)
            only.look_after()
            await until(lambda: only._probing is None)
            pauses.append(only._pause)
        assert pauses == [1, 2, 4, 8, 16, 30, 30]
        assert only.state == "down"


class TestDeadDomains:
    """A domain is called dead only by a resolver that tells the truth, and by two when there are two."""

    async def test_a_wall_that_says_dead_of_everything_tells_nothing(
        self, build: Build, nameserver: Nameserver, clock: Clock
    ) -> None:
        nameserver.faults["*"] = "NXDOMAIN"
        routes = build(nameserver.address, probes=PROBES)
        for domain in ("mx-only.vn", "firma.pl", "kontakt.pl"):
            assert await routes.route(domain) == {"v": 1, "unknown": "implausible"}
        assert states(routes) == ["lying"]
        nameserver.faults.clear()
        clock.now += 61
        assert await routes.route("mx-only.vn") == MX
        assert await routes.route("null-mx.com") == {"v": 1, "route": "null_mx"}
        assert states(routes) == ["ok"]

    async def test_the_proof_is_asked_for_once_a_minute(
        self, build: Build, nameserver: Nameserver, clock: Clock
    ) -> None:
        routes = build(nameserver.address, probes=PROBES)
        for n in range(10):
            assert await routes.route(f"gone{n}.com") == {"v": 1, "route": "nxdomain"}
        assert nameserver.queries.count(("gmail.com", "MX")) == 1
        clock.now += 61
        await routes.route("gone11.com")
        assert nameserver.queries.count(("gmail.com", "MX")) == 2

    async def test_one_popular_domain_that_fails_is_no_proof(self, build: Build, nameserver: Nameserver) -> None:
        nameserver.faults["gmail.com"] = "NXDOMAIN"
        routes = build(nameserver.address, probes=PROBES)
        assert await routes.route("gone.com") == {"v": 1, "route": "nxdomain"}

    async def test_the_living_resolver_wins_over_the_liar(
        self, build: Build, nameserver: Nameserver, second: Nameserver
    ) -> None:
        nameserver.faults["*"] = "NXDOMAIN"
        routes = build(probes=PROBES)
        assert (await routes.route("mx-only.vn")).get("unknown") == "implausible"
        assert states(routes) == ["lying", "ok"]
        assert await routes.route("second-mx.ng") == {"v": 1, "route": "mx", "hosts": 2}

    @pytest.mark.parametrize(
        ("fault", "facts", "opinion"),
        [
            (None, {"route": "nxdomain"}, "dead"),
            ("SERVFAIL", {"route": "nxdomain"}, "unknown"),
            ("silent", {"route": "nxdomain"}, "unknown"),
            ("alive", {"route": "mx", "hosts": 1}, "alive"),
        ],
    )
    async def test_a_second_resolver_is_asked_about_the_dead(
        self, fault: str | None, facts: dict[str, object], opinion: str, build: Build, second: Nameserver
    ) -> None:
        if fault == "alive":
            second.add("new-domain.in. 300 IN MX 10 mail.mx-only.vn.")
        elif fault:
            second.faults["new-domain.in"] = fault
        routes = build()
        assert await routes.route("new-domain.in") == {"v": 1} | facts
        assert routes.second_opinions == {opinion: 1}


class TestPing:
    async def test_one_that_answers_is_enough(self, build: Build, nameserver: Nameserver) -> None:
        nameserver.faults[""] = "silent"
        await build().ping()

    async def test_silence_is_told_within_a_second(self, build: Build, nameserver: Nameserver) -> None:
        nameserver.faults[""] = "silent"
        with pytest.raises(Unavailable, match="timeout"):
            await asyncio.wait_for(build(nameserver.address).ping(), 2)

    async def test_nobody_is_there(self, build: Build) -> None:
        with pytest.raises(Unavailable, match="unreachable"):
            await build(closed_port()).ping()


async def test_no_socket_stays_open(build: Build, nameserver: Nameserver) -> None:
    """Warnings are errors here, and an unclosed transport is one."""
    nameserver.faults["*"] = "silent"
    routes = build(attempt=0.05, lifetime=0.2)
    await asyncio.gather(*(routes.route(f"d{n}.com") for n in range(50)))
    assert routes.resolvers.busy == 0
    assert len(routes.admission) == 0
