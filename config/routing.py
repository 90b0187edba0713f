"""Live routes of all apps."""

from apps.core.routing import http_urlpatterns as core_http
from apps.core.routing import websocket_urlpatterns as core_sockets
from apps.meetings.routing import websocket_urlpatterns as meeting_sockets

websocket_urlpatterns = [*core_sockets, *meeting_sockets]
http_urlpatterns = [*core_http]
