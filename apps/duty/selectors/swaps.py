"""Swaps: who may take a duty on which terms, the requests a person has to do with, and the record of changes."""

from collections import defaultdict
from dataclasses import dataclass, field
from datetime import timedelta

from django.db.models import Q, QuerySet

from apps.accounts.models import Appointment
from apps.core.actors import Actor
from apps.core.clock import local, now
from apps.core.errors import NotFound
from apps.duty.enums import Answer, RosterState, SwapState, WatchState
from apps.duty.models import DutyPost, DutyRoster, DutyShift, ShiftChange, ShiftSwap, SwapOffer
from apps.duty.models.swaps import OPEN
from apps.duty.policies import SwapAct, makes_roster, swap_acts
from apps.duty.selectors.judging import Bench, bench_for
from apps.duty.selectors.rosters import members_of

SWAP = "duty.swap"
AHEAD = timedelta(days=1)
REACH = timedelta(days=35)
SCOPES = (("mine", "与我有关"), ("approve", "待审批"), ("all", "全部"))


@dataclass(frozen=True)
class Terms:
    """One way to be relieved: the other takes the duty, `back` is what the asker takes in return."""

    appointment: Appointment
    back: DutyShift | None

    @property
    def value(self) -> str:
        """As the form sends it."""
        return f"{self.appointment.pk}-{self.back.pk if self.back else ''}"

    @property
    def text(self) -> str:
        """In words."""
        if self.back is None:
            return "替我值班"
        day = local(self.back.watch.starts_at)
        return f"与其{day.month}月{day.day}日{day:%H:%M} {self.back.post.name}对换"


@dataclass(frozen=True)
class SwapShown:
    """A request with its offers and what the reader may do."""

    swap: ShiftSwap
    offers: list[SwapOffer]
    acts: frozenset[SwapAct]
    own: list[SwapOffer] = field(default_factory=list)


def own_shift(actor: Actor, shift_id: int, *, lock: bool = False) -> DutyShift:
    """A duty of the person on a published roster, not yet begun. Raises `NotFound`."""
    rows = DutyShift.objects.select_related("watch", "post")
    if lock:
        rows = rows.select_for_update(of=("self",))
    found = rows.filter(
        pk=shift_id,
        appointment__person_id=actor.person_id,
        watch__roster__state=RosterState.PUBLISHED,
        watch__state=WatchState.PLANNED,
    ).first()
    if found is None:
        raise NotFound
    return found


def serves_of(watch_id: int, post_id: int, appointment_id: int) -> bool:
    """Whether this post still holds the place."""
    return DutyShift.objects.filter(
        watch=watch_id, post=post_id, appointment=appointment_id, watch__state=WatchState.PLANNED
    ).exists()


@dataclass(frozen=True)
class Candidate:
    """Somebody of the post: every way that keeps the rules, or what stands against it when there is none."""

    appointment: Appointment
    ways: list[Terms]
    hindrances: list[str]


@dataclass(frozen=True)
class Candidates:
    """Everybody else of the post, in rank order: who may be asked, and who cannot take the duty."""

    able: list[Candidate]
    hindered: list[Candidate]


def terms_for(shift: DutyShift) -> list[tuple[Appointment, list[Terms]]]:
    """Everybody who could take the duty and every way that keeps the rules, by person in rank order."""
    return [(one.appointment, one.ways) for one in candidates_for(shift).able]


def candidates_for(shift: DutyShift) -> Candidates:
    """Everybody else of the post, with every way that keeps the rules or what stands against them."""
    asker = shift.appointment
    people = [one for one in members_of(_post(shift.post_id)) if one.person_id != asker.person_id]
    benches = {
        roster.pk: bench_for(roster)
        for roster in DutyRoster.objects.filter(
            organ_id=shift.watch.organ_id,
            state=RosterState.PUBLISHED,
            watches__starts_at__range=(now(), shift.watch.starts_at + REACH),
        ).distinct()
    }
    backs = _returnable(shift, people)
    found = []
    for one in people:
        ways = [Terms(one, None), *(Terms(one, back) for back in backs[one.pk])]
        against = [_troubles(shift, way, benches) for way in ways]
        kept = [way for way, troubles in zip(ways, against, strict=True) if not troubles]
        found.append(Candidate(one, kept, [] if kept else against[0]))
    return Candidates([one for one in found if one.ways], [one for one in found if not one.ways])


def _post(post_id: int) -> DutyPost:
    return DutyPost.objects.prefetch_related("members__person", "members__unit").get(pk=post_id)


def _returnable(shift: DutyShift, people: list[Appointment]) -> dict[int, list[DutyShift]]:
    """Duties of these people, near enough and late enough, at posts where the asker may serve."""
    found: defaultdict[int, list[DutyShift]] = defaultdict(list)
    rows = DutyShift.objects.filter(
        appointment__in=people,
        post__in=DutyPost.objects.filter(members=shift.appointment_id),
        watch__state=WatchState.PLANNED,
        watch__roster__state=RosterState.PUBLISHED,
        watch__starts_at__gt=now() + AHEAD,
        watch__starts_at__lt=shift.watch.starts_at + REACH,
    ).exclude(watch=shift.watch_id)
    for row in rows.select_related("watch", "post").order_by("watch__starts_at"):
        found[row.appointment_id].append(row)
    return found


