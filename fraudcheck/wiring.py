"""Which parts make up the service? The composition root: the only place that names a concrete adapter."""

from __future__ import annotations

import os
import tomllib
from collections.abc import AsyncIterator, Awaitable, Callable, Iterable, Mapping
from contextlib import AsyncExitStack, asynccontextmanager, suppress
from datetime import UTC, datetime
from functools import partial
from importlib import resources
from pathlib import Path
from typing import Any

import msgspec
from msgspec import Struct

from fraudcheck import anomaly, backtest, intake, mail_route, outcome_file, scoring, training
from fraudcheck import ledger as records_ledger
from fraudcheck.adapters import keys, list_files, lists, model_file
from fraudcheck.adapters.dns import DnsMailRoutes
from fraudcheck.adapters.embedded_redis import EmbeddedRedis, NoServerError
from fraudcheck.adapters.ip_data import IpData
from fraudcheck.adapters.memory import MemoryCounters
from fraudcheck.adapters.redis import RedisAnswers, RedisCounters
from fraudcheck.adapters.spool import Spool, SpooledLedger
from fraudcheck.adapters.sql import SqlLedger
from fraudcheck.adapters.vendor_records import KnownRecords
from fraudcheck.pipeline import SERVICE_VERSION, Pipeline, Tenant
from fraudcheck.ports import Counters, Ledger, Lists, MailRoutes, Ports, SharedAnswers, Unavailable
from fraudcheck.records import Lead
from fraudcheck.scoring import Policy
from fraudcheck.settings import Settings
from fraudcheck.signals import email_domain

try:
    import resource
except ImportError:  # not on Windows
    resource = None  # type: ignore[assignment]

Ping = Callable[[], Awaitable[None]]
SCOPES = keys.SCOPES
_PROBES = ("gmail.com", "outlook.com", "yahoo.com")  # to a resolver that tells the truth their mail works


class Service(Struct, frozen=True, kw_only=True):
    """What the web needs: the pipeline, the ledger, the keys, each dependency's ping, and notes for the operator."""

    settings: Settings
    pipeline: Pipeline
    ledger: SpooledLedger
    mail_routes: DnsMailRoutes
    keys: keys.KeyFile
    vendors: KnownRecords
    pings: Mapping[str, Ping]
    notes: list[str]
    tenants: dict[str, Tenant] = {}

    async def tenant(self, name: str) -> Tenant:
        """Give a tenant, with its policy kept in the ledger before anything is judged by it."""
        known = self.tenants.get(name)
        if known is None:
            policy = tenant_policy(self.settings.data_dir, name)
            policy_hash, body = scoring.encode(policy)
            await self.ledger.put_policy(policy_hash, body)
            await self.vendors.start(name)
            known = self.tenants[name] = Tenant(
                name=name,
                identity_key=identity_key(self.settings, name),
                policy=policy,
                policy_hash=policy_hash,
            )
        return known


@asynccontextmanager
async def service(settings: Settings) -> AsyncIterator[Service]:
    """Start every part, in order, and stop them again. Raises ValueError with what to do when one cannot start."""
    notes: list[str] = []
    prepare(settings.data_dir)
    async with AsyncExitStack() as stack:
        ledger = await _ledger(settings, stack)
        loaded, model = _lists(settings), load_model(settings)
        redis_url = await _redis_url(settings, stack, notes)
        counters = MemoryCounters() if redis_url is None else RedisCounters.connect(redis_url, shards=settings.shards)
        stack.push_async_callback(counters.close)
        mail_routes = _mail_routes(settings, loaded, _shared(settings, loaded, redis_url))
        stack.push_async_callback(mail_routes.close)
        addresses = IpData(settings.ip_databases)
        addresses.load()
        vendors = KnownRecords(ledger)
        stack.push_async_callback(vendors.close)
        ports = Ports(lists=loaded, mail_routes=mail_routes, counters=counters, addresses=addresses, vendors=vendors)
        running = Service(
            settings=settings,
            pipeline=_pipeline(ports, ledger, settings, model),
            ledger=ledger,
            mail_routes=mail_routes,
            keys=key_file(settings),
            vendors=vendors,
            pings={"ledger": ledger.ping, "redis": counters.ping, "dns": mail_routes.ping},
            notes=notes,
            tenants={},
        )
        if model is not None:
            await ledger.put_policy(*anomaly.encode(model))
        await running.tenant("default")
        yield running


