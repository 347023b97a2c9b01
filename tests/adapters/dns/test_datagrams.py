"""Queries that wait at one time share a port by eights; those that follow one another each have another."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator

import pytest

from fraudcheck.adapters.dns.datagrams import Datagrams


class Resolver(asyncio.DatagramProtocol):
    """Notes what is asked, and from which port, and answers as it is told."""

    def __init__(self) -> None:
        self.asked: list[tuple[bytes, int]] = []
        self.silent = False

    def connection_made(self, transport: asyncio.DatagramTransport) -> None:  # type: ignore[override]
        self.transport = transport

    def datagram_received(self, data: bytes, sender: tuple[str, int]) -> None:
        self.asked.append((data, sender[1]))
        if not self.silent:
            self.transport.sendto(data + b"!", sender)

    @property
    def ports(self) -> list[int]:
        return [port for _, port in self.asked]


@pytest.fixture
async def resolver() -> AsyncIterator[Resolver]:
    transport, made = await asyncio.get_running_loop().create_datagram_endpoint(Resolver, local_addr=("127.0.0.1", 0))
    yield made
    transport.close()


@pytest.fixture
def datagrams(resolver: Resolver) -> Datagrams:
    return Datagrams(*resolver.transport.get_extra_info("sockname"))


def query(number: int) -> bytes:
    return number.to_bytes(2, "big")


async def until_asked(resolver: Resolver, times: int) -> None:
    async with asyncio.timeout(5):
        while len(resolver.asked) < times:
            await asyncio.sleep(0.001)


async def test_each_gets_its_own_answer(datagrams: Datagrams, resolver: Resolver) -> None:
    answers = await asyncio.gather(*(datagrams.ask(query(n), bytes) for n in range(100)))
    assert answers == [query(n) + b"!" for n in range(100)]
    assert max(map(resolver.ports.count, resolver.ports)) == 8


async def test_one_after_the_other_each_has_another_port(datagrams: Datagrams, resolver: Resolver) -> None:
    for n in range(20):
        await datagrams.ask(query(n), bytes)
    assert len(set(resolver.ports)) > 15  # chance may draw one again


async def test_one_id_is_not_used_twice_at_one_port(datagrams: Datagrams, resolver: Resolver) -> None:
    await asyncio.gather(*(datagrams.ask(query(1), bytes) for _ in range(5)))
    assert len(set(resolver.ports)) == 5


async def test_what_is_no_answer_is_waited_past(datagrams: Datagrams, resolver: Resolver) -> None:
    resolver.silent = True
    asking = asyncio.create_task(datagrams.ask(query(1), lambda data: data if data.endswith(b"good") else None))
    await until_asked(resolver, 1)
    for data in (b"", b"\0", query(2) + b"good", query(1) + b"bad", query(1) + b"good", query(1) + b"also good"):
        resolver.transport.sendto(data, ("127.0.0.1", resolver.ports[0]))
    assert await asking == query(1) + b"good"


async def test_nobody_else_is_heard(datagrams: Datagrams, resolver: Resolver) -> None:
    resolver.silent = True
    asking = asyncio.create_task(datagrams.ask(query(1), bytes))
    await until_asked(resolver, 1)
    forger, _ = await asyncio.get_running_loop().create_datagram_endpoint(Resolver, local_addr=("127.0.0.1", 0))
    forger.sendto(query(1) + b"forged", ("127.0.0.1", resolver.ports[0]))
    done, _ = await asyncio.wait([asking], timeout=0.05)
    assert not done
    resolver.transport.sendto(query(1) + b"true", ("127.0.0.1", resolver.ports[0]))
    assert await asking == query(1) + b"true"
    forger.close()


async def test_who_gives_up_leaves_the_others_waiting(datagrams: Datagrams, resolver: Resolver) -> None:
    resolver.silent = True
    first, second = (asyncio.create_task(datagrams.ask(query(n), bytes)) for n in (1, 2))
    await until_asked(resolver, 2)
    first.cancel()
    await asyncio.gather(first, return_exceptions=True)
    resolver.transport.sendto(query(2) + b"!", ("127.0.0.1", resolver.ports[1]))
    assert await second == query(2) + b"!"


async def test_a_closed_port_is_told_to_all_who_wait(datagrams: Datagrams, resolver: Resolver) -> None:
    resolver.transport.close()
    await asyncio.sleep(0)
    found = await asyncio.gather(*(datagrams.ask(query(n), bytes) for n in range(3)), return_exceptions=True)
    assert all(isinstance(each, OSError) for each in found)


async def test_a_reader_that_fails_ends_the_wait(datagrams: Datagrams) -> None:
    with pytest.raises(KeyError):
        await datagrams.ask(query(1), lambda data: {}[data])
