"""Stored files: bytes live in the files root (or object storage) under their digest, rows say what and whose they are."""

from django.conf import settings
from django.db import models
from django.db.models import F, Q


class StoredFile(models.Model):
    """A file that belongs to a subject. Its bytes never change; `sha256` is of the bytes, `size` in bytes."""

    class State(models.TextChoices):
        """Where the file stands; only ready files leave the house."""

        UPLOADING = "uploading", "上传中"
        CHECKING = "checking", "检查中"
        READY = "ready", "可用"
        REFUSED = "refused", "已拒绝"
        ERASED = "erased", "已清除"

    subject_kind = models.CharField("所属类别", max_length=40)
    subject_id = models.BigIntegerField("所属编号")
    purpose = models.CharField("用途", max_length=20, default="attachment")
    name = models.CharField("文件名", max_length=200)
    content_type = models.CharField("类型", max_length=100, blank=True)
    size = models.BigIntegerField("大小")
    received = models.BigIntegerField("已收字节", default=0)
    sha256 = models.CharField("摘要", max_length=64, blank=True)
    storage_key = models.CharField(max_length=200, blank=True)
    state = models.CharField("状态", max_length=10, choices=State, default=State.UPLOADING)
    refusal = models.CharField("拒绝原因", max_length=200, blank=True)
    rank_order = models.PositiveIntegerField("排序", default=0)
    page_count = models.PositiveIntegerField(
        "页数", null=True, help_text="空为页面图像尚未生成，0 为不能生成"
    )
    page_total = models.PositiveIntegerField(
        "全文页数", null=True, help_text="页面图像只生成前 300 页；空为页面图像尚未生成"
    )
    uploaded_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    uploaded_as = models.ForeignKey(
        "accounts.Appointment",
        on_delete=models.PROTECT,
        null=True,
        related_name="+",
        verbose_name="上传时任职",
    )
    created_at = models.DateTimeField("上传时间")
    check_claimed_at = models.DateTimeField("领取检查时间", null=True)
    removed_at = models.DateTimeField("移除时间", null=True)

    class Meta:
        verbose_name = verbose_name_plural = "文件"
        indexes = [
            models.Index(
                fields=["subject_kind", "subject_id", "purpose", "rank_order"],
                name="file_subject",
                condition=Q(removed_at__isnull=True),
            ),
            models.Index(
                fields=["created_at"],
                name="file_unfinished",
                condition=Q(state__in=["uploading", "checking"]),
            ),
            models.Index(
                fields=["created_at"],
                name="file_pages_missing",
                condition=Q(state="ready", page_count__isnull=True, removed_at__isnull=True),
            ),
            models.Index(fields=["storage_key"], name="file_bytes_used"),
            models.Index(
                fields=["removed_at"],
                name="file_to_erase",
                condition=Q(removed_at__isnull=False) & ~Q(storage_key=""),
            ),
        ]
        constraints = [
            models.CheckConstraint(
                condition=Q(received__gte=0, received__lte=F("size")), name="file_received"
            ),
            models.CheckConstraint(
                condition=~Q(state="ready") | (~Q(sha256="") & ~Q(storage_key="") & Q(received=F("size"))),
                name="file_ready_is_whole",
            ),
        ]

    def __str__(self) -> str:
        return self.name

    @property
    def is_cut(self) -> bool:
        """Whether it has more pages than are shown."""
        return (self.page_total or 0) > (self.page_count or 0) > 0


class PageImage(models.Model):
    """A page of a PDF or picture as PNG, made by us in a child process."""

    file = models.ForeignKey(StoredFile, on_delete=models.CASCADE, related_name="pages")
    number = models.PositiveIntegerField("页码")
    storage_key = models.CharField(max_length=200)
    width = models.PositiveIntegerField()
    height = models.PositiveIntegerField()

    class Meta:
        verbose_name = verbose_name_plural = "页面图像"
        ordering = ["number"]
        indexes = [models.Index(fields=["storage_key"], name="page_bytes_used")]
        constraints = [models.UniqueConstraint(fields=["file", "number"], name="page_once")]

    def __str__(self) -> str:
        return f"{self.file_id}:{self.number}"


class PlainText(models.Model):
    """What is shown in place of pages that cannot be drawn: the words of the file, and why there is no more."""

    file = models.OneToOneField(StoredFile, on_delete=models.CASCADE, related_name="plain_text")
    text = models.TextField("文字", blank=True, help_text="空为也不能提取文字")
    reason = models.CharField("原因", max_length=200)

    class Meta:
        verbose_name = verbose_name_plural = "文字预览"

    def __str__(self) -> str:
        return f"{self.file_id}"
