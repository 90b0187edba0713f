"""通知公告 with 回执: who issues, whom it reaches, what they answer; every version of an answer is kept."""

from django.conf import settings
from django.db import models
from django.db.models import Q

from apps.core.triggers import search_text_kept
from apps.core.words import words_index


class Announcement(models.Model):
    """A notice of an organ to organs and people. Frozen once published; `fields` is the reply form (`reply_form`)."""

    class Status(models.TextChoices):
        """Where it stands."""

        DRAFT = "draft", "草稿"
        PUBLISHED = "published", "已发布"
        WITHDRAWN = "withdrawn", "已撤回"
        CLOSED = "closed", "已截止"

    organ = models.ForeignKey(
        "accounts.Organ", on_delete=models.PROTECT, related_name="+", verbose_name="发布机关"
    )
    issuer = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    issuer_text = models.CharField("发布人", max_length=160)
    title = models.CharField("标题", max_length=100, blank=True)
    text = models.TextField("内容", blank=True)
    search_text = models.TextField(blank=True, editable=False, default="")
    fields = models.JSONField("回执项目", default=list)
    deadline_at = models.DateTimeField("回执时限", null=True)
    status = models.CharField("状态", max_length=10, choices=Status, default=Status.DRAFT)
    version = models.PositiveIntegerField(default=1)
    created_at = models.DateTimeField("建立时间")
    published_at = models.DateTimeField("发布时间", null=True)
    withdrawn_reason = models.CharField("撤回原因", max_length=200, blank=True)

    class Meta:
        verbose_name = verbose_name_plural = "通知公告"
        indexes = [
            models.Index(fields=["organ", "-created_at"], name="announcement_of_organ"),
            words_index("announcement_words"),
        ]
        triggers = [
            search_text_kept(
                "announcement_text",
                "title",
                "organ_id",
                parts="NEW.title, (SELECT short_name FROM accounts_organ WHERE id = NEW.organ_id)",
            )
        ]

    def __str__(self) -> str:
        return self.title

    @property
    def wants_reply(self) -> bool:
        """Whether it carries a form."""
        return bool(self.fields)


class AnnouncementRecipient(models.Model):
    """An organ or a person an announcement is for; read by whom first, and when."""

    announcement = models.ForeignKey(Announcement, on_delete=models.CASCADE, related_name="recipients")
    organ = models.ForeignKey("accounts.Organ", on_delete=models.PROTECT, null=True, related_name="+")
    person = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, related_name="+"
    )
    read_at = models.DateTimeField("阅读时间", null=True)
    read_by = models.CharField("阅读人", max_length=40, blank=True)

    class Meta:
        verbose_name = verbose_name_plural = "通知对象"
        constraints = [
            models.CheckConstraint(
                condition=Q(organ__isnull=True, person__isnull=False)
                | Q(organ__isnull=False, person__isnull=True),
                name="recipient_is_one",
            ),
            models.UniqueConstraint(
                fields=["announcement", "organ"],
                name="recipient_organ_once",
                condition=Q(organ__isnull=False),
            ),
            models.UniqueConstraint(
                fields=["announcement", "person"],
                name="recipient_person_once",
                condition=Q(person__isnull=False),
            ),
        ]
        indexes = [
            models.Index(fields=["organ"], name="recipient_organ"),
            models.Index(fields=["person"], name="recipient_person"),
        ]

    def __str__(self) -> str:
        return f"{self.announcement_id}:{self.organ_id or self.person_id}"


class ReplySlip(models.Model):
    """回执: the answer of one recipient, as it stands now."""

    recipient = models.OneToOneField(AnnouncementRecipient, on_delete=models.CASCADE, related_name="slip")
    answers = models.JSONField("回执内容")
    version = models.PositiveIntegerField(default=1)
    replied_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    replied_text = models.CharField("填报人", max_length=160)
    first_at = models.DateTimeField("首次回执时间")
    updated_at = models.DateTimeField("最近修改时间")
    is_late = models.BooleanField("迟报", default=False)

    class Meta:
        verbose_name = verbose_name_plural = "回执"

    def __str__(self) -> str:
        return f"{self.recipient_id}:{self.version}"


class ReplySlipVersion(models.Model):
    """An answer as it stood; never changed."""

    slip = models.ForeignKey(ReplySlip, on_delete=models.CASCADE, related_name="versions")
    version = models.PositiveIntegerField()
    answers = models.JSONField()
    replied_text = models.CharField(max_length=160)
    created_at = models.DateTimeField()

    class Meta:
        verbose_name = verbose_name_plural = "回执修改记录"
        constraints = [models.UniqueConstraint(fields=["slip", "version"], name="slip_version_once")]

    def __str__(self) -> str:
        return f"{self.slip_id}:{self.version}"
