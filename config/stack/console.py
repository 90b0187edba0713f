"""What the operator sees: steps with progress and duration, coloured tags, sentences. Standard library only.

Everything goes to stderr, so that the output of a command (JSON, tables) stays clean.
"""

import os
import subprocess
import sys
import time
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import TextIO

from config.stack.privilege import dying

TAIL_LINES = 15
PROGRESS_EVERY = 10.0
COLOURS = {"red": 31, "green": 32, "yellow": 33, "blue": 34, "magenta": 35, "cyan": 36, "grey": 90, "bold": 1}


class StepFailed(Exception):
    """A step cannot succeed; the message says in Chinese what happened and what to do."""


def coloured(text: str, colour: str, stream: TextIO | None = None) -> str:
    """`text` in a colour, when the stream is a terminal and NO_COLOR is not set."""
    target = stream or sys.stderr
    if os.environ.get("NO_COLOR") or not (target.isatty() or os.environ.get("FORCE_COLOR")):
        return text
    return f"\x1b[{COLOURS[colour]}m{text}\x1b[0m"


def say(text: str, colour: str = "") -> None:
    """One line for the operator."""
    sys.stderr.write((coloured(text, colour) if colour else text) + "\n")
    sys.stderr.flush()


def last_lines(log: Path, count: int = TAIL_LINES) -> list[str]:
    """The end of a log file; empty when there is none."""
    try:
        text = log.read_text(errors="replace")
    except OSError:
        return []
    return [line for line in text.replace("\r", "\n").splitlines() if line.strip()][-count:]


def run_step(
    title: str,
    command: Sequence[str | Path],
    *,
    failure: str,
    log: Path,
    folder: Path | None = None,
    environment: Mapping[str, str] | None = None,
) -> None:
    """Run one step, showing its title, its progress and how long it took.

    The tool's output goes to `log`. Raises `StepFailed` with `failure` and the end of the log.
    """
    log.parent.mkdir(parents=True, exist_ok=True)
    with log.open("wb") as output:
        try:
            process = subprocess.Popen(
                [str(part) for part in command],
                stdin=subprocess.DEVNULL,
                stdout=output,
                stderr=subprocess.STDOUT,
                cwd=folder,
                env={**os.environ, **(environment or {})},
                **dying({}),
            )
        except OSError as error:
            raise StepFailed(f"{failure}（{error}）") from error
        started = time.monotonic()
        try:
            _watch(title, process, log, started)
        except BaseException:
            process.kill()
            process.wait()
            raise
    seconds = time.monotonic() - started
    if process.returncode != 0:
        _line(f"✗ {title}（{seconds:.1f} 秒）", "red")
        tail = "\n".join(f"    {line}" for line in last_lines(log))
        raise StepFailed(f"{failure}\n{tail}\n    全部输出：{log}")
    _line(f"✓ {title}（{seconds:.1f} 秒）", "green")


def _watch(title: str, process: "subprocess.Popen[bytes]", log: Path, started: float) -> None:
    """Show that the step lives: in place on a terminal, a line every ten seconds elsewhere."""
    terminal = sys.stderr.isatty()
    if not terminal:
        say(f"· {title} …")
    told = started
    while True:
        try:
            process.wait(0.2)
        except subprocess.TimeoutExpired:
            now = time.monotonic()
            tail = "".join(last_lines(log, 1))[:70]
            if terminal:
                sys.stderr.write(f"\r\x1b[2K· {title} … {now - started:.0f} 秒  {coloured(tail, 'grey')}")
                sys.stderr.flush()
            elif now - told >= PROGRESS_EVERY:
                told = now
                say(f"· {title} … 已 {now - started:.0f} 秒  {tail}")
        else:
            return


def _line(text: str, colour: str) -> None:
    if sys.stderr.isatty():
        sys.stderr.write("\r\x1b[2K")
    say(text, colour)
