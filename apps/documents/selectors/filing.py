"""Reads for filing: the suggested retention and the next item number."""

import re

from django.db.models import Max

from apps.core.clock import today
from apps.documents.enums import DocumentType, RetentionPeriod
from apps.documents.models import OutgoingDocument

# 国家档案局令第8号: what shows the organ's main functions is kept for good
PERMANENT_TYPES = frozenset(
    {
        DocumentType.RESOLUTION,
        DocumentType.DECISION,
        DocumentType.ORDER,
        DocumentType.COMMUNIQUE,
        DocumentType.MINUTES,
        DocumentType.REPLY,
        DocumentType.MOTION,
    }
)
LASTING_WORDS = re.compile(r"规划|条例|规定|办法|方案|机构|编制|任免|任命|行动计划|实施意见|土地|表彰")
PASSING_WORDS = re.compile(r"会议的通知|放假|值班|征求意见|报送|培训|调休")


def retention_suggested(document: OutgoingDocument) -> RetentionPeriod:
    """What the archivist is offered: by 文种 and words of the title; the archivist decides."""
    if (
        document.document_type in PERMANENT_TYPES
        or document.is_important
        or LASTING_WORDS.search(document.title)
    ):
        return RetentionPeriod.PERMANENT
    if PASSING_WORDS.search(document.title):
        return RetentionPeriod.D10
    return RetentionPeriod.D30


def filing_year(document: OutgoingDocument) -> int:
    """年度: the year of signing."""
    return (document.document_date or today()).year


def next_item_number(organ_id: int, year: int, retention_period: str) -> str:
    """件号 inside year and retention, four digits from 0001."""
    last = OutgoingDocument.objects.filter(
        organ_id=organ_id, filed_year=year, retention_period=retention_period
    ).aggregate(last=Max("item_number"))["last"]
    return f"{int(last or 0) + 1:04d}"
