"""An item from its registration to its end, and everything that may go wrong on the way."""

from collections.abc import Callable
from datetime import date, datetime, timedelta
from typing import Any

import pytest

from apps.accounts.services.calendar import calendar_day_set
from apps.core import clock
from apps.core.errors import Conflict, Forbidden, InvalidState, NotFound, RateLimited, ValidationFailed
from apps.core.models import CalendarDay
from apps.core.subjects import Subject
from apps.documents.enums import OutgoingStatus
from apps.notifications.models import Notice
from apps.supervision import services
from apps.supervision.enums import Act, LightKind, State
from apps.supervision.models import SupervisionItem
from apps.supervision.policies import acts_of, visible_to
from apps.supervision.selectors.items import item_for, light_is, own_light
from apps.supervision.services.calendar import dates_recompute
from apps.supervision.services.installation import classes_install
from apps.workflow.models import Reading
from tests.factories.world import World
from tests.helpers.outgoing import carried
from tests.helpers.supervision import MONDAY, brought, draft, proposed

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _classes(db: None) -> None:
    """The usual classes."""
    classes_install()


def at(day: int, hour: int = 10) -> Any:
    """A moment of November 2026."""
    return clock.at(datetime(2026, 11, day, hour, 0, tzinfo=clock.CITY_ZONE))


@pytest.fixture
def published(db: None) -> None:
    """The year's arrangement is known."""
    CalendarDay.objects.update(is_provisional=False)


def test_the_whole_way_ends_with_an_evaluation_and_a_complete_course(world: World) -> None:
    item = brought(world, State.EVALUATED)
    acts = list(item.log.order_by("pk").values_list("act", flat=True))
    assert acts == [
        "propose", "establish", "assign", "accept", "begin", "report", "apply_close", "complete", "strike_off", "evaluate",
    ]  # fmt: skip
    assert (item.number, item.grade, item.progress, item.is_late) == (
        f"批〔{clock.today().year}〕1号",
        "好",
        100,
        False,
    )


def test_the_date_counts_from_the_assignment_and_falls_at_six(world: World, published: None) -> None:
    with clock.at(MONDAY):
        item = brought(world, State.ASSIGNED)
    assert item.due_at == datetime(2026, 11, 16, 18, 0, tzinfo=clock.CITY_ZONE)
    assert item.yellow_at == datetime(2026, 11, 11, 0, 0, tzinfo=clock.CITY_ZONE)
    assert item.first_due_at == item.due_at
    assert [notice.number for notice in item.notices.all()] == ["督通〔2026〕1号"]


def test_a_named_day_of_rest_moves_on_and_a_past_one_is_refused(world: World) -> None:
    with clock.at(MONDAY):
        assert proposed(world, due_on=date(2026, 11, 14)).due_at == datetime(
            2026, 11, 16, 18, 0, tzinfo=clock.CITY_ZONE
        )
        with pytest.raises(ValidationFailed, match="已经过去"):
            proposed(world, due_on=date(2026, 10, 30))


def test_a_date_in_an_unarranged_year_is_marked(world: World) -> None:
    with clock.at(MONDAY):
        item = brought(world, State.ASSIGNED, workdays=60)
    assert item.due_at is not None
    assert item.due_at.year == 2027
    assert item.is_due_provisional


def test_each_act_is_refused_to_the_wrong_person_and_in_the_wrong_state(world: World) -> None:
    item = proposed(world)
    with pytest.raises(NotFound):
        services.item_establish(actor=world.actor("bureau_head"), item_id=item.pk)
    with pytest.raises(Forbidden, match="立项审批人"):
        services.item_establish(actor=world.actor("supervisor"), item_id=item.pk)
    with pytest.raises(InvalidState, match="待立项"):
        services.item_assign(actor=world.actor("supervisor"), item_id=item.pk)
    with pytest.raises(Forbidden):
        services.item_propose(actor=world.actor("drafter"), draft=draft(world))


