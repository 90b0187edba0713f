"""Which Python the virtual environment is built on: new enough, with venv and pip, and runnable by the children."""

import os
import shutil
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from config.stack.console import StepFailed
from config.stack.privilege import Identity

OLDEST = (3, 11)
NEWEST_TRIED = 14
PROBE = "import sys, venv, ensurepip, ssl, sqlite3; print(*sys.version_info[:2])"


@dataclass(frozen=True)
class Interpreter:
    """A candidate and what is known about it."""

    path: Path
    complete: bool
    reachable: bool


def choose(who: Identity) -> Path:
    """The interpreter to build on: the present one when it will do, else the best on PATH.

    Raises `StepFailed` saying what to install when none has venv and ensurepip.
    """
    complete = [found for path in _candidates() if (found := inspect(path, who)).complete]
    if not complete:
        version = f"{sys.version_info[0]}.{sys.version_info[1]}"
        raise StepFailed(
            "这台机器的 Python 缺少 venv 或 ensurepip，无法建立运行环境。请先安装再运行一次，"
            f"例如：apt-get install python{version}-venv（Debian、Ubuntu）或 dnf install python3-pip（Fedora、openEuler）。"
        )
    return next((found.path for found in complete if found.reachable), complete[0].path)


def inspect(path: Path, who: Identity) -> Interpreter:
    """Run `path` once as ourselves and once as the children's user."""
    complete = _runs(path, Identity())
    return Interpreter(path, complete, reachable=complete and (who.uid is None or _runs(path, who)))


def _runs(path: Path, who: Identity) -> bool:
    try:
        done = subprocess.run(
            [str(path), "-I", "-c", PROBE],
            check=False,
            capture_output=True,
            text=True,
            cwd="/",
            timeout=60,
            env={"PATH": os.environ.get("PATH", ""), "PYTHONDONTWRITEBYTECODE": "1"},
            **who.popen,
        )
    except (OSError, subprocess.TimeoutExpired):
        return False
    return done.returncode == 0 and tuple(int(part) for part in done.stdout.split()) >= OLDEST


def _candidates() -> Iterator[Path]:
    """The present interpreter first, then newer to older ones on PATH and in the usual folders."""
    seen: set[Path] = set()
    names = ["python3", *(f"python3.{minor}" for minor in range(NEWEST_TRIED, OLDEST[1] - 1, -1))]
    path = os.pathsep.join(
        [os.environ.get("PATH", ""), *(f"{prefix}/bin" for prefix in ("/usr/local", "/usr", "/opt/python"))]
    )
    found = [Path(getattr(sys, "_base_executable", sys.executable))]
    hits = (shutil.which(name, path=folder) for name in names for folder in path.split(os.pathsep) if folder)
    found.extend(Path(hit) for hit in hits if hit)
    for candidate in found:
        real = candidate.resolve()
        if real not in seen:
            seen.add(real)
            yield real
