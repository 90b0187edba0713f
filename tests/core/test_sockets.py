"""The live socket with real sessions, a real Valkey and a restart of it."""

import asyncio
import threading
from collections.abc import AsyncIterator, Callable, Iterator
from contextlib import contextmanager
from math import inf
from pathlib import Path
from typing import Any

import pytest
import pytest_asyncio
import redis
from asgiref.sync import sync_to_async
from django.db import OperationalError, transaction
from django.test import Client

from apps.core import screens, valkey
from apps.core.realtime import OUTLET_SIZE, Outlet, hub, live_people, person_topic, tell
from config.stack.valkey import Valkey
from tests.factories.world import World
from tests.helpers.sockets import Socket, hung_up

pytestmark = pytest.mark.django_db(transaction=True)
As = Callable[[str], Client]


def socket_of(client: Client | None, *, origin: str = "http://testserver") -> Socket:
    """A tab's socket with the browser session of `client`."""
    headers = {"origin": origin}
    if client is not None:
        headers["cookie"] = f"sessionid={client.cookies['sessionid'].value}"
    return Socket("/ws/", headers)


async def connected(client: Client) -> Socket:
    """A socket that was accepted and is fed by the hub."""
    socket = socket_of(client)
    assert await socket.connect()
    assert (await socket.frame())["kind"] == "ready"
    return socket


async def say(world: World, key: str, kind: str) -> None:
    """Tell one person's screens."""
    topic = person_topic(world.person(key).pk)
    await sync_to_async(lambda: tell([topic], kind=kind, ids=[5]))()


@pytest_asyncio.fixture(autouse=True)
async def _loop_ends_tidily() -> AsyncIterator[None]:
    """Hang up at the end of the test's loop, also from the database."""
    valkey.forget()
    yield
    await hung_up()


async def test_a_stranger_is_closed_with_4401(world: World) -> None:
    """Accepted first, so that the browser learns the code."""
    socket = socket_of(None)
    assert await socket.connect()
    assert await socket.close_code() == 4401


async def test_a_frozen_account_is_closed_with_4401(world: World, client_as: As) -> None:
    """Though its session still stands."""
    client = await sync_to_async(client_as)("drafter")
    person = world.person("drafter")
    person.is_active = False
    await person.asave(update_fields=["is_active"])
    socket = socket_of(client)
    assert await socket.connect()
    assert await socket.close_code() == 4401


@pytest.mark.parametrize("origin", ["http://evil.example", "null", ""])
async def test_a_page_of_another_site_is_refused(world: World, client_as: As, origin: str) -> None:
    """Cross-site WebSocket hijacking: the cookie alone opens nothing."""
    client = await sync_to_async(client_as)("drafter")
    assert await socket_of(client, origin=origin).connect() is False


async def test_frames_come_only_for_ones_own_topic(world: World, client_as: As) -> None:
    """Ids, never content."""
    mine = await connected(await sync_to_async(client_as)("drafter"))
    others = await connected(await sync_to_async(client_as)("clerk"))
    await say(world, "drafter", "inbox")
    assert await mine.frame() == {"kind": "inbox", "ids": [5], "v": None}
    assert await others.is_quiet()
    await mine.disconnect()
    await others.disconnect()


async def test_every_tab_of_a_person_hears(world: World, client_as: As) -> None:
    """And the ones that stay hear on when one closes."""
    client = await sync_to_async(client_as)("drafter")
    one, two = await connected(client), await connected(client)
    await say(world, "drafter", "inbox")
    assert (await one.frame())["kind"] == (await two.frame())["kind"] == "inbox"
    await one.disconnect()
    await say(world, "drafter", "notices")
    assert (await two.frame())["kind"] == "notices"
    await two.disconnect()


async def test_a_verb_that_is_rolled_back_moves_no_screen(world: World, client_as: As) -> None:
    """Frames leave after commit."""
    socket = await connected(await sync_to_async(client_as)("drafter"))
    topic = person_topic(world.person("drafter").pk)

    def fails() -> None:
        with transaction.atomic():
            tell([topic], kind="never")
            transaction.set_rollback(True)
        with transaction.atomic():
            tell([topic], kind="kept")

    await sync_to_async(fails)()
    assert (await socket.frame())["kind"] == "kept"
    await socket.disconnect()


async def test_a_ping_is_answered_and_anything_else_is_an_error_frame(world: World, client_as: As) -> None:
    """The socket is deaf but for pings."""
    socket = await connected(await sync_to_async(client_as)("drafter"))
    await socket.send(text='{"kind":"ping"}')
    assert await socket.frame() == {"kind": "pong"}
    for nonsense in ("not json", '{"kind":"subscribe","topic":"person.1"}', "[1]", "5", '"x"'):
        await socket.send(text=nonsense)
        assert (await socket.frame())["kind"] == "error"
    await socket.send(data=b"\x00\xff")
    assert (await socket.frame())["kind"] == "error"
    await socket.disconnect()


