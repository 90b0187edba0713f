"""The house's Celery with one listener that can be made to linger: `celery -A tests.chaos.worker worker`."""

import os
import time
from pathlib import Path

from config.celery import app  # Django is set up by its fixup before the imports below run

app.loader.import_default_modules()

from apps.core.clock import now  # noqa: E402
from apps.core.events import listens_to  # noqa: E402
from apps.core.models import Heartbeat  # noqa: E402
from tests.core.occasions import Happened  # noqa: E402

FLAGS = Path(os.environ["CHAOS_FLAGS"])
__all__ = ["app"]


@listens_to(Happened)
def hear(event: Happened) -> None:
    """Leave a mark; while the flag `linger` stands, say `inside` and stay there with the transaction open."""
    Heartbeat.objects.create(process=f"heard {event.number}", seen_at=now())
    if (FLAGS / "linger").exists():
        (FLAGS / "inside").touch()
        time.sleep(60)
