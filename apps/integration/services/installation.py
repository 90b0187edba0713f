"""What a new installation needs before the first pushed to-do."""

from django.db import transaction

from apps.integration.procedures import CATEGORY, CODE, NAME, PARTNER
from apps.workflow.services import procedure_install


@transaction.atomic
def procedure_set_up() -> None:
    """Make the procedure of pushed to-dos known; doing it again changes nothing."""
    procedure_install(code=CODE, name=NAME, category=CATEGORY, definition=PARTNER)
