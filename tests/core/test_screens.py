"""Sessions of open sockets are read together."""

from collections.abc import Callable
from datetime import timedelta
from math import inf
from typing import Any

import pytest
from django.contrib.sessions.models import Session
from django.test import Client
from pytest_django import DjangoAssertNumQueries

from apps.accounts import idling
from apps.accounts.models import Person
from apps.core import clock
from apps.core.screens import living_sessions
from tests.factories.world import World

pytestmark = pytest.mark.django_db
As = Callable[[str], Client]
CAST = ("drafter", "clerk", "supervisor")


def key_of(client: Client) -> str:
    """The key of the browser's session."""
    return client.cookies["sessionid"].value


def test_only_living_sessions_of_active_people_are_living(world: World, client_as: As) -> None:
    """Not an expired or ended one, one from before the password changed, or a frozen person's."""
    mine, expired, ended, old, frozen = [key_of(client_as("drafter")) for _ in range(3)] + [
        key_of(client_as(key)) for key in ("clerk", "supervisor")
    ]
    Session.objects.filter(session_key=expired).update(expire_date=clock.now() - timedelta(seconds=1))
    Session.objects.filter(session_key=ended).delete()
    changed, gone = world.person("clerk"), world.person("supervisor")
    changed.set_password("Another-2026-Daihai")
    changed.save(update_fields=["password"])
    gone.is_active = False
    gone.save(update_fields=["is_active"])
    assert living_sessions({mine, expired, ended, old, frozen, "never"}) == {mine: inf}


@pytest.mark.parametrize("count", [1, 3])
def test_any_number_of_sessions_costs_two_queries(
    world: World, client_as: As, count: int, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    """One for the sessions, one for the people."""
    keys = {key_of(client_as(key)) for key in CAST[:count]}
    with django_assert_num_queries(2):
        assert set(living_sessions(keys)) == keys


def test_a_session_of_nobody_is_not_living(world: World) -> None:
    """It holds no person."""
    client = Client()
    session = client.session
    session["colour"] = "red"
    session.save()
    assert session.session_key is not None
    assert living_sessions({session.session_key}) == {}


def test_a_gate_before_a_session_is_known_with_its_moment(world: World, client_as: As, settings: Any) -> None:
    """A screen that locks by itself, one that is locked, a first password that is still to change."""
    settings.IDLE_LOCK_SECONDS = 900
    used, locked, first = [client_as(key) for key in CAST]
    moment = clock.now()
    for client, at in ((used, int(moment.timestamp())), (locked, 0)):
        session = client.session
        session[idling.KEY] = at
        session.save()
    Person.objects.filter(pk=world.person(CAST[2]).pk).update(must_change_password=True)
    assert living_sessions({key_of(one) for one in (used, locked, first)}) == {
        key_of(used): int(moment.timestamp()) + 900,
        key_of(locked): 900,
        key_of(first): 0,
    }
