"""Webhooks out: signed, once an event, tried again, parked, sent again; only what the system's organ may know; nowhere inside."""

import json
import threading
from collections.abc import Callable, Iterator
from datetime import timedelta
from http.server import BaseHTTPRequestHandler, HTTPServer
from typing import Any

import pytest
from django.conf import LazySettings
from django.test import Client
from django.urls import reverse

from apps.core import clock
from apps.core.errors import Forbidden, HouseError, InvalidState
from apps.core.sealed import seal
from apps.documents.services.exchange import dispatch_sign
from apps.integration import gateways, services
from apps.integration.enums import HookEvent
from apps.integration.models import PartnerSystem, WebhookDelivery, WebhookSubscription
from apps.integration.services import webhooks
from apps.integration.signing import is_genuine, signature
from tests.factories.world import World
from tests.helpers.exchange import copy_of, distributed
from tests.helpers.partners import call, push, row, system_of

As = Callable[[str], Client]
Drain = Callable[[], int]
pytestmark = [pytest.mark.django_db, pytest.mark.long]


class Receiver:
    """A system's door on this machine: what came, and what it answers."""

    def __init__(self) -> None:
        self.status = 200
        self.came: list[tuple[dict[str, str], bytes]] = []
        receiver = self

        class Door(BaseHTTPRequestHandler):
            def do_POST(self) -> None:
                body = self.rfile.read(int(self.headers["Content-Length"]))
                receiver.came.append((dict(self.headers), body))
                self.send_response(receiver.status)
                self.end_headers()

            def log_message(self, *_: Any) -> None:
                """Quiet."""

        self.server = HTTPServer(("127.0.0.1", 0), Door)
        self.place = f"127.0.0.1:{self.server.server_port}"
        threading.Thread(target=self.server.serve_forever, daemon=True).start()

    def told(self) -> list[dict[str, Any]]:
        """The bodies that came."""
        return [json.loads(body) for _, body in self.came]


@pytest.fixture
def receiver(settings: LazySettings) -> Iterator[Receiver]:
    """A receiver whose network the installation lists."""
    settings.WEBHOOK_NETWORKS = ["127.0.0.0/8"]
    found = Receiver()
    yield found
    found.server.shutdown()
    found.server.server_close()


def hook_of(world: World, receiver: Receiver, **special: Any) -> tuple[WebhookSubscription, str, str]:
    """A subscription of the budget system to everything; its secret and the system's key."""
    system, key = system_of(world, hosts=f"{receiver.place}\nczyth.daihai.invalid", **special)
    hook = services.hook_keep(
        actor=world.actor("sysadmin"),
        hook=WebhookSubscription(),
        system=system,
        url=f"http://{receiver.place}/hooks",
        events=[event for event in HookEvent if event != HookEvent.PING],
        is_enabled=True,
    )
    return hook, services.hook_secret_issue(actor=world.actor("secadmin"), hook_id=hook.pk), key


def test_a_to_do_pushed_and_finished_is_told_signed_and_once(
    world: World, receiver: Receiver, drain: Drain
) -> None:
    _, secret, key = hook_of(world, receiver)
    push(key, row())
    drain()
    call(key, "partner_todos_complete", {"external_ids": ["ZB-1"]})
    drain()
    assert (services.deliveries_sweep(), services.deliveries_sweep()) == (2, 0)
    first, second = receiver.told()
    assert (first["event"], first["data"]["external_id"], first["data"]["login_name"]) == (
        "todo.created",
        "ZB-1",
        "drafter",
    )
    assert (second["event"], second["data"]["state"]) == ("todo.finished", "done")
    headers, body = receiver.came[0]
    signed = headers["Tongzhou-Signature"]
    moment = int(signed.split(",")[0][2:])
    assert is_genuine(secret, body, signed, moment)
    assert not is_genuine(secret, body + b" ", signed, moment)
    assert not is_genuine("other", body, signed, moment)
    assert not is_genuine(secret, body, signed, moment + 301)
    assert int(headers["Tongzhou-Delivery"]) == first["id"]


