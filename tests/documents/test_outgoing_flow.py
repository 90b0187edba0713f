"""The way from submission to recheck: who acts, what is refused, what a signature pins."""

from datetime import timedelta
from typing import Any

import pytest

from apps.accounts.models import Absence, Appointment, AppointmentRole, Delegation, Role
from apps.accounts.selectors import actor_for
from apps.core.clock import now, today
from apps.core.errors import Conflict, Forbidden, InvalidState, NotFound, ValidationFailed
from apps.documents.body import body_from_text
from apps.documents.enums import OutgoingStatus as Status
from apps.documents.models import DocumentRevision, OutgoingDocument
from apps.documents.policies.outgoing import Ability, abilities
from apps.documents.selectors.outgoing import content_of, may_attach_outgoing, signer_candidates
from apps.documents.services.drafting import DraftChanges, outgoing_autosave
from apps.documents.services.flow import (
    outgoing_advance,
    outgoing_cancel,
    outgoing_return,
    outgoing_submit,
    outgoing_urge,
    outgoing_withdraw,
)
from apps.workflow.models import Opinion, Task
from tests.factories.world import World
from tests.helpers.outgoing import agreed, carried, drafted, recipients, stepped, submitted

pytestmark = pytest.mark.django_db


def submit(world: World, document: OutgoingDocument, **more: Any) -> OutgoingDocument:
    """The drafter submits."""
    return outgoing_submit(
        actor=world.actor("drafter"), document_id=document.pk, expected_version=document.version, **more
    )


def send_back(
    world: World, document: OutgoingDocument, who: str, to: str, text: str = "请修改。"
) -> OutgoingDocument:
    """`who` returns the document."""
    return outgoing_return(
        actor=world.actor(who),
        document_id=document.pk,
        expected_version=document.version,
        to=to,
        text=text,
    )


def open_holders(document: OutgoingDocument) -> list[str]:
    """Names of those who have it now."""
    tasks = Task.objects.filter(matter=document.matter, state=Task.State.OPEN)
    return list(tasks.order_by("rank_order", "key").values_list("person__name", flat=True))


def test_a_submitted_draft_goes_to_the_head_of_the_drafters_unit(world: World) -> None:
    document = submitted(world)
    assert document.status == Status.DEPT_REVIEW
    assert open_holders(document) == ["林知夏"]
    assert document.matter is not None
    document.matter.refresh_from_db()
    assert document.matter.state_text == "部门核稿"


def test_a_units_head_needs_no_check_by_the_units_head(world: World) -> None:
    document = submitted(world, who="section_chief")
    assert document.status == Status.OFFICE_REVIEW


def test_without_recipients_nothing_is_submitted(world: World) -> None:
    document = drafted(world, main_recipients=(), cc_recipients=())
    with pytest.raises(ValidationFailed, match="没有主送机关") as refused:
        submit(world, document)
    assert "main_recipients" in refused.value.data["fields"]
    assert OutgoingDocument.objects.get(pk=document.pk).status == Status.DRAFT


def test_a_title_longer_than_a_title_is_refused_at_submission(world: World) -> None:
    document = drafted(world, title="关于" + "长" * 200 + "的通知")
    with pytest.raises(ValidationFailed, match="最多150个字"):
        submit(world, document)


def test_a_recipient_abolished_meanwhile_stops_the_next_step_by_name(world: World) -> None:
    document = submitted(world)
    education = world.organs["education"]
    education.abolished_on = today()
    education.save(update_fields=["abolished_on"])
    with pytest.raises(ValidationFailed, match="岱海市教育局已撤销"):
        agreed(world, document, "section_chief")
    assert open_holders(document) == ["林知夏"]


def test_warnings_want_a_reason_before_submission(world: World) -> None:
    document = drafted(world, title="关于做好防汛工作")
    with pytest.raises(ValidationFailed, match="说明"):
        submit(world, document)
    assert submit(world, document, text="按惯例使用简称标题。").status == Status.DEPT_REVIEW


def test_the_same_submission_twice_moves_the_document_once(world: World) -> None:
    document = drafted(world)
    submit(world, document, key="once")
    again = submit(world, document, key="once")
    assert again.status == Status.DEPT_REVIEW
    assert DocumentRevision.objects.filter(document=document).count() == 1


