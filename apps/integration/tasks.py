"""Tasks of integration."""

from celery import shared_task

from apps.core.locks import single_session
from apps.integration import services


@shared_task(ignore_result=True, soft_time_limit=280, time_limit=300)
def webhooks_sweep() -> None:
    """Tell systems what is due; one process at a time, so that a slow system keeps no more than one waiting."""
    with single_session("integration.webhooks") as alone:
        if alone:
            services.deliveries_sweep()


@shared_task(ignore_result=True, soft_time_limit=60, time_limit=90)
def answers_forget() -> None:
    """Drop answers kept under idempotency keys longer than a day, and codes and tokens that have expired."""
    services.answers_forget()
    services.tokens_forget()
