"""Back office of 督办事项类别; of items their metadata only."""

from typing import Any

from django import forms
from django.contrib import admin
from django.http import HttpRequest
from unfold.widgets import (
    UnfoldAdminIntegerFieldWidget,
    UnfoldAdminTextInputWidget,
    UnfoldBooleanSwitchWidget,
)

from apps.core.actors import Actor
from apps.core.admin import ReadOnlyAdmin, ServiceAdmin, ServiceForm
from apps.core.deadlines import MOST_BEFORE, Schedule
from apps.core.errors import ValidationFailed
from apps.supervision.models import ItemClass, SupervisionItem
from apps.supervision.schedules import days_read, days_words, report_words, schedule_words
from apps.supervision.services.classes import item_class_keep

PLAN = ("before", "on_day", "overdue_every", "overdue_most")


def _days(label: str, help_text: str) -> forms.CharField:
    return forms.CharField(
        label=label, required=False, max_length=60, widget=UnfoldAdminTextInputWidget, help_text=help_text
    )


def _switch(label: str) -> forms.BooleanField:
    return forms.BooleanField(label=label, required=False, widget=UnfoldBooleanSwitchWidget)


def _count(label: str, help_text: str) -> forms.IntegerField:
    return forms.IntegerField(
        label=label,
        required=False,
        min_value=1,
        max_value=MOST_BEFORE,
        widget=UnfoldAdminIntegerFieldWidget,
        help_text=help_text,
    )


class ItemClassForm(ServiceForm):
    """Each schedule as four plain fields."""

    before = _days(
        "到期前提醒（工作日）",
        "用顿号隔开，如 7、3、1；留空为到期前不提醒。提醒在工作日上午 9 时发给承办单位。",
    )
    on_day = _switch("到期当日提醒")
    overdue_every = _count("逾期后每隔几个工作日提醒", "留空为逾期后不再提醒。")
    overdue_most = _count("逾期提醒最多几次", "留空为一直提醒到办结。")
    report_before = _days("反馈前提醒（工作日）", "用顿号隔开，如 3、1；留空为反馈日前不提醒。")
    report_on_day = _switch("反馈当日提醒")
    report_overdue_every = _count("迟报后每隔几个工作日提醒", "留空为迟报后不再提醒。")
    report_overdue_most = _count("迟报提醒最多几次", "留空为一直提醒到反馈。")

    def __init__(self, *args: Any, **options: Any) -> None:
        super().__init__(*args, **options)
        for prefix, kept in (("", self.instance.schedule), ("report_", self.instance.report_schedule)):
            schedule = Schedule.load(kept)
            shown = (
                days_words(schedule), schedule.on_day, schedule.overdue_every, schedule.overdue_most,
            )  # fmt: skip
            self.initial.update(zip((f"{prefix}{name}" for name in PLAN), shown, strict=True))

    def clean_before(self) -> list[int]:
        """Numbers of days."""
        return self._days_of("before")

    def clean_report_before(self) -> list[int]:
        """The same for reports."""
        return self._days_of("report_before")

    def _days_of(self, name: str) -> list[int]:
        try:
            return days_read(self.cleaned_data[name])
        except ValidationFailed as error:
            raise forms.ValidationError(error.message) from None

    def clean(self) -> dict[str, Any]:
        """The schedules as the service takes them."""
        cleaned = super().clean() or {}
        plans = {
            f"{prefix}schedule": {
                name: cleaned.get(f"{prefix}{name}") for name in PLAN if f"{prefix}{name}" in cleaned
            }
            for prefix in ("", "report_")
        }
        return {**cleaned, **plans}


@admin.register(ItemClass)
class ItemClassAdmin(ServiceAdmin):
    """Marks of numbers, usual limits, reminders."""

    form = ItemClassForm
    list_display = ["name", "mark", "source", "workdays", "reminders", "reports", "is_active"]
    search_fields = ["name", "code"]
    fieldsets = [
        (None, {"fields": [("name", "code"), ("mark", "source"), ("workdays", "rank_order"), "is_active"]}),
        (
            "提醒和升级",
            {
                "fields": [
                    ("before", "on_day"),
                    ("overdue_every", "overdue_most"),
                    ("head_after", "leader_after"),
                ],
                "description": "修改后，本类正在办理的事项也按新的安排提醒。天数均为工作日。",
            },
        ),
        (
            "定期反馈的提醒",
            {
                "fields": [
                    ("report_before", "report_on_day"),
                    ("report_overdue_every", "report_overdue_most"),
                ],
                "description": "对每周、每月或按指定日期反馈的事项。",
            },
        ),
    ]

    @admin.display(description="提醒安排")
    def reminders(self, row: ItemClass) -> str:
        """In words."""
        return schedule_words(row)

    @admin.display(description="反馈提醒")
    def reports(self, row: ItemClass) -> str:
        """In words."""
        return report_words(row)

    def create(self, actor: Actor, data: dict[str, Any]) -> ItemClass:
        """A new class."""
        return item_class_keep(actor=actor, row=ItemClass(), facts=data)

    def change(self, actor: Actor, row: ItemClass, data: dict[str, Any]) -> ItemClass:
        """Another limit for items assigned from now on, another schedule for the running ones too."""
        return item_class_keep(actor=actor, row=row, facts=data)


@admin.register(SupervisionItem)
class SupervisionItemAdmin(ReadOnlyAdmin):
    """Where items stand, without their words."""

    list_display = ["number", "organ", "lead_organ", "state", "due_at", "progress"]
    list_filter = ["state", "source"]
    search_fields = ["number"]
    list_select_related = ["organ", "lead_organ"]
    fields = [
        "number",
        "organ",
        "lead_organ",
        "state",
        "assigned_at",
        "due_at",
        "next_reminder_at",
        "completed_at",
    ]

    def get_object(self, request: HttpRequest, object_id: str, from_field: str | None = None) -> Any:
        """The row without its words: Django heads a page with the row as text, and a title is content."""
        row = super().get_object(request, object_id, from_field)
        if row is not None:
            row.title = "" if row.number else f"未编号事项{row.pk}"
        return row
