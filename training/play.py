"""Play made-up leads through the real pipeline, on a clock that follows them."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator
from datetime import UTC, datetime
from typing import Any

from msgspec import Struct

from fraudcheck.adapters.ip_data import IpData
from fraudcheck.adapters.lists import shipped
from fraudcheck.adapters.memory_counters import MemoryCounters
from fraudcheck.adapters.policy_files import default_policy
from fraudcheck.anomaly.detector import Model
from fraudcheck.ledger.record import Opened, open_record
from fraudcheck.pipeline.check import Pipeline, Tenant
from fraudcheck.ports import Ports
from fraudcheck.ports.ledger import Appended, Entry
from fraudcheck.records import Facts
from fraudcheck.scoring.policy import encode_policy, load_policy


class Come(Struct, frozen=True):
    """A lead as it is sent: when (Unix seconds), its body, and what is known of it but to nobody's judge."""

    at: float
    lead: dict[str, Any]
    label: str = ""


class _Works:
    """Mail routes of a world in which every domain takes mail."""

    async def route(self, domain: str) -> Facts:
        return {"v": 1, "route": "mx", "hosts": 1}


class _Last:
    """A ledger that holds the last record."""

    entry: Entry

    async def append(self, entry: Entry) -> Appended:
        self.entry = entry
        return Appended()


class Player:
    """A pipeline with everything real but DNS, the clock and the ledger."""

    def __init__(self, model: Model | None = None) -> None:
        self._at, self._n, self._kept = 0.0, 0, _Last()
        policy = load_policy(default_policy())
        self._tenant = Tenant(
            name="default", identity_key=b"k" * 32, policy=policy, policy_hash=encode_policy(policy)[0]
        )
        ip_intelligence = IpData()
        ip_intelligence.load()
        self.ports = Ports(
            lists=shipped.load_lists(),
            mail_routes=_Works(),
            counters=MemoryCounters(most=20_000_000),
            ip_intelligence=ip_intelligence,
        )
        self._pipeline = Pipeline(
            self.ports,
            self._kept,  # type: ignore[arg-type] # it is only ever appended to
            budget=60,
            now=lambda: datetime.fromtimestamp(self._at, UTC),
            randomness=self._bytes,
            model=model,
        )

    def _bytes(self, count: int) -> bytes:
        self._n += 1
        return self._n.to_bytes(count)

    async def play(self, leads: Iterable[Come]) -> list[tuple[Come, Opened]]:
        """Judge the leads in the order of their times and give each with its record."""
        judged = []
        for come in sorted(leads, key=lambda each: each.at):
            self._at = max(come.at, self._at)
            await self._pipeline.check(self._tenant, json.dumps(come.lead).encode())
            judged.append((come, open_record(self._kept.entry.record, self._kept.entry.personal)))
        return judged


def some(addresses: IpData, countries: Iterable[str], dice: Any, each: int) -> dict[str, list[str]]:
    """So many people's internet addresses of each country, as prefixes of three numbers."""
    found: dict[str, list[str]] = {country: [] for country in countries}
    while min(map(len, found.values())) < each:
        prefix = f"{dice.randrange(1, 224)}.{dice.randrange(256)}.{dice.randrange(256)}"
        known = addresses.look_up(prefix + ".77")
        for country in known.countries if known.kind is None and not known.private else ():
            if len(found.get(country, ())) < each and country in found:
                found[country].append(prefix)
    return found


def rows(judged: Iterable[tuple[Come, Opened]]) -> Iterator[Any]:
    """What judged leads have to teach a model."""
    from fraudcheck.operations import train  # noqa: PLC0415 - with PyOD, which only those who train have

    for _, opened in judged:
        if opened.lead is not None:
            yield train.make_example(opened.lead, opened.facts, opened.verdict, opened.tokens.get("mailbox", ""))
