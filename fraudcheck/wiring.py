"""Which parts make up the service? The composition root: the only place that builds the adapters of a service."""

from __future__ import annotations

import asyncio
import logging
import os
import time
from collections import Counter
from collections.abc import AsyncIterator, Awaitable, Callable, Coroutine, Mapping, Sequence
from contextlib import AsyncExitStack, asynccontextmanager, suppress
from datetime import UTC, datetime
from functools import lru_cache, partial
from importlib import resources
from pathlib import Path
from threading import Lock
from typing import TYPE_CHECKING, Any, TypedDict, TypeVar, Unpack

import msgspec
from msgspec import Struct

from fraudcheck.adapters import keys, model_file
from fraudcheck.adapters.dns import DnsMailRoutes
from fraudcheck.adapters.histories import LedgerHistories
from fraudcheck.adapters.ip_data import IpData
from fraudcheck.adapters.lists import operator, shipped
from fraudcheck.adapters.memory_counters import MemoryCounters, NoCounters
from fraudcheck.adapters.spool import files as spool_files
from fraudcheck.adapters.spool.files import ErasedFromSpool, Spool, SpoolFile
from fraudcheck.adapters.spool.ledger import SpooledLedger
from fraudcheck.adapters.tenant_files import tenant_competitors, tenant_funnel, tenant_policy, tenant_quality
from fraudcheck.adapters.vendor_history import KnownVendorHistories
from fraudcheck.anomaly.detector import Model, encode_model
from fraudcheck.fields.competitors import NO_COMPETITORS
from fraudcheck.fields.email.mx import trace_mail_route
from fraudcheck.pipeline.check import SERVICE_VERSION, Pipeline, Tenant
from fraudcheck.pipeline.rejudging import Rejudging
from fraudcheck.ports import Ports, Unavailable
from fraudcheck.ports.counters import Counters
from fraudcheck.ports.ip import IpIntelligence
from fraudcheck.ports.ledger import Entry, Ledger
from fraudcheck.ports.lists import Lists
from fraudcheck.ports.mail import MailRoutes, SharedRouteCache
from fraudcheck.ports.reviews import Reviews
from fraudcheck.scoring.policy import Policy, encode_policy
from fraudcheck.settings import Settings, ledger_url, list_folder, model_folder
from fraudcheck.signals import email_mx
from fraudcheck.worth.funnel import DEFAULT
from fraudcheck.worth.quality import QualityTable, encode_quality
from fraudcheck.worth.words import compile_patterns

if TYPE_CHECKING:
    # SQLAlchemy and redis-py take a quarter of a second and 25 MB, which only what speaks to them shall pay.
    from fraudcheck.adapters.redis import RedisCounters
    from fraudcheck.adapters.redis.rate_limits import RateLimits
    from fraudcheck.adapters.sql.ledger import SqlLedger
    from fraudcheck.adapters.sql.verifying import Verified

try:
    import resource
except ImportError:  # not on Windows
    resource = None  # type: ignore[assignment]

_log = logging.getLogger(__name__)
_loading = Lock()
Ping = Callable[[], Awaitable[None]]
DEFAULT_TENANT = "default"
"""The tenant that every service has."""
_Table = TypeVar("_Table")
_Instead = TypeVar("_Instead")
SCOPES = keys.SCOPES
Key = keys.Key
FaultyKeys = keys.FaultyKeys
_PROBES = ("gmail.com", "outlook.com", "yahoo.com")  # every resolver that tells the truth finds their mail hosts


