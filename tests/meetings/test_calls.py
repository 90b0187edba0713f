"""议题征集: units are asked, their heads sign off, the office accepts in an order, and the agenda has it (domain.md §8.2)."""

from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from hypothesis import given
from hypothesis import strategies as st

from apps.core import clock
from apps.core.errors import Conflict, Forbidden, InvalidState, NotFound, ValidationFailed
from apps.core.models import CalendarDay
from apps.core.reminding import reminders_sweep
from apps.core.subjects import Subject
from apps.files.enums import UploadPurpose
from apps.files.selectors import files_of
from apps.files.services import file_store_bytes
from apps.meetings.collecting import OFFICE, TABLE, UNIT, step_of, steps_open
from apps.meetings.enums import Capacity, ProposalAct, ProposalState
from apps.meetings.models import AgendaCall, AgendaItem, AgendaProposal
from apps.meetings.policies import PROPOSAL_KIND, proposals_visible_to
from apps.meetings.selectors.agenda import ITEM_KIND, can_view_item
from apps.meetings.selectors.proposals import call_page, can_view_proposal
from apps.meetings.services.agenda import agenda_remove
from apps.meetings.services.agenda_calls import (
    CallDraft,
    agenda_call_change,
    agenda_call_close,
    agenda_call_open,
    agenda_call_place,
    agenda_call_reopen,
    agenda_call_urge,
    nothing_say,
)
from apps.meetings.services.proposals import (
    ProposalDraft,
    proposal_accept,
    proposal_add,
    proposal_defer,
    proposal_drop,
    proposal_move,
    proposal_reconsider,
    proposal_return,
    proposal_save,
    proposal_sign,
    proposal_submit,
    proposal_withdraw,
)
from apps.notifications.models import Notice
from apps.workflow.models import Task
from tests.factories.world import World
from tests.helpers.meetings import MONDAY, answered, notified

pytestmark = [pytest.mark.django_db, pytest.mark.long]
As = Callable[[str], Client]
FRIDAY = datetime(2026, 11, 6, 18, 0, tzinfo=clock.CITY_ZONE)


def call_draft(world: World, **more: Any) -> CallDraft:
    """Items of the next executive meeting, of two bureaux, by Friday."""
    facts: dict[str, Any] = {
        "name": "第12次常务会议议题征集",
        "kind": "executive",
        "due_at": FRIDAY,
        "organ_ids": [world.organs["data"].pk, world.organs["finance"].pk],
    }
    return CallDraft(**(facts | more))


def opened(world: World, **more: Any) -> AgendaCall:
    """By the section chief of the office."""
    return agenda_call_open(actor=world.actor("section_chief"), draft=call_draft(world, **more))


def words(title: str = "数据共享条例（草案）", **more: Any) -> ProposalDraft:
    """What a bureau proposes."""
    return ProposalDraft(title=title, reason="已征求各部门意见，无分歧。", presenter="罗景明", **more)


def proposed(
    world: World, call: AgendaCall, title: str = "数据共享条例（草案）", **more: Any
) -> AgendaProposal:
    """By the bureau's clerk, sent to its head."""
    clerk = world.actor("bureau_clerk")
    made = proposal_add(actor=clerk, call_id=call.pk, draft=words(title, **more))
    return proposal_submit(actor=clerk, proposal_id=made.pk)


def signed(
    world: World, call: AgendaCall, title: str = "数据共享条例（草案）", **more: Any
) -> AgendaProposal:
    """Signed off by the bureau's head."""
    made = proposed(world, call, title, **more)
    return proposal_sign(actor=world.actor("bureau_head"), proposal_id=made.pk, words="同意报送")


def heard(world: World, key: str, title: str) -> int:
    """How many notices the person has whose title has these words."""
    return Notice.objects.filter(person=world.person(key), title__contains=title).count()


def fresh(proposal: AgendaProposal) -> AgendaProposal:
    """As it stands now."""
    return AgendaProposal.objects.get(pk=proposal.pk)


