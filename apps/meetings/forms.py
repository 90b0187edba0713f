"""Shape of what people send here."""

from datetime import date, datetime, time, timedelta

from django.http import QueryDict

from apps.core.clock import CITY_ZONE
from apps.core.errors import ValidationFailed
from apps.core.given import day_given, moment_given
from apps.meetings.openings import Slot
from apps.meetings.selectors.finding import MOST_DAYS, Wish
from apps.meetings.services.agenda import MOST_MINUTES, ItemDraft
from apps.meetings.services.agenda_calls import MOST_ITEMS, CallDraft
from apps.meetings.services.calls import MOST_QUOTA, MeetingDraft
from apps.meetings.services.proposals import ProposalDraft
from apps.meetings.services.seats import MOST_ROWS, SeatingDraft

ID_LENGTH = 15


def number_of(form: QueryDict, name: str, label: str) -> int | None:
    """A whole number, None when empty."""
    value = form.get(name, "").strip()
    if not value:
        return None
    if not value.isdecimal() or len(value) > ID_LENGTH:
        raise ValidationFailed(f"{label}须为整数。")
    return int(value)


def count_of(form: QueryDict, name: str, label: str, *, most: int, usual: int) -> int:
    """A whole number from 1 to `most`; `usual` when empty."""
    found = number_of(form, name, label)
    if found is None:
        return usual
    if not 1 <= found <= most:
        raise ValidationFailed(f"{label}须为 1 至 {most} 的整数。")
    return found


def ids_of(form: QueryDict, name: str) -> list[int]:
    """Ids from a picker."""
    return [int(value) for value in form.getlist(name) if value.isdecimal() and len(value) <= ID_LENGTH]


def id_of(form: QueryDict, name: str) -> int | None:
    """The first id, None when there is none."""
    return next(iter(ids_of(form, name)), None)


def version_of(form: QueryDict) -> int | None:
    """The version the page was drawn from."""
    return number_of(form, "expected_version", "版本")


def day_of(form: QueryDict, name: str, label: str) -> date | None:
    """A day, None when empty."""
    value = form.get(name, "").strip()
    if not value:
        return None
    day = day_given(value)
    if day is None:
        raise ValidationFailed(f"{label}的日期格式不正确，请重新选择。")
    return day


def moment_of(form: QueryDict, name: str, label: str) -> datetime | None:
    """A moment of the city's day, as a browser's field for date and time sends it; None when empty."""
    value = form.get(name, "").strip()
    if not value:
        return None
    moment = moment_given(value)
    if moment is None:
        raise ValidationFailed(f"{label}的格式不正确，请重新选择。")
    return moment


def slot_of(form: QueryDict) -> Slot:
    """A day with its hours from and until. Until before from is over midnight, and is said so by the rule."""
    day = day_of(form, "day", "日期")
    if day is None:
        raise ValidationFailed("请选择日期。")
    begin, end = _time_of(form, "from", "开始时间"), _time_of(form, "until", "结束时间")
    if end <= begin:
        raise ValidationFailed("结束时间须晚于开始时间；会议室不能跨零点预订，请按天分别预订。")
    return Slot(datetime.combine(day, begin, tzinfo=CITY_ZONE), datetime.combine(day, end, tzinfo=CITY_ZONE))


def _time_of(form: QueryDict, name: str, label: str) -> time:
    try:
        return time.fromisoformat(form.get(name, "").strip()[:5])
    except ValueError:
        raise ValidationFailed(f"请填写{label}。") from None


