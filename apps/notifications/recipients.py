"""Who is to be told of a to-do: its holder, and whoever may act for the holder now."""

from apps.accounts.models import SecretaryDuty
from apps.accounts.selectors import actor_for, delegates_of
from apps.core import subjects
from apps.core.subjects import Subject
from apps.workflow.models import Follow, Matter, Task
from apps.workflow.policies import may_act


def stand_ins(task: Task) -> list[int]:
    """Persons other than the holder who may act on the to-do now: delegates in force and the holder's secretary."""
    delegates = {held.delegate.person_id for held in delegates_of([task.appointment_id])}
    secretaries = set(
        SecretaryDuty.objects.filter(leader_id=task.appointment_id).values_list(
            "secretary__person_id", flat=True
        )
    )
    candidates = sorted((delegates | secretaries) - {task.person_id})
    return [
        person_id for person_id in candidates if Task.objects.filter(may_act(person_id), pk=task.pk).exists()
    ]


def followers(matter: Matter) -> list[int]:
    """Persons who follow the matter and may still see it."""
    subject = Subject(matter.subject_kind, matter.subject_id)
    people = [follow.person for follow in Follow.objects.filter(matter=matter).select_related("person")]
    return [person.pk for person in people if subjects.can_view(actor_for(person), subject)]
