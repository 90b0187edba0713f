"""Celery: JSON only, late acknowledgement, one time limit for all unless a task says otherwise."""

import os

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings.production")

from celery import Celery
from django.conf import settings
from django_structlog.celery.steps import DjangoStructLogInitStep

from config.beat import SCHEDULE

app = Celery("tongzhou")
app.conf.update(
    broker_url=settings.CELERY_BROKER_URL,
    broker_connection_retry_on_startup=True,
    broker_transport_options={
        "visibility_timeout": 600,
        "socket_timeout": 30,
        "socket_connect_timeout": 2,
        "socket_keepalive": True,
        "max_retries": 0,  # a verb that announces its news does not wait for a broker; the worker retries by itself
    },
    task_serializer="json",
    accept_content=["json"],
    result_backend=None,
    task_ignore_result=True,
    task_acks_late=True,
    task_reject_on_worker_lost=True,
    task_soft_time_limit=120,
    task_time_limit=150,
    task_always_eager=settings.CELERY_TASK_ALWAYS_EAGER,
    worker_prefetch_multiplier=1,
    worker_hijack_root_logger=False,
    worker_max_tasks_per_child=500,
    timezone=settings.TIME_ZONE,
    beat_schedule=SCHEDULE,
    beat_schedule_filename=str(settings.STATE / "beat-schedule"),
)
app.steps["worker"].add(DjangoStructLogInitStep)
app.autodiscover_tasks()
