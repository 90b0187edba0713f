"""Watches to come get another person when somebody changes post; on a published roster those concerned are told."""

from collections import defaultdict
from collections.abc import Sequence

from django.db import transaction

from apps.accounts.models import Appointment
from apps.core.actors import Actor
from apps.duty.enums import ChangeCause, WatchState
from apps.duty.models import DutyPost, DutyRoster, DutyShift
from apps.duty.services.changing import Cause, places_put


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
    cells: defaultdict[int, dict[tuple[int, int], int | None]] = defaultdict(dict)
    for shift in DutyShift.objects.filter(
        pk__in=list(ids), appointment_id=giver_id, watch__state=WatchState.PLANNED
    ).select_related("watch"):
        cells[shift.watch.roster_id][shift.watch_id, shift.post_id] = taker_id
    for roster_id, part in sorted(cells.items()):
        places_put(
            actor=actor,
            roster=rosters[roster_id],
            cells=part,
            cause=Cause(ChangeCause.HANDING_OVER, "工作交接"),
        )
    taker = Appointment.objects.get(pk=taker_id)
    for post in DutyPost.objects.filter(members=giver_id):
        post.members.add(taker)
