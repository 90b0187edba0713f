"""Electronic seals, their use and the sealed file that never changes."""

from typing import ClassVar

import pgtrigger
from django.conf import settings
from django.db import models
from django.db.models import Q

from apps.core.triggers import no_truncate
from apps.documents.enums import SealStatus


class ESeal(models.Model):
    """An organ's round seal, drawn at its legal diameter, or a leader's 签名章; with a certificate, the key in the secrets folder.

    A stamp has its `person` in place of a diameter and is kept, as the seal is, by the seal keepers of `organ`.
    """

    organ = models.ForeignKey(
        "accounts.Organ", on_delete=models.PROTECT, related_name="seals", verbose_name="机关"
    )
    person = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="signature_stamps",
        verbose_name="签发人",
    )
    name = models.CharField("印文", max_length=60)
    diameter_mm = models.PositiveSmallIntegerField("直径（毫米）", null=True)
    status = models.CharField("状态", max_length=10, choices=SealStatus, default=SealStatus.ACTIVE)
    image_svg = models.TextField("印模", editable=False)
    certificate_pem = models.TextField("证书", editable=False)
    key_name = models.CharField(max_length=80, editable=False)
    made_at = models.DateTimeField("制作时间")

    class Meta:
        verbose_name = verbose_name_plural = "电子印章"
        constraints = [
            models.UniqueConstraint(
                fields=["organ"],
                condition=Q(status="active", person__isnull=True),
                name="one_active_seal_per_organ",
            ),
            models.UniqueConstraint(
                fields=["organ", "person"],
                condition=Q(status="active", person__isnull=False),
                name="one_active_stamp_per_person",
            ),
            models.CheckConstraint(
                condition=Q(person__isnull=True, diameter_mm__isnull=False)
                | Q(person__isnull=False, diameter_mm__isnull=True),
                name="seals_have_diameters",
            ),
        ]

    def __str__(self) -> str:
        return self.name


class StampManager(models.Manager["SignatureStamp"]):
    """Stamps alone."""

    def get_queryset(self) -> models.QuerySet["SignatureStamp"]:
        """Without the seals of organs."""
        return super().get_queryset().filter(person__isnull=False)


class SignatureStamp(ESeal):
    """签名章: a leader's handwritten signature in red, set on the orders this person signs (GB/T 9704-2012 7.3.5.3)."""

    objects: ClassVar[StampManager] = StampManager()

    class Meta:
        proxy = True
        verbose_name = verbose_name_plural = "签名章"


class SealUseRequest(models.Model):
    """用印审批: the confirmation that precedes each sealing, of the pages as they were laid out then and of no others."""

    document = models.ForeignKey(
        "documents.OutgoingDocument", on_delete=models.PROTECT, related_name="seal_uses"
    )
    seal = models.ForeignKey(ESeal, on_delete=models.PROTECT, related_name="uses")
    layout = models.ForeignKey("files.StoredFile", on_delete=models.PROTECT, null=True, related_name="+")
    copies = models.PositiveIntegerField("用印份数")
    requested_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    requested_at = models.DateTimeField("申请时间")
    approved_by_name = models.CharField("批准依据", max_length=120)
    used_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, related_name="+"
    )
    used_at = models.DateTimeField("用印时间", null=True)

    class Meta:
        verbose_name = verbose_name_plural = "用印记录"

    def __str__(self) -> str:
        return f"{self.seal} → {self.document_id}"


class SealedFile(models.Model):
    """The one sealed PDF of a document; nothing of it changes afterwards (trigger)."""

    document = models.OneToOneField(
        "documents.OutgoingDocument", on_delete=models.PROTECT, primary_key=True, related_name="sealed_file"
    )
    file = models.ForeignKey("files.StoredFile", on_delete=models.PROTECT, related_name="+")
    sha256 = models.CharField("摘要", max_length=64, unique=True)
    content_hash = models.CharField("正文摘要", max_length=64)
    seal = models.ForeignKey(ESeal, on_delete=models.PROTECT, null=True, related_name="+")
    sealed_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    sealed_at = models.DateTimeField("用印时间")

    class Meta:
        verbose_name = verbose_name_plural = "用印文件"
        triggers = [
            pgtrigger.Protect(name="sealed_file_fixed", operation=pgtrigger.Update | pgtrigger.Delete),
            no_truncate("sealed_file_no_truncate"),
        ]

    def __str__(self) -> str:
        return self.sha256[:12]
