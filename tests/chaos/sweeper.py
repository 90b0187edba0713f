"""A process that lives through simulated minutes and sweeps, to be killed: `python -m tests.chaos.sweeper START MINUTES STEP`.

It writes the minute it has come to into a file, so that whoever follows it begins there again.
"""

import os
import sys
from datetime import datetime, timedelta
from pathlib import Path

import django


def main(start: str, minutes: str, step: str) -> None:
    """Sweep every `step` minutes of the story."""
    django.setup()
    from apps.core import clock  # Django is ready only now
    from apps.core.reminding import reminders_sweep

    reached = Path(os.environ["CHAOS_FLAGS"]) / "minute"
    begin = int(reached.read_text()) if reached.exists() else 0
    for minute in range(begin, int(minutes), int(step)):
        with clock.at(datetime.fromisoformat(start) + timedelta(minutes=minute)):
            reminders_sweep()
        fresh = reached.with_suffix(f".{os.getpid()}")
        fresh.write_text(str(minute))
        fresh.replace(reached)


if __name__ == "__main__":
    main(*sys.argv[1:])
