"""Watches to come of a post, for its hand-over."""

from apps.accounts.models import Appointment
from apps.core.clock import local, now
from apps.core.handing_over import HandoverItem
from apps.duty.enums import WatchState
from apps.duty.models import DutyShift


def shifts_listed(giver_id: int, taker_id: int) -> list[HandoverItem]:
    """Watches not begun in which the post serves. One in which the receiver serves already is in the way."""
    shifts = list(
        DutyShift.objects.filter(
            appointment_id=giver_id, watch__state=WatchState.PLANNED, watch__starts_at__gt=now()
        )
        .select_related("watch", "post")
        .order_by("watch__starts_at", "id")
    )
    person = Appointment.objects.select_related("person").get(pk=taker_id).person
    busy = set(
        DutyShift.objects.filter(
            appointment__person=person, watch__in=[shift.watch_id for shift in shifts]
        ).values_list("watch_id", flat=True)
    )
    return [
        HandoverItem(
            id=shift.pk,
            title=f"{local(shift.watch.starts_at):%Y-%m-%d %H:%M} {shift.post.name}",
            note="值班",
            hindrance=f"{person.name}这一班已在其他岗位，请先调班。" if shift.watch_id in busy else "",
        )
        for shift in shifts
    ]
