"""The month in seven columns."""

from collections.abc import Callable
from datetime import date, timedelta

import pytest
from django.test import Client
from django.urls import reverse

from apps.core import clock
from apps.core.models import CalendarDay
from apps.core.working_calendar import calendar_changed
from apps.duty import services
from apps.duty.selectors.calendars import CalendarCell, weeks_of
from apps.duty.selectors.grids import grid_of
from tests.factories.world import World
from tests.helpers.duty import MONDAY, NOVEMBER, manned, published, serving

pytestmark = pytest.mark.django_db
As = Callable[[str], Client]


def november(world: World) -> dict[date, CalendarCell]:
    """Its days as drawn; a working Saturday and a day off are arranged."""
    CalendarDay.objects.bulk_create(
        [
            CalendarDay(date=date(2026, 11, 7), kind=CalendarDay.Kind.ADJUSTED_WORKDAY, name="市庆调休"),
            CalendarDay(date=date(2026, 11, 11), kind=CalendarDay.Kind.ADJUSTED_REST, name="市庆"),
        ]
    )
    calendar_changed()
    with clock.at(MONDAY):
        weeks = weeks_of(grid_of(published(world)), NOVEMBER)
    assert {len(week) for week in weeks} == {7}
    assert {week[0].day.weekday() for week in weeks} == {0}
    return {cell.day: cell for week in weeks for cell in week}


def test_weeks_begin_on_monday_and_every_watch_stands_on_its_day_once(world: World) -> None:
    cells = november(world)
    assert min(cells) == date(2026, 10, 26)
    assert max(cells) == date(2026, 12, 6)
    assert all(len(cell.rows) == cell.is_here for cell in cells.values())
    assert [day for day, cell in cells.items() if cell.is_today] == [MONDAY.date()]


def test_days_off_and_working_weekends_are_marked_with_their_name(world: World) -> None:
    cells = november(world)
    assert (cells[date(2026, 11, 7)].mark, cells[date(2026, 11, 7)].is_rest) == ("班", False)
    assert (cells[date(2026, 11, 11)].mark, cells[date(2026, 11, 11)].name) == ("休", "市庆")
    assert (cells[date(2026, 11, 8)].mark, cells[date(2026, 11, 8)].is_rest) == ("", True)


def test_day_and_night_stand_on_the_day_they_begin(world: World) -> None:
    manned(world)
    with clock.at(MONDAY):
        roster = services.roster_open(actor=world.actor("director"), month=NOVEMBER, is_split=True)
        cells = {cell.day: cell for week in weeks_of(grid_of(roster), NOVEMBER) for cell in week}
    night = cells[date(2026, 11, 30)].rows[1].watch
    assert clock.local(night.ends_at) - clock.local(night.starts_at) == timedelta(hours=15)


def test_the_calendar_is_a_view_of_the_page_and_leads_back_to_the_table(world: World, client_as: As) -> None:
    with clock.at(MONDAY):
        shift = serving(published(world), 10)
        page = {"month": "2026-11", "view": "calendar"}
        mine = next(key for key, post in world.posts.items() if post == shift.appointment)
        text = client_as(mine).get(reverse("duty:roster"), page).content.decode()
        assert "duty-day--today" in text
        assert reverse("duty:swap_ask", args=[shift.pk]) in text
        assert f"#watch-{shift.watch_id}" in text
        table = client_as(mine).get(reverse("duty:roster"), {"month": "2026-11"}).content.decode()
        assert f'id="watch-{shift.watch_id}"' in table
        chosen = client_as("director").get(
            reverse("duty:roster"), page | {"person": str(shift.appointment.person_id)}
        )
        assert "duty-day__faded" in chosen.content.decode()
        assert client_as("director").get(reverse("duty:roster"), page | {"person": "某人"}).status_code == 200
        hidden = client_as("drafter").get(reverse("duty:roster"), page | {"month": "2026-12"})
        assert "本月值班表还没有发布" in hidden.content.decode()
