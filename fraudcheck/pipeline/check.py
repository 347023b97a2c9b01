"""In which order is a lead judged? Gather facts, judge facts, keep facts: the only file that knows the order."""

from __future__ import annotations

import asyncio
from collections import Counter
from collections.abc import Callable, Mapping
from datetime import datetime
from time import perf_counter

import msgspec
from msgspec import Struct

from fraudcheck import __version__
from fraudcheck.anomaly.detector import Model, encode_model
from fraudcheck.anomaly.features import Drift
from fraudcheck.fields.competitors import NO_COMPETITORS, Competitors
from fraudcheck.identifiers import keyed_token, uuid7
from fraudcheck.intake.body import parse_body
from fraudcheck.intake.identities import lookup_tokens, read_subject
from fraudcheck.intake.lead import read_lead
from fraudcheck.ledger.entry import make_entry
from fraudcheck.ledger.record import open_record
from fraudcheck.ledger.sealing import SALT_BYTES
from fraudcheck.pipeline.decide import MISSING, Measured, assess, decide, read_measures
from fraudcheck.pipeline.gather import Gathering, lacks_counts
from fraudcheck.ports import Ports, Unavailable
from fraudcheck.ports.ledger import Ledger
from fraudcheck.records import (
    CheckVerdict,
    Contacts,
    Facts,
    FieldWarning,
    Lead,
    Normalized,
    Subject,
    Versions,
    format_utc,
)
from fraudcheck.scoring.policy import Policy
from fraudcheck.scoring.score import Verdict
from fraudcheck.worth.funnel import DEFAULT, Funnel
from fraudcheck.worth.quality import QualityTable

SERVICE_VERSION = __version__

_DRIFT_FROM = 4
"""The features' drift is counted for one lead in so many: for each would cost as much as to judge it."""


class Tenant(Struct, frozen=True, kw_only=True):
    """Whose lead it is: the key of its identities' tokens, its policy with the policy's hash, its table of quality;
    None where that cannot be read.
    """

    name: str
    identity_key: bytes
    policy: Policy
    policy_hash: str
    quality: QualityTable | None = QualityTable()
    funnel: Funnel = DEFAULT
    competitors: Competitors = NO_COMPETITORS


class Conflict(Exception):
    """The Idempotency-Key came before with another body."""


