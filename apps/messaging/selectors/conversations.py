"""The list of one's conversations and what the room's frame shows: a fixed number of queries whatever their number."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db.models import Count, Exists, F, IntegerField, OuterRef, Q, QuerySet, Subquery, Sum
from django.db.models.functions import Coalesce
from django.urls import reverse

from apps.core import subjects
from apps.core.actors import Actor
from apps.core.realtime import Hearing, Seat
from apps.core.shell import COUNT_LIMIT
from apps.core.subjects import Subject
from apps.messaging.enums import ConversationKind as Kind
from apps.messaging.models import Confirmation, Conversation, Membership, Mention
from apps.messaging.policies import REFUSALS, Ability, abilities, member_of, visible_to
from apps.messaging.selectors.entries import entries_around, entries_before, page_facts
from apps.messaging.selectors.reading import members_by_unit
from apps.messaging.topics import conversation_of, topic_of

LISTED = 200
FILTERS = ("", "unread", "mention", "must", "archived")


@dataclass(frozen=True)
class ConversationRow:
    """One line of the list."""

    id: int
    name: str
    mark: str
    mark_kind: str
    last_text: str
    last_at: datetime
    unread: int
    mentions: int
    must: int
    is_pinned: bool
    is_muted: bool
    is_archived: bool
    is_current: bool
    draft: str


@dataclass(frozen=True)
class RoomFacts:
    """What stands round the messages."""

    id: int
    name: str
    kind: str
    facts: str
    can_send: bool
    why_not: str
    can_all: bool
    can_manage: bool
    can_appoint: bool
    can_leave: bool
    can_invite: bool
    can_dissolve: bool
    announcement: str
    is_announcement_only: bool
    is_pinned: bool
    is_muted: bool
    is_archived: bool
    other_person_id: int | None
    subject_url: str
    member_count: int
    draft: str


def _unread() -> Any:
    return F("conversation__message_count") - F("read_count")


def _listed(person_id: int) -> QuerySet[Any]:
    """The person's memberships with what is owed and named there."""
    mentions = (
        Mention.objects.filter(
            Q(person_id=person_id) | Q(person__isnull=True),
            conversation_id=OuterRef("conversation_id"),
            seq__gt=OuterRef("last_read_seq"),
        )
        .order_by()
        .values("conversation_id")
        .annotate(count=Count("pk"))
        .values("count")
    )
    owed = (
        Confirmation.objects.filter(
            person_id=person_id,
            confirmed_at__isnull=True,
            message__conversation_id=OuterRef("conversation_id"),
        )
        .order_by()
        .values("message__conversation_id")
        .annotate(count=Count("pk"))
        .values("count")
    )
    other = Membership.objects.filter(conversation_id=OuterRef("conversation_id")).exclude(
        person_id=person_id
    )
    return (
        Membership.objects.filter(member_of(person_id))
        .select_related("conversation")
        .annotate(
            unread=_unread(),
            mentions=Coalesce(Subquery(mentions, output_field=IntegerField()), 0),
            must=Coalesce(Subquery(owed, output_field=IntegerField()), 0),
            other_name=Subquery(other.values("person__name")[:1]),
        )
    )


def rows_of(actor: Actor, *, chosen: str = "", current_id: int | None = None) -> list[ConversationRow]:
    """The list: pinned first, then by the last message. `chosen` is one of FILTERS. One query."""
    rows = _listed(actor.person_id).filter(archived_at__isnull=chosen != "archived")
    if chosen == "unread":
        rows = rows.filter(unread__gt=0)
    elif chosen == "mention":
        rows = rows.filter(mentions__gt=0)
    elif chosen == "must":
        rows = rows.filter(must__gt=0)
    rows = rows.order_by(F("pinned_at").desc(nulls_last=True), "-conversation__last_at", "-conversation_id")
    return [_row(row, current_id) for row in rows[:LISTED]]


def _row(row: Any, current_id: int | None) -> ConversationRow:
    conversation = row.conversation
    is_direct = conversation.kind == Kind.DIRECT
    name = (row.other_name or "（已离开）") if is_direct else conversation.name
    return ConversationRow(
        id=conversation.pk,
        name=name,
        mark=_mark(name),
        mark_kind="person" if is_direct else "group",
        last_text=conversation.last_text,
        last_at=conversation.last_at,
        unread=max(row.unread, 0),
        mentions=row.mentions,
        must=row.must,
        is_pinned=row.pinned_at is not None,
        is_muted=row.is_muted,
        is_archived=row.archived_at is not None,
        is_current=conversation.pk == current_id,
        draft=row.draft,
    )


def _mark(name: str) -> str:
    """The first letter or character of a name, quotation marks passed over."""
    return next((character for character in name if character.isalnum()), name[:1])


def unread_total(actor: Actor) -> int:
    """Unread messages for the badge; muted and archived conversations do not count."""
    found = Membership.objects.filter(
        member_of(actor.person_id), is_muted=False, archived_at__isnull=True
    ).aggregate(total=Sum(_unread()))
    return min(max(found["total"] or 0, 0), COUNT_LIMIT + 1)


