"""Rows of meetings."""

from apps.meetings.models.agenda import AgendaItem, AgendaListener, AgreedMatter
from apps.meetings.models.calls import AgendaCall, AgendaProposal, CalledUnit, ProposalLog
from apps.meetings.models.meetings import (
    Attendee,
    CalendarFeed,
    Invitation,
    Meeting,
    MeetingLog,
    SeatAssignment,
)
from apps.meetings.models.recordings import RecordingTerms, VideoRecording
from apps.meetings.models.rooms import Booking, DoorDisplay, MeetingRoom
from apps.meetings.models.showing import MaterialShowing
from apps.meetings.models.video import VideoGuest, VideoParticipant, VideoRoom, VideoStay

__all__ = [
    "AgendaCall",
    "AgendaItem",
    "AgendaListener",
    "AgendaProposal",
    "AgreedMatter",
    "Attendee",
    "Booking",
    "CalendarFeed",
    "CalledUnit",
    "DoorDisplay",
    "Invitation",
    "MaterialShowing",
    "Meeting",
    "MeetingLog",
    "MeetingRoom",
    "ProposalLog",
    "RecordingTerms",
    "SeatAssignment",
    "VideoGuest",
    "VideoParticipant",
    "VideoRecording",
    "VideoRoom",
    "VideoStay",
]
