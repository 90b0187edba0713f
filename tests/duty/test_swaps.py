"""Swaps by consent: asked, taken, approved, refused, withdrawn, run out, overtaken by another change."""

from collections.abc import Callable, Iterator
from datetime import timedelta

import pytest

from apps.accounts.selectors import actor_of_appointment
from apps.core import clock
from apps.core.clock import local
from apps.core.errors import Forbidden, InvalidState, NotFound, ValidationFailed
from apps.duty import services
from apps.duty.enums import Answer, SwapState
from apps.duty.models import DutyShift, ShiftChange, ShiftSwap
from apps.duty.selectors.grids import grid_of
from apps.duty.selectors.planning import question_for
from apps.duty.selectors.swaps import terms_for
from apps.duty.verifier import faults_of
from apps.notifications.models import Notice
from tests.factories.world import World
from tests.helpers.duty import DECEMBER, MONDAY, actor_in, asked, drafted, published, relaxed, serving

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _monday() -> Iterator[None]:
    """The city's time stands still on a Monday morning."""
    with clock.at(MONDAY):
        yield


def agreed(swap: ShiftSwap, number: int = 0) -> ShiftSwap:
    """One of the asked says yes."""
    offer = list(swap.offers.select_related("appointment__person"))[number]
    return services.swap_answer(actor=actor_of_appointment(offer.appointment), offer_id=offer.pk, agrees=True)


def test_a_duty_goes_to_whoever_agrees_once_the_office_approves_and_all_hear_with_a_link(
    world: World, drain: Callable[[], int]
) -> None:
    roster = relaxed(world)
    shift = serving(roster, 12)
    swap = agreed(asked(shift))
    assert swap.state == SwapState.AGREED
    assert serving(roster, 12).appointment_id == shift.appointment_id
    services.swap_decide(actor=world.actor("director"), swap_id=swap.pk, approves=True)
    taker = serving(roster, 12)
    assert taker.appointment_id == swap.offers.get().appointment_id
    change = ShiftChange.objects.get()
    assert (change.cause, change.reason) == ("swap", "外地出差返程延误")
    drain()
    told = Notice.objects.filter(key__startswith=f"duty.swap:{swap.pk}:")
    assert {notice.subject_kind for notice in told} == {"duty.swap"}
    assert {shift.appointment.person_id, taker.appointment.person_id} <= set(
        told.values_list("person_id", flat=True)
    )


@pytest.mark.long
def test_the_ledger_counts_who_serves_after_the_swap(world: World) -> None:
    roster = relaxed(world)
    shift = serving(roster, 12)
    counts = {line.name: line.count for line in grid_of(roster).ledger}
    swap = agreed(asked(shift))
    services.swap_decide(actor=world.actor("director"), swap_id=swap.pk, approves=True)
    after = {line.name: line.count for line in grid_of(roster).ledger}
    taker = swap.offers.get().appointment.person.name
    assert after[shift.appointment.person.name] == counts[shift.appointment.person.name] - 1
    assert after[taker] == counts[taker] + 1


def test_two_duties_are_exchanged_and_no_rule_is_broken(world: World) -> None:
    roster = relaxed(world, approves=False)
    shift = serving(roster, 12)
    before = len(faults_of(question_for(roster).plan, given_of(roster.pk)))
    _, ways = next((one, ways) for one, ways in terms_for(shift) if ways[-1].back is not None)
    back = ways[-1].back
    assert back is not None
    swap = services.swap_ask(
        actor=actor_in(shift),
        shift_id=shift.pk,
        offers=[services.OfferDraft(appointment_id=back.appointment_id, return_shift_id=back.pk)],
        reason="对换",
    )
    assert agreed(swap).state == SwapState.DONE
    assert serving(roster, 12).appointment_id == back.appointment_id
    assert (
        DutyShift.objects.get(watch=back.watch_id, post=back.post_id).appointment_id == shift.appointment_id
    )
    assert len(faults_of(question_for(roster).plan, given_of(roster.pk))) == before
    assert ShiftChange.objects.count() == 2


