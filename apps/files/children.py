"""Starts a killable child for a job on a file that people sent, and reads its answer."""

import json
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
    try:
        done = subprocess.run(
            command,
            cwd=ROOT,
            env=ENVIRONMENT,
            stdin=subprocess.DEVNULL,
            capture_output=True,
            timeout=seconds + GRACE_SECONDS,
            start_new_session=True,
            check=False,
        )
    except subprocess.TimeoutExpired as error:
        raise ChildFailed(f"{job}: more than {seconds} s") from error
    if done.returncode != 0:
        log.warning(
            "files.child_failed",
            job=job,
            code=done.returncode,
            stderr=done.stderr[-600:].decode(errors="replace"),
        )
        raise ChildFailed(f"{job}: exit {done.returncode}")
    return json.loads(done.stdout)
