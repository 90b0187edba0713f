"""Content stamps: a step of the set-up is skipped when its inputs are the ones it last succeeded with."""

import hashlib
from collections.abc import Iterable
from pathlib import Path


def digest(*parts: str | bytes) -> str:
    """One digest over all parts; borders between parts count."""
    total = hashlib.sha256()
    for part in parts:
        data = part.encode() if isinstance(part, str) else part
        total.update(len(data).to_bytes(8, "big"))
        total.update(data)
    return total.hexdigest()


def files_digest(paths: Iterable[Path], *, root: Path) -> str:
    """Digest over names (relative to `root`) and contents of the files below `paths`; a missing path counts as empty."""
    found: set[Path] = set()
    for path in paths:
        if path.is_dir():
            found.update(entry for entry in path.rglob("*") if entry.is_file())
        elif path.is_file():
            found.add(path)
    parts: list[str | bytes] = []
    for file in sorted(found):
        parts += [file.relative_to(root).as_posix(), file.read_bytes()]
    return digest(*parts)


class Stamp:
    """What a step last succeeded with, in a file of its own."""

    def __init__(self, file: Path) -> None:
        self.file = file

    def says(self, value: str) -> bool:
        """True when the step last succeeded with `value`."""
        try:
            return self.file.read_text() == value
        except OSError:
            return False

    def write(self, value: str) -> None:
        """Remember success with `value`."""
        self.file.parent.mkdir(parents=True, exist_ok=True)
        self.file.write_text(value)
