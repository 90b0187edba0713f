"""Tasks of notifications."""

from celery import shared_task

from apps.core.locks import single_session
from apps.notifications import services


@shared_task(ignore_result=True, soft_time_limit=100, time_limit=120)
def deliveries_sweep() -> None:
    """Send the SMS and mail that are due; one process at a time, so that a slow server keeps no more than one waiting."""
    with single_session("notifications.deliveries") as alone:
        if alone:
            services.deliveries_sweep()


@shared_task(ignore_result=True, soft_time_limit=250, time_limit=280)
def digests_sweep() -> None:
    """Send the morning's summaries; likewise."""
    with single_session("notifications.digests") as alone:
        if alone:
            services.digests_sweep()