@asynccontextmanager
async def once(settings: Settings) -> AsyncIterator[tuple[Pipeline, Tenant]]:
    """A pipeline that keeps nothing, with an empty memory of other leads."""
    loaded, addresses = _lists(settings), IpData(settings.ip_databases)
    mail_routes = _mail_routes(settings, loaded, None)
    policy = tenant_policy(settings.data_dir, "default")
    tenant = Tenant(
        name="default",
        identity_key=os.urandom(32),
        policy=policy,
        policy_hash=scoring.encode(policy)[0],
    )
    ports = Ports(lists=loaded, mail_routes=mail_routes, counters=MemoryCounters(), addresses=addresses)
    try:
        yield _pipeline(ports, None, settings, load_model(settings)), tenant
    finally:
        await mail_routes.close()


def offline(
    settings: Settings,
    name: str,
    policy: Policy,
    *,
    counters: Counters,
    mail_routes: MailRoutes,
    data: Mapping[str, str],
) -> tuple[Pipeline, Ports, Tenant]:
    """A tenant's pipeline that keeps nothing, over counts and mail routes that are known; ``data`` as in Pipeline."""
    addresses = IpData(settings.ip_databases)
    addresses.load()
    ports = Ports(lists=_lists(settings), mail_routes=mail_routes, counters=counters, addresses=addresses)
    tenant = Tenant(
        name=name,
        identity_key=identity_key(settings, name),
        policy=policy,
        policy_hash=scoring.encode(policy)[0],
    )
    return _pipeline(ports, None, settings, load_model(settings), data), ports, tenant


def identity_key(settings: Settings, tenant: str) -> bytes:
    """The key of a tenant's tokens."""
    return keys.tenant_key(_master(settings), tenant)


def mail_routes(settings: Settings) -> DnsMailRoutes:
    """The DNS, asked by this process alone."""
    return _mail_routes(settings, _lists(settings), None)


@asynccontextmanager
async def ledger_only(settings: Settings) -> AsyncIterator[Ledger]:
    """The ledger alone, for commands that look something up."""
    ledger = SqlLedger(ledger_url(settings))
    await ledger.start()
    try:
        yield ledger
    finally:
        await ledger.close()


def key_file(settings: Settings) -> keys.KeyFile:
    """The API keys."""
    return keys.KeyFile(settings.keys_file or settings.data_dir / "keys.json")


def ledger_url(settings: Settings) -> str:
    """Where the records are."""
    return settings.ledger or f"sqlite:///{(settings.data_dir / 'ledger.sqlite').absolute()}"


def default_policy() -> dict[str, Any]:
    """The tables of the policy that ships with the package."""
    return tomllib.loads(resources.files("fraudcheck").joinpath("policy.toml").read_text())


def read_policy(path: Path) -> Policy:
    """A tenant's policy file over the default. Raises ValueError with what is wrong and where."""
    try:
        return scoring.load(default_policy(), tomllib.loads(path.read_text()))
    except (OSError, ValueError) as problem:
        raise ValueError(f"{path}: {problem}") from None


def tenant_policy(data_dir: Path, tenant: str) -> Policy:
    """The policy in ``policies/TENANT.toml`` of the data directory, else the default one."""
    own = data_dir / "policies" / f"{tenant}.toml"
    return read_policy(own) if own.exists() else scoring.load(default_policy())


def prepare(data_dir: Path) -> None:
    """Make the data directory, for its owner only."""
    try:
        data_dir.mkdir(mode=0o700, parents=True, exist_ok=True)
    except OSError as problem:
        raise ValueError(
            f"cannot make the data directory {data_dir}: {problem.strerror}; give another with --data-dir"
        ) from None


async def _ledger(settings: Settings, stack: AsyncExitStack) -> SpooledLedger:
    """The ledger, with the spool that takes its place while it is down."""
    store = SqlLedger(ledger_url(settings))
    stack.push_async_callback(store.close)
    with suppress(Unavailable):  # records go to the spool until it can be opened
        await store.start()
    ledger = SpooledLedger(store, Spool(settings.data_dir / "spool"))
    stack.push_async_callback(ledger.close)
    await ledger.start()
    return ledger


