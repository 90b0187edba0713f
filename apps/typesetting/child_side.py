"""The inside of the child process of `child`: take a request, answer it, until the parent is gone."""

import contextlib
import ctypes
import importlib
import os
import resource
import stat
import sys
import threading
import time
from pathlib import Path
from typing import Any, BinaryIO

_CLONE_NEWUSER = 0x10000000
_CLONE_NEWNET = 0x40000000
_LARGEST_FILE = 64 * 1024 * 1024
_HEADER = 8


def serve(megabytes: int) -> None:
    """Answer requests on the standard streams within `megabytes` of memory."""
    answers = os.fdopen(os.dup(1), "wb", buffering=0)
    os.dup2(2, 1)  # nothing a library prints may enter the protocol
    _confine(megabytes)
    threading.Thread(target=_die_with, args=(os.getppid(),), daemon=True).start()
    package = importlib.import_module("apps.typesetting")
    requests = sys.stdin.buffer
    while header := requests.read(_HEADER):
        request = requests.read(int.from_bytes(header, "big"))
        answer = _answer(package, request)
        _write(answers, len(answer).to_bytes(_HEADER, "big") + answer)


def _answer(package: Any, request: bytes) -> bytes:
    wire = importlib.import_module("apps.typesetting.wire")
    errors = importlib.import_module("apps.typesetting.errors")
    try:
        name, payload = wire.unpacked(request)
        return bytes(wire.packed(["ok", getattr(package, name)(**payload)]))
    except errors.TypesettingError as problem:
        return bytes(wire.packed([type(problem).__name__, str(problem)]))
    except MemoryError:
        return bytes(wire.packed(["ChildOutOfMemory", "处理所需内存超过限制，已停止。请拆分文件后重试。"]))
    except Exception as problem:  # noqa: BLE001  # whatever a hostile document provokes, the parent must hear of it
        return bytes(
            wire.packed(["ChildFailed", f"处理失败（{type(problem).__name__}），请检查文件后重试。"])
        )


def _write(target: BinaryIO, data: bytes) -> None:
    view = memoryview(data)
    while view:
        view = view[target.write(view) :]


def _die_with(parent: int) -> None:
    """A death signal would come when the starting *thread* ends; the parent's number changes only when it dies."""
    while os.getppid() == parent:
        time.sleep(1)
    os._exit(1)


def _confine(megabytes: int) -> None:
    memory = megabytes * 1024 * 1024
    resource.setrlimit(resource.RLIMIT_AS, (memory, memory))
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    resource.setrlimit(resource.RLIMIT_FSIZE, (_LARGEST_FILE, _LARGEST_FILE))
    if not sys.platform.startswith("linux"):
        return
    leave_network()


def leave_network() -> None:
    """Go into a network namespace of one's own, which has no way out, where the kernel and the interpreter's place allow it.

    Root may ask for one directly, others with a user namespace. That takes away the right to read everything, by which a
    server that started as root still reads an interpreter below `/root`: then the network stays, the other limits hold.
    """
    with contextlib.suppress(OSError, AttributeError):
        libc = ctypes.CDLL(None, use_errno=True)
        if libc.unshare(_CLONE_NEWNET) and _reads_itself_unaided():
            libc.unshare(_CLONE_NEWUSER | _CLONE_NEWNET)


def _reads_itself_unaided() -> bool:
    """Whether every folder above the interpreter's modules is open to this account by its mode alone."""
    folders = {
        place for start in (sys.prefix, sys.base_prefix, __file__) for place in Path(start).resolve().parents
    }
    return all(_is_open(folder.stat()) for folder in folders)


def _is_open(found: os.stat_result) -> bool:
    if found.st_uid == os.geteuid():
        return bool(found.st_mode & stat.S_IXUSR)
    if found.st_gid in {os.getegid(), *os.getgroups()}:
        return bool(found.st_mode & stat.S_IXGRP)
    return bool(found.st_mode & stat.S_IXOTH)
