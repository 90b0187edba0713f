"""A parent's progress follows from its parts, by weight, up to the top."""

from apps.supervision.lights import progress_of
from apps.supervision.models import SupervisionItem


def progress_roll_up(item: SupervisionItem) -> None:
    """Give the parents above their new percent; part of the verb's transaction. Terminated parts count for nothing."""
    parent = item.parent
    while parent is not None:
        parts = parent.parts.exclude(state="terminated").values_list("progress", "weight")
        parent.progress = progress_of(parent.progress, list(parts))
        parent.save(update_fields=["progress"])
        parent = parent.parent
