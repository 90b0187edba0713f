"""Groups get another owner when somebody changes post; the former one stays a member."""

from collections.abc import Sequence

from django.db import transaction

from apps.accounts.models import Appointment
from apps.audit.services import record
from apps.core.actors import Actor
from apps.messaging.enums import MemberRole
from apps.messaging.models import Conversation, Membership
from apps.messaging.services.log import line_add
from apps.messaging.services.members import members_join


@transaction.atomic
def groups_hand_over(*, actor: Actor, giver_id: int, taker_id: int, ids: Sequence[int]) -> None:
    """Make the receiver owner, and a member first; part of a hand-over that both sides confirmed. Says so in the group."""
    posts = Appointment.objects.select_related("person").in_bulk([giver_id, taker_id])
    giver, taker = posts[giver_id].person, posts[taker_id].person
    conversations = Conversation.objects.select_for_update(of=("self",)).filter(
        pk__in=list(ids), dissolved_at__isnull=True
    )
    for conversation in conversations.order_by("pk"):
        members_join(conversation=conversation, person_ids=[taker.pk])
        seats = Membership.objects.filter(conversation=conversation, left_at__isnull=True)
        seats.filter(person=giver).update(role=MemberRole.MEMBER)
        seats.filter(person=taker).update(role=MemberRole.OWNER)
        conversation.members_epoch += 1
        record(
            "messaging.group_hand_over",
            actor=actor,
            subject_text=str(conversation),
            facts={"conversation": conversation.pk, "from": giver.pk, "to": taker.pk},
        )
        line_add(conversation=conversation, text=f"工作交接：本群的群主由 {giver.name} 变为 {taker.name}")
