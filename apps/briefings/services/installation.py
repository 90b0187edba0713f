"""What a new installation needs before the first item."""

from django.db import transaction

from apps.briefings.procedures import (
    CATEGORY,
    ISSUE,
    ISSUE_CODE,
    ISSUE_NAME,
    ITEM,
    ITEM_CODE,
    ITEM_NAME,
)
from apps.workflow.services import procedure_install


@transaction.atomic
def procedures_set_up() -> None:
    """Make the procedures of 信息审核 and 刊物签发 known; doing it again changes nothing."""
    procedure_install(code=ITEM_CODE, name=ITEM_NAME, category=CATEGORY, definition=ITEM)
    procedure_install(code=ISSUE_CODE, name=ISSUE_NAME, category=CATEGORY, definition=ISSUE)
