"""值班日报: a day of duty as it was told to leaders."""

import pgtrigger
from django.db import models

from apps.core.triggers import no_truncate


class DailyReport(models.Model):
    """One report, numbered through the year of its day; the sheet as sent is a file of it and never changes."""

    organ = models.ForeignKey("accounts.Organ", on_delete=models.PROTECT, related_name="+")
    day = models.DateField("日期")
    year = models.PositiveSmallIntegerField("年度")
    number = models.PositiveSmallIntegerField("期号")
    words = models.TextField("需要说明的情况", blank=True)
    sent_to_text = models.CharField("报送", max_length=500)
    sent_by = models.ForeignKey("accounts.Appointment", on_delete=models.PROTECT, related_name="+")
    sent_text = models.CharField("报送人", max_length=160)
    sent_at = models.DateTimeField("报送时间")

    class Meta:
        verbose_name = verbose_name_plural = "值班日报"
        ordering = ["-sent_at", "-id"]
        constraints = [models.UniqueConstraint(fields=["organ", "year", "number"], name="daily_number_once")]
        indexes = [models.Index(fields=["organ", "-day", "-id"], name="daily_of_day")]
        triggers = [
            pgtrigger.Protect(name="daily_fixed", operation=pgtrigger.Update | pgtrigger.Delete),
            no_truncate("daily_no_truncate"),
        ]

    def __str__(self) -> str:
        return f"值班日报{self.year}年第{self.number}期（{self.day.month}月{self.day.day}日）"
