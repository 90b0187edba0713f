"""Celery tasks of documents: ids in, one service called."""

from celery import shared_task

from apps.documents.services import previews, sweeping


@shared_task(ignore_result=True, soft_time_limit=130, time_limit=140)
def preview_make(document_id: int) -> None:
    """Lay out a draft's pages with a worker's patience; returns at once when they are there."""
    previews.preview_make(document_id=document_id)


@shared_task(ignore_result=True, soft_time_limit=280, time_limit=300)
def previews_tidy() -> None:
    """Forget previews nobody needs; they can be made again."""
    previews.previews_tidy()


@shared_task(ignore_result=True, soft_time_limit=550, time_limit=580)
def pictures_tidy() -> None:
    """Let go the pictures that no text has named for a month; each text is held by itself, so that two sweeps do no harm."""
    sweeping.pictures_tidy()
