"""Core's Celery tasks: ids in, one service called."""

from celery import shared_task

from apps.core import health, outbox, reminding, tidying


@shared_task(ignore_result=True, soft_time_limit=60, time_limit=90)
def outbox_deliver(event_id: int) -> None:
    """Deliver one event; returns at once when it is already claimed or done."""
    outbox.deliver(event_id)


@shared_task(ignore_result=True, soft_time_limit=110, time_limit=120)
def outbox_sweep() -> None:
    """Deliver what was not announced and what a crash left."""
    outbox.sweep()


@shared_task(ignore_result=True, soft_time_limit=10, time_limit=15)
def heartbeat_record(process: str = "worker") -> None:
    """Beat asked and a worker of this lane answered: both are alive."""
    health.heartbeat_record(process)


@shared_task(ignore_result=True, soft_time_limit=570, time_limit=600)
def reminders_sweep() -> None:
    """Remind of the dates whose moment has come."""
    reminding.reminders_sweep()


@shared_task(ignore_result=True, soft_time_limit=570, time_limit=600)
def records_tidy() -> None:
    """Drop events, form keys and reminders past their use."""
    tidying.records_tidy()
