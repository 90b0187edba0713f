"""The verbs on runs and to-dos, with the people of the city."""

from datetime import datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import pytest
import time_machine

from apps.accounts.models import Absence, Appointment, Delegation
from apps.audit.models import AuditEntry
from apps.core.clock import now, today
from apps.core.errors import Forbidden, InvalidState, ValidationFailed
from apps.core.models import CalendarDay, OutboxEvent
from apps.core.working_calendar import calendar_changed
from apps.workflow.models import Matter, Opinion, Run, StepLog, Task
from apps.workflow.selectors import passage_of, withdrawal_of
from apps.workflow.services import (
    matter_update,
    opinion_add,
    run_start,
    run_terminate,
    run_urge,
    task_complete,
    task_opened,
    task_reassign,
    task_return,
    task_withdraw,
)
from tests.workflow.conftest import Desk, open_matter

SHANGHAI = ZoneInfo("Asia/Shanghai")
MORNING = datetime(2026, 11, 20, 9, 5, tzinfo=SHANGHAI)


def events(kind: str) -> list[dict[str, Any]]:
    """Payloads of published events of a kind, in order."""
    return [row.payload for row in OutboxEvent.objects.filter(kind=kind).order_by("pk")]


def test_a_run_begins_with_the_actors_own_to_do(desk: Desk) -> None:
    """The drafter has the draft, the card says where it is, the act is audited."""
    assert desk.open() == [("draft", "许若溪")]
    assert Matter.objects.get().state_text == "拟稿"
    assert AuditEntry.objects.filter(action="workflow.start").count() == 1
    assert [event["person_id"] for event in events("workflow.TaskOpened")] == [
        desk.world.person("drafter").pk
    ]


def test_a_matter_has_one_live_run(desk: Desk) -> None:
    """A second start is refused in words, not by an integrity error."""
    with pytest.raises(InvalidState, match="已有正在办理的流程"):
        run_start(actor=desk.actor("drafter"), matter=desk.matter, procedure_code="issuing", facts={})


def test_a_procedure_that_is_not_there_is_said(desk: Desk) -> None:
    """The administrator is named as the one who can help."""
    with pytest.raises(InvalidState, match="联系管理员"):
        run_start(
            actor=desk.actor("drafter"),
            matter=open_matter(desk.world, number=2),
            procedure_code="nothing",
            facts={},
        )


def test_a_notice_goes_from_draft_to_the_end(desk: Desk) -> None:
    """Every step finds its people; the last act ends the run and the card."""
    result = desk.act("drafter", "submit")
    assert (result.completed_step, result.current_step, result.current_name) == (
        "draft",
        "dept_review",
        "部门核稿",
    )
    assert result.handlers == ("林知夏",)
    desk.act("section_chief", text="同意，请办公室审核。")
    assert desk.open() == [("office_review", "何书航"), ("office_review", "罗嘉木")]
    desk.act("clerk")
    assert (
        Task.objects.get(run=desk.run, person=desk.world.person("clerk_chief")).state == Task.State.SUPERSEDED
    )
    desk.act("head", "sign", strokes={"w": 300, "h": 120, "strokes": [[[1, 2, 0.5], [3, 4, 0.6]]]})
    assert desk.open() == [("numbering", "何书航")]
    desk.act("clerk_chief", "submit")
    last = desk.act("clerk", "submit")
    assert last.run_finished
    assert last.current_step is None
    matter = Matter.objects.get(pk=desk.matter.pk)
    assert (matter.state_text, matter.closed_at is not None) == ("已办结", True)
    assert Run.objects.get().status == Run.Status.COMPLETED
    assert [event["run_id"] for event in events("workflow.RunFinished")] == [desk.run.pk]


def test_words_are_kept_with_name_post_and_column(desk: Desk) -> None:
    """Submitting without words leaves no empty opinion; approving without words is consent."""
    desk.to("signing")
    kept = list(Opinion.objects.order_by("id").values_list("column", "action", "person_name", "post_text"))
    assert kept == [
        ("核稿意见", "approve", "林知夏", "市政府办公室综合科 科长"),
        ("审核意见", "approve", "罗嘉木", "市政府办公室文书科 科员"),
    ]


