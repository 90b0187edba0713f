"""Laws of a published roster: whatever is asked, answered, decided, substituted and served in whatever order."""

from collections import Counter
from contextlib import suppress
from dataclasses import dataclass, field
from datetime import datetime, timedelta

import pytest
from django.db import transaction
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st

from apps.accounts.selectors import actor_of_appointment
from apps.core import clock
from apps.core.actors import Actor
from apps.core.errors import HouseError
from apps.duty import services
from apps.duty.enums import Answer, SwapState, WatchState
from apps.duty.models import (
    DutyPost,
    DutyRoster,
    DutyShift,
    DutyWatch,
    RosterVersion,
    ShiftChange,
    ShiftSwap,
    SwapOffer,
)
from apps.duty.selectors.grids import grid_of
from apps.duty.selectors.planning import question_for
from apps.duty.selectors.swaps import terms_for
from apps.duty.verifier import Fault, faults_of
from tests.factories.world import World
from tests.helpers.depth import examples
from tests.helpers.duty import DECEMBER, MONDAY, PEOPLE, published, relaxed

pytestmark = pytest.mark.django_db

Held = dict[tuple[int, int], int]
RESERVE = "secretary"
MIDDLE = MONDAY.replace(day=26)
ACTS = (
    *("ask", "answer", "decide", "withdraw", "take_back"),
    *("swap", "swap", "cross", "substitute", "substitute", "serve", "later", "rule"),
)


def held() -> Held:
    """(watch, post) → appointment as it stands."""
    return {
        (watch, post): who
        for watch, post, who in DutyShift.objects.values_list("watch_id", "post_id", "appointment_id")
    }


def faults() -> Counter[Fault]:
    """What the verifier finds in all rosters, running watches included."""
    found: Counter[Fault] = Counter()
    for roster in DutyRoster.objects.order_by("month"):
        question = question_for(roster, takes_running=True)
        given_ = {(one.watch, one.post): one.person for one in question.plan.open if one.person is not None}
        found.update(faults_of(question.plan, given_))
    return found


@dataclass(frozen=True)
class Pick:
    """Which of the possible things, and the other person's mind."""

    number: int
    agrees: bool


@dataclass
class Play:
    """Two published months played with; `moment` only goes on."""

    office: Actor
    officer: Actor
    reserve: Actor
    first: Held
    moment: datetime = MIDDLE
    closed: Held = field(default_factory=dict)

    def act(self, name: str, pick: Pick) -> None:
        """One act of somebody; what the rules refuse leaves nothing behind."""
        with clock.at(self.moment), suppress(HouseError), transaction.atomic():
            getattr(self, f"_{name}")(pick)

    def _shift(self, number: int) -> DutyShift:
        rows = DutyShift.objects.filter(
            watch__starts_at__gt=MIDDLE, watch__starts_at__lt=MIDDLE + timedelta(days=10)
        ).select_related("watch__roster", "post", "appointment__person")
        every = list(rows.order_by("watch__starts_at", "post_id"))
        return every[number % len(every)]

    def _ask(self, pick: Pick) -> None:
        shift = self._shift(pick.number)
        ways = [way for _, ways in terms_for(shift) for way in ways if (way.back is None) == pick.agrees]
        ways.sort(key=lambda way: way.appointment.pk != self.reserve.appointment_id)
        services.swap_ask(
            actor=actor_of_appointment(shift.appointment),
            shift_id=shift.pk,
            offers=[
                services.OfferDraft(
                    appointment_id=way.appointment.pk, return_shift_id=way.back.pk if way.back else None
                )
                for way in ways[:6]
            ],
            reason="换班",
        )

    def _swap(self, pick: Pick) -> None:
        """All the way; what was asked before and is still open stays in between."""
        self._ask(pick)
        self._answer(Pick(0, agrees=True))
        self._decide(Pick(0, agrees=True))

    def _cross(self, pick: Pick) -> None:
        """Two days running asked of one who serves nowhere yet, before anybody has answered: who takes both is too tired."""
        for number in (pick.number, pick.number + 3):
            self._ask(Pick(number, agrees=True))
        for swap in ShiftSwap.objects.order_by("-pk")[:2]:
            for offer in swap.offers.filter(appointment=self.reserve.appointment_id):
                services.swap_answer(actor=self.reserve, offer_id=offer.pk, agrees=True)
                self._decide(Pick(0, agrees=True))

    def _answer(self, pick: Pick) -> None:
        offers = list(SwapOffer.objects.filter(answer=Answer.WAITING).order_by("-pk"))
        if offers:
            offer = offers[pick.number % len(offers)]
            actor = actor_of_appointment(offer.appointment)
            services.swap_answer(actor=actor, offer_id=offer.pk, agrees=pick.agrees or pick.number % 3 > 0)

    def _decide(self, pick: Pick) -> None:
        for swap in ShiftSwap.objects.filter(state=SwapState.AGREED).order_by("-pk")[:1]:
            approves = pick.agrees or pick.number % 3 > 0
            services.swap_decide(actor=self.office, swap_id=swap.pk, approves=approves, words="照办")

    def _withdraw(self, pick: Pick) -> None:
        for swap in ShiftSwap.objects.order_by("pk")[pick.number % 3 :][:1]:
            services.swap_withdraw(actor=actor_of_appointment(swap.asker), swap_id=swap.pk)

    def _take_back(self, _pick: Pick) -> None:
        for offer in SwapOffer.objects.filter(answer=Answer.AGREED).order_by("-pk")[:1]:
            services.swap_take_back(actor=actor_of_appointment(offer.appointment), swap_id=offer.swap_id)

    def _substitute(self, pick: Pick) -> None:
        shift = self._shift(pick.number)
        members = list(shift.post.members.order_by("pk"))
        services.roster_save(
            actor=self.office,
            roster_id=shift.watch.roster_id,
            expected_version=shift.watch.roster.version,
            cells={(shift.watch_id, shift.post_id): members[pick.number % len(members)].pk},
            reason="临时替班",
        )

    def _serve(self, _pick: Pick) -> None:
        on = DutyWatch.objects.filter(state=WatchState.ON).first()
        if on is not None:
            services.watch_hand_over(actor=self.officer, watch_id=on.pk, summary="平稳。", pending="")
            self.closed |= {place: who for place, who in held().items() if place[0] == on.pk}
        for watch in DutyWatch.objects.filter(starts_at__lte=self.moment, ends_at__gt=self.moment):
            services.watch_take(actor=self.officer, watch_id=watch.pk)

    def _rule(self, pick: Pick) -> None:
        services.rules_keep(actor=self.office, rest_hours=24, most=None, approves_swaps=pick.agrees)

    def _later(self, pick: Pick) -> None:
        self.moment += timedelta(hours=pick.number % 25)
        services.swaps_expire()


