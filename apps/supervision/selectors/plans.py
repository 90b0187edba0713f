"""Names by which a plan calls units."""

from apps.accounts.models import Organ


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
