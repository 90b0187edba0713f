"""Addresses of integration's pages."""

from django.urls import path

from apps.integration import views

app_name = "integration"
urlpatterns = [
    path("app-center/", views.center, name="center"),
    path("app-center/<int:system_id>/keep/", views.favourite_set, name="favourite_set"),
    path("app-center/<int:system_id>/move/", views.favourite_move, name="favourite_move"),
    path("partner/todos/<int:todo_id>/", views.todo, name="todo"),
    path("partner/todos/<int:todo_id>/dismiss/", views.todo_dismiss, name="todo_dismiss"),
]
