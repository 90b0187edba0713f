"""换班 by consent: asked on stated terms, taken by the first who agrees, approved where the rule says so (domain.md §6.1)."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import timedelta

from django.db import transaction

from apps.accounts.models import Appointment
from apps.audit.services import record
from apps.core.actors import Actor
from apps.core.clock import now
from apps.core.errors import InvalidState, ValidationFailed
from apps.core.events import publish
from apps.core.submissions import claim, made, made_before
from apps.duty.enums import Answer, ChangeCause, SwapState
from apps.duty.events import SwapMoved
from apps.duty.models import DutyRoster, DutyShift, DutyWatch, ShiftSwap, SwapOffer
from apps.duty.models.swaps import OPEN
from apps.duty.policies import SwapAct, require_swap
from apps.duty.selectors.judging import troubles_of
from apps.duty.selectors.rules import rules_of
from apps.duty.selectors.swaps import own_shift, serves_of, swap_for, swap_of_offer
from apps.duty.services.changing import Cause, places_put
from apps.files.words import words_checked

AHEAD = timedelta(days=1)
MOST_ASKED = 30
REASON_LIMIT = 200
EXPIRED_AT_ONCE = 200
Cells = dict[int, dict[tuple[int, int], int]]


@dataclass(frozen=True, kw_only=True)
class OfferDraft:
    """One person asked; `return_shift_id`: which of their duties the asker takes in return, None for 替班."""

    appointment_id: int
    return_shift_id: int | None = None


@transaction.atomic
def swap_ask(
    *, actor: Actor, shift_id: int, offers: Sequence[OfferDraft], reason: str, key: str = ""
) -> ShiftSwap:
    """Ask one or many to take a duty of one's own, at least a day ahead of every duty named. The same key asks once.

    Refuses what would break a rule of the roster, and a second open request for the same duty.
    """
    shift = own_shift(actor, shift_id, lock=True)
    if not claim(person_id=actor.person_id, key=key, verb="duty.swap"):
        return made_before(ShiftSwap.objects, person_id=actor.person_id, key=key)
    if not 1 <= len(offers) <= MOST_ASKED:
        raise ValidationFailed(f"请选择换班对象，一次最多 {MOST_ASKED} 项。")
    if ShiftSwap.objects.filter(watch=shift.watch_id, post=shift.post_id, state__in=OPEN).exists():
        raise InvalidState("这一班已有换班申请，请先撤回再重新发起。")
    swap = ShiftSwap(
        organ_id=shift.watch.organ_id,
        watch=shift.watch,
        post_id=shift.post_id,
        asker_id=shift.appointment_id,
        reason=words_checked(reason, "换班事由", REASON_LIMIT, required=True),
        needs_approval=rules_of(shift.watch.organ_id).approves_swaps,
        asked_at=now(),
        expires_at=shift.watch.starts_at - AHEAD,
    )
    rows = [_offered(swap, one) for one in dict.fromkeys(offers)]
    swap.expires_at = min(
        [swap.expires_at, *(row.return_watch.starts_at - AHEAD for row in rows if row.return_watch)]
    )
    if swap.expires_at <= now():
        raise ValidationFailed("换班须在当班前一天以前提出；临时不能到岗的，请报值班室安排替班。")
    for row in rows:
        _kept_to_the_rules(swap, row)
    swap.save()
    made(person_id=actor.person_id, key=key, row_id=swap.pk)
    SwapOffer.objects.bulk_create(rows)
    _moved(actor, swap, "ask")
    return swap


def _offered(swap: ShiftSwap, draft: OfferDraft) -> SwapOffer:
    """Of the same organ, and with a duty of that very person in return."""
    person = Appointment.objects.filter(
        pk=draft.appointment_id, organ_id=swap.organ_id, person__is_active=True
    ).first()
    if person is None or person.person_id == swap.asker.person_id:
        raise ValidationFailed("换班对象须是本机关其他值班人员，请重新选择。")
    row = SwapOffer(swap=swap, appointment=person)
    if draft.return_shift_id is not None:
        back = (
            DutyShift.objects.select_related("watch")
            .filter(pk=draft.return_shift_id, appointment=person, watch__organ_id=swap.organ_id)
            .first()
        )
        if back is None:
            raise ValidationFailed("对方的班次已变动，请刷新后重新选择。")
        row.return_watch, row.return_post_id = back.watch, back.post_id
    return row


@transaction.atomic
def swap_answer(*, actor: Actor, offer_id: int, agrees: bool) -> ShiftSwap:
    """The asked person's word. The first to agree has it; whoever comes later is told. When all refuse, it is over."""
    found = swap_of_offer(actor, offer_id)
    rosters = _rosters_locked(found)
    swap = swap_for(actor, found.pk, lock=True)
    offer = swap.offers.get(pk=offer_id)
    wanted = Answer.AGREED if agrees else Answer.REFUSED
    if offer.answer == wanted:
        return swap
    _still_asked(swap)
    require_swap(actor, swap, SwapAct.ANSWER)
    offer.answer, offer.answered_at = wanted, now()
    offer.save(update_fields=["answer", "answered_at"])
    if not agrees:
        if not swap.offers.filter(answer=Answer.WAITING).exists():
            _ended(actor, swap, SwapState.REFUSED)
        return swap
    _not_too_late(swap)
    _kept_to_the_rules(swap, offer)
    if swap.needs_approval:
        swap.state = SwapState.AGREED
        swap.save(update_fields=["state"])
        _moved(actor, swap, "agree")
    else:
        _carried_out(actor, swap, offer, rosters)
    return swap