def meeting_draft_of(form: QueryDict) -> MeetingDraft:
    """A meeting as typed in."""
    return MeetingDraft(
        name=form.get("name", ""),
        kind=form.get("kind", ""),
        slot=slot_of(form),
        room_id=id_of(form, "room"),
        outside_place=form.get("outside_place", ""),
        host_id=id_of(form, "host"),
        contact=form.get("contact", ""),
        note=form.get("note", ""),
        substitute_allowed=bool(form.get("substitute_allowed")),
        reply_due_at=moment_of(form, "reply_due", "回执时限"),
        materials_due_at=moment_of(form, "materials_due", "材料时限"),
        organ_ids=ids_of(form, "organs"),
        quota=count_of(form, "quota", "每单位名额", most=MOST_QUOTA, usual=1),
        post_ids=ids_of(form, "people"),
        observer_ids=ids_of(form, "observers"),
        is_named_at_door=bool(form.get("named_at_door")) if form.get("asks_door") else None,
    )


def wish_of(form: QueryDict) -> Wish:
    """Whom the form of a meeting wants, and for how long: the host and the named people, observers only if asked."""
    required = [*ids_of(form, "host")[:1], *ids_of(form, "people")]
    observers, organs = ids_of(form, "observers"), ids_of(form, "organs")
    quota = count_of(form, "quota", "每单位名额", most=MOST_QUOTA, usual=1)
    room_id = id_of(form, "room")
    return Wish(
        required=[*required, *observers] if form.get("observers_too") else required,
        optional=observers,
        length=timedelta(minutes=count_of(form, "find_minutes", "会议时长", most=840, usual=60)),
        days=count_of(form, "find_days", "查找范围", most=MOST_DAYS, usual=5),
        seats=len({*required, *observers}) + len(organs) * quota,
        needs_room=room_id is not None or not form.get("outside_place", "").strip(),
        room_id=room_id,
        meeting_id=id_of(form, "meeting"),
    )


def agenda_draft_of(form: QueryDict) -> ItemDraft:
    """An agenda item as typed in."""
    return ItemDraft(
        title=form.get("title", ""),
        organ_id=id_of(form, "organ") or 0,
        presenter=form.get("presenter", ""),
        minutes=count_of(form, "minutes", "汇报时间", most=MOST_MINUTES, usual=10),
        listener_ids=ids_of(form, "listener"),
        observer_ids=ids_of(form, "observers"),
    )


def call_draft_of(form: QueryDict) -> CallDraft:
    """A call for items as typed in."""
    return CallDraft(
        name=form.get("name", ""),
        kind=form.get("kind", ""),
        due_at=moment_of(form, "due", "报送时限"),
        organ_ids=ids_of(form, "organs"),
        note=form.get("note", ""),
        most_items=count_of(form, "most", "议题上限", most=MOST_ITEMS, usual=5),
        meeting_id=id_of(form, "meeting"),
    )


def proposal_draft_of(form: QueryDict) -> ProposalDraft:
    """A proposed item as typed in."""
    return ProposalDraft(
        title=form.get("title", ""),
        reason=form.get("reason", ""),
        presenter=form.get("presenter", ""),
        minutes=count_of(form, "minutes", "汇报时间", most=MOST_MINUTES, usual=10),
        observer_ids=ids_of(form, "observers"),
    )


def lengths_of(form: QueryDict, name: str, label: str) -> list[int]:
    """Lengths of rows such as `11 9` or `20*12` (twelve rows of twenty)."""
    found: list[int] = []
    for part in (
        form.get(name, "").replace("，", " ").replace("、", " ").replace(",", " ").replace("×", "*").split()
    ):
        length, _, times = part.partition("*")
        if not length.isdecimal() or (times and not times.isdecimal()) or len(part) > 7:
            raise ValidationFailed(f"{label}请填写各排座数，如 11 9 或 20*12。")
        found += [int(length)] * min(int(times or 1), MOST_ROWS + 1)
    return found


def seating_draft_of(form: QueryDict) -> SeatingDraft:
    """What seats there are."""
    return SeatingDraft(
        rostrum=lengths_of(form, "rostrum", "主席台"),
        hall=lengths_of(form, "hall", "会场"),
        table=lengths_of(form, "table", "会议桌"),
        honour=form.get("honour", "left"),
        leader_ids=ids_of(form, "leader"),
    )
