"""What passes between organs about an incoming document: answers, the pair of 请示 and 批复, forwarding by the issuer's leave."""

import pgtrigger
from django.conf import settings
from django.db import models
from django.db.models import Q

from apps.core.triggers import no_truncate
from apps.documents.enums import ForwardingState, ReplyDirection

PERSON = settings.AUTH_USER_MODEL


class IncomingResponse(models.Model):
    """答复: what the receiving organ told the sender (条例 art. 24); said words stay as they were said."""

    document = models.ForeignKey(
        "documents.IncomingDocument", on_delete=models.PROTECT, related_name="responses"
    )
    text = models.CharField("答复内容", max_length=1000)
    is_final = models.BooleanField("最终答复", default=True)
    person = models.ForeignKey(PERSON, on_delete=models.PROTECT, related_name="+")
    person_name = models.CharField(max_length=40)
    post_text = models.CharField(max_length=200)
    at = models.DateTimeField("时间")

    class Meta:
        verbose_name = verbose_name_plural = "答复"
        ordering = ["at", "id"]
        triggers = [
            pgtrigger.Protect(name="response_fixed", operation=pgtrigger.Update | pgtrigger.Delete),
            no_truncate("response_no_truncate"),
        ]

    def __str__(self) -> str:
        return f"{self.document_id} {self.at:%F}"


class ReplyLink(models.Model):
    """请示 ↔ 批复 (or 函 ↔ 复函): one of the two documents answers the other."""

    incoming = models.ForeignKey(
        "documents.IncomingDocument", on_delete=models.PROTECT, related_name="reply_links"
    )
    outgoing = models.ForeignKey(
        "documents.OutgoingDocument", on_delete=models.CASCADE, related_name="reply_links"
    )
    direction = models.CharField("方向", max_length=12, choices=ReplyDirection)
    made_by = models.ForeignKey(PERSON, on_delete=models.PROTECT, null=True, related_name="+")
    made_at = models.DateTimeField("建立时间")

    class Meta:
        verbose_name = verbose_name_plural = "来复文关系"
        ordering = ["made_at", "id"]
        constraints = [models.UniqueConstraint(fields=["incoming", "outgoing"], name="reply_link_once")]

    def __str__(self) -> str:
        return f"{self.incoming_id} {self.direction} {self.outgoing_id}"


class Forwarding(models.Model):
    """转发 to organs below: widening the issuer's scope wants the issuer's leave (条例 art. 27).

    Of a document that came by exchange the issuer decides here; of one from outside the system the clerk writes down whose leave
    was given. The copies go out when it is granted.
    """

    document = models.ForeignKey(
        "documents.IncomingDocument", on_delete=models.PROTECT, related_name="forwardings"
    )
    organs = models.ManyToManyField("accounts.Organ", related_name="+")
    state = models.CharField("状态", max_length=10, choices=ForwardingState, default=ForwardingState.ASKED)
    reason = models.CharField("转发理由", max_length=200)
    leave = models.CharField("同意依据", max_length=200, blank=True)
    asked_by = models.ForeignKey(PERSON, on_delete=models.PROTECT, related_name="+")
    asked_at = models.DateTimeField("申请时间")
    decided_by = models.ForeignKey(PERSON, on_delete=models.PROTECT, null=True, related_name="+")
    decided_at = models.DateTimeField("决定时间", null=True)
    answer = models.CharField("答复", max_length=200, blank=True)

    class Meta:
        verbose_name = verbose_name_plural = "转发"
        ordering = ["-asked_at", "-id"]
        constraints = [
            models.UniqueConstraint(
                fields=["document"], condition=Q(state="asked"), name="one_open_forwarding"
            ),
            models.CheckConstraint(
                condition=Q(state__in=["asked", "withdrawn"]) | Q(decided_at__isnull=False),
                name="forwarding_decided",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.document_id} {self.get_state_display()}"
