"""A recording from the host's order to the film: who is asked, what stops it, who makes it, who may watch it, when it goes."""

import os
import time
from collections.abc import Callable, Iterator
from datetime import timedelta
from pathlib import Path
from typing import Any
from unittest.mock import patch

import pytest
from django.test import Client
from django.urls import reverse

from apps.audit.models import AuditEntry
from apps.core import clock
from apps.core.errors import Conflict, Forbidden, InvalidState, NotFound, UpstreamFailed, ValidationFailed
from apps.files.models import StoredFile
from apps.meetings.enums import AttendeeState, Capacity, RecordingEnd, RecordingState, VideoAct, VideoState
from apps.meetings.media import Embedded, MediaDown, Taping
from apps.meetings.models import Meeting, RecordingTerms, VideoParticipant, VideoRecording
from apps.meetings.policies import manages_recordings, recordings_visible_to
from apps.meetings.recording.shelf import stretches
from apps.meetings.selectors.recordings import recordings_of
from apps.meetings.services import composing
from apps.meetings.services.composing import recordings_compose, tapes_tidy
from apps.meetings.services.guests import guest_enter, guest_invite
from apps.meetings.services.recording import (
    guest_answer,
    recording_answer,
    recording_start,
    recording_stop,
    recordings_watch,
)
from apps.meetings.services.recordings import (
    recording_audience,
    recording_remove,
    recording_retry,
    recording_terms_keep,
    recordings_expire,
)
from apps.meetings.services.video import ASKS, video_act, video_close, video_enter
from apps.notifications.models import Notice
from config.stack.media import Media
from tests.factories.world import World
from tests.helpers.media import Bot, media_server
from tests.helpers.meetings import MONDAY, notified
from tests.helpers.recording import Shelved, camera_packets, seen_and_heard, sound_packets

pytestmark = pytest.mark.django_db
HOST = "section_chief"
CAST = (
    "drafter",
    HOST,
    "director",
    "head",
    "clerk",
    "bureau_clerk",
    "stranger",
    "supervisor",
    "sysadmin",
    "auditadmin",
)


@pytest.fixture(scope="module")
def running(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Media]:
    """A real media server."""
    with media_server(24_000, recordings=tmp_path_factory.mktemp("recordings")) as media:
        yield media


@pytest.fixture
def media(running: Media, settings: Any) -> Media:
    """The installation knows it."""
    settings.MEDIA_CONTROL = "{}:{}".format(*running.control.getsockname()[:2])
    settings.MEDIA_SECRET = running.secret
    settings.RECORDINGS_ROOT = running.recordings
    return running


@pytest.fixture(autouse=True)
def monday() -> Iterator[None]:
    """Two days before the meeting."""
    with clock.at(MONDAY):
        yield


@pytest.fixture(autouse=True)
def commits(django_capture_on_commit_callbacks: Any, settings: Any) -> Any:
    """What is done after commit, when asked for."""
    return lambda: django_capture_on_commit_callbacks(execute=True)


@pytest.fixture
def meeting(world: World) -> Meeting:
    """Told to two bureaux and one person of another county; the section chief runs it, the head chairs it."""
    return notified(world, post_ids=[world.post("stranger").pk])


def come(world: World, meeting: Meeting, media: Media, key: str, *sources: str) -> Bot:
    """Into the video, with these sources open."""
    entry = video_enter(actor=world.actor(key), meeting_id=meeting.pk)
    assert entry.ticket is not None, entry.state
    bot = Bot(media, str(world.person(key).pk), token=entry.ticket["token"])
    bot.hear("joined")
    bot.publish()
    for source in sources:
        bot.live(source)
    return bot


def started(world: World, meeting: Meeting, commits: Any) -> VideoRecording:
    """By who runs the meeting."""
    with commits():
        return recording_start(actor=world.actor(HOST), meeting_id=meeting.pk)


