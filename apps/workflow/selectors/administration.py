"""What the back office shows: procedures, and open to-dos as metadata."""

from django.db.models import Max, QuerySet

from apps.workflow.assignees import post_words, rule_words, running_appointments
from apps.workflow.definition import Definition
from apps.workflow.models import Procedure, ProcedureVersion, Run, Task
from apps.workflow.vocabulary import inherited_kinds


def procedures_listed() -> QuerySet[Procedure]:
    """All procedures with `newest_number`."""
    return (
        Procedure.objects.select_related("organ")
        .annotate(newest_number=Max("versions__number"))
        .order_by("category", "id")
    )


def newest_version(procedure_id: int) -> ProcedureVersion | None:
    """The version new runs take."""
    return ProcedureVersion.objects.filter(procedure_id=procedure_id).order_by("-number").first()


def runs_open_in(organ_id: int) -> int:
    """How many matters of an organ are under way that nobody takes over when it ends."""
    running = Run.objects.filter(matter__organ_id=organ_id, status=Run.Status.RUNNING)
    return running.exclude(matter__subject_kind__in=inherited_kinds()).count()


def open_tasks() -> QuerySet[Task]:
    """Open to-dos with holder, post and card, the oldest first."""
    return (
        Task.objects.filter(state=Task.State.OPEN)
        .select_related("person", "appointment__person", "appointment__organ", "appointment__unit", "matter")
        .order_by("arrived_at", "id")
    )


def notes_of(definition: Definition) -> dict[str, str]:
    """Who handles each step, in words, for the diagram."""
    return {code: rule_words(step) for code, step in definition.steps.items()}


def posts_offered(organ_id: int) -> list[tuple[int, str]]:
    """Running posts of an organ as choices, in rank order."""
    posts = running_appointments().filter(organ_id=organ_id)
    return [(post.pk, f"{post.person.name}（{post_words(post)}）") for post in posts]
