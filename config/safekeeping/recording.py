"""Writing down how a run went: a row for the administrators' page, an entry in the audit record."""

from datetime import datetime, timedelta

from django.db import transaction

from apps.audit.services import record
from apps.core.clock import now
from config.safekeeping.models import UpkeepRun

KEPT = timedelta(days=400)


@transaction.atomic
def run_record(*, kind: str, is_good: bool, text: str, file_name: str, started_at: datetime) -> UpkeepRun:
    """Keep the result; rows older than a year go."""
    UpkeepRun.objects.filter(started_at__lt=now() - KEPT).delete()
    record(f"safekeeping.{kind}", actor=None, subject_text=file_name, result="ok" if is_good else "failed")
    return UpkeepRun.objects.create(
        kind=kind,
        is_good=is_good,
        text=text,
        file_name=file_name[:200],
        started_at=started_at,
        ended_at=now(),
    )
