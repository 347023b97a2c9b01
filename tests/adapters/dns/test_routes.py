"""Mail routes, looked up in a real name server on loopback."""

from __future__ import annotations

import asyncio
import socket
from collections.abc import AsyncIterator, Callable
from pathlib import Path
from typing import Any

import pytest
from dns.message import ShortHeader

from fraudcheck.adapters.dns import DnsMailRoutes
from fraudcheck.fields.email.mx import trace_mail_route
from fraudcheck.ports import Unavailable
from tests.adapters.conftest import Clock
from tests.servers.dns import Nameserver

Build = Callable[..., DnsMailRoutes]


@pytest.fixture
async def build(nameserver: Nameserver, clock: Clock) -> AsyncIterator[Build]:
    built = []

    def one(nameservers: list[str] | None = None, **options: Any) -> DnsMailRoutes:
        built.append(DnsMailRoutes(trace_mail_route, nameservers or [nameserver.address], clock=clock, **options))
        return built[-1]

    yield one
    for routes in built:
        await routes.close()


async def until(condition: Callable[[], bool]) -> None:
    async with asyncio.timeout(2):
        while not condition():
            await asyncio.sleep(0.001)


@pytest.mark.parametrize(
    ("domain", "facts"),
    [
        ("gmail.com", {"route": "mx", "hosts": 2}),
        ("GMAIL.com", {"route": "mx", "hosts": 2}),
        ("mx-only.vn", {"route": "mx", "hosts": 1}),
        ("second-mx.ng", {"route": "mx", "hosts": 2}),
        ("address-only.br", {"route": "address"}),
        ("six-only.in", {"route": "address"}),
        ("mx-six.th", {"route": "mx", "hosts": 1}),
        ("alias.pl", {"route": "mx", "hosts": 1}),
        ("mx-alias.pl", {"route": "mx", "hosts": 1}),
        ("spf-beside-mx.eg", {"route": "mx", "hosts": 1}),
        ("spf-some.eg", {"route": "address"}),
        ("null-mx.com", {"route": "null_mx"}),
        ("no-such-domain.com", {"route": "nxdomain"}),
        ("alias-nowhere.com", {"route": "nxdomain"}),
        ("txt-only.com", {"route": "none"}),
        ("mx-nowhere.com", {"route": "mx_unresolved", "hosts": 2}),
        ("mx-private.com", {"route": "mx_private", "hosts": 1}),
        ("address-loopback.com", {"route": "mx_private"}),
        ("spf-refuses.com", {"route": "spf_refuses_all"}),
        ("a" * 64 + ".com", {"route": "nxdomain"}),
        (".".join(["a" * 60] * 5), {"route": "nxdomain"}),
        ("two..dots.com", {"route": "nxdomain"}),
        ("servfail.com", {"unknown": "servfail"}),
        ("refused.com", {"unknown": "refused"}),
        ("notimp.com", {"unknown": "bad_answer"}),
        ("yxdomain.com", {"unknown": "bad_answer"}),
        ("alias-loop.com", {"unknown": "bad_answer"}),
        ("mx-fails.com", {"unknown": "servfail"}),
        ("silent.com", {"unknown": "timeout"}),
    ],
)
async def test_routes(domain: str, facts: dict[str, object], build: Build) -> None:
    routes = build(lifetime=0.15 if domain == "silent.com" else 5, attempt=0.1 if domain == "silent.com" else 2)
    assert await routes.route(domain) == {"v": 1} | facts
    assert sum(routes.outcomes.values()) == 1


async def test_the_ordinary_case_asks_twice(build: Build, nameserver: Nameserver) -> None:
    await build().route("gmail.com")
    assert nameserver.queries == [("gmail.com", "MX"), ("gmail-smtp-in.l.google.com", "A")]


async def test_five_hundred_hosts_come_over_tcp(build: Build, nameserver: Nameserver) -> None:
    nameserver.add("\n".join(f"huge.com. 300 IN MX {n} mx{n}.huge.com." for n in range(500)))
    assert await build().route("huge.com") == {"v": 1, "route": "mx_unresolved", "hosts": 50}
    assert nameserver.queries[:2] == [("huge.com", "MX")] * 2  # truncated, then whole
    assert [name for name, _ in nameserver.queries[2:]] == [f"mx{n}.huge.com" for n in range(10)]  # the best ten


