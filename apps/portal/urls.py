"""Addresses of the portal."""

from django.urls import path

from apps.portal import views

app_name = "portal"
urlpatterns = [
    path("", views.desk, name="desk"),
    path("apps/", views.apps_page, name="apps"),
    path("help/certificate/", views.certificate_help, name="certificate_help"),
    path("help/certificate/tongzhou-ca.crt", views.certificate_file, name="certificate_file"),
    path("search/", views.search_page, name="search"),
    path("desk/readings-done/", views.readings_done, name="readings_done"),
    path("desk/notices/", views.desk_notices, name="desk_notices"),
    path("desk/demo-progress/", views.demo_progress, name="demo_progress"),
    path("desk/export/", views.desk_export, name="desk_export"),
]
