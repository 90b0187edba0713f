"""Who may act on a to-do: its holder, a delegate in force, or the holder's secretary who records the leader's words."""

from dataclasses import dataclass
from enum import StrEnum

from django.db.models import Q

from apps.accounts.models import Appointment, Delegation, SecretaryDuty
from apps.accounts.policies import has_permission, keeps_for_organ
from apps.accounts.selectors import delegations_held, duties_served
from apps.core.actors import Actor
from apps.core.clock import today
from apps.core.errors import Forbidden
from apps.core.once import once
from apps.workflow.definition import Duty, Step
from apps.workflow.models import Matter, Reading, Task

# domain.md §9.5: an acting head stands in for everything, an approval delegate decides, an office delegate does not sign.
DUTIES_OF = {
    Delegation.Kind.ACTING: (Duty.WORK, Duty.DECISION, Duty.SIGNING),
    Delegation.Kind.APPROVAL: (Duty.DECISION, Duty.SIGNING),
    Delegation.Kind.OFFICE: (Duty.WORK, Duty.DECISION),
}


class Capacity(StrEnum):
    """How a person stands to a to-do."""

    OWN = "own"
    DELEGATE = "delegate"
    SECRETARY = "secretary"


@dataclass(frozen=True)
class Standing:
    """The right to act on a task, and for whom."""

    capacity: Capacity
    holder: Appointment
    delegation: Delegation | None = None

    @property
    def on_behalf_of(self) -> str:
        """The delegator's name when a delegate acts."""
        return self.holder.person.name if self.capacity is Capacity.DELEGATE else ""


@dataclass(frozen=True)
class Reach:
    """For whom a person may act now: delegations in force and the leaders served. Read once for several questions of a verb."""

    person_id: int
    delegations: tuple[Delegation, ...] = ()
    services: tuple[SecretaryDuty, ...] = ()

    @property
    def is_own(self) -> bool:
        """Whether the person acts for nobody else, as nearly everybody does nearly always."""
        return not (self.delegations or self.services)


@once
def reach_of(person_id: int) -> Reach:
    """The person's reach at this moment. Two queries, once a page."""
    return Reach(
        person_id,
        tuple(delegations_held(person_id)),
        tuple(duties_served(person_id)),
    )


def may_act(person: int | Reach, prefix: str = "") -> Q:
    """Condition on tasks: the person may act on it for whatever reason. `prefix` reaches the task from another model."""
    reach = reach_of(person) if isinstance(person, int) else person
    condition = Q(**{f"{prefix}person_id": reach.person_id})
    for delegation in reach.delegations:
        condition |= _covered(delegation, prefix)
    for service in reach.services:
        condition |= _served(service, prefix)
    return condition


def _served(service: SecretaryDuty, prefix: str) -> Q:
    """The leader's to-dos of the kinds and categories the leader listed; personal ones never."""
    condition = Q(**{f"{prefix}appointment_id": service.leader_id})
    condition &= ~Q(**{f"{prefix}duty": Duty.PERSONAL})
    if service.duties:
        condition &= Q(**{f"{prefix}duty__in": list(service.duties)})
    if service.categories:
        condition &= Q(**{f"{prefix}run__version__procedure__category__in": list(service.categories)})
    return condition


def _covered(delegation: Delegation, prefix: str) -> Q:
    duties = [str(duty) for duty in DUTIES_OF[Delegation.Kind(delegation.kind)]]
    condition = Q(**{f"{prefix}appointment_id": delegation.delegator_id, f"{prefix}duty__in": duties})
    if delegation.scope:
        condition &= Q(**{f"{prefix}run__version__procedure__category__in": list(delegation.scope)})
    return condition


def standing_of(actor: Actor, task: Task, *, step: Step, category: str, head_only: bool) -> Standing | None:
    """How `actor` stands to `task`: as its holder, else as a delegate, else as the holder's secretary, else not at all.

    `category` is the procedure's; `head_only` bars every delegate but an acting head (上行文 and important documents).
    """
    if task.person_id == actor.person_id:
        return Standing(Capacity.OWN, task.appointment)
    given = [held for held in delegations_held(actor.person_id) if held.delegator_id == task.appointment_id]
    for delegation in given:
        kind = Delegation.Kind(delegation.kind)
        in_scope = not delegation.scope or category in delegation.scope
        grave_enough = not head_only or kind is Delegation.Kind.ACTING
        if in_scope and grave_enough and step.duty in DUTIES_OF[kind]:
            return Standing(Capacity.DELEGATE, task.appointment, delegation)
    if serves_step(actor.person_id, task.appointment_id, duty=step.duty, category=category):
        return Standing(Capacity.SECRETARY, task.appointment)
    return None


