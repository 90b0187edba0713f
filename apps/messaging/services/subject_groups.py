"""Groups that follow a thing of another app: who takes part in it is in, who is put out of it is out."""

from django.db import transaction

from apps.core.actors import Actor
from apps.core.clock import now
from apps.core.errors import NotFound
from apps.core.subjects import Subject, can_view
from apps.messaging.enums import ConversationKind as Kind
from apps.messaging.models import Conversation, Membership
from apps.messaging.services.members import members_join, members_part, owner_follow
from apps.messaging.services.sending import Content, message_send


@transaction.atomic
def subject_group_enter(*, actor: Actor, subject: Subject, name: str) -> Conversation:
    """The subject's living group with the actor in it; made at the first time, with a card of the subject as first message.

    Nobody is announced. Who comes later sees what is said from then on. Raises `NotFound` for who may not see the subject.
    """
    if not can_view(actor, subject):
        raise NotFound
    moment = now()
    group, is_new = Conversation.objects.select_for_update(of=("self",)).get_or_create(
        kind=Kind.SUBJECT,
        subject_kind=subject.kind,
        subject_id=subject.id,
        dissolved_at=None,
        defaults={
            "name": name[:80], "created_by_id": actor.person_id, "created_at": moment, "last_at": moment,
        },
    )  # fmt: skip
    members_join(
        conversation=group, person_ids=[actor.person_id], owner_id=actor.person_id if is_new else None
    )
    if is_new:
        message_send(actor=actor, conversation_id=group.pk, client_id="", content=Content(card=subject))
    return group


@transaction.atomic
def subject_group_part(*, subject: Subject, person_id: int) -> bool:
    """Out of the subject's group, when there is one: from the next message on nothing is heard. Whether somebody went."""
    group = (
        Conversation.objects.select_for_update(of=("self",))
        .filter(
            kind=Kind.SUBJECT, subject_kind=subject.kind, subject_id=subject.id, dissolved_at__isnull=True
        )
        .first()
    )
    row = Membership.objects.filter(conversation=group, person_id=person_id, left_at__isnull=True).first()
    if group is None or row is None:
        return False
    owner_follow(leaving=row)
    members_part(conversation=group, person_ids=[person_id])
    return True
