"""The socket of a video page: whose ticket it is decides, and what the media server says comes back."""

import asyncio
import json
import threading
import time
from collections.abc import AsyncIterator, Callable, Iterator
from typing import Any

import pytest
import pytest_asyncio
from asgiref.sync import sync_to_async
from django.db import OperationalError, connections
from django.test import Client

from apps.core import clock
from apps.meetings import consumers
from apps.meetings.media import backend
from apps.meetings.models import Meeting, VideoStay
from apps.meetings.services.guests import guest_enter, guest_invite
from apps.meetings.services.staying import stay_begin
from apps.meetings.services.video import video_enter
from apps.meetings.sfu.ticket import issue
from config.stack.media import Media
from tests.factories.world import World
from tests.helpers.media import media_server
from tests.helpers.meetings import MONDAY, notified
from tests.helpers.sockets import Socket

pytestmark = pytest.mark.django_db(transaction=True)
REFUSED = 4403


@pytest.fixture(scope="module")
def running() -> Iterator[Media]:
    """A real media server."""
    with media_server(24_000) as media:
        yield media


@pytest.fixture
def media(running: Media, settings: Any) -> Media:
    """The installation knows it."""
    settings.MEDIA_CONTROL = "{}:{}".format(*running.control.getsockname()[:2])
    settings.MEDIA_SECRET = running.secret
    return running


@pytest_asyncio.fixture(autouse=True)
async def _loop_ends_tidily() -> AsyncIterator[None]:
    yield
    await sync_to_async(connections.close_all)()


def opened(world: World) -> Meeting:
    """A meeting whose video is open."""
    with clock.at(MONDAY):
        made = notified(world, post_ids=[world.post("stranger").pk])
        video_enter(actor=world.actor("section_chief"), meeting_id=made.pk)
    return made


def socket_of(client: Client | None, origin: str = "http://testserver") -> Socket:
    """A page's socket with the browser session of `client`."""
    headers = {"origin": origin}
    if client is not None:
        headers["cookie"] = f"sessionid={client.cookies['sessionid'].value}"
    return Socket("/ws/video/", headers)


async def said(socket: Socket, token: str) -> None:
    """Connect and show the ticket."""
    assert await socket.connect()
    await socket.send(text=json.dumps({"t": "join", "token": token}))


async def test_another_ones_ticket_and_orders_open_nothing(
    world: World, media: Media, client_as: Callable[[str], Client]
) -> None:
    """Nor does no ticket at all, a ticket that controls, an oversized or a bottomless line, or a page of another site."""
    meeting = await sync_to_async(opened)(world)
    client = await sync_to_async(client_as)("stranger")
    person = str(world.person("section_chief").pk)
    now = time.time()
    others = issue(media.secret, room=str(meeting.pk), who=person, now=now, speaks=True)
    own = str(world.person("stranger").pk)
    orders = issue(media.secret, room=str(meeting.pk), who=own, now=now, controls=True)
    for token in (others, orders, "", "x" * 200_000):
        socket = socket_of(client)
        await said(socket, token)
        await socket.send(text='{"t":"publish"}')  # a browser does not wait for the answer
        assert await socket.close_code() == REFUSED
        assert await socket.is_quiet()
    anonymous = socket_of(None)
    await said(anonymous, others)
    assert await anonymous.close_code() == REFUSED
    assert not await socket_of(client, origin="https://elsewhere.example").connect()


async def test_who_is_let_in_is_heard_and_stays_in_the_books(
    world: World, media: Media, client_as: Callable[[str], Client]
) -> None:
    """A stay begins with the media server's word and ends with the socket."""
    meeting = await sync_to_async(opened)(world)
    client = await sync_to_async(client_as)("stranger")
    socket = socket_of(client)
    await said(socket, await sync_to_async(admitted)(world, meeting))
    assert (await socket.frame())["t"] == "joined"
    assert await booked()
    await socket.disconnect()
    assert await VideoStay.objects.filter(left_at__isnull=True).acount() == 0


async def booked() -> bool:
    """Whether a stay is noted, soon."""
    for _ in range(100):
        if await VideoStay.objects.filter(left_at__isnull=True).acount() == 1:
            return True
        await asyncio.sleep(0.05)
    return False


