"""What an event sets going: its group, instructions that must be confirmed, its paper, its supervision item."""

from collections.abc import Callable, Iterator
from datetime import timedelta

import pytest
from django.test import Client

from apps.core import clock
from apps.core.errors import Forbidden, NotFound, ValidationFailed
from apps.core.subjects import Subject, can_view
from apps.documents.body import body_text
from apps.documents.services.drafting import outgoing_delete_draft
from apps.duty import services
from apps.duty.models import DutyWatch, EmergencyEvent, EventPaper
from apps.duty.selectors.journal import EVENT
from apps.duty.services import ReportDraft
from apps.duty.services.events import Count
from apps.messaging.models import Confirmation, Conversation, Membership, Message
from apps.messaging.selectors.conversations import subject_room
from apps.notifications.models import Notice
from tests.duty.test_events import fire, opened
from tests.factories.world import World
from tests.helpers.duty import MONDAY, watch_at

pytestmark = [pytest.mark.django_db, pytest.mark.long]


@pytest.fixture(autouse=True)
def _monday() -> Iterator[None]:
    """The city's time stands still on a Monday morning."""
    with clock.at(MONDAY):
        yield


def members(group_id: int) -> set[int]:
    """Who is in the group now."""
    return set(
        Membership.objects.filter(conversation=group_id, left_at=None).values_list("person_id", flat=True)
    )


def test_an_instruction_is_a_message_those_named_must_confirm(world: World, drain: Callable[[], int]) -> None:
    event = opened(world)
    entry = services.event_instruct(
        actor=world.actor("duty_officer"),
        event_id=event.pk,
        source="沈亦舟",
        text="全力搜救。",
        post_ids=[world.post("county_head").pk],
        sms_after=10,
    )
    drain()
    head = world.person("county_head")
    owed = Confirmation.objects.select_related("message").get(person=head)
    assert owed.message.text == "【领导指示】沈亦舟：全力搜救。"
    assert (owed.message.is_must, owed.message.mention_ids) == (True, [head.pk])
    assert owed.sms_due_at == MONDAY + timedelta(minutes=10)
    assert Notice.objects.filter(person=head, key=f"must:{owed.message_id}").count() == 1
    assert (entry.watch is not None, list(entry.addressees.all())) == (True, [world.post("county_head")])
    serving = {shift.appointment.person_id for shift in watch_of(event).shifts.all()}
    assert members(owed.message.conversation_id) == serving | {head.pk, world.person("duty_officer").pk}


def watch_of(event: EmergencyEvent) -> DutyWatch:
    """The watch in whose log the event stands."""
    return DutyWatch.objects.get(entries__event=event, entries__kind="information")


def test_who_was_instructed_sees_the_event_and_nothing_else_of_the_log(world: World, client: Client) -> None:
    event = opened(world)
    other = services.event_open(actor=world.actor("duty_officer"), draft=fire(title="城西一厂房冒烟"))
    services.event_instruct(
        actor=world.actor("duty_officer"),
        event_id=event.pk,
        source="沈亦舟",
        text="全力搜救。",
        post_ids=[world.post("county_head").pk],
    )
    county = world.actor("county_head")
    assert can_view(county, Subject(EVENT, event.pk))
    assert not can_view(county, Subject(EVENT, other.pk))
    client.force_login(world.person("county_head"))
    page = client.get(f"/duty/events/{event.pk}/").content.decode()
    assert "全力搜救" in page
    assert "记录领导指示" not in page
    assert client.get(f"/duty/events/{other.pk}/").status_code == 404
    assert event.title not in client.get("/duty/events/").content.decode()


def test_a_double_click_instructs_once_and_nobody_named_sends_nothing(world: World) -> None:
    event = opened(world)
    officer = world.actor("duty_officer")
    again = [
        services.event_instruct(
            actor=officer,
            event_id=event.pk,
            source="沈亦舟",
            text="全力搜救。",
            post_ids=[world.post("clerk").pk],
            key="k",
        ).pk
        for _ in range(2)
    ]
    assert again[0] == again[1]
    assert Message.objects.filter(is_must=True).count() == 1
    services.event_instruct(actor=officer, event_id=event.pk, source="沈亦舟", text="注意安全。")
    assert Message.objects.filter(is_must=True).count() == 1


def test_a_phone_note_sent_twice_stands_once(world: World) -> None:
    event = opened(world)
    for _ in range(2):
        services.event_phone_note(
            actor=world.actor("duty_officer"), event_id=event.pk, source="市长", text="已报告。", key="k"
        )
    assert event.entries.filter(kind="phone").count() == 1


def test_bad_instructions_leave_nothing_behind(world: World) -> None:
    event = opened(world)
    officer = world.actor("duty_officer")
    for facts, said in (
        ({"text": "", "source": "沈亦舟"}, "请填写指示内容"),
        ({"text": "机密★ 见附件", "source": "沈亦舟"}, "密级标志"),
        ({"text": "速办。", "source": "沈亦舟", "sms_after": 7}, "短信提醒时间"),
    ):
        with pytest.raises(ValidationFailed, match=said):
            services.event_instruct(
                actor=officer, event_id=event.pk, post_ids=[world.post("clerk").pk], **facts
            )
    with pytest.raises(Forbidden):
        services.event_instruct(
            actor=world.actor("stranger"), event_id=event.pk, source="沈亦舟", text="速办。"
        )
    assert not event.entries.filter(kind="instruction").exists()
    assert not Conversation.objects.filter(subject_kind=EVENT).exists()


