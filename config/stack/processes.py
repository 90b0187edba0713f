"""Processes by number: is it still the same one, and ending what an earlier run left behind."""

import os
import signal
import time
from pathlib import Path

LEFTOVER_SECONDS = 8.0


def started_at(pid: int) -> int:
    """When the process started (clock ticks since boot): with the number it names one process for good; 0 if gone."""
    try:
        text = Path(f"/proc/{pid}/stat").read_text()
    except OSError:
        return 0
    fields = text.rsplit(")", 1)[1].split()
    return 0 if fields[0] == "Z" else int(fields[19])


def alive(pid: int, started: int) -> bool:
    """True while that very process runs."""
    return started != 0 and started_at(pid) == started


def exists(pid: int) -> bool:
    """True while a process of that number runs (a zombie does not)."""
    if Path("/proc/self/stat").exists():
        return started_at(pid) != 0
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return False
    except PermissionError:
        return True
    return True


def end_leftovers(processes: dict[str, list[int]], *, seconds: float = LEFTOVER_SECONDS) -> list[str]:
    """Wait for the processes of a run whose parent was killed, then kill the rest. Returns the tags killed."""
    living = {tag: (entry[0], entry[1]) for tag, entry in processes.items() if alive(entry[0], entry[1])}
    deadline = time.monotonic() + seconds
    while living and time.monotonic() < deadline:
        time.sleep(0.1)
        living = {tag: entry for tag, entry in living.items() if alive(*entry)}
    for pid, _ in living.values():
        kill_group(pid)
    return sorted(living)


def kill_group(pid: int) -> None:
    """End a process that leads its session, together with its children, at once."""
    try:
        os.killpg(pid, signal.SIGKILL)
    except (ProcessLookupError, PermissionError):
        return
