"""Giving seats by rule, moving somebody by hand."""

from collections.abc import Sequence
from dataclasses import asdict, dataclass
from typing import Any

from django.db import IntegrityError, transaction

from apps.core.actors import Actor
from apps.core.errors import Conflict, InvalidState, NotFound, ValidationFailed
from apps.meetings.course import logged
from apps.meetings.enums import AttendeeState, MeetingState, SeatZone
from apps.meetings.models import Attendee, Meeting, SeatAssignment
from apps.meetings.policies import require_organiser
from apps.meetings.seating import Layout, Place, Sitter, TooFewSeats, seat
from apps.meetings.selectors.meetings import meeting_for

MOST_SEATS, MOST_ROWS, WIDEST_ROW = 3000, 60, 80
AWAY = {AttendeeState.LEAVE_APPROVED}


@dataclass(frozen=True, kw_only=True)
class SeatingDraft:
    """Lengths of rows as typed; who sits on the rostrum."""

    rostrum: Sequence[int] = ()
    hall: Sequence[int] = ()
    table: Sequence[int] = ()
    honour: str = "left"
    leader_ids: Sequence[int] = ()


@transaction.atomic
def seats_give(*, actor: Actor, meeting_id: int, draft: SeatingDraft) -> list[SeatAssignment]:
    """Seat everybody who comes by rule; seats set by hand stay. Refused when there are fewer seats than people."""
    meeting = _held(actor, meeting_id)
    layout = _layout(draft)
    rows = [row for row in meeting.attendees.select_related("invitation") if row.state not in AWAY]
    if not rows:
        raise ValidationFailed("还没有参会人员，请先发通知并收集回执。")
    wanted = {row.pk for row in rows}
    fixed = {
        one.attendee_id: Place(one.zone, one.row, one.number)  # type: ignore[arg-type]  # one of SeatZone
        for one in meeting.seats.filter(is_fixed=True)
        if one.attendee_id in wanted and _exists(layout, one)
    }
    leaders = set(draft.leader_ids)
    sitters = [
        Sitter(key=row.pk, unit=row.invitation.rank, is_leader=row.pk in leaders) for row in _ranked(rows)
    ]
    try:
        places = seat(layout, sitters, fixed=fixed)
    except TooFewSeats as few:
        raise ValidationFailed(
            f"座位不够，还缺 {few.missing} 个：共 {len(rows)} 人、{layout.seats} 座，请增加排数或座数。"
        ) from None
    meeting.seats.all().delete()
    made = SeatAssignment.objects.bulk_create(
        SeatAssignment(
            meeting=meeting, attendee_id=key, zone=at.zone, row=at.row, number=at.number, is_fixed=key in fixed
        )
        for key, at in places.items()
    )  # fmt: skip
    meeting.seating = _kept(draft)
    meeting.save(update_fields=["seating"])
    logged(meeting, "seats", "排座", actor=actor, note=f"{len(made)} 人，{layout.seats} 座")
    return made


def _held(actor: Actor, meeting_id: int) -> Meeting:
    meeting = meeting_for(actor, meeting_id, lock=True)
    require_organiser(actor, meeting)
    if meeting.state in {MeetingState.CANCELLED, MeetingState.ENDED}:
        raise InvalidState(f"会议{meeting.get_state_display()}，不再排座。")
    return meeting


def _ranked(rows: Sequence[Attendee]) -> list[Attendee]:
    """By the order of units, then of posts; never by the alphabet."""
    return sorted(rows, key=lambda row: (row.invitation.rank, row.rank_order, row.pk))


def _layout(draft: SeatingDraft) -> Layout:
    lengths = (*draft.rostrum, *draft.hall, *draft.table)
    if not lengths or len(lengths) > MOST_ROWS or any(not 1 <= one <= WIDEST_ROW for one in lengths):
        raise ValidationFailed(f"请填写各排座数，每排 1 至 {WIDEST_ROW} 座，最多 {MOST_ROWS} 排。")
    if draft.table and len(draft.table) > 2:
        raise ValidationFailed("长条桌只有两侧，请填写两个座数。")
    return Layout(
        rostrum=tuple(draft.rostrum),
        hall=tuple(draft.hall),
        table=tuple(draft.table),
        honour="right" if draft.honour == "right" else "left",
    )


def _kept(draft: SeatingDraft) -> dict[str, Any]:
    return {name: list(value) if isinstance(value, Sequence) and not isinstance(value, str) else value
            for name, value in asdict(draft).items()}  # fmt: skip


def _exists(layout: Layout, one: SeatAssignment) -> bool:
    rows = {SeatZone.ROSTRUM: layout.rostrum, SeatZone.TABLE: layout.table, SeatZone.HALL: layout.hall}[
        SeatZone(one.zone)
    ]
    return one.row <= len(rows) and one.number <= rows[one.row - 1]


@transaction.atomic
def seat_move(*, actor: Actor, meeting_id: int, attendee_id: int, place: Place) -> SeatAssignment:
    """Set somebody on a seat by hand; who sat there changes places. It stays so when seats are given anew."""
    meeting = _held(actor, meeting_id)
    if place.zone not in SeatZone.values:
        raise ValidationFailed("请选择区域。")
    moving = meeting.seats.filter(attendee_id=attendee_id).first()
    if moving is None:
        raise NotFound
    other = meeting.seats.filter(zone=place.zone, row=place.row, number=place.number).first()
    old = (moving.zone, moving.row, moving.number)
    try:
        with transaction.atomic():
            if other is not None and other.pk != moving.pk:
                other.delete()
            moving.zone, moving.row, moving.number, moving.is_fixed = (
                place.zone,
                place.row,
                place.number,
                True,
            )
            moving.save()
            if other is not None and other.pk != moving.pk:
                other.pk = None
                other.zone, other.row, other.number = old
                other.save(force_insert=True)
    except IntegrityError:
        raise Conflict("该座位刚刚被调整，请刷新后再试。") from None
    logged(meeting, "seats", "调座", actor=actor, note=f"{moving.attendee.name}：{moving}")
    return moving


@transaction.atomic
def seat_release(*, actor: Actor, meeting_id: int, attendee_id: int) -> SeatAssignment:
    """What was set by hand is given by rule again from the next time on; until then the person stays. Twice changes nothing."""
    meeting = _held(actor, meeting_id)
    found = meeting.seats.filter(attendee_id=attendee_id).first()
    if found is None:
        raise NotFound
    if found.is_fixed:
        found.is_fixed = False
        found.save(update_fields=["is_fixed"])
        logged(meeting, "seats", "取消手工座位", actor=actor, note=f"{found.attendee.name}：{found}")
    return found
