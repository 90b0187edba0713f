"""Booking rooms. The room's row serialises its bookers, so that nobody runs into a deadlock; the constraint is the truth."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import timedelta

from django.db import IntegrityError, transaction
from django.db.backends.postgresql.psycopg_any import DateTimeTZRange

from apps.audit.services import record
from apps.core.actors import Actor
from apps.core.clock import CITY_ZONE, local, now
from apps.core.errors import Conflict, Forbidden, InvalidState, ValidationFailed
from apps.core.events import publish
from apps.core.submissions import claim, made, made_before, new_key
from apps.files.words import words_checked
from apps.meetings.enums import BookingState
from apps.meetings.events import BookingMoved
from apps.meetings.models import Booking, MeetingRoom
from apps.meetings.openings import MOST_WEEKS, Slot, mistake_of, weekly
from apps.meetings.policies import keeps_room, may_change_booking
from apps.meetings.selectors.rooms import (
    alternatives,
    booking_for,
    hours_of,
    meeting_holding,
    overlapping,
    room_for,
    slot_words,
)

PURPOSE_LIMIT = 100
FURTHEST = timedelta(days=366)


@dataclass(frozen=True, kw_only=True)
class BookingDraft:
    """A room for a stretch of time, `weeks` weeks running. The screen at its door says what for only when it may."""

    room_id: int
    slot: Slot
    purpose: str
    weeks: int = 1
    is_named_at_door: bool = False


@transaction.atomic
def booking_make(*, actor: Actor, draft: BookingDraft, key: str = "") -> list[Booking]:
    """Book the room on every one of the days or on none. Raises `ValidationFailed` for hours the room is not open, `Conflict`
    with what is free instead when somebody has it. The same key books once.
    """
    post = actor.post_required("预订会议室或办理会议")
    purpose = words_checked(draft.purpose, "用途", PURPOSE_LIMIT, required=True)
    if not claim(person_id=actor.person_id, key=key, verb="meetings.book"):
        first = made_before(Booking.objects, person_id=actor.person_id, key=key)
        return list(Booking.objects.filter(series=first.series).order_by("pk")) if first.series else [first]
    room = room_for(actor, draft.room_id, lock=True)
    if not 1 <= draft.weeks <= MOST_WEEKS:
        raise ValidationFailed(f"每周重复须为 1 至 {MOST_WEEKS} 次。")
    slots = weekly(draft.slot, draft.weeks, CITY_ZONE)
    _check_hours(room, slots)
    _check_free(actor, room, slots)
    series = new_key() if len(slots) > 1 else ""
    rows = [_row(actor, room, slot, post=post, purpose=purpose, series=series) for slot in slots]
    for row in rows:
        row.is_named_at_door = draft.is_named_at_door
    try:
        with transaction.atomic():
            booked = Booking.objects.bulk_create(rows)
    except IntegrityError:  # whoever came past the lock: the constraint stands
        _check_free(actor, room, slots)
        raise
    made(person_id=actor.person_id, key=key, row_id=booked[0].pk)
    for booking in booked:
        _told(actor, booking, "make")
    return booked


def _check_hours(room: MeetingRoom, slots: Sequence[Slot]) -> None:
    hours = hours_of(room)
    for slot in slots:
        if slot.starts_at <= now():
            raise ValidationFailed("开始时间已经过去，请重新选择。")
        if slot.starts_at > now() + FURTHEST:
            raise ValidationFailed("最多提前一年预订。")
        if mistake := mistake_of(slot, hours, CITY_ZONE):
            raise ValidationFailed(mistake)


def _check_free(actor: Actor, room: MeetingRoom, slots: Sequence[Slot], *, but: int | None = None) -> None:
    """Raises `Conflict` naming what is in the way, and what is free."""
    found = overlapping(room, slots, but=but)
    if not found:
        return
    if len(slots) > 1:
        days = "、".join(f"{local(row.starts_at):%m月%d日}" for row in found)
        raise Conflict(f"{room.name}在{days}已有预订，重复预订没有成立（一场也没有订）。请调整后再试。")
    taken = "、".join(
        f"{slot_words(Slot(row.starts_at, row.ends_at))}（{row.organ.short_name}）" for row in found[:3]
    )
    free = alternatives(actor, room, slots[0])
    offer = f"可改订：{'；'.join(free)}。" if free else "附近没有空闲时段，请换一天。"
    buffer = f"（两场之间留 {room.buffer_minutes} 分钟）" if room.buffer_minutes else ""
    raise Conflict(f"{room.name}{taken}已有预订{buffer}。{offer}", free=free)


def _row(actor: Actor, room: MeetingRoom, slot: Slot, *, post: int, purpose: str, series: str) -> Booking:
    held = slot.held(room.buffer_minutes)
    is_free = not room.needs_approval or keeps_room(actor, room)
    state = BookingState.CONFIRMED if not room.confirm_minutes else BookingState.BOOKED
    return Booking(
        room=room,
        organ_id=actor.organ_id or room.organ_id,
        booked_by_id=post,
        booked_text=actor.signature,
        purpose=purpose,
        starts_at=slot.starts_at,
        ends_at=slot.ends_at,
        period=DateTimeTZRange(held.starts_at, held.ends_at),
        state=state if is_free else BookingState.ASKED,
        series=series,
        confirm_by=slot.starts_at - timedelta(minutes=room.confirm_minutes) if room.confirm_minutes else None,
        created_at=now(),
    )


@transaction.atomic
def booking_change(*, actor: Actor, booking_id: int, slot: Slot) -> Booking:
    """Move a booking to another time of its room; what stood stays when the new time cannot be had. Refused for a meeting's."""
    room = room_for(actor, booking_for(actor, booking_id).room_id, lock=True)
    return _changed(actor, room, _loose(actor, booking_id), slot)


