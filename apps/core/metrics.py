"""What a monitoring system may ask: requests by view and status, and how the installation's queues stand (Prometheus text format).

Counters of several web processes are put together from files of `PROMETHEUS_MULTIPROC_DIR`, which `up` sets; queues are counted
when asked. Labels are names of views and statuses, never people or things.
"""

import os
from collections.abc import Callable, Iterator, Mapping

from django.conf import settings
from django.contrib.sessions.models import Session
from django.http import HttpRequest
from django.utils.crypto import constant_time_compare
from prometheus_client import CollectorRegistry, Counter, Histogram, generate_latest
from prometheus_client.core import GaugeMetricFamily, Metric
from prometheus_client.multiprocess import MultiProcessCollector
from prometheus_client.registry import REGISTRY, Collector

from apps.core.addresses import client_address
from apps.core.clock import now
from apps.core.health import readiness
from apps.core.models import OutboxEvent

BUCKETS = (0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10)
REQUESTS = Counter("tongzhou_requests", "Requests answered", ["method", "view", "status"])
SECONDS = Histogram("tongzhou_request_seconds", "Time to answer", ["view"], buckets=BUCKETS)


MEASURES: dict[str, Callable[[], Mapping[str, int]]] = {}


def measure(name: str, counted: Callable[[], Mapping[str, int]]) -> None:
    """An app's own numbers, asked for whenever somebody measures: label → value under `tongzhou_<name>`."""
    MEASURES[name] = counted


def request_counted(request: HttpRequest, status: int, seconds: float) -> None:
    """Count one answered request."""
    match = request.resolver_match
    view = match.view_name if match else "none"
    method = (
        request.method if request.method in ("GET", "POST", "HEAD", "PATCH", "PUT", "DELETE") else "other"
    )
    REQUESTS.labels(method, view, str(status)).inc()
    SECONDS.labels(view).observe(seconds)


class _Standing(Collector):
    """Counted when asked."""

    def collect(self) -> Iterator[Metric]:
        """One gauge a queue, one a readiness check."""
        ready = GaugeMetricFamily("tongzhou_ready", "1 when the check is good", labels=["check"])
        for check in readiness():
            ready.add_metric([check.name], float(check.ok))
        yield ready
        events = GaugeMetricFamily("tongzhou_outbox_events", "Events not yet delivered", labels=["status"])
        for status in (OutboxEvent.Status.QUEUED, OutboxEvent.Status.INFLIGHT, OutboxEvent.Status.PARKED):
            events.add_metric([status.value], OutboxEvent.objects.filter(status=status).count())
        yield events
        for name, measured in MEASURES.items():
            gauge = GaugeMetricFamily(f"tongzhou_{name}", f"What {name} counts", labels=["what"])
            for what, value in measured().items():
                gauge.add_metric([what], value)
            yield gauge
        living = Session.objects.filter(expire_date__gt=now()).count()
        yield GaugeMetricFamily("tongzhou_sessions", "Sessions not expired", value=living)


def metrics_text() -> bytes:
    """Everything, in Prometheus' text format."""
    registry = CollectorRegistry()
    if os.environ.get("PROMETHEUS_MULTIPROC_DIR"):
        MultiProcessCollector(registry)  # type: ignore[no-untyped-call]  # the library leaves it untyped
    else:
        registry.register(REGISTRY)
    registry.register(_Standing())
    return generate_latest(registry)


def may_measure(request: HttpRequest) -> bool:
    """Whoever shows the token; without a token only this very machine, and nobody who comes through a proxy."""
    if settings.METRICS_TOKEN:
        shown = request.headers.get("Authorization", "")
        return constant_time_compare(shown, f"Bearer {settings.METRICS_TOKEN}")
    forwarded = "X-Forwarded-For" in request.headers
    return not forwarded and client_address(request) in ("127.0.0.1", "::1")
