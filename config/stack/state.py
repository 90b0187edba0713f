"""The state folder: everything mutable, demo or real once, one holder at a time."""

import fcntl
import json
import os
import secrets
import threading
import time
from dataclasses import dataclass
from pathlib import Path
from typing import IO, Any

from config.stack.privilege import Identity, identity, own, private_file, private_folder

LAYOUT = 1
SUBFOLDERS = (
    "files",
    "fonts",
    "log",
    "recordings",
    "audit-heads",
    "static",
    "home",
    "pycache",
    "backups",
    "certs",
    "metrics",
)
_noting = threading.Lock()
MODES = {"demo": "演示", "real": "正式"}


class StateRefused(RuntimeError):
    """The folder cannot be used; the message says why and what to do."""


@dataclass
class State:
    """An opened state folder."""

    folder: Path
    who: Identity
    _lock: IO[str] | None = None

    @classmethod
    def at(cls, folder: Path) -> "State":
        """The folder, made when absent, with its subfolders and secrets. Raises `StateRefused`."""
        who = identity()
        folder = folder.resolve()
        try:
            folder.mkdir(parents=True, exist_ok=True)
            if not _ours(folder):
                raise StateRefused(
                    f"目录 {folder} 里已有别的内容，不能用作状态目录。请用 --state 指定一个空目录。"
                )
            own(folder, who)
            folder.chmod(0o700)
            for name in SUBFOLDERS:
                (folder / name).mkdir(exist_ok=True)
                own(folder / name, who)
            private_folder(folder / "secrets", who)
            key = folder / "secrets" / "django.key"
            if not key.exists():
                private_file(key, secrets.token_urlsafe(48), who)
        except PermissionError as error:
            raise StateRefused(
                f"没有权限使用状态目录 {folder}（{error.filename}）。它可能属于另一个用户；请换用该用户，或用 --state 指定其他目录。"
            ) from error
        except OSError as error:
            raise StateRefused(
                f"状态目录 {folder} 不可用：{error.strerror}。请用 --state 指定其他目录。"
            ) from error
        return cls(folder, who)

    def lock(self, purpose: str) -> bool:
        """Become the holder; False when somebody is. `purpose` tells others who holds it."""
        file = (self.folder / "stack.lock").open("a+")
        own(self.folder / "stack.lock", self.who)
        try:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            file.close()
            return False
        file.truncate(0)
        file.write(json.dumps({"pid": os.getpid(), "purpose": purpose}))
        file.flush()
        self._lock = file
        return True

    def lock_patiently(self, purpose: str, *, seconds: float) -> bool:
        """Become the holder, waiting for another command to end; False at once when a stack runs, or after `seconds`."""
        deadline = time.monotonic() + seconds
        while not self.lock(purpose):
            if self.holder().get("purpose") == "up" or time.monotonic() > deadline:
                return False
            time.sleep(0.1)
        return True

    def holder(self) -> dict[str, Any]:
        """Who holds the folder now (`pid`, `purpose`), as far as it is written."""
        try:
            found: dict[str, Any] = json.loads((self.folder / "stack.lock").read_text())
        except (OSError, ValueError):
            return {}
        return found

    def unlock(self) -> None:
        """Give the place free."""
        if self._lock is not None:
            self._lock.truncate(0)
            self._lock.close()
            self._lock = None

    def facts(self) -> dict[str, Any]:
        """What `state.json` says; empty when absent."""
        try:
            found: dict[str, Any] = json.loads((self.folder / "state.json").read_text())
        except (OSError, ValueError):
            return {}
        return found

    def _facts_sound(self) -> dict[str, Any]:
        """As `facts`; a file that is there and says nothing is refused: taken for absent it would make a real folder a demo."""
        facts = self.facts()
        if not facts and (self.folder / "state.json").exists():
            raise StateRefused(
                f"状态目录中的 state.json 已损坏。确认这是哪一种环境后，在 {self.folder / 'state.json'} 中写入"
                f' {{"layout": {LAYOUT}, "mode": "real"}}（正式）或 "demo"（演示），再重新启动。'
            )
        return facts

    def note(self, **facts: Any) -> None:
        """Write facts into `state.json` (atomically, beside what stands there)."""
        with _noting:
            merged = {**self.facts(), "layout": LAYOUT, **facts}
            fresh = self.folder / "state.json.new"
            private_file(fresh, json.dumps(merged, ensure_ascii=False, indent=1), self.who)
            fresh.replace(self.folder / "state.json")

    def enter(self, mode: str = "") -> str:
        """The folder's mode, fixed on first use (demo unless told). Raises `StateRefused` for the other or a newer layout."""
        facts = self._facts_sound()
        if facts.get("layout", LAYOUT) > LAYOUT:
            raise StateRefused(
                "状态目录由更新的版本写成，当前程序不能使用。请升级程序，或用 --state 指定其他目录。"
            )
        present = str(facts.get("mode") or mode or "demo")
        if present not in MODES or (mode and present != mode):
            raise StateRefused(
                f"这个状态目录已用于{MODES.get(present, present)}环境，演示与正式不能混用。请用 --state 指定其他目录。"
            )
        self.note(mode=present)
        return present


def _ours(folder: Path) -> bool:
    """True for an empty folder and one that has been a state folder before."""
    names = {entry.name for entry in folder.iterdir()}
    return not names or bool(names & {"state.json", "stack.lock", "secrets", *SUBFOLDERS})