async def test_a_hundred_callers_share_one_look_up(build: Build, nameserver: Nameserver) -> None:
    routes = build()
    answers = await asyncio.gather(*(routes.route("mx-only.vn") for _ in range(100)))
    assert answers == [{"v": 1, "route": "mx", "hosts": 1}] * 100
    assert len(nameserver.queries) == 2
    assert routes.asked == {"miss": 1, "joined": 99}


async def test_a_fresh_answer_is_given_without_suspending(build: Build) -> None:
    routes = build()
    await routes.route("mx-only.vn")
    with pytest.raises(StopIteration) as given:
        routes.route("mx-only.vn").send(None)
    assert given.value.value == {"v": 1, "route": "mx", "hosts": 1}


@pytest.mark.parametrize(
    ("domain", "seconds"),
    [
        ("mx-only.vn", 300),  # its own
        ("mx-alias.pl", 120),  # the least on the way, an alias's
        ("no-such-domain.com", 900),  # the zone's for absence (RFC 2308)
        ("txt-only.com", 900),
        ("short.com", 60),  # not asked again sooner
        ("long.com", 86_400),  # nor believed for longer
        ("long-null.com", 3600),  # least of all that it is dead
        ("servfail.com", 5),
    ],
)
async def test_an_answer_is_kept_for_its_time(
    domain: str, seconds: int, build: Build, nameserver: Nameserver, clock: Clock
) -> None:
    nameserver.add("""
        short.com.      1      IN MX 10 mail.short.com.
        mail.short.com. 1      IN A  5.9.1.1
        long.com.       900000 IN MX 10 mail.long.com.
        mail.long.com.  900000 IN A  5.9.1.2
        long-null.com.  900000 IN MX 0 .
    """)
    routes = build()
    await routes.route(domain)
    asked = len(nameserver.queries)
    clock.now += seconds - 0.5
    await routes.route(domain)
    assert len(nameserver.queries) == asked
    clock.now += 1
    await routes.route(domain)
    assert len(nameserver.queries) == 2 * asked


async def test_the_cache_drops_what_was_used_longest_ago(build: Build) -> None:
    routes = build(size=2)
    for domain in ("a.many.net", "b.many.net", "a.many.net", "c.many.net", "a.many.net", "b.many.net"):
        await routes.route(domain)
    assert routes.asked == {"miss": 4, "hit": 2}


async def test_an_answer_too_late_for_its_caller_serves_the_next(build: Build, nameserver: Nameserver) -> None:
    routes = build()
    nameserver.hold("mx-only.vn")
    with pytest.raises(TimeoutError):
        await asyncio.wait_for(routes.route("mx-only.vn"), 0.02)
    nameserver.release()
    await until(lambda: bool(routes.outcomes))
    assert await routes.route("mx-only.vn") == {"v": 1, "route": "mx", "hosts": 1}
    assert routes.asked == {"miss": 1, "hit": 1}


async def test_a_cancelled_caller_leaves_the_others_waiting_well(build: Build, nameserver: Nameserver) -> None:
    routes = build()
    nameserver.hold("mx-only.vn")
    first, second = (asyncio.create_task(routes.route("mx-only.vn")) for _ in range(2))
    await until(lambda: bool(nameserver.queries))
    first.cancel()
    with pytest.raises(asyncio.CancelledError):
        await first
    nameserver.release()
    assert await second == {"v": 1, "route": "mx", "hosts": 1}


async def test_closing_answers_whoever_waits(build: Build, nameserver: Nameserver) -> None:
    routes = build()
    nameserver.hold("mx-only.vn")
    waiting = asyncio.create_task(routes.route("mx-only.vn"))
    await until(lambda: bool(nameserver.queries))
    await routes.close()
    assert await waiting == {"v": 1, "unknown": "closed"}
    assert await routes.route("a.many.net") == {"v": 1, "unknown": "closed"}


async def test_a_whole_look_up_has_one_limit(build: Build, nameserver: Nameserver) -> None:
    nameserver.add("tarpit.com. IN MX 10 silent.com.")
    assert await build(lifetime=0.1, attempt=5).route("tarpit.com") == {"v": 1, "unknown": "timeout"}


