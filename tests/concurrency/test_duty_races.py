"""Two people agree to the same swap at one moment, while the office changes the place, on real PostgreSQL."""

import pytest

from apps.accounts.selectors import actor_of_appointment
from apps.core import clock
from apps.core.errors import Conflict, InvalidState
from apps.duty import services
from apps.duty.models import DutyRoster, DutyShift, ShiftChange, ShiftSwap, SwapOffer
from tests.concurrency.racing import race
from tests.factories.world import World
from tests.helpers.duty import MONDAY, asked, published, serving

pytestmark = pytest.mark.django_db(transaction=True)


def test_of_many_who_agree_to_one_swap_one_has_it() -> None:
    """The others are told who was first; the duty changes hands once."""
    world = World.build()
    with clock.at(MONDAY):
        services.rules_keep(actor=world.actor("director"), rest_hours=0, most=None, approves_swaps=False)
        roster = published(world)
        swap = asked(serving(roster, 12), most=3)
    offers = list(SwapOffer.objects.filter(swap=swap).select_related("appointment__person"))
    assert len(offers) == 3

    def agree(offer: SwapOffer) -> ShiftSwap:
        with clock.at(MONDAY):
            return services.swap_answer(
                actor=actor_of_appointment(offer.appointment), offer_id=offer.pk, agrees=True
            )

    answers = race(*[lambda offer=offer: agree(offer) for offer in offers])
    assert sorted(type(answer).__name__ for answer in answers) == [
        "InvalidState",
        "InvalidState",
        "ShiftSwap",
    ]
    change = ShiftChange.objects.get()
    assert serving(roster, 12).appointment_id == change.after_id


def test_the_office_and_a_partner_change_one_place_one_after_the_other() -> None:
    """Whoever comes second learns that the place has changed; it is held by one person."""
    world = World.build()
    with clock.at(MONDAY):
        services.rules_keep(actor=world.actor("director"), rest_hours=0, most=None, approves_swaps=False)
        roster = published(world)
        shift = serving(roster, 12)
        swap = asked(shift, most=2)
    first, second = SwapOffer.objects.filter(swap=swap).select_related("appointment__person")
    director = world.actor("director")

    def agree() -> ShiftSwap:
        with clock.at(MONDAY):
            return services.swap_answer(
                actor=actor_of_appointment(first.appointment), offer_id=first.pk, agrees=True
            )

    def change() -> DutyRoster:
        with clock.at(MONDAY):
            return services.roster_save(
                actor=director,
                roster_id=roster.pk,
                expected_version=roster.version,
                cells={(shift.watch_id, shift.post_id): second.appointment_id},
                reason="统一调整",
            )

    answers = race(agree, change)
    refused = [answer for answer in answers if isinstance(answer, Exception)]
    assert len(refused) == 1
    assert isinstance(refused[0], InvalidState | Conflict)
    assert DutyShift.objects.filter(watch=shift.watch_id, post=shift.post_id).count() == 1
    assert ShiftChange.objects.count() == 1
