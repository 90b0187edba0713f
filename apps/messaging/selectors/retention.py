"""How long messages are kept."""

from apps.core.errors import NotFound
from apps.messaging.models import Retention


def retention_of(retention_id: int) -> Retention:
    """One rule. Raises `NotFound`."""
    found = Retention.objects.filter(pk=retention_id).first()
    if found is None:
        raise NotFound
    return found


def days_kept(kind: str) -> int | None:
    """For how many days messages of this kind of conversation are kept, None for good."""
    return Retention.objects.filter(kind=kind).values_list("keep_days", flat=True).first()
