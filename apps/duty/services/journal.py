"""The log and its handover from watch to watch (domain.md §6.1)."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.db import transaction

from apps.audit.services import record
from apps.core.actors import Actor
from apps.core.clock import local, now
from apps.core.errors import Forbidden, InvalidState, ValidationFailed
from apps.core.submissions import claim
from apps.duty.enums import WRITABLE, EntryKind, RosterState, WatchState
from apps.duty.models import DutyLogEntry, DutyWatch
from apps.duty.policies import require_keeper
from apps.duty.selectors.attachments import PURPOSES, entry_subject, log_subject
from apps.duty.selectors.journal import entry_of
from apps.duty.selectors.watches import EARLY, watch_of, watch_on
from apps.files.enums import UploadPurpose
from apps.files.selectors import uploads_of
from apps.files.services import files_hand_over, files_let_go
from apps.files.words import words_checked

TEXT_LIMIT = 4000
SHORT_LIMIT = 500
AHEAD = timedelta(minutes=5)
MOST_FILES = 9
UPLOADS_WAIT = timedelta(days=2)  # for a line that could not be sent


@dataclass(frozen=True, kw_only=True)
class EntryDraft:
    """A line to be written. `happened_at` None is now; `file_ids` are the writer's own uploads to the log."""

    kind: str
    text: str
    source: str = ""
    proposal: str = ""
    result: str = ""
    happened_at: datetime | None = None
    file_ids: Sequence[int] = ()


def _kept(actor: Actor) -> DutyWatch:
    watch = watch_on(actor.organ_id)
    require_keeper(actor, watch)
    if watch is None:
        raise InvalidState("现在没有开放的值班日志，请先接班。")
    return watch


@transaction.atomic
def log_write(*, actor: Actor, draft: EntryDraft, key: str = "") -> DutyLogEntry:
    """A line into the open log. The same key writes it once, also after a lost connection and a handover meanwhile."""
    mark = f"{actor.person_id}:{key[:64]}" if key else ""
    if not claim(person_id=actor.person_id, key=key, verb="duty.log"):
        return DutyLogEntry.objects.get(submission_key=mark)
    watch = _kept(actor)
    if draft.kind not in WRITABLE:
        raise ValidationFailed("请选择日志类别。")
    moment = draft.happened_at or now()
    if moment > now() + AHEAD:
        raise ValidationFailed("时间不能晚于现在。")
    if moment < watch.starts_at - timedelta(days=1):
        raise ValidationFailed("时间早于本班一天以上，请核对；以前的情况请写在内容里。")
    if len(draft.file_ids) > MOST_FILES:
        raise ValidationFailed(f"一条日志最多 {MOST_FILES} 个附件，请分条记录。")
    entry = _written(
        actor,
        watch,
        kind=draft.kind,
        text=words_checked(draft.text, "内容", TEXT_LIMIT, required=True),
        source=words_checked(draft.source, "来源", 160),
        proposal=words_checked(draft.proposal, "拟办意见", SHORT_LIMIT),
        result=words_checked(draft.result, "处理结果", SHORT_LIMIT),
        happened_at=moment,
        submission_key=mark,
    )
    _attached(actor, entry, draft.file_ids)
    return entry


def _attached(actor: Actor, entry: DutyLogEntry, file_ids: Sequence[int]) -> None:
    """The uploads become part of the line, voice notes as such; from then on nobody takes them away."""
    voices = set(uploads_of(log_subject(entry.organ_id), UploadPurpose.VOICE).values_list("pk", flat=True))
    for purpose in PURPOSES:
        chosen = [one for one in file_ids if (one in voices) == (purpose == UploadPurpose.VOICE)]
        if chosen:
            files_hand_over(
                actor=actor,
                file_ids=chosen,
                source=log_subject(entry.organ_id),
                target=entry_subject(entry),
                purpose=purpose,
            )


def _written(actor: Actor, watch: DutyWatch, **facts: object) -> DutyLogEntry:
    return DutyLogEntry.objects.create(
        watch=watch, organ_id=watch.organ_id, writer_text=actor.signature, written_at=now(), **facts
    )