class Service(Struct, kw_only=True):
    """The running parts, for the web server.

    ``pings`` has for each dependency a function that returns when it answers and else raises Unavailable; ``notes`` are
    lines for the operator, printed at start; ``tenants`` are those that have been used, ``faults`` what is wrong with
    the policies of those that cannot be; ``broken_tables`` counts tables of quality, funnels and competitors that could
    not be read. ``form_tokens`` counts calls for forms' tokens by what became of them. ``trial`` judges as ``pipeline``
    does, and counts, keeps and measures nothing.
    """

    settings: Settings
    pipeline: Pipeline
    trial: Pipeline
    ledger: SpooledLedger
    reviews: Reviews
    mail_routes: DnsMailRoutes
    keys: keys.KeyFile
    vendors: KnownVendorHistories
    histories: LedgerHistories
    rejudging: Rejudging
    counters: MemoryCounters | RedisCounters
    limits: RateLimits
    ip_intelligence: IpIntelligence
    pings: Mapping[str, Ping]
    notes: list[str]
    tenants: dict[str, Tenant] = {}
    faults: dict[str, str] = {}
    broken_tables: int = 0
    form_tokens: Counter[str] = msgspec.field(default_factory=Counter)
    token_keys: dict[str, bytes] = {}
    session_keys: list[bytes] = []

    def session_secret(self) -> bytes:
        """The secret that signs the sessions of browsers. Raises FaultyKeys."""
        if not self.session_keys:
            self.session_keys.append(keys.session_key(_master_secret(self.settings)))
        return self.session_keys[0]

    def token_key(self, name: str) -> bytes:
        """The secret of a tenant's tokens, whatever state its policy and tables are in. Raises FaultyKeys."""
        key = self.token_keys.get(name)
        if key is None:
            key = self.token_keys[name] = identity_key(self.settings, name)
        return key

    async def tenant(self, name: str) -> Tenant:
        """A tenant. At its first use its policy and its table of quality are stored in the ledger, before any lead
        is judged by them.

        Raises ValueError if its policy cannot be read: no lead is judged by half of one. Its other tables move no
        score, so that a form goes on without one of them; of the tenant of the start, ``default``, each is needed.
        """
        tenant = self.tenants.get(name)
        if tenant is None:
            try:
                policy = tenant_policy(self.settings.data_dir, name)
            except ValueError as problem:
                if self.faults.get(name) != str(problem):  # said once, not for each of the tenant's calls
                    _log.error("the leads of tenant %s are not judged until that is put right: %s", name, problem)
                self.faults[name] = str(problem)
                raise
            quality = self._table(name, tenant_quality, None)
            funnel = self._table(name, tenant_funnel, DEFAULT)
            competitors = self._table(name, tenant_competitors, NO_COMPETITORS)
            policy_hash, body = encode_policy(policy)
            await self.ledger.put_artefact(policy_hash, body)
            if quality is not None:
                await self.ledger.put_artefact(*encode_quality(quality))
            await self.vendors.start(name, funnel.proofs)
            self.histories.know(name, funnel)
            tenant = self.tenants[name] = Tenant(
                name=name,
                identity_key=identity_key(self.settings, name),
                policy=policy,
                policy_hash=policy_hash,
                quality=quality,
                funnel=funnel,
                competitors=competitors,
            )
        return tenant

    def _table(self, name: str, read: Callable[[Path, str], _Table], instead: _Instead) -> _Table | _Instead:
        """A table of a tenant's that moves no score; what stands ``instead`` where it cannot be read."""
        try:
            return read(self.settings.data_dir, name)
        except ValueError as problem:
            if name == DEFAULT_TENANT:
                raise
            _log.error("tenant %s is served without it; put it right and start again: %s", name, problem)
            self.broken_tables += 1
            return instead


