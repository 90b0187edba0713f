"""To-dos that systems outside put on people's desks."""

from django.conf import settings
from django.db import models
from django.db.models import Q

from apps.integration.enums import Ended, TodoState
from apps.workflow.models import Urgency


class PartnerTodo(models.Model):
    """One to-do of a system for one person; its `matter` is the card on the desk. `external_id` is the system's own number."""

    system = models.ForeignKey("integration.PartnerSystem", on_delete=models.PROTECT, related_name="todos")
    external_id = models.CharField("来源编号", max_length=64)
    person = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    appointment = models.ForeignKey("accounts.Appointment", on_delete=models.PROTECT, related_name="+")
    matter = models.OneToOneField("workflow.Matter", on_delete=models.PROTECT, related_name="+", null=True)
    title = models.CharField("标题", max_length=200)
    source = models.CharField("来源", max_length=40)
    urgency = models.CharField("紧急程度", max_length=20, choices=Urgency, blank=True, default="")
    due_at = models.DateTimeField("时限", null=True)
    link = models.CharField("链接", max_length=500)
    state = models.CharField("状态", max_length=10, choices=TodoState, default=TodoState.OPEN)
    ended_by = models.CharField("由谁办结", max_length=10, choices=Ended, blank=True, default="")
    created_at = models.DateTimeField("推送时间")
    updated_at = models.DateTimeField("更新时间")
    ended_at = models.DateTimeField("办结时间", null=True)

    class Meta:
        verbose_name = verbose_name_plural = "统一待办"
        constraints = [
            models.UniqueConstraint(fields=["system", "external_id"], name="partner_todo_once"),
            models.CheckConstraint(
                condition=Q(state="open", ended_at__isnull=True)
                | (~Q(state="open") & Q(ended_at__isnull=False)),
                name="partner_todo_ended",
            ),
        ]
        indexes = [models.Index(fields=["system", "-updated_at", "-id"], name="partner_todo_list")]

    def __str__(self) -> str:
        return self.title
