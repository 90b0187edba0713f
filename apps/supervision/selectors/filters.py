"""What a list is narrowed to, in words: the chips above it, each with the address without it."""

from django.http import QueryDict

from apps.accounts.models import Appointment, Organ
from apps.core.actors import Actor
from apps.supervision.policies import board_scopes
from apps.supervision.selectors.items import SCOPES, Narrowing, span_of


def scopes_listed(actor: Actor) -> list[tuple[str, str]]:
    """The scopes that make sense for the actor."""
    own = {code for code, _ in board_scopes(actor)} | {"", "assist", "given"}
    return [(code, name) for code, name in SCOPES if code in own]


def chips_of(wanted: Narrowing, query: QueryDict) -> list[tuple[str, str]]:
    """Name and address of each filter that has no menu of its own; following it takes the filter away."""
    found = {
        "organ": _organ_name(wanted.organ_id),
        "leader": _leader_name(wanted.leader_id),
        "due": _time_name(wanted.due, "到期"),
        "assigned": _time_name(wanted.assigned, "交办"),
        "done": _time_name(wanted.done, "办结"),
        "late": "超期办结" if wanted.is_late else "",
        "listed": "挂牌督办" if wanted.is_listed else "",
    }
    return [(name, f"?{_without(query, field)}") for field, name in found.items() if name]


def _without(query: QueryDict, field: str) -> str:
    left = query.copy()
    left.pop(field, None)
    return left.urlencode()


def _organ_name(organ_id: int | None) -> str:
    found = Organ.objects.filter(pk=organ_id).first() if organ_id is not None else None
    return found.short_name if found else ""


def _leader_name(leader_id: int | None) -> str:
    if leader_id is None:
        return ""
    found = Appointment.objects.select_related("person").filter(pk=leader_id).first()
    return f"{found.person.name}交办" if found else "未指定领导"


def _time_name(words: str, act: str) -> str:
    span = span_of(words)
    if span is None:
        return ""
    first = span[0]
    return f"{first.year}年{first.month}月{act}" if "-" in words else f"{first.year}年{act}"
