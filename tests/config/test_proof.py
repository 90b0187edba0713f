"""`manage.py test` ended from outside, as when a build is cancelled."""

import os
import shutil
import signal
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from config.stack.services import ROOT
from tests.embedded import PREFIX

GIVEN = {
    "DATABASE_URL",
    "REDIS_URL",
    "DJANGO_SETTINGS_MODULE",
    "TONGZHOU_STATE",
    "TONGZHOU_EMBEDDED_FOR_TESTS",
}
SLOW = "tests/portal/test_demo_city.py"  # minutes
SECONDS = 60


@pytest.fixture
def folder() -> Iterator[Path]:
    """Where the run that is broken off puts its things."""
    made = Path(tempfile.mkdtemp(prefix="tongzhou-proof-"))
    made.chmod(0o711)
    yield made
    shutil.rmtree(made, ignore_errors=True)


def _gone(process: int) -> bool:
    """Whether it has ended, or does within a few seconds; who only waits to be counted has."""
    until = time.monotonic() + 5
    while time.monotonic() < until:
        try:
            if not Path(f"/proc/{process}/cmdline").read_text():
                return True
        except OSError:
            return True
        time.sleep(0.1)
    return False


@pytest.mark.long
def test_who_is_told_to_stop_leaves_no_database_running(folder: Path) -> None:
    kept = {name: value for name, value in os.environ.items() if name not in GIVEN and "PYTEST" not in name}
    run = subprocess.Popen(
        [sys.executable, "manage.py", "test", SLOW, "--long"],
        cwd=ROOT,
        env={**kept, "TMPDIR": str(folder)},
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    )
    try:
        until = time.monotonic() + SECONDS
        while not (servers := list(folder.glob(f"{PREFIX}*/pg/data/postmaster.pid"))):
            assert time.monotonic() < until
            time.sleep(0.2)
        server = int(servers[0].read_text().split()[0])
        time.sleep(3)  # in the middle of its work
        run.send_signal(signal.SIGTERM)
        assert run.wait(SECONDS) == 130
        assert not list(folder.iterdir())
        assert _gone(server)
    finally:
        run.kill()
