"""Rows of meetings."""

from apps.meetings.models.agenda import AgendaItem, AgendaListener, AgreedMatter
from apps.meetings.models.meetings import (
    Attendee,
    CalendarFeed,
    Invitation,
    Meeting,
    MeetingLog,
    SeatAssignment,
)
from apps.meetings.models.rooms import Booking, MeetingRoom
from apps.meetings.models.video import VideoGuest, VideoParticipant, VideoRoom, VideoStay

__all__ = [
    "AgendaItem",
    "AgendaListener",
    "AgreedMatter",
    "Attendee",
    "Booking",
    "CalendarFeed",
    "Invitation",
    "Meeting",
    "MeetingLog",
    "MeetingRoom",
    "SeatAssignment",
    "VideoGuest",
    "VideoParticipant",
    "VideoRoom",
    "VideoStay",
]