async def test_a_silent_server_gives_way_to_the_next(build: Build, nameserver: Nameserver) -> None:
    with Nameserver() as silent:
        silent.faults["mx-only.vn"] = "silent"
        routes = build([silent.address, nameserver.address], attempt=0.05)
        assert await routes.route("mx-only.vn") == {"v": 1, "route": "mx", "hosts": 1}


async def test_a_defect_is_unknown_and_never_raised(nameserver: Nameserver) -> None:
    async def broken(domain: str, resolve: object) -> Any:
        raise KeyError(domain)

    routes = DnsMailRoutes(broken, [nameserver.address])
    assert await routes.route("mx-only.vn") == {"v": 1, "unknown": "resolver_error"}


@pytest.mark.parametrize(
    ("where", "error", "cause"),
    [
        ("fraudcheck.adapters.dns.datagrams.Datagrams.ask", OSError(24, "too many open files"), "unreachable"),
        ("fraudcheck.adapters.dns.datagrams.Datagrams.ask", EOFError("closed midway"), "unreachable"),
        ("fraudcheck.adapters.dns.datagrams.Datagrams.ask", ShortHeader(), "bad_answer"),  # type: ignore[no-untyped-call]
        ("fraudcheck.adapters.dns.datagrams.Datagrams.ask", RuntimeError("a defect of the library"), "resolver_error"),
    ],
)
async def test_what_goes_wrong_here_is_unknown(
    where: str, error: Exception, cause: str, build: Build, monkeypatch: pytest.MonkeyPatch
) -> None:
    async def fail(*_: object, **__: object) -> None:
        raise error

    monkeypatch.setattr(where, fail)
    assert await build().route("mx-only.vn") == {"v": 1, "unknown": cause}


@pytest.mark.parametrize("content", [None, "", "search corp.example\n", "nameserver nonsense\n"])
async def test_without_a_resolver_every_look_up_is_unknown(content: str | None, tmp_path: Path) -> None:
    path = tmp_path / "resolv.conf"
    if content is not None:
        path.write_text(content)
    routes = DnsMailRoutes(trace_mail_route, resolv_conf=str(path))
    assert await routes.route("gmail.com") == {"v": 1, "unknown": "no_resolver"}
    with pytest.raises(Unavailable, match="no_resolver"):
        await routes.ping()


@pytest.mark.parametrize("fault", [None, "REFUSED", "SERVFAIL", "NXDOMAIN"])
async def test_any_answer_to_a_ping_will_do(fault: str | None, build: Build, nameserver: Nameserver) -> None:
    if fault:
        nameserver.faults[""] = fault
    await build().ping()
    assert nameserver.queries == [("", "NS")]


async def test_a_ping_without_an_answer_is_unavailable(build: Build, nameserver: Nameserver) -> None:
    nameserver.faults[""] = "silent"
    with pytest.raises(Unavailable, match="timeout"):
        await build().ping()


@pytest.mark.parametrize(
    ("text", "address", "port"),
    [
        ("127.0.0.1:5353", "127.0.0.1", 5353),
        ("127.0.0.1", "127.0.0.1", 53),
        ("[::1]:5353", "::1", 5353),
        ("[::1]", "::1", 53),
        ("::1", "::1", 53),
        ("localhost:5353", "127.0.0.1", 5353),
    ],
)
def test_nameservers(text: str, address: str, port: int) -> None:
    (server,) = DnsMailRoutes(trace_mail_route, [text]).resolvers.upstreams
    assert server.name == (f"[{address}]:{port}" if ":" in address else f"{address}:{port}")


@pytest.mark.parametrize("text", ["", ":53", "127.0.0.1:", "127.0.0.1:dns", "127.0.0.1:0", "127.0.0.1:70000"])
def test_what_is_no_nameserver(text: str) -> None:
    with pytest.raises(ValueError, match="not a nameserver"):
        DnsMailRoutes(trace_mail_route, [text])


def test_a_nameserver_whose_host_has_no_address(monkeypatch: pytest.MonkeyPatch) -> None:
    def getaddrinfo(*_: object, **__: object) -> None:
        raise socket.gaierror

    monkeypatch.setattr(socket, "getaddrinfo", getaddrinfo)
    with pytest.raises(ValueError, match="has no address: resolver:53"):
        DnsMailRoutes(trace_mail_route, ["resolver:53"])