def test_the_group_is_one_and_takes_in_whoever_comes_on_duty(world: World) -> None:
    event = opened(world)
    officer = world.actor("duty_officer")
    group = services.event_group_open(actor=officer, event_id=event.pk)
    assert services.event_group_open(actor=officer, event_id=event.pk) == group
    before = members(group)
    watch = watch_of(event)
    with clock.at(watch.ends_at):
        services.watch_hand_over(actor=officer, watch_id=watch.pk, summary="平稳。", pending="")
        following = watch_at(watch.roster, 3)
        services.watch_take(actor=officer, watch_id=following.pk)
        assert services.event_group_open(actor=officer, event_id=event.pk) == group
    fresh = {shift.appointment.person_id for shift in following.shifts.all()}
    assert members(group) == before | fresh
    assert Message.objects.filter(conversation_id=group, card_kind=EVENT, card_id=event.pk).count() == 1


def test_whoever_keeps_the_log_next_may_send_what_must_be_confirmed(world: World) -> None:
    event = opened(world)
    services.event_group_open(actor=world.actor("duty_officer"), event_id=event.pk)
    shift = watch_of(event).shifts.get(post__name="主班")
    other = next(key for key in world.people if world.people[key].pk == shift.appointment.person_id)
    services.event_instruct(
        actor=world.actor(other),
        event_id=event.pk,
        source="沈亦舟",
        text="全力搜救。",
        post_ids=[world.post("county_head").pk],
    )
    assert Message.objects.get(is_must=True).sender_id == shift.appointment.person_id


def test_the_group_is_opened_by_those_who_keep_the_log(world: World) -> None:
    event = opened(world)
    for key in ("stranger", "county_head"):
        with pytest.raises((Forbidden, NotFound)):
            services.event_group_open(actor=world.actor(key), event_id=event.pk)
    assert subject_room(world.actor("duty_officer"), Subject(EVENT, event.pk)) is None


def test_a_report_becomes_one_draft_with_figures_measures_and_instructions(world: World) -> None:
    event = opened(
        world, ReportDraft(text="库房起火。", measures="消防已到场。"), count=Count(deaths=1, loss=350_000)
    )
    officer = world.actor("duty_officer")
    services.event_instruct(actor=officer, event_id=event.pk, source="沈亦舟", text="全力搜救。")
    report = event.reports.get()
    document = services.event_paper(actor=officer, report_id=report.pk)
    assert services.event_paper(actor=officer, report_id=report.pk).pk == document.pk
    assert (document.urgency, document.disclosure) == ("extra_urgent", "closed")
    assert (document.document_type, document.title) == ("report", "关于青石县一仓库起火情况的报告")
    words = body_text(document.body)
    for part in (
        "2026年11月2日8时40分，青石县城关镇发生突发事件：青石县一仓库起火。",
        "一、基本情况",
        "库房起火。",
        "已核实死亡 1 人、直接经济损失 35 万元。",
        "二、已采取措施",
        "三、领导指示",
        "沈亦舟：全力搜救。",
        "特此报告。",
    ):
        assert part in words
    assert "失踪" not in words
    outgoing_delete_draft(actor=officer, document_id=document.pk, expected_version=document.version)
    assert not EventPaper.objects.exists()
    assert services.event_paper(actor=officer, report_id=report.pk).pk != document.pk


def test_a_paper_of_another_organs_event_is_not_found(world: World) -> None:
    event = opened(world, ReportDraft(text="库房起火。"))
    with pytest.raises(Forbidden):
        services.event_paper(actor=world.actor("stranger"), report_id=event.reports.get().pk)
    with pytest.raises(NotFound):
        services.event_paper(actor=world.actor("duty_officer"), report_id=0)


def test_the_pages_lead_to_group_paper_and_supervision(world: World, client: Client) -> None:
    event = opened(world, ReportDraft(text="库房起火。"))
    officer = world.actor("duty_officer")
    services.event_instruct(actor=officer, event_id=event.pk, source="沈亦舟", text="查明原因。")
    client.force_login(world.person("duty_officer"))
    page = client.get(f"/duty/events/{event.pk}/").content.decode()
    assert "建立处置群" in page
    assert "拟值班信息" in page
    answer = client.post(f"/duty/events/{event.pk}/group/")
    room = subject_room(officer, Subject(EVENT, event.pk))
    assert (answer.status_code, answer["Location"]) == (303, f"/messages/{room}/")
    answer = client.post(f"/duty/reports/{event.reports.get().pk}/paper/")
    assert answer["Location"].endswith(f"/{EventPaper.objects.get().document_id}/edit/")
    assert "值班信息文稿" in client.get(f"/duty/events/{event.pk}/").content.decode()
    client.force_login(world.person("director"))
    page = client.get(f"/duty/events/{event.pk}/").content.decode()
    assert "值班信息已由" in page
    assert "立项督办" in page
    form = client.get("/supervision/new/", {"kind": EVENT, "id": str(event.pk), "quote": "查明原因。"})
    assert "青石县一仓库起火" in form.content.decode()
    client.force_login(world.person("stranger"))
    assert client.post(f"/duty/events/{event.pk}/group/").status_code == 403
    assert client.post(f"/duty/reports/{event.reports.get().pk}/paper/").status_code == 403
