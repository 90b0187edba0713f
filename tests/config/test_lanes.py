"""Two lanes of background work: what may take minutes never stands before what somebody waits for."""

import importlib

from config.beat import SCHEDULE
from config.broker import OPTIONS, QUICK, SLOW, SLOW_TASKS
from config.celery import app


def lane_of(task: str) -> str:
    """The queue a task named so is sent to, as the broker's options say."""
    route = app.amqp.router.route({}, task)
    return str(route["queue"].name)


def test_every_task_of_the_slow_lane_exists() -> None:
    """A misspelt name would be sent to the quick lane and nobody would notice."""
    for name in SLOW_TASKS:
        module, _, function = name.rpartition(".")
        assert hasattr(importlib.import_module(module), function), name


def test_conversions_wait_elsewhere_than_events_and_previews() -> None:
    assert lane_of("apps.files.tasks.file_pages_make") == SLOW
    assert lane_of("apps.core.tasks.outbox_deliver") == QUICK
    assert lane_of("apps.documents.tasks.preview_make") == QUICK


def test_each_lane_has_its_heartbeat() -> None:
    """Readiness must notice when either lane has nobody at work."""
    beats = [entry for entry in SCHEDULE.values() if entry["task"] == "apps.core.tasks.heartbeat_record"]
    queues = {dict(entry["options"]).get("queue", OPTIONS["task_default_queue"]) for entry in beats}  # type: ignore[call-overload]  # options are a mapping
    assert queues == {QUICK, SLOW}
