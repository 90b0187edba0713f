"""Who is in: invited, taken out, leaving, and following the organ tree."""

from collections.abc import Iterable, Sequence

from django.db import transaction

from apps.accounts.models import Appointment, Role
from apps.accounts.selectors import people_active, posts_of_unit, unit_named
from apps.core.actors import Actor
from apps.core.clock import now
from apps.core.errors import Forbidden, InvalidState, NotFound, ValidationFailed
from apps.core.subjects import Subject
from apps.messaging.enums import ConversationKind as Kind
from apps.messaging.enums import MemberRole
from apps.messaging.models import Confirmation, Conversation, Membership
from apps.messaging.policies import Ability, require
from apps.messaging.selectors.entries import CONVERSATION_KIND
from apps.messaging.selectors.gates import membership_locked
from apps.messaging.services.log import line_add, list_changed, state_changed
from apps.messaging.services.sending import must_key
from apps.notifications.services import notices_settle

MEMBER_LIMIT = 1000


def crowd_refuse(*, count: int) -> None:
    """Refuse a group beyond the limit."""
    if count > MEMBER_LIMIT:
        raise ValidationFailed(f"一个群最多 {MEMBER_LIMIT} 人，请分群或改发通知公告。", limit=MEMBER_LIMIT)


def invited_line(*, start: str, others: dict[int, str]) -> str:
    """`start` with the names of who was invited."""
    names = list(others.values())
    if not names:
        return start
    return f"{start}，邀请 {'、'.join(names[:10])}{f' 等{len(names)}人' if len(names) > 10 else ''} 加入"


def members_join(
    *, conversation: Conversation, person_ids: Iterable[int], owner_id: int | None = None
) -> list[int]:
    """Let people in; who was here before comes back and sees what is said from now on. Returns who is new."""
    here = set(
        Membership.objects.filter(conversation=conversation, left_at__isnull=True).values_list(
            "person_id", flat=True
        )
    )
    fresh = [person_id for person_id in dict.fromkeys(person_ids) if person_id not in here]
    seq, number, moment = conversation.last_seq, conversation.message_count, now()
    Membership.objects.bulk_create(
        [
            Membership(
                conversation=conversation,
                person_id=person_id,
                role=MemberRole.OWNER if person_id == owner_id else MemberRole.MEMBER,
                joined_at=moment,
                joined_seq=seq,
                last_read_seq=seq,
                read_count=number,
            )
            for person_id in fresh
        ],
        update_conflicts=True,
        unique_fields=["conversation", "person"],
        update_fields=["joined_at", "joined_seq", "last_read_seq", "read_count", "role", "left_at"],
    )
    list_changed(conversation=conversation, person_ids=fresh)
    return fresh


def members_part(*, conversation: Conversation, person_ids: Sequence[int]) -> None:
    """Let people go: from the next frame on they hear nothing, and they owe no confirmation any more."""
    Membership.objects.filter(
        conversation=conversation, person_id__in=person_ids, left_at__isnull=True
    ).update(left_at=now(), role=MemberRole.MEMBER, pinned_at=None, draft="")
    conversation.members_epoch += 1
    conversation.save(update_fields=["members_epoch"])
    list_changed(conversation=conversation, person_ids=list(person_ids))
    _owed_dropped(conversation, person_ids)


def _owed_dropped(conversation: Conversation, person_ids: Sequence[int]) -> None:
    """必达 messages these people have not confirmed: nobody urges them, and they do not count."""
    owed = Confirmation.objects.filter(
        message__conversation=conversation, person_id__in=person_ids, confirmed_at__isnull=True
    )
    messages = set(owed.values_list("message_id", flat=True))
    owed.delete()
    for message_id in sorted(messages):
        notices_settle(
            subject=Subject(CONVERSATION_KIND, conversation.pk),
            key=must_key(message_id=message_id),
            person_ids=person_ids,
        )
    if messages:
        state_changed(conversation=conversation)