@given(st.lists(st.sampled_from(list(ProposalAct)), max_size=12))
def test_nothing_is_accepted_that_its_head_has_not_signed(acts: list[ProposalAct]) -> None:
    state, was_signed = ProposalState.DRAFT, False
    for act in acts:
        if act not in TABLE[state]:
            continue
        state = step_of(state, act).then or state
        was_signed = was_signed or act is ProposalAct.SIGN
        assert was_signed or state not in {ProposalState.ACCEPTED, ProposalState.DEFERRED}
    assert steps_open(ProposalState.SUBMITTED, [UNIT]) == [ProposalAct.WITHDRAW]
    assert ProposalAct.EDIT not in steps_open(ProposalState.DRAFT, [OFFICE])


def test_an_item_goes_from_the_unit_to_the_agenda(world: World, drain: Callable[[], int]) -> None:
    with clock.at(MONDAY):
        meeting = notified(world)
        call = opened(world)
        drain()
        assert heard(world, "bureau_clerk", "征集议题") == heard(world, "finance_clerk", "征集议题") == 1
        assert heard(world, "bureau_head", "征集议题") == 0
        first = proposed(world, call, minutes=20, observer_ids=[world.organs["education"].pk])
        assert Task.objects.filter(person=world.person("bureau_head"), state=Task.State.OPEN).count() == 1
        with pytest.raises(NotFound):
            proposal_accept(actor=world.actor("section_chief"), proposal_id=first.pk)
        first = proposal_sign(actor=world.actor("bureau_head"), proposal_id=first.pk)
        drain()
        assert heard(world, "section_chief", "收到议题") == 1
        second = signed(world, call, "政务云扩容")
        file_store_bytes(
            actor=world.actor("bureau_clerk"), subject=Subject(PROPOSAL_KIND, first.pk), purpose=UploadPurpose.ATTACHMENT,
            name="草案.txt", content_type="text/plain", data="条例".encode(),
        )  # fmt: skip
        office = world.actor("section_chief")
        proposal_accept(actor=office, proposal_id=first.pk)
        second = proposal_accept(actor=office, proposal_id=second.pk)
        proposal_move(actor=office, proposal_id=second.pk, is_up=True, expected_place=2)
        with pytest.raises(Conflict):
            proposal_move(actor=office, proposal_id=second.pk, is_up=True, expected_place=2)
        with pytest.raises(Forbidden):
            agenda_call_place(actor=world.actor("finance_clerk"), call_id=call.pk, meeting_id=meeting.pk)
        with pytest.raises(NotFound):
            agenda_call_place(actor=office, call_id=call.pk, meeting_id=meeting.pk + 9)
        made = agenda_call_place(actor=office, call_id=call.pk, meeting_id=meeting.pk)
        drain()
    assert [(item.title, item.minutes, item.organ_id) for item in made] == [
        ("政务云扩容", 10, world.organs["data"].pk),
        ("数据共享条例（草案）", 20, world.organs["data"].pk),
    ]
    assert [file.name for file in files_of(Subject(ITEM_KIND, made[1].pk))] == ["草案.txt"]
    assert fresh(first).stage == "已列入议程"
    assert heard(world, "bureau_clerk", "议题列入议程") == 2
    sitting_in = meeting.invitations.get(organ=world.organs["education"])
    assert (sitting_in.capacity, sitting_in.quota, sitting_in.recipient is not None) == (
        Capacity.OBSERVING,
        1,
        True,
    )
    with clock.at(MONDAY), pytest.raises(InvalidState, match="没有待列入"):
        agenda_call_place(actor=office, call_id=call.pk, meeting_id=meeting.pk)
    with clock.at(MONDAY):
        agenda_remove(actor=office, item_id=made[0].pk)
    assert fresh(second).stage == "已采纳"


def test_who_sits_in_for_an_item_opens_only_that_ones_materials(world: World) -> None:
    with clock.at(MONDAY):
        meeting, call = notified(world, organ_ids=[world.organs["data"].pk]), opened(world)
        made = signed(world, call, observer_ids=[world.organs["finance"].pk])
        other = signed(world, call, "政务云扩容")
        office = world.actor("section_chief")
        for one in (made, other):
            proposal_accept(actor=office, proposal_id=one.pk)
        items = agenda_call_place(actor=office, call_id=call.pk, meeting_id=meeting.pk)
        answered(world, meeting, "finance_clerk", f2="顾长青 局长")
        answered(world, meeting, f2="罗景明 局长")
        finance, bureau = world.actor("finance_head"), world.actor("bureau_head")
        assert [can_view_item(finance, item.pk) for item in items] == [True, False]
        assert [can_view_item(bureau, item.pk) for item in items] == [True, True]


