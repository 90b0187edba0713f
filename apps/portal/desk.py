"""The desk's tabs and rows: one shape for to-dos, reads, matters and drafts, so that one table and one card show them all."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Any

from django.urls import reverse

from apps.core.clock import day_text, local, now
from apps.core.subjects import Subject, url_of
from apps.core.working_calendar import city_calendar
from apps.documents.models import OutgoingDocument
from apps.workflow.lights import Light, light_of
from apps.workflow.models import Follow, Matter, Reading, Task

WEEKDAY_NAMES = "一二三四五六日"


class Tab(StrEnum):
    """The seven lists of the desk."""

    TODO = "todo"
    READING = "reading"
    DONE = "done"
    READ = "read"
    INITIATED = "initiated"
    DRAFT = "draft"
    FOLLOWED = "followed"


TAB_NAMES = {
    Tab.TODO: "待办",
    Tab.READING: "待阅",
    Tab.DONE: "已办",
    Tab.READ: "已阅",
    Tab.INITIATED: "我发起",
    Tab.DRAFT: "草稿",
    Tab.FOLLOWED: "关注",
}
EMPTY_TEXTS = {
    Tab.TODO: "没有待办事项。新到的公文会自动出现在这里。",
    Tab.READING: "没有待阅文件。",
    Tab.DONE: "还没有办理过的事项。",
    Tab.READ: "还没有阅读过的文件。",
    Tab.INITIATED: "您还没有发起过事项，可以从“拟稿”开始。",
    Tab.DRAFT: "没有草稿。点“拟稿”开始起草公文。",
    Tab.FOLLOWED: "没有关注的事项。在公文页面点“关注”，办理进展会通知您。",
}


@dataclass(frozen=True, kw_only=True)
class DeskRow:
    """One line of the desk. `select_id` is the reading to mark in a batch; `when` the time the list is ordered by;
    `on_behalf_of` names the holder of a to-do on which the person acts as delegate or secretary."""

    matter_id: int
    url: str
    category: str
    urgency: str
    urgency_text: str
    title: str
    origin: str
    number: str
    step: str
    previous: str
    when: datetime | None
    when_text: str
    light: Light | None
    is_unread: bool
    is_urged: bool = False
    on_behalf_of: str = ""
    select_id: int | None = None


def shown_time(moment: datetime | None) -> str:
    """今天 08:52, 昨天 22:17, 11月20日, or with the year when it is another one."""
    if moment is None:
        return ""
    there, here = local(moment), local(now())
    days = (here.date() - there.date()).days
    if days == 0:
        return f"今天 {there:%H:%M}"
    if days == 1:
        return f"昨天 {there:%H:%M}"
    if there.year == here.year:
        return f"{there.month}月{there.day}日"
    return day_text(there)


def _matter_row(matter: Matter, when: datetime | None, **special: Any) -> DeskRow:
    facts: dict[str, Any] = {
        "step": matter.state_text,
        "previous": "",
        "light": None,
        "is_unread": False,
        **special,
    }
    return DeskRow(
        matter_id=matter.pk,
        url=url_of(Subject(matter.subject_kind, matter.subject_id)),
        category=matter.category,
        urgency=matter.urgency,
        urgency_text=matter.get_urgency_display(),
        title=matter.title or "（无标题）",
        origin=matter.origin_name,
        number=matter.reference_number,
        when=when,
        when_text=shown_time(when),
        **facts,
    )


def todo_row(task: Task, *, person_id: int) -> DeskRow:
    """An open to-do with its light."""
    light = light_of(
        task.due_at, moment=now(), calendar=city_calendar(), is_provisional=task.is_due_provisional
    )
    return _matter_row(
        task.matter,
        task.arrived_at,
        step=task.step_name,
        previous=task.previous_name,
        light=light,
        is_unread=task.opened_at is None,
        is_urged=task.urged_at is not None,
        on_behalf_of=task.person.name if task.person_id != person_id else "",
    )


def done_row(task: Task) -> DeskRow:
    """A finished to-do; the step shown is where the matter stands now."""
    return _matter_row(task.matter, task.done_at, previous=task.step_name)


def reading_row(reading: Reading) -> DeskRow:
    """A read, open or done."""
    return _matter_row(
        reading.matter,
        reading.read_at or reading.sent_at,
        step=reading.get_source_display(),
        previous=reading.sent_by.name,
        is_unread=reading.read_at is None,
        is_urged=reading.urged_at is not None and reading.read_at is None,
        select_id=reading.pk,
    )


def initiated_row(matter: Matter) -> DeskRow:
    """A matter this person started."""
    return _matter_row(matter, matter.created_at)


def draft_row(document: OutgoingDocument) -> DeskRow:
    """A draft of one's own; it has no matter before it is submitted."""
    return DeskRow(
        matter_id=0,
        url=reverse("documents:outgoing_detail", args=[document.pk]),
        category="outgoing",
        urgency=document.urgency,
        urgency_text=document.get_urgency_display(),
        title=document.title or "（无标题）",
        origin=document.issuer_signature,
        number="",
        step=document.get_document_type_display(),
        previous="",
        when=document.updated_at,
        when_text=shown_time(document.updated_at),
        light=None,
        is_unread=False,
    )


def followed_row(follow: Follow) -> DeskRow:
    """A matter this person keeps an eye on."""
    return _matter_row(follow.matter, follow.created_at)


ROWS: dict[Tab, Callable[[Any], DeskRow]] = {
    Tab.READING: reading_row,
    Tab.DONE: done_row,
    Tab.READ: reading_row,
    Tab.INITIATED: initiated_row,
    Tab.DRAFT: draft_row,
    Tab.FOLLOWED: followed_row,
}
