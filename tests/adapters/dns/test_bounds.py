"""A tarpit (name servers that never answer) delays nobody else's look-ups."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable
from typing import Any

import dns.rrset
import pytest

from fraudcheck.adapters.dns import DnsMailRoutes
from fraudcheck.adapters.dns.admission_queue import AdmissionQueue, QueueFull
from fraudcheck.adapters.dns.fair_shares import Shares
from fraudcheck.fields.email.mx import trace_mail_route
from fraudcheck.ports.mail import Answer
from tests.servers.dns import Nameserver

MX = {"v": 1, "route": "mx", "hosts": 1}
OVERLOAD = {"v": 1, "unknown": "overload"}
Build = Callable[..., DnsMailRoutes]


@pytest.fixture
async def build(nameserver: Nameserver) -> AsyncIterator[Build]:
    built = []

    def one(**options: Any) -> DnsMailRoutes:
        built.append(DnsMailRoutes(trace_mail_route, [nameserver.address], **options))
        return built[-1]

    yield one
    for routes in built:
        await routes.close()


async def until(condition: Callable[[], bool]) -> None:
    async with asyncio.timeout(10):
        while not condition():
            await asyncio.sleep(0.001)


async def all_slow(routes: DnsMailRoutes, asked: int) -> None:
    await until(lambda: routes.asked["miss"] == asked and routes.queries.slow == len(routes._flights))


def tarpit(nameserver: Nameserver, domains: list[str]) -> None:
    nameserver.faults |= dict.fromkeys(domains, "silent")


async def answer_all_but_made_up_ones(datagrams: object, query: bytes, read: Callable[[bytes], object]) -> object:
    request = dns.message.from_wire(query)
    (question,) = request.question
    if question.name.to_text().startswith("made-up"):
        await asyncio.Event().wait()
    await asyncio.sleep(0.005)
    response = dns.message.make_response(request)
    record = "10 mail.known.vn." if question.rdtype == dns.rdatatype.MX else "103.9.76.10"
    response.answer.append(dns.rrset.from_text(question.name, 300, "IN", question.rdtype, record))
    return read(response.to_wire())


class TestTarpit:
    """Ten thousand domains that are never answered, with the time-outs that the service has."""

    async def test_ordinary_domains_are_answered_in_the_midst(self, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setattr("fraudcheck.adapters.dns.datagrams.Datagrams.ask", answer_all_but_made_up_ones)
        routes = DnsMailRoutes(trace_mail_route, ["127.0.0.1:9"], flights=100)
        assert await routes.route("known.vn") == MX
        for start in range(0, 10_000, 250):
            crowd = [asyncio.create_task(routes.route(f"made-up-{n}.com")) for n in range(start, start + 250)]
            await asyncio.sleep(0)
            assert await routes.route(f"cold-{start}.ng") == MX
            assert await routes.route("known.vn") == MX
            assert (len(routes.admission), routes.resolvers.busy) <= (100, 200)
            for each in crowd:
                each.cancel()  # whoever asked has stopped waiting
            assert routes.admission.waiting <= 1000
            assert len(routes._flights) <= 100 + 1000 + 250
        assert routes.admission.displaced > 1000
        await routes.close()

    async def test_below_one_domain_there_is_no_more_than_its_share(self, build: Build, nameserver: Nameserver) -> None:
        domains = [f"{n}.tarpit.com" for n in range(200)]
        tarpit(nameserver, domains)
        routes = build()
        crowd = [asyncio.create_task(routes.route(domain)) for domain in domains]
        await until(lambda: routes.queries.refused["apex"] == 168)
        assert routes.resolvers.busy == 32
        assert await routes.route("fine.tarpit.com") == OVERLOAD
        assert await routes.route("mx-only.vn") == MX
        await routes.close()
        assert [await each for each in crowd].count(OVERLOAD) == 168

    async def test_mail_hosts_below_one_domain_share_it_too(self, build: Build, nameserver: Nameserver) -> None:
        nameserver.add("\n".join(f"d{n}.com. 300 IN MX 10 mail{n}.tarpit.com." for n in range(60)))
        tarpit(nameserver, [f"mail{n}.tarpit.com" for n in range(60)])
        routes = build()
        crowd = [asyncio.create_task(routes.route(f"d{n}.com")) for n in range(60)]
        await until(lambda: routes.queries.refused["apex"] == 28)
        await routes.close()
        assert [await each for each in crowd].count(OVERLOAD) == 28

    async def test_one_name_server_has_no_more_than_its_share(self, build: Build, nameserver: Nameserver) -> None:
        domains = [f"made-up-{n}.com" for n in range(120)]
        tarpit(nameserver, domains)
        nameserver.delegations = dict.fromkeys(domains, "ns1.tarpit.net")
        routes = build(attempt=60, lifetime=60)
        crowd = []
        for start in range(0, 120, 20):
            crowd += [asyncio.create_task(routes.route(domain)) for domain in domains[start : start + 20]]
            await all_slow(routes, start + 20)
        await until(lambda: routes.queries.refused["server"] > 0)
        assert len(routes.queries._servers) > 32
        assert routes.queries._shares._under_way["server", "ns1.tarpit.net"] == 32
        routes.queries._servers["another.com"] = "ns1.tarpit.net"
        assert await routes.route("another.com") == OVERLOAD
        await routes.close()
        await asyncio.gather(*crowd)

    async def test_a_resolver_that_tells_no_name_server_is_not_asked_for_ever(
        self, build: Build, nameserver: Nameserver
    ) -> None:
        domains = [f"made-up-{n}.com" for n in range(140)]
        tarpit(nameserver, domains)
        routes = build(attempt=60, lifetime=60)
        crowd = []
        for start in range(0, 140, 20):
            crowd += [asyncio.create_task(routes.route(domain)) for domain in domains[start : start + 20]]
            await all_slow(routes, start + 20)
            await until(lambda: not routes.queries._referrals)
        assert 50 <= [kind for _, kind in nameserver.queries].count("NS") < 90
        await routes.close()
        await asyncio.gather(*crowd)

    async def test_a_large_providers_hosts_are_not_held_up(self, build: Build, nameserver: Nameserver) -> None:
        nameserver.add("\n".join(f"d{n}.com. 300 IN MX 10 d{n}.mail.host.net." for n in range(100)))
        nameserver.add("\n".join(f"d{n}.mail.host.net. 300 IN A 5.9.1.1" for n in range(100)))
        routes = build(known={"host.net"})
        answers = await asyncio.gather(*(routes.route(f"d{n}.com") for n in range(100)))
        assert answers == [MX] * 100


class TestAdmissionQueue:
    @staticmethod
    def entrant(queue: AdmissionQueue, work: Callable[[], Awaitable[object]]) -> asyncio.Task[str]:
        async def run() -> str:
            try:
                await queue.enter()
                await work()
            except QueueFull:
                return "full"
            finally:
                queue.leave()
            return "done"

        return asyncio.create_task(run())

    async def test_who_has_had_its_time_gives_way_to_the_newest(self) -> None:
        queue = AdmissionQueue(2, max_waiting=2, grace=0.02)
        forever = asyncio.Event().wait
        first, second, *others = [self.entrant(queue, forever) for _ in range(5)]
        quick = self.entrant(queue, lambda: asyncio.sleep(0))
        assert await quick == "done"
        assert first.cancelled() or first.cancelling()
        assert await others[0] == await others[1] == "full"  # the oldest of those that waited
        assert queue.waiting <= 1
        assert len(queue) <= 2
        for each in (second, *others):
            each.cancel()
        await asyncio.gather(first, second, *others, return_exceptions=True)
        assert (len(queue), queue.waiting, queue.refused) == (0, 0, 2)

    async def test_nobody_gives_way_where_there_is_room(self) -> None:
        queue = AdmissionQueue(2, grace=0)
        tasks = [self.entrant(queue, lambda: asyncio.sleep(0.01)) for _ in range(2)]
        assert await asyncio.gather(*tasks) == ["done"] * 2
        assert queue.displaced == 0

    async def test_who_gives_up_waiting_leaves_nothing_behind(self) -> None:
        queue = AdmissionQueue(1, grace=60)
        running = self.entrant(queue, lambda: asyncio.sleep(0.01))
        waiting = self.entrant(queue, lambda: asyncio.sleep(0))
        await asyncio.sleep(0)
        waiting.cancel()
        await asyncio.gather(waiting, return_exceptions=True)
        assert queue.waiting == 0
        assert await running == "done"
        assert await self.entrant(queue, lambda: asyncio.sleep(0)) == "done"

    async def test_a_place_given_to_one_who_is_cancelled_goes_to_the_next(self) -> None:
        queue = AdmissionQueue(1, grace=60)
        gate = asyncio.Event()
        running = self.entrant(queue, gate.wait)
        await asyncio.sleep(0)
        second, third = (self.entrant(queue, lambda: asyncio.sleep(0)) for _ in range(2))
        await asyncio.sleep(0)
        gate.set()
        await running
        third.cancel()  # it is the newest, and has just been woken
        assert await second == "done"
        assert (await asyncio.gather(third, return_exceptions=True))[0]
        assert len(queue) == 0


def test_shares_grow_with_answers_and_shrink_with_silence() -> None:
    shares, groups = Shares(2, 4), [("apex", "a.com"), ("server", "ns.net")]

    def room() -> int:
        """How many more queries fit into the share."""
        entered = 0
        while shares.full(groups) is None:
            shares.enter(groups)
            entered += 1
        for _ in range(entered):
            shares.leave(groups, in_time=False)
        return entered

    assert room() == 2
    for expected in (3, 4, 4):
        shares.enter(groups)
        shares.leave(groups, in_time=True)
        grown = dict(shares._grown)
        assert room() == expected
        shares._grown.update(grown)
    assert room() == 4
    assert room() == 2
    shares.enter(groups[1:])
    shares.enter(groups[1:])
    assert shares.full(groups) == "server"
    assert shares.full(groups[:1]) is None


class TestStale:
    """A domain that received mail goes on doing so when the DNS is out (RFC 8767)."""

    async def test_what_was_known_stands_in(self, nameserver: Nameserver) -> None:
        now = [1000.0]
        routes = DnsMailRoutes(trace_mail_route, [nameserver.address], clock=lambda: now[0])
        assert await routes.route("mx-only.vn") == MX
        await routes.route("null-mx.com")
        now[0] += 3601
        nameserver.faults |= {"mx-only.vn": "SERVFAIL", "null-mx.com": "SERVFAIL"}
        for _ in range(2):
            assert await routes.route("mx-only.vn") == {**MX, "stale": True}
        assert await routes.route("null-mx.com") == {"v": 1, "unknown": "servfail"}  # dead is not assumed
        now[0] += 86_400
        assert await routes.route("mx-only.vn") == {"v": 1, "unknown": "servfail"}
        nameserver.faults.clear()
        now[0] += 6
        assert await routes.route("mx-only.vn") == MX
        await routes.close()

    async def test_nobody_waits_long_where_there_is_a_stale_answer(self, nameserver: Nameserver) -> None:
        now = [1000.0]
        routes = DnsMailRoutes(trace_mail_route, [nameserver.address], clock=lambda: now[0])
        await routes.route("mx-only.vn")
        now[0] += 3601
        nameserver.hold("mx-only.vn")
        assert await routes.route("mx-only.vn") == {**MX, "stale": True}
        assert routes.asked["stale"] == 1
        nameserver.release()
        await until(lambda: not routes._flights)
        assert await routes.route("mx-only.vn") == MX
        await routes.close()


async def test_unknown_domains_push_no_known_one_out_of_the_cache(build: Build) -> None:
    async def look(domain: str, resolve: object) -> tuple[dict[str, object], float]:
        return ({"v": 1, "unknown": "timeout"}, 0) if domain.startswith("made-up") else (MX, 300)

    routes = DnsMailRoutes(look, ["127.0.0.1:9"], size=2)  # type: ignore[arg-type]
    for domain in ("a.vn", "b.vn", *(f"made-up-{n}.com" for n in range(9)), "a.vn", "b.vn"):
        await routes.route(domain)
    assert routes.asked == {"miss": 11, "hit": 2}
    assert len(routes._cache) == 2


async def test_what_a_list_tells_is_not_looked_up(build: Build, nameserver: Nameserver) -> None:
    routes = build(known={"gmail.com"})
    assert await routes.route("gmail.com") == {"v": 1, "route": "mx", "from": "list"}
    assert (nameserver.queries, routes.asked) == ([], {"list": 1})


async def test_an_overload_is_forgotten_at_once() -> None:
    full = [True]

    async def look(domain: str, resolve: object) -> Answer | tuple[dict[str, object], float]:
        return (OVERLOAD, 0) if full[0] else (MX, 300)

    routes = DnsMailRoutes(look, ["127.0.0.1:9"])  # type: ignore[arg-type]
    assert await routes.route("a.vn") == OVERLOAD
    full[0] = False
    assert await routes.route("a.vn") == MX
