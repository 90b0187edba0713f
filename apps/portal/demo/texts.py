"""The words of the demo city: bodies kept as plain text beside this module, with dates that follow the day of drafting."""

from datetime import date
from functools import cache
from pathlib import Path
from typing import Any

from apps.core.working_calendar import city_calendar
from apps.documents.body import body_from_text
from apps.portal.demo.hours import days_before

BODIES = Path(__file__).parent / "bodies"
WEEKDAYS = "一二三四五六日"


class _Days(dict[str, str]):
    """`{year}` and its followers; `{in5}` five working days after the day, `{weekday5}` with its weekday, `{before1}` before it."""

    def __init__(self, day: date) -> None:
        super().__init__(year=str(day.year), next_year=str(day.year + 1), year_after_next=str(day.year + 2))
        self._day = day

    def __missing__(self, name: str) -> str:
        word, count = name.rstrip("0123456789"), int(name.lstrip("abcdefghijklmnopqrstuvwxyz"))
        day = days_before(self._day, count) if word == "before" else city_calendar().add(self._day, count)
        text = f"{day.month}月{day.day}日"
        return f"{text}（星期{WEEKDAYS[day.weekday()]}）" if word == "weekday" else text


def filled(text: str, day: date) -> str:
    """`text` as somebody writes it on `day`."""
    return text.format_map(_Days(day))


def body_of(key: str, day: date) -> dict[str, Any]:
    """The body as the editor would have sent it on `day`: a paragraph a line, headings known by their numbers."""
    return body_from_text(filled(text_of(key), day))


@cache
def text_of(key: str) -> str:
    """The text kept under a name, as it is."""
    return (BODIES / f"{key}.txt").read_text(encoding="utf-8")
