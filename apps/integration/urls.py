"""Addresses of integration's pages."""

from django.urls import path

from apps.integration import views

app_name = "integration"
urlpatterns = [
    path("partner/todos/<int:todo_id>/", views.todo, name="todo"),
    path("partner/todos/<int:todo_id>/dismiss/", views.todo_dismiss, name="todo_dismiss"),
]
