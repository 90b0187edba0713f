"""/metrics: numbers for the monitoring system, nothing for anybody else."""

from collections.abc import Callable

import pytest
from django.test import Client
from prometheus_client.parser import text_string_to_metric_families
from pytest_django.fixtures import Settings

from tests.factories.world import World


def numbers(client: Client, **headers: str) -> dict[str, float]:
    """Every sample by its name and labels."""
    answer = client.get("/metrics", headers=headers)
    assert answer.status_code == 200
    families = text_string_to_metric_families(answer.content.decode())
    return {f"{s.name}{sorted(s.labels.items())}": s.value for family in families for s in family.samples}


def test_requests_are_counted_by_view_and_status(world: World, client_as: Callable[[str], Client]) -> None:
    """By name of the view: no id, no person ever becomes a label."""
    name = (
        "tongzhou_requests_total[('method', 'GET'), ('status', '404'), ('view', 'documents:outgoing_detail')]"
    )
    before = numbers(Client()).get(name, 0)
    client_as("stranger").get("/documents/outgoing/999/")
    found = numbers(Client())
    labels = [label for label in found if "outgoing" in label]
    assert all("999" not in label for label in labels)
    assert found["tongzhou_ready[('check', 'database')]"] == 1
    assert "tongzhou_outbox_events[('status', 'parked')]" in found
    assert found["tongzhou_sessions[]"] >= 1
    assert found.get(name, before) >= before


def test_only_this_machine_or_who_has_the_token_is_told(db: None, settings: Settings) -> None:
    """A neighbour, a stranger behind our proxy, a wrong token: not found."""
    assert Client().get("/metrics").status_code == 200
    assert Client(REMOTE_ADDR="10.0.0.9").get("/metrics").status_code == 404
    assert Client().get("/metrics", headers={"X-Forwarded-For": "127.0.0.1"}).status_code == 404
    settings.METRICS_TOKEN = "one-long-word"
    assert Client().get("/metrics").status_code == 404
    assert Client().get("/metrics", headers={"Authorization": "Bearer other"}).status_code == 404
    assert numbers(Client(REMOTE_ADDR="10.0.0.9"), Authorization="Bearer one-long-word")


@pytest.mark.parametrize("method", ["post", "put", "delete"])
def test_it_is_only_read(db: None, method: str) -> None:
    """405."""
    assert getattr(Client(), method)("/metrics").status_code == 405
