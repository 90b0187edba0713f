"""Rows of information reporting."""

from apps.briefings.models.bulletins import Bulletin, BulletinIssue, IssueEntry, LeaderInstruction
from apps.briefings.models.commissions import Commission, CommissionUnit
from apps.briefings.models.items import Adoption, InfoItem
from apps.briefings.models.scores import ScoreBoard, ScoreRecord, ScoreRule

__all__ = [
    "Adoption",
    "Bulletin",
    "BulletinIssue",
    "Commission",
    "CommissionUnit",
    "InfoItem",
    "IssueEntry",
    "LeaderInstruction",
    "ScoreBoard",
    "ScoreRecord",
    "ScoreRule",
]
