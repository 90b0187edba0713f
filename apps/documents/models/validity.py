"""效力: from when an issued document no longer holds, or holds again; a line a decision, never changed."""

import pgtrigger
from django.conf import settings
from django.db import models

from apps.core.triggers import no_truncate
from apps.documents.enums import Validity


class ValidityChange(models.Model):
    """A decision of the issuing organ about an issued document; the last one in effect counts, without one it is in force."""

    document = models.ForeignKey(
        "documents.OutgoingDocument", on_delete=models.PROTECT, related_name="validity_changes"
    )
    state = models.CharField("效力", max_length=10, choices=Validity)
    effective_on = models.DateField("自何日起")
    reason = models.CharField("依据或原因", max_length=200)
    person = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    person_name = models.CharField(max_length=40)
    at = models.DateTimeField("登记时间")

    class Meta:
        verbose_name = verbose_name_plural = "公文效力"
        ordering = ["at", "id"]
        triggers = [
            pgtrigger.Protect(name="validity_fixed", operation=pgtrigger.Update | pgtrigger.Delete),
            no_truncate("validity_no_truncate"),
        ]

    def __str__(self) -> str:
        return f"{self.document_id} {self.get_state_display()}"
