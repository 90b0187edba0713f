"""统一待办: pushed, brought up to date, finished and withdrawn by their system; taken off the list by their holder."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import partial

from django.db import transaction
from django.db.models import QuerySet

from apps.accounts.models import Appointment
from apps.audit.services import record
from apps.core.actors import Actor
from apps.core.clock import now
from apps.core.errors import HouseError, InvalidState, NotFound, ValidationFailed
from apps.core.given import kept_part
from apps.core.subjects import Subject
from apps.files.marks import mark_in_text
from apps.integration.boundaries import link_checked
from apps.integration.enums import Ended, Scope, TodoState
from apps.integration.models import PartnerSystem, PartnerTodo
from apps.integration.policies import TODO_KIND, require_scope
from apps.integration.procedures import CATEGORY, CODE
from apps.integration.selectors.systems import system_locked
from apps.integration.selectors.todos import post_reached, todo_for
from apps.notifications.services import notices_read_about
from apps.workflow.models import Matter, Urgency
from apps.workflow.selectors import live_run, open_task_for
from apps.workflow.services import (
    given_end,
    given_finish,
    matter_open,
    matter_update,
    run_give,
    task_complete,
    task_opened,
    tasks_due_set,
)

MOST_ROWS = 200
ID_LIMIT, TITLE_LIMIT, SOURCE_LIMIT, LINK_LIMIT = 64, 200, 40, 500


@dataclass(frozen=True, kw_only=True)
class TodoRow:
    """One to-do as its system describes it. `urgency` is empty, `urgent` or `extra_urgent`; `source` empty is the system's name."""

    external_id: str
    login_name: str
    title: str
    link: str
    source: str = ""
    urgency: str = ""
    due_at: datetime | None = None


@dataclass(frozen=True, kw_only=True)
class RowResult:
    """What became of one row: `created`, `updated`, `unchanged`, `done`, `withdrawn` or `refused` with code and reason."""

    external_id: str
    status: str
    code: str = ""
    message: str = ""

    def as_json(self) -> dict[str, str]:
        """As the system reads it; what it sent comes back without characters that cannot be kept."""
        return {name: kept_part(text) for name, text in vars(self).items()}


@transaction.atomic
def todos_push(*, system: PartnerSystem, rows: Sequence[TodoRow | RowResult]) -> list[RowResult]:
    """Put the rows on desks, or bring those of the same external id up to date. A refused row leaves nothing behind.

    A row that was refused for its shape already is handed in as its result, so that it keeps its place.

    Raises `Forbidden` without the scope, `ValidationFailed` for an empty or too long batch.
    """
    system = _taken(system, len(rows))
    return [
        row if isinstance(row, RowResult) else _each(row.external_id, partial(_pushed, system, row))
        for row in rows
    ]


@transaction.atomic
def todos_complete(*, system: PartnerSystem, external_ids: Sequence[str]) -> list[RowResult]:
    """They were done over there: from 待办 to 已办. What is done already stays so."""
    system = _taken(system, len(external_ids))
    return [_each(one, partial(_completed, system, one)) for one in external_ids]


@transaction.atomic
def todos_withdraw(*, system: PartnerSystem, external_ids: Sequence[str], reason: str) -> list[RowResult]:
    """They are asked for no more: off the list. A reason is wanted; what is withdrawn already stays so."""
    words = reason.strip()[:200]
    if not words:
        raise ValidationFailed("请写明撤回原因 reason。")
    system = _taken(system, len(external_ids))
    return [_each(one, partial(_withdrawn, system, one, words)) for one in external_ids]


@transaction.atomic
def todo_dismiss(*, actor: Actor, todo_id: int) -> PartnerTodo:
    """Take a to-do off the list that was done over there while its system has not said so; the system reads who did it.

    Raises `InvalidState` when it is over or is not on the actor's list.
    """
    seen = todo_for(actor, todo_id)
    system_locked(seen.system_id)
    todo = _locked(PartnerTodo.objects.filter(pk=todo_id))
    task = open_task_for(actor, _matter(todo))
    if todo.state != TodoState.OPEN or task is None:
        raise InvalidState("这件待办已经不在您的待办中，请刷新页面查看。")
    task_complete(actor=actor, task_id=task.pk, action="submit")
    matter_update(matter=_matter(todo), state_text="本人确认已办")
    _end(todo, TodoState.DONE, Ended.BY_PERSON)
    _note("integration.todo_dismiss", actor, todo)
    return todo


