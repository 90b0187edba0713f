"""The audit's line for what was taken out."""

from django.db import transaction

from apps.audit.services import record
from apps.core.actors import Actor


@transaction.atomic
def export_note(*, actor: Actor, what: str, count: int) -> None:
    """Note that a log or a roster was exported."""
    record("duty.export", actor=actor, facts={"what": what, "count": count})