def test_countersigners_come_in_rank_order_and_all_must_act(desk: Desk) -> None:
    """The bureaux act in any order; the step ends with the last."""
    chosen = [desk.world.post("finance_head").pk, desk.world.post("bureau_head").pk]
    desk.act("drafter", "submit", chosen={"cosign": chosen}, facts={"has_cosign": True})
    desk.act("section_chief")
    assert desk.open() == [("cosign", "罗景明"), ("cosign", "顾长青")]
    first = desk.act("finance_head")
    assert (first.step_finished, first.current_step) == (False, "cosign")
    assert desk.act("bureau_head").current_step == "office_review"


def test_nobody_chosen_for_countersigning_is_refused_and_nothing_moves(desk: Desk) -> None:
    """The chief learns that the drafter's choice is missing; her to-do stays open."""
    desk.act("drafter", "submit", facts={"has_cosign": True})
    with pytest.raises(ValidationFailed, match="请先选择“会签”环节的办理人"):
        desk.act("section_chief", text="同意。")
    assert desk.open() == [("dept_review", "林知夏")]


def test_somebody_chosen_who_has_left_is_named(desk: Desk) -> None:
    """The choice must be made again."""
    post = desk.world.post("finance_head")
    Appointment.objects.filter(pk=post.pk).update(ended_on=datetime(2025, 1, 1, tzinfo=SHANGHAI).date())
    desk.act("drafter", "submit", chosen={"cosign": [post.pk]}, facts={"has_cosign": True})
    with pytest.raises(InvalidState, match="顾长青（局长）已不在岗"):
        desk.act("section_chief")


def test_a_unit_without_a_head_is_said_with_what_to_do(desk: Desk) -> None:
    """The sentence names step, unit and role."""
    Appointment.objects.filter(pk=desk.world.post("section_chief").pk).update(
        ended_on=datetime(2025, 1, 1, tzinfo=SHANGHAI).date()
    )
    with pytest.raises(InvalidState) as refused:
        desk.act("drafter", "submit")
    assert refused.value.message == (
        "“部门核稿”环节找不到办理人：综合科没有科室负责人，请联系管理员任命后再提交。"
    )
    assert desk.open() == [("draft", "许若溪")]


def test_an_abolished_unit_has_no_handlers(desk: Desk) -> None:
    """A unit abolished half-way ends in a sentence, not in a to-do nobody sees."""
    unit = desk.world.unit("office", "综合科")
    unit.abolished_on = datetime(2026, 1, 1, tzinfo=SHANGHAI).date()
    unit.save(update_fields=["abolished_on"])
    with pytest.raises(InvalidState, match="找不到办理人"):
        desk.act("drafter", "submit")


def test_a_second_completion_says_who_was_faster(desk: Desk) -> None:
    """The other clerk is told once, politely, with name and time."""
    desk.to("office_review")
    late = desk.task("clerk_chief")
    with time_machine.travel(MORNING, tick=False):
        desk.act("clerk")
    with pytest.raises(InvalidState) as refused:
        task_complete(actor=desk.actor("clerk_chief"), task_id=late.pk, action=Opinion.Action.APPROVE)
    assert refused.value.message == "“办公室审核”已由罗嘉木于2026年11月20日09:05办理，无需再办理。"


def test_a_stranger_may_not_act(desk: Desk) -> None:
    """Refused with the rule, whatever the task's state."""
    task = desk.task("drafter")
    with pytest.raises(Forbidden) as refused:
        task_complete(actor=desk.actor("stranger"), task_id=task.pk, action=Opinion.Action.SUBMIT)
    assert refused.value.data["rule"] == "holder"


def test_an_act_the_step_does_not_know_is_refused(desk: Desk) -> None:
    """Nobody signs at the draft step."""
    with pytest.raises(InvalidState, match="“拟稿”环节不能“签发”"):
        desk.act("drafter", "sign")