def owner_follow(*, leaving: Membership) -> None:
    """What the leaving one owned goes to the longest member."""
    if leaving.role != MemberRole.OWNER:
        return
    others = Membership.objects.filter(conversation_id=leaving.conversation_id, left_at__isnull=True)
    heir = others.exclude(pk=leaving.pk).order_by("joined_at", "pk").first()
    if heir is not None:
        Membership.objects.filter(pk=heir.pk).update(role=MemberRole.OWNER)


@transaction.atomic
def members_add(*, actor: Actor, conversation_id: int, person_ids: Sequence[int]) -> int:
    """Invite people; who is there already is passed over. Returns how many are new."""
    membership = membership_locked(actor, conversation_id)
    conversation = membership.conversation
    require(Ability.INVITE, conversation, membership)
    others = people_active(person_ids)
    here = Membership.objects.filter(conversation=conversation, left_at__isnull=True).count()
    crowd_refuse(count=here + len(others))
    fresh = members_join(conversation=conversation, person_ids=others)
    if fresh:
        names = {person_id: others[person_id] for person_id in fresh}
        line_add(
            conversation=conversation,
            text=invited_line(start=actor.name, others=names).replace("，邀请", " 邀请"),
        )
    return len(fresh)


@transaction.atomic
def member_remove(*, actor: Actor, conversation_id: int, person_id: int) -> None:
    """Take a member out; the owner stays, administrators are taken out by the owner only."""
    membership = membership_locked(actor, conversation_id)
    conversation = membership.conversation
    require(Ability.MANAGE, conversation, membership)
    if conversation.kind == Kind.UNIT:
        raise Forbidden("部门群成员随任职变动，不能移出。", rule="unit")
    target = _member(conversation, person_id)
    if target.person_id == actor.person_id:
        raise ValidationFailed("不能移出自己，请用“退出群聊”。")
    if target.role == MemberRole.OWNER or (
        target.role == MemberRole.ADMIN and membership.role != MemberRole.OWNER
    ):
        raise Forbidden("只有群主可以移出管理员，群主不能被移出。", rule="rank")
    members_part(conversation=conversation, person_ids=[person_id])
    line_add(conversation=conversation, text=f"{actor.name} 将 {target.person.name} 移出了群聊")


def _member(conversation: Conversation, person_id: int) -> Membership:
    found = (
        Membership.objects.filter(conversation=conversation, person_id=person_id, left_at__isnull=True)
        .select_related("person")
        .first()
    )
    if found is None:
        raise NotFound("该人员已不在群中。")
    return found


@transaction.atomic
def member_role_set(*, actor: Actor, conversation_id: int, person_id: int, role: str) -> None:
    """Appoint an administrator, end that, or hand the group over (`owner`: the actor becomes administrator)."""
    membership = membership_locked(actor, conversation_id)
    require(Ability.APPOINT, membership.conversation, membership)
    if role not in MemberRole.values:
        raise ValidationFailed("无法识别的角色。")
    target = _member(membership.conversation, person_id)
    if target.person_id == actor.person_id:
        raise ValidationFailed("您已是群主；转让时请选择其他成员。")
    if role == MemberRole.OWNER:
        Membership.objects.filter(pk=membership.pk).update(role=MemberRole.ADMIN)
    Membership.objects.filter(pk=target.pk).update(role=role)
    words = {"owner": "的群主转让给", "admin": "的管理员增加", "member": "的管理员取消"}[role]
    line_add(conversation=membership.conversation, text=f"{actor.name} 将本群{words} {target.person.name}")


@transaction.atomic
def conversation_leave(*, actor: Actor, conversation_id: int) -> None:
    """Leave a group; the owner hands it over first."""
    membership = membership_locked(actor, conversation_id)
    require(Ability.LEAVE, membership.conversation, membership)
    members_part(conversation=membership.conversation, person_ids=[actor.person_id])
    line_add(conversation=membership.conversation, text=f"{actor.name} 退出了群聊")


