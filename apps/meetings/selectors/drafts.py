"""What the form of a meeting shows: empty or filled."""

from typing import Any

from apps.accounts.selectors import organs_picked, posts_picked, posts_shown
from apps.core.actors import Actor
from apps.core.clock import local
from apps.meetings.enums import Capacity, MeetingKind
from apps.meetings.models import Meeting
from apps.meetings.policies import rooms_open_to


def choices(actor: Actor) -> dict[str, Any]:
    """What is chosen from."""
    return {"kinds": MeetingKind.choices, "rooms": list(rooms_open_to(actor))}


def blank_draft(actor: Actor) -> dict[str, Any]:
    """An empty form; the caller is the contact."""
    return {
        "kind": MeetingKind.ORDINARY,
        "substitute_allowed": True,
        "quota": 1,
        "contact": f"{actor.name} {actor.phone}".strip(),
        "host": [],
        "organs": [],
        "people": [],
        "observers": [],
    }


def filled_draft(meeting: Meeting) -> dict[str, Any]:
    """The form with a meeting's own words."""
    rows = list(meeting.invitations.select_related("organ", "post"))
    posts = {
        capacity: [one.post_id for one in rows if one.post_id and one.capacity == capacity]
        for capacity in Capacity
    }
    begin, end = local(meeting.starts_at), local(meeting.ends_at)
    booking = meeting.booking
    quotas = [one.quota for one in rows if one.organ_id]
    return {
        "name": meeting.name,
        "kind": meeting.kind,
        "day": f"{begin:%Y-%m-%d}",
        "from": f"{begin:%H:%M}",
        "until": f"{end:%H:%M}",
        "room": booking.room_id if booking is not None and booking.is_live else None,
        "named_at_door": booking is not None and booking.is_named_at_door,
        "outside_place": meeting.outside_place,
        "host": posts_picked([meeting.host]) if meeting.host else [],
        "contact": meeting.contact,
        "note": meeting.note,
        "substitute_allowed": meeting.substitute_allowed,
        "quota": quotas[0] if quotas else 1,
        "reply_due": _typed(meeting.reply_due_at),
        "materials_due": _typed(meeting.materials_due_at),
        "organs": organs_picked(one.organ for one in rows if one.organ),
        "people": posts_picked(posts_shown().filter(pk__in=posts[Capacity.ATTENDING])),
        "observers": posts_picked(posts_shown().filter(pk__in=posts[Capacity.OBSERVING])),
    }


def _typed(moment: Any) -> str:
    return f"{local(moment):%Y-%m-%dT%H:%M}" if moment else ""
