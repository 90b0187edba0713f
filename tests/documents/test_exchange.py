"""Exchange: who gets a copy, who signs for it, what is refused and with which words."""

from copy import deepcopy
from datetime import timedelta

import pytest
import time_machine
from django.db import connection
from django.test.utils import CaptureQueriesContext

from apps.accounts.models import AppointmentRole
from apps.accounts.services import organ_abolish
from apps.audit.models import AuditEntry
from apps.core import subjects
from apps.core.clock import now, today
from apps.core.errors import Forbidden, InvalidState, NotFound, ValidationFailed
from apps.core.models import OutboxEvent
from apps.documents.enums import DispatchState, OutgoingStatus
from apps.documents.enums import IncomingStatus as Status
from apps.documents.models import Dispatch, IncomingDocument, OutgoingDocument, SealedFile
from apps.documents.selectors.incoming import dispatch_board, incoming_for, subject_of
from apps.documents.services.exchange import (
    dispatch_add,
    dispatch_recall,
    dispatch_return,
    dispatch_sign,
    dispatch_urge,
    document_distribute,
)
from apps.files.selectors import file_bytes, files_of
from apps.workflow.models import Matter, Run
from tests.factories.world import World
from tests.helpers.exchange import PDF, copy_of, dispatch_to, distributed, sealed
from tests.helpers.incoming import fresh, received, registered
from tests.helpers.outgoing import drafted

pytestmark = pytest.mark.django_db


@pytest.fixture
def world(sealed_before: World, db: None) -> World:
    """Each test's own view of it."""
    return deepcopy(sealed_before)


def distribute(world: World, document: OutgoingDocument, **more: object) -> OutgoingDocument:
    """The clerk distributes."""
    return document_distribute(
        actor=world.actor("clerk"),
        document_id=document.pk,
        expected_version=document.version,
        **more,  # type: ignore[arg-type]  # keyword arguments of the service
    )


def test_every_recipient_organ_gets_its_own_copy_of_the_sealed_file(world: World) -> None:
    document = distributed(world)
    assert document.status == OutgoingStatus.FILING
    states = Dispatch.objects.order_by("id").values_list("organ__short_name", "kind", "state")
    assert list(states) == [
        ("市大数据局", "main", "sent"),
        ("市财政局", "main", "sent"),
        ("青石县政府", "cc", "sent"),
    ]
    copy = copy_of(document, world.organs["data"])
    assert (copy.status, copy.source_name, copy.source_number) == (
        Status.RECEIVED,
        "市政府办公室",
        document.document_number,
    )
    file = files_of(subject_of(copy), "formal_text").get()
    assert file_bytes(file) == PDF
    assert file.pk != SealedFile.objects.get().file_id


def test_a_governments_copy_is_received_by_its_office(world: World) -> None:
    document = distributed(world)
    assert copy_of(document, world.organs["county"]).organ == world.organs["county_office"]


def test_a_double_click_distributes_once(world: World) -> None:
    document = sealed(world)
    for _ in range(2):
        distribute(world, document, key="one-click")
    assert Dispatch.objects.count() == IncomingDocument.objects.count() == 3


def test_a_second_window_with_another_key_is_refused(world: World) -> None:
    document = sealed(world)
    distribute(world, document, key="first")
    with pytest.raises(Forbidden, match="分发"):
        distribute(world, document, key="second")
    assert Dispatch.objects.count() == 3


def test_an_abolished_recipient_stops_distribution_and_is_named(world: World) -> None:
    document = sealed(world)
    organ = world.organs["finance"]
    organ.abolished_on = today()
    organ.save(update_fields=["abolished_on"])
    with pytest.raises(ValidationFailed, match="岱海市财政局已撤销"):
        distribute(world, document)
    assert not Dispatch.objects.exists()


def test_an_abolished_recipient_can_be_left_out_with_a_reason(world: World) -> None:
    document = sealed(world)
    organ = world.organs["finance"]
    organ.abolished_on = today()
    organ.save(update_fields=["abolished_on"])
    with pytest.raises(ValidationFailed, match="写明原因"):
        distribute(world, document, leave_out=[organ.pk])
    done = distribute(world, document, leave_out=[organ.pk], text="市财政局已并入市国资局。")
    assert done.status == OutgoingStatus.FILING
    assert set(Dispatch.objects.values_list("organ__short_name", flat=True)) == {"市大数据局", "青石县政府"}


def test_a_document_without_its_formal_file_is_not_distributed(world: World) -> None:
    document = sealed(world, has_file=False)
    with pytest.raises(InvalidState, match="还没有生成正式文件"):
        distribute(world, document)