async def for_workers(settings: Settings, stack: AsyncExitStack, notes: list[str]) -> Settings:
    """Settings for several processes, with what they have to share made and started once.

    Raises ValueError with what to do where they cannot share it.
    """
    if ledger_url(settings).startswith("sqlite:"):
        raise ValueError("SQLite takes one writer: leave out --workers, or give --ledger postgresql://…")
    prepare(settings.data_dir)
    _master(settings)
    url = await _redis_url(settings, stack, notes)
    if url is None:
        raise ValueError(
            "workers have to share their counts: install Redis, give one with --redis, or leave out --workers"
        )
    return msgspec.structs.replace(settings, redis=url)


async def _redis_url(settings: Settings, stack: AsyncExitStack, notes: list[str]) -> str | None:
    """The Redis that was named, else an embedded one; None, with a note that says so, for the memory twins."""
    url = settings.redis
    if url is None:
        try:
            server = await stack.enter_async_context(EmbeddedRedis(settings.data_dir))
            url = server.url
        except NoServerError as problem:
            notes.append(f"leads are counted in memory and forgotten on exit: {problem}")
            return None
    return None if url.startswith("memory:") else url


def _master(settings: Settings) -> bytes:
    return keys.identity_key(settings.identity_key, settings.data_dir / "identity.key")


def model_folder(settings: Settings) -> Path:
    """Where the operator's own model is, once there is one."""
    return settings.data_dir / "models" / "leads"


def load_model(settings: Settings) -> anomaly.Model | None:
    """The operator's own model, else the one that ships with the package. Raises ValueError on one that is broken."""
    own = model_folder(settings)
    shipped = Path(str(resources.files("fraudcheck"))) / "models" / "leads"
    folder = own if own.exists() else shipped
    return model_file.load(folder)[0] if folder.exists() else None


async def examples(
    settings: Settings, tenant: str, since: datetime, progress: Callable[[int], None]
) -> list[training.Example]:
    """What the ledger's leads since then have to teach. ``progress`` is told every 10,000 leads how many were read."""
    found: list[training.Example] = []
    async with ledger_only(settings) as ledger:
        async for kept in _leads(ledger, tenant, since, progress):
            if kept.lead is not None:
                person = kept.tokens.get("mailbox") or kept.tokens.get("phone") or ""
                found.append(training.example(kept.lead, kept.facts, kept.verdict, person))
    return found


async def compare(
    settings: Settings, tenant: str, new: Policy, since: datetime, progress: Callable[[int], None]
) -> backtest.Comparison:
    """What a new policy makes of the ledger's leads since then. ``progress`` as in ``examples``."""
    comparison = backtest.Comparison()
    async with ledger_only(settings) as ledger:
        versions = _Versions(ledger, tenant_policy(settings.data_dir, tenant))
        async for kept in _leads(ledger, tenant, since, progress):
            comparison.judge(kept, await versions.of(kept.verdict), new)
    return comparison


async def bring_outcomes(
    settings: Settings, tenant: str, lines: Iterable[str], now: datetime, progress: Callable[[int], None]
) -> outcome_file.Brought:
    """Keep the outcomes in a CSV file; as ``outcome_file.bring``."""
    key = identity_key(settings, tenant)
    async with ledger_only(settings) as ledger:
        return await outcome_file.bring(lines, ledger, tenant, key=key, now=intake.utc(now), progress=progress)


async def judged(
    settings: Settings, tenant: str, since: datetime, until: datetime
) -> AsyncIterator[tuple[records_ledger.Opened, bytes | None]]:
    """The ledger's leads of a time, newest first, each with the body of the model that it was judged by, if any."""
    models: dict[str, bytes | None] = {}
    async with ledger_only(settings) as ledger:
        async for kept in _leads(ledger, tenant, since, lambda read: None, until):
            name = (kept.verdict["versions"]["model"] or "").rpartition(" ")[2]
            if name and name not in models:
                models[name] = await ledger.get_policy(name)
            yield kept, models.get(name)


async def _leads(
    ledger: Ledger, tenant: str, since: datetime, progress: Callable[[int], None], until: datetime | None = None
) -> AsyncIterator[records_ledger.Opened]:
    """The tenant's live leads since then, newest first, each once by its newest version, erased ones too."""
    read, last = 0, None
    first, end = intake.utc(since), intake.utc(until) if until else None
    while page := await ledger.list(tenant, limit=500, since=first, until=end, before_check_id=last):
        for stored in page:
            yield records_ledger.open_record(stored.record, stored.personal)
        read += len(page)
        last = page[-1].check_id
        if read % 10_000 == 0:
            progress(read)


