"""Who sees a commission, and who keeps it: the desk that asked, everybody in a unit that is asked."""

from django.db.models import Q, QuerySet

from apps.briefings.models import Commission
from apps.briefings.policies.items import OVERSEERS, works_at_desk
from apps.core.actors import Actor
from apps.core.errors import Forbidden

COMMISSION_KIND = "briefings.commission"


def commissions_visible_to(actor: Actor) -> QuerySet[Commission]:
    """Those of the own office for its desk and heads, and those the own organ is asked for."""
    if actor.organ_id is None:
        return Commission.objects.none()
    condition = Q(pk__in=Commission.objects.filter(units__organ_id=actor.organ_id))
    if actor.roles & OVERSEERS:
        condition |= Q(organ_id=actor.organ_id)
    return Commission.objects.filter(condition)


def keeps(actor: Actor, commission: Commission) -> bool:
    """Whether the actor changes, urges and closes it."""
    return works_at_desk(actor, commission.organ_id)


def require_keeper(actor: Actor, commission: Commission) -> None:
    """Raise `Forbidden` for who does not work at the desk that asked."""
    if not keeps(actor, commission):
        raise Forbidden("约稿由约稿机关的信息员或办公室主任办理。", rule="desk")
