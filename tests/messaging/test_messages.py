"""Messages: sent once, refused in words, recalled with a trace, read as a comparison, owed a confirmation."""

from datetime import timedelta

import pytest

from apps.audit.models import AuditEntry
from apps.core import clock
from apps.core.errors import Forbidden, InvalidState, NotFound, RateLimited, ValidationFailed
from apps.core.subjects import Subject
from apps.files.models import StoredFile
from apps.files.selectors import file_for
from apps.files.services import file_store_bytes
from apps.messaging import services
from apps.messaging.errors import MarkedText
from apps.messaging.models import Confirmation, Conversation, Message
from apps.messaging.selectors.conversations import rows_of, unread_total
from apps.messaging.selectors.entries import entries_before, page_facts
from apps.messaging.selectors.gates import membership_for
from apps.messaging.selectors.reading import message_states, reader_state
from apps.notifications.models import Notice
from tests.factories.world import World
from tests.helpers.chat import direct, group, said

pytestmark = pytest.mark.django_db


def upload(world: World, who: str, conversation: Conversation, name: str = "清单.txt") -> StoredFile:
    """A ready upload waiting to be sent."""
    return file_store_bytes(
        actor=world.actor(who),
        subject=Subject("messaging.conversation", conversation.pk),
        purpose="message",
        name=name,
        data="任务清单".encode(),
        content_type="text/plain",
    )


def aged(message: Message, minutes: int) -> None:
    """As if it had been sent earlier."""
    Message.objects.filter(pk=message.pk).update(created_at=message.created_at - timedelta(minutes=minutes))


def test_entries_are_numbered_without_gaps(world: World) -> None:
    made = group(world)
    sent = [
        said(world, who, made, f"第{place}句") for place, who in enumerate(("director", "clerk", "drafter"))
    ]
    assert [message.seq for message in sent] == [2, 3, 4]
    assert [message.number for message in sent] == [1, 2, 3]
    made.refresh_from_db()
    assert (made.last_seq, made.message_count, made.last_text) == (4, 3, "许若溪：第2句")


def test_sending_again_with_the_same_client_id_says_it_once(world: World) -> None:
    made = direct(world)
    first = said(world, "drafter", made, "一次", client_id="c-1")
    again = said(world, "drafter", made, "一次", client_id="c-1")
    other = said(world, "clerk", made, "另一人", client_id="c-1")
    assert first == again
    assert other != first
    assert Message.objects.filter(conversation=made, kind="message").count() == 2


@pytest.mark.parametrize(
    ("content", "words"),
    [
        ({"text": "   "}, "请输入"),
        ({"text": "长" * 5001}, "5001 字"),
        ({"text": "坏\x00字"}, "无法保存"),
        ({"text": "多", "mention_ids": list(range(1, 10_001))}, "最多@200 人"),
        ({"text": "附", "file_ids": list(range(1, 30))}, "最多 20 个附件"),
        ({"text": "引", "quote_seq": 99}, "不存在"),
        ({"text": "附", "file_ids": [999_999]}, "已不存在"),
        ({"text": "达", "is_must": True, "sms_after": 7}, "短信提醒时间"),
    ],
)
def test_what_cannot_be_said_is_refused_in_words(
    world: World, content: dict[str, object], words: str
) -> None:
    made = direct(world)
    with pytest.raises(ValidationFailed, match=words):
        said(world, "drafter", made, **content)  # type: ignore[arg-type]  # the cases carry what the test is about
    assert not Message.objects.filter(conversation=made, kind="message").exists()


def test_a_secrecy_mark_is_refused_and_written_down(world: World) -> None:
    made = direct(world)
    with pytest.raises(MarkedText, match="非涉密系统"):
        said(world, "drafter", made, "机密★5年\n关于……")
    assert AuditEntry.objects.filter(action="messaging.refuse", result="refused").count() == 1
    said(world, "drafter", made, "请注意保守国家秘密。")


def test_a_stranger_finds_no_conversation(world: World) -> None:
    with pytest.raises(NotFound):
        said(world, "stranger", direct(world), "你好")


def test_files_go_with_their_message_and_only_its_readers_get_them(world: World) -> None:
    made = direct(world)
    file = upload(world, "drafter", made)
    message = said(world, "drafter", made, "", file_ids=[file.pk])
    entry = entries_before(membership_for(world.actor("clerk"), made.pk), None)[-1]
    assert [shown["name"] for shown in entry["files"]] == ["清单.txt"]
    assert file_for(world.actor("clerk"), file.pk) == StoredFile.objects.get(pk=file.pk)
    with pytest.raises(NotFound):
        file_for(world.actor("stranger"), file.pk)
    services.message_recall(actor=world.actor("drafter"), conversation_id=made.pk, seq=message.seq)
    with pytest.raises(NotFound):
        file_for(world.actor("clerk"), file.pk)


