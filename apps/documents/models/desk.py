"""What a person keeps at the documents desk, and an organ's office for its people."""

from django.conf import settings
from django.db import models
from django.db.models import Q

from apps.documents.enums import DeskSide, DocumentFormat, DocumentType, RoutingDirection
from apps.documents.models.addressees import Addressee


class SavedFilter(models.Model):
    """A narrowing of a list under a name of one's own; `query` is the list's query string."""

    person = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="saved_filters"
    )
    side = models.CharField("清单", max_length=10, choices=DeskSide)
    name = models.CharField("名称", max_length=20)
    query = models.CharField(max_length=500)

    class Meta:
        verbose_name = verbose_name_plural = "常用筛选"
        ordering = ["id"]
        constraints = [models.UniqueConstraint(fields=["person", "side", "name"], name="saved_filter_once")]

    def __str__(self) -> str:
        return self.name


class DocumentTemplate(models.Model):
    """公文模板: what a draft of the organ may begin with; offered no longer once `withdrawn_at` is set.

    The members of `main_group` at the time of drafting are main recipients; `main_group_name` tells that a group was there
    when its keeper has removed it since.
    """

    organ = models.ForeignKey("accounts.Organ", on_delete=models.CASCADE, related_name="document_templates")
    name = models.CharField("模板名称", max_length=40)
    keywords = models.CharField("关键词", max_length=100, blank=True)
    document_type = models.CharField("文种", max_length=20, choices=DocumentType)
    routing_direction = models.CharField("行文方向", max_length=10, choices=RoutingDirection)
    layout = models.CharField("格式", max_length=10, choices=DocumentFormat)
    title = models.CharField("标题", max_length=300, blank=True)
    body = models.JSONField("正文")
    note = models.CharField("附注", max_length=100, blank=True)
    main_recipients_text = models.CharField("主送（印文）", max_length=500, blank=True)
    cc_recipients_text = models.CharField("抄送（印文）", max_length=500, blank=True)
    main_group = models.ForeignKey(
        "accounts.RecipientGroup", on_delete=models.SET_NULL, null=True, related_name="+"
    )
    main_group_name = models.CharField(max_length=40, blank=True)
    rank_order = models.PositiveIntegerField("排序")
    version = models.PositiveIntegerField("版本", default=1)
    withdrawn_at = models.DateTimeField("停用时间", null=True)
    changed_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    changed_at = models.DateTimeField("修改时间")

    class Meta:
        verbose_name = verbose_name_plural = "公文模板"
        ordering = ["rank_order", "id"]
        constraints = [models.UniqueConstraint(fields=["organ", "name"], name="template_name_once")]
        indexes = [models.Index(fields=["organ", "rank_order", "id"], name="template_order")]

    def __str__(self) -> str:
        return self.name


class TemplateRecipient(Addressee):
    """Whom drafts from a template usually go to."""

    template = models.ForeignKey(DocumentTemplate, on_delete=models.CASCADE, related_name="recipients")

    class Meta(Addressee.Meta):
        verbose_name = verbose_name_plural = "模板的收文机关"
        constraints = [
            models.UniqueConstraint(
                fields=["template", "organ"], condition=Q(organ__isnull=False), name="template_recipient_once"
            )
        ]