def part(world: World, key: str) -> VideoParticipant:
    """Somebody's row."""
    return VideoParticipant.objects.get(person=world.person(key))


def film(world: World, meeting: Meeting, folder: Path, **facts: Any) -> VideoRecording:
    """One that has stopped, with a few seconds of real sound and pictures."""
    who = str(world.person(HOST).pk)
    row = VideoRecording.objects.create(
        meeting=meeting, started_by=world.person(HOST), started_at=MONDAY, heard_at=MONDAY, stopped_at=MONDAY,
        compose_at=MONDAY, state=RecordingState.WAITING, keep_until=MONDAY + timedelta(days=180), **facts,
    )  # fmt: skip
    shelf = Shelved(folder / str(row.pk))
    shelf.track(0, who, "mic", sound_packets(0, 2000, 440))
    shelf.track(0, who, "camera", camera_packets(0, 2000, 60))
    shelf.tell(0, "stage", who=who)
    shelf.tell(2000, "end")
    shelf.laid()
    return row


@pytest.fixture
def ready(world: World, meeting: Meeting, tmp_path: Path, settings: Any) -> VideoRecording:
    """A film to watch."""
    settings.RECORDINGS_ROOT = tmp_path / "recordings"
    row = film(world, meeting, settings.RECORDINGS_ROOT)
    assert recordings_compose() == 1
    row.refresh_from_db()
    return row


def test_from_the_order_to_the_film(world: World, meeting: Meeting, media: Media, commits: Any) -> None:
    """Who agreed is heard in it, it is a file of the recording, those who run the meeting are told, the tapes are gone."""
    bot = come(world, meeting, media, HOST, "mic")
    recording = started(world, meeting, commits)
    assert bot.hear("recording")["on"] is True
    time.sleep(0.3)
    for _, packet in sound_packets(0, 1500, 440):
        bot.send_packet("mic", packet)
        time.sleep(0.02)
    with commits():
        recording_stop(actor=world.actor(HOST), meeting_id=meeting.pk)
    assert bot.hear("recording")["on"] is False
    bot.leave()
    place = composing.folder_of(recording=recording)
    until = time.monotonic() + 10
    while not stretches(place) or stretches(place)[-1].events[-1]["t"] != "end":
        assert time.monotonic() < until
        time.sleep(0.05)
    assert recordings_compose() == 0  # the media server may still be writing
    with clock.at(MONDAY + timedelta(minutes=1)):
        assert recordings_compose() == 1
    recording.refresh_from_db()
    assert (recording.state, recording.stop_reason, recording.progress) == ("ready", "host", 100)
    assert recording.milliseconds > 1400
    assert recording.file is not None
    assert (recording.file.content_type, recording.file.page_count) == ("video/mp4", 0)
    assert not place.exists()
    assert Notice.objects.filter(key=f"meetings.recording:{recording.pk}").exists()
    acts = list(
        AuditEntry.objects.filter(action="meetings.recording")
        .order_by("pk")
        .values_list("facts__act", flat=True)
    )
    assert acts == ["start", "stop"]


def test_only_hosts_who_are_inside_begin_and_only_once(
    world: World, meeting: Meeting, media: Media, commits: Any
) -> None:
    """Not before anybody is there, not by who only takes part, not twice; a refusal leaves nothing behind."""
    with pytest.raises(InvalidState, match="没有在进行"):
        started(world, meeting, commits)
    video_enter(actor=world.actor(HOST), meeting_id=meeting.pk)
    with pytest.raises(UpstreamFailed, match="先进入视频会议"):
        started(world, meeting, commits)  # let in, but not there
    assert not VideoRecording.objects.exists()
    bot, guest = come(world, meeting, media, HOST), come(world, meeting, media, "stranger")
    with pytest.raises(Forbidden):
        recording_start(actor=world.actor("stranger"), meeting_id=meeting.pk)
    with pytest.raises(InvalidState, match="先进入"):
        recording_start(actor=world.actor("head"), meeting_id=meeting.pk)
    started(world, meeting, commits)
    with pytest.raises(Conflict, match="已经在录制"):
        started(world, meeting, commits)
    with pytest.raises(Forbidden):
        recording_stop(actor=world.actor("stranger"), meeting_id=meeting.pk)
    with commits():
        recording_stop(actor=world.actor(HOST), meeting_id=meeting.pk)
    with pytest.raises(InvalidState, match="已经停止"):
        recording_stop(actor=world.actor(HOST), meeting_id=meeting.pk)
    assert VideoRecording.objects.count() == 1
    bot.leave()
    guest.leave()


