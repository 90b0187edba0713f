"""Series of bulletins, their issues, and what leaders said about them."""

from django.db import models
from django.db.models import Q

from apps.briefings.enums import InstructionLevel, IssueState
from apps.briefings.models.items import ORGAN, POST, Adoption


class Bulletin(models.Model):
    """刊物: a series of an office, numbered by year."""

    organ = models.ForeignKey(ORGAN, on_delete=models.PROTECT, related_name="+", verbose_name="主办机关")
    name = models.CharField("刊名", max_length=30)
    publisher = models.CharField("编印单位", max_length=60)
    rank_order = models.PositiveIntegerField("排序", default=10)
    is_active = models.BooleanField("在用", default=True)
    version = models.PositiveIntegerField(default=1)

    class Meta:
        verbose_name = verbose_name_plural = "信息刊物"
        constraints = [models.UniqueConstraint(fields=["organ", "name"], name="bulletin_name")]

    def __str__(self) -> str:
        return f"《{self.name}》"


class BulletinIssue(models.Model):
    """One issue. `number` is given when it is published and is never given again."""

    bulletin = models.ForeignKey(
        Bulletin, on_delete=models.PROTECT, related_name="issues", verbose_name="刊物"
    )
    organ = models.ForeignKey(ORGAN, on_delete=models.PROTECT, related_name="+", verbose_name="主办机关")
    matter = models.OneToOneField(
        "workflow.Matter", on_delete=models.PROTECT, null=True, related_name="+", verbose_name="事项"
    )
    year = models.PositiveSmallIntegerField("年度", null=True)
    number = models.PositiveIntegerField("期号", null=True)
    note = models.CharField("编者按", max_length=500, blank=True)
    state = models.CharField("状态", max_length=10, choices=IssueState, default=IssueState.DRAFT)
    signed_by = models.CharField("签发人", max_length=160, blank=True)
    signed_at = models.DateTimeField("签发时间", null=True)
    issued_at = models.DateTimeField("编发时间", null=True)
    issued_by = models.CharField("编发人", max_length=160, blank=True)
    created_at = models.DateTimeField("建立时间")
    version = models.PositiveIntegerField(default=1)

    class Meta:
        verbose_name = verbose_name_plural = "刊物期次"
        constraints = [
            models.UniqueConstraint(fields=["bulletin", "year", "number"], name="bulletin_number"),
            models.CheckConstraint(
                condition=Q(
                    state=IssueState.ISSUED, number__isnull=False, year__isnull=False, issued_at__isnull=False
                )
                | (~Q(state=IssueState.ISSUED) & Q(number__isnull=True)),
                name="bulletin_issue_numbered",
            ),
        ]
        indexes = [models.Index(fields=["organ", "-created_at", "-id"], name="bulletin_issue_list")]

    def __str__(self) -> str:
        return self.title

    @property
    def title(self) -> str:
        """Series and number in words."""
        words = f"{self.year}年第{self.number}期" if self.number else "（未编期号）"
        return f"《{self.bulletin.name}》{words}"


class IssueEntry(models.Model):
    """A text in an issue; `position` from 1."""

    issue = models.ForeignKey(BulletinIssue, on_delete=models.CASCADE, related_name="entries")
    adoption = models.ForeignKey(Adoption, on_delete=models.PROTECT, related_name="entries")
    position = models.PositiveSmallIntegerField("次序")

    class Meta:
        verbose_name = verbose_name_plural = "刊载内容"
        ordering = ["position", "pk"]
        constraints = [models.UniqueConstraint(fields=["issue", "adoption"], name="issue_entry_once")]

    def __str__(self) -> str:
        return f"{self.position} {self.adoption_id}"


class LeaderInstruction(models.Model):
    """批示 on a published issue or one of its texts: recorded, and taken back with a reason, never changed."""

    issue = models.ForeignKey(BulletinIssue, on_delete=models.PROTECT, related_name="instructions")
    adoption = models.ForeignKey(
        Adoption, on_delete=models.PROTECT, null=True, related_name="instructions", verbose_name="所批内容"
    )
    level = models.CharField("层级", max_length=10, choices=InstructionLevel)
    leader = models.ForeignKey(POST, on_delete=models.PROTECT, null=True, related_name="+")
    leader_text = models.CharField("批示领导", max_length=120)
    words = models.CharField("批示内容", max_length=1000)
    given_on = models.DateField("批示日期")
    recorded_by = models.CharField("录入人", max_length=160)
    at = models.DateTimeField("录入时间")
    cancelled_at = models.DateTimeField("撤销时间", null=True)
    cancelled_why = models.CharField("撤销原因", max_length=200, blank=True)

    class Meta:
        verbose_name = verbose_name_plural = "领导批示"
        ordering = ["given_on", "pk"]

    def __str__(self) -> str:
        return f"{self.leader_text}：{self.words[:30]}"
