"""The web processes as the product runs them, browsers' sessions, and a process of listeners on their sockets."""

import json
import os
import socket
import subprocess
import sys
from collections.abc import Callable, Iterator, Sequence
from contextlib import ExitStack, contextmanager
from datetime import timedelta
from typing import Any
from urllib.parse import quote

from django.conf import settings
from django.contrib.auth import BACKEND_SESSION_KEY, HASH_SESSION_KEY, SESSION_KEY
from django.contrib.sessions.backends.db import SessionStore
from django.contrib.sessions.models import Session
from django.db import connection

from apps.accounts.models import Person
from apps.core import clock
from config.stack.services import ROOT

BACKEND = "allauth.account.auth_backends.AuthenticationBackend"
BACKLOG = 4096
Ask = Callable[[str], dict[str, Any]]


def signed_in(people: Sequence[Person]) -> list[str]:
    """A browser session of each; their session keys."""
    expires = clock.now() + timedelta(days=1)
    store = SessionStore()
    sessions = [
        Session(
            session_key=f"bench{number:027}",
            session_data=store.encode(
                {
                    SESSION_KEY: str(person.pk),
                    BACKEND_SESSION_KEY: BACKEND,
                    HASH_SESSION_KEY: person.get_session_auth_hash(),
                }
            ),
            expire_date=expires,
        )
        for number, person in enumerate(people)
    ]
    Session.objects.bulk_create(sessions)
    return [session.session_key for session in sessions]


@contextmanager
def served(processes: int) -> Iterator[int]:
    """So many web processes on one port, on this database; the port."""
    with ExitStack() as stack:
        listener = stack.enter_context(socket.socket())
        listener.bind(("127.0.0.1", 0))
        listener.listen(BACKLOG)
        command = [sys.executable, "-m", "config.stack.web", "--fd", str(listener.fileno())]
        for _ in range(processes):
            stack.enter_context(child(command, pass_fds=(listener.fileno(),), stdout=subprocess.DEVNULL))
        yield listener.getsockname()[1]


@contextmanager
def listening(port: int, keys: Sequence[str], mark: str, *, path: str = "/ws/") -> Iterator[Ask]:
    """A socket at `path` for each session, in a process of their own; what asks them (`_listeners`)."""
    command = [sys.executable, "-m", "tests.benchmarks._listeners", str(port), str(len(keys)), path, mark]
    with child(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True) as process:
        to, back = process.stdin, process.stdout
        assert to is not None  # opened above
        assert back is not None

        def ask(question: str) -> dict[str, Any]:
            to.write(question + "\n")
            to.flush()
            answer: dict[str, Any] = json.loads(back.readline())
            return answer

        to.write(json.dumps([f"sessionid={key}" for key in keys]) + "\n")
        to.flush()
        if back.readline().strip() != "ready":
            raise RuntimeError("the listeners did not come up")
        yield ask


@contextmanager
def child(command: list[str], **options: Any) -> Iterator["subprocess.Popen[Any]"]:
    """A process on our servers; it ends with us."""
    environment = {
        **os.environ,
        "DATABASE_URL": _database_url(),
        "REDIS_URL": settings.CELERY_BROKER_URL,
        "TONGZHOU_PROCESS": "web",
    }
    process = subprocess.Popen(command, cwd=ROOT, env=environment, **options)
    try:
        yield process
    finally:
        process.terminate()
        process.wait()


def _database_url() -> str:
    """Where this process works, which in tests is not what the environment says."""
    known = connection.settings_dict
    user, password = quote(known["USER"]), quote(known["PASSWORD"])
    return f"postgres://{user}:{password}@:{known['PORT']}/{known['NAME']}?host={quote(known['HOST'])}"
