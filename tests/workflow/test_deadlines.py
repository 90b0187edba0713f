"""Deadlines follow the calendar: a year's arrangement moves what is open, tells whose date moved, and nothing else."""

from collections.abc import Callable
from datetime import date, datetime
from zoneinfo import ZoneInfo

import time_machine

from apps.accounts.services.calendar import calendar_day_set
from apps.audit.models import AuditEntry
from apps.core.models import CalendarDay
from apps.notifications.models import Notice
from apps.workflow.models import Task
from apps.workflow.services import deadlines_recompute, task_withdraw, tasks_due_set
from apps.workflow.services.handing_over import tasks_hand_over
from tests.workflow.conftest import Desk

SHANGHAI = ZoneInfo("Asia/Shanghai")
FRIDAY = datetime(2026, 11, 20, 9, 5, tzinfo=SHANGHAI)


def submitted(desk: Desk) -> Task:
    """The chief has two working days from Friday morning."""
    with time_machine.travel(FRIDAY, tick=False):
        desk.act("drafter", "submit")
    return desk.task("section_chief")


def test_a_new_day_of_rest_moves_the_open_deadline_and_tells_the_holder(
    desk: Desk, drain: Callable[[], int]
) -> None:
    """Monday becomes free: Tuesday 18:00 becomes Wednesday; it is no longer 暂按."""
    task = submitted(desk)
    assert task.due_at == datetime(2026, 11, 24, 18, 0, tzinfo=SHANGHAI)
    with time_machine.travel(FRIDAY, tick=False):
        calendar_day_set(
            actor=None,
            day=date(2026, 11, 23),
            kind=CalendarDay.Kind.ADJUSTED_REST,
            name="调休",
            source="市府通知",
        )
        drain()
    task.refresh_from_db()
    assert task.due_at == datetime(2026, 11, 25, 18, 0, tzinfo=SHANGHAI)
    assert not task.is_due_provisional
    notice = Notice.objects.get(title__startswith="时限调整")
    assert notice.person == desk.world.person("section_chief")
    assert "11月25日18:00" in notice.text
    assert AuditEntry.objects.filter(action="workflow.deadlines").count() == 1


def test_computing_again_moves_nothing(desk: Desk) -> None:
    """And writes no audit row."""
    submitted(desk)
    assert deadlines_recompute(year=2026) == 0
    assert not AuditEntry.objects.filter(action="workflow.deadlines").exists()


def test_done_to_dos_and_other_years_are_left_alone(desk: Desk) -> None:
    """What was done in time stays so."""
    task = submitted(desk)
    desk.act("section_chief")
    CalendarDay.objects.create(date=date(2026, 11, 23), kind=CalendarDay.Kind.ADJUSTED_REST)
    assert deadlines_recompute(year=2026) == 0
    assert deadlines_recompute(year=2031) == 0
    task.refresh_from_db()
    assert task.due_at == datetime(2026, 11, 24, 18, 0, tzinfo=SHANGHAI)


def test_a_named_deadline_is_a_promise_and_stays(desk: Desk) -> None:
    """It was given by a person, not counted."""
    task = submitted(desk)
    named = datetime(2026, 11, 24, 12, 0, tzinfo=SHANGHAI)
    assert tasks_due_set(run=desk.run, step_code="dept_review", due_at=named) == 1
    CalendarDay.objects.create(date=date(2026, 11, 23), kind=CalendarDay.Kind.ADJUSTED_REST)
    assert deadlines_recompute(year=2026) == 0
    task.refresh_from_db()
    assert task.due_at == named


def test_a_to_do_that_changed_hands_keeps_the_beginning_of_its_term(desk: Desk) -> None:
    """Counting anew moves nothing; a new day of rest moves it by that day and no more."""
    task = submitted(desk)
    with time_machine.travel(datetime(2026, 11, 23, 9, 0, tzinfo=SHANGHAI), tick=False):
        tasks_hand_over(
            actor=desk.actor("section_chief"),
            giver_id=task.appointment_id,
            taker_id=desk.world.post("deputy").pk,
            ids=[task.pk],
        )
        taken = desk.task("deputy")
        assert taken.due_at == task.due_at
        assert deadlines_recompute(year=2026) == 0
        CalendarDay.objects.create(date=date(2026, 11, 24), kind=CalendarDay.Kind.ADJUSTED_REST)
        assert deadlines_recompute(year=2026) == 1
    taken.refresh_from_db()
    assert taken.due_at == datetime(2026, 11, 25, 18, 0, tzinfo=SHANGHAI)


def test_taking_an_act_back_does_not_give_more_time(desk: Desk) -> None:
    """The to-do that comes back has the deadline of the first."""
    task = submitted(desk)
    with time_machine.travel(datetime(2026, 11, 24, 17, 0, tzinfo=SHANGHAI), tick=False):
        desk.act("section_chief")
        task_withdraw(actor=desk.actor("section_chief"), run_id=desk.run.pk)
    again = desk.task("section_chief")
    assert again.pk != task.pk
    assert again.due_at == task.due_at
