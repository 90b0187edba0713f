"""What every act on an attendee shares: the row of somebody called by name, the code for the door, the table's step."""

import secrets

from apps.accounts.models import Appointment
from apps.core.errors import InvalidState
from apps.meetings.attendance import NotAllowed, after
from apps.meetings.enums import AttendeeAct
from apps.meetings.models import Attendee, Invitation, Meeting

CODE_SIGNS = "23456789ABCDEFGHJKLMNPQRSTUVWXYZ"
CODE_LENGTH = 8


def door_code() -> str:
    """A personal code for the door, of signs that are not mistaken for each other."""
    return "".join(secrets.choice(CODE_SIGNS) for _ in range(CODE_LENGTH))


def person_row(meeting: Meeting, invitation: Invitation, post: Appointment) -> Attendee:
    """The row of somebody called by name; part of the verb's transaction."""
    return Attendee.objects.create(
        meeting=meeting,
        invitation=invitation,
        organ_id=post.organ_id,
        person_id=post.person_id,
        name=post.person.name,
        post_title=post.post_title,
        rank_order=post.rank_order,
        door_code=door_code(),
    )


def step(attendee: Attendee, act: AttendeeAct, *save: str) -> None:
    """Carry out the table's step; raises `InvalidState` in words."""
    try:
        attendee.state = after(attendee.state, act)
    except NotAllowed:
        shown = attendee.get_state_display()
        raise InvalidState(f"{attendee.name}现在是“{shown}”，不能{act.label}，请刷新后查看。") from None
    attendee.save(update_fields=["state", *save])
