"""Stored bytes in an S3-compatible server: kept, read, listed, removed, linked for a minute, moved from disk, away."""

import hashlib
import urllib.parse
import urllib.request
from collections.abc import Callable, Iterator
from pathlib import Path

import boto3
import pytest
from django.core.management import call_command
from django.test import Client
from django.urls import reverse
from moto.server import ThreadedMotoServer
from pytest_django.fixtures import Settings

from apps.core.errors import UpstreamFailed
from apps.core.subjects import FREE, Subject
from apps.files import storage
from apps.files.object_storage import ObjectStorage
from apps.files.services import file_store_bytes, file_store_path
from apps.files.services.moving import bytes_transfer
from config.env import object_storage
from tests.factories.world import World

BUCKET = "tongzhou"


@pytest.fixture(scope="module")
def server() -> Iterator[int]:
    """The server's port."""
    running = ThreadedMotoServer(ip_address="127.0.0.1", port=0)
    running.start()
    yield running.get_host_and_port()[1]
    running.stop()


@pytest.fixture
def bucket(server: int, settings: Settings) -> Iterator[str]:
    """An empty bucket, in use."""
    url = f"s3+http://key:secret@127.0.0.1:{server}/{BUCKET}"
    settings.STORAGES = {**settings.STORAGES, "default": object_storage(url)}
    client = boto3.client(
        "s3", endpoint_url=f"http://127.0.0.1:{server}", aws_access_key_id="key", aws_secret_access_key="secret",
        region_name="us-east-1",
    )  # fmt: skip
    client.create_bucket(Bucket=BUCKET)
    yield url
    for entry in client.list_objects_v2(Bucket=BUCKET).get("Contents", []):
        client.delete_object(Bucket=BUCKET, Key=entry["Key"])
    client.delete_bucket(Bucket=BUCKET)


def kept(data: bytes) -> str:
    key = storage.key_of(hashlib.sha256(data).hexdigest())
    storage.bytes_keep(data, key)
    return key


def test_bytes_go_in_and_come_out_by_their_digest(bucket: str) -> None:
    """Written twice is kept once; large ones come in blocks; removed ones are gone."""
    large = bytes(range(256)) * 4000
    key = kept(large)
    assert kept(large) == key
    assert storage.is_kept(key)
    assert storage.bytes_of(key) == large
    assert len(list(storage.blocks_of(key))) > 1
    assert list(storage.keys_kept()) == [key]
    storage.key_forget(key)
    assert not storage.is_kept(key)
    with pytest.raises(FileNotFoundError):
        storage.bytes_of(key)


def test_objects_are_private(bucket: str, settings: Settings) -> None:
    """Without a signature the name alone opens nothing: the link carries one, good for a minute."""
    key = kept("正文".encode())
    assert storage.link_to(key, name="文.txt", content_type="text/plain", number=1) == ""
    settings.DIRECT_LINKS = True
    storage_link = storage.link_to(key, name="文.txt", content_type="text/plain", number=1)
    asked = urllib.parse.parse_qs(urllib.parse.urlsplit(storage_link).query)
    assert int(asked["X-Amz-Expires"][0]) <= 60
    assert asked["X-Amz-Algorithm"] == ["AWS4-HMAC-SHA256"]
    with urllib.request.urlopen(storage_link) as answer:  # noqa: S310  # our own server
        assert answer.read() == "正文".encode()
        assert answer.headers["Content-Disposition"].startswith("attachment")


def stored(world: World) -> int:
    return file_store_bytes(
        actor=world.actor("drafter"),
        subject=Subject("probe", 1),
        purpose="attachment",
        name="清单.txt",
        data="任务清单".encode(),
        content_type="text/plain",
    ).pk


@pytest.fixture
def readable(monkeypatch: pytest.MonkeyPatch) -> None:
    """Everybody may see the probe and take it away; who may what is tested with documents."""
    monkeypatch.setattr("apps.files.selectors.may_read", lambda _actor, _file: True)
    monkeypatch.setattr("apps.files.policies.leaving_of", lambda _actor, _file: FREE)


def test_a_download_goes_through_us_unless_links_are_switched_on(
    world: World, bucket: str, settings: Settings, client_as: Callable[[str], Client], readable: None
) -> None:
    """Either way the right is checked and the download written down first."""
    url = reverse("files:download", args=[stored(world)])
    answer = client_as("drafter").get(url)
    assert b"".join(answer.streaming_content) == "任务清单".encode()  # type: ignore[attr-defined]  # a streaming answer
    settings.DIRECT_LINKS = True
    away = client_as("drafter").get(url)
    assert away.status_code == 302
    assert away["Cache-Control"] == "no-store"
    assert "X-Amz-Signature" in away["Location"]


