"""What people are told when work moves. Each listener looks at the rows as they are now: done work tells nobody."""

from dataclasses import replace
from datetime import datetime

from apps.accounts.events import (
    BreakGlassAsked,
    BreakGlassEnded,
    BreakGlassOpened,
    HandoverMoved,
    PasswordRecovered,
    RecoveryMailChanged,
)
from apps.accounts.models import BreakGlass
from apps.accounts.selectors import administrators_active, emergencies_listed, heads_answerable
from apps.accounts.selectors.handing_over import handover_known
from apps.core.clock import local
from apps.core.events import listens_to
from apps.core.subjects import Subject
from apps.notifications.enums import NoticeKind
from apps.notifications.events import AnnouncementPublished, AnnouncementWithdrawn
from apps.notifications.models import Announcement
from apps.notifications.policies import people_of
from apps.notifications.recipients import followers, stand_ins
from apps.notifications.selectors import (
    reading_with_matter,
    readings_unread,
    run_with_matter,
)
from apps.notifications.selectors.announcements import KIND, announcement_with_recipients
from apps.notifications.services import NoticeDraft, notice_send, notices_send, notices_settle
from apps.workflow.events import (
    DeadlineMoved,
    ReadingSent,
    ReadingUrged,
    RunFinished,
    TaskClosed,
    TaskOpened,
    TaskUrged,
)
from apps.workflow.models import Matter, Reading, Run, Task
from apps.workflow.selectors import task_with_matter

EMERGENCY = "accounts.emergency"


@listens_to(TaskOpened)
def tell_holder(event: TaskOpened) -> None:
    """The holder has a to-do; who may act for the holder hears it under the holder's name."""
    task = task_with_matter(event.task_id)
    if task is None or task.state != Task.State.OPEN:
        return
    title = f"{'退回' if event.is_return else task.step_name}：{task.matter.title}"
    _tell_arrival(task, [task.person_id], title, is_return=event.is_return)
    _tell_arrival(task, stand_ins(task), f"（代{task.person.name}）{title}", is_return=event.is_return)


def _tell_arrival(task: Task, person_ids: list[int], title: str, *, is_return: bool) -> None:
    notice_send(
        person_ids=person_ids,
        key=_key(task),
        kind=NoticeKind.RETURN if is_return else NoticeKind.TASK,
        title=title,
        text=_arrival(task),
        subject=_subject(task.matter),
        is_urgent=bool(task.matter.urgency),
    )


@listens_to(TaskOpened)
def tell_followers(event: TaskOpened) -> None:
    """Who follows the matter hears that it has come to a step, once a step however many hold it."""
    task = task_with_matter(event.task_id)
    if task is None or task.state != Task.State.OPEN:
        return
    notice_send(
        person_ids=[person_id for person_id in followers(task.matter) if person_id != task.person_id],
        key=f"progress:{task.run_id}:{task.step_code}:{task.visit}",
        kind=NoticeKind.PROGRESS,
        title=f"进展：{task.matter.title}",
        text=f"已到“{task.step_name}”环节",
        subject=_subject(task.matter),
    )


@listens_to(TaskClosed)
def settle_notices(event: TaskClosed) -> None:
    """What is done asks for no more attention."""
    task = task_with_matter(event.task_id)
    if task is not None and task.state != Task.State.OPEN:
        notices_settle(subject=_subject(task.matter), key=_key(task))


@listens_to(TaskUrged)
def tell_urged_holder(event: TaskUrged) -> None:
    """Only who still has to act, once an urging."""
    task = task_with_matter(event.task_id)
    if task is None or task.state != Task.State.OPEN or task.urged_at is None:
        return
    notice_send(
        person_ids=[task.person_id, *stand_ins(task)],
        key=f"{_key(task)}:urge:{task.urged_at.timestamp():.0f}",
        kind=NoticeKind.URGE,
        title=f"催办：{task.matter.title}",
        text=f"请尽快办理“{task.step_name}”。{_due(task)}",
        subject=_subject(task.matter),
        is_urgent=True,
    )


@listens_to(DeadlineMoved)
def tell_moved_deadline(event: DeadlineMoved) -> None:
    """The holder of an open to-do hears its new date, once a date."""
    task = task_with_matter(event.task_id)
    if task is None or task.state != Task.State.OPEN or task.due_at is None:
        return
    notice_send(
        person_ids=[task.person_id],
        key=f"{_key(task)}:due:{task.due_at.timestamp():.0f}",
        kind=NoticeKind.TASK,
        title=f"时限调整：{task.matter.title}",
        text=f"工作日历有变动，“{task.step_name}”{_due(task)}",
        subject=_subject(task.matter),
    )


