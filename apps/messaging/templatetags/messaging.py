"""How messaging writes times."""

from datetime import datetime, timedelta

from django import template

from apps.core.clock import day_text, local, now

register = template.Library()
WEEKDAYS = ("周一", "周二", "周三", "周四", "周五", "周六", "周日")


@register.simple_tag
def conversation_time(moment: datetime) -> str:
    """14:05 today, 昨天, 周六 within a week, 11月3日 this year, else 2025年11月3日."""
    when, today = local(moment), local(now())
    days = (today.date() - when.date()).days
    if days <= 0:
        return f"{when:%H:%M}"
    if days == 1:
        return "昨天"
    if timedelta(days=days) < timedelta(days=7):
        return WEEKDAYS[when.weekday()]
    return f"{when.month}月{when.day}日" if when.year == today.year else day_text(when)
