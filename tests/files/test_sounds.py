"""Voice notes: taken only as recordings, only where one is asked for, and played in place, whole or in part."""

from collections.abc import Callable

import pytest
from django.test import Client
from hypothesis import given
from hypothesis import strategies as st

from apps.core.errors import TooLarge, UnsupportedType
from apps.files import services
from apps.files.enums import UploadPurpose
from apps.files.models import StoredFile
from apps.files.responses import part_asked
from apps.files.sounds import has_only_sound
from tests.factories.world import World
from tests.files.conftest import Folder
from tests.files.samples import box_of, mp4_of, ogg_of, webm_of

SOUND, PICTURE = 2, 1


def recorded(world: World, folder: Folder, name: str, data: bytes) -> StoredFile:
    """A voice note sent by the drafter."""
    actor = world.actor("drafter")
    file = services.upload_start(
        actor=actor, subject=folder.subject, purpose=UploadPurpose.VOICE, name=name, size=len(data)
    )
    services.upload_append(actor=actor, file_id=file.pk, offset=0, chunk=data)
    return services.upload_finish(actor=actor, file_id=file.pk)


def test_recordings_of_browsers_are_sound_and_nothing_else() -> None:
    assert has_only_sound(webm_of(SOUND), "webm")
    assert has_only_sound(ogg_of(b"OpusHead"), "ogg")
    assert has_only_sound(mp4_of(b"soun"), "m4a")


def test_pictures_other_codecs_and_other_containers_are_none() -> None:
    for data, extension in (
        (webm_of(PICTURE), "webm"),
        (webm_of(SOUND, PICTURE), "webm"),
        (webm_of(SOUND).replace(b"webm", b"mkvx"), "webm"),
        (webm_of(), "webm"),
        (ogg_of(b"\x80theora"), "ogg"),
        (mp4_of(b"vide"), "m4a"),
        (mp4_of(b"soun", b"vide"), "m4a"),
        (box_of(b"moov", b""), "m4a"),
        (webm_of(SOUND), "m4a"),
        (ogg_of(b"OpusHead"), "webm"),
        (b"MZ\x90\x00", "webm"),
        (b"", "ogg"),
    ):
        assert not has_only_sound(data, extension)


@given(st.binary(max_size=200), st.integers(0, 60), st.sampled_from(("webm", "ogg", "m4a")))
def test_no_bytes_trip_the_reader(noise: bytes, at: int, extension: str) -> None:
    whole = {"webm": webm_of(SOUND), "ogg": ogg_of(b"OpusHead"), "m4a": mp4_of(b"soun")}[extension]
    for data in (noise, whole[:at] + noise, whole[:at] + noise + whole[at:]):
        assert has_only_sound(data, extension) in {True, False}


@pytest.mark.django_db
def test_a_voice_note_is_played_in_place_and_in_parts(
    world: World, folder: Folder, client_as: Callable[[str], Client]
) -> None:
    data = webm_of(SOUND) + b""
    file = recorded(world, folder, "语音.webm", data)
    assert (file.state, file.content_type, file.page_count) == ("ready", "audio/webm", 0)
    reader, address = client_as("section_chief"), f"/files/{file.pk}/sound/"
    whole = reader.get(address)
    assert (whole.status_code, whole.content, whole["Accept-Ranges"]) == (200, data, "bytes")
    assert (whole["Content-Disposition"], whole["X-Content-Type-Options"]) == ("inline", "nosniff")
    part = reader.get(address, headers={"range": "bytes=2-5"})
    assert (part.status_code, part.content) == (206, data[2:6])
    assert part["Content-Range"] == f"bytes 2-5/{len(data)}"
    beyond = reader.get(address, headers={"range": f"bytes={len(data)}-"})
    assert (beyond.status_code, beyond["Content-Range"]) == (416, f"bytes */{len(data)}")
    assert client_as("stranger").get(address).status_code == 404
    assert Client().get(address).status_code == 302


@given(st.integers(1, 50), st.integers(0, 60), st.integers(0, 60))
def test_a_part_lies_within_the_file(size: int, first: int, second: int) -> None:
    for header in (f"bytes={first}-{second}", f"bytes={first}-", f"bytes=-{second}"):
        span = part_asked(header, size)
        assert span is None or 0 <= span[0] <= span[1] <= size
    assert part_asked("bytes=0-", size) == (0, size)
    assert part_asked("lines=1-2", size) is None
    assert part_asked("bytes=0-1,3-4", size) is None


@pytest.mark.django_db
def test_a_file_that_is_no_recording_is_refused_in_words(world: World, folder: Folder) -> None:
    refused = recorded(world, folder, "语音.webm", b"nonsense" * 20)
    assert (refused.state, "不是录音" in refused.refusal) == ("refused", True)
    for name, purpose, size, error in (
        ("语音.txt", UploadPurpose.VOICE, 10, UnsupportedType),
        ("语音.webm", UploadPurpose.VOICE, 5_000_000, TooLarge),
        ("语音.webm", UploadPurpose.ATTACHMENT, 10, UnsupportedType),
    ):
        with pytest.raises(error):
            services.upload_start(
                actor=world.actor("drafter"), subject=folder.subject, purpose=purpose, name=name, size=size
            )


@pytest.mark.django_db
def test_other_files_are_not_played(world: World, folder: Folder, client_as: Callable[[str], Client]) -> None:
    actor = world.actor("drafter")
    file = services.upload_start(
        actor=actor, subject=folder.subject, purpose=UploadPurpose.ATTACHMENT, name="a.txt", size=2
    )
    services.upload_append(actor=actor, file_id=file.pk, offset=0, chunk=b"hi")
    services.upload_finish(actor=actor, file_id=file.pk)
    assert client_as("drafter").get(f"/files/{file.pk}/sound/").status_code == 404
