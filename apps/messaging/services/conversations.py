"""Conversations are opened, named and dissolved; each change is a line in the log."""

from collections.abc import Sequence

from django.db import IntegrityError, transaction

from apps.accounts.selectors import people_active
from apps.audit.services import record
from apps.core import subjects
from apps.core.actors import Actor
from apps.core.clock import now
from apps.core.errors import Forbidden, NotFound, ValidationFailed
from apps.core.subjects import Subject
from apps.core.submissions import claim, made, made_before
from apps.files.marks import mark_in_text
from apps.messaging.enums import ConversationKind as Kind
from apps.messaging.models import Conversation, Membership
from apps.messaging.policies import Ability, require
from apps.messaging.selectors.entries import CONVERSATION_KIND
from apps.messaging.selectors.gates import membership_for, membership_locked
from apps.messaging.services.log import line_add, list_changed
from apps.messaging.services.members import crowd_refuse, invited_line, members_join
from apps.messaging.services.sending import Content, message_send

NAME_LIMIT = 80
ANNOUNCEMENT_LIMIT = 500
DRAFT_LIMIT = 5000


@transaction.atomic
def direct_open(*, actor: Actor, person_id: int) -> Conversation:
    """The conversation with one other person, made at the first time."""
    _require_post(actor)
    if person_id == actor.person_id:
        raise ValidationFailed("不能与自己发起单聊。")
    if not people_active([person_id]):
        raise NotFound("没有找到这名人员，可能已经离开。")
    low, high = sorted((actor.person_id, person_id))
    key = f"{low}:{high}"
    found = Conversation.objects.filter(direct_key=key).first()
    if found is not None:
        return found
    try:
        with transaction.atomic():
            made = _made(actor, Kind.DIRECT, direct_key=key)
    except IntegrityError:  # the other one was faster
        return Conversation.objects.get(direct_key=key)
    members_join(conversation=made, person_ids=[actor.person_id, person_id])
    return made


@transaction.atomic
def group_create(
    *, actor: Actor, name: str, person_ids: Sequence[int], key: str = "", subject: Subject | None = None
) -> Conversation:
    """A group with the actor as owner; with `subject` bound to it, and a card of it as first message (发起协同).

    A second living group of a subject is not made: who may see it joins the first one.
    """
    _require_post(actor)
    if subject is not None:
        if not subjects.can_view(actor, subject):
            raise NotFound
        existing = Conversation.objects.filter(
            kind=Kind.SUBJECT, subject_kind=subject.kind, subject_id=subject.id, dissolved_at__isnull=True
        ).first()
        if existing is not None:
            return _joined_existing(actor, existing)
    others = people_active([person_id for person_id in person_ids if person_id != actor.person_id])
    if not others and subject is None:
        raise ValidationFailed("请至少选择一名成员。")
    crowd_refuse(count=len(others) + 1)
    title = _named(name) or _name_of(actor, others, subject)
    if not claim(person_id=actor.person_id, key=key, verb="messaging.group"):
        return made_before(Conversation.objects, person_id=actor.person_id, key=key)
    kind = Kind.SUBJECT if subject is not None else Kind.GROUP
    conversation = _made(
        actor,
        kind,
        name=title[:NAME_LIMIT],
        subject_kind=subject.kind if subject else "",
        subject_id=subject.id if subject else None,
    )
    made(person_id=actor.person_id, key=key, row_id=conversation.pk)
    members_join(conversation=conversation, person_ids=[actor.person_id, *others], owner_id=actor.person_id)
    record(
        "messaging.group_create", actor=actor, subject=_subject(conversation), subject_text=conversation.name
    )
    line_add(conversation=conversation, text=invited_line(start=f"{actor.name} 建立了群聊", others=others))
    if subject is not None:
        content = Content(card=subject)
        message_send(actor=actor, conversation_id=conversation.pk, client_id="", content=content)
    return conversation


def _require_post(actor: Actor) -> None:
    """Administrators keep the house; they take no part in its talk."""
    if actor.appointment_id is None:
        raise Forbidden("没有任职的账号不能发起会话。", rule="post")


def _joined_existing(actor: Actor, conversation: Conversation) -> Conversation:
    locked = Conversation.objects.select_for_update(of=("self",)).get(pk=conversation.pk)
    if not Membership.objects.filter(
        conversation=locked, person_id=actor.person_id, left_at__isnull=True
    ).exists():
        members_join(conversation=locked, person_ids=[actor.person_id])
        line_add(conversation=locked, text=f"{actor.name} 加入了群聊")
    return locked


