"""Video of a meeting: who comes in, who waits, who keeps order, and what stays in the books."""

import json
from collections.abc import Iterator
from datetime import timedelta
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from apps.core import clock
from apps.core.errors import Forbidden, InvalidState, NotFound, ValidationFailed
from apps.core.metrics import metrics_text
from apps.core.subjects import Subject
from apps.meetings.enums import VideoAct, VideoState
from apps.meetings.media import media_measures
from apps.meetings.models import Meeting, VideoParticipant, VideoStay
from apps.meetings.selectors.meetings import own_attendance
from apps.meetings.selectors.video import presences, room_of, video_link
from apps.meetings.services.staying import stay_begin, stay_end, stays_match
from apps.meetings.services.video import video_act, video_close, video_enter, video_hand, video_knock
from apps.messaging.models import Conversation
from apps.messaging.services import Content, message_send, subject_group_enter, subject_group_part
from config.stack.media import Media
from tests.factories.world import World
from tests.helpers.media import Bot, media_server
from tests.helpers.meetings import MONDAY, notified

pytestmark = pytest.mark.django_db


@pytest.fixture(scope="module")
def running() -> Iterator[Media]:
    """A real media server."""
    with media_server(22_000) as media:
        yield media


@pytest.fixture
def media(running: Media, settings: Any) -> Media:
    """The installation knows it."""
    settings.MEDIA_CONTROL = "{}:{}".format(*running.control.getsockname()[:2])
    settings.MEDIA_SECRET = running.secret
    return running


@pytest.fixture(autouse=True)
def monday() -> Iterator[None]:
    """Two days before the meeting."""
    with clock.at(MONDAY):
        yield


@pytest.fixture
def meeting(world: World) -> Meeting:
    """Told to two bureaux and one person of another county; the section chief runs it, the head chairs it."""
    return notified(world, post_ids=[world.post("stranger").pk])


def came(world: World, meeting: Meeting, key: str) -> str:
    """Ask to come in; the state."""
    return video_enter(actor=world.actor(key), meeting_id=meeting.pk).state


def part(world: World, key: str) -> VideoParticipant:
    """Somebody's row."""
    return VideoParticipant.objects.get(person=world.person(key))


def test_without_a_media_server_there_is_no_video(world: World, meeting: Meeting) -> None:
    """The page says so instead of turning a wheel."""
    with pytest.raises(InvalidState, match="没有启用视频会议"):
        video_enter(actor=world.actor("section_chief"), meeting_id=meeting.pk)


def test_the_host_opens_and_the_called_come(world: World, meeting: Meeting, media: Media) -> None:
    """Before a host nobody comes in; afterwards who is called comes without waiting and has signed in."""
    with pytest.raises(InvalidState, match="还没有开始"):
        came(world, meeting, "stranger")
    assert came(world, meeting, "section_chief") == VideoState.ADMITTED
    with clock.at(meeting.starts_at - timedelta(minutes=5)):
        assert came(world, meeting, "stranger") == VideoState.ADMITTED
        row = own_attendance(world.actor("stranger"), meeting)
    assert row is not None
    assert (row.state, row.checked_in_way) == ("checked_in", "video")


def test_a_stranger_sees_nothing_and_by_link_waits(world: World, meeting: Meeting, media: Media) -> None:
    """404 without the link; with it the waiting room, until a host lets in or refuses."""
    came(world, meeting, "section_chief")
    with pytest.raises(NotFound):
        came(world, meeting, "supervisor")
    video_knock(actor=world.actor("supervisor"), code=video_link(meeting))
    entry = video_enter(actor=world.actor("supervisor"), meeting_id=meeting.pk)
    assert (entry.state, entry.ticket) == (VideoState.WAITING, None)
    with pytest.raises(Forbidden):
        video_act(
            actor=world.actor("supervisor"),
            meeting_id=meeting.pk,
            act=VideoAct.ADMIT,
            person_id=world.person("supervisor").pk,
        )
    video_act(
        actor=world.actor("head"),
        meeting_id=meeting.pk,
        act=VideoAct.ADMIT,
        person_id=world.person("supervisor").pk,
    )
    assert video_enter(actor=world.actor("supervisor"), meeting_id=meeting.pk).ticket is not None
    video_act(
        actor=world.actor("head"),
        meeting_id=meeting.pk,
        act=VideoAct.REMOVE,
        person_id=world.person("supervisor").pk,
    )
    with pytest.raises(Forbidden, match="已请您离开"):
        came(world, meeting, "supervisor")


def test_a_wrong_link_opens_nothing(world: World, meeting: Meeting, media: Media) -> None:
    """Changed, or of a meeting that is over."""
    with pytest.raises(NotFound, match="无效"):
        video_knock(actor=world.actor("supervisor"), code=video_link(meeting) + "x")