@transaction.atomic
def booking_follow(*, actor: Actor, booking_id: int, slot: Slot) -> Booking:
    """Part of changing a meeting: its booking moves; who may change the meeting may do that."""
    room = room_for(actor, booking_for(actor, booking_id).room_id, lock=True)
    return _changed(actor, room, _ahead(actor, booking_id), slot)


def _changed(actor: Actor, room: MeetingRoom, booking: Booking, slot: Slot) -> Booking:
    _check_hours(room, [slot])
    _check_free(actor, room, [slot], but=booking.pk)
    fresh = _row(actor, room, slot, post=booking.booked_by_id, purpose=booking.purpose, series=booking.series)
    booking.starts_at, booking.ends_at, booking.period = fresh.starts_at, fresh.ends_at, fresh.period
    booking.state, booking.confirm_by = fresh.state, fresh.confirm_by
    booking.save(update_fields=["starts_at", "ends_at", "period", "state", "confirm_by"])
    _told(actor, booking, "change")
    return booking


@transaction.atomic
def booking_confirm(*, actor: Actor, booking_id: int) -> Booking:
    """Say that the room will be used; confirming again changes nothing."""
    booking = _own(actor, booking_id)
    if booking.state == BookingState.CONFIRMED:
        return booking
    if booking.state == BookingState.ASKED:
        raise InvalidState("该预订还在等管理人批准，批准后再确认。")
    return _moved(actor, booking, BookingState.CONFIRMED, "confirm")


@transaction.atomic
def booking_cancel(*, actor: Actor, booking_id: int, with_series: bool = False) -> list[Booking]:
    """Give the room back; with the series also the later ones of it. Refused for a meeting's."""
    booking = _loose(actor, booking_id)
    rows = [booking]
    if with_series and booking.series:
        later = Booking.objects.select_for_update(of=("self",)).select_related("room__manager", "booked_by")
        rows += [
            row
            for row in later.filter(series=booking.series, starts_at__gt=booking.starts_at).order_by("pk")
            if row.is_live
        ]
    return [_moved(actor, row, BookingState.CANCELLED, "cancel") for row in rows]


