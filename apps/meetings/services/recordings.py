"""What is done with films that are made: who may watch, when they go."""

from django.db import transaction

from apps.audit.services import record
from apps.core.actors import Actor
from apps.core.clock import now
from apps.core.errors import Forbidden, InvalidState, NotFound, ValidationFailed
from apps.core.subjects import Subject
from apps.files.services import files_let_go
from apps.meetings.enums import RecordingAudience, RecordingState
from apps.meetings.models import Meeting, RecordingTerms, VideoRecording
from apps.meetings.models.recordings import LEAST_DAYS, MOST_DAYS
from apps.meetings.policies import manages_recordings
from apps.meetings.selectors.meetings import meeting_for
from apps.meetings.selectors.recordings import RECORDING_KIND, recording_for, recordings_due
from apps.meetings.services.taping import recording_noted

EXPIRED = "保存期满，系统自动删除"
REASON_LIMIT = 200


@transaction.atomic
def recording_remove(*, actor: Actor, recording_id: int, reason: str) -> Meeting:
    """Delete for good, with a reason. Raises `NotFound`, `Forbidden`, `ValidationFailed`, `InvalidState` while it goes on."""
    row = _managed(actor, recording_id)
    reason = " ".join(reason.split())
    if not reason or len(reason) > REASON_LIMIT:
        raise ValidationFailed(f"请填写删除原因，不超过 {REASON_LIMIT} 字。")
    if row.state == RecordingState.RECORDING:
        raise InvalidState("正在录制，请先停止录制再删除。")
    if row.state == RecordingState.REMOVED:
        raise InvalidState("这段录制已经删除，请刷新页面。")
    _removed(row, reason=reason, person_id=actor.person_id)
    recording_noted(actor=actor, recording=row, act="remove", note=reason)
    return row.meeting


@transaction.atomic
def recording_audience(*, actor: Actor, recording_id: int, audience: str) -> Meeting:
    """Who may watch beside those who run the meeting. Raises `NotFound`, `Forbidden`, `ValidationFailed`."""
    row = _managed(actor, recording_id)
    if audience not in RecordingAudience.values:
        raise ValidationFailed("没有这种观看范围。")
    if row.audience != audience:
        row.audience = audience
        row.save(update_fields=["audience"])
        recording_noted(actor=actor, recording=row, act="audience", note=audience)
    return row.meeting


@transaction.atomic
def recording_retry(*, actor: Actor, recording_id: int) -> Meeting:
    """Make the film once more. Raises `NotFound`, `Forbidden`, `InvalidState` unless it failed."""
    row = _managed(actor, recording_id)
    if row.state != RecordingState.FAILED:
        raise InvalidState("只有合成失败的录制可以重新合成，请刷新页面。")
    row.state, row.attempts, row.trouble, row.compose_at = RecordingState.WAITING, 0, "", now()
    row.save(update_fields=["state", "attempts", "trouble", "compose_at"])
    recording_noted(actor=actor, recording=row, act="retry")
    return row.meeting


@transaction.atomic
def recording_watch(*, actor: Actor, recording_id: int) -> VideoRecording:
    """Let somebody watch, and write it down. Raises `NotFound`."""
    row = recording_for(actor, recording_id)
    recording_noted(actor=actor, recording=row, act="watch")
    return row


@transaction.atomic
def recordings_expire() -> int:
    """Delete what has been kept as long as its organ keeps recordings. Returns how many."""
    rows = list(recordings_due().select_for_update(skip_locked=True, of=("self",)).select_related("meeting"))
    for row in rows:
        _removed(row, reason=EXPIRED, person_id=None)
        recording_noted(actor=None, recording=row, act="remove", note=EXPIRED)
    return len(rows)


@transaction.atomic
def recording_terms_keep(
    *, actor: Actor, row: RecordingTerms, organ_id: int, keep_days: int
) -> RecordingTerms:
    """For how long an organ keeps recordings from now on; those that are there keep their date. Raises `ValidationFailed`."""
    if not LEAST_DAYS <= keep_days <= MOST_DAYS:
        raise ValidationFailed(f"保存天数须在 {LEAST_DAYS} 至 {MOST_DAYS} 之间。")
    if RecordingTerms.objects.exclude(pk=row.pk).filter(organ_id=organ_id).exists():
        raise ValidationFailed("这个机关已经设置了保存期限，请修改原有的一条。")
    row.organ_id, row.keep_days, row.changed_at = organ_id, keep_days, now()
    row.save()
    record("meetings.recording_terms", actor=actor, facts={"organ": organ_id, "days": keep_days})
    return row


def _managed(actor: Actor, recording_id: int) -> VideoRecording:
    rows = VideoRecording.objects.select_for_update(of=("self",)).select_related("meeting")
    row = rows.filter(pk=recording_id).first()
    if row is None:
        raise NotFound
    row.meeting = meeting_for(actor, row.meeting_id)
    if not manages_recordings(actor, row.meeting):
        raise Forbidden("会议录制由会议承办人、主持人或办公室管理。", rule="recording")
    return row


def _removed(row: VideoRecording, *, reason: str, person_id: int | None) -> None:
    row.state, row.removed_at, row.removal_reason = RecordingState.REMOVED, now(), reason
    row.removed_by_id = person_id
    row.save(update_fields=["state", "removed_at", "removal_reason", "removed_by"])
    files_let_go(subjects=[Subject(RECORDING_KIND, row.pk)])
