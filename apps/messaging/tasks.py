"""Work of messaging in the background."""

from celery import shared_task

from apps.core.locks import single_flight
from apps.messaging import services


@shared_task(soft_time_limit=60, time_limit=90)
def confirmations_sweep() -> int:
    """Remind whoever has not confirmed a 必达 message and whose time has come."""
    with single_flight("messaging.must") as alone:
        return services.confirmations_sweep() if alone else 0


@shared_task(soft_time_limit=300, time_limit=360)
def unit_groups_sync() -> int:
    """Let unit groups follow appointments that began or ended by date."""
    with single_flight("messaging.units") as alone:
        return services.unit_groups_sync() if alone else 0


@shared_task(soft_time_limit=3300, time_limit=3600)
def messages_expire() -> int:
    """Delete messages older than they are kept."""
    with single_flight("messaging.expire") as alone:
        return services.messages_expire() if alone else 0