def no_place_is_empty_or_doubled(play: Play) -> None:
    """Every place of every watch has one person, who has one place in it."""
    now = held()
    assert set(now) == set(play.first)
    assert DutyShift.objects.count() == len(play.first)
    people = Counter(DutyShift.objects.values_list("watch_id", "appointment__person_id"))
    assert set(people.values()) == {1}


def the_ledger_is_what_was_served(play: Play) -> None:
    """The record of changes leads from the published roster to the present one, and the ledger counts that."""
    served = dict(play.first)
    for change in ShiftChange.objects.order_by("pk"):
        assert served[change.watch_id, change.post_id] == change.before_id
        served[change.watch_id, change.post_id] = change.after_id
    assert served == held()
    assert {place: served[place] for place in play.closed} == play.closed
    for roster in DutyRoster.objects.all():
        counts = Counter(
            DutyShift.objects.filter(watch__roster=roster).values_list("appointment__person__name", flat=True)
        )
        assert {line.name: line.count for line in grid_of(roster).ledger} == counts


def the_history_leads_to_the_roster() -> None:
    """The steps of all versions, made one after another on empty rosters, give what stands."""
    made: dict[tuple[int, int], int | None] = {}
    for step in RosterVersion.objects.order_by("roster", "number"):
        for watch, post, before, after in step.places:
            assert made.get((watch, post)) == before
            made[watch, post] = after
    assert made == held()


@pytest.mark.long
def test_no_order_of_acts_empties_doubles_or_overloads_a_place_or_falsifies_the_ledger(
    world: World,
) -> None:
    with clock.at(MONDAY):
        relaxed(world, rest=24)
        published(world, month=DECEMBER)
        everybody = [world.post(key).pk for key in (*PEOPLE["主班"], *PEOPLE["副班"], RESERVE)]
        for post in DutyPost.objects.filter(is_leader=False):
            services.post_keep(actor=world.actor("director"), post_id=post.pk, member_ids=everybody)
    published_places, published_faults = held(), faults()
    changes: list[int] = []

    @settings(
        max_examples=examples(quick=5, long=125),
        deadline=None,
        phases=(Phase.explicit, Phase.generate),
        suppress_health_check=list(HealthCheck),
    )
    @given(
        acts=st.lists(
            st.tuples(st.sampled_from(ACTS), st.builds(Pick, st.integers(0, 200), st.booleans())),
            min_size=6,
            max_size=14,
        )
    )
    def law(acts: list[tuple[str, Pick]]) -> None:
        with transaction.atomic():
            before, known = published_places, published_faults
            play = Play(world.actor("director"), world.actor("duty_officer"), world.actor(RESERVE), before)
            for name, pick in acts:
                play.act(name, pick)
                no_place_is_empty_or_doubled(play)
                if held() == before:
                    continue
                the_ledger_is_what_was_served(play)
                the_history_leads_to_the_roster()
                before, found = held(), faults()
                assert not found - known, name
                known = found
            changes.append(ShiftChange.objects.count())
            transaction.set_rollback(True)

    law()
    assert any(changes)
