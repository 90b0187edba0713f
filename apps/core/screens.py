"""The sessions of open sockets, looked at together: many sockets cost a few queries, and no frame waits for one.

A gate may stand before a living session (a locked screen, a first password): whoever knows such gates registers a `Gate`.
"""

import asyncio
from collections.abc import Callable, Collection, Mapping
from math import inf
from time import monotonic
from typing import Any, Protocol
from weakref import WeakKeyDictionary

import structlog
from channels.db import database_sync_to_async
from django.contrib.auth import HASH_SESSION_KEY, SESSION_KEY, get_user_model
from django.contrib.sessions.models import Session
from django.db import DatabaseError
from django.utils.crypto import constant_time_compare

from apps.core import clock

log = structlog.get_logger(__name__)

RECHECK_SECONDS = 60.0
LOOK_SECONDS = 5.0  # between two looks: a session is found ended within RECHECK_SECONDS + LOOK_SECONDS
AT_ONCE = 200  # sessions a query; the thread of the database is held for some 20 ms


# of a person and the session's facts: until which moment (POSIX time) nothing stands in the way; 0 while something does
Gate = Callable[[Any, Mapping[str, Any]], float]
_gates: list[Gate] = []


def gate_add(gate: Gate) -> None:
    """Register a gate; called from `ready()`. It is asked for many sessions at once and should need no query."""
    _gates.append(gate)


class Screen(Protocol):
    """One open socket of a session."""

    session_key: str
    seen_at: float
    open_until: float

    def doubt(self) -> None:
        """Its session seems to have ended."""


class SessionWatch:
    """Looks at the sessions of all local sockets once a minute, those whose minute is over, in portions."""

    def __init__(self) -> None:
        self._screens: set[Screen] = set()
        self._watching: asyncio.Task[None] | None = None

    def add(self, screen: Screen) -> None:
        """Watch a socket whose session has just been read."""
        screen.seen_at = monotonic()
        self._screens.add(screen)
        if self._watching is None or self._watching.done():
            self._watching = asyncio.create_task(self._watch())

    def discard(self, screen: Screen) -> None:
        """Watch it no longer."""
        self._screens.discard(screen)

    async def close(self) -> None:
        """Stop watching; for the end of a process's loop."""
        if self._watching is not None:
            self._watching.cancel()
            await asyncio.gather(self._watching, return_exceptions=True)

    async def _watch(self) -> None:
        while self._screens:
            await asyncio.sleep(LOOK_SECONDS)
            overdue = monotonic() - RECHECK_SECONDS
            due = [screen for screen in self._screens if screen.seen_at <= overdue]
            for start in range(0, len(due), AT_ONCE):
                await self._look(due[start : start + AT_ONCE])

    async def _look(self, screens: list[Screen]) -> None:
        """Doubt those whose session has ended. While the database is away nobody is doubted and the next look tries again."""
        keys = {screen.session_key for screen in screens}
        try:
            living = await database_sync_to_async(living_sessions)(keys)
        except DatabaseError as error:
            log.warning("screens.look_failed", error=str(error))
            return
        for screen in screens:
            screen.seen_at = monotonic()
            if screen.session_key in living:
                screen.open_until = living[screen.session_key]
            else:
                screen.doubt()


_watches: WeakKeyDictionary[asyncio.AbstractEventLoop, SessionWatch] = WeakKeyDictionary()


def session_watch() -> SessionWatch:
    """The watch of the running event loop."""
    loop = asyncio.get_running_loop()
    if loop not in _watches:
        _watches[loop] = SessionWatch()
    return _watches[loop]


async def is_signed_in(scope: Any) -> bool:
    """Whether the session of a socket still lives and its account is not frozen."""
    return await open_until(scope) is not None


async def open_until(scope: Any) -> float | None:
    """Until which moment no gate stands before the session of a socket; None when it lives no longer."""
    key: str = scope["session"].session_key
    living: dict[str, float] = await database_sync_to_async(living_sessions)({key})
    return living.get(key)


def is_shut(moment: float) -> bool:
    """Whether the way that was open until then is closed now."""
    return moment <= clock.now().timestamp()


def living_sessions(keys: Collection[str]) -> dict[str, float]:
    """Which of these sessions have not expired and belong to an active person whose password has not changed since.

    With the moment until which no gate stands before each.
    """
    stored = Session.objects.filter(session_key__in=keys, expire_date__gt=clock.now())
    facts = {session.session_key: session.get_decoded() for session in stored}
    ids = {fact[SESSION_KEY] for fact in facts.values() if SESSION_KEY in fact}
    people = {
        str(person.pk): person for person in get_user_model().objects.filter(pk__in=ids, is_active=True)
    }
    return {
        key: min((gate(person, fact) for gate in _gates), default=inf)
        for key, fact in facts.items()
        if (person := people.get(fact.get(SESSION_KEY, "")))
        and constant_time_compare(fact.get(HASH_SESSION_KEY, ""), person.get_session_auth_hash())
    }