def test_the_issuing_organs_system_hears_who_signed_for(
    world: World, receiver: Receiver, drain: Drain
) -> None:
    hook_of(world, receiver, organ_id=world.organs["office"].pk, keeper_id=world.person("clerk").pk)
    other, _ = system_of(world, name="教育资助", organ_id=world.organs["education"].pk)
    document = distributed(world)
    dispatch_sign(
        actor=world.actor("bureau_clerk"), incoming_ids=[copy_of(document, world.organs["data"]).pk]
    )
    drain()
    services.deliveries_sweep()
    told = [one for one in receiver.told() if one["event"] == "document.signed_for"]
    assert [(one["data"]["title"], one["data"]["receiver"]) for one in told] == [
        (document.title, "市大数据局")
    ]
    assert WebhookDelivery.objects.filter(subscription__system=other).count() == 0


def test_one_that_fails_is_tried_later_parked_in_the_end_and_sent_again(
    world: World, receiver: Receiver, drain: Drain
) -> None:
    _, _, key = hook_of(world, receiver)
    receiver.status = 500
    push(key, row("A"), row("B"))
    drain()
    assert services.deliveries_sweep() == 1  # the second waits for the first to get through
    first = WebhookDelivery.objects.order_by("id")[0]
    assert (first.state, first.attempt_count, "500" in first.last_error) == ("queued", 1, True)
    assert services.deliveries_sweep() == 1
    WebhookDelivery.objects.filter(pk=first.pk).update(attempt_count=webhooks.MAX_ATTEMPTS - 1)
    assert services.delivery_send(delivery_id=first.pk).state == "parked"
    assert services.delivery_send(delivery_id=first.pk).attempt_count == webhooks.MAX_ATTEMPTS
    with pytest.raises(Forbidden):
        services.delivery_requeue(actor=world.actor("secadmin"), delivery_id=first.pk)
    services.delivery_requeue(actor=world.actor("sysadmin"), delivery_id=first.pk)
    with pytest.raises(InvalidState):
        services.delivery_requeue(actor=world.actor("sysadmin"), delivery_id=first.pk)
    receiver.status = 204
    assert services.delivery_send(delivery_id=first.pk).state == "delivered"


