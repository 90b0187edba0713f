"""A calendar behind a secret address: made, made anew, read without signing in."""

import secrets

from django.db import transaction

from apps.audit.services import record
from apps.core.actors import Actor
from apps.core.clock import now
from apps.meetings.models import CalendarFeed
from apps.meetings.selectors.calendar import digest_of


@transaction.atomic
def feed_make(*, actor: Actor) -> str:
    """A fresh secret; the former address is dead. Only its digest is kept, so it is shown once."""
    secret = secrets.token_urlsafe(32)
    CalendarFeed.objects.update_or_create(
        person_id=actor.person_id, defaults={"digest": digest_of(secret), "created_at": now()}
    )
    record("meetings.feed", actor=actor, facts={})
    return secret


@transaction.atomic
def feed_drop(*, actor: Actor) -> None:
    """No address any more."""
    CalendarFeed.objects.filter(person_id=actor.person_id).delete()
    record("meetings.feed", actor=actor, facts={"dropped": True})
