"""What was told of a meeting, and what of it is different after a change: in words, for those concerned."""

from collections.abc import Callable, Mapping
from datetime import datetime
from typing import Any

from apps.core.clock import local
from apps.meetings.models import Meeting
from apps.meetings.openings import Slot
from apps.meetings.selectors.rooms import slot_words


def _moment(due: datetime | None) -> str:
    there = local(due) if due is not None else None
    return f"{there.month}月{there.day}日{there:%H:%M}" if there is not None else "不限"


def told_of(meeting: Meeting) -> dict[str, Any]:
    """What the notice said, by its label."""
    return {
        "时间": Slot(meeting.starts_at, meeting.ends_at),
        "地点": meeting.place,
        "主持人": meeting.host_id,
        "名称": meeting.name,
        "类别": meeting.get_kind_display(),
        "回执时限": meeting.reply_due_at,
        "材料时限": meeting.materials_due_at,
        "联系人": meeting.contact,
        "会议事项和要求": meeting.note,
        "替会": meeting.substitute_allowed,
    }


_WORDS: dict[str, Callable[[Any, Any], str]] = {
    "时间": lambda old, new: f"时间由{slot_words(old)}改为{slot_words(new)}",
    "地点": lambda old, new: f"地点由{old}改为{new}",
    "类别": lambda old, new: f"类别由{old}改为{new}",
    "主持人": lambda _old, _new: "主持人有调整",
    "名称": lambda _old, new: f"名称改为“{new}”",
    "回执时限": lambda old, new: f"回执时限由{_moment(old)}改为{_moment(new)}",
    "材料时限": lambda old, new: f"材料时限由{_moment(old)}改为{_moment(new)}",
    "联系人": lambda _old, new: f"联系人改为{new or '会议承办科室'}",
    "会议事项和要求": lambda _old, _new: "会议事项和要求有修改",
    "替会": lambda _old, new: "经批准可以替会" if new else "不得替会",
}


def differences(before: Mapping[str, Any], after: Mapping[str, Any]) -> list[str]:
    """What is different, one sentence each; empty when nothing is."""
    return [_WORDS[label](before[label], after[label]) for label in after if before[label] != after[label]]
