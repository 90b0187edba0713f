"""How this house talks to its broker and keeps its times: one set of words for whoever asks, works or ticks."""

from django.conf import settings

QUICK = "celery"  # events, sweeps and what somebody waits for before a page
SLOW = "slow"  # what may take minutes, or waits for other machines
SLOW_TASKS = (
    "apps.accounts.tasks.directories_nightly",
    "apps.core.tasks.records_tidy",
    "apps.documents.tasks.pictures_tidy",
    "apps.documents.tasks.previews_tidy",
    "apps.duty.tasks.roster_solve",
    "apps.files.tasks.file_check",
    "apps.files.tasks.file_pages_make",
    "apps.files.tasks.files_tidy",
    "apps.integration.tasks.webhooks_sweep",
    "apps.meetings.tasks.recordings_compose",
    "apps.meetings.tasks.recordings_tidy",
    "apps.messaging.tasks.messages_expire",
    "apps.messaging.tasks.unit_groups_sync",
    "apps.notifications.tasks.deliveries_sweep",
    "apps.notifications.tasks.digests_sweep",
    "apps.supervision.tasks.tallies_verify",
    "config.safekeeping.tasks.backup_nightly",
)

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
    "task_default_queue": QUICK,
    "task_routes": {name: {"queue": SLOW} for name in SLOW_TASKS},
    "task_serializer": "json",
    "accept_content": ["json"],
    "result_backend": None,
    "task_ignore_result": True,
    "timezone": settings.TIME_ZONE,
}
