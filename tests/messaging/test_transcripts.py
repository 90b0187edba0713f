"""The record of a conversation leaves with a superior's consent, known to all in it; old messages go by the rule."""

from collections.abc import Callable
from datetime import timedelta
from io import BytesIO
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse
from openpyxl import load_workbook

from apps.audit.models import AuditEntry
from apps.core import clock
from apps.core.clock import now, today
from apps.core.errors import Forbidden, InvalidState, NotFound, ValidationFailed
from apps.files.services import file_store_bytes
from apps.messaging import services
from apps.messaging.models import Conversation, Membership, Message, Transcript
from apps.messaging.selectors.entries import PURPOSE, entries_before, subject_of_message
from apps.messaging.selectors.gates import membership_for
from apps.messaging.selectors.transcripts import approvers_of
from apps.notifications.models import Notice
from tests.factories.world import World
from tests.helpers.chat import Copy, direct, group, said

pytestmark = [pytest.mark.django_db, pytest.mark.long]
As = Callable[[str], Client]


def asked(world: World, who: str, conversation: Conversation, **more: Any) -> Transcript:
    """A request for today's record."""
    days: dict[str, Any] = {"first_day": today(), "last_day": today(), "purpose": "附入防汛档案"} | more
    return services.transcript_ask(actor=world.actor(who), conversation_id=conversation.pk, **days)


def decided(
    world: World, who: str, transcript: Transcript, *, yes: bool = True, opinion: str = ""
) -> Transcript:
    """Its decision."""
    return services.transcript_decide(
        actor=world.actor(who), transcript_id=transcript.pk, is_approved=yes, opinion=opinion
    )


def sheet_of(content: bytes) -> list[tuple[Any, ...]]:
    """Rows of the downloaded workbook."""
    return list(load_workbook(BytesIO(content)).active.values)


def test_a_record_is_asked_for_decided_and_taken(world: World, client_as: As) -> None:
    made = group(world)
    said(world, "director", made, "=请15时前报送")
    recalled = said(world, "drafter", made, "发错的内容")
    services.message_recall(actor=world.actor("drafter"), conversation_id=made.pk, seq=recalled.seq)
    hidden = said(world, "clerk", made, "自己看不见的")
    services.message_hide(actor=world.actor("drafter"), conversation_id=made.pk, seq=hidden.seq)
    drafter = client_as("drafter")
    form = {"first_day": str(today()), "last_day": str(today()), "purpose": "附入档案", "key": "k1"}
    new = reverse("messaging:transcript_new", args=[made.pk])
    assert drafter.get(new).status_code == 200
    assert drafter.post(new, form).status_code == 303
    assert drafter.post(new, form).status_code == 303  # the same form twice asks once
    one = Transcript.objects.get()
    assert Notice.objects.filter(
        person=world.person("section_chief"), title__contains="申请导出聊天记录"
    ).exists()
    take = reverse("messaging:transcript_take", args=[one.pk])
    assert drafter.post(take).status_code == 409
    listed = client_as("section_chief").get(reverse("messaging:transcripts")).content.decode()
    assert "附入档案" in listed
    decide = reverse("messaging:transcript_decide", args=[one.pk])
    assert client_as("section_chief").post(decide, {"approve": "1"}).status_code == 303
    last = Message.objects.filter(conversation=made).latest("seq")
    assert last.text.startswith("许若溪 经 林知夏 批准，可导出")
    answer = drafter.post(take)
    rows = sheet_of(answer.content)
    texts = [row[4] for row in rows]
    assert "=请15时前报送" in texts
    assert "发错的内容" not in texts
    assert "自己看不见的" not in texts
    assert rows[-1][4] == "用途：附入档案；批准人：林知夏"
    acts = set(
        AuditEntry.objects.filter(action__startswith="messaging.transcript").values_list("action", flat=True)
    )
    assert acts == {"messaging.transcript_ask", "messaging.transcript_decide", "messaging.transcript_take"}


def test_who_decides_reads_with_whom_somebody_talked(world: World) -> None:
    pair, made = direct(world), group(world)
    for conversation in (pair, made):
        said(world, "drafter", conversation)
    assert asked(world, "drafter", pair).conversation_words == "与罗嘉木的单聊"
    assert asked(world, "drafter", made).conversation_words == "防汛专班"


