"""What is told of a meeting, in words."""

from apps.core.clock import day_text, local
from apps.meetings.models import Meeting


def notice_text(meeting: Meeting) -> str:
    """What stands in the notice (domain.md §8.3)."""
    begin, end = local(meeting.starts_at), local(meeting.ends_at)
    lines = [
        f"时间：{day_text(begin)}（周{'一二三四五六日'[begin.weekday()]}）{begin:%H:%M}—{end:%H:%M}",
        f"地点：{meeting.place}",
    ]
    if meeting.host is not None:
        lines.append(f"主持：{meeting.host.person.name} {meeting.host.post_title}")
    agenda = [f"{number}. {item.title}" for number, item in enumerate(meeting.agenda.all(), start=1)]
    lines += ["议题：", *agenda] if agenda else []
    lines += [meeting.note] if meeting.note else []
    if meeting.reply_due_at is not None:
        due = local(meeting.reply_due_at)
        lines.append(f"请于{due.month}月{due.day}日{due:%H:%M}前回执。")
    lines.append(
        "因故不能参会的须书面请假，经批准方可缺席。"
        + ("" if meeting.substitute_allowed else "本次会议不得替会。")
    )
    lines.append(f"联系人：{meeting.contact}" if meeting.contact else "")
    return "\n".join(line for line in lines if line)
