"""An item on its author's side: written, reviewed by the unit's heads, submitted, withdrawn."""

from dataclasses import dataclass
from typing import Any

from django.db import transaction

from apps.accounts.models import Appointment, Organ
from apps.briefings.course import noted, stored, task_at, task_beyond, task_required, version_met
from apps.briefings.enums import Category, ItemState
from apps.briefings.events import ItemSubmitted
from apps.briefings.models import Commission, InfoItem
from apps.briefings.models.items import TITLE_LENGTH
from apps.briefings.policies.items import Ability, require
from apps.briefings.procedures import CATEGORY, ITEM_CODE, WRITE
from apps.briefings.selectors.items import item_for, subject_of
from apps.briefings.selectors.receivers import receivers_of, review_facts
from apps.core.actors import Actor
from apps.core.clock import now
from apps.core.errors import InvalidState, ValidationFailed
from apps.core.events import publish
from apps.core.submissions import claim, made, made_before
from apps.files.words import words_checked
from apps.workflow.models import Opinion, Task
from apps.workflow.selectors import live_run
from apps.workflow.services import (
    StepResult,
    matter_open,
    run_start,
    task_complete,
    task_return,
    task_withdraw,
)

TEXT, SOURCES, PHONE, REASON = 10_000, 200, 30, 500


@dataclass(frozen=True, kw_only=True)
class ItemDraft:
    """What the form holds."""

    category: str
    title: str
    text: str
    receiver_id: int | None
    sources: str = ""
    phone: str = ""
    commission_id: int | None = None


@transaction.atomic
def item_save(
    *,
    actor: Actor,
    draft: ItemDraft,
    item_id: int | None = None,
    expected_version: int | None = None,
    key: str = "",
) -> InfoItem:
    """Write or amend an item that is not under way. The same key writes once.

    Raises `ValidationFailed` by field (a mark of secrecy among them), `Forbidden`, `Conflict` for another version.
    """
    if item_id is not None:
        item = _held(actor, item_id, Ability.AMEND, expected_version)
        _fill(item, draft)
        item.version += 1
        item.save()
        return item
    post_id = actor.post_required("报送信息")
    if not claim(person_id=actor.person_id, key=key, verb="briefings.write"):
        return made_before(InfoItem.objects, person_id=actor.person_id, key=key)
    post = Appointment.objects.select_related("organ", "unit").get(pk=post_id)
    moment = now()
    item = InfoItem(
        organ=post.organ,
        unit=post.unit,
        person_id=actor.person_id,
        author=post,
        created_at=moment,
        dated_at=moment,
    )
    _fill(item, draft)
    item.save()
    made(person_id=actor.person_id, key=key, row_id=item.pk)
    noted("briefings.write", actor, subject_of(item), item)
    return item


@transaction.atomic
def item_discard(*, actor: Actor, item_id: int) -> None:
    """Drop a draft that was never submitted."""
    item = _held(actor, item_id, Ability.DISCARD, None)
    noted("briefings.discard", actor, subject_of(item), item)
    item.delete()


@transaction.atomic
def item_submit(
    *, actor: Actor, item_id: int, expected_version: int | None = None, key: str = ""
) -> InfoItem:
    """Send the item to the unit's heads (again); with nobody to review it, it is submitted at once."""
    if not claim(person_id=actor.person_id, key=key, verb="briefings.submit"):
        return item_for(actor, item_id)
    item = _held(actor, item_id, Ability.SUBMIT, expected_version)
    task = task_at(item.matter_id, WRITE) or _begun(actor, item)
    result = task_complete(
        actor=actor, task_id=task.pk, action=Opinion.Action.SUBMIT, facts=review_facts(item)
    )
    noted("briefings.submit", actor, subject_of(item), item)
    return _kept(item, result)


@transaction.atomic
def item_approve(
    *,
    actor: Actor,
    item_id: int,
    text: str = "",
    strokes: dict[str, Any] | None = None,
    recorded_for_leader: bool = False,
    key: str = "",
) -> InfoItem:
    """Let the item go on; after the last head it lies on the receiver's desk. Raises `InvalidState` for others."""
    item = item_for(actor, item_id, lock=True)
    if not claim(person_id=actor.person_id, key=key, verb="briefings.review"):
        return item
    task = task_required(task_beyond(actor, item.matter_id, WRITE))
    result = task_complete(
        actor=actor,
        task_id=task.pk,
        action=Opinion.Action.APPROVE,
        text=text,
        strokes=strokes,
        recorded_for_leader=recorded_for_leader,
    )
    item.approved_by = actor.signature
    return _kept(item, result)


