"""What a secretary did on a leader's to-dos."""

from apps.accounts.models import SecretaryDuty
from apps.workflow.models import Task

SHOWN = 20


def acts_recorded(duty: SecretaryDuty) -> list[Task]:
    """To-dos of the leader's post that the secretary handled, the latest first. One query."""
    rows = Task.objects.filter(
        appointment_id=duty.leader_id, acted_by_id=duty.secretary.person_id, state=Task.State.DONE
    ).exclude(person_id=duty.secretary.person_id)
    return list(rows.select_related("matter").order_by("-done_at", "-id")[:SHOWN])
