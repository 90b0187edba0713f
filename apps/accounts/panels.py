"""What accounts shows in slots of the shell."""

from typing import Any

from apps.accounts.selectors import appointments_of
from apps.core.actors import Actor
from apps.core.slots import Panel, panel


@panel("shell.posts")
def posts_to_switch(actor: Actor, subject: Any) -> Panel | None:
    """The other posts one may act in."""
    posts = list(appointments_of(actor.person_id))
    if len(posts) < 2:
        return None
    return Panel(
        template="accounts/_post_menu.html", context={"posts": posts, "current": actor.appointment_id}
    )
