"""A live screen hears nothing while a gate stands before its session: locked, or the first sign-in not yet done."""

from collections.abc import AsyncIterator, Callable
from datetime import datetime, timedelta
from typing import Any

import pytest
import pytest_asyncio
from asgiref.sync import sync_to_async
from django.test import Client
from django.urls import reverse

from apps.accounts import idling
from apps.core import clock, polling, valkey
from tests.core.test_sockets import connected, say, socket_of
from tests.factories.world import PASSWORD, World
from tests.helpers.sockets import hung_up
from tests.messaging.test_live import polled

pytestmark = pytest.mark.django_db(transaction=True)
As = Callable[[str], Client]


@pytest_asyncio.fixture(autouse=True)
async def _loop_ends_tidily(settings: Any) -> AsyncIterator[None]:
    """Screens are locked after a quarter of an hour; hang up at the end of the test's loop."""
    settings.IDLE_LOCK_SECONDS = 900
    valkey.forget()
    yield
    await hung_up()


@sync_to_async
def used(client: Client, moment: datetime) -> None:
    """Somebody was there last at the moment."""
    session = client.session
    session[idling.KEY] = int(moment.timestamp())
    session.save()


async def test_a_screen_locked_by_hand_hears_nothing_more(world: World, client_as: As) -> None:
    """Nor may it come back before it is unlocked; another session of the person hears on."""
    client, other = [await sync_to_async(client_as)("drafter") for _ in range(2)]
    socket, theirs = await connected(client), await connected(other)
    await sync_to_async(client.get)(reverse("accounts:unlock"))
    assert await socket.close_code() == 4403
    refused = socket_of(client)
    assert await refused.connect() is False
    assert (await polled(client))[0] == 423
    await say(world, "drafter", "inbox")
    assert (await theirs.frame())["kind"] == "inbox"
    await theirs.disconnect()
    await sync_to_async(client.post)(reverse("accounts:unlock"), {"password": PASSWORD})
    await (await connected(client)).disconnect()


async def test_no_frame_comes_after_a_screens_time(
    world: World, client_as: As, monkeypatch: pytest.MonkeyPatch
) -> None:
    """It is asked before the frame is handed on; one that was used meanwhile stays."""
    clients = [await sync_to_async(client_as)("drafter") for _ in range(2)]
    for client in clients:
        await used(client, clock.now())
    stays, goes = [await connected(client) for client in clients]
    later = clock.now() + timedelta(seconds=902)
    await used(clients[0], later)
    monkeypatch.setattr(clock, "now", lambda: later)
    await say(world, "drafter", "inbox")
    assert (await stays.frame())["kind"] == "inbox"
    assert (await goes.event())["code"] == 4403
    await stays.disconnect()


async def test_a_first_password_comes_before_any_frame(world: World, client_as: As) -> None:
    """Neither by socket nor by polling."""
    client = await sync_to_async(client_as)("drafter")
    person = world.person("drafter")
    person.must_change_password = True
    await person.asave(update_fields=["must_change_password"])
    assert await socket_of(client).connect() is False
    assert (await polled(client))[1]["code"] == "gated"


async def test_a_waiting_poll_hands_nothing_to_a_screen_locked_meanwhile(
    world: World, client_as: As, monkeypatch: pytest.MonkeyPatch
) -> None:
    """It is asked again before it answers with frames."""
    client = await sync_to_async(client_as)("drafter")
    _, first = await polled(client)

    async def locked_meanwhile(*_: Any) -> list[str]:
        await used(client, clock.now() - timedelta(seconds=901))
        return [polling.RESYNC]

    monkeypatch.setattr(polling.PollConsumer, "_frames", locked_meanwhile)
    assert (await polled(client, first["cursor"]))[0] == 423
