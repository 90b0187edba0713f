"""计分: what units' items were used for, by unit and never by person (国办函〔2026〕12号)."""

from django.db import models

from apps.briefings.enums import Use
from apps.briefings.models.bulletins import BulletinIssue, LeaderInstruction
from apps.briefings.models.items import ORGAN, InfoItem
from apps.briefings.scoring import shown


class ScoreBoard(models.Model):
    """How an office counts. Units see figures only while `is_published`."""

    organ = models.OneToOneField(ORGAN, on_delete=models.PROTECT, related_name="+", verbose_name="计分机关")
    is_published = models.BooleanField("向报送单位公布", default=False)
    version = models.PositiveIntegerField(default=1)

    class Meta:
        verbose_name = verbose_name_plural = "信息计分"

    def __str__(self) -> str:
        return f"{self.organ_id}"


class ScoreRule(models.Model):
    """Points for one use; without a row the usual ones count (`scoring.USUAL`)."""

    organ = models.ForeignKey(ORGAN, on_delete=models.PROTECT, related_name="+")
    use = models.CharField("用途", max_length=20, choices=Use)
    points = models.DecimalField("分值", max_digits=6, decimal_places=2)

    class Meta:
        verbose_name = verbose_name_plural = "计分分值"
        constraints = [models.UniqueConstraint(fields=["organ", "use"], name="score_rule_once")]

    def __str__(self) -> str:
        return f"{self.get_use_display()} {self.points}"


class ScoreRecord(models.Model):
    """Points a unit got for one use of one item, as the rules then were; taken back with a reason, never changed."""

    board_organ = models.ForeignKey(
        ORGAN, on_delete=models.PROTECT, related_name="+", verbose_name="计分机关"
    )
    organ = models.ForeignKey(ORGAN, on_delete=models.PROTECT, related_name="+", verbose_name="得分单位")
    item = models.ForeignKey(InfoItem, on_delete=models.PROTECT, related_name="scores", verbose_name="信息")
    use = models.CharField("用途", max_length=20, choices=Use)
    points = models.DecimalField("得分", max_digits=6, decimal_places=2)
    reason = models.CharField("说明", max_length=300)
    on = models.DateField("日期")
    issue = models.ForeignKey(BulletinIssue, on_delete=models.PROTECT, null=True, related_name="scores")
    instruction = models.ForeignKey(
        LeaderInstruction, on_delete=models.PROTECT, null=True, related_name="scores"
    )
    recorded_by = models.CharField("登记人", max_length=160, blank=True)
    at = models.DateTimeField("登记时间")
    cancelled_at = models.DateTimeField("撤销时间", null=True)
    cancelled_why = models.CharField("撤销原因", max_length=200, blank=True)

    class Meta:
        verbose_name = verbose_name_plural = "信息得分"
        constraints = [
            models.UniqueConstraint(
                fields=["item", "use", "issue", "instruction"],
                condition=models.Q(issue__isnull=False) | models.Q(instruction__isnull=False),
                nulls_distinct=False,
                name="score_record_once",
            )
        ]
        indexes = [models.Index(fields=["board_organ", "on", "organ"], name="score_record_month")]

    def __str__(self) -> str:
        return f"{self.get_use_display()} {self.points}"

    @property
    def points_shown(self) -> str:
        """Without needless zeros."""
        return shown(self.points)
