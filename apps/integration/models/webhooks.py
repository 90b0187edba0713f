"""Webhooks out: which system hears of what, and each telling until it is taken or parked."""

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import Q

from apps.integration.enums import HookEvent


class WebhookSubscription(models.Model):
    """A system's address for events of its organ. The secret is kept sealed: it signs what is sent."""

    system = models.ForeignKey(
        "integration.PartnerSystem", on_delete=models.PROTECT, related_name="hooks", verbose_name="接入系统"
    )
    url = models.CharField("接收地址", max_length=300, help_text="https:// 开头，主机须已在接入系统中登记")
    events = ArrayField(
        models.CharField(max_length=30, choices=HookEvent), verbose_name="事件", default=list, blank=True
    )
    is_enabled = models.BooleanField("启用", default=True)
    secret = models.BinaryField(default=b"")
    secret_at = models.DateTimeField("签发签名密钥时间", null=True)
    created_at = models.DateTimeField("建立时间")

    class Meta:
        verbose_name = verbose_name_plural = "事件订阅"
        ordering = ["system", "id"]
        constraints = [models.UniqueConstraint(fields=["system", "url"], name="webhook_once")]

    def __str__(self) -> str:
        return f"{self.system} → {self.url}"


class WebhookDelivery(models.Model):
    """One telling of one event. The receiver knows a repetition by the delivery's number, so unknown fate is tried again."""

    class State(models.TextChoices):
        """Parked ones wait for an administrator."""

        QUEUED = "queued", "待投递"
        INFLIGHT = "inflight", "投递中"
        DELIVERED = "delivered", "已投递"
        PARKED = "parked", "已搁置"

    subscription = models.ForeignKey(
        WebhookSubscription, on_delete=models.CASCADE, related_name="deliveries", verbose_name="订阅"
    )
    event = models.CharField("事件", max_length=30, choices=HookEvent)
    key = models.CharField(max_length=80)
    data = models.JSONField("内容")
    happened_at = models.DateTimeField("发生时间")
    state = models.CharField("状态", max_length=10, choices=State, default=State.QUEUED)
    attempt_count = models.PositiveSmallIntegerField("尝试次数", default=0)
    next_attempt_at = models.DateTimeField("下次尝试")
    claimed_at = models.DateTimeField(null=True)
    delivered_at = models.DateTimeField("投递时间", null=True)
    last_error = models.CharField("最近错误", max_length=300, blank=True)

    class Meta:
        verbose_name = verbose_name_plural = "事件投递"
        constraints = [models.UniqueConstraint(fields=["subscription", "key"], name="webhook_delivery_once")]
        indexes = [
            models.Index(
                fields=["next_attempt_at"], name="webhook_due", condition=Q(state__in=["queued", "inflight"])
            )
        ]

    def __str__(self) -> str:
        return f"{self.get_event_display()} #{self.pk}"
