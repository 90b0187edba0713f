"""What the desk shows on pages of other apps: previous and next while working through the to-do list."""

from apps.core.actors import Actor
from apps.core.slots import Panel, panel
from apps.portal.selectors import place_of
from apps.workflow.models import Matter


@panel("documents.detail.jump")
def jump(actor: Actor, matter: Matter | None) -> Panel | None:
    """待办 3 / 23 with its neighbours; after the act, the next to-do. Nothing for a person without to-dos."""
    place = place_of(actor, matter.pk if matter is not None else 0)
    if not place.count:
        return None
    return Panel(template="portal/_jump.html", context={"place": place})