@pytest.fixture
def slow_books(monkeypatch: pytest.MonkeyPatch) -> Iterator[threading.Event]:
    """Stays are noted only when this is set."""
    may_go = threading.Event()

    def begin(*, meeting_id: int, who: str) -> int | None:
        assert may_go.wait(10)
        return stay_begin(meeting_id=meeting_id, who=who)

    monkeypatch.setattr(consumers, "stay_begin", begin)
    yield may_go
    may_go.set()


def admitted(world: World, meeting: Meeting) -> str:
    """The ticket of one who is called."""
    with clock.at(MONDAY):
        entry = video_enter(actor=world.actor("stranger"), meeting_id=meeting.pk)
    assert entry.ticket is not None
    return str(entry.ticket["token"])


ANSWERED = json.dumps({"t": "answered", "fingerprint": "sha"})


async def test_nobody_hears_before_the_stay_is_noted(
    world: World, media: Media, client_as: Callable[[str], Client], slow_books: threading.Event
) -> None:
    """The page gets ready meanwhile; what lets it hear waits."""
    meeting = await sync_to_async(opened)(world)
    socket = socket_of(await sync_to_async(client_as)("stranger"))
    await said(socket, await sync_to_async(admitted)(world, meeting))
    assert (await socket.frame())["t"] == "joined"
    assert (await socket.frame())["t"] == "people"
    await socket.send(text=ANSWERED)
    assert await socket.is_quiet()
    slow_books.set()
    assert (await socket.frame())["t"] == "refused"  # by the media server: there was no offer
    await socket.disconnect()


async def test_who_goes_while_the_stay_is_being_noted_has_gone(
    world: World, media: Media, client_as: Callable[[str], Client], slow_books: threading.Event
) -> None:
    """Nobody stays in the books for ever."""
    meeting = await sync_to_async(opened)(world)
    socket = socket_of(await sync_to_async(client_as)("stranger"))
    await said(socket, await sync_to_async(admitted)(world, meeting))
    assert (await socket.frame())["t"] == "joined"
    going = asyncio.create_task(socket.disconnect())
    await asyncio.sleep(0.2)
    slow_books.set()
    await going
    stay = await VideoStay.objects.aget()
    assert stay.left_at is not None


async def test_without_the_books_nobody_comes_in(
    world: World, media: Media, client_as: Callable[[str], Client], monkeypatch: pytest.MonkeyPatch
) -> None:
    """The database fails: the page is told to come again."""

    def begin(**_: object) -> None:
        raise OperationalError

    monkeypatch.setattr(consumers, "stay_begin", begin)
    meeting = await sync_to_async(opened)(world)
    socket = socket_of(await sync_to_async(client_as)("stranger"))
    await said(socket, await sync_to_async(admitted)(world, meeting))
    assert await socket.close_code() == consumers.LOST
    await socket.send(text=ANSWERED)
    assert await socket.is_quiet()
    await socket.disconnect()


async def test_a_guest_comes_without_a_session(world: World, media: Media) -> None:
    """By the ticket alone; removed between ticket and door, the door is shut."""
    meeting = await sync_to_async(opened)(world)

    def guest(*, is_admitted: bool) -> str:
        with clock.at(MONDAY):
            made = guest_invite(
                actor=world.actor("section_chief"),
                meeting_id=meeting.pk,
                name="周工",
                organisation="省信息中心",
            ).guest
            guest_enter(guest_id=made.pk, device="one")
            made.part.state = "admitted"
            made.part.save()
            entry = guest_enter(guest_id=made.pk, device="one")
            made.part.state = "admitted" if is_admitted else "removed"
            made.part.save()
        assert entry.ticket is not None
        return str(entry.ticket["token"])

    welcome, gone = socket_of(None), socket_of(None)
    await said(welcome, await sync_to_async(guest)(is_admitted=True))
    assert (await welcome.frame())["t"] == "joined"
    await welcome.disconnect()
    await said(gone, await sync_to_async(guest)(is_admitted=False))
    assert await gone.close_code() == REFUSED
    assert backend() is not None
