"""Verbs on sessions: seen lately, ended from afar."""

import time

from allauth.usersessions.models import UserSession
from django.contrib.sessions.models import Session
from django.db import transaction
from django.http import HttpRequest

from apps.audit.services import record
from apps.core.actors import Actor
from apps.core.errors import NotFound
from apps.core.subjects import Subject

SEEN_KEY = "seen"
SEEN_EVERY_SECONDS = 300


def session_seen(*, request: HttpRequest) -> None:
    """Keep the session list true without a write per request: a new key at once, a known one every five minutes."""
    seen = request.session.get(SEEN_KEY) or ["", 0]
    moment = int(time.time())
    if seen[0] == request.session.session_key and moment - seen[1] < SEEN_EVERY_SECONDS:
        return
    UserSession.objects.create_from_request(request)
    request.session[SEEN_KEY] = [request.session.session_key, moment]


@transaction.atomic
def session_end(*, actor: Actor, session_id: int) -> None:
    """Sign one of the own sessions out from afar. Other people's sessions are not found."""
    found = UserSession.objects.filter(pk=session_id, user_id=actor.person_id).first()
    if found is None:
        raise NotFound("这个会话已经结束。")
    _drop([found.session_key])
    found.delete()
    record(
        "accounts.session_end",
        actor=actor,
        subject=Subject("accounts.person", actor.person_id),
        subject_text=actor.name,
        facts={"ip": str(found.ip)},
    )


@transaction.atomic
def sessions_end_others(*, actor: Actor, session_key: str) -> int:
    """Sign out everywhere but here. Returns how many sessions ended."""
    others = UserSession.objects.filter(user_id=actor.person_id).exclude(session_key=session_key)
    keys = list(others.values_list("session_key", flat=True))
    _drop(keys)
    others.delete()
    record(
        "accounts.session_end",
        actor=actor,
        subject=Subject("accounts.person", actor.person_id),
        subject_text=actor.name,
        facts={"count": len(keys)},
    )
    return len(keys)


@transaction.atomic
def sessions_end_all(*, person_id: int) -> None:
    """Part of freezing an account or resetting its password: no session of the person is left."""
    sessions = UserSession.objects.filter(user_id=person_id)
    _drop(list(sessions.values_list("session_key", flat=True)))
    sessions.delete()


def _drop(keys: list[str]) -> None:
    Session.objects.filter(session_key__in=keys).delete()
