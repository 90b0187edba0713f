"""收文 from registration to completion: who acts, what is refused, what must be true together."""

from datetime import timedelta

import pytest

from apps.accounts.models import Appointment
from apps.accounts.selectors import actor_for
from apps.audit.models import AuditEntry
from apps.core.clock import now, today
from apps.core.errors import Conflict, Forbidden, InvalidState, NotFound, ValidationFailed
from apps.core.models import OutboxEvent
from apps.documents.enums import IncomingStatus as Status
from apps.documents.models import IncomingDocument, IncomingRegister
from apps.documents.policies.incoming import Ability, abilities
from apps.documents.services.incoming import (
    HandlingChoice,
    incoming_assign,
    incoming_complete,
    incoming_handle,
    incoming_instruct,
    incoming_propose,
    incoming_return,
    incoming_urge,
    incoming_withdraw,
)
from apps.documents.services.registration import Registration, incoming_register
from apps.workflow.models import Matter, Opinion, Task
from tests.factories.world import World
from tests.helpers.incoming import (
    assigned,
    completed,
    fresh,
    handled,
    in_days,
    instructed,
    proposed,
    recorded,
    registered,
)

pytestmark = pytest.mark.django_db


def open_holders(document: IncomingDocument) -> list[str]:
    """Names of those who have it now."""
    tasks = Task.objects.filter(matter__incoming_document=document, state=Task.State.OPEN)
    return list(tasks.order_by("rank_order", "key").values_list("person__name", flat=True))


def test_whoever_left_the_post_neither_relates_circulates_nor_sends_back(world: World) -> None:
    document = registered(world)
    task = Task.objects.get(matter=document.matter, state=Task.State.OPEN)
    acts = {Ability.CIRCULATE, Ability.RELATE, Ability.SEND_BACK}
    assert acts <= abilities(actor_for(task.person), document)
    Appointment.objects.create(
        person=task.person,
        organ=world.organs["education"],
        kind=Appointment.Kind.REGULAR,
        post_title="局长",
        started_on=today(),
    )
    Appointment.objects.filter(pk=task.appointment_id).update(ended_on=today() - timedelta(days=1))
    granted = abilities(actor_for(task.person), document)
    assert Ability.READ in granted
    assert not acts & granted


def assign(
    world: World, document: IncomingDocument, *choices: HandlingChoice, **more: object
) -> IncomingDocument:
    """The clerk hands it out."""
    return incoming_assign(
        actor=world.actor("clerk"),
        incoming_id=document.pk,
        expected_version=document.version,
        units=choices,
        **more,  # type: ignore[arg-type]  # keyword arguments of the service
    )


def test_a_document_goes_from_registration_to_completion(world: World) -> None:
    document = completed(world)
    assert document.status == Status.COMPLETED
    assert document.completed_at is not None
    assert document.result == "已印发工作方案，完成部署。"
    matter = Matter.objects.get(incoming_document=document)
    assert (matter.state_text, matter.closed_at is not None) == ("已办结", True)
    assert OutboxEvent.objects.filter(kind="documents.IncomingCompleted").count() == 1
    assert AuditEntry.objects.filter(action="documents.complete_incoming").count() == 1


def test_registration_gives_the_next_number_of_the_organs_year(world: World) -> None:
    first, second = registered(world), registered(world)
    year = today().year
    assert (first.register_number, second.register_number) == (f"收〔{year}〕1号", f"收〔{year}〕2号")
    other = registered(world, recorded(world, who="bureau_clerk"), who="bureau_clerk")
    assert other.register_number == f"收〔{year}〕1号"


def test_a_refused_registration_takes_no_number(world: World) -> None:
    document = recorded(world, urgency="extra_urgent")
    with pytest.raises(ValidationFailed, match="须明确办理时限"):
        registered(world, document)
    assert not IncomingRegister.objects.exists()
    assert fresh(document).register_number == ""


def test_an_urgent_document_for_action_is_registered_with_its_deadline(world: World) -> None:
    document = registered(world, recorded(world, urgency="urgent"), deadline_at=in_days(3))
    assert document.status == Status.PROPOSAL
    assert document.deadline_at is not None


