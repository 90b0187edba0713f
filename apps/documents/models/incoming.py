"""The incoming document of one organ and who handles it there."""

from django.conf import settings
from django.db import models
from django.db.models import Q

from apps.core.triggers import search_text_kept
from apps.core.words import words_index
from apps.documents.enums import IN_FLOW, DocumentType, IncomingStatus
from apps.documents.models.cards import card_kept
from apps.workflow.models import Urgency

PERSON = settings.AUTH_USER_MODEL


class IncomingDocument(models.Model):
    """What an organ received: made by distribution (or entered from paper), signed for, registered, instructed, handled.

    `organ` is the one that keeps the register: a government's documents are received by its office.
    """

    organ = models.ForeignKey("accounts.Organ", on_delete=models.PROTECT, related_name="incoming_documents")
    dispatch = models.OneToOneField(
        "documents.Dispatch", on_delete=models.PROTECT, null=True, related_name="incoming_document"
    )
    source_organ = models.ForeignKey("accounts.Organ", on_delete=models.PROTECT, null=True, related_name="+")
    source_name = models.CharField("来文单位", max_length=100)
    title = models.CharField("标题", max_length=300)
    source_number = models.CharField("来文字号", max_length=40, blank=True)
    addressees_text = models.CharField(
        "主送、抄送（来文所印）", max_length=500, blank=True, default="", help_text="纸质来文由登记人照录"
    )
    document_type = models.CharField("文种", max_length=20, choices=DocumentType)
    urgency = models.CharField("紧急程度", max_length=20, choices=Urgency, blank=True, default="")
    status = models.CharField("状态", max_length=20, choices=IncomingStatus, default=IncomingStatus.RECEIVED)
    version = models.PositiveIntegerField("版本", default=1)
    is_for_action = models.BooleanField("批办件", null=True)
    register_number = models.CharField("收文编号", max_length=40, blank=True)
    received_at = models.DateTimeField("收到时间")
    signed_for_at = models.DateTimeField("签收时间", null=True)
    signed_for_by = models.ForeignKey(PERSON, on_delete=models.PROTECT, null=True, related_name="+")
    registered_at = models.DateTimeField("登记时间", null=True)
    deadline_at = models.DateTimeField("办理时限", null=True)
    completed_at = models.DateTimeField("办结时间", null=True)
    result = models.CharField("办理结果", max_length=1000, blank=True)
    return_reason = models.CharField("退文原因", max_length=200, blank=True)
    review_failings = models.JSONField("初审问题", default=list, blank=True)
    number_key = models.CharField(max_length=40, blank=True, editable=False)
    title_key = models.CharField(max_length=300, blank=True, editable=False)
    search_text = models.TextField(blank=True, editable=False, default="")
    duplicate_reason = models.CharField("重复仍登记的理由", max_length=200, blank=True)
    forwarding = models.ForeignKey(
        "documents.Forwarding",
        on_delete=models.PROTECT,
        null=True,
        related_name="copies",
        verbose_name="由何次转发而来",
    )
    matter = models.OneToOneField(
        "workflow.Matter", on_delete=models.PROTECT, null=True, related_name="incoming_document"
    )

    class Meta:
        verbose_name = verbose_name_plural = "收文"
        constraints = [
            models.UniqueConstraint(
                fields=["organ", "register_number"],
                condition=~Q(register_number=""),
                name="register_number_once",
            )
        ]
        indexes = [
            models.Index(fields=["organ", "status", "-received_at", "-id"], name="incoming_organ"),
            models.Index(fields=["organ", "-received_at", "-id"], name="incoming_organ_all"),
            models.Index(fields=["organ", "number_key"], name="incoming_number", condition=~Q(number_key="")),
            models.Index(fields=["organ", "title_key"], name="incoming_title", condition=~Q(title_key="")),
            models.Index(
                fields=["organ", "-received_at", "-id"],
                name="incoming_in_flow",
                condition=Q(status__in=IN_FLOW),
            ),
            models.Index(
                fields=["organ", "-received_at", "-id"],
                name="incoming_owed",
                condition=Q(deadline_at__isnull=False, completed_at__isnull=True),
            ),
            models.Index(fields=["organ", "document_type", "-received_at", "-id"], name="incoming_type"),
            models.Index(
                fields=["organ", "urgency", "-received_at", "-id"],
                name="incoming_urgency",
                condition=~Q(urgency=""),
            ),
            words_index("incoming_words"),
        ]
        triggers = [
            card_kept("incoming_card"),
            search_text_kept(
                "incoming_text",
                "title",
                "source_name",
                "source_number",
                "register_number",
                parts="NEW.title, NEW.source_name, NEW.source_number, NEW.register_number",
            ),
        ]

    def __str__(self) -> str:
        return self.title


class HandlingUnit(models.Model):
    """承办单位 within the organ: exactly one leads when there are several (条例 art. 24)."""

    document = models.ForeignKey(IncomingDocument, on_delete=models.CASCADE, related_name="handling_units")
    unit = models.ForeignKey("accounts.InternalUnit", on_delete=models.PROTECT, related_name="+")
    is_lead = models.BooleanField("主办", default=False)
    post = models.ForeignKey(
        "accounts.Appointment", on_delete=models.PROTECT, null=True, related_name="+", verbose_name="承办人"
    )
    assignment = models.CharField("分办事项", max_length=200, blank=True)
    deadline_at = models.DateTimeField("分办时限", null=True)

    class Meta:
        verbose_name = verbose_name_plural = "承办单位"
        ordering = ["-is_lead", "unit__rank_order"]
        constraints = [
            models.UniqueConstraint(fields=["document", "unit"], name="handling_unit_once"),
            models.UniqueConstraint(fields=["document"], condition=Q(is_lead=True), name="one_lead_unit"),
        ]

    def __str__(self) -> str:
        return f"{self.unit_id}"


class IncomingRegister(models.Model):
    """Counter of 收文编号 per organ and year."""

    organ = models.ForeignKey("accounts.Organ", on_delete=models.PROTECT, related_name="+")
    year = models.PositiveIntegerField()
    next_serial = models.PositiveIntegerField(default=1)

    class Meta:
        verbose_name = verbose_name_plural = "收文登记簿"
        constraints = [models.UniqueConstraint(fields=["organ", "year"], name="register_once")]

    def __str__(self) -> str:
        return f"{self.organ_id} {self.year}"
