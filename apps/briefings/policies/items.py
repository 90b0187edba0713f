"""Who sees an item and what may be done with it: its author, its unit's heads, the receiving desk (domain.md §7)."""

from enum import StrEnum

from django.db.models import Q, QuerySet

from apps.accounts.models import Role
from apps.briefings.enums import OPEN_STATES, SENT_STATES, WAITING_STATES, ItemState
from apps.briefings.models import InfoItem
from apps.core.actors import Actor
from apps.core.errors import Forbidden
from apps.workflow.selectors import participates

KIND = "briefings.item"
DESK = frozenset({Role.INFO_OFFICER, Role.OFFICE_DIRECTOR})
HEADS = frozenset({Role.PRINCIPAL_HEAD, Role.DEPUTY_HEAD})
OVERSEERS = DESK | HEADS


class Ability(StrEnum):
    """What may be done with an item besides the reviewers' steps."""

    AMEND = "amend"
    SUBMIT = "submit"
    DISCARD = "discard"
    WITHDRAW = "withdraw"
    TAKE = "take"
    DECIDE = "decide"
    REOPEN = "reopen"


REFUSALS = {
    Ability.AMEND: "只有撰稿人可以修改尚未报送或被退回的信息。",
    Ability.SUBMIT: "只有撰稿人可以提交信息，且须尚未报送。",
    Ability.DISCARD: "只有从未提交过的草稿可以删除。",
    Ability.WITHDRAW: "信息已由接收机关采编，不能撤回；确有错误请电话联系接收机关退回。",
    Ability.TAKE: "只有接收机关的信息员或办公室主任可以签收待采编的信息。",
    Ability.DECIDE: "只有接收机关的信息员或办公室主任可以处理待采编的信息。",
    Ability.REOPEN: "只有接收机关的信息员或办公室主任可以撤销已作出的处理。",
}


def oversees(actor: Actor) -> bool:
    """Whether the person sees what the own organ reports: heads, office director, info officers."""
    return actor.organ_id is not None and bool(actor.roles & OVERSEERS)


def visible_to(actor: Actor) -> QuerySet[InfoItem]:
    """Own ones; what one reviews; what the own organ reports, for who oversees it; what was sent to one's desk."""
    filed = participates(actor, KIND, "pk")
    if oversees(actor):
        filed |= Q(organ_id=actor.organ_id)
    if Role.UNIT_HEAD in actor.roles and actor.unit_id is not None:
        filed |= Q(unit_id=actor.unit_id)
    condition = Q(person_id=actor.person_id) | (filed & ~Q(state=ItemState.DRAFT))
    if actor.roles & OVERSEERS:
        condition |= Q(receiver_id=actor.organ_id, state__in=SENT_STATES)
    return InfoItem.objects.filter(condition)


def works_at_desk(actor: Actor, organ_id: int) -> bool:
    """Whether the actor edits for this office."""
    return actor.organ_id == organ_id and bool(actor.roles & DESK)


def abilities(actor: Actor, item: InfoItem) -> frozenset[Ability]:
    """What the actor may do with an item that is seen."""
    found = set[Ability]()
    if actor.person_id == item.person_id and item.state in OPEN_STATES:
        found |= {Ability.AMEND, Ability.SUBMIT}
        if item.matter_id is None:
            found.add(Ability.DISCARD)
    if item.state == ItemState.SUBMITTED and _reports(actor, item):
        found.add(Ability.WITHDRAW)
    if works_at_desk(actor, item.receiver_id):
        if item.state == ItemState.SUBMITTED:
            found.add(Ability.TAKE)
        if item.state in WAITING_STATES:
            found.add(Ability.DECIDE)
        elif item.state in SENT_STATES:
            found.add(Ability.REOPEN)
    return frozenset(found)


def _reports(actor: Actor, item: InfoItem) -> bool:
    """The author, or who oversees what the organ reports."""
    return actor.person_id == item.person_id or (actor.organ_id == item.organ_id and oversees(actor))


def require(ability: Ability, actor: Actor, item: InfoItem) -> None:
    """Raise `Forbidden` with the rule when the actor may not."""
    if ability not in abilities(actor, item):
        raise Forbidden(REFUSALS[ability], rule=str(ability))
