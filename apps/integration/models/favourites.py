"""Which systems a person keeps in front, in which order."""

from django.conf import settings
from django.db import models


class FavouriteSystem(models.Model):
    """A system a person keeps in front; `place` counts from 1 without gaps."""

    person = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="+")
    system = models.ForeignKey("integration.PartnerSystem", on_delete=models.CASCADE, related_name="+")
    place = models.PositiveIntegerField()

    class Meta:
        verbose_name = verbose_name_plural = "常用系统"
        ordering = ["place", "id"]
        constraints = [models.UniqueConstraint(fields=["person", "system"], name="favourite_system_once")]

    def __str__(self) -> str:
        return f"{self.person_id} {self.system_id}"
