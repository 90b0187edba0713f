"""Rows of duty."""

from apps.duty.models.daily import DailyReport
from apps.duty.models.events import EmergencyEvent, EmergencyReport, EventPaper
from apps.duty.models.holidays import HolidayList
from apps.duty.models.journal import DutyLogEntry
from apps.duty.models.reporting import ReportRule, ReportTemplate
from apps.duty.models.rosters import DutyMember, DutyPost, DutyRoster, DutyShift, DutyWatch
from apps.duty.models.solving import DutyRules, RosterSolving
from apps.duty.models.spots import SpotAnswer, SpotCheck
from apps.duty.models.swaps import ShiftChange, ShiftSwap, SwapOffer
from apps.duty.models.versions import RosterVersion
from apps.duty.models.wishes import DutyPair, DutyWish

__all__ = [
    "DailyReport",
    "DutyLogEntry",
    "DutyMember",
    "DutyPair",
    "DutyPost",
    "DutyRoster",
    "DutyRules",
    "DutyShift",
    "DutyWatch",
    "DutyWish",
    "EmergencyEvent",
    "EmergencyReport",
    "EventPaper",
    "HolidayList",
    "ReportRule",
    "ReportTemplate",
    "RosterSolving",
    "RosterVersion",
    "ShiftChange",
    "ShiftSwap",
    "SpotAnswer",
    "SpotCheck",
    "SwapOffer",
]