def given_of(roster_id: int) -> dict[tuple[int, int], int]:
    """(watch, post) → person as it stands."""
    rows = DutyShift.objects.filter(watch__roster=roster_id)
    return {
        (watch, post): person
        for watch, post, person in rows.values_list("watch_id", "post_id", "appointment__person_id")
    }


def test_who_comes_second_is_told_by_whom_it_was_taken(world: World) -> None:
    swap = asked(serving(relaxed(world, rest=0, approves=False), 12), most=2)
    first = swap.offers.order_by("pk")[0]
    agreed(swap)
    with pytest.raises(InvalidState, match=f"{first.appointment.person.name}已先同意"):
        agreed(swap, 1)
    assert ShiftChange.objects.count() == 1


def test_a_swap_is_over_when_everybody_refuses(world: World) -> None:
    swap = asked(serving(relaxed(world, rest=0), 12), most=2)
    for offer in swap.offers.select_related("appointment__person"):
        swap = services.swap_answer(
            actor=actor_of_appointment(offer.appointment), offer_id=offer.pk, agrees=False
        )
    assert swap.state == SwapState.REFUSED


@pytest.mark.long
def test_consent_is_taken_back_before_the_office_decides_and_others_may_still_answer(world: World) -> None:
    swap = agreed(asked(serving(relaxed(world, rest=0), 12), most=2))
    taker = swap.offers.get(answer=Answer.AGREED).appointment
    swap = services.swap_take_back(actor=actor_of_appointment(taker), swap_id=swap.pk)
    assert swap.state == SwapState.ASKED
    assert agreed(swap, 1).state == SwapState.AGREED


def test_the_office_refuses_with_a_reason_and_nothing_changes(world: World) -> None:
    roster = relaxed(world)
    shift = serving(roster, 12)
    swap = agreed(asked(shift))
    director = world.actor("director")
    with pytest.raises(ValidationFailed, match="审批意见"):
        services.swap_decide(actor=director, swap_id=swap.pk, approves=False)
    swap = services.swap_decide(actor=director, swap_id=swap.pk, approves=False, words="当日有重要活动")
    assert swap.state == SwapState.DENIED
    assert serving(roster, 12).appointment_id == shift.appointment_id
    with pytest.raises(InvalidState):
        services.swap_decide(actor=director, swap_id=swap.pk, approves=True)


def test_a_withdrawn_swap_can_be_asked_anew_and_one_place_has_one_open_request(world: World) -> None:
    shift = serving(relaxed(world), 12)
    swap = asked(shift, key="k")
    assert asked(shift, key="k").pk == swap.pk
    with pytest.raises(InvalidState, match="已有换班申请"):
        asked(shift)
    services.swap_withdraw(actor=actor_in(shift), swap_id=swap.pk)
    assert asked(shift).pk != swap.pk


@pytest.mark.long
def test_within_a_day_of_the_duty_it_is_too_late_to_ask_to_agree_and_to_approve(world: World) -> None:
    roster = relaxed(world)
    with pytest.raises(ValidationFailed, match="前一天"):
        asked(serving(roster, 3))
    shift = serving(roster, 12)
    open_swap, other = asked(shift), agreed(asked(serving(roster, 13)))
    with clock.at(shift.watch.starts_at - timedelta(hours=20)):
        with pytest.raises(InvalidState, match="已过换班期限"):
            agreed(open_swap)
        assert services.swaps_expire() == 1
        assert services.swaps_expire() == 0
    with (
        clock.at(shift.watch.starts_at + timedelta(hours=4)),
        pytest.raises(InvalidState, match="已过换班期限"),
    ):
        services.swap_decide(actor=world.actor("director"), swap_id=other.pk, approves=True)
    open_swap.refresh_from_db()
    assert open_swap.state == SwapState.EXPIRED