@pytest.mark.parametrize(
    "strokes",
    [
        {"strokes": [[[1, 2]]]},
        {"w": 300, "h": 120, "strokes": []},
        {"w": 300, "h": 120, "strokes": [[["x", 2]]]},
        {"w": 9999, "h": 120, "strokes": [[[1, 2]]]},
        {"w": 300, "h": 120, "strokes": [[[1, 2]]] * 401},
    ],
)
def test_ink_that_is_not_ink_is_refused(desk: Desk, strokes: dict[str, object]) -> None:
    """A canvas with strokes of points, and not too many; nothing has moved."""
    with pytest.raises(ValidationFailed, match="笔迹"):
        desk.act("drafter", "submit", strokes=strokes)
    assert desk.open() == [("draft", "许若溪")]


def test_of_ink_only_the_strokes_are_kept(desk: Desk) -> None:
    """Nothing else that came with them, such as characters the database refuses."""
    desk.act("drafter", "submit", strokes={"w": 300, "h": 120, "x": "\ud800\x00", "strokes": [[[1.2, 2, 9]]]})
    kept = Opinion.objects.get(matter=desk.matter, step_code="draft").strokes
    assert kept == {"w": 300, "h": 120, "strokes": [[[1, 2, 1.0]]]}


def test_words_that_are_too_long_are_refused_with_their_length(desk: Desk) -> None:
    """Nothing is cut silently."""
    with pytest.raises(ValidationFailed, match="现有2001字"):
        desk.act("drafter", "submit", text="字" * 2001)


def test_returning_needs_words_and_goes_to_the_drafter(desk: Desk) -> None:
    """The drafter gets it back and the log says why."""
    desk.to("signing")
    task = desk.task("head")
    with pytest.raises(ValidationFailed, match="意见"):
        task_return(actor=desk.actor("head"), task_id=task.pk, to="drafter", text=" ")
    task_return(actor=desk.actor("head"), task_id=task.pk, to="drafter", text="请补充依据。")
    assert desk.open() == [("draft", "许若溪")]
    line = StepLog.objects.order_by("-id")[0]
    assert (line.verb, line.step_name, line.person_name, line.to_text, line.note) == (
        "退回",
        "签发",
        "沈亦舟",
        "拟稿：许若溪",
        "请补充依据。",
    )
    assert events("workflow.TaskOpened")[-1]["is_return"] is True


def test_returning_to_the_previous_step_finds_who_did_it(desk: Desk) -> None:
    """The clerk who reviewed gets it again, not all the clerks."""
    desk.to("signing")
    task_return(actor=desk.actor("head"), task_id=desk.task("head").pk, to="previous", text="请再核。")
    assert desk.open() == [("office_review", "罗嘉木")]


def test_returning_where_the_step_forbids_names_what_is_allowed(desk: Desk) -> None:
    """Numbering returns to signing only."""
    desk.to("numbering")
    with pytest.raises(InvalidState, match="只能退回到：签发"):
        task_return(
            actor=desk.actor("clerk_chief"), task_id=desk.task("clerk_chief").pk, to="drafter", text="有误。"
        )


def test_withdrawing_takes_it_back_while_nobody_has_acted(desk: Desk) -> None:
    """The chief's to-do is gone, the drafter's is open; both are told."""
    desk.act("drafter", "submit")
    task_opened(actor=desk.actor("section_chief"), matter=desk.matter)
    result = task_withdraw(actor=desk.actor("drafter"), run_id=desk.run.pk)
    assert desk.open() == [("draft", "许若溪")]
    assert result.current_step == "draft"
    assert events("workflow.TaskClosed")[-1]["person_id"] == desk.world.person("section_chief").pk
    assert desk.act("drafter", "submit").current_step == "dept_review"