@asynccontextmanager
async def service(settings: Settings) -> AsyncIterator[Service]:
    """Start every part, and stop them in reverse order at the end.

    Raises ValueError with what to do when one cannot start.
    """
    from fraudcheck.adapters.redis.rate_limits import RateLimits, read_rates

    notes: list[str] = []
    rates = read_rates(settings.limits)
    prepare(settings.data_dir)
    async with AsyncExitStack() as stack:
        store, ledger = await _open_ledger(settings, stack)
        loaded, model = load_lists(settings), load_model(settings)
        loaded.read_enquiry("ready")  # so that no lead waits for the model's loading
        compile_patterns()
        redis_url = await _redis_url(settings, stack, notes)
        counters = _counters(settings, redis_url)
        stack.push_async_callback(counters.close)
        mail_routes = _mail_routes(settings, loaded, _shared_routes(settings, loaded, redis_url))
        stack.push_async_callback(mail_routes.close)
        ip_intelligence = IpData(settings.ip_databases)
        ip_intelligence.load()
        limits = RateLimits(rates, redis_url)
        stack.push_async_callback(limits.close)
        vendors, histories = KnownVendorHistories(ledger), LedgerHistories(ledger)
        stack.push_async_callback(vendors.close)
        ports = Ports(
            lists=loaded,
            mail_routes=mail_routes,
            counters=counters,
            ip_intelligence=ip_intelligence,
            vendors=vendors,
            histories=histories,
        )
        pipeline = _pipeline(ports, ledger, settings, model)
        trial_routes = _mail_routes(settings, loaded, None)  # the shared ones would note the domain for all
        stack.push_async_callback(trial_routes.close)
        uncounted = msgspec.structs.replace(ports, counters=NoCounters(), mail_routes=trial_routes)

        async def tenant(name: str) -> Tenant:
            return await running.tenant(name)

        rejudging = Rejudging(
            pipeline,
            ports,
            ledger,
            tenant=tenant,
            now=time.time,
            randomness=os.urandom,
            default_country=settings.default_country,
        )
        running = Service(
            settings=settings,
            pipeline=pipeline,
            trial=_pipeline(uncounted, None, settings, model),
            rejudging=rejudging,
            counters=counters,
            ledger=ledger,
            reviews=store,
            mail_routes=mail_routes,
            keys=key_file(settings),
            vendors=vendors,
            histories=histories,
            limits=limits,
            ip_intelligence=ip_intelligence,
            pings={"ledger": ledger.ping, "redis": counters.ping, "dns": mail_routes.ping},
            notes=notes,
            tenants={},
            faults={},
        )
        if model is not None:
            await ledger.put_artefact(*encode_model(model))
        await running.tenant(DEFAULT_TENANT)
        async with _in_background(rejudging.run()):
            yield running


@asynccontextmanager
async def _in_background(work: Coroutine[Any, Any, None]) -> AsyncIterator[None]:
    task = asyncio.create_task(work)
    try:
        yield
    finally:
        task.cancel()
        with suppress(asyncio.CancelledError):
            await task


@asynccontextmanager
async def once(settings: Settings) -> AsyncIterator[tuple[Pipeline, Tenant]]:
    """A pipeline for a single check: it stores nothing, and knows no earlier leads."""
    loaded, ip_intelligence = load_lists(settings), IpData(settings.ip_databases)
    mail_routes = _mail_routes(settings, loaded, None)
    policy = tenant_policy(settings.data_dir, DEFAULT_TENANT)
    tenant = Tenant(
        name=DEFAULT_TENANT,
        identity_key=os.urandom(32),
        policy=policy,
        policy_hash=encode_policy(policy)[0],
        quality=tenant_quality(settings.data_dir, DEFAULT_TENANT),
        competitors=tenant_competitors(settings.data_dir, DEFAULT_TENANT),
    )
    ports = Ports(lists=loaded, mail_routes=mail_routes, counters=MemoryCounters(), ip_intelligence=ip_intelligence)
    try:
        yield _pipeline(ports, None, settings, load_model(settings)), tenant
    finally:
        await mail_routes.close()


def offline(
    settings: Settings,
    name: str,
    policy: Policy,
    quality: QualityTable,
    *,
    counters: Counters,
    mail_routes: MailRoutes,
    data: Mapping[str, str],
) -> tuple[Pipeline, Ports, Tenant]:
    """A tenant's pipeline that stores nothing, and gets counts and mail routes from the caller; for batches.

    ``data`` is as in ``Pipeline``.
    """
    ip_intelligence = IpData(settings.ip_databases)
    ip_intelligence.load()
    ports = Ports(
        lists=load_lists(settings), mail_routes=mail_routes, counters=counters, ip_intelligence=ip_intelligence
    )
    tenant = Tenant(
        name=name,
        identity_key=identity_key(settings, name),
        policy=policy,
        policy_hash=encode_policy(policy)[0],
        quality=quality,
        competitors=tenant_competitors(settings.data_dir, name),
    )
    return _pipeline(ports, None, settings, load_model(settings), data), ports, tenant


