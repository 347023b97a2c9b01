"""What becomes of leads that were judged while the counts were away? Once they answer, a revision, oldest lead first.

The record of such a lead is marked, in one transaction, and the mark goes with the record of the revision. A revision's
id follows from the check that it revises, and the lead is counted under the tag of its first try. So whatever ends
halfway, or is done by two processes, can be done again: nothing is lost, nor counted or kept twice.
"""

from __future__ import annotations

import asyncio
import logging
from collections import Counter
from collections.abc import Awaitable, Callable, Mapping
from datetime import datetime
from time import perf_counter

import msgspec

from fraudcheck.intake.identities import read_subject
from fraudcheck.ledger.record import decode_record, open_record
from fraudcheck.ledger.sealing import SALT_BYTES
from fraudcheck.pipeline.check import Pipeline, Tenant
from fraudcheck.pipeline.decide import log_defect
from fraudcheck.pipeline.gather import facts_from_counts, lacks_counts
from fraudcheck.pipeline.revising import recounted_id, revision
from fraudcheck.ports import Ports, Unavailable
from fraudcheck.ports.ledger import Entry, Ledger, Stored, Uncounted
from fraudcheck.ports.lists import Lists
from fraudcheck.records import CheckVerdict, Lead, Subject

PAUSE = 2.0
"""Seconds until it is looked again whether leads wait and the counts answer."""
AT_A_TIME, _LEASE = 20, 60.0
"""Leads that a process takes at a time, and seconds after which another one may take them."""
_LEAST_REST, _REST = 0.005, 1.0
"""Seconds of rest after each lead, and how many times as long as it took: live checks go first."""
_NOT_COUNTED = ("reference", "ip")
"""Kept tokens under which no lead is counted; under its whole address none is any more."""
_TRIES = 10
"""Times that a lead is tried, while Redis answers others, until it no longer holds up those behind it."""

_log = logging.getLogger(__name__)


