"""Notices to people and their deliveries by channel."""

from django.conf import settings
from django.db import models
from django.db.models import Q

from apps.notifications.enums import LOOKS, NoticeKind


class Notice(models.Model):
    """A short message to one person with a link; unique per person and key, so it is sent once."""

    person = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="notices")
    key = models.CharField(max_length=120)
    kind = models.CharField("类别", max_length=40)
    title = models.CharField("标题", max_length=200)
    text = models.CharField("内容", max_length=400, blank=True)
    subject_kind = models.CharField(max_length=40, blank=True)
    subject_id = models.BigIntegerField(null=True)
    is_urgent = models.BooleanField("紧急", default=False)
    created_at = models.DateTimeField("时间")
    read_at = models.DateTimeField("已读时间", null=True)

    class Meta:
        verbose_name = verbose_name_plural = "提醒"
        constraints = [models.UniqueConstraint(fields=["person", "key"], name="notice_once")]
        indexes = [
            models.Index(fields=["person", "-created_at", "-id"], name="notice_inbox"),
            models.Index(fields=["person"], name="notice_unread", condition=Q(read_at__isnull=True)),
            models.Index(
                fields=["subject_kind", "subject_id"],
                name="notice_about_unread",
                condition=Q(read_at__isnull=True),
            ),
        ]

    def __str__(self) -> str:
        return self.title

    @property
    def kind_text(self) -> str:
        """What it is about, in words; an unknown kind of old is 提醒."""
        return str(NoticeKind(self.kind).label) if self.kind in NoticeKind.values else "提醒"

    @property
    def icon(self) -> str:
        """Its icon in the sprite."""
        return LOOKS[NoticeKind(self.kind)].icon if self.kind in NoticeKind.values else "bell"


class Posted(models.Model):
    """What leaves the house once: claimed by compare-and-set. Unknown fate is shown as such and not repeated."""

    class State(models.TextChoices):
        """Claimed rows of unknown fate stay unknown."""

        QUEUED = "queued", "待发送"
        INFLIGHT = "inflight", "发送中"
        SENT = "sent", "已发送"
        FAILED = "failed", "失败"
        UNKNOWN = "unknown", "未知"
        NEEDLESS = "needless", "无须发送"

    state = models.CharField(max_length=10, choices=State, default=State.QUEUED)
    attempt_count = models.PositiveSmallIntegerField(default=0)
    next_attempt_at = models.DateTimeField()
    claimed_at = models.DateTimeField(null=True)
    sent_at = models.DateTimeField(null=True)
    last_error = models.CharField(max_length=300, blank=True)

    class Meta:
        abstract = True


class Delivery(Posted):
    """One attempt to reach a person outside the page about a notice."""

    class Channel(models.TextChoices):
        """Ways out of the house built so far."""

        MAIL = "mail", "邮件"
        SMS = "sms", "短信"

    notice = models.ForeignKey(Notice, on_delete=models.CASCADE, related_name="deliveries")
    channel = models.CharField(max_length=10, choices=Channel)

    class Meta:
        verbose_name = verbose_name_plural = "投递"
        constraints = [models.UniqueConstraint(fields=["notice", "channel"], name="delivery_once")]
        indexes = [models.Index(fields=["next_attempt_at"], name="delivery_due", condition=Q(state="queued"))]

    def __str__(self) -> str:
        return f"{self.notice_id} {self.channel}"


class Digest(Posted):
    """待办日报: the letter of one morning to one person; one row a day, so it is sent once."""

    person = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="+")
    day = models.DateField("日期")

    class Meta:
        verbose_name = verbose_name_plural = "待办日报"
        constraints = [models.UniqueConstraint(fields=["person", "day"], name="digest_once")]
        indexes = [models.Index(fields=["next_attempt_at"], name="digest_due", condition=Q(state="queued"))]

    def __str__(self) -> str:
        return f"{self.person_id} {self.day}"


class Preference(models.Model):
    """How a person wants to be reached."""

    person = models.OneToOneField(
        settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="notice_preference"
    )
    by_mail = models.BooleanField("邮件提醒", default=False)
    by_digest = models.BooleanField("待办日报", default=False)
    by_browser = models.BooleanField("浏览器提醒", default=True)

    class Meta:
        verbose_name = verbose_name_plural = "提醒设置"

    def __str__(self) -> str:
        return str(self.person_id)
