"""What others may want to know of announcements."""

from dataclasses import dataclass

from apps.core.events import Event


@dataclass(frozen=True, kw_only=True)
class AnnouncementPublished(Event):
    """An announcement reaches its recipients."""

    announcement_id: int


@dataclass(frozen=True, kw_only=True)
class AnnouncementWithdrawn(Event):
    """An announcement is void; its reason stays with it."""

    announcement_id: int


@dataclass(frozen=True, kw_only=True)
class ReplyGiven(Event):
    """A recipient answered, or corrected the answer."""

    recipient_id: int
    version: int
