"""A to-do's deadline: its holder, who stands in, and later the head of the unit hear it, each occasion once."""

from collections import Counter
from datetime import datetime, timedelta

import pytest

from apps.accounts.models import Delegation
from apps.core import clock
from apps.core.models import CalendarDay, Reminder
from apps.core.reminding import reminders_sweep
from apps.notifications.models import Notice
from apps.workflow.models import Task
from tests.factories.world import World
from tests.helpers.outgoing import submitted

pytestmark = pytest.mark.django_db
MONDAY = datetime(2026, 11, 2, 9, 30, tzinfo=clock.CITY_ZONE)


@pytest.fixture
def task(world: World) -> Task:
    """The section chief has two working days from Monday: Wednesday the 4th."""
    CalendarDay.objects.update(is_provisional=False)
    with clock.at(MONDAY):
        document = submitted(world)
    return Task.objects.get(matter=document.matter, state="open")


def told(at: datetime) -> list[str]:
    """Titles of what a sweep at this moment tells, without the document's."""
    before = set(Notice.objects.values_list("pk", flat=True))
    with clock.at(at):
        reminders_sweep()
    fresh = Notice.objects.exclude(pk__in=before).order_by("pk")
    return sorted(f"{one.person.name} {one.title.split('：')[0]}" for one in fresh)


@pytest.mark.long
def test_a_months_sweeps_every_hour_tell_each_occasion_once(task: Task) -> None:
    heard = Counter(
        line for hour in range(24 * 30) for line in told(MONDAY + timedelta(hours=hour, minutes=5))
    )
    assert heard == {"林知夏 还有1个工作日到期": 1, "林知夏 今日到期": 1, "林知夏 已逾期": 5}
    assert Reminder.objects.filter(source="workflow.task", object_id=task.pk, is_told=True).count() == 7


def test_nobody_is_woken_and_a_night_is_made_up_for_in_the_morning(task: Task) -> None:
    tuesday = MONDAY.replace(hour=21) + timedelta(days=1)
    assert told(tuesday) == []
    assert told(tuesday.replace(hour=23)) == []
    assert told(MONDAY.replace(hour=8, minute=30) + timedelta(days=2)) == ["林知夏 还有1个工作日到期"]


def test_after_a_long_stop_only_the_latest_is_told(task: Task) -> None:
    assert told(MONDAY + timedelta(days=10)) == ["林知夏 已逾期"]
    assert Reminder.objects.filter(object_id=task.pk, is_told=False).count() == 4
    assert told(MONDAY + timedelta(days=10, minutes=1)) == []


def test_done_work_is_not_reminded(task: Task) -> None:
    Task.objects.filter(pk=task.pk).update(state=Task.State.DONE)
    assert told(MONDAY + timedelta(days=10)) == []


def test_a_delegate_hears_it_too(world: World, task: Task) -> None:
    Delegation.objects.create(
        delegator=world.post("section_chief"),
        delegate=world.post("director"),
        kind=Delegation.Kind.APPROVAL,
        starts_at=MONDAY - timedelta(days=1),
        ends_at=MONDAY + timedelta(days=20),
        reason="出差",
        created_at=MONDAY,
    )
    assert told(MONDAY + timedelta(days=1)) == ["林知夏 还有1个工作日到期", "高文澜 还有1个工作日到期"]


def test_from_the_second_overdue_reminder_on_the_head_of_the_unit_hears_it(world: World, task: Task) -> None:
    Task.objects.filter(pk=task.pk).update(person=world.person("drafter"), appointment=world.post("drafter"))
    assert told(MONDAY + timedelta(days=4)) == ["许若溪 已逾期"]
    assert told(MONDAY + timedelta(days=8)) == ["林知夏 已逾期（许若溪）", "许若溪 已逾期"]
