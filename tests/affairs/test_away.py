"""外出报备 from filing to 销假: who approves, what it sets in force, what is refused."""

from collections.abc import Callable
from datetime import date, datetime, timedelta

import pytest

from apps.accounts.models import Absence, Delegation
from apps.accounts.services import absence_record
from apps.affairs import services
from apps.affairs.enums import AwayState
from apps.affairs.models import AwayNotice
from apps.affairs.policies.away import Ability, abilities, visible_to
from apps.affairs.selectors.notices import away_today, notices_found
from apps.core import clock
from apps.core.errors import Conflict, Forbidden, InvalidState, NotFound, ValidationFailed
from apps.core.reminding import reminders_sweep
from apps.notifications.models import Notice
from apps.workflow.models import Task
from apps.workflow.selectors import tasks_todo
from tests.factories.world import World
from tests.helpers.affairs import MONDAY, approved, draft, saved, submitted

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _monday() -> object:
    with clock.at(MONDAY):
        yield


def waiting(notice: AwayNotice) -> list[str]:
    """Login names of those who have it."""
    return list(
        Task.objects.filter(matter=notice.matter, state=Task.State.OPEN).values_list(
            "person__login_name", flat=True
        )
    )


def test_a_drafters_day_goes_to_the_head_of_the_unit_and_then_is_an_absence(world: World) -> None:
    notice = submitted(world, "drafter", ends_on=date(2026, 12, 1))
    assert (notice.state, waiting(notice)) == (AwayState.PENDING, ["section_chief"])
    notice = services.away_approve(actor=world.actor("section_chief"), notice_id=notice.pk, text="同意。")
    assert notice.state == AwayState.APPROVED
    absence = Absence.objects.get(person=world.person("drafter"))
    assert (absence.starts_at, absence.ends_at) == (notice.starts_at, notice.ends_at)
    assert absence.kind == Absence.Kind.TRIP


def test_a_deputys_absence_is_approved_by_the_principal_and_delegates_if_wanted(
    world: World, drain: Callable[[], int]
) -> None:
    notice = approved(world, "deputy", by=("head",), is_delegating=True)
    delegation = Delegation.objects.get(delegator=world.post("deputy"))
    assert delegation.delegate == world.post("director")
    assert (delegation.starts_at, delegation.ends_at) == (notice.starts_at, notice.ends_at)
    drain()
    told = dict(Notice.objects.values_list("person__login_name", "title"))
    assert "由您主持工作" in told["director"] or "外出报备" in told["director"]
    assert told["duty_officer"] == notice.title


def test_a_unit_heads_long_absence_passes_the_leader_in_charge_and_the_principal(world: World) -> None:
    notice = submitted(world, "section_chief")
    assert waiting(notice) == ["deputy"]
    services.away_approve(actor=world.actor("deputy"), notice_id=notice.pk)
    assert waiting(notice) == ["head"]


def test_a_bureaus_principal_files_with_the_office_of_the_superior(world: World) -> None:
    notice = submitted(world, "bureau_head", acting_id=world.post("bureau_chief").pk)
    assert waiting(notice) == ["director"]


def test_the_approver_finds_it_among_the_to_dos(world: World) -> None:
    notice = submitted(world, "drafter")
    rows = tasks_todo(world.actor("section_chief"))
    assert [task.matter.title for task in rows] == [notice.title]


def test_a_leader_must_name_who_presides(world: World) -> None:
    notice = saved(world, "deputy")
    with pytest.raises(ValidationFailed, match="主持工作"):
        services.away_submit(actor=world.actor("deputy"), notice_id=notice.pk)


def test_a_late_notice_wants_an_explanation_which_is_kept(world: World) -> None:
    soon = {
        "starts_on": date(2026, 11, 24),
        "ends_on": date(2026, 11, 24),
        "acting_id": world.post("director").pk,
    }
    notice = saved(world, "deputy", **soon)
    with pytest.raises(ValidationFailed, match="不足3天"):
        services.away_submit(actor=world.actor("deputy"), notice_id=notice.pk)
    services.away_save(
        actor=world.actor("deputy"),
        notice_id=notice.pk,
        draft=draft(**soon, explanation="省里临时通知开会，已电话报告。"),
    )
    done = services.away_submit(actor=world.actor("deputy"), notice_id=notice.pk)
    assert (done.state, done.explanation) == (AwayState.PENDING, "省里临时通知开会，已电话报告。")


