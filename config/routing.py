"""Socket routes of all apps."""

from apps.core.routing import websocket_urlpatterns as core_routes

websocket_urlpatterns = [*core_routes]