def test_only_the_clerk_distributes(world: World) -> None:
    document = sealed(world)
    with pytest.raises(Forbidden, match="分发"):
        document_distribute(
            actor=world.actor("drafter"), document_id=document.pk, expected_version=document.version
        )
    with pytest.raises(NotFound):
        document_distribute(
            actor=world.actor("stranger"), document_id=document.pk, expected_version=document.version
        )


def test_signing_for_keeps_time_and_name_on_both_sides(world: World) -> None:
    document = distributed(world)
    copy = copy_of(document, world.organs["data"])
    result = dispatch_sign(actor=world.actor("bureau_clerk"), incoming_ids=[copy.pk])
    assert result.signed == (copy.pk,)
    dispatch = dispatch_to(document, world.organs["data"])
    assert (dispatch.state, dispatch.signed_by) == (DispatchState.SIGNED, world.person("bureau_clerk"))
    assert fresh(copy).signed_for_at == dispatch.signed_at
    assert AuditEntry.objects.filter(action="documents.sign_receipt").count() == 1
    assert OutboxEvent.objects.filter(kind="documents.DispatchSigned").count() == 1


def test_signing_for_twice_names_who_was_faster(world: World) -> None:
    document = distributed(world)
    copy = copy_of(document, world.organs["data"])
    dispatch_sign(actor=world.actor("bureau_clerk"), incoming_ids=[copy.pk], key="a")
    with pytest.raises(InvalidState, match="已由叶知秋于"):
        dispatch_sign(actor=world.actor("bureau_chief"), incoming_ids=[copy.pk], key="b")


def test_a_double_click_signs_once(world: World) -> None:
    document = distributed(world)
    copy = copy_of(document, world.organs["data"])
    for _ in range(2):
        assert dispatch_sign(
            actor=world.actor("bureau_clerk"), incoming_ids=[copy.pk], key="one-click"
        ).signed == (copy.pk,)
    assert AuditEntry.objects.filter(action="documents.sign_receipt").count() == 1


def test_a_batch_signs_what_it_can_and_names_the_rest(world: World) -> None:
    first, second, third = (distributed(world) for _ in range(3))
    copies = [copy_of(document, world.organs["data"]) for document in (first, second, third)]
    dispatch_recall(
        actor=world.actor("clerk"),
        dispatch_id=dispatch_to(second, world.organs["data"]).pk,
        reason="发错单位",
    )
    result = dispatch_sign(actor=world.actor("bureau_clerk"), incoming_ids=[copy.pk for copy in copies])
    assert result.signed == (copies[0].pk, copies[2].pk)
    assert len(result.refusals) == 1
    assert "已被发文机关撤回" in result.refusals[0]


def test_an_empty_batch_is_refused(world: World) -> None:
    with pytest.raises(ValidationFailed, match="请先选择"):
        dispatch_sign(actor=world.actor("bureau_clerk"), incoming_ids=[])


def test_another_organ_does_not_find_the_copy(world: World) -> None:
    copy = copy_of(distributed(world), world.organs["data"])
    with pytest.raises(NotFound):
        dispatch_sign(actor=world.actor("finance_clerk"), incoming_ids=[copy.pk])


def test_the_head_sees_the_copy_but_does_not_sign_for_it(world: World) -> None:
    copy = copy_of(distributed(world), world.organs["data"])
    assert incoming_for(world.actor("bureau_head"), copy.pk) == copy
    with pytest.raises(Forbidden, match="只有收文机关的文书"):
        dispatch_sign(actor=world.actor("bureau_head"), incoming_ids=[copy.pk])


def test_a_return_needs_a_reason_and_is_told_to_the_sender(world: World) -> None:
    document = distributed(world)
    copy = copy_of(document, world.organs["data"])
    actor = world.actor("bureau_clerk")
    with pytest.raises(ValidationFailed, match="请写明退文原因"):
        dispatch_return(actor=actor, incoming_id=copy.pk, reason="  ")
    with pytest.raises(ValidationFailed, match="不能超过200字"):
        dispatch_return(actor=actor, incoming_id=copy.pk, reason="长" * 201)
    dispatch_return(actor=actor, incoming_id=copy.pk, reason="非本机关职责，应送市水利局。")
    dispatch = dispatch_to(document, world.organs["data"])
    assert (dispatch.state, dispatch.reason) == (DispatchState.RETURNED, "非本机关职责，应送市水利局。")
    assert fresh(copy).status == Status.RETURNED
    assert OutboxEvent.objects.filter(kind="documents.DispatchReturned").count() == 1


