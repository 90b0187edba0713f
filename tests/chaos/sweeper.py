"""A process that lives through simulated hours and sweeps in each, to be killed: `python -m tests.chaos.sweeper START HOURS STEP`.

It writes the hour it has come to into a file, so that whoever follows it begins there again.
"""

import os
import sys
from datetime import datetime, timedelta
from pathlib import Path

import django


def main(start: str, hours: str, step: str) -> None:
    """Sweep every `step` hours of the story."""
    django.setup()
    from apps.core import clock  # Django is ready only now
    from apps.core.reminding import reminders_sweep

    reached = Path(os.environ["CHAOS_FLAGS"]) / "hour"
    begin = int(reached.read_text()) if reached.exists() else 0
    for hour in range(begin, int(hours), int(step)):
        with clock.at(datetime.fromisoformat(start) + timedelta(hours=hour)):
            reminders_sweep()
        fresh = reached.with_suffix(f".{os.getpid()}")
        fresh.write_text(str(hour))
        fresh.replace(reached)


if __name__ == "__main__":
    main(*sys.argv[1:])
