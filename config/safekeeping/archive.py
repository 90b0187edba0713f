"""The members of a backup: a tar stream whose last member is the manifest of all others."""

import hashlib
import io
import json
import tarfile
from collections.abc import Iterator
from dataclasses import asdict, dataclass, field
from typing import IO, Any

from config.safekeeping.errors import ArchiveDamaged, SafekeepingFailed

FORMAT = 1
MANIFEST = "manifest.json"
MANIFEST_LIMIT = 1 << 30
BLOCK = 1 << 20
PLACES = ("audit-heads", "certs", "database", "files", "secrets")


@dataclass
class Manifest:
    """What a backup holds: rows by table, length and SHA-256 by member, and in words what was missing already."""

    made_at: str = ""
    mode: str = ""
    jobs: dict[str, str] = field(default_factory=dict)
    rows: dict[str, int] = field(default_factory=dict)
    members: dict[str, tuple[int, str]] = field(default_factory=dict)
    faults: list[str] = field(default_factory=list)

    @property
    def file_count(self) -> int:
        """How many stored files."""
        return sum(name.startswith("files/") for name in self.members)

    @property
    def row_count(self) -> int:
        """How many rows in all tables."""
        return sum(self.rows.values())

    @property
    def byte_count(self) -> int:
        """Bytes of all members."""
        return sum(size for size, _ in self.members.values())


class ArchiveWriter:
    """Adds members one after the other; nothing is held in memory."""

    def __init__(self, sink: IO[bytes]) -> None:
        self._tar = tarfile.open(fileobj=sink, mode="w|", format=tarfile.GNU_FORMAT)  # noqa: SIM115  # closed in `finish`
        self.manifest = Manifest()

    def add(self, name: str, source: IO[bytes], size: int) -> str:
        """Write `size` bytes of `source` as member `name`. Returns their SHA-256. Raises when the source is shorter."""
        hashing = _Hashing(source)
        info = tarfile.TarInfo(name)
        info.size, info.mode = size, 0o600
        self._tar.addfile(info, hashing)
        self.manifest.members[name] = (size, hashing.digest.hexdigest())
        return hashing.digest.hexdigest()

    def add_bytes(self, name: str, data: bytes) -> None:
        """Write bytes as member `name`."""
        self.add(name, io.BytesIO(data), len(data))

    def finish(self) -> None:
        """Write the manifest and the end of the stream."""
        data = json.dumps({"format": FORMAT, **asdict(self.manifest)}, ensure_ascii=False).encode()
        info = tarfile.TarInfo(MANIFEST)
        info.size = len(data)
        self._tar.addfile(info, io.BytesIO(data))
        self._tar.close()


class _Hashing:
    def __init__(self, source: IO[bytes]) -> None:
        self._source, self.digest = source, hashlib.sha256()

    def read(self, count: int = -1) -> bytes:
        """Read and count in."""
        data = self._source.read(count)
        self.digest.update(data)
        return data


class ArchiveReader:
    """Walks the members; each is checked against the manifest when that comes, at the end."""

    def __init__(self, source: IO[bytes]) -> None:
        self._source = source
        self._seen: dict[str, tuple[int, str]] = {}
        self.manifest: Manifest | None = None

    def members(self) -> Iterator[tuple[str, Iterator[bytes]]]:
        """Name and blocks of each member but the manifest, which stands in `manifest` afterwards. Raises `ArchiveDamaged`."""
        try:
            with tarfile.open(fileobj=self._source, mode="r|") as tar:
                for info in tar:
                    if not info.isreg() or (content := tar.extractfile(info)) is None:
                        raise ArchiveDamaged(
                            f"备份文件中有不认识的内容（{info.name}），没有恢复。请换用另一份备份。"
                        )
                    if info.name == MANIFEST:
                        self.manifest = _manifest(content.read(MANIFEST_LIMIT))
                    else:
                        yield safe_name(info.name), self._blocks(info, content)
        except tarfile.TarError as error:
            raise ArchiveDamaged("备份文件的内容读不出来，没有恢复。请换用另一份备份。") from error

    def check(self) -> Manifest:
        """The manifest, once everything was read and agrees with it. Raises `ArchiveDamaged`."""
        if self.manifest is None or self.manifest.members != self._seen:
            raise ArchiveDamaged("备份文件的内容与其清单不符，没有恢复任何内容。请换用另一份备份。")
        return self.manifest

    def _blocks(self, info: tarfile.TarInfo, content: IO[bytes]) -> Iterator[bytes]:
        digest = hashlib.sha256()
        while block := content.read(BLOCK):
            digest.update(block)
            yield block
        self._seen[info.name] = (info.size, digest.hexdigest())


def safe_name(name: str) -> str:
    """`name` when it stays below one of the known places. Raises `ArchiveDamaged`."""
    parts = name.split("/")
    if parts[0] not in PLACES or len(parts) < 2 or any(part in ("", ".", "..") for part in parts):
        raise ArchiveDamaged(f"备份文件中有不认识的内容（{name}），没有恢复。请换用另一份备份。")
    return name


def _manifest(data: bytes) -> Manifest:
    try:
        facts: dict[str, Any] = json.loads(data)
        if facts.pop("format") != FORMAT:
            raise SafekeepingFailed("备份由更新的版本写成，当前程序不能恢复。请升级程序后重试。")
        facts["members"] = {
            name: (int(size), str(digest)) for name, (size, digest) in facts["members"].items()
        }
        return Manifest(**facts)
    except (ValueError, KeyError, TypeError) as error:
        raise ArchiveDamaged("备份文件的清单已损坏，没有恢复。请换用另一份备份。") from error
