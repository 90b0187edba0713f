"""Who works at the desk of an office that receives information."""

from apps.accounts.models import Organ
from apps.briefings.policies.items import DESK
from apps.core.actors import Actor
from apps.core.errors import Forbidden


def has_desk(actor: Actor) -> bool:
    """Whether the actor is info officer or director of a government office. One query for those who might be."""
    if actor.organ_id is None or not actor.roles & DESK:
        return False
    return Organ.objects.filter(pk=actor.organ_id, kind=Organ.Kind.OFFICE).exists()


def require_desk(actor: Actor) -> int:
    """The office for which the actor edits. Raises `Forbidden`."""
    if actor.organ_id is None or not has_desk(actor):
        raise Forbidden("采编由政府办公室的信息员和办公室主任办理。", rule="desk")
    return actor.organ_id
