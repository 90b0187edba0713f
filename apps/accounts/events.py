"""What others may want to know of people and organs."""

from dataclasses import dataclass

from apps.core.events import Event


@dataclass(frozen=True, kw_only=True)
class PersonLeft(Event):
    """A person has left: posts are closed, the account is frozen."""

    person_id: int


@dataclass(frozen=True, kw_only=True)
class PersonRenamed(Event):
    """A person has another name; what was written down under the old one stays, what is searched by it follows."""

    person_id: int


@dataclass(frozen=True, kw_only=True)
class UnitPeopleChanged(Event):
    """Somebody came into an internal unit, left it, or has other roles there."""

    unit_id: int


@dataclass(frozen=True, kw_only=True)
class AppointmentClosed(Event):
    """A post has an end."""

    appointment_id: int


@dataclass(frozen=True, kw_only=True)
class DelegationCreated(Event):
    """Somebody will stand in for somebody; both are to be told."""

    delegation_id: int


@dataclass(frozen=True, kw_only=True)
class DelegationRevoked(Event):
    """A delegation ended before its time."""

    delegation_id: int


@dataclass(frozen=True, kw_only=True)
class AbsenceRecorded(Event):
    """A person will be away."""

    absence_id: int


@dataclass(frozen=True, kw_only=True)
class AbsenceCancelled(Event):
    """A person will not be away after all."""

    absence_id: int


@dataclass(frozen=True, kw_only=True)
class AbsenceMoved(Event):
    """A stretch without night duty has other days now. `move` differs from move to move."""

    absence_id: int
    move: str


@dataclass(frozen=True, kw_only=True)
class BreakGlassAsked(Event):
    """An administrator asks another for all powers."""

    emergency_id: int


@dataclass(frozen=True, kw_only=True)
class BreakGlassOpened(Event):
    """An administrator holds all powers for minutes; everybody concerned is to hear it."""

    emergency_id: int


@dataclass(frozen=True, kw_only=True)
class BreakGlassEnded(Event):
    """All powers were taken back, or not given."""

    emergency_id: int


@dataclass(frozen=True, kw_only=True)
class HandoverMoved(Event):
    """A hand-over of a post was started, confirmed by one side, completed or cancelled (`act`)."""

    handover_id: int
    act: str


@dataclass(frozen=True, kw_only=True)
class UnitAbolished(Event):
    """An internal unit is no more."""

    unit_id: int


@dataclass(frozen=True, kw_only=True)
class OrganAbolished(Event):
    """An organ is no more."""

    organ_id: int


@dataclass(frozen=True, kw_only=True)
class CalendarChanged(Event):
    """The arrangement of a year's working days has changed; open deadlines are to be computed anew."""

    year: int


@dataclass(frozen=True, kw_only=True)
class RecoveryAsked(Event):
    """Somebody asked for a letter; whose address it is, if anybody's, is not yet asked."""

    ask_id: int


@dataclass(frozen=True, kw_only=True)
class RecoveryMailChanged(Event):
    """A person proved an address for recovery (`act` is prove) or gave it up (remove), at an ISO moment."""

    person_id: int
    act: str
    at: str


@dataclass(frozen=True, kw_only=True)
class PasswordRecovered(Event):
    """A password was chosen by a link from a letter, at an ISO moment."""

    person_id: int
    at: str