def room_facts(membership: Membership) -> RoomFacts:
    """What stands round the messages of one conversation."""
    conversation = membership.conversation
    can = abilities(conversation, membership)
    members = Membership.objects.filter(conversation=conversation, left_at__isnull=True)
    other = None
    if conversation.kind == Kind.DIRECT:
        rows = Membership.objects.filter(conversation=conversation).exclude(person_id=membership.person_id)
        other = rows.select_related("person").first()
    count = members.count()
    subject = _subject_of(conversation)
    return RoomFacts(
        id=conversation.pk,
        name=(other.person.name if other else "（已离开）")
        if conversation.kind == Kind.DIRECT
        else conversation.name,
        kind=conversation.kind,
        facts="单聊"
        if conversation.kind == Kind.DIRECT
        else f"{count} 人 · {conversation.get_kind_display()}",
        can_send=Ability.SEND in can,
        why_not="" if Ability.SEND in can else _why_not(conversation),
        can_all=Ability.MENTION_ALL in can,
        can_manage=Ability.MANAGE in can,
        can_appoint=Ability.APPOINT in can,
        can_leave=Ability.LEAVE in can,
        can_invite=Ability.INVITE in can,
        can_dissolve=Ability.DISSOLVE in can,
        announcement=conversation.announcement,
        is_announcement_only=conversation.is_announcement_only,
        is_pinned=membership.pinned_at is not None,
        is_muted=membership.is_muted,
        is_archived=membership.archived_at is not None,
        other_person_id=other.person_id if other else None,
        subject_url=subjects.url_of(subject) if subject else "",
        member_count=count,
        draft=membership.draft,
    )


def _why_not(conversation: Conversation) -> str:
    return "该群已经解散，只能查看。" if conversation.dissolved_at is not None else REFUSALS[Ability.SEND]


def _subject_of(conversation: Conversation) -> Subject | None:
    if conversation.subject_id is None:
        return None
    return Subject(conversation.subject_kind, conversation.subject_id)


def members_shown(membership: Membership) -> Any:
    """Members by unit in rank order."""
    return members_by_unit(
        Membership.objects.filter(conversation_id=membership.conversation_id, left_at__isnull=True)
    )


def room_data(membership: Membership, *, at: int | None = None) -> dict[str, Any]:
    """The room as the chat island begins with it: one page of the log, the members, one's own place."""
    entries = entries_around(membership, at) if at else entries_before(membership, None)
    facts = room_facts(membership)
    return {
        "id": facts.id,
        "me": membership.person_id,
        "name": facts.name,
        **page_facts(membership, entries),
        "last_read_seq": membership.last_read_seq,
        "members": [
            {"id": member.person_id, "name": member.name, "post": member.post, "unit": unit}
            for unit, members in members_shown(membership)
            for member in members
        ],
        "can_send": facts.can_send,
        "can_all": facts.can_all,
        "poll": "/live/poll/",
        "draft": membership.draft,
        "at": at,
        "kind": facts.kind,
        "home": reverse("messaging:home"),
    }


def topics_of(person_id: int) -> list[Seat]:
    """Topics of all the person's conversations."""
    rows = Membership.objects.filter(member_of(person_id)).values_list(
        "conversation_id", "conversation__members_epoch"
    )
    return [Seat(topic_of(conversation_id), epoch) for conversation_id, epoch in rows]


def hearing_of(topic: str, person_ids: set[int]) -> Hearing:
    """Who of these is in the conversation now. The epoch is read first: a later leave makes it stale, never wrong."""
    conversation_id = conversation_of(topic)
    epoch = Conversation.objects.filter(pk=conversation_id).values_list("members_epoch", flat=True).first()
    here = Membership.objects.filter(
        conversation_id=conversation_id, person_id__in=person_ids, left_at__isnull=True
    )
    return Hearing(epoch or 0, frozenset(here.values_list("person_id", flat=True)))


def position_of(person_id: int) -> str:
    """Changes whenever one of the person's conversations has a new entry or the person comes or goes."""
    found = Membership.objects.filter(member_of(person_id)).aggregate(
        seqs=Sum("conversation__last_seq"), count=Count("pk")
    )
    return f"{found['count']}-{found['seqs'] or 0}"


def can_view_conversation(actor: Actor, conversation_id: int) -> bool:
    """Whether the actor is in it."""
    return Membership.objects.filter(member_of(actor.person_id), conversation_id=conversation_id).exists()


def can_attach_to(actor: Actor, conversation_id: int) -> bool:
    """Whether the actor may speak there, and so upload."""
    row = (
        Membership.objects.filter(member_of(actor.person_id), conversation_id=conversation_id)
        .select_related("conversation")
        .first()
    )
    return row is not None and Ability.SEND in abilities(row.conversation, row)


def name_for(membership: Membership) -> str:
    """What the conversation is called where the member speaks of it to others."""
    conversation = membership.conversation
    if conversation.kind != Kind.DIRECT:
        return conversation.name
    others = Membership.objects.filter(conversation=conversation).exclude(person_id=membership.person_id)
    return "与" + "、".join(others.values_list("person__name", flat=True)) + "的单聊"


def title_of(conversation_id: int) -> str:
    """Its name; a direct one has none of its own."""
    return Conversation.objects.filter(pk=conversation_id).values_list("name", flat=True).first() or "单聊"


def subject_group_exists(kind: str, subject_id: int) -> bool:
    """Whether the subject has a living group already."""
    return Conversation.objects.filter(
        Exists(Membership.objects.filter(conversation_id=OuterRef("pk"))),
        kind=Kind.SUBJECT,
        subject_kind=kind,
        subject_id=subject_id,
        dissolved_at__isnull=True,
    ).exists()


def subject_room(actor: Actor, subject: Subject) -> int | None:
    """The subject's living group when the actor is in it."""
    rows = visible_to(actor).filter(
        kind=Kind.SUBJECT,
        subject_kind=subject.kind,
        subject_id=subject.id,
        dissolved_at__isnull=True,
    )
    return rows.values_list("pk", flat=True).first()