def test_who_comes_later_is_asked_before(world: World, meeting: Meeting, media: Media, commits: Any) -> None:
    """No ticket without an answer; who only listens is let in with everything shut; the host cannot open it for them."""
    bot = come(world, meeting, media, HOST, "mic")
    started(world, meeting, commits)
    stranger = world.actor("stranger")
    entry = video_enter(actor=stranger, meeting_id=meeting.pk)
    assert (entry.state, entry.ticket) == (ASKS, None)
    with commits():
        recording_answer(actor=stranger, meeting_id=meeting.pk, agrees=False)
    late = come(world, meeting, media, "stranger", "mic")
    assert late.hear("blocked")["source"] == "mic"
    assert part(world, "stranger").closed == ["mic", "camera", "screen"]
    with pytest.raises(ValidationFailed, match="只听会"):
        video_act(
            actor=world.actor(HOST),
            meeting_id=meeting.pk,
            act=VideoAct.OPEN,
            person_id=stranger.person_id,
            source="mic",
        )
    with commits():
        recording_answer(actor=stranger, meeting_id=meeting.pk, agrees=True)
    assert {late.hear("unblocked")["source"] for _ in range(2)} == {"mic", "camera"}
    with commits():
        recording_stop(actor=world.actor(HOST), meeting_id=meeting.pk)
    assert part(world, "stranger").recorded == ""
    with pytest.raises(InvalidState, match="已经停止"):
        recording_answer(actor=stranger, meeting_id=meeting.pk, agrees=True)
    bot.leave()
    late.leave()


def test_who_was_inside_goes_on_unrecorded_until_the_answer(
    world: World, meeting: Meeting, media: Media, commits: Any
) -> None:
    """Nobody is cut off in mid-sentence, nobody is recorded unasked; what a host shut stays shut after the recording."""
    bot, other = come(world, meeting, media, HOST, "mic"), come(world, meeting, media, "stranger", "mic")
    who = world.person("stranger").pk
    with commits():
        video_act(
            actor=world.actor(HOST), meeting_id=meeting.pk, act=VideoAct.SHUT, person_id=who, source="camera"
        )
    recording = started(world, meeting, commits)
    assert part(world, "stranger").recorded == ""
    assert part(world, HOST).recorded == "agreed"
    with pytest.raises(ValidationFailed, match="先停止录制"):
        recording_answer(actor=world.actor(HOST), meeting_id=meeting.pk, agrees=False)
    time.sleep(0.3)
    for number in range(1, 20):
        other.send("mic", number)
    with commits():
        recording_answer(actor=world.actor("stranger"), meeting_id=meeting.pk, agrees=False)
    with commits():
        video_act(actor=world.actor(HOST), meeting_id=meeting.pk, act=VideoAct.END)
    recording.refresh_from_db()
    assert (recording.state, recording.stop_reason) == ("waiting", RecordingEnd.ENDED)
    assert part(world, "stranger").closed == ["camera"]
    time.sleep(1.2)
    tracks = [
        one.who for stretch in stretches(composing.folder_of(recording=recording)) for one in stretch.tracks
    ]
    assert str(who) not in tracks
    bot.leave()
    other.leave()


