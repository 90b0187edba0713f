"""How a roster came to be what it is: one row for each version, never rewritten."""

import pgtrigger
from django.db import models

from apps.core.triggers import no_truncate
from apps.duty.enums import VersionAct
from apps.duty.models.rosters import DutyRoster


class RosterVersion(models.Model):
    """A step in the making of a roster, and the places it moved as [watch, post, appointment before, after]."""

    roster = models.ForeignKey(DutyRoster, on_delete=models.PROTECT, related_name="versions")
    number = models.PositiveIntegerField("版本")
    act = models.CharField("方式", max_length=12, choices=VersionAct)
    words = models.CharField("事由", max_length=220, blank=True)
    places = models.JSONField("变动", default=list)
    by_text = models.CharField("经办", max_length=160)
    made_at = models.DateTimeField("时间")

    class Meta:
        verbose_name = verbose_name_plural = "值班表版本"
        ordering = ["-number"]
        constraints = [models.UniqueConstraint(fields=["roster", "number"], name="roster_version_once")]
        triggers = [
            pgtrigger.Protect(name="roster_version_fixed", operation=pgtrigger.Update | pgtrigger.Delete),
            no_truncate("roster_version_no_truncate"),
        ]

    def __str__(self) -> str:
        return f"{self.roster_id} v{self.number} {self.get_act_display()}"