@transaction.atomic
def swap_decide(*, actor: Actor, swap_id: int, approves: bool, words: str = "") -> ShiftSwap:
    """The office's word on what two people agreed to. A refusal says why."""
    found = swap_for(actor, swap_id)
    rosters = _rosters_locked(found)
    swap = swap_for(actor, swap_id, lock=True)
    if swap.state != SwapState.AGREED:
        raise InvalidState(f"这项换班现为“{swap.get_state_display()}”，请刷新页面。")
    require_swap(actor, swap, SwapAct.DECIDE)
    swap.words = words_checked(words, "审批意见", REASON_LIMIT, required=not approves)
    swap.decided_text = actor.signature
    swap.save(update_fields=["words", "decided_text"])
    if not approves:
        _ended(actor, swap, SwapState.DENIED)
        return swap
    _not_too_late(swap)
    offer = swap.offers.get(answer=Answer.AGREED)
    _kept_to_the_rules(swap, offer)
    _carried_out(actor, swap, offer, rosters)
    return swap


@transaction.atomic
def swap_withdraw(*, actor: Actor, swap_id: int) -> ShiftSwap:
    """The asker thinks better of it, as long as it is open."""
    swap = swap_for(actor, swap_id, lock=True)
    if swap.state == SwapState.WITHDRAWN:
        return swap
    _open(swap)
    require_swap(actor, swap, SwapAct.WITHDRAW)
    _ended(actor, swap, SwapState.WITHDRAWN)
    return swap


@transaction.atomic
def swap_take_back(*, actor: Actor, swap_id: int) -> ShiftSwap:
    """Whoever agreed thinks better of it before the office has decided; others who were asked may still answer."""
    swap = swap_for(actor, swap_id, lock=True)
    _open(swap)
    require_swap(actor, swap, SwapAct.TAKE_BACK)
    offer = swap.offers.get(answer=Answer.AGREED)
    offer.answer, offer.answered_at = Answer.REFUSED, now()
    offer.save(update_fields=["answer", "answered_at"])
    if swap.offers.filter(answer=Answer.WAITING).exists():
        swap.state = SwapState.ASKED
        swap.save(update_fields=["state"])
        _moved(actor, swap, "take_back")
    else:
        _ended(actor, swap, SwapState.REFUSED)
    return swap


