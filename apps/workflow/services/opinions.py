"""What people say: checked, written once, never changed."""

from typing import Any

from django.db import transaction

from apps.accounts.models import Appointment
from apps.audit.services import record
from apps.core.actors import Actor
from apps.core.clock import now
from apps.core.errors import Forbidden, ValidationFailed
from apps.core.subjects import Subject
from apps.workflow.assignees import post_words
from apps.workflow.ink import strokes_validated
from apps.workflow.models import Matter, Opinion, Task
from apps.workflow.policies import Capacity, Standing

TEXT_LIMIT = 2000


@transaction.atomic
def opinion_add(
    *,
    actor: Actor,
    matter: Matter,
    column: str,
    action: str,
    text: str = "",
    strokes: dict[str, Any] | None = None,
) -> Opinion:
    """Write the actor's words outside a task, in the actor's present post. Refuses empty words and malformed ink."""
    strokes = opinion_check(text=text, strokes=strokes, is_needed=action != Opinion.Action.CIRCLE_READ)
    post = Appointment.objects.select_related("organ", "unit").filter(pk=actor.appointment_id or 0).first()
    if post is None:
        raise Forbidden("您目前没有任职，不能发表意见，请联系管理员。", rule="appointment")
    opinion = Opinion.objects.create(
        matter=matter,
        column=column[:40],
        action=Opinion.Action(action),
        text=text.strip(),
        strokes=strokes,
        person_id=actor.person_id,
        person_name=actor.name,
        post_text=post_words(post),
        unit_rank_order=_place_order(post),
        at=now(),
    )
    record(
        "workflow.opinion",
        actor=actor,
        subject=Subject(matter.subject_kind, matter.subject_id),
        facts={"opinion": opinion.pk, "action": str(action)},
    )
    return opinion


def opinion_of_task(
    *,
    actor: Actor,
    task: Task,
    standing: Standing,
    column: str,
    action: str,
    text: str,
    strokes: dict[str, Any] | None,
) -> Opinion:
    """Write the words and ink, checked, that go with an act on a task; the leader's when a secretary records them."""
    is_recorded = standing.capacity is Capacity.SECRETARY
    is_delegated = standing.delegation is not None
    return Opinion.objects.create(
        matter_id=task.matter_id,
        run_id=task.run_id,
        task=task,
        step_code=task.step_code,
        column=column,
        action=Opinion.Action(action),
        text=text.strip(),
        strokes=strokes,
        person_id=task.person_id if is_recorded else actor.person_id,
        person_name=task.person.name if is_recorded else actor.name,
        post_text=actor.post_text[:200] if is_delegated else post_words(standing.holder),
        unit_rank_order=_place_order(standing.holder),
        on_behalf_of=standing.on_behalf_of,
        recorded_by_name=actor.name if is_recorded else "",
        at=now(),
    )


def opinion_check(*, text: str, strokes: dict[str, Any] | None, is_needed: bool) -> dict[str, Any] | None:
    """The ink as it is kept. Refuses words that are too long or missing where needed, and ink that is not strokes of points."""
    if len(text) > TEXT_LIMIT:
        raise ValidationFailed(
            f"意见不能超过{TEXT_LIMIT}字，现有{len(text)}字，请删减后再提交。", fields={"text": "意见过长"}
        )
    if is_needed and not text.strip() and not strokes:
        raise ValidationFailed("请先填写或手写意见。", fields={"text": "请填写意见"})
    return strokes_validated(strokes) if strokes else None


def _place_order(post: Appointment) -> int:
    """Organs before units before posts, as one number."""
    unit = post.unit.rank_order if post.unit else 0
    return min(post.organ.rank_order, 20_000) * 100_000 + min(unit, 999) * 100 + min(post.rank_order, 99)
