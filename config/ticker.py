"""Beat's own Celery: it names tasks when their time comes and needs none of the applications, so it loads none."""

import os

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings.production")

from celery import Celery
from django.conf import settings

from config.beat import SCHEDULE
from config.broker import OPTIONS

app = Celery("tongzhou-ticker", fixups=[], set_as_current=False)
app.conf.update(OPTIONS, beat_schedule=SCHEDULE, beat_schedule_filename=str(settings.STATE / "beat-schedule"))
