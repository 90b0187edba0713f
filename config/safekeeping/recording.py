"""Writing down how a run went: a row for the administrators' page, an entry in the audit record, a notice when it failed."""

from datetime import datetime, timedelta

from django.db import transaction

from apps.accounts.administration import Administrator
from apps.accounts.selectors import administrators_active
from apps.audit.services import record
from apps.core.clock import now
from apps.core.subjects import Subject
from apps.notifications.enums import NoticeKind
from apps.notifications.services import notice_send
from config.safekeeping.models import UpkeepRun

KEPT = timedelta(days=400)
SUBJECT = "safekeeping.run"


@transaction.atomic
def run_record(*, kind: str, is_good: bool, text: str, file_name: str, started_at: datetime) -> UpkeepRun:
    """Keep the result; rows older than a year go."""
    UpkeepRun.objects.filter(started_at__lt=now() - KEPT).delete()
    record(f"safekeeping.{kind}", actor=None, subject_text=file_name, result="ok" if is_good else "failed")
    run = UpkeepRun.objects.create(
        kind=kind,
        is_good=is_good,
        text=text,
        file_name=file_name[:200],
        started_at=started_at,
        ended_at=now(),
    )
    if not is_good:
        _tell(run)
    return run


def _tell(run: UpkeepRun) -> None:
    """The system administrators hear of what failed the same night, and where to read more."""
    keepers = administrators_active().filter(groups__name=Administrator.SYSTEM)
    notice_send(
        person_ids=keepers.values_list("pk", flat=True),
        key=f"upkeep:{run.pk}",
        kind=NoticeKind.SYSTEM,
        title=f"{run.get_kind_display()}没有成功",
        text=run.text,
        subject=Subject(SUBJECT, run.pk),
        is_urgent=True,
    )
