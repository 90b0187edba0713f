"""What the pages of an incoming document show, gathered with a fixed number of queries."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from apps.core.actors import Actor
from apps.core.clock import local, now
from apps.core.working_calendar import city_calendar
from apps.documents.enums import IncomingStatus as Status
from apps.documents.models import IncomingDocument
from apps.documents.policies.incoming import (
    Ability,
    abilities_with,
    keeps_register,
    may_circulate,
    open_task_of,
    reasons,
)
from apps.documents.selectors.addressees import addressee_findings
from apps.documents.selectors.citations import citations_of
from apps.documents.selectors.dealings import dealing_facts
from apps.documents.selectors.incoming import (
    FORMAL_TEXT,
    handling_candidates,
    leader_candidates,
    people_by_unit,
    proposer_candidates,
    subject_of,
)
from apps.documents.selectors.terms import leaving_over
from apps.documents.selectors.validity import validity_facts
from apps.files.selectors import files_of, pages_of, uploads_of
from apps.workflow.lights import Light, light_of
from apps.workflow.models import Task
from apps.workflow.selectors import (
    absent_of,
    is_following,
    latest_instruction,
    live_run,
    log_of,
    opinion_columns,
    passage_of,
    phrases_of,
    reading_tree,
    steps_of,
    task_form,
    withdrawal_of,
)

URGENT_HOURS = {"extra_urgent": 24, "urgent": 72}
SCAN = "main_text"
PHRASES = {
    Ability.PROPOSE: ("拟请{head}阅示。", "拟请{head}批示，由相关科室承办。", "拟送各科室传阅。"),
    Ability.ASSIGN: ("请按领导批示要求抓紧办理。",),
    Ability.HANDLE: ("已按要求办理完毕。", "已组织落实，有关情况另行书面报告。"),
    Ability.COMPLETE: ("同意办结。", "已传阅。"),
}


@dataclass(frozen=True)
class MainAct:
    """The one primary button of the page: verb in the address, words on the button, where it goes next."""

    act: str
    label: str
    column: str
    next_words: str
    warning: str = ""


ACTS: dict[Ability, MainAct] = {
    Ability.SIGN: MainAct("sign", "签收", "退文原因", "文书登记"),
    Ability.REGISTER: MainAct("register", "登记", "登记说明", "拟办或传阅"),
    Ability.PROPOSE: MainAct("propose", "提交拟办意见", "拟办意见", "领导批示"),
    Ability.INSTRUCT: MainAct("instruct", "批示", "领导批示", "文书交办"),
    Ability.ASSIGN: MainAct("assign", "交办", "交办意见", "承办科室"),
    Ability.HANDLE: MainAct("handle", "提交办理情况", "承办意见", "办结审核"),
    Ability.COMPLETE: MainAct(
        "complete", "办结", "办结意见", "办结", "办结后流程结束，可归档；未读的传阅人员仍可阅读。"
    ),
}


def incoming_light(document: IncomingDocument) -> Light | None:
    """The light of the document's own deadline; none without one or after completion."""
    if document.deadline_at is None or document.completed_at is not None:
        return None
    return light_of(document.deadline_at, moment=now(), calendar=city_calendar())


def default_deadline(urgency: str) -> datetime | None:
    """What the form proposes for an urgent document: 24 hours for 特急, 72 for 加急 (domain.md §11), on the full hour."""
    hours = URGENT_HOURS.get(urgency)
    if hours is None:
        return None
    return (local(now()) + timedelta(hours=hours)).replace(minute=0, second=0, microsecond=0)


def detail_facts(actor: Actor, document: IncomingDocument) -> dict[str, Any]:
    """What the document page shows besides the document."""
    task = open_task_of(actor, document)
    can = abilities_with(actor, document, task)
    facts: dict[str, Any] = {
        "can": {ability.value: True for ability in can},
        "task": task,
        "main_act": next((act for ability, act in ACTS.items() if ability in can), None),
        "light": incoming_light(document),
        "reasons": reasons(actor, document),
        "matter": document.matter,
    }
    facts |= dealing_facts(actor, document, can)
    if Ability.READ in can:
        facts |= _file_facts(document)
        if document.dispatch is not None:
            facts["cited"] = citations_of(actor, document.dispatch.document.body)
            facts |= validity_facts(actor, document.dispatch.document)
    if Ability.ATTACH in can:
        subject = subject_of(document)
        facts |= {"scans": list(uploads_of(subject, SCAN)), "uploads": list(uploads_of(subject))}
    if document.matter is not None:
        facts |= _flow_facts(actor, document, task)
    if may_circulate(actor, document, can):
        facts["can"]["circulate"] = True
        facts["people"] = people_by_unit(document.organ_id)
    facts["is_desk"] = keeps_register(actor, document.organ_id)
    return facts | _form_facts(document, can)


def _file_facts(document: IncomingDocument) -> dict[str, Any]:
    """The formal text (or a paper's scan) with its pages, and the attachments."""
    subject = subject_of(document)
    text = files_of(subject, FORMAL_TEXT).first() or files_of(subject, SCAN).first()
    return {
        "file": text,
        "pages": pages_of(text) if text is not None else [],
        "attachments": list(files_of(subject)),
        "leaving": leaving_over(document),
    }


def _form_facts(document: IncomingDocument, can: frozenset[Ability]) -> dict[str, Any]:
    """What the opinion box of the present step offers to choose."""
    facts: dict[str, Any] = {}
    if Ability.REGISTER in can:
        facts["misaddressed"] = [] if document.register_number else addressee_findings(document)
        facts["proposers"] = proposer_candidates(document.organ_id)
        facts["deadline"] = document.deadline_at or default_deadline(document.urgency)
    if Ability.PROPOSE in can:
        facts["leaders"] = leader_candidates(document.organ_id)
    if Ability.ASSIGN in can:
        facts["units"] = handling_candidates(document.organ_id)
        facts["deadline"] = document.deadline_at or default_deadline(document.urgency)
    for ability, phrases in PHRASES.items():
        if ability in can:
            head = facts["leaders"][0] if facts.get("leaders") else None
            called = f"{head.person.name[:1]}{head.post_title}" if head else "领导"
            facts["offered"] = [phrase.format(head=called) for phrase in phrases]
    return facts


def _flow_facts(actor: Actor, document: IncomingDocument, task: Task | None) -> dict[str, Any]:
    matter = document.matter
    run = live_run(matter) if matter is not None else None
    if matter is None or run is None:
        return {}
    passage = passage_of(run)
    reading = reading_tree(matter)
    return {
        "run": run,
        "steps": steps_of(passage),
        "withdrawal": withdrawal_of(actor, passage) if document.status != Status.COMPLETED else None,
        "form": task_form(actor, task) if task is not None else None,
        "columns": opinion_columns(matter),
        "latest": latest_instruction(matter),
        "log": list(log_of(matter)),
        "reading": reading,
        "phrases": list(phrases_of(actor)) if task is not None else [],
        "is_following": is_following(actor, matter),
        "absent": absent_of(passage),
    }
