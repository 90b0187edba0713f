"""Agreed matters as the things other apps follow up."""

from apps.core.actors import Actor
from apps.meetings.models import AgreedMatter, Meeting
from apps.meetings.policies import visible_to

MATTER_KIND = "meetings.matter"


def matters_of(meeting: Meeting) -> list[AgreedMatter]:
    """In the order they were agreed."""
    return list(meeting.matters.select_related("organ"))


def matter_title(matter_id: int) -> str:
    """Its words."""
    return AgreedMatter.objects.filter(pk=matter_id).values_list("text", flat=True).first() or "议定事项"


def meeting_of_matter(matter_id: int) -> int:
    """The meeting it was agreed at; 0 when it is gone."""
    return AgreedMatter.objects.filter(pk=matter_id).values_list("meeting_id", flat=True).first() or 0


def can_view_matter(actor: Actor, matter_id: int) -> bool:
    """Whoever sees the meeting sees what was agreed."""
    return visible_to(actor).filter(matters=matter_id).exists()