def serves_step(person_id: int, leader_id: int, *, duty: Duty, category: str) -> bool:
    """Whether the leader listed this kind of step and this category for the person; personal steps never."""
    if duty is Duty.PERSONAL:
        return False
    return any(
        (not service.duties or duty in service.duties)
        and (not service.categories or category in service.categories)
        for service in duties_served(person_id)
        if service.leader_id == leader_id
    )


def standing_required(
    actor: Actor, task: Task, *, step: Step, category: str, head_only: bool, is_recording: bool
) -> Standing:
    """The standing under which `actor` acts. Raises `Forbidden` naming the rule; 代录 must be said and must be true."""
    standing = standing_of(actor, task, step=step, category=category, head_only=head_only)
    holder = task.person.name
    if standing is None:
        reason = "，该文件须由主要负责人或主持工作的负责人办理" if head_only else ""
        raise Forbidden(
            f"“{step.name}”由{holder}办理，您不是办理人，也没有有效的授权代理{reason}。", rule="holder"
        )
    if standing.capacity is Capacity.OWN:
        post_required(task)
    if is_recording and serves_step(actor.person_id, task.appointment_id, duty=step.duty, category=category):
        return Standing(Capacity.SECRETARY, task.appointment)
    if is_recording:
        raise Forbidden(f"代录只能由{holder}的秘书办理，且须在其列明的事项和环节之内。", rule="secretary")
    if standing.capacity is Capacity.SECRETARY:
        raise Forbidden(
            f"您是{holder}的秘书，只能代录其意见，请选择“代录”后再提交。", rule="recorded_for_leader"
        )
    return standing


def appointment_runs(post: Appointment) -> bool:
    """Whether the post has not ended. Asks the database nothing."""
    return post.ended_on is None or post.ended_on >= today()


def post_runs(task: Task) -> bool:
    """Whether the post the to-do was given to still runs; whoever has left it may look at the matter and do no more."""
    return appointment_runs(task.appointment)


def post_required(task: Task) -> None:
    """Raise `Forbidden` when the post the to-do was given to has ended."""
    if not post_runs(task):
        raise Forbidden(
            f"您已不再担任{task.appointment.post_title}，此件须由接任者办理，请联系管理员转交。",
            rule="post_ended",
        )


def withdrawal_barred(task: Task) -> str:
    """Why what was done in a post that has ended is not taken back: it would come to nobody. Empty while the post runs."""
    if post_runs(task):
        return ""
    return f"办理此件时的任职（{task.appointment.post_title}）已经结束，不能撤回；如需修改，请联系现在的办理人退回。"


def administers_procedures(actor: Actor) -> bool:
    """Whether the actor may make versions of procedures and hand to-dos of people who left to others."""
    return has_permission(actor, "workflow.change_procedure")


def require_phrase_keeper(actor: Actor) -> None:
    """Raise `Forbidden` unless the actor keeps the phrases of the own organ."""
    if not keeps_for_organ(actor):
        raise Forbidden("本机关常用语由本机关文书或办公室主任维护。", rule="phrase_keeper")


def reads(actor: Actor, matter: Matter) -> bool:
    """Whether the matter was sent to the actor to read and not taken back."""
    return Reading.objects.filter(
        matter=matter, person_id=actor.person_id, cancelled_at__isnull=True
    ).exists()


def may_urge_readers(actor: Actor, matter: Matter) -> bool:
    """Whether the actor began the matter, handled it or sent it to somebody to read."""
    if matter.initiator_id == actor.person_id:
        return True
    handled = Q(person_id=actor.person_id) | Q(acted_by_id=actor.person_id)
    return (
        Reading.objects.filter(matter=matter, sent_by_id=actor.person_id).exists()
        or Task.objects.filter(handled, matter=matter, state=Task.State.DONE).exists()
    )