@transaction.atomic
def todo_opened(*, actor: Actor, todo: PartnerTodo) -> None:
    """The actor looks at it: the to-do is no longer new, its notices are read."""
    task_opened(actor=actor, matter=_matter(todo))
    notices_read_about(actor=actor, subject=Subject(TODO_KIND, todo.pk))


def _taken(system: PartnerSystem, count: int) -> PartnerSystem:
    """The system's row held: batches of one system follow each other, and a key taken back meanwhile counts."""
    if not 1 <= count <= MOST_ROWS:
        raise ValidationFailed(f"一次须有 1 到 {MOST_ROWS} 条，现为 {count} 条。")
    held = system_locked(system.pk)
    require_scope(held, Scope.TODO)
    if not held.is_enabled:
        raise InvalidState("本系统已停用，请联系系统管理员。")
    return held


def _each(external_id: str, perform: Callable[[], str]) -> RowResult:
    """One row by itself: its refusal undoes only what it did."""
    try:
        with transaction.atomic():
            return RowResult(external_id=external_id, status=perform())
    except HouseError as error:
        return RowResult(external_id=external_id, status="refused", code=error.code, message=error.message)


def _pushed(system: PartnerSystem, row: TodoRow) -> str:
    checked = _checked(system, row)
    todo = PartnerTodo.objects.filter(system=system, external_id=checked.external_id).first()
    post = post_reached(system, checked.login_name)
    if post is None:
        raise NotFound("没有找到该人员，或其所在机关不使用本系统。")
    if todo is None:
        _create(system, checked, post)
        return "created"
    return _update(_locked(PartnerTodo.objects.filter(pk=todo.pk)), checked, post)


def _checked(system: PartnerSystem, row: TodoRow) -> TodoRow:
    """The row in its kept shape. Raises `ValidationFailed` for what cannot be shown or must not be kept."""
    title, source = " ".join(row.title.split()), " ".join(row.source.split()) or system.name
    external_id = row.external_id.strip()
    if not external_id or len(external_id) > ID_LIMIT or not external_id.isprintable():
        raise ValidationFailed(f"external_id 须为 {ID_LIMIT} 个以内的可见字符。")
    if not title or len(title) > TITLE_LIMIT or "\x00" in title:
        raise ValidationFailed(f"title 须为 {TITLE_LIMIT} 字以内的标题。")
    if len(source) > SOURCE_LIMIT or "\x00" in source:
        raise ValidationFailed(f"source 须在 {SOURCE_LIMIT} 字以内。")
    if row.urgency not in Urgency.values:
        raise ValidationFailed("urgency 只能是空、urgent 或 extra_urgent。")
    if len(row.link) > LINK_LIMIT:
        raise ValidationFailed(f"link 不能超过 {LINK_LIMIT} 个字符。")
    if mark := mark_in_text(title):
        raise ValidationFailed(f"标题中有密级标志“{mark}”。本系统为非涉密系统，不接收涉密事项。")
    return TodoRow(
        external_id=external_id,
        login_name=row.login_name,
        title=title,
        link=link_checked(row.link, system.hosts),
        source=source,
        urgency=row.urgency,
        due_at=row.due_at,
    )


def _create(system: PartnerSystem, row: TodoRow, post: Appointment) -> PartnerTodo:
    moment = now()
    todo = PartnerTodo.objects.create(
        system=system,
        external_id=row.external_id,
        person_id=post.person_id,
        appointment=post,
        title=row.title,
        source=row.source,
        urgency=row.urgency,
        due_at=row.due_at,
        link=row.link,
        created_at=moment,
        updated_at=moment,
    )
    todo.matter = matter_open(
        actor=None,
        subject=Subject(TODO_KIND, todo.pk),
        category=CATEGORY,
        title=row.title,
        origin_name=row.source,
        organ_id=post.organ_id,
        urgency=row.urgency,
    )
    todo.save(update_fields=["matter"])
    run_give(giver=system.name, matter=todo.matter, procedure_code=CODE, appointment=post, due_at=row.due_at)
    _note("integration.todo_push", None, todo)
    return todo