def test_withdrawing_too_late_says_who_acted_when(desk: Desk) -> None:
    """The true reason, with name and time."""
    desk.act("drafter", "submit")
    with time_machine.travel(MORNING, tick=False):
        desk.act("section_chief")
    with pytest.raises(InvalidState) as refused:
        task_withdraw(actor=desk.actor("drafter"), run_id=desk.run.pk)
    assert refused.value.message == (
        "“部门核稿”环节林知夏已于2026年11月20日09:05办理，不能撤回。如需修改，请联系其退回。"
    )


def test_somebody_who_did_nothing_cannot_withdraw(desk: Desk) -> None:
    """There is nothing of hers to take back."""
    with pytest.raises(Forbidden, match="没有办理过"):
        task_withdraw(actor=desk.actor("clerk"), run_id=desk.run.pk)


def test_who_has_left_the_post_takes_nothing_back(desk: Desk) -> None:
    """It would come to a post nobody holds; page and service say so."""
    desk.act("drafter", "submit")
    post = desk.world.post("drafter")
    post.ended_on = today() - timedelta(days=1)
    post.save(update_fields=["ended_on"])
    offered = withdrawal_of(desk.actor("drafter"), passage_of(desk.run))
    assert (offered.is_shown, offered.can) == (True, False)
    with pytest.raises(Forbidden, match="任职（科员）已经结束") as refused:
        task_withdraw(actor=desk.actor("drafter"), run_id=desk.run.pk)
    assert refused.value.message == offered.reason
    assert desk.open() == [("dept_review", "林知夏")]


def delegation(desk: Desk, kind: str, *, scope: list[str] | None = None) -> Delegation:
    """The head lets the deputy act today."""
    return Delegation.objects.create(
        delegator=desk.world.post("head"),
        delegate=desk.world.post("deputy"),
        kind=kind,
        scope=scope or [],
        starts_at=now() - timedelta(hours=1),
        ends_at=now() + timedelta(days=1),
        reason="出差",
        created_at=now(),
    )


@pytest.mark.parametrize("kind", [Delegation.Kind.ACTING, Delegation.Kind.APPROVAL])
def test_a_delegate_signs_and_both_names_are_kept(desk: Desk, kind: str) -> None:
    """周明远（代沈亦舟）, in the opinion, the log and the audit."""
    desk.to("signing")
    delegation(desk, kind)
    result = task_complete(
        actor=desk.actor("deputy"), task_id=desk.task("head").pk, action=Opinion.Action.SIGN, text="同意。"
    )
    opinion = Opinion.objects.latest("id")
    assert (opinion.person_name, opinion.on_behalf_of, result.on_behalf_of) == ("周明远", "沈亦舟", "沈亦舟")
    assert StepLog.objects.latest("id").person_name == "周明远（代沈亦舟）"
    assert AuditEntry.objects.filter(action="workflow.complete").latest("id").on_behalf_of == "沈亦舟"
    assert Task.objects.get(run=desk.run, step_code="signing").acted_by == desk.world.person("deputy")


def test_an_office_delegate_does_not_sign(desk: Desk) -> None:
    """She prepares and handles; signing stays with the head."""
    desk.to("signing")
    delegation(desk, Delegation.Kind.OFFICE)
    with pytest.raises(Forbidden, match="授权代理"):
        task_complete(actor=desk.actor("deputy"), task_id=desk.task("head").pk, action=Opinion.Action.SIGN)


def test_a_delegation_for_other_procedures_does_not_help(desk: Desk) -> None:
    """Its scope names incoming documents only."""
    desk.to("signing")
    delegation(desk, Delegation.Kind.ACTING, scope=["incoming"])
    with pytest.raises(Forbidden):
        task_complete(actor=desk.actor("deputy"), task_id=desk.task("head").pk, action=Opinion.Action.SIGN)


