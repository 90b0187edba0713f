"""Children of the stack: started in order, one log with a coloured tag each, stopped in reverse, watched for death."""

import collections
import os
import signal
import subprocess
import sys
import threading
import time
from dataclasses import dataclass, field
from typing import IO, Any

COLOURS = {
    "web": "36",
    "worker": "33",
    "beat": "35",
    "valkey": "32",
    "postgres": "34",
    "up": "1",
    "demo": "32",
    "fonts": "90",
}
STOP_SECONDS = 20


def say(tag: str, text: str) -> None:
    """One line of the log."""
    colour = COLOURS.get(tag.split("-", 1)[0], "0")
    mark = f"\x1b[{colour}m{tag:>8}\x1b[0m" if sys.stdout.isatty() else f"{tag:>8}"
    sys.stdout.write(f"{mark} │ {text}\n")
    sys.stdout.flush()


@dataclass
class Child:
    """A running child and the last lines it said."""

    tag: str
    process: subprocess.Popen[str]
    tail: collections.deque[str] = field(default_factory=lambda: collections.deque(maxlen=15))
    is_vital: bool = True


class Supervisor:
    """Holds the children; the first death of a vital one ends the stack."""

    def __init__(self) -> None:
        self.children: list[Child] = []
        self.stopping = threading.Event()

    def start(
        self, tag: str, command: list[str], *, env: dict[str, str], vital: bool = True, **options: Any
    ) -> Child:
        """Start a child in its own session, its output tagged."""
        process = subprocess.Popen(
            command,
            env=env,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
            errors="replace",
            start_new_session=True,
            **options,
        )
        child = Child(tag, process, is_vital=vital)
        threading.Thread(target=self._relay, args=(child, process.stdout), daemon=True).start()
        self.children.append(child)
        return child

    def adopt(self, tag: str, process: subprocess.Popen[Any]) -> None:
        """Watch a child that another part started."""
        self.children.append(Child(tag, process))

    def dead(self) -> Child | None:
        """A vital child that has ended, if any."""
        return next(
            (child for child in self.children if child.is_vital and child.process.poll() is not None), None
        )

    def watch(self) -> Child | None:
        """Wait until told to stop (None) or a vital child dies (that child)."""
        while not self.stopping.wait(0.2):
            if child := self.dead():
                return child
        return None

    def stop(self) -> None:
        """End all children, last started first; what does not end in time is killed with its group."""
        for child in reversed(self.children):
            if child.process.poll() is not None:
                continue
            child.process.terminate()
            try:
                child.process.wait(STOP_SECONDS)
            except subprocess.TimeoutExpired:
                say("up", f"{child.tag} 没有按时结束，强制结束。")
                os.killpg(child.process.pid, signal.SIGKILL)
                child.process.wait()
        self.children.clear()

    def on_signals(self) -> None:
        """Ctrl-C and SIGTERM ask for an orderly stop."""
        for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
            signal.signal(number, lambda *_: self.stopping.set())

    def _relay(self, child: Child, stream: IO[str] | None) -> None:
        if stream is None:
            return
        for line in stream:
            text = line.rstrip("\n")
            child.tail.append(text)
            say(child.tag, text)


def wait_until(ready: Any, *, seconds: float, supervisor: Supervisor) -> bool:
    """Poll `ready()` until true; False on time-out, a child's death or a stop."""
    deadline = time.monotonic() + seconds
    while time.monotonic() < deadline and not supervisor.stopping.is_set():
        if ready():
            return True
        if supervisor.dead():
            return False
        time.sleep(0.05)
    return False
