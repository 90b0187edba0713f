"""Groups that follow a thing of another app: who takes part in it is in, who is put out of it is out."""

from collections.abc import Sequence

from django.db import transaction

from apps.accounts.selectors import people_active
from apps.core.actors import Actor
from apps.core.clock import now
from apps.core.errors import NotFound
from apps.core.subjects import Subject, can_view
from apps.messaging.enums import ConversationKind as Kind
from apps.messaging.enums import MemberRole
from apps.messaging.models import Conversation, Membership
from apps.messaging.services.log import line_add
from apps.messaging.services.members import (
    crowd_refuse,
    invited_line,
    members_join,
    members_part,
    owner_follow,
)
from apps.messaging.services.sending import Content, message_send


@transaction.atomic
def subject_group_enter(*, actor: Actor, subject: Subject, name: str) -> Conversation:
    """The subject's living group with the actor in it; made at the first time, with a card of the subject as first message.

    Nobody is announced. Who comes later sees what is said from then on. Raises `NotFound` for who may not see the subject.
    """
    if not can_view(actor, subject):
        raise NotFound
    group, is_new = _locked_or_made(actor, subject, name)
    members_join(
        conversation=group, person_ids=[actor.person_id], owner_id=actor.person_id if is_new else None
    )
    if is_new:
        message_send(actor=actor, conversation_id=group.pk, client_id="", content=Content(card=subject))
    return group


@transaction.atomic
def subject_group_gather(
    *, actor: Actor, subject: Subject, name: str, person_ids: Sequence[int]
) -> Conversation:
    """The subject's living group with these people in it and the actor among those who lead it; made at the first time.

    For whoever runs the subject, which the calling app has judged. Who comes in is a line of the talk; nobody is put out.
    Raises `NotFound` for who may not see the subject.
    """
    if not can_view(actor, subject):
        raise NotFound
    group, is_new = _locked_or_made(actor, subject, name)
    others = people_active([one for one in person_ids if one != actor.person_id])
    here = Membership.objects.filter(conversation=group, left_at__isnull=True)
    crowd_refuse(count=here.count() + len(others) + 1)
    fresh = members_join(
        conversation=group,
        person_ids=[actor.person_id, *others],
        owner_id=actor.person_id if is_new else None,
    )
    here.filter(person_id=actor.person_id, role=MemberRole.MEMBER).update(role=MemberRole.ADMIN)
    called = {one: others[one] for one in fresh if one in others}
    if is_new:
        line_add(conversation=group, text=invited_line(start=f"{actor.name} 建立了群聊", others=called))
        message_send(actor=actor, conversation_id=group.pk, client_id="", content=Content(card=subject))
    elif called:
        line_add(
            conversation=group,
            text=invited_line(start=actor.name, others=called).replace("，邀请", " 邀请"),
        )
    return group


def _locked_or_made(actor: Actor, subject: Subject, name: str) -> tuple[Conversation, bool]:
    moment = now()
    return Conversation.objects.select_for_update(of=("self",)).get_or_create(
        kind=Kind.SUBJECT,
        subject_kind=subject.kind,
        subject_id=subject.id,
        dissolved_at=None,
        defaults={
            "name": name[:80], "created_by_id": actor.person_id, "created_at": moment, "last_at": moment,
        },
    )  # fmt: skip


@transaction.atomic
def subject_line_add(*, subject: Subject, text: str) -> bool:
    """A line of the system in the subject's group, when there is one. Whether there is."""
    group = _locked(subject)
    if group is not None:
        line_add(conversation=group, text=text)
    return group is not None


def _locked(subject: Subject) -> Conversation | None:
    """The living group."""
    rows = Conversation.objects.select_for_update(of=("self",))
    return rows.filter(
        kind=Kind.SUBJECT, subject_kind=subject.kind, subject_id=subject.id, dissolved_at__isnull=True
    ).first()


@transaction.atomic
def subject_group_part(*, subject: Subject, person_id: int) -> bool:
    """Out of the subject's group, when there is one: from the next message on nothing is heard. Whether somebody went."""
    group = _locked(subject)
    row = Membership.objects.filter(conversation=group, person_id=person_id, left_at__isnull=True).first()
    if group is None or row is None:
        return False
    owner_follow(leaving=row)
    members_part(conversation=group, person_ids=[person_id])
    return True