def identity_key(settings: Settings, tenant: str) -> bytes:
    """The secret of a tenant's tokens."""
    return keys.tenant_key(_master_secret(settings), tenant)


def mail_routes(settings: Settings) -> DnsMailRoutes:
    """Mail routes from the DNS for a batch, which waits longer for an answer and asks again by its own rules."""
    return _mail_routes(settings, load_lists(settings), None, lifetime=10.0, attempt=2.5, unknown_for=0.0)


@asynccontextmanager
async def ledger_only(settings: Settings) -> AsyncIterator[SqlLedger]:
    """The ledger without spool and other parts, for commands."""
    from fraudcheck.adapters.sql.ledger import SqlLedger

    ledger = SqlLedger(ledger_url(settings))
    try:
        await ledger.start()
        yield ledger
    finally:
        await ledger.close()


def spool_folder(settings: Settings) -> Path:
    """The folder of the spool; it may not exist."""
    return settings.data_dir / "spool"


def erase_from_spool(settings: Settings, is_erased: Callable[[Entry], bool], names: Sequence[bytes]) -> ErasedFromSpool:
    """Erase from all processes' spools in the data directory; see ``adapters.spool.files.erase``."""
    return spool_files.erase(spool_folder(settings), is_erased, names)


def verify_ledger(
    settings: Settings, tenant: str | None, since: str | None, progress: Callable[[int], None]
) -> Verified:
    """Compare all that the ledger holds with its hashes; see ``adapters.sql.verifying``. Blocks."""
    from fraudcheck.adapters.sql.verifying import Verifier

    return Verifier(ledger_url(settings), tenant, since, progress).run()


def spool_contents(settings: Settings) -> list[SpoolFile]:
    """The files of all processes' spools in the data directory, without personal values."""
    return list(spool_files.contents(spool_folder(settings)))


def key_file(settings: Settings) -> keys.KeyFile:
    """The file of API keys."""
    return keys.KeyFile(
        settings.keys_file or settings.data_dir / "keys.json",
        settings.data_dir / "keyed",
        named=settings.keys_file is not None,
    )


def prepare(data_dir: Path) -> None:
    """Make the data directory, for its owner only. Raises ValueError with what to do when that fails."""
    try:
        data_dir.mkdir(mode=0o700, parents=True, exist_ok=True)
    except OSError as problem:
        raise ValueError(
            f"cannot make the data directory {data_dir}: {problem.strerror}; give another with --data-dir"
        ) from None


async def _open_ledger(settings: Settings, stack: AsyncExitStack) -> tuple[SqlLedger, SpooledLedger]:
    """The ledger, alone and with the spool that is written to while it is down."""
    from fraudcheck.adapters.sql.ledger import SqlLedger

    store = SqlLedger(ledger_url(settings))
    stack.push_async_callback(store.close)
    with suppress(Unavailable):  # out of reach: records go to the spool meanwhile. Any other fault stops the start
        await store.start()
    ledger = SpooledLedger(store, Spool(spool_folder(settings)))
    stack.push_async_callback(ledger.close)
    await ledger.start()
    return store, ledger


async def for_workers(settings: Settings, stack: AsyncExitStack, notes: list[str]) -> Settings:
    """Settings for several worker processes. What they share (secret, Redis) is made and started here, once.

    Raises ValueError with what to do when they cannot share the ledger or the counts.
    """
    if ledger_url(settings).startswith("sqlite:"):
        raise ValueError("SQLite takes one writer: leave out --workers, or give --ledger postgresql://…")
    prepare(settings.data_dir)
    _master_secret(settings)
    url = await _redis_url(settings, stack, notes)
    if url is None:
        raise ValueError(
            "workers have to share their counts: install Redis, give one with --redis, or leave out --workers"
        )
    return msgspec.structs.replace(settings, redis=url)