def test_a_deadline_in_the_past_is_refused(world: World) -> None:
    with pytest.raises(ValidationFailed, match="须晚于现在"):
        registered(world, deadline_at=now() - timedelta(minutes=1))


def test_the_office_director_proposes_unless_another_is_chosen(world: World) -> None:
    assert open_holders(registered(world)) == ["高文澜"]
    chosen = registered(world, proposer_id=world.post("clerk_chief").pk)
    assert open_holders(chosen) == ["何书航"]


def test_an_organ_without_director_lets_its_clerk_propose(world: World) -> None:
    document = registered(world, recorded(world, who="finance_clerk"), who="finance_clerk")
    assert open_holders(document) == ["苏晚晴"]


def test_a_proposer_of_another_organ_is_refused(world: World) -> None:
    with pytest.raises(ValidationFailed, match="请重新选择"):
        registered(world, proposer_id=world.post("bureau_chief").pk)


def test_registering_twice_with_one_key_does_it_once(world: World) -> None:
    document = recorded(world)
    for _ in range(2):
        again = incoming_register(
            actor=world.actor("clerk"),
            incoming_id=document.pk,
            expected_version=document.version,
            registration=Registration(is_for_action=True),
            key="one-click",
        )
    assert again.register_number.endswith("〕1号")
    assert IncomingRegister.objects.get().next_serial == 2


def test_registering_what_was_registered_is_refused(world: World) -> None:
    document = registered(world)
    with pytest.raises(Forbidden, match="只有收文机关的文书可以登记"):
        registered(world, document)


def test_a_stale_version_is_told_and_nothing_happens(world: World) -> None:
    document = recorded(world)
    with pytest.raises(Conflict, match="刷新页面") as refused:
        incoming_register(
            actor=world.actor("clerk"),
            incoming_id=document.pk,
            expected_version=document.version + 1,
            registration=Registration(is_for_action=True),
        )
    assert refused.value.data["version"] == document.version
    assert fresh(document).status == Status.SIGNED_FOR


def test_a_clerk_of_another_organ_does_not_find_it(world: World) -> None:
    document = recorded(world)
    with pytest.raises(NotFound):
        incoming_register(
            actor=world.actor("finance_clerk"),
            incoming_id=document.pk,
            expected_version=document.version,
            registration=Registration(is_for_action=True),
        )


def test_only_a_clerk_enters_paper_documents(world: World) -> None:
    with pytest.raises(Forbidden, match="只有文书"):
        recorded(world, who="drafter")


@pytest.mark.parametrize(
    ("field", "value", "message"),
    [
        ("title", "  ", "请填写标题"),
        ("title", "长" * 301, "最多300个字"),
        ("source_name", "", "请填写来文单位"),
        ("document_type", "plan", "请选择文种"),
        ("urgency", "top_urgent", "紧急程度"),
    ],
)
def test_a_wrong_entry_is_named(world: World, field: str, value: str, message: str) -> None:
    with pytest.raises(ValidationFailed, match=message) as refused:
        recorded(world, **{field: value})
    assert field in refused.value.data["fields"]
    assert not IncomingDocument.objects.exists()


def test_a_document_for_information_is_circulated_and_closed_by_the_clerk(world: World) -> None:
    document = registered(world, is_for_action=False)
    assert document.status == Status.CIRCULATION
    assert sorted(open_holders(document)) == sorted(["罗嘉木", "何书航"])
    done = incoming_complete(
        actor=world.actor("clerk_chief"),
        incoming_id=document.pk,
        expected_version=document.version,
        text="已传阅。",
    )
    assert (done.status, done.result) == (Status.COMPLETED, "已传阅。")


def test_a_proposal_needs_words(world: World) -> None:
    document = registered(world)
    with pytest.raises(ValidationFailed, match="请先填写"):
        incoming_propose(
            actor=world.actor("director"),
            incoming_id=document.pk,
            expected_version=document.version,
            text=" ",
            leader_ids=[world.post("head").pk],
        )
    assert fresh(document).status == Status.PROPOSAL


