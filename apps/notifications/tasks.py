"""Tasks of notifications."""

from celery import shared_task

from apps.notifications import services


@shared_task(ignore_result=True, soft_time_limit=100, time_limit=120)
def deliveries_sweep() -> None:
    """Send the mail that is due; rows are claimed one by one, so that two sweeps at once do no harm."""
    services.deliveries_sweep()


@shared_task(ignore_result=True, soft_time_limit=250, time_limit=280)
def digests_sweep() -> None:
    """Send the morning's summaries; rows are claimed one by one, so that two sweeps at once do no harm."""
    services.digests_sweep()
