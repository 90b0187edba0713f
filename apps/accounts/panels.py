"""What accounts shows in slots of the shell."""

from typing import Any

from django.urls import reverse

from apps.accounts.policies import has_permission
from apps.accounts.selectors import appointments_of, emergencies_listed
from apps.accounts.selectors.handing_over import handover_known, handovers_seen_by
from apps.core.actors import Actor
from apps.core.slots import Panel, panel
from apps.core.subjects import SubjectKind


def _emergency_title(emergency_id: int) -> str:
    found = emergencies_listed().filter(pk=emergency_id).first()
    return f"{found.asked_by.name}的应急授权" if found else "应急授权"


def _handover_title(handover_id: int) -> str:
    found = handover_known(handover_id)
    return f"{found.giver.person.name} → {found.taker.person.name}" if found else "工作交接"


EMERGENCY_KIND = SubjectKind(
    kind="accounts.emergency",
    name="应急授权",
    icon="shield-lock",
    title=_emergency_title,
    url=lambda emergency_id: reverse("admin:accounts_breakglass_change", args=[emergency_id]),
    can_view=lambda actor, _id: has_permission(actor, "accounts.view_breakglass"),
)
HANDOVER_KIND = SubjectKind(
    kind="accounts.handover",
    name="工作交接",
    icon="arrows-exchange",
    title=_handover_title,
    url=lambda handover_id: reverse("accounts:handover", args=[handover_id]),
    can_view=lambda actor, handover_id: handovers_seen_by(actor).filter(pk=handover_id).exists(),
)


@panel("shell.posts")
def posts_to_switch(actor: Actor, subject: Any) -> Panel | None:
    """The other posts one may act in."""
    posts = list(appointments_of(actor.person_id))
    if len(posts) < 2:
        return None
    return Panel(
        template="accounts/_post_menu.html", context={"posts": posts, "current": actor.appointment_id}
    )