class _Versions:
    """The policies and models that verdicts name, each read from the ledger once.

    ``present`` stands in for a policy that the ledger lacks, no model for a model.
    """

    def __init__(self, ledger: Ledger, present: Policy) -> None:
        self._ledger = ledger
        self._present = present
        self._read: dict[str, Any] = {}

    async def of(self, verdict: Mapping[str, Any]) -> backtest.JudgedBy:
        """What a verdict as it was given rests on."""
        versions = verdict["versions"]
        policy = await self._once(versions["policy"], scoring.decode)
        named = versions["model"]
        model = await self._once(named.rpartition(" ")[2], anomaly.decode) if named else None
        return backtest.JudgedBy(
            policy=policy or self._present,
            model=model,
            policy_kept=policy is not None,
            model_kept=model is not None or not named,
        )

    async def _once(self, name: str, decode: Callable[[bytes], Any]) -> Any:
        if name not in self._read:
            body = await self._ledger.get_policy(name)
            self._read[name] = None if body is None else decode(body)
        return self._read[name]


def keep_model(settings: Settings, trained: training.Trained, now: datetime) -> Path:
    """Put a trained model in the place of the operator's own."""
    folder = model_folder(settings)
    model_file.keep(folder, trained.model, training.manifest(trained, now), training.card(trained))
    return folder


def _pipeline(
    ports: Ports,
    ledger: Ledger | None,
    settings: Settings,
    model: anomaly.Model | None,
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


def _mail_routes(settings: Settings, loaded: Lists, shared: SharedAnswers | None) -> DnsMailRoutes:
    service_of = partial(email_domain.throwaway_host, lists=loaded)
    return DnsMailRoutes(
        partial(mail_route.trace, service_of=service_of),
        list(settings.nameserver) or None,
        known=loaded.popular_domains,
        probes=_PROBES,
        shared=shared,
        flights=_flights(),
    )


def _flights() -> int:
    """Look-ups at one time: a quarter of the files that the process may open, since each may take two sockets."""
    if resource is None:
        return 250
    most, _ = resource.getrlimit(resource.RLIMIT_NOFILE)
    return 1000 if most == resource.RLIM_INFINITY else max(50, min(1000, most // 4))


def _shared(settings: Settings, loaded: Lists, redis_url: str | None) -> SharedAnswers | None:
    if redis_url is None:
        return None
    versions = {**loaded.versions, "service": SERVICE_VERSION}
    return RedisAnswers.connect(redis_url, keys.answers_key(_master(settings), versions))


def _lists(settings: Settings) -> Lists:
    """The lists of the packages and of the project, with the operator's own in their place."""
    return lists.load(list_files.read(list_folder(settings)))


def list_folder(settings: Settings) -> Path:
    """Where the operator's list files are."""
    return settings.data_dir / "lists"


def inventory(settings: Settings) -> list[lists.Kept]:
    """Every list in use."""
    return lists.inventory(list_files.read(list_folder(settings)))


def keep_list(settings: Settings, name: str, files: list[Path]) -> list_files.Kept:
    """Put a list from files in use from the next start on. Raises ValueError with what is wrong."""
    if name in lists.NO_FILES:
        raise ValueError(f"{name} comes with its package, which pip updates; give another name")
    if name in lists.exceptions():
        raise ValueError(f"{name} names no throw-away domains but exceptions; put further ones in as allowed")
    prepare(settings.data_dir)
    if name in ("allowed", "free"):
        return list_files.keep(list_folder(settings), name, files, allowed=frozenset(), fewest=1)
    return list_files.keep(list_folder(settings), name, files, allowed=lists.never_throwaway(_lists(settings)))


def remove_list(settings: Settings, name: str) -> bool:
    """Take the operator's list away; False where there is none."""
    return list_files.remove(list_folder(settings), name)


def identities(settings: Settings, tenant: str, email: str | None, phone: str | None) -> list[str]:
    """The keyed identities under which the ledger finds a person. Raises ValueError on what is no address or number."""
    key = identity_key(settings, tenant)
    lead = Lead(email=email, phone=phone)
    read = intake.subject(
        lead,
        tenant=tenant,
        lists=_lists(settings),
        identity_key=key,
        tag="",
        at=0.0,
        default_country=settings.default_country,
    )
    found = [f"{kind}:{read.tokens[kind]}" for kind in ("mailbox", "phone") if kind in read.tokens]
    if len(found) < bool(email) + bool(phone):
        raise ValueError("that is no mail address or no number with +")
    return found
