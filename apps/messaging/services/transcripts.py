"""The record of a conversation leaves the platform only with a superior's consent, known to the conversation and written down."""

from datetime import date, timedelta

from django.db import transaction

from apps.audit.services import record
from apps.core.actors import Actor
from apps.core.clock import now, today
from apps.core.errors import Forbidden, InvalidState, ValidationFailed
from apps.core.spreadsheets import Cell
from apps.core.submissions import claim, made, made_before
from apps.messaging.enums import TranscriptState
from apps.messaging.models import Conversation, Membership, Transcript
from apps.messaging.selectors.conversations import name_for
from apps.messaging.selectors.gates import membership_for, membership_locked
from apps.messaging.selectors.transcripts import (
    approvers_of,
    entries_between,
    is_open,
    transcript_cells,
    transcript_for,
    transcript_subject,
)
from apps.messaging.services.log import line_add
from apps.notifications.enums import NoticeKind
from apps.notifications.services import notice_send, notices_settle

MOST_MESSAGES = 20_000
OPEN_FOR = timedelta(days=7)
WORDS_LIMIT = 200


@transaction.atomic
def transcript_ask(
    *, actor: Actor, conversation_id: int, first_day: date, last_day: date, purpose: str, key: str = ""
) -> Transcript:
    """Ask for the record of these days; the unit's head (of heads: the office director, the principal head) decides.

    Raises `ValidationFailed` for days without messages or with more than `MOST_MESSAGES`, and when nobody could decide;
    `InvalidState` while an earlier request for the conversation waits.
    """
    membership = membership_locked(actor, conversation_id)
    open_ones = Transcript.objects.filter(
        conversation_id=conversation_id, asker=actor.person_id, state=TranscriptState.ASKED
    )
    if not claim(person_id=actor.person_id, key=key, verb="messaging.transcript"):
        return made_before(Transcript.objects, person_id=actor.person_id, key=key)
    if open_ones.exists():
        raise InvalidState("您对该会话已有一份待审批的导出申请，请等待审批或先撤回。")
    words, approvers = _checked(actor, membership, (first_day, last_day), purpose)
    asked = Transcript.objects.create(
        conversation_id=conversation_id,
        conversation_words=name_for(membership)[:120],
        asker_id=actor.person_id,
        asker_words=f"{actor.name} {actor.post_text}"[:160],
        first_day=first_day,
        last_day=last_day,
        purpose=words,
        approver_ids=approvers,
        created_at=now(),
    )
    made(person_id=actor.person_id, key=key, row_id=asked.pk)
    _note("messaging.transcript_ask", actor, asked)
    notice_send(
        person_ids=approvers,
        key=_key(asked),
        kind=NoticeKind.TASK,
        title=f"{actor.name}申请导出聊天记录，请审批",
        subject=transcript_subject(asked),
    )
    return asked


@transaction.atomic
def transcript_decide(*, actor: Actor, transcript_id: int, is_approved: bool, opinion: str) -> Transcript:
    """Let the record out for seven days, or not and say why. What is let out is told in the conversation."""
    asked = transcript_for(actor, transcript_id)
    # the log's lock comes first, as everywhere
    conversation = Conversation.objects.select_for_update(of=("self",)).get(pk=asked.conversation_id)
    found = transcript_for(actor, transcript_id, lock=True)
    if actor.person_id not in found.approver_ids:
        raise Forbidden("您不是这份申请的审批人。", rule="approver")
    if found.state != TranscriptState.ASKED:
        raise InvalidState(f"这份申请{found.get_state_display()}，不能再审批。")
    words = _words(opinion, name="审批意见")
    if not (is_approved or words):
        raise ValidationFailed("不同意时请写明理由。")
    found.state = TranscriptState.APPROVED if is_approved else TranscriptState.REFUSED
    found.decided_by_id, found.decided_at, found.opinion = actor.person_id, now(), words
    found.closes_at = now() + OPEN_FOR if is_approved else None
    found.save(update_fields=["state", "decided_by", "decided_at", "opinion", "closes_at"])
    _note("messaging.transcript_decide", actor, found)
    notices_settle(subject=transcript_subject(found), key=_key(found))
    if is_approved:
        line_add(
            conversation=conversation,
            text=f"{found.asker.name} 经 {actor.name} 批准，可导出 {found.first_day} 至 {found.last_day} 的聊天记录",
        )
    notice_send(
        person_ids=[found.asker_id],
        key=f"{_key(found)}:decided",
        kind=NoticeKind.RESULT if is_approved else NoticeKind.RETURN,
        title="导出聊天记录的申请已同意，7天内可下载" if is_approved else "导出聊天记录的申请未获同意",
        subject=transcript_subject(found),
    )
    return found


