"""What a new installation needs before the first notice."""

from django.db import transaction

from apps.affairs.procedures import AWAY, CATEGORY, CODE, NAME
from apps.workflow.services import procedure_install


@transaction.atomic
def procedure_set_up() -> None:
    """Make the procedure of 外出报备 known; doing it again changes nothing."""
    procedure_install(code=CODE, name=NAME, category=CATEGORY, definition=AWAY)
