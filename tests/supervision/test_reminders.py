"""A month of an item by the real sweep: everybody who should hear does, once."""

from collections import Counter
from datetime import timedelta

import pytest

from apps.core import clock
from apps.core.models import CalendarDay, Reminder
from apps.core.reminding import reminders_sweep
from apps.notifications.models import Notice
from apps.supervision import services
from apps.supervision.enums import Party, State
from apps.supervision.policies import people_of
from tests.factories.world import World
from tests.helpers.supervision import MONDAY, brought

pytestmark = [pytest.mark.django_db, pytest.mark.long]


def test_a_month_of_sweeps_tells_each_occasion_once_and_climbs(world: World) -> None:
    CalendarDay.objects.update(is_provisional=False)
    world.post("deputy").in_charge_organs.add(world.organs["data"])
    with clock.at(MONDAY):
        item = brought(world, State.IN_PROGRESS)
    Notice.objects.all().delete()
    for half_day in range(2 * 28):
        with clock.at(MONDAY + timedelta(hours=12 * half_day)):
            reminders_sweep()
    heard = Counter(
        (one.person.name, one.title.split("：")[0]) for one in Notice.objects.select_related("person")
    )
    assert heard["叶知秋", "督办事项还有7个工作日到期"] == 1
    assert heard["叶知秋", "督办事项还有3个工作日到期"] == 1
    assert heard["叶知秋", "督办事项还有1个工作日到期"] == 1
    assert heard["叶知秋", "督办事项今日到期"] == 1
    overdue = heard["叶知秋", "督办事项已逾期"]
    assert overdue == 9  # working days from the 17th to the 27th
    assert heard["罗景明", "督办事项已逾期"] == overdue - 1
    assert heard["周明远", "督办事项已逾期"] == overdue - 3
    told = Reminder.objects.filter(source="supervision.item", object_id=item.pk, is_told=True)
    assert told.count() == overdue + 4


def test_reports_are_asked_for_and_a_finished_item_is_left_in_peace(world: World) -> None:
    CalendarDay.objects.update(is_provisional=False)
    with clock.at(MONDAY):
        item = brought(world, State.IN_PROGRESS, frequency="weekly", workdays=40)
    Notice.objects.all().delete()
    with clock.at(MONDAY + timedelta(days=4)):
        reminders_sweep()
    asked = list(Notice.objects.values_list("title", flat=True))
    assert asked
    assert {title.split("：")[0] for title in asked} == {"进展反馈今日到期"}
    Notice.objects.all().delete()
    type(item).objects.filter(pk=item.pk).update(state=State.TERMINATED)
    with clock.at(MONDAY + timedelta(days=60)):
        reminders_sweep()
    assert not Notice.objects.exists()


def test_when_the_handler_has_left_the_desk_hears_again(world: World) -> None:
    with clock.at(MONDAY):
        item = brought(world, State.ASSIGNED)
        services.item_accept(
            actor=world.actor("bureau_clerk"), item_id=item.pk, handler_id=world.post("bureau_chief").pk
        )
    item.refresh_from_db()
    assert [post.person.name for post in people_of(item, Party.LEAD)] == ["许南星"]
    person = world.person("bureau_chief")
    person.is_active = False
    person.save(update_fields=["is_active"])
    assert "叶知秋" in [post.person.name for post in people_of(item, Party.LEAD)]
