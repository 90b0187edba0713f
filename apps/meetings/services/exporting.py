"""The audit's line for what was taken out."""

from django.db import transaction

from apps.audit.services import record
from apps.core.actors import Actor


@transaction.atomic
def export_note(*, actor: Actor, count: int) -> None:
    """Note that the list of proposed items was exported."""
    record("meetings.export", actor=actor, facts={"count": count})
