"""The one way to a matter from outside: the app that owns its subject says who may see it."""

from apps.core import subjects
from apps.core.actors import Actor
from apps.core.errors import NotFound
from apps.core.subjects import Subject
from apps.workflow.models import Matter, Run


def matter_for(actor: Actor, matter_id: int) -> Matter:
    """The matter. Raises `NotFound` when it is absent or the actor may not see its subject: the two look the same."""
    matter = Matter.objects.filter(pk=matter_id).first()
    if matter is None or not subjects.can_view(actor, Subject(matter.subject_kind, matter.subject_id)):
        raise NotFound
    return matter


def run_for(actor: Actor, matter_id: int) -> Run:
    """The newest run of a matter the actor may see. Raises `NotFound`."""
    run = Run.objects.filter(matter=matter_for(actor, matter_id)).order_by("-started_at", "-id").first()
    if run is None:
        raise NotFound
    return run
