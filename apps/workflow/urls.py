"""Addresses of workflow's small acts."""

from django.urls import path

from apps.workflow import views

app_name = "workflow"
urlpatterns = [
    path("matters/<int:matter_id>/follow/", views.follow, name="follow"),
    path("matters/<int:matter_id>/urge-readers/", views.urge_readers, name="urge_readers"),
    path("phrases/", views.phrase_keep, name="phrase_keep"),
    path("phrases/<int:phrase_id>/remove/", views.phrase_drop, name="phrase_drop"),
]
