"""同步翻页: begun, turned, handed over, taken over, ended. Screens are told to look again and fetch what they may see."""

from django.db import transaction

from apps.core.actors import Actor
from apps.core.clock import now
from apps.core.errors import Conflict, Forbidden, InvalidState, NotFound, ValidationFailed
from apps.core.realtime import person_topic, tell
from apps.meetings.course import logged
from apps.meetings.enums import MeetingState
from apps.meetings.models import AgendaItem, MaterialShowing, Meeting
from apps.meetings.policies import leads_materials
from apps.meetings.selectors.agenda import can_view_item, item_for
from apps.meetings.selectors.concerned import readers_of
from apps.meetings.selectors.meetings import meeting_for, own_attendance
from apps.meetings.selectors.showing import account_of, followers_of, material_for, showing_live

KIND_OF_FRAME = "showing"


@transaction.atomic
def showing_start(*, actor: Actor, item_id: int, file_id: int) -> MaterialShowing:
    """Show a file of the item from its first page; the actor presents. What was shown by the actor, or by whom the actor may
    relieve, ends.

    Raises `InvalidState` before the meeting has begun and after it, `Forbidden` for who does not lead, `Conflict` while somebody
    else presents.
    """
    item = item_for(actor, item_id)
    meeting = _running(actor, item.meeting_id)
    _require_lead(actor, meeting, item)
    file = material_for(item, file_id)
    before = showing_live(meeting, lock=True)
    if before is not None:
        if before.presenter_id != actor.person_id and not _leads(actor, meeting, before.item):
            raise Conflict(f"{before.presenter_text}正在同步翻页，请等其结束，或由会务人员切换。")
        if before.file_id == file.pk and before.presenter_id == actor.person_id:
            return before
        before.ended_at = now()
        before.save(update_fields=["ended_at"])
    showing = MaterialShowing.objects.create(
        meeting=meeting,
        item=item,
        file=file,
        presenter_id=actor.person_id,
        presenter_text=actor.name,
        started_at=now(),
    )
    logged(meeting, "showing", "同步翻页", actor=actor, note=f"{item.title}：{file.name}")
    _told(showing)
    return showing


@transaction.atomic
def showing_turn(*, actor: Actor, meeting_id: int, showing_id: int, page: int) -> MaterialShowing:
    """Turn to a page. Raises `Conflict` for who does not present any more, and for a page of what is no longer shown."""
    _, showing = _shown(actor, meeting_id)
    if showing.pk != showing_id or showing.presenter_id != actor.person_id:
        raise Conflict(f"现在由{showing.presenter_text}翻页，您的翻页没有同步。")
    if not 1 <= page <= (showing.file.page_count or 0):
        raise ValidationFailed("没有这一页。")
    if showing.page != page:
        showing.page = page
        _changed(showing, "page", page=page)
    return showing


@transaction.atomic
def showing_hand(*, actor: Actor, meeting_id: int, attendee_id: int) -> MaterialShowing:
    """Let somebody else seated for the item turn the pages. By who presents or leads. Raises `ValidationFailed` for others."""
    meeting, showing = _shown(actor, meeting_id)
    if showing.presenter_id != actor.person_id:
        _require_lead(actor, meeting, showing.item)
    row = next((one for one in followers_of(showing) if one.pk == attendee_id), None)
    person = account_of(row) if row is not None else None
    if row is None or person is None:
        raise ValidationFailed("请选择参加本议题、有账号的人员。")
    _presented_by(showing, person, row.comes_as)
    logged(meeting, "showing", "移交翻页", actor=actor, note=row.comes_as)
    return showing


@transaction.atomic
def showing_take(*, actor: Actor, meeting_id: int) -> MaterialShowing:
    """Turn the pages oneself, from where they are. By who leads; who presents already changes nothing."""
    meeting, showing = _shown(actor, meeting_id)
    if showing.presenter_id == actor.person_id:
        return showing
    _require_lead(actor, meeting, showing.item)
    _presented_by(showing, actor.person_id, actor.name)
    logged(meeting, "showing", "接管翻页", actor=actor)
    return showing


@transaction.atomic
def showing_stop(*, actor: Actor, meeting_id: int) -> None:
    """End it. By who presents or leads; where nothing runs nothing changes."""
    meeting = meeting_for(actor, meeting_id)
    showing = showing_live(meeting, lock=True)
    if showing is None:
        return
    if showing.presenter_id != actor.person_id:
        _require_lead(actor, meeting, showing.item)
    _ended(showing)
    logged(meeting, "showing", "结束同步翻页", actor=actor)


@transaction.atomic
def showing_close(*, meeting: Meeting) -> None:
    """Part of ending and of calling off a meeting: nothing is shown any more."""
    showing = showing_live(meeting, lock=True)
    if showing is not None:
        _ended(showing)


def _running(actor: Actor, meeting_id: int) -> Meeting:
    meeting = meeting_for(actor, meeting_id, lock=True)
    if meeting.state != MeetingState.IN_PROGRESS:
        raise InvalidState(f"会议{meeting.get_state_display()}，会议开始后、结束前才能同步翻页。")
    return meeting


def _shown(actor: Actor, meeting_id: int) -> tuple[Meeting, MaterialShowing]:
    """What runs, locked; its pages must be open to the actor."""
    meeting = meeting_for(actor, meeting_id)
    showing = showing_live(meeting, lock=True)
    if showing is None:
        raise InvalidState("同步翻页已经结束，请返回会议材料。")
    if not can_view_item(actor, showing.item_id):
        raise NotFound
    return meeting, showing


def _leads(actor: Actor, meeting: Meeting, item: AgendaItem) -> bool:
    return leads_materials(actor, meeting, item, own_attendance(actor, meeting))


def _require_lead(actor: Actor, meeting: Meeting, item: AgendaItem) -> None:
    if not _leads(actor, meeting, item):
        raise Forbidden("同步翻页由本议题汇报人、会议主持人或会务人员操作。", rule="leads_materials")


def _presented_by(showing: MaterialShowing, person_id: int, name: str) -> None:
    showing.presenter_id, showing.presenter_text = person_id, name
    _changed(showing, "presenter", "presenter_text")


def _ended(showing: MaterialShowing) -> None:
    showing.ended_at = now()
    _changed(showing, "ended_at")


def _changed(showing: MaterialShowing, *fields: str, page: int = 0) -> None:
    showing.turn += 1
    showing.save(update_fields=["turn", *fields])
    _told(showing, page=page)


def _told(showing: MaterialShowing, *, page: int = 0) -> None:
    """The frame says the page where only that has changed, so that a hall of people need not ask for it; else 0: look again."""
    people = readers_of(showing.item) | {showing.presenter_id}
    ids = [showing.meeting_id, showing.pk, page]
    tell([person_topic(one) for one in people], kind=KIND_OF_FRAME, ids=ids, version=showing.turn)