def test_anothers_upload_cannot_be_sent(world: World) -> None:
    made = direct(world)
    file = upload(world, "clerk", made)
    with pytest.raises(ValidationFailed, match="不是您上传的"):
        said(world, "drafter", made, "看", file_ids=[file.pk])


def test_a_file_of_before_joining_stays_closed(world: World) -> None:
    made = group(world)
    file = upload(world, "director", made)
    said(world, "director", made, "", file_ids=[file.pk])
    services.members_add(
        actor=world.actor("director"), conversation_id=made.pk, person_ids=[world.person("head").pk]
    )
    with pytest.raises(NotFound):
        file_for(world.actor("head"), file.pk)


def test_a_card_is_sent_only_by_who_may_see_the_thing(world: World) -> None:
    with pytest.raises(ValidationFailed, match="无权查看"):
        said(world, "drafter", direct(world), "", card=Subject("documents.outgoing", 1))


def test_a_recall_leaves_its_trace_and_takes_the_words_away(world: World) -> None:
    made = group(world)
    message = said(world, "drafter", made, "发错了", mention_ids=[world.person("clerk").pk])
    entry = services.message_recall(actor=world.actor("drafter"), conversation_id=made.pk, seq=message.seq)
    assert (entry.kind, entry.target_seq, entry.seq) == ("recall", message.seq, message.seq + 1)
    assert (
        services.message_recall(actor=world.actor("drafter"), conversation_id=made.pk, seq=message.seq)
        == entry
    )
    shown = {one["seq"]: one for one in entries_before(membership_for(world.actor("clerk"), made.pk), None)}
    assert shown[message.seq]["recalled"]
    assert shown[message.seq]["text"] == ""
    assert AuditEntry.objects.filter(action="messaging.recall").count() == 1
    assert rows_of(world.actor("clerk"))[0].mentions == 0


def test_a_recall_is_for_the_sender_and_for_two_minutes(world: World) -> None:
    made = group(world)
    message = said(world, "drafter", made)
    with pytest.raises(Forbidden, match="自己发送"):
        services.message_recall(actor=world.actor("director"), conversation_id=made.pk, seq=message.seq)
    aged(message, 3)
    with pytest.raises(InvalidState, match="2分钟"):
        services.message_recall(actor=world.actor("drafter"), conversation_id=made.pk, seq=message.seq)


def test_hiding_is_for_oneself(world: World) -> None:
    made = direct(world)
    message = said(world, "drafter", made, "只删自己")
    services.message_hide(actor=world.actor("clerk"), conversation_id=made.pk, seq=message.seq)
    mine = entries_before(membership_for(world.actor("clerk"), made.pk), None)[-1]
    theirs = entries_before(membership_for(world.actor("drafter"), made.pk), None)[-1]
    assert (mine["hidden"], mine["text"], mine["seq"]) == (True, "", message.seq)
    assert theirs["text"] == "只删自己"


def test_who_has_read_is_a_comparison_and_never_goes_back(world: World) -> None:
    made = group(world)
    message = said(world, "director", made)
    sender = membership_for(world.actor("director"), made.pk)
    assert message_states(sender, [message.seq])[str(message.seq)]["read"] == 0
    services.conversation_read(actor=world.actor("clerk"), conversation_id=made.pk, seq=message.seq)
    services.conversation_read(actor=world.actor("clerk"), conversation_id=made.pk, seq=1)
    state = message_states(sender, [message.seq])[str(message.seq)]
    assert (state["read"], state["total"]) == (1, 3)
    lists = reader_state(message)
    assert [unit for unit, _ in lists.unread] == ["市政府办公室", "市财政局"]
    assert [reader.name for _, readers in lists.read for reader in readers] == ["罗嘉木"]


def test_unread_counts_messages_only(world: World) -> None:
    made = group(world)
    for text in ("一", "二"):
        said(world, "director", made, text)
    message = said(world, "director", made, "三", mention_ids=[world.person("clerk").pk])
    actor = world.actor("clerk")
    (row,) = rows_of(actor)
    assert (row.unread, row.mentions, unread_total(actor)) == (3, 1, 3)
    services.setting_change(actor=actor, conversation_id=made.pk, muted=True)
    assert unread_total(actor) == 0
    services.conversation_read(actor=actor, conversation_id=made.pk, seq=message.seq)
    assert (rows_of(actor)[0].unread, rows_of(actor)[0].mentions) == (0, 0)
    assert [row.unread for row in rows_of(world.actor("director"))] == [0]


def test_only_the_unread_are_reminded_and_not_twice_a_minute(world: World) -> None:
    made = group(world)
    message = said(world, "director", made)
    services.conversation_read(actor=world.actor("clerk"), conversation_id=made.pk, seq=message.seq)
    told = services.unread_remind(actor=world.actor("director"), conversation_id=made.pk, seq=message.seq)
    assert told == 2
    assert set(Notice.objects.values_list("person__name", flat=True)) == {"许若溪", "顾长青"}
    with pytest.raises(RateLimited):
        services.unread_remind(actor=world.actor("director"), conversation_id=made.pk, seq=message.seq)
    with pytest.raises(Forbidden):
        services.unread_remind(actor=world.actor("clerk"), conversation_id=made.pk, seq=message.seq)


