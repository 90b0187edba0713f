"""The agenda: items with their unit, speaker, order, minutes, and who is seated for them."""

from collections.abc import Sequence
from dataclasses import dataclass

from django.db import transaction

from apps.accounts.selectors import organs_by_id
from apps.core.actors import Actor
from apps.core.errors import Conflict, InvalidState, ValidationFailed
from apps.files.words import words_checked
from apps.meetings.course import logged
from apps.meetings.lifecycle import EDITABLE
from apps.meetings.models import AgendaItem, AgendaListener, Meeting
from apps.meetings.policies import require_organiser
from apps.meetings.selectors.agenda import item_for
from apps.meetings.selectors.meetings import meeting_for
from apps.meetings.services.issuing import observers_invited

MOST_ITEMS = 30
MOST_MINUTES = 120


@dataclass(frozen=True, kw_only=True)
class ItemDraft:
    """An item; nobody listed means everybody hears it. `observer_ids`: organs called to this item only."""

    title: str
    organ_id: int
    presenter: str = ""
    minutes: int = 10
    listener_ids: Sequence[int] = ()
    observer_ids: Sequence[int] = ()


@transaction.atomic
def agenda_add(*, actor: Actor, meeting_id: int, draft: ItemDraft) -> AgendaItem:
    """One more item at the end."""
    meeting = meeting_for(actor, meeting_id, lock=True)
    _require(actor, meeting)
    count = meeting.agenda.count()
    if count >= MOST_ITEMS:
        raise ValidationFailed(f"议题不能超过 {MOST_ITEMS} 个。")
    item = AgendaItem(meeting=meeting, place=count + 1)
    _fill(item, draft)
    item.save()
    _listeners_set(item, draft)
    _observers_set(item, draft)
    logged(meeting, "agenda", "增加议题", actor=actor, note=item.title)
    return item


@transaction.atomic
def agenda_save(*, actor: Actor, item_id: int, expected_version: int, draft: ItemDraft) -> AgendaItem:
    """Change an item. Raises `Conflict` when a colleague has changed it meanwhile; nothing is overwritten."""
    item = item_for(actor, item_id, lock=True)
    _require(actor, item.meeting)
    if item.version != expected_version:
        raise Conflict("该议题刚刚被同事修改，请刷新后再改，没有覆盖对方的内容。", version=item.version)
    _fill(item, draft)
    item.version += 1
    item.save()
    _listeners_set(item, draft)
    _observers_set(item, draft)
    logged(item.meeting, "agenda", "修改议题", actor=actor, note=item.title)
    return item


@transaction.atomic
def agenda_remove(*, actor: Actor, item_id: int, expected_version: int | None = None) -> Meeting:
    """Take an item off; those below move up. Raises `Conflict` when a colleague has changed it meanwhile."""
    item = item_for(actor, item_id)
    meeting = meeting_for(actor, item.meeting_id, lock=True)
    _require(actor, meeting)
    item.refresh_from_db(fields=["version"])
    if expected_version not in {None, item.version}:
        raise Conflict("该议题刚刚被同事修改，请刷新核对后再撤下。", version=item.version)
    if item.matters.exists():
        raise InvalidState("该议题已有议定事项，不能删除。")
    item.delete()
    _renumber(list(meeting.agenda.all()))
    logged(meeting, "agenda", "撤下议题", actor=actor, note=item.title)
    return meeting


@transaction.atomic
def agenda_move(*, actor: Actor, item_id: int, is_up: bool, expected_place: int | None = None) -> Meeting:
    """One place up or down; at the end of the list nothing changes. Raises `Conflict` when the order is another by now."""
    item = item_for(actor, item_id)
    meeting = meeting_for(actor, item.meeting_id, lock=True)
    _require(actor, meeting)
    items = list(meeting.agenda.all())
    place = [one.pk for one in items].index(item.pk)
    if expected_place not in {None, place + 1}:
        raise Conflict("议题顺序刚刚被同事调整，请刷新后再移动。", place=place + 1)
    other = place - 1 if is_up else place + 1
    if 0 <= other < len(items):
        items[place], items[other] = items[other], items[place]
        _renumber(items)
    return meeting


def _renumber(items: list[AgendaItem]) -> None:
    for place, item in enumerate(items, start=1):
        item.place = place
    AgendaItem.objects.bulk_update(items, ["place"])


def _require(actor: Actor, meeting: Meeting) -> None:
    require_organiser(actor, meeting)
    if meeting.state not in (*EDITABLE, "requested", "in_progress"):
        raise InvalidState(f"会议{meeting.get_state_display()}，议题不能再改。")


def _fill(item: AgendaItem, draft: ItemDraft) -> None:
    item.title = words_checked(draft.title, "议题", 150, required=True)
    item.presenter = words_checked(draft.presenter, "汇报人", 80)
    organ = next(iter(organs_by_id([draft.organ_id])), None)
    if organ is None or organ.abolished_on is not None:
        raise ValidationFailed("请选择汇报单位。")
    item.organ = organ
    if not 1 <= draft.minutes <= MOST_MINUTES:
        raise ValidationFailed(f"汇报时间须为 1 至 {MOST_MINUTES} 分钟。")
    item.minutes = draft.minutes


def _listeners_set(item: AgendaItem, draft: ItemDraft) -> None:
    item.listeners.all().delete()
    known = item.meeting.attendees.filter(pk__in=list(draft.listener_ids)).values_list("pk", flat=True)
    AgendaListener.objects.bulk_create(AgendaListener(item=item, attendee_id=one) for one in known)


def _observers_set(item: AgendaItem, draft: ItemDraft) -> None:
    """Organs that sit in for this item are invited for it when they are not invited anyway."""
    wanted = {one for one in draft.observer_ids if one != item.organ_id}
    found = organs_by_id(wanted)
    if len(found) < len(wanted):
        raise ValidationFailed("列席单位中有已撤销的，请选择承接其职责的单位。")
    item.observers.set(found)
    if found:
        observers_invited(meeting=item.meeting)
