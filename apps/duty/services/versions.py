"""The history of a roster, written by every verb that makes a new version of it."""

from collections.abc import Sequence

from apps.core.actors import Actor
from apps.core.clock import now
from apps.duty.enums import VersionAct
from apps.duty.models import DutyRoster, RosterVersion

Moved = Sequence[tuple[int, int, int | None, int | None]]


def version_note(
    *, actor: Actor, roster: DutyRoster, act: VersionAct, moved: Moved = (), words: str = ""
) -> None:
    """Write down how the locked roster came to the version it has now; `moved` as (watch, post, before, after)."""
    RosterVersion.objects.create(
        roster=roster,
        number=roster.version,
        act=act,
        words=words,
        places=[list(one) for one in moved],
        by_text=actor.signature,
        made_at=now(),
    )
