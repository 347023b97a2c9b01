"""Which metrics does the service give? Its own counts in Prometheus' text format, collected only when asked for."""

from __future__ import annotations

import asyncio
from collections.abc import Iterator, Mapping, Sequence
from contextlib import AsyncExitStack
from pathlib import Path

from aiohttp import ClientError, ClientSession, ClientTimeout, UnixConnector, web
from msgspec import Struct
from prometheus_client import CollectorRegistry
from prometheus_client.core import CounterMetricFamily, GaugeMetricFamily, HistogramMetricFamily, Metric
from prometheus_client.exposition import generate_latest
from prometheus_client.parser import text_string_to_metric_families
from prometheus_client.registry import Collector

from fraudcheck.web.admission import Admission
from fraudcheck.web.connections import Connections
from fraudcheck.wiring import Service

_PEER_TIMEOUT = ClientTimeout(total=1)


class Peers(Struct, frozen=True):
    """The workers of one port: the unix sockets by which they ask each other, and the number of this worker."""

    own: int
    paths: Sequence[Path]


class Exposition(Collector):
    """The metrics of one running service; if it has ``peers``, those of all workers, each under its number.

    The worker that is asked asks the others, so that every worker gives the same answer. No label contains anything of
    a lead.
    """

    def __init__(
        self, service: Service, admission: Admission, connections: Connections, peers: Peers | None = None
    ) -> None:
        self._service = service
        self._admission = admission
        self._peers = peers
        self._connections = connections
        self._registry = CollectorRegistry(auto_describe=True)
        self._registry.register(self)

    async def text(self) -> bytes:
        """Everything in Prometheus' text format."""
        own = generate_latest(self._registry)
        if self._peers is None:
            return own
        texts = await asyncio.gather(
            *[_fetch_metrics(path) for number, path in enumerate(self._peers.paths) if number != self._peers.own]
        )
        texts.insert(self._peers.own, own)
        merged = CollectorRegistry(auto_describe=True)
        merged.register(_MergedMetrics(texts))
        return generate_latest(merged)

    async def share(self, peers: Peers, stack: AsyncExitStack) -> None:
        """Answer the other workers on this one's unix socket, until ``stack`` is closed."""
        app = web.Application()

        async def own_metrics(_: web.Request) -> web.Response:
            return web.Response(body=generate_latest(self._registry))

        app.add_routes([web.get("/", own_metrics)])
        runner = web.AppRunner(app, access_log=None, handle_signals=False)
        await runner.setup()
        stack.push_async_callback(runner.cleanup)
        await web.UnixSite(runner, peers.paths[peers.own]).start()

    def collect(self) -> Iterator[Metric]:
        """See ``prometheus_client``."""
        pipeline, ledger = self._service.pipeline, self._service.ledger
        yield _counter("fraudcheck_checks", "Checks by decision.", "decision", pipeline.decisions)
        stages = pipeline.stages
        yield _counter("fraudcheck_stage_seconds", "Time spent in each stage of a check.", "stage", stages.seconds)
        yield _counter("fraudcheck_stage_calls", "Calls of each stage of a check.", "stage", stages.calls)
        unknown = CounterMetricFamily(
            "fraudcheck_unknown", "Checks that could not be made, by cause.", labels=["check", "cause"]
        )
        for (check, cause), count in pipeline.unknown.items():
            unknown.add_metric([check, cause], count)
        yield unknown
        if pipeline.model is not None and pipeline.drift is not None:
            drift = GaugeMetricFamily(
                "fraudcheck_model_psi", "How the leads differ from those that the model knows.", labels=["feature"]
            )
            for feature, index in pipeline.drift.index(pipeline.model.usual).items():
                drift.add_metric([feature], index)
            yield drift
        yield from _connections(self._connections)
        yield from _admission(self._admission, stages.looking_up)
        yield _counter(
            "fraudcheck_limited", "Calls refused as too many, by kind.", "kind", self._service.limits.refused
        )
        text = "Calls for forms' tokens, by what became of them."
        yield _counter("fraudcheck_form_tokens", text, "outcome", self._service.form_tokens)
        yield from _dns(self._service)
        rejudging, counters = self._service.rejudging, self._service.counters
        yield GaugeMetricFamily(
            "fraudcheck_uncounted", "Checks that wait to be judged again, with counts.", value=rejudging.waiting
        )
        yield _counter("fraudcheck_rejudged", "Checks judged again, by what became.", "became", rejudging.done)
        shared = self._service.mail_routes.shared
        forgotten = {"counts": counters.forgotten, "routes": shared.forgotten if shared is not None else 0}
        yield _counter("fraudcheck_redis_forgotten", "Values in Redis that could not be read.", "of", forgotten)
        yield GaugeMetricFamily("fraudcheck_spooled", "Records that wait for the ledger.", value=ledger.waiting)
        text = "Parts of the spool that could not be read and are set aside."
        yield CounterMetricFamily("fraudcheck_spool_damaged", text, value=ledger.damaged)
        text = "Tenants' tables of quality, funnels and competitors that cannot be read."
        yield GaugeMetricFamily("fraudcheck_tables_broken", text, value=self._service.broken_tables)


def _connections(connections: Connections) -> Iterator[Metric]:
    """Metrics of connections and of those that were closed or refused."""
    yield GaugeMetricFamily("fraudcheck_connections", "Connections that are open.", value=len(connections))
    yield GaugeMetricFamily("fraudcheck_connections_most", "Connections that may be open.", value=connections.most)
    ended = {"closed": connections.closed, "refused": connections.refused}
    text = "Connections that waited for too long or made room, and those for which there was none."
    yield _counter("fraudcheck_connections_ended", text, "how", ended)


