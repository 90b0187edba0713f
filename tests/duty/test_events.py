"""Emergencies: the clock, the chain of reports, contradictions, who is told."""

from collections.abc import Callable, Iterator
from datetime import timedelta
from typing import Any

import pytest

from apps.core import clock
from apps.core.errors import Conflict, Forbidden, InvalidState, ValidationFailed
from apps.duty import services
from apps.duty.clocks import ClockState
from apps.duty.enums import EventClass, Level, ReportKind
from apps.duty.models import EmergencyEvent
from apps.duty.selectors.journal import clocks_of
from apps.duty.services import EventDraft, ReportDraft
from apps.duty.services.events import Count
from apps.notifications.models import Notice
from tests.factories.world import World
from tests.helpers.duty import MONDAY, taken

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _monday() -> Iterator[None]:
    """The city's time stands still on a Monday morning."""
    with clock.at(MONDAY):
        yield


def fire(**more: Any) -> EventDraft:
    """A fire twenty minutes ago."""
    facts: dict[str, Any] = {
        "title": "青石县一仓库起火",
        "event_class": EventClass.ACCIDENT,
        "place": "青石县城关镇",
        "occurred_at": MONDAY - timedelta(minutes=20),
    }
    return EventDraft(**(facts | more))


def opened(world: World, report: ReportDraft | None = None, **more: Any) -> EmergencyEvent:
    """Registered by the duty office, whose watch is on."""
    taken(world)
    return services.event_open(actor=world.actor("duty_officer"), draft=fire(**more), report=report)


def test_the_first_report_goes_out_in_one_act_and_the_leaders_hear(
    world: World, drain: Callable[[], int]
) -> None:
    event = opened(world, ReportDraft(text="火势已控制。"), count=Count(deaths=3))
    drain()
    assert event.level == Level.LARGER
    assert [one.state for one in clocks_of(event)] == [ClockState.RUNNING, ClockState.MET]
    report = event.reports.get()
    assert (report.kind, report.is_late, report.figures["deaths"]) == (ReportKind.INITIAL, False, 3)
    told = set(
        Notice.objects.filter(key=f"duty.event:{event.pk}:{report.pk}").values_list("person_id", flat=True)
    )
    assert {world.person(key).pk for key in ("head", "deputy", "director")} <= told


def test_a_late_first_report_is_marked_and_a_followup_is_not(world: World) -> None:
    event = opened(world)
    officer = world.actor("duty_officer")
    with clock.at(MONDAY + timedelta(minutes=61)):
        first = services.event_report(
            actor=officer, event_id=event.pk, expected_version=1, draft=ReportDraft(text="初步情况。")
        )
        second = services.event_report(
            actor=officer, event_id=event.pk, expected_version=2, draft=ReportDraft(text="续报情况。")
        )
    assert (first.is_late, second.is_late) == (True, False)
    assert (second.kind, second.name) == (ReportKind.FOLLOWUP, "续报（1）")


def test_a_phone_call_stops_the_phone_clock(world: World) -> None:
    event = opened(world)
    officer = world.actor("duty_officer")
    with clock.at(MONDAY + timedelta(minutes=12)):
        services.event_phone_note(
            actor=officer, event_id=event.pk, source="省政府总值班室", text="已电话报告。"
        )
        event.refresh_from_db()
        phone, written = clocks_of(event)
    assert (phone.state, written.state) == (ClockState.MET, ClockState.RUNNING)


def test_a_level_below_the_figures_is_refused_and_one_above_is_a_judgement(world: World) -> None:
    taken(world)
    officer = world.actor("duty_officer")
    with pytest.raises(ValidationFailed, match=r"低于数字对应的级别.*较大"):
        services.event_open(actor=officer, draft=fire(level=Level.ORDINARY, count=Count(deaths=3)))
    assert not EmergencyEvent.objects.exists()
    event = services.event_open(actor=officer, draft=fire(level=Level.MAJOR, count=Count(deaths=3)))
    assert (event.level, event.level_reason) == (Level.MAJOR, "值班人员研判")


def test_growing_figures_raise_the_level_and_every_report_keeps_its_own(world: World) -> None:
    event = opened(world, ReportDraft(text="初报。"), count=Count(deaths=1))
    report = services.event_report(
        actor=world.actor("duty_officer"),
        event_id=event.pk,
        expected_version=event.version,
        draft=ReportDraft(text="搜救发现多名遇难者。", level=Level.MAJOR, count=Count(deaths=10)),
    )
    event.refresh_from_db()
    assert (event.level, report.level) == (Level.MAJOR, Level.MAJOR)
    assert [one.figures["deaths"] for one in event.reports.all()] == [1, 10]


def test_nothing_follows_the_final_report(world: World) -> None:
    event = opened(world, ReportDraft(text="初报。"))
    officer = world.actor("duty_officer")
    with pytest.raises(Conflict, match="新的报告"):
        services.event_report(
            actor=officer, event_id=event.pk, expected_version=0, draft=ReportDraft(text="旧窗口。")
        )
    final = services.event_report(
        actor=officer,
        event_id=event.pk,
        expected_version=event.version,
        draft=ReportDraft(text="已处置完毕。", is_final=True),
    )
    assert final.kind == ReportKind.FINAL
    event.refresh_from_db()
    with pytest.raises(InvalidState, match="已终报"):
        services.event_report(
            actor=officer, event_id=event.pk, expected_version=event.version, draft=ReportDraft(text="再报。")
        )


def test_a_report_with_an_open_gap_of_its_template_is_not_sent(world: World) -> None:
    event, officer = opened(world), world.actor("duty_officer")
    for draft in (
        ReportDraft(text="×日×时×分，化工园区爆燃。"),
        ReportDraft(text="爆燃。", measures="救援力量××到场。"),
    ):
        with pytest.raises(ValidationFailed, match="没填的“×”"):
            services.event_report(actor=officer, event_id=event.pk, expected_version=1, draft=draft)
    assert not event.reports.exists()
    measure = ReportDraft(text="管线破口约3×5厘米。")
    assert services.event_report(actor=officer, event_id=event.pk, expected_version=1, draft=measure).text


def test_impossible_times_and_strangers_are_refused(world: World) -> None:
    taken(world)
    officer = world.actor("duty_officer")
    with pytest.raises(ValidationFailed, match="不能晚于接报时间"):
        services.event_open(actor=officer, draft=fire(occurred_at=MONDAY + timedelta(minutes=1)))
    with pytest.raises(ValidationFailed, match="不能晚于现在"):
        services.event_open(actor=officer, draft=fire(learned_at=MONDAY + timedelta(minutes=1)))
    with pytest.raises(Forbidden):
        services.event_open(actor=world.actor("stranger"), draft=fire())


def test_a_double_click_registers_once(world: World) -> None:
    taken(world)
    officer = world.actor("duty_officer")
    first = services.event_open(actor=officer, draft=fire(), key="k")
    assert services.event_open(actor=officer, draft=fire(), key="k").pk == first.pk
