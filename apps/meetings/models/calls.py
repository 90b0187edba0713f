"""议题征集: a call to units, what they propose, and its append-only course (domain.md §8.2)."""

from typing import TYPE_CHECKING

import pgtrigger
from django.db import models
from django.db.models import Q

from apps.core.triggers import no_truncate
from apps.meetings.enums import CallState, MeetingKind, ProposalState
from apps.meetings.models.agenda import AgendaItem
from apps.meetings.models.meetings import Meeting

if TYPE_CHECKING:
    from apps.accounts.models import Organ

ORGAN, UNIT, POST = "accounts.Organ", "accounts.InternalUnit", "accounts.Appointment"


class AgendaCall(models.Model):
    """A call for items of the next meeting of a kind, or of a meeting that is known already, until a date."""

    organ = models.ForeignKey(ORGAN, on_delete=models.PROTECT, related_name="+", verbose_name="主办机关")
    organiser = models.ForeignKey(POST, on_delete=models.PROTECT, related_name="+", verbose_name="承办人")
    name = models.CharField("名称", max_length=100)
    kind = models.CharField("会议类别", max_length=12, choices=MeetingKind)
    meeting = models.ForeignKey(
        Meeting, on_delete=models.PROTECT, null=True, related_name="agenda_calls", verbose_name="会议"
    )
    note = models.TextField("征集要求", blank=True)
    most_items = models.PositiveSmallIntegerField("议题上限", default=5)
    due_at = models.DateTimeField("报送时限")
    next_reminder_at = models.DateTimeField(null=True)
    state = models.CharField("状态", max_length=8, choices=CallState, default=CallState.OPEN)
    opened_at = models.DateTimeField("发出时间")
    version = models.PositiveIntegerField(default=1)

    class Meta:
        verbose_name = verbose_name_plural = "议题征集"
        indexes = [
            models.Index(fields=["organ", "kind", "-due_at", "-id"], name="call_of_organ"),
            models.Index(
                fields=["next_reminder_at"], name="call_next", condition=Q(next_reminder_at__isnull=False)
            ),
        ]

    def __str__(self) -> str:
        return self.name


class CalledUnit(models.Model):
    """An organ that is asked. `nothing_at`: it has said that it has no item this time."""

    call = models.ForeignKey(AgendaCall, on_delete=models.PROTECT, related_name="units")
    organ = models.ForeignKey(ORGAN, on_delete=models.PROTECT, related_name="+")
    nothing_at = models.DateTimeField("报无议题", null=True)
    nothing_text = models.CharField(max_length=160, blank=True)

    class Meta:
        verbose_name = verbose_name_plural = "征集范围"
        ordering = ["organ__rank_order", "organ_id"]
        constraints = [models.UniqueConstraint(fields=["call", "organ"], name="called_once")]

    def __str__(self) -> str:
        return f"{self.call_id} {self.organ_id}"


class AgendaProposal(models.Model):
    """A proposed item. `sent_at`: first sent for signing in this call; `submitted_at`: first seen by the office.

    Accepted ones have a `place`; once on the agenda, `item`. Carried to a later call, it is remembered in `past_calls`.
    """

    call = models.ForeignKey(AgendaCall, on_delete=models.PROTECT, related_name="proposals")
    past_calls = models.ManyToManyField(AgendaCall, related_name="carried", verbose_name="历次征集")
    organ = models.ForeignKey(ORGAN, on_delete=models.PROTECT, related_name="+", verbose_name="提出单位")
    unit = models.ForeignKey(
        UNIT, on_delete=models.PROTECT, null=True, related_name="+", verbose_name="提出科室"
    )
    proposer = models.ForeignKey(POST, on_delete=models.PROTECT, related_name="+", verbose_name="提出人")
    title = models.CharField("议题", max_length=150)
    reason = models.TextField("提请理由")
    presenter = models.CharField("汇报人", max_length=80)
    minutes = models.PositiveSmallIntegerField("汇报时间（分钟）", default=10)
    observers: "models.ManyToManyField[Organ, models.Model]" = models.ManyToManyField(
        ORGAN, related_name="+", verbose_name="列席单位"
    )
    state = models.CharField("状态", max_length=10, choices=ProposalState, default=ProposalState.DRAFT)
    answer = models.CharField("办理意见", max_length=200, blank=True)
    place = models.PositiveSmallIntegerField("次序", null=True)
    item = models.OneToOneField(
        AgendaItem, on_delete=models.SET_NULL, null=True, related_name="proposal", verbose_name="会议议题"
    )
    matter = models.ForeignKey(
        "workflow.Matter", on_delete=models.PROTECT, null=True, related_name="+", verbose_name="审签"
    )
    sent_at = models.DateTimeField("报送时间", null=True)
    submitted_at = models.DateTimeField("审签时间", null=True)
    created_at = models.DateTimeField("提出时间")
    version = models.PositiveIntegerField(default=1)

    class Meta:
        verbose_name = verbose_name_plural = "议题报送"
        indexes = [
            models.Index(fields=["call", "state"], name="proposal_of_call"),
            models.Index(fields=["organ", "-created_at", "-id"], name="proposal_of_organ"),
        ]
        constraints = [
            models.CheckConstraint(
                condition=Q(place__isnull=False) ^ ~Q(state=ProposalState.ACCEPTED), name="accepted_has_place"
            ),
            models.CheckConstraint(
                condition=Q(item__isnull=True) | Q(state=ProposalState.ACCEPTED), name="placed_is_accepted"
            ),
        ]

    def __str__(self) -> str:
        return self.title

    @property
    def stage(self) -> str:
        """Where it stands, in words: an accepted one that is on an agenda says so."""
        return "已列入议程" if self.item_id is not None else self.get_state_display()


class ProposalLog(models.Model):
    """A line of a proposal's course; never changed."""

    proposal = models.ForeignKey(AgendaProposal, on_delete=models.PROTECT, related_name="log")
    act = models.CharField(max_length=16)
    verb = models.CharField(max_length=20)
    person_name = models.CharField(max_length=40, blank=True)
    post_text = models.CharField(max_length=160, blank=True)
    note = models.CharField(max_length=400, blank=True)
    at = models.DateTimeField()

    class Meta:
        verbose_name = verbose_name_plural = "议题办理过程"
        ordering = ["-at", "-id"]
        indexes = [models.Index(fields=["proposal", "-at"], name="proposal_log_order")]
        triggers = [
            pgtrigger.Protect(name="proposal_log_append_only", operation=pgtrigger.Update | pgtrigger.Delete),
            no_truncate("proposal_log_no_truncate"),
        ]

    def __str__(self) -> str:
        return f"{self.proposal_id} {self.verb}"
