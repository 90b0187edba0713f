"""Deadlines of to-dos: who is told when one comes near, has come, or has passed."""

from collections.abc import Sequence

from django.db.models import QuerySet

from apps.accounts.selectors import unit_heads_of
from apps.core.clock import local
from apps.core.deadlines import Occasion, OccasionKind
from apps.core.reminding import Due, ReminderSource
from apps.core.subjects import Subject
from apps.notifications.enums import NoticeKind
from apps.notifications.recipients import stand_ins_of
from apps.notifications.services import NoticeDraft, notices_send
from apps.workflow.lights import TASK_SCHEDULE
from apps.workflow.models import Task

# from this overdue reminder on, the head of the holder's unit hears it too
ESCALATES_FROM = 2


def _running() -> QuerySet[Task]:
    return Task.objects.filter(state=Task.State.OPEN).select_related("matter", "person", "appointment")


def _tell(dues: Sequence[Due]) -> None:
    tasks: list[Task] = [due.row for due in dues]
    others = stand_ins_of(tasks)
    heads = unit_heads_of(task.appointment for task in tasks)
    drafts: list[NoticeDraft] = []
    for due in dues:
        task: Task = due.row
        people = {task.person_id, *others[task.pk]}
        drafts.append(_draft(due, task, people, f"{words(due.occasion)}：{task.matter.title}"))
        if is_escalated(due.occasion):
            above = set(heads[task.appointment_id]) - people
            title = f"{words(due.occasion)}（{task.person.name}）：{task.matter.title}"
            drafts.append(_draft(due, task, above, title))
    notices_send(drafts=drafts)


def is_escalated(occasion: Occasion) -> bool:
    """Whether the head of the holder's unit is told too."""
    return occasion.kind is OccasionKind.OVERDUE and occasion.number >= ESCALATES_FROM


def words(occasion: Occasion) -> str:
    """What an occasion means, such as 还有3个工作日到期."""
    if occasion.kind is OccasionKind.BEFORE:
        return f"还有{occasion.number}个工作日到期"
    return "今日到期" if occasion.kind is OccasionKind.ON_DAY else "已逾期"


def _draft(due: Due, task: Task, people: set[int], title: str) -> NoticeDraft:
    when = local(task.due_at) if task.due_at else None
    return NoticeDraft(
        person_ids=people,
        key=due.key(TASKS.name),
        kind=NoticeKind.URGE,
        title=title,
        text=f"“{task.step_name}”" + (f"时限{when.month}月{when.day}日{when:%H:%M}" if when else ""),
        subject=Subject(task.matter.subject_kind, task.matter.subject_id),
        is_urgent=due.occasion.kind is not OccasionKind.BEFORE,
    )


TASKS = ReminderSource(
    name="workflow.task", running=_running, schedule_of=lambda _task: TASK_SCHEDULE, tell=_tell
)
