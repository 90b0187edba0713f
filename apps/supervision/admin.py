"""Back office of 督办事项类别; of items their metadata only."""

from typing import Any

from django import forms
from django.contrib import admin
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
from apps.supervision.schedules import days_read, days_words, schedule_words
from apps.supervision.services.classes import item_class_keep


class ItemClassForm(ServiceForm):
    """The schedule as four plain fields."""

    before = forms.CharField(
        label="到期前提醒（工作日）",
        required=False,
        max_length=60,
        widget=UnfoldAdminTextInputWidget,
        help_text="用顿号隔开，如 7、3、1；留空为到期前不提醒。提醒在工作日上午 9 时发给承办单位。",
    )
    on_day = forms.BooleanField(label="到期当日提醒", required=False, widget=UnfoldBooleanSwitchWidget)
    overdue_every = forms.IntegerField(
        label="逾期后每隔几个工作日提醒",
        required=False,
        min_value=1,
        max_value=MOST_BEFORE,
        widget=UnfoldAdminIntegerFieldWidget,
        help_text="留空为逾期后不再提醒。",
    )
    overdue_most = forms.IntegerField(
        label="逾期提醒最多几次",
        required=False,
        min_value=1,
        max_value=MOST_BEFORE,
        widget=UnfoldAdminIntegerFieldWidget,
        help_text="留空为一直提醒到办结。",
    )

    def __init__(self, *args: Any, **options: Any) -> None:
        super().__init__(*args, **options)
        schedule = Schedule.load(self.instance.schedule)
        self.initial.update(
            before=days_words(schedule),
            on_day=schedule.on_day,
            overdue_every=schedule.overdue_every,
            overdue_most=schedule.overdue_most,
        )

    def clean_before(self) -> list[int]:
        """Numbers of days."""
        try:
            return days_read(self.cleaned_data["before"])
        except ValidationFailed as error:
            raise forms.ValidationError(error.message) from None

    def clean(self) -> dict[str, Any]:
        """The schedule as the service takes it."""
        cleaned = super().clean() or {}
        names = ("before", "on_day", "overdue_every", "overdue_most")
        return {**cleaned, "schedule": {name: cleaned.get(name) for name in names if name in cleaned}}


@admin.register(ItemClass)
class ItemClassAdmin(ServiceAdmin):
    """Marks of numbers, usual limits, reminders."""

    form = ItemClassForm
    list_display = ["name", "mark", "source", "workdays", "reminders", "is_active"]
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
    ]

    @admin.display(description="提醒安排")
    def reminders(self, row: ItemClass) -> str:
        """In words."""
        return schedule_words(row)

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
