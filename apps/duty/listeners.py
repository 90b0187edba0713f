"""Who is told what. Each looks at the rows as they are now."""

from collections import defaultdict

from django.db import transaction

from apps.accounts.events import AbsenceCancelled, AbsenceMoved, AbsenceRecorded, AppointmentClosed
from apps.accounts.models import Absence, Role
from apps.accounts.selectors import holders
from apps.core.clock import local
from apps.core.events import listens_to
from apps.core.subjects import Subject
from apps.duty.enums import Answer, SwapState
from apps.duty.events import (
    DailySent,
    EmergencyReported,
    HolidayListPublished,
    RosterPublished,
    ShiftChanged,
    SolvingAsked,
    SpotCalled,
    SwapMoved,
)
from apps.duty.models import DutyShift
from apps.duty.selectors.days import daily_known, daily_subject, told_of, watches_on
from apps.duty.selectors.holidays import HOLIDAY, holiday_known, holiday_shifts
from apps.duty.selectors.journal import EVENT
from apps.duty.selectors.rosters import ROSTER
from apps.duty.selectors.spots import SPOT, spot_known
from apps.duty.selectors.swaps import SWAP, swap_shown
from apps.duty.selectors.told import (
    absence_shown,
    change_shown,
    event_shown,
    post_closed,
    report_shown,
    roster_before,
    roster_office,
    rosters_ahead,
    shifts_left_behind,
    shifts_of_roster,
    shifts_within,
)
from apps.duty.selectors.watches import watch_on
from apps.duty.services.rosters import FOLLOWING_SOURCE
from apps.duty.tasks import roster_solve
from apps.notifications.enums import NoticeKind
from apps.notifications.services import NoticeDraft, notice_send, notices_send, notices_settle

HEADS = (Role.PRINCIPAL_HEAD, Role.DEPUTY_HEAD, Role.OFFICE_DIRECTOR)
DAYS_SHOWN = 8
CLASH = "duty.clash"


@listens_to(SolvingAsked)
def begin_solving(event: SolvingAsked) -> None:
    """A worker takes it up."""
    transaction.on_commit(lambda: roster_solve.delay(event.solving_id))


@listens_to(RosterPublished)
def tell_the_roster(event: RosterPublished) -> None:
    """Everybody hears their own days, once."""
    by_person: defaultdict[int, list[str]] = defaultdict(list)
    month = ""
    for shift in shifts_of_roster(event.roster_id):
        day = local(shift.watch.starts_at)
        month = f"{day.year}年{day.month}月"
        by_person[shift.appointment.person_id].append(f"{day.month}月{day.day}日 {shift.post.name}")
    drafts = [
        NoticeDraft(
            person_ids={person},
            key=f"duty.roster:{event.roster_id}",
            kind=NoticeKind.SYSTEM,
            title=f"{month}值班表已发布，您有 {len(days)} 班",
            text="、".join(days[:DAYS_SHOWN]) + ("等" if len(days) > DAYS_SHOWN else ""),
            subject=Subject(ROSTER, event.roster_id),
            is_urgent=False,
        )
        for person, days in by_person.items()
    ]
    notices_send(drafts=drafts)


@listens_to(DailySent)
def tell_the_day(event: DailySent) -> None:
    """Heads, the office director and who led the day, with the sheet one click away."""
    report = daily_known(event.report_id)
    if report is None:
        return
    watches = watches_on(report.organ_id, report.day)
    told = told_of(report.organ_id, watches, report.sent_by.person_id)
    notice_send(
        person_ids={one.person_id for one in told},
        key=f"duty.daily:{report.pk}",
        kind=NoticeKind.READING,
        title=f"{report}",
        text=f"{report.sent_text}报送",
        subject=daily_subject(report),
    )


@listens_to(HolidayListPublished)
def tell_the_holiday(event: HolidayListPublished) -> None:
    """Everybody on it hears their own days, once."""
    holiday = holiday_known(event.list_id)
    if holiday is None:
        return
    by_person: defaultdict[int, list[DutyShift]] = defaultdict(list)
    for shift in holiday_shifts(holiday):
        by_person[shift.appointment.person_id].append(shift)
    drafts = [
        NoticeDraft(
            person_ids={person},
            key=f"{HOLIDAY}:{holiday.pk}",
            kind=NoticeKind.SYSTEM,
            title=f"{holiday.title}已发布，您有 {len(shifts)} 班",
            text=_days_said(shifts),
            subject=Subject(HOLIDAY, holiday.pk),
            is_urgent=False,
        )
        for person, shifts in by_person.items()
    ]
    notices_send(drafts=drafts)


