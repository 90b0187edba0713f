"""A story told by two sweepers, one of which is killed again and again."""

import subprocess
import sys
import time
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from tests.chaos.chance import Chance
from tests.chaos.harness import ROOT, Stage, kill

PATIENCE = 240.0


@dataclass(frozen=True)
class Story:
    """So many minutes from `start`, swept every `step` minutes."""

    stage: Stage
    start: datetime
    minutes: int
    step: int

    def live_through(self, chance: Chance, kills: int) -> int:
        """To the end; `kills` times a sweeper dies at a minute that chance names. How many died in work."""
        living = [self._sweeper(), self._sweeper()]
        died = 0
        for at in sorted(int(chance.part() * self.minutes * 0.9) for _ in range(kills)):
            self._wait_for(living, at)
            victim = chance.choice([0, 1])
            died += living[victim].poll() is None
            kill(living[victim])
            living[victim] = self._sweeper()
        for process in living:
            assert process.wait(PATIENCE) == 0, self._last_words()
        return died

    def _sweeper(self) -> "subprocess.Popen[bytes]":
        """One process that lives through the story from where it was left."""
        words = [self.start.isoformat(), str(self.minutes), str(self.step)]
        with self.stage.log.open("ab") as log:
            process = subprocess.Popen(
                [sys.executable, "-m", "tests.chaos.sweeper", *words],
                cwd=ROOT,
                env=self.stage.environment(),
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=log,
                start_new_session=True,
            )
        self.stage.workers.append(process)
        return process

    def _reached(self) -> int:
        reached = Path(self.stage.flags / "minute")
        return int(reached.read_text()) if reached.exists() else 0

    def _wait_for(self, living: list["subprocess.Popen[bytes]"], at: int) -> None:
        """Until the story reaches the minute, or there is nobody left to bring it there."""
        end = time.monotonic() + PATIENCE
        while self._reached() < at and any(process.poll() is None for process in living):
            assert time.monotonic() < end, self._last_words()
            time.sleep(0.01)

    def _last_words(self) -> str:
        return self.stage.log.read_text(errors="replace")[-2000:]
