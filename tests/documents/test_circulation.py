"""传阅: people and units of the organ get it to read, nobody else; reading is seen by unit."""

import pytest

from apps.core.errors import Forbidden, InvalidState, NotFound, ValidationFailed
from apps.documents.services.circulation import incoming_circulate, outgoing_circulate
from apps.workflow.models import Matter, Reading
from apps.workflow.selectors import reading_tree
from tests.factories.world import World
from tests.helpers.exchange import sealed
from tests.helpers.incoming import recorded, registered

pytestmark = pytest.mark.django_db


def readers() -> list[str]:
    """Names on reading lists, oldest first."""
    return list(Reading.objects.order_by("id").values_list("person__name", flat=True))


def test_people_and_whole_units_get_it_to_read_once(world: World) -> None:
    document = registered(world, is_for_action=False)
    sent = incoming_circulate(
        actor=world.actor("clerk"),
        incoming_id=document.pk,
        appointment_ids=[world.post("head").pk, world.post("drafter").pk],
        unit_ids=[world.unit("office", "综合科").pk],
    )
    assert len(sent) == 3
    assert sorted(readers()) == sorted(["沈亦舟", "林知夏", "许若溪"])
    tree = reading_tree(Matter.objects.get(incoming_document=document))
    assert (tree.read_count, tree.total) == (0, 3)


def test_who_has_it_already_is_passed_over_and_nobody_new_is_said(world: World) -> None:
    document = registered(world, is_for_action=False)
    wanted = {"incoming_id": document.pk, "appointment_ids": [world.post("head").pk]}
    incoming_circulate(actor=world.actor("clerk"), **wanted)  # type: ignore[arg-type]  # keyword arguments
    with pytest.raises(InvalidState, match="都已在传阅范围内"):
        incoming_circulate(actor=world.actor("clerk"), **wanted)  # type: ignore[arg-type]  # keyword arguments


def test_a_double_click_sends_once(world: World) -> None:
    document = registered(world, is_for_action=False)
    for _ in range(2):
        incoming_circulate(
            actor=world.actor("clerk"),
            incoming_id=document.pk,
            appointment_ids=[world.post("head").pk],
            key="one-click",
        )
    assert readers() == ["沈亦舟"]


def test_nobody_chosen_is_refused(world: World) -> None:
    document = registered(world, is_for_action=False)
    with pytest.raises(ValidationFailed, match="请选择传阅"):
        incoming_circulate(actor=world.actor("clerk"), incoming_id=document.pk)


def test_people_of_another_organ_are_refused(world: World) -> None:
    document = registered(world, is_for_action=False)
    with pytest.raises(ValidationFailed, match="只能送本机关"):
        incoming_circulate(
            actor=world.actor("clerk"),
            incoming_id=document.pk,
            appointment_ids=[world.post("bureau_head").pk],
        )
    assert readers() == []


def test_an_unregistered_document_is_not_circulated(world: World) -> None:
    document = recorded(world)
    with pytest.raises(Forbidden, match="须已登记"):
        incoming_circulate(
            actor=world.actor("clerk"),
            incoming_id=document.pk,
            appointment_ids=[world.post("head").pk],
        )


def test_a_reader_may_read_but_not_send_on(world: World) -> None:
    document = registered(world, is_for_action=False)
    incoming_circulate(
        actor=world.actor("clerk"), incoming_id=document.pk, appointment_ids=[world.post("drafter").pk]
    )
    with pytest.raises(Forbidden, match="送传阅"):
        incoming_circulate(
            actor=world.actor("drafter"),
            incoming_id=document.pk,
            appointment_ids=[world.post("head").pk],
        )
    with pytest.raises(NotFound):
        incoming_circulate(
            actor=world.actor("section_chief"),
            incoming_id=document.pk,
            appointment_ids=[world.post("head").pk],
        )


def test_an_outgoing_document_is_circulated_by_its_drafter(world: World) -> None:
    document = sealed(world)
    outgoing_circulate(
        actor=world.actor("drafter"), document_id=document.pk, appointment_ids=[world.post("deputy").pk]
    )
    assert readers() == ["周明远"]
    with pytest.raises(Forbidden):
        outgoing_circulate(
            actor=world.actor("deputy"), document_id=document.pk, appointment_ids=[world.post("head").pk]
        )