def _troubles(shift: DutyShift, way: Terms, benches: dict[int, Bench]) -> list[str]:
    changes = {shift.watch.roster_id: {(shift.watch_id, shift.post_id): way.appointment.person_id}}
    hands = {(shift.post_id, shift.watch.starts_at): way.appointment.person_id}
    if way.back is not None:
        hands[way.back.post_id, way.back.watch.starts_at] = shift.appointment.person_id
        back = {(way.back.watch_id, way.back.post_id): shift.appointment.person_id}
        changes[way.back.watch.roster_id] = changes.get(way.back.watch.roster_id, {}) | back
    return [
        words for roster, part in changes.items() for words in benches[roster].troubles(part, elsewhere=hands)
    ]


def _swaps() -> QuerySet[ShiftSwap]:
    return ShiftSwap.objects.select_related("watch", "post", "asker__person").prefetch_related(
        "offers__appointment__person", "offers__return_watch", "offers__return_post"
    )


def visible_swaps(actor: Actor) -> QuerySet[ShiftSwap]:
    """Requests of the person, requests to the person, and for the office all of the organ."""
    mine = Q(asker__person_id=actor.person_id) | Q(
        pk__in=SwapOffer.objects.filter(appointment__person_id=actor.person_id).values("swap_id")
    )
    if makes_roster(actor):
        mine |= Q(organ_id=actor.organ_id)
    return _swaps().filter(mine)


def swap_for(actor: Actor, swap_id: int, *, lock: bool = False) -> ShiftSwap:
    """A request the person has to do with. Raises `NotFound`."""
    rows = visible_swaps(actor)
    found = (rows.select_for_update(of=("self",)) if lock else rows).filter(pk=swap_id).first()
    if found is None:
        raise NotFound
    return found


def swap_of_offer(actor: Actor, offer_id: int) -> ShiftSwap:
    """The request an offer belongs to. Raises `NotFound`."""
    found = visible_swaps(actor).filter(offers__pk=offer_id).first()
    if found is None:
        raise NotFound
    return found


def swaps_listed(actor: Actor, *, scope: str) -> QuerySet[ShiftSwap]:
    """Requests, newest first; `scope` as in `SCOPES`."""
    rows = visible_swaps(actor)
    if scope == "approve":
        rows = rows.filter(state=SwapState.AGREED)
    elif scope != "all":
        rows = rows.filter(
            Q(asker__person_id=actor.person_id)
            | Q(pk__in=SwapOffer.objects.filter(appointment__person_id=actor.person_id).values("swap_id"))
        )
    return rows.order_by("-asked_at", "-id")


def shown(actor: Actor, swap: ShiftSwap) -> SwapShown:
    """The request with what this person may do."""
    offers = list(swap.offers.all())
    acts = swap_acts(actor, swap)
    own = [
        one for one in offers if one.appointment.person_id == actor.person_id and one.answer == Answer.WAITING
    ]
    return SwapShown(swap, offers, acts, own if SwapAct.ANSWER in acts else [])


def swaps_waiting(actor: Actor) -> int:
    """How many requests wait for this person's word."""
    asked = SwapOffer.objects.filter(
        appointment__person_id=actor.person_id, answer=Answer.WAITING, swap__state=SwapState.ASKED
    )
    count = asked.values("swap").distinct().count()
    if makes_roster(actor):
        count += ShiftSwap.objects.filter(organ_id=actor.organ_id or 0, state=SwapState.AGREED).count()
    return count


def swap_shown(swap_id: int) -> ShiftSwap | None:
    """For notices."""
    return _swaps().filter(pk=swap_id).first()


def swap_title(swap_id: int) -> str:
    """For notices and cards."""
    swap = swap_shown(swap_id)
    if swap is None:
        return ""
    day = local(swap.watch.starts_at)
    return f"{swap.asker.person.name} {day.month}月{day.day}日{swap.post.name}换班"


def can_view_swap(actor: Actor, swap_id: int) -> bool:
    """Whoever has to do with it."""
    return visible_swaps(actor).filter(pk=swap_id).exists()


def changes_of(roster: DutyRoster) -> list[ShiftChange]:
    """Every change after publication, newest first."""
    rows = ShiftChange.objects.filter(watch__roster=roster)
    return list(rows.select_related("watch", "post", "before__person", "after__person"))


def open_swap_of(shift: DutyShift) -> ShiftSwap | None:
    """The open request about a duty."""
    return ShiftSwap.objects.filter(watch=shift.watch_id, post=shift.post_id, state__in=OPEN).first()
