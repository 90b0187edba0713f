"""The reminders of a class as data: read, checked, kept on record, and followed by the sweep."""

from collections import Counter
from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse
from hypothesis import given
from hypothesis import strategies as st

from apps.audit.models import AuditEntry
from apps.core import clock
from apps.core.deadlines import Schedule
from apps.core.errors import ValidationFailed
from apps.core.models import CalendarDay
from apps.core.reminding import reminders_sweep
from apps.notifications.models import Notice
from apps.supervision.enums import Frequency, State
from apps.supervision.models import ItemClass, SupervisionItem
from apps.supervision.schedules import days_read, days_words, report_words, schedule_words
from apps.supervision.services.classes import item_class_keep
from apps.supervision.services.installation import classes_install
from tests.factories.world import World
from tests.helpers.supervision import MONDAY, brought

pytestmark = pytest.mark.long

SWEEPS_A_DAY = 2


@given(st.lists(st.integers(1, 60), unique=True))
def test_days_are_read_as_they_are_written(days: list[int]) -> None:
    wanted = sorted(days, reverse=True)
    assert days_read(days_words(Schedule(before=tuple(wanted)))) == wanted


@pytest.mark.parametrize("words", ["七天", "3、-1", "1.5", "99999", "３", "3 天"])
def test_what_is_no_day_is_refused(words: str) -> None:
    with pytest.raises(ValidationFailed, match="顿号"):
        days_read(words)


def kept(world: World, **facts: Any) -> ItemClass:
    """The class of instructions with other facts."""
    classes_install()
    row = ItemClass.objects.get(code="instruction")
    return item_class_keep(actor=world.actor("sysadmin"), row=row, facts=facts)


def plan(**facts: Any) -> dict[str, Any]:
    return {"before": [5], "on_day": False, "overdue_every": 2, "overdue_most": 4} | facts


def swept(days: int, *, since: int = 0) -> Counter[tuple[str, str]]:
    """Who heard what in so many days."""
    for half in range(SWEEPS_A_DAY * since, SWEEPS_A_DAY * days):
        with clock.at(MONDAY + timedelta(hours=12 * half)):
            reminders_sweep()
    return Counter(
        (one.person.name, one.title.split("：")[0]) for one in Notice.objects.select_related("person")
    )


@pytest.mark.django_db
def test_the_sweep_follows_the_schedule_of_the_class(world: World) -> None:
    CalendarDay.objects.update(is_provisional=False)
    world.post("deputy").in_charge_organs.add(world.organs["data"])
    kept(world, schedule=plan(), head_after=4, leader_after=8)
    with clock.at(MONDAY):
        brought(world, State.IN_PROGRESS)
    Notice.objects.all().delete()
    assert swept(35) == {
        ("叶知秋", "督办事项还有5个工作日到期"): 1,
        ("许南星", "督办事项还有5个工作日到期"): 1,
        ("叶知秋", "督办事项已逾期"): 4,
        ("许南星", "督办事项已逾期"): 4,
        ("罗景明", "督办事项已逾期"): 3,
        ("周明远", "督办事项已逾期"): 1,
    }


@pytest.mark.django_db
def test_another_schedule_holds_for_running_items_and_tells_no_day_twice(world: World) -> None:
    CalendarDay.objects.update(is_provisional=False)
    classes_install()
    with clock.at(MONDAY):
        item = brought(world, State.IN_PROGRESS)
    Notice.objects.all().delete()
    assert swept(18)["叶知秋", "督办事项已逾期"] == 3  # due on the 16th: 17, 18 and 19
    with clock.at(MONDAY + timedelta(days=18)):
        kept(world, schedule=plan(overdue_most=10), head_after=None, leader_after=None)
    item.refresh_from_db()
    assert item.next_reminder_at is not None
    assert clock.local(item.next_reminder_at).day == 24
    assert swept(26, since=18)["叶知秋", "督办事项已逾期"] == 3 + 2  # the 24th and 26th: days 6 and 8