def test_a_returned_text_is_closed_to_the_organ_but_its_line_stays(world: World) -> None:
    copy = copy_of(distributed(world), world.organs["data"])
    actor = world.actor("bureau_clerk")
    assert subjects.can_view(actor, subject_of(copy))
    dispatch_return(actor=actor, incoming_id=copy.pk, reason="重复来文。")
    assert not subjects.can_view(actor, subject_of(copy))
    assert incoming_for(actor, copy.pk).status == Status.RETURNED


def test_a_return_while_it_is_proposed_ends_the_flow(world: World) -> None:
    document = distributed(world)
    copy = copy_of(document, world.organs["data"])
    actor = world.actor("bureau_clerk")
    dispatch_sign(actor=actor, incoming_ids=[copy.pk])
    copy = registered(world, fresh(copy), who="bureau_clerk")
    dispatch_return(actor=world.actor("bureau_chief"), incoming_id=copy.pk, reason="应由市财政局办理。")
    assert fresh(copy).status == Status.RETURNED
    assert Run.objects.get(matter__incoming_document=copy).status == Run.Status.TERMINATED


def test_a_document_under_way_cannot_be_returned(world: World) -> None:
    copy = copy_of(distributed(world), world.organs["data"])
    actor = world.actor("bureau_clerk")
    dispatch_sign(actor=actor, incoming_ids=[copy.pk])
    registered(world, fresh(copy), who="bureau_clerk", is_for_action=False)
    with pytest.raises(Forbidden, match="登记办理之前"):
        dispatch_return(actor=actor, incoming_id=copy.pk, reason="退")


def test_a_paper_document_is_marked_returned_and_nobody_is_told(world: World) -> None:
    copy = received(world)
    dispatch_return(actor=world.actor("bureau_clerk"), incoming_id=copy.pk, reason="退")
    assert fresh(copy).status == Status.RETURNED
    assert not OutboxEvent.objects.filter(kind="documents.DispatchReturned").exists()


def test_an_unsigned_copy_is_recalled_and_closed(world: World) -> None:
    document = distributed(world)
    dispatch = dispatch_to(document, world.organs["data"])
    with pytest.raises(ValidationFailed, match="请写明撤回原因"):
        dispatch_recall(actor=world.actor("clerk"), dispatch_id=dispatch.pk, reason="")
    dispatch_recall(actor=world.actor("clerk"), dispatch_id=dispatch.pk, reason="附件有误")
    copy = copy_of(document, world.organs["data"])
    assert copy.status == Status.RECALLED
    assert not subjects.can_view(world.actor("bureau_clerk"), subject_of(copy))
    with pytest.raises(InvalidState, match="无需重复撤回"):
        dispatch_recall(actor=world.actor("clerk"), dispatch_id=dispatch.pk, reason="再撤")


def test_a_recall_after_signing_tells_who_signed_and_when(world: World) -> None:
    document = distributed(world)
    copy = copy_of(document, world.organs["data"])
    dispatch_sign(actor=world.actor("bureau_clerk"), incoming_ids=[copy.pk])
    with pytest.raises(InvalidState, match=r"市大数据局已由叶知秋于.*签收，不能撤回"):
        dispatch_recall(
            actor=world.actor("clerk"),
            dispatch_id=dispatch_to(document, world.organs["data"]).pk,
            reason="附件有误",
        )
    assert fresh(copy).status == Status.SIGNED_FOR


def test_only_the_sending_clerks_recall_urge_and_add(world: World) -> None:
    document = distributed(world)
    dispatch = dispatch_to(document, world.organs["data"])
    for who, error in (("drafter", Forbidden), ("bureau_clerk", NotFound)):
        with pytest.raises(error):
            dispatch_recall(actor=world.actor(who), dispatch_id=dispatch.pk, reason="撤")
        with pytest.raises(error):
            dispatch_urge(actor=world.actor(who), document_id=document.pk)
        with pytest.raises(error):
            dispatch_add(
                actor=world.actor(who),
                document_id=document.pk,
                organ_ids=[world.organs["education"].pk],
                reason="增发",
            )


def test_urging_reaches_only_units_that_have_not_signed(world: World) -> None:
    document = distributed(world)
    copy = copy_of(document, world.organs["data"])
    dispatch_sign(actor=world.actor("bureau_clerk"), incoming_ids=[copy.pk])
    assert dispatch_urge(actor=world.actor("clerk"), document_id=document.pk).count == 2
    assert dispatch_to(document, world.organs["data"]).urge_count == 0
    assert dispatch_to(document, world.organs["finance"]).urge_count == 1
    with pytest.raises(InvalidState, match="十分钟内已催收过"):
        dispatch_urge(actor=world.actor("clerk"), document_id=document.pk)
    with time_machine.travel(now() + timedelta(minutes=11), tick=False):
        assert dispatch_urge(actor=world.actor("clerk"), document_id=document.pk).count == 2


