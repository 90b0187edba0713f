"""Gates, lists and the page of away notices."""

from typing import Any

from django.db.models import Q, QuerySet

from apps.accounts.models import Appointment
from apps.accounts.selectors import posts_picked, posts_shown
from apps.affairs.enums import AwayState, Half
from apps.affairs.models import AwayNotice
from apps.affairs.policies.away import KIND, abilities, visible_to
from apps.affairs.selectors.checking import findings_for
from apps.core.actors import Actor
from apps.core.clock import local, now, today
from apps.core.errors import NotFound
from apps.core.subjects import Subject
from apps.workflow.models import Task
from apps.workflow.policies import may_act
from apps.workflow.selectors import (
    absent_of,
    live_run,
    log_of,
    opinion_columns,
    passage_of,
    phrases_of,
    steps_of,
    task_form,
    withdrawal_of,
)

RELATED = (
    "person",
    "appointment__unit",
    "appointment__person",
    "organ",
    "filed_by__person",
    "acting__person",
    "matter",
)
LIST_ORDER = ("-starts_at", "-id")
SCOPES = (("mine", "我的报备"), ("now", "正在外出"), ("coming", "即将外出"), ("all", "全部"))


def notice_for(actor: Actor, notice_id: int, *, lock: bool = False) -> AwayNotice:
    """A notice the actor may see. Raises `NotFound`."""
    rows = visible_to(actor).select_related(*RELATED)
    if lock:
        rows = rows.select_for_update(of=("self",))
    found = rows.filter(pk=notice_id).first()
    if found is None:
        raise NotFound
    return found


def notice_by_id(notice_id: int) -> AwayNotice | None:
    """A notice for listeners."""
    return AwayNotice.objects.select_related(*RELATED).filter(pk=notice_id).first()


def subject_of(notice: AwayNotice) -> Subject:
    """How other apps name it."""
    return Subject(KIND, notice.pk)


def notice_title(notice_id: int) -> str:
    """Its title for lists of other apps."""
    notice = notice_by_id(notice_id)
    return notice.title if notice else "外出报备"


def can_view_notice(actor: Actor, notice_id: int) -> bool:
    """Whether the actor may open it."""
    return visible_to(actor).filter(pk=notice_id).exists()


def notices_found(actor: Actor, *, scope: str = "mine", words: str = "") -> QuerySet[AwayNotice]:
    """A list: own, those away now, those who will leave, or all that may be seen."""
    rows = visible_to(actor).select_related(*RELATED)
    moment = now()
    approved = Q(state=AwayState.APPROVED)
    match scope:
        case "now":
            rows = rows.filter(approved, starts_at__lte=moment, ends_at__gt=moment)
        case "coming":
            rows = rows.filter(approved | Q(state=AwayState.PENDING), starts_at__gt=moment)
        case "all":
            rows = rows.exclude(state=AwayState.DRAFT)
        case _:
            rows = rows.filter(Q(person_id=actor.person_id) | Q(filed_by__person_id=actor.person_id))
    if words:
        rows = rows.filter(
            Q(person__name__icontains=words) | Q(destination__icontains=words) | Q(reason__icontains=words)
        )
    return rows


def away_today(organ_id: int) -> list[AwayNotice]:
    """Who of the organ is away at some time today, in rank order."""
    day = local(now()).date()
    return list(
        AwayNotice.objects.filter(
            organ_id=organ_id,
            state=AwayState.APPROVED,
            starts_on__lte=day,
            ends_on__gte=day,
            returned_at__isnull=True,
        )
        .select_related("person", "appointment", "acting__person")
        .order_by("appointment__rank_order", "starts_at")
    )


def task_of(actor: Actor, notice: AwayNotice) -> Task | None:
    """The open to-do the actor may act on: as holder, delegate or secretary. The filer's own step is no approval."""
    if notice.matter_id is None:
        return None
    return (
        Task.objects.filter(may_act(actor.person_id), matter_id=notice.matter_id, state=Task.State.OPEN)
        .exclude(step_code="file")
        .select_related("run__version__procedure", "person", "appointment")
        .order_by("pk")
        .first()
    )


def filing_task(notice: AwayNotice) -> Task | None:
    """The filer's own open step, where the notice came back to it."""
    if notice.matter_id is None:
        return None
    return Task.objects.filter(matter_id=notice.matter_id, state=Task.State.OPEN, step_code="file").first()


def page_facts(actor: Actor, notice: AwayNotice) -> dict[str, Any]:
    """What the notice's page shows besides the notice."""
    can = abilities(actor, notice)
    facts: dict[str, Any] = {
        "can": {str(ability): True for ability in can},
        "findings": findings_for(notice)
        if notice.state in {AwayState.DRAFT, AwayState.RETURNED, AwayState.PENDING}
        else (),
        "replaced_by": notice.replaced_by.exclude(state=AwayState.CANCELLED).first(),
    }
    run = live_run(notice.matter) if notice.matter is not None else None
    if notice.matter is None or run is None:
        return facts
    passage = passage_of(run)
    task = task_of(actor, notice)
    return facts | {
        "steps": steps_of(passage),
        "columns": opinion_columns(notice.matter),
        "log": list(log_of(notice.matter)),
        "form": task_form(actor, task) if task is not None else None,
        "phrases": list(phrases_of(actor)) if task is not None else [],
        "withdrawal": withdrawal_of(actor, passage) if notice.state == AwayState.PENDING else None,
        "absent": absent_of(passage) if notice.state == AwayState.PENDING else (),
    }


def posts_to_file(actor: Actor) -> list[Appointment]:
    """For whom the actor may file: the own post, and those of leaders one is secretary to."""
    wanted = Q(pk=actor.appointment_id or 0) | Q(served_by__secretary_id=actor.appointment_id or 0)
    posts = posts_shown().filter(wanted).distinct().order_by("rank_order", "id")
    return sorted(posts, key=lambda post: post.pk != actor.appointment_id)


def draft_shown(notice: AwayNotice | None) -> dict[str, Any]:
    """The form's values: of a notice, or tomorrow for a day."""
    if notice is None:
        return {
            "starts_half": Half.MORNING,
            "ends_half": Half.AFTERNOON,
            "starts_on": today(),
            "ends_on": today(),
            "acting": [],
        }
    return {
        name: getattr(notice, name)
        for name in (
            "kind", "reason", "destination", "companions", "phone", "starts_on", "starts_half", "ends_on", "ends_half",
            "is_delegating", "explanation",
        )
    } | {"acting": posts_picked([notice.acting]) if notice.acting else [], "post": notice.appointment_id}  # fmt: skip
