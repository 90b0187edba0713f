"""Addresses of workflow."""

from django.urls import path

from apps.workflow import views

app_name = "workflow"
urlpatterns = [
    path("matters/<int:matter_id>/follow/", views.follow, name="follow"),
    path("matters/<int:matter_id>/urge/", views.urge, name="urge"),
    path("matters/<int:matter_id>/diagram/", views.diagram, name="diagram"),
    path("matters/<int:matter_id>/readings/urge/", views.readings_urge, name="readings_urge"),
    path("matters/<int:matter_id>/readings/cancel/", views.readings_cancel, name="readings_cancel"),
    path("readings/done/", views.readings_done, name="readings_done"),
    path("phrases/", views.phrases, name="phrases"),
    path("phrases/add/", views.phrase_add, name="phrase_add"),
    path("phrases/<int:phrase_id>/change/", views.phrase_change, name="phrase_change"),
    path("phrases/<int:phrase_id>/move/", views.phrase_move, name="phrase_move"),
    path("phrases/<int:phrase_id>/remove/", views.phrase_remove, name="phrase_remove"),
]
