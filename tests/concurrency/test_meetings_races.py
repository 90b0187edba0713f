"""One room for many clerks, and a meeting cancelled while people sign in, on real PostgreSQL."""

from datetime import timedelta

import pytest

from apps.core import clock
from apps.core.errors import Conflict, InvalidState
from apps.meetings.models import Attendee, Booking, Meeting
from apps.meetings.openings import Slot
from apps.meetings.services.bookings import BookingDraft, booking_make
from apps.meetings.services.checkin import checkin_by_staff
from apps.meetings.services.issuing import meeting_cancel
from tests.concurrency.racing import race
from tests.factories.world import World
from tests.helpers.meetings import MONDAY, room, running, slot

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