def test_who_decides_follows_the_ladder(world: World) -> None:
    chief, director, head = (world.person(key).pk for key in ("section_chief", "director", "head"))
    assert approvers_of(world.actor("drafter")) == [chief]
    assert approvers_of(world.actor("section_chief")) == [director]
    assert approvers_of(world.actor("director")) == [head]
    assert approvers_of(world.actor("head")) == [director]
    assert approvers_of(world.actor("sysadmin")) == []


def test_others_neither_see_nor_decide_nor_take(world: World, client_as: As) -> None:
    made = group(world)
    said(world, "director", made)
    one = asked(world, "drafter", made)
    for who in ("clerk", "stranger", "sysadmin", "secadmin", "auditadmin"):
        for act in ("decide", "withdraw", "take"):
            answer = client_as(who).post(
                reverse(f"messaging:transcript_{act}", args=[one.pk]), {"approve": "1"}
            )
            assert (who, act, answer.status_code) == (who, act, 404)
        assert "附入防汛档案" not in client_as(who).get(reverse("messaging:transcripts")).content.decode()
    with pytest.raises(Forbidden):
        decided(world, "drafter", one)
    with pytest.raises(Forbidden):
        services.transcript_withdraw(actor=world.actor("section_chief"), transcript_id=one.pk)
    decided(world, "section_chief", one)
    with pytest.raises(Forbidden):
        services.transcript_take(actor=world.actor("section_chief"), transcript_id=one.pk)
    assert client_as("stranger").get(reverse("messaging:transcript_new", args=[made.pk])).status_code == 404


def test_a_refusal_wants_a_reason_and_ends_it(world: World) -> None:
    made = group(world)
    said(world, "director", made)
    one = asked(world, "drafter", made)
    with pytest.raises(InvalidState, match="待审批"):
        asked(world, "drafter", made)
    with pytest.raises(ValidationFailed, match="理由"):
        decided(world, "section_chief", one, yes=False)
    decided(world, "section_chief", one, yes=False, opinion="用途不清")
    with pytest.raises(InvalidState):
        decided(world, "section_chief", one)
    with pytest.raises(InvalidState):
        services.transcript_take(actor=world.actor("drafter"), transcript_id=one.pk)
    again = asked(world, "drafter", made)
    services.transcript_withdraw(actor=world.actor("drafter"), transcript_id=again.pk)
    with pytest.raises(InvalidState):
        decided(world, "section_chief", again)


def test_who_left_or_came_late_takes_only_what_is_theirs(world: World) -> None:
    made = group(world, "clerk")
    said(world, "director", made, "加入之前")
    services.members_add(
        actor=world.actor("director"), conversation_id=made.pk, person_ids=[world.person("drafter").pk]
    )
    said(world, "director", made, "加入之后")
    one = decided(world, "section_chief", asked(world, "drafter", made))
    _, cells = services.transcript_take(actor=world.actor("drafter"), transcript_id=one.pk)
    assert [cell[4] for cell in cells[:-1]] == ["加入之后"]
    with clock.at(now() + timedelta(days=8)), pytest.raises(InvalidState, match="下载期限"):
        services.transcript_take(actor=world.actor("drafter"), transcript_id=one.pk)
    services.conversation_leave(actor=world.actor("drafter"), conversation_id=made.pk)
    with pytest.raises(NotFound):
        services.transcript_take(actor=world.actor("drafter"), transcript_id=one.pk)


@pytest.mark.parametrize(
    ("first", "last", "purpose", "said_in_words"),
    [
        (0, 0, "  ", "用途"),
        (0, 0, "长" * 201, "200 字"),
        (1, 0, "归档", "晚于"),
        (0, 1, "归档", "晚于今天"),
        (-3, -2, "归档", "没有您能看到"),
    ],
)
def test_nonsense_is_refused_in_words(
    world: World, first: int, last: int, purpose: str, said_in_words: str
) -> None:
    made = group(world)
    said(world, "director", made)
    days = [today() + timedelta(days=offset) for offset in (first, last)]
    with pytest.raises(ValidationFailed, match=said_in_words):
        asked(world, "drafter", made, first_day=days[0], last_day=days[1], purpose=purpose)


def test_a_form_without_days_is_refused(world: World, client_as: As) -> None:
    made = group(world)
    new = reverse("messaging:transcript_new", args=[made.pk])
    assert client_as("drafter").post(new, {"purpose": "归档", "first_day": "昨天"}).status_code == 422


