"""`manage.py up` for real, on a state folder of its own, for the tests that need a whole platform."""

import json
import os
import shutil
import signal
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest

from config.stack.ports import free_port
from config.stack.services import ROOT

PATIENCE = 120.0
SERVED = "请在浏览器打开"
GIVEN = {"DATABASE_URL", "REDIS_URL", "DJANGO_SETTINGS_MODULE", "TONGZHOU_STATE", "TONGZHOU_SECRET_KEY"}


class Up:
    """A platform started by the command, on a state folder of its own."""

    def __init__(self, folder: Path, options: tuple[str, ...] = ("--bare",)) -> None:
        self.folder = folder
        self.options = options
        self.state = folder / "state"
        self.log = folder / "up.log"
        self.port = free_port()
        self.process: subprocess.Popen[bytes] | None = None

    def start(self) -> None:
        """Start, and wait until the page is served."""
        before = self.said().count(SERVED) if self.log.exists() else 0
        with self.log.open("ab") as log:
            self.process = subprocess.Popen(
                self.command("up", "--port", str(self.port), "--web", "1", *self.options),
                cwd=ROOT,
                env=clean_environment(),
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=log,
                start_new_session=True,
            )
        self.wait(lambda: self.said().count(SERVED) > before)

    def command(self, *arguments: str) -> list[str]:
        """A command on this state folder."""
        return [sys.executable, str(ROOT / "manage.py"), *arguments, "--state", str(self.state)]

    def run(self, *arguments: str) -> subprocess.CompletedProcess[str]:
        """Run a command on this state folder to its end."""
        return subprocess.run(
            self.command(*arguments),
            cwd=ROOT,
            env=clean_environment(),
            check=False,
            capture_output=True,
            text=True,
            timeout=PATIENCE,
        )

    def said(self) -> str:
        """The whole log of all starts."""
        return self.log.read_text(errors="replace")

    def facts(self) -> dict[str, Any]:
        """state.json."""
        found: dict[str, Any] = json.loads((self.state / "state.json").read_text())
        return found

    def numbers(self) -> dict[str, int]:
        """Process numbers by tag."""
        return {tag: entry[0] for tag, entry in self.facts()["processes"].items() if tag != "up"}

    def database_number(self) -> int:
        """Process number of the database."""
        return int((self.state / "pg" / "data" / "postmaster.pid").read_text().splitlines()[0])

    def web_database(self) -> str:
        """Address of the database as the web processes have it."""
        owner = str(self.facts()["environment"]["DATABASE_URL"])
        password = (self.state / "pg" / "web-password").read_text()
        return owner.replace(owner.split("@", maxsplit=1)[0], f"postgres://tongzhou_web:{password}")

    @property
    def address(self) -> str:
        """Where it is served."""
        return f"http://127.0.0.1:{self.port}"

    def wait(self, ready: Callable[[], bool], patience: float = PATIENCE) -> None:
        """Until true; fails with the log when the command ended or time is up."""
        deadline = time.monotonic() + patience
        while not ready():
            ended = self.process is not None and self.process.poll() is not None
            if ended or time.monotonic() > deadline:
                pytest.fail(f"ended={ended}\n{self.said()}")
            time.sleep(0.1)

    def end(self, number: int = signal.SIGTERM) -> int:
        """Send a signal to the command and return its exit code."""
        assert self.process is not None
        self.process.send_signal(number)
        return self.process.wait(PATIENCE)


def clean_environment() -> dict[str, str]:
    """Without the addresses of the test run's own servers."""
    return {name: value for name, value in os.environ.items() if name not in GIVEN}


@contextmanager
def running_up(*options: str) -> Iterator[Up]:
    """A platform, not started yet, that is gone at the end, however it went."""
    folder = Path(tempfile.mkdtemp(prefix="tongzhou-up-"))
    folder.chmod(0o711)
    running = Up(folder, options)
    try:
        yield running
    finally:
        if running.process is not None and running.process.poll() is None:
            running.end()
        if (running.state / "pg" / "data" / "postmaster.pid").exists():
            os.kill(running.database_number(), signal.SIGQUIT)
        shutil.rmtree(folder, ignore_errors=True)