def test_whoever_presides_must_be_there(world: World) -> None:
    approved(world, "director", by=("head",), acting_id=world.post("clerk").pk)
    notice = saved(world, "deputy", acting_id=world.post("director").pk)
    with pytest.raises(ValidationFailed, match="届时不在岗"):
        services.away_submit(actor=world.actor("deputy"), notice_id=notice.pk)


def test_two_notices_of_one_person_never_overlap(world: World) -> None:
    submitted(world, "drafter")
    second = saved(world, "drafter", starts_on=date(2026, 12, 2), ends_on=date(2026, 12, 3))
    with pytest.raises(ValidationFailed, match="时间重叠"):
        services.away_submit(actor=world.actor("drafter"), notice_id=second.pk)


def test_an_absence_already_known_is_named(world: World) -> None:
    absence_record(
        actor=None,
        person_id=world.person("drafter").pk,
        kind="leave",
        starts_at=MONDAY + timedelta(days=7),
        ends_at=MONDAY + timedelta(days=9),
    )
    notice = saved(world, "drafter")
    with pytest.raises(ValidationFailed, match="的请假时间重叠"):
        services.away_submit(actor=world.actor("drafter"), notice_id=notice.pk)


def test_a_returned_notice_is_amended_and_submitted_again(world: World) -> None:
    notice = submitted(world, "drafter")
    notice = services.away_return(
        actor=world.actor("section_chief"), notice_id=notice.pk, text="请压缩为一天。"
    )
    assert notice.state == AwayState.RETURNED
    services.away_save(
        actor=world.actor("drafter"),
        notice_id=notice.pk,
        draft=draft(ends_on=date(2026, 12, 1)),
        expected_version=notice.version,
    )
    again = services.away_submit(actor=world.actor("drafter"), notice_id=notice.pk)
    assert (again.state, waiting(again)) == (AwayState.PENDING, ["section_chief"])


def test_a_notice_is_withdrawn_until_the_next_has_acted(world: World) -> None:
    notice = submitted(world, "drafter")
    assert services.away_withdraw(actor=world.actor("drafter"), notice_id=notice.pk).state == AwayState.DRAFT
    services.away_submit(actor=world.actor("drafter"), notice_id=notice.pk)
    services.away_approve(actor=world.actor("section_chief"), notice_id=notice.pk)
    with pytest.raises(InvalidState):
        services.away_withdraw(actor=world.actor("drafter"), notice_id=notice.pk)


def test_calling_it_off_ends_absence_and_delegation(world: World, drain: Callable[[], int]) -> None:
    notice = approved(world, "deputy", by=("head",), is_delegating=True)
    with pytest.raises(ValidationFailed, match="取消原因"):
        services.away_cancel(actor=world.actor("deputy"), notice_id=notice.pk, reason=" ")
    done = services.away_cancel(actor=world.actor("deputy"), notice_id=notice.pk, reason="会议延期")
    assert done.state == AwayState.CANCELLED
    assert Absence.objects.get().cancelled_at is not None
    assert Delegation.objects.get().revoked_at is not None
    drain()
    assert Notice.objects.filter(person=world.person("director"), title__contains="取消外出").exists()


def test_a_notice_under_way_is_called_off_and_leaves_the_approvers_list(world: World) -> None:
    notice = submitted(world, "drafter")
    services.away_cancel(actor=world.actor("drafter"), notice_id=notice.pk, reason="不去了")
    assert waiting(notice) == []


