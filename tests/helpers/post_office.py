"""A mail server of one thread on loopback: it asks for a name and a password and keeps what it is given."""

import base64
import socketserver
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field

USER, PASSWORD = "oa", "Zi-wu-2026"  # the test's own


@dataclass
class PostOffice:
    """What arrived, and where it listens."""

    port: int = 0
    letters: list[str] = field(default_factory=list)


@contextmanager
def post_office() -> Iterator[PostOffice]:
    """A server that runs as long as the block."""
    office = PostOffice()

    class Counter(socketserver.StreamRequestHandler):
        def say(self, line: str) -> None:
            self.wfile.write(line.encode() + b"\r\n")

        def handle(self) -> None:
            self.say("220 post office")
            while line := self.rfile.readline().decode().strip():
                if not self.answered(line):
                    return

        def answered(self, line: str) -> bool:
            verb = line.split(maxsplit=1)[0].upper()
            if verb == "EHLO":
                self.say("250-here")
                self.say("250 AUTH PLAIN")
            elif verb == "AUTH":
                known = base64.b64encode(f"\0{USER}\0{PASSWORD}".encode()).decode()
                self.say(
                    "235 welcome" if line.rsplit(maxsplit=1)[-1] == known else "535 wrong name or password"
                )
            elif verb == "DATA":
                self.say("354 go on")
                self.take()
            else:
                self.say("221 bye" if verb == "QUIT" else "250 good")
            return verb != "QUIT"

        def take(self) -> None:
            lines = []
            while (line := self.rfile.readline().decode()) not in {".\r\n", ""}:
                lines.append(line)
            office.letters.append("".join(lines))
            self.say("250 taken")

    class Server(socketserver.ThreadingTCPServer):
        daemon_threads, block_on_close = True, False  # a client may leave its line open

    with Server(("127.0.0.1", 0), Counter) as server:
        office.port = server.server_address[1]
        thread = threading.Thread(target=server.serve_forever, daemon=True)
        thread.start()
        yield office
        server.shutdown()
        thread.join()
