"""Who sees an outgoing document, and the law that the list and the page agree."""

from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra.django import TestCase as DjangoHypothesisCase

from apps.documents.enums import OutgoingStatus as Status
from apps.documents.models import OutgoingDocument
from apps.documents.policies.outgoing import Ability, abilities, people_who_can, reasons, visible_to
from apps.workflow.models import Reading
from apps.workflow.services import reading_send
from tests.factories.world import World
from tests.helpers.depth import examples, first_quick
from tests.helpers.outgoing import carried, drafted, recipients, submitted

pytestmark = pytest.mark.django_db

OFFICE = {"director", "head", "clerk", "clerk_chief"}


def viewers(world: World, document: OutgoingDocument) -> set[str]:
    """Everybody whose list holds the document."""
    return {key for key in world.people if visible_to(world.actor(key)).filter(pk=document.pk).exists()}


def test_a_draft_is_seen_by_its_drafter_alone(world: World) -> None:
    assert viewers(world, drafted(world)) == {"drafter"}


def test_a_submitted_document_is_seen_by_unit_head_and_office(world: World) -> None:
    # the secretary sees what waits for the head only once it does
    assert viewers(world, submitted(world)) == {"drafter", "section_chief", *OFFICE}


def test_countersigners_of_other_organs_see_it_from_then_on(world: World) -> None:
    document = carried(world, Status.OFFICE_REVIEW, cosign_ids=(world.post("finance_head").pk,))
    assert "finance_head" in viewers(world, document)
    assert "finance_clerk" not in viewers(world, document)


def test_the_secretary_sees_what_waits_for_the_head(world: World) -> None:
    assert "secretary" in viewers(world, carried(world, Status.SIGNING))


def test_recipients_do_not_see_the_issuers_document(world: World) -> None:
    document = carried(world, Status.TYPESET)
    assert not viewers(world, document) & {"county_clerk", "county_head", "stranger", "bureau_clerk"}


@pytest.mark.parametrize(
    "status", first_quick([Status.DEPT_REVIEW, Status.DRAFT, Status.SIGNING, Status.DISTRIBUTE], 2)
)
def test_whoever_sees_it_is_told_why_and_nobody_else(world: World, status: Status) -> None:
    document = drafted(world) if status is Status.DRAFT else carried(world, status)
    told = {key for key in world.people if reasons(world.actor(key), document)}
    assert told == viewers(world, document)
    assert reasons(world.actor("drafter"), document)[0] == "您是拟稿人"


def test_administrators_and_those_who_left_see_nothing(world: World) -> None:
    document = carried(world, Status.NUMBERING)
    assert not viewers(world, document) & {"sysadmin", "secadmin", "auditadmin", "leaver"}


def test_a_reader_sees_it_until_the_read_is_taken_back(world: World) -> None:
    document = submitted(world)
    assert document.matter is not None
    reading_send(
        actor=world.actor("drafter"), matter=document.matter, appointments=[world.post("duty_officer")]
    )
    assert "duty_officer" in viewers(world, document)
    Reading.objects.update(cancelled_at=document.created_at)
    assert "duty_officer" not in viewers(world, document)


@pytest.mark.parametrize(
    "status",
    first_quick([Status.SIGNING, Status.DEPT_REVIEW, Status.OFFICE_REVIEW, Status.RECHECK, Status.NUMBERING]),
)
def test_exactly_the_holders_may_handle(world: World, status: Status) -> None:
    document = carried(world, status)
    step = {Status.NUMBERING: Ability.NUMBER}.get(status, Ability.HANDLE)
    may = {key for key in world.people if step in abilities(world.actor(key), document)}
    expected = {
        Status.DEPT_REVIEW: {"section_chief"},
        Status.OFFICE_REVIEW: {"director"},
        Status.SIGNING: {"head", "secretary"},
        Status.RECHECK: {"clerk", "clerk_chief"},
        Status.NUMBERING: {"clerk", "clerk_chief"},
    }
    assert may == expected[status]
    assert people_who_can(step, document) == {
        world.person(key).pk for key in expected[status] - {"secretary"}
    }


class TestTheLaw(DjangoHypothesisCase):
    """`document in visible_to(u)` exactly when `VIEW in abilities(u, document)`, whatever the stage and whoever asks."""

    @settings(max_examples=examples(quick=5, long=40))
    @given(
        stage=st.sampled_from(
            ["draft", Status.DEPT_REVIEW, Status.COSIGN, Status.SIGNING, Status.RECHECK, "returned"]
        ),
        cosigner=st.sampled_from(["", "finance_head", "bureau_head"]),
        drafter=st.sampled_from(["drafter", "section_chief", "clerk"]),
    )
    def test_list_and_page_agree(self, stage: str, cosigner: str, drafter: str) -> None:
        world = World.build()
        more = {"cosign_ids": (world.post(cosigner).pk,)} if cosigner else {}
        document = _at(world, stage, drafter, more)
        for key in world.people:
            actor = world.actor(key)
            listed = visible_to(actor).filter(pk=document.pk).exists()
            granted = abilities(actor, document)
            assert listed == (Ability.VIEW in granted), key
            assert listed or not granted, key
            assert listed == _expected(world, document, key), key


def _at(world: World, stage: str, drafter: str, more: dict[str, Any]) -> OutgoingDocument:
    if stage == "draft":
        return drafted(world, who=drafter, **more)
    document = submitted(world, who=drafter, main_recipients=recipients(world, "county"), **more)
    if stage == "returned":
        OutgoingDocument.objects.filter(pk=document.pk).update(status=Status.DRAFT)
        document.refresh_from_db()
    return document


def _expected(world: World, document: OutgoingDocument, key: str) -> bool:
    """The rule in plain words, apart from the query: drafter; who took part; once submitted the office and the unit's head."""
    person = world.person(key)
    if document.drafter_id == person.pk:
        return True
    if document.submitted_at is None or document.matter is None or key not in world.posts:
        return False
    if document.matter.tasks.filter(person=person).exists():
        return True
    if key == "leaver":
        return False
    if key == "secretary":
        return document.matter.tasks.filter(person=world.person("head"), state="open").exists()
    post = world.post(key)
    roles = {held.role for held in post.roles.all()}
    in_office = post.organ_id == document.organ_id and bool(
        roles & {"principal_head", "office_director", "clerk"}
    )
    heads_unit = (
        "unit_head" in roles and post.unit_id is not None and post.unit_id == document.drafting_unit_id
    )
    return in_office or heads_unit