@listens_to(ReadingSent)
def tell_readers(event: ReadingSent) -> None:
    """Those of the sending who have not read yet."""
    for reading in readings_unread(event.reading_ids):
        notice_send(
            person_ids=[reading.person_id],
            key=f"reading:{reading.pk}",
            kind=NoticeKind.READING,
            title=f"{reading.get_source_display()}：{reading.matter.title}",
            text=f"{reading.sent_by.name}送阅",
            subject=_subject(reading.matter),
            is_urgent=bool(reading.matter.urgency),
        )


@listens_to(ReadingUrged)
def tell_urged_reader(event: ReadingUrged) -> None:
    """Only who has not read, once an urging."""
    reading = reading_with_matter(event.reading_id)
    if reading is None or not _is_unread(reading) or reading.urged_at is None:
        return
    notice_send(
        person_ids=[reading.person_id],
        key=f"reading:{reading.pk}:urge:{reading.urged_at.timestamp():.0f}",
        kind=NoticeKind.URGE,
        title=f"催阅：{reading.matter.title}",
        text="请尽快阅读。",
        subject=_subject(reading.matter),
        is_urgent=True,
    )


@listens_to(RunFinished)
def tell_initiator_and_followers(event: RunFinished) -> None:
    """The one of the house who began it and those who follow it hear the end."""
    run = run_with_matter(event.run_id)
    if run is None or run.status == Run.Status.RUNNING:
        return
    word = run.get_status_display().removeprefix("已")
    began = [run.matter.initiator_id] if run.matter.initiator_id else []
    notice_send(
        person_ids={*began, *followers(run.matter)},
        key=f"run:{run.pk}:{run.status}",
        kind=NoticeKind.RESULT,
        title=f"{word}：{run.matter.title}",
        text=run.matter.reference_number,
        subject=_subject(run.matter),
    )


def _subject(matter: Matter) -> Subject:
    return Subject(matter.subject_kind, matter.subject_id)


def _key(task: Task) -> str:
    return f"task:{task.pk}"


def _is_unread(reading: Reading) -> bool:
    return reading.read_at is None and reading.cancelled_at is None


def _arrival(task: Task) -> str:
    matter = task.matter
    origin = " ".join(part for part in (matter.origin_name, matter.reference_number) if part)
    sender = f"{task.previous_name}送来" if task.previous_name else ""
    return "，".join(part for part in (origin, sender, _due(task)) if part)


def _due(task: Task) -> str:
    if task.due_at is None:
        return ""
    due = local(task.due_at)
    return f"时限{due.month}月{due.day}日{due:%H:%M}"


@listens_to(AnnouncementPublished)
def tell_recipients(event: AnnouncementPublished) -> None:
    """Each person, and the desk and head of each organ."""
    found = announcement_with_recipients(event.announcement_id)
    if found is None or found[0].status != Announcement.Status.PUBLISHED:
        return
    announcement, recipients = found
    notice_send(
        person_ids={person for row in recipients for person in people_of(row)} - {announcement.issuer_id},
        key=f"announcement:{announcement.pk}",
        kind=NoticeKind.ANNOUNCEMENT,
        title=announcement.title,
        text=f"{announcement.organ.short_name}发布{'，请按时回执' if announcement.wants_reply else ''}",
        subject=Subject(KIND, announcement.pk),
    )


@listens_to(AnnouncementWithdrawn)
def tell_of_the_withdrawal(event: AnnouncementWithdrawn) -> None:
    """Whoever was told is told that it is void."""
    found = announcement_with_recipients(event.announcement_id)
    if found is None:
        return
    announcement, recipients = found
    subject = Subject(KIND, announcement.pk)
    notices_settle(subject=subject, key=f"announcement:{announcement.pk}")
    notice_send(
        person_ids={person for row in recipients for person in people_of(row)} - {announcement.issuer_id},
        key=f"announcement:{announcement.pk}:withdrawn",
        kind=NoticeKind.ANNOUNCEMENT,
        title=f"已撤回：{announcement.title}",
        text=announcement.withdrawn_reason,
        subject=subject,
    )


@listens_to(PasswordRecovered)
def tell_password_recovered(event: PasswordRecovered) -> None:
    """Who signs in next hears that the password was chosen by a letter."""
    notice_send(
        person_ids=[event.person_id],
        key=f"password-recovered:{event.at}",
        kind=NoticeKind.SYSTEM,
        title=f"您的口令已于 {_hour(event.at)}通过邮件重置",
        text="其他设备上的登录已全部退出，双因素不变。如非本人操作，请立即联系安全管理员，并检查邮箱是否被他人使用。",
        is_urgent=True,
    )


