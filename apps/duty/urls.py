"""Addresses of duty."""

from django.urls import path

from apps.duty.views import events, journal, planning, rosters

app_name = "duty"
urlpatterns = [
    path("duty/", journal.room, name="room"),
    path("duty/watches/<int:watch_id>/take/", journal.take, name="take"),
    path("duty/watches/<int:watch_id>/hand-over/", journal.hand_over, name="hand_over"),
    path("duty/log/", journal.log, name="log"),
    path("duty/log/export/", journal.export, name="log_export"),
    path("duty/log/write/", journal.write, name="write"),
    path("duty/log/<int:entry_id>/correct/", journal.correct, name="correct"),
    path("duty/roster/", rosters.roster, name="roster"),
    path("duty/roster/open/", rosters.open_month, name="roster_open"),
    path("duty/roster/export/", rosters.export, name="roster_export"),
    path("duty/roster/<int:roster_id>/save/", rosters.save, name="roster_save"),
    path("duty/roster/<int:roster_id>/solve/", planning.solve, name="solve"),
    path("duty/roster/solvings/<int:solving_id>/", planning.solving, name="solving"),
    path("duty/roster/solvings/<int:solving_id>/stop/", planning.stop, name="solve_stop"),
    path("duty/rules/", planning.rules, name="rules"),
    path("duty/posts/", rosters.posts, name="posts"),
    path("duty/events/", events.events, name="events"),
    path("duty/events/new/", events.new, name="event_new"),
    path("duty/events/<int:event_id>/", events.event, name="event"),
    path("duty/events/<int:event_id>/report/", events.report, name="event_report"),
    path("duty/events/<int:event_id>/phone/", events.phone, name="event_phone"),
    path("duty/events/<int:event_id>/instruct/", events.instruct, name="event_instruct"),
]
