"""What does the service say of made-up leads? They go through the real pipeline, on a clock that follows their times.

Everything is real but the DNS, the clock and the ledger.
"""

from __future__ import annotations

import json
import random
from collections.abc import Iterable, Iterator
from datetime import UTC, datetime
from typing import Any

from msgspec import Struct

from fraudcheck.adapters.ip_data import IpData
from fraudcheck.adapters.lists import shipped
from fraudcheck.adapters.memory_counters import MemoryCounters
from fraudcheck.adapters.tenant_files import default_policy
from fraudcheck.anomaly.detector import Model
from fraudcheck.ledger.record import Opened, open_record
from fraudcheck.pipeline.check import Pipeline, Tenant
from fraudcheck.ports import Ports
from fraudcheck.ports.ledger import Appended, Entry
from fraudcheck.records import Facts
from fraudcheck.scoring.policy import encode_policy, load_policy

IDENTITY_KEY = b"k" * 32
"""The key of the tenant's identities, with which forms' tokens are signed too."""


class SentLead(Struct, frozen=True):
    """A made-up lead that is sent to the service.

    ``at`` is the time in Unix seconds, ``lead`` the request's body. ``label`` says who sends it (people, an attack);
    the service does not see it.
    """

    at: float
    lead: dict[str, Any]
    label: str = ""


class _AllDomainsTakeMail:
    """Mail routes of a world in which every domain takes mail."""

    async def route(self, domain: str) -> Facts:
        return {"v": 1, "route": "mx", "hosts": 1}


class _LastEntry:
    """A ledger that keeps only the last entry."""

    entry: Entry

    async def append(self, entry: Entry) -> Appended:
        self.entry = entry
        return Appended()


class Simulation:
    """A service whose clock is set by its leads. ``model`` is its model of ordinary leads, None for no such model."""

    def __init__(self, model: Model | None = None) -> None:
        self.now, self._draws, self._ledger = 0.0, 0, _LastEntry()
        policy = load_policy(default_policy())
        self.tenant = Tenant(
            name="default", identity_key=IDENTITY_KEY, policy=policy, policy_hash=encode_policy(policy)[0]
        )
        ip_intelligence = IpData()
        ip_intelligence.load()
        self.ports = Ports(
            lists=shipped.load_lists(),
            mail_routes=_AllDomainsTakeMail(),
            counters=MemoryCounters(max_times=20_000_000, clock=lambda: self.now),
            ip_intelligence=ip_intelligence,
        )
        self.pipeline = Pipeline(
            self.ports,
            self._ledger,  # type: ignore[arg-type] # the pipeline only appends to it here
            budget=60,
            now=lambda: datetime.fromtimestamp(self.now, UTC),
            randomness=self._draw,
            model=model,
        )

    def _draw(self, count: int) -> bytes:
        """Bytes that are never drawn twice, and the same in every run."""
        self._draws += 1
        return self._draws.to_bytes(count)

    async def check_all(self, leads: Iterable[SentLead]) -> list[tuple[SentLead, Opened]]:
        """Check the leads in the order of their times. Returns each with its record."""
        checked = []
        for sent in sorted(leads, key=lambda lead: lead.at):
            self.now = max(sent.at, self.now)
            await self.pipeline.check(self.tenant, json.dumps(sent.lead).encode())
            checked.append((sent, open_record(self._ledger.entry.record, self._ledger.entry.personal)))
        return checked


def draw_networks(
    addresses: IpData, countries: Iterable[str], dice: random.Random, per_country: int
) -> dict[str, list[str]]:
    """Networks that people use, by country: each the first three numbers of an IPv4 address (``203.0.113``)."""
    networks: dict[str, list[str]] = {country: [] for country in countries}
    while min(map(len, networks.values())) < per_country:
        prefix = f"{dice.randrange(1, 224)}.{dice.randrange(256)}.{dice.randrange(256)}"
        address = addresses.look_up(prefix + ".77")
        if address.kind is not None or address.private:
            continue
        for country in address.countries:
            if country in networks and len(networks[country]) < per_country:
                networks[country].append(prefix)
    return networks


def training_examples(checked: Iterable[tuple[SentLead, Opened]]) -> Iterator[Any]:
    """What a model of ordinary leads learns from checked leads."""
    from fraudcheck.operations import train  # noqa: PLC0415 - with PyOD, which only those who train have

    for _, opened in checked:
        if opened.lead is not None:
            yield train.make_example(opened.lead, opened.facts, opened.verdict, opened.tokens.get("mailbox", ""))