def test_a_guest_is_asked_too(world: World, meeting: Meeting, media: Media, commits: Any) -> None:
    """Without an account, by the same rule."""
    bot = come(world, meeting, media, HOST)
    invited = guest_invite(
        actor=world.actor(HOST), meeting_id=meeting.pk, name="周工", organisation="省信息中心"
    )
    guest_enter(guest_id=invited.guest.pk, device="one")
    video_act(actor=world.actor(HOST), meeting_id=meeting.pk, act=VideoAct.ADMIT, guest_id=invited.guest.pk)
    started(world, meeting, commits)
    assert guest_enter(guest_id=invited.guest.pk, device="one").state == ASKS
    state = Client().get(reverse("meetings:guest_state", args=[invited.secret])).json()
    assert state["recording"]["mine"] == ""
    with commits():
        guest_answer(guest_id=invited.guest.pk, agrees=False)
    assert guest_enter(guest_id=invited.guest.pk, device="one").state == VideoState.ADMITTED
    assert (
        Client().post(reverse("meetings:guest_act", args=[invited.secret, "record_start"])).status_code == 404
    )
    bot.leave()


@pytest.mark.long
def test_it_goes_on_without_the_host_and_stops_when_everybody_has_left(
    world: World, meeting: Meeting, media: Media, commits: Any
) -> None:
    """The host may lose the line; an empty room is not recorded for long."""
    bot, other = come(world, meeting, media, HOST), come(world, meeting, media, "stranger")
    recording = started(world, meeting, commits)
    bot.leave()
    time.sleep(0.3)
    with clock.at(MONDAY + timedelta(minutes=10)):
        assert recordings_watch() == 0
    other.leave()
    time.sleep(0.3)
    with clock.at(MONDAY + timedelta(minutes=10, seconds=30)):
        assert recordings_watch() == 0
    with clock.at(MONDAY + timedelta(minutes=12)), commits():
        assert recordings_watch() == 1
    recording.refresh_from_db()
    assert recording.stop_reason == RecordingEnd.EMPTY


@pytest.mark.parametrize(
    "case",
    [
        ("full", 1, RecordingEnd.FULL), ("slow", 1, RecordingEnd.SLOW), ("long", 1, RecordingEnd.LONG),
        ("down", 4, ""), ("down", 6, RecordingEnd.SERVER), ("", 601, RecordingEnd.LONG),
    ],
)  # fmt: skip
def test_what_cannot_go_on_is_stopped_with_its_reason(
    world: World,
    meeting: Meeting,
    media: Media,
    commits: Any,
    case: tuple[str, int, str],
) -> None:
    """A full disk at once; a media server that is away is waited for; nothing for ever."""
    why, minutes, reason = case
    bot = come(world, meeting, media, HOST)
    recording = started(world, meeting, commits)

    def answer(*_: object, **__: object) -> Taping:
        if why == "down":
            raise MediaDown("away")
        return Taping(why=why, people=("1",))

    later = MONDAY + timedelta(minutes=minutes)
    with patch.object(Embedded, "record", answer), clock.at(later), commits():
        assert recordings_watch() == (1 if reason else 0)
    recording.refresh_from_db()
    assert recording.stop_reason == reason
    bot.leave()


def test_with_the_meeting_ends_its_recording(
    world: World, meeting: Meeting, media: Media, commits: Any
) -> None:
    """No orphaned one."""
    bot = come(world, meeting, media, HOST)
    recording = started(world, meeting, commits)
    with commits():
        video_close(meeting_id=meeting.pk)
    recording.refresh_from_db()
    assert (recording.state, recording.stop_reason) == ("waiting", "ended")
    bot.leave()


