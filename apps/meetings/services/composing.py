"""The film of a recording that has stopped: made by one worker at a time in a child process, kept as a file of the recording.

A worker that dies leaves its claim to grow old; another one begins anew. Three tries, the last without pictures, for a picture that
brings a decoder down must not cost the sound. A full disk is waited for and costs no try.
"""

import contextlib
import json
import os
import shutil
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path
from typing import Any

import structlog
from django.conf import settings
from django.db import transaction
from django.db.models import Q

from apps.accounts.selectors import actor_for
from apps.core.clock import local, now
from apps.core.locks import advisory_lock
from apps.core.subjects import Subject
from apps.files.children import ENVIRONMENT, ROOT
from apps.files.services import file_store_path
from apps.files.watermarks import watermark_font
from apps.meetings.enums import RecordingState
from apps.meetings.models import VideoRecording
from apps.meetings.policies import staff_of
from apps.meetings.selectors.recordings import RECORDING_KIND, names_in
from apps.notifications.enums import NoticeKind
from apps.notifications.services import notice_send

log = structlog.get_logger(__name__)

CLAIM_LOST_AFTER = timedelta(seconds=90)
SILENT_SECONDS = 300.0  # a child silent for so long hangs; a long film is copied once in silence
TRIES = 3
PURPOSE = "recording"
CONTENT_TYPE = "video/mp4"
MEBIBYTE = 1 << 20
SPARE = 512 * MEBIBYTE
BROKEN = "合成三次都没有成功，原始录制保留七天，可以重新合成或联系系统管理员。"
NO_ROOM = "服务器磁盘空间不足，腾出空间后自动继续合成。"
RAW_KEPT = timedelta(days=7)


class FilmFailed(Exception):
    """The child gave up, was killed, or took too long."""


def recordings_compose() -> int:
    """Make the film that has waited longest, unless a worker is at one. Returns how many were made."""
    recording = _claimed()
    if recording is None:
        return 0
    place = folder_of(recording=recording)
    if place.is_dir() and _size(place) // 2 + SPARE > shutil.disk_usage(place).free:
        _wait(recording)
        return 0
    try:
        made = _made(recording, place)
    except FilmFailed as error:
        log.warning(
            "recording.film_failed", recording=recording.pk, attempt=recording.attempts, reason=str(error)
        )
        _failed(recording)
        return 0
    _kept(recording, made, _film(recording, place))
    shutil.rmtree(place, ignore_errors=True)
    return 1


def folder_of(*, recording: VideoRecording) -> Path:
    """Where the media server laid it down."""
    return Path(settings.RECORDINGS_ROOT) / str(recording.pk)


@transaction.atomic
def _claimed() -> VideoRecording | None:
    advisory_lock("meetings.recordings_compose")
    moment = now()
    rows = VideoRecording.objects.select_for_update(skip_locked=True, of=("self",)).select_related(
        "meeting__video"
    )
    if VideoRecording.objects.filter(
        state=RecordingState.COMPOSING, claimed_at__gte=moment - CLAIM_LOST_AFTER
    ).exists():
        return None
    due = Q(state=RecordingState.WAITING, compose_at__lte=moment) | Q(state=RecordingState.COMPOSING)
    recording = rows.filter(due).order_by("compose_at").first()
    if recording is None:
        return None
    if recording.attempts >= TRIES:
        _give_up(recording)
        return None
    recording.state, recording.claimed_at = RecordingState.COMPOSING, moment
    recording.attempts, recording.progress, recording.trouble = recording.attempts + 1, 0, ""
    recording.save(update_fields=["state", "claimed_at", "attempts", "progress", "trouble"])
    return recording


