"""Entries reach the members' live screens and nobody else's; polling gives the same without a socket."""

import json
from collections.abc import AsyncIterator, Callable
from typing import Any

import pytest
import pytest_asyncio
from asgiref.sync import sync_to_async
from asgiref.testing import ApplicationCommunicator
from django.db import connections
from django.test import Client

from apps.core import polling, valkey
from apps.core.realtime import hub
from apps.messaging import services
from apps.messaging.models import Conversation
from config.asgi import application
from tests.factories.world import World
from tests.helpers.chat import group, said
from tests.helpers.sockets import Socket

pytestmark = pytest.mark.django_db(transaction=True)
As = Callable[[str], Client]


@pytest_asyncio.fixture(autouse=True)
async def _loop_ends_tidily() -> AsyncIterator[None]:
    """Hang up at the end of the test's loop, also from the database."""
    valkey.forget()
    yield
    await hub().close()
    await sync_to_async(connections.close_all)()
    valkey.forget()


async def screen(client_as: As, who: str) -> Socket:
    """A live screen of one of the cast."""
    client = await sync_to_async(client_as)(who)
    cookie = f"sessionid={client.cookies['sessionid'].value}"
    socket = Socket("/ws/", {"origin": "http://testserver", "cookie": cookie})
    assert await socket.connect()
    assert (await socket.frame())["kind"] == "ready"
    return socket


async def entry(socket: Socket) -> dict[str, Any]:
    """The next entry, other frames passed over."""
    while True:
        frame = await socket.frame()
        if frame["kind"] == "chat.entry":
            found: dict[str, Any] = frame["entry"]
            return found


def changed(world: World, made: Conversation, *, add: str = "", remove: str = "") -> None:
    """The owner invites or takes out."""
    actor = world.actor("director")
    if add:
        services.members_add(actor=actor, conversation_id=made.pk, person_ids=[world.person(add).pk])
    if remove:
        services.member_remove(actor=actor, conversation_id=made.pk, person_id=world.person(remove).pk)


async def say(world: World, who: str, made: Conversation, text: str) -> None:
    """Send a message."""
    await sync_to_async(said)(world, who, made, text)


async def polled(client: Client | None, cursor: str = "") -> tuple[int, dict[str, Any]]:
    """Status and body of one poll."""
    cookie = f"sessionid={client.cookies['sessionid'].value}" if client else ""
    scope = {
        "type": "http", "asgi": {"version": "3.0"}, "http_version": "1.1", "method": "GET", "scheme": "http",
        "path": "/live/poll/", "raw_path": b"/live/poll/", "query_string": f"cursor={cursor}".encode(),
        "headers": [(b"host", b"testserver"), (b"cookie", cookie.encode())],
        "server": ("testserver", 80), "client": ("127.0.0.1", 1),
    }  # fmt: skip
    talk: Any = ApplicationCommunicator(application, scope)  # type: ignore[no-untyped-call]  # asgiref
    await talk.send_input({"type": "http.request", "body": b"", "more_body": False})
    start = await talk.receive_output(5)
    body = await talk.receive_output(5)
    return start["status"], json.loads(body["body"])


async def test_an_entry_reaches_every_member_and_nobody_else(world: World, client_as: As) -> None:
    made = await sync_to_async(group)(world)
    clerk, finance, stranger = [await screen(client_as, who) for who in ("clerk", "finance_head", "stranger")]
    await say(world, "director", made, "开会了")
    assert (await entry(clerk))["text"] == (await entry(finance))["text"] == "开会了"
    assert await stranger.is_quiet()
    for socket in (clerk, finance, stranger):
        await socket.disconnect()


async def test_a_new_member_hears_without_reconnecting(world: World, client_as: As) -> None:
    made = await sync_to_async(group)(world)
    head = await screen(client_as, "head")
    await sync_to_async(changed)(world, made, add="head")
    assert (await head.frame())["kind"] == "chat"
    await say(world, "director", made, "欢迎")
    assert (await entry(head))["text"] in {"高文澜 邀请 沈亦舟 加入", "欢迎"}
    await head.disconnect()


@pytest.mark.parametrize("is_news_lost", [False, True])
async def test_who_was_removed_hears_nothing_more(
    world: World, client_as: As, monkeypatch: pytest.MonkeyPatch, *, is_news_lost: bool
) -> None:
    """Also when the news of the removal never came: the next frame carries the epoch."""
    made = await sync_to_async(group)(world)
    clerk, finance = [await screen(client_as, who) for who in ("clerk", "finance_head")]
    if is_news_lost:
        monkeypatch.setattr("apps.messaging.services.members.list_changed", lambda **_: None)
        monkeypatch.setattr("apps.messaging.services.members.line_add", lambda **_: None)
    await sync_to_async(changed)(world, made, remove="clerk")
    await say(world, "director", made, "只给留下的人")
    while (await entry(finance))["text"] != "只给留下的人":
        pass
    kinds = set()
    while not await clerk.is_quiet():
        kinds.add((await clerk.frame())["kind"])
    assert kinds == {"chat"}
    for socket in (clerk, finance):
        await socket.disconnect()


async def test_polling_tells_the_same(world: World, client_as: As, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(polling, "WAIT_SECONDS", 0.3)
    made = await sync_to_async(group)(world)
    client = await sync_to_async(client_as)("clerk")
    status, first = await polled(client)
    assert (status, first["frames"]) == (200, [])
    _, quiet = await polled(client, first["cursor"])
    assert quiet == first
    await say(world, "director", made, "无套接字")
    _, missed = await polled(client, first["cursor"])
    assert [frame["kind"] for frame in missed["frames"]] == ["resync"]
    assert missed["cursor"] != first["cursor"]
    status, refused = await polled(None)
    assert (status, refused["code"]) == (401, "not_authenticated")


async def test_a_waiting_poll_gets_the_entry(world: World, client_as: As) -> None:
    import asyncio

    made = await sync_to_async(group)(world)
    client = await sync_to_async(client_as)("clerk")
    _, first = await polled(client)
    waiting = asyncio.create_task(polled(client, first["cursor"]))
    await asyncio.sleep(0.5)
    await say(world, "director", made, "马上到")
    _, body = await waiting
    assert body["frames"][0]["entry"]["text"] == "马上到"
