"""While Valkey is away pages are served, verbs done, uploads taken; only readiness says so."""

import socket
import time
from collections.abc import Callable, Iterator
from typing import Any

import pytest
from django.conf import settings as configured
from django.core.cache import cache
from django.test import Client

from apps.core import health, valkey
from apps.core.clock import now
from apps.core.models import Heartbeat, OutboxEvent
from apps.notifications import services
from apps.notifications.models import Notice
from config.settings import base
from tests.factories.world import World

As = Callable[[str], Client]


@pytest.fixture
def away(settings: Any) -> Iterator[None]:
    """Cache, broker and frames point at a port where nobody listens, by the settings of production."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        url = f"redis://127.0.0.1:{probe.getsockname()[1]}/0"
    settings.CELERY_BROKER_URL = url
    settings.CACHES = {"default": {**base.CACHES["default"], "LOCATION": url}}
    valkey.forget()
    yield
    valkey.forget()


@pytest.mark.django_db(transaction=True)
def test_pages_and_verbs_go_on(away: None, world: World, client_as: As) -> None:
    """Quickly: nobody waits for a server that does not answer."""
    client = client_as("drafter")
    services.notice_send(person_ids=[world.person("drafter").pk], key="k", kind="task", title="标题")
    start = time.monotonic()
    assert client.get("/").status_code == 200
    assert client.get("/notices/").status_code == 200
    assert client.post("/notices/read-all/").status_code == 303
    assert client.get("/api/v1/me/").status_code == 200
    assert time.monotonic() - start < 8
    assert Notice.objects.get().read_at is not None


def test_the_cache_forgets_but_does_not_fail(away: None) -> None:
    """Reads miss, writes do nothing, counters let people in."""
    cache.set("a", 1)
    assert cache.get("a", "nothing") == "nothing"
    assert cache.add("b", 1) is True
    assert cache.delete("a") is False


@pytest.mark.django_db
def test_readiness_says_what_is_missing(away: None, client: Client) -> None:
    """503 for the proxy, words for the operator; life goes on."""
    assert client.get("/healthz").status_code == 200
    answer = client.get("/readyz")
    assert answer.status_code == 503
    checks = answer.json()["checks"]
    assert checks["database"]["ok"] is True
    assert checks["valkey"]["ok"] is False
    assert "Valkey 无法连接" in checks["valkey"]["text"]


@pytest.mark.django_db
def test_readiness_names_a_silent_worker_and_parked_events() -> None:
    """A heartbeat older than a minute counts as silence."""
    valkey.forget()
    assert configured.CELERY_BROKER_URL
    silent = {check.name: check for check in health.readiness()}
    assert (silent["worker"].ok, silent["slow"].ok) == (False, False)
    health.heartbeat_record()
    health.heartbeat_record("slow")
    OutboxEvent.objects.create(
        kind="x.Y", payload={}, status=OutboxEvent.Status.PARKED, next_attempt_at=now(), created_at=now()
    )
    alive = {check.name: check for check in health.readiness()}
    assert (alive["worker"].ok, alive["slow"].ok) == (True, True)
    assert (alive["valkey"].ok, alive["outbox"].ok) == (True, False)
    assert "1 个事件已搁置" in alive["outbox"].text
    assert Heartbeat.objects.count() == 2
