"""Guests from outside: a link of their own, a host's yes, the room and nothing else."""

from collections.abc import Iterator
from datetime import timedelta
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from apps.audit.models import AuditEntry
from apps.core import clock
from apps.core.errors import Forbidden, InvalidState, NotFound, ValidationFailed
from apps.meetings.enums import VideoAct, VideoState
from apps.meetings.models import Meeting, VideoGuest, VideoParticipant
from apps.meetings.selectors.guests import guest_is_welcome, guest_of
from apps.meetings.selectors.video import presences, room_of
from apps.meetings.services.guests import Invited, guest_enter, guest_invite, guest_revoke
from apps.meetings.services.staying import stay_begin, stays_match
from apps.meetings.services.video import video_act, video_enter
from config.stack.media import Media
from tests.factories.world import World
from tests.helpers.media import Bot, media_server
from tests.helpers.meetings import MONDAY, notified

pytestmark = pytest.mark.django_db


@pytest.fixture(scope="module")
def running() -> Iterator[Media]:
    """A real media server."""
    with media_server(23_000) as media:
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
def meeting(world: World, media: Media) -> Meeting:
    """Its video is open: the section chief is in."""
    made = notified(world, post_ids=[world.post("stranger").pk])
    video_enter(actor=world.actor("section_chief"), meeting_id=made.pk)
    return made


def invited(world: World, meeting: Meeting, name: str = "周工") -> Invited:
    """By the section chief, who runs the meeting."""
    return guest_invite(
        actor=world.actor("section_chief"), meeting_id=meeting.pk, name=name, organisation="省信息中心"
    )


def let_in(world: World, meeting: Meeting, guest: VideoGuest) -> None:
    """The host says yes."""
    video_act(
        actor=world.actor("section_chief"), meeting_id=meeting.pk, act=VideoAct.ADMIT, guest_id=guest.pk
    )


def test_a_guest_waits_for_the_host_and_speaks_under_the_name_of_the_invitation(
    world: World, meeting: Meeting, media: Media
) -> None:
    """Waits even when there is no waiting room; what the media server and the list say is what the inviter wrote."""
    guest = invited(world, meeting).guest
    assert guest_enter(guest_id=guest.pk, device="one").state == VideoState.WAITING
    assert guest_enter(guest_id=guest.pk, device="one").ticket is None
    let_in(world, meeting, guest)
    entry = guest_enter(guest_id=guest.pk, device="one")
    assert entry.ticket is not None
    bot = Bot(media, guest.who, token=entry.ticket["token"], number=9)
    assert bot.hear("joined")["me"] == guest.who
    assert stay_begin(meeting_id=meeting.pk, who=guest.who) is not None
    assert stays_match() == 0
    room = room_of(meeting)
    assert room is not None
    assert [(one.name, one.unit) for one in presences(room)] == [("周工", "省信息中心")]


def test_a_link_serves_one_browser(world: World, meeting: Meeting) -> None:
    """Passed on, it opens nothing."""
    guest = invited(world, meeting).guest
    guest_enter(guest_id=guest.pk, device="one")
    with pytest.raises(Forbidden, match="另一台设备"):
        guest_enter(guest_id=guest.pk, device="two")
    with pytest.raises(Forbidden):
        guest_enter(guest_id=guest.pk, device="")


def test_a_link_dies_by_time_by_revocation_and_with_the_meeting(
    world: World, meeting: Meeting, media: Media, django_capture_on_commit_callbacks: Any
) -> None:
    """A revoked guest is out of the room at once; a changed secret was never good."""
    old, gone = invited(world, meeting, "甲"), invited(world, meeting, "乙")
    assert guest_of(old.secret) == old.guest
    with pytest.raises(NotFound):
        guest_of(old.secret + "x")
    with clock.at(meeting.ends_at + timedelta(hours=5)), pytest.raises(NotFound, match="已过期"):
        guest_of(old.secret)
    guest_enter(guest_id=gone.guest.pk, device="one")
    let_in(world, meeting, gone.guest)
    entry = guest_enter(guest_id=gone.guest.pk, device="one")
    assert entry.ticket is not None
    bot = Bot(media, gone.guest.who, token=entry.ticket["token"], number=8)
    bot.hear("joined")
    assert guest_is_welcome(gone.guest.pk)
    with django_capture_on_commit_callbacks(execute=True):
        guest_revoke(actor=world.actor("section_chief"), meeting_id=meeting.pk, guest_id=gone.guest.pk)
    assert bot.hear("removed")["t"] == "removed"
    assert not guest_is_welcome(gone.guest.pk)
    with pytest.raises(NotFound):
        guest_of(gone.secret)