class Rejudging:
    """Judges marked leads again, by the tenant's policy and the model of today, from the facts that were kept.

    Only the counts are asked for anew; a lead is counted late, and so at its own time or, where its identity has been
    seen since, then. ``tenant`` gives a tenant by its name, ``now`` the Unix time, ``randomness(n)`` n random bytes.

    ``waiting`` is how many leads waited when it was last looked, ``done`` counts leads by what became of them:
    ``revised``, ``erased`` meanwhile, revised ``before``, ``failed`` (a damaged record, a defect: the log says which).
    """

    def __init__(
        self,
        pipeline: Pipeline,
        ports: Ports,
        ledger: Ledger,
        *,
        tenant: Callable[[str], Awaitable[Tenant]],
        now: Callable[[], float],
        randomness: Callable[[int], bytes],
        default_country: str | None = None,
    ) -> None:
        self.waiting = 0
        self.done: Counter[str] = Counter()
        self._pipeline = pipeline
        self._ports = ports
        self._ledger = ledger
        self._tenant = tenant
        self._now = now
        self._randomness = randomness
        self._default_country = default_country
        self._name = randomness(16).hex()
        self._tried: Counter[str] = Counter()
        self._broken: set[str] = set()  # tenants whose policy cannot be read; asked again after each pause

    async def run(self) -> None:
        """Judge leads again as the counts allow, for ever."""
        while True:
            try:
                found = await self.round()
            except Unavailable:
                found = False
            except Exception as defect:  # whatever it is, the others have to be judged
                log_defect("rejudging", defect)
                found = False
            if not found:
                self._broken.clear()
                await asyncio.sleep(PAUSE)

    async def round(self) -> bool:
        """Judge the next leads again. Returns whether there were any; raises Unavailable while the counts are away."""
        self.waiting = await self._ledger.count_uncounted()
        if not self.waiting:
            return False
        await self._ports.counters.ping()
        taken = await self._ledger.take_uncounted(
            self._name, limit=AT_A_TIME, now=self._now(), lease=_LEASE, without=self._broken
        )
        for one in taken:
            started = perf_counter()
            await self._settle(one)
            await asyncio.sleep(max(_LEAST_REST, _REST * (perf_counter() - started)))
        return bool(taken)

    async def _settle(self, one: Uncounted) -> None:
        """Judge a lead again and keep its revision, or find that there is nothing to do."""
        try:
            tenant = await self._tenant(one.tenant)
        except ValueError:
            self._broken.add(one.tenant)
            return
        became = "before"
        try:
            if (version := await self._version(one)) is not None:
                entry = await self._revise(tenant, one, *version)
                became = "revised" if entry is not None else "erased"
        except Unavailable:
            self._tried[one.stored.check_id] += 1
            if self._tried[one.stored.check_id] < _TRIES:
                raise
            _log.error("check %s cannot be counted: its verdict stays as it is", one.stored.check_id)
            became = "failed"
        except Exception as defect:  # it must not stop the others
            log_defect("rejudging", defect)
            _log.error("check %s cannot be judged again: its verdict stays as it is", one.stored.check_id)
            became = "failed"
        else:
            if became == "revised" and entry is not None:
                await self._ledger.append(entry)
        if became != "revised":
            await self._ledger.settle_uncounted(one.tenant, one.stored.check_id)
        self._tried.pop(one.stored.check_id, None)
        self.done[became] += 1
        self.waiting -= 1

    async def _version(self, one: Uncounted) -> tuple[Stored, int] | None:
        """The version that a lead's revision is to replace, and of how many confirmations that was made.

        None where the lead was judged again before.
        """
        _, confirmed = await self._ledger.lead_confirmations(one.tenant, one.stored.check_id)
        if not confirmed:
            return None if one.stored.revised_by is not None else (one.stored, 0)
        stored = await self._ledger.get(one.tenant, confirmed[-1].version)
        if stored is None or stored.revised_by is not None or not lacks_counts(decode_record(stored.record).facts):
            return None
        return stored, len(confirmed)

    async def _revise(self, tenant: Tenant, one: Uncounted, stored: Stored, confirmations: int) -> Entry | None:
        """The record of a lead's revision; None if the lead is erased. Raises Unavailable while the counts are away."""
        opened = open_record(stored.record, stored.personal)
        if opened.lead is None:
            return None
        replaced = msgspec.convert(opened.verdict, CheckVerdict)
        subject = self._subject(tenant, opened.lead, opened.tokens, replaced, one.tag)
        seen = await self._ports.counters.observe(subject)
        facts = {**opened.facts, **facts_from_counts(subject, self._ports, seen)}
        if lacks_counts(facts):
            raise Unavailable("counts")
        check_id = recounted_id(tenant, replaced.check_id, replaced.checked_at, confirmations)
        return revision(self._pipeline, tenant, check_id, opened, facts, salts=self._randomness(SALT_BYTES))

    def _subject(self, tenant: Tenant, lead: Lead, tokens: Mapping[str, str], first: CheckVerdict, tag: str) -> Subject:
        """The lead as it is counted: at its own time, under the identities that were kept."""
        subject = kept_subject(
            tenant, lead, tokens, first.checked_at, tag, lists=self._ports.lists, default_country=self._default_country
        )
        return msgspec.structs.replace(subject, late=True)


def kept_subject(
    tenant: Tenant,
    lead: Lead,
    tokens: Mapping[str, str],
    checked_at: str,
    tag: str = "",
    *,
    lists: Lists,
    default_country: str | None,
) -> Subject:
    """A lead of the ledger as it was counted: at the time of its check, under the ``tokens`` that were kept."""
    subject = read_subject(
        lead,
        tenant=tenant.name,
        lists=lists,
        identity_key=tenant.identity_key,
        tag=tag,
        at=datetime.fromisoformat(checked_at).timestamp(),
        default_country=default_country,
        competitors=tenant.competitors,
    )
    counted = {kind: token for kind, token in tokens.items() if kind not in _NOT_COUNTED}
    return msgspec.structs.replace(subject, tokens=counted)
