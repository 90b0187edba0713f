"""What the clock does twice a minute: too fine for the sweep of working days, safe to run twice."""

from django.db import transaction

from apps.core.clock import local, now
from apps.core.subjects import Subject
from apps.meetings.dating import SOON
from apps.meetings.enums import MeetingState
from apps.meetings.models import Meeting
from apps.meetings.policies import KIND
from apps.meetings.selectors.concerned import hearers
from apps.meetings.services.bookings import bookings_release
from apps.meetings.services.staying import stays_match
from apps.notifications.enums import NoticeKind
from apps.notifications.services import NoticeDraft, notices_send

BATCH = 50


@transaction.atomic
def soon_tell(*, size: int = BATCH) -> int:
    """Tell those who come that the meeting begins within half an hour, once. Returns how many meetings."""
    rows = list(
        Meeting.objects.select_for_update(of=("self",), skip_locked=True)
        .select_related("organiser", "host", "booking__room")
        .filter(
            state=MeetingState.NOTIFIED,
            is_soon_told=False,
            starts_at__gt=now(),
            starts_at__lte=now() + SOON,
        )
        .order_by("starts_at", "pk")[:size]
    )
    notices_send(
        drafts=[
            NoticeDraft(
                person_ids=hearers(meeting),
                key=f"{KIND}:{meeting.pk}:soon:{int(meeting.starts_at.timestamp())}",
                kind=NoticeKind.URGE,
                title=f"{local(meeting.starts_at):%H:%M} 开会：{meeting.name}",
                text=meeting.place,
                subject=Subject(KIND, meeting.pk),
                is_urgent=True,
            )
            for meeting in rows
        ]
    )
    Meeting.objects.filter(pk__in=[meeting.pk for meeting in rows]).update(is_soon_told=True)
    return len(rows)


def meetings_tick() -> int:
    """All of it, each in its own transaction: the media server is asked while no row is locked. Returns how many rows were touched."""
    return bookings_release() + soon_tell() + stays_match()
