"""A system that sends the same thing twice at once, on real PostgreSQL."""

import pytest

from apps.integration import services
from apps.integration.models import PartnerTodo
from tests.concurrency.racing import race
from tests.factories.world import World
from tests.helpers.partners import HOST, system_of

pytestmark = pytest.mark.django_db(transaction=True)


def test_one_to_do_comes_of_one_external_id_pushed_at_once(world: World) -> None:
    system, _ = system_of(world)
    row = services.TodoRow(external_id="A", login_name="drafter", title="审核", link=f"https://{HOST}/1")

    def push() -> str:
        return services.todos_push(system=system, rows=[row])[0].status

    assert sorted(race(push, push, push)) == ["created", "unchanged", "unchanged"]
    assert PartnerTodo.objects.count() == 1


def test_finished_here_and_there_at_once_it_is_finished_once(world: World) -> None:
    system, _ = system_of(world)
    row = services.TodoRow(external_id="A", login_name="drafter", title="审核", link=f"https://{HOST}/1")
    services.todos_push(system=system, rows=[row])
    todo = PartnerTodo.objects.get()
    drafter = world.actor("drafter")
    found = race(
        lambda: services.todos_complete(system=system, external_ids=["A"])[0].status,
        lambda: services.todo_dismiss(actor=drafter, todo_id=todo.pk).state,
    )
    assert found[0] == "done"
    todo.refresh_from_db()
    assert (todo.state, todo.matter is not None and todo.matter.tasks.get().state) == ("done", "done")