@pytest.mark.django_db
def test_reports_are_asked_for_by_the_schedule_of_the_class(world: World) -> None:
    """Weekly: owed on Friday the 6th; with another schedule from then on, days 3 and 6 after it and no more."""
    CalendarDay.objects.update(is_provisional=False)
    classes_install()
    with clock.at(MONDAY):
        item = brought(world, State.ACCEPTED, workdays=40, frequency=Frequency.WEEKLY)
    Notice.objects.all().delete()
    assert swept(4)["叶知秋", "进展反馈还有1个工作日到期"] == 1
    with clock.at(MONDAY + timedelta(days=4)):
        kept(world, report_schedule=plan(before=[2], on_day=True, overdue_every=3, overdue_most=2))
    item.refresh_from_db()
    assert item.next_report_reminder_at is not None
    assert clock.local(item.next_report_reminder_at).day == 11  # the 6th at nine has passed
    told = swept(30, since=5)
    assert told["叶知秋", "进展反馈已逾期"] == 2
    entry = AuditEntry.objects.filter(action="supervision.class").latest("pk")
    assert entry.facts["report_reminders"] == "反馈前 2 个工作日；反馈当日；逾期后每 3 个工作日，最多 2 次"
    assert entry.facts["report_reminders_before"].startswith("反馈前 1 个工作日")
    assert entry.facts["reminders"] == entry.facts["reminders_before"]


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("facts", "words"),
    [
        ({"schedule": plan(before=[0])}, "1 至 60"),
        ({"schedule": plan(overdue_every=0)}, "间隔"),
        ({"head_after": 5, "leader_after": 4}, "不得早于"),
        ({"head_after": None, "leader_after": 4}, "不得早于"),
        ({"head_after": 0, "leader_after": 4}, "1 以上"),
        ({"schedule": plan(overdue_every=None), "head_after": 2}, "不再提醒"),
        ({"schedule": plan(), "head_after": 2, "leader_after": 9}, "第 8 个工作日"),
        ({"report_schedule": plan(before=[61])}, "1 至 60"),
        ({"report_schedule": []}, "格式"),
        ({"workdays": 0}, "500"),
    ],
)
def test_a_schedule_that_says_what_cannot_be_is_refused(
    world: World, facts: dict[str, Any], words: str
) -> None:
    before = schedule_words(ItemClass.objects.get_or_create(code="instruction", defaults={"name": "x"})[0])
    with pytest.raises(ValidationFailed, match=words):
        kept(world, **facts)
    assert schedule_words(ItemClass.objects.get(code="instruction")) == before


@pytest.mark.django_db
def test_the_administrator_edits_the_schedule_in_plain_fields_and_it_is_on_record(
    world: World, client_as: Callable[[str], Client]
) -> None:
    classes_install()
    row = ItemClass.objects.get(code="meeting")
    url = reverse("admin:supervision_itemclass_change", args=[row.pk])
    client = client_as("sysadmin")
    assert 'value="7、3、1"' in client.get(url).content.decode()
    form = {
        "code": row.code, "name": row.name, "mark": row.mark, "source": row.source, "workdays": "20",
        "rank_order": "40", "is_active": "on", "before": "10， 5", "overdue_every": "2", "overdue_most": "5",
        "head_after": "4", "leader_after": "40",
        "report_before": "3、1", "report_on_day": "on", "report_overdue_every": "1", "report_overdue_most": "",
    }  # fmt: skip
    refused = client.post(url, form)
    assert refused.status_code == 200
    assert "第 10 个工作日为止" in refused.content.decode()
    assert 'value="10， 5"' in refused.content.decode()
    assert client.post(url, form | {"before": "明天"}).status_code == 200
    assert client.post(url, form | {"report_before": "明天"}).status_code == 200
    assert client.post(url, form | {"leader_after": ""}).status_code == 302
    row.refresh_from_db()
    said = "到期前 10、5 个工作日；逾期后每 2 个工作日，最多 5 次；逾期 4 个工作日起告知单位负责人"
    assert schedule_words(row) == said
    assert report_words(row) == "反馈前 3、1 个工作日；反馈当日；逾期后每 1 个工作日"
    rules = client_as("stranger").get(reverse("supervision:lifecycle")).content.decode()
    assert said in rules
    assert report_words(row) in rules
    entry = AuditEntry.objects.filter(action="supervision.class").latest("pk")
    assert entry.facts["reminders"] == said
    assert entry.facts["reminders_before"].startswith("到期前 7、3、1 个工作日")
    assert client_as("secadmin").get(url).status_code == 403
    assert not SupervisionItem.objects.exists()
