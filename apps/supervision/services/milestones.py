"""节点: days on the way, set by the supervising office or the lead, reached by the lead."""

from datetime import date

from django.db import transaction

from apps.core.actors import Actor
from apps.core.clock import local, now
from apps.core.errors import InvalidState, NotFound, ValidationFailed
from apps.files.words import words_checked
from apps.supervision.course import moved, taken_up
from apps.supervision.dating import due_checked
from apps.supervision.enums import Act
from apps.supervision.models import Milestone, SupervisionItem

TITLE_LIMIT = 100
MOST = 20


@transaction.atomic
def milestone_add(*, actor: Actor, item_id: int, title: str, due_on: date | None) -> Milestone:
    """Set a milestone, due no later than the item. Refuses a second one of the same name, the past, and more than twenty."""
    item = taken_up(actor, item_id, Act.PLAN_MILESTONES, None)
    name = words_checked(title, "节点名称", TITLE_LIMIT, required=True)
    if due_on is None:
        raise ValidationFailed("请选择节点时限。")
    due_at = due_checked(due_on)
    if item.due_at is not None and due_at > item.due_at:
        raise ValidationFailed("节点时限不能晚于事项时限。")
    if item.milestones.count() >= MOST:
        raise ValidationFailed(f"一个事项最多设 {MOST} 个节点。")
    made, is_new = Milestone.objects.get_or_create(item=item, title=name, defaults={"due_at": due_at})
    if not is_new:
        raise ValidationFailed("已有同名的节点。")
    _settle(item, actor, f"新增节点：{name}（{local(due_at):%Y-%m-%d}）")
    return made


@transaction.atomic
def milestone_reach(*, actor: Actor, item_id: int, milestone_id: int) -> Milestone:
    """Mark one as reached, now and by whom."""
    item = taken_up(actor, item_id, Act.PLAN_MILESTONES, None)
    found = _open_one(item, milestone_id)
    found.reached_at, found.reached_text = now(), actor.signature
    found.save(update_fields=["reached_at", "reached_text"])
    _settle(item, actor, f"完成节点：{found.title}")
    return found


@transaction.atomic
def milestone_remove(*, actor: Actor, item_id: int, milestone_id: int) -> None:
    """Take back one that is not reached; the course keeps that it was there."""
    item = taken_up(actor, item_id, Act.PLAN_MILESTONES, None)
    found = _open_one(item, milestone_id)
    title = found.title
    found.delete()
    _settle(item, actor, f"取消节点：{title}")


def _open_one(item: SupervisionItem, milestone_id: int) -> Milestone:
    found = item.milestones.filter(pk=milestone_id).first()
    if found is None:
        raise NotFound
    if found.reached_at is not None:
        raise InvalidState("该节点已经完成，不能再更改。")
    return found


def _settle(item: SupervisionItem, actor: Actor, note: str) -> None:
    """The item knows the first open milestone's date; the course tells what was done."""
    first = item.milestones.filter(reached_at__isnull=True).order_by("due_at").first()
    item.milestone_due_at = first.due_at if first else None
    moved(item, Act.PLAN_MILESTONES, actor=actor, note=note, save=("milestone_due_at",))
