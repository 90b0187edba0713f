"""Numbers of items and notices."""

from apps.core.clock import today
from apps.supervision.models import NumberCounter


def number_give(*, organ_id: int, mark: str) -> str:
    """The next number of a mark in this year, such as 督〔2026〕15号. Numbers follow each other without gap or doubling."""
    year = today().year
    NumberCounter.objects.get_or_create(organ_id=organ_id, mark=mark, year=year)
    counter = NumberCounter.objects.select_for_update().get(organ_id=organ_id, mark=mark, year=year)
    counter.last += 1
    counter.save(update_fields=["last"])
    return f"{mark}〔{year}〕{counter.last}号"