def test_an_old_page_overwrites_nothing(world: World) -> None:
    item = brought(world, State.CLOSING_REVIEW)
    services.item_complete(actor=world.actor("director"), item_id=item.pk, expected_version=item.version)
    with pytest.raises((Conflict, InvalidState)):
        services.item_complete(actor=world.actor("head"), item_id=item.pk, expected_version=item.version)
    assert item.log.filter(act="complete").count() == 1


def test_the_same_key_registers_once(world: World) -> None:
    actor = world.actor("supervisor")
    first = services.item_propose(actor=actor, draft=draft(world), key="k")
    assert services.item_propose(actor=actor, draft=draft(world), key="k") == first
    assert SupervisionItem.objects.count() == 1


def test_handing_back_needs_a_reason_and_goes_to_another_unit(world: World) -> None:
    item = brought(world, State.ASSIGNED)
    head = world.actor("bureau_head")
    with pytest.raises(ValidationFailed, match="理由"):
        services.item_act(actor=head, item_id=item.pk, act=Act.REFUSE, words=" ")
    services.item_act(actor=head, item_id=item.pk, act=Act.REFUSE, words="不属于我局职责。")
    item.refresh_from_db()
    services.item_amend(
        actor=world.actor("supervisor"),
        item_id=item.pk,
        expected_version=item.version,
        draft=draft(world, lead_organ_id=world.organs["finance"].pk, assisting_ids=[]),
    )
    again = services.item_assign(actor=world.actor("supervisor"), item_id=item.pk)
    assert again.lead_organ == world.organs["finance"]
    assert not visible_to(world.actor("bureau_head")).filter(pk=item.pk).exists()
    assert visible_to(world.actor("finance_head")).filter(pk=item.pk).exists()


def test_a_clerks_report_waits_for_the_head(world: World) -> None:
    item = brought(world, State.IN_PROGRESS)
    clerk, head = world.actor("bureau_clerk"), world.actor("bureau_head")
    report = services.report_write(actor=clerk, item_id=item.pk, text="完成调研。", progress=30)
    item.refresh_from_db()
    assert (item.state, item.progress, report.status) == (State.IN_PROGRESS, 0, "written")
    with pytest.raises(Conflict):
        services.report_write(actor=clerk, item_id=item.pk, text="再写一份。", progress=40)
    with pytest.raises(Forbidden):
        services.report_confirm(actor=clerk, report_id=report.pk)
    services.report_drop(actor=head, report_id=report.pk, words="数据不准。")
    second = services.report_write(actor=clerk, item_id=item.pk, text="完成调研，形成清单。", progress=35)
    services.report_confirm(actor=head, report_id=second.pk)
    item.refresh_from_db()
    assert (item.state, item.progress) == (State.REPORTED, 35)


def test_a_late_period_is_asked_for_again_and_turns_the_light_yellow(world: World, published: None) -> None:
    with clock.at(MONDAY):
        item = brought(world, State.IN_PROGRESS, frequency="weekly", workdays=40)
    assert item.report_period == "2026年第45周"
    assert item.report_due_at == datetime(2026, 11, 6, 18, 0, tzinfo=clock.CITY_ZONE)
    assert own_light(item, item.report_due_at) is LightKind.GREEN
    assert own_light(item, item.report_due_at + timedelta(hours=1)) is LightKind.YELLOW
    with at(9):
        report = services.report_write(
            actor=world.actor("bureau_head"), item_id=item.pk, text="补报。", progress=20
        )
    item.refresh_from_db()
    assert report.is_late
    assert item.report_period == "2026年第46周"
    with at(10):
        services.report_answer(
            actor=world.actor("supervisor"), item_id=item.pk, is_good=False, words="没有数据。"
        )
    item.refresh_from_db()
    assert item.report_period == "2026年第45周"


