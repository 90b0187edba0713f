"""What the pages of an outgoing document show, gathered with a fixed number of queries."""

from dataclasses import dataclass
from typing import Any

from django.urls import reverse

from apps.accounts.models import Role
from apps.accounts.policies import keeps_for_organ
from apps.accounts.selectors import organs_picked, posts_picked
from apps.core.actors import Actor
from apps.core.clock import now
from apps.core.working_calendar import city_calendar
from apps.documents.enums import OutgoingStatus as Status
from apps.documents.models import OutgoingDocument, SealedFile
from apps.documents.policies.desk import unfit_for_template
from apps.documents.policies.outgoing import abilities_with, bears_joint_seal, open_task_of, reasons
from apps.documents.selectors.checks import document_findings, finding_rows, reasons_given
from apps.documents.selectors.citations import citations_of
from apps.documents.selectors.incoming import people_by_unit
from apps.documents.selectors.joint import joint_organs
from apps.documents.selectors.outgoing import (
    content_of,
    issuing_organs,
    revisions_of,
)
from apps.documents.selectors.outgoing_steps import main_act, step_facts
from apps.documents.selectors.previews import Preview
from apps.documents.selectors.sheets import own_mark
from apps.documents.selectors.validity import validity_facts
from apps.files.models import StoredFile
from apps.files.selectors import pages_of
from apps.workflow.lights import light_of
from apps.workflow.models import Matter, Task
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


@dataclass(frozen=True)
class SheetPage:
    """One page image of the text."""

    number: int
    url: str


@dataclass(frozen=True)
class SheetPages:
    """The text as pages: `state` ready, pending or failed; `file` is set once there is a formal file."""

    state: str
    pages: tuple[SheetPage, ...] = ()
    warnings: tuple[str, ...] = ()
    message: str = ""
    file: StoredFile | None = None


def pages_of_file(file: StoredFile) -> SheetPages:
    """Pages of the formal file; pending until a worker has drawn them."""
    drawn = pages_of(file)
    pages = tuple(
        SheetPage(page.number, reverse("files:page", args=[file.pk, page.number])) for page in drawn
    )
    if pages:
        return SheetPages("ready", pages, file=file)
    return SheetPages("pending" if file.page_count is None else "failed", file=file)


def pages_of_preview(document: OutgoingDocument, preview: Preview) -> SheetPages:
    """Pages of a text that has no formal file yet."""
    pages = tuple(
        SheetPage(
            number,
            reverse("documents:outgoing_preview", args=[document.pk, preview.digest, number]),
        )
        for number in preview.numbers
    )
    return SheetPages(preview.state, pages, preview.warnings, preview.message)


def edit_facts(actor: Actor, document: OutgoingDocument) -> dict[str, Any]:
    """What the editor page shows besides the document."""
    content = content_of(document)
    posts = list(document.cosign_appointments.select_related("person", "organ").order_by("rank_order", "id"))
    joint = joint_organs(document)
    task = open_task_of(actor, document)
    can = abilities_with(actor, document, task)
    return {
        "content": content,
        "main_chosen": organs_picked(one.organ for one in content.main if one.organ),
        "cc_chosen": organs_picked(one.organ for one in content.cc if one.organ),
        "main_outside": "、".join(entry.name for entry in content.main if entry.organ is None),
        "cc_outside": "、".join(entry.name for entry in content.cc if entry.organ is None),
        "cosign_chosen": posts_picked(posts),
        "own_mark": own_mark(document),
        "issuers": issuing_organs(document.organ),
        "findings": finding_rows(document),
        "can": {ability.value: True for ability in can},
        "joint_chosen": organs_picked(joint),
        "next_name": _first_step(actor, has_cosign=bool(posts or joint)),
    }


def _first_step(actor: Actor, *, has_cosign: bool) -> str:
    """Where a submission goes, as `services.flow` steers it."""
    if actor.unit_id is not None and Role.UNIT_HEAD not in actor.roles:
        return Status.DEPT_REVIEW.label
    return Status.COSIGN.label if has_cosign else Status.OFFICE_REVIEW.label


def detail_facts(actor: Actor, document: OutgoingDocument) -> dict[str, Any]:
    """What the document page shows besides the document."""
    task = open_task_of(actor, document)
    can = abilities_with(actor, document, task)
    content = content_of(document)
    facts = step_facts(document, can, content, task)
    facts |= {
        "content": content,
        "cited": citations_of(actor, document.body),
        **validity_facts(actor, document),
        "can": {ability.value: True for ability in can},
        "revisions": list(revisions_of(document)),
        "check_reasons": list(reasons_given(document)),
        "task": task,
        "main_act": main_act(document, can, facts),
        "sealed": SealedFile.objects.select_related("seal", "sealed_by").filter(document=document).first(),
        "bears_joint_seal": bears_joint_seal(document),
        "light": _light(task),
        "reasons": reasons(actor, document),
        "may_keep_templates": keeps_for_organ(actor),
        "unfit_for_template": unfit_for_template(actor, document),
    }
    if document.matter is not None:
        facts |= _flow_facts(actor, document.matter, task)
    if facts["can"].get("handle"):
        facts["findings"] = [
            row
            for row in finding_rows(document, document_findings(document, content))
            if row.is_open or row.stops
        ]
    if facts["can"].get("circulate"):
        facts["people"] = people_by_unit(document.organ_id)
    return facts


def _light(task: Task | None) -> Any:
    if task is None or task.due_at is None:
        return None
    return light_of(task.due_at, moment=now(), calendar=city_calendar())


def _flow_facts(actor: Actor, matter: Matter, task: Task | None) -> dict[str, Any]:
    run = live_run(matter)
    if run is None:
        return {}
    passage = passage_of(run)
    columns = opinion_columns(matter)
    return {
        "matter": matter,
        "run": run,
        "steps": steps_of(passage),
        "withdrawal": withdrawal_of(actor, passage),
        "form": task_form(actor, task) if task is not None else None,
        "columns": columns,
        "opinion_count": sum(len(column.opinions) for column in columns),
        "latest": latest_instruction(matter),
        "log": list(log_of(matter)),
        "reading": reading_tree(matter),
        "phrases": list(phrases_of(actor)),
        "is_following": is_following(actor, matter),
        "absent": absent_of(passage),
    }


def slip_facts(document: OutgoingDocument) -> dict[str, Any]:
    """What the printed 办理单 shows."""
    matter = document.matter
    return {
        "content": content_of(document),
        "columns": opinion_columns(matter) if matter is not None else [],
        "revisions": list(revisions_of(document)[:1]),
        "check_reasons": list(reasons_given(document)),
        "reading": reading_tree(matter) if matter is not None else None,
        "printed_at": now(),
    }
