"""Live routes of meetings."""

from django.urls import path

from apps.meetings.consumers import VideoConsumer

websocket_urlpatterns = [path("ws/video/", VideoConsumer.as_asgi())]