def test_where_nobody_is_at_the_desk_nobody_is_said_to_be_urged(world: World) -> None:
    document, clerk = distributed(world), world.actor("clerk")
    AppointmentRole.objects.filter(appointment__organ=world.organs["finance"]).delete()
    empty = dispatch_to(document, world.organs["finance"])
    urged = dispatch_urge(actor=clerk, document_id=document.pk)
    assert (urged.count, urged.unmanned) == (2, ("市财政局",))
    with pytest.raises(InvalidState, match="市财政局已无人签收"):
        dispatch_urge(actor=clerk, document_id=document.pk, dispatch_ids=[empty.pk])
    empty.refresh_from_db()
    assert empty.urge_count == 0


def test_an_organ_with_open_papers_is_not_abolished(world: World) -> None:
    """Told while its people are still in office: they are to finish them."""
    document, finance = distributed(world), world.organs["finance"]
    OutgoingDocument.objects.filter(pk=drafted(world).pk).update(organ=finance)
    Matter.objects.filter(outgoing_document=document).update(organ=finance)
    with pytest.raises(InvalidState) as refused:
        organ_abolish(actor=None, organ_id=finance.pk)
    for words in ("1件在办事项", "1份未提交的草稿", "1份未签收或未登记的来文"):
        assert words in refused.value.message


def test_when_all_have_signed_nobody_is_urged(world: World) -> None:
    document = distributed(world, main=("data",), cc=())
    dispatch_sign(
        actor=world.actor("bureau_clerk"), incoming_ids=[copy_of(document, world.organs["data"]).pk]
    )
    with pytest.raises(InvalidState, match="均已签收"):
        dispatch_urge(actor=world.actor("clerk"), document_id=document.pk)


def test_a_document_is_sent_to_further_organs_with_a_logged_reason(world: World) -> None:
    document = distributed(world)
    wanted = [world.organs["education"].pk]
    actor = world.actor("clerk")
    with pytest.raises(ValidationFailed, match="请写明增发原因"):
        dispatch_add(actor=actor, document_id=document.pk, organ_ids=wanted, reason="")
    with pytest.raises(ValidationFailed, match="已在分发范围内"):
        dispatch_add(actor=actor, document_id=document.pk, organ_ids=[world.organs["data"].pk], reason="补发")
    dispatch_add(actor=actor, document_id=document.pk, organ_ids=wanted, reason="经沈主任同意增发")
    dispatch = dispatch_to(document, world.organs["education"])
    assert (dispatch.kind, dispatch.reason) == ("added", "经沈主任同意增发")
    assert AuditEntry.objects.filter(action="documents.distribute").count() == 2


def test_a_recalled_copy_can_be_sent_anew(world: World) -> None:
    document = distributed(world)
    organ = world.organs["data"]
    dispatch_recall(
        actor=world.actor("clerk"), dispatch_id=dispatch_to(document, organ).pk, reason="附件有误"
    )
    dispatch_add(actor=world.actor("clerk"), document_id=document.pk, organ_ids=[organ.pk], reason="重发")
    assert [
        line.dispatch.state for line in dispatch_board(document).lines if line.organ_name == "市大数据局"
    ] == [
        "sent",
        "recalled",
    ]


def test_the_board_shows_who_signed_and_whom_to_ring(world: World) -> None:
    document = distributed(world)
    dispatch_sign(
        actor=world.actor("bureau_clerk"), incoming_ids=[copy_of(document, world.organs["data"]).pk]
    )
    board = dispatch_board(document)
    assert (board.signed_count, board.open_count, board.total) == (1, 2, 3)
    assert [line.organ_name for line in board.lines] == ["市财政局", "青石县政府", "市大数据局"]
    assert board.lines[1].contacts == (("白露", world.person("county_clerk").phone),)


def test_the_board_costs_the_same_with_one_and_with_five_organs(world: World) -> None:
    few = distributed(world, main=("data",), cc=())
    many = distributed(world, main=("data", "finance", "education", "county"), cc=("province",))
    costs = []
    for document in (few, many):
        with CaptureQueriesContext(connection) as queries:
            dispatch_board(document)
        costs.append(len(queries))
    assert costs[0] == costs[1] == 3
