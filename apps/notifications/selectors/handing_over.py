"""Reply slips a person still owes, for the hand-over of a post."""

from collections.abc import Callable

from django.db.models import QuerySet
from django.urls import reverse

from apps.accounts.models import Appointment
from apps.core.handing_over import HandoverItem
from apps.notifications.models import Announcement, AnnouncementRecipient

# announcements of things that hand themselves over (a meeting's notice goes with its invitation): querysets of ids
_bound: list[Callable[[], QuerySet[Announcement]]] = []


def bound_add(announcements: Callable[[], QuerySet[Announcement]]) -> None:
    """An upper app takes care of these announcements itself; called from its `ready()`."""
    _bound.append(announcements)


def slips_owed(person_id: int) -> QuerySet[AnnouncementRecipient]:
    """Lines of a person in announcements that still take an answer and have none from this person."""
    owed = AnnouncementRecipient.objects.filter(
        person_id=person_id, slip__isnull=True, announcement__status=Announcement.Status.PUBLISHED
    ).exclude(announcement__fields=[])
    for announcements in _bound:
        owed = owed.exclude(announcement__in=announcements())
    return owed


def slips_listed(giver_id: int, taker_id: int) -> list[HandoverItem]:
    """Unanswered 回执 of the giver, the oldest first; where the receiver is asked as well there is nothing to hand over."""
    posts = Appointment.objects.in_bulk([giver_id, taker_id])
    asked = AnnouncementRecipient.objects.filter(person_id=posts[taker_id].person_id).values("announcement")
    rows = (
        slips_owed(posts[giver_id].person_id).exclude(announcement__in=asked).select_related("announcement")
    )
    return [
        HandoverItem(
            id=row.pk,
            title=row.announcement.title,
            url=reverse("notifications:announcement", args=[row.announcement_id]),
            note="未回执",
        )
        for row in rows.order_by("announcement__published_at", "id")
    ]
