"""Figures of the desk."""

from django.db.models import Count, QuerySet

from apps.accounts.models import Organ
from apps.briefings.enums import WAITING_STATES, ItemState
from apps.briefings.models import InfoItem

STAGES = (
    ("waiting", "待采编"),
    (ItemState.ADOPTED, "已采用"),
    (ItemState.POOLED, "留用"),
    (ItemState.REJECTED, "未采用"),
    ("", "全部"),
)


def desk_counts(organ_id: int) -> dict[str, int]:
    """How many items wait at the desk, under the stage's code."""
    waiting = InfoItem.objects.filter(receiver_id=organ_id, state__in=WAITING_STATES)
    return {"waiting": waiting.aggregate(count=Count("pk"))["count"]}


def reporting_organs(organ_id: int) -> QuerySet[Organ]:
    """Units that have reported here, in rank order, for the filter."""
    known = InfoItem.objects.filter(receiver_id=organ_id).order_by().values("organ").distinct()
    return Organ.objects.filter(pk__in=known).order_by("rank_order", "pk")


def newest_waiting(organ_id: int, most: int = 4) -> list[InfoItem]:
    """The latest items that wait, for the portal."""
    rows = InfoItem.objects.filter(receiver_id=organ_id, state__in=WAITING_STATES)
    return list(rows.select_related("organ").order_by("-dated_at", "-id")[:most])
