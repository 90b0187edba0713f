"""Addresses of notifications."""

from django.urls import path

from apps.notifications.views import announcements, notices

app_name = "notifications"
urlpatterns = [
    path("notices/", notices.inbox, name="inbox"),
    path("notices/read-all/", notices.read_all, name="read_all"),
    path("notices/settings/", notices.preferences, name="preferences"),
    path("notices/<int:notice_id>/", notices.open_notice, name="open"),
    path("notices/<int:notice_id>/read/", notices.read, name="read"),
    path("announcements/", announcements.announcements, name="announcements"),
    path("announcements/new/", announcements.announcement_new, name="announcement_new"),
    path("announcements/<int:announcement_id>/", announcements.announcement, name="announcement"),
    path(
        "announcements/<int:announcement_id>/edit/", announcements.announcement_edit, name="announcement_edit"
    ),
    path("announcements/<int:announcement_id>/answers/", announcements.answers_export, name="answers_export"),
    path(
        "announcements/<int:announcement_id>/reply/<int:recipient_id>/",
        announcements.reply,
        name="announcement_reply",
    ),
    path(
        "announcements/<int:announcement_id>/<slug:act>/",
        announcements.announcement_act,
        name="announcement_act",
    ),
]
