"""The reminders of a class in words, and read from what the administrator typed. Pure."""

import re
from typing import Protocol

from apps.core.deadlines import Schedule
from apps.core.errors import ValidationFailed

BETWEEN = re.compile(r"[、，,;；\s]+")
MOST_DIGITS = 4


class Scheduled(Protocol):
    """What has reminders and an escalation."""

    schedule: dict[str, object]
    report_schedule: dict[str, object]
    head_after: int | None
    leader_after: int | None


def days_read(words: str) -> list[int]:
    """Working days such as 7、3、1, each once, from the furthest to the nearest. Raises `ValidationFailed`."""
    parts = [part for part in BETWEEN.split(words.strip()) if part]
    if any(not (part.isascii() and part.isdecimal()) or len(part) > MOST_DIGITS for part in parts):
        raise ValidationFailed("请填写工作日数，用顿号隔开，如 7、3、1。")
    return sorted({int(part) for part in parts}, reverse=True)


def days_words(schedule: Schedule) -> str:
    """As it is typed."""
    return "、".join(str(days) for days in schedule.before)


def plan_words(schedule: Schedule, due: str) -> str:
    """When it reminds, in one sentence; `due` is what comes, such as 到期."""
    parts = [f"{due}前 {days_words(schedule)} 个工作日"] if schedule.before else []
    parts += [f"{due}当日"] if schedule.on_day else []
    if schedule.overdue_every:
        most = f"，最多 {schedule.overdue_most} 次" if schedule.overdue_most else ""
        parts.append(f"逾期后每 {schedule.overdue_every} 个工作日{most}")
    return "；".join(parts) or "不提醒"


def schedule_words(row: Scheduled) -> str:
    """One sentence that says who hears of an item's date when."""
    words = plan_words(Schedule.load(row.schedule), "到期")
    if row.head_after is not None:
        words += f"；逾期 {row.head_after} 个工作日起告知单位负责人"
    if row.leader_after is not None:
        words += f"，{row.leader_after} 个工作日起告知分管领导"
    return words


def report_words(row: Scheduled) -> str:
    """One sentence that says when reports are asked for."""
    return plan_words(Schedule.load(row.report_schedule), "反馈")
