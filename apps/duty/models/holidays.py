"""节假日值班表: the duty of a public holiday, taken from the months it falls in and made known on its own."""

from django.db import models
from django.db.models import F, Q

ORGAN = "accounts.Organ"


class HolidayList(models.Model):
    """A holiday whose list is out. The list itself is the published months', so a swap shows in it at once."""

    organ = models.ForeignKey(ORGAN, on_delete=models.PROTECT, related_name="+")
    name = models.CharField("节日", max_length=40)
    first_on = models.DateField("首日")
    last_on = models.DateField("末日")
    published_at = models.DateTimeField("发布时间")
    published_text = models.CharField("发布人", max_length=160)
    document = models.ForeignKey(
        "documents.OutgoingDocument",
        on_delete=models.SET_NULL,  # only drafts are ever deleted: another may be made
        null=True,
        related_name="+",
        verbose_name="报送文稿",
    )

    class Meta:
        verbose_name = verbose_name_plural = "节假日值班表"
        ordering = ["-first_on"]
        constraints = [
            models.UniqueConstraint(fields=["organ", "first_on"], name="holiday_list_once"),
            models.CheckConstraint(condition=Q(last_on__gte=F("first_on")), name="holiday_list_forwards"),
        ]

    def __str__(self) -> str:
        return self.title

    @property
    def title(self) -> str:
        """As it is headed."""
        return f"{self.first_on.year}年{self.name}值班表"
