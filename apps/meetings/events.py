"""What happens to bookings and meetings, told after commit."""

from dataclasses import dataclass

from apps.core.events import Event


@dataclass(frozen=True, kw_only=True)
class BookingMoved(Event):
    """A booking was made, changed, confirmed, decided, cancelled or released, at `moment` (POSIX time in milliseconds)."""

    booking_id: int
    act: str
    moment: int = 0
    by_person_id: int | None = None


@dataclass(frozen=True, kw_only=True)
class MeetingMoved(Event):
    """An act was done; `log_id` names the line of the course."""

    meeting_id: int
    log_id: int
    act: str


@dataclass(frozen=True, kw_only=True)
class LeaveAsked(Event):
    """Somebody asked to stay away or to send a substitute."""

    attendee_id: int


@dataclass(frozen=True, kw_only=True)
class LeaveDecided(Event):
    """It was granted or refused."""

    attendee_id: int


@dataclass(frozen=True, kw_only=True)
class AttendanceSeen(Event):
    """Somebody arrived or left: live screens look again."""

    meeting_id: int


@dataclass(frozen=True, kw_only=True)
class CallMoved(Event):
    """A call for items was opened, changed, closed or reopened; `version` is the call's after it."""

    call_id: int
    act: str
    version: int


@dataclass(frozen=True, kw_only=True)
class ProposalMoved(Event):
    """An act on a proposed item was done; `log_id` names the line of its course."""

    proposal_id: int
    log_id: int
    act: str
