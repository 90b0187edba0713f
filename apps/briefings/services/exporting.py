"""The audit's line for what was taken out."""

from django.db import transaction

from apps.audit.services import record
from apps.core.actors import Actor


@transaction.atomic
def export_note(*, actor: Actor, count: int) -> None:
    """Note that a list of items was exported."""
    record("briefings.export", actor=actor, facts={"count": count})
