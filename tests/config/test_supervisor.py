"""Children that are started again whenever they end, beside those whose end ends the stack."""

import os
import signal
import sys
import time
from pathlib import Path

from config.stack.supervisor import FIRST_PAUSE, Supervisor

WAITS = [sys.executable, "-c", "import time; time.sleep(60)"]


def test_a_revived_child_comes_back_and_ends_nothing(tmp_path: Path) -> None:
    """Killed twice: each time another process under the same tag, the second time after a longer pause; no death is told."""
    supervisor = Supervisor(tmp_path)
    told: list[int] = []
    supervisor.on_revival = lambda: told.append(1)
    child = supervisor.start("media", WAITS, env=dict(os.environ), revived=True)
    pauses = []
    for _ in range(2):
        number, began = child.process.pid, time.monotonic()
        os.kill(number, signal.SIGKILL)
        while child.process.pid == number and time.monotonic() - began < 10:
            supervisor.revive()
            time.sleep(0.01)
        assert child.process.pid != number
        assert supervisor.death() is None
        pauses.append(time.monotonic() - began)
    assert len(told) == 2
    assert pauses[0] >= FIRST_PAUSE
    assert pauses[1] >= FIRST_PAUSE * 2
    supervisor.stop()
    assert child.process.poll() is not None


def test_a_vital_child_s_end_is_told(tmp_path: Path) -> None:
    """The web's end is the stack's."""
    supervisor = Supervisor(tmp_path)
    child = supervisor.start("web", WAITS, env=dict(os.environ))
    os.kill(child.process.pid, signal.SIGKILL)
    child.process.wait()
    supervisor.revive()
    death = supervisor.death()
    assert death is not None
    assert death.tag == "web"
    supervisor.stop()
