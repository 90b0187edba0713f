"""Who has to do with an item, in which capacity, and what that lets them do now."""

from collections.abc import Iterable

from django.db.models import Exists, OuterRef, Q, QuerySet

from apps.accounts.models import Appointment, Organ, Role
from apps.accounts.selectors import valid_on
from apps.core.actors import Actor
from apps.core.clock import today
from apps.core.errors import Forbidden, InvalidState
from apps.supervision.enums import Act, Party, State
from apps.supervision.lifecycle import NotAllowed, acts_open, rule_of
from apps.supervision.models import Assisting, SupervisionItem

DESK = frozenset({Role.CLERK, Role.OFFICE_DIRECTOR})
HEADS = frozenset({Role.PRINCIPAL_HEAD, Role.DEPUTY_HEAD, Role.OFFICE_DIRECTOR})
APPROVERS = frozenset({Role.PRINCIPAL_HEAD, Role.DEPUTY_HEAD, Role.OFFICE_DIRECTOR})
OVERSEERS = APPROVERS | {Role.SUPERVISOR}
STATES_OF_LEADS = tuple(
    state for state in State if state not in {State.PROPOSED, State.DECLINED, State.ESTABLISHED}
)


def supervises(actor: Actor) -> bool:
    """Whether the person keeps items for the organ: the supervising office."""
    return actor.organ_id is not None and Role.SUPERVISOR in actor.roles


def oversees(actor: Actor) -> bool:
    """Whether the person sees the whole board of the organ."""
    return actor.organ_id is not None and bool(actor.roles & OVERSEERS)


def may_propose(actor: Actor) -> bool:
    """Whether the person registers items: the supervising office, and those through whose hands instructions go."""
    return actor.organ_id is not None and bool(actor.roles & (OVERSEERS | {Role.CLERK}))


def require_proposer(actor: Actor) -> int:
    """The organ for which the actor registers. Raises `Forbidden`."""
    if actor.organ_id is None or not may_propose(actor):
        raise Forbidden("督办事项由督查机构、机关负责人、办公室主任和文书登记。", rule="proposer")
    return actor.organ_id


def require_overseer(actor: Actor, refusal: str) -> int:
    """The organ whose items the actor keeps or approves. Raises `Forbidden` with this sentence."""
    if actor.organ_id is None or not oversees(actor):
        raise Forbidden(refusal, rule="overseer")
    return actor.organ_id


def visible_to(actor: Actor) -> QuerySet[SupervisionItem]:
    """Items of the organ for those who oversee it, those one's organ or unit does, and those one gave, registered or handles."""
    posts, charges = _places(actor)
    condition = Q(leader__in=posts) | Q(handler__in=posts) | Q(proposed_by__in=posts)
    if actor.organ_id is not None:
        if oversees(actor):
            condition |= Q(organ_id=actor.organ_id)
        condition |= _led_by(actor)
    condition |= Q(state__in=STATES_OF_LEADS) & Q(lead_organ__in=charges)
    return SupervisionItem.objects.filter(condition)


def _places(actor: Actor) -> tuple[set[int], set[int]]:
    """All posts of the person, and the organs the present one is in charge of.

    Looked up first, and not joined: of a million items the few of somebody are found by indexes only where the numbers are known.
    """
    found = Appointment.objects.filter(person_id=actor.person_id).values_list("pk", "in_charge_organs")
    rows = list(found)
    charges = {organ for post, organ in rows if post == actor.appointment_id and organ is not None}
    return {post for post, _ in rows}, charges


def board_scopes(actor: Actor) -> list[tuple[str, str]]:
    """Of which items the actor sees the figures, the first by itself: all these items are visible to the actor."""
    if actor.organ_id is None:
        return []
    scopes = [("ours", "本机关")] if oversees(actor) else []
    if actor.roles & (DESK | HEADS):
        scopes.append(("lead", "我单位牵头"))
    if actor.unit_id is not None:
        scopes.append(("unit", "我科室"))
    return [*scopes, ("charge", "我分管")] if oversees(actor) else scopes


def scope_is(actor: Actor, scope: str) -> Q:
    """The items of a scope by who supervises and who does them: the same condition holds for their figures (`Tally`)."""
    led = Q(lead_organ_id=actor.organ_id)
    found = {
        "ours": Q(organ_id=actor.organ_id) | (led if actor.roles & (DESK | HEADS) else Q(pk__in=[])),
        "lead": led,
        "unit": Q(lead_unit_id=actor.unit_id),
        "charge": Q(lead_organ__in=_in_charge(actor)),
    }
    return found.get(scope, Q(pk__in=[]))


def _led_by(actor: Actor) -> Q:
    """Items led or helped by the actor's organ (its desk and heads) or unit, once they are assigned."""
    led = Q(pk__in=[])
    if actor.roles & (DESK | HEADS):
        helps = Assisting.objects.filter(item=OuterRef("pk"), organ_id=actor.organ_id or 0)
        led |= Q(lead_organ_id=actor.organ_id) | Q(Exists(helps))
    if actor.unit_id is not None:
        led |= Q(lead_unit_id=actor.unit_id)
    return Q(state__in=STATES_OF_LEADS) & led


