"""Template context of the shell, computed lazily so that pages without the frame cost nothing."""

from typing import Any

from django.http import HttpRequest
from django.urls import reverse
from django.utils.functional import SimpleLazyObject

from apps.core import shell as shell_registry
from apps.core.clock import today
from apps.core.working_calendar import lunar_text

WEEKDAYS = "一二三四五六日"


def shell(request: HttpRequest) -> dict[str, Any]:
    """`shell`: nav, counts, date texts. Empty for strangers."""
    return {"shell": SimpleLazyObject(lambda: _shell(request))}


def _shell(request: HttpRequest) -> dict[str, Any]:
    day = today()
    facts: dict[str, Any] = {
        "today": day,
        "today_text": f"{day.month}月{day.day}日 星期{WEEKDAYS[day.weekday()]}",
        "lunar_text": lunar_text(day),
        "nav": [],
        "tabs": [],
    }
    actor = getattr(request, "actor", None)
    if actor is None:
        return facts
    numbers = shell_registry.counts(actor)
    facts.update({f"{name}_count": shell_registry.shown(number) for name, number in numbers.items()})
    current = shell_registry.current_of(request.path)
    facts["nav"] = [_entry(item, current, numbers) for item in shell_registry.nav_items()]
    facts["tabs"] = [
        {
            **_entry(item, current, numbers),
            "name": item.phone_name or item.name,
            "icon": item.phone_icon or item.icon,
        }
        for item in shell_registry.phone_items()
    ]
    return facts


def _entry(item: shell_registry.NavItem, current: str, numbers: dict[str, int]) -> dict[str, Any]:
    return {
        "name": item.name,
        "icon": item.icon,
        "url": reverse(item.url_name),
        "count": shell_registry.shown(numbers.get(item.counter, 0)),
        "counter": item.counter,
        "current": item.url_name == current,
    }