@transaction.atomic
def transcript_withdraw(*, actor: Actor, transcript_id: int) -> None:
    """Ask no longer; possible until it is decided."""
    found = transcript_for(actor, transcript_id, lock=True)
    if found.asker_id != actor.person_id:
        raise Forbidden("只有申请人可以撤回。", rule="asker")
    if found.state != TranscriptState.ASKED:
        raise InvalidState(f"这份申请{found.get_state_display()}，不能撤回。")
    found.state = TranscriptState.WITHDRAWN
    found.save(update_fields=["state"])
    _note("messaging.transcript_withdraw", actor, found)
    notices_settle(subject=transcript_subject(found), key=_key(found))


@transaction.atomic
def transcript_take(*, actor: Actor, transcript_id: int) -> tuple[Transcript, list[list[Cell]]]:
    """The record as the asker sees the conversation now, each time written down; not for who has left it meanwhile."""
    found = transcript_for(actor, transcript_id, lock=True)
    if found.asker_id != actor.person_id:
        raise Forbidden("只有申请人可以下载。", rule="asker")
    if not is_open(found):
        raise InvalidState("这份申请未获同意，或已过下载期限，请重新申请。")
    membership = membership_for(actor, found.conversation_id)
    cells = list(transcript_cells(entries_between(membership, found.first_day, found.last_day)))
    approver = found.decided_by.name if found.decided_by else ""
    cells.append(
        ["", now(), actor.name, actor.post_text, f"用途：{found.purpose}；批准人：{approver}", "", "导出"]
    )
    found.taken_count += 1
    found.save(update_fields=["taken_count"])
    _note("messaging.transcript_take", actor, found)
    return found, cells


def _checked(
    actor: Actor, membership: Membership, days: tuple[date, date], purpose: str
) -> tuple[str, list[int]]:
    """The purpose in clean words and who decides, or a refusal in words."""
    words = _words(purpose, name="用途")
    if not words:
        raise ValidationFailed("请填写导出的用途。")
    _days_check(*days)
    count = entries_between(membership, *days)[: MOST_MESSAGES + 1].count()
    if not count:
        raise ValidationFailed("这段时间没有您能看到的消息。")
    if count > MOST_MESSAGES:
        raise ValidationFailed(f"这段时间超过 {MOST_MESSAGES} 条消息，请缩短时间分次导出。")
    approvers = approvers_of(actor)
    if not approvers:
        raise ValidationFailed("本机关没有可以审批的科室负责人、办公室主任或主要负责人，请联系管理员。")
    return words, approvers


def _days_check(first_day: date, last_day: date) -> None:
    if first_day > last_day:
        raise ValidationFailed("起始日期晚于截止日期，请重新选择。")
    if last_day > today():
        raise ValidationFailed("截止日期不能晚于今天。")


def _words(text: str, *, name: str) -> str:
    words = " ".join(text.split())
    if len(words) > WORDS_LIMIT:
        raise ValidationFailed(f"{name}不能超过 {WORDS_LIMIT} 字，现为 {len(words)} 字。")
    return words


def _key(transcript: Transcript) -> str:
    return f"transcript:{transcript.pk}"


def _note(action: str, actor: Actor, transcript: Transcript) -> None:
    record(
        action,
        actor=actor,
        subject=transcript_subject(transcript),
        subject_text=transcript.conversation_words,
        facts={
            "conversation": transcript.conversation_id,
            "from": str(transcript.first_day),
            "to": str(transcript.last_day),
            "state": str(transcript.state),
        },
    )
