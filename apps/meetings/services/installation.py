"""What a new installation needs before the first meeting."""

from django.db import transaction

from apps.meetings.procedures import CATEGORY, CODE, MEETING, NAME
from apps.workflow.services import procedure_install


@transaction.atomic
def procedure_set_up() -> None:
    """Make the procedure of 会议审批 known; doing it again changes nothing."""
    procedure_install(code=CODE, name=NAME, category=CATEGORY, definition=MEETING)
