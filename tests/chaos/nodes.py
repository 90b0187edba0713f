"""Web processes on the database and the Valkey of a storm, a balancer before them, and people with sessions."""

import asyncio
import subprocess
import sys
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress
from datetime import date
from itertools import count as counted
from pathlib import Path

from django.test import Client

from apps.accounts.models import Appointment, Person
from apps.messaging import services
from apps.messaging.models import Conversation
from config.stack.ports import free_port
from tests.chaos.harness import ROOT, Stage, kill, until
from tests.factories.world import World

BACKEND = "allauth.account.auth_backends.AuthenticationBackend"
CHUNK = 65_536


class Node:
    """A web process on its own port, to be killed and started again."""

    def __init__(self, stage: Stage, log: Path) -> None:
        self.stage, self.log, self.port = stage, log, free_port()
        self.process: subprocess.Popen[bytes] | None = None

    def start(self) -> None:
        """Start and wait until it listens."""
        size = self.log.stat().st_size if self.log.exists() else 0
        with self.log.open("ab") as log:
            self.process = subprocess.Popen(
                [
                    sys.executable, "-m", "uvicorn", "config.asgi:application", "--host", "127.0.0.1",
                    "--port", str(self.port), "--ws", "websockets-sansio", "--lifespan", "off",
                ],
                cwd=ROOT, env=self.stage.environment(), stdin=subprocess.DEVNULL, stdout=log, stderr=log,
                start_new_session=True,
            )  # fmt: skip
        until(lambda: "running on" in self.log.read_text(errors="replace")[size:], "the node listens", 30)

    def kill(self) -> None:
        """SIGKILL."""
        assert self.process is not None
        kill(self.process)


def crowd(world: World, count: int) -> tuple[Conversation, list[tuple[str, str]]]:
    """A group of so many people with a browser session each: name and session key."""
    organ = world.organs["education"]
    people = Person.objects.bulk_create(
        Person(login_name=f"talker{number}", name=f"会商员{number}", must_change_password=False, password="!")
        for number in range(count)
    )
    Appointment.objects.bulk_create(
        Appointment(person=person, organ=organ, post_title="科员", started_on=date(2025, 1, 1))
        for person in people
    )
    Person.objects.update(accepted_notice_at="2026-01-01T00:00:00Z")
    made = services.group_create(
        actor=world.actor("director"), name="应急会商", person_ids=[person.pk for person in people]
    )
    sessions = []
    for person in people:
        client = Client()
        client.force_login(person, backend=BACKEND)
        sessions.append((person.name, client.cookies["sessionid"].value))
    return made, sessions


@asynccontextmanager
async def balancer(nodes: list[Node]) -> AsyncIterator[int]:
    """A proxy of connections, node by node in turn, past those that do not answer. Yields its port."""
    turn = counted()

    async def carry(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        with suppress(OSError):
            while data := await reader.read(CHUNK):
                writer.write(data)
                await writer.drain()
        writer.close()

    async def served(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        first = next(turn)
        for place in range(len(nodes)):
            with suppress(OSError):
                line = await asyncio.open_connection("127.0.0.1", nodes[(first + place) % len(nodes)].port)
                await asyncio.gather(carry(reader, line[1]), carry(line[0], writer))
                return
        writer.close()

    port = free_port()
    server = await asyncio.start_server(served, "127.0.0.1", port)
    try:
        yield port
    finally:
        server.close()
