"""What people on duty are reminded of: shifts to come, watches not taken or handed over, limits of reports, the next roster."""

from collections import Counter
from collections.abc import Callable, Sequence
from datetime import timedelta
from functools import partial

from django.db.models import Exists, OuterRef, QuerySet

from apps.accounts.models import Role
from apps.accounts.selectors import holders
from apps.core.clock import local, now
from apps.core.deadlines import Occasion, OccasionKind
from apps.core.reminding import Due, ReminderSource
from apps.core.subjects import Subject
from apps.duty.clocks import REMINDED
from apps.duty.enums import RosterState, SpotResult, WatchState
from apps.duty.models import DutyRoster, DutyWatch, EmergencyEvent, SpotCheck
from apps.duty.selectors.journal import EVENT
from apps.duty.selectors.rosters import ROSTER, roster_in
from apps.duty.selectors.spots import SPOT, SPOT_CHECK, spot_shown
from apps.duty.selectors.told import roster_office
from apps.duty.selectors.watches import watch_on
from apps.duty.services.rosters import COMING, FOLLOWING, FOLLOWING_SOURCE, LEAVING, TAKING
from apps.duty.services.spots import CLOSED
from apps.notifications.enums import NoticeKind
from apps.notifications.services import NoticeDraft, notices_send


def _planned() -> QuerySet[DutyWatch]:
    rows = DutyWatch.objects.filter(state=WatchState.PLANNED, roster__state=RosterState.PUBLISHED)
    return rows.prefetch_related("shifts__appointment__person", "shifts__post")


def _coming() -> QuerySet[DutyWatch]:
    """Not yet begun: a month published late does not remind of its first days."""
    return _planned().filter(starts_at__gt=now())


def _untaken() -> QuerySet[DutyWatch]:
    """Begun and not over, and nobody has opened the log."""
    return _planned().filter(ends_at__gt=now())


def _unfollowed() -> QuerySet[DutyRoster]:
    """The last month of an organ that is published."""
    later = DutyRoster.objects.filter(
        organ=OuterRef("organ"), month__gt=OuterRef("month"), state=RosterState.PUBLISHED
    )
    return DutyRoster.objects.filter(~Exists(later), state=RosterState.PUBLISHED)


def _tell_coming(dues: Sequence[Due]) -> None:
    drafts = []
    for due in dues:
        watch: DutyWatch = due.row
        when = local(watch.starts_at)
        drafts += [
            NoticeDraft(
                person_ids={shift.appointment.person_id},
                key=due.key("duty.start"),
                kind=NoticeKind.URGE,
                title=f"值班提醒：{when.month}月{when.day}日{when:%H:%M} {shift.post.name}",
                text="请按时到岗，书面交接。",
                is_urgent=True,
            )
            for shift in watch.shifts.all()
        ]
    notices_send(drafts=drafts)


def _tell_untaken(dues: Sequence[Due]) -> None:
    """Nobody has come: the office director and whoever should be there. While the watch before is on, `duty.end` tells."""
    drafts = []
    for due in dues:
        watch: DutyWatch = due.row
        if watch_on(watch.organ_id) is not None:
            continue
        people = holders(organ_id=watch.organ_id, role=Role.OFFICE_DIRECTOR)
        shifts = watch.shifts.all()
        drafts.append(
            NoticeDraft(
                person_ids={post.person_id for post in people}
                | {one.appointment.person_id for one in shifts},
                key=due.key("duty.untaken"),
                kind=NoticeKind.URGE,
                title=f"无人接班：{local(watch.starts_at):%H:%M} 的班次已过 {-due.occasion.number} 分钟",
                text="本班："
                + "、".join(f"{one.post.name} {one.appointment.person.name}" for one in shifts)
                + "。请立即到岗接班，或由值班室安排替班。",
                subject=Subject(ROSTER, watch.roster_id),
                is_urgent=True,
            )
        )
    notices_send(drafts=drafts)


def _tell_following(dues: Sequence[Due]) -> None:
    """The roster office, until the next month is published."""
    said = {
        OccasionKind.BEFORE: "请于25日前发布",
        OccasionKind.ON_DAY: "今日应发布",
        OccasionKind.OVERDUE: "已逾期未发布",
    }
    drafts = []
    for due in dues:
        month = (due.row.month + timedelta(days=32)).replace(day=1)
        begun = roster_in(due.row.organ_id, month)
        drafts.append(
            NoticeDraft(
                person_ids=roster_office(due.row.organ_id),
                key=due.key(FOLLOWING_SOURCE),
                kind=NoticeKind.URGE,
                title=f"{month.year}年{month.month}月值班表{said[due.occasion.kind]}",
                text="值班表应于上月25日前发布，便于值班人员安排工作。",
                subject=Subject(ROSTER, begun.pk if begun else due.row.pk),
                is_urgent=due.occasion.kind is OccasionKind.OVERDUE,
            )
        )
    notices_send(drafts=drafts)


