"""An issue until it is signed: begun, filled, put in order, sent for signature, signed or sent back."""

from collections.abc import Sequence
from typing import Any

from django.db import transaction
from django.db.models import Max

from apps.briefings.course import noted, task_at, task_beyond, task_required, version_met
from apps.briefings.enums import IssueState
from apps.briefings.events import IssueSigned
from apps.briefings.models import Adoption, Bulletin, BulletinIssue, IssueEntry
from apps.briefings.policies.bulletins import IssueAct, issue_act_required
from apps.briefings.policies.desk import require_desk
from apps.briefings.policies.items import works_at_desk
from apps.briefings.procedures import CATEGORY, COMPOSE, ISSUE_CODE
from apps.briefings.selectors.adoptions import adoption_for
from apps.briefings.selectors.bulletins import issue_for, issue_subject, signers_of
from apps.core.actors import Actor
from apps.core.clock import now
from apps.core.errors import InvalidState, NotFound, ValidationFailed
from apps.core.events import publish
from apps.core.submissions import claim, made, made_before
from apps.files.words import words_checked
from apps.workflow.models import Opinion, Task
from apps.workflow.selectors import live_run
from apps.workflow.services import (
    StepResult,
    matter_open,
    matter_update,
    run_start,
    task_complete,
    task_return,
    task_withdraw,
)

NOTE, MOST_ENTRIES = 500, 40


@transaction.atomic
def issue_begin(*, actor: Actor, bulletin_id: int, key: str = "") -> BulletinIssue:
    """A new, empty issue of a series in use. The same key begins one."""
    organ_id = require_desk(actor)
    if not claim(person_id=actor.person_id, key=key, verb="briefings.issue"):
        return made_before(BulletinIssue.objects, person_id=actor.person_id, key=key)
    bulletin = Bulletin.objects.filter(pk=bulletin_id, organ_id=organ_id, is_active=True).first()
    if bulletin is None:
        raise ValidationFailed("请选择在用的刊物。")
    issue = BulletinIssue.objects.create(bulletin=bulletin, organ_id=organ_id, created_at=now())
    made(person_id=actor.person_id, key=key, row_id=issue.pk)
    noted("briefings.issue_begin", actor, issue_subject(issue), issue)
    return issue


@transaction.atomic
def issue_entry_add(*, actor: Actor, issue_id: int, adoption_id: int) -> BulletinIssue:
    """Put a text at the end of the issue; twice is once."""
    issue = _held(actor, issue_id, IssueAct.ARRANGE)
    adoption = adoption_for(actor, adoption_id, lock=True)
    if adoption.organ_id != issue.organ_id:
        raise NotFound
    if issue.entries.count() >= MOST_ENTRIES:
        raise ValidationFailed(f"一期最多刊载 {MOST_ENTRIES} 条信息。")
    last = issue.entries.aggregate(last=Max("position"))["last"] or 0
    IssueEntry.objects.get_or_create(issue=issue, adoption=adoption, defaults={"position": last + 1})
    return _stored(issue)


@transaction.atomic
def issue_entry_remove(*, actor: Actor, issue_id: int, entry_id: int) -> BulletinIssue:
    """Take a text out; it may go into another issue."""
    issue = _held(actor, issue_id, IssueAct.ARRANGE)
    if not issue.entries.filter(pk=entry_id).delete()[0]:
        raise NotFound
    return _stored(issue)


@transaction.atomic
def issue_arrange(
    *,
    actor: Actor,
    issue_id: int,
    order: Sequence[int],
    note: str = "",
    expected_version: int | None = None,
) -> BulletinIssue:
    """The order of the texts (ids of entries; those not named follow as they stood) and the editor's note."""
    issue = _held(actor, issue_id, IssueAct.ARRANGE, expected_version)
    entries = {entry.pk: entry for entry in issue.entries.all()}
    wanted = [pk for pk in dict.fromkeys(order) if pk in entries]
    wanted += [pk for pk in entries if pk not in wanted]
    for position, pk in enumerate(wanted, start=1):
        entries[pk].position = position
    IssueEntry.objects.bulk_update(entries.values(), ["position"])
    issue.note = words_checked(note, "编者按", NOTE)
    return _stored(issue)


@transaction.atomic
def issue_drop(*, actor: Actor, issue_id: int) -> None:
    """Delete an issue that was never sent for signature; its texts are free again."""
    issue = _held(actor, issue_id, IssueAct.DROP)
    noted("briefings.issue_drop", actor, issue_subject(issue), issue)
    issue.delete()