def test_who_reports_an_item_is_called_for_it_when_not_invited_anyway(world: World) -> None:
    with clock.at(MONDAY):
        meeting, call = notified(world, organ_ids=[world.organs["finance"].pk]), opened(world)
        made, office = signed(world, call), world.actor("section_chief")
        proposal_accept(actor=office, proposal_id=made.pk)
        [item] = agenda_call_place(actor=office, call_id=call.pk, meeting_id=meeting.pk)
        answered(world, meeting)
        assert can_view_item(world.actor("bureau_clerk"), item.pk)
        assert can_view_item(world.actor("bureau_head"), item.pk)
    invited = meeting.invitations.get(organ=world.organs["data"])
    assert (invited.capacity, invited.quota) == (Capacity.OBSERVING, 1)


def test_what_comes_back_says_why_and_may_be_sent_again_after_the_date(
    world: World, drain: Callable[[], int]
) -> None:
    clerk, office = world.actor("bureau_clerk"), world.actor("section_chief")
    with clock.at(MONDAY):
        call = opened(world)
        made = proposed(world, call)
        with pytest.raises(ValidationFailed):
            proposal_return(actor=world.actor("bureau_head"), proposal_id=made.pk, words=" ")
        proposal_return(actor=world.actor("bureau_head"), proposal_id=made.pk, words="请压缩时间")
        version = fresh(made).version
        proposal_save(actor=clerk, proposal_id=made.pk, expected_version=version, draft=words("数据条例"))
        with pytest.raises(Conflict):
            proposal_save(actor=clerk, proposal_id=made.pk, expected_version=version, draft=words("甲"))
        proposal_submit(actor=clerk, proposal_id=made.pk)
        proposal_withdraw(actor=clerk, proposal_id=made.pk)
        assert not Task.objects.filter(person=world.person("bureau_head"), state=Task.State.OPEN).exists()
        proposal_submit(actor=clerk, proposal_id=made.pk)
        proposal_sign(actor=world.actor("bureau_head"), proposal_id=made.pk)
        with pytest.raises(Forbidden):
            proposal_accept(actor=clerk, proposal_id=made.pk)
        proposal_return(actor=office, proposal_id=made.pk, words="请补充财政意见")
        late = proposal_add(actor=clerk, call_id=call.pk, draft=words("第二个"))
        drain()
        assert heard(world, "bureau_clerk", "议题退回修改") == 2
    with clock.at(FRIDAY + timedelta(hours=1)):
        with pytest.raises(InvalidState, match="已过报送时限"):
            proposal_submit(actor=clerk, proposal_id=late.pk)
        with pytest.raises(InvalidState, match="已过报送时限"):
            proposal_add(actor=clerk, call_id=call.pk, draft=words("第三个"))
        proposal_submit(actor=clerk, proposal_id=made.pk)
        assert proposal_sign(actor=world.actor("bureau_head"), proposal_id=made.pk).state == "submitted"


