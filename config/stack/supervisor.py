"""Children of the stack: started in order, their output relayed, watched for death, stopped in reverse order."""

import collections
import os
import signal
import subprocess
import threading
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path
from typing import IO, Any

from config.stack.journal import LogFile, readable, say
from config.stack.processes import kill_group, started_at

STOP_SECONDS = 20
TAIL_LINES = 15
FIRST_PAUSE, LONGEST_PAUSE = 0.1, 10.0


@dataclass
class Child:
    """A running child and the last lines it said."""

    tag: str
    process: subprocess.Popen[Any]
    tail: collections.deque[str] = field(default_factory=lambda: collections.deque(maxlen=TAIL_LINES))
    is_vital: bool = True
    told_end: bool = False
    relay: threading.Thread | None = None
    revival: Callable[[], "subprocess.Popen[Any]"] | None = None
    revive_at: float = 0.0
    started: float = field(default_factory=time.monotonic)
    pause: float = FIRST_PAUSE


@dataclass(frozen=True)
class Death:
    """A vital part that ended by itself."""

    tag: str
    how: str
    last_lines: tuple[str, ...]


class Supervisor:
    """Holds the children; the first death of a vital one ends the stack."""

    def __init__(self, logs: Path) -> None:
        self.logs = logs
        self.children: list[Child] = []
        self.stopping = threading.Event()
        self._hurried = False
        self._outsiders: list[Callable[[], Death | None]] = []
        self.on_revival: Callable[[], None] = lambda: None

    def start(
        self,
        tag: str,
        command: list[str],
        *,
        env: dict[str, str],
        vital: bool = True,
        revived: bool = False,
        **options: Any,
    ) -> Child:
        """Start a child in its own session, its output tagged; a `revived` one is started again whenever it ends."""

        def run() -> "subprocess.Popen[Any]":
            return subprocess.Popen(
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

        child = Child(tag, run(), is_vital=vital and not revived, revival=run if revived else None)
        self._listen_to(child)
        self.children.append(child)
        return child

    def _listen_to(self, child: Child) -> None:
        child.relay = threading.Thread(target=self._relay, args=(child, child.process.stdout), daemon=True)
        child.relay.start()

    def revive(self) -> None:
        """Start again what has ended and may: at once the first time, then ever more slowly until it lives for a while."""
        now = time.monotonic()
        for child in self.children:
            if child.revival is None or child.process.poll() is None:
                continue
            if not child.revive_at:
                say(child.tag, f"{ended_how(child.process.returncode)}，将自动重新启动。", "yellow")
                child.pause = child.pause if now - child.started < LONGEST_PAUSE else FIRST_PAUSE
                child.revive_at = now + child.pause
            elif now >= child.revive_at:
                child.process, child.started, child.revive_at = child.revival(), now, 0.0
                child.pause = min(child.pause * 2, LONGEST_PAUSE)
                self._listen_to(child)
                self.on_revival()

    def adopt(self, tag: str, process: "subprocess.Popen[Any]") -> None:
        """Watch and stop a child that another part started."""
        self.children.append(Child(tag, process))

    def watch_outsider(self, look: Callable[[], Death | None]) -> None:
        """Watch something that is not a child (an adopted database)."""
        self._outsiders.append(look)

    def numbers(self) -> dict[str, list[int]]:
        """Process numbers and start times by tag, for the state folder."""
        return {c.tag: [c.process.pid, started_at(c.process.pid)] for c in self.children}

    def death(self) -> Death | None:
        """The first vital part that has ended, if any."""
        for child in self.children:
            if child.is_vital and child.process.poll() is not None:
                if child.relay is not None:
                    child.relay.join(2)
                return Death(child.tag, ended_how(child.process.returncode), tuple(child.tail))
        return next((death for look in self._outsiders if (death := look())), None)

    def watch(self) -> Death | None:
        """Wait until told to stop (None) or a vital part dies."""
        while not self.stopping.wait(0.2):
            if death := self.death():
                return death
            self.revive()
        return None

    def run_to_end(self, child: Child) -> int | None:
        """Wait for a child that is meant to end; its exit code, or None when the stack is told to stop meanwhile."""
        while not self.stopping.wait(0.05):
            if child.process.poll() is not None:
                if child.relay is not None:
                    child.relay.join(2)
                return int(child.process.returncode)
        return None

    def stop(self) -> None:
        """End all children, last started first; what does not end in time is killed with its group."""
        for child in reversed(self.children):
            if child.process.poll() is None:
                child.process.terminate()
                self._wait(child)
                say("up", f"{child.tag} 已停止。")
        self.children.clear()

    def _wait(self, child: Child) -> None:
        """Wait for the child, then end what it left in its session while its number is still its own."""
        deadline = time.monotonic() + STOP_SECONDS
        while not _has_ended(child.process.pid):
            if time.monotonic() > deadline or self._hurried:
                say("up", f"{child.tag} 没有按时结束，强制结束。", "yellow")
                break
            time.sleep(0.05)
        kill_group(child.process.pid)
        child.process.wait()

    def on_signals(self) -> None:
        """Ctrl-C and SIGTERM ask for an orderly stop; asked again, everything is killed at once."""

        def asked(number: int, _: object) -> None:
            self._hurried = self.stopping.is_set() and number == signal.SIGINT
            self.stopping.set()

        for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
            signal.signal(number, asked)

    def _relay(self, child: Child, stream: IO[str] | None) -> None:
        if stream is None:
            return
        file = LogFile(self.logs / f"{child.tag}.log")
        for line in stream:
            file.write(line.rstrip("\n"))
            text, colour = readable(line.rstrip("\n"))
            if text:
                child.tail.extend(text.splitlines())
                say(child.tag, text, colour)
        file.close()


def _has_ended(pid: int) -> bool:
    """Whether a child has ended, leaving it unreaped: until then nobody else can get its number."""
    try:
        return os.waitid(os.P_PID, pid, os.WEXITED | os.WNOHANG | os.WNOWAIT) is not None
    except ChildProcessError:
        return True


def ended_how(code: int) -> str:
    """A return code in words."""
    if code < 0:
        try:
            return f"被信号 {signal.Signals(-code).name} 终止"
        except ValueError:
            return f"被信号 {-code} 终止"
    return f"退出码 {code}"


def wait_until(ready: Callable[[], bool], *, seconds: float, supervisor: Supervisor) -> bool:
    """Poll `ready()` until true; False on time-out, a death or a stop."""
    deadline = time.monotonic() + seconds
    while time.monotonic() < deadline and not supervisor.stopping.is_set():
        if ready():
            return True
        if supervisor.death():
            return False
        time.sleep(0.05)
    return False