def test_received_is_said_once(world: World) -> None:
    made = group(world)
    message = said(world, "director", made)
    for _ in range(2):
        services.receipt_give(actor=world.actor("clerk"), conversation_id=made.pk, seq=message.seq)
    state = message_states(membership_for(world.actor("clerk"), made.pk), [message.seq])[str(message.seq)]
    assert (state["receipts"], state["receipt_names"], state["mine"]) == (1, ["罗嘉木"], True)
    with pytest.raises(InvalidState):
        services.receipt_give(actor=world.actor("director"), conversation_id=made.pk, seq=message.seq)


def test_a_must_message_is_owed_until_each_has_confirmed(world: World) -> None:
    made = group(world)
    with pytest.raises(Forbidden, match="必达"):
        said(world, "drafter", made, "必达", is_must=True)
    message = said(world, "director", made, "请确认", is_must=True, sms_after=10)
    assert Notice.objects.filter(key=f"must:{message.pk}", is_urgent=True).count() == 3
    assert rows_of(world.actor("clerk"))[0].must == 1
    services.receipt_give(actor=world.actor("clerk"), conversation_id=made.pk, seq=message.seq)
    state = message_states(membership_for(world.actor("director"), made.pk), [message.seq])[str(message.seq)]
    assert state["must"] == {"confirmed": 1, "total": 3}
    assert rows_of(world.actor("clerk"))[0].must == 0
    services.unread_remind(actor=world.actor("director"), conversation_id=made.pk, seq=message.seq)
    assert not Notice.objects.filter(key__contains=":remind:", person=world.person("clerk")).exists()


def test_the_schedule_reminds_each_time_once_and_stops(world: World) -> None:
    made = group(world)
    message = said(world, "director", made, "请确认", is_must=True)
    assert services.confirmations_sweep() == 0
    for _ in range(5):
        Confirmation.objects.filter(next_reminder_at__isnull=False).update(
            next_reminder_at=message.created_at
        )
        services.confirmations_sweep()
        assert services.confirmations_sweep() == 0
    assert (
        Notice.objects.filter(key__startswith=f"must:{message.pk}:", person=world.person("clerk")).count()
        == 3
    )


def test_who_is_out_of_the_group_owes_no_confirmation(world: World) -> None:
    made = group(world)
    director, clerk = world.actor("director"), world.person("clerk")
    message = said(world, "director", made, "请确认", is_must=True, sms_after=10)
    confirmed = said(world, "director", made, "已确认", is_must=True)
    services.receipt_give(actor=world.actor("clerk"), conversation_id=made.pk, seq=confirmed.seq)
    services.member_remove(actor=director, conversation_id=made.pk, person_id=clerk.pk)
    told = Notice.objects.filter(person=clerk, key__startswith=f"must:{message.pk}")
    assert not told.filter(read_at__isnull=True).exists()
    with clock.at(clock.now() + timedelta(hours=1)):
        services.confirmations_sweep()
        services.unread_remind(actor=director, conversation_id=made.pk, seq=message.seq)
    assert told.count() == 1
    states = message_states(membership_for(director, made.pk), [message.seq, confirmed.seq])
    assert [states[str(one.seq)]["must"] for one in (message, confirmed)] == [
        {"confirmed": 0, "total": 2},
        {"confirmed": 1, "total": 3},
    ]


def test_a_recalled_must_message_is_owed_nothing(world: World) -> None:
    made = group(world)
    message = said(world, "director", made, "请确认", is_must=True)
    services.message_recall(actor=world.actor("director"), conversation_id=made.pk, seq=message.seq)
    assert not Confirmation.objects.exists()
    assert not Notice.objects.filter(key=f"must:{message.pk}", read_at__isnull=True).exists()


def test_pages_of_the_log_join_without_gap_or_overlap(world: World) -> None:
    made = direct(world)
    for place in range(25):
        said(world, "drafter", made, f"第{place}句")
    membership = membership_for(world.actor("clerk"), made.pk)
    page = page_facts(membership, entries_before(membership, None, 10))
    assert page["has_before"]
    assert not page["has_after"]
    seqs = [entry["seq"] for entry in page["entries"]]
    while page["has_before"]:
        page = page_facts(membership, entries_before(membership, seqs[0], 10))
        seqs = [entry["seq"] for entry in page["entries"]] + seqs
    assert seqs == list(range(1, 26))


def test_a_draft_is_kept_until_it_is_sent(world: World) -> None:
    made = direct(world)
    services.draft_keep(actor=world.actor("drafter"), conversation_id=made.pk, text="写了一半")
    assert rows_of(world.actor("drafter"))[0].draft == "写了一半"
    said(world, "drafter", made)
    assert rows_of(world.actor("drafter"))[0].draft == ""
