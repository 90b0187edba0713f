"""Writing notices once and marking them read."""

from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime

from django.db import transaction
from django.db.models import Q, QuerySet

from apps.accounts.models import Person
from apps.core.actors import Actor
from apps.core.clock import now
from apps.core.errors import NotFound
from apps.core.realtime import person_topic, tell
from apps.core.subjects import Subject
from apps.notifications.models import Delivery, Notice, Preference
from apps.notifications.selectors import mail_is_configured

TITLE_LIMIT = 200
TEXT_LIMIT = 400


@dataclass(frozen=True, kw_only=True)
class NoticeDraft:
    """One occasion to tell people of; see `notice_send`."""

    person_ids: Collection[int]
    key: str
    kind: str
    title: str
    text: str = ""
    subject: Subject | None = None
    is_urgent: bool = False


@transaction.atomic
def notice_send(
    *,
    person_ids: Iterable[int],
    key: str,
    kind: str,
    title: str,
    text: str = "",
    subject: Subject | None = None,
    is_urgent: bool = False,
) -> list[Notice]:
    """Tell people something once: who already has a notice under `key`, or has left, gets none. Returns the new ones.

    `key` names the occasion, such as `task:17`; `title` may be shortened; nothing here is content of a document.
    """
    draft = NoticeDraft(
        person_ids=set(person_ids),
        key=key,
        kind=kind,
        title=title,
        text=text,
        subject=subject,
        is_urgent=is_urgent,
    )
    return notices_send(drafts=[draft])


@transaction.atomic
def notices_send(*, drafts: Sequence[NoticeDraft]) -> list[Notice]:
    """Tell of many occasions at once, each as `notice_send` does; the statements are those of one. Returns the new notices."""
    wanted = {person_id for draft in drafts for person_id in draft.person_ids}
    keys = {draft.key for draft in drafts}
    active = set(Person.objects.filter(pk__in=wanted, is_active=True).values_list("pk", flat=True))
    told = set(Notice.objects.filter(key__in=keys, person_id__in=active).values_list("key", "person_id"))
    fresh = [
        (draft, person_id)
        for draft in drafts
        for person_id in sorted(active.intersection(draft.person_ids))
        if (draft.key, person_id) not in told
    ]
    if not fresh:
        return []
    moment = now()
    Notice.objects.bulk_create(
        [_notice(draft, person_id, moment) for draft, person_id in fresh], ignore_conflicts=True
    )
    people = sorted({person_id for _, person_id in fresh})
    made = {(draft.key, person_id) for draft, person_id in fresh}
    notices = [
        row
        for row in Notice.objects.filter(key__in=keys, person_id__in=people).order_by("id")
        if (row.key, row.person_id) in made
    ]
    _queue_mail(notices)
    _tell(people)
    return notices


def _notice(draft: NoticeDraft, person_id: int, moment: datetime) -> Notice:
    return Notice(
        person_id=person_id,
        key=draft.key,
        kind=draft.kind,
        title=_shortened(draft.title, TITLE_LIMIT),
        text=_shortened(draft.text, TEXT_LIMIT),
        subject_kind=draft.subject.kind if draft.subject else "",
        subject_id=draft.subject.id if draft.subject else None,
        is_urgent=draft.is_urgent,
        created_at=moment,
    )


def _shortened(text: str, limit: int) -> str:
    return text if len(text) <= limit else text[: limit - 1] + "…"


def _queue_mail(notices: list[Notice]) -> None:
    if not mail_is_configured():
        return
    wanting = set(
        Preference.objects.filter(
            person_id__in=[notice.person_id for notice in notices], by_mail=True, person__email__gt=""
        ).values_list("person_id", flat=True)
    )
    Delivery.objects.bulk_create(
        [
            Delivery(notice=notice, channel=Delivery.Channel.MAIL, next_attempt_at=notice.created_at)
            for notice in notices
            if notice.person_id in wanting
        ],
        ignore_conflicts=True,
    )


def _tell(person_ids: Collection[int]) -> None:
    if person_ids:
        tell([person_topic(person_id) for person_id in person_ids], kind="notices")


@transaction.atomic
def notice_read(*, actor: Actor, notice_id: int) -> Notice:
    """Mark one of the actor's notices read. Raises `NotFound` for others'."""
    notice = Notice.objects.filter(pk=notice_id, person_id=actor.person_id).first()
    if notice is None:
        raise NotFound
    _read(Notice.objects.filter(pk=notice.pk))
    return notice


def notice_open(*, actor: Actor, notice_id: int) -> Subject | None:
    """Mark a notice read and say what it is about. Raises `NotFound` for others'."""
    notice = notice_read(actor=actor, notice_id=notice_id)
    if notice.subject_id is None:
        return None
    return Subject(notice.subject_kind, notice.subject_id)


@transaction.atomic
def notices_read_all(*, actor: Actor) -> int:
    """Mark all of the actor's notices read. Returns how many were unread."""
    return _read(Notice.objects.filter(person_id=actor.person_id))


@transaction.atomic
def notices_read_about(*, actor: Actor, subject: Subject) -> int:
    """The actor looks at the subject: its notices need no more attention. Returns how many were unread."""
    return _read(
        Notice.objects.filter(person_id=actor.person_id, subject_kind=subject.kind, subject_id=subject.id)
    )


@transaction.atomic
def notices_settle(*, subject: Subject, key: str, person_ids: Collection[int] | None = None) -> int:
    """What was asked under `key` is done: its notice and the urgings (`key:…`) are read for everybody, or these, who got one."""
    asked = Q(key=key) | Q(key__startswith=f"{key}:")
    if person_ids is not None:
        asked &= Q(person_id__in=person_ids)
    return _read(Notice.objects.filter(asked, subject_kind=subject.kind, subject_id=subject.id))


def _read(notices: QuerySet[Notice]) -> int:
    unread = list(notices.filter(read_at__isnull=True).values_list("pk", "person_id"))
    if unread:
        Notice.objects.filter(pk__in=[pk for pk, _ in unread], read_at__isnull=True).update(read_at=now())
        _tell({person_id for _, person_id in unread})
    return len(unread)