def test_an_upward_document_is_signed_by_an_acting_head_only(desk: Desk) -> None:
    """条例 art. 22: an approval delegate is not enough."""
    desk.act("drafter", "submit", facts={"is_upward": True})
    desk.act("section_chief")
    desk.act("clerk")
    held = delegation(desk, Delegation.Kind.APPROVAL)
    with pytest.raises(Forbidden, match="主要负责人"):
        task_complete(actor=desk.actor("deputy"), task_id=desk.task("head").pk, action=Opinion.Action.SIGN)
    Delegation.objects.filter(pk=held.pk).update(kind=Delegation.Kind.ACTING)
    task_complete(actor=desk.actor("deputy"), task_id=desk.task("head").pk, action=Opinion.Action.SIGN)
    assert desk.open() == [("numbering", "何书航")]


def test_a_revoked_or_past_delegation_does_not_help(desk: Desk) -> None:
    """Only one in force counts."""
    desk.to("signing")
    held = delegation(desk, Delegation.Kind.ACTING)
    Delegation.objects.filter(pk=held.pk).update(revoked_at=now())
    with pytest.raises(Forbidden):
        task_complete(actor=desk.actor("deputy"), task_id=desk.task("head").pk, action=Opinion.Action.SIGN)


def test_a_secretary_records_the_leaders_words_with_a_trace(desk: Desk) -> None:
    """The words are the leader's, the hand is named; without saying so she is refused."""
    desk.to("signing")
    task = desk.task("head")
    with pytest.raises(Forbidden, match="代录"):
        task_complete(actor=desk.actor("secretary"), task_id=task.pk, action=Opinion.Action.SIGN)
    task_complete(
        actor=desk.actor("secretary"),
        task_id=task.pk,
        action=Opinion.Action.SIGN,
        text="同意印发。",
        recorded_for_leader=True,
    )
    opinion = Opinion.objects.latest("id")
    assert (opinion.person_name, opinion.recorded_by_name, opinion.on_behalf_of) == ("沈亦舟", "程一诺", "")
    assert StepLog.objects.latest("id").person_name == "沈亦舟（程一诺代录）"


def test_only_the_leaders_own_secretary_records(desk: Desk) -> None:
    """Saying 代录 opens no door."""
    desk.to("signing")
    with pytest.raises(Forbidden):
        task_complete(
            actor=desk.actor("clerk"),
            task_id=desk.task("head").pk,
            action=Opinion.Action.SIGN,
            recorded_for_leader=True,
        )


def test_somebody_whose_post_has_ended_may_not_act(desk: Desk) -> None:
    """The to-do belongs to the post; the administrator hands it over."""
    task = desk.task("drafter")
    Appointment.objects.filter(pk=desk.world.post("drafter").pk).update(
        ended_on=datetime(2025, 1, 1, tzinfo=SHANGHAI).date()
    )
    with pytest.raises(Forbidden, match="转交"):
        task_complete(actor=desk.actor("drafter"), task_id=task.pk, action=Opinion.Action.SUBMIT)


def test_an_absent_head_still_gets_it_and_the_sender_is_told(desk: Desk) -> None:
    """The result says until when the head is away and who may act."""
    desk.to("office_review")
    Absence.objects.create(
        person=desk.world.person("head"),
        kind=Absence.Kind.TRIP,
        starts_at=now() - timedelta(hours=1),
        ends_at=now() + timedelta(days=2),
    )
    result = desk.act("clerk")
    assert desk.open() == [("signing", "沈亦舟")]
    assert "沈亦舟出差至" in result.absent[0]
    assert "未授权他人代办" in result.absent[0]


def test_deadlines_count_working_days_and_are_marked_when_provisional(desk: Desk) -> None:
    """Friday plus two working days is Tuesday 18:00; without a published arrangement it is 暂按."""
    CalendarDay.objects.filter(date__year=2026).delete()
    calendar_changed()
    with time_machine.travel(MORNING, tick=False):
        desk.act("drafter", "submit")
    task = desk.task("section_chief")
    assert task.due_at == datetime(2026, 11, 24, 18, 0, tzinfo=SHANGHAI)
    assert task.is_due_provisional