def test_without_leaders_a_proposal_goes_straight_to_be_assigned(world: World) -> None:
    document = registered(world)
    done = incoming_propose(
        actor=world.actor("director"),
        incoming_id=document.pk,
        expected_version=document.version,
        text="请综合科按程序办理。",
    )
    assert done.status == Status.ASSIGN


def test_a_leader_of_another_organ_cannot_be_chosen(world: World) -> None:
    with pytest.raises(ValidationFailed, match="不属于本机关"):
        proposed(world, "bureau_head")


def test_all_chosen_leaders_instruct_side_by_side(world: World) -> None:
    document = proposed(world, "head", "deputy")
    assert open_holders(document) == ["沈亦舟", "周明远"]
    incoming_instruct(actor=world.actor("deputy"), incoming_id=document.pk, is_circled=True)
    assert fresh(document).status == Status.INSTRUCTION
    done = incoming_instruct(
        actor=world.actor("head"),
        incoming_id=document.pk,
        strokes={"w": 300, "h": 100, "strokes": [[[1, 2, 0.5], [5, 6, 0.5]]]},
    )
    assert done.status == Status.ASSIGN
    actions = Opinion.objects.filter(column="领导批示").order_by("id").values_list("action", flat=True)
    assert list(actions) == ["circle_read", "instruct"]


def test_an_empty_instruction_is_refused_but_a_circle_is_enough(world: World) -> None:
    document = proposed(world)
    with pytest.raises(ValidationFailed, match="请先填写或手写意见"):
        incoming_instruct(actor=world.actor("head"), incoming_id=document.pk)
    done = incoming_instruct(actor=world.actor("head"), incoming_id=document.pk, is_circled=True)
    assert done.status == Status.ASSIGN


def test_the_secretary_records_the_leaders_words_with_trace(world: World) -> None:
    document = proposed(world)
    with pytest.raises(Forbidden, match="代录"):
        incoming_instruct(actor=world.actor("secretary"), incoming_id=document.pk, text="请抓好落实。")
    incoming_instruct(
        actor=world.actor("secretary"),
        incoming_id=document.pk,
        text="请抓好落实。",
        recorded_for_leader=True,
    )
    opinion = Opinion.objects.get(column="领导批示")
    assert opinion.person_name == "沈亦舟"
    assert "程一诺" in opinion.recorded_by_name


def test_a_leader_who_was_not_asked_cannot_instruct(world: World) -> None:
    document = proposed(world)
    with pytest.raises(NotFound):
        incoming_instruct(actor=world.actor("deputy"), incoming_id=document.pk, text="同意。")


def test_two_units_without_a_lead_are_refused(world: World) -> None:
    document = instructed(world)
    units = [HandlingChoice(world.unit("office", name).pk) for name in ("综合科", "秘书科")]
    with pytest.raises(ValidationFailed, match="须明确一个主办科室"):
        assign(world, document, *units)
    assert fresh(document).status == Status.ASSIGN
    assert not document.handling_units.exists()


def test_two_leading_units_are_refused(world: World) -> None:
    document = instructed(world)
    units = [HandlingChoice(world.unit("office", name).pk, is_lead=True) for name in ("综合科", "秘书科")]
    with pytest.raises(ValidationFailed, match="主办科室只能有一个"):
        assign(world, document, *units)


def test_a_single_unit_leads_by_itself(world: World) -> None:
    document = instructed(world)
    assign(world, document, HandlingChoice(world.unit("office", "综合科").pk))
    assert document.handling_units.get().is_lead


def test_a_unit_of_another_organ_is_refused(world: World) -> None:
    document = instructed(world)
    with pytest.raises(ValidationFailed, match="不属于本机关"):
        assign(world, document, HandlingChoice(world.unit("data", "办公室").pk))


def test_an_abolished_unit_and_one_without_people_are_refused(world: World) -> None:
    document = instructed(world)
    empty = world.unit("office", "值班室")
    world.post("duty_officer").delete()
    with pytest.raises(ValidationFailed, match="值班室没有在岗人员"):
        assign(world, document, HandlingChoice(empty.pk))
    empty.abolished_on = today()
    empty.save(update_fields=["abolished_on"])
    with pytest.raises(ValidationFailed, match="已撤销"):
        assign(world, document, HandlingChoice(empty.pk))


