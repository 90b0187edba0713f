"""Tasks of the files app: ids in, one service called."""

from celery import shared_task

from apps.files import services


@shared_task(ignore_result=True, soft_time_limit=60, time_limit=90)
def file_check(file_id: int) -> None:
    """Inspect a received file; returns at once when that was done."""
    services.file_check(file_id=file_id)


@shared_task(ignore_result=True, soft_time_limit=140, time_limit=150)
def file_pages_make(file_id: int) -> None:
    """Make page images; returns at once when they are there."""
    services.file_pages_make(file_id=file_id)


@shared_task(ignore_result=True, soft_time_limit=550, time_limit=580)
def files_tidy() -> None:
    """Sweep what crashes and people left; each part claims its rows, so that two sweeps at once do no harm."""
    services.uploads_tidy()
    services.pages_tidy()
    services.bytes_tidy()
    services.conversions_tidy()