def test_the_same_signature_twice_signs_once(world: World) -> None:
    document = carried(world, Status.SIGNING)
    agreed(world, document, "head", key="pen", text="同意印发。")
    again = outgoing_advance(
        actor=world.actor("head"), document_id=document.pk, expected_version=document.version, key="pen"
    )
    assert again.status == Status.RECHECK
    assert Opinion.objects.filter(matter=document.matter, action=Opinion.Action.SIGN).count() == 1


def test_a_second_window_is_told_that_the_step_is_over(world: World) -> None:
    document = submitted(world)
    stale = document.version
    agreed(world, document, "section_chief")
    with pytest.raises(Forbidden, match="不由您办理，或已由他人办理"):
        outgoing_advance(actor=world.actor("section_chief"), document_id=document.pk, expected_version=stale)


def test_the_wrong_person_cannot_advance(world: World) -> None:
    document = submitted(world)
    for key in ("drafter", "director", "head", "clerk"):
        with pytest.raises(Forbidden):
            agreed(world, document, key)
    with pytest.raises(NotFound):
        agreed(world, document, "stranger")


def test_signing_a_stale_version_is_refused_with_the_new_text(world: World) -> None:
    document = carried(world, Status.SIGNING)
    seen = document.version
    outgoing_autosave(
        actor=world.actor("head"),
        document_id=document.pk,
        expected_version=seen,
        changes=DraftChanges(body=body_from_text("改了一个字。")),
    )
    with pytest.raises(Conflict) as refused:
        outgoing_advance(actor=world.actor("head"), document_id=document.pk, expected_version=seen)
    assert "改了一个字" in str(refused.value.data["body"])
    assert OutgoingDocument.objects.get(pk=document.pk).signed_hash == ""


def test_two_bureaux_countersign_at_once_and_the_office_waits_for_both(world: World) -> None:
    posts = (world.post("bureau_head").pk, world.post("finance_head").pk)
    document = carried(world, Status.COSIGN, cosign_ids=posts)
    assert sorted(open_holders(document)) == ["罗景明", "顾长青"]
    document = agreed(world, document, "finance_head", text="无意见。")
    assert document.status == Status.COSIGN
    document = agreed(world, document, "bureau_head", text="同意。")
    assert document.status == Status.OFFICE_REVIEW


def test_a_countersigner_sees_the_document_but_may_not_change_it(world: World) -> None:
    document = carried(world, Status.COSIGN, cosign_ids=(world.post("finance_head").pk,))
    with pytest.raises(Forbidden, match="不由您修改"):
        outgoing_autosave(
            actor=world.actor("finance_head"),
            document_id=document.pk,
            expected_version=document.version,
            changes=DraftChanges(title="改名的通知"),
        )


def test_the_office_names_the_signer_and_a_deputy_may_sign_an_ordinary_notice(world: World) -> None:
    document = carried(world, Status.OFFICE_REVIEW)
    document = agreed(world, document, "director", signer_id=world.post("deputy").pk)
    assert open_holders(document) == ["周明远"]
    document = agreed(world, document, "deputy", text="同意。")
    assert document.signer == world.post("deputy")


def test_an_important_document_cannot_be_sent_to_a_deputy_for_signing(world: World) -> None:
    document = carried(world, Status.OFFICE_REVIEW, is_important=True)
    with pytest.raises(ValidationFailed, match="主要负责人"):
        agreed(world, document, "director", signer_id=world.post("deputy").pk)


def test_an_order_is_not_signed_by_a_deputy(world: World) -> None:
    document = carried(world, Status.OFFICE_REVIEW, document_type="order", title="岱海市人民政府办公室令")
    with pytest.raises(ValidationFailed, match="发文机关主要负责人"):
        agreed(world, document, "director", signer_id=world.post("deputy").pk)


def test_what_the_government_orders_is_not_signed_by_the_head_of_its_office(world: World) -> None:
    city = world.organs["city"].pk
    document = carried(world, Status.OFFICE_REVIEW, is_important=True, issuing_organ_id=city)
    assert signer_candidates(document) == []
    with pytest.raises(InvalidState, match="岱海市人民政府没有可以签发的负责人"):
        agreed(world, document, "director", signer_id=world.post("head").pk)