def test_reports_are_owed_on_the_named_days_one_after_the_other(world: World, published: None) -> None:
    days = [date(2026, 11, 20), date(2026, 11, 8), date(2027, 6, 1)]
    with clock.at(MONDAY):
        item = brought(world, State.IN_PROGRESS, frequency="on_dates", report_dates=days, workdays=40)
    assert item.report_dates == ["2026-11-08", "2026-11-20", "2027-06-01"]
    assert item.report_due_at == datetime(2026, 11, 9, 18, 0, tzinfo=clock.CITY_ZONE)  # the 8th is a Sunday
    assert item.report_period == "2026年11月9日"
    head = world.actor("bureau_head")
    for day, owed in ((9, date(2026, 11, 20)), (20, None)):  # the last one is after the item's own date
        with at(day):
            services.report_write(actor=head, item_id=item.pk, text=f"{day}日进展。", progress=day)
        found = SupervisionItem.objects.get(pk=item.pk).report_due_at
        assert (None if found is None else clock.local(found).date()) == owed


@pytest.mark.parametrize(
    ("days", "words"),
    [
        ([], "至少指定一个"),
        ([date(2026, 11, 2)], "今天之后"),
        ([date(2027, 1, 1) + timedelta(days=n) for n in range(13)], "不能超过 12 个"),
    ],
)
def test_named_days_of_reports_that_make_no_sense_are_refused(
    world: World, days: list[date], words: str
) -> None:
    with clock.at(MONDAY), pytest.raises(ValidationFailed, match=words):
        proposed(world, frequency="on_dates", report_dates=days)


def test_an_extension_is_asked_in_time_and_judged_by_the_old_date_until_granted(
    world: World, published: None
) -> None:
    with clock.at(MONDAY):
        item = brought(world, State.IN_PROGRESS)
    head = world.actor("bureau_head")
    with at(12):
        services.extension_ask(
            actor=head, item_id=item.pk, wanted_on=date(2026, 11, 27), reason="待上级数据。"
        )
        with pytest.raises(Conflict):
            services.extension_ask(actor=head, item_id=item.pk, wanted_on=date(2026, 12, 1), reason="再延。")
    with at(17):
        item.refresh_from_db()
        assert own_light(item) is LightKind.RED
        services.extension_decide(actor=world.actor("director"), item_id=item.pk, is_granted=True)
        item.refresh_from_db()
        assert own_light(item) is LightKind.GREEN
    assert item.due_at == datetime(2026, 11, 27, 18, 0, tzinfo=clock.CITY_ZONE)
    assert item.first_due_at == datetime(2026, 11, 16, 18, 0, tzinfo=clock.CITY_ZONE)
    with at(30), pytest.raises(InvalidState, match="时限已过"):
        services.extension_ask(actor=head, item_id=item.pk, wanted_on=date(2026, 12, 20), reason="迟了。")


def test_done_in_time_is_what_the_unit_did_not_how_long_the_review_took(
    world: World, published: None
) -> None:
    with clock.at(MONDAY):
        item = brought(world, State.CLOSING_REVIEW)
    with at(20):
        services.item_complete(actor=world.actor("director"), item_id=item.pk)
    item.refresh_from_db()
    assert not item.is_late


def test_done_late_keeps_its_mark(world: World, published: None) -> None:
    with clock.at(MONDAY):
        item = brought(world, State.IN_PROGRESS)
    with at(18):
        services.item_apply_close(actor=world.actor("bureau_head"), item_id=item.pk, words="完成。")
        services.item_complete(actor=world.actor("director"), item_id=item.pk)
    item.refresh_from_db()
    assert item.is_late
    assert own_light(item) is LightKind.GREY


def test_a_split_item_closes_after_its_parts_and_moves_with_them(world: World, published: None) -> None:
    with clock.at(MONDAY):
        item = brought(world, State.ACCEPTED)
        parts = services.item_split(
            actor=world.actor("bureau_head"),
            item_id=item.pk,
            drafts=[
                draft(world, title="数据清单", weight=3, assisting_ids=[]),
                draft(world, title="资金测算", lead_organ_id=world.organs["finance"].pk, assisting_ids=[]),
            ],
            key="split",
        )
    assert [part.number for part in parts] == [f"{item.number}-1", f"{item.number}-2"]
    assert {part.state for part in parts} == {State.ASSIGNED}
    with pytest.raises(ValidationFailed, match="2 个分解事项未办结"):
        services.item_apply_close(actor=world.actor("bureau_head"), item_id=item.pk, words="完成。")
    with clock.at(MONDAY + timedelta(days=1)):
        services.item_accept(actor=world.actor("finance_clerk"), item_id=parts[1].pk)
        services.report_write(
            actor=world.actor("finance_head"), item_id=parts[1].pk, text="已测算。", progress=80
        )
    item.refresh_from_db()
    assert item.progress == 20


