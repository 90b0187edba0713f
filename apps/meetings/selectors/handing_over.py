"""Meetings a post organises, and invitations it has not answered, for its hand-over."""

from django.db.models import QuerySet
from django.urls import reverse

from apps.core.handing_over import HandoverItem
from apps.meetings.enums import MeetingState
from apps.meetings.models import Invitation, Meeting
from apps.notifications.models import Announcement

OVER = (MeetingState.ENDED, MeetingState.CANCELLED)


def meetings_listed(giver_id: int, taker_id: int) -> list[HandoverItem]:  # noqa: ARG001  # the signature of all sources
    """Meetings that are not over and whose organiser holds the post."""
    meetings = Meeting.objects.filter(organiser_id=giver_id).exclude(state__in=OVER)
    return [
        HandoverItem(
            id=meeting.pk,
            title=meeting.name,
            url=reverse("meetings:meeting", args=[meeting.pk]),
            note="承办人",
        )
        for meeting in meetings.order_by("starts_at", "id")
    ]


def invitations_listed(giver_id: int, taker_id: int) -> list[HandoverItem]:
    """Invitations of the post nobody has answered; where the receiver is invited as well there is nothing to hand over."""
    owed = Invitation.objects.filter(
        post_id=giver_id, slip_version=0, recipient__slip__isnull=True, meeting__state=MeetingState.NOTIFIED
    ).exclude(meeting__invitations__post_id=taker_id)
    return [
        HandoverItem(
            id=one.pk,
            title=one.meeting.name,
            url=reverse("meetings:meeting", args=[one.meeting_id]),
            note="未答复的参会邀请",
        )
        for one in owed.select_related("meeting").order_by("meeting__starts_at", "id")
    ]


def notices_of_meetings() -> QuerySet[Announcement]:
    """Announcements that go with a meeting's invitations."""
    return Announcement.objects.filter(
        pk__in=Meeting.objects.filter(announcement__isnull=False).values("announcement")
    )
