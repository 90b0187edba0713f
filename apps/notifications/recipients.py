"""Who is to be told of a to-do: its holder, and whoever may act for the holder now."""

from collections.abc import Collection

from apps.accounts.models import SecretaryDuty
from apps.accounts.selectors import actor_for, delegates_of
from apps.core import subjects
from apps.core.subjects import Subject
from apps.workflow.models import Follow, Matter, Task
from apps.workflow.policies import may_act


def stand_ins(task: Task) -> list[int]:
    """Persons other than the holder who may act on the to-do now: delegates in force and the holder's secretary."""
    return stand_ins_of([task])[task.pk]


def stand_ins_of(tasks: Collection[Task]) -> dict[int, list[int]]:
    """To-do → its stand-ins, with statements by the number of stand-ins, not of to-dos."""
    posts = {task.appointment_id for task in tasks}
    found = {(held.delegator_id, held.delegate.person_id) for held in delegates_of(sorted(posts))}
    found |= set(
        SecretaryDuty.objects.filter(leader_id__in=posts).values_list("leader_id", "secretary__person_id")
    )
    numbers = [task.pk for task in tasks]
    may = {
        person_id: set(Task.objects.filter(may_act(person_id), pk__in=numbers).values_list("pk", flat=True))
        for person_id in sorted({person_id for _, person_id in found})
    }
    return {
        task.pk: sorted(
            person_id
            for post, person_id in found
            if post == task.appointment_id and person_id != task.person_id and task.pk in may[person_id]
        )
        for task in tasks
    }


def followers(matter: Matter) -> list[int]:
    """Persons who follow the matter and may still see it."""
    subject = Subject(matter.subject_kind, matter.subject_id)
    people = [follow.person for follow in Follow.objects.filter(matter=matter).select_related("person")]
    return [person.pk for person in people if subjects.can_view(actor_for(person), subject)]
