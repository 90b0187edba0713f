"""Organs that end: whether one has, and what is left in one that is to and would be nobody's afterwards."""

from apps.accounts.models import Organ
from apps.core.clock import today
from apps.documents.enums import IncomingStatus, OutgoingStatus
from apps.documents.models import IncomingDocument, OutgoingDocument


def drafts_left(organ_id: int) -> int:
    """Drafts of the organ that were never submitted."""
    drafts = OutgoingDocument.objects.filter(organ_id=organ_id, status=OutgoingStatus.DRAFT)
    return drafts.filter(submitted_at__isnull=True).count()


def copies_left(organ_id: int) -> int:
    """Documents that reached the organ and are not signed for or not registered."""
    waiting = (IncomingStatus.RECEIVED, IncomingStatus.SIGNED_FOR)
    return IncomingDocument.objects.filter(organ_id=organ_id, status__in=waiting, matter__isnull=True).count()


def is_abolished(organ: Organ) -> bool:
    """Whether the organ no longer exists today."""
    return organ.abolished_on is not None and organ.abolished_on <= today()
