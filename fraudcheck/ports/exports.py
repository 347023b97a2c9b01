"""What was written into files for the advertising platforms? It is kept, so that nothing is reported twice."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Literal, Protocol

from msgspec import Struct

from fraudcheck.ports.ledger import Ledger
from fraudcheck.records import Outcome


class Export(Struct, frozen=True, kw_only=True):
    """A conversion of a lead, or a later adjustment of it, that was written into a file. It holds no personal data.

    ``lead`` is the id of the lead's first check; ``nth`` numbers what was reported of the lead and ``event``, from 0
    for the conversion. ``name`` is what the platform calls the event, ``identifier`` by what it should know the lead
    (``gclid``, ``hash`` …). ``value`` is a decimal string in ``currency``; ``at`` is when the conversion or the
    adjustment happened, ``exported_at`` when it was written, both RFC 3339 in UTC. ``file`` is the file's path;
    ``written`` is False until it is known to be in its place.
    """

    lead: str
    event: str
    nth: int = 0
    kind: Literal["conversion", "restate", "retract"] = "conversion"
    name: str
    identifier: str
    value: str | None = None
    currency: str | None = None
    at: str
    exported_at: str
    file: str
    written: bool = False


class LeadExports(Struct, frozen=True, kw_only=True):
    """A lead by the id of its first check: its outcomes in the order told, and its exports to one platform.

    ``decision`` and ``classification`` are those of its newest version, empty where no look-up row tells them.
    """

    lead: str
    outcomes: Sequence[Outcome] = ()
    exports: Sequence[Export] = ()
    decision: str = ""
    classification: str = ""


class Exports(Ledger, Protocol):
    """A ledger that also remembers exports. Every method raises Unavailable."""

    async def leads_exported(self, tenant: str, platform: str, check_ids: Sequence[str]) -> Mapping[str, LeadExports]:
        """The leads that these checks belong to, by the checks' ids."""
        ...

    async def list_exported(
        self, tenant: str, platform: str, since: str, *, limit: int, after_lead: str = ""
    ) -> Sequence[LeadExports]:
        """Up to ``limit`` leads of which a conversion was exported that happened since then, in the order of their ids.

        ``after_lead`` is the last lead of the previous page.
        """
        ...

    async def add_exports(self, tenant: str, platform: str, new: Sequence[Export]) -> int:
        """Store exports, durably. Those that are stored already are left as they are; returns how many were new."""
        ...

    async def unfinished_exports(self) -> Sequence[str]:
        """The files of all tenants and platforms whose exports are not known to be written."""
        ...

    async def settle_exports(self, file: str, written: bool) -> None:
        """Remember that a file's exports are written; or forget them, as the file is not there."""
        ...