def test_a_changed_journey_replaces_the_old_one_only_when_approved(world: World) -> None:
    old = approved(world, "drafter", by=("section_chief",))
    new = services.away_change(actor=world.actor("drafter"), notice_id=old.pk)
    assert services.away_change(actor=world.actor("drafter"), notice_id=old.pk) == new
    services.away_save(
        actor=world.actor("drafter"),
        notice_id=new.pk,
        draft=draft(ends_on=date(2026, 12, 3), ends_half="morning"),
    )
    services.away_submit(actor=world.actor("drafter"), notice_id=new.pk)
    old.refresh_from_db()
    assert old.state == AwayState.APPROVED
    services.away_approve(actor=world.actor("section_chief"), notice_id=new.pk)
    old.refresh_from_db()
    assert (old.state, old.note[:4]) == (AwayState.CANCELLED, "已变更为")
    assert Absence.objects.filter(cancelled_at__isnull=True).count() == 1


def test_coming_back_early_ends_what_runs(world: World) -> None:
    notice = approved(world, "deputy", by=("head",), is_delegating=True)
    with clock.at(datetime(2026, 12, 1, 15, 0, tzinfo=clock.CITY_ZONE)):
        assert [one.pk for one in away_today(world.organs["office"].pk)] == [notice.pk]
        done = services.away_close(actor=world.actor("deputy"), notice_id=notice.pk)
        assert away_today(world.organs["office"].pk) == []
    assert done.state == AwayState.CLOSED
    assert Absence.objects.get().cancelled_at is not None
    assert Delegation.objects.get().revoked_at is not None


def test_a_time_of_return_in_the_future_is_refused(world: World) -> None:
    notice = approved(world, "drafter", by=("section_chief",))
    with (
        clock.at(datetime(2026, 12, 1, 15, 0, tzinfo=clock.CITY_ZONE)),
        pytest.raises(ValidationFailed, match="返岗时间"),
    ):
        services.away_close(
            actor=world.actor("drafter"), notice_id=notice.pk, returned_at=clock.now() + timedelta(hours=1)
        )


def test_who_does_not_report_back_is_reminded_and_then_the_office_too(world: World) -> None:
    notice = approved(world, "drafter", by=("section_chief",))
    for day in (3, 4):
        with clock.at(datetime(2026, 12, day, 9, 5, tzinfo=clock.CITY_ZONE)):
            reminders_sweep()
    told = Notice.objects.filter(title__startswith="请销假").values_list("person__login_name", flat=True)
    assert sorted(told) == ["director", "drafter", "drafter"]
    with clock.at(datetime(2026, 12, 4, 10, 0, tzinfo=clock.CITY_ZONE)):
        services.away_close(actor=world.actor("director"), notice_id=notice.pk)
    with clock.at(datetime(2026, 12, 7, 9, 5, tzinfo=clock.CITY_ZONE)):
        assert reminders_sweep() == 0


def test_a_secretary_files_for_the_leader_and_nobody_else_does(world: World) -> None:
    services.procedure_set_up()
    leader = world.post("head").pk
    notice = services.away_save(actor=world.actor("secretary"), draft=draft(post_id=leader))
    assert (notice.person, notice.filed_by) == (world.person("head"), world.post("secretary"))
    with pytest.raises(Forbidden):
        services.away_save(actor=world.actor("drafter"), draft=draft(post_id=leader))


def test_drafts_are_their_filers_alone_and_what_is_filed_is_seen_by_those_who_must_know(world: World) -> None:
    notice = saved(world, "drafter")
    seen = {key for key in world.posts if key != "leaver" and visible_to(world.actor(key)).exists()}
    assert seen == {"drafter"}
    services.away_submit(actor=world.actor("drafter"), notice_id=notice.pk)
    seen = {key for key in world.posts if key != "leaver" and visible_to(world.actor(key)).exists()}
    assert seen == {"drafter", "section_chief", "head", "deputy", "director", "duty_officer"}


def test_a_stranger_does_not_find_it_and_others_may_not_act(world: World) -> None:
    notice = submitted(world, "drafter")
    with pytest.raises(NotFound):
        services.away_approve(actor=world.actor("stranger"), notice_id=notice.pk)
    with pytest.raises(InvalidState, match="没有待您办理"):
        services.away_approve(actor=world.actor("director"), notice_id=notice.pk)
    with pytest.raises(Forbidden):
        services.away_cancel(actor=world.actor("director"), notice_id=notice.pk, reason="不许去")
    assert abilities(world.actor("section_chief"), notice) == frozenset()


