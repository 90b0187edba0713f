"""Dropping root: every child of the stack runs as one unprivileged user that owns the state folder."""

import ctypes
import os
import pwd
import signal
import subprocess
import sys
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

PR_SET_PDEATHSIG = 1
PR_SET_KEEPCAPS = 8
PR_CAP_AMBIENT = 47
PR_CAP_AMBIENT_RAISE = 2
CAP_DAC_READ_SEARCH = 2
CAPABILITY_VERSION_3 = 0x20080522
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
    libc = _libc()

    def set_signal() -> None:
        if libc is not None:
            libc.prctl(PR_SET_PDEATHSIG, signal.SIGTERM, 0, 0, 0)

    return set_signal


def code_options(who: Identity, root: Path) -> dict[str, Any]:
    """`subprocess` options for a Python child of the stack: unprivileged, dying with its parent.

    When root's interpreter or checkout lies in a folder closed to that user (a home of mode 0700, a private temporary
    folder), the child keeps the one capability to read files, and nothing else of root's.
    """
    die = die_with_parent()
    if who.uid is None:
        return {"preexec_fn": die}
    probe = [sys.executable, "-c", "import django, config"]
    try:
        reachable = subprocess.run(
            probe, check=False, cwd=root, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, **who.popen
        ).returncode
    except OSError:
        reachable = 1
    if reachable == 0:
        return {"preexec_fn": die, **who.popen}
    return {"preexec_fn": lambda: _drop_but_read(who, die)}


class _CapHeader(ctypes.Structure):
    _fields_ = (("version", ctypes.c_uint32), ("pid", ctypes.c_int))


class _CapData(ctypes.Structure):
    _fields_ = (
        ("effective", ctypes.c_uint32),
        ("permitted", ctypes.c_uint32),
        ("inheritable", ctypes.c_uint32),
    )


def _drop_but_read(who: Identity, then: Callable[[], None]) -> None:
    """Become `who`, keeping only CAP_DAC_READ_SEARCH across exec (capabilities(7), "ambient")."""
    libc = _libc()
    if libc is None or who.uid is None or who.gid is None:
        raise OSError("this system has no capabilities")
    libc.prctl(PR_SET_KEEPCAPS, 1, 0, 0, 0)
    os.setgroups([])
    os.setgid(who.gid)
    os.setuid(who.uid)
    bit = 1 << CAP_DAC_READ_SEARCH
    data = (_CapData * 2)(_CapData(bit, bit, bit), _CapData(0, 0, 0))
    if libc.capset(ctypes.byref(_CapHeader(CAPABILITY_VERSION_3, 0)), data) != 0:
        raise OSError(ctypes.get_errno(), "capset")
    if libc.prctl(PR_CAP_AMBIENT, PR_CAP_AMBIENT_RAISE, CAP_DAC_READ_SEARCH, 0, 0) != 0:
        raise OSError(ctypes.get_errno(), "prctl")
    then()


def _libc() -> ctypes.CDLL | None:
    """The C library where it has `prctl` (Linux)."""
    try:
        libc = ctypes.CDLL(None, use_errno=True)
    except OSError:
        return None
    return libc if hasattr(libc, "prctl") and hasattr(libc, "capset") else None
