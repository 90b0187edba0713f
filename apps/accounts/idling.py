"""When a screen that nobody uses is locked (domain.md §10.1): 15–30 minutes, 10 for administrators.

The moment of the last use stands in the session, written at most once a minute. What counts as use: opening a page, and the
page's own word that somebody typed or pointed; what a page fetches by itself does not.
"""

from collections.abc import Mapping
from math import inf
from typing import Any

from django.conf import settings
from django.http import HttpRequest

from apps.accounts.models import Person
from apps.core.clock import now

KEY = "active_at"
WRITTEN_EVERY = 60
BACKGROUND = {"cors", "same-origin", "no-cors", "websocket"}


def lock_seconds(person: Person) -> int:
    """After how many seconds without use; 0 for never."""
    seconds = int(settings.IDLE_LOCK_SECONDS)
    return min(seconds, settings.IDLE_LOCK_SECONDS_ADMINISTRATORS) if person.is_staff else seconds


def idle_from(session: Mapping[str, Any], person: Person) -> float:
    """From which moment (POSIX time) on the session is locked unless it is used; one that says nothing begins to count now."""
    limit = lock_seconds(person)
    if not limit:
        return inf
    last = session.get(KEY)
    return float((now().timestamp() if last is None else last) + limit)


def is_idle(request: HttpRequest, person: Person) -> bool:
    """Whether nobody has used this session for too long."""
    return now().timestamp() > idle_from(request.session, person)


def seen(request: HttpRequest, person: Person) -> None:
    """Count a page that somebody opened as use."""
    if not lock_seconds(person) or request.headers.get("Sec-Fetch-Mode", "") in BACKGROUND:
        return
    if now().timestamp() - request.session.get(KEY, 0) > WRITTEN_EVERY:
        touched(request)


def locked(request: HttpRequest) -> None:
    """Lock now: the person asked for it, or the page saw nobody for too long. Kept at once, for the other screens."""
    request.session[KEY] = 0
    request.session.save()


def touched(request: HttpRequest) -> None:
    """Somebody is there."""
    request.session[KEY] = int(now().timestamp())
