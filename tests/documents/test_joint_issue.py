"""联合行文: each organ's head countersigns, each organ's keeper seals, the lead organ's last."""

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from django.contrib.messages import get_messages
from django.test import Client
from django.urls import reverse

from apps.accounts.models import Appointment
from apps.core.errors import Conflict, Forbidden, InvalidState, NotFound, ValidationFailed
from apps.documents.enums import OutgoingStatus as Status
from apps.documents.models import OutgoingDocument, SealedFile
from apps.documents.selectors.checks import document_findings
from apps.documents.selectors.outgoing import content_of
from apps.documents.selectors.seals import document_verified
from apps.documents.selectors.sheets import sheet_of
from apps.documents.services.drafting import DraftChanges, outgoing_autosave, outgoing_copy
from apps.documents.services.flow import outgoing_return, outgoing_withdraw
from apps.documents.services.sealing import document_seal, eseal_make, seal_use_request
from apps.workflow.models import Task
from tests.factories.world import World
from tests.helpers.outgoing import carried, drafted, sealed_by_keeper, submitted, typeset

pytestmark = pytest.mark.django_db
KEEPERS = {"data": "bureau_clerk", "finance": "finance_clerk"}


@pytest.fixture(autouse=True)
def _own_secrets(settings: Any, tmp_path: Path) -> None:
    """Keys of this test only."""
    settings.SECRETS_ROOT = tmp_path / "secrets"


def ids(world: World, *keys: str) -> tuple[int, ...]:
    return tuple(world.organs[key].pk for key in keys)


def ready_to_typeset(world: World) -> OutgoingDocument:
    """Issued with the data and the finance bureau, seals made."""
    for key in KEEPERS:
        eseal_make(actor=None, organ_id=world.organs[key].pk)
    return carried(world, Status.TYPESET, joint_ids=ids(world, "data", "finance"))


def sealed_at(world: World, document: OutgoingDocument, organ: str) -> OutgoingDocument:
    keeper = world.actor(KEEPERS[organ])
    document.refresh_from_db()
    seal_use_request(actor=keeper, document_id=document.pk, expected_version=document.version, copies=1)
    return document_seal(actor=keeper, document_id=document.pk, expected_version=document.version)


def save(world: World, document: OutgoingDocument, **changes: Any) -> OutgoingDocument:
    return outgoing_autosave(
        actor=world.actor("drafter"),
        document_id=document.pk,
        expected_version=document.version,
        changes=DraftChanges(**changes),
    )


def test_mark_and_signature_name_every_organ_the_lead_one_first(world: World) -> None:
    document = drafted(world, joint_ids=ids(world, "data", "finance"))
    sheet = sheet_of(document, content_of(document))
    assert sheet.marks == ("岱海市人民政府办公室", "岱海市大数据局", "岱海市财政局文件")
    assert sheet.signatures == ("岱海市人民政府办公室", "岱海市大数据局", "岱海市财政局")


def test_a_letter_bears_the_lead_organs_mark_alone(world: World) -> None:
    document = drafted(world, document_type="letter", joint_ids=ids(world, "data"))
    assert sheet_of(document, content_of(document)).marks == ("岱海市人民政府办公室",)


def test_organs_of_another_level_and_more_than_six_are_refused(world: World) -> None:
    document = drafted(world)
    with pytest.raises(ValidationFailed, match="只有同级机关"):
        save(world, document, joint_ids=ids(world, "county"))
    with pytest.raises(ValidationFailed, match="不超过6个"):
        save(
            world,
            document,
            joint_ids=ids(world, "data", "finance", "education", "city", "county", "province"),
        )
    with pytest.raises(ValidationFailed, match="不存在或已撤销"):
        save(world, document, joint_ids=(10**9,))
    assert not document.joint_issuers.exists()


def test_the_heads_of_the_joint_organs_countersign_without_being_chosen(world: World) -> None:
    document = carried(world, Status.COSIGN, joint_ids=ids(world, "data", "finance"))
    tasks = Task.objects.filter(matter=document.matter, state=Task.State.OPEN)
    assert {task.person.name for task in tasks} == {"罗景明", "顾长青"}


def test_an_organ_without_a_head_cannot_join(world: World) -> None:
    with pytest.raises(InvalidState, match="岱海市教育局没有主要负责人，不能联署"):
        submitted(world, joint_ids=ids(world, "education"))


def test_every_organ_seals_and_the_lead_organ_last(world: World) -> None:
    document = typeset(world, ready_to_typeset(world))
    assert document.status == Status.JOINT_SEAL
    assert len(document.typeset_facts["seal_boxes"]) == 3
    document = sealed_at(world, document, "finance")
    assert document.status == Status.JOINT_SEAL
    assert not SealedFile.objects.exists()
    document = sealed_at(world, document, "data")
    assert document.status == Status.SEAL_USE
    document = sealed_by_keeper(world, document)
    assert document.status == Status.DISTRIBUTE
    found = document_verified(document)
    assert found is not None
    assert found.report.problems == ()
    assert found.report.signer == "岱海市人民政府办公室、岱海市大数据局、岱海市财政局"


