"""Exchange: one dispatch per receiving organ."""

from django.conf import settings
from django.db import models
from django.db.models import Q

from apps.documents.enums import DispatchKind, DispatchState


class Dispatch(models.Model):
    """A distributed document's way to one organ, until signed for, returned or recalled; then it may be sent anew."""

    document = models.ForeignKey(
        "documents.OutgoingDocument", on_delete=models.PROTECT, related_name="dispatches"
    )
    organ = models.ForeignKey("accounts.Organ", on_delete=models.PROTECT, related_name="received_dispatches")
    kind = models.CharField("方式", max_length=10, choices=DispatchKind)
    state = models.CharField("状态", max_length=10, choices=DispatchState, default=DispatchState.SENT)
    sent_at = models.DateTimeField("分发时间")
    signed_at = models.DateTimeField("签收时间", null=True)
    signed_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, related_name="+"
    )
    ended_at = models.DateTimeField("退文或撤回时间", null=True)
    reason = models.CharField("原因", max_length=200, blank=True)
    urged_at = models.DateTimeField("最近催收", null=True)
    urge_count = models.PositiveSmallIntegerField("催收次数", default=0)

    class Meta:
        verbose_name = verbose_name_plural = "分发"
        ordering = ["kind", "organ__rank_order", "id"]
        indexes = [models.Index(fields=["document"], name="dispatch_waiting", condition=Q(state="sent"))]
        constraints = [
            models.UniqueConstraint(
                fields=["document", "organ"], condition=Q(state__in=["sent", "signed"]), name="dispatch_once"
            )
        ]

    def __str__(self) -> str:
        return f"{self.document_id} → {self.organ_id}"


class ReceiverTerms(models.Model):
    """What receiving organs may do with a document's papers besides reading them; a document without a row leaves both free.

    Apart from the document, whose row is fixed when it is sealed: the issuer may change its mind as long as the papers exist.
    """

    document = models.OneToOneField(
        "documents.OutgoingDocument", on_delete=models.PROTECT, related_name="receiver_terms"
    )
    may_print = models.BooleanField("可打印", default=True)
    may_download = models.BooleanField("可下载", default=True)
    set_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    set_at = models.DateTimeField("设定时间")

    class Meta:
        verbose_name = verbose_name_plural = "接收单位使用权限"

    def __str__(self) -> str:
        return f"{self.document_id} 打印{self.may_print:d} 下载{self.may_download:d}"
