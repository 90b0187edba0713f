"""Addresses of notifications."""

from django.urls import path

from apps.notifications import views

app_name = "notifications"
urlpatterns = [
    path("notices/", views.inbox, name="inbox"),
    path("notices/read-all/", views.read_all, name="read_all"),
    path("notices/settings/", views.preferences, name="preferences"),
    path("notices/<int:notice_id>/", views.open_notice, name="open"),
    path("notices/<int:notice_id>/read/", views.read, name="read"),
]
