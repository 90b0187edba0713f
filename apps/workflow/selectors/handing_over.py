"""The to-dos and the reads of a post, for its hand-over."""

from apps.accounts.models import Appointment
from apps.core.handing_over import HandoverItem
from apps.core.subjects import Subject, url_of
from apps.workflow.definition import Mode, load
from apps.workflow.models import Reading, Run, Task

LIVE = (Task.State.OPEN, Task.State.WAITING)
SHARED = (Mode.FIRST, Mode.ONE)


def tasks_listed(giver_id: int, taker_id: int) -> list[HandoverItem]:
    """Open and waiting to-dos of the post, the oldest first. One that the receiver has as well is in the way.

    Where one of several is enough and the receiver is among them, nothing has to be handed over.
    """
    tasks = list(
        Task.objects.filter(appointment_id=giver_id, state__in=LIVE, run__status=Run.Status.RUNNING)
        .select_related("matter", "run__version")
        .order_by("arrived_at", "id")
    )
    held = set(
        Task.objects.filter(appointment_id=taker_id, run__in=[task.run_id for task in tasks]).values_list(
            "run_id", "step_code", "visit"
        )
    )
    name = Appointment.objects.select_related("person").get(pk=taker_id).person.name if held else ""
    items = []
    for task in tasks:
        is_held = (task.run_id, task.step_code, task.visit) in held
        if is_held and load(task.run.version.definition).step(task.step_code).mode in SHARED:
            continue
        items.append(
            HandoverItem(
                id=task.pk,
                title=task.matter.title,
                url=url_of(Subject(task.matter.subject_kind, task.matter.subject_id)),
                note=task.step_name,
                hindrance=f"{name}在这一环节另有待办，请先办理。" if is_held else "",
            )
        )
    return items


def readings_listed(giver_id: int, taker_id: int) -> list[HandoverItem]:
    """Unread 待阅 of the post, the oldest first; what the receiver has as well need not be handed over."""
    taker = Appointment.objects.get(pk=taker_id)
    unread = Reading.objects.filter(
        appointment_id=giver_id, read_at__isnull=True, cancelled_at__isnull=True
    ).select_related("matter", "sent_by")
    theirs = Reading.objects.filter(
        person_id=taker.person_id, cancelled_at__isnull=True, matter__in=unread.values("matter")
    ).values("matter")
    return [
        HandoverItem(
            id=reading.pk,
            title=reading.matter.title,
            url=url_of(Subject(reading.matter.subject_kind, reading.matter.subject_id)),
            note=f"{reading.sent_by.name} 送阅",
        )
        for reading in unread.exclude(matter__in=theirs).order_by("sent_at", "id")
    ]
