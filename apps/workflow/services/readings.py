"""Reads (待阅): sent, read, cancelled, urged. Reading is all that is asked; nothing waits for it."""

from collections.abc import Iterable, Sequence
from datetime import timedelta

from django.db import transaction
from django.db.models import Q

from apps.accounts.models import Appointment
from apps.audit.services import record
from apps.core.actors import Actor
from apps.core.clock import now
from apps.core.errors import Forbidden, InvalidState, NotFound, ValidationFailed
from apps.core.events import publish
from apps.core.realtime import person_topic, tell
from apps.core.subjects import Subject
from apps.core.submissions import claim
from apps.workflow.assignees import running_appointments
from apps.workflow.events import ReadingSent, ReadingUrged
from apps.workflow.models import Matter, Reading, StepLog
from apps.workflow.policies import may_urge_readers

NAMES_SHOWN = 10
URGE_PAUSE = timedelta(minutes=10)


@transaction.atomic
def reading_send(
    *,
    actor: Actor,
    matter: Matter,
    appointments: Iterable[Appointment | int],
    source: str = Reading.Source.CIRCULATION,
) -> list[Reading]:
    """Put the matter on people's reading lists; who has it already is passed over. Returns the new reads.

    Whether the actor may widen the circle is the owning app's rule. Raises `ValidationFailed` when nobody is named or somebody
    named no longer holds the post.
    """
    wanted = [given if isinstance(given, int) else given.pk for given in appointments]
    posts = {post.person_id: post for post in reversed(running_appointments().filter(pk__in=wanted))}
    if not wanted or len({post.pk for post in posts.values()}) == 0:
        raise ValidationFailed("请选择传阅对象。", fields={"appointments": "请选择人员"})
    Matter.objects.select_for_update(of=("self",)).get(pk=matter.pk)
    has_it = set(
        Reading.objects.filter(matter=matter, person_id__in=posts, cancelled_at__isnull=True).values_list(
            "person_id", flat=True
        )
    )
    moment = now()
    fresh = [
        Reading(
            matter=matter,
            person_id=post.person_id,
            appointment=post,
            source=Reading.Source(source),
            sent_by_id=actor.person_id,
            sent_at=moment,
        )
        for post in reversed(posts.values())
        if post.person_id not in has_it
    ]
    if not fresh:
        return []
    Reading.objects.bulk_create(fresh)
    names = [reading.appointment.person.name for reading in fresh]
    _log(actor, matter, "传阅" if source == Reading.Source.CIRCULATION else "知会", names)
    publish(ReadingSent(matter_id=matter.pk, reading_ids=[reading.pk for reading in fresh]))
    _audit("workflow.reading_send", actor, matter, [reading.pk for reading in fresh])
    _frames(matter.pk, fresh)
    return fresh


@transaction.atomic
def reading_done(*, actor: Actor, reading_ids: Sequence[int]) -> int:
    """Mark the actor's own reads as read; the first time counts. Returns how many were new. Others' ids are passed over."""
    mine = list(
        Reading.objects.select_for_update(of=("self",)).filter(
            pk__in=list(reading_ids),
            person_id=actor.person_id,
            read_at__isnull=True,
            cancelled_at__isnull=True,
        )
    )
    if not mine:
        return 0
    Reading.objects.filter(pk__in=[reading.pk for reading in mine]).update(read_at=now())
    record("workflow.reading_done", actor=actor, facts={"readings": [reading.pk for reading in mine]})
    tell([person_topic(actor.person_id)], kind="inbox", ids=sorted({reading.matter_id for reading in mine}))
    return len(mine)


@transaction.atomic
def matter_read(*, actor: Actor, matter: Matter) -> int:
    """The actor has opened the matter: the actor's read of it is done."""
    ids = Reading.objects.filter(
        matter=matter, person_id=actor.person_id, read_at__isnull=True, cancelled_at__isnull=True
    ).values_list("pk", flat=True)
    return reading_done(actor=actor, reading_ids=list(ids))


@transaction.atomic
def reading_cancel(*, actor: Actor, reading_ids: Sequence[int], granted: Matter | None = None) -> int:
    """Take back reads the actor sent and nobody has read yet. Raises `InvalidState` when all of them have been read.

    `granted`: the owning app lets the actor take back whatever was sent of this matter.
    """
    mine = Q(sent_by_id=actor.person_id) if granted is None else Q(matter=granted)
    sent = list(
        Reading.objects.select_for_update(of=("self",))
        .select_related("matter", "person")
        .filter(mine, pk__in=list(reading_ids), cancelled_at__isnull=True)
        .order_by("matter_id", "pk")
    )
    if not sent:
        raise NotFound
    unread = [reading for reading in sent if reading.read_at is None]
    if not unread:
        raise InvalidState(f"{sent[0].person.name}等{len(sent)}人已阅，不能取消。")
    Reading.objects.filter(pk__in=[reading.pk for reading in unread]).update(cancelled_at=now())
    for matter in {reading.matter_id: reading.matter for reading in unread}.values():
        of_matter = [reading for reading in unread if reading.matter_id == matter.pk]
        _log(actor, matter, "取消传阅", [reading.person.name for reading in of_matter])
        _audit("workflow.reading_cancel", actor, matter, [reading.pk for reading in of_matter])
        _frames(matter.pk, of_matter)
    return len(unread)


