"""How is it going? The service's own counts in Prometheus' text format, read only when asked for."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from prometheus_client import CollectorRegistry
from prometheus_client.core import CounterMetricFamily, GaugeMetricFamily, Metric
from prometheus_client.exposition import generate_latest
from prometheus_client.registry import Collector

from fraudcheck.wiring import Service


class Exposition(Collector):
    """The metrics of one running service. No label holds anything of a lead."""

    def __init__(self, service: Service) -> None:
        self._service = service
        self._registry = CollectorRegistry(auto_describe=True)
        self._registry.register(self)

    def text(self) -> bytes:
        """Everything in Prometheus' text format."""
        return generate_latest(self._registry)

    def collect(self) -> Iterator[Metric]:
        """See ``prometheus_client``."""
        pipeline, routes, ledger = self._service.pipeline, self._service.mail_routes, self._service.ledger
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
        yield _counter(
            "fraudcheck_dns_asked", "Mail domains asked for, by where the answer came from.", "from", routes.asked
        )
        yield _counter("fraudcheck_dns_outcomes", "Look-ups of mail domains, by outcome.", "outcome", routes.outcomes)
        yield GaugeMetricFamily("fraudcheck_spooled", "Records that wait for the ledger.", value=ledger.waiting)


def _counter(name: str, text: str, label: str, counts: Mapping[str, float]) -> Metric:
    family = CounterMetricFamily(name, text, labels=[label])
    for key, count in counts.items():
        family.add_metric([key], count)
    return family
