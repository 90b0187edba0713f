"""Celery: JSON only, late acknowledgement, one time limit for all unless a task says otherwise."""

import os

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings.production")
# System checks load every page into processes that show none, 25 MB each; `check --deploy` and the tests make them.
os.environ.setdefault("CELERY_SKIP_CHECKS", "1")

from celery import Celery
from django.conf import settings
from django_structlog.celery.steps import DjangoStructLogInitStep

from config.broker import OPTIONS

app = Celery("tongzhou")
app.conf.update(
    OPTIONS,
    task_acks_late=True,
    task_reject_on_worker_lost=True,
    task_soft_time_limit=120,
    task_time_limit=150,
    task_always_eager=settings.CELERY_TASK_ALWAYS_EAGER,
    worker_prefetch_multiplier=1,
    worker_hijack_root_logger=False,
    worker_max_tasks_per_child=500,
)
app.steps["worker"].add(DjangoStructLogInitStep)
app.autodiscover_tasks()
