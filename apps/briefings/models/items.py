"""What is reported, and the text the desk makes of it."""

from django.db import models
from django.db.models import Q

from apps.briefings.enums import OPEN_STATES, Category, ItemState

POST = "accounts.Appointment"
ORGAN = "accounts.Organ"
TITLE_LENGTH = 120


def paragraphs_of(text: str) -> list[str]:
    """Lines with words, without the white space around them."""
    return [line.strip() for line in text.split("\n") if line.strip()]


class Adoption(models.Model):
    """采编稿: the desk's own text, made of one item or combined from several; their own texts stay as they were reported."""

    organ = models.ForeignKey(ORGAN, on_delete=models.PROTECT, related_name="+", verbose_name="采编机关")
    category = models.CharField("类别", max_length=12, choices=Category)
    title = models.CharField("标题", max_length=TITLE_LENGTH)
    text = models.TextField("正文")
    editor_text = models.CharField("采编人", max_length=160)
    created_at = models.DateTimeField("采用时间")
    edited_at = models.DateTimeField("修改时间")
    version = models.PositiveIntegerField(default=1)

    class Meta:
        verbose_name = verbose_name_plural = "采编稿"
        indexes = [models.Index(fields=["organ", "-created_at", "-id"], name="adoption_list")]

    def __str__(self) -> str:
        return self.title

    @property
    def paragraphs(self) -> list[str]:
        """The text as it is printed: a paragraph a line, empty ones left out."""
        return paragraphs_of(self.text)


class InfoItem(models.Model):
    """信息: one matter, reported by `organ` to the desk of `receiver`. `dated_at` orders the lists: written, then submitted."""

    organ = models.ForeignKey(ORGAN, on_delete=models.PROTECT, related_name="+", verbose_name="报送单位")
    unit = models.ForeignKey(
        "accounts.InternalUnit", on_delete=models.PROTECT, null=True, related_name="+", verbose_name="科室"
    )
    receiver = models.ForeignKey(ORGAN, on_delete=models.PROTECT, related_name="+", verbose_name="接收机关")
    person = models.ForeignKey(
        "accounts.Person", on_delete=models.PROTECT, related_name="info_items", verbose_name="撰稿人"
    )
    author = models.ForeignKey(POST, on_delete=models.PROTECT, related_name="+", verbose_name="撰稿人职务")
    matter = models.OneToOneField(
        "workflow.Matter", on_delete=models.PROTECT, null=True, related_name="+", verbose_name="事项"
    )
    adoption = models.ForeignKey(
        Adoption, on_delete=models.PROTECT, null=True, related_name="items", verbose_name="采编稿"
    )
    commission = models.ForeignKey(
        "briefings.Commission", on_delete=models.PROTECT, null=True, related_name="items", verbose_name="约稿"
    )
    category = models.CharField("类别", max_length=12, choices=Category)
    title = models.CharField("标题", max_length=TITLE_LENGTH)
    text = models.TextField("正文")
    sources = models.CharField("信息来源", max_length=200, blank=True)
    phone = models.CharField("联系电话", max_length=30, blank=True)
    state = models.CharField("状态", max_length=10, choices=ItemState, default=ItemState.DRAFT)
    answer = models.CharField("处理意见", max_length=500, blank=True)
    answered_by = models.CharField("处理人", max_length=160, blank=True)
    answered_at = models.DateTimeField("处理时间", null=True)
    approved_by = models.CharField("审签人", max_length=160, blank=True)
    created_at = models.DateTimeField("撰写时间")
    submitted_at = models.DateTimeField("报送时间", null=True)
    dated_at = models.DateTimeField("排序时间")
    version = models.PositiveIntegerField(default=1)

    class Meta:
        verbose_name = verbose_name_plural = "信息"
        constraints = [
            models.CheckConstraint(
                condition=Q(adoption__isnull=True) | Q(state=ItemState.ADOPTED), name="info_item_adopted"
            ),
            models.CheckConstraint(
                condition=Q(submitted_at__isnull=False)
                | Q(state__in=sorted([*OPEN_STATES, ItemState.PENDING])),
                name="info_item_submitted",
            ),
        ]
        indexes = [
            models.Index(fields=["organ", "-dated_at", "-id"], name="info_item_organ"),
            models.Index(fields=["person", "-dated_at", "-id"], name="info_item_person"),
            models.Index(fields=["receiver", "state", "-dated_at", "-id"], name="info_item_desk"),
        ]

    def __str__(self) -> str:
        return self.title

    @property
    def paragraphs(self) -> list[str]:
        """The text as it is printed: a paragraph a line, empty ones left out."""
        return paragraphs_of(self.text)
