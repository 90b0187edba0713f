"""Shape of what people send here."""

from datetime import date, datetime

from django.http import QueryDict

from apps.core.clock import today
from apps.core.errors import ValidationFailed
from apps.core.given import YEARS, day_given, moment_given, month_given
from apps.duty.enums import DayKind
from apps.duty.services import (
    DayOnlyDraft,
    EntryDraft,
    EventDraft,
    OfferDraft,
    PostDraft,
    ReportDraft,
    RuleDraft,
    SpotDraft,
    WishDraft,
)
from apps.duty.services.events import Count

ID_LENGTH = 15


def month_of(value: str) -> date:
    """`2026-11` as its first day; this month when it is nonsense."""
    return month_given(value) or today().replace(day=1)


def day_of(value: str) -> date | None:
    """A day of a filter; None when it is nonsense."""
    return day_given(value)


def year_of(value: str, otherwise: int) -> int:
    """`2027`; the other one when it is nonsense."""
    return int(value) if value.isdecimal() and len(value) == 4 and int(value) in YEARS else otherwise


def count_in(value: str, otherwise: int) -> int:
    """A number of an address; the other one when it is nonsense."""
    return int(value) if value.isdecimal() and len(value) <= ID_LENGTH else otherwise


def id_of(value: str) -> int | None:
    """An id, None when empty. Raises `ValidationFailed` for anything else."""
    if not value:
        return None
    if not value.isdecimal() or len(value) > ID_LENGTH:
        raise ValidationFailed("提交的内容无法识别，请刷新页面重试。")
    return int(value)


def ids_of(form: QueryDict, name: str) -> list[int]:
    """Ids from a picker."""
    return [int(value) for value in form.getlist(name) if value.isdecimal() and len(value) <= ID_LENGTH]


def version_of(form: QueryDict) -> int:
    """The version the page was drawn from."""
    return id_of(form.get("expected_version", "")) or 0


def cells_of(form: QueryDict) -> dict[tuple[int, int], int | None]:
    """`place-<watch>-<post>` = appointment or empty."""
    made: dict[tuple[int, int], int | None] = {}
    for name in form:
        if not name.startswith("place-"):
            continue
        place = place_of(name.removeprefix("place-"))
        if place is not None:
            made[place] = id_of(form.get(name, "").strip())
    return made


def place_of(value: str) -> tuple[int, int] | None:
    """`<watch>-<post>`, None when empty. Raises `ValidationFailed` for anything else."""
    watch, _, post = value.partition("-")
    return (id_of(watch) or 0, id_of(post) or 0) if value else None


def moment_of(form: QueryDict, name: str, label: str) -> datetime | None:
    """`2026-11-23T10:05` in the city's time, None when empty."""
    value = form.get(name, "").strip()
    if not value:
        return None
    found = moment_given(value)
    if found is None:
        raise ValidationFailed(f"{label}格式不正确，请重新选择。")
    return found


def number_of(form: QueryDict, name: str, label: str, *, length: int = 9) -> int | None:
    """A count of at most so many digits, None when unknown."""
    value = form.get(name, "").strip()
    if not value:
        return None
    if not value.isdecimal() or len(value) > length:
        raise ValidationFailed(f"{label}须为整数，最多 {length} 位，不详请留空。")
    return int(value)


def count_of(form: QueryDict) -> Count:
    """The figures; the loss comes in 万元."""
    loss = number_of(form, "loss", "直接经济损失", length=12)
    return Count(
        deaths=number_of(form, "deaths", "死亡人数"),
        missing=number_of(form, "missing", "失踪人数"),
        injured=number_of(form, "injured", "重伤人数"),
        loss=None if loss is None else loss * 10_000,
    )


def entry_of(form: QueryDict) -> EntryDraft:
    """A line of the log."""
    return EntryDraft(
        kind=form.get("kind", ""),
        text=form.get("text", ""),
        source=form.get("source", ""),
        proposal=form.get("proposal", ""),
        result=form.get("result", ""),
        happened_at=moment_of(form, "happened_at", "时间"),
        file_ids=ids_of(form, "file"),
    )


