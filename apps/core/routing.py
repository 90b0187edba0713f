"""Core's live routes: the socket, and polling for where no socket gets through."""

from channels.auth import AuthMiddlewareStack
from django.urls import path

from apps.core.consumers import LiveConsumer
from apps.core.polling import PollConsumer

websocket_urlpatterns = [path("ws/", LiveConsumer.as_asgi())]
http_urlpatterns = [path("live/poll/", AuthMiddlewareStack(PollConsumer.as_asgi()))]
