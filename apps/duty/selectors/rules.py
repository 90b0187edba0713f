"""The organ's rules, and what a duty weighs by them."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date

from apps.core.models import CalendarDay
from apps.core.working_calendar import WorkCalendar, city_calendar
from apps.duty.enums import DayKind
from apps.duty.models import DutyRules


def rules_of(organ_id: int) -> DutyRules:
    """The organ's rules, or the usual ones."""
    return DutyRules.objects.filter(organ_id=organ_id).first() or DutyRules(organ_id=organ_id)


@dataclass(frozen=True)
class Scales:
    """What a duty weighs in a year (domain.md §6.1), in tenths of a point."""

    days: Mapping[date, CalendarDay]
    calendar: WorkCalendar
    weights: Mapping[DayKind, int]

    def kind(self, day: date) -> DayKind:
        """What the day is."""
        known = self.days.get(day)
        if known is not None and known.kind == CalendarDay.Kind.STATUTORY:
            return DayKind.SPRING if "春节" in known.name else DayKind.STATUTORY
        return DayKind.WORKDAY if self.calendar.is_workday(day) else DayKind.WEEKEND

    def points(self, day: date) -> int:
        """What a duty that begins on the day weighs."""
        return self.weights[self.kind(day)]


def scales_of(organ_id: int, year: int) -> Scales:
    """By the rules as they are now: after a change of weights all years are weighed anew."""
    days = {row.date: row for row in CalendarDay.objects.filter(date__year=year)}
    return Scales(days, city_calendar(), rules_of(organ_id).weights)
