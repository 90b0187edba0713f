"""What systems outside hear of: ids, numbers and titles their own organ may see."""

from typing import Any

from apps.core.events import listens_to
from apps.documents.enums import DispatchState
from apps.documents.events import DispatchSigned
from apps.documents.selectors.incoming import dispatch_with_documents
from apps.integration.enums import HookEvent
from apps.integration.selectors.webhooks import task_told
from apps.integration.services import hooks_queue
from apps.supervision.events import ItemMoved
from apps.supervision.lifecycle import CLOSED
from apps.supervision.selectors.pages import item_known
from apps.workflow.events import TaskClosed, TaskOpened
from apps.workflow.models import Task


@listens_to(DispatchSigned)
def tell_of_signing_for(event: DispatchSigned) -> None:
    """Systems of the issuing organ hear who signed for, those of the receiving one what it signed for."""
    dispatch = dispatch_with_documents(event.dispatch_id)
    if dispatch is None or dispatch.state != DispatchState.SIGNED or dispatch.signed_at is None:
        return
    issued, received = dispatch.document, dispatch.incoming_document
    told = {"receiver": dispatch.organ.short_name, "signed_at": dispatch.signed_at.isoformat()}
    key = f"dispatch:{dispatch.pk}"
    sent = {"outgoing_id": issued.pk, "number": issued.document_number, "title": issued.title}
    came = {"incoming_id": received.pk, "number": received.source_number, "title": received.title}
    hooks_queue(
        event=HookEvent.DOCUMENT_SIGNED_FOR,
        key=f"{key}:sent",
        organ_ids=[issued.organ_id],
        data={**sent, **told},
    )
    hooks_queue(
        event=HookEvent.DOCUMENT_SIGNED_FOR,
        key=f"{key}:came",
        organ_ids=[dispatch.organ_id],
        data={**came, **told},
    )


@listens_to(TaskOpened)
def tell_of_a_new_todo(event: TaskOpened) -> None:
    """Of documents of the system's organ, and of the system's own."""
    _tell_of_todo(event.task_id, HookEvent.TODO_CREATED, is_open=True)


@listens_to(TaskClosed)
def tell_of_a_finished_todo(event: TaskClosed) -> None:
    """Done, done by another, or taken back: `state` says which."""
    _tell_of_todo(event.task_id, HookEvent.TODO_FINISHED, is_open=False)


def _tell_of_todo(task_id: int, event: HookEvent, *, is_open: bool) -> None:
    found = task_told(task_id)
    if found is None or (found[0].state == Task.State.OPEN) is not is_open:
        return
    task, todo = found
    data: dict[str, Any] = {
        "task_id": task.pk,
        "title": task.matter.title,
        "number": task.matter.reference_number,
        "step": task.step_name,
        "login_name": task.person.login_name,
        "state": task.state,
    }
    if todo is not None:
        whose: dict[str, Any] = {"system_id": todo.system_id}
        data["external_id"] = todo.external_id
    else:
        whose = {"organ_ids": [task.matter.organ_id]}
    hooks_queue(event=event, key=f"task:{task.pk}:{event}:{task.state}", data=data, **whose)


@listens_to(ItemMoved)
def tell_of_a_closed_item(event: ItemMoved) -> None:
    """Systems of the organ that supervises and of the one that leads."""
    item = item_known(event.item_id)
    if item is None or item.state not in CLOSED:
        return
    hooks_queue(
        event=HookEvent.ITEM_CLOSED,
        key=f"item:{item.pk}:{item.state}:{item.completed_at or ''}",
        organ_ids={item.organ_id, item.lead_organ_id},
        data={"item_id": item.pk, "number": item.number, "title": item.title, "state": item.state},
    )