@transaction.atomic
def swaps_expire() -> int:
    """End what nobody agreed to in time. Safe to run twice. Returns how many."""
    rows = ShiftSwap.objects.select_for_update(of=("self",), skip_locked=True).filter(
        state__in=OPEN, expires_at__lte=now()
    )
    late = list(rows.order_by("expires_at", "pk")[:EXPIRED_AT_ONCE])
    for swap in late:
        _ended(None, swap, SwapState.EXPIRED)
    return len(late)


def _rosters_locked(swap: ShiftSwap) -> dict[int, DutyRoster]:
    """The rosters of all duties named, in order, so that two answers and the office come one after the other."""
    watches = {swap.watch_id} | set(
        swap.offers.filter(return_watch__isnull=False).values_list("return_watch_id", flat=True)
    )
    wanted = set(DutyWatch.objects.filter(pk__in=watches).values_list("roster_id", flat=True))
    rows = DutyRoster.objects.select_for_update().filter(pk__in=wanted).order_by("pk")
    return {row.pk: row for row in rows}


def _open(swap: ShiftSwap) -> None:
    if not swap.is_open:
        raise InvalidState(f"这项换班{swap.get_state_display()}，不能再办。")


def _still_asked(swap: ShiftSwap) -> None:
    if swap.state in {SwapState.AGREED, SwapState.DONE}:
        first = swap.offers.filter(answer=Answer.AGREED).select_related("appointment__person").first()
        raise InvalidState(f"{first.appointment.person.name if first else '他人'}已先同意，无需您再答复。")
    _open(swap)


def _not_too_late(swap: ShiftSwap) -> None:
    if now() >= swap.expires_at:
        raise InvalidState("已过换班期限（当班前一天），如确有需要，请报值班室安排替班。")


def _cells(swap: ShiftSwap, offer: SwapOffer) -> Cells:
    """What comes of it, by roster."""
    made: Cells = {swap.watch.roster_id: {(swap.watch_id, swap.post_id): offer.appointment_id}}
    if offer.return_watch is not None and offer.return_post_id is not None:
        back = (offer.return_watch_id or 0, offer.return_post_id)
        made.setdefault(offer.return_watch.roster_id, {})[back] = swap.asker_id
    return made


def _kept_to_the_rules(swap: ShiftSwap, offer: SwapOffer) -> None:
    """Both still hold what they give, and the result breaks no rule that was kept."""
    if not serves_of(swap.watch_id, swap.post_id, swap.asker_id) or (
        offer.return_watch_id is not None
        and not serves_of(offer.return_watch_id, offer.return_post_id or 0, offer.appointment_id)
    ):
        raise InvalidState("班次已变动，请重新发起换班。")
    cells = _cells(swap, offer)
    hands = {(swap.post_id, swap.watch.starts_at): offer.appointment.person_id}
    if offer.return_watch is not None:
        hands[offer.return_post_id or 0, offer.return_watch.starts_at] = swap.asker.person_id
    troubles: list[str] = []
    for roster in DutyRoster.objects.filter(pk__in=cells):
        troubles += troubles_of(roster, cells[roster.pk], elsewhere=hands)
    if troubles:
        raise ValidationFailed("；".join(dict.fromkeys(troubles)) + "，不能这样换班。")


def _carried_out(actor: Actor, swap: ShiftSwap, offer: SwapOffer, rosters: Mapping[int, DutyRoster]) -> None:
    _ended(actor, swap, SwapState.DONE)
    for roster_id, cells in sorted(_cells(swap, offer).items()):
        places_put(
            actor=actor,
            roster=rosters[roster_id],
            cells=cells,
            cause=Cause(ChangeCause.SWAP, swap.reason),
        )


def _ended(actor: Actor | None, swap: ShiftSwap, state: SwapState) -> None:
    swap.state, swap.ended_at = state, now()
    swap.save(update_fields=["state", "ended_at"])
    _moved(actor, swap, state)


def _moved(actor: Actor | None, swap: ShiftSwap, act: str) -> None:
    record("duty.swap", actor=actor, subject_text=f"{swap.watch} 换班", facts={"act": act, "swap": swap.pk})
    publish(SwapMoved(swap_id=swap.pk, state=swap.state))
