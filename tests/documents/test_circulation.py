"""传阅: people and units of the organ get it to read, nobody else; reading is seen by unit."""

from datetime import timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from apps.accounts.models import Person
from apps.core.clock import now
from apps.core.errors import Forbidden, InvalidState, NotFound, ValidationFailed
from apps.documents.models import IncomingDocument
from apps.documents.services.circulation import (
    incoming_circulate,
    incoming_readings_cancel,
    incoming_readings_urge,
    outgoing_circulate,
)
from apps.workflow.models import Matter, Reading
from apps.workflow.selectors import reading_tree
from apps.workflow.selectors.passing import Passed, passing_of
from apps.workflow.services import reading_done
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


def circulated(world: World, *keys: str, who: str = "clerk") -> IncomingDocument:
    """A registered document sent to these people to read."""
    document = registered(world, is_for_action=False)
    send(world, document, *keys, who=who)
    return document


def send(world: World, document: IncomingDocument, *keys: str, who: str) -> list[Reading]:
    """Somebody sends it to these people."""
    return incoming_circulate(
        actor=world.actor(who), incoming_id=document.pk, appointment_ids=[world.post(key).pk for key in keys]
    )


def test_a_reader_passes_it_on_inside_the_organ_and_the_picture_shows_it(world: World) -> None:
    document = circulated(world, "section_chief", "head")
    send(world, document, "drafter", who="section_chief")
    tree = reading_tree(Matter.objects.get(incoming_document=document))
    assert tree.was_passed_on
    [root] = tree.passing
    assert root.name == world.person("clerk").name
    ways = {
        node.reading.person.name: [child.reading.person.name for child in node.onward] for node in root.onward
    }
    assert ways == {"林知夏": ["许若溪"], "沈亦舟": []}
    assert sum(1 + node.reach for node in root.onward) == tree.total == 3


def test_one_it_was_not_sent_to_passes_nothing_on(world: World) -> None:
    document = circulated(world, "head")
    with pytest.raises(NotFound):
        send(world, document, "drafter", who="section_chief")


def test_the_desk_takes_back_what_others_sent_unless_it_was_read(world: World) -> None:
    document = circulated(world, "section_chief")
    [passed] = send(world, document, "drafter", who="section_chief")
    with pytest.raises(NotFound):
        incoming_readings_cancel(actor=world.actor("head"), incoming_id=document.pk, reading_ids=[passed.pk])
    assert (
        incoming_readings_cancel(actor=world.actor("clerk"), incoming_id=document.pk, reading_ids=[passed.pk])
        == 1
    )
    first = Reading.objects.get(person=world.person("section_chief"))
    reading_done(actor=world.actor("section_chief"), reading_ids=[first.pk])
    with pytest.raises(InvalidState, match="已阅"):
        incoming_readings_cancel(actor=world.actor("clerk"), incoming_id=document.pk, reading_ids=[first.pk])


def test_a_reading_of_another_document_is_not_taken_back_with_it(world: World) -> None:
    mine, other = circulated(world, "head"), circulated(world, "head")
    foreign = Reading.objects.get(matter__incoming_document=other)
    with pytest.raises(NotFound):
        incoming_readings_cancel(actor=world.actor("clerk"), incoming_id=mine.pk, reading_ids=[foreign.pk])


def test_one_person_is_reminded_or_all(world: World) -> None:
    document = circulated(world, "head", "drafter")
    one = Reading.objects.get(person=world.person("head"))
    clerk = world.actor("clerk")
    assert incoming_readings_urge(actor=clerk, incoming_id=document.pk, reading_ids=[one.pk]) == 1
    assert incoming_readings_urge(actor=clerk, incoming_id=document.pk) == 1
    with pytest.raises(InvalidState, match="十分钟"):
        incoming_readings_urge(actor=clerk, incoming_id=document.pk)


@given(st.lists(st.tuples(st.integers(0, 6), st.integers(0, 6), st.integers(0, 3)), max_size=8))
def test_the_picture_shows_every_reading_once(rows: list[tuple[int, int, int]]) -> None:
    """Whoever sent to whom, even in a circle at the same second: nobody is lost, nobody shown twice."""
    once = {reader: (sender, at) for reader, sender, at in rows}
    people = {number: Person(pk=number + 1, name=f"人{number}") for number in range(7)}
    readings = [
        Reading(
            pk=place, person=people[reader], sent_by=people[sender], sent_at=now() + timedelta(seconds=at)
        )
        for place, (reader, (sender, at)) in enumerate(once.items(), start=1)
    ]
    shown: list[int] = []

    def walk(nodes: tuple[Passed, ...]) -> None:
        for node in nodes:
            shown.append(node.reading.pk)
            walk(node.onward)

    for root in passing_of(readings):
        walk(root.onward)
    assert sorted(shown) == [reading.pk for reading in readings]