def test_nobody_to_handle_wants_a_word_and_ends_the_document(world: World) -> None:
    document = instructed(world)
    with pytest.raises(ValidationFailed, match="请选择承办科室"):
        assign(world, document)
    done = assign(world, document, text="会议已由沈主任参加，无需承办。")
    assert (done.status, done.result) == (Status.COMPLETED, "会议已由沈主任参加，无需承办。")


def test_an_urgent_document_is_not_assigned_without_a_deadline(world: World) -> None:
    document = instructed(world)
    IncomingDocument.objects.filter(pk=document.pk).update(urgency="urgent")
    unit = HandlingChoice(world.unit("office", "综合科").pk)
    with pytest.raises(ValidationFailed, match="须明确办理时限"):
        assign(world, fresh(document), unit)
    until = in_days(2)
    done = assign(world, fresh(document), unit, deadline_at=until)
    assert done.deadline_at == until
    assert Task.objects.get(step_code="handle", state=Task.State.OPEN).due_at == until


def test_every_handling_unit_reports_before_the_document_can_be_completed(world: World) -> None:
    document = assigned(world, "综合科", "文书科")
    assert open_holders(document) == ["林知夏", "何书航"]
    incoming_handle(actor=world.actor("clerk_chief"), incoming_id=document.pk, text="已配合。")
    assert fresh(document).status == Status.HANDLE
    assert fresh(document).result == ""
    done = incoming_handle(actor=world.actor("section_chief"), incoming_id=document.pk, text="已办理。")
    assert (done.status, done.result) == (Status.COMPLETING, "已办理。")


def test_completing_can_be_sent_back_to_the_handlers(world: World) -> None:
    document = handled(world)
    back = incoming_return(actor=world.actor("clerk"), incoming_id=document.pk, text="请补充办理结果。")
    assert back.status == Status.HANDLE
    assert open_holders(document) == ["林知夏"]


def test_a_return_without_reason_is_refused(world: World) -> None:
    document = registered(world)
    with pytest.raises(ValidationFailed, match="请写明退回原因"):
        incoming_return(actor=world.actor("director"), incoming_id=document.pk, text=" ")


def test_sent_back_to_registration_the_document_keeps_its_number(world: World) -> None:
    document = registered(world)
    back = incoming_return(actor=world.actor("director"), incoming_id=document.pk, text="应为阅知件。")
    assert back.status == Status.SIGNED_FOR
    again = registered(world, fresh(document), is_for_action=False)
    assert again.register_number == document.register_number
    assert again.status == Status.CIRCULATION


def test_a_proposal_is_withdrawn_until_a_leader_has_instructed(world: World) -> None:
    document = proposed(world)
    back = incoming_withdraw(actor=world.actor("director"), incoming_id=document.pk)
    assert back.status == Status.PROPOSAL
    document = proposed(world, document=fresh(document))
    incoming_instruct(actor=world.actor("head"), incoming_id=document.pk, text="同意。")
    with pytest.raises(InvalidState, match="沈亦舟"):
        incoming_withdraw(actor=world.actor("director"), incoming_id=document.pk)


def test_a_completed_document_takes_no_more_acts(world: World) -> None:
    document = completed(world)
    with pytest.raises(Forbidden):
        incoming_complete(
            actor=world.actor("clerk"), incoming_id=document.pk, expected_version=document.version
        )
    with pytest.raises(Forbidden, match="不在办理中"):
        incoming_withdraw(actor=world.actor("clerk"), incoming_id=document.pk)


def test_the_desk_urges_those_who_have_not_acted(world: World) -> None:
    document = proposed(world, "head", "deputy")
    incoming_instruct(actor=world.actor("deputy"), incoming_id=document.pk, is_circled=True)
    assert incoming_urge(actor=world.actor("clerk_chief"), incoming_id=document.pk) == 1
    with pytest.raises(Forbidden, match="只有收文机关的文书"):
        incoming_urge(actor=world.actor("deputy"), incoming_id=document.pk)
