"""Who a system reaches and who sees what it pushed."""

from enum import StrEnum

from django.db.models import Q, QuerySet

from apps.accounts.policies import has_permission
from apps.core.actors import Actor
from apps.core.errors import Forbidden
from apps.integration.enums import Scope, TodoState
from apps.integration.models import PartnerSystem, PartnerTodo
from apps.workflow.selectors import participates

TODO_KIND = "integration.todo"
SYSTEM_KIND = "integration.system"
HOOK_KIND = "integration.hook"


class Power(StrEnum):
    """What the administrators do with systems, as Django permissions."""

    REGISTER = "integration.add_partnersystem"
    CHANGE = "integration.change_partnersystem"
    ISSUE_KEY = "integration.issue_key"
    SWITCH = "integration.switch_system"


REFUSALS = {
    Power.REGISTER: "接入系统由系统管理员登记。",
    Power.CHANGE: "接入系统由系统管理员修改。",
    Power.ISSUE_KEY: "接入系统的密钥由安全管理员签发。",
    Power.SWITCH: "接入系统由安全管理员启用、停用。",
}


def require_power(actor: Actor | None, power: Power) -> None:
    """Raise `Forbidden` with the rule unless the actor holds the power; None is the set-up itself."""
    if not has_permission(actor, power):
        raise Forbidden(REFUSALS[power], rule=str(power))


def require_scope(system: PartnerSystem, scope: Scope) -> None:
    """Raise `Forbidden` unless the system was granted the scope."""
    if scope not in system.scopes:
        raise Forbidden(f"本系统没有“{scope.label}”权限，请联系系统管理员。", rule="scope")


def serves(system: PartnerSystem) -> Q:
    """Condition on posts: their organ uses the system."""
    if system.is_for_all:
        return Q()
    return Q(organ_id=system.organ_id) | Q(organ__in=system.organs.all())


def todos_visible_to(actor: Actor) -> QuerySet[PartnerTodo]:
    """Those addressed to the person, and those the person handles for or after another."""
    return PartnerTodo.objects.filter(Q(person_id=actor.person_id) | participates(actor, TODO_KIND, "pk"))


def may_dismiss(todo: PartnerTodo, *, has_task: bool) -> bool:
    """Whoever has it on the list may take it off while it is open."""
    return has_task and todo.state == TodoState.OPEN
