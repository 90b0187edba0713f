"""Addresses of personal affairs."""

from django.urls import path

from apps.affairs.views import away, suggestions

app_name = "affairs"
urlpatterns = [
    path("affairs/", away.away_list, name="list"),
    path("affairs/export/", away.export, name="export"),
    path("affairs/away/new/", away.new, name="new"),
    path("affairs/away/<int:notice_id>/", away.away, name="away"),
    path("affairs/away/<int:notice_id>/edit/", away.edit, name="edit"),
    path("affairs/away/<int:notice_id>/do/<slug:act>/", away.act, name="act"),
    path("suggestions/", suggestions.suggestion_list, name="suggestions"),
    path("suggestions/export/", suggestions.suggestions_export, name="suggestions_export"),
    path("suggestions/new/", suggestions.suggestion_new, name="suggestion_new"),
    path("suggestions/<int:suggestion_id>/", suggestions.suggestion, name="suggestion"),
    path(
        "suggestions/<int:suggestion_id>/do/<slug:act>/",
        suggestions.suggestion_act,
        name="suggestion_act",
    ),
]
