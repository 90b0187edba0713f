"""PostgreSQL and Valkey for the stack or for one command: given by the environment, else embedded."""

import os
import subprocess
from pathlib import Path

from config.stack.postgres import Postgres
from config.stack.state import State
from config.stack.valkey import Valkey

ROOT = Path(__file__).resolve().parents[2]


class Services:
    """The two servers a process needs, and the environment that names them."""

    def __init__(self, state: State) -> None:
        self.state = state
        self.postgres: Postgres | None = None
        self.valkey: Valkey | None = None
        self.environment: dict[str, str] = {}

    def start(self) -> None:
        """Start what the environment does not give."""
        self.environment = {
            "TONGZHOU_STATE": str(self.state.folder),
            "PYTHONPYCACHEPREFIX": str(self.state.folder / "pycache"),
        }
        if not os.environ.get("DATABASE_URL"):
            self.postgres = Postgres(self.state.folder / "pg")
            self.postgres.start()
            self.environment["DATABASE_URL"] = self.postgres.url
        if not os.environ.get("REDIS_URL"):
            self.valkey = Valkey(self.state.folder / "valkey")
            self.valkey.start()
            self.environment["REDIS_URL"] = self.valkey.url

    @property
    def valkey_process(self) -> "subprocess.Popen[bytes] | None":
        """The embedded Valkey, for watching."""
        return self.valkey.process if self.valkey else None

    def stop(self) -> None:
        """Stop what was started, the database last."""
        if self.valkey is not None:
            self.valkey.stop()
        if self.postgres is not None:
            self.postgres.stop()