def test_what_is_put_off_comes_along_with_the_next_call_of_the_kind(
    world: World, drain: Callable[[], int]
) -> None:
    office = world.actor("section_chief")
    with clock.at(MONDAY):
        call = opened(world)
        put_off, unsigned = signed(world, call), proposed(world, call, "未审签")
        with pytest.raises(InvalidState, match="1 个议题待审核"):
            agenda_call_close(actor=office, call_id=call.pk)
        proposal_defer(actor=office, proposal_id=put_off.pk, words="部门意见尚未一致")
        proposal_reconsider(actor=office, proposal_id=put_off.pk)
        proposal_defer(actor=office, proposal_id=put_off.pk, words="部门意见尚未一致")
        agenda_call_close(actor=office, call_id=call.pk)
        agenda_call_reopen(actor=office, call_id=call.pk)
        agenda_call_close(actor=office, call_id=call.pk)
        with pytest.raises(InvalidState):
            proposal_reconsider(actor=office, proposal_id=put_off.pk)
        opened(world, kind="office", name="办公会议题")
        assert fresh(put_off).call_id == call.pk
        later = opened(world, name="第13次常务会议议题征集")
        drain()
        for one in (put_off, unsigned):
            assert (fresh(one).call_id, fresh(one).state) == (later.pk, ProposalState.RETURNED)
        assert heard(world, "bureau_clerk", "议题转入新的征集") == 2
        assert [one.pk for one in call_page(office, call).others] == [put_off.pk]
        proposal_drop(actor=world.actor("bureau_clerk"), proposal_id=unsigned.pk)
        proposal_submit(actor=world.actor("bureau_clerk"), proposal_id=put_off.pk)


def test_no_more_is_accepted_than_a_meeting_takes(world: World) -> None:
    office = world.actor("section_chief")
    with clock.at(MONDAY):
        call = opened(world, most_items=1)
        first, second = signed(world, call), signed(world, call, "政务云扩容")
        proposal_accept(actor=office, proposal_id=first.pk)
        with pytest.raises(InvalidState, match="最多 1 个议题"):
            proposal_accept(actor=office, proposal_id=second.pk)
        version = AgendaCall.objects.get().version
        agenda_call_change(
            actor=office, call_id=call.pk, expected_version=version, draft=call_draft(world, most_items=2)
        )
        assert proposal_accept(actor=office, proposal_id=second.pk).place == 2


def test_a_heads_own_item_and_one_of_a_section_need_no_other_head(world: World) -> None:
    with clock.at(MONDAY):
        call = opened(world, organ_ids=[world.organs["data"].pk, world.organs["office"].pk])
        head, chief = world.actor("bureau_head"), world.actor("section_chief")
        made = proposal_add(actor=head, call_id=call.pk, draft=words())
        assert proposal_submit(actor=head, proposal_id=made.pk).state == ProposalState.SUBMITTED
        own = proposal_add(actor=chief, call_id=call.pk, draft=words("督查安排"))
        assert proposal_submit(actor=chief, proposal_id=own.pk).state == ProposalState.SUBMITTED


def test_units_that_said_nothing_are_reminded_and_urged_and_others_are_not(
    world: World, drain: Callable[[], int]
) -> None:
    CalendarDay.objects.update(is_provisional=False)
    with clock.at(MONDAY):
        call = opened(world)
        nothing_say(actor=world.actor("finance_clerk"), call_id=call.pk, is_nothing=True)
        assert agenda_call_urge(actor=world.actor("section_chief"), call_id=call.pk) == 2
    with clock.at(datetime(2026, 11, 5, 10, 0, tzinfo=clock.CITY_ZONE)):
        reminders_sweep()
        reminders_sweep()
        assert heard(world, "bureau_clerk", "议题报送还有1个工作日到期") == 1
        assert heard(world, "finance_clerk", "议题报送") == 0
        signed(world, call)
        with pytest.raises(InvalidState, match="已报送议题"):
            nothing_say(actor=world.actor("bureau_clerk"), call_id=call.pk, is_nothing=True)
    with clock.at(datetime(2026, 11, 6, 10, 0, tzinfo=clock.CITY_ZONE)):
        reminders_sweep()
    assert heard(world, "bureau_clerk", "今日到期") == 0


def test_who_sees_it_in_the_list_may_open_it(world: World) -> None:
    with clock.at(MONDAY):
        call = opened(world)
        rows = [signed(world, call), proposed(world, call, "待审签")]
    expected = {
        "bureau_clerk": [True, True], "bureau_head": [True, True], "bureau_chief": [True, True],
        "section_chief": [True, False], "director": [True, False], "clerk": [True, False], "drafter": [False, False],
        "finance_clerk": [False, False], "stranger": [False, False], "sysadmin": [False, False],
    }  # fmt: skip
    for key, answers in expected.items():
        seen = set(proposals_visible_to(world.actor(key)).values_list("pk", flat=True))
        assert [one.pk in seen for one in rows] == answers, key
        assert [can_view_proposal(world.actor(key), one.pk) for one in rows] == answers, key