@pytest.mark.long
def test_a_worker_that_died_is_followed_by_another_and_three_are_enough(
    world: World, meeting: Meeting, settings: Any, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A young claim is respected; an old one is taken over; the third try goes without pictures; then the host may try again."""
    settings.RECORDINGS_ROOT = tmp_path
    row = film(world, meeting, tmp_path)
    VideoRecording.objects.filter(pk=row.pk).update(
        state=RecordingState.COMPOSING, claimed_at=MONDAY, attempts=1
    )
    with clock.at(MONDAY + timedelta(seconds=60)):
        assert recordings_compose() == 0
    real, tries = composing._made, list[int]()

    def dies(recording: VideoRecording, place: Path) -> Any:
        tries.append(recording.attempts)
        raise composing.FilmFailed("killed")

    monkeypatch.setattr(composing, "_made", dies)
    with clock.at(MONDAY + timedelta(minutes=5)):
        for _ in range(4):
            assert recordings_compose() == 0
    row.refresh_from_db()
    assert tries == [2, 3]
    assert row.state == RecordingState.FAILED
    assert "重新合成" in row.trouble
    assert Notice.objects.filter(key__startswith=f"meetings.recording:{row.pk}:failed").exists()
    with pytest.raises(NotFound):
        recording_retry(actor=world.actor("supervisor"), recording_id=row.pk)
    recording_retry(actor=world.actor(HOST), recording_id=row.pk)
    monkeypatch.setattr(composing, "_made", real)
    VideoRecording.objects.filter(pk=row.pk).update(attempts=2)
    assert recordings_compose() == 1
    row.refresh_from_db()
    assert (row.state, row.has_pictures) == ("ready", False)


@pytest.mark.long
def test_a_child_that_hangs_is_ended(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Otherwise two of them would hold the lane of long tasks for hours. Its order never comes: nobody writes into the pipe."""
    monkeypatch.setattr(composing, "SILENT_SECONDS", 1.0)
    order = tmp_path / "order.json"
    os.mkfifo(order)
    with pytest.raises(composing.FilmFailed, match="exit -9"):
        list(composing._lines(order))


def test_a_child_that_fails_costs_a_try(
    world: World, meeting: Meeting, settings: Any, tmp_path: Path
) -> None:
    """The real child, whose film cannot be written."""
    settings.RECORDINGS_ROOT = tmp_path
    row = film(world, meeting, tmp_path)
    (tmp_path / str(row.pk) / "film-1.mp4").mkdir()  # it cannot write there
    assert recordings_compose() == 0
    row.refresh_from_db()
    assert (row.state, row.attempts) == ("waiting", 1)
    assert recordings_compose() == 1


@pytest.mark.long
def test_without_room_on_the_disk_the_film_waits(
    world: World, meeting: Meeting, settings: Any, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """That costs no try and is said."""
    settings.RECORDINGS_ROOT = tmp_path
    row = film(world, meeting, tmp_path)
    with monkeypatch.context() as patched:
        patched.setattr(composing, "SPARE", 1 << 60)
        assert recordings_compose() == 0
    row.refresh_from_db()
    assert (row.state, row.attempts) == ("waiting", 0)
    assert "磁盘空间不足" in row.trouble
    with clock.at(MONDAY + timedelta(minutes=2)):
        assert recordings_compose() == 1


def test_nothing_recorded_is_said(world: World, meeting: Meeting, settings: Any, tmp_path: Path) -> None:
    """No folder, or one in which nobody spoke: no film, no failure."""
    settings.RECORDINGS_ROOT = tmp_path
    row = VideoRecording.objects.create(
        meeting=meeting, started_by=world.person(HOST), started_at=MONDAY, heard_at=MONDAY, compose_at=MONDAY,
        state=RecordingState.WAITING,
    )  # fmt: skip
    assert recordings_compose() == 1
    row.refresh_from_db()
    assert (row.state, row.file) == ("empty", None)


def test_who_may_watch(world: World, meeting: Meeting, ready: VideoRecording) -> None:
    """Those who run and chair the meeting, who attends throughout; not who sits in for an item, nor administrators."""
    watchers = {key for key in CAST if recordings_visible_to(world.actor(key)).exists()}
    assert watchers == {HOST, "director", "head", "stranger"}
    for key in CAST:
        assert not manages_recordings(world.actor(key), meeting) or key in watchers
    recording_audience(actor=world.actor(HOST), recording_id=ready.pk, audience="staff")
    assert not recordings_visible_to(world.actor("stranger")).exists()
    with pytest.raises(ValidationFailed):
        recording_audience(actor=world.actor(HOST), recording_id=ready.pk, audience="everybody")
    recording_audience(actor=world.actor(HOST), recording_id=ready.pk, audience="attending")
    row = meeting.attendees.get(person=world.person("stranger"))
    row.invitation.capacity = Capacity.OBSERVING
    row.invitation.save()
    assert not recordings_visible_to(world.actor("stranger")).exists()
    row.invitation.capacity = Capacity.ATTENDING
    row.invitation.save()
    row.state = AttendeeState.LEAVE_APPROVED
    row.save()
    assert not recordings_visible_to(world.actor("stranger")).exists()
    with pytest.raises(Forbidden):
        recording_remove(actor=world.actor("stranger"), recording_id=ready.pk, reason="不要")


def test_pages_of_a_recording(
    meeting: Meeting, ready: VideoRecording, client_as: Callable[[str], Client]
) -> None:
    """The list, the player, the bytes by range, the download: each to whom it is due; who watched is written down."""
    listed, page = (
        reverse("meetings:recordings", args=[meeting.pk]),
        reverse("meetings:recording", args=[ready.pk]),
    )
    assert ready.file_id is not None
    watched, taken = (
        reverse("files:film", args=[ready.file_id]),
        reverse("files:download", args=[ready.file_id]),
    )
    chief, stranger, outside = (client_as(key) for key in (HOST, "stranger", "supervisor"))
    for address in (listed, page, watched, taken):
        assert outside.get(address).status_code == 404
        assert Client().get(address).status_code == 302
    assert "播放" in stranger.get(listed).content.decode()
    assert "管理" not in stranger.get(listed).content.decode()
    assert "管理" in chief.get(listed).content.decode()
    shown = stranger.get(page).content.decode()
    assert watched in shown
    assert f'"{taken}"' not in shown
    assert f'"{taken}"' in chief.get(page).content.decode()
    assert AuditEntry.objects.filter(action="meetings.recording", facts__act="watch").count() == 2
    assert stranger.get(taken).status_code == 403
    assert chief.get(taken).status_code == 200
    whole = stranger.get(watched)
    data = b"".join(whole)
    assert (whole.status_code, whole["Accept-Ranges"], whole["Content-Type"]) == (200, "bytes", "video/mp4")
    assert int(whole["Content-Length"]) == len(data)
    part_of = stranger.get(watched, headers={"Range": "bytes=100-299"})
    assert (part_of.status_code, part_of["Content-Range"]) == (206, f"bytes 100-299/{len(data)}")
    assert b"".join(part_of) == data[100:300]
    tail = stranger.get(watched, headers={"Range": "bytes=-10"})
    assert b"".join(tail) == data[-10:]
    assert stranger.get(watched, headers={"Range": f"bytes={len(data)}-"}).status_code == 416
    assert stranger.get(reverse("files:sound", args=[ready.file_id])).status_code == 404
    assert client_as("sysadmin").get(page).status_code == 404


def test_the_film_shows_and_sounds(ready: VideoRecording, tmp_path: Path) -> None:
    """Decoded as a player would."""
    from apps.files.selectors import file_bytes

    assert ready.file is not None
    path = tmp_path / "film.mp4"
    path.write_bytes(file_bytes(ready.file))
    seen, heard = seen_and_heard(path)
    assert abs(seen[-1][1] - 60) < 16
    assert max(level for _, level in heard) > 0.1
    assert ready.chapters == []  # too short to look for a place in


def test_deleting_needs_a_reason_and_is_for_good(
    world: World, meeting: Meeting, ready: VideoRecording, client_as: Callable[[str], Client]
) -> None:
    """By who runs the meeting; the reason, the name and the time stay on the page; the bytes are let go."""
    act = reverse("meetings:recording_act", args=[ready.pk, "remove"])
    assert client_as(HOST).post(act, {"words": " "}).status_code == 422
    assert client_as("supervisor").post(act, {"words": "x"}).status_code == 404
    assert client_as("stranger").post(act, {"words": "x"}).status_code == 403
    answer = client_as(HOST).post(act, {"words": "误录会前谈话"})
    assert answer.status_code == 303
    ready.refresh_from_db()
    assert (ready.state, ready.removal_reason) == ("removed", "误录会前谈话")
    assert (
        StoredFile.objects.get(subject_kind="meetings.recording", subject_id=ready.pk).removed_at is not None
    )
    assert client_as("stranger").get(reverse("files:film", args=[ready.file_id])).status_code == 404
    with pytest.raises(InvalidState, match="已经删除"):
        recording_remove(actor=world.actor(HOST), recording_id=ready.pk, reason="再删")
    (line,) = recordings_of(world.actor(HOST), meeting)
    assert line.recording.removed_by == world.person(HOST)
    assert recordings_of(world.actor("stranger"), meeting) == []
    assert client_as(HOST).post(reverse("meetings:recording_act", args=[ready.pk, "burn"])).status_code == 404


@pytest.mark.long
def test_films_go_when_their_time_is_over(world: World, meeting: Meeting, ready: VideoRecording) -> None:
    """Half a year, or what the organ has said; tapes of failed ones a week later."""
    with clock.at(ready.started_at + timedelta(days=179)):
        assert recordings_expire() == 0
    with clock.at(ready.started_at + timedelta(days=181)):
        assert recordings_expire() == 1
        assert recordings_expire() == 0
    ready.refresh_from_db()
    assert "保存期满" in ready.removal_reason


def test_an_organ_says_how_long(
    world: World, meeting: Meeting, media: Media, commits: Any, client_as: Callable[[str], Client]
) -> None:
    """In the back office by the security administrator, from then on; nonsense is refused in words."""
    add = reverse("admin:meetings_recordingterms_add")
    client = client_as("secadmin")
    assert client.post(add, {"organ": meeting.organ_id, "keep_days": 3}).status_code == 200
    assert client.post(add, {"organ": meeting.organ_id, "keep_days": 30}).status_code == 302
    assert client.get(reverse("admin:meetings_recordingterms_changelist")).status_code == 200
    assert client_as(HOST).get(add).status_code in {302, 403, 404}
    with pytest.raises(ValidationFailed, match="已经设置"):
        recording_terms_keep(
            actor=world.actor("secadmin"), row=RecordingTerms(), organ_id=meeting.organ_id, keep_days=60
        )
    bot = come(world, meeting, media, HOST)
    recording = started(world, meeting, commits)
    with commits():
        recording_stop(actor=world.actor(HOST), meeting_id=meeting.pk)
    recording.refresh_from_db()
    assert recording.keep_until == MONDAY + timedelta(days=30)
    bot.leave()


def test_tapes_of_nobody_are_swept(world: World, meeting: Meeting, settings: Any, tmp_path: Path) -> None:
    """After an hour; those of a recording that waits, or failed less than a week ago, stay."""
    import os

    settings.RECORDINGS_ROOT = tmp_path
    waiting, failed = film(world, meeting, tmp_path), film(world, meeting, tmp_path, chapters=[])
    VideoRecording.objects.filter(pk=failed.pk).update(state=RecordingState.FAILED)
    (tmp_path / "999999").mkdir()
    for place in tmp_path.iterdir():
        os.utime(place, (1, 1))
    assert tapes_tidy() == 1
    with clock.at(MONDAY + timedelta(days=8)):
        assert tapes_tidy() == 1
    assert [place.name for place in tmp_path.iterdir()] == [str(waiting.pk)]
