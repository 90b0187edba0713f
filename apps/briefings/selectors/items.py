"""Gates, lists and the page of items."""

from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from django.db.models import Q, QuerySet

from apps.briefings.course import task_beyond
from apps.briefings.enums import SENT_STATES, WAITING_STATES, Category, ItemState
from apps.briefings.models import InfoItem
from apps.briefings.policies.items import DESK, KIND, Ability, abilities, visible_to
from apps.briefings.procedures import WRITE
from apps.briefings.selectors.commissions import owed_count
from apps.briefings.similarity import alike
from apps.core.actors import Actor
from apps.core.errors import NotFound
from apps.core.spreadsheets import Cell
from apps.core.subjects import Subject
from apps.workflow.selectors import (
    absent_of,
    live_run,
    log_of,
    opinion_columns,
    passage_of,
    phrases_of,
    steps_of,
    task_form,
    withdrawal_of,
)

RELATED = ("organ", "unit", "receiver", "person", "author", "matter", "adoption", "commission")
LIST_ORDER = ("-dated_at", "-id")
SCOPES = (("mine", "我撰写的"), ("ours", "本单位的"))
ALIKE_DAYS, ALIKE_MOST = 180, 2000
HEADS = (
    "报送单位", "科室", "标题", "类别", "撰稿人", "联系电话", "接收机关", "状态", "报送时间", "处理意见", "处理时间", "刊载情况",
)  # fmt: skip


@dataclass(frozen=True, kw_only=True)
class Wanted:
    """What a list is narrowed down to."""

    scope: str = "mine"
    state: str = ""
    category: str = ""
    words: str = ""
    organ_id: int | None = None


def item_for(actor: Actor, item_id: int, *, lock: bool = False) -> InfoItem:
    """One the actor may see. Raises `NotFound` alike for absent and invisible."""
    rows = visible_to(actor).select_related(*RELATED)
    if lock:
        rows = rows.select_for_update(of=("self",))
    found = rows.filter(pk=item_id).first()
    if found is None:
        raise NotFound("没有找到这条信息，或您无权查看。")
    return found


def item_by_id(item_id: int) -> InfoItem | None:
    """One for listeners."""
    return InfoItem.objects.select_related(*RELATED).filter(pk=item_id).first()


def subject_of(item: InfoItem) -> Subject:
    """How other apps name it."""
    return Subject(KIND, item.pk)


def item_title(item_id: int) -> str:
    """Its title for lists of other apps."""
    return InfoItem.objects.filter(pk=item_id).values_list("title", flat=True).first() or "信息"


def can_view_item(actor: Actor, item_id: int) -> bool:
    """Whether the actor may open it."""
    return visible_to(actor).filter(pk=item_id).exists()


def can_attach_to_item(actor: Actor, item_id: int) -> bool:
    """Whether files may be added or removed: while the author writes."""
    found = visible_to(actor).filter(pk=item_id).first()
    return found is not None and Ability.AMEND in abilities(actor, found)


def items_found(actor: Actor, wanted: Wanted) -> QuerySet[InfoItem]:
    """Own ones, what the own unit reports (`ours`), or what lies or lay on the desk (`desk`)."""
    rows = visible_to(actor).select_related(*RELATED).prefetch_related("adoption__entries__issue__bulletin")
    match wanted.scope:
        case "desk" if actor.roles & DESK:
            rows = rows.filter(receiver_id=actor.organ_id, state__in=SENT_STATES)
        case "ours":
            rows = rows.filter(organ_id=actor.organ_id or 0)
        case _:
            rows = rows.filter(person_id=actor.person_id)
    if wanted.state == "waiting":
        rows = rows.filter(state__in=WAITING_STATES)
    elif wanted.state in ItemState.values:
        rows = rows.filter(state=wanted.state)
    if wanted.category in Category.values:
        rows = rows.filter(category=wanted.category)
    if wanted.organ_id is not None:
        rows = rows.filter(organ_id=wanted.organ_id)
    if wanted.words:
        rows = rows.filter(Q(title__icontains=wanted.words) | Q(organ__short_name__icontains=wanted.words))
    return rows


def waiting_count(actor: Actor) -> int:
    """Live number of the rail: what waits on the actor's desk, own items that came back, commissions the unit owes."""
    mine = Q(person_id=actor.person_id, state=ItemState.RETURNED)
    if actor.organ_id is not None and actor.roles & DESK:
        mine |= Q(receiver_id=actor.organ_id, state__in=WAITING_STATES)
    return InfoItem.objects.filter(mine)[:1000].count() + owed_count(actor)


def items_alike(actor: Actor, item: InfoItem) -> list[tuple[InfoItem, int]]:
    """Items the actor may see whose titles tell of the same matter, with the likeness in per cent."""
    around = timedelta(days=ALIKE_DAYS)
    rows = visible_to(actor).filter(
        receiver_id=item.receiver_id,
        dated_at__gte=item.dated_at - around,
        dated_at__lte=item.dated_at + around,
    )
    titles = rows.exclude(pk=item.pk).order_by(*LIST_ORDER).values_list("pk", "title")[:ALIKE_MOST]
    found = alike(item.title, titles)
    known = InfoItem.objects.select_related("organ").in_bulk([pk for pk, _ in found])
    return [(known[pk], round(share * 100)) for pk, share in found if pk in known]


def page_facts(actor: Actor, item: InfoItem) -> dict[str, Any]:
    """What the item's page shows besides the item."""
    facts: dict[str, Any] = {
        "can": {str(ability): True for ability in abilities(actor, item)},
        "alike": items_alike(actor, item),
        "places": places_of(item),
    }
    run = live_run(item.matter) if item.matter is not None else None
    if item.matter is None or run is None:
        return facts
    passage, task = passage_of(run), task_beyond(actor, item.matter_id, WRITE)
    pending = item.state == ItemState.PENDING
    return facts | {
        "steps": steps_of(passage),
        "columns": opinion_columns(item.matter),
        "log": list(log_of(item.matter)),
        "form": task_form(actor, task) if task is not None else None,
        "phrases": list(phrases_of(actor)) if task is not None else [],
        "withdrawal": withdrawal_of(actor, passage) if pending else None,
        "absent": absent_of(passage) if pending else (),
    }


def places_of(item: InfoItem) -> list[str]:
    """Where it was printed, in words; what is not published yet is not told. Takes prefetched entries."""
    if item.adoption is None:
        return []
    entries = item.adoption.entries.all()
    return [entry.issue.title for entry in entries if entry.issue.number is not None]


def item_cells(item: InfoItem) -> list[Cell]:
    """One row of the sheet, in the order of `HEADS`."""
    return [
        item.organ.short_name,
        item.unit.name if item.unit else "",
        item.title,
        str(item.get_category_display()),
        item.person.name,
        item.phone or item.person.phone,
        item.receiver.short_name,
        str(item.get_state_display()),
        item.submitted_at,
        item.answer,
        item.answered_at,
        "、".join(places_of(item)),
    ]
