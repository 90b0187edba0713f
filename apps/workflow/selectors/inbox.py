"""Lists of the desk: to-dos, reads, what was done, begun and followed. Each starts at the person; keyset-ready."""

from dataclasses import dataclass
from datetime import datetime, time

from django.db.models import (
    BooleanField,
    Case,
    Exists,
    ExpressionWrapper,
    IntegerField,
    OuterRef,
    Q,
    QuerySet,
    Value,
    When,
)

from apps.accounts.policies import keeps_for_organ
from apps.core.actors import Actor
from apps.core.clock import CITY_ZONE, local, now
from apps.core.prepared import Prepared, PreparedFor, slot
from apps.core.shell import COUNT_LIMIT
from apps.core.working_calendar import city_calendar
from apps.workflow.lights import NEAR_WORKDAYS
from apps.workflow.models import Follow, Matter, Phrase, Reading, Task
from apps.workflow.policies import Reach, may_act, reach_of

TODO_ORDER = ("-arrived_at", "-id")
DONE_ORDER = ("-done_at", "-id")
READING_TODO_ORDER = ("-sent_at", "-id")
READING_DONE_ORDER = ("-read_at", "-id")
MATTER_ORDER = ("-created_at", "-id")
SEEN = (Task.State.OPEN, Task.State.DONE, Task.State.SUPERSEDED, Task.State.TRANSFERRED)


def tasks_todo(actor: Actor) -> QuerySet[Task]:
    """待办: open to-dos the person may act on, in any post: own, delegated, and those of leaders served as secretary.

    `is_own` tells them apart.
    """
    own = ExpressionWrapper(Q(person_id=actor.person_id), output_field=BooleanField())
    return (
        Task.objects.filter(may_act(actor.person_id), state=Task.State.OPEN)
        .annotate(is_own=own)
        .select_related("matter", "person")
        .order_by(*TODO_ORDER)
    )


def tasks_done(actor: Actor) -> QuerySet[Task]:
    """已办: the person's latest act on each matter, also acts for others."""
    return _done(actor).filter(is_latest(actor)).select_related("matter", "person").order_by(*DONE_ORDER)


def done_streams(actor: Actor) -> list[QuerySet[Task]]:
    """All the person has done, in two parts that overlap: own to-dos, and to-dos for others. The latest of them are `tasks_done`."""
    rows = Task.objects.filter(state=Task.State.DONE, done_at__isnull=False)
    return [rows.filter(person_id=actor.person_id), rows.filter(acted_by_id=actor.person_id)]


def is_latest(actor: Actor) -> Q:
    """Condition on what the person has done: nothing was done later in the same matter."""
    later = _done(actor).filter(
        Q(done_at__gt=OuterRef("done_at")) | Q(done_at=OuterRef("done_at"), pk__gt=OuterRef("pk")),
        matter=OuterRef("matter"),
    )
    return ~Q(Exists(later))


def _done(actor: Actor) -> QuerySet[Task]:
    return Task.objects.filter(
        Q(person_id=actor.person_id) | Q(acted_by_id=actor.person_id),
        state=Task.State.DONE,
        done_at__isnull=False,
    )


def readings_todo(actor: Actor) -> QuerySet[Reading]:
    """待阅: sent and not read."""
    return (
        Reading.objects.filter(person_id=actor.person_id, read_at__isnull=True, cancelled_at__isnull=True)
        .select_related("matter", "sent_by")
        .order_by(*READING_TODO_ORDER)
    )


def readings_done(actor: Actor) -> QuerySet[Reading]:
    """已阅."""
    return (
        Reading.objects.filter(person_id=actor.person_id, read_at__isnull=False, cancelled_at__isnull=True)
        .select_related("matter", "sent_by")
        .order_by(*READING_DONE_ORDER)
    )


def matters_initiated(actor: Actor) -> QuerySet[Matter]:
    """我发起: what the person began."""
    return Matter.objects.filter(initiator_id=actor.person_id).order_by(*MATTER_ORDER)


def matters_followed(actor: Actor) -> QuerySet[Follow]:
    """关注: with the matter."""
    return Follow.objects.filter(person_id=actor.person_id).select_related("matter").order_by(*MATTER_ORDER)


def open_task_for(actor: Actor | Reach, matter: Matter) -> Task | None:
    """The to-do the person may act on now: an own one first, then a delegated one, then a served leader's."""
    reach = actor if isinstance(actor, Reach) else reach_of(actor.person_id)
    if reach.is_own:
        return _OWN_OPEN_TASK.row(person=reach.person_id, matter=matter.pk)
    return _open_tasks(reach, matter.pk).first()


