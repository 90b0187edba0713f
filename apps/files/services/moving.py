"""Moving stored bytes from the files root into the object storage."""

from collections.abc import Iterator
from pathlib import Path

from django.conf import settings

from apps.core.errors import ValidationFailed
from apps.files import storage


def bytes_transfer() -> Iterator[tuple[str, bool]]:
    """Put everything below the files root into the configured store; gives each key and whether it was new there.

    Bytes that no longer have their digest are refused (`ValidationFailed`); the root stays as it is, for the operator to remove.
    """
    root = Path(settings.FILES_ROOT)
    for path in sorted(root.glob("??/??/*")):
        key = path.relative_to(root).as_posix()
        if key != storage.key_of(path.name):
            continue
        if storage.digest_of(path) != path.name:
            raise ValidationFailed(f"文件 {key} 的内容与其摘要不符，没有转移。请先从备份中找回。")
        fresh = not storage.is_kept(key)
        storage.path_keep(path, path.name)
        yield key, fresh
