"""In which order is a lead judged? Gather facts, keep facts, judge facts: the only file that knows the order."""

from __future__ import annotations

import asyncio
import logging
import traceback
from collections import Counter, defaultdict
from collections.abc import Callable, Mapping
from contextlib import suppress
from datetime import datetime
from functools import partial
from time import perf_counter
from typing import Any

import msgspec
from msgspec import Struct

from fraudcheck import anomaly, features, intake, ledger, scoring
from fraudcheck.ports import Ledger, Ports, Unavailable
from fraudcheck.records import (
    CheckVerdict,
    Contacts,
    Facts,
    Finding,
    Lead,
    Normalized,
    Subject,
    Versions,
    Warned,
)
from fraudcheck.scoring import Policy, Verdict
from fraudcheck.signals import (
    cluster,
    content,
    email_address,
    email_domain,
    form,
    identity,
    network,
    phone,
    user_agent,
    velocity,
    vendor,
)

SERVICE_VERSION = "0.4.0"
_PLAIN = (email_address, phone, network, form, user_agent, identity, content, vendor)
_JUDGED = (email_address, email_domain, phone, network, form, user_agent, identity, content, velocity, cluster, vendor)
_IN_EVERY_RECORD = frozenset(["email", "email_mx", "phone", "form", "identity", "velocity"])
"""The checks of the first release. A later one that a record lacks was not made; it is no part of its replay."""
_ONCE_UNDER = {user_agent.NAME: form.NAME}
"""Whose facts older records keep under another name."""

_DRIFT_FROM = 4
"""Every how many leads the features' drift is counted: to look at each would cost as much as to judge it."""
_MISSING: Facts = {"unknown": "missing"}
_LATE: Facts = {"v": 1, "unknown": "timeout"}

_log = logging.getLogger(__name__)


class Tenant(Struct, frozen=True, kw_only=True):
    """Whose lead it is: the key of its identities' tokens, and its policy with the policy's hash."""

    name: str
    identity_key: bytes
    policy: Policy
    policy_hash: str


class Conflict(Exception):
    """The Idempotency-Key came before with another body."""


class Stages:
    """Where a check's time goes: seconds and calls for each stage, since the start."""

    def __init__(self) -> None:
        self.seconds: defaultdict[str, float] = defaultdict(float)
        self.calls: Counter[str] = Counter()

    def add(self, name: str, seconds: float) -> None:
        """Count one call of a stage."""
        self.seconds[name] += seconds
        self.calls[name] += 1


def measured(lead: Lead, facts: Mapping[str, Facts | None]) -> dict[str, float]:
    """What every signal measures of a lead, by ``SIGNAL.MEASURE``; what could not be is missing."""
    measures: dict[str, float] = {}
    for signal in _JUDGED:
        known = facts.get(signal.NAME)
        if known is None or "unknown" in known:
            continue
        try:
            measures |= {f"{signal.NAME}.{name}": value for name, value in signal.measure(lead, known).items()}
        except Exception as defect:  # as in ``decide``
            _report(signal.NAME, defect)
    return measures


