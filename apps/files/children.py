"""Starts a killable child for a job on a file that people sent, and reads its answer."""

import contextlib
import json
import os
import signal
import subprocess
import sys
from pathlib import Path
from typing import Any

import structlog

log = structlog.get_logger(__name__)

ROOT = Path(__file__).resolve().parents[2]
ENVIRONMENT = {
    "PATH": "/usr/bin:/bin",
    "LANG": "C.UTF-8",
    "PYTHONPATH": str(ROOT),
    "PYTHONDONTWRITEBYTECODE": "1",
}
GRACE_SECONDS = 5


class ChildFailed(Exception):
    """The child was killed by a limit, crashed, or took too long; the text says which (for the log)."""


def run_child(job: str, *arguments: str, seconds: int, megabytes: int) -> Any:
    """The JSON answer of `apps.files.child` doing `job`. Raises `ChildFailed` after `seconds` or beyond `megabytes`."""
    command = [sys.executable, "-m", "apps.files.child", job, str(seconds), str(megabytes), *arguments]
    with subprocess.Popen(
        command,
        cwd=ROOT,
        env=ENVIRONMENT,
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        start_new_session=True,
    ) as child:
        try:
            answer, complaints = child.communicate(timeout=seconds + GRACE_SECONDS)
        except subprocess.TimeoutExpired as error:
            raise ChildFailed(f"{job}: more than {seconds} s") from error
        finally:
            _end_with_kin(child.pid)
    if child.returncode != 0:
        log.warning(
            "files.child_failed",
            job=job,
            code=child.returncode,
            stderr=complaints[-600:].decode(errors="replace"),
        )
        raise ChildFailed(f"{job}: exit {child.returncode}")
    return json.loads(answer)


def _end_with_kin(group: int) -> None:
    """Kill what the child started, and the child itself when it still runs; they share a process group of their own."""
    with contextlib.suppress(ProcessLookupError):
        os.killpg(group, signal.SIGKILL)
