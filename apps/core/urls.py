"""Addresses of the ground floor."""

from django.urls import path

from apps.core import views

app_name = "core"
urlpatterns = [
    path("healthz", views.healthz, name="healthz"),
    path("live/counts/", views.live_counts, name="live_counts"),
    path("metrics", views.metrics, name="metrics"),
    path("readyz", views.readyz, name="readyz"),
    path("sw.js", views.service_worker, name="service_worker"),
]
