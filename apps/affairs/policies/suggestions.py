"""Who sees a complaint or suggestion and what may be done with it; an anonymous author is a stranger to all others."""

from enum import StrEnum

from django.db.models import Q, QuerySet

from apps.accounts.models import Role
from apps.affairs.enums import SuggestionState as State
from apps.affairs.models import Suggestion
from apps.core.actors import Actor
from apps.core.errors import Forbidden

KIND = "affairs.suggestion"
HANDLERS = (Role.OFFICE_DIRECTOR, Role.PRINCIPAL_HEAD)


class Act(StrEnum):
    """What may be done with it."""

    ANSWER = "answer"
    ADD = "add"
    CLOSE = "close"
    REOPEN = "reopen"


REFUSALS = {
    Act.ANSWER: "只有受理机关的办公室主任或主要负责人可以答复尚未办结的投诉建议。",
    Act.ADD: "只有提出人可以补充或追问，且须在办结之前。",
    Act.CLOSE: "收到答复后，由提出人办结。",
    Act.REOPEN: "只有提出人可以重新提出，且限一次。",
}


def handles(actor: Actor) -> bool:
    """Whether the actor answers what the own organ is told: its office director and principal head."""
    return actor.organ_id is not None and bool(actor.roles & set(HANDLERS))


def visible_to(actor: Actor) -> QuerySet[Suggestion]:
    """Own ones, and for handlers those addressed to the organ."""
    condition = Q(author_id=actor.person_id)
    if handles(actor):
        condition |= Q(organ_id=actor.organ_id)
    return Suggestion.objects.filter(condition)


def acts_open(actor: Actor, suggestion: Suggestion) -> frozenset[Act]:
    """What the actor may do with one that is seen. Nobody answers the own one."""
    found = set[Act]()
    if actor.person_id == suggestion.author_id:
        if suggestion.state != State.CLOSED:
            found.add(Act.ADD)
        elif not suggestion.was_reopened:
            found.add(Act.REOPEN)
        if suggestion.state == State.ANSWERED:
            found.add(Act.CLOSE)
    elif handles(actor) and actor.organ_id == suggestion.organ_id and suggestion.state != State.CLOSED:
        found.add(Act.ANSWER)
    return frozenset(found)


def act_required(act: Act, actor: Actor, suggestion: Suggestion) -> None:
    """Raise `Forbidden` with the rule when the actor may not."""
    if act not in acts_open(actor, suggestion):
        raise Forbidden(REFUSALS[act], rule=str(act))
