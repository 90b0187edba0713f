"""A plan split into items, all of them or none; and acts on many items at once."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime

from django.db import transaction

from apps.audit.services import record
from apps.core.actors import Actor
from apps.core.clock import now, today
from apps.core.errors import HouseError, ValidationFailed
from apps.core.events import publish
from apps.core.submissions import claim
from apps.files.marks import mark_in_text
from apps.supervision.course import post_words
from apps.supervision.dating import due_checked
from apps.supervision.enums import Frequency
from apps.supervision.events import PlanProposed
from apps.supervision.models import Assisting, ItemClass, ItemLog, SupervisionItem
from apps.supervision.plans import PlanRow, mistakes_of, plan_rows
from apps.supervision.policies import require_proposer
from apps.supervision.selectors.plans import organ_names
from apps.supervision.services.items import item_assign, item_establish

BATCH = 1000
SHOWN = 50
MOST_AT_ONCE = 500


@transaction.atomic
def plan_propose(*, actor: Actor, text: str, class_code: str, frequency: str = "", key: str = "") -> int:
    """Make an item of every line. Raises `ValidationFailed` naming each wrong line; then nothing is made. Returns how many."""
    organ_id = require_proposer(actor)
    if not claim(person_id=actor.person_id, key=key, verb="supervision.plan"):
        return 0
    found = ItemClass.objects.filter(code=class_code, is_active=True).first()
    if found is None:
        raise ValidationFailed("请选择事项类别。")
    if frequency == Frequency.ON_DATES:
        raise ValidationFailed("指定日期反馈的事项请逐项登记，计划分解只能选择每周、每月或办结时反馈。")
    if frequency not in Frequency.values:
        raise ValidationFailed("反馈频次无法识别，请重新选择。")
    if mark := mark_in_text(text):
        raise ValidationFailed(f"内容中有密级标志“{mark}”。本系统为非涉密系统，请去除后再试。")
    rows = plan_rows(text, organ_names(), today())
    if mistakes := mistakes_of(rows):
        more = f"……另有 {len(mistakes) - SHOWN} 处。" if len(mistakes) > SHOWN else ""
        raise ValidationFailed("\n".join(mistakes[:SHOWN]) + more)
    items = [_item(row, actor, organ_id, found, frequency) for row in rows]
    SupervisionItem.objects.bulk_create(items, batch_size=BATCH)
    _beside(items, rows, actor)
    record("supervision.plan", actor=actor, facts={"count": len(items), "class": class_code})
    publish(PlanProposed(organ_id=organ_id, first_id=items[0].pk, count=len(items)))
    return len(items)


def _item(row: PlanRow, actor: Actor, organ_id: int, found: ItemClass, frequency: str) -> SupervisionItem:
    return SupervisionItem(
        organ_id=organ_id,
        item_class=found,
        title=row.title,
        requirement=row.requirement,
        source=found.source,
        lead_organ_id=row.lead_id or 0,
        frequency=frequency,
        due_at=_due(row.due_on),
        is_due_named=row.due_on is not None,
        proposed_by_id=actor.post_required("办理督办事项"),
        created_at=now(),
    )


def _due(day: date | None) -> datetime | None:
    return due_checked(day) if day else None


def _beside(items: Sequence[SupervisionItem], rows: Sequence[PlanRow], actor: Actor) -> None:
    Assisting.objects.bulk_create(
        (
            Assisting(item=item, organ_id=organ_id)
            for item, row in zip(items, rows, strict=True)
            for organ_id in dict.fromkeys(row.help_ids)
            if organ_id != row.lead_id
        ),
        batch_size=BATCH,
    )
    ItemLog.objects.bulk_create(
        (
            ItemLog(
                item=item,
                act="propose",
                verb="登记",
                person_name=actor.name,
                post_text=post_words(actor),
                note="按计划批量登记",
                at=item.created_at,
            )
            for item in items
        ),
        batch_size=BATCH,
    )


@dataclass
class BatchResult:
    """How many were done, and why others were not."""

    done: int = 0
    refusals: list[str] = field(default_factory=list)


BATCHES: dict[str, tuple[str, Callable[..., SupervisionItem]]] = {
    "establish": ("立项", item_establish),
    "assign": ("交办", item_assign),
}


def items_batch(*, actor: Actor, act: str, item_ids: Sequence[int]) -> BatchResult:
    """立项 or 交办 of many, each in its own transaction: what cannot be done is named and stays as it was."""
    if act not in BATCHES:
        raise ValidationFailed("请选择要批量办理的操作。")
    if len(item_ids) > MOST_AT_ONCE:
        raise ValidationFailed(f"一次最多办理 {MOST_AT_ONCE} 项。")
    _, verb = BATCHES[act]
    result = BatchResult()
    for item_id in dict.fromkeys(item_ids):
        try:
            with transaction.atomic():
                verb(actor=actor, item_id=item_id)
            result.done += 1
        except HouseError as refusal:
            result.refusals.append(refusal.message)
    return result
