"""What duty tells, after commit."""

from dataclasses import dataclass

from apps.core.events import Event


@dataclass(frozen=True, kw_only=True)
class RosterPublished(Event):
    """A month's roster is binding."""

    roster_id: int


@dataclass(frozen=True, kw_only=True)
class ShiftChanged(Event):
    """A place of a published roster changed hands; either may be nobody."""

    watch_id: int
    post_id: int
    before_id: int | None
    after_id: int | None
    version: int


@dataclass(frozen=True, kw_only=True)
class DailySent(Event):
    """A day of duty was told to leaders."""

    report_id: int


@dataclass(frozen=True, kw_only=True)
class EmergencyReported(Event):
    """An event was registered (`report_id` None) or a report of it was sent."""

    event_id: int
    report_id: int | None


@dataclass(frozen=True, kw_only=True)
class HolidayListPublished(Event):
    """The duty of a public holiday is known."""

    list_id: int


@dataclass(frozen=True, kw_only=True)
class SolvingAsked(Event):
    """A roster is to be arranged by rule."""

    solving_id: int


@dataclass(frozen=True, kw_only=True)
class SpotCalled(Event):
    """Whoever is on duty was called to answer."""

    check_id: int


@dataclass(frozen=True, kw_only=True)
class SwapMoved(Event):
    """A swap was asked, agreed to, or ended; `state` is where it came to."""

    swap_id: int
    state: str
