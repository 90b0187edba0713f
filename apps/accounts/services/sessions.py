"""Verbs on sessions: seen lately, ended from afar."""

from allauth.usersessions.models import UserSession
from django.conf import settings
from django.contrib.sessions.models import Session
from django.core.cache import cache
from django.db import transaction
from django.http import HttpRequest

from apps.audit.services import record
from apps.core.actors import Actor
from apps.core.addresses import client_address
from apps.core.clock import now
from apps.core.errors import NotFound
from apps.core.realtime import person_topic, tell
from apps.core.subjects import Subject


def session_seen(*, request: HttpRequest) -> None:
    """Keep the session list true without a write per request: once in `settings.SESSION_SEEN_SECONDS`, 0 for never."""
    key = request.session.session_key
    if not settings.SESSION_SEEN_SECONDS or not key:
        return
    if not cache.add(f"accounts.seen.{key}", 1, settings.SESSION_SEEN_SECONDS):
        return
    if not UserSession.objects.filter(session_key=key).update(last_seen_at=now(), ip=client_address(request)):
        UserSession.objects.create_from_request(request)


@transaction.atomic
def session_end(*, actor: Actor, session_id: int) -> None:
    """Sign one of the own sessions out from afar. Other people's sessions are not found."""
    found = UserSession.objects.filter(pk=session_id, user_id=actor.person_id).first()
    if found is None:
        raise NotFound("这个会话已经结束。")
    _drop([found.session_key], actor.person_id)
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
    _drop(keys, actor.person_id)
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
    _drop(list(sessions.values_list("session_key", flat=True)), person_id)
    sessions.delete()


def screens_check(*, person_id: int) -> None:
    """After commit, every live screen of the person looks at once whether it is still signed in."""
    tell([person_topic(person_id)], kind="session")


def _drop(keys: list[str], person_id: int) -> None:
    Session.objects.filter(session_key__in=keys).delete()
    screens_check(person_id=person_id)
