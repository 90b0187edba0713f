"""What a person keeps at the documents desk."""

from django.conf import settings
from django.db import models

from apps.documents.enums import DeskSide


class SavedFilter(models.Model):
    """A narrowing of a list under a name of one's own; `query` is the list's query string."""

    person = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="saved_filters"
    )
    side = models.CharField("清单", max_length=10, choices=DeskSide)
    name = models.CharField("名称", max_length=20)
    query = models.CharField(max_length=500)

    class Meta:
        verbose_name = verbose_name_plural = "常用筛选"
        ordering = ["id"]
        constraints = [models.UniqueConstraint(fields=["person", "side", "name"], name="saved_filter_once")]

    def __str__(self) -> str:
        return self.name
