"""Addresses of meetings."""

from django.urls import path

from apps.meetings.views import calendar, course, guests, meetings, rooms, video

app_name = "meetings"
urlpatterns = [
    path("meetings/", meetings.meetings, name="meetings"),
    path("meetings/new/", meetings.new, name="new"),
    path("meetings/rooms/", rooms.rooms, name="rooms"),
    path("meetings/rooms/book/", rooms.book, name="book"),
    path("meetings/bookings/<int:booking_id>/", rooms.booking, name="booking"),
    path("meetings/bookings/<int:booking_id>/<slug:act>/", rooms.booking_act, name="booking_act"),
    path("meetings/door/<str:code>/", course.door, name="door"),
    path("meetings/agenda/<int:item_id>/", course.agenda_item, name="agenda_item"),
    path("meetings/agenda/<int:item_id>/<slug:act>/", course.agenda_act, name="agenda_act"),
    path("meetings/invitations/<int:invitation_id>/reply/", meetings.reply, name="reply"),
    path("meetings/attendees/<int:attendee_id>/leave/", meetings.leave, name="leave"),
    path("meetings/<int:meeting_id>/", meetings.meeting, name="meeting"),
    path("meetings/<int:meeting_id>/edit/", meetings.edit, name="edit"),
    path("meetings/<int:meeting_id>/people/", meetings.people, name="people"),
    path("meetings/<int:meeting_id>/agenda/", course.agenda_new, name="agenda_new"),
    path("meetings/<int:meeting_id>/screen/", course.screen, name="screen"),
    path("meetings/<int:meeting_id>/seat/", course.seat, name="seat"),
    path("meetings/<int:meeting_id>/wall/", course.wall, name="wall"),
    path("meetings/<int:meeting_id>/checkin/<slug:act>/", course.checkin_act, name="checkin_act"),
    path("meetings/<int:meeting_id>/seating/", course.seating, name="seating"),
    path("meetings/<int:meeting_id>/seating/move/", course.seat_move, name="seat_move"),
    path("meetings/<int:meeting_id>/seating/<slug:paper>.pdf", course.seating_paper, name="seating_paper"),
    path("meetings/<int:meeting_id>/record/", course.record, name="record"),
    path("meetings/<int:meeting_id>/matters/", course.matter, name="matter"),
    path("meetings/<int:meeting_id>/minutes/", course.minutes_paper, name="minutes"),
    path("meetings/<int:meeting_id>/acts/<slug:act>/", meetings.act, name="act"),
    path("meetings/join/<str:code>/", video.video_knock, name="video_link"),
    path("meetings/<int:meeting_id>/video/", video.video, name="video"),
    path("meetings/<int:meeting_id>/video/join/", video.video_join, name="video_join"),
    path("meetings/<int:meeting_id>/video/state/", video.video_state, name="video_state"),
    path("meetings/<int:meeting_id>/video/acts/<slug:act>/", video.video_act, name="video_act"),
    path("meetings/<int:meeting_id>/video/guests/", guests.guest_invite, name="guest_invite"),
    path("meetings/<int:meeting_id>/video/guests/revoke/", guests.guest_revoke, name="guest_revoke"),
    path("meetings/guest/<str:secret>/", guests.guest, name="guest"),
    path("meetings/guest/<str:secret>/join/", guests.guest_join, name="guest_join"),
    path("meetings/guest/<str:secret>/state/", guests.guest_state, name="guest_state"),
    path("meetings/guest/<str:secret>/acts/<slug:act>/", guests.guest_act, name="guest_act"),
    path("meetings/calendar/", calendar.calendar, name="calendar"),
    path("meetings/calendar/feed/", calendar.feed_act, name="feed_act"),
    path("meetings/calendar/feed/<str:secret>.ics", calendar.feed, name="feed"),
]
