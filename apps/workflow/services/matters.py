"""Matters: opened and kept current by the app that owns the subject; followed by whoever may see it."""

from datetime import datetime

from django.db import transaction

from apps.audit.services import record
from apps.core.actors import Actor
from apps.core.clock import now
from apps.core.joining import joins_verb
from apps.core.subjects import Subject
from apps.workflow.models import Follow, Matter
from apps.workflow.selectors.gates import matter_for


@transaction.atomic
def matter_open(
    *,
    actor: Actor | None,
    subject: Subject,
    category: str,
    title: str,
    origin_name: str,
    organ_id: int,
    urgency: str = "",
    reference_number: str = "",
    dated_at: datetime | None = None,
) -> Matter:
    """The card of a new subject, begun by the actor; None is a system outside the house.

    A subject has one card: a second opening is an IntegrityError.
    `dated_at` is the moment by which the owner orders its lists, unless told this one; it stays.
    """
    moment = now()
    return Matter.objects.create(
        subject_kind=subject.kind,
        subject_id=subject.id,
        category=category,
        title=title,
        urgency=urgency,
        origin_name=origin_name[:100],
        reference_number=reference_number,
        organ_id=organ_id,
        initiator_id=actor.person_id if actor else None,
        dated_at=dated_at or moment,
        created_at=moment,
    )


@joins_verb
def matter_update(
    *,
    matter: Matter,
    title: str | None = None,
    urgency: str | None = None,
    reference_number: str | None = None,
    state_text: str | None = None,
    closed: bool | None = None,
    organ_id: int | None = None,
) -> None:
    """Bring the card up to date; what is None stays. `closed` True stamps the time, False opens it again.

    `organ_id`: the organ that took the thing over; runs begun from then on are its own.
    """
    wanted = {
        "title": title,
        "urgency": urgency,
        "reference_number": reference_number,
        "state_text": state_text,
        "organ_id": organ_id,
    }
    changed = [name for name, value in wanted.items() if value is not None and getattr(matter, name) != value]
    for name in changed:
        setattr(matter, name, wanted[name])
    if closed is not None and closed != (matter.closed_at is not None):
        matter.closed_at = now() if closed else None
        changed.append("closed_at")
    if changed:
        matter.save(update_fields=changed)


@transaction.atomic
def matter_follow(*, actor: Actor, matter_id: int) -> Matter:
    """Keep an eye on a matter the actor may see; twice is once. Raises `NotFound` for one that is not to be seen."""
    matter = matter_for(actor, matter_id)
    _, is_new = Follow.objects.get_or_create(
        matter=matter, person_id=actor.person_id, defaults={"created_at": now()}
    )
    if is_new:
        record("workflow.follow", actor=actor, subject=Subject(matter.subject_kind, matter.subject_id))
    return matter


@transaction.atomic
def matter_unfollow(*, actor: Actor, matter_id: int) -> Matter:
    """Stop following; not following is fine."""
    matter = matter_for(actor, matter_id)
    removed, _ = Follow.objects.filter(matter=matter, person_id=actor.person_id).delete()
    if removed:
        record("workflow.unfollow", actor=actor, subject=Subject(matter.subject_kind, matter.subject_id))
    return matter
