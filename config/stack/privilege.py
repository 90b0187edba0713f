"""Dropping root: every child of the stack runs as one unprivileged user that owns the state folder.

The user is the owner of the checkout when that is not root, else `nobody`. When root's interpreter, checkout or state
lies in a folder closed to that user (a home of mode 0700), a child keeps the one capability to read files
(CAP_DAC_READ_SEARCH) and nothing else of root's. Standard library only.
"""

import ctypes
import functools
import os
import pwd
import signal
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parents[2]
PR_SET_PDEATHSIG = 1
PR_SET_KEEPCAPS = 8
PR_CAP_AMBIENT = 47
PR_CAP_AMBIENT_RAISE = 2
CAP_DAC_READ_SEARCH = 2
CAPABILITY_VERSION_3 = 0x20080522
SERVICE_USER = "nobody"


class Unreachable(RuntimeError):
    """The unprivileged user cannot get at a file it needs; the message names it and says what to do."""


@dataclass(frozen=True)
class Identity:
    """Who children run as: numeric ids, or None for the present user."""

    uid: int | None = None
    gid: int | None = None

    @property
    def popen(self) -> dict[str, Any]:
        """Keyword arguments for `subprocess`: this user and nothing more."""
        if self.uid is None:
            return {}
        return {"user": self.uid, "group": self.gid, "extra_groups": []}

    def reaches(self, path: Path) -> bool:
        """True when this user can come to `path` and read it, going by owners and modes."""
        real = Path(os.path.realpath(path))
        return all(self._may(folder, 1) for folder in real.parents) and self._may(
            real, 5 if real.is_dir() else 4
        )

    def options(self, *needed: Path) -> dict[str, Any]:
        """Keyword arguments for `subprocess` of a child that must read `needed`. Raises `Unreachable`."""
        if self.uid is None:
            return {}
        closed = [path for path in needed if not self.reaches(path)]
        if not closed:
            return self.popen
        if not may_keep_reading():
            name = pwd.getpwuid(self.uid).pw_name
            raise Unreachable(
                f"以 root 启动时，各进程以 {name} 用户运行，但它读不到 {closed[0]}。"
                "请把检出、Python 和状态目录放到其他用户可进入的位置（如 /opt、/srv），或改用普通用户启动。"
            )
        return {"preexec_fn": lambda: _drop_but_read(self)}

    def _may(self, path: Path, wanted: int) -> bool:
        try:
            found = path.stat()
        except OSError:
            return False
        if self.uid is None or found.st_uid == self.uid:
            return found.st_mode >> 6 & wanted == wanted
        shift = 3 if found.st_gid == self.gid else 0
        return found.st_mode >> shift & wanted == wanted


def identity() -> Identity:
    """The unprivileged user when started as root, else the present user.

    Raises `RuntimeError` when the present user has no passwd entry: PostgreSQL's initdb refuses such a user.
    """
    if os.geteuid() == 0:
        entry = _service_user(ROOT.stat().st_uid)
        return Identity(entry.pw_uid, entry.pw_gid)
    try:
        pwd.getpwuid(os.geteuid())
    except KeyError:
        raise RuntimeError(
            f"当前用户（uid {os.geteuid()}）在系统中没有登记，数据库无法初始化。请换用正常用户运行。"
        ) from None
    return Identity()


def _service_user(owner: int) -> pwd.struct_passwd:
    """The checkout's owner when it is a registered ordinary user, else `nobody`."""
    if owner != 0:
        try:
            return pwd.getpwuid(owner)
        except KeyError:
            pass
    return pwd.getpwnam(SERVICE_USER)


def own(path: Path, who: Identity) -> None:
    """Give `path` to the children's user."""
    if who.uid is not None and who.gid is not None:
        os.chown(path, who.uid, who.gid)


def own_tree(folder: Path, who: Identity) -> None:
    """Give everything below `folder` that still belongs to root to the children's user; links are not followed."""
    if who.uid is None or who.gid is None:
        return
    for parent, folders, files in os.walk(folder):
        for name in (*folders, *files):
            path = os.path.join(parent, name)  # noqa: PTH118  # a hot loop over every stored file
            if os.lstat(path).st_uid == 0:
                os.chown(path, who.uid, who.gid, follow_symlinks=False)


def private_folder(path: Path, who: Identity) -> Path:
    """A folder only the children's user may enter."""
    path.mkdir(parents=True, exist_ok=True)
    own(path, who)
    path.chmod(0o700)
    return path


def private_file(path: Path, text: str, who: Identity) -> None:
    """Write a secret readable by the children's user only; the mode is set before the content."""
    descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_TRUNC | os.O_NOFOLLOW, 0o600)
    with os.fdopen(descriptor, "w") as file:
        file.write(text)
        file.flush()
        os.fsync(descriptor)  # renamed before its bytes are down, a file is empty after a power cut
    own(path, who)


def dying(options: dict[str, Any]) -> dict[str, Any]:
    """`options` for a child that gets SIGTERM when the process that started it dies (Linux; unchanged elsewhere).

    The signal is asked for after the change of user, which would clear it.
    """
    libc = _libc()
    if libc is None:
        return options
    before: Callable[[], None] | None = options.get("preexec_fn")
    parent = os.getpid()

    def prepare() -> None:
        if before is not None:
            before()
        libc.prctl(PR_SET_PDEATHSIG, signal.SIGTERM, 0, 0, 0)
        if os.getppid() != parent:  # it died in between
            os._exit(1)

    return {**options, "preexec_fn": prepare}


@functools.cache
def may_keep_reading() -> bool:
    """True when this process holds the capability that `options` may have to hand on."""
    try:
        lines = Path("/proc/self/status").read_text().splitlines()
    except OSError:
        return False
    held = next((int(line.split()[1], 16) for line in lines if line.startswith("CapEff:")), 0)
    return bool(held >> CAP_DAC_READ_SEARCH & 1) and _libc() is not None


class _CapHeader(ctypes.Structure):
    _fields_ = (("version", ctypes.c_uint32), ("pid", ctypes.c_int))


class _CapData(ctypes.Structure):
    _fields_ = (
        ("effective", ctypes.c_uint32),
        ("permitted", ctypes.c_uint32),
        ("inheritable", ctypes.c_uint32),
    )


def _drop_but_read(who: Identity) -> None:
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


@functools.cache
def _libc() -> ctypes.CDLL | None:
    """The C library where it has `prctl` (Linux)."""
    try:
        libc = ctypes.CDLL(None, use_errno=True)
    except OSError:
        return None
    return libc if hasattr(libc, "prctl") and hasattr(libc, "capset") else None
