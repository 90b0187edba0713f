"""Meetings a post organises, for its hand-over."""

from django.urls import reverse

from apps.core.handing_over import HandoverItem
from apps.meetings.enums import MeetingState
from apps.meetings.models import Meeting

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
