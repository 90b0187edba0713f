"""What an event sets going: the group that handles it, leaders' instructions to those concerned, its paper (domain.md §6.4)."""

from collections.abc import Iterable, Sequence

from django.db import transaction

from apps.accounts.models import Appointment
from apps.accounts.selectors import valid_on
from apps.audit.services import record
from apps.core.actors import Actor
from apps.core.clock import local, today
from apps.core.errors import NotFound, ValidationFailed
from apps.core.subjects import Subject
from apps.core.submissions import claim
from apps.documents.body import body_from_text
from apps.documents.enums import Disclosure
from apps.documents.models import OutgoingDocument
from apps.documents.services.drafting import DraftChanges, outgoing_autosave, outgoing_create
from apps.duty.enums import EntryKind, ReportKind
from apps.duty.models import DutyLogEntry, EmergencyEvent, EmergencyReport, EventPaper
from apps.duty.policies import require_keeper
from apps.duty.selectors.journal import EVENT, event_of, instructed_people, instructions_until
from apps.duty.selectors.watches import watch_on
from apps.duty.services.events import course_mark, course_note
from apps.files.words import words_checked
from apps.messaging.services import Content, message_send, subject_group_gather
from apps.workflow.models import Urgency

MOST_TOLD = 100
GROUP_NAME = 80
FIGURES = (("deaths", "死亡"), ("missing", "失踪"), ("injured", "重伤"))
HEADINGS = {
    ReportKind.INITIAL: ("情况", "报告"),
    ReportKind.FOLLOWUP: ("后续情况", "续报"),
    ReportKind.FINAL: ("处置情况", "终报"),
}


@transaction.atomic
def event_group_open(*, actor: Actor, event_id: int) -> int:
    """The group that handles the event: who is on duty, the leader in charge, whom leaders' instructions named. Its number.

    Asked again, whoever has come on duty since is let in. Raises `Forbidden` for who does not keep the log.
    """
    organ_id = require_keeper(actor, watch_on(actor.organ_id))
    event = event_of(organ_id, event_id, lock=True)
    return _gathered(actor, event, instructed_people(event.pk))


def _gathered(actor: Actor, event: EmergencyEvent, people: Iterable[int]) -> int:
    watch = watch_on(event.organ_id)
    serving = [shift.appointment.person_id for shift in watch.shifts.all()] if watch else []
    group = subject_group_gather(
        actor=actor,
        subject=Subject(EVENT, event.pk),
        name=f"{event.title[: GROUP_NAME - 2]}处置",
        person_ids=[*serving, *people],
    )
    return group.pk


@transaction.atomic
def event_instruct(
    *,
    actor: Actor,
    event_id: int,
    source: str,
    text: str,
    post_ids: Sequence[int] = (),
    sms_after: int | None = None,
    key: str = "",
) -> DutyLogEntry:
    """A leader's instruction into the log; those named see the event, are in its group, and owe a confirmation (必达).

    `sms_after`: minutes without confirmation until an SMS goes out, None for none. The same key instructs once.
    """
    organ_id = require_keeper(actor, watch_on(actor.organ_id))
    event = event_of(organ_id, event_id, lock=True)
    mark = course_mark(actor=actor, verb="instruct", key=key)
    if not claim(person_id=actor.person_id, key=key, verb="duty.instruct"):
        return DutyLogEntry.objects.get(submission_key=mark)
    if len(set(post_ids)) > MOST_TOLD:
        raise ValidationFailed(f"一次最多通知 {MOST_TOLD} 人。")
    leader = words_checked(source, "指示领导", 160, required=True)
    words = words_checked(text, "指示内容", 2000, required=True)
    entry = course_note(
        actor=actor, event=event, kind=EntryKind.INSTRUCTION, text=words, source=leader, mark=mark
    )
    posts = Appointment.objects.filter(valid_on(today()), pk__in=set(post_ids), person__is_active=True)
    entry.addressees.set(posts)
    people = sorted({post.person_id for post in posts})
    record(
        "duty.event",
        actor=actor,
        subject_text=event.title[:200],
        facts={"act": "instruct", "event": event.pk, "told": people},
    )
    if people:
        group_id = _gathered(actor, event, people)
        content = Content(
            text=f"【领导指示】{leader}：{words}", mention_ids=people, is_must=True, sms_after=sms_after
        )
        message_send(actor=actor, conversation_id=group_id, client_id="", content=content)
    return entry


@transaction.atomic
def event_paper(*, actor: Actor, report_id: int) -> OutgoingDocument:
    """值班信息: a report as a draft 报告 of the organ, with figures, measures and instructions up to then; asked again, the same."""
    organ_id = require_keeper(actor, watch_on(actor.organ_id))
    report = (
        EmergencyReport.objects.select_related("event__organ")
        .filter(pk=report_id, event__organ_id=organ_id)
        .first()
    )
    if report is None:
        raise NotFound
    event_of(organ_id, report.event_id, lock=True)
    found = EventPaper.objects.select_related("document").filter(report=report).first()
    if found is not None:
        return found.document
    document = outgoing_create(actor=actor, document_type="report")
    changes = DraftChanges(
        title=f"关于{report.event.title}{HEADINGS[ReportKind(report.kind)][0]}的报告",
        body=body_from_text(_words(report)),
        urgency=Urgency.EXTRA_URGENT,
        disclosure=Disclosure.CLOSED,
    )
    document = outgoing_autosave(
        actor=actor, document_id=document.pk, expected_version=document.version, changes=changes
    )
    EventPaper.objects.create(report=report, document=document, drafted_text=actor.signature)
    record(
        "duty.event",
        actor=actor,
        subject_text=report.event.title[:200],
        facts={"act": "paper", "event": report.event_id, "report": report.pk, "document": document.pk},
    )
    return document


def _words(report: EmergencyReport) -> str:
    """Paragraphs as lines; headings by their numbers."""
    event = report.event
    happened, learned = local(event.occurred_at), local(event.learned_at)
    parts = [
        ("基本情况", [*_lines(report.text), *_counted(report)]),
        ("已采取措施", _lines(report.measures)),
        (
            "领导指示",
            [f"{one.source}：{' '.join(one.text.split())}" for one in instructions_until(report)],
        ),
    ]
    opening = (
        f"{happened:%Y年%-m月%-d日%-H时%-M分}，{event.place}发生突发事件：{event.title}。"
        f"{learned:%-d日%-H时%-M分}，我单位接{event.source or '现场'}报告。"
        f"现将有关情况{HEADINGS[ReportKind(report.kind)][1]}如下："
    )
    lines = [opening]
    for number, (heading, words) in zip("一二三", [one for one in parts if one[1]], strict=False):
        lines += [f"{number}、{heading}", *words]
    return "\n".join([*lines, "特此报告。"])


def _lines(text: str) -> list[str]:
    return [line.strip() for line in text.splitlines() if line.strip()]


def _counted(report: EmergencyReport) -> list[str]:
    """The figures known then; nothing is said of what was not known."""
    known = [
        f"{name} {report.figures[key]} 人" for key, name in FIGURES if report.figures.get(key) is not None
    ]
    loss = report.figures.get("loss")
    if loss is not None:
        known.append(f"直接经济损失 {loss / 10_000:g} 万元")
    return (
        [f"截至{local(report.written_at):%-m月%-d日%-H时%-M分}，已核实{'、'.join(known)}。"] if known else []
    )
