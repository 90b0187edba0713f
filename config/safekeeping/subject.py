"""A run as the subject of a notice: its page in the back office, for those who may see it."""

from apps.accounts.policies import has_permission
from apps.core.actors import Actor
from apps.core.admin import change_url
from apps.core.subjects import SubjectKind
from config.safekeeping.models import UpkeepRun
from config.safekeeping.recording import SUBJECT


def _title(run_id: int) -> str:
    run = UpkeepRun.objects.filter(pk=run_id).first()
    return str(run) if run else "备份与恢复演练"


def _can_view(actor: Actor, run_id: int) -> bool:
    return (
        has_permission(actor, "safekeeping.view_upkeeprun") and UpkeepRun.objects.filter(pk=run_id).exists()
    )


RUN = SubjectKind(
    kind=SUBJECT,
    name="备份与恢复演练",
    icon="alert-triangle",
    title=_title,
    url=lambda run_id: change_url(UpkeepRun, run_id),
    can_view=_can_view,
)