def test_the_queue_of_a_system_that_is_away_holds_up_nobody_else(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    hooks = {}
    for name in ("away", "there"):
        system, _ = system_of(world, name=name)
        hooks[name] = WebhookSubscription.objects.create(
            system=system,
            url=f"https://{name}.invalid/",
            events=[HookEvent.PING],
            secret=seal("s", name=webhooks.SECRET),
            secret_at=clock.now(),
            created_at=clock.now(),
        )
    monkeypatch.setattr(webhooks, "BATCH", 4)
    monkeypatch.setattr(
        webhooks, "post", lambda url, *_: gateways.Answer("连接失败" if "away" in url else "")
    )
    moment = clock.now()
    WebhookDelivery.objects.bulk_create(
        WebhookDelivery(
            subscription=hooks[name],
            event=HookEvent.PING,
            key=f"{name}{number}",
            data={},
            happened_at=moment,
            next_attempt_at=moment - timedelta(seconds=early),
        )
        for name, count, early in (("away", 9, 60), ("there", 5, 0))
        for number in range(count)
    )
    told = WebhookDelivery.objects.filter(state="delivered")
    assert (services.deliveries_sweep(), told.count()) == (4, 3)
    assert (services.deliveries_sweep(), told.count()) == (3, 5)


def test_nothing_inside_is_reached_unless_it_is_listed(
    world: World, receiver: Receiver, settings: LazySettings, monkeypatch: pytest.MonkeyPatch
) -> None:
    hook, _, _ = hook_of(world, receiver)
    settings.WEBHOOK_NETWORKS = []
    answer = services.hook_try(actor=world.actor("sysadmin"), hook_id=hook.pk)
    assert (answer.is_taken, "内部地址" in answer.reason, receiver.came) == (False, True, [])
    inside = ["127.0.0.1", "10.1.2.3", "192.168.0.1", "169.254.169.254", "100.64.0.1", "::1", "fe80::1",
              "fd00::1", "::ffff:127.0.0.1", "224.0.0.1", "172.16.9.9"]  # fmt: skip
    assert [address for address in inside if gateways.may_reach(address)] == []
    assert gateways.may_reach("203.119.1.1")
    assert gateways.may_reach("2400:3200::1")
    settings.WEBHOOK_NETWORKS = ["10.1.0.0/16"]
    assert (gateways.may_reach("10.1.2.3"), gateways.may_reach("10.2.2.3")) == (True, False)

    def both(*_: Any, **__: Any) -> list[Any]:
        return [(2, 1, 6, "", ("203.119.1.1", 443)), (2, 1, 6, "", ("127.0.0.1", 443))]

    monkeypatch.setattr("socket.getaddrinfo", both)
    assert "内部地址" in gateways.post("https://two-faced.invalid/", b"{}", {}).reason


def test_a_redirect_is_not_followed(world: World, receiver: Receiver) -> None:
    hook, _, _ = hook_of(world, receiver)
    receiver.status = 302
    answer = services.hook_try(actor=world.actor("sysadmin"), hook_id=hook.pk)
    assert (answer.is_taken, len(receiver.came)) == (False, 1)
    receiver.status = 200
    assert services.hook_try(actor=world.actor("sysadmin"), hook_id=hook.pk).is_taken
    assert receiver.told()[-1]["event"] == "ping"


def test_without_scope_secret_or_while_closed_nothing_is_told(
    world: World, receiver: Receiver, drain: Drain
) -> None:
    hook, _, key = hook_of(world, receiver)
    WebhookSubscription.objects.update(secret_at=None)
    push(key, row("A"))
    drain()
    assert not WebhookDelivery.objects.exists()
    services.hook_secret_issue(actor=world.actor("secadmin"), hook_id=hook.pk)
    push(key, row("B"))
    drain()
    PartnerSystem.objects.update(is_enabled=False, disabled_reason="停")
    services.deliveries_sweep()
    assert (receiver.came, WebhookDelivery.objects.get().state) == ([], "parked")


def test_what_is_wrong_with_a_subscription_is_said_at_its_field(world: World, settings: LazySettings) -> None:
    system, _ = system_of(world)
    bare, _ = system_of(world, name="无权", scopes=[])
    good: dict[str, Any] = {
        "system": system,
        "url": "https://czyth.daihai.invalid/h",
        "events": ["todo.created"],
    }
    wrong: dict[str, dict[str, Any]] = {
        "url": {"url": "http://czyth.daihai.invalid/h"},
        "events": {"events": []},
        "system": {"system": bare},
    }
    for field, special in wrong.items():
        with pytest.raises(HouseError) as refused:
            services.hook_keep(
                actor=world.actor("sysadmin"),
                hook=WebhookSubscription(),
                is_enabled=True,
                **{**good, **special},
            )
        assert refused.value.data["field"] == field
    with pytest.raises(HouseError, match="没有登记"):
        services.hook_keep(
            actor=world.actor("sysadmin"),
            hook=WebhookSubscription(),
            is_enabled=True,
            **{**good, "url": "https://elsewhere.invalid/"},
        )


def test_the_back_office_subscribes_signs_tries_and_sends_again(
    world: World, receiver: Receiver, client_as: As
) -> None:
    system, _ = system_of(world, hosts=receiver.place, home_url="", redirect_uris="", scopes=["events"])
    form = {
        "system": system.pk,
        "url": f"http://{receiver.place}/h",
        "events": ["todo.created"],
        "is_enabled": "on",
    }
    added = client_as("sysadmin").post(reverse("admin:integration_webhooksubscription_add"), form)
    assert added.status_code == 302
    hook = WebhookSubscription.objects.get()
    issue, attempt = (
        reverse(f"admin:integration_webhooksubscription_{name}", args=[hook.pk])
        for name in ("issue_secret", "try_out")
    )
    assert client_as("sysadmin").post(issue).status_code == 403
    assert "签名密钥：" in client_as("secadmin").post(issue, follow=True).content.decode()
    assert client_as("secadmin").post(attempt).status_code == 403
    assert "已收下测试事件" in client_as("sysadmin").post(attempt, follow=True).content.decode()
    parked = WebhookDelivery.objects.create(
        subscription=hook,
        event=HookEvent.TODO_CREATED,
        key="k",
        data={"title": "密件标题"},
        happened_at=system.created_at,
        next_attempt_at=system.created_at,
        state="parked",
    )
    page = reverse("admin:integration_webhookdelivery_change", args=[parked.pk])
    again = reverse("admin:integration_webhookdelivery_send_again", args=[parked.pk])
    shown = client_as("sysadmin").get(page).content.decode()
    assert again in shown
    assert "密件标题" not in shown
    assert client_as("sysadmin").post(again).status_code == 302
    parked.refresh_from_db()
    assert parked.state == "queued"


def test_the_signature_is_what_the_documentation_says() -> None:
    # printf '1.{}' | openssl dgst -sha256 -hmac s
    assert signature("s", b"{}", 1) == (
        "t=1,v1=b253639bcd705ed1cda3073f66104f16988bd40272584dea7d0d345ae93e61cc"
    )
