"""What every act here shares: the gate, the version, the to-do, the audit's line."""

from django.db import models

from apps.audit.services import record
from apps.briefings.models import Bulletin, BulletinIssue, InfoItem
from apps.core.actors import Actor
from apps.core.errors import Conflict, InvalidState
from apps.core.subjects import Subject
from apps.workflow.models import Task
from apps.workflow.policies import may_act
from apps.workflow.services import matter_update


def version_met(version: int, expected: int | None) -> None:
    """Refuse to act on what has changed since it was shown."""
    if expected is not None and version != expected:
        raise Conflict("刚刚有人作了修改，请刷新后再操作，您填写的内容没有提交。", version=version)


def task_at(matter_id: int | None, step: str) -> Task | None:
    """The open to-do of a step."""
    if matter_id is None:
        return None
    return Task.objects.filter(matter_id=matter_id, state=Task.State.OPEN, step_code=step).first()


def task_beyond(actor: Actor, matter_id: int | None, step: str) -> Task | None:
    """The open to-do of a later step that the actor may act on: as holder, delegate or secretary."""
    if matter_id is None:
        return None
    mine = Task.objects.filter(may_act(actor.person_id), matter_id=matter_id, state=Task.State.OPEN)
    related = mine.select_related("run__version__procedure", "person", "appointment")
    return related.exclude(step_code=step).order_by("pk").first()


def task_required(task: Task | None) -> Task:
    """The to-do, or a sentence that it is nobody's or somebody else's."""
    if task is None:
        raise InvalidState("没有待您办理的事项，可能已由他人办理，请刷新页面查看。")
    return task


def noted(action: str, actor: Actor, subject: Subject, row: models.Model, **facts: object) -> None:
    """The audit's line, which names series and issues but no content. Part of the verb's transaction."""
    is_named = isinstance(row, Bulletin | BulletinIssue)
    words = str(row) if is_named else f"{row._meta.verbose_name}{row.pk}"  # noqa: SLF001  # Django's documented name
    record(action, actor=actor, subject=subject, subject_text=words[:200], facts={**facts})


def stored(item: InfoItem, *, closed: bool = False) -> InfoItem:
    """Save the item with its next version and bring its card up to date. Part of the verb's transaction."""
    item.version += 1
    item.save()
    if item.matter is not None:
        matter_update(
            matter=item.matter, title=item.title, state_text=item.get_state_display(), closed=closed
        )
    return item
