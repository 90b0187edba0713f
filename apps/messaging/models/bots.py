"""Programs that may speak in groups, and the groups that let them in."""

from django.conf import settings
from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models

MOST_A_MINUTE = 120


class Bot(models.Model):
    """A registered application. Of its token only the digest and the last four characters are kept."""

    name = models.CharField("名称", max_length=40, unique=True)
    purpose = models.CharField("用途", max_length=200)
    keeper = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+", verbose_name="责任人"
    )
    per_minute = models.PositiveSmallIntegerField(
        "每分钟最多条数", default=20, validators=[MinValueValidator(1), MaxValueValidator(MOST_A_MINUTE)]
    )
    is_active = models.BooleanField("启用", default=True)
    token_digest = models.CharField(max_length=64, null=True, unique=True)
    token_tail = models.CharField("令牌尾号", max_length=4, blank=True)
    token_at = models.DateTimeField("签发令牌时间", null=True)
    used_at = models.DateTimeField("最近使用", null=True)
    created_at = models.DateTimeField("登记时间")

    class Meta:
        verbose_name = verbose_name_plural = "消息接入应用"

    def __str__(self) -> str:
        return self.name


class BotSeat(models.Model):
    """A group that lets a bot speak, by whom."""

    bot = models.ForeignKey(Bot, on_delete=models.CASCADE, related_name="seats")
    conversation = models.ForeignKey(
        "messaging.Conversation", on_delete=models.CASCADE, related_name="bot_seats"
    )
    added_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    added_at = models.DateTimeField("加入时间")

    class Meta:
        verbose_name = verbose_name_plural = "群内应用"
        constraints = [models.UniqueConstraint(fields=["bot", "conversation"], name="bot_seat_once")]

    def __str__(self) -> str:
        return f"{self.bot_id}:{self.conversation_id}"
