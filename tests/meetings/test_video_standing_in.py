"""When the hosts of a video lose their network: who stands in, and who gets the room back."""

import json
from collections.abc import Iterator
from datetime import timedelta
from typing import Any

import pytest
from django.urls import reverse

from apps.audit.models import AuditEntry
from apps.core import clock
from apps.core.errors import Forbidden, ValidationFailed
from apps.meetings.enums import VideoAct
from apps.meetings.models import Meeting, VideoGuest, VideoParticipant, VideoRoom
from apps.meetings.policies import leads_video
from apps.meetings.selectors.standing_in import leaders_among
from apps.meetings.selectors.video import own_part
from apps.meetings.services.guests import guest_enter, guest_invite
from apps.meetings.services.standing_in import PATIENCE, hosts_watch
from apps.meetings.services.staying import stay_begin, stay_end
from apps.meetings.services.video import video_act, video_enter
from apps.messaging.models import Message
from config.stack.media import Media
from tests.factories.world import CAST, World
from tests.helpers.media import media_server
from tests.helpers.meetings import MONDAY, notified

pytestmark = [pytest.mark.django_db, pytest.mark.long]
SECOND = timedelta(seconds=1)


@pytest.fixture(scope="module")
def running() -> Iterator[Media]:
    """A real media server."""
    with media_server(22_500) as media:
        yield media


@pytest.fixture(autouse=True)
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


class Play:
    """A meeting whose people come and go at seconds after its beginning."""

    def __init__(self, world: World, *called: str) -> None:
        self.world = world
        self.meeting: Meeting = notified(world, post_ids=[world.post(key).pk for key in called])
        self.stays: dict[str, int] = {}
        for key in ("section_chief", *called):
            self.come(key)

    def come(self, key: str, second: int = 0) -> None:
        """In, as the media server tells."""
        with clock.at(MONDAY + second * SECOND):
            video_enter(actor=self.world.actor(key), meeting_id=self.meeting.pk)
            who = str(self.world.person(key).pk)
            self.stays[key] = stay_begin(meeting_id=self.meeting.pk, who=who) or 0
            assert self.stays[key]

    def go(self, key: str, second: int) -> None:
        """Out: left or lost."""
        with clock.at(MONDAY + second * SECOND):
            stay_end(stay_id=self.stays[key])

    def watch(self, second: float) -> int:
        """The clock's look."""
        with clock.at(MONDAY + second * SECOND):
            return hosts_watch()

    def act(self, key: str, act: VideoAct, whom: str = "") -> None:
        """A verb of hosts."""
        person_id = self.world.person(whom).pk if whom else 0
        video_act(actor=self.world.actor(key), meeting_id=self.meeting.pk, act=act, person_id=person_id)

    @property
    def stands_in(self) -> str:
        """Who keeps order for the hosts, by name."""
        row = VideoParticipant.objects.filter(stands_in_since__isnull=False).select_related("person").first()
        return row.person.name if row is not None and row.person is not None else ""


def test_after_a_while_without_a_host_the_highest_by_post_stands_in(world: World) -> None:
    """Not at once: browsers come back by themselves. Told in the talk, traced, and with a host's verbs."""
    play = Play(world, "stranger", "county_unit_head", "county_head")
    play.go("section_chief", 10)
    assert play.watch(10 + PATIENCE.total_seconds() - 1) == 0
    with pytest.raises(Forbidden):
        play.act("county_head", VideoAct.LOCK)
    assert play.watch(10 + PATIENCE.total_seconds()) == 1
    assert play.watch(11 + PATIENCE.total_seconds()) == 0
    assert play.stands_in == "江临川"
    play.act("county_head", VideoAct.LOCK)
    assert Message.objects.filter(text__contains="由 江临川 代行主持（在会人员中职务排序最前）").count() == 1
    assert [
        one.facts["act"] for one in AuditEntry.objects.filter(person_id=None, action="meetings.video_act")
    ] == ["stand_in"]


