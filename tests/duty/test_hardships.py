"""What goes wrong around a duty room: somebody leaves, the clock of the server is set back, a report has no level."""

from collections.abc import Callable
from datetime import timedelta

import pytest

from apps.accounts.services import appointment_close
from apps.core import clock
from apps.core.errors import InvalidState, ValidationFailed
from apps.core.reminding import reminders_sweep
from apps.duty import services
from apps.duty.enums import WatchState
from apps.duty.models import DutyShift
from apps.duty.selectors.grids import grid_of
from apps.notifications.models import Notice
from tests.factories.world import World
from tests.helpers.duty import DECEMBER, MONDAY, published, taken, watch_at

pytestmark = pytest.mark.django_db


def left_behind(world: World, drain: Callable[[], int]) -> list[Notice]:
    """The section chief's post ends today; what the office hears."""
    appointment_close(actor=None, appointment_id=world.post("section_chief").pk, ended_on=clock.today())
    drain()
    return list(Notice.objects.filter(key__startswith="duty.left:").order_by("person_id"))


def test_when_somebody_leaves_in_mid_month_the_office_hears_which_duties_are_open(
    world: World, drain: Callable[[], int]
) -> None:
    with clock.at(MONDAY):
        published(world)
    with clock.at(MONDAY.replace(day=15)):
        mine = DutyShift.objects.filter(
            appointment=world.post("section_chief"), watch__starts_at__gt=clock.now()
        )
        told = left_behind(world, drain)
        office = {world.person(key).pk for key in ("director", "duty_officer")}
        assert {one.person_id for one in told} == office
        assert told[0].title == f"林知夏任职结束，{mine.count()} 班待安排替班"
        roster = mine[0].watch.roster
        wrong = [one.text for one in grid_of(roster).findings if "林知夏" in one.text]
        assert any("不在该岗位可值班人员中" in words for words in wrong)
        shift = mine[0]
        free = next(
            world.post(key)
            for key in ("clerk_chief", "supervisor", "duty_officer")
            if not shift.watch.shifts.filter(appointment=world.post(key)).exists()
        )
        with pytest.raises(ValidationFailed, match="本机关在任人员"):
            services.roster_save(
                actor=world.actor("director"),
                roster_id=roster.pk,
                expected_version=roster.version,
                cells={(watch_at(roster, 29).pk, shift.post_id): world.post("section_chief").pk},
                reason="误选",
                accepts_findings=True,
            )
        services.roster_save(
            actor=world.actor("director"),
            roster_id=roster.pk,
            expected_version=roster.version,
            cells={(shift.watch_id, shift.post_id): free.pk},
            reason="人员调离",
            accepts_findings=True,
        )


def test_whoever_has_left_is_not_filled_in_again(world: World, drain: Callable[[], int]) -> None:
    with clock.at(MONDAY):
        published(world)
        left_behind(world, drain)
        following = services.roster_open(actor=world.actor("director"), month=DECEMBER)
        services.roster_fill(
            actor=world.actor("director"), roster_id=following.pk, expected_version=following.version
        )
        shifts = DutyShift.objects.filter(watch__roster=following)
        assert not shifts.filter(appointment=world.post("section_chief")).exists()
        assert shifts.exists()


def test_a_clock_set_back_loses_no_line_and_repeats_no_reminder(
    world: World, drain: Callable[[], int]
) -> None:
    officer = world.actor("duty_officer")
    with clock.at(MONDAY):
        watch = taken(world)
        services.log_write(actor=officer, draft=services.EntryDraft(kind="phone", text="拨快时的记录。"))
        drain()
    with clock.at(MONDAY + timedelta(days=1)):
        reminders_sweep()
    heard = Notice.objects.count()
    with clock.at(MONDAY - timedelta(minutes=20)):
        services.log_write(actor=officer, draft=services.EntryDraft(kind="phone", text="拨回后的记录。"))
    with clock.at(watch.ends_at - timedelta(minutes=20)):
        services.watch_hand_over(actor=officer, watch_id=watch.pk, summary="平稳。", pending="续报。")
    texts = list(watch.entries.values_list("text", flat=True))
    assert texts == ["拨回后的记录。", "拨快时的记录。"]
    with clock.at(MONDAY - timedelta(hours=12)):
        reminders_sweep()
        following = watch_at(watch.roster, 3)
        with pytest.raises(InvalidState, match="还没有到接班时间"):
            services.watch_take(actor=officer, watch_id=following.pk)
    with clock.at(MONDAY + timedelta(days=1)):
        reminders_sweep()
        taken_over = services.watch_take(actor=officer, watch_id=following.pk)
    assert taken_over.state == WatchState.ON
    assert taken_over.entries.get().text == "续报。"
    assert Notice.objects.count() == heard
