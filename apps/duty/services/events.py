"""Emergencies: registered with the clock running, and reported (domain.md §6.3, §6.4)."""

import re
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from datetime import datetime, timedelta

from django.db import transaction
from django.db.models import Max

from apps.audit.services import record
from apps.core.actors import Actor
from apps.core.clock import now
from apps.core.errors import Conflict, InvalidState, ValidationFailed
from apps.core.events import publish
from apps.core.reminding import next_moment
from apps.core.subjects import Subject
from apps.core.submissions import claim, made, made_before
from apps.core.working_calendar import city_calendar
from apps.duty.clocks import REMINDED
from apps.duty.enums import EntryKind, EventClass, Level, ReportKind
from apps.duty.events import EmergencyReported
from apps.duty.grading import Figures, is_graver, level_of
from apps.duty.models import DutyLogEntry, EmergencyEvent, EmergencyReport
from apps.duty.policies import require_keeper
from apps.duty.selectors.attachments import log_subject
from apps.duty.selectors.journal import EVENT, event_of
from apps.duty.selectors.reporting import rule_for
from apps.duty.selectors.watches import watch_on
from apps.files.enums import UploadPurpose
from apps.files.services import files_hand_over
from apps.files.words import words_checked

TEXT_LIMIT = 6000
GAP = re.compile(r"(?<!\d)×|×(?!\d)")  # as in the templates of first reports; 3×5米 is a measure
FIGURE_NAMES = ("deaths", "missing", "injured", "loss")


@dataclass(frozen=True, kw_only=True)
class Count:
    """Figures as known now; None while unknown. `loss` in yuan."""

    deaths: int | None = None
    missing: int | None = None
    injured: int | None = None
    loss: int | None = None


@dataclass(frozen=True, kw_only=True)
class EventDraft:
    """What is known first. `learned_at` None is now; `file_ids` are the actor's own uploads to the log, as photos."""

    title: str
    event_class: str
    place: str
    occurred_at: datetime
    learned_at: datetime | None = None
    source: str = ""
    level: str = ""
    count: Count = Count()
    file_ids: Sequence[int] = ()


@dataclass(frozen=True, kw_only=True)
class ReportDraft:
    """One report; an empty level keeps what the figures say, empty addressees are those of the level."""

    text: str
    measures: str = ""
    sent_to: str = ""
    level: str = ""
    count: Count = Count()
    is_final: bool = False


@transaction.atomic
def event_open(
    *, actor: Actor, draft: EventDraft, report: ReportDraft | None = None, key: str = ""
) -> EmergencyEvent:
    """Register an event, with its 初报 at once when `report` is given. The same key registers it once."""
    organ_id = require_keeper(actor, watch_on(actor.organ_id))
    if not claim(person_id=actor.person_id, key=key, verb="duty.event"):
        return made_before(EmergencyEvent.objects, person_id=actor.person_id, key=key)
    if draft.event_class not in EventClass.values:
        raise ValidationFailed("请选择事件类别。")
    learned = _learned(draft)
    event = EmergencyEvent(
        organ_id=organ_id,
        title=words_checked(draft.title, "事件名称", 120, required=True),
        event_class=draft.event_class,
        place=words_checked(draft.place, "地点", 160, required=True),
        source=words_checked(draft.source, "信息来源", 160),
        occurred_at=draft.occurred_at,
        learned_at=learned,
        opened_by_id=actor.post_required("办理值班事项"),
        opened_text=actor.signature,
        opened_at=now(),
    )
    _graded(event, draft.count, draft.level)
    event.save()
    made(person_id=actor.person_id, key=key, row_id=event.pk)
    files_hand_over(
        actor=actor,
        file_ids=draft.file_ids,
        source=log_subject(organ_id),
        target=Subject(EVENT, event.pk),
        purpose=UploadPurpose.ATTACHMENT,
    )
    what = f"{event.title}（{event.place}）"
    course_note(actor=actor, event=event, kind=EntryKind.INFORMATION, text=what, source=event.source)
    record(
        "duty.event", actor=actor, subject_text=event.title[:200], facts={"act": "open", "event": event.pk}
    )
    if report is None:
        publish(EmergencyReported(event_id=event.pk, report_id=None))
    else:
        _reported(actor, event, report)
    return event


def _learned(draft: EventDraft) -> datetime:
    """When the office heard; not before it happened and not later than now."""
    learned = draft.learned_at or now()
    if draft.occurred_at > learned:
        raise ValidationFailed("发生时间不能晚于接报时间，请核对。")
    if learned > now():
        raise ValidationFailed("接报时间不能晚于现在。")
    return learned


def _graded(event: EmergencyEvent, count: Count, level: str) -> None:
    """Figures and level; a level below what the figures say is refused."""
    for name, value in asdict(count).items():
        if value is not None:
            setattr(event, name, value)
    by_figures = level_of(Figures(event.deaths, event.injured, event.loss))
    if level and level not in Level.values:
        raise ValidationFailed("级别无法识别，请重新选择。")
    if by_figures is not None and level and is_graver(by_figures.level, level):
        raise ValidationFailed(
            f"所选“{Level(level).label}”低于数字对应的级别：{by_figures.reason}，应为“{by_figures.level.label}”。"
        )
    if level and (by_figures is None or level != by_figures.level):
        event.level, event.level_reason = level, "值班人员研判"
    elif by_figures is not None:
        event.level, event.level_reason = by_figures.level, by_figures.reason
    _timed(event)


