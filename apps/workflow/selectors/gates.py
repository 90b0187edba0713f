"""The gate to a matter: whoever may see its subject may see its card."""

from apps.core.actors import Actor
from apps.core.errors import NotFound
from apps.core.subjects import Subject, can_view
from apps.workflow.models import Matter


def matter_for(actor: Actor, matter_id: int) -> Matter:
    """The matter when its owning app lets the actor see it. Raises `NotFound` alike for absent and invisible."""
    matter = Matter.objects.filter(pk=matter_id).first()
    if matter is None or not can_view(actor, Subject(matter.subject_kind, matter.subject_id)):
        raise NotFound
    return matter
