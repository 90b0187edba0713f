"""The task of the nightly backup, started by beat."""

from celery import shared_task

from config.safekeeping import nightly


@shared_task(ignore_result=True, acks_late=False, soft_time_limit=4 * 3600, time_limit=4 * 3600 + 60)
def backup_nightly() -> None:
    """Make tonight's backup; a second one at the same time returns at once. Acknowledged early: the next night tries again."""
    nightly.backup_nightly()