async def _redis_url(settings: Settings, stack: AsyncExitStack, notes: list[str]) -> str | None:
    """The URL of the operator's Redis, else of an embedded one. None, with a note, when leads are counted in memory."""
    url = settings.redis
    if url is None:
        from fraudcheck.adapters.redis.embedded import EmbeddedRedis, NoServerError

        try:
            server = await stack.enter_async_context(EmbeddedRedis(settings.data_dir))
            url = server.url
            notes += server.notes
        except NoServerError as problem:
            notes.append(f"leads are counted in memory and forgotten on exit: {problem}")
            return None
    return None if url.startswith("memory:") else url


def _counters(settings: Settings, url: str | None) -> MemoryCounters | RedisCounters:
    if url is None:
        return MemoryCounters()
    from fraudcheck.adapters.redis import RedisCounters

    # Of several machines' clocks that of the Redis that they share is believed. One on a socket has this machine's.
    return RedisCounters.connect(url, shards=settings.shards, server_clock=not url.startswith("unix:"))


def _master_secret(settings: Settings) -> bytes:
    return keys.identity_key(settings.identity_key, settings.data_dir / "identity.key")


def load_model(settings: Settings) -> Model | None:
    """The operator's own anomaly model, else the shipped one, else None. Raises ValueError for a broken one."""
    own = model_folder(settings)
    shipped_model = Path(str(resources.files("fraudcheck.models"))) / "leads"
    folder = own if own.exists() else shipped_model
    return model_file.load(folder)[0] if folder.exists() else None


def _pipeline(
    ports: Ports,
    ledger: Ledger | None,
    settings: Settings,
    model: Model | None,
    data: Mapping[str, str] | None = None,
) -> Pipeline:
    return Pipeline(
        ports,
        ledger,
        budget=settings.budget_ms / 1000,
        now=lambda: datetime.now(UTC),
        randomness=os.urandom,
        default_country=settings.default_country,
        model=model,
        data=data or {},
    )


class _Times(TypedDict, total=False):
    """Seconds by which mail routes wait, where these are not ``DnsMailRoutes``'s own."""

    lifetime: float
    attempt: float
    unknown_for: float


def _mail_routes(
    settings: Settings, loaded: Lists, shared: SharedRouteCache | None, **times: Unpack[_Times]
) -> DnsMailRoutes:
    service_of = partial(email_mx.throwaway_host, lists=loaded)
    return DnsMailRoutes(
        partial(trace_mail_route, service_of=service_of),
        list(settings.nameserver) or None,
        known=loaded.popular_domains,
        probes=_PROBES,
        shared=shared,
        flights=_max_look_ups(),
        **times,
    )


def _max_look_ups() -> int:
    """DNS look-ups at one time: a quarter of the files that the process may open, as each may take two sockets."""
    if resource is None:
        return 250
    max_files, _ = resource.getrlimit(resource.RLIMIT_NOFILE)
    if max_files == resource.RLIM_INFINITY:
        return 1000
    return max(50, min(1000, max_files // 4))


def _shared_routes(settings: Settings, loaded: Lists, redis_url: str | None) -> SharedRouteCache | None:
    if redis_url is None:
        return None
    from fraudcheck.adapters.redis import RedisRouteCache

    versions = {**loaded.versions, "service": SERVICE_VERSION}
    return RedisRouteCache.connect(redis_url, keys.route_cache_key(_master_secret(settings), versions))


def load_lists(settings: Settings) -> Lists:
    """The shipped lists, with the operator's own over them. A process holds them once: they take 30 MB."""
    own = operator.read_lists(list_folder(settings))
    with _loading:  # a batch wants them in two threads
        return _lists_with(tuple(own.items()))


@lru_cache(maxsize=1)
def _lists_with(own: tuple[tuple[str, tuple[str, frozenset[str]]], ...]) -> Lists:
    return shipped.load_lists(dict(own))