def test_locked_and_with_a_waiting_room_the_called_wait(world: World, meeting: Meeting, media: Media) -> None:
    """Hosts never wait; who is inside stays."""
    came(world, meeting, "section_chief")
    video_act(actor=world.actor("section_chief"), meeting_id=meeting.pk, act=VideoAct.LOCK)
    assert came(world, meeting, "stranger") == VideoState.WAITING
    assert came(world, meeting, "head") == VideoState.ADMITTED
    video_act(actor=world.actor("section_chief"), meeting_id=meeting.pk, act=VideoAct.UNLOCK)
    room = room_of(meeting)
    assert room is not None
    assert not room.is_locked


def test_the_media_server_enforces_the_host(
    world: World, meeting: Meeting, media: Media, django_capture_on_commit_callbacks: Any
) -> None:
    """Silenced in the server, and still so after coming back; a joint host may do it too."""
    came(world, meeting, "section_chief")
    entry = video_enter(actor=world.actor("stranger"), meeting_id=meeting.pk)
    assert entry.ticket is not None
    who = world.person("stranger").pk
    bot = Bot(media, str(who), token=entry.ticket["token"])
    assert bot.hear("joined")["me"] == str(who)
    head = world.actor("head")
    came(world, meeting, "head")
    with django_capture_on_commit_callbacks(execute=True):
        video_act(actor=head, meeting_id=meeting.pk, act=VideoAct.SHUT, person_id=who, source="mic")
    while "mic" not in next(one for one in bot.hear("people")["people"])["blocked"]:
        continue
    assert part(world, "stranger").shut == ["mic"]
    with django_capture_on_commit_callbacks(execute=True):
        video_act(actor=head, meeting_id=meeting.pk, act=VideoAct.COHOST, person_id=who)
        video_act(actor=world.actor("stranger"), meeting_id=meeting.pk, act=VideoAct.END)
    assert bot.hear("ended")["t"] == "ended"


def test_a_hand_goes_up_and_down(world: World, meeting: Meeting, media: Media) -> None:
    """Up by its owner; down by its owner, by a host, and by going."""
    came(world, meeting, "section_chief")
    came(world, meeting, "stranger")
    deputy, who = world.actor("stranger"), world.person("stranger").pk
    video_hand(actor=deputy, meeting_id=meeting.pk, is_up=True)
    assert part(world, "stranger").hand_raised_at is not None
    video_act(actor=world.actor("section_chief"), meeting_id=meeting.pk, act=VideoAct.LOWER, person_id=who)
    assert part(world, "stranger").hand_raised_at is None
    stay = stay_begin(meeting_id=meeting.pk, who=str(who))
    video_hand(actor=deputy, meeting_id=meeting.pk, is_up=True)
    stay_end(stay_id=stay or 0)
    assert part(world, "stranger").hand_raised_at is None


def test_attendance_is_what_the_server_saw(world: World, meeting: Meeting, media: Media) -> None:
    """Two stays add up; a stay nobody ended ends when the server no longer has the person."""
    came(world, meeting, "section_chief")
    who = world.person("section_chief").pk
    with clock.at(meeting.starts_at):
        first = stay_begin(meeting_id=meeting.pk, who=str(who))
    with clock.at(meeting.starts_at + timedelta(minutes=10)):
        stay_end(stay_id=first or 0)
        stay_begin(meeting_id=meeting.pk, who=str(who))
    with clock.at(meeting.starts_at + timedelta(minutes=30)):
        assert stays_match() == 1
    room = room_of(meeting)
    assert room is not None
    (row,) = presences(room)
    assert (row.minutes, row.times, row.last_at) == (10, 2, meeting.starts_at + timedelta(minutes=10))
    assert VideoStay.objects.filter(left_at__isnull=True).count() == 0


def test_with_the_meeting_ends_its_video(world: World, meeting: Meeting, media: Media) -> None:
    """No orphaned room; a host who opens again by mistake's sake may."""
    came(world, meeting, "section_chief")
    video_close(meeting_id=meeting.pk)
    room = room_of(meeting)
    assert room is not None
    assert room.ended_at is not None
    with pytest.raises(InvalidState):
        came(world, meeting, "stranger")
    assert came(world, meeting, "section_chief") == VideoState.ADMITTED