def _name_of(actor: Actor, others: dict[int, str], subject: Subject | None) -> str:
    if subject is not None:
        return subjects.kind_of(subject).title(subject.id)
    names = [actor.name, *others.values()]
    return "、".join(names[:4]) + ("等" if len(names) > 4 else "")


def _named(name: str) -> str:
    cleaned = " ".join(name.split())
    if len(cleaned) > NAME_LIMIT:
        raise ValidationFailed(f"群名称不能超过 {NAME_LIMIT} 字，现为 {len(cleaned)} 字。")
    _refuse_mark(cleaned)
    return cleaned


def _refuse_mark(text: str) -> None:
    if mark := mark_in_text(text):
        raise ValidationFailed(f"内容中有密级标志“{mark}”。本系统为非涉密系统，请去除后再试。")


def _made(actor: Actor | None, kind: Kind, **fields: object) -> Conversation:
    moment = now()
    return Conversation.objects.create(
        kind=kind,
        created_by_id=actor.person_id if actor else None,
        created_at=moment,
        last_at=moment,
        **fields,
    )


def _subject(conversation: Conversation) -> Subject:
    return Subject(CONVERSATION_KIND, conversation.pk)


@transaction.atomic
def conversation_dissolve(*, actor: Actor, conversation_id: int) -> None:
    """End a group: its members may read on, nobody speaks. There is no way back; a new group may be made."""
    membership = membership_locked(actor, conversation_id)
    require(Ability.DISSOLVE, membership.conversation, membership)
    membership.conversation.dissolved_at = now()
    line_add(conversation=membership.conversation, text=f"{actor.name} 解散了群聊，消息记录可继续查看")
    record(
        "messaging.group_dissolve",
        actor=actor,
        subject=_subject(membership.conversation),
        subject_text=membership.conversation.name,
    )


@transaction.atomic
def conversation_update(
    *, actor: Actor, conversation_id: int, name: str, announcement: str, is_announcement_only: bool
) -> Conversation:
    """Name, announcement and who may speak; each change is said in the group."""
    membership = membership_locked(actor, conversation_id)
    conversation = membership.conversation
    require(Ability.MANAGE, conversation, membership)
    title, words = _named(name), announcement.strip()
    if not title:
        raise ValidationFailed("群名称不能为空。")
    if len(words) > ANNOUNCEMENT_LIMIT:
        raise ValidationFailed(f"群公告不能超过 {ANNOUNCEMENT_LIMIT} 字，现为 {len(words)} 字。")
    _refuse_mark(words)
    lines = []
    if title != conversation.name:
        lines.append(f"{actor.name} 将群名称改为“{title}”")
    if words != conversation.announcement:
        lines.append(f"{actor.name} 更新了群公告：{words}" if words else f"{actor.name} 清除了群公告")
    if is_announcement_only != conversation.is_announcement_only:
        state = "开启了“仅群主和管理员发言”" if is_announcement_only else "恢复了全员发言"
        lines.append(f"{actor.name} {state}")
    conversation.name, conversation.announcement = title, words
    conversation.is_announcement_only = is_announcement_only
    conversation.save(update_fields=["name", "announcement", "is_announcement_only"])
    for line in lines:
        line_add(conversation=conversation, text=line)
    return conversation


@transaction.atomic
def setting_change(*, actor: Actor, conversation_id: int, **wanted: bool) -> Membership:
    """One's own view: `pinned`, `muted`, `archived`. Others are not told."""
    membership = membership_for(actor, conversation_id)
    moment = now()
    if "pinned" in wanted:
        membership.pinned_at = moment if wanted["pinned"] else None
    if "muted" in wanted:
        membership.is_muted = wanted["muted"]
    if "archived" in wanted:
        membership.archived_at = moment if wanted["archived"] else None
    membership.save(update_fields=["pinned_at", "is_muted", "archived_at"])
    list_changed(conversation=membership.conversation, person_ids=[actor.person_id])
    return membership


@transaction.atomic
def draft_keep(*, actor: Actor, conversation_id: int, text: str) -> None:
    """Keep what was begun, for this person on any screen."""
    membership = membership_for(actor, conversation_id)
    Membership.objects.filter(pk=membership.pk).update(draft=text[:DRAFT_LIMIT])
