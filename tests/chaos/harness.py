"""A worker and a Valkey of the test's own, to be killed."""

import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path
from urllib.parse import urlsplit, urlunsplit

from celery import Celery
from django.db import connection

from config.stack.valkey import Valkey

ROOT = Path(__file__).resolve().parents[2]


class Stage:
    """Valkey and workers on the database of the running test; whatever still runs at the end is stopped."""

    def __init__(self, folder: Path) -> None:
        self.flags = folder / "flags"
        self.flags.mkdir()
        self.log = folder / "worker.log"
        self.valkey = Valkey(folder / "valkey")
        self.valkey.start()
        self.workers: list[subprocess.Popen[bytes]] = []

    def worker(self) -> subprocess.Popen[bytes]:
        """Start a worker and wait until it takes tasks."""
        size = self.log.stat().st_size if self.log.exists() else 0
        with self.log.open("ab") as log:
            process = subprocess.Popen(
                [
                    sys.executable,
                    "-m",
                    "celery",
                    "-A",
                    "tests.chaos.worker",
                    "worker",
                    "-c",
                    "1",
                    "-Q",
                    "celery,slow",
                    "-l",
                    "INFO",
                ],
                cwd=ROOT,
                env=self.environment(),
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=log,
                start_new_session=True,
            )
        self.workers.append(process)
        until(lambda: "ready." in self.log.read_text(errors="replace")[size:], "the worker is ready", 60)
        return process

    def environment(self) -> dict[str, str]:
        """Of a process on the test's database and this Valkey."""
        parts = urlsplit(os.environ["DATABASE_URL"])
        database = urlunsplit(parts._replace(path="/" + str(connection.settings_dict["NAME"])))
        return {
            **os.environ,
            "DJANGO_SETTINGS_MODULE": "config.settings.test",
            "DATABASE_URL": database,
            "REDIS_URL": self.valkey.url,
            "CHAOS_FLAGS": str(self.flags),
            "PYTHONPATH": str(ROOT),
        }

    def ask(self, task: str, *arguments: int) -> None:
        """Put a task into the queue, as beat or a web process would."""
        with Celery(broker=self.valkey.url, set_as_current=False) as producer:
            producer.send_task(task, args=list(arguments))

    def valkey_kill(self) -> None:
        """SIGKILL; the port stays its own for a restart."""
        process = self.valkey.process
        assert process is not None
        process.kill()
        process.wait()

    def valkey_restart(self) -> None:
        """The same address, empty."""
        self.valkey.start(port=self.valkey.port)

    def end(self) -> None:
        """Stop everything this stage started."""
        for process in self.workers:
            kill(process)
        self.valkey.stop()


def kill(process: subprocess.Popen[bytes]) -> None:
    """SIGKILL to the worker and its children at once, as the kernel or a power cut would."""
    if process.poll() is None:
        os.killpg(process.pid, signal.SIGKILL)
        process.wait()


def until(condition: Callable[[], bool], what: str, seconds: float = 30) -> None:
    """Wait until `condition` holds. Fails saying `what` did not come."""
    end = time.monotonic() + seconds
    while not condition():
        assert time.monotonic() < end, f"it did not come about that {what}"
        time.sleep(0.1)
