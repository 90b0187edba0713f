"""节假日值班表: taken from the months, made known on its own, and alone in refusing a year that is 暂按."""

from collections.abc import Callable, Iterator
from datetime import date, datetime

import pytest
from django.test import Client
from django.urls import reverse

from apps.core import clock
from apps.core.errors import Forbidden, InvalidState, NotFound, ValidationFailed
from apps.core.models import CalendarDay
from apps.core.working_calendar import calendar_changed
from apps.duty import services
from apps.duty.models import DutyRoster, HolidayList
from apps.duty.selectors.grids import grid_of
from apps.duty.selectors.holidays import holiday_shifts, holidays_in, holidays_shown
from apps.notifications.models import Notice
from tests.duty.test_papers import pages_of
from tests.factories.world import World
from tests.helpers.duty import published

pytestmark = pytest.mark.django_db
As = Callable[[str], Client]
AUGUST = datetime(2026, 8, 25, 9, 0, tzinfo=clock.CITY_ZONE)
OCTOBER, SEPTEMBER, JANUARY = date(2026, 10, 1), date(2026, 9, 1), date(2027, 1, 1)
NATIONAL = date(2026, 10, 1)


@pytest.fixture(autouse=True)
def _august() -> Iterator[None]:
    """Before the autumn's holidays."""
    calendar_changed()
    with clock.at(AUGUST):
        yield
    calendar_changed()


def out(world: World) -> HolidayList:
    """October published, and the list of its holiday."""
    published(world, OCTOBER)
    return services.holiday_list_publish(actor=world.actor("director"), first_on=NATIONAL)


def test_the_holidays_of_a_year_are_its_runs_of_days_off_that_have_a_name() -> None:
    found = {one.name: (one.first_on, one.last_on, one.is_provisional) for one in holidays_in(2026)}
    assert found["春节"] == (date(2026, 2, 15), date(2026, 2, 23), False)
    assert found["国庆节"] == (date(2026, 10, 1), date(2026, 10, 7), False)
    assert found["清明节"][1] == date(2026, 4, 6)
    assert all(one.is_provisional for one in holidays_in(2027))
    assert [one.name for one in holidays_in(2027)][:2] == ["元旦", "春节"]
    assert len(holidays_in(2027)) == 7


def test_a_list_that_is_out_tells_everybody_on_it_once(world: World, drain: Callable[[], int]) -> None:
    made = out(world)
    drain()
    people = {shift.appointment.person_id for shift in holiday_shifts(made)}
    told = Notice.objects.filter(key=f"duty.holiday:{made.pk}")
    assert set(told.values_list("person_id", flat=True)) == people
    assert told.count() == len(people)
    assert services.holiday_list_publish(actor=world.actor("director"), first_on=NATIONAL) == made


def test_only_the_holiday_list_refuses_a_year_that_is_not_arranged(world: World) -> None:
    director = world.actor("director")
    with clock.at(datetime(2026, 12, 20, 9, 0, tzinfo=clock.CITY_ZONE)):
        roster = published(world, JANUARY)
        assert roster.published_at is not None
        assert grid_of(roster).is_provisional
        with pytest.raises(ValidationFailed, match="2027年节假日安排尚未公布"):
            services.holiday_list_publish(actor=director, first_on=holidays_in(2027)[0].first_on)
        CalendarDay.objects.filter(date__year=2027).update(is_provisional=False)
        calendar_changed()
        first = holidays_in(2027)[0].first_on
        assert services.holiday_list_publish(actor=director, first_on=first).first_on == first


def test_what_is_missing_is_said(world: World) -> None:
    director = world.actor("director")
    with pytest.raises(ValidationFailed, match="10月值班表还没有发布"):
        services.holiday_list_publish(actor=director, first_on=NATIONAL)
    with pytest.raises(NotFound):
        services.holiday_list_publish(actor=director, first_on=date(2026, 10, 2))
    with pytest.raises(InvalidState, match="已经结束"):
        services.holiday_list_publish(actor=director, first_on=date(2026, 2, 15))
    with pytest.raises(Forbidden):
        services.holiday_list_publish(actor=world.actor("drafter"), first_on=NATIONAL)


def test_it_is_taken_back_before_the_holiday_and_not_afterwards(world: World) -> None:
    made, director = out(world), world.actor("director")
    services.holiday_list_withdraw(actor=director, list_id=made.pk)
    assert not HolidayList.objects.exists()
    again = services.holiday_list_publish(actor=director, first_on=NATIONAL)
    with (
        clock.at(datetime(2026, 10, 1, 9, 0, tzinfo=clock.CITY_ZONE)),
        pytest.raises(InvalidState, match="假期已经开始"),
    ):
        services.holiday_list_withdraw(actor=director, list_id=again.pk)


def test_the_report_upward_is_one_draft_with_every_day(world: World) -> None:
    made, director = out(world), world.actor("director")
    document = services.holiday_report_draft(actor=director, list_id=made.pk)
    assert document.title == "关于报送2026年国庆节值班安排的报告"
    assert services.holiday_report_draft(actor=director, list_id=made.pk) == document
    words = str(document.body)
    for day in range(1, 8):
        assert f"10月{day}日（周" in words
    assert words.count("带班领导") == 7
    with pytest.raises(InvalidState, match="报送文稿"):
        services.holiday_list_withdraw(actor=director, list_id=made.pk)


def test_others_see_what_is_out_and_nothing_else(world: World, client_as: As) -> None:
    made = out(world)
    assert [one.name for one in holidays_shown(world.actor("drafter"), 2026)] == ["国庆节"]
    assert len(holidays_shown(world.actor("director"), 2026)) > 5
    page = client_as("drafter").get(reverse("duty:holidays"), {"year": "2026"}).content.decode()
    assert "国庆节" in page
    assert "发布</button>" not in page
    for name, allowed in (("holiday_withdraw", 403), ("holiday_report", 403)):
        assert client_as("drafter").post(reverse(f"duty:{name}", args=[made.pk])).status_code == allowed
        assert client_as("bureau_clerk").post(reverse(f"duty:{name}", args=[made.pk])).status_code == 403
    assert client_as("bureau_clerk").get(reverse("duty:holiday_export", args=[made.pk])).status_code == 404
    assert client_as("drafter").get(reverse("duty:holiday_export", args=[made.pk])).status_code == 200
    assert client_as("duty_officer").post(reverse("duty:holiday_withdraw", args=[made.pk])).status_code == 303
    assert client_as("director").get(reverse("duty:holidays"), {"year": "x"}).status_code == 200


def test_the_page_publishes_and_drafts(world: World, client_as: As) -> None:
    published(world, OCTOBER)
    director = client_as("director")
    assert director.post(reverse("duty:holiday_publish"), {"first_on": "2026-10-01"}).status_code == 303
    made = HolidayList.objects.get()
    answer = director.post(reverse("duty:holiday_report", args=[made.pk]))
    assert answer["Location"].endswith(f"/documents/outgoing/{HolidayList.objects.get().document_id}/edit/")
    assert DutyRoster.objects.filter(month=SEPTEMBER).count() == 0


def test_it_is_typeset_with_exactly_its_days(world: World, client_as: As) -> None:
    made = out(world)
    answer = client_as("drafter").get(reverse("duty:holiday_paper", args=[made.pk]))
    pages = pages_of(b"".join(answer) if answer.streaming else answer.content)
    text = "".join(pages).replace(" ", "")
    assert "国庆节值班表" in text
    assert "10月7日" in text
    assert "10月8日" not in text