def kept(world: World, kind: str, days: int = 200) -> None:
    """A term for a kind of conversation."""
    services.retention_keep(actor=world.actor("secadmin"), kind=kind, keep_days=days)


def test_old_messages_go_and_what_follows_stays_as_it_is(world: World) -> None:
    """Members, cursors, unread counts, quotes and files agree afterwards; other kinds of conversation keep everything."""
    with clock.at(now() - timedelta(days=201)):
        made, pair = group(world), direct(world)
        old = [said(world, "director", made, f"旧消息{number}") for number in range(5)]
        said(world, "drafter", pair, "单聊旧消息")
        services.conversation_read(actor=world.actor("drafter"), conversation_id=made.pk, seq=old[2].seq)
    said(world, "director", made, "新消息", quote_seq=old[1].seq)
    said(world, "director", made, "又一条")
    kept(world, "group")
    assert services.messages_expire() == 6  # five messages and the line of the group's beginning
    assert services.messages_expire() == 0
    for who, unread in (("drafter", 2), ("clerk", 2), ("director", 0)):
        membership = membership_for(world.actor(who), made.pk)
        assert [entry["text"] for entry in entries_before(membership, None)] == ["新消息", "又一条"]
        assert membership.conversation.message_count - membership.read_count == unread
    quote = entries_before(membership_for(world.actor("clerk"), made.pk), None)[0]["quote"]
    assert quote == {"seq": old[1].seq, "name": "", "text": "（原消息已过保存期限）"}
    copy = Copy()
    copy.catch_up(world, "clerk", made)
    assert copy.last == Conversation.objects.get(pk=made.pk).last_seq
    assert Message.objects.filter(conversation=pair).exists()
    entry = AuditEntry.objects.get(action="messaging.expire")
    assert entry.facts == {"count": 6, "up_to": old[-1].seq}


def test_files_of_old_messages_can_no_longer_be_read(world: World, client_as: As) -> None:
    with clock.at(now() - timedelta(days=201)):
        made = group(world)
        message = said(world, "director", made, "附件见后")
        file = file_store_bytes(
            actor=world.actor("director"),
            subject=subject_of_message(message),
            purpose=PURPOSE,
            name="名单.txt",
            data=b"list",
            content_type="text/plain",
        )
        Message.objects.filter(pk=message.pk).update(has_files=True)
    url = reverse("files:download", args=[file.pk])
    assert client_as("clerk").get(url).status_code == 200
    kept(world, "group")
    services.messages_expire()
    assert client_as("clerk").get(url).status_code == 404
    file.refresh_from_db()
    assert file.removed_at is not None  # its bytes go a month later


def test_a_silent_conversation_is_emptied_also_in_the_list(world: World) -> None:
    with clock.at(now() - timedelta(days=201)):
        pair = direct(world)
        said(world, "drafter", pair, "单聊旧消息")
    kept(world, "direct")
    assert services.messages_expire() == 1
    assert Conversation.objects.get(pk=pair.pk).last_text == ""
    assert not Membership.objects.filter(conversation=pair, last_read_seq__lt=1).exists()
    said(world, "clerk", pair, "还在吗")
    assert membership_for(world.actor("drafter"), pair.pk).read_count == 1


def test_only_the_security_administrator_sets_terms_of_half_a_year_at_least(
    world: World, client_as: As
) -> None:
    add = reverse("admin:messaging_retention_add")
    for who in ("sysadmin", "auditadmin"):
        assert client_as(who).get(add).status_code == 403
    client = client_as("secadmin")
    assert client.post(add, {"kind": "group", "keep_days": "30"}).status_code == 200
    assert client.post(add, {"kind": "group", "keep_days": "365"}).status_code == 302
    made = group(world)
    side = client_as("drafter").get(reverse("messaging:side", args=[made.pk])).content.decode()
    assert "保存 365 天" in side
    listed = client.get(reverse("admin:messaging_retention_changelist"))
    assert listed.status_code == 200
    row = services.retention_keep(actor=world.actor("secadmin"), kind="group", keep_days=400)
    drop = reverse("admin:messaging_retention_drop", args=[row.pk])
    assert client.post(drop).status_code == 302
    side = client_as("drafter").get(reverse("messaging:side", args=[made.pk])).content.decode()
    assert "过期清除" not in side