def test_the_pages_let_in_whom_they_concern(world: World, client_as: As) -> None:
    with clock.at(MONDAY):
        chief, clerk, stranger = client_as("section_chief"), client_as("bureau_clerk"), client_as("stranger")
        form = {
            "name": "征集",
            "kind": "executive",
            "due": "2026-11-06T18:00",
            "organs": str(world.organs["data"].pk),
        }
        assert chief.post(reverse("meetings:call_new"), form | {"organs": ""}).status_code == 422
        assert chief.post(reverse("meetings:call_new"), form).status_code == 303
        call = AgendaCall.objects.get()
        page, edit = reverse("meetings:call", args=[call.pk]), reverse("meetings:call_edit", args=[call.pk])
        propose = reverse("meetings:propose", args=[call.pk])
        assert "未答复" in chief.get(page).content.decode()
        assert "提出议题" in clerk.get(page).content.decode()
        assert "未答复" not in clerk.get(page).content.decode()
        assert [one.get(edit).status_code for one in (chief, clerk, stranger)] == [200, 403, 404]
        assert [one.get(propose).status_code for one in (chief, clerk, stranger)] == [403, 200, 404]
        new = {"title": "条例", "reason": "依法", "presenter": "罗景明", "minutes": "10", "key": "k"}
        assert clerk.post(propose, new | {"reason": ""}).status_code == 422
        assert [clerk.post(propose, new).status_code for _ in range(2)] == [303, 303]
        made = AgendaProposal.objects.get()
        own = reverse("meetings:proposal", args=[made.pk])
        assert [one.get(own).status_code for one in (chief, clerk, stranger)] == [404, 200, 404]
        assert "添加材料" in clerk.get(own).content.decode()
        assert clerk.get(reverse("meetings:proposal_edit", args=[made.pk])).status_code == 200

        def act(who: Client, name: str, **more: str) -> int:
            return who.post(reverse("meetings:proposal_act", args=[made.pk, name]), more).status_code

        assert act(chief, "accept") == act(stranger, "submit") == act(clerk, "nonsense") == 404
        assert act(clerk, "sign") == 409
        assert act(clerk, "submit") == 303
        assert act(client_as("bureau_head"), "sign") == 303
        assert "采纳" in chief.get(own).content.decode()
        assert act(chief, "defer") == 422
        assert act(chief, "accept") == 303
        assert chief.get(reverse("meetings:proposal_edit", args=[made.pk])).status_code == 409
        calls = [
            ("nonsense", chief, 404),
            ("close", clerk, 403),
            ("nothing", stranger, 404),
            ("close", chief, 303),
        ]
        for name, who, status in calls:
            assert who.post(reverse("meetings:call_act", args=[call.pk, name])).status_code == status, name
        assert "条例" in clerk.get(reverse("meetings:proposals") + "?state=accepted").content.decode()
        assert "条例" not in clerk.get(reverse("meetings:proposals") + "?state=draft").content.decode()
        assert clerk.get(reverse("meetings:proposals_export")).content.startswith(b"PK")
        assert not AgendaItem.objects.exists()


def test_lists_cost_the_same_with_few_and_with_many(world: World, client_as: As) -> None:
    with clock.at(MONDAY):
        browser, costs = client_as("section_chief"), []
        call = opened(world, most_items=30)
        for wanted in (2, 8):
            while AgendaProposal.objects.count() < wanted:
                made = signed(world, call, f"议题{AgendaProposal.objects.count()}")
                proposal_accept(actor=world.actor("section_chief"), proposal_id=made.pk)
                opened(world, name=f"征集{AgendaProposal.objects.count()}", kind="special")
            page = reverse("meetings:call", args=[call.pk])
            for address in (reverse("meetings:calls"), reverse("meetings:proposals"), page):
                browser.get(address)
                with CaptureQueriesContext(connection) as found:
                    browser.get(address)
                costs.append(len(found))
    assert costs[:3] == costs[3:]
