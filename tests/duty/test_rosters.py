"""A month from empty to binding, and changed afterwards."""

from collections.abc import Callable, Iterator
from datetime import timedelta

import pytest

from apps.accounts.models import Absence, Appointment
from apps.core import clock
from apps.core.errors import Conflict, Forbidden, InvalidState, NotFound, ValidationFailed
from apps.duty import services
from apps.duty.enums import RosterState
from apps.duty.models import DutyShift, ShiftChange
from apps.duty.selectors.grids import grid_of
from apps.notifications.models import Notice
from tests.factories.world import World
from tests.helpers.duty import MONDAY, NOVEMBER, manned, published, taken, watch_at

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _monday() -> Iterator[None]:
    """The city's time stands still on a Monday morning."""
    with clock.at(MONDAY):
        yield


def test_a_month_is_filled_published_and_everybody_on_it_hears_once(
    world: World, drain: Callable[[], int]
) -> None:
    roster = published(world)
    drain()
    assert roster.state == RosterState.PUBLISHED
    assert DutyShift.objects.filter(watch__roster=roster).count() == 30 * 3
    told = Notice.objects.filter(key=f"duty.roster:{roster.pk}")
    assert set(told.values_list("person_id", flat=True)) == set(
        DutyShift.objects.values_list("appointment__person_id", flat=True)
    )
    assert told.count() == 11


def test_an_empty_place_is_not_published(world: World) -> None:
    manned(world)
    roster = services.roster_open(actor=world.actor("director"), month=NOVEMBER)
    with pytest.raises(ValidationFailed, match="还有 90 个岗位空缺"):
        services.roster_publish(actor=world.actor("director"), roster_id=roster.pk, expected_version=1)


def test_short_rest_is_published_only_knowingly(world: World) -> None:
    manned(world)
    maker = world.actor("director")
    roster = services.roster_open(actor=maker, month=NOVEMBER)
    services.roster_fill(actor=maker, roster_id=roster.pk, expected_version=roster.version)
    roster.refresh_from_db()
    assert grid_of(roster).findings == []
    watch, after = watch_at(roster, 2), watch_at(roster, 3)
    first = watch.shifts.get(post__name="主班")
    roster = services.roster_save(
        actor=maker,
        roster_id=roster.pk,
        expected_version=roster.version,
        cells={(after.pk, first.post_id): first.appointment_id},
    )
    with pytest.raises(ValidationFailed, match="不符合规则"):
        services.roster_publish(actor=maker, roster_id=roster.pk, expected_version=roster.version)
    services.roster_publish(
        actor=maker, roster_id=roster.pk, expected_version=roster.version, accepts_findings=True
    )


def test_who_is_away_is_not_put_on_and_is_found_when_put_on_by_hand(world: World) -> None:
    manned(world)
    maker = world.actor("director")
    roster = services.roster_open(actor=maker, month=NOVEMBER)
    Absence.objects.create(
        person=world.person("duty_officer"),
        kind=Absence.Kind.LEAVE,
        starts_at=MONDAY,
        ends_at=MONDAY + timedelta(days=40),
    )
    services.roster_fill(actor=maker, roster_id=roster.pk, expected_version=roster.version)
    roster.refresh_from_db()
    assert not DutyShift.objects.filter(
        appointment=world.post("duty_officer"), watch__starts_at__gte=MONDAY
    ).exists()
    shift = watch_at(roster, 20).shifts.get(post__name="主班")
    services.roster_save(
        actor=maker,
        roster_id=roster.pk,
        expected_version=roster.version,
        cells={(shift.watch_id, shift.post_id): world.post("duty_officer").pk},
    )
    roster.refresh_from_db()
    assert any("11月20日" in one.text and "不能值班" in one.text for one in grid_of(roster).findings)


def test_a_change_after_publication_keeps_the_place_filled_and_tells_both(
    world: World, drain: Callable[[], int]
) -> None:
    roster = published(world)
    shift = watch_at(roster, 9).shifts.get(post__name="主班")
    before = shift.appointment
    other = next(
        world.post(key) for key in ("section_chief", "clerk_chief") if world.post(key).pk != before.pk
    )
    place = (shift.watch_id, shift.post_id)
    maker = world.actor("director")
    with pytest.raises(ValidationFailed, match="不能空缺"):
        services.roster_save(
            actor=maker,
            roster_id=roster.pk,
            expected_version=roster.version,
            cells={place: None},
            reason="事",
        )
    with pytest.raises(ValidationFailed, match="调整事由"):
        services.roster_save(
            actor=maker, roster_id=roster.pk, expected_version=roster.version, cells={place: other.pk}
        )
    services.roster_save(
        actor=maker,
        roster_id=roster.pk,
        expected_version=roster.version,
        cells={place: other.pk},
        reason="家中有事",
        accepts_findings=True,
    )
    drain()
    told = Notice.objects.filter(key__startswith="duty.change:")
    assert set(told.values_list("person_id", flat=True)) == {before.person_id, other.person_id}


