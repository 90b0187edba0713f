"""The state folder: everything mutable, demo or real once, one stack at a time."""

import fcntl
import json
import secrets
from dataclasses import dataclass
from pathlib import Path
from typing import IO, Any

from config.stack.privilege import Identity, identity, own, private_file, private_folder

LAYOUT = 1
SUBFOLDERS = ("files", "fonts", "log", "audit-heads")


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
        """The folder, made when absent, with its subfolders and secrets."""
        who = identity()
        folder = folder.resolve()
        folder.mkdir(parents=True, exist_ok=True)
        own(folder, who)
        for name in SUBFOLDERS:
            (folder / name).mkdir(exist_ok=True)
            own(folder / name, who)
        private_folder(folder / "secrets", who)
        key = folder / "secrets" / "django.key"
        if not key.exists():
            private_file(key, secrets.token_urlsafe(48), who)
        return cls(folder, who)

    def lock(self) -> bool:
        """Take the one place of a running stack; False when somebody holds it."""
        self._lock = (self.folder / "stack.lock").open("a+")
        own(self.folder / "stack.lock", self.who)
        try:
            fcntl.flock(self._lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            self._lock.close()
            self._lock = None
            return False
        return True

    def unlock(self) -> None:
        """Give the place free."""
        if self._lock is not None:
            self._lock.close()
            self._lock = None

    def facts(self) -> dict[str, Any]:
        """What `state.json` says; empty when absent."""
        try:
            found: dict[str, Any] = json.loads((self.folder / "state.json").read_text())
        except (OSError, ValueError):
            return {}
        return found

    def note(self, **facts: Any) -> None:
        """Write facts into `state.json` (atomically, beside what stands there)."""
        merged = {**self.facts(), "layout": LAYOUT, **facts}
        fresh = self.folder / "state.json.new"
        private_file(fresh, json.dumps(merged, ensure_ascii=False, indent=1), self.who)
        fresh.replace(self.folder / "state.json")

    def enter(self, mode: str) -> None:
        """Fix the folder's mode on first use. Raises `StateRefused` for the other mode or a newer layout."""
        facts = self.facts()
        if facts.get("layout", LAYOUT) > LAYOUT:
            raise StateRefused(
                "状态目录由更新的版本写成，当前程序不能使用。请升级程序，或用 --state 指定其他目录。"
            )
        if facts.get("mode", mode) != mode:
            name = {"demo": "演示", "real": "正式"}[facts["mode"]]
            raise StateRefused(
                f"这个状态目录已用于{name}环境，演示与正式不能混用。请用 --state 指定其他目录。"
            )
        self.note(mode=mode)