def _timed(event: EmergencyEvent) -> None:
    """Limits by the level as it is now; a graver level shortens what still runs."""
    rule = rule_for(event.organ_id, event.event_class, event.level)
    event.phone_due_at = event.learned_at + timedelta(minutes=rule.phone_minutes)
    event.written_due_at = event.learned_at + timedelta(minutes=rule.written_minutes)
    calendar = city_calendar()
    event.next_phone_reminder_at = next_moment(event.phone_due_at, REMINDED, calendar=calendar)
    event.next_written_reminder_at = next_moment(event.written_due_at, REMINDED, calendar=calendar)


@transaction.atomic
def event_report(
    *, actor: Actor, event_id: int, expected_version: int, draft: ReportDraft, key: str = ""
) -> EmergencyReport:
    """The next report: the first is 初报, the last 终报, those between 续报."""
    organ_id = require_keeper(actor, watch_on(actor.organ_id))
    event = event_of(organ_id, event_id, lock=True)
    if not claim(person_id=actor.person_id, key=key, verb="duty.report"):
        return made_before(event.reports, person_id=actor.person_id, key=key)
    if event.version != expected_version:
        raise Conflict(
            "该事件刚刚有新的报告，请刷新后核对数字再报，您填写的内容没有提交。", version=event.version
        )
    if event.closed_at is not None:
        raise InvalidState("事件已终报。如有新情况，请另行登记。")
    _graded(event, draft.count, draft.level or event.level)
    report = _reported(actor, event, draft)
    made(person_id=actor.person_id, key=key, row_id=report.pk)
    return report


def _reported(actor: Actor, event: EmergencyEvent, draft: ReportDraft) -> EmergencyReport:
    serial = (event.reports.aggregate(last=Max("serial"))["last"] or 0) + 1
    if serial == 1 and draft.is_final:
        raise ValidationFailed("请先报送初报，再报终报。")
    kind = ReportKind.INITIAL if serial == 1 else ReportKind.FINAL if draft.is_final else ReportKind.FOLLOWUP
    moment = now()
    report = EmergencyReport(
        event=event,
        kind=kind,
        serial=serial,
        text=_complete(words_checked(draft.text, "报告内容", TEXT_LIMIT, required=True)),
        measures=_complete(words_checked(draft.measures, "已采取措施", TEXT_LIMIT)),
        sent_to=words_checked(draft.sent_to, "报送", 300)
        or rule_for(event.organ_id, event.event_class, event.level).sent_to,
        figures={name: getattr(event, name) for name in FIGURE_NAMES},
        level=event.level,
        is_late=serial == 1 and moment > event.written_due_at,
        writer_text=actor.signature,
        written_at=moment,
    )
    report.save()
    event.written_at = event.written_at or moment
    event.closed_at = moment if kind == ReportKind.FINAL else None
    event.version += 1
    event.save()
    course_note(
        actor=actor,
        event=event,
        kind=EntryKind.REPORT,
        text=f"{report.name}：{event.title}",
        source=f"报送：{report.sent_to}" if report.sent_to else "",
    )
    record(
        "duty.event",
        actor=actor,
        subject_text=event.title[:200],
        facts={"act": kind, "event": event.pk, "late": report.is_late},
    )
    publish(EmergencyReported(event_id=event.pk, report_id=report.pk))
    return report


def _complete(text: str) -> str:
    """The words, unless a gap of the template is still open in them: what is sent upward cannot be called back."""
    if GAP.search(text):
        raise ValidationFailed("报告中还有没填的“×”。请填写；不掌握的请删去，或写“正在核实”。")
    return text


@transaction.atomic
def event_phone_note(*, actor: Actor, event_id: int, source: str, text: str, key: str = "") -> DutyLogEntry:
    """A phone call about the event: the first stops the phone clock. The same key notes it once."""
    organ_id = require_keeper(actor, watch_on(actor.organ_id))
    event = event_of(organ_id, event_id, lock=True)
    mark = course_mark(actor=actor, verb="phone", key=key)
    if not claim(person_id=actor.person_id, key=key, verb="duty.phone"):
        return DutyLogEntry.objects.get(submission_key=mark)
    whom = words_checked(source, "通话单位、姓名", 160, required=True)
    words = words_checked(text, "通话内容", 2000, required=True)
    event.phoned_at = event.phoned_at or now()
    event.version += 1
    event.save(update_fields=["phoned_at", "version"])
    return course_note(actor=actor, event=event, kind=EntryKind.PHONE, text=words, source=whom, mark=mark)


def course_mark(*, actor: Actor, verb: str, key: str) -> str:
    """Under which a submission finds the line it wrote; empty for no key."""
    return f"{actor.person_id}:{verb}:{key[:64]}" if key else ""


def course_note(
    *, actor: Actor, event: EmergencyEvent, kind: EntryKind, text: str, source: str = "", mark: str = ""
) -> DutyLogEntry:
    """A line of the event's course, in the log of the watch that is on."""
    return DutyLogEntry.objects.create(
        watch=watch_on(event.organ_id),
        organ_id=event.organ_id,
        event=event,
        kind=kind,
        source=source[:160],
        text=text,
        happened_at=now(),
        writer_text=actor.signature,
        written_at=now(),
        submission_key=mark,
    )
