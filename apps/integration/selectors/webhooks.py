"""Who is to be told of an event, and what was told."""

from collections.abc import Collection

from django.db.models import Q, QuerySet

from apps.integration.enums import HookEvent, Scope
from apps.integration.models import PartnerSystem, PartnerTodo, WebhookDelivery, WebhookSubscription
from apps.workflow.models import Task
from apps.workflow.selectors import task_with_matter

DOCUMENT_CATEGORIES = ("incoming", "outgoing")  # whose titles the whole organ's systems may know


def subscriptions_for(
    event: HookEvent, *, organ_ids: Collection[int] = (), system_id: int | None = None
) -> QuerySet[WebhookSubscription]:
    """Those that hear of the event: of systems of these very organs, or of this system; open, granted and keyed."""
    whose = Q(system__organ_id__in=organ_ids) | Q(system_id=system_id)
    return WebhookSubscription.objects.filter(
        whose,
        events__contains=[event.value],
        is_enabled=True,
        secret_at__isnull=False,
        system__is_enabled=True,
        system__scopes__contains=[Scope.EVENTS.value],
    )


def task_told(task_id: int) -> tuple[Task, PartnerTodo | None] | None:
    """A to-do a system may hear of: of a document, or pushed by a system; None for any other."""
    task = task_with_matter(task_id)
    if task is None:
        return None
    if task.matter.category in DOCUMENT_CATEGORIES:
        return task, None
    todo = PartnerTodo.objects.filter(matter_id=task.matter_id).first()
    return (task, todo) if todo is not None else None


def subscriptions_listed() -> QuerySet[WebhookSubscription]:
    """For the back office."""
    return WebhookSubscription.objects.select_related("system")


def deliveries_listed() -> QuerySet[WebhookDelivery]:
    """For the back office."""
    return WebhookDelivery.objects.select_related("subscription__system")


def systems_that_hear() -> QuerySet[PartnerSystem]:
    """Systems that may subscribe."""
    return PartnerSystem.objects.filter(scopes__contains=[Scope.EVENTS.value])