@transaction.atomic
def readings_hand_over(*, actor: Actor, giver_id: int, taker_id: int, ids: Sequence[int]) -> None:
    """Unread reads of one post go to another; part of a hand-over that both sides confirmed. Refuses a receiver not in office.

    The giver's read is cancelled and the receiver gets one from the same sender, so that the circle shows both.
    """
    post = running_appointments().filter(pk=taker_id).first()
    if post is None:
        raise InvalidState("接收人已不在岗，不能交接，请另选接收人。")
    unread = (
        Reading.objects.select_for_update(of=("self",))
        .select_related("matter", "person")
        .filter(pk__in=list(ids), appointment_id=giver_id, read_at__isnull=True, cancelled_at__isnull=True)
        .order_by("matter_id", "pk")
    )
    for old in list(unread):
        old.cancelled_at = now()
        old.save(update_fields=["cancelled_at"])
        fresh = Reading.objects.create(
            matter=old.matter,
            person_id=post.person_id,
            appointment=post,
            source=old.source,
            sent_by_id=old.sent_by_id,
            sent_at=now(),
        )
        _log(actor, old.matter, "交接", [f"{old.person.name} → {post.person.name}"])
        publish(ReadingSent(matter_id=old.matter_id, reading_ids=[fresh.pk]))
        _audit("workflow.reassign", actor, old.matter, [old.pk, fresh.pk])
        _frames(old.matter_id, [old, fresh])


@transaction.atomic
def readings_urge(
    *,
    actor: Actor,
    matter: Matter,
    key: str = "",
    is_granted: bool = False,
    reading_ids: Sequence[int] | None = None,
) -> int:
    """Urge those (of `reading_ids`) who have not read, each at most once in ten minutes. Returns how many were urged.

    The same idempotency `key` urges once and then gives 0. Raises `Forbidden` for people who neither began the matter, nor
    handled it, nor sent it to somebody to read, unless the owning app has granted it (`is_granted`).
    """
    if not claim(person_id=actor.person_id, key=key, verb="workflow.reading_urge"):
        return 0
    if not is_granted and not may_urge_readers(actor, matter):
        raise Forbidden("只有发起人、经办人和送阅人可以提醒未读人员。", rule="participant")
    moment = now()
    unread = list(
        Reading.objects.select_for_update(of=("self",))
        .select_related("person")
        .filter(matter=matter, read_at__isnull=True, cancelled_at__isnull=True)
    )
    if reading_ids is not None:
        unread = [reading for reading in unread if reading.pk in set(reading_ids)]
    if not unread:
        raise InvalidState("全部人员均已阅，无需提醒。")
    due = [
        reading for reading in unread if reading.urged_at is None or reading.urged_at <= moment - URGE_PAUSE
    ]
    if not due:
        raise InvalidState("十分钟内已提醒过未读人员，请稍后再提醒。")
    Reading.objects.filter(pk__in=[reading.pk for reading in due]).update(urged_at=moment)
    for reading in due:
        publish(ReadingUrged(reading_id=reading.pk))
    _log(actor, matter, "催阅", [reading.person.name for reading in due])
    _audit("workflow.reading_urge", actor, matter, [reading.pk for reading in due])
    _frames(matter.pk, due)
    return len(due)


def _log(actor: Actor, matter: Matter, verb: str, names: list[str]) -> None:
    shown = "、".join(names[:NAMES_SHOWN]) + (f"等{len(names)}人" if len(names) > NAMES_SHOWN else "")
    StepLog.objects.create(
        matter=matter,
        verb=verb,
        person_name=actor.name,
        post_text=actor.post_text[:200],
        to_text=shown,
        at=now(),
    )


def _audit(action: str, actor: Actor, matter: Matter, reading_ids: list[int]) -> None:
    record(
        action,
        actor=actor,
        subject=Subject(matter.subject_kind, matter.subject_id),
        subject_text=matter.reference_number or f"事项{matter.pk}",
        facts={"readings": reading_ids},
    )


def _frames(matter_id: int, readings: list[Reading]) -> None:
    tell([person_topic(reading.person_id) for reading in readings], kind="inbox", ids=[matter_id])
