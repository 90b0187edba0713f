"""Watches to come get another person when somebody changes post; on a published roster those concerned are told."""

from collections.abc import Sequence

from django.db import transaction

from apps.accounts.models import Appointment
from apps.audit.services import record
from apps.core.actors import Actor
from apps.core.events import publish
from apps.duty.enums import RosterState, WatchState
from apps.duty.events import ShiftChanged
from apps.duty.models import DutyPost, DutyRoster, DutyShift


@transaction.atomic
def shifts_hand_over(*, actor: Actor, giver_id: int, taker_id: int, ids: Sequence[int]) -> None:
    """Put the receiver in the giver's watches and among those who may serve; part of a hand-over that both sides confirmed."""
    roster_ids = DutyShift.objects.filter(pk__in=list(ids)).values_list("watch__roster_id", flat=True)
    rosters = {
        roster.pk: roster
        for roster in DutyRoster.objects.select_for_update(of=("self",))
        .filter(pk__in=set(roster_ids))
        .order_by("pk")
    }
    shifts = DutyShift.objects.filter(
        pk__in=list(ids), appointment_id=giver_id, watch__state=WatchState.PLANNED
    ).select_related("watch")
    for roster in rosters.values():
        roster.version += 1
        roster.save(update_fields=["version"])
    places = []
    for shift in shifts.order_by("pk"):
        shift.appointment_id = taker_id
        shift.save(update_fields=["appointment"])
        roster = rosters[shift.watch.roster_id]
        places.append([shift.watch_id, shift.post_id, giver_id, taker_id])
        if roster.state == RosterState.PUBLISHED:
            publish(
                ShiftChanged(
                    watch_id=shift.watch_id,
                    post_id=shift.post_id,
                    before_id=giver_id,
                    after_id=taker_id,
                    version=roster.version,
                )
            )
    taker = Appointment.objects.get(pk=taker_id)
    for post in DutyPost.objects.filter(members=giver_id):
        post.members.add(taker)
    if places:
        record(
            "duty.roster", actor=actor, subject_text="工作交接", facts={"act": "hand_over", "places": places}
        )
