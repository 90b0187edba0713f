"""Rows of duty."""

from apps.duty.models.events import EmergencyEvent, EmergencyReport
from apps.duty.models.journal import DutyLogEntry
from apps.duty.models.rosters import DutyPost, DutyRoster, DutyShift, DutyWatch

__all__ = [
    "DutyLogEntry",
    "DutyPost",
    "DutyRoster",
    "DutyShift",
    "DutyWatch",
    "EmergencyEvent",
    "EmergencyReport",
]