def test_an_important_document_in_the_governments_name_is_not_signed_by_whom_it_was_sent_to_before(
    world: World,
) -> None:
    document = carried(world, Status.OFFICE_REVIEW, issuing_organ_id=world.organs["city"].pk)
    document = agreed(world, document, "director", signer_id=world.post("head").pk)
    OutgoingDocument.objects.filter(pk=document.pk).update(is_important=True)
    with pytest.raises(ValidationFailed) as refused:
        agreed(world, document, "head")
    assert refused.value.data["rules"] == ["D09"]


def test_a_document_that_became_important_is_not_signed_by_the_deputy_it_was_sent_to(world: World) -> None:
    document = carried(world, Status.OFFICE_REVIEW)
    document = agreed(world, document, "director", signer_id=world.post("deputy").pk)
    OutgoingDocument.objects.filter(pk=document.pk).update(is_important=True)
    with pytest.raises(ValidationFailed) as refused:
        agreed(world, document, "deputy")
    assert refused.value.data["rules"] == ["D09"]


def test_a_signature_pins_signer_date_and_digest(world: World) -> None:
    document = carried(world, Status.RECHECK)
    document.refresh_from_db()
    assert document.signer == world.post("head")
    assert document.document_date == today()
    assert document.signed_hash == content_of(document).digest


def test_the_signed_revision_is_the_shown_revision(world: World) -> None:
    document = carried(world, Status.RECHECK)
    revision = document.revisions.first()
    assert revision is not None
    assert revision.content_hash == document.signed_hash
    assert revision.content["title"] == document.title
    assert revision.content["body"] == document.body


def test_on_an_upward_document_the_signers_name_is_printed(world: World) -> None:
    document = carried(
        world,
        Status.SIGNING,
        document_type="report",
        routing_direction="upward",
        title="岱海市人民政府办公室关于防汛工作情况的报告",
        main_recipients=recipients(world, "city"),
        cc_recipients=(),
        signatories=("旧主任",),
    )
    document = agreed(world, document, "head")
    assert document.signatories == ["沈亦舟"]


def test_an_absent_head_still_gets_the_document_and_only_an_acting_head_signs_instead(world: World) -> None:
    Absence.objects.create(
        person=world.person("head"), kind="trip", starts_at=now(), ends_at=now() + timedelta(days=3)
    )
    document = carried(world, Status.SIGNING, is_important=True)
    assert open_holders(document) == ["沈亦舟"]
    delegation = Delegation.objects.create(
        delegator=world.post("head"),
        delegate=world.post("deputy"),
        kind=Delegation.Kind.APPROVAL,
        starts_at=now(),
        ends_at=now() + timedelta(days=3),
        reason="出差",
        created_at=now(),
    )
    with pytest.raises(Forbidden):
        agreed(world, document, "deputy")
    delegation.kind = Delegation.Kind.ACTING
    delegation.save(update_fields=["kind"])
    document = agreed(world, document, "deputy", text="同意。")
    assert document.status == Status.RECHECK
    assert document.signer == world.post("deputy")
    opinion = Opinion.objects.get(matter=document.matter, action=Opinion.Action.SIGN)
    assert (opinion.person_name, opinion.on_behalf_of) == ("周明远", "沈亦舟")


def test_the_secretary_records_the_heads_words_with_trace(world: World) -> None:
    document = carried(world, Status.SIGNING)
    with pytest.raises(Forbidden, match="代录"):
        agreed(world, document, "secretary", text="同意。")
    document = agreed(world, document, "secretary", text="同意。", recorded_for_leader=True)
    assert document.signer == world.post("head")
    opinion = Opinion.objects.get(matter=document.matter, action=Opinion.Action.SIGN)
    assert "程一诺" in opinion.recorded_by_name


def test_whose_words_are_recorded_signs_whatever_the_roles_of_the_present_post(world: World) -> None:
    AppointmentRole.objects.filter(appointment=world.post("secretary")).delete()
    document = carried(world, Status.SIGNING)
    document = agreed(world, document, "secretary", text="同意。", recorded_for_leader=True)
    assert document.signer == world.post("head")


