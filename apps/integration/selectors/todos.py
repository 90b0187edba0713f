"""Pushed to-dos: the person's page, and what a system reads back."""

from dataclasses import dataclass

from django.db.models import QuerySet

from apps.accounts.models import Appointment
from apps.accounts.selectors import appointments_of
from apps.accounts.selectors.identity import person_of_identity
from apps.core.actors import Actor
from apps.core.errors import NotFound
from apps.core.paging import Page, page_of
from apps.integration.enums import TodoState
from apps.integration.models import PartnerSystem, PartnerTodo
from apps.integration.policies import may_dismiss, serves, todos_visible_to
from apps.workflow.models import Task
from apps.workflow.selectors import open_task_for

LIST_ORDER = ("-updated_at", "-id")
RELATED = ("system__organ", "system__keeper", "person", "matter")
PAGE = 100


@dataclass(frozen=True, kw_only=True)
class TodoPage:
    """What the page shows: `task` is what the actor has on the list, for the holder or another."""

    todo: PartnerTodo
    task: Task | None
    may_dismiss: bool
    on_behalf_of: str


def todo_for(actor: Actor, todo_id: int) -> PartnerTodo:
    """A to-do the actor may see. Raises `NotFound`."""
    found = todos_visible_to(actor).select_related(*RELATED).filter(pk=todo_id).first()
    if found is None:
        raise NotFound
    return found


def todo_page(actor: Actor, todo_id: int) -> TodoPage:
    """The to-do with what the actor may do. Raises `NotFound`."""
    todo = todo_for(actor, todo_id)
    task = open_task_for(actor, todo.matter) if todo.matter else None
    return TodoPage(
        todo=todo,
        task=task,
        may_dismiss=may_dismiss(todo, has_task=task is not None),
        on_behalf_of=task.person.name if task and task.person_id != actor.person_id else "",
    )


def can_view_todo(actor: Actor, todo_id: int) -> bool:
    """As `todo_for`, without raising."""
    return todos_visible_to(actor).filter(pk=todo_id).exists()


def todo_title(todo_id: int) -> str:
    """For lists and notices; empty when it is gone."""
    return next(iter(PartnerTodo.objects.filter(pk=todo_id).values_list("title", flat=True)), "")


def post_reached(system: PartnerSystem, login_name: str) -> Appointment | None:
    """The running post, main ones first, in which the system reaches the person; None for nobody it may know of."""
    if "\x00" in login_name:
        return None
    person = person_of_identity(field="login_name", value=login_name.strip())
    if person is None or not person.is_active:
        return None
    return appointments_of(person.pk).filter(serves(system)).first()


def todos_of(system: PartnerSystem) -> QuerySet[PartnerTodo]:
    """All of the system's own."""
    return PartnerTodo.objects.filter(system=system).select_related("person")


def todos_page(
    system: PartnerSystem, *, state: str = "", external_ids: list[str] | None = None, cursor: str = ""
) -> Page[PartnerTodo]:
    """The system's own, latest change first, for reconciliation; an unknown `state` finds nothing."""
    rows = todos_of(system)
    if state:
        rows = rows.filter(state=state) if state in TodoState.values else rows.none()
    if external_ids:
        rows = rows.filter(external_id__in=external_ids)
    return page_of(rows, order=LIST_ORDER, cursor=cursor, size=PAGE)
