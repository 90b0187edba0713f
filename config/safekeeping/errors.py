"""What can go wrong with a backup, each a Chinese sentence that says what to do next."""

import errno


class SafekeepingFailed(RuntimeError):
    """The act was not done and nothing half-done was left; the message says why."""


class WrongPassphrase(SafekeepingFailed):
    """The passphrase does not open the file."""


class ArchiveDamaged(SafekeepingFailed):
    """The file is cut short or was changed."""


def disk_trouble(error: OSError, doing: str) -> SafekeepingFailed:
    """The sentence for an error of the disk while `doing`."""
    if error.errno in (errno.ENOSPC, errno.EDQUOT, errno.EFBIG):
        return SafekeepingFailed(
            f"{doing}时磁盘空间不足，已撤销，没有留下半份内容。请腾出空间或换一个位置后重试。"
        )
    place = f"（{error.filename}）" if error.filename else ""
    return SafekeepingFailed(
        f"{doing}失败：{error.strerror or error}{place}。没有留下半份内容，请处理后重试。"
    )