@listens_to(RosterPublished)
def settle_the_reminders(event: RosterPublished) -> None:
    """Nobody is asked any longer for the month that is out."""
    before = roster_before(event.roster_id)
    if before is not None:
        for roster_id in (before.pk, event.roster_id):
            notices_settle(subject=Subject(ROSTER, roster_id), key=f"{FOLLOWING_SOURCE}:{before.pk}")


@listens_to(AbsenceRecorded)
def tell_the_clash(event: AbsenceRecorded) -> None:
    """The person and the roster office hear of published duties that fall into the absence, once for each roster."""
    absence = absence_shown(event.absence_id)
    if absence is not None and absence.cancelled_at is None:
        _clash_told(absence, "")


def _clash_told(absence: Absence, move: str) -> None:
    """`move`: which move of its days is spoken of, part of the key."""
    for roster_id, shifts in _by_roster(shifts_within(absence)).items():
        days, key = _days_said(shifts), f"{CLASH}:{absence.pk}:{roster_id}{move}"
        office = roster_office(shifts[0].watch.organ_id) - {absence.person_id}
        advice = "请发起换班；距当班不足一天的，请报值班室安排替班。"
        _tell_clash(absence, (roster_id, key), {absence.person_id}, ("您的", f"{days}。{advice}"))
        words = (absence.person.name, f"{days}。请督促换班或安排替班。")
        _tell_clash(absence, (roster_id, key), office, words)


def _by_roster(shifts: list[DutyShift]) -> dict[int, list[DutyShift]]:
    found: defaultdict[int, list[DutyShift]] = defaultdict(list)
    for shift in shifts:
        found[shift.watch.roster_id].append(shift)
    return found


def _days_said(shifts: list[DutyShift]) -> str:
    days = [f"{local(one.watch.starts_at):%-m月%-d日} {one.post.name}" for one in shifts]
    return "、".join(days[:DAYS_SHOWN]) + (f"等 {len(days)} 班" if len(days) > DAYS_SHOWN else "")


def _tell_clash(absence: Absence, roster: tuple[int, str], people: set[int], words: tuple[str, str]) -> None:
    """`roster` with the key of the notice; `words`: whose absence it is, and the days with what to do."""
    notice_send(
        person_ids=people,
        key=roster[1],
        kind=NoticeKind.TASK,
        title=f"{words[0]}{absence.shown_kind}与已发布的值班班次冲突",
        text=words[1],
        subject=Subject(ROSTER, roster[0]),
        is_urgent=True,
    )


@listens_to(AbsenceMoved)
def tell_the_clash_anew(event: AbsenceMoved) -> None:
    """What was said about the days before is settled; what falls into the new days is told."""
    absence = absence_shown(event.absence_id)
    if absence is None or absence.cancelled_at is not None:
        return
    for roster_id in rosters_ahead(absence.person_id):
        notices_settle(subject=Subject(ROSTER, roster_id), key=f"{CLASH}:{absence.pk}:{roster_id}")
    _clash_told(absence, f":{event.move}")


@listens_to(AbsenceCancelled)
def tell_the_clash_is_over(event: AbsenceCancelled) -> None:
    """Whoever heard of the clash hears that the duties stand."""
    absence = absence_shown(event.absence_id)
    if absence is None:
        return
    for roster_id, shifts in _by_roster(shifts_within(absence)).items():
        office = roster_office(shifts[0].watch.organ_id)
        notices_settle(subject=Subject(ROSTER, roster_id), key=f"{CLASH}:{absence.pk}:{roster_id}")
        notice_send(
            person_ids=office | {absence.person_id},
            key=f"{CLASH}_over:{absence.pk}:{roster_id}",
            kind=NoticeKind.RESULT,
            title=f"{absence.person.name}的{absence.shown_kind}已取消，值班班次照常",
            text=_days_said(shifts),
            subject=Subject(ROSTER, roster_id),
        )


@listens_to(AppointmentClosed)
def tell_who_left(event: AppointmentClosed) -> None:
    """The roster office hears which published duties somebody leaves behind, once for each roster."""
    post = post_closed(event.appointment_id)
    if post is None:
        return
    for roster_id, shifts in _by_roster(shifts_left_behind(post)).items():
        notice_send(
            person_ids=roster_office(post.organ_id) - {post.person_id},
            key=f"duty.left:{post.pk}:{roster_id}",
            kind=NoticeKind.TASK,
            title=f"{post.person.name}任职结束，{len(shifts)} 班待安排替班",
            text=f"{_days_said(shifts)}。请在值班表上选择接替人员。",
            subject=Subject(ROSTER, roster_id),
            is_urgent=True,
        )


