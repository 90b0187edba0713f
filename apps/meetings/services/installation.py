"""What a new installation needs before the first meeting."""

from django.db import transaction

from apps.meetings.procedures import CATEGORY, CODE, MEETING, NAME, PROPOSAL, PROPOSAL_CODE, PROPOSAL_NAME
from apps.workflow.models import Procedure
from apps.workflow.services import procedure_install


@transaction.atomic
def procedure_set_up() -> None:
    """Make the procedures of 会议审批 and 议题审签 known; doing it again changes nothing."""
    procedure_install(code=CODE, name=NAME, category=CATEGORY, definition=MEETING)
    procedure_install(code=PROPOSAL_CODE, name=PROPOSAL_NAME, category=CATEGORY, definition=PROPOSAL)


@transaction.atomic
def proposal_procedure_set_up() -> None:
    """Make 议题审签 known where it is not yet; one that an administrator has edited stays."""
    if not Procedure.objects.filter(code=PROPOSAL_CODE).exists():
        procedure_install(code=PROPOSAL_CODE, name=PROPOSAL_NAME, category=CATEGORY, definition=PROPOSAL)