def test_a_delegate_signs_in_the_own_name_even_as_somebodys_secretary(world: World) -> None:
    AppointmentRole.objects.create(appointment=world.post("deputy"), role=Role.SECRETARY)
    document = carried(world, Status.SIGNING)
    Delegation.objects.create(
        delegator=world.post("head"),
        delegate=world.post("deputy"),
        kind=Delegation.Kind.ACTING,
        starts_at=now(),
        ends_at=now() + timedelta(days=3),
        reason="出差",
        created_at=now(),
    )
    document = agreed(world, document, "deputy", text="同意。")
    assert document.signer == world.post("deputy")


def second_post(world: World, key: str, organ: str = "education") -> Appointment:
    """Another post of the person, in another organ."""
    return Appointment.objects.create(
        person=world.person(key),
        organ=world.organs[organ],
        kind=Appointment.Kind.CONCURRENT,
        post_title="挂职干部",
        started_on=today(),
    )


def test_a_draft_is_submitted_in_the_post_it_was_written_in(world: World) -> None:
    document = drafted(world)
    elsewhere = actor_for(world.person("drafter"), second_post(world, "drafter").pk)
    with pytest.raises(Forbidden, match="请先切换到该任职"):
        outgoing_submit(actor=elsewhere, document_id=document.pk, expected_version=document.version)
    assert submit(world, document).status == Status.DEPT_REVIEW


def test_a_draft_of_an_ended_post_is_handed_over_and_not_submitted(world: World) -> None:
    document, person = drafted(world), world.person("drafter")
    second_post(world, "drafter")
    Appointment.objects.filter(pk=world.post("drafter").pk).update(ended_on=today() - timedelta(days=1))
    with pytest.raises(Forbidden, match="工作交接"):
        outgoing_submit(actor=actor_for(person), document_id=document.pk, expected_version=document.version)


def test_who_was_promoted_in_the_same_unit_submits_the_own_draft(world: World) -> None:
    document, former = drafted(world), world.post("drafter")
    Appointment.objects.create(
        person=former.person,
        organ=former.organ,
        unit=former.unit,
        kind=Appointment.Kind.REGULAR,
        post_title="副科长",
        started_on=today(),
    )
    Appointment.objects.filter(pk=former.pk).update(ended_on=today() - timedelta(days=1))
    document = outgoing_submit(
        actor=actor_for(world.person("drafter")), document_id=document.pk, expected_version=document.version
    )
    assert document.status == Status.DEPT_REVIEW


def test_whoever_left_the_post_looks_at_the_document_and_changes_nothing(world: World) -> None:
    document, director = carried(world, Status.OFFICE_REVIEW), world.person("director")
    second_post(world, "director")
    reviewer = world.actor("director")
    assert {Ability.EDIT, Ability.CIRCULATE} <= abilities(reviewer, document)
    Appointment.objects.filter(pk=world.post("director").pk).update(ended_on=today() - timedelta(days=1))
    left = actor_for(director)
    granted = abilities(left, document)
    assert Ability.VIEW in granted
    assert not {Ability.EDIT, Ability.CIRCULATE} & granted
    assert not may_attach_outgoing(left, document.pk)
    with pytest.raises(Forbidden, match="不由您修改"):
        outgoing_autosave(
            actor=left,
            document_id=document.pk,
            expected_version=document.version,
            changes=DraftChanges(note="离任后所加"),
        )
    with pytest.raises(Forbidden, match="已不再担任"):
        outgoing_advance(actor=left, document_id=document.pk, expected_version=document.version)


def test_a_change_at_recheck_reopens_signing_by_the_same_signer(world: World) -> None:
    document = carried(world, Status.RECHECK)
    document = outgoing_autosave(
        actor=world.actor("clerk"),
        document_id=document.pk,
        expected_version=document.version,
        changes=DraftChanges(body=body_from_text("复核时改动的正文。")),
    )
    with pytest.raises(ValidationFailed) as refused:
        agreed(world, document, "clerk")
    assert refused.value.data["rules"] == ["D27"]
    document = send_back(world, document, "clerk", "signing", "正文已按规范修改，请复审。")
    assert document.status == Status.SIGNING
    assert document.signed_hash == ""
    assert open_holders(document) == ["沈亦舟"]
    document = agreed(world, document, "head", text="同意修改。")
    document = agreed(world, document, "clerk")
    assert document.status == Status.NUMBERING
    assert document.signed_hash == content_of(document).digest


