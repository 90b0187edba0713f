"""Who sees a notice and what may be done with it (domain.md §6.5)."""

from collections.abc import Iterable
from enum import StrEnum

from django.db.models import Q, QuerySet

from apps.accounts.models import Role
from apps.accounts.selectors import serves_person
from apps.affairs.enums import OPEN_STATES, AwayState
from apps.affairs.models import AwayNotice
from apps.core.actors import Actor
from apps.core.clock import now
from apps.core.errors import Forbidden
from apps.workflow.selectors import participates

KIND = "affairs.away"
OVERSEERS = frozenset({Role.PRINCIPAL_HEAD, Role.DEPUTY_HEAD, Role.OFFICE_DIRECTOR, Role.DUTY_OFFICER})
LEADERS = frozenset({Role.PRINCIPAL_HEAD, Role.DEPUTY_HEAD})
MUST_NAME_ACTING = LEADERS | {Role.UNIT_HEAD}


class Ability(StrEnum):
    """What may be done with a notice besides the approver's step."""

    AMEND = "amend"
    SUBMIT = "submit"
    DISCARD = "discard"
    CANCEL = "cancel"
    CHANGE = "change"
    CLOSE = "close"


REFUSALS = {
    Ability.AMEND: "只有填报人可以修改尚未提交或被退回的报备。",
    Ability.SUBMIT: "只有填报人可以提交报备。",
    Ability.DISCARD: "只有从未提交过的草稿可以删除，已提交的请取消。",
    Ability.CANCEL: "只有本人或填报人可以取消，且须在离开之前；已离开的请销假。",
    Ability.CHANGE: "只有已批准且尚未返回的报备可以变更。",
    Ability.CLOSE: "只有已批准并已离开的报备可以销假。",
}


def oversees(actor: Actor) -> bool:
    """Whether the person sees where everybody of the organ is: heads, the office director and the duty office."""
    return actor.organ_id is not None and bool(actor.roles & OVERSEERS)


def visible_to(actor: Actor) -> QuerySet[AwayNotice]:
    """Own and filed ones; those one presides for, approves or oversees. Drafts are their filer's alone."""
    own = Q(person_id=actor.person_id) | Q(filed_by__person_id=actor.person_id)
    filed = Q(acting__person_id=actor.person_id) | participates(actor, KIND, "pk")
    if oversees(actor):
        filed |= Q(organ_id=actor.organ_id)
    if Role.UNIT_HEAD in actor.roles and actor.unit_id is not None:
        filed |= Q(appointment__unit_id=actor.unit_id)
    return AwayNotice.objects.filter(own | (filed & ~Q(state=AwayState.DRAFT)))


def abilities(actor: Actor, notice: AwayNotice) -> frozenset[Ability]:
    """What the actor may do with a notice that is seen. The office director closes for whoever forgot."""
    is_own = actor.person_id in {notice.person_id, notice.filed_by.person_id}
    directs = Role.OFFICE_DIRECTOR in actor.roles and actor.organ_id == notice.organ_id
    moment, found = now(), set[Ability]()
    if is_own and notice.state in OPEN_STATES:
        found |= {Ability.AMEND, Ability.SUBMIT}
        found.add(Ability.CANCEL if notice.matter_id else Ability.DISCARD)
    if is_own and notice.state == AwayState.PENDING:
        found.add(Ability.CANCEL)
    if notice.state == AwayState.APPROVED:
        if is_own and moment < notice.starts_at:
            found.add(Ability.CANCEL)
        if is_own and moment < notice.ends_at:
            found.add(Ability.CHANGE)
        if (is_own or directs) and moment >= notice.starts_at:
            found.add(Ability.CLOSE)
    return frozenset(found)


def require(ability: Ability, actor: Actor, notice: AwayNotice) -> None:
    """Raise `Forbidden` with the rule when the actor may not."""
    if ability not in abilities(actor, notice):
        raise Forbidden(REFUSALS[ability], rule=str(ability))


def may_file_for(actor: Actor, person_id: int) -> bool:
    """Oneself, or a leader one is secretary to."""
    if actor.person_id == person_id:
        return True
    return actor.appointment_id is not None and serves_person(actor.appointment_id, person_id)


def is_leader(roles: Iterable[str]) -> bool:
    """Whether somebody has to be named who presides meanwhile."""
    return bool(set(roles) & MUST_NAME_ACTING)
