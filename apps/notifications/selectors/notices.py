"""Reads of notices: always one person's own."""

from collections.abc import Iterable
from enum import StrEnum

from django.db.models import Q, QuerySet

from apps.core.actors import Actor
from apps.core.paging import Page, page_of
from apps.core.prepared import PreparedFor
from apps.core.shell import COUNT_LIMIT
from apps.notifications.models import Delivery, Notice, Preference
from apps.workflow.models import Reading, Run

ORDER = ("-created_at", "-id")


class Only(StrEnum):
    """Filters of the inbox."""

    ALL = "all"
    UNREAD = "unread"
    URGENT = "urgent"


def notices_of(actor: Actor, only: Only = Only.ALL) -> QuerySet[Notice]:
    """The actor's notices, newest first."""
    notices = Notice.objects.filter(person_id=actor.person_id).order_by(*ORDER)
    if only is Only.UNREAD:
        return notices.filter(read_at__isnull=True)
    return notices.filter(is_urgent=True) if only is Only.URGENT else notices


def inbox_page(actor: Actor, only: Only, cursor: str) -> Page[Notice]:
    """One page of the inbox."""
    return page_of(notices_of(actor, only), order=ORDER, cursor=cursor)


def notice_ids_under(key: str, person_ids: Iterable[int]) -> list[int]:
    """The notices these people got under `key`, the later ones (`key:…`) included."""
    mine = Q(key=key) | Q(key__startswith=f"{key}:")
    return list(
        Notice.objects.filter(mine, person_id__in=list(person_ids))
        .order_by("id")
        .values_list("pk", flat=True)
    )


def unread_count(actor: Actor) -> int:
    """Live number of unread notices, counted up to just above what is shown."""
    return _UNREAD.count(actor)


_UNREAD = PreparedFor(
    lambda actor: Notice.objects.filter(person_id=actor.person_id, read_at__isnull=True).order_by()[
        : COUNT_LIMIT + 1
    ]
)


def preference_of(actor: Actor) -> Preference:
    """The actor's wishes, the defaults when none were kept."""
    return Preference.objects.filter(person_id=actor.person_id).first() or Preference(
        person_id=actor.person_id
    )


def sms_states(notice_ids: Iterable[int]) -> dict[int, str]:
    """Person → what became of the SMS in words, for the notices that were sent as such; the latest counts."""
    rows = Delivery.objects.filter(notice_id__in=list(notice_ids), channel=Delivery.Channel.SMS).order_by(
        "pk"
    )
    return {
        person_id: str(Delivery.State(state).label)
        for person_id, state in rows.values_list("notice__person_id", "state")
    }


def reading_with_matter(reading_id: int) -> Reading | None:
    """The read an event speaks of, None when it is gone."""
    return Reading.objects.select_related("matter", "sent_by").filter(pk=reading_id).first()


def readings_unread(reading_ids: list[int]) -> QuerySet[Reading]:
    """Those of the reads that still wait for their readers."""
    return Reading.objects.select_related("matter", "sent_by").filter(
        pk__in=reading_ids, read_at__isnull=True, cancelled_at__isnull=True
    )


def run_with_matter(run_id: int) -> Run | None:
    """The run an event speaks of, None when it is gone."""
    return Run.objects.select_related("matter").filter(pk=run_id).first()
