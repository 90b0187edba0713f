"""The demo city's connected systems: added once, with two to-dos on two desks, never in a real installation."""

from io import StringIO

import pytest
from django.conf import LazySettings
from django.core.management import CommandError, call_command

from apps.accounts.models import Person
from apps.integration import demo
from apps.integration.models import PartnerSystem, PartnerTodo
from apps.workflow.models import Task
from tests.factories.world import World

pytestmark = pytest.mark.django_db
CAST = {"suwanqing": "finance_clerk", "yezhiqiu": "bureau_clerk", "moshang": "stranger", "gaowenlan": "director",
        "luojiamu": "clerk"}  # fmt: skip


@pytest.fixture
def demo_names(world: World) -> None:
    """The cast under the login names of the demo city."""
    for login_name, key in CAST.items():
        Person.objects.filter(pk=world.person(key).pk).update(login_name=login_name)


def test_the_systems_are_added_once_with_their_to_dos(world: World, demo_names: None) -> None:
    said = StringIO()
    for _ in range(2):
        call_command("demo_partners", stdout=said)
    assert said.getvalue().split() == ["接入系统：新增", "3", "个。", "接入系统：新增", "0", "个。"]
    assert PartnerSystem.objects.filter(is_enabled=True).count() == len(demo.SYSTEMS)
    assert {todo.person.login_name for todo in PartnerTodo.objects.all()} == {"gaowenlan", "luojiamu"}
    assert Task.objects.filter(state="open").count() == 2


def test_a_real_installation_gets_none(world: World, settings: LazySettings) -> None:
    settings.TONGZHOU_MODE = "real"
    with pytest.raises(CommandError):
        call_command("demo_partners")
    assert not PartnerSystem.objects.exists()