def _tell_leaving(dues: Sequence[Due]) -> None:
    drafts = []
    for due in dues:
        watch: DutyWatch = due.row
        people = holders(organ_id=watch.organ_id, role=Role.OFFICE_DIRECTOR)
        drafts.append(
            NoticeDraft(
                person_ids={post.person_id for post in people},
                key=due.key("duty.end"),
                kind=NoticeKind.URGE,
                title=f"值班交接逾时：{watch.taken_text}尚未交班",
                text=f"应于{local(watch.ends_at):%H:%M}交接，请核实接班人员是否到岗。",
                is_urgent=True,
            )
        )
    notices_send(drafts=drafts)


def hearers(event: EmergencyEvent, occasion: Occasion) -> set[int]:
    """The watch; at the limit the office director and the deputies; past it the head as well (domain.md §6.3)."""
    watch = watch_on(event.organ_id)
    people = {shift.appointment.person_id for shift in watch.shifts.all()} if watch else set()
    roles: list[str] = [Role.DUTY_OFFICER]
    if occasion.kind is not OccasionKind.BEFORE:
        roles += [Role.OFFICE_DIRECTOR, Role.DEPUTY_HEAD]
    if occasion.kind is OccasionKind.OVERDUE:
        roles.append(Role.PRINCIPAL_HEAD)
    for role in roles:
        people |= {post.person_id for post in holders(organ_id=event.organ_id, role=role)}
    return people


def _tell_limit(source: str, what: str, dues: Sequence[Due]) -> None:
    said = {
        OccasionKind.BEFORE: f"{what}还有10分钟到时",
        OccasionKind.ON_DAY: f"{what}到时未报",
        OccasionKind.OVERDUE: f"{what}已超时",
    }
    drafts = [
        NoticeDraft(
            person_ids=hearers(due.row, due.occasion),
            key=due.key(source),
            kind=NoticeKind.URGE,
            title=f"{said[due.occasion.kind]}：{due.row.title}",
            text=f"{local(due.row.learned_at):%H:%M} 接报，请立即报告。",
            subject=Subject(EVENT, due.row.pk),
            is_urgent=True,
        )
        for due in dues
    ]
    notices_send(drafts=drafts)


def _tell_spot(dues: Sequence[Due]) -> None:
    """The result to whoever called; who did not answer is asked why."""
    drafts = []
    for due in dues:
        shown = spot_shown(due.row)
        counts = Counter(str(one.result.label) for one in shown.lines)
        drafts.append(
            NoticeDraft(
                person_ids={due.row.caller.person_id},
                key=due.key(SPOT),
                kind=NoticeKind.PROGRESS,
                title=f"点名结果：{due.row.organ.short_name} "
                + "、".join(f"{label} {count} 人" for label, count in counts.items()),
                subject=Subject(SPOT_CHECK, due.row.pk),
            )
        )
        drafts += [
            NoticeDraft(
                person_ids={one.answer.appointment.person_id},
                key=f"{SPOT}.absent:{one.answer.pk}",
                kind=NoticeKind.URGE,
                title="抽查点名未应答，请说明情况",
                subject=Subject(SPOT, one.answer.pk),
                is_urgent=True,
            )
            for one in shown.lines
            if one.result is SpotResult.ABSENT
        ]
    notices_send(drafts=drafts)


def _unmet(field: str) -> Callable[[], QuerySet[EmergencyEvent]]:
    return lambda: EmergencyEvent.objects.filter(closed_at__isnull=True, **{f"{field}__isnull": True})


def _limit(name: str, what: str, met: str) -> ReminderSource:
    return ReminderSource(
        name=f"duty.{name}",
        running=_unmet(met),
        schedule_of=lambda _event: REMINDED,
        tell=partial(_tell_limit, f"duty.{name}", what),
        due_field=f"{name}_due_at",
        next_field=f"next_{name}_reminder_at",
        by_clock=True,
    )


SOURCES = (
    ReminderSource(
        name="duty.start",
        running=_coming,
        schedule_of=lambda _watch: COMING,
        tell=_tell_coming,
        due_field="starts_at",
        next_field="next_start_reminder_at",
        by_clock=True,
    ),
    ReminderSource(
        name="duty.untaken",
        running=_untaken,
        schedule_of=lambda _watch: TAKING,
        tell=_tell_untaken,
        due_field="starts_at",
        next_field="next_taking_reminder_at",
        by_clock=True,
    ),
    ReminderSource(
        name=FOLLOWING_SOURCE,
        running=_unfollowed,
        schedule_of=lambda _roster: FOLLOWING,
        tell=_tell_following,
        due_field="following_due_at",
        next_field="next_following_reminder_at",
    ),
    ReminderSource(
        name="duty.end",
        running=lambda: DutyWatch.objects.filter(state=WatchState.ON),
        schedule_of=lambda _watch: LEAVING,
        tell=_tell_leaving,
        due_field="ends_at",
        next_field="next_end_reminder_at",
        by_clock=True,
    ),
    ReminderSource(
        name=SPOT,
        running=lambda: SpotCheck.objects.select_related("organ", "caller").prefetch_related(
            "answers__appointment__person", "answers__post"
        ),
        schedule_of=lambda _check: CLOSED,
        tell=_tell_spot,
        due_field="closes_at",
        by_clock=True,
    ),
    _limit("phone", "电话报告", "phoned_at"),
    _limit("written", "书面初报", "written_at"),
)