def test_two_windows_do_not_overwrite_each_other(world: World) -> None:
    manned(world)
    maker = world.actor("director")
    roster = services.roster_open(actor=maker, month=NOVEMBER)
    services.roster_fill(actor=maker, roster_id=roster.pk, expected_version=1)
    with pytest.raises(Conflict, match="刚刚被他人修改"):
        services.roster_fill(actor=maker, roster_id=roster.pk, expected_version=1)


def test_one_person_twice_in_a_watch_and_people_of_elsewhere_are_refused(world: World) -> None:
    posts = manned(world)
    maker = world.actor("director")
    roster = services.roster_open(actor=maker, month=NOVEMBER)
    watch = watch_at(roster, 5)
    twice = {(watch.pk, posts[name].pk): world.post("drafter").pk for name in ("主班", "副班")}
    for cells, words in (
        (twice, "一人一班|重复"),
        ({(watch.pk, posts["主班"].pk): world.post("bureau_clerk").pk}, "本机关在任"),
    ):
        with pytest.raises(ValidationFailed, match=words):
            services.roster_save(actor=maker, roster_id=roster.pk, expected_version=1, cells=cells)
    assert not DutyShift.objects.exists()


def test_others_make_no_roster_and_do_not_reach_ours(world: World) -> None:
    roster = published(world)
    with pytest.raises(Forbidden, match="办公室主任和值班室"):
        services.roster_open(actor=world.actor("drafter"), month=NOVEMBER)
    with pytest.raises(NotFound):
        services.roster_save(
            actor=world.actor("bureau_chief"), roster_id=roster.pk, expected_version=1, cells={}
        )


def other_than(world: World, shift: DutyShift) -> Appointment:
    """Somebody else who may serve as 主班."""
    keys = ("section_chief", "clerk_chief", "supervisor")
    return next(world.post(key) for key in keys if world.post(key).pk != shift.appointment_id)


def test_in_a_running_watch_a_substitute_is_put_on_with_a_reason_that_stands_in_the_log(world: World) -> None:
    watch = taken(world)
    shift = watch.shifts.get(post__name="主班")
    other = other_than(world, shift)
    roster = services.roster_save(
        actor=world.actor("director"),
        roster_id=watch.roster_id,
        expected_version=watch.roster.version,
        cells={(watch.pk, shift.post_id): other.pk},
        reason="突发疾病送医",
        accepts_findings=True,
    )
    change = ShiftChange.objects.get()
    assert (change.before_id, change.after_id) == (shift.appointment_id, other.pk)
    assert (change.cause, change.reason) == ("substitute", "突发疾病送医")
    assert "突发疾病送医" in watch.entries.get().text
    assert any(line.name == other.person.name for line in grid_of(roster).ledger)


def test_a_substitute_who_breaks_a_rule_is_put_on_only_knowingly(world: World) -> None:
    roster = published(world)
    after = watch_at(roster, 10).shifts.get(post__name="主班")
    watch = watch_at(roster, 9)
    cells = {(watch.pk, after.post_id): after.appointment_id}
    maker, version = world.actor("director"), roster.version
    with pytest.raises(ValidationFailed, match=r"间隔不足.*已知悉"):
        services.roster_save(
            actor=maker, roster_id=roster.pk, expected_version=version, cells=cells, reason="急"
        )
    assert not ShiftChange.objects.exists()
    services.roster_save(
        actor=maker,
        roster_id=roster.pk,
        expected_version=version,
        cells=cells,
        reason="急",
        accepts_findings=True,
    )
    assert ShiftChange.objects.count() == 1


def test_a_watch_that_was_handed_over_is_history(world: World) -> None:
    watch = taken(world)
    with clock.at(watch.ends_at):
        services.watch_hand_over(
            actor=world.actor("duty_officer"), watch_id=watch.pk, summary="平稳。", pending=""
        )
    shift = watch.shifts.get(post__name="主班")
    with pytest.raises(InvalidState, match="已交班"):
        services.roster_save(
            actor=world.actor("director"),
            roster_id=watch.roster_id,
            expected_version=watch.roster.version,
            cells={(watch.pk, shift.post_id): other_than(world, shift).pk},
            reason="补记",
            accepts_findings=True,
        )