def test_a_change_by_the_office_voids_the_open_swap(world: World) -> None:
    roster = relaxed(world)
    shift = serving(roster, 12)
    swap = asked(shift)
    taker = swap.offers.get().appointment
    services.roster_save(
        actor=world.actor("director"),
        roster_id=roster.pk,
        expected_version=roster.version,
        cells={(shift.watch_id, shift.post_id): taker.pk},
        reason="统一调整",
    )
    swap.refresh_from_db()
    assert swap.state == SwapState.VOID
    with pytest.raises(InvalidState, match="班次已变动"):
        agreed(swap)


def test_what_would_break_a_rule_is_neither_offered_nor_taken(world: World) -> None:
    roster = relaxed(world)
    shift, near = serving(roster, 12), serving(roster, 13)
    alone = {one.pk for one, ways in terms_for(shift) if ways[0].back is None}
    assert near.appointment_id not in alone
    with pytest.raises(ValidationFailed, match=r"间隔不足.*不能这样换班"):
        services.swap_ask(
            actor=actor_in(shift),
            shift_id=shift.pk,
            offers=[services.OfferDraft(appointment_id=near.appointment_id)],
            reason="试",
        )


def test_nobody_swaps_for_others_and_strangers_see_nothing(world: World) -> None:
    shift = serving(relaxed(world), 12)
    swap = asked(shift)
    offer = swap.offers.get()
    bystander = next(
        world.actor(key)
        for key in ("drafter", "clerk", "seal_keeper")
        if world.post(key).pk not in {shift.appointment_id, offer.appointment_id}
    )
    with pytest.raises(NotFound):
        services.swap_answer(actor=bystander, offer_id=offer.pk, agrees=True)
    with pytest.raises(NotFound):
        services.swap_withdraw(actor=world.actor("bureau_chief"), swap_id=swap.pk)
    with pytest.raises(Forbidden, match="只有申请人"):
        services.swap_withdraw(actor=actor_of_appointment(offer.appointment), swap_id=swap.pk)
    with pytest.raises(Forbidden, match="被邀请"):
        services.swap_answer(actor=world.actor("director"), offer_id=offer.pk, agrees=True)


@pytest.mark.long
def test_duties_at_the_two_ends_of_a_month_are_exchanged(world: World) -> None:
    """Each month alone would say that the two stand too close: they do not, once both have changed hands."""
    with clock.at(MONDAY):
        november, december = published(world), published(world, DECEMBER)
        services.rules_keep(actor=world.actor("director"), rest_hours=12, most=None)
        last, first = serving(november, 30), serving(december, 1)
        ways = dict(terms_for(last))[first.appointment]
        assert first.pk in {way.back.pk for way in ways if way.back}
        swap = services.swap_ask(
            actor=actor_in(last),
            shift_id=last.pk,
            offers=[services.OfferDraft(appointment_id=first.appointment_id, return_shift_id=first.pk)],
            reason="月底有会",
        )
        services.swap_answer(actor=actor_in(first), offer_id=swap.offers.get().pk, agrees=True)
        services.swap_decide(actor=world.actor("director"), swap_id=swap.pk, approves=True)
    assert serving(november, 30).appointment_id == first.appointment_id
    assert serving(december, 1).appointment_id == last.appointment_id
    assert grid_of(november).findings == []


@pytest.mark.long
def test_an_exchange_over_the_months_end_that_leaves_no_rest_is_refused(world: World) -> None:
    with clock.at(MONDAY):
        november, december = published(world), published(world, DECEMBER)
        last = serving(november, 29)
        own = next(
            one
            for one in (serving(december, day) for day in range(2, 7))
            if one.appointment_id == last.appointment_id
        )
        near = serving(december, local(own.watch.starts_at).day - 1)
        backs = {way.back.pk for _, ways in terms_for(last) for way in ways if way.back is not None}
    assert near.pk not in backs
    assert backs


@pytest.mark.long
def test_duties_of_the_month_before_do_not_count_for_this_months_limit(world: World) -> None:
    with clock.at(MONDAY):
        november = published(world)
        most = max(line.count for line in grid_of(november).ledger)
        drafted(world, DECEMBER)
        services.rules_keep(actor=world.actor("director"), rest_hours=48, most=most)
        assert not [one for one in grid_of(november).findings if "最多班次" in one.text]