def decide(
    lead: Lead, facts: Mapping[str, Facts | None], policy: Policy, model: anomaly.Model | None = None
) -> tuple[Verdict, list[str]]:
    """Judge stored facts: the verdict's part that follows from them, and the names of the unknown checks.

    ``model`` is the one that the lead was or is to be judged by, None for none. ``policy`` is the tenant's; the
    vendor's overrides are applied here. A fact that the record lacks is unknown, unless its check is newer than the
    record; None means that the lead gave nothing to look at.
    """
    findings: list[Finding] = []
    unknown: list[str] = []
    for signal in _JUDGED:
        name = signal.NAME if signal.NAME in facts else _ONCE_UNDER.get(signal.NAME, signal.NAME)
        known = facts.get(name, _MISSING if name in _IN_EVERY_RECORD else None)
        if known is None:
            continue
        if "unknown" in known:
            unknown.append(signal.NAME)
            continue
        try:
            findings += signal.judge(lead, known)
        except Exception as defect:  # a defect in one signal costs the lead nothing
            _report(signal.NAME, defect)
            unknown.append(signal.NAME)
    own_policy = scoring.for_vendor(policy, lead.source.vendor)
    if model is not None:
        findings += anomaly.judge(model, measured(lead, facts), own_policy.points)
    suggested = [channel for channel in ("email", "phone") if (facts.get(channel) or _MISSING).get("suggestion")]
    verdict = scoring.score(
        findings,
        own_policy,
        given=intake.given_fields(lead),
        suggested=suggested,
        unknown=unknown,
    )
    return verdict, unknown


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
        model: anomaly.Model | None = None,
        data: Mapping[str, str] | None = None,
    ) -> None:
        self.model = model
        self.drift = features.Drift(model.features) if model else None
        self._model_version = f"{model.name} {anomaly.encode(model)[0]}" if model else None
        self.stages = Stages()
        self.unknown: Counter[tuple[str, str]] = Counter()
        self.decisions: Counter[str] = Counter()
        self._ports = ports
        self._data_versions = {**ports.lists.versions, **ports.addresses.versions, **(data or {})}
        self._keep = keep
        self._budget = budget
        self._now = now
        self._randomness = randomness
        self._default_country = default_country
        self._first: dict[tuple[str, str], tuple[str, asyncio.Future[CheckVerdict]]] = {}

    async def check(self, tenant: Tenant, body: bytes, idempotency_key: str | None = None) -> CheckVerdict:
        """Judge one lead from a request's body; the record is durable on return.

        The same key with the same body gives the first one's verdict, also while that is being judged.
        Raises intake.Unreadable, intake.NoContact, Conflict, and Unavailable when nothing can be kept.
        """
        if idempotency_key is None or self._keep is None:
            return await self._judge(tenant, body, None, None)
        key = intake.token(tenant.identity_key, "idempotency", idempotency_key)
        digest = intake.token(tenant.identity_key, "body", body.hex())
        under_way = self._first.get((tenant.name, key))
        if under_way is not None:
            if under_way[0] != digest:
                raise Conflict
            return await asyncio.shield(under_way[1])
        future: asyncio.Future[CheckVerdict] = asyncio.get_running_loop().create_future()
        self._first[(tenant.name, key)] = (digest, future)
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
            del self._first[(tenant.name, key)]

    async def _earlier(self, keep: Ledger, tenant: Tenant, key: str, digest: str) -> CheckVerdict | None:
        """Give the verdict that the ledger has under a key. One that cannot be asked has none: the
        key is unique in the ledger, so that a record that comes second is found out when it is kept.
        """
        try:
            found = await keep.by_idempotency(tenant.name, key)
        except Unavailable:
            return None
        return None if found is None else await _kept(keep, tenant, found[0], found[1], digest)

    async def _judge(self, tenant: Tenant, body: bytes, key: str | None, digest: str | None) -> CheckVerdict:
        start = perf_counter()
        now = self._now()
        randomness = self._randomness(10 + ledger.SALT_BYTES)
        check_id = uuid7(now, randomness[:10])
        lead, warnings = intake.read(intake.parse(body), now)
        subject = intake.subject(
            lead,
            tenant=tenant.name,
            lists=self._ports.lists,
            identity_key=tenant.identity_key,
            tag=key or intake.token(tenant.identity_key, "check", check_id),
            at=now.timestamp(),
            default_country=self._default_country,
            body=None if key else intake.token(tenant.identity_key, "body", body.hex()),
        )
        self.stages.add("intake", perf_counter() - start)
        facts, verdict = await self.judge(tenant, subject, warnings, check_id=check_id, now=now, start=start)
        if self._keep is not None:
            judged = perf_counter()
            entry = ledger.entry(
                tenant.name,
                check_id,
                lead,
                facts=facts,
                verdict=msgspec.to_builtins(verdict),
                tokens=intake.found_by(tenant.identity_key, subject),
                salts=randomness[10:],
                idempotency=key,
                body_digest=digest,
            )
            sealed = perf_counter()
            kept = await self._keep.append(entry)
            self.stages.add("seal", sealed - judged)
            self.stages.add("keep", perf_counter() - sealed)
            if kept.existing is not None:
                return await _kept(self._keep, tenant, kept.existing, kept.body_digest, digest)
        self.decisions[verdict.decision] += 1
        if self.drift is not None and self.decisions.total() % _DRIFT_FROM == 0:
            self.drift.add(measured(lead, facts))
        for name in verdict.unknown:
            self.unknown[name, (facts.get(name) or _MISSING).get("unknown", "error")] += 1
        return verdict

    async def judge(
        self,
        tenant: Tenant,
        subject: Subject,
        warnings: list[Warned],
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
        facts = await self._gather(subject)
        gathered = perf_counter()
        decided, unknown = decide(subject.lead, facts, tenant.policy, self.model)
        verdict = self._assemble(
            tenant,
            subject,
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

    async def _gather(self, subject: Subject) -> dict[str, Facts | None]:
        """Gather every signal's facts at once. What takes longer than the budget is unknown.

        Counting is under way while the plain signals compute. The mail domain is asked in this task, for its
        answer is nearly always cached, and a second task for it would cost more than all else about it.
        """
        counted = asyncio.ensure_future(self._counted(subject))
        facts: dict[str, Facts | None] = {velocity.NAME: _LATE, cluster.NAME: _LATE, email_domain.NAME: _LATE}
        for signal in _PLAIN:
            started = perf_counter()
            facts[signal.NAME] = _safely(signal.NAME, partial(signal.gather, subject, self._ports))
            self.stages.add(f"gather {signal.NAME}", perf_counter() - started)
        with suppress(TimeoutError):
            async with asyncio.timeout(self._budget):
                facts[email_domain.NAME] = await self._mail_route(subject)
                facts |= await counted
        if counted.done() and not counted.cancelled():  # in time, though the other was not
            facts |= counted.result()
        return facts

    async def _mail_route(self, subject: Subject) -> Facts | None:
        try:
            return await email_domain.gather(subject, self._ports)
        except Unavailable as problem:
            return {"v": 1, "unknown": str(problem)}
        except Exception as defect:
            return _report(email_domain.NAME, defect)

    async def _counted(self, subject: Subject) -> dict[str, Facts | None]:
        """Count the lead, and give what the signals that live on counts make of what came before."""
        try:
            seen = await self._ports.counters.observe(subject)
        except Unavailable as problem:
            unknown: Facts = {"v": 1, "unknown": str(problem)}
            return {velocity.NAME: unknown, cluster.NAME: unknown}
        except Exception as defect:
            unknown = _report("counters", defect)
            return {velocity.NAME: unknown, cluster.NAME: unknown}
        started = perf_counter()
        facts = {
            velocity.NAME: _safely(velocity.NAME, partial(velocity.gather, subject, seen)),
            cluster.NAME: _safely(cluster.NAME, partial(cluster.gather, subject, seen, self._ports.lists)),
        }
        self.stages.add("gather counts", perf_counter() - started)
        return facts

    def _assemble(
        self,
        tenant: Tenant,
        subject: Subject,
        decided: Verdict,
        unknown: list[str],
        *,
        warnings: list[Warned],
        check_id: str,
        now: datetime,
        origin: str,
        start: float | None,
    ) -> CheckVerdict:
        address, number, lead = subject.mailbox, subject.number, subject.lead
        moment = intake.utc(now)
        return CheckVerdict(
            check_id=check_id,
            reference=lead.reference,
            origin=origin,
            trust_score=decided.trust_score,
            score_range=decided.score_range,
            decision=decided.decision,
            decided_by=decided.decided_by,
            classification=decided.classification,
            prior=decided.prior,
            sum=decided.sum,
            reasons=decided.reasons,
            group_caps=decided.group_caps,
            unknown=unknown,
            warnings=warnings,
            suggestions=Contacts(
                email=address.suggestion if address else None, phone=number.suggestion if number else None
            ),
            normalized=Normalized(
                email=address.normalized if address else None,
                phone=number.e164 if number else None,
                country=lead.country or (number.region if number else None),
            ),
            versions=Versions(
                service=SERVICE_VERSION, policy=tenant.policy_hash, model=self._model_version, data=self._data_versions
            ),
            submitted_at=lead.submitted_at or moment,
            checked_at=moment,
            elapsed_ms=None if start is None else round((perf_counter() - start) * 1000, 1),
        )


async def _kept(
    keep: Ledger, tenant: Tenant, check_id: str, kept_digest: str | None, digest: str | None
) -> CheckVerdict:
    if kept_digest != digest:
        raise Conflict
    stored = await keep.get(tenant.name, check_id)
    if stored is None:
        raise Unavailable("ledger")
    return msgspec.convert(ledger.open_record(stored.record, stored.personal).verdict, CheckVerdict)


def _safely(name: str, gather: Callable[[], Facts | None]) -> Facts | None:
    """What a signal finds out; a defect in it is logged, unknown, and costs the lead nothing."""
    try:
        return gather()
    except Unavailable as problem:
        return {"v": 1, "unknown": str(problem)}
    except Exception as defect:
        return _report(name, defect)


def _report(name: str, defect: BaseException) -> Facts:
    """Log where a signal failed, without the exception's text: that may hold a person's data."""
    places = [f"{frame.filename}:{frame.lineno}" for frame in traceback.extract_tb(defect.__traceback__)[-3:]]
    _log.error("signal %s failed with %s at %s", name, type(defect).__name__, " > ".join(places))
    return {"v": 1, "unknown": "error"}


def uuid7(now: datetime, randomness: bytes) -> str:
    """A UUID of version 7 (RFC 9562 section 5.7) for a time, from 10 random bytes."""
    milliseconds = int(now.timestamp() * 1000).to_bytes(6)
    text = (
        milliseconds
        + bytes([0x70 | randomness[0] & 0x0F, randomness[1], 0x80 | randomness[2] & 0x3F])
        + randomness[3:10]
    ).hex()
    return f"{text[:8]}-{text[8:12]}-{text[12:16]}-{text[16:20]}-{text[20:]}"


async def _model(keep: Ledger, version: str | None) -> anomaly.Model | None:
    """The model that a verdict names, ``NAME sha256:…``; None where it names none."""
    if version is None:
        return None
    body = await keep.get_policy(version.rpartition(" ")[2])
    if body is None:
        raise Unavailable("the model that it was judged by is not in the ledger")
    return anomaly.decode(body)


class Replay(Struct, frozen=True, kw_only=True):
    """A record judged again: the verdict as it was given, and anew (None once the lead is erased)."""

    erased: bool
    given: Mapping[str, Any]
    anew: Verdict | None = None
    unknown: list[str] = []


async def replay(keep: Ledger, tenant: str, check_id: str) -> Replay | None:
    """Judge a kept record again, from its own facts and policy. None where there is no such record."""
    stored = await keep.get(tenant, check_id)
    if stored is None:
        return None
    opened = ledger.open_record(stored.record, stored.personal)
    if opened.lead is None:
        return Replay(erased=True, given=opened.verdict)
    body = await keep.get_policy(opened.verdict["versions"]["policy"])
    if body is None:
        raise Unavailable("the policy that it was judged by is not in the ledger")
    model = await _model(keep, opened.verdict["versions"]["model"])
    anew, unknown = decide(opened.lead, opened.facts, scoring.decode(body), model)
    return Replay(erased=False, given=opened.verdict, anew=anew, unknown=unknown)
