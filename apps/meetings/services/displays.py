"""The screen at a room's door: its secret address made, made anew, withdrawn; that it is alive."""

import secrets
from datetime import timedelta

from django.db import transaction
from django.db.models import Q

from apps.audit.services import record
from apps.core.actors import Actor
from apps.core.clock import now
from apps.core.errors import Forbidden
from apps.meetings.models import DoorDisplay, MeetingRoom
from apps.meetings.policies import keeps_room
from apps.meetings.selectors.calendar import digest_of
from apps.meetings.selectors.rooms import room_for

SEEN_EVERY = timedelta(minutes=1)


@transaction.atomic
def display_make(*, actor: Actor, room_id: int) -> str:
    """A fresh secret; a former address is dead. Only its digest is kept, so it is shown once. Raises `Forbidden`."""
    room = _kept(actor, room_id)
    secret = secrets.token_urlsafe(32)
    DoorDisplay.objects.update_or_create(
        room=room,
        defaults={
            "digest": digest_of(secret),
            "made_text": actor.signature,
            "made_at": now(),
            "seen_at": None,
        },
    )
    record("meetings.display", actor=actor, subject_text=room.name, facts={"room": room.pk, "act": "make"})
    return secret


@transaction.atomic
def display_drop(*, actor: Actor, room_id: int) -> None:
    """No address any more; a screen that stands open shows so at its next look. Doing it twice changes nothing."""
    room = _kept(actor, room_id)
    if DoorDisplay.objects.filter(room=room).delete()[0]:
        record(
            "meetings.display", actor=actor, subject_text=room.name, facts={"room": room.pk, "act": "drop"}
        )


@transaction.atomic
def display_seen(*, display_id: int) -> None:
    """The screen has just asked: kept to the minute, so that its keeper sees that it is alive."""
    stale = Q(seen_at__isnull=True) | Q(seen_at__lt=now() - SEEN_EVERY)
    DoorDisplay.objects.filter(stale, pk=display_id).update(seen_at=now())


def _kept(actor: Actor, room_id: int) -> MeetingRoom:
    room = room_for(actor, room_id, lock=True)
    if not keeps_room(actor, room):
        raise Forbidden("门牌屏由会议室管理人或办公室主任设置。", rule="keeper")
    return room