def test_an_urge_is_numbered_signed_for_and_not_repeated_within_the_hour(
    world: World, drain: Callable[[], int]
) -> None:
    item = brought(world, State.IN_PROGRESS)
    notice = services.item_urge(actor=world.actor("supervisor"), item_id=item.pk, text="")
    assert notice.number.startswith("督催〔")
    with pytest.raises(RateLimited):
        services.item_urge(actor=world.actor("supervisor"), item_id=item.pk, text="再催")
    drain()
    told = set(Notice.objects.filter(title__startswith="催办单").values_list("person__name", flat=True))
    assert told == {"罗景明", "许南星", "叶知秋", "苏晚晴"}
    receipt = services.notice_sign(actor=world.actor("finance_clerk"), notice_id=notice.pk)
    assert receipt.signed_text.endswith("苏晚晴")
    with pytest.raises(NotFound):
        services.notice_sign(actor=world.actor("stranger"), notice_id=notice.pk)


def test_from_a_document_the_keepers_get_it_to_read_and_strangers_learn_nothing(world: World) -> None:
    document = carried(world, OutgoingStatus.OFFICE_REVIEW)
    subject = Subject("documents.outgoing", document.pk)
    made = services.item_propose(
        actor=world.actor("director"), draft=draft(world, subject=subject, quote="抓紧。")
    )
    assert Reading.objects.filter(matter=document.matter, person=world.person("supervisor")).exists()
    assert made.proposed_by == world.post("director")
    with pytest.raises(NotFound):
        services.item_propose(actor=world.actor("bureau_clerk"), draft=draft(world, subject=subject))


@pytest.mark.parametrize(
    ("more", "words"),
    [
        ({"title": " "}, "事项名称"),
        ({"title": "字" * 201}, "201 字"),
        ({"lead_organ_id": 0}, "牵头单位"),
        ({"class_code": "nonsense"}, "类别"),
        ({"workdays": 0}, "工作日"),
        ({"weight": 0}, "权重"),
        ({"frequency": "hourly"}, "频次"),
        ({"requirement": "机密★10年"}, "密级标志"),
    ],
)
def test_nonsense_is_refused_in_words(world: World, more: dict[str, Any], words: str) -> None:
    with pytest.raises(ValidationFailed, match=words):
        proposed(world, **more)
    assert not SupervisionItem.objects.exists()


def test_an_abolished_unit_leads_nothing(world: World) -> None:
    item = brought(world, State.ESTABLISHED)
    organ = world.organs["data"]
    organ.abolished_on = date(2026, 1, 1)
    organ.save(update_fields=["abolished_on"])
    with pytest.raises(ValidationFailed, match="已经撤销"):
        services.item_assign(actor=world.actor("supervisor"), item_id=item.pk)
    with pytest.raises(ValidationFailed, match="已经撤销"):
        proposed(world)


@pytest.mark.parametrize("state", [State.PROPOSED, State.ASSIGNED, State.REPORTED, State.COMPLETED])
def test_whoever_has_an_act_sees_the_item_and_the_list_agrees_with_the_page(
    world: World, state: State
) -> None:
    item = brought(world, state)
    for key in world.people:
        actor = world.actor(key)
        seen = visible_to(actor).filter(pk=item.pk).exists()
        if acts_of(actor, item):
            assert seen, key
    assert not visible_to(world.actor("stranger")).exists()
    assert not visible_to(world.actor("sysadmin")).exists()