def test_opening_is_noted_once(desk: Desk) -> None:
    """The first look counts."""
    with time_machine.travel(MORNING, tick=False):
        assert task_opened(actor=desk.actor("drafter"), matter=desk.matter) == 1
    assert task_opened(actor=desk.actor("drafter"), matter=desk.matter) == 0
    assert desk.task("drafter").opened_at == MORNING


def test_urging_reaches_only_those_who_have_not_acted(desk: Desk) -> None:
    """Of three countersigners the two who wait; again within ten minutes nobody."""
    posts = [desk.world.post(key).pk for key in ("bureau_head", "finance_head", "county_head")]
    desk.act("drafter", "submit", chosen={"cosign": posts}, facts={"has_cosign": True})
    desk.act("section_chief")
    desk.act("finance_head")
    with time_machine.travel(MORNING, tick=False):
        assert run_urge(actor=desk.actor("drafter"), run_id=desk.run.pk, text="请尽快会签。") == 2
    urged = {Task.objects.get(pk=event["task_id"]).person.name for event in events("workflow.TaskUrged")}
    assert urged == {"罗景明", "江临川"}
    with (
        time_machine.travel(MORNING + timedelta(minutes=5), tick=False),
        pytest.raises(InvalidState, match="稍后"),
    ):
        run_urge(actor=desk.actor("drafter"), run_id=desk.run.pk)
    with time_machine.travel(MORNING + timedelta(minutes=11), tick=False):
        assert run_urge(actor=desk.actor("drafter"), run_id=desk.run.pk) == 2


def test_strangers_do_not_urge(desk: Desk) -> None:
    """Only those who have a part in the run."""
    with pytest.raises(Forbidden):
        run_urge(actor=desk.actor("stranger"), run_id=desk.run.pk)


def test_terminating_takes_everything_off_the_lists(desk: Desk) -> None:
    """A reason is wanted; afterwards nobody has anything to do and a new run may begin."""
    desk.act("drafter", "submit")
    with pytest.raises(ValidationFailed):
        run_terminate(actor=desk.actor("drafter"), run_id=desk.run.pk, reason="")
    run_terminate(actor=desk.actor("drafter"), run_id=desk.run.pk, reason="会议取消")
    assert desk.open() == []
    assert Matter.objects.get(pk=desk.matter.pk).state_text == "已终止"
    run_start(actor=desk.actor("drafter"), matter=desk.matter, procedure_code="issuing", facts={})


def test_an_administrator_hands_over_what_a_leaver_left(desk: Desk) -> None:
    """The new holder has it, the old one has not; other people may not do this."""
    desk.act("drafter", "submit")
    task = desk.task("section_chief")
    to = desk.world.post("deputy").pk
    with pytest.raises(Forbidden):
        task_reassign(actor=desk.actor("drafter"), task_id=task.pk, appointment_id=to, reason="调离")
    task_reassign(actor=desk.actor("sysadmin"), task_id=task.pk, appointment_id=to, reason="林知夏调离")
    assert desk.open() == [("dept_review", "周明远")]
    assert desk.act("deputy").current_step == "office_review"


def test_an_opinion_outside_a_task_is_kept(desk: Desk) -> None:
    """A leader's note on something that is not on the list."""
    with pytest.raises(ValidationFailed):
        opinion_add(
            actor=desk.actor("deputy"), matter=desk.matter, column="领导批示", action=Opinion.Action.INSTRUCT
        )
    opinion = opinion_add(
        actor=desk.actor("deputy"),
        matter=desk.matter,
        column="领导批示",
        action=Opinion.Action.INSTRUCT,
        text="请综合科跟进。",
    )
    assert (opinion.person_name, opinion.task) == ("周明远", None)


def test_the_card_follows_the_subject(desk: Desk) -> None:
    """Number and title are searchable; what is not named stays."""
    matter_update(matter=desk.matter, reference_number="岱政办发〔2026〕17号")
    matter_update(matter=desk.matter, closed=True)
    matter = Matter.objects.get(pk=desk.matter.pk)
    assert "17号" in matter.search_text
    assert (matter.title, matter.closed_at is not None) == ("关于召开安全生产工作会议的通知", True)