async def test_who_has_a_live_screen_is_there_and_nobody_else(world: World, client_as: As) -> None:
    """On any node, as long as one screen stands; an absent Valkey knows of nobody."""
    drafter, clerk = world.person("drafter").pk, world.person("clerk").pk
    ask = sync_to_async(live_people)
    socket = await connected(await sync_to_async(client_as)("drafter"))
    assert await ask([drafter, clerk]) == {drafter}
    await socket.disconnect()
    assert await ask([drafter, clerk]) == set()
    assert await ask([]) == set()


async def test_a_screen_that_cannot_keep_up_is_closed(
    world: World, client_as: As, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Its buffer is bounded; it catches up when it comes back."""
    socket = await connected(await sync_to_async(client_as)("drafter"))
    topic = person_topic(world.person("drafter").pk)
    (outlet,) = hub()._rooms[topic].outlets
    for _ in range(OUTLET_SIZE + 1):
        outlet.put('{"kind":"inbox"}')
    assert await socket.close_code() == 4408
    await socket.disconnect()


@pytest.fixture
def hasty(monkeypatch: pytest.MonkeyPatch) -> None:
    """Sessions are looked at all the time."""
    monkeypatch.setattr(screens, "RECHECK_SECONDS", 0.1)
    monkeypatch.setattr(screens, "LOOK_SECONDS", 0.05)


@pytest.mark.usefixtures("hasty")
async def test_a_session_that_ends_closes_its_sockets(world: World, client_as: As) -> None:
    """Within a minute, though nobody says anything; that of another stays."""
    client, other = [await sync_to_async(client_as)(key) for key in ("drafter", "clerk")]
    socket, theirs = await connected(client), await connected(other)
    assert await theirs.is_quiet()
    await sync_to_async(client.session.flush)()
    assert await socket.close_code() == 4401
    await socket.disconnect()
    await say(world, "clerk", "inbox")
    assert (await theirs.frame())["kind"] == "inbox"
    await theirs.disconnect()


@pytest.mark.usefixtures("hasty")
async def test_a_frame_waits_for_no_look_at_sessions(
    world: World, client_as: As, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Else thousands of sockets would ask the database before they hear one message."""
    socket = await connected(await sync_to_async(client_as)("drafter"))
    (outlet,) = hub()._rooms[person_topic(world.person("drafter").pk)].outlets
    begun, may_end = threading.Event(), threading.Event()

    def slow(keys: set[str]) -> dict[str, float]:
        begun.set()
        may_end.wait(10)
        return dict.fromkeys(keys, inf)

    monkeypatch.setattr(screens, "living_sessions", slow)
    assert await asyncio.to_thread(begun.wait, 5)
    outlet.put('{"kind":"inbox","ids":[],"v":null}')
    assert (await socket.frame())["kind"] == "inbox"
    may_end.set()
    await socket.disconnect()


async def test_a_screen_whose_session_cannot_be_read_is_to_come_back(
    world: World, client_as: As, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A database that fails leaves no socket that stands and hears nothing."""
    socket = await connected(await sync_to_async(client_as)("drafter"))

    def away(keys: set[str]) -> dict[str, float]:
        raise OperationalError

    monkeypatch.setattr(screens, "living_sessions", away)
    await say(world, "drafter", "session")
    assert await socket.close_code() == 4408
    await socket.disconnect()


async def test_signing_out_closes_the_screens_of_that_session_at_once(world: World, client_as: As) -> None:
    """The other session hears on."""
    one, other = [await sync_to_async(client_as)("drafter") for _ in range(2)]
    mine, theirs = await connected(one), await connected(other)
    await sync_to_async(one.post)("/accounts/logout/")
    assert await mine.close_code() == 4401
    await say(world, "drafter", "inbox")
    assert (await theirs.frame())["kind"] == "inbox"
    await theirs.disconnect()


async def test_the_last_socket_of_a_topic_ends_its_subscription(world: World, client_as: As) -> None:
    """The hub keeps nothing of who has left."""
    socket = await connected(await sync_to_async(client_as)("drafter"))
    topic = person_topic(world.person("drafter").pk)
    assert topic in hub()._rooms
    await socket.disconnect()
    assert topic not in hub()._rooms


@pytest.fixture
def own_valkey(tmp_path: Path, settings: Any) -> Iterator[Valkey]:
    """A server this test may kill."""
    tmp_path.chmod(0o755)
    server = Valkey(tmp_path / "valkey")
    server.start()
    settings.CELERY_BROKER_URL = server.url
    valkey.forget()
    yield server
    server.stop()


@pytest.mark.chaos
@pytest.mark.parametrize("pause", [0.0, 1.0])
async def test_screens_look_again_after_valkey_was_killed_and_came_back(
    own_valkey: Valkey, world: World, client_as: As, pause: float
) -> None:
    """Frames sent meanwhile are lost, so each screen is told to look again; then frames come as before."""
    socket = await connected(await sync_to_async(client_as)("drafter"))
    await say(world, "drafter", "inbox")
    assert (await socket.frame())["kind"] == "inbox"
    process = own_valkey.process
    assert process is not None
    process.kill()
    process.wait()
    await say(world, "drafter", "lost")
    await asyncio.sleep(pause)
    await asyncio.to_thread(own_valkey.start, port=own_valkey.port)
    assert (await socket.frame(seconds=15))["kind"] == "resync"
    valkey.forget()
    await say(world, "drafter", "notices")
    assert (await socket.frame())["kind"] == "notices"
    await socket.disconnect()


@pytest.mark.chaos
async def test_a_screen_opened_while_valkey_is_away_is_fed_once_it_is_back(
    own_valkey: Valkey, world: World, client_as: As
) -> None:
    """Opening does not fail."""
    process = own_valkey.process
    assert process is not None
    process.kill()
    process.wait()
    socket = await connected(await sync_to_async(client_as)("drafter"))
    await asyncio.to_thread(own_valkey.start, port=own_valkey.port)
    assert (await socket.frame(seconds=15))["kind"] == "resync"
    valkey.forget()
    await say(world, "drafter", "inbox")
    assert (await socket.frame())["kind"] == "inbox"
    await socket.disconnect()


INBOX, RESYNC = '{"kind":"inbox","ids":[],"v":null}', '{"kind":"resync","ids":[],"v":null}'


async def heard(outlet: Outlet) -> str | None:
    """The next frame but calls to look again."""
    while (frame := await asyncio.wait_for(outlet.frames.get(), 10)) == RESYNC:
        pass
    return frame


@contextmanager
def broken(
    command: str, *, is_sent: bool = False, error: redis.RedisError | None = None
) -> Iterator[asyncio.Event]:
    """The hub's `command` once fails with `error`, else never returns; the event says that it was reached.

    Only once: the reader may come to its own command before the patch is gone.
    """
    reached, pubsub, whole = asyncio.Event(), hub()._pubsub, getattr(hub()._pubsub, command)
    first = [True]

    async def halting(*topics: str) -> None:
        if not first:
            await whole(*topics)
            return
        first.clear()
        if error is not None:
            raise error
        if is_sent:
            await whole(*topics)
        reached.set()
        await asyncio.Event().wait()

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(pubsub, command, halting)
        yield reached


async def test_many_who_come_at_once_all_hear_their_topics() -> None:
    """After a restart everybody reconnects in the same moment, while the process has no connection to Valkey yet."""
    outlets = {f"person.{number}": Outlet(number) for number in range(40)}
    await asyncio.gather(*(hub().join(topic, outlet) for topic, outlet in outlets.items()))
    await sync_to_async(lambda: tell(list(outlets), kind="inbox"))()
    found = await asyncio.gather(*(heard(outlet) for outlet in outlets.values()))
    assert found == [INBOX] * 40


async def test_who_comes_second_hears_though_the_first_one_hangs_up_meanwhile() -> None:
    """A tab closed while it was joining leaves nobody deaf."""
    first, second = Outlet(1), Outlet(1)
    async with hub()._turn:
        hasty = asyncio.create_task(hub().join("person.1", first))
        await asyncio.sleep(0)
        patient = asyncio.create_task(hub().join("person.1", second))
        await asyncio.sleep(0)
        hasty.cancel()
    await patient
    await hub().leave("person.1", first)
    await sync_to_async(lambda: tell(["person.1"], kind="inbox"))()
    assert await heard(second) == INBOX


@pytest.mark.parametrize("is_sent", [False, True])
@pytest.mark.parametrize("command", ["subscribe", "unsubscribe"])
async def test_a_command_broken_off_leaves_nobody_deaf(command: str, *, is_sent: bool) -> None:
    """A tab is closed while its topics change: neither who is there nor who comes next misses anything."""
    there, hasty, next_one = Outlet(1), Outlet(2), Outlet(2)
    await hub().join("person.1", there)
    if command == "unsubscribe":
        await hub().join("person.2", hasty)
    with broken(command, is_sent=is_sent) as reached:
        act = hub().join if command == "subscribe" else hub().leave
        breaking = asyncio.create_task(act("person.2", hasty))
        await reached.wait()
        breaking.cancel()
        await asyncio.gather(breaking, return_exceptions=True)
    await hub().leave("person.2", hasty)
    await hub().join("person.2", next_one)
    await sync_to_async(lambda: tell(["person.1", "person.2"], kind="inbox"))()
    assert await heard(there) == await heard(next_one) == INBOX


async def test_who_comes_while_a_command_fails_is_fed_after_a_resync() -> None:
    """The next try is the reader's, though the connection stands and nothing else fails."""
    there, unlucky = Outlet(1), Outlet(2)
    await hub().join("person.1", there)
    with broken("subscribe", error=redis.ConnectionError("away")):
        await hub().join("person.2", unlucky)
    await sync_to_async(lambda: tell(["person.1"], kind="inbox"))()
    assert await asyncio.wait_for(unlucky.frames.get(), 5) == RESYNC
    await sync_to_async(lambda: tell(["person.2"], kind="inbox"))()
    assert await heard(unlucky) == INBOX
