"""Audit's Celery tasks, started by beat."""

from celery import shared_task

from apps.audit import services


@shared_task(ignore_result=True, soft_time_limit=50, time_limit=60)
def audit_seal() -> None:
    """Seal what is committed; returns at once when another sealer is at work or nothing waits."""
    services.audit_seal()


@shared_task(ignore_result=True, soft_time_limit=50, time_limit=60)
def audit_head_sign() -> None:
    """Write today's signed head; a second run on the day finds it written."""
    services.head_sign()