@listens_to(ShiftChanged)
def tell_the_change(event: ShiftChanged) -> None:
    """Whoever is off and whoever is on."""
    shown = change_shown(event.watch_id, event.post_id, event.before_id, event.after_id)
    if shown is None:
        return
    people = [person for person in (shown.before_person, shown.after_person) if person is not None]
    notice_send(
        person_ids=people,
        key=f"duty.change:{event.watch_id}:{event.post_id}:{event.version}",
        kind=NoticeKind.SYSTEM,
        title=f"值班调整：{shown.day} {shown.post}改由{shown.after_name or '他人'}担任",
        text=f"原值班人员：{shown.before_name}" if shown.before_name else "",
        subject=Subject(ROSTER, shown.roster_id),
        is_urgent=True,
    )


@listens_to(SpotCalled)
def call_the_watch(event: SpotCalled) -> None:
    """Each of them, with the way to the one button."""
    check = spot_known(event.check_id)
    if check is None or check.closes_at is None:
        return
    drafts = [
        NoticeDraft(
            person_ids={one.appointment.person_id},
            key=f"{SPOT}:{one.pk}",
            kind=NoticeKind.URGE,
            title=f"抽查点名：请在 {check.seconds} 秒内应答",
            text=f"{local(check.closes_at):%H:%M:%S} 前点开应答。",
            subject=Subject(SPOT, one.pk),
            is_urgent=True,
        )
        for one in check.answers.all()
    ]
    notices_send(drafts=drafts)


@listens_to(SwapMoved)
def tell_the_swap(event: SwapMoved) -> None:
    """Asked: those asked. Agreed: the asker, and the office to decide. Ended without a swap: the asker and who had agreed."""
    swap = swap_shown(event.swap_id)
    if swap is None:
        return
    day, name = local(swap.watch.starts_at), swap.asker.person.name
    what = f"{day.month}月{day.day}日{swap.post.name}"
    offers = list(swap.offers.all())
    asked = {one.appointment.person_id for one in offers if one.answer != Answer.REFUSED}
    told: list[tuple[set[int], NoticeKind, str]] = []
    if event.state == SwapState.ASKED:
        waiting = {one.appointment.person_id for one in offers if one.answer == Answer.WAITING}
        told.append((waiting, NoticeKind.TASK, f"{name}请您换班：{what}"))
    elif event.state == SwapState.AGREED:
        told.append((roster_office(swap.organ_id), NoticeKind.TASK, f"换班待审批：{name} {what}"))
        told.append(({swap.asker.person_id}, NoticeKind.PROGRESS, f"换班已获对方同意，待审批：{what}"))
    else:
        word = SwapState(event.state).label
        told.append((asked | {swap.asker.person_id}, NoticeKind.RESULT, f"换班{word}：{name} {what}"))
    round_ = sum(one.answer == Answer.REFUSED for one in offers)
    for number, (people, kind, title) in enumerate(told):
        notice_send(
            person_ids=people,
            key=f"duty.swap:{swap.pk}:{event.state}:{round_}:{number}",
            kind=kind,
            title=title,
            text=swap.words or swap.reason,
            subject=Subject(SWAP, swap.pk),
            is_urgent=kind == NoticeKind.TASK,
        )


@listens_to(EmergencyReported)
def tell_the_leaders(event: EmergencyReported) -> None:
    """Heads of the organ and whoever serves now, with the event one click away."""
    found = event_shown(event.event_id)
    if found is None:
        return
    report = report_shown(event.report_id) if event.report_id else None
    people = {post.person_id for role in HEADS for post in holders(organ_id=found.organ_id, role=role)}
    watch = watch_on(found.organ_id)
    if watch is not None:
        people |= {shift.appointment.person_id for shift in watch.shifts.all()}
    level = f"【{found.get_level_display()}】" if found.level else ""
    notice_send(
        person_ids=people,
        key=f"duty.event:{found.pk}:{event.report_id or 'open'}",
        kind=NoticeKind.TASK if report is None else NoticeKind.PROGRESS,
        title=f"{level}{found.title}{'：' + report.name if report else '：已接报，待报送'}",
        text=f"{found.place}，{local(found.occurred_at):%m月%d日 %H:%M} 发生",
        subject=Subject(EVENT, found.pk),
        is_urgent=True,
    )