def test_whom_a_host_has_named_stands_in(world: World, client: Any) -> None:
    """One at a time, shown on every page; who is named but not there is passed over."""
    play = Play(world, "stranger", "county_head")
    play.act("section_chief", VideoAct.DEPUTY, "county_head")
    play.act("section_chief", VideoAct.DEPUTY, "stranger")
    assert VideoParticipant.objects.filter(is_deputy=True).count() == 1
    play.go("section_chief", 10)
    assert play.watch(60) == 1
    assert play.stands_in == "陌上"
    client.force_login(world.person("stranger"))
    state = json.loads(client.get(reverse("meetings:video_state", args=[play.meeting.pk])).content)
    assert state["leads"]
    assert [one["name"] for one in state["people"] if one["standsIn"]] == ["陌上"]
    play.go("stranger", 70)
    assert play.watch(71) == 1
    assert play.stands_in == "江临川"


def test_a_host_gets_the_room_back_at_once(world: World) -> None:
    """Whoever leads by right: the one who stood in loses the verbs the moment a host is inside."""
    play = Play(world, "stranger")
    play.go("section_chief", 10)
    assert play.watch(60) == 1
    play.act("stranger", VideoAct.LOCK)
    play.come("director", 70)
    assert play.stands_in == ""
    with pytest.raises(Forbidden):
        play.act("stranger", VideoAct.UNLOCK)
    assert Message.objects.filter(text="会场已有主持人，陌上 代行主持结束。").count() == 1
    assert play.watch(200) == 0


def test_with_another_host_inside_nobody_stands_in(world: World) -> None:
    """A joint host or a head of the calling organ leads already; and a host who is back in time was never away."""
    play = Play(world, "stranger", "county_head")
    play.act("section_chief", VideoAct.COHOST, "stranger")
    play.go("section_chief", 10)
    assert play.watch(60) == 0
    play.come("section_chief", 70)
    play.act("section_chief", VideoAct.UNCOHOST, "stranger")
    play.go("section_chief", 80)
    play.come("section_chief", 85)
    assert play.watch(200) == 0
    assert play.stands_in == ""


def test_who_counts_as_a_host_is_who_leads_by_right(world: World) -> None:
    """Of the whole cast, in the room or not: the same people by the policy of the verbs and by the look at who is inside."""
    play = Play(world, "stranger", "county_head")
    play.act("section_chief", VideoAct.COHOST, "county_head")
    play.go("section_chief", 10)
    room = VideoRoom.objects.select_related("meeting__host", "meeting__organiser").get()
    leads = {
        key: leads_video(world.actor(key), room.meeting, own_part(world.actor(key), room)) for key in CAST
    }
    assert {key: bool(leaders_among({world.person(key).pk}, room)) for key in CAST} == leads
    assert leads["county_head"]
    assert leads["deputy"]
    assert not leads["stranger"]


def test_an_empty_room_and_guests_are_led_by_nobody(world: World) -> None:
    """Where no colleague is left nothing is handed over; a guest cannot be named."""
    play = Play(world, "stranger")
    host = world.actor("section_chief")
    guest: VideoGuest = guest_invite(
        actor=host, meeting_id=play.meeting.pk, name="周工", organisation="省信息中心"
    ).guest
    guest_enter(guest_id=guest.pk, device="a-browser")
    video_act(actor=host, meeting_id=play.meeting.pk, act=VideoAct.ADMIT, guest_id=guest.pk)
    assert stay_begin(meeting_id=play.meeting.pk, who=guest.who)
    with pytest.raises(ValidationFailed, match="外部嘉宾不能"):
        video_act(actor=host, meeting_id=play.meeting.pk, act=VideoAct.DEPUTY, guest_id=guest.pk)
    play.go("stranger", 5)
    play.go("section_chief", 10)
    assert VideoRoom.objects.get().hosts_left_at is None
    assert play.watch(100) == 0


def test_who_is_removed_or_the_end_of_the_video_ends_the_standing_in(world: World) -> None:
    """No verbs are left with somebody outside."""
    play = Play(world, "stranger", "county_head")
    play.act("section_chief", VideoAct.DEPUTY, "stranger")
    play.act("section_chief", VideoAct.REMOVE, "stranger")
    assert not VideoParticipant.objects.filter(is_deputy=True).exists()
    play.go("section_chief", 10)
    assert play.watch(60) == 1
    play.act("county_head", VideoAct.END)
    play.go("county_head", 70)
    assert play.stands_in == ""
    assert play.watch(200) == 0