def test_a_keeper_sets_the_own_organs_seal_alone_and_once(world: World) -> None:
    document = typeset(world, ready_to_typeset(world))
    for stranger, refusal in (("clerk", Forbidden), ("seal_keeper", NotFound), ("county_clerk", NotFound)):
        with pytest.raises(refusal):
            seal_use_request(
                actor=world.actor(stranger),
                document_id=document.pk,
                expected_version=document.version,
                copies=1,
            )
    document = sealed_at(world, document, "data")
    with pytest.raises(Forbidden):
        sealed_at(world, document, "data")


def test_two_keepers_at_once_do_not_lose_a_seal(world: World) -> None:
    document = typeset(world, ready_to_typeset(world))
    version = document.version
    keeper = world.actor(KEEPERS["finance"])
    seal_use_request(actor=keeper, document_id=document.pk, expected_version=version, copies=1)
    sealed_at(world, document, "data")
    with pytest.raises(Conflict):
        document_seal(actor=keeper, document_id=document.pk, expected_version=version)


def test_a_set_seal_is_not_withdrawn_but_sent_back(world: World, client_as: Callable[[str], Client]) -> None:
    document = carried(world, Status.TYPESET)
    OutgoingDocument.objects.filter(pk=document.pk).update(
        status=Status.SEAL_USE, typeset_facts={"sealed_by": ids(world, "data")}
    )
    with pytest.raises(InvalidState, match="退回“排版”"):
        outgoing_withdraw(actor=world.actor("clerk"), document_id=document.pk)
    address = reverse("documents:outgoing_detail", args=[document.pk])
    page = client_as("clerk").get(address).content.decode()
    assert "已加盖联署机关的印章，不能撤回" in page
    assert 'form="more-withdraw"' not in page


@pytest.mark.long
def test_laying_out_again_starts_the_sealing_again(world: World) -> None:
    document = sealed_at(world, typeset(world, ready_to_typeset(world)), "data")
    document = outgoing_return(
        actor=world.actor(KEEPERS["finance"]),
        document_id=document.pk,
        expected_version=document.version,
        to="typeset",
        text="页码有误，请重排。",
    )
    document = typeset(world, document)
    assert document.status == Status.JOINT_SEAL
    assert "sealed_by" not in document.typeset_facts
    for organ in KEEPERS:
        document = sealed_at(world, document, organ)
    assert sealed_by_keeper(world, document).status == Status.DISTRIBUTE


def test_an_organ_without_seal_or_keeper_stops_the_typesetting_in_words(world: World) -> None:
    document = carried(world, Status.TYPESET, joint_ids=ids(world, "data"))
    with pytest.raises(InvalidState, match="岱海市大数据局没有在用的电子印章"):
        typeset(world, document)
    eseal_make(actor=None, organ_id=world.organs["data"].pk)
    Appointment.objects.get(pk=world.post("bureau_clerk").pk).roles.filter(role="seal_keeper").delete()
    with pytest.raises(InvalidState, match="没有印章保管人"):
        typeset(world, document)
    document.refresh_from_db()
    assert document.status == Status.TYPESET


def test_a_missing_seal_or_keeper_is_told_while_writing(world: World) -> None:
    document = drafted(world, joint_ids=ids(world, "data", "finance"))

    def told() -> list[str]:
        return [found.message for found in document_findings(document) if found.rule == "F08"]

    assert len(told()) == 2
    assert told()[0].startswith("岱海市大数据局没有在用的电子印章")
    for key in KEEPERS:
        eseal_make(actor=None, organ_id=world.organs[key].pk)
    assert told() == []
    Appointment.objects.get(pk=world.post("bureau_clerk").pk).roles.filter(role="seal_keeper").delete()
    assert told() == ["岱海市大数据局没有印章保管人，联合用印前请联系其管理员补充。"]
    assert not any(found.rule == "F08" for found in document_findings(save(world, document, is_sealed=False)))


@pytest.mark.long
def test_who_seals_is_told_where_the_document_goes(world: World, client_as: Callable[[str], Client]) -> None:
    document = typeset(world, ready_to_typeset(world))

    def sealed_by(who: str) -> str:
        document.refresh_from_db()
        keeper = world.actor(who)
        seal_use_request(actor=keeper, document_id=document.pk, expected_version=document.version, copies=1)
        address = reverse("documents:outgoing_act", args=[document.pk, "seal"])
        document.refresh_from_db()
        answer = client_as(who).post(address, {"expected_version": document.version, "key": who})
        return str(next(iter(get_messages(answer.wsgi_request))))

    assert sealed_by(KEEPERS["finance"]) == "已加盖本机关印章，待其他联署机关用印。"
    assert sealed_by(KEEPERS["data"]) == "已加盖本机关印章，转主办机关用印。"


def test_the_joint_organs_are_signed_and_copied(world: World) -> None:
    document = drafted(world)
    before = content_of(document).digest
    document = save(world, document, joint_ids=ids(world, "data"))
    assert content_of(document).digest != before
    copy = outgoing_copy(actor=world.actor("drafter"), document_id=document.pk)
    assert [entry.organ_id for entry in copy.joint_issuers.all()] == list(ids(world, "data"))
