"""Dropping root: every child of the stack runs as one unprivileged user that owns the state folder."""

import ctypes
import os
import pwd
import signal
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

PR_SET_PDEATHSIG = 1
SERVICE_USER = "nobody"


@dataclass(frozen=True)
class Identity:
    """Who children run as: numeric ids, or None for the present user."""

    uid: int | None = None
    gid: int | None = None

    @property
    def popen(self) -> dict[str, Any]:
        """Keyword arguments for `subprocess`."""
        if self.uid is None:
            return {}
        return {"user": self.uid, "group": self.gid, "extra_groups": []}


def identity() -> Identity:
    """The unprivileged user when started as root, else the present user.

    Raises `RuntimeError` when the present user has no passwd entry: PostgreSQL's initdb refuses such a user.
    """
    if os.geteuid() == 0:
        entry = pwd.getpwnam(SERVICE_USER)
        return Identity(entry.pw_uid, entry.pw_gid)
    try:
        pwd.getpwuid(os.geteuid())
    except KeyError:
        raise RuntimeError(
            f"当前用户（uid {os.geteuid()}）在系统中没有登记，数据库无法初始化。请换用正常用户运行。"
        ) from None
    return Identity()


def own(path: Path, who: Identity) -> None:
    """Give `path` to the children's user."""
    if who.uid is not None and who.gid is not None:
        os.chown(path, who.uid, who.gid)


def private_folder(path: Path, who: Identity) -> Path:
    """A folder only the children's user may enter."""
    path.mkdir(parents=True, exist_ok=True)
    own(path, who)
    path.chmod(0o700)
    return path


def private_file(path: Path, text: str, who: Identity) -> None:
    """Write a secret readable by the children's user only; the mode is set before the content."""
    descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
    with os.fdopen(descriptor, "w") as file:
        file.write(text)
    own(path, who)


def die_with_parent() -> Callable[[], None]:
    """A `preexec_fn`: the child gets SIGTERM when the process that started it dies (Linux; nothing elsewhere)."""
    try:
        libc = ctypes.CDLL(None, use_errno=True)
        prctl = libc.prctl
    except (OSError, AttributeError):
        return lambda: None

    def set_signal() -> None:
        prctl(PR_SET_PDEATHSIG, signal.SIGTERM)

    return set_signal
