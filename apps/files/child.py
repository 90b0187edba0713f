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
from collections.abc import Callable
from dataclasses import asdict
from pathlib import Path
from typing import Any

from apps.typesetting.child_side import leave_network

PR_SET_PDEATHSIG = 1
PR_SET_NO_NEW_PRIVS = 38
NICE = 5  # pictures of pages come after whoever waits for an answer
OUTPUT_LIMIT = 512 * 1024 * 1024


def confine(seconds: int, megabytes: int, *, output: int = OUTPUT_LIMIT) -> None:
    """Take everything away that reading a file does not need."""
    space = megabytes * 1024 * 1024
    resource.setrlimit(resource.RLIMIT_AS, (space, space))
    resource.setrlimit(resource.RLIMIT_CPU, (seconds, seconds + 1))
    resource.setrlimit(resource.RLIMIT_FSIZE, (output, output))
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    if sys.platform == "linux":
        libc = ctypes.CDLL(None, use_errno=True)
        libc.prctl(PR_SET_PDEATHSIG, signal.SIGKILL)
        libc.prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0)
        leave_network()  # refused in some containers: then the limits above remain
    os.umask(0o077)


def _inspect(path: str, extension: str) -> Any:
    from apps.files.inspection import inspect  # noqa: PLC0415  # after the limits are set

    return asdict(inspect(Path(path), extension))


def _manuscript(path: str, extension: str) -> Any:
    from apps.files.manuscripts import manuscript_read  # noqa: PLC0415  # after the limits are set

    return asdict(manuscript_read(Path(path), extension))


def _picture(path: str, folder: str, extension: str) -> Any:
    from apps.files.inspection import inspect  # noqa: PLC0415  # after the limits are set
    from apps.files.pictures import picture_write  # noqa: PLC0415  # after the limits are set

    refusal = inspect(Path(path), extension).refusal
    return {"refusal": refusal, "extension": "" if refusal else picture_write(Path(path), Path(folder))}


def _ink(path: str, folder: str, extension: str) -> Any:
    from apps.files.inspection import inspect  # noqa: PLC0415  # after the limits are set
    from apps.files.pictures import ink_write  # noqa: PLC0415  # after the limits are set

    refusal = inspect(Path(path), extension).refusal or ink_write(Path(path), Path(folder))
    return {"refusal": refusal, "extension": "png"}


def _text(path: str, extension: str) -> Any:
    from apps.files.readable import readable_text  # noqa: PLC0415  # after the limits are set

    return readable_text(Path(path), extension)


def _pages(path: str, folder: str, content_type: str) -> Any:
    from apps.files.pages import page_images_write  # noqa: PLC0415  # after the limits are set

    os.nice(NICE)
    return asdict(page_images_write(Path(path), Path(folder), content_type))


def _office(path: str, folder: str, extension: str, program: str, fonts: str) -> Any:
    from apps.files.office import office_pdf  # noqa: PLC0415  # after the limits are set
    from apps.files.pages import PDF, page_images_write  # noqa: PLC0415  # after the limits are set

    os.nice(NICE)
    place = Path(folder)
    made = office_pdf(Path(path), place, extension=extension, program=program, fonts=fonts)
    return asdict(page_images_write(made, place, PDF))


def _mark(path: str, target: str, text: str, font: str) -> Any:
    from apps.files.pages import watermark_burn  # noqa: PLC0415  # after the limits are set

    return watermark_burn(Path(path), Path(target), text, Path(font))


JOBS: dict[str, Callable[..., Any]] = {
    "inspect": _inspect,
    "manuscript": _manuscript,
    "picture": _picture,
    "ink": _ink,
    "text": _text,
    "pages": _pages,
    "office": _office,
    "mark": _mark,
}


def main(arguments: list[str]) -> None:
    """Run one job and print its JSON. Each job loads what it needs only now, within the limits."""
    job, seconds, megabytes, *rest = arguments
    confine(int(seconds), int(megabytes))
    answer = JOBS[job](*rest)
    print(json.dumps(answer, ensure_ascii=False))  # noqa: T201  # the answer goes to the parent


if __name__ == "__main__":
    main(sys.argv[1:])