@pytest.fixture
def film(world: World, bucket: str, readable: None, tmp_path: Path) -> tuple[str, bytes]:
    """The address of a film in the bucket, and its bytes: more than a block."""
    data = bytes(range(251)) * 4000
    path = tmp_path / "film.mp4"
    path.write_bytes(data)
    file = file_store_path(
        actor=world.actor("drafter"), subject=Subject("probe", 1), purpose="film", name="film.mp4", path=path,
        content_type="video/mp4",
    )  # fmt: skip
    return reverse("files:film", args=[file.pk]), data


@pytest.mark.parametrize(
    ("asked", "start", "end"),
    [
        ("", 0, 1_004_000),
        ("bytes=0-", 0, 1_004_000),
        ("bytes=100-299", 100, 300),
        ("bytes=700000-", 700_000, 1_004_000),
        ("bytes=1003999-9999999", 1_003_999, 1_004_000),
        ("bytes=-10", 1_003_990, 1_004_000),
    ],
)
def test_of_a_film_only_what_is_asked_for_is_fetched(
    film: tuple[str, bytes], client_as: Callable[[str], Client], monkeypatch: pytest.MonkeyPatch,
    *, asked: str, start: int, end: int,
) -> None:  # fmt: skip
    """A player jumps about: the stretch comes from the storage as such, the whole is never opened."""
    address, data = film
    monkeypatch.setattr(ObjectStorage, "_open", None)
    answer = client_as("drafter").get(address, headers={"Range": asked} if asked else {})
    assert b"".join(answer) == data[start:end]
    assert (answer.status_code, int(answer["Content-Length"])) == (206 if asked else 200, end - start)
    assert answer.get("Content-Range", "") == (f"bytes {start}-{end - 1}/{len(data)}" if asked else "")


def test_beyond_the_end_of_a_film_there_is_nothing(
    film: tuple[str, bytes], client_as: Callable[[str], Client]
) -> None:
    """The storage is not asked: it would answer with an error of its own."""
    address, data = film
    answer = client_as("drafter").get(address, headers={"Range": f"bytes={len(data)}-"})
    assert (answer.status_code, answer["Content-Range"]) == (416, f"bytes */{len(data)}")


@pytest.mark.parametrize("is_lost", [True, False])
def test_a_film_that_cannot_be_had_is_no_broken_stream(
    film: tuple[str, bytes], client_as: Callable[[str], Client], settings: Settings, *, is_lost: bool
) -> None:
    """The storage is away, or has lost it: that is answered before anything is sent."""
    address, data = film
    if is_lost:
        storage.key_forget(storage.key_of(hashlib.sha256(data).hexdigest()))
    else:
        away = object_storage(f"s3+http://k:s@127.0.0.1:1/{BUCKET}")
        settings.STORAGES = {**settings.STORAGES, "default": away}
    answer = client_as("drafter").get(address, headers={"Range": "bytes=100-299"})
    assert answer.status_code == UpstreamFailed.http_status
    assert "文件存储" in answer.content.decode()


def test_bytes_move_from_the_state_folder(
    bucket: str, settings: Settings, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """All at once, again without harm; damaged ones stay behind and are named."""
    settings.FILES_ROOT = tmp_path
    for text in (b"one", b"two"):
        digest = hashlib.sha256(text).hexdigest()
        path = tmp_path / storage.key_of(digest)
        path.parent.mkdir(parents=True)
        path.write_bytes(text)
    call_command("transfer_files")
    assert "共 2 个文件，新转入 2 个" in capsys.readouterr().out
    assert [fresh for _, fresh in bytes_transfer()] == [False, False]
    assert len(list(storage.keys_kept())) == 2


def test_a_storage_that_is_away_is_said_in_words(settings: Settings) -> None:
    """No trace of a library; nothing is lost."""
    settings.STORAGES = {
        **settings.STORAGES,
        "default": object_storage(f"s3+http://k:s@127.0.0.1:1/{BUCKET}"),
    }
    with pytest.raises(UpstreamFailed, match="文件存储暂时连不上"):
        storage.bytes_keep(b"x", storage.key_of("0" * 64))
