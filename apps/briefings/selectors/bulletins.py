"""Series, issues and instructions: gates, lists, the page of an issue."""

from typing import Any

from django.db.models import Count, Prefetch, Q, QuerySet

from apps.accounts.models import Appointment
from apps.accounts.selectors import holders
from apps.briefings.course import task_beyond
from apps.briefings.enums import InstructionLevel, IssueState
from apps.briefings.models import (
    Adoption,
    Bulletin,
    BulletinIssue,
    InfoItem,
    IssueEntry,
    LeaderInstruction,
)
from apps.briefings.policies.bulletins import ISSUE_KIND, IssueAct, issue_acts, issues_visible_to
from apps.briefings.policies.items import HEADS, works_at_desk
from apps.briefings.procedures import COMPOSE
from apps.briefings.selectors.adoptions import adoptions_found
from apps.core.actors import Actor
from apps.core.errors import NotFound
from apps.core.subjects import Quotation, Subject
from apps.workflow.selectors import (
    absent_of,
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

BULLETIN_KIND = "briefings.bulletin"
LIST_ORDER = ("-created_at", "-id")
FREE_MOST = 100
SIGNERS = ("principal_head", "deputy_head", "office_director")


def issue_for(actor: Actor, issue_id: int, *, lock: bool = False) -> BulletinIssue:
    """One the actor may see. Raises `NotFound` alike for absent and invisible."""
    rows = issues_visible_to(actor).select_related("bulletin", "organ", "matter")
    if lock:
        rows = rows.select_for_update(of=("self",))
    found = rows.filter(pk=issue_id).first()
    if found is None:
        raise NotFound("没有找到这一期，或您无权查看。")
    return found


def issue_by_id(issue_id: int) -> BulletinIssue | None:
    """One for listeners."""
    return BulletinIssue.objects.select_related("bulletin", "organ").filter(pk=issue_id).first()


def issue_subject(issue: BulletinIssue) -> Subject:
    """How other apps name it."""
    return Subject(ISSUE_KIND, issue.pk)


def issue_title(issue_id: int) -> str:
    """Its title for lists of other apps."""
    found = issue_by_id(issue_id)
    return found.title if found else "信息刊物"


def can_view_issue(actor: Actor, issue_id: int) -> bool:
    """Whether the actor may open it."""
    return issues_visible_to(actor).filter(pk=issue_id).exists()


def instruction_for(actor: Actor, instruction_id: int, *, lock: bool = False) -> LeaderInstruction:
    """A 批示 on an issue the actor may see. Raises `NotFound`."""
    rows = LeaderInstruction.objects.select_related("issue__bulletin", "leader")
    if lock:
        rows = rows.select_for_update(of=("self",))
    found = rows.filter(pk=instruction_id).first()
    if found is None or not can_view_issue(actor, found.issue_id):
        raise NotFound
    return found


def instruction_by_id(instruction_id: int) -> LeaderInstruction | None:
    """One for listeners."""
    rows = LeaderInstruction.objects.select_related("issue__bulletin", "adoption")
    return rows.filter(pk=instruction_id).first()


def bulletins_of(organ_id: int) -> QuerySet[Bulletin]:
    """Series of an office with how many issues were published."""
    published = Count("issues", filter=Q(issues__state=IssueState.ISSUED))
    return (
        Bulletin.objects.filter(organ_id=organ_id)
        .annotate(issued_count=published)
        .order_by("-is_active", "rank_order", "pk")
    )


def issues_found(actor: Actor, *, bulletin_id: int | None = None, state: str = "") -> QuerySet[BulletinIssue]:
    """What the actor may see, newest first."""
    rows = issues_visible_to(actor).select_related("bulletin").annotate(entry_count=Count("entries"))
    if bulletin_id is not None:
        rows = rows.filter(bulletin_id=bulletin_id)
    if state in IssueState.values:
        rows = rows.filter(state=state)
    return rows


def signers_of(actor: Actor) -> list[Appointment]:
    """Who may sign the office's bulletins: its heads and its director, in rank order, never oneself."""
    if actor.organ_id is None:
        return []
    found = {
        post.pk: post
        for role in SIGNERS
        for post in holders(organ_id=actor.organ_id, role=role)
        if post.person_id != actor.person_id
    }
    return sorted(found.values(), key=lambda post: (post.rank_order, post.pk))


def entries_of(issue: BulletinIssue) -> list[IssueEntry]:
    """The texts in order, each with the items it was made of."""
    items = InfoItem.objects.select_related("organ").order_by("organ__rank_order", "pk")
    texts = Adoption.objects.prefetch_related(Prefetch("items", queryset=items))
    rows = issue.entries.prefetch_related(Prefetch("adoption", queryset=texts))
    return list(rows.order_by("position", "pk"))


def issue_page(actor: Actor, issue: BulletinIssue) -> dict[str, Any]:
    """What the issue's page shows besides the issue."""
    acts = issue_acts(actor, issue)
    said = list(issue.instructions.select_related("adoption", "leader"))
    desk = works_at_desk(actor, issue.organ_id)
    live = [one.words for one in said if one.cancelled_at is None]
    facts: dict[str, Any] = {
        "can": {str(act): True for act in acts},
        "at_desk": desk,
        "entries": entries_of(issue),
        "instructions": said,
        "quotation": Quotation(issue_subject(issue), tuple(live)),
        "levels": InstructionLevel.choices,
        "is_leader": bool(actor.roles & HEADS),
    }
    if IssueAct.ARRANGE in acts:
        facts |= {"free": list(adoptions_found(actor)[:FREE_MOST]), "signers": signers_of(actor)}
    run = live_run(issue.matter) if issue.matter is not None else None
    if issue.matter is None or run is None:
        return facts
    task = task_beyond(actor, issue.matter_id, COMPOSE)
    passage, pending = passage_of(run), issue.state == IssueState.PENDING
    return facts | {
        "steps": steps_of(passage) if issue.state != IssueState.ISSUED else (),
        "columns": opinion_columns(issue.matter) if desk or task else [],
        "log": list(log_of(issue.matter)) if desk else [],
        "form": task_form(actor, task) if task is not None else None,
        "phrases": list(phrases_of(actor)) if task is not None else [],
        "withdrawal": withdrawal_of(actor, passage) if pending else None,
        "absent": absent_of(passage) if pending else (),
        "reading": reading_tree(issue.matter) if desk and issue.state == IssueState.ISSUED else None,
    }
