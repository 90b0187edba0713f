"""秘书: handles exactly what the leader listed, with a trace on each act; the leader sees and revokes."""

from collections.abc import Callable
from datetime import timedelta

import pytest
from django.test import Client
from django.urls import reverse

from apps.accounts.models import SecretaryDuty
from apps.accounts.selectors import serves, serves_person
from apps.accounts.services import appointment_close, secretary_list, secretary_release
from apps.audit.models import AuditEntry
from apps.core import clock
from apps.core.errors import Forbidden, NotFound, ValidationFailed
from apps.documents.models import IncomingDocument
from apps.documents.policies.incoming import Ability, abilities
from apps.documents.services.incoming import incoming_instruct
from apps.workflow.models import Opinion, Task
from apps.workflow.selectors import task_count, tasks_todo
from tests.factories.world import World
from tests.helpers.incoming import proposed

pytestmark = pytest.mark.django_db
ClientAs = Callable[[str], Client]


def listed(world: World, categories: tuple[str, ...], duties: tuple[str, ...]) -> SecretaryDuty:
    """The head lists what his secretary handles."""
    duty = SecretaryDuty.objects.get(leader=world.post("head"))
    return secretary_list(actor=world.actor("head"), duty_id=duty.pk, categories=categories, duties=duties)


def record(world: World, document: IncomingDocument) -> None:
    """The secretary writes down what the head said."""
    incoming_instruct(
        actor=world.actor("secretary"), incoming_id=document.pk, text="请抓好落实。", recorded_for_leader=True
    )


def test_what_is_listed_is_recorded_with_a_trace(world: World) -> None:
    document = proposed(world)
    listed(world, ("incoming",), ("signing",))
    record(world, document)
    opinion = Opinion.objects.latest("pk")
    assert (opinion.person_name, opinion.recorded_by_name) == ("沈亦舟", "程一诺")
    assert Task.objects.get(opinions=opinion).acted_by == world.person("secretary")


def test_nobody_serves_past_the_last_day_of_either_post(world: World) -> None:
    secretary, leader = world.post("secretary"), world.post("head")
    tomorrow = clock.now() + timedelta(days=1)
    for ending in (leader, secretary):
        appointment_close(actor=None, appointment_id=ending.pk, ended_on=clock.today())
        assert serves(secretary.pk, leader.pk)
        assert serves_person(secretary.pk, leader.person_id)
        with clock.at(tomorrow):
            assert not serves(secretary.pk, leader.pk)
            assert not serves_person(secretary.pk, leader.person_id)
        ending.ended_on = None
        ending.save(update_fields=["ended_on"])


@pytest.mark.parametrize(
    ("categories", "duties"),
    [(("outgoing",), ("signing",)), (("incoming",), ("work", "decision")), (("outgoing",), ("work",))],
)
def test_what_is_not_listed_is_neither_seen_nor_done(
    world: World, categories: tuple[str, ...], duties: tuple[str, ...]
) -> None:
    document = proposed(world)
    secretary = world.actor("secretary")
    assert Ability.INSTRUCT in abilities(secretary, document)
    listed(world, categories, duties)
    assert abilities(secretary, document) == frozenset()
    assert (task_count(secretary), list(tasks_todo(secretary))) == (0, [])
    with pytest.raises(NotFound):
        record(world, document)
    assert not Opinion.objects.filter(recorded_by_name="程一诺").exists()


def test_only_the_leader_lists_and_lists_something(world: World) -> None:
    duty = SecretaryDuty.objects.get(leader=world.post("head"))
    for key in ("secretary", "director", "sysadmin"):
        with pytest.raises(NotFound):
            secretary_list(
                actor=world.actor(key), duty_id=duty.pk, categories=["incoming"], duties=["signing"]
            )
    for categories, duties in (([], ["signing"]), (["nonsense"], ["signing"]), (["incoming"], ["personal"])):
        with pytest.raises(ValidationFailed, match="请至少选择"):
            secretary_list(actor=world.actor("head"), duty_id=duty.pk, categories=categories, duties=duties)


def test_the_leader_ends_it_and_nothing_more_is_recorded(world: World) -> None:
    document = proposed(world)
    duty = SecretaryDuty.objects.get(leader=world.post("head"))
    with pytest.raises(Forbidden):
        secretary_release(actor=world.actor("secretary"), duty_id=duty.pk)
    secretary_release(actor=world.actor("head"), duty_id=duty.pk)
    with pytest.raises(NotFound):
        record(world, document)
    assert AuditEntry.objects.filter(action="accounts.secretary_release").count() == 1


def test_the_page_shows_the_list_and_its_traces_to_both(world: World, client_as: ClientAs) -> None:
    document = proposed(world)
    record(world, document)
    for key in ("head", "secretary"):
        body = client_as(key).get(reverse("accounts:secretaries")).content.decode()
        assert document.title in body
    assert "没有秘书" in client_as("director").get(reverse("accounts:secretaries")).content.decode()


def test_the_form_saves_and_ends(world: World, client_as: ClientAs) -> None:
    duty = SecretaryDuty.objects.get(leader=world.post("head"))
    save, end = (reverse(f"accounts:{name}", args=[duty.pk]) for name in ("secretary_save", "secretary_end"))
    form = {"categories": ["incoming"], "duties": ["signing"]}
    assert client_as("stranger").post(save, form).status_code == 404
    assert client_as("stranger").post(end).status_code == 403
    client_as("head").post(save, form)
    duty.refresh_from_db()
    assert (duty.categories, duty.duties) == (["incoming"], ["signing"])
    client_as("head").post(end)
    assert not SecretaryDuty.objects.filter(pk=duty.pk).exists()
