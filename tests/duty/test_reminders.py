"""The shared sweep tells people on duty by the clock, at night too, each occasion once."""

from collections import Counter
from collections.abc import Callable
from datetime import timedelta

import pytest

from apps.accounts.events import AbsenceRecorded
from apps.accounts.services.absences import absence_cancel, absence_record
from apps.core import clock
from apps.core.reminding import reminders_sweep
from apps.duty import services
from apps.duty.listeners import tell_the_clash
from apps.notifications.models import Notice
from tests.duty.test_events import fire
from tests.factories.world import World
from tests.helpers.duty import DECEMBER, MONDAY, drafted, published, serving, taken, watch_at

pytestmark = pytest.mark.django_db


def test_the_limits_of_an_event_at_night_climb_to_the_head_each_once(world: World) -> None:
    night = MONDAY + timedelta(hours=16)  # 01:00
    with clock.at(MONDAY):
        taken(world)
    with clock.at(night):
        services.event_open(actor=world.actor("duty_officer"), draft=fire(occurred_at=night))
    for minute in range(0, 90, 5):
        with clock.at(night + timedelta(minutes=minute)):
            reminders_sweep()
            reminders_sweep()
    heard = Counter(
        (one.person.name, one.title.split("：")[0])
        for one in Notice.objects.select_related("person")
        if "报" in one.title.split("：")[0]
    )
    for what in ("电话报告", "书面初报"):
        for said in ("还有10分钟到时", "到时未报", "已超时"):
            assert heard["梁小满", what + said] == 1
        assert heard["高文澜", what + "还有10分钟到时"] == 0 or "高文澜" in _on_watch(world)
        assert heard["高文澜", what + "到时未报"] == 1
        assert heard["沈亦舟", what + "已超时"] == 1


def _on_watch(world: World) -> set[str]:
    from apps.duty.selectors.watches import watch_on

    watch = watch_on(world.organs["office"].pk)
    return {shift.appointment.person.name for shift in watch.shifts.all()} if watch else set()


def test_a_reported_event_reminds_nobody(world: World) -> None:
    with clock.at(MONDAY):
        taken(world)
        event = services.event_open(
            actor=world.actor("duty_officer"), draft=fire(), report=services.ReportDraft(text="初报。")
        )
        services.event_phone_note(
            actor=world.actor("duty_officer"), event_id=event.pk, source="市长", text="已报告。"
        )
    with clock.at(MONDAY + timedelta(hours=2)):
        reminders_sweep()
    assert not Notice.objects.filter(key__startswith="duty.phone:").exists()
    assert not Notice.objects.filter(key__startswith="duty.written:").exists()


def test_shifts_are_told_the_working_day_before_and_an_hour_before(world: World) -> None:
    with clock.at(MONDAY):
        roster = published(world)
    watch = watch_at(roster, 8)  # a Sunday; the working day before is Friday the 6th
    for moment in (
        watch.starts_at - timedelta(days=2) + timedelta(hours=7, minutes=30),
        watch.starts_at - timedelta(hours=1),
    ):
        with clock.at(moment):
            reminders_sweep()
    people = {shift.appointment.person_id for shift in watch.shifts.all()}
    told = Counter(
        Notice.objects.filter(key__startswith=f"duty.start:{watch.pk}:").values_list("person_id", flat=True)
    )
    assert told == dict.fromkeys(people, 2)


def test_a_handover_that_does_not_come_is_told_to_the_office_director_once(world: World) -> None:
    with clock.at(MONDAY):
        watch = taken(world)
    for minutes in (0, 14, 15, 30, 60):
        with clock.at(watch.ends_at + timedelta(minutes=minutes)):
            reminders_sweep()
    notice = Notice.objects.get(key__startswith=f"duty.end:{watch.pk}:")
    assert notice.person_id == world.person("director").pk


def test_when_the_next_officer_does_not_come_after_an_early_handover_it_is_told(world: World) -> None:
    with clock.at(MONDAY):
        watch = taken(world)
    officer = world.actor("duty_officer")
    with clock.at(watch.ends_at - timedelta(minutes=20)):
        services.watch_hand_over(actor=officer, watch_id=watch.pk, summary="本班平稳。", pending="")
    following = watch_at(watch.roster, 3)
    for minutes in (0, 14, 15, 16, 30, 60, 90):
        with clock.at(watch.ends_at + timedelta(minutes=minutes)):
            reminders_sweep()
    told = Counter(
        Notice.objects.filter(key__startswith=f"duty.untaken:{following.pk}:").values_list(
            "person_id", flat=True
        )
    )
    expected = {shift.appointment.person_id for shift in following.shifts.all()}
    assert told == dict.fromkeys(expected | {world.person("director").pk}, 3)
    assert not Notice.objects.filter(key__startswith="duty.end:").exists()


