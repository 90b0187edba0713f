"""Who is told what. Each looks at the rows as they are now."""

from collections import defaultdict

from django.db import transaction

from apps.accounts.models import Role
from apps.accounts.selectors import holders
from apps.core.clock import local
from apps.core.events import listens_to
from apps.core.subjects import Subject
from apps.duty.events import (
    EmergencyInstructed,
    EmergencyReported,
    RosterPublished,
    ShiftChanged,
    SolvingAsked,
)
from apps.duty.selectors.journal import EVENT
from apps.duty.selectors.told import change_shown, entry_shown, event_shown, report_shown, shifts_of_roster
from apps.duty.selectors.watches import watch_on
from apps.duty.tasks import roster_solve
from apps.notifications.enums import NoticeKind
from apps.notifications.services import NoticeDraft, notice_send, notices_send

HEADS = (Role.PRINCIPAL_HEAD, Role.DEPUTY_HEAD, Role.OFFICE_DIRECTOR)
DAYS_SHOWN = 8


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
            subject=None,
            is_urgent=False,
        )
        for person, days in by_person.items()
    ]
    notices_send(drafts=drafts)


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
        is_urgent=True,
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


@listens_to(EmergencyInstructed)
def tell_the_instruction(event: EmergencyInstructed) -> None:
    """Those named hear the leader's words."""
    entry = entry_shown(event.entry_id)
    if entry is None or entry.event is None:
        return
    notice_send(
        person_ids=event.person_ids,
        key=f"duty.instruct:{entry.pk}",
        kind=NoticeKind.TASK,
        title=f"{entry.source}就“{entry.event.title}”作出指示",
        text=entry.text[:200],
        is_urgent=True,
    )