@transaction.atomic
def item_send_back(*, actor: Actor, item_id: int, text: str, key: str = "") -> InfoItem:
    """A head has it written again, with a reason."""
    item = item_for(actor, item_id, lock=True)
    if not claim(person_id=actor.person_id, key=key, verb="briefings.review"):
        return item
    task = task_required(task_beyond(actor, item.matter_id, WRITE))
    result = task_return(actor=actor, task_id=task.pk, to="drafter", text=text)
    item.answer, item.answered_by, item.answered_at = text.strip()[:REASON], actor.signature, now()
    return _kept(item, result)


@transaction.atomic
def item_withdraw(*, actor: Actor, item_id: int) -> InfoItem:
    """Take it back: from the next reviewer while that one has not acted, from the receiver while it was not taken up.

    Raises `InvalidState` or `Forbidden` with the true reason.
    """
    item = item_for(actor, item_id, lock=True)
    run = live_run(item.matter) if item.matter else None
    if item.state == ItemState.PENDING and run is not None:
        return _kept(item, task_withdraw(actor=actor, run_id=run.pk), back=ItemState.DRAFT)
    if item.state in {ItemState.DRAFT, ItemState.RETURNED, ItemState.PENDING}:
        raise InvalidState("这条信息还没有报送，无须撤回。")
    require(Ability.WITHDRAW, actor, item)
    item.state, item.submitted_at = ItemState.DRAFT, None
    noted("briefings.withdraw", actor, subject_of(item), item)
    return stored(item)


def _held(actor: Actor, item_id: int, ability: Ability, expected_version: int | None) -> InfoItem:
    item = item_for(actor, item_id, lock=True)
    require(ability, actor, item)
    version_met(item.version, expected_version)
    return item


def _fill(item: InfoItem, draft: ItemDraft) -> None:
    if draft.category not in Category.values:
        raise ValidationFailed("请选择信息类别。", field="category")
    item.category = Category(draft.category)
    item.title = " ".join(words_checked(draft.title, "标题", TITLE_LENGTH, required=True).split())
    item.text = words_checked(draft.text, "正文", TEXT, required=True).replace("\r\n", "\n")
    item.sources = words_checked(draft.sources, "信息来源", SOURCES)
    item.phone = words_checked(draft.phone, "联系电话", PHONE)
    item.receiver = _receiver(item.organ, draft.receiver_id)
    item.commission = _commission(item, draft.commission_id)


def _receiver(organ: Organ, receiver_id: int | None) -> Organ:
    found = receivers_of(organ)
    chosen = next((one for one in found if one.pk == receiver_id), None)
    if chosen is None:
        raise ValidationFailed("请选择接收机关。", field="receiver")
    return chosen


def _commission(item: InfoItem, commission_id: int | None) -> Commission | None:
    """What it answers: an open commission to this unit, or the one it named before."""
    if commission_id is None or commission_id == item.commission_id:
        return item.commission if commission_id else None
    found = Commission.objects.filter(
        pk=commission_id, units__organ=item.organ, closed_at__isnull=True
    ).first()
    if found is None:
        raise ValidationFailed("这份约稿已经结束或不是向本单位约的，请重新选择。", field="commission")
    if found.organ_id != item.receiver_id:
        raise ValidationFailed("应约的信息须报送给约稿机关，请核对接收机关。", field="receiver")
    return found


def _begun(actor: Actor, item: InfoItem) -> Task:
    """The item's card, where it has none yet, and a run; the author's to-do is what submitting completes."""
    if item.matter is None:
        item.matter = matter_open(
            actor=actor,
            subject=subject_of(item),
            category=CATEGORY,
            title=item.title,
            origin_name=item.organ.short_name,
            organ_id=item.organ_id,
        )
        item.save(update_fields=["matter"])
    run_start(actor=actor, matter=item.matter, procedure_code=ITEM_CODE, facts={})
    return task_required(task_at(item.matter_id, WRITE))


def _kept(item: InfoItem, result: StepResult, *, back: ItemState = ItemState.RETURNED) -> InfoItem:
    """Bring the item to where its run is."""
    if result.run_finished:
        item.state, item.submitted_at = ItemState.SUBMITTED, now()
        item.dated_at = item.submitted_at
        item.answer, item.answered_by, item.answered_at = "", "", None
        publish(ItemSubmitted(item_id=item.pk))
    else:
        item.state = back if result.current_step == WRITE else ItemState.PENDING
    return stored(item)
