"""发文字号: series per organ, prefix and year, of orders per tenure; a row for every serial, so that every gap explains itself."""

import pgtrigger
from django.conf import settings
from django.db import models

from apps.core.triggers import search_text_kept
from apps.core.words import words_index
from apps.documents.enums import NumberStatus

# a serial as it is printed, the title of its document, what was said about it
NUMBER_TEXT = """
    (SELECT prefix || '〔' || year || '〕' FROM documents_numberseries WHERE id = NEW.series_id) || NEW.serial || '号',
    (SELECT title FROM documents_outgoingdocument WHERE id = NEW.document_id), NEW.reason
"""


class NumberSeries(models.Model):
    """One run of serials, such as 岱政办发〔2026〕; starts at 1 each year.

    Orders (命令) run through the tenure of the leader who signs them (令号): `prefix` is then their mark, `year` that of opening.
    """

    organ = models.ForeignKey(
        "accounts.Organ", on_delete=models.PROTECT, related_name="number_series", verbose_name="机关"
    )
    tenure = models.ForeignKey(
        "accounts.Appointment",
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        verbose_name="签发人任期",
        help_text="只用于令号：选签发命令的负责人的任职，代字填“×××令”；普通发文字号留空",
    )
    prefix = models.CharField("代字", max_length=30)
    year = models.PositiveIntegerField("年份")
    first_serial = models.PositiveIntegerField(
        "起始序号", default=1, help_text="启用本系统前已用纸质台账编号的，从其后一号开始"
    )
    next_serial = models.PositiveIntegerField("下一序号", default=1)
    is_default = models.BooleanField("默认", default=False)

    class Meta:
        verbose_name = verbose_name_plural = "发文字号序列"
        ordering = ["organ", "-year", "prefix"]
        constraints = [
            models.UniqueConstraint(
                fields=["prefix", "year"],
                condition=models.Q(tenure__isnull=True),
                name="series_once",
                violation_error_message="该代字本年度的字号序列已经存在。",
            ),
            models.UniqueConstraint(
                fields=["organ", "tenure"],
                condition=models.Q(tenure__isnull=False),
                name="one_order_series_a_tenure",
                violation_error_message="该任期的令号序列已经存在，一个任期只有一个序列。",
            ),
            models.UniqueConstraint(
                fields=["organ", "year"], condition=models.Q(is_default=True), name="one_default_series"
            ),
            models.CheckConstraint(
                condition=models.Q(next_serial__gte=models.F("first_serial")), name="series_forwards"
            ),
        ]

    def __str__(self) -> str:
        if self.tenure is not None:
            return f"{self.prefix}（{self.tenure.person.name}任期）"
        return f"{self.prefix}〔{self.year}〕"

    def number_text(self, serial: int) -> str:
        """The number as documents are cited by it."""
        of_order = f"{self.prefix}第{serial}号"
        return f"{self.prefix}〔{self.year}〕{serial}号" if self.tenure_id is None else of_order

    @property
    def next_text(self) -> str:
        """The number that comes next."""
        return self.number_text(self.next_serial)


class DocumentNumber(models.Model):
    """One serial of a series and what became of it. A document never holds two live numbers."""

    series = models.ForeignKey(NumberSeries, on_delete=models.PROTECT, related_name="numbers")
    serial = models.PositiveIntegerField("序号")
    status = models.CharField("状态", max_length=10, choices=NumberStatus)
    document = models.ForeignKey(
        "documents.OutgoingDocument", on_delete=models.PROTECT, null=True, related_name="numbers"
    )
    reason = models.CharField("说明", max_length=200, blank=True)
    changed_at = models.DateTimeField("时间")
    search_text = models.TextField(blank=True, editable=False, default="")

    class Meta:
        verbose_name = verbose_name_plural = "发文字号"
        ordering = ["series", "serial"]
        indexes = [words_index("number_words")]
        triggers = [
            search_text_kept("number_text", "series_id", "serial", "document_id", "reason", parts=NUMBER_TEXT)
        ]
        constraints = [
            models.UniqueConstraint(fields=["series", "serial"], name="serial_once"),
            models.UniqueConstraint(
                fields=["document"],
                condition=models.Q(status__in=["reserved", "used"]),
                name="one_number_per_document",
            ),
        ]

    def __str__(self) -> str:
        return self.series.number_text(self.serial)

    @property
    def latest_entry(self) -> "NumberLedgerEntry":
        """What became of it last; every number has entries. Reads prefetched ones."""
        return max(self.ledger.all(), key=lambda entry: entry.pk)


class NumberLedgerEntry(models.Model):
    """Append-only ledger of what was done with a serial, by whom and why."""

    number = models.ForeignKey(DocumentNumber, on_delete=models.PROTECT, related_name="ledger")
    status = models.CharField("状态", max_length=10, choices=NumberStatus)
    document_title = models.CharField("公文", max_length=300, blank=True)
    person = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    reason = models.CharField("说明", max_length=200, blank=True)
    at = models.DateTimeField("时间")

    class Meta:
        verbose_name = verbose_name_plural = "字号台账"
        ordering = ["at", "id"]
        triggers = [
            pgtrigger.Protect(name="number_ledger_fixed", operation=pgtrigger.Update | pgtrigger.Delete)
        ]

    def __str__(self) -> str:
        return f"{self.number} {self.get_status_display()}"