def test_only_who_leads_invites(world: World, meeting: Meeting) -> None:
    """And says whom: without a name or an organisation there is no link; each is in the books."""
    with pytest.raises(Forbidden):
        guest_invite(
            actor=world.actor("stranger"), meeting_id=meeting.pk, name="周工", organisation="省信息中心"
        )
    with pytest.raises(NotFound):
        guest_invite(
            actor=world.actor("supervisor"), meeting_id=meeting.pk, name="周工", organisation="省信息中心"
        )
    with pytest.raises(ValidationFailed, match="姓名和单位"):
        guest_invite(
            actor=world.actor("section_chief"), meeting_id=meeting.pk, name=" ", organisation="省信息中心"
        )
    invited(world, meeting)
    assert AuditEntry.objects.filter(action="meetings.video_guest").count() == 1


def test_a_guest_is_no_host_and_stays_out_when_refused(world: World, meeting: Meeting) -> None:
    """Nobody makes a guest a joint host; a no is a no."""
    guest = invited(world, meeting).guest
    guest_enter(guest_id=guest.pk, device="one")
    chief = world.actor("section_chief")
    with pytest.raises(ValidationFailed, match="联席主持人"):
        video_act(actor=chief, meeting_id=meeting.pk, act=VideoAct.COHOST, guest_id=guest.pk)
    video_act(actor=chief, meeting_id=meeting.pk, act=VideoAct.REFUSE, guest_id=guest.pk)
    with pytest.raises(Forbidden, match="未同意"):
        guest_enter(guest_id=guest.pk, device="one")
    video_act(actor=chief, meeting_id=meeting.pk, act=VideoAct.END)
    other = invited(world, meeting, "丙").guest
    with pytest.raises(InvalidState, match="还没有开始"):
        guest_enter(guest_id=other.pk, device="one")


def test_the_pages_of_a_guest(world: World, meeting: Meeting) -> None:
    """Without an account: the room, who is in once let in, a hand; neither the meeting's page nor any other. Dead links are 404."""
    host, outside = Client(), Client()
    host.force_login(world.person("section_chief"))
    url = reverse("meetings:guest_invite", args=[meeting.pk])
    assert host.post(url, {"name": "", "organisation": ""}).status_code == 422
    made = host.post(url, {"name": "周工", "organisation": "省信息中心"}).json()
    path = "/" + made["link"].split("/", 3)[3]
    page = outside.get(path)
    assert page.status_code == 200
    assert "省信息中心 周工" in page.content.decode()
    assert page.headers["Referrer-Policy"] == "no-referrer"
    assert "no-store" in page.headers["Cache-Control"]
    assert outside.post(path + "join/").json()["state"] == "waiting"
    assert Client().post(path + "join/").status_code == 403
    assert outside.get(path + "state/").json()["people"] == []
    assert outside.post(path + "acts/hand_up/").status_code == 409
    let_in(world, meeting, VideoGuest.objects.get())
    assert outside.post(path + "join/").json()["ticket"]["url"] == "/ws/video/"
    people = outside.get(path + "state/").json()["people"]
    assert [one["name"] for one in people] == [world.person("section_chief").name, "周工"]
    assert outside.post(path + "acts/hand_up/").status_code == 204
    assert outside.post(path + "acts/remove/").status_code == 404
    assert VideoParticipant.objects.get(guest__isnull=False).hand_raised_at is not None
    for inner in ("meeting", "video", "video_state"):
        assert outside.get(reverse(f"meetings:{inner}", args=[meeting.pk])).status_code == 302
    state = host.get(reverse("meetings:video_state", args=[meeting.pk])).json()
    assert [one["name"] for one in state["guests"]] == ["周工"]
    revoke = reverse("meetings:guest_revoke", args=[meeting.pk])
    assert host.post(revoke, {"guest": str(made["id"])}).status_code == 204
    assert host.post(revoke, {"guest": "0"}).status_code == 404
    for name in ("", "state/"):
        assert outside.get(path + name).status_code == 404
    assert outside.post(path + "join/").status_code == 404
