"""Who may do what in a conversation: membership opens it, the role in it does the rest."""

from enum import StrEnum

from django.db.models import Q, QuerySet

from apps.core.actors import Actor
from apps.core.errors import Forbidden
from apps.messaging.enums import ConversationKind as Kind
from apps.messaging.enums import MemberRole
from apps.messaging.models import Conversation, Membership


class Ability(StrEnum):
    """What a member may do now."""

    VIEW = "view"
    SEND = "send"
    MENTION_ALL = "mention_all"
    INVITE = "invite"
    MANAGE = "manage"
    APPOINT = "appoint"
    LEAVE = "leave"
    DISSOLVE = "dissolve"


REFUSALS = {
    Ability.SEND: "本群仅群主和管理员可以发言。",
    Ability.MENTION_ALL: "只有群主和管理员可以@所有人或发送必达消息。",
    Ability.INVITE: "该会话的成员不能由您添加：单聊不能添加成员，部门群成员随任职变动。",
    Ability.MANAGE: "只有群主和管理员可以管理该群。",
    Ability.APPOINT: "只有群主可以指定管理员或转让群主。",
    Ability.LEAVE: "群主请先转让群主或解散该群；单聊和部门群不能退出，可以收起。",
    Ability.DISSOLVE: "只有群主可以解散该群。",
}
OPEN_KINDS = frozenset({Kind.GROUP, Kind.SUBJECT})


def visible_to(actor: Actor) -> QuerySet[Conversation]:
    """Every conversation the actor is in now."""
    return Conversation.objects.filter(
        memberships__person_id=actor.person_id, memberships__left_at__isnull=True
    )


def member_of(person_id: int) -> Q:
    """Condition on memberships: the person's running ones."""
    return Q(person_id=person_id, left_at__isnull=True)


def abilities(conversation: Conversation, membership: Membership | None) -> frozenset[Ability]:
    """All the member may do; empty for strangers. Asks the database nothing."""
    if membership is None or membership.left_at is not None:
        return frozenset()
    kind = Kind(conversation.kind)
    leads = membership.role in {MemberRole.OWNER, MemberRole.ADMIN}
    found = {Ability.VIEW}
    if conversation.dissolved_at is not None:
        return frozenset(found)
    if kind is Kind.DIRECT or leads or not conversation.is_announcement_only:
        found.add(Ability.SEND)
    if kind is Kind.DIRECT or leads:
        found.add(Ability.MENTION_ALL)
    if kind in OPEN_KINDS:
        found |= {Ability.INVITE} if leads or not conversation.is_announcement_only else set()
        found.add(Ability.DISSOLVE if membership.role == MemberRole.OWNER else Ability.LEAVE)
    if kind is not Kind.DIRECT:
        found |= {Ability.MANAGE} if leads else set()
        found |= {Ability.APPOINT} if membership.role == MemberRole.OWNER and kind in OPEN_KINDS else set()
    return frozenset(found)


def require(ability: Ability, conversation: Conversation, membership: Membership) -> None:
    """Refuse with the rule in words unless the member may."""
    if ability in abilities(conversation, membership):
        return
    if conversation.dissolved_at is not None:
        raise Forbidden("该群已经解散，只能查看。", rule="dissolved")
    raise Forbidden(REFUSALS.get(ability, "您没有这项权限。"), rule=str(ability))


def people_who_can(ability: Ability, conversation: Conversation) -> set[int]:
    """Persons of the conversation with the ability."""
    members = Membership.objects.filter(conversation=conversation, left_at__isnull=True)
    return {member.person_id for member in members if ability in abilities(conversation, member)}
