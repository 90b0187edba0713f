"""同步翻页: what runs in a meeting, and what the reader may see and do of it."""

from dataclasses import dataclass
from typing import Any

from apps.core.actors import Actor
from apps.core.errors import NotFound
from apps.core.subjects import Subject
from apps.files.models import PageImage, StoredFile
from apps.files.selectors import files_of, pages_of
from apps.meetings.enums import MeetingState
from apps.meetings.models import AgendaItem, Attendee, MaterialShowing, Meeting
from apps.meetings.policies import leads_materials
from apps.meetings.selectors.agenda import ITEM_KIND, AgendaLine, can_view_item, is_seated_for
from apps.meetings.selectors.meetings import own_attendance


@dataclass(frozen=True, kw_only=True)
class ShowingView:
    """What runs. `hears`: whether its pages are open to the reader; `leads`: whether the reader may take it over or stop it."""

    showing: MaterialShowing
    hears: bool
    is_mine: bool
    leads: bool
    pages: list[PageImage]
    followers: list[Attendee]


def showing_live(meeting: Meeting, *, lock: bool = False) -> MaterialShowing | None:
    """What runs in the meeting now, locked if asked."""
    rows = MaterialShowing.objects.filter(meeting=meeting, ended_at__isnull=True)
    return (rows.select_for_update(of=("self",)) if lock else rows).select_related("item", "file").first()


def showing_view(actor: Actor, meeting: Meeting) -> ShowingView | None:
    """What runs, as the reader may see it; None when nothing does."""
    showing = showing_live(meeting)
    if showing is None:
        return None
    hears = showing.file.removed_at is None and can_view_item(actor, showing.item_id)
    is_mine = showing.presenter_id == actor.person_id
    leads = hears and leads_materials(actor, meeting, showing.item, own_attendance(actor, meeting))
    return ShowingView(
        showing=showing,
        hears=hears,
        is_mine=is_mine and hears,
        leads=leads,
        pages=pages_of(showing.file) if hears else [],
        followers=followers_of(showing) if hears and (is_mine or leads) else [],
    )


def showing_offered(actor: Actor, meeting: Meeting, line: AgendaLine) -> dict[str, Any]:
    """For the page of an item: what runs, and the files with which the reader may begin."""
    if meeting.state != MeetingState.IN_PROGRESS or not line.is_seated:
        return {"showing": None, "showable": []}
    leads = leads_materials(actor, meeting, line.item, own_attendance(actor, meeting))
    return {
        "showing": showing_live(meeting),
        "showable": [file for file in line.files if file.page_count] if leads else [],
    }


def followers_of(showing: MaterialShowing) -> list[Attendee]:
    """To whom it may be handed over: who is seated for the item and has an account, the presenter excepted."""
    rows = showing.meeting.attendees.select_related("organ", "invitation").order_by(
        "invitation__rank", "rank_order", "pk"
    )
    return [
        row
        for row in rows
        if account_of(row) not in {None, showing.presenter_id} and is_seated_for(showing.item, row)
    ]


def account_of(row: Attendee) -> int | None:
    """The account of who comes."""
    return row.substitute_id if row.state_is_substituted else row.person_id


def material_for(item: AgendaItem, file_id: int) -> StoredFile:
    """A ready file of the item that has page images. Raises `NotFound`."""
    found = files_of(Subject(ITEM_KIND, item.pk)).filter(pk=file_id, page_count__gt=0).first()
    if found is None:
        raise NotFound("没有找到可以翻页的材料：材料可能已撤下，或页面图像还在生成，请稍后再试。")
    return found
