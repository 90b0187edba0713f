"""What runs inside a killable child: `python -m apps.files.child JOB SECONDS MEGABYTES ARGUMENT…`, JSON on stdout.

Imports no Django and gets no secrets in its environment. Limits itself before it touches the file: address space, processor
time, file size, no core dump; leaves the network where the kernel lets it; dies with its parent.
"""

import ctypes
import json
import os
import resource
import signal
import sys
from dataclasses import asdict
from pathlib import Path

from apps.typesetting.child_side import leave_network

PR_SET_PDEATHSIG = 1
PR_SET_NO_NEW_PRIVS = 38
NICE = 5  # pictures of pages come after whoever waits for an answer
OUTPUT_LIMIT = 512 * 1024 * 1024


def confine(seconds: int, megabytes: int) -> None:
    """Take everything away that reading a file does not need."""
    space = megabytes * 1024 * 1024
    resource.setrlimit(resource.RLIMIT_AS, (space, space))
    resource.setrlimit(resource.RLIMIT_CPU, (seconds, seconds + 1))
    resource.setrlimit(resource.RLIMIT_FSIZE, (OUTPUT_LIMIT, OUTPUT_LIMIT))
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    if sys.platform == "linux":
        libc = ctypes.CDLL(None, use_errno=True)
        libc.prctl(PR_SET_PDEATHSIG, signal.SIGKILL)
        libc.prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0)
        leave_network()  # refused in some containers: then the limits above remain
    os.umask(0o077)


def main(arguments: list[str]) -> None:
    """Run one job and print its JSON."""
    job, seconds, megabytes, *rest = arguments
    confine(int(seconds), int(megabytes))
    if job == "inspect":
        from apps.files.inspection import inspect  # noqa: PLC0415  # after the limits are set

        answer: object = asdict(inspect(Path(rest[0]), rest[1]))
    elif job == "manuscript":
        from apps.files.manuscripts import manuscript_read  # noqa: PLC0415  # after the limits are set

        answer = asdict(manuscript_read(Path(rest[0]), rest[1]))
    elif job == "pages":
        from apps.files.pages import page_images_write  # noqa: PLC0415  # after the limits are set

        os.nice(NICE)
        answer = [asdict(page) for page in page_images_write(Path(rest[0]), Path(rest[1]), rest[2])]
    elif job == "mark":
        from apps.files.pages import watermark_burn  # noqa: PLC0415  # after the limits are set

        watermark_burn(Path(rest[0]), Path(rest[1]), rest[2], Path(rest[3]))
        answer = None
    else:
        raise SystemExit(f"unknown job {job}")
    print(json.dumps(answer, ensure_ascii=False))  # noqa: T201  # the answer goes to the parent


if __name__ == "__main__":
    main(sys.argv[1:])