def event_of(form: QueryDict) -> EventDraft:
    """A new event."""
    occurred = moment_of(form, "occurred_at", "发生时间")
    if occurred is None:
        raise ValidationFailed("请填写发生时间，不详时填估计时间并在内容中说明。")
    return EventDraft(
        title=form.get("title", ""),
        event_class=form.get("event_class", ""),
        place=form.get("place", ""),
        occurred_at=occurred,
        learned_at=moment_of(form, "learned_at", "接报时间"),
        source=form.get("source", ""),
        level=form.get("level", ""),
        count=count_of(form),
        file_ids=ids_of(form, "file"),
    )


def rule_of(form: QueryDict) -> RuleDraft:
    """Limits of a level, in minutes."""
    return RuleDraft(
        event_class=form.get("event_class", ""),
        level=form.get("level", ""),
        phone_minutes=number_of(form, "phone_minutes", "电话时限") or 0,
        written_minutes=number_of(form, "written_minutes", "书面时限") or 0,
        sent_to=form.get("sent_to", ""),
    )


def report_of(form: QueryDict) -> ReportDraft:
    """A report."""
    return ReportDraft(
        text=form.get("text", ""),
        measures=form.get("measures", ""),
        sent_to=form.get("sent_to", ""),
        level=form.get("level", ""),
        count=count_of(form),
        is_final=form.get("do") == "final",
    )


def post_of(form: QueryDict) -> PostDraft:
    """A post of the roster."""
    return PostDraft(
        name=form.get("name", ""),
        is_leader=bool(form.get("is_leader")),
        keeps_log=bool(form.get("keeps_log")),
    )


def weights_of(form: QueryDict) -> dict[DayKind, int]:
    """Points by the kind of day, with at most one decimal, as tenths; kinds not sent are left out."""
    made = {}
    for kind in DayKind:
        value = form.get(f"{kind}_points", "").strip()
        if not value:
            continue
        whole, _, tenths = value.partition(".")
        if (
            not whole.isdecimal()
            or len(whole) > 4
            or not (tenths.isdecimal() or not tenths)
            or len(tenths) > 1
        ):
            raise ValidationFailed(f"{kind.label}分值须为数字，最多一位小数。")
        made[kind] = int(whole) * 10 + int(tenths or 0)
    return made


def offers_of(form: QueryDict) -> list[OfferDraft]:
    """`<appointment>-<shift in return or nothing>`, one for each box ticked."""
    made = []
    for value in form.getlist("offer"):
        person, _, back = value.partition("-")
        made.append(OfferDraft(appointment_id=id_of(person) or 0, return_shift_id=id_of(back)))
    return made


def spot_of(form: QueryDict) -> SpotDraft:
    """Whom to call and when; only `when=later` reads the times."""
    is_later = form.get("when") in {"later", "random"}
    start = moment_of(form, "from", "点名时间") if is_later else None
    end = moment_of(form, "until", "截止时间") if form.get("when") == "random" else None
    if (is_later and start is None) or (form.get("when") == "random" and end is None):
        raise ValidationFailed("请填写点名时间；随机点名须填起止时间。")
    return SpotDraft(
        organ_id=id_of(form.get("organ", "")) or 0,
        seconds=number_of(form, "seconds", "应答时限") or 0,
        planned_from=start,
        planned_until=end,
    )


def day_only_of(form: QueryDict) -> DayOnlyDraft:
    """From when to when, and for whom; what is missing the verb says."""
    return DayOnlyDraft(
        starts_on=day_of(form.get("starts_on", "")),
        ends_on=day_of(form.get("ends_on", "")),
        appointment_id=id_of(form.get("person", "")) or 0,
    )


def wish_of(form: QueryDict) -> WishDraft:
    """Days asked for; one day when no end is given."""
    starts = day_of(form.get("starts_on", ""))
    ends = day_of(form.get("ends_on", "")) if form.get("ends_on") else starts
    if starts is None or ends is None:
        raise ValidationFailed("请选择日期。")
    return WishDraft(
        kind=form.get("kind", ""),
        starts_on=starts,
        ends_on=ends,
        reason=form.get("reason", ""),
        appointment_id=id_of(form.get("person", "")),
        post_id=id_of(form.get("post", "")),
    )