class Pipeline:
    """Judges leads and keeps their records.

    ``budget`` bounds the waiting for facts, in seconds; ``now`` gives the time in UTC; ``randomness(n)``
    gives n random bytes. ``keep`` is the ledger, or None to judge without keeping anything. ``data`` are
    versions that verdicts name besides the lists'.
    """

    def __init__(
        self,
        ports: Ports,
        keep: Ledger | None,
        *,
        budget: float,
        now: Callable[[], datetime],
        randomness: Callable[[int], bytes],
        default_country: str | None = None,
        model: Model | None = None,
        data: Mapping[str, str] | None = None,
    ) -> None:
        self.model = model
        self.drift = Drift(model.features) if model is not None and keep is not None else None
        self.model_version = f"{model.name} {encode_model(model)[0]}" if model else None
        self._measured = 0
        self.unknown: Counter[tuple[str, str]] = Counter()
        self.decisions: Counter[str] = Counter()
        self._gathering = Gathering(ports, budget)
        self.stages = self._gathering.stages
        self._ports = ports
        self._data_versions = {**ports.lists.versions, **ports.ip_intelligence.versions, **(data or {})}
        self._keep = keep
        self._now = now
        self._randomness = randomness
        self._default_country = default_country
        self._under_way: dict[tuple[str, str], tuple[str, asyncio.Future[CheckVerdict]]] = {}

    async def check(
        self, tenant: Tenant, body: bytes, idempotency_key: str | None = None, *, any_body: bool = False
    ) -> CheckVerdict:
        """Judge one lead from a request's body; the record is durable on return.

        The same key with the same body gives the first one's verdict, also while that is being judged; with
        ``any_body`` another body does too: a platform that sends an event again may say more of it.
        Raises intake.body.Unreadable, intake.lead.NoContact, Conflict, and Unavailable when nothing can be kept.
        """
        if idempotency_key is None or self._keep is None:
            return await self._judge(tenant, body, None, None)
        key = keyed_token(tenant.identity_key, "idempotency", idempotency_key)
        digest = keyed_token(tenant.identity_key, "body", "any" if any_body else body.hex())
        under_way = self._under_way.get((tenant.name, key))
        if under_way is not None:
            if under_way[0] != digest:
                raise Conflict
            return await asyncio.shield(under_way[1])
        future: asyncio.Future[CheckVerdict] = asyncio.get_running_loop().create_future()
        self._under_way[(tenant.name, key)] = (digest, future)
        try:
            verdict = await self._earlier(self._keep, tenant, key, digest) or await self._judge(
                tenant, body, key, digest
            )
            future.set_result(verdict)
            return verdict
        except BaseException as problem:
            future.set_exception(problem if isinstance(problem, Exception) else Unavailable("cancelled"))
            future.exception()  # nobody has to wait for it
            raise
        finally:
            del self._under_way[(tenant.name, key)]

    async def _earlier(self, keep: Ledger, tenant: Tenant, key: str, digest: str) -> CheckVerdict | None:
        """Give the verdict that the ledger has under a key. One that cannot be asked has none: the
        key is unique in the ledger, so that a record that comes second is found out when it is kept.
        """
        try:
            found = await keep.by_idempotency(tenant.name, key)
        except Unavailable:
            return None
        return None if found is None else await _earlier_verdict(keep, tenant, found[0], found[1], digest)

    async def explain(self, tenant: Tenant, body: bytes) -> tuple[Lead, Mapping[str, Facts | None], CheckVerdict]:
        """Judge one lead from a request's body, and give the lead as it was read and the facts beside the verdict.

        Nothing is kept, whatever the pipeline keeps else. Raises intake.body.Unreadable and intake.lead.NoContact.
        """
        start, now = perf_counter(), self._now()
        check_id = uuid7(now, self._randomness(10))
        lead, subject, warnings = self._read(tenant, body, None, check_id, now)
        return lead, *await self.judge(tenant, subject, warnings, check_id=check_id, now=now, start=start)

    def _read(
        self, tenant: Tenant, body: bytes, key: str | None, check_id: str, now: datetime
    ) -> tuple[Lead, Subject, list[FieldWarning]]:
        lead, warnings = read_lead(parse_body(body), now, self._ports.lists)
        subject = read_subject(
            lead,
            tenant=tenant.name,
            lists=self._ports.lists,
            identity_key=tenant.identity_key,
            tag=key or keyed_token(tenant.identity_key, "check", check_id),
            at=now.timestamp(),
            default_country=self._default_country,
            body=None if key else keyed_token(tenant.identity_key, "body", body.hex()),
            warnings=warnings,
            competitors=tenant.competitors,
        )
        return lead, subject, warnings

    async def _judge(self, tenant: Tenant, body: bytes, key: str | None, digest: str | None) -> CheckVerdict:
        start = perf_counter()
        now = self._now()
        randomness = self._randomness(10 + SALT_BYTES)
        check_id = uuid7(now, randomness[:10])
        lead, subject, warnings = self._read(tenant, body, key, check_id, now)
        self.stages.add("intake", perf_counter() - start)
        facts, verdict = await self.judge(tenant, subject, warnings, check_id=check_id, now=now, start=start)
        if self._keep is not None:
            judged = perf_counter()
            entry = make_entry(
                tenant.name,
                check_id,
                lead,
                facts=facts,
                verdict=verdict,
                tokens=lookup_tokens(tenant.identity_key, subject),
                salts=randomness[10:],
                idempotency=key,
                body_digest=digest,
                uncounted=subject.tag if lacks_counts(facts) else None,
            )
            sealed = perf_counter()
            appended = await self._keep.append(entry)
            self.stages.add("seal", sealed - judged)
            self.stages.add("keep", perf_counter() - sealed)
            if appended.existing is not None:
                return await _earlier_verdict(self._keep, tenant, appended.existing, appended.body_digest, digest)
        self.decisions[verdict.decision] += 1
        for name in verdict.unknown:
            self.unknown[name, (facts.get(name) or MISSING).get("unknown", "error")] += 1
        return verdict

    async def judge(
        self,
        tenant: Tenant,
        subject: Subject,
        warnings: list[FieldWarning],
        *,
        check_id: str,
        now: datetime,
        origin: str = "live",
        start: float | None = None,
    ) -> tuple[Mapping[str, Facts | None], CheckVerdict]:
        """Gather a read lead's facts and judge them; nothing is kept.

        ``now`` is the time of the check, in UTC; ``start`` when it began by ``perf_counter``, None where nobody waits.
        """
        read = perf_counter()
        facts = await self._gathering.gather(subject)
        gathered = perf_counter()
        measured = read_measures(self.model, subject.lead, facts) if self.model else None
        decided, unknown = decide(subject.lead, facts, tenant.policy, self.model, measured)
        self._watch_drift(None if subject.test else measured)
        verdict = self._assemble(
            tenant,
            subject,
            facts,
            decided,
            unknown,
            warnings=warnings,
            check_id=check_id,
            now=now,
            origin=origin,
            start=start,
        )
        self.stages.add("gather", gathered - read)
        self.stages.add("judge", perf_counter() - gathered)
        return facts, verdict

    def _watch_drift(self, measured: Measured | None) -> None:
        if self.drift is not None and measured is not None:
            self._measured += 1
            if self._measured % _DRIFT_FROM == 0:
                self.drift.add(measured.row)

    def _assemble(
        self,
        tenant: Tenant,
        subject: Subject,
        facts: Mapping[str, Facts | None],
        decided: Verdict,
        unknown: list[str],
        *,
        warnings: list[FieldWarning],
        check_id: str,
        now: datetime,
        origin: str,
        start: float | None,
    ) -> CheckVerdict:
        address, number, lead = subject.mailbox, subject.number, subject.lead
        moment = format_utc(now)
        submitted_at = lead.submitted_at or moment
        return CheckVerdict(
            check_id=check_id,
            reference=lead.reference,
            origin=origin,
            **msgspec.structs.asdict(decided),
            **assess(lead, facts, decided, tenant.quality, submitted_at)._asdict(),
            unknown=unknown,
            warnings=[*warnings, *subject.warnings],
            suggestions=Contacts(
                email=address.suggestion if address else None, phone=number.suggestion if number else None
            ),
            normalized=Normalized(
                email=address.normalized if address else None,
                phone=number.e164 if number else None,
                country=lead.country or (number.region if number else None),
            ),
            versions=Versions(
                service=SERVICE_VERSION,
                policy=tenant.policy_hash,
                model=self.model_version,
                data=self._data_versions,
                quality=tenant.quality.hash if tenant.quality else None,
            ),
            submitted_at=submitted_at,
            checked_at=moment,
            elapsed_ms=None if start is None else round((perf_counter() - start) * 1000, 1),
        )


async def _earlier_verdict(
    keep: Ledger, tenant: Tenant, check_id: str, earlier_digest: str | None, digest: str | None
) -> CheckVerdict:
    """The verdict that was given under the same Idempotency-Key. Raises Conflict where it came with another body."""
    if earlier_digest != digest:
        raise Conflict
    stored = await keep.get(tenant.name, check_id)
    if stored is None:
        raise Unavailable("ledger")
    return msgspec.convert(open_record(stored.record, stored.personal).verdict, CheckVerdict)
