"""What does the ledger do for whole files of leads? It gives the leads that came before, and takes a batch back."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Protocol

from msgspec import Struct

from fraudcheck.ports.ledger import Appended, Entry, Stored


class Withdrawn(Struct, frozen=True, kw_only=True):
    """What became of a batch's leads: how many are ``gone``, and how many ``stay`` because something rests on them."""

    gone: int
    stay: int


class Keeping(Protocol):
    """The ledger, as a batch uses it that keeps its leads. Every method raises Unavailable."""

    async def append(self, entry: Entry) -> Appended:
        """See ``ports.ledger.Ledger``."""
        ...

    async def flush_index(self) -> None:
        """Return when all records that were appended before this call can be found by whoever asks the ledger."""
        ...

    async def put_artefact(self, name: str, body: bytes) -> None:
        """See ``ports.ledger.Ledger``."""
        ...

    async def first_versions(
        self, tenant: str, since: str, until: str, *, limit: int, after_check_id: str = ""
    ) -> Sequence[Stored]:
        """Up to ``limit`` leads by their first versions, oldest check first, without tests and without erased ones.

        They were checked at ``since`` or later, and checked or sent before ``until``; both are RFC 3339 in UTC.
        ``after_check_id`` is the last id of the previous page.
        """
        ...

    async def withdraw(self, tenant: str, origin: str) -> Withdrawn:
        """Delete the leads that a batch kept, as if they had never been there; ``origin`` is ``batch:<id>``.

        A lead stays on which something else rests: an outcome, a confirmation or another newer version, a claim, a
        review.
        """
        ...
