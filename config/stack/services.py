"""PostgreSQL and Valkey for the stack or for one command: given by the environment, else embedded."""

import os
from collections.abc import Callable
from pathlib import Path

from config.stack.postgres import Postgres
from config.stack.processes import exists
from config.stack.state import State
from config.stack.supervisor import Death
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
        """Start what the environment does not give. Raises `PostgresFailed`, `ValkeyFailed`, `Unreachable`."""
        self.environment = {"TONGZHOU_STATE": str(self.state.folder)}
        if given := os.environ.get("DATABASE_URL"):
            self.environment["DATABASE_URL"] = given
        else:
            self.postgres = Postgres(self.state.folder / "pg")
            self.postgres.start()
            self.environment["DATABASE_URL"] = self.postgres.url
        if given := os.environ.get("REDIS_URL"):
            self.environment["REDIS_URL"] = given
        else:
            self.valkey = Valkey(self.state.folder / "valkey")
            self.valkey.start()
            self.environment["REDIS_URL"] = self.valkey.url

    def ports(self) -> dict[str, int]:
        """Ports of the embedded servers."""
        running = {"postgres": self.postgres, "valkey": self.valkey}
        return {name: server.port for name, server in running.items() if server is not None}

    def death(self) -> Death | None:
        """Whether one of the embedded servers has ended."""
        if self.postgres is not None and not exists(self.postgres.server_pid):
            return Death("postgres", "意外结束", tuple(self.postgres.log_lines()))
        if (
            self.valkey is not None
            and self.valkey.process is not None
            and self.valkey.process.poll() is not None
        ):
            return Death("valkey", "意外结束", tuple(self.valkey.log_lines()))
        return None

    def stop(self, told: Callable[[str], None] = lambda _: None) -> None:
        """Stop what was started, the database last; `told` hears of each."""
        if self.valkey is not None and self.valkey.process is not None:
            self.valkey.stop()
            told("valkey")
        if self.postgres is not None and self.postgres.server_pid:
            self.postgres.stop()
            told("postgres")
