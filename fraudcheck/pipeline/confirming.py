"""What follows from a confirmation? A next version of the lead, which knows of it; the versions before stay."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Sequence

import msgspec
from msgspec import Struct

from fraudcheck.ledger.record import Opened, open_record
from fraudcheck.ledger.sealing import SALT_BYTES
from fraudcheck.pipeline.check import Pipeline, Tenant
from fraudcheck.pipeline.revising import confirmed_id, recounted_id, revision
from fraudcheck.ports import Unavailable
from fraudcheck.ports.ledger import Ledger, Stored
from fraudcheck.records import CheckVerdict, Confirmation, Contact
from fraudcheck.signals import confirmation as signal

MOST = 20
"""Confirmations of one lead that are kept."""
_TRIES, _PAUSE = 10, 0.02
"""Times that it is tried while others write versions of the same lead, and seconds after the first; then more each
time, as all that are overtaken at once would meet again."""


class CannotConfirm(Exception):
    """A confirmation that cannot be kept. ``why`` is ``erased``, ``no_channel``, ``unread`` or ``too_many``."""

    def __init__(self, why: str) -> None:
        super().__init__(why)
        self.why = why


class ConfirmedLead(Struct, frozen=True, kw_only=True):
    """A lead's confirmations, its newest version, and whether that was made just now."""

    newest: str
    confirmations: Sequence[Confirmation]
    contact: Contact
    is_new: bool


async def confirm(
    pipeline: Pipeline,
    ledger: Ledger,
    tenant: Tenant,
    check_id: str,
    told: Confirmation,
    *,
    at: str,
    randomness: Callable[[int], bytes],
) -> ConfirmedLead | None:
    """Keep a confirmation of a check's lead, with the version that it makes; one that is known makes none.

    It is known by its channel, how, time and buyer. ``at`` is the present time, RFC 3339, ``randomness(n)`` n random
    bytes. None where the tenant has no such check. Raises CannotConfirm, and Unavailable.
    """
    for tried in range(_TRIES):
        if tried:
            await asyncio.sleep(tried * _PAUSE * randomness(1)[0] / 128)
        if await ledger.get(tenant.name, check_id) is None:
            return None
        lead, confirmed = await ledger.lead_confirmations(tenant.name, check_id)
        kept = [one.confirmation for one in confirmed]
        newest = await _newest(ledger, tenant, confirmed[-1].version if confirmed else lead, len(confirmed))
        opened = open_record(newest.record, newest.personal)
        verdict = msgspec.convert(opened.verdict, CheckVerdict)
        if any(_is_same(one, told) for one in kept):
            return ConfirmedLead(newest=newest.check_id, confirmations=kept, contact=verdict.contact, is_new=False)
        _require_possible(opened, told, kept)
        kept.append(msgspec.structs.replace(told, at=told.at or at))
        facts = {**opened.facts, signal.NAME: signal.told_facts(kept)}
        version = confirmed_id(tenant, newest.check_id, verdict.checked_at, len(kept))
        entry = revision(pipeline, tenant, version, opened, facts, salts=randomness(SALT_BYTES))
        other = recounted_id(tenant, newest.check_id, verdict.checked_at, len(confirmed))
        became = await ledger.confirm(entry, lead, told, at=at, after=len(confirmed), unless=other)
        if became == "erased":
            raise CannotConfirm("erased")
        if became == "kept":
            judged = msgspec.convert(open_record(entry.record, entry.personal).verdict, CheckVerdict)
            return ConfirmedLead(newest=version, confirmations=kept, contact=judged.contact, is_new=True)
    raise Unavailable("ledger: others write about this lead; it")


async def _newest(ledger: Ledger, tenant: Tenant, check_id: str, confirmations: int) -> Stored:
    """The newest version of a lead: the one made of its last confirmation, or what replaced that once it was counted.

    By their ids, as another process's look-up rows may come a moment later; then by these, for what else there may be.
    """
    stored = await ledger.get(tenant.name, check_id)
    if stored is None:
        raise Unavailable("ledger: a version of this lead is missing; it")
    checked_at = msgspec.convert(open_record(stored.record, None).verdict, CheckVerdict).checked_at
    recounted = await ledger.get(tenant.name, recounted_id(tenant, check_id, checked_at, confirmations))
    stored = recounted or stored
    for _ in range(2 * MOST):
        following = stored.revised_by and await ledger.get(tenant.name, stored.revised_by)
        if not following:
            break
        stored = following
    return stored


def _is_same(kept: Confirmation, told: Confirmation) -> bool:
    """Whether a confirmation has been told before; one without a time is, whenever the other one was."""
    wanted = told if told.at else msgspec.structs.replace(told, at=kept.at)
    return kept == wanted


def _require_possible(opened: Opened, told: Confirmation, kept: Sequence[Confirmation]) -> None:
    if opened.lead is None:
        raise CannotConfirm("erased")
    if not getattr(opened.lead, told.channel):
        raise CannotConfirm("no_channel")
    if not opened.verdict["normalized"].get(told.channel):  # nobody can have been reached by what is no address
        raise CannotConfirm("unread")
    if len(kept) >= MOST:
        raise CannotConfirm("too_many")
