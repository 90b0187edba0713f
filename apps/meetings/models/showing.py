"""同步翻页: the page of an item's materials that everybody seated for it looks at."""

from django.conf import settings
from django.db import models
from django.db.models import Q

from apps.meetings.models.agenda import AgendaItem
from apps.meetings.models.meetings import Meeting


class MaterialShowing(models.Model):
    """A file shown page by page; one at a time in a meeting. `turn` grows with every change: an older one is no news."""

    meeting = models.ForeignKey(Meeting, on_delete=models.PROTECT, related_name="showings")
    item = models.ForeignKey(AgendaItem, on_delete=models.CASCADE, related_name="+", verbose_name="议题")
    file = models.ForeignKey("files.StoredFile", on_delete=models.PROTECT, related_name="+")
    presenter = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+", verbose_name="主讲"
    )
    presenter_text = models.CharField(max_length=80)
    page = models.PositiveIntegerField("页", default=1)
    turn = models.PositiveIntegerField(default=1)
    started_at = models.DateTimeField("开始")
    ended_at = models.DateTimeField("结束", null=True)

    class Meta:
        verbose_name = verbose_name_plural = "同步翻页"
        constraints = [
            models.UniqueConstraint(
                fields=["meeting"], name="one_showing_a_meeting", condition=Q(ended_at__isnull=True)
            ),
            models.CheckConstraint(condition=Q(page__gte=1), name="showing_page"),
        ]

    def __str__(self) -> str:
        return f"{self.meeting_id} {self.page}"