def test_a_watch_taken_in_time_or_waiting_for_a_late_handover_is_not_said_to_be_untaken(world: World) -> None:
    with clock.at(MONDAY):
        watch = taken(world)
    with clock.at(watch.ends_at + timedelta(minutes=16)):
        reminders_sweep()
        assert Notice.objects.filter(key__startswith=f"duty.end:{watch.pk}:").exists()
        services.watch_hand_over(
            actor=world.actor("duty_officer"), watch_id=watch.pk, summary="迟交。", pending=""
        )
        services.watch_take(actor=world.actor("duty_officer"), watch_id=watch_at(watch.roster, 3).pk)
    with clock.at(watch.ends_at + timedelta(hours=2)):
        reminders_sweep()
    assert not Notice.objects.filter(key__startswith="duty.untaken:").exists()


def test_a_month_published_late_does_not_remind_of_days_gone_by(world: World) -> None:
    with clock.at(MONDAY - timedelta(days=4)):
        roster = drafted(world)
    with clock.at(MONDAY + timedelta(days=9)):
        services.roster_publish(
            actor=world.actor("director"),
            roster_id=roster.pk,
            expected_version=roster.version,
            accepts_findings=True,
        )
        reminders_sweep()
    told = {
        int(key.split(":")[1])
        for key in Notice.objects.filter(key__regex=r"^duty\.(start|untaken):").values_list("key", flat=True)
    }
    over = set(roster.watches.filter(ends_at__lte=MONDAY + timedelta(days=9)).values_list("pk", flat=True))
    assert not told & over


@pytest.mark.long
def test_the_next_month_is_asked_for_until_it_is_published(world: World, drain: Callable[[], int]) -> None:
    with clock.at(MONDAY):
        published(world)
    for day in (19, 20, 24, 25, 26, 27):  # the 25th is a Wednesday
        with clock.at(MONDAY.replace(day=day) + timedelta(minutes=5)):
            reminders_sweep()
            reminders_sweep()
    heard = list(
        Notice.objects.filter(person=world.person("director"), key__startswith="duty.following:")
        .order_by("pk")
        .values_list("title", flat=True)
    )
    assert [one.removeprefix("2026年12月值班表") for one in heard] == [
        "请于25日前发布",
        "今日应发布",
        "已逾期未发布",
        "已逾期未发布",
    ]
    assert not Notice.objects.filter(key__startswith="duty.following:", person=world.person("clerk")).exists()
    with clock.at(MONDAY.replace(day=28)):
        published(world, month=DECEMBER)
        drain()
        assert not Notice.objects.filter(key__startswith="duty.following:", read_at=None).exists()
    with clock.at(MONDAY.replace(day=30) + timedelta(minutes=5)):
        reminders_sweep()
    assert (
        Notice.objects.filter(person=world.person("director"), key__startswith="duty.following:").count() == 4
    )


def test_leave_that_falls_on_published_duties_is_told_to_the_person_and_the_office_once(
    world: World, drain: Callable[[], int]
) -> None:
    with clock.at(MONDAY):
        shift = serving(published(world), 12)
        person = shift.appointment.person
        drain()
        absence = absence_record(
            actor=None,
            person_id=person.pk,
            kind="leave",
            starts_at=shift.watch.starts_at - timedelta(hours=1),
            ends_at=shift.watch.starts_at + timedelta(hours=4),
        )
        drain()
        tell_the_clash(AbsenceRecorded(absence_id=absence.pk))
        told = {
            one.person_id: one for one in Notice.objects.filter(key__startswith=f"duty.clash:{absence.pk}:")
        }
        assert set(told) == {person.pk, world.person("director").pk, world.person("duty_officer").pk}
        assert told[person.pk].title.startswith("您的请假")
        assert "11月12日 主班" in told[world.person("director").pk].text
        absence_cancel(actor=None, absence_id=absence.pk)
        drain()
    over = Notice.objects.filter(key__startswith=f"duty.clash_over:{absence.pk}:")
    assert {one.person_id for one in over} == set(told)
    assert not Notice.objects.filter(key__startswith="duty.clash:", read_at=None).exists()


def test_leave_beside_duties_and_leave_taken_back_at_once_tell_nobody(
    world: World, drain: Callable[[], int]
) -> None:
    with clock.at(MONDAY):
        shift = serving(published(world), 12)
        person = shift.appointment.person
        drain()
        absence_record(
            actor=None,
            person_id=person.pk,
            kind="trip",
            starts_at=shift.watch.ends_at,
            ends_at=shift.watch.ends_at + timedelta(hours=4),
        )
        gone = absence_record(
            actor=None,
            person_id=person.pk,
            kind="leave",
            starts_at=shift.watch.starts_at,
            ends_at=shift.watch.ends_at,
        )
        absence_cancel(actor=None, absence_id=gone.pk)
        drain()
    assert not Notice.objects.filter(key__startswith="duty.clash:").exists()
