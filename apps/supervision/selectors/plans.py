"""Names by which a plan calls units; a plan from a workbook."""

from apps.accounts.models import Organ
from apps.accounts.staffing.workbook import NotAWorkbook, first_grid
from apps.core.errors import ValidationFailed
from apps.supervision.plans import sheet_text


def plan_of_workbook(data: bytes) -> str:
    """The first sheet as a plan's text, line for row. Raises `ValidationFailed` for what is no readable workbook."""
    try:
        return sheet_text(first_grid(data))
    except NotAWorkbook as error:
        raise ValidationFailed(str(error)) from error


def organ_names() -> dict[str, int]:
    """Full and short names of living organs. A short name two organs share is left out: nobody guesses."""
    names: dict[str, int] = {}
    doubled: set[str] = set()
    for pk, full, short in Organ.objects.filter(abolished_on__isnull=True).values_list(
        "pk", "full_name", "short_name"
    ):
        for name in {full, short}:
            if names.setdefault(name, pk) != pk:
                doubled.add(name)
    return {name: pk for name, pk in names.items() if name not in doubled}
