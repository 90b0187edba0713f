"""Who makes the roster, who keeps the log, who reads it."""

from enum import StrEnum

from django.db.models import Q

from apps.accounts.models import Role
from apps.core.actors import Actor
from apps.core.errors import Forbidden
from apps.duty.enums import Answer, SwapState
from apps.duty.models import DutyShift, DutyWatch, ShiftSwap

MAKERS = frozenset({Role.OFFICE_DIRECTOR, Role.DUTY_OFFICER})
READERS = MAKERS | {Role.PRINCIPAL_HEAD, Role.DEPUTY_HEAD}


def makes_roster(actor: Actor) -> bool:
    """Whether the person makes the organ's roster: the office director and the duty office."""
    return actor.organ_id is not None and bool(actor.roles & MAKERS)


def require_maker(actor: Actor) -> int:
    """The organ whose roster the person makes. Raises `Forbidden`."""
    if actor.organ_id is None or not makes_roster(actor):
        raise Forbidden("值班表由办公室主任和值班室编排。", rule="roster")
    return actor.organ_id


def serves_in(actor: Actor, watch: DutyWatch) -> bool:
    """Whether the person is on the roster for the watch at a post that keeps the log, or leads it."""
    keeping = Q(post__keeps_log=True) | Q(post__is_leader=True)
    return DutyShift.objects.filter(keeping, watch=watch, appointment__person_id=actor.person_id).exists()


def keeps(actor: Actor, watch: DutyWatch | None) -> bool:
    """Whether the person writes the log now: the duty office, and who serves in the watch at a post that keeps it."""
    if actor.organ_id is None:
        return False
    if Role.DUTY_OFFICER in actor.roles:
        return True
    return watch is not None and watch.organ_id == actor.organ_id and serves_in(actor, watch)


def keeps_of(actor: Actor, organ_id: int, watch: DutyWatch | None) -> bool:
    """Whether the person keeps the log of this organ."""
    return actor.organ_id == organ_id and keeps(actor, watch)


def require_keeper(actor: Actor, watch: DutyWatch | None) -> int:
    """The organ whose log the person keeps. Raises `Forbidden`."""
    if actor.organ_id is None or not keeps(actor, watch):
        raise Forbidden("值班日志和突发事件由值班室和本班值班人员办理。", rule="keeper")
    return actor.organ_id


def sends_daily(actor: Actor, watch: DutyWatch | None) -> bool:
    """Whether the person reports the day of duty upward: who keeps the log now, and who makes the roster."""
    return keeps(actor, watch) or makes_roster(actor)


def reads_log(actor: Actor) -> bool:
    """Whether the person reads log and events: the duty office, heads, and who serves on this organ's roster."""
    if actor.organ_id is None:
        return False
    if actor.roles & READERS:
        return True
    return DutyShift.objects.filter(
        watch__organ_id=actor.organ_id, appointment__person_id=actor.person_id
    ).exists()


def require_reader(actor: Actor) -> int:
    """The organ whose log the person reads. Raises `Forbidden`."""
    if actor.organ_id is None or not reads_log(actor):
        raise Forbidden("值班日志和突发事件由值班人员、机关负责人和办公室查看。", rule="log")
    return actor.organ_id


class SwapAct(StrEnum):
    """What somebody may do about a swap."""

    ANSWER = "answer"
    WITHDRAW = "withdraw"
    TAKE_BACK = "take_back"
    DECIDE = "decide"


REFUSALS = {
    SwapAct.ANSWER: "只有被邀请换班的人员可以答复。",
    SwapAct.WITHDRAW: "只有申请人可以撤回。",
    SwapAct.TAKE_BACK: "只有已同意换班的人员可以收回同意。",
    SwapAct.DECIDE: "换班由办公室主任和值班室审批。",
}


def swap_acts(actor: Actor, swap: ShiftSwap) -> frozenset[SwapAct]:
    """What the person may do about the swap as it stands. Reads `offers` of the swap, prefetched in lists."""
    acts: set[SwapAct] = set()
    mine = [one for one in swap.offers.all() if one.appointment.person_id == actor.person_id]
    if swap.state == SwapState.ASKED and any(one.answer == Answer.WAITING for one in mine):
        acts.add(SwapAct.ANSWER)
    if swap.is_open and swap.asker.person_id == actor.person_id:
        acts.add(SwapAct.WITHDRAW)
    if swap.state == SwapState.AGREED:
        if any(one.answer == Answer.AGREED for one in mine):
            acts.add(SwapAct.TAKE_BACK)
        if makes_roster(actor) and swap.organ_id == actor.organ_id:
            acts.add(SwapAct.DECIDE)
    return frozenset(acts)


def require_swap(actor: Actor, swap: ShiftSwap, act: SwapAct) -> None:
    """Raises `Forbidden` with the rule."""
    if act not in swap_acts(actor, swap):
        raise Forbidden(REFUSALS[act], rule=f"swap.{act}")