def test_one_form_sent_twice_files_submits_and_approves_once(world: World) -> None:
    services.procedure_set_up()
    drafter, chief = world.actor("drafter"), world.actor("section_chief")
    first, second = (services.away_save(actor=drafter, draft=draft(), key="a") for _ in range(2))
    assert first == second
    for _ in range(2):
        services.away_submit(actor=drafter, notice_id=first.pk, key="b")
    for _ in range(2):
        done = services.away_approve(actor=chief, notice_id=first.pk, key="c")
    assert done.state == AwayState.APPROVED
    assert Absence.objects.count() == 1


def test_a_form_sent_again_later_finds_its_own_notice(world: World) -> None:
    drafter = world.actor("drafter")
    first = services.away_save(actor=drafter, draft=draft(), key="one")
    later = services.away_save(actor=drafter, draft=draft(destination="省城"), key="two")
    assert services.away_save(actor=drafter, draft=draft(), key="one") == first
    assert services.away_save(actor=drafter, draft=draft(), key="two") == later
    assert services.away_save(actor=world.actor("director"), draft=draft(), key="one") != first
    services.away_discard(actor=drafter, notice_id=first.pk)
    with pytest.raises(Conflict, match="后来被删除"):
        services.away_save(actor=drafter, draft=draft(), key="one")
    assert AwayNotice.objects.count() == 2


def test_a_second_window_is_told(world: World) -> None:
    notice = saved(world, "drafter")
    services.away_save(
        actor=world.actor("drafter"), notice_id=notice.pk, draft=draft(), expected_version=notice.version
    )
    with pytest.raises(Conflict):
        services.away_save(
            actor=world.actor("drafter"), notice_id=notice.pk, draft=draft(), expected_version=notice.version
        )


def test_only_a_draft_never_submitted_is_discarded(world: World) -> None:
    notice = saved(world, "drafter")
    assert Ability.DISCARD in abilities(world.actor("drafter"), notice)
    services.away_discard(actor=world.actor("drafter"), notice_id=notice.pk)
    assert not AwayNotice.objects.exists()
    sent = submitted(world, "drafter")
    services.away_withdraw(actor=world.actor("drafter"), notice_id=sent.pk)
    with pytest.raises(Forbidden):
        services.away_discard(actor=world.actor("drafter"), notice_id=sent.pk)


@pytest.mark.parametrize(
    ("changed", "message"),
    [
        ({"kind": "holiday"}, "类别"),
        ({"reason": " "}, "事由"),
        ({"destination": ""}, "目的地"),
        ({"starts_on": None}, "日期"),
        ({"ends_half": "night"}, "上午、下午或晚上"),
        ({"ends_on": date(2026, 11, 30)}, "返回时间须晚于"),
        ({"reason": "秘密★1年"}, "密级"),
        ({"reason": "长" * 201}, "201 字"),
    ],
)
def test_nonsense_is_named(world: World, changed: dict[str, object], message: str) -> None:
    with pytest.raises(ValidationFailed, match=message):
        saved(world, "drafter", **changed)


def test_an_acting_person_of_another_organ_is_refused(world: World) -> None:
    with pytest.raises(ValidationFailed, match="本机关"):
        saved(world, "deputy", acting_id=world.post("bureau_chief").pk)


def test_lists_are_scoped_by_time(world: World) -> None:
    approved(world, "drafter", by=("section_chief",))
    director = world.actor("director")
    assert notices_found(director, scope="coming").count() == 1
    assert notices_found(director, scope="now").count() == 0
    with clock.at(datetime(2026, 12, 1, 15, 0, tzinfo=clock.CITY_ZONE)):
        assert notices_found(director, scope="now", words="省城").count() == 1
        assert notices_found(director, scope="now", words="海岛").count() == 0
    assert notices_found(director, scope="mine").count() == 0
