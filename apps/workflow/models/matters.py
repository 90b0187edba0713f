"""The card of a subject of an upper floor, who has a part in it and who follows it."""

import pgtrigger
from django.conf import settings
from django.db import models
from django.db.models import Q

from apps.core.clock import now
from apps.core.triggers import search_text_kept, update_of
from apps.core.words import words_index

PERSON = settings.AUTH_USER_MODEL


class Urgency(models.TextChoices):
    """紧急程度 of a paper document; empty is ordinary."""

    ORDINARY = "", "一般"
    URGENT = "urgent", "加急"
    EXTRA_URGENT = "extra_urgent", "特急"


class Matter(models.Model):
    """The card of one subject: what every list shows of it.

    `dated_at` is what lists of the subjects are ordered by; it never changes. `form` says what the subject is within its kind, such
    as 文种, in the owner's words.
    """

    subject_kind = models.CharField("对象类别", max_length=40)
    subject_id = models.BigIntegerField("对象编号")
    category = models.CharField("类别", max_length=20)
    title = models.CharField("标题", max_length=500)
    urgency = models.CharField("紧急程度", max_length=20, choices=Urgency, blank=True, default="")
    form = models.CharField("种类", max_length=20, blank=True, default="", editable=False)
    origin_name = models.CharField("来文单位", max_length=100)
    reference_number = models.CharField("文号", max_length=60, blank=True)
    state_text = models.CharField("当前状态", max_length=40, blank=True)
    organ = models.ForeignKey("accounts.Organ", on_delete=models.PROTECT, related_name="+")
    initiator = models.ForeignKey(
        PERSON, on_delete=models.PROTECT, null=True, related_name="initiated_matters"
    )  # None: begun by a system outside the house
    search_text = models.TextField(blank=True, editable=False)
    dated_at = models.DateTimeField("排序时间", default=now, editable=False)
    created_at = models.DateTimeField("建立时间")
    closed_at = models.DateTimeField("办结时间", null=True)

    class Meta:
        verbose_name = verbose_name_plural = "事项"
        constraints = [models.UniqueConstraint(fields=["subject_kind", "subject_id"], name="matter_subject")]
        indexes = [
            models.Index(fields=["initiator", "-created_at", "-id"], name="matter_initiator"),
            models.Index(fields=["category"], name="matter_category"),
            models.Index(fields=["urgency"], name="matter_urgency", condition=~Q(urgency="")),
            words_index("matter_words"),
        ]
        triggers = [
            search_text_kept(
                "matter_text",
                "title",
                "reference_number",
                "origin_name",
                parts="NEW.title, NEW.reference_number, NEW.origin_name",
            ),
            pgtrigger.Trigger(
                name="matter_parts",
                when=pgtrigger.After,
                operation=update_of("closed_at", "urgency", "form"),
                condition=pgtrigger.Condition(
                    "((OLD.closed_at IS NULL, OLD.urgency, OLD.form) <> (NEW.closed_at IS NULL, NEW.urgency, NEW.form))"
                ),
                func="""
                    UPDATE workflow_participation SET is_open = NEW.closed_at IS NULL, urgency = NEW.urgency, form = NEW.form
                    WHERE matter_id = NEW.id;
                    RETURN NULL;
                """,
            ),
        ]

    def __str__(self) -> str:
        return self.title


class Participation(models.Model):
    """That a person has or once had a part in a matter, kept by the database: lists walk it in the order of their subjects.

    It is never taken away, so whoever reads it asks whether the part still opens the matter (`selectors.participation.still_opens`).
    """

    person = models.ForeignKey(PERSON, on_delete=models.CASCADE, related_name="+", db_index=False)
    matter = models.ForeignKey(
        Matter, on_delete=models.CASCADE, related_name="participations", db_index=False
    )
    subject_kind = models.CharField(max_length=40)
    subject_id = models.BigIntegerField()
    dated_at = models.DateTimeField()
    is_open = models.BooleanField(default=True)
    urgency = models.CharField(max_length=20, blank=True, default="")
    form = models.CharField(max_length=20, blank=True, default="")

    class Meta:
        verbose_name = verbose_name_plural = "参与"
        constraints = [models.UniqueConstraint(fields=["matter", "person"], name="participation_once")]
        indexes = [
            models.Index(
                fields=["person", "subject_kind", "-dated_at", "-subject_id"], name="participation_list"
            ),
            models.Index(
                fields=["person", "subject_kind", "-dated_at", "-subject_id"],
                name="participation_open",
                condition=Q(is_open=True),
            ),
            models.Index(
                fields=["person", "subject_kind", "urgency", "-dated_at", "-subject_id"],
                name="participation_urgency",
                condition=~Q(urgency=""),
            ),
            models.Index(
                fields=["person", "subject_kind", "form", "-dated_at", "-subject_id"],
                name="participation_form",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.person_id} {self.matter_id}"


class Follow(models.Model):
    """关注: a person keeps an eye on a matter."""

    matter = models.ForeignKey(Matter, on_delete=models.CASCADE, related_name="follows")
    person = models.ForeignKey(PERSON, on_delete=models.CASCADE, related_name="follows")
    created_at = models.DateTimeField()

    class Meta:
        verbose_name = verbose_name_plural = "关注"
        constraints = [models.UniqueConstraint(fields=["matter", "person"], name="follow_once")]
        indexes = [models.Index(fields=["person", "-created_at", "-id"], name="follow_list")]

    def __str__(self) -> str:
        return f"{self.person_id} → {self.matter_id}"
