"""The sockets of the media server, opened once by `up` and inherited at each of its starts, so that its port never changes."""

import os
import secrets
import socket
from dataclasses import dataclass
from pathlib import Path

from config.stack import ports

TRIES = 50


@dataclass(frozen=True)
class Media:
    """Port for browsers in UDP and TCP, a loopback port for orders, the secret that signs tickets, the folder of recordings."""

    udp: socket.socket
    tcp: socket.socket
    control: socket.socket
    address: str
    secret: str
    recordings: Path | None = None

    @classmethod
    def opened(cls, host: str, port: int, *, recordings: Path | None = None) -> "Media":
        """On `port` or one of the next where both are free. Raises `OSError` when there is none."""
        family, address = ports.address_of(host)
        for candidate in range(port, min(port + TRIES, 65536)):
            udp, tcp = socket.socket(family, socket.SOCK_DGRAM), socket.socket(family, socket.SOCK_STREAM)
            tcp.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            try:
                udp.bind((address, candidate))
                tcp.bind((address, candidate))
            except OSError:
                udp.close()
                tcp.close()
                continue
            control = ports.listen("127.0.0.1", 0)
            secret = os.environ.get("TONGZHOU_MEDIA_SECRET") or secrets.token_urlsafe(32)
            return cls(udp, tcp, control, advertised(address), secret, recordings)
        raise OSError(f"no free port on {host}")

    @property
    def port(self) -> int:
        """Where browsers send to."""
        return int(self.udp.getsockname()[1])

    @property
    def environment(self) -> dict[str, str]:
        """What web processes and workers are told."""
        control = f"127.0.0.1:{self.control.getsockname()[1]}"
        return {"TONGZHOU_MEDIA_CONTROL": control, "TONGZHOU_MEDIA_SECRET": self.secret}

    @property
    def arguments(self) -> list[str]:
        """The command line after the interpreter."""
        numbers = {"udp": self.udp, "tcp": self.tcp, "control": self.control}
        given = [part for name, door in numbers.items() for part in (f"--{name}", str(door.fileno()))]
        kept = ["--recordings", str(self.recordings)] if self.recordings else []
        return ["-m", "apps.meetings.sfu", *given, "--address", self.address, *kept]

    @property
    def descriptors(self) -> tuple[int, ...]:
        """What the process inherits."""
        for door in (self.udp, self.tcp, self.control):
            door.set_inheritable(True)
        return (self.udp.fileno(), self.tcp.fileno(), self.control.fileno())


def advertised(address: str) -> str:
    """What browsers are told: TONGZHOU_MEDIA_ADDRESS (perhaps `address:port`), else where it listens, else this machine's address."""
    if given := os.environ.get("TONGZHOU_MEDIA_ADDRESS"):
        return given
    if address not in {"0.0.0.0", "::"}:  # noqa: S104  # compared, not bound to
        return address
    is_six = address == "::"
    own = sorted(name.strip("[]") for name in ports.own_names())
    fitting = (
        [name for name in own if name[:1].isdigit() and not ports.is_loopback(name)] if not is_six else []
    )
    wide = [name for name in own if ":" in name and not ports.is_loopback(name)] if is_six else []
    return next(iter(fitting or wide), "127.0.0.1" if not is_six else "::1")