@transaction.atomic
def log_correct(*, actor: Actor, entry_id: int, text: str, key: str = "") -> DutyLogEntry:
    """A correction: what was written stays, the correction stands beside it."""
    watch = _kept(actor)
    wrong = entry_of(watch.organ_id, entry_id)
    if wrong.kind == EntryKind.CORRECTION:
        raise ValidationFailed("请更正原条目，不能更正更正。")
    words = words_checked(text, "更正内容", TEXT_LIMIT, required=True)
    if not claim(person_id=actor.person_id, key=key, verb="duty.correct"):
        return wrong.corrections.order_by("-pk").first() or wrong
    return _written(
        actor,
        watch,
        kind=EntryKind.CORRECTION,
        text=words,
        happened_at=now(),
        corrects=wrong,
        event=wrong.event,
    )


@transaction.atomic
def watch_take(*, actor: Actor, watch_id: int) -> DutyWatch:
    """接班: only after the watch before was handed over in writing; what was pending opens the new log."""
    watch = watch_of(actor.organ_id or 0, watch_id, lock=True)
    require_keeper(actor, watch)
    if watch.state == WatchState.ON:
        return watch
    if watch.state == WatchState.CLOSED:
        raise InvalidState("这一班已经交班。")
    if watch.roster.state != RosterState.PUBLISHED:
        raise InvalidState("值班表还没有发布，不能接班。")
    if now() < watch.starts_at - EARLY:
        raise InvalidState("还没有到接班时间，可提前 30 分钟接班。")
    if now() >= watch.ends_at:
        raise InvalidState("这一班的时间已过，请接当前班次。")
    open_watch = watch_on(watch.organ_id)
    if open_watch is not None:
        raise InvalidState(f"上一班（{open_watch.taken_text}）还没有交班，请先请其交班。")
    watch.state, watch.taken_at, watch.taken_text = WatchState.ON, now(), actor.signature
    watch.save(update_fields=["state", "taken_at", "taken_text"])
    files_let_go(subjects=[log_subject(watch.organ_id)], before=now() - UPLOADS_WAIT)
    before = (
        DutyWatch.objects.filter(
            organ_id=watch.organ_id, state=WatchState.CLOSED, starts_at__lt=watch.starts_at
        )
        .order_by("-starts_at")
        .first()
    )
    if before is not None and before.pending:
        _written(
            actor,
            watch,
            kind=EntryKind.PENDING,
            text=before.pending,
            source=before.handed_text,
            happened_at=now(),
        )
    record("duty.handover", actor=actor, subject_text=f"{watch}", facts={"act": "take", "watch": watch.pk})
    return watch


@transaction.atomic
def watch_hand_over(*, actor: Actor, watch_id: int, summary: str, pending: str) -> DutyWatch:
    """交班: the log is closed in writing, at the earliest half an hour before the end: no watch is left without a log.

    Whoever took over or serves in the watch hands over.
    """
    watch = watch_of(actor.organ_id or 0, watch_id, lock=True)
    require_keeper(actor, watch)
    if watch.state != WatchState.ON:
        raise InvalidState("这一班不在值班中，请刷新页面查看最新情况。")
    if now() < watch.starts_at:
        raise Forbidden("本班尚未开始，不能交班。", rule="handover")
    if now() < watch.ends_at - EARLY:
        raise InvalidState(
            f"本班到 {local(watch.ends_at):%-m月%-d日 %H:%M} 止，最早提前 30 分钟交班，以免日志中断。"
            "中途换人的，请由值班室在值班表上调整替班，日志接着记。"
        )
    watch.summary = words_checked(summary, "交班小结", TEXT_LIMIT, required=True)
    watch.pending = words_checked(pending, "待办移交", TEXT_LIMIT)
    watch.state, watch.handed_at, watch.handed_text = WatchState.CLOSED, now(), actor.signature
    watch.save(update_fields=["summary", "pending", "state", "handed_at", "handed_text"])
    record(
        "duty.handover", actor=actor, subject_text=f"{watch}", facts={"act": "hand_over", "watch": watch.pk}
    )
    return watch
