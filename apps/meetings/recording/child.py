"""`python -m apps.meetings.recording.child ORDER`: one film, in a process with limits that knows no secrets; `ORDER` is a file.

How far it is stands on stdout, a line a second: `done total`; the last line is JSON, `null` when nothing was recorded.
"""

import json
import os
import sys
import time
from dataclasses import asdict
from pathlib import Path

from apps.files.child import confine

SECONDS, MEGABYTES = 6 * 3600, 3072
LARGEST = 8 << 30
NICE = 10  # whoever waits for an answer comes first
TELL_SECONDS = 1.0


def main() -> None:
    """Make the film and say what came of it."""
    order = json.loads(Path(sys.argv[1]).read_text())
    confine(SECONDS, MEGABYTES, output=LARGEST)
    os.nice(NICE)
    from apps.meetings.recording.film import film_made  # noqa: PLC0415  # after the limits are set

    told = [0.0]

    def tell(done: int, total: int) -> None:
        now = time.monotonic()
        if now - told[0] >= TELL_SECONDS:
            told[0] = now
            print(done, total, flush=True)  # noqa: T201  # read by the parent

    made = film_made(
        Path(order["folder"]),
        Path(order["target"]),
        title=order["title"],
        names={who: (name, unit) for who, (name, unit) in order["names"].items()},
        font=Path(order["font"]) if order["font"] else None,
        with_pictures=bool(order["with_pictures"]),
        tell=tell,
    )
    print(json.dumps(asdict(made) if made else None, ensure_ascii=False))  # noqa: T201  # read by the parent


if __name__ == "__main__":
    main()
