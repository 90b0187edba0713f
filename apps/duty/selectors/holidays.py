"""Public holidays of a year with their duty: which days, who serves, what is missing before the list may be made known."""

from dataclasses import dataclass, field, replace
from datetime import date, timedelta

from django.db.models import QuerySet

from apps.core.actors import Actor
from apps.core.clock import local, today
from apps.core.errors import NotFound
from apps.core.models import CalendarDay
from apps.core.working_calendar import city_calendar
from apps.duty.enums import RosterState
from apps.duty.models import DutyPost, DutyRoster, DutyShift, DutyWatch, HolidayList
from apps.duty.policies import makes_roster, require_maker
from apps.duty.selectors.grids import Grid, GridCell, GridRow, grid_of

HOLIDAY = "duty.holiday"
DAY = timedelta(days=1)
MOST_MONTHS = 2
EVE = "农历除夕"  # a day of 春节


@dataclass(frozen=True)
class Holiday:
    """A run of days off that has a name. `is_provisional`: the year's arrangement is not published yet."""

    name: str
    first_on: date
    last_on: date
    is_provisional: bool
    lacking: list[str] = field(default_factory=list)
    published: HolidayList | None = None

    @property
    def days(self) -> int:
        """How many."""
        return (self.last_on - self.first_on).days + 1


def holidays_in(year: int) -> list[Holiday]:
    """The year's holidays in order, weekends that join them included."""
    calendar = city_calendar()
    named = {
        row.date: row.name
        for row in CalendarDay.objects.filter(date__year=year).exclude(kind=CalendarDay.Kind.ADJUSTED_WORKDAY)
    }
    found: list[Holiday] = []
    run: list[date] = []
    day = date(year, 1, 1)
    while day.year == year or run:
        if day.year == year and not calendar.is_workday(day):
            run.append(day)
        else:
            names = list(dict.fromkeys(named[one] for one in run if named.get(one, EVE) != EVE))
            if names:
                found.append(
                    Holiday("、".join(names), run[0], run[-1], calendar.is_provisional(run[0], run[-1]))
                )
            run = []
        day += DAY
    return found


def holidays_shown(actor: Actor, year: int) -> list[Holiday]:
    """The year's holidays with the organ's lists; what is still missing is for whoever makes them, others see what is out."""
    organ_id = actor.organ_id or 0
    out = {one.first_on: one for one in _lists(organ_id).filter(first_on__year=year)}
    may_make = makes_roster(actor)
    shown = []
    for one in holidays_in(year):
        lacking = lacking_for(organ_id, one) if may_make and one.first_on not in out else []
        if may_make or one.first_on in out:
            shown.append(
                Holiday(
                    one.name, one.first_on, one.last_on, one.is_provisional, lacking, out.get(one.first_on)
                )
            )
    return shown


def _lists(organ_id: int) -> QuerySet[HolidayList]:
    return HolidayList.objects.filter(organ_id=organ_id).select_related("document", "organ")


def lacking_for(organ_id: int, holiday: Holiday) -> list[str]:
    """What stands against making the list known, in words."""
    if holiday.is_provisional:
        return [
            f"{holiday.first_on.year}年节假日安排尚未公布，放假日期为暂按，公布并导入后再发布节假日值班表"
        ]
    months = sorted({day.replace(day=1) for day in (holiday.first_on, holiday.last_on)})
    out = set(
        DutyRoster.objects.filter(
            organ_id=organ_id, month__in=months, state=RosterState.PUBLISHED
        ).values_list("month", flat=True)
    )
    return [f"{one.month}月值班表还没有发布" for one in months if one not in out]


def holiday_on(first_on: date) -> Holiday:
    """The holiday that begins on the day. Raises `NotFound`."""
    found = next((one for one in holidays_in(first_on.year) if one.first_on == first_on), None)
    if found is None:
        raise NotFound
    return found


def list_for(actor: Actor, list_id: int, *, lock: bool = False, to_make: bool = False) -> HolidayList:
    """A list that is out, of the person's organ; `to_make` only for whoever makes rosters. Raises `NotFound`, `Forbidden`."""
    organ_id = require_maker(actor) if to_make else actor.organ_id or 0
    rows = _lists(organ_id)
    found = (rows.select_for_update(of=("self",)) if lock else rows).filter(pk=list_id).first()
    if found is None:
        raise NotFound
    return found


def holiday_grid(holiday: HolidayList) -> tuple[Grid | None, list[GridRow]]:
    """The watches that begin on its days, and the grid of the month that gives the posts."""
    months = sorted({day.replace(day=1) for day in (holiday.first_on, holiday.last_on)})
    rosters = DutyRoster.objects.filter(organ_id=holiday.organ_id, month__in=months).order_by("month")
    grids = [grid_of(roster) for roster in rosters]
    rows = [row for grid in grids for row in grid.rows if holiday.first_on <= row.day <= holiday.last_on]
    if len(grids) < MOST_MONTHS:
        return (grids[0] if grids else None), rows
    known = {post.pk: post for grid in grids for post in grid.posts}
    posts = sorted(known.values(), key=lambda post: (post.rank_order, post.pk))
    return replace(grids[0], posts=posts), [_aligned(row, posts) for row in rows]


def _aligned(row: GridRow, posts: list[DutyPost]) -> GridRow:
    """The months on either side of a holiday may have different posts: each row has all of them."""
    cells = {cell.post.pk: cell for cell in row.cells}
    return replace(row, cells=[cells.get(post.pk) or GridCell(post, None, [], []) for post in posts])


def holiday_shifts(holiday: HolidayList) -> list[DutyShift]:
    """Who serves on its days, in order."""
    watches = DutyWatch.objects.filter(
        organ_id=holiday.organ_id,
        starts_at__date__gte=holiday.first_on,
        starts_at__date__lte=holiday.last_on,
    )
    rows = DutyShift.objects.filter(watch__in=watches).select_related("watch", "post", "appointment__person")
    return list(rows.order_by("watch__starts_at", "post__rank_order", "post_id"))


def holiday_known(list_id: int) -> HolidayList | None:
    """For notices."""
    return HolidayList.objects.select_related("organ").filter(pk=list_id).first()


def list_title(list_id: int) -> str:
    """For notices and cards."""
    found = holiday_known(list_id)
    return found.title if found else ""


def can_view_list(actor: Actor, list_id: int) -> bool:
    """People of the organ."""
    return _lists(actor.organ_id or 0).filter(pk=list_id).exists()


def has_begun(holiday: HolidayList) -> bool:
    """Whether its first day is here."""
    return holiday.first_on <= today()


def day_words(shift: DutyShift) -> str:
    """`2月15日`."""
    day = local(shift.watch.starts_at)
    return f"{day.month}月{day.day}日"
