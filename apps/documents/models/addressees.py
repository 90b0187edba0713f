"""Rows that name whom a text goes to."""

from django.db import models


class Addressee(models.Model):
    """A main (主送) or copied (抄送) recipient in printed order; `organ` is empty for names outside the system."""

    class Kind(models.TextChoices):
        """Main recipients handle; copied ones know."""

        MAIN = "main", "主送"
        CC = "cc", "抄送"

    kind = models.CharField(max_length=4, choices=Kind)
    organ = models.ForeignKey("accounts.Organ", on_delete=models.PROTECT, null=True, related_name="+")
    name = models.CharField("名称", max_length=100)
    rank_order = models.PositiveIntegerField(default=0)

    class Meta:
        abstract = True
        ordering = ["rank_order", "id"]
