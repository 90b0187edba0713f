"""What `manage.py test` says of its checks, and how it ends from outside, as when a build is cancelled."""

import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

from config.stack import proof
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


@pytest.mark.parametrize(
    ("script", "told", "counted"),
    [
        ("echo no known vulnerabilities", "✓", (1, 0, 0)),
        ("echo 3 high severity vulnerabilities; exit 1", "✗", (0, 1, 0)),
        ("echo ENOTFOUND; exit 1", "–", (0, 0, 1)),
    ],
)
def test_a_service_that_cannot_be_asked_is_skipped_and_said_to_be(
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
    *,
    script: str,
    told: str,
    counted: tuple[int, int, int],
) -> None:
    """It is no failure, and none is shown; a hole that was found is."""
    monkeypatch.setattr(proof, "REPORTS", tmp_path)
    check = proof.Check("已知漏洞 npm-audit", ("sh", "-c", script))
    outcome = proof._advisories(check)
    assert (outcome.passed, outcome.failed, outcome.skipped) == counted
    assert f"{told} {check.name}" in capsys.readouterr().err


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


def test_a_child_that_missed_the_word_is_told_again(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(proof, "PATIENCE", 1)
    deaf = (
        "import signal; signal.signal(2, lambda *_: signal.signal(2, lambda *_: exit(7)))\n"
        "print(flush=True)\nwhile True: signal.pause()"
    )
    with subprocess.Popen([sys.executable, "-c", deaf], stdout=subprocess.PIPE) as child:
        assert child.stdout is not None
        child.stdout.readline()
        child.send_signal(signal.SIGINT)
        proof._seen_out(child)
        assert child.wait(SECONDS) == 7


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
        assert run.wait(2 * SECONDS) == 130
        assert not list(folder.iterdir())
        assert _gone(server)
    finally:
        run.kill()
