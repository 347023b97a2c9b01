"""What does counting a lead cost in Redis? ``python -m bench.velocity``: CPU, bytes and leads a second.

Leads share identities as real ones do: each person has a mailbox, a phone and a device of their own; some people share
internet addresses and networks; many share user agents, mailbox patterns and number blocks.
"""

from __future__ import annotations

import argparse
import asyncio
import os
import random
import sys
from collections.abc import Iterator
from hashlib import blake2b
from pathlib import Path
from tempfile import TemporaryDirectory
from time import perf_counter

from redis.asyncio import Redis

from fraudcheck.adapters.redis import RedisCounters
from fraudcheck.adapters.redis.embedded import EmbeddedRedis
from fraudcheck.records import Lead, Subject

START = 1_795_000_000.0
MESSAGES = ("message", "message~0", "message~1", "text~0", "text~1")
LEADS_A_SECOND = 40.0  # a hundred million leads a month


async def main() -> None:
    """Run each combination of callers and append-only file, and print a line for each."""
    parser = argparse.ArgumentParser(prog="bench.velocity", description=__doc__)
    parser.add_argument("--leads", type=int, default=1_000_000, help="distinct leads of the memory run")
    parser.add_argument("--short", type=int, default=40_000, help="leads of each throughput run")
    options = parser.parse_args()
    print(f"{'leads':>9} {'callers':>8} {'AOF':>4} {'leads/s':>8} {'Redis µs a lead':>16} {'bytes a lead':>13}")
    for append_only in (False, True):
        for callers in (1, 32, 256):
            await measure(options.short, callers, append_only)
    await measure(options.leads, 256, append_only=False)


async def measure(leads: int, callers: int, append_only: bool) -> None:
    """Count leads on a new server and print what it cost."""
    cores = sorted(os.sched_getaffinity(0))
    os.sched_setaffinity(0, cores[-1:])  # the server inherits this
    with TemporaryDirectory() as folder:
        async with EmbeddedRedis(Path(folder)) as server, Redis.from_url(server.url) as client:
            await client.config_set("appendonly", "yes" if append_only else "no")
            await client.config_resetstat()
            os.sched_setaffinity(0, cores[:1])
            bytes_before = (await client.info("memory"))["used_memory"]
            seconds = await count(server.url, leads, callers)
            stats = await client.info("commandstats")
            microseconds = sum(row["usec"] for name, row in stats.items() if "evalsha" in name)
            bytes_used = (await client.info("memory"))["used_memory"] - bytes_before
    os.sched_setaffinity(0, cores)
    print(
        f"{leads:>9,} {callers:>8} {'yes' if append_only else 'no':>4} {leads / seconds:>8,.0f} "
        f"{microseconds / leads:>16.1f} {bytes_used / leads:>13,.0f}",
        flush=True,
    )


async def count(url: str, leads: int, callers: int) -> float:
    """Count leads through one adapter. Returns the seconds that it took."""
    counters = RedisCounters.connect(url, timeout=5)
    queue = subjects(leads)

    async def caller() -> None:
        for subject in queue:
            await counters.observe(subject)

    started = perf_counter()
    await asyncio.gather(*[caller() for _ in range(callers)])
    seconds = perf_counter() - started
    await counters.close()
    return seconds


def subjects(leads: int) -> Iterator[Subject]:
    """Distinct leads, each made when it is needed."""
    dice = random.Random(7)  # noqa: S311 - a load, no secret
    for n in range(leads):
        vendor, ip = dice.randrange(40), dice.randrange(leads)
        not_typed = n % 8 == 0
        yield Subject(
            tenant="default",
            lead=Lead(phone="1"),
            tokens={
                **{kind: _token(kind, n) for kind in ("mailbox", "phone", "machine", "person", "body")},
                "place": _token("place", ip),
                "network": _token("network", dice.randrange(leads // 8 + 1)),
                "vendor": _token("vendor", vendor),
                "everyone": _token("everyone"),
                "clock": _token("clock", vendor, n // 144_000 % 24),
                **_shared("browser", vendor, int(dice.paretovariate(0.8)) % 5_000),
                **_shared("scheme", vendor, int(dice.paretovariate(0.6)) % 20_000),
                **_shared("pace", vendor, int(dice.lognormvariate(5, 0.8))),
                **({"not_typed": _token("not_typed"), **_shared("manner", vendor, n % 5)} if not_typed else {}),
                "block": _token("block", vendor, dice.randrange(leads // 10 + 1)),
                **({"mail_domain": _token("mail_domain", dice.randrange(30_000))} if n % 5 == 0 else {}),
                **({kind: _token(kind, n) for kind in MESSAGES} if n % 4 == 0 else {}),
                **({"form_token": _token("form_token", n)} if n % 4 == 1 else {}),
            },
            partners={
                **{kind: _token(kind, dice.randrange(leads // 20 + 1)) for kind in ("first_word", "last_word")},
                "name": _token("name", dice.randrange(leads)),
                "ip": _token("ip", ip),
                **({"untyped": _token("mailbox", n)} if not_typed else {}),
            },
            tag=_token("tag", n),
            at=START + n / LEADS_A_SECOND,
        )


def _shared(kind: str, vendor: int, value: int) -> dict[str, str]:
    """The tokens of a value that many leads share: among one vendor's leads, and among all."""
    return {kind: _token(kind, vendor, value), f"any_{kind}": _token(f"any_{kind}", value)}


def _token(*parts: object) -> str:
    return blake2b(repr(parts).encode(), digest_size=16).hexdigest()


if __name__ == "__main__":
    sys.exit(asyncio.run(main()))