def _made(recording: VideoRecording, place: Path) -> dict[str, Any] | None:
    """What the child says of its film; None when nothing was recorded. Raises `FilmFailed`."""
    if not place.is_dir():
        return None
    order = place / "order.json"
    order.write_text(json.dumps(_order(recording, place)))
    last = ""
    for line in _lines(order):
        last = line
        done, _, total = line.partition(" ")
        if done.isdecimal() and total.isdecimal():
            percent = min(99, int(done) * 100 // max(1, int(total)))
            VideoRecording.objects.filter(pk=recording.pk).update(claimed_at=now(), progress=percent)
    try:
        made: dict[str, Any] | None = json.loads(last)
    except ValueError:
        raise FilmFailed("no answer") from None
    return made


def _order(recording: VideoRecording, place: Path) -> dict[str, Any]:
    font = watermark_font()
    return {
        "folder": str(place),
        "target": str(_film(recording, place)),
        "title": recording.meeting.name,
        "names": names_in(recording.meeting),
        "font": str(font) if font else "",
        "with_pictures": recording.attempts < TRIES,
    }


def _film(recording: VideoRecording, place: Path) -> Path:
    """One of each try: who was thought dead may still be writing."""
    return place / f"film-{recording.attempts}.mp4"


def _lines(order: Path) -> Iterator[str]:
    """What the child says while it works. It is killed with us, when we stop listening, and when it has long been silent."""
    command = [sys.executable, "-m", "apps.meetings.recording.child", str(order)]
    with subprocess.Popen(
        command,
        cwd=ROOT,
        env=ENVIRONMENT,
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        start_new_session=True,
        text=True,
    ) as child:
        patience = _patience_with(child)
        try:
            for line in child.stdout or ():
                patience.cancel()
                patience = _patience_with(child)
                if line.strip():
                    yield line.strip()
            if child.wait() != 0:
                raise FilmFailed(f"exit {child.returncode}")
        finally:
            patience.cancel()
            _end(child)


def _patience_with(child: "subprocess.Popen[str]") -> threading.Timer:
    timer = threading.Timer(SILENT_SECONDS, _end, (child,))
    timer.daemon = True
    timer.start()
    return timer


def _end(child: "subprocess.Popen[str]") -> None:
    with contextlib.suppress(ProcessLookupError):
        os.killpg(child.pid, signal.SIGKILL)


@transaction.atomic
def _kept(recording: VideoRecording, made: dict[str, Any] | None, film: Path) -> None:
    """The film becomes a file of the recording, unless it was deleted meanwhile; those who run the meeting are told."""
    row = (
        VideoRecording.objects.select_for_update(of=("self",))
        .select_related("started_by", "meeting")
        .get(pk=recording.pk)
    )
    if row.state != RecordingState.COMPOSING or row.attempts != recording.attempts:
        return
    row.claimed_at, row.progress = None, 100
    if made is None:
        row.state = RecordingState.EMPTY
        row.save(update_fields=["state", "claimed_at", "progress"])
        return
    actor = actor_for(row.started_by, row.started_as_id)
    began = local(row.started_at)
    row.file = file_store_path(
        actor=actor,
        subject=Subject(RECORDING_KIND, row.pk),
        purpose=PURPOSE,
        name=f"{row.meeting.name[:80]} {began:%Y-%m-%d %H%M}.mp4",
        path=film,
        content_type=CONTENT_TYPE,
    )
    row.state, row.milliseconds = RecordingState.READY, made["milliseconds"]
    row.chapters, row.has_pictures = made["chapters"], made["has_pictures"]
    row.save()
    notice_send(
        person_ids={row.started_by_id, *staff_of(row.meeting).organisers},
        key=f"{RECORDING_KIND}:{row.pk}",
        kind=NoticeKind.PROGRESS,
        title=f"会议录制可以观看：{row.meeting.name}",
        text=f"{began.month}月{began.day}日 {began:%H:%M} 开始的录制",
        subject=Subject(RECORDING_KIND, row.pk),
    )


def _wait(recording: VideoRecording) -> None:
    """No room for a film: later again."""
    VideoRecording.objects.filter(pk=recording.pk, state=RecordingState.COMPOSING).update(
        state=RecordingState.WAITING,
        compose_at=now() + timedelta(minutes=1),
        attempts=recording.attempts - 1,
        trouble=NO_ROOM,
    )


@transaction.atomic
def _failed(recording: VideoRecording) -> None:
    row = (
        VideoRecording.objects.select_for_update(of=("self",)).select_related("meeting").get(pk=recording.pk)
    )
    if row.state != RecordingState.COMPOSING or row.attempts != recording.attempts:
        return
    if row.attempts >= TRIES:
        _give_up(row)
        return
    row.state, row.claimed_at = RecordingState.WAITING, None
    row.save(update_fields=["state", "claimed_at"])


def _give_up(row: VideoRecording) -> None:
    row.state, row.trouble, row.claimed_at = RecordingState.FAILED, BROKEN, None
    row.save(update_fields=["state", "trouble", "claimed_at"])
    notice_send(
        person_ids=staff_of(row.meeting).organisers,
        key=f"{RECORDING_KIND}:{row.pk}:failed:{row.attempts}",
        kind=NoticeKind.PROGRESS,
        title=f"会议录制没有合成：{row.meeting.name}",
        text=BROKEN,
        subject=Subject("meetings.meeting", row.meeting_id),
    )


def _size(place: Path) -> int:
    return sum(path.stat().st_size for path in place.rglob("*")) if place.is_dir() else 0


def tapes_tidy() -> int:
    """Erase what the media server laid down for films that are made, deleted, or failed a week ago. Returns how many."""
    root = Path(settings.RECORDINGS_ROOT)
    gone = 0
    for place in root.iterdir() if root.is_dir() else []:
        if not place.name.isdecimal() or time.time() - place.stat().st_mtime < 3600:
            continue
        row = VideoRecording.objects.filter(pk=int(place.name)).first()
        open_states = {RecordingState.RECORDING, RecordingState.WAITING, RecordingState.COMPOSING}
        waits = row is not None and (
            row.state in open_states
            or (row.state == RecordingState.FAILED and (row.stopped_at or now()) > now() - RAW_KEPT)
        )
        if not waits:
            shutil.rmtree(place, ignore_errors=True)
            gone += 1
    return gone
