"""Run a named function of this package in a child process that can be killed.

The child is a fresh interpreter with its own environment (no secrets, no open files of the parent), a hard memory
limit, no network where the kernel lets us take it away, and dies with its parent. One idle child is kept warm for a
minute, because starting one costs more than most pages. Whatever it does, the parent gets the result or a
`TypesettingError`: at the time limit the child is killed.
"""

import contextlib
import os
import select
import subprocess
import sys
import threading
import time
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from apps.typesetting import errors
from apps.typesetting.faces import font_folders
from apps.typesetting.wire import packed, unpacked

ROOT = Path(__file__).resolve().parents[2]
FUNCTIONS = (
    "compose",
    "compose_bulletin",
    "compose_docx",
    "compose_duty_day",
    "compose_duty_roster",
    "compose_handling_sheets",
    "compose_meeting_file",
    "compose_placards",
    "compose_seat_plan",
    "page_image",
    "page_images",
    "seal_svg",
    "verify_pdf",
)
_IDLE_SECONDS = 60.0
_MOST_JOBS = 200
_HEADER = 8
_START = "import sys; sys.path.insert(0, {root!r}); from apps.typesetting.child_side import serve; serve({megabytes})"


def run(function_name: str, payload: Mapping[str, Any], seconds: float = 10, megabytes: int = 1500) -> Any:
    """The function's result; its own `TypesettingError`, `ChildTimedOut`, `ChildOutOfMemory` or `ChildFailed`."""
    if function_name not in FUNCTIONS:
        raise ValueError(f"{function_name} may not be run in a child")
    request = packed([function_name, dict(payload)])
    worker = _taken(megabytes)
    try:
        answer = worker.ask(request, time.monotonic() + seconds)
    except BaseException:
        worker.kill()
        raise
    _given_back(worker)
    kind, value = unpacked(answer)
    if kind == "ok":
        return value
    raise getattr(errors, kind, errors.ChildFailed)(value)


class _Worker:
    """One child with its two pipes."""

    def __init__(self, megabytes: int) -> None:
        self.megabytes = megabytes
        self.jobs = 0
        self.idle_since = 0.0
        self.process = subprocess.Popen(
            [sys.executable, "-I", *_bytecode(), "-c", _START.format(root=str(ROOT), megabytes=megabytes)],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            cwd="/",
            env=_environment(),
            bufsize=0,
        )

    def ask(self, request: bytes, deadline: float) -> bytes:
        self.jobs += 1
        sender = threading.Thread(target=self._send, args=(request,), daemon=True)
        sender.start()
        size = int.from_bytes(self._read(_HEADER, deadline), "big")
        return self._read(size, deadline)

    def _send(self, request: bytes) -> None:
        assert self.process.stdin is not None  # noqa: S101  # opened above
        with contextlib.suppress(OSError):  # a dead child is noticed by the reader
            data = memoryview(len(request).to_bytes(_HEADER, "big") + request)
            while data:
                data = data[self.process.stdin.write(data) or 0 :]

    def _read(self, size: int, deadline: float) -> bytes:
        assert self.process.stdout is not None  # noqa: S101  # opened above
        parts: list[bytes] = []
        while size > 0:
            left = deadline - time.monotonic()
            if left <= 0 or not select.select([self.process.stdout], [], [], left)[0]:
                raise errors.ChildTimedOut("处理超过时限，已停止。请减少内容后重试，或稍后再试。")
            part = self.process.stdout.read(min(size, 1 << 20))
            if not part:
                raise self._death()
            parts.append(part)
            size -= len(part)
        return b"".join(parts)

    def _death(self) -> errors.ChildFailed:
        code = self.process.wait(timeout=5)
        if code in {-6, -9, 134, 137}:  # aborted: the allocator was refused; killed: the kernel ran short
            return errors.ChildOutOfMemory("处理所需内存超过限制，已停止。请拆分文件后重试。")
        return errors.ChildFailed(f"处理进程异常结束（{code}），请重试；仍不行请联系管理员。")

    def kill(self) -> None:
        self.process.kill()
        self.process.wait()
        for pipe in (self.process.stdin, self.process.stdout):
            if pipe is not None:
                with contextlib.suppress(OSError):
                    pipe.close()


def _environment() -> dict[str, str]:
    kept = {name: os.environ[name] for name in ("PATH", "LANG", "SYSTEMROOT") if name in os.environ}
    folders = font_folders()
    return {**kept, **({"TONGZHOU_FONTS": str(folders[0])} if folders else {})}


def _bytecode() -> list[str]:
    """Compiled modules go where this process keeps its own; the isolated child does not read the environment."""
    return ["-X", f"pycache_prefix={sys.pycache_prefix}"] if sys.pycache_prefix else []


_idle: list[_Worker] = []
_guard = threading.Lock()


def _taken(megabytes: int) -> _Worker:
    with _guard:
        for worker in _idle:
            if worker.megabytes == megabytes and worker.process.poll() is None:
                _idle.remove(worker)
                return worker
    return _Worker(megabytes)


def _given_back(worker: _Worker) -> None:
    """Keep one idle child of each size; a timer ends it when nobody came for a minute."""
    worker.idle_since = time.monotonic()
    with _guard:
        if worker.jobs < _MOST_JOBS and all(other.megabytes != worker.megabytes for other in _idle):
            _idle.append(worker)
            timer = threading.Timer(_IDLE_SECONDS + 1, _retire)
            timer.daemon = True
            timer.start()
            return
    worker.kill()


def _retire() -> None:
    limit = time.monotonic() - _IDLE_SECONDS
    with _guard:
        old = [worker for worker in _idle if worker.idle_since <= limit]
        _idle[:] = [worker for worker in _idle if worker.idle_since > limit]
    for worker in old:
        worker.kill()


def _forget_after_fork() -> None:
    """The parent's children are not this process's to use."""
    global _guard  # noqa: PLW0603  # the lock may have been held by a thread that does not exist here
    _guard = threading.Lock()
    _idle.clear()


os.register_at_fork(after_in_child=_forget_after_fork)
