"""Who has a part in a matter: the condition upper apps build their visibility on, whole and by its reasons."""

from functools import reduce
from operator import or_
from typing import Any

from django.db.models import Exists, OuterRef, Q

from apps.core.actors import Actor
from apps.workflow.models import Opinion, Reading, Task
from apps.workflow.policies import Reach, may_act
from apps.workflow.selectors.inbox import SEEN


def participates(actor: Actor | Reach | int, subject_kind: str, outer_ref: str | OuterRef) -> Q:
    """Condition on an upper app's rows: the person has or had a to-do, has a read, or said something there.

    Delegates and secretaries count while they may act. `outer_ref` is the name of the row's id, usually `pk`.
    """
    here = _here(subject_kind, outer_ref)
    tasks = Task.objects.filter(reduce(or_, _task_grounds(actor).values()), **here)
    return Q(Exists(tasks)) | reduce(or_, _other_grounds(actor, here).values())


def participation_grounds(actor: Actor | Reach | int, subject_kind: str, outer_ref: str) -> dict[str, Q]:
    """The same condition in its parts: sentence that gives the reason → condition."""
    here = _here(subject_kind, outer_ref)
    tasks = {why: Q(Exists(Task.objects.filter(part, **here))) for why, part in _task_grounds(actor).items()}
    return tasks | _other_grounds(actor, here)


def _here(subject_kind: str, outer_ref: str | OuterRef) -> dict[str, Any]:
    outer = outer_ref if isinstance(outer_ref, OuterRef) else OuterRef(outer_ref)
    return {"matter__subject_kind": subject_kind, "matter__subject_id": outer}


def _person_of(actor: Actor | Reach | int) -> int:
    return actor if isinstance(actor, int) else actor.person_id


def _task_grounds(actor: Actor | Reach | int) -> dict[str, Q]:
    reach = actor if isinstance(actor, Reach) else _person_of(actor)
    return {
        "由您办理或您办理过": Q(person_id=_person_of(actor), state__in=SEEN),
        "您代他人办理过": Q(acted_by_id=_person_of(actor)),
        "现可由您办理（本人、受委托或作为秘书）": may_act(reach) & Q(state=Task.State.OPEN),
    }


def _other_grounds(actor: Actor | Reach | int, here: dict[str, Any]) -> dict[str, Q]:
    person_id = _person_of(actor)
    readings = Reading.objects.filter(person_id=person_id, cancelled_at__isnull=True, **here)
    opinions = Opinion.objects.filter(person_id=person_id, **here)
    return {"已送您阅知": Q(Exists(readings)), "您在其中留有意见": Q(Exists(opinions))}