@pytest.mark.parametrize("state", [State.PROPOSED, State.IN_PROGRESS, State.CLOSING_REVIEW, State.COMPLETED])
def test_the_light_in_sql_is_the_light_of_the_rule(world: World, published: None, state: State) -> None:
    with clock.at(MONDAY):
        item = brought(world, state, frequency="weekly")
    for day in range(30):
        moment = MONDAY + timedelta(days=day)
        found = [
            kind
            for kind in LightKind
            if SupervisionItem.objects.filter(light_is(kind, moment), pk=item.pk).exists()
        ]
        assert found == [own_light(item, moment)], day


def test_a_counted_date_follows_the_calendar_and_a_named_one_stays(
    world: World, published: None, drain: Callable[[], int]
) -> None:
    with clock.at(MONDAY):
        counted = brought(world, State.IN_PROGRESS)
        named = brought(world, State.IN_PROGRESS, title="指定日期", due_on=date(2026, 11, 16), workdays=None)
        calendar_day_set(
            actor=None,
            day=date(2026, 11, 13),
            kind=CalendarDay.Kind.ADJUSTED_REST,
            name="调休",
            source="市府通知",
        )
        drain()
    counted.refresh_from_db()
    named.refresh_from_db()
    assert counted.due_at == datetime(2026, 11, 17, 18, 0, tzinfo=clock.CITY_ZONE)
    assert named.due_at == datetime(2026, 11, 16, 18, 0, tzinfo=clock.CITY_ZONE)
    assert counted.log.get(act="calendar").note.startswith("2026-11-16 → 2026-11-17")
    assert (
        Notice.objects.filter(title__startswith="时限调整", person=world.person("bureau_head")).count() == 1
    )
    with clock.at(MONDAY):
        assert dates_recompute(year=2026) == 0


def test_the_course_is_never_changed(world: World) -> None:
    from django.db import ProgrammingError, transaction  # raised by the trigger

    item = proposed(world)
    for change in (lambda: item.log.update(verb="改"), lambda: item.log.all().delete()):
        with pytest.raises(ProgrammingError), transaction.atomic():
            change()


def test_the_gate_shows_nothing_to_strangers(world: World) -> None:
    with pytest.raises(NotFound):
        item_for(world.actor("stranger"), brought(world, State.ASSIGNED).pk)


def test_a_missed_milestone_turns_the_light_yellow_until_it_is_reached(world: World, published: None) -> None:
    clerk = world.actor("bureau_clerk")
    with clock.at(MONDAY):
        item = brought(world, State.IN_PROGRESS, workdays=40)
        made = services.milestone_add(
            actor=clerk, item_id=item.pk, title="完成招标", due_on=date(2026, 11, 6)
        )
        second = services.milestone_add(actor=clerk, item_id=item.pk, title="进场", due_on=date(2026, 11, 20))
        for wrong, words in (
            ({"title": "完成招标", "due_on": date(2026, 11, 9)}, "同名"),
            ({"title": "过去", "due_on": date(2026, 10, 9)}, "已经过去"),
            ({"title": "太晚", "due_on": date(2027, 6, 1)}, "不能晚于"),
            ({"title": " ", "due_on": None}, "节点名称"),
        ):
            with pytest.raises(ValidationFailed, match=words):
                services.milestone_add(actor=clerk, item_id=item.pk, **wrong)
        with pytest.raises(NotFound):
            services.milestone_add(actor=world.actor("stranger"), item_id=item.pk, title="甲", due_on=None)
    item.refresh_from_db()
    late = datetime(2026, 11, 7, 9, 0, tzinfo=clock.CITY_ZONE)
    assert own_light(item, late) is LightKind.YELLOW
    assert SupervisionItem.objects.filter(light_is("yellow", late), pk=item.pk).exists()
    with clock.at(late):
        services.milestone_reach(actor=clerk, item_id=item.pk, milestone_id=made.pk)
        with pytest.raises(InvalidState):
            services.milestone_remove(actor=clerk, item_id=item.pk, milestone_id=made.pk)
    item.refresh_from_db()
    assert own_light(item, late) is LightKind.GREEN
    services.milestone_remove(actor=world.actor("supervisor"), item_id=item.pk, milestone_id=second.pk)
    item.refresh_from_db()
    assert item.milestone_due_at is None
    assert item.log.filter(act="plan_milestones").count() == 4
