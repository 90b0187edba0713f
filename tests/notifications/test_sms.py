"""SMS goes out once, to people with a mobile; what nobody knows the fate of is never repeated."""

import json
import socket
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import timedelta
from http.server import BaseHTTPRequestHandler, HTTPServer
from pathlib import Path
from typing import Any

import pytest
from pytest_django.fixtures import Settings

from apps.core import clock
from apps.notifications import services
from apps.notifications.models import Delivery, Notice
from apps.notifications.selectors import sms_states
from tests.factories.world import World

State = Delivery.State
Requests = list[tuple[dict[str, str], dict[str, Any]]]


def told(world: World, key: str = "drafter") -> Notice:
    """A notice to somebody with a mobile."""
    person = world.person(key)
    person.mobile = "13905000001"
    person.save(update_fields=["mobile"])
    (notice,) = services.notice_send(
        person_ids=[person.pk],
        key="must:1",
        kind="message",
        title="高文澜 发来必达消息，请确认收到",
        text="正文",
    )
    return notice


@contextmanager
def operator(status: int, *, hangs_up: bool = False) -> Iterator[tuple[str, Requests]]:
    """An operator's server on loopback."""
    taken: Requests = []

    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            body = self.rfile.read(int(self.headers["Content-Length"]))
            taken.append((dict(self.headers), json.loads(body)))
            if hangs_up:
                self.connection.shutdown(socket.SHUT_RDWR)
                return
            self.send_response(status)
            self.end_headers()

        def log_message(self, *_: Any) -> None:
            """Quiet."""

    server = HTTPServer(("127.0.0.1", 0), Handler)
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    try:
        yield f"http://127.0.0.1:{server.server_port}/sms", taken
    finally:
        server.shutdown()
        server.server_close()
        thread.join()


@pytest.fixture
def gateway(settings: Settings) -> Callable[[str], None]:
    """Point the installation at an operator."""

    def point(url: str) -> None:
        settings.SMS_URL, settings.SMS_TOKEN = url, "secret"

    return point


def test_the_operator_gets_kind_and_title_under_a_stable_id(
    world: World, gateway: Callable[[str], None]
) -> None:
    """Never the content."""
    notice = told(world)
    with operator(202) as (url, taken):
        gateway(url)
        assert services.sms_queue(notice_ids=[notice.pk]) == 1
        assert services.sms_queue(notice_ids=[notice.pk]) == 0
        assert services.deliveries_sweep() == 1
        assert services.deliveries_sweep() == 0
    ((headers, body),) = taken
    delivery = Delivery.objects.get()
    assert delivery.state == State.SENT
    assert headers["Authorization"] == "Bearer secret"
    assert headers["Idempotency-Key"] == body["id"] == f"delivery-{delivery.pk}"
    assert body["mobile"] == "13905000001"
    assert body["text"] == "【同舟】消息：高文澜 发来必达消息，请确认收到。请登录查看。"
    assert sms_states([notice.pk]) == {notice.person_id: "已发送"}


@pytest.mark.parametrize(
    ("status", "state"),
    [(400, State.FAILED), (429, State.QUEUED), (500, State.UNKNOWN), (302, State.UNKNOWN)],
)
def test_an_answer_decides_whether_it_is_tried_again(
    world: World, gateway: Callable[[str], None], status: int, state: str
) -> None:
    notice = told(world)
    with operator(status) as (url, taken):
        gateway(url)
        services.sms_queue(notice_ids=[notice.pk])
        services.deliveries_sweep()
        assert Delivery.objects.get().state == state
        Delivery.objects.update(next_attempt_at=clock.now() - timedelta(seconds=1))
        services.deliveries_sweep()
        assert len(taken) == (2 if state == State.QUEUED else 1)


def test_a_broken_line_leaves_the_fate_unknown(world: World, gateway: Callable[[str], None]) -> None:
    notice = told(world)
    with operator(200, hangs_up=True) as (url, taken):
        gateway(url)
        services.sms_queue(notice_ids=[notice.pk])
        services.deliveries_sweep()
        services.deliveries_sweep()
    assert len(taken) == 1
    assert sms_states([notice.pk]) == {notice.person_id: "未知"}


def test_while_the_line_breaks_the_others_are_not_lost_with_the_first(
    world: World, gateway: Callable[[str], None]
) -> None:
    """Each that is begun may be lost, so they wait for a line that holds."""
    notices = [told(world), told(world, "clerk")]
    with operator(200, hangs_up=True) as (url, broken):
        gateway(url)
        services.sms_queue(notice_ids=[notice.pk for notice in notices])
        services.deliveries_sweep()
    assert len(broken) == 1
    Delivery.objects.filter(state=State.QUEUED).update(next_attempt_at=clock.now() - timedelta(seconds=1))
    with operator(200) as (url, taken):
        gateway(url)
        services.deliveries_sweep()
    assert len(taken) == 1
    assert sms_states([notice.pk for notice in notices]) == {
        notices[0].person_id: "未知",
        notices[1].person_id: "已发送",
    }


def test_an_operator_that_is_away_is_tried_later(world: World, gateway: Callable[[str], None]) -> None:
    notice = told(world)
    gateway("http://127.0.0.1:9/sms")
    services.sms_queue(notice_ids=[notice.pk])
    services.deliveries_sweep()
    delivery = Delivery.objects.get()
    assert (delivery.state, delivery.attempt_count) == (State.QUEUED, 1)
    assert delivery.next_attempt_at > clock.now()


def test_a_crash_after_the_claim_is_not_repeated(world: World, gateway: Callable[[str], None]) -> None:
    notice = told(world)
    with operator(200) as (url, taken):
        gateway(url)
        services.sms_queue(notice_ids=[notice.pk])
        Delivery.objects.update(state=State.INFLIGHT, claimed_at=clock.now() - timedelta(minutes=10))
        services.deliveries_sweep()
    assert taken == []
    assert Delivery.objects.get().state == State.UNKNOWN


def test_the_file_gets_a_line(world: World, settings: Settings, tmp_path: Path) -> None:
    settings.SMS_FILE = str(tmp_path / "sms.jsonl")
    services.sms_queue(notice_ids=[told(world).pk])
    services.deliveries_sweep()
    (line,) = (tmp_path / "sms.jsonl").read_text().splitlines()
    assert json.loads(line)["mobile"] == "13905000001"
    assert (tmp_path / "sms.jsonl").stat().st_mode & 0o777 == 0o600


def test_without_a_gateway_nothing_is_queued(world: World) -> None:
    assert services.sms_queue(notice_ids=[told(world).pk]) == 0
