"""The seam to whatever carries sound and pictures. Django decides who comes in and who is silenced; the backend enforces it."""

import json
import socket
import time
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Protocol

import structlog
from django.conf import settings

from apps.meetings.sfu.ticket import SECONDS, issue

log = structlog.get_logger(__name__)

ORDER_SECONDS = 2.0
LARGEST_ANSWER = 1 << 20


class MediaDown(Exception):
    """The media server does not answer."""


@dataclass(frozen=True, kw_only=True)
class Taping:
    """What came of the order to record. `why` not, in a word, empty when it goes on: `absent` no such room, `unfit` no folder,
    `full`, `slow`, `failed` the disk, `long` a limit, `stopped` it was ended before. `people`: who is there.
    """

    why: str
    people: tuple[str, ...]


class MediaBackend(Protocol):
    """What a media server does for meetings. `capabilities`: what the page may offer beyond sound and camera."""

    name: str
    capabilities: frozenset[str]

    def ticket(self, room: str, who: str, *, shut: Sequence[str]) -> dict[str, Any]:
        """What the browser presents, short-lived and good once: `{kind, url, token, seconds}`."""

    def apply(self, room: str, do: str, *, who: str = "", source: str = "") -> list[str]:
        """Enforce quiet, block, unblock, remove, readmit or end; who is there now. Raises `MediaDown`."""

    def record(self, room: str, recording: str, *, agreed: Sequence[str]) -> Taping:
        """Record those who have agreed under this number, from now on or as before. Raises `MediaDown`."""

    def stats(self) -> dict[str, int]:
        """What goes on now (`rooms`, `members`, `tracks`, `connections`) and totals since its start. Raises `MediaDown`."""


class Embedded:
    """Our own server beside the web processes, reached over TCP."""

    name = "embedded"
    capabilities = frozenset({"screen", "tcp", "record"})

    def __init__(self, address: str, secret: str) -> None:
        host, _, port = address.rpartition(":")
        self.door, self.secret = (host, int(port)), secret

    def ticket(self, room: str, who: str, *, shut: Sequence[str]) -> dict[str, Any]:
        """A signed ticket for the socket of the page."""
        token = issue(self.secret, room=room, who=who, now=time.time(), speaks=True, shut=shut)
        return {"kind": self.name, "url": "/ws/video/", "token": token, "seconds": SECONDS}

    def apply(self, room: str, do: str, *, who: str = "", source: str = "") -> list[str]:
        """One order, one answer."""
        token = issue(self.secret, room=room, who="", now=time.time(), controls=True)
        answer = self._asked({"token": token, "do": do, "who": who, "source": source})
        return [str(one) for one in answer.get("people", [])]

    def record(self, room: str, recording: str, *, agreed: Sequence[str]) -> Taping:
        """The same order begins, goes on after a restart of the server, and tells how it stands."""
        token = issue(self.secret, room=room, who="", now=time.time(), controls=True)
        answer = self._asked({"token": token, "do": "record", "source": recording, "agreed": list(agreed)})
        people = tuple(str(one) for one in answer.get("people", []))
        return Taping(why=str(answer.get("why", "")), people=people)

    def stats(self) -> dict[str, int]:
        """By the server's own count."""
        token = issue(self.secret, room="", who="", now=time.time(), controls=True)
        answer = self._asked({"token": token, "do": "stats"})
        return {name: value for name, value in answer.items() if isinstance(value, int)}

    def _asked(self, line: dict[str, Any]) -> dict[str, Any]:
        try:
            with socket.create_connection(self.door, ORDER_SECONDS) as wire:
                wire.sendall(json.dumps(line).encode() + b"\n")
                with wire.makefile("rb") as answers:
                    answer = json.loads(answers.readline(LARGEST_ANSWER))
        except (OSError, ValueError) as error:
            raise MediaDown(str(error)) from error
        if not isinstance(answer, dict) or answer.get("t") != "done":
            raise MediaDown(str(answer))
        return answer


def backend() -> MediaBackend | None:
    """What this installation has; None: no video."""
    if not settings.MEDIA_CONTROL or not settings.MEDIA_SECRET:
        return None
    return Embedded(settings.MEDIA_CONTROL, settings.MEDIA_SECRET)


def media_measures() -> dict[str, int]:
    """For whoever watches the installation: `up` 0 when the media server does not answer; nothing where there is no video."""
    media = backend()
    if media is None:
        return {}
    try:
        return {"up": 1} | media.stats()
    except MediaDown:
        return {"up": 0}


def enforce(room: str, do: str, *, who: str = "", source: str = "") -> None:
    """Order it; a server that is down has nobody to be silenced, and lets in only whom Django admits."""
    media = backend()
    if media is None:
        return
    try:
        media.apply(room, do, who=who, source=source)
    except MediaDown as error:
        log.warning("media.down", order=do, error=str(error))
