"""Supervision's Celery tasks: one service each. Both may run twice at once: rows are claimed, never counted twice."""

from celery import shared_task

from apps.supervision.services import tallies


@shared_task(ignore_result=True, soft_time_limit=110, time_limit=120)
def tallies_follow() -> None:
    """Count lights that have turned and add the figures up."""
    tallies.tallies_follow()


@shared_task(ignore_result=True, soft_time_limit=570, time_limit=600)
def tallies_verify() -> None:
    """Prove the figures equal to the items."""
    tallies.tallies_verify()