def _update(todo: PartnerTodo, row: TodoRow, post: Appointment) -> str:
    if todo.state != TodoState.OPEN:
        raise InvalidState(f"该待办{todo.get_state_display()}，不能再修改；有新的事项请用新的 external_id。")
    if todo.person_id != post.person_id:
        raise InvalidState("待办不能改派他人，请撤回后用新的 external_id 推送。")
    if todo.due_at is not None and row.due_at is None:
        raise ValidationFailed("已有的时限不能取消，可以改期。")
    wanted = {name: getattr(row, name) for name in ("title", "source", "urgency", "due_at", "link")}
    changed = [name for name, value in wanted.items() if getattr(todo, name) != value]
    if not changed:
        return "unchanged"
    for name in changed:
        setattr(todo, name, wanted[name])
    todo.updated_at = now()
    todo.save(update_fields=[*changed, "updated_at"])
    _card_update(todo, is_redated="due_at" in changed)
    _note("integration.todo_update", None, todo, fields="、".join(changed))
    return "updated"


def _card_update(todo: PartnerTodo, *, is_redated: bool) -> None:
    matter = _matter(todo)
    if matter.origin_name != todo.source:
        Matter.objects.filter(pk=matter.pk).update(origin_name=todo.source)
    matter_update(matter=matter, title=todo.title, urgency=todo.urgency)
    run = live_run(matter)
    if is_redated and run is not None and todo.due_at is not None:
        tasks_due_set(run=run, step_code="handle", due_at=todo.due_at)


def _completed(system: PartnerSystem, external_id: str) -> str:
    todo = _own(system, external_id)
    if todo.state == TodoState.WITHDRAWN:
        raise InvalidState("该待办已撤回，不能办结。")
    if todo.state == TodoState.OPEN:
        run = live_run(_matter(todo))
        if run is not None:
            given_finish(giver=system.name, run_id=run.pk)
        _end(todo, TodoState.DONE, Ended.BY_SYSTEM)
        _note("integration.todo_complete", None, todo)
    elif todo.ended_by == Ended.BY_PERSON:
        _end(todo, TodoState.DONE, Ended.BY_SYSTEM)
    return "done"


def _withdrawn(system: PartnerSystem, external_id: str, reason: str) -> str:
    todo = _own(system, external_id)
    if todo.state == TodoState.DONE:
        raise InvalidState("该待办已办结，不能撤回。")
    if todo.state == TodoState.OPEN:
        run = live_run(_matter(todo))
        if run is not None:
            given_end(giver=system.name, run_id=run.pk, reason=reason)
        matter_update(matter=_matter(todo), state_text="来源系统已撤回")
        _end(todo, TodoState.WITHDRAWN, Ended.BY_SYSTEM)
        _note("integration.todo_withdraw", None, todo, reason=reason)
    return "withdrawn"


def _own(system: PartnerSystem, external_id: str) -> PartnerTodo:
    if "\x00" in external_id:
        raise NotFound("本系统没有推送过这个 external_id。")
    return _locked(PartnerTodo.objects.filter(system=system, external_id=external_id.strip()))


def _locked(rows: QuerySet[PartnerTodo]) -> PartnerTodo:
    found = rows.select_for_update(of=("self",)).select_related("matter", "system").first()
    if found is None:
        raise NotFound("本系统没有推送过这个 external_id。")
    return found


def _matter(todo: PartnerTodo) -> Matter:
    if todo.matter is None:
        raise NotFound
    return todo.matter


def _end(todo: PartnerTodo, state: TodoState, by: Ended) -> None:
    todo.state, todo.ended_by = state, by
    todo.ended_at = todo.ended_at or now()
    todo.updated_at = now()
    todo.save(update_fields=["state", "ended_by", "ended_at", "updated_at"])


def _note(act: str, actor: Actor | None, todo: PartnerTodo, **facts: str) -> None:
    told = {"system": todo.system_id, "system_name": todo.system.name, "external_id": todo.external_id}
    record(
        act,
        actor=actor,
        subject=Subject(TODO_KIND, todo.pk),
        subject_text=todo.title,
        facts={**told, **facts},
    )
