"""Open items go on with another handler or leader when somebody changes post; their course says so."""

from collections.abc import Sequence

from django.db import transaction

from apps.accounts.models import Appointment
from apps.core.actors import Actor
from apps.supervision.course import logged
from apps.supervision.models import SupervisionItem


@transaction.atomic
def items_hand_over(*, actor: Actor, giver_id: int, taker_id: int, ids: Sequence[int]) -> None:
    """Put the receiver in the giver's place; part of a hand-over that both sides confirmed."""
    posts = Appointment.objects.select_related("person").in_bulk([giver_id, taker_id])
    note = f"{posts[giver_id].person.name} → {posts[taker_id].person.name}：工作交接"
    items = SupervisionItem.objects.select_for_update(of=("self",)).filter(pk__in=list(ids))
    for item in items.order_by("pk"):
        if item.handler_id == giver_id:
            item.handler = posts[taker_id]
        if item.leader_id == giver_id:
            item.leader = posts[taker_id]
        item.version += 1
        item.save(update_fields=["handler", "leader", "version"])
        logged(item, "hand_over", "交接", actor=actor, note=note)
