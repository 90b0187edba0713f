"""People, the organ tree, posts and who stands in for whom.

One natural person is one `Person` for life; posts are `Appointment` rows with their own rank order and validity; rights hang
on the appointment's roles, not on the person (domain.md §10.6). Order everywhere is `rank_order`, never the alphabet.
"""

from apps.accounts.models.absences import AWAY_KINDS, PROTECTIONS, Absence, AbsenceKind
from apps.accounts.models.break_glass import BreakGlass
from apps.accounts.models.directories import DirectoryLink, DirectorySource
from apps.accounts.models.handing_over import PostHandover
from apps.accounts.models.people import (
    Appointment,
    AppointmentRole,
    Delegation,
    InternalUnit,
    Organ,
    PasswordRecord,
    Person,
    RecentChoice,
    RecipientGroup,
    Role,
    SecretaryDuty,
)
from apps.accounts.models.recovery import RecoveryAsk

__all__ = [
    "AWAY_KINDS",
    "PROTECTIONS",
    "Absence",
    "AbsenceKind",
    "Appointment",
    "AppointmentRole",
    "BreakGlass",
    "Delegation",
    "DirectoryLink",
    "DirectorySource",
    "InternalUnit",
    "Organ",
    "PasswordRecord",
    "Person",
    "PostHandover",
    "RecentChoice",
    "RecipientGroup",
    "RecoveryAsk",
    "Role",
    "SecretaryDuty",
]