def test_the_pages(world: World, meeting: Meeting, media: Media, client: Client) -> None:
    """The room may use camera and microphone, other pages may not; strangers get 404; state tells who is who by rank."""
    client.force_login(world.person("section_chief"))
    page = client.get(reverse("meetings:video", args=[meeting.pk]))
    assert page.status_code == 200
    assert "camera=(self)" in page.headers["Permissions-Policy"]
    assert (
        "camera=()"
        in client.get(reverse("meetings:meeting", args=[meeting.pk])).headers["Permissions-Policy"]
    )
    joined = client.post(reverse("meetings:video_join", args=[meeting.pk])).json()
    assert joined["state"] == "admitted"
    assert joined["ticket"]["url"] == "/ws/video/"
    state = json.loads(client.get(reverse("meetings:video_state", args=[meeting.pk])).content)
    assert [one["id"] for one in state["people"]] == [str(world.person("section_chief").pk)]
    assert state["leads"]
    for act, status in (("hand_up", 204), ("lock", 204), ("dance", 404), ("remove", 404)):
        assert client.post(reverse("meetings:video_act", args=[meeting.pk, act])).status_code == status
    client.force_login(world.person("supervisor"))
    for name in ("video", "video_state"):
        assert client.get(reverse(f"meetings:{name}", args=[meeting.pk])).status_code == 404
    assert client.get(reverse("meetings:video_link", args=[video_link(meeting)])).status_code == 302
    assert client.get(reverse("meetings:video", args=[meeting.pk])).status_code == 200


def test_who_was_removed_leads_no_more(world: World, meeting: Meeting, media: Media) -> None:
    """A joint host who was removed cannot let himself in again; whose meeting it is cannot be removed at all."""
    for key in ("section_chief", "head", "stranger"):
        came(world, meeting, key)
    head, stranger, who = world.actor("head"), world.actor("stranger"), world.person("stranger").pk
    video_act(actor=head, meeting_id=meeting.pk, act=VideoAct.COHOST, person_id=who)
    with pytest.raises(ValidationFailed, match="不能被移出"):
        video_act(
            actor=stranger,
            meeting_id=meeting.pk,
            act=VideoAct.REMOVE,
            person_id=world.person("section_chief").pk,
        )
    with pytest.raises(ValidationFailed, match="不能把自己"):
        video_act(actor=stranger, meeting_id=meeting.pk, act=VideoAct.REFUSE, person_id=who)
    video_act(actor=head, meeting_id=meeting.pk, act=VideoAct.REMOVE, person_id=who)
    with pytest.raises(Forbidden):
        video_act(actor=stranger, meeting_id=meeting.pk, act=VideoAct.ADMIT, person_id=who)
    assert stay_begin(meeting_id=meeting.pk, who=str(who)) is None
    row = part(world, "stranger")
    assert (row.state, row.is_cohost) == (VideoState.REMOVED, False)


def test_who_waits_sees_nobody(world: World, meeting: Meeting, media: Media, client: Client) -> None:
    """The names of those inside are for those inside."""
    came(world, meeting, "section_chief")
    video_knock(actor=world.actor("supervisor"), code=video_link(meeting))
    client.force_login(world.person("supervisor"))
    state = client.get(reverse("meetings:video_state", args=[meeting.pk])).json()
    assert (state["state"], state["people"]) == ("waiting", [])


def test_the_media_server_is_measured(media: Media, settings: Any) -> None:
    """Rooms, members and packets for whoever watches; a dead server is a 0, not an error."""
    assert media_measures()["up"] == 1
    assert {"rooms", "members", "packets_in", "packets_out", "resent", "foreign"} <= set(media_measures())
    settings.MEDIA_CONTROL = "127.0.0.1:9"
    assert media_measures() == {"up": 0}
    assert "tongzhou_media" in metrics_text().decode()


def test_who_is_inside_talks_in_one_group(world: World, meeting: Meeting, media: Media) -> None:
    """One group for the room, joined by coming in, with the card that leads there; whoever is removed hears nothing more."""
    for key in ("section_chief", "head"):
        came(world, meeting, key)
    entry = video_enter(actor=world.actor("stranger"), meeting_id=meeting.pk)
    again = video_enter(actor=world.actor("stranger"), meeting_id=meeting.pk)
    assert entry.chat is not None
    assert entry.chat == again.chat
    group = Conversation.objects.get(pk=entry.chat)
    assert (group.subject_kind, group.subject_id, group.message_count) == ("meetings.video", meeting.pk, 1)
    assert group.memberships.filter(left_at__isnull=True).count() == 3
    message_send(
        actor=world.actor("stranger"), conversation_id=group.pk, client_id="1", content=Content(text="收到")
    )
    video_act(
        actor=world.actor("head"),
        meeting_id=meeting.pk,
        act=VideoAct.REMOVE,
        person_id=world.person("stranger").pk,
    )
    with pytest.raises(NotFound):
        message_send(
            actor=world.actor("stranger"),
            conversation_id=group.pk,
            client_id="2",
            content=Content(text="再说"),
        )
    owner = group.memberships.get(role="owner")
    assert subject_group_part(subject=Subject("meetings.video", meeting.pk), person_id=owner.person_id)
    assert group.memberships.get(role="owner").person_id == world.person("head").pk
    with pytest.raises(NotFound):
        subject_group_enter(
            actor=world.actor("supervisor"), subject=Subject("meetings.video", meeting.pk), name="视频会议"
        )