@transaction.atomic
def booking_drop(*, actor: Actor, booking_id: int) -> Booking:
    """Part of changing or cancelling a meeting: its room is free again; who may do the one may do the other."""
    return _moved(actor, _ahead(actor, booking_id), BookingState.CANCELLED, "cancel")


@transaction.atomic
def booking_name_show(*, actor: Actor, booking_id: int, is_shown: bool) -> Booking:
    """Let the screen at the door name what the room is used for, or not; also while it is used."""
    booking = booking_for(actor, booking_id, lock=True)
    if not may_change_booking(actor, booking):
        raise Forbidden("由预订人或会议室管理人办理。", rule="booker")
    if booking.is_named_at_door != is_shown:
        booking.is_named_at_door = is_shown
        booking.save(update_fields=["is_named_at_door"])
        record(
            "meetings.booking",
            actor=actor,
            subject_text=f"{booking.room} {slot_words(Slot(booking.starts_at, booking.ends_at))}",
            facts={"booking": booking.pk, "act": "name" if is_shown else "unname", "state": booking.state},
        )
    return booking


@transaction.atomic
def booking_decide(*, actor: Actor, booking_id: int, is_granted: bool, words: str = "") -> Booking:
    """The room's keeper grants a booking, or refuses it with a reason."""
    booking = booking_for(actor, booking_id, lock=True)
    if not keeps_room(actor, booking.room):
        raise Forbidden("会议室由其管理人或办公室主任批准。", rule="keeper")
    if booking.state != BookingState.ASKED:
        raise InvalidState(f"该预订现在是“{booking.get_state_display()}”，不需要批准。")
    booking.answer = words_checked(words, "理由", 200, required=not is_granted)
    granted = BookingState.BOOKED if booking.confirm_by else BookingState.CONFIRMED
    return _moved(actor, booking, granted if is_granted else BookingState.REFUSED, "decide")


@transaction.atomic
def bookings_release(*, size: int = 200) -> int:
    """Release what should have been confirmed by now and was not. Returns how many; safe to run twice."""
    rows = list(
        Booking.objects.select_for_update(of=("self",), skip_locked=True)
        .select_related("room__manager", "booked_by")
        .filter(state=BookingState.BOOKED, confirm_by__lte=now())
        .order_by("pk")[:size]
    )
    for booking in rows:
        _moved(None, booking, BookingState.RELEASED, "release")
    return len(rows)


def _loose(actor: Actor, booking_id: int) -> Booking:
    """One's own that no meeting holds."""
    booking = _own(actor, booking_id)
    if meeting := meeting_holding(booking):
        raise InvalidState(f"该会议室是为“{meeting.name}”预订的，请在会议页面变更或取消，以便通知参会人员。")
    return booking


def _own(actor: Actor, booking_id: int) -> Booking:
    booking = booking_for(actor, booking_id, lock=True)
    if not may_change_booking(actor, booking):
        raise Forbidden("由预订人或会议室管理人办理。", rule="booker")
    return _ahead_checked(booking)


def _ahead(actor: Actor, booking_id: int) -> Booking:
    return _ahead_checked(booking_for(actor, booking_id, lock=True))


def _ahead_checked(booking: Booking) -> Booking:
    if not booking.is_live:
        raise InvalidState(f"该预订{booking.get_state_display()}，不能再办理，请重新预订。")
    if booking.starts_at <= now():
        raise InvalidState("预订的时间已经开始，不能再变更。")
    return booking


def _moved(actor: Actor | None, booking: Booking, state: str, act: str) -> Booking:
    booking.state = state
    booking.save(update_fields=["state", "answer"])
    _told(actor, booking, act)
    return booking


def _told(actor: Actor | None, booking: Booking, act: str) -> None:
    record(
        "meetings.booking",
        actor=actor,
        subject_text=f"{booking.room} {slot_words(Slot(booking.starts_at, booking.ends_at))}",
        facts={"booking": booking.pk, "act": act, "state": booking.state},
    )
    moment = int(now().timestamp() * 1000)
    publish(
        BookingMoved(
            booking_id=booking.pk, act=act, moment=moment, by_person_id=actor.person_id if actor else None
        )
    )
