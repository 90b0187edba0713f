"""Who has a part in a matter: the condition upper apps build their visibility on, whole and by its reasons."""

from functools import reduce
from operator import or_
from typing import Any

from django.db.models import Exists, OuterRef, Q, QuerySet, Subquery, Value
from django.db.models.lookups import GreaterThan

from apps.core.actors import Actor
from apps.workflow.models import Opinion, Participation, Reading, Task
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


def parts_of(actor: Actor | Reach, subject_kind: str, *, is_open: bool = False) -> QuerySet[Participation]:
    """What the person has or once had a part in, for lists in the order of `dated_at`; those count that `still_opens`.

    `is_open`: only matters that are not closed.
    """
    rows = Participation.objects.filter(person_id=actor.person_id, subject_kind=subject_kind)
    return rows.filter(is_open=True) if is_open else rows


def still_opens(actor: Actor | Reach) -> Q:
    """Condition on the person's participations: the part opens the matter. With `done_for_others` it is the same as `participates`."""
    here = {"matter": OuterRef("matter")}
    tasks = Task.objects.filter(_held(actor.person_id) | _acted(actor.person_id), **here)
    parts = (tasks, _readings(actor.person_id, here), _opinions(actor.person_id, here))
    return reduce(or_, (Q(_is_there(part)) for part in parts))


def done_for_others(reach: Reach, subject_kind: str) -> QuerySet[Task]:
    """Open to-dos the person may act on for others now, of one kind of subject; none for who stands in for nobody."""
    if reach.is_own:
        return Task.objects.none()
    return Task.objects.filter(may_act(reach), state=Task.State.OPEN, matter__subject_kind=subject_kind)


def _is_there(rows: QuerySet[Any]) -> GreaterThan:
    """As `Exists`, but asked row by row: the planner would rather gather all the person ever did than look at a page's rows."""
    return GreaterThan(Subquery(rows.order_by().values("pk")[:1]), Value(0))


def _here(subject_kind: str, outer_ref: str | OuterRef) -> dict[str, Any]:
    outer = outer_ref if isinstance(outer_ref, OuterRef) else OuterRef(outer_ref)
    return {"matter__subject_kind": subject_kind, "matter__subject_id": outer}


def _person_of(actor: Actor | Reach | int) -> int:
    return actor if isinstance(actor, int) else actor.person_id


def _task_grounds(actor: Actor | Reach | int) -> dict[str, Q]:
    reach = actor if isinstance(actor, Reach) else _person_of(actor)
    return {
        "由您办理或您办理过": _held(_person_of(actor)),
        "您代他人办理过": _acted(_person_of(actor)),
        "现可由您办理（本人、受委托或作为秘书）": may_act(reach) & Q(state=Task.State.OPEN),
    }


def _other_grounds(actor: Actor | Reach | int, here: dict[str, Any]) -> dict[str, Q]:
    person_id = _person_of(actor)
    return {
        "已送您阅知": Q(Exists(_readings(person_id, here))),
        "您在其中留有意见": Q(Exists(_opinions(person_id, here))),
    }


def _held(person_id: int) -> Q:
    return Q(person_id=person_id, state__in=SEEN)


def _acted(person_id: int) -> Q:
    return Q(acted_by_id=person_id)


def _readings(person_id: int, here: dict[str, Any]) -> QuerySet[Reading]:
    return Reading.objects.filter(person_id=person_id, cancelled_at__isnull=True, **here)


def _opinions(person_id: int, here: dict[str, Any]) -> QuerySet[Opinion]:
    return Opinion.objects.filter(person_id=person_id, **here)
