"""Where bytes live: a content-addressed store behind Django's storage API, and partial uploads beside it on local disk.

Keys are `ab/cd/<sha256>`, so equal bytes are kept once and an object store can take over by `STORAGES["default"]`.
"""

import hashlib
import os
import tempfile
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.files.base import ContentFile, File
from django.core.files.storage import FileSystemStorage, storages

BLOCK = 256 * 1024


class AtomicFileSystemStorage(FileSystemStorage):
    """Files appear whole or not at all: written aside, flushed to disk, then renamed."""

    def _save(self, name: str, content: "File[Any]") -> str:
        target = Path(self.path(name))
        target.parent.mkdir(parents=True, exist_ok=True)
        handle, aside = tempfile.mkstemp(dir=target.parent, prefix=".part-")
        try:
            with os.fdopen(handle, "wb") as sink:
                for block in content.chunks(BLOCK):
                    sink.write(block)
                sink.flush()
                os.fsync(sink.fileno())
            Path(aside).replace(target)
        except BaseException:
            Path(aside).unlink(missing_ok=True)
            raise
        return name

    def get_available_name(self, name: str, max_length: int | None = None) -> str:  # noqa: ARG002  # Django's signature
        """The name itself: equal keys are equal bytes."""
        return name


def key_of(sha256: str) -> str:
    """Storage key of a digest."""
    return f"{sha256[:2]}/{sha256[2:4]}/{sha256}"


def digest_of(path: Path) -> str:
    """SHA-256 of a file, read in blocks."""
    with path.open("rb") as source:
        return hashlib.file_digest(source, "sha256").hexdigest()


def digest_of_bytes(data: bytes) -> str:
    """SHA-256 of bytes."""
    return hashlib.sha256(data).hexdigest()


def bytes_keep(data: bytes, key: str) -> None:
    """Put bytes into the store unless they are there."""
    if not is_kept(key):
        storages["default"].save(key, ContentFile(data))


def path_keep(path: Path, sha256: str) -> str:
    """Put the file at `path`, whose digest is given, into the store unless it is there. Returns the key."""
    key = key_of(sha256)
    if not is_kept(key):
        with path.open("rb") as source:
            storages["default"].save(key, File(source))
    return key


def is_kept(key: str) -> bool:
    """Whether the store has these bytes."""
    return storages["default"].exists(key)


def key_forget(key: str) -> None:
    """Remove bytes nobody refers to any more."""
    storages["default"].delete(key)


def blocks_of(key: str) -> Iterator[bytes]:
    """The bytes in blocks."""
    with storages["default"].open(key, "rb") as source:
        while block := source.read(BLOCK):
            yield block


def part_of(key: str, start: int, end: int) -> Iterator[bytes]:
    """The bytes from `start` up to `end` in blocks. Raises `UpstreamFailed` before the first of them."""
    store: Any = storages["default"]
    if hasattr(store, "part"):
        found: Iterator[bytes] = store.part(key, start, end)
        return found
    return _stretch(store, key, start, end)


def _stretch(store: Any, key: str, start: int, end: int) -> Iterator[bytes]:
    with store.open(key, "rb") as source:
        source.seek(start)
        while start < end and (block := source.read(min(BLOCK, end - start))):
            start += len(block)
            yield block


def bytes_of(key: str) -> bytes:
    """All bytes at once; for files we made and small ones."""
    return b"".join(blocks_of(key))


def opened(key: str) -> "File[Any]":
    """The stored bytes as a file. Raises `FileNotFoundError`."""
    return storages["default"].open(key, "rb")


def link_to(key: str, *, name: str, content_type: str, number: int) -> str:
    """A short-lived address at the object storage; empty when bytes leave through us."""
    store: Any = storages["default"]
    if not settings.DIRECT_LINKS or not hasattr(store, "link"):
        return ""
    return str(store.link(key, name=name, content_type=content_type, number=number))


def keys_kept(folder: str = "") -> Iterator[str]:
    """Every key in the store, also of unfinished uploads, in order; bytes still being written are left out."""
    try:
        folders, names = storages["default"].listdir(folder)
    except FileNotFoundError:
        return
    prefix = f"{folder}/" if folder else ""
    yield from (f"{prefix}{name}" for name in sorted(names) if not name.startswith(".part-"))
    for name in sorted(folders):
        yield from keys_kept(f"{prefix}{name}")


def part_path(file_id: int) -> Path:
    """Where the bytes of an unfinished upload gather, local to the installation."""
    folder = Path(settings.FILES_ROOT) / "incoming"
    folder.mkdir(parents=True, exist_ok=True, mode=0o700)
    return folder / f"{file_id}.part"


def part_write(file_id: int, offset: int, chunk: bytes) -> None:
    """Write `chunk` at exactly `offset` and flush it; what stood there from an attempt that was rolled back is overwritten."""
    handle = os.open(part_path(file_id), os.O_WRONLY | os.O_CREAT, 0o600)
    with os.fdopen(handle, "wb") as sink:
        sink.seek(offset)
        sink.write(chunk)
        sink.truncate()
        sink.flush()
        os.fsync(sink.fileno())


def part_forget(file_id: int) -> None:
    """Erase an unfinished or refused upload."""
    part_path(file_id).unlink(missing_ok=True)


def parts() -> Iterator[tuple[int, Path]]:
    """All partial files with the ids in their names."""
    for path in part_path(0).parent.glob("*.part"):
        if path.stem.isdigit():
            yield int(path.stem), path
