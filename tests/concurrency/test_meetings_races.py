"""One room for many clerks, and a meeting cancelled while people sign in, on real PostgreSQL."""

from datetime import timedelta

import pytest
from pytest_django.fixtures import Settings

from apps.audit.models import AuditEntry
from apps.core import clock
from apps.core.actors import Actor
from apps.core.errors import Conflict, InvalidState
from apps.meetings.models import Attendee, Booking, Meeting, VideoRoom
from apps.meetings.openings import Slot
from apps.meetings.services.bookings import BookingDraft, booking_make
from apps.meetings.services.checkin import checkin_by_staff
from apps.meetings.services.issuing import meeting_cancel
from apps.meetings.services.video import Entry, video_enter
from tests.concurrency.racing import race
from tests.factories.world import World
from tests.helpers.meetings import MONDAY, notified, room, running, slot

pytestmark = pytest.mark.django_db(transaction=True)


def test_of_many_clerks_at_overlapping_hours_one_gets_the_room() -> None:
    """Half of them want the same hours, half a quarter of an hour later; the others are told what is free."""
    world = World.build()
    clerk = world.actor("clerk")
    where = room(world)
    same, later = slot(), Slot(slot().starts_at + timedelta(minutes=15), slot().ends_at)

    def book(when: Slot) -> Booking:
        with clock.at(MONDAY):
            return booking_make(actor=clerk, draft=BookingDraft(room_id=where.pk, slot=when, purpose="例会"))[
                0
            ]

    answers = race(*[lambda: book(same)] * 4, *[lambda: book(later)] * 4)
    assert [type(answer) for answer in answers if not isinstance(answer, Booking)] == [Conflict] * 7
    assert Booking.objects.count() == 1


def test_nobody_signs_in_to_a_meeting_that_has_been_cancelled() -> None:
    """Whoever comes after the cancellation is told; nothing stands half-way, and nobody runs into a deadlock."""
    world = World.build()
    with clock.at(MONDAY):
        meeting = running(world)
    chief, director = world.actor("section_chief"), world.actor("director")
    rows = list(meeting.attendees.values_list("pk", flat=True))

    def sign_in(pk: int) -> Attendee:
        with clock.at(meeting.starts_at):
            return checkin_by_staff(actor=chief, meeting_id=meeting.pk, attendee_id=pk)

    def cancel() -> Meeting:
        with clock.at(meeting.starts_at):
            return meeting_cancel(actor=director, meeting_id=meeting.pk, words="停电")

    answers = race(*[lambda pk=pk: sign_in(pk) for pk in rows * 3], cancel)
    assert isinstance(answers[-1], Meeting)
    assert {type(answer) for answer in answers[:-1]} <= {Attendee, InvalidState}
    late = Attendee.objects.create(
        meeting=meeting,
        invitation=meeting.invitations.order_by("pk")[0],
        organ=world.organs["data"],
        name="后到",
        door_code="LATE2345",
    )
    with pytest.raises(InvalidState, match="已取消"):
        sign_in(late.pk)


def test_hosts_who_open_the_video_together_open_one(settings: Settings) -> None:
    """Nobody meets an error, and it was opened once."""
    settings.MEDIA_CONTROL, settings.MEDIA_SECRET = "127.0.0.1:9", "s" * 32
    world = World.build()
    with clock.at(MONDAY):
        meeting = notified(world)

    def enter(host: Actor) -> Entry:
        with clock.at(MONDAY):
            return video_enter(actor=host, meeting_id=meeting.pk)

    hosts = [world.actor(key) for key in ("head", "section_chief", "director")]
    answers = race(*[lambda host=host: enter(host) for host in hosts])
    assert [answer for answer in answers if not isinstance(answer, Entry)] == []
    assert VideoRoom.objects.count() == 1
    assert AuditEntry.objects.filter(action="meetings.video_open").count() == 1
