"""Addresses of personal affairs."""

from django.urls import path

from apps.affairs import views

app_name = "affairs"
urlpatterns = [
    path("affairs/", views.away_list, name="list"),
    path("affairs/export/", views.export, name="export"),
    path("affairs/away/new/", views.new, name="new"),
    path("affairs/away/<int:notice_id>/", views.away, name="away"),
    path("affairs/away/<int:notice_id>/edit/", views.edit, name="edit"),
    path("affairs/away/<int:notice_id>/do/<slug:act>/", views.act, name="act"),
]
