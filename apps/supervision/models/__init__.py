"""Supervision items and their course."""

from apps.supervision.models.course import (
    Extension,
    Interview,
    ItemLog,
    NoticeReceipt,
    ProgressReport,
    SupervisionNotice,
)
from apps.supervision.models.items import (
    Assisting,
    ItemClass,
    Milestone,
    NumberCounter,
    SupervisionItem,
    Tally,
    default_report_schedule,
    default_schedule,
)

__all__ = [
    "Assisting",
    "Extension",
    "Interview",
    "ItemClass",
    "ItemLog",
    "Milestone",
    "NoticeReceipt",
    "NumberCounter",
    "ProgressReport",
    "SupervisionItem",
    "SupervisionNotice",
    "Tally",
    "default_report_schedule",
    "default_schedule",
]