def _open_tasks(reach: Reach, matter_id: int) -> QuerySet[Task]:
    own = Case(When(person_id=reach.person_id, then=Value(0)), default=Value(1), output_field=IntegerField())
    return (
        Task.objects.filter(may_act(reach), matter_id=matter_id, state=Task.State.OPEN)
        .select_related(
            "matter", "person", "run__version__procedure", "appointment__organ", "appointment__unit"
        )
        .order_by(own, "rank_order", "key")
    )


_OWN_OPEN_TASK = Prepared(lambda: _open_tasks(Reach(slot("person")), slot("matter"))[:1])


_TASK = Prepared(lambda: Task.objects.select_related("matter", "person").filter(pk=slot("task")))


def task_with_matter(task_id: int) -> Task | None:
    """The to-do an event speaks of, None when it is gone."""
    return _TASK.row(task=task_id)


def task_count(actor: Actor) -> int:
    """Live number of 待办, counted up to just above what is shown."""
    reach = reach_of(actor.person_id)
    if reach.is_own:
        return _OWN_TODO.count(person=actor.person_id)
    return _todo(reach).count()


def _todo(reach: Reach) -> QuerySet[Task]:
    return Task.objects.filter(may_act(reach), state=Task.State.OPEN)[: COUNT_LIMIT + 1]


_OWN_TODO = Prepared(lambda: _todo(Reach(slot("person"))))


def reading_count(actor: Actor) -> int:
    """Live number of 待阅, counted up to just above what is shown."""
    return _TO_READ.count(actor)


_TO_READ = PreparedFor(lambda actor: readings_todo(actor).select_related(None).order_by()[: COUNT_LIMIT + 1])


@dataclass(frozen=True)
class DueCounts:
    """Open to-dos by light."""

    over: int
    near: int
    good: int


def due_filter(light: str, *, at: datetime | None = None) -> Q:
    """Condition on open tasks for one light: `over`, `near` or `good`; agrees with `lights.light_of`."""
    moment = at or now()
    first_good = city_calendar().add(local(moment).date(), NEAR_WORKDAYS + 1)
    end = datetime.combine(first_good, time.min, tzinfo=CITY_ZONE)
    if light == "over":
        return Q(due_at__lt=moment)
    if light == "near":
        return Q(due_at__gte=moment, due_at__lt=end)
    return Q(due_at__gte=end)


def due_counts(actor: Actor) -> DueCounts:
    """How many of the actor's to-dos are overdue, near due and on time; those without a deadline count nowhere."""
    moment = now()
    rows = Task.objects.filter(may_act(actor.person_id), state=Task.State.OPEN, due_at__isnull=False)
    lights = ("over", "near", "good")
    case = Case(
        *(When(due_filter(light, at=moment), then=Value(light)) for light in lights), default=Value("good")
    )
    found = list(rows.annotate(light=case).values_list("light", flat=True)[: COUNT_LIMIT + 1])
    return DueCounts(*(found.count(light) for light in lights))


def phrases_of(actor: Actor) -> QuerySet[Phrase]:
    """常用语: the person's own first, then those of the organ of the present post, then those offered to all."""
    own, ours = Q(person_id=actor.person_id), Q(organ_id=actor.organ_id, organ__isnull=False)
    nearness = Case(
        When(own, then=Value(0)), When(ours, then=Value(1)), default=Value(2), output_field=IntegerField()
    )
    offered = Q(person__isnull=True, organ__isnull=True)
    return Phrase.objects.filter(own | ours | offered).order_by(nearness, "rank_order", "id")


@dataclass(frozen=True)
class PhraseShelves:
    """The phrases of `phrases_of` by who keeps them; `may_keep` when the reader keeps the organ's."""

    own: tuple[Phrase, ...]
    common: tuple[Phrase, ...]
    offered: tuple[Phrase, ...]
    may_keep: bool


def phrase_shelves(actor: Actor) -> PhraseShelves:
    """What the page of phrases shows. One query."""
    rows = list(phrases_of(actor))
    return PhraseShelves(
        own=tuple(row for row in rows if row.person_id is not None),
        common=tuple(row for row in rows if row.organ_id is not None),
        offered=tuple(row for row in rows if row.person_id is None and row.organ_id is None),
        may_keep=keeps_for_organ(actor),
    )


def is_following(actor: Actor, matter: Matter) -> bool:
    """Whether the person follows the matter."""
    return Follow.objects.filter(person_id=actor.person_id, matter=matter).exists()