@transaction.atomic
def issue_submit(
    *, actor: Actor, issue_id: int, signer_id: int | None, expected_version: int | None = None, key: str = ""
) -> BulletinIssue:
    """送签 to a leader of the office; from now on the texts are fixed. Raises `ValidationFailed` for an empty issue."""
    if not claim(person_id=actor.person_id, key=key, verb="briefings.issue_submit"):
        return issue_for(actor, issue_id)
    issue = _held(actor, issue_id, IssueAct.SUBMIT, expected_version)
    if not issue.entries.exists():
        raise ValidationFailed("这一期还没有内容，请先从采编稿中加入。")
    signer = next((post for post in signers_of(actor) if post.pk == signer_id), None)
    if signer is None:
        raise ValidationFailed("请选择签发领导。", field="signer")
    _texts_lock(issue)
    task = task_at(issue.matter_id, COMPOSE) or _begun(actor, issue)
    result = task_complete(
        actor=actor, task_id=task.pk, action=Opinion.Action.SUBMIT, chosen={"sign": [signer.pk]}
    )
    noted("briefings.issue_submit", actor, issue_subject(issue), issue)
    return _kept(issue, result)


@transaction.atomic
def issue_sign(
    *,
    actor: Actor,
    issue_id: int,
    text: str = "",
    strokes: dict[str, Any] | None = None,
    recorded_for_leader: bool = False,
    key: str = "",
) -> BulletinIssue:
    """签发: the desk may publish it as it was shown."""
    issue = issue_for(actor, issue_id, lock=True)
    if not claim(person_id=actor.person_id, key=key, verb="briefings.issue_sign"):
        return issue
    task = task_required(task_beyond(actor, issue.matter_id, COMPOSE))
    issue.signed_by = task.person.name
    result = task_complete(
        actor=actor,
        task_id=task.pk,
        action=Opinion.Action.SIGN,
        text=text,
        strokes=strokes,
        recorded_for_leader=recorded_for_leader,
    )
    return _kept(issue, result)


@transaction.atomic
def issue_send_back(*, actor: Actor, issue_id: int, text: str, key: str = "") -> BulletinIssue:
    """The leader has it changed, with a reason."""
    issue = issue_for(actor, issue_id, lock=True)
    if not claim(person_id=actor.person_id, key=key, verb="briefings.issue_sign"):
        return issue
    task = task_required(task_beyond(actor, issue.matter_id, COMPOSE))
    return _kept(issue, task_return(actor=actor, task_id=task.pk, to="drafter", text=text))


@transaction.atomic
def issue_withdraw(*, actor: Actor, issue_id: int) -> BulletinIssue:
    """Take the sending back while the leader has not acted, or (the desk) a signed issue before it is published.

    What was signed has to be signed again. Raises `InvalidState` with the true reason.
    """
    issue = issue_for(actor, issue_id, lock=True)
    if issue.state == IssueState.SIGNED and works_at_desk(actor, issue.organ_id):
        issue.state, issue.signed_by, issue.signed_at = IssueState.DRAFT, "", None
        noted("briefings.issue_recall", actor, issue_subject(issue), issue)
        return _carded(_stored(issue))
    run = live_run(issue.matter) if issue.matter else None
    if run is None or issue.state != IssueState.PENDING:
        raise InvalidState("这一期不在送签中，无须撤回。")
    return _kept(issue, task_withdraw(actor=actor, run_id=run.pk), back=IssueState.DRAFT)


def _texts_lock(issue: BulletinIssue) -> None:
    """Who edits a text holds its lock: nothing changes between the sending and its commit."""
    texts = Adoption.objects.filter(entries__issue=issue).order_by("pk")
    list(texts.select_for_update(of=("self",)).values_list("pk", flat=True))


def _held(actor: Actor, issue_id: int, act: IssueAct, expected_version: int | None = None) -> BulletinIssue:
    issue = issue_for(actor, issue_id, lock=True)
    issue_act_required(act, actor, issue)
    version_met(issue.version, expected_version)
    return issue


def _begun(actor: Actor, issue: BulletinIssue) -> Task:
    if issue.matter is None:
        issue.matter = matter_open(
            actor=actor,
            subject=issue_subject(issue),
            category=CATEGORY,
            title=issue.title,
            origin_name=issue.organ.short_name,
            organ_id=issue.organ_id,
        )
        issue.save(update_fields=["matter"])
    run_start(actor=actor, matter=issue.matter, procedure_code=ISSUE_CODE, facts={})
    return task_required(task_at(issue.matter_id, COMPOSE))


def _stored(issue: BulletinIssue) -> BulletinIssue:
    issue.version += 1
    issue.save()
    return issue


def _kept(
    issue: BulletinIssue, result: StepResult, *, back: IssueState = IssueState.RETURNED
) -> BulletinIssue:
    """Bring the issue to where its run is."""
    if result.run_finished:
        issue.state, issue.signed_at = IssueState.SIGNED, now()
        publish(IssueSigned(issue_id=issue.pk))
    else:
        issue.state = back if result.current_step == COMPOSE else IssueState.PENDING
    return _carded(_stored(issue))


def _carded(issue: BulletinIssue) -> BulletinIssue:
    if issue.matter is not None:
        matter_update(matter=issue.matter, state_text=issue.get_state_display())
    return issue
