"""Celery tasks of duty: ids in, one run."""

from celery import shared_task

from apps.duty.planning import month_solve


@shared_task(ignore_result=True, soft_time_limit=110, time_limit=120)
def roster_solve(solving_id: int) -> None:
    """Arrange a month; returns at once when the run has ended."""
    month_solve(solving_id=solving_id)
