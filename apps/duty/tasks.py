"""Celery tasks of duty: ids in, one run."""

from celery import shared_task

from apps.core.locks import single_flight
from apps.duty.services import spots_call, swaps_expire


@shared_task(ignore_result=True, soft_time_limit=110, time_limit=120)
def roster_solve(solving_id: int) -> None:
    """Arrange a month; returns at once when the run has ended."""
    from apps.duty.planning import month_solve  # noqa: PLC0415  # OR-Tools weighs 60 MB: only where a month is arranged

    month_solve(solving_id=solving_id)


@shared_task(ignore_result=True, soft_time_limit=50, time_limit=60)
def duty_spots_call() -> None:
    """Make the spot checks whose time has come."""
    with single_flight("duty-spots") as alone:
        if alone:
            spots_call()


@shared_task(ignore_result=True, soft_time_limit=50, time_limit=60)
def duty_swaps_expire() -> None:
    """End swaps nobody agreed to in time."""
    with single_flight("duty-swaps") as alone:
        if alone:
            swaps_expire()