@listens_to(RecoveryMailChanged)
def tell_recovery_mail(event: RecoveryMailChanged) -> None:
    """Whoever changed the address that opens the account, its person hears it."""
    what = "设置了新的" if event.act == "prove" else "移除了"
    notice_send(
        person_ids=[event.person_id],
        key=f"recovery-mail:{event.at}",
        kind=NoticeKind.SYSTEM,
        title=f"您的账号于 {_hour(event.at)}{what}找回口令邮箱",
        text="可在“我—找回口令邮箱”中查看。如非本人操作，请立即修改口令并联系安全管理员。",
    )


def _hour(moment: str) -> str:
    return f"{local(datetime.fromisoformat(moment)):%-m月%-d日 %H:%M }"


@listens_to(BreakGlassAsked)
def tell_asked_administrators(event: BreakGlassAsked) -> None:
    """The other two may give it or not."""
    emergency = emergencies_listed().filter(pk=event.emergency_id).first()
    if emergency is None or emergency.ended_at or emergency.opened_at:
        return
    others = administrators_active().exclude(pk=emergency.asked_by_id)
    notice_send(
        person_ids=others.values_list("pk", flat=True),
        key=f"emergency:{emergency.pk}:asked",
        kind=NoticeKind.SYSTEM,
        title=f"{emergency.asked_by.name}申请应急授权 {emergency.minutes} 分钟",
        text=f"事由：{emergency.reason}。请核实后在管理后台“应急授权”中批准或结束，30 分钟内有效。",
        subject=Subject(EMERGENCY, emergency.pk),
        is_urgent=True,
    )


@listens_to(BreakGlassOpened)
def announce_emergency(event: BreakGlassOpened) -> None:
    """The three and those who answer for the organs hear who holds all powers, why and until when."""
    emergency = emergencies_listed().filter(pk=event.emergency_id).first()
    if emergency is None or emergency.closes_at is None or emergency.approved_by is None:
        return
    _tell_emergency(
        emergency,
        {*administrators_active().values_list("pk", flat=True), *heads_answerable()},
        occasion="opened",
        title=f"应急授权已开启：{emergency.asked_by.name}，至 {local(emergency.closes_at):%H:%M}",
        text=f"事由：{emergency.reason}。{emergency.approved_by.name}批准。期间仍看不到公文内容，操作全部记入审计。",
        is_urgent=True,
    )


@listens_to(BreakGlassEnded)
def announce_emergency_end(event: BreakGlassEnded) -> None:
    """Who heard of the beginning, or asked, hears of the end."""
    emergency = emergencies_listed().filter(pk=event.emergency_id).first()
    if emergency is None or emergency.ended_by is None:
        return
    people = {emergency.asked_by_id, *administrators_active().values_list("pk", flat=True)}
    if emergency.opened_at is not None:
        people |= set(heads_answerable())
    _tell_emergency(
        emergency,
        people,
        occasion="ended",
        title=f"应急授权{'已收回' if emergency.opened_at else '未获批准'}：{emergency.asked_by.name}",
        text=f"由{emergency.ended_by.name}办理。",
    )


def _tell_emergency(
    emergency: BreakGlass, people: set[int], *, occasion: str, title: str, text: str, is_urgent: bool = False
) -> None:
    """To administrators with the way to its page in the back office, which is closed to everybody else."""
    administrators = set(administrators_active().values_list("pk", flat=True))
    draft = NoticeDraft(
        person_ids=people & administrators,
        key=f"emergency:{emergency.pk}:{occasion}",
        kind=NoticeKind.SYSTEM,
        title=title,
        text=text,
        subject=Subject(EMERGENCY, emergency.pk),
        is_urgent=is_urgent,
    )
    notices_send(drafts=[draft, replace(draft, person_ids=people - administrators, subject=None)])


HANDOVER_SAYS = {
    "start": "请核对清单并确认。",
    "confirm": "对方已确认清单，请您核对并确认。",
    "done": "双方已确认，交接完成。",
    "cancel": "已取消，工作没有移交。",
}


@listens_to(HandoverMoved)
def tell_handover(event: HandoverMoved) -> None:
    """Giver and receiver hear every step but their own confirmation; who started it hears the end."""
    handover = handover_known(event.handover_id)
    if handover is None:
        return
    people = {handover.giver.person_id, handover.taker.person_id}
    if event.act in {"done", "cancel"}:
        people.add(handover.started_by_id)
    elif event.act == "confirm":
        people.discard(handover.giver.person_id if handover.giver_confirmed_at else handover.taker.person_id)
    notice_send(
        person_ids=people,
        key=f"handover:{handover.pk}:{event.act}:{handover.list_digest[:12]}",
        kind=NoticeKind.SYSTEM,
        title=f"工作交接：{handover.giver.person.name} → {handover.taker.person.name}",
        text=HANDOVER_SAYS[event.act],
        subject=Subject("accounts.handover", handover.pk),
    )