def _in_charge(actor: Actor) -> QuerySet[Organ]:
    return Organ.objects.filter(leaders_in_charge=actor.appointment_id)


def parties(actor: Actor, item: SupervisionItem) -> frozenset[Party]:
    """All capacities of the actor; empty when the item is invisible."""
    found: set[Party] = set()
    if actor.organ_id == item.organ_id:
        found |= {Party.SUPERVISOR} if Role.SUPERVISOR in actor.roles else set()
        found |= {Party.APPROVER} if actor.roles & APPROVERS else set()
    if item.state in STATES_OF_LEADS:
        found |= _lead_parties(actor, item)
    if item.leader_id is not None and item.leader is not None and item.leader.person_id == actor.person_id:
        found.add(Party.LEADER)
    return frozenset(found)


def _lead_parties(actor: Actor, item: SupervisionItem) -> set[Party]:
    found: set[Party] = set()
    if item.handler is not None and item.handler.person_id == actor.person_id:
        found.add(Party.LEAD)
    if actor.organ_id is not None and actor.organ_id == item.lead_organ_id:
        if item.lead_unit_id is None:
            found |= {Party.LEAD} if actor.roles & DESK else set()
            found |= {Party.LEAD_HEAD} if actor.roles & HEADS else set()
        elif actor.unit_id == item.lead_unit_id:
            found |= {Party.LEAD_HEAD} if Role.UNIT_HEAD in actor.roles else {Party.LEAD}
    if actor.organ_id in {row.organ_id for row in item.assisting.all()} and actor.roles & (DESK | HEADS):
        found.add(Party.ASSIST)
    if (
        actor.appointment_id is not None
        and item.lead_organ.leaders_in_charge.filter(pk=actor.appointment_id).exists()
    ):
        found.add(Party.LEADER)
    return found


def acts_of(actor: Actor, item: SupervisionItem) -> list[Act]:
    """What the actor may do now. The acts of a report and an extension need one that waits; see the page."""
    return acts_open(item.state, parties(actor, item))


def require(act: Act, actor: Actor, item: SupervisionItem) -> None:
    """Raises `InvalidState` when the item's state has no such act, `Forbidden` when it is somebody else's."""
    held = parties(actor, item)
    if act in acts_open(item.state, held):
        return
    try:
        rule = rule_of(item.state, act)
    except NotAllowed:
        raise InvalidState(
            f"事项现在是“{item.get_state_display()}”，不能{act.label}，请刷新页面查看最新情况。"
        ) from None
    who = "、".join(str(party.label) for party in Party if party in rule.parties)
    raise Forbidden(f"“{act.label}”由{who}办理。", rule=str(act))


def people_of(item: SupervisionItem, *wanted: Party) -> list[Appointment]:
    """Appointments that hold any of the capacities, in rank order: whom to tell."""
    return list(_posts(item, wanted).distinct().select_related("person", "organ", "unit"))


def _posts(item: SupervisionItem, wanted: Iterable[Party]) -> QuerySet[Appointment]:

    condition = Q(pk__in=[])
    for party in wanted:
        condition |= _condition(item, party)
    return Appointment.objects.filter(valid_on(today()) & condition, person__is_active=True).order_by(
        "rank_order", "id"
    )


def _condition(item: SupervisionItem, party: Party) -> Q:
    mine = {
        Party.SUPERVISOR: Q(organ_id=item.organ_id, roles__role=Role.SUPERVISOR),
        Party.APPROVER: Q(organ_id=item.organ_id, roles__role=Role.OFFICE_DIRECTOR),
        Party.LEADER: Q(pk=item.leader_id) | Q(in_charge_organs=item.lead_organ_id),
        Party.ASSIST: Q(organ__in=[row.organ_id for row in item.assisting.all()], roles__role__in=DESK),
        Party.LEAD_HEAD: Q(
            organ_id=item.lead_organ_id, roles__role__in=[Role.PRINCIPAL_HEAD, Role.OFFICE_DIRECTOR]
        ),
        Party.LEAD: Q(organ_id=item.lead_organ_id, roles__role__in=DESK),
    }
    if item.lead_unit_id is not None:
        mine[Party.LEAD] = mine[Party.LEAD_HEAD] = Q(unit_id=item.lead_unit_id, roles__role=Role.UNIT_HEAD)
    if item.handler_id is not None:
        mine[Party.LEAD] = _handling(item.handler_id, mine[Party.LEAD])
    return mine[party]


def _handling(handler_id: int, desk: Q) -> Q:
    """Whoever was named; once that person has left the post, the lead's desk again: no item is without somebody."""
    serving = Appointment.objects.filter(valid_on(today()), pk=handler_id, person__is_active=True)
    return Q(pk=handler_id) | (desk & Q(~Exists(serving)))