@transaction.atomic
def unit_group_open(*, actor: Actor) -> Conversation:
    """The group of one's own internal unit, made at the first time; its members follow their appointments."""
    if actor.unit_id is None:
        raise InvalidState("您当前任职不在内设机构中，没有部门群；可以发起群聊。")
    found = Conversation.objects.filter(unit_id=actor.unit_id, dissolved_at__isnull=True).first()
    if found is not None:
        return found
    moment = now()
    made, is_new = Conversation.objects.get_or_create(
        unit_id=actor.unit_id,
        dissolved_at=None,
        defaults={
            "kind": Kind.UNIT,
            "name": unit_named(actor.unit_id),
            "created_by_id": actor.person_id,
            "created_at": moment,
            "last_at": moment,
        },
    )
    if is_new:
        unit_group_sync(unit_id=actor.unit_id)
    return made


@transaction.atomic
def unit_group_sync(*, unit_id: int) -> int:
    """Let the group of a unit, if there is one, have exactly the unit's people. Returns how many came or went."""
    conversation = (
        Conversation.objects.select_for_update(of=("self",))
        .filter(unit_id=unit_id, dissolved_at__isnull=True)
        .first()
    )
    if conversation is None:
        return 0
    posts = list(posts_of_unit(unit_id))
    wanted = {post.person_id: post.person.name for post in posts}
    here = Membership.objects.filter(conversation=conversation, left_at__isnull=True).select_related("person")
    gone = {row.person_id: row.person.name for row in here if row.person_id not in wanted}
    fresh = members_join(conversation=conversation, person_ids=wanted)
    if gone:
        members_part(conversation=conversation, person_ids=list(gone))
    _heads_set(conversation, [post.person_id for post in posts if _leads(post)])
    if fresh:
        line_add(
            conversation=conversation, text=f"{'、'.join(wanted[one] for one in fresh[:10])} 加入了部门群"
        )
    if gone:
        line_add(conversation=conversation, text=f"{'、'.join(list(gone.values())[:10])} 离开了部门群")
    return len(fresh) + len(gone)


def _leads(post: Appointment) -> bool:
    return any(held.role == Role.UNIT_HEAD for held in post.roles.all())


def _heads_set(conversation: Conversation, heads: list[int]) -> None:
    members = Membership.objects.filter(conversation=conversation, left_at__isnull=True)
    members.exclude(person_id__in=heads).exclude(role=MemberRole.MEMBER).update(role=MemberRole.MEMBER)
    members.filter(person_id__in=heads).exclude(role=MemberRole.ADMIN).update(role=MemberRole.ADMIN)


@transaction.atomic
def unit_groups_sync() -> int:
    """All unit groups, once a day: appointments begin and end by date. Returns how many people came or went."""
    groups = Conversation.objects.filter(kind=Kind.UNIT, dissolved_at__isnull=True)
    return sum(unit_group_sync(unit_id=group.unit_id) for group in groups if group.unit_id is not None)


@transaction.atomic
def person_part(*, person_id: int) -> int:
    """Somebody has left the house: out of all groups; what they owned goes to the longest member. Returns from how many."""
    rows = Membership.objects.filter(person_id=person_id, left_at__isnull=True).exclude(
        conversation__kind=Kind.DIRECT
    )
    ids = sorted(rows.values_list("conversation_id", flat=True))
    for conversation in (
        Conversation.objects.select_for_update(of=("self",)).filter(pk__in=ids).order_by("pk")
    ):
        row = Membership.objects.select_related("person").get(conversation=conversation, person_id=person_id)
        owner_follow(leaving=row)
        members_part(conversation=conversation, person_ids=[person_id])
        line_add(conversation=conversation, text=f"{row.person.name} 已离开本单位，退出群聊")
    return len(ids)
