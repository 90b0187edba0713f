"""Who may issue, see and answer an announcement."""

from collections.abc import Iterator
from enum import StrEnum

from django.db.models import Exists, OuterRef, Q, QuerySet

from apps.accounts.models import Role
from apps.accounts.selectors import holders
from apps.core.actors import Actor
from apps.core.errors import Forbidden
from apps.notifications.models import Announcement, AnnouncementRecipient

ISSUERS = frozenset({Role.PRINCIPAL_HEAD, Role.DEPUTY_HEAD, Role.OFFICE_DIRECTOR, Role.UNIT_HEAD, Role.CLERK})
# who answers for an organ
DESK = frozenset({Role.CLERK, Role.OFFICE_DIRECTOR})
READERS = DESK | {Role.PRINCIPAL_HEAD}
Status = Announcement.Status


class Ability(StrEnum):
    """What a person may do with an announcement now."""

    VIEW = "view"
    EDIT = "edit"
    PUBLISH = "publish"
    MANAGE = "manage"
    REPLY = "reply"
    DELETE = "delete"


REFUSALS = {
    Ability.EDIT: "通知已经发布，不能修改；可以撤回后重新发布。",
    Ability.PUBLISH: "只有起草人可以发布草稿。",
    Ability.MANAGE: "只有发布人可以催办、延期、截止和撤回。",
    Ability.REPLY: "该通知现在不由您回执：通知已撤回或截止，或由本机关文书、办公室主任回执。",
    Ability.DELETE: "只能删除自己的草稿。",
}


def may_issue(actor: Actor) -> bool:
    """Whether the person issues announcements for the organ in the present post."""
    return actor.organ_id is not None and bool(actor.roles & ISSUERS)


def require_issuer(actor: Actor) -> int:
    """The organ in whose name the actor issues. Raises `Forbidden`."""
    if actor.organ_id is None or not may_issue(actor):
        raise Forbidden("只有机关和科室负责人、办公室主任、文书可以发布通知公告。", rule="issuer")
    return actor.organ_id


def mine(actor: Actor) -> Q:
    """Condition on recipients: those the actor reads for."""
    condition = Q(person_id=actor.person_id)
    if actor.organ_id is not None and actor.roles & READERS:
        condition |= Q(organ_id=actor.organ_id)
    return condition


def answered_by(actor: Actor) -> Q:
    """Condition on recipients: those the actor answers for."""
    condition = Q(person_id=actor.person_id)
    if actor.organ_id is not None and actor.roles & DESK:
        condition |= Q(organ_id=actor.organ_id)
    return condition


def visible_to(actor: Actor) -> QuerySet[Announcement]:
    """Own ones, and published ones the actor is told by."""
    told = AnnouncementRecipient.objects.filter(mine(actor), announcement=OuterRef("pk"))
    return Announcement.objects.filter(
        Q(issuer_id=actor.person_id) | (~Q(status=Status.DRAFT) & Exists(told))
    )


def abilities(actor: Actor, announcement: Announcement) -> frozenset[Ability]:
    """All the actor may do now; empty when it is invisible."""
    if not visible_to(actor).filter(pk=announcement.pk).exists():
        return frozenset()
    return frozenset(_abilities(actor, announcement))


def _abilities(actor: Actor, announcement: Announcement) -> Iterator[Ability]:
    yield Ability.VIEW
    is_issuer = announcement.issuer_id == actor.person_id
    if is_issuer and announcement.status == Status.DRAFT:
        yield from (Ability.EDIT, Ability.PUBLISH, Ability.DELETE)
    if is_issuer and announcement.status in {Status.PUBLISHED, Status.CLOSED}:
        yield Ability.MANAGE
    asks = announcement.status == Status.PUBLISHED and announcement.wants_reply
    if asks and AnnouncementRecipient.objects.filter(answered_by(actor), announcement=announcement).exists():
        yield Ability.REPLY


def require(ability: Ability, granted: frozenset[Ability]) -> None:
    """Refuse with the rule in words unless it was granted."""
    if ability not in granted:
        raise Forbidden(REFUSALS.get(ability, "您没有这项权限。"), rule=str(ability))


def people_of(recipient: AnnouncementRecipient, *, to_answer: bool = False) -> set[int]:
    """Persons to tell for a recipient: the person, or the organ's desk (clerks, office director; else its head)."""
    if recipient.person_id is not None:
        return {recipient.person_id}
    if recipient.organ_id is None:
        return set()
    found: set[int] = set()
    for role in sorted(DESK if to_answer else READERS):
        found |= set(holders(organ_id=recipient.organ_id, role=role).values_list("person_id", flat=True))
    return found
