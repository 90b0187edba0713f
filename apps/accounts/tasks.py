"""Celery tasks of accounts."""

from celery import shared_task

from apps.accounts.services import directories_nightly as ask_all


@shared_task(ignore_result=True, soft_time_limit=1700, time_limit=1800)
def directories_nightly() -> None:
    """Ask the directories that are asked every night; a second run finds nothing changed."""
    ask_all()