class _MergedMetrics(Collector):
    """The metrics of several workers, by number; None for a worker that did not answer."""

    def __init__(self, texts: Sequence[bytes | None]) -> None:
        self._texts = texts

    def collect(self) -> Iterator[Metric]:
        """See ``prometheus_client``."""
        up = GaugeMetricFamily("fraudcheck_worker_up", "Whether a worker answers.", labels=["worker"])
        families: dict[str, Metric] = {}
        for number, text in enumerate(self._texts):
            up.add_metric([str(number)], float(text is not None))
            for family in text_string_to_metric_families((text or b"").decode()):
                whole = families.setdefault(family.name, Metric(family.name, family.documentation, family.type))
                for sample in family.samples:
                    whole.add_sample(sample.name, {**sample.labels, "worker": str(number)}, sample.value)
        yield up
        yield from families.values()


async def _fetch_metrics(path: Path) -> bytes | None:
    """Another worker's metrics; None if it does not answer within a second."""
    try:
        async with (
            ClientSession(connector=UnixConnector(str(path)), timeout=_PEER_TIMEOUT) as session,
            session.get("http://worker/") as answer,
        ):
            return await answer.read()
    except (ClientError, OSError):  # TimeoutError is an OSError
        return None


def _admission(admission: Admission, looking_up: int) -> Iterator[Metric]:
    """Metrics of how checks were let in, or refused."""
    yield _counter("fraudcheck_shed", "Checks refused for want of room (503), by cause.", "cause", admission.shed)
    now = {"in": admission.inside, "waiting": admission.waiting, "looking up": looking_up}
    yield _gauge("fraudcheck_checks_now", "Checks that are let in, wait for a place, or wait for the DNS.", "what", now)
    yield GaugeMetricFamily("fraudcheck_places", "Checks that are worked on at one time.", value=int(admission.places))
    pressed = float(admission.pressed)
    yield GaugeMetricFamily("fraudcheck_pressed", "Whether more checks come than can be judged.", value=pressed)
    waited = HistogramMetricFamily("fraudcheck_wait_seconds", "How old checks were when work on them began.")
    waited.add_metric([], admission.histogram(), admission.waited)
    yield waited


def _dns(service: Service) -> Iterator[Metric]:
    """Metrics of look-ups of mail domains, and of each resolver."""
    routes = service.mail_routes
    yield _counter(
        "fraudcheck_dns_asked", "Mail domains asked for, by where the answer came from.", "from", routes.asked
    )
    yield _counter("fraudcheck_dns_shared", "Answers of the shared cache.", "answer", routes.shared_asked)
    if routes.shared is not None:
        trips = routes.shared.trips
        yield _counter("fraudcheck_dns_shared_trips", "Round trips to the shared cache.", "ended", trips)
        up = float(routes.shared.open)
        yield GaugeMetricFamily("fraudcheck_dns_shared_up", "Whether the shared cache is asked, 0 while out.", value=up)
    yield _counter("fraudcheck_dns_outcomes", "Look-ups of mail domains, by outcome.", "outcome", routes.outcomes)
    overload = {"total": routes.admission.refused, "displaced": routes.admission.displaced, **routes.queries.refused}
    yield _counter("fraudcheck_dns_overload", "Look-ups given up for want of room, by the bound.", "bound", overload)
    yield _counter(
        "fraudcheck_dns_second_opinions",
        "Domains that one resolver called dead, by what another said.",
        "said",
        routes.second_opinions,
    )
    yield _counter(
        "fraudcheck_dns_failovers", "Questions put to another resolver, by why.", "why", routes.resolvers.events
    )
    now = {
        "look-ups": len(routes.admission),
        "waiting": routes.admission.waiting,
        "queries": routes.resolvers.busy,
        "slow": routes.queries.slow,
    }
    yield _gauge("fraudcheck_dns_in_flight", "Look-ups and queries under way.", "what", now)
    upstreams = routes.resolvers.upstreams
    states = {upstream.name: float(upstream.state == "ok") for upstream in upstreams}
    yield _gauge("fraudcheck_dns_resolver_up", "Whether a resolver is well, 0 if not.", "resolver", states)
    changes = {upstream.name: upstream.changes for upstream in upstreams}
    yield _counter("fraudcheck_dns_resolver_changes", "Times that a resolver went up or down.", "resolver", changes)
    queries = CounterMetricFamily(
        "fraudcheck_dns_queries", "Queries by resolver and outcome.", labels=["resolver", "outcome"]
    )
    latency = HistogramMetricFamily(
        "fraudcheck_dns_query_seconds", "Time to a resolver's conclusive answer.", labels=["resolver"]
    )
    for upstream in upstreams:
        for outcome, count in upstream.outcomes.items():
            queries.add_metric([upstream.name, outcome], count)
        latency.add_metric([upstream.name], upstream.histogram(), upstream.seconds)
    yield queries
    yield latency


def _gauge(name: str, text: str, label: str, values: Mapping[str, float]) -> Metric:
    family = GaugeMetricFamily(name, text, labels=[label])
    for key, value in values.items():
        family.add_metric([key], value)
    return family


def _counter(name: str, text: str, label: str, counts: Mapping[str, float]) -> Metric:
    family = CounterMetricFamily(name, text, labels=[label])
    for key, count in counts.items():
        family.add_metric([key], count)
    return family
