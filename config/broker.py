"""How this house talks to its broker and keeps its times: one set of words for whoever asks, works or ticks."""

from django.conf import settings

OPTIONS: dict[str, object] = {
    "broker_url": settings.CELERY_BROKER_URL,
    "broker_connection_retry_on_startup": True,
    "broker_transport_options": {
        "visibility_timeout": 600,
        "socket_timeout": 30,
        "socket_connect_timeout": 2,
        "socket_keepalive": True,
        "max_retries": 0,  # a verb that announces its news does not wait for a broker; the worker retries by itself
    },
    "task_serializer": "json",
    "accept_content": ["json"],
    "result_backend": None,
    "task_ignore_result": True,
    "timezone": settings.TIME_ZONE,
}
