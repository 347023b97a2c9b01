"""What is in the spool now, by what the ledger is asked for: checks, Idempotency-Keys, policies and models."""

from __future__ import annotations

from fraudcheck.adapters.spool.files import Place
from fraudcheck.adapters.spool.frames import Item, SpooledArtefact
from fraudcheck.ports.ledger import Entry


class Contents:
    """An index of the spool, in memory.

    ``places`` says where the record of (tenant, check id) is; ``keys`` has check id and body digest of (tenant, hashed
    Idempotency-Key); ``artefacts`` has policies and models by their hash.
    """

    def __init__(self) -> None:
        self.places: dict[tuple[str, str], Place] = {}
        self.keys: dict[tuple[str, str], tuple[str, str | None]] = {}
        self.artefacts: dict[str, bytes] = {}

    def claim_key(self, entry: Entry) -> tuple[str, str | None] | None:
        """Note that an entry has its Idempotency-Key. Returns the other check that has it already, else None."""
        if not entry.idempotency:
            return None
        holder = self.keys.setdefault((entry.tenant, entry.idempotency), (entry.check_id, entry.body_digest))
        return None if holder[0] == entry.check_id else holder

    def key_holder(self, entry: Entry) -> tuple[str, str | None] | None:
        """The other check in the spool that has the entry's Idempotency-Key; None when there is none."""
        if not entry.idempotency:
            return None
        holder = self.keys.get((entry.tenant, entry.idempotency))
        return None if holder is None or holder[0] == entry.check_id else holder

    def add(self, place: Place, item: Item) -> None:
        """Note that an item is in the spool."""
        if isinstance(item, SpooledArtefact):
            self.artefacts[item.name] = item.body
            return
        self.places[item.entry.tenant, item.entry.check_id] = place
        self.claim_key(item.entry)

    def remove(self, item: Item) -> None:
        """Note that the ledger has an item."""
        if isinstance(item, SpooledArtefact):
            self.artefacts.pop(item.name, None)
            return
        entry = item.entry
        self.places.pop((entry.tenant, entry.check_id), None)
        if entry.idempotency and self.keys.get((entry.tenant, entry.idempotency), ("",))[0] == entry.check_id:
            del self.keys[entry.tenant, entry.idempotency]
