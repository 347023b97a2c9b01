"""How much do ten thousand made-up domains, whose name server does not answer (a tarpit), delay other domains?

A name server in a process of its own answers ordinary domains after 20 ms, and made-up ones never or after 5 s. Leads
with ordinary domains that are not in the cache come fifty times a second, each with the service's time limit.
"""

from __future__ import annotations

import asyncio
import resource
import subprocess
import sys
from collections import Counter
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager
from statistics import quantiles
from time import perf_counter

import dns.rrset
import uvloop

from fraudcheck.adapters.dns import DnsMailRoutes
from fraudcheck.fields.email.mx import trace_mail_route

_BUDGET = 0.25  # seconds, as the service waits
_TARPIT = 10_000
_ANSWERS_AFTER = 0.02


def report() -> Iterator[str]:
    """A table of runs without a tarpit and with each kind, then the cost of a cached answer."""
    yield f"{_TARPIT:,} made-up domains beside cold ordinary ones, 50 a second, budget {_BUDGET * 1000:.0f} ms"
    yield ""
    yield "| tarpit | ordinary | in time | p50 ms | p99 ms | known p99 ms | most look-ups | most queries |"
    yield "| --- | --- | --- | --- | --- | --- | --- | --- |"
    for kind, rate in (("none", 0), ("silent", 1000), ("late", 1000), ("silent, 2,000 at once", 2000)):
        yield uvloop.run(_run(kind, rate))
    yield ""
    yield uvloop.run(_cached())


async def _run(kind: str, rate: int) -> str:
    async with _name_server("late" if kind == "late" else "silent") as address:
        routes = DnsMailRoutes(trace_mail_route, [address], flights=1000)
        await routes.route("known.vn")
        attack = asyncio.create_task(_ask_made_up(routes, rate, at_once="at once" in kind))
        cold, known, most = await _ask_ordinary(routes, _TARPIT / rate if rate else 3.0)
        attack.cancel()
        await asyncio.gather(attack, return_exceptions=True)
        await routes.close()
    in_time = [seconds for route, seconds in cold if route == "mx"]
    share = f"{len(in_time) / len(cold):.1%}"
    percentiles = quantiles(in_time, n=100)
    p50, p99 = f"{1000 * percentiles[49]:.1f}", f"{1000 * percentiles[98]:.1f}"
    known99 = f"{1000 * quantiles(known, n=100)[98]:.2f}"
    return f"| {kind} | {len(cold)} | {share} | {p50} | {p99} | {known99} | {most['look-ups']} | {most['queries']} |"


async def _ask_ordinary(
    routes: DnsMailRoutes, seconds: float
) -> tuple[list[tuple[str, float]], list[float], Counter[str]]:
    """Ask for one uncached and one cached domain every 20 ms.

    Returns the routes of the uncached ones with their seconds, the seconds of the cached one, and the largest numbers
    of look-ups and queries in flight.
    """
    most: Counter[str] = Counter()
    known: list[float] = []
    tasks = []
    loop = asyncio.get_running_loop()
    begin = loop.time()
    for number in range(int(seconds * 50)):
        await asyncio.sleep(max(0.0, begin + number / 50 - loop.time()))
        tasks.append(asyncio.create_task(_ask(routes, f"company-{number}.ng")))
        known.append((await _ask(routes, "known.vn"))[1])
        most["look-ups"] = max(most["look-ups"], len(routes.admission))
        most["queries"] = max(most["queries"], routes.resolvers.busy)
    return await asyncio.gather(*tasks), known, most


async def _ask_made_up(routes: DnsMailRoutes, rate: int, *, at_once: bool) -> None:
    """Ask for all made-up domains, ``rate`` a second: evenly, or all of a second at once."""
    if not rate:
        return
    steps = 1 if at_once else 100
    loop = asyncio.get_running_loop()
    begin = loop.time()
    tasks: set[asyncio.Task[tuple[str, float]]] = set()
    for number in range(_TARPIT):
        if number % (rate // steps) == 0:
            await asyncio.sleep(max(0.0, begin + number / rate - loop.time()))
        task = asyncio.create_task(_ask(routes, f"made-up-{number}.com"))
        tasks.add(task)
        task.add_done_callback(tasks.discard)
    await asyncio.gather(*tasks)


async def _ask(routes: DnsMailRoutes, domain: str) -> tuple[str, float]:
    """A domain's route, or why it is not known, and the seconds that the look-up took."""
    start = perf_counter()
    try:
        async with asyncio.timeout(_BUDGET):
            facts = await routes.route(domain)
    except TimeoutError:
        return "late", perf_counter() - start
    return facts.get("route") or facts["unknown"], perf_counter() - start


async def _cached() -> str:
    async with _name_server("silent") as address:
        routes = DnsMailRoutes(trace_mail_route, [address], known={"gmail.com"})
        costs = []
        for domain in ("known.vn", "gmail.com"):
            await routes.route(domain)
            start = perf_counter()
            for _ in range(100_000):
                await routes.route(domain)
            costs.append((perf_counter() - start) * 10)
        await routes.close()
    memory = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024
    return f"a cached answer {costs[0]:.2f} µs, one from the list {costs[1]:.2f} µs; most memory {memory} MB"


@asynccontextmanager
async def _name_server(kind: str) -> AsyncIterator[str]:
    process = await asyncio.create_subprocess_exec(
        sys.executable, "-m", "bench.evaluate.dns", kind, stdout=subprocess.PIPE
    )
    assert process.stdout is not None
    try:
        yield (await process.stdout.readline()).decode().strip()
    finally:
        process.terminate()
        await process.wait()


class _Server(asyncio.DatagramProtocol):
    def __init__(self, made_up_after: float | None) -> None:
        self._made_up_after = made_up_after

    def connection_made(self, transport: asyncio.DatagramTransport) -> None:  # type: ignore[override]
        self._transport = transport

    def datagram_received(self, data: bytes, addr: tuple[str, int]) -> None:
        if data[2:3] == b"\0":  # the query wants cached answers only, and there are none
            return
        made_up = data[13:].startswith(b"made-up")
        if not made_up or self._made_up_after is not None:
            delay = self._made_up_after if made_up and self._made_up_after else _ANSWERS_AFTER
            asyncio.get_running_loop().call_later(delay, self._answer, data, addr)

    def _answer(self, data: bytes, addr: tuple[str, int]) -> None:
        if data[13:].startswith(b"made-up"):
            self._transport.sendto(data[:2] + b"\x81\x83" + data[4:], addr)  # NXDOMAIN
            return
        response = dns.message.make_response(dns.message.from_wire(data))
        (question,) = response.question
        response.flags |= dns.flags.RA
        record = {dns.rdatatype.MX: "10 mail.known.vn.", dns.rdatatype.A: "103.9.76.10"}.get(question.rdtype)
        if record is not None:
            response.answer.append(dns.rrset.from_text(question.name, 300, "IN", question.rdtype, record))
        self._transport.sendto(response.to_wire(), addr)


async def _serve(kind: str) -> None:
    loop = asyncio.get_running_loop()
    transport, _ = await loop.create_datagram_endpoint(
        lambda: _Server(5.0 if kind == "late" else None), local_addr=("127.0.0.1", 0)
    )
    print("{}:{}".format(*transport.get_extra_info("sockname")[:2]), flush=True)
    await asyncio.Event().wait()


if __name__ == "__main__":
    asyncio.run(_serve(sys.argv[1]))
