"""A unit merged while items are collected: its successor is asked in its place and has its items in hand."""

from collections.abc import Callable

import pytest
from django.test import Client
from django.urls import reverse

from apps.core import clock
from apps.core.errors import InvalidState
from apps.meetings.enums import ProposalState
from apps.meetings.services.agenda_calls import agenda_call_place
from apps.meetings.services.call_succession import call_organ_succeed
from apps.meetings.services.proposals import proposal_accept, proposal_add, proposal_drop, proposal_submit
from apps.workflow.models import Task
from tests.factories.world import World
from tests.helpers.meetings import MONDAY, notified
from tests.meetings.test_calls import fresh, heard, opened, proposed, signed, words
from tests.meetings.test_succession import abolished

pytestmark = [pytest.mark.django_db, pytest.mark.long]
As = Callable[[str], Client]


def test_the_successor_is_asked_in_the_place_of_an_abolished_organ(
    world: World, drain: Callable[[], int], client_as: As
) -> None:
    data, education = world.organs["data"], world.organs["education"]
    with clock.at(MONDAY):
        call, chief = opened(world), world.actor("section_chief")
        accepted, waiting = signed(world, call), proposed(world, call, "数据开放办法", observer_ids=[])
        dropped = proposal_add(actor=world.actor("bureau_clerk"), call_id=call.pk, draft=words("旧题"))
        proposal_drop(actor=world.actor("bureau_clerk"), proposal_id=dropped.pk)
        proposal_accept(actor=chief, proposal_id=accepted.pk)
        with pytest.raises(InvalidState, match="没有撤销"):
            call_organ_succeed(actor=chief, call_id=call.pk, organ_id=data.pk, target_id=education.pk)
        abolished(world, "data")
        drain()
        assert heard(world, "section_chief", "市大数据局已撤销，请选择承接单位") == 1
        with pytest.raises(InvalidState, match="选择承接单位"):
            agenda_call_place(actor=chief, call_id=call.pk, meeting_id=notified(world, organ_ids=[]).pk)
        page = reverse("meetings:call", args=[call.pk])
        assert "市大数据局已撤销" in client_as("section_chief").get(page).content.decode()
        act = reverse("meetings:call_act", args=[call.pk, "succeed"])
        sent = {"organ": str(data.pk), "target": str(data.pk)}
        assert client_as("section_chief").post(act, sent).status_code == 422
        assert client_as("finance_clerk").post(act, sent).status_code == 403
        sent["target"] = str(education.pk)
        assert client_as("section_chief").post(act, sent).status_code == 303
        assert client_as("section_chief").post(act, sent).status_code == 409
    assert set(call.units.values_list("organ_id", flat=True)) == {education.pk, world.organs["finance"].pk}
    assert [fresh(one).organ_id for one in (accepted, waiting, dropped)] == [
        education.pk,
        education.pk,
        data.pk,
    ]
    assert [fresh(one).state for one in (accepted, waiting)] == [ProposalState.ACCEPTED, ProposalState.DRAFT]
    open_tasks = Task.objects.filter(matter=fresh(waiting).matter, state=Task.State.OPEN)
    assert not open_tasks.exists()


def test_a_successor_that_is_asked_already_answers_once_and_the_item_is_signed_by_its_own_head(
    world: World,
) -> None:
    data, finance = world.organs["data"], world.organs["finance"]
    with clock.at(MONDAY):
        call, chief = opened(world), world.actor("section_chief")
        waiting = proposed(world, call)
        abolished(world, "data")
        call_organ_succeed(actor=chief, call_id=call.pk, organ_id=data.pk, target_id=finance.pk)
        assert list(call.units.values_list("organ_id", flat=True)) == [finance.pk]
        clerk = world.actor("finance_clerk")
        assert fresh(waiting).proposer.person_id == clerk.person_id
        proposal_submit(actor=clerk, proposal_id=waiting.pk)
        matter = fresh(waiting).matter
        assert matter is not None
        assert matter.organ_id == finance.pk
        signer = Task.objects.filter(matter=matter).order_by("-pk")[0]
    assert signer.person_id == world.person("finance_head").pk
