"""议题 and what was agreed (domain.md §8.2, §8.5)."""

from typing import TYPE_CHECKING

from django.db import models

from apps.meetings.models.meetings import Attendee, Meeting

if TYPE_CHECKING:
    from apps.accounts.models import Organ

ORGAN = "accounts.Organ"


class AgendaItem(models.Model):
    """One item: which organ reports, who speaks how long, who is seated for it (nobody listed: everybody).

    `observers`: organs that are called to this item only (列席).
    """

    meeting = models.ForeignKey(Meeting, on_delete=models.PROTECT, related_name="agenda")
    title = models.CharField("议题", max_length=150)
    organ = models.ForeignKey(ORGAN, on_delete=models.PROTECT, related_name="+", verbose_name="汇报单位")
    presenter = models.CharField("汇报人", max_length=80, blank=True)
    minutes = models.PositiveSmallIntegerField("汇报时间（分钟）", default=10)
    place = models.PositiveSmallIntegerField("次序")
    observers: "models.ManyToManyField[Organ, models.Model]" = models.ManyToManyField(
        ORGAN, related_name="+", verbose_name="列席单位"
    )
    version = models.PositiveIntegerField(default=1)

    class Meta:
        verbose_name = verbose_name_plural = "议题"
        ordering = ["place", "id"]

    def __str__(self) -> str:
        return self.title


class AgendaListener(models.Model):
    """Somebody seated for an item."""

    item = models.ForeignKey(AgendaItem, on_delete=models.CASCADE, related_name="listeners")
    attendee = models.ForeignKey(Attendee, on_delete=models.CASCADE, related_name="hears")

    class Meta:
        verbose_name = verbose_name_plural = "议题参会范围"
        constraints = [models.UniqueConstraint(fields=["item", "attendee"], name="listener_once")]

    def __str__(self) -> str:
        return f"{self.item_id} {self.attendee_id}"


class AgreedMatter(models.Model):
    """议定事项: what is to be done, by whom, by when."""

    meeting = models.ForeignKey(Meeting, on_delete=models.PROTECT, related_name="matters")
    item = models.ForeignKey(AgendaItem, on_delete=models.PROTECT, null=True, related_name="matters")
    text = models.CharField("事项", max_length=200)
    organ = models.ForeignKey(ORGAN, on_delete=models.PROTECT, related_name="+", verbose_name="责任单位")
    due_on = models.DateField("时限", null=True)
    created_at = models.DateTimeField()

    class Meta:
        verbose_name = verbose_name_plural = "议定事项"
        ordering = ["id"]

    def __str__(self) -> str:
        return self.text