def test_after_recheck_nobody_may_edit(world: World) -> None:
    document = carried(world, Status.NUMBERING)
    for key in ("drafter", "clerk", "head", "director"):
        with pytest.raises(Forbidden, match="不由您修改"):
            outgoing_autosave(
                actor=world.actor(key),
                document_id=document.pk,
                expected_version=document.version,
                changes=DraftChanges(title="偷改的通知"),
            )


def test_a_return_wants_a_reason_and_brings_the_draft_back(world: World) -> None:
    document = carried(world, Status.OFFICE_REVIEW)
    with pytest.raises(ValidationFailed, match="退回原因"):
        send_back(world, document, "director", "drafter", " ")
    document = send_back(world, document, "director", "drafter", "依据不足，请补充。")
    assert document.status == Status.DRAFT
    assert open_holders(document) == ["许若溪"]
    document = submit(world, document)
    assert document.status == Status.DEPT_REVIEW


def test_a_return_to_the_previous_step_goes_to_its_holder(world: World) -> None:
    document = carried(world, Status.SIGNING)
    document = send_back(world, document, "head", "previous")
    assert document.status == Status.OFFICE_REVIEW
    assert "高文澜" in open_holders(document)


def test_every_submission_and_change_on_the_way_is_kept_as_a_revision(world: World) -> None:
    document = submitted(world)
    outgoing_autosave(
        actor=world.actor("section_chief"),
        document_id=document.pk,
        expected_version=document.version,
        changes=DraftChanges(body=body_from_text("核稿改过的正文。")),
    )
    document = agreed(world, document, "section_chief")
    document = agreed(world, document, "director")
    kept = [(row.number, row.reason, row.author.name) for row in document.revisions.order_by("number")]
    assert kept == [(1, "提交", "许若溪"), (2, "部门核稿", "林知夏")]


def test_the_drafter_withdraws_until_the_reviewer_has_acted(world: World) -> None:
    document = submitted(world)
    document = outgoing_withdraw(actor=world.actor("drafter"), document_id=document.pk)
    assert document.status == Status.DRAFT
    document = submit(world, document)
    document = agreed(world, document, "section_chief")
    with pytest.raises(InvalidState, match="林知夏"):
        outgoing_withdraw(actor=world.actor("drafter"), document_id=document.pk)


def test_a_signer_who_withdraws_takes_the_signature_off(world: World) -> None:
    document = carried(world, Status.RECHECK)
    document = outgoing_withdraw(actor=world.actor("head"), document_id=document.pk)
    assert (document.status, document.signed_hash, document.signer, document.document_date) == (
        Status.SIGNING,
        "",
        None,
        None,
    )


def test_urging_reaches_only_those_who_have_not_acted(world: World) -> None:
    posts = (world.post("bureau_head").pk, world.post("finance_head").pk)
    document = carried(world, Status.COSIGN, cosign_ids=posts)
    agreed(world, document, "finance_head")
    assert outgoing_urge(actor=world.actor("drafter"), document_id=document.pk) == 1
    urged = Task.objects.filter(matter=document.matter, urged_at__isnull=False)
    assert [task.person.name for task in urged] == ["罗景明"]


def test_a_returned_document_may_be_cancelled_with_a_reason(world: World) -> None:
    document = carried(world, Status.OFFICE_REVIEW)
    document = send_back(world, document, "director", "drafter")
    document = outgoing_cancel(
        actor=world.actor("drafter"),
        document_id=document.pk,
        expected_version=document.version,
        reason="不再需要发文。",
    )
    assert document.status == Status.CANCELLED
    assert open_holders(document) == []


def test_a_document_of_a_unit_without_head_is_refused_in_words(world: World) -> None:
    world.post("section_chief").roles.all().delete()
    document = drafted(world)
    with pytest.raises(InvalidState, match="负责人"):
        submit(world, document)
    assert OutgoingDocument.objects.get(pk=document.pk).submitted_at is None


def test_the_steps_up_to_typesetting_follow_the_procedure(world: World) -> None:
    document = submitted(world)
    passed = [document.status]
    while document.status != Status.TYPESET:
        document = stepped(world, document)
        passed.append(document.status)
    assert passed == ["dept_review", "office_review", "signing", "recheck", "numbering", "typeset"]
    assert document.document_number == f"岱政办发〔{today().year}〕1号"
