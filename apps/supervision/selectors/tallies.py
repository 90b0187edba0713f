"""Figures from `Tally`, exact at every moment: what was counted, corrected by the lights turned since, in one statement.

`figures_true` counts the items themselves and must always give the same.
"""

from collections.abc import Mapping
from dataclasses import astuple, dataclass
from datetime import datetime
from typing import Any

from django.db.models import BigIntegerField, CharField, Count, Func, Q, QuerySet, Sum, Value
from django.db.models.functions import Cast, Coalesce, Concat

from apps.core.clock import CITY_ZONE, now
from apps.supervision.enums import LightKind
from apps.supervision.lifecycle import RUNNING
from apps.supervision.models import SupervisionItem, Tally
from apps.supervision.selectors.items import light_is
from apps.supervision.tallying import MEASURES, REVIEWED

GROUP = ("lead_organ_id", "axis", "key")
LIGHTS = (LightKind.GREEN, LightKind.YELLOW, LightKind.RED)


@dataclass(frozen=True, kw_only=True)
class Measures:
    """What is counted of some items: their lights, those to review; assignments, completions and late ones of a time."""

    green: int = 0
    yellow: int = 0
    red: int = 0
    review: int = 0
    assigned: int = 0
    done: int = 0
    late: int = 0

    def __add__(self, other: "Measures") -> "Measures":
        return Measures(
            **dict(zip(MEASURES, map(sum, zip(astuple(self), astuple(other), strict=True)), strict=True))
        )

    @property
    def open(self) -> int:
        """Those whose clock runs."""
        return self.green + self.yellow + self.red


NOTHING = Measures()
# (lead organ, axis, key) → its measures; groups with nothing in them are left out
Figures = Mapping[tuple[int, str, str], Measures]


def figures_counted(scope: Q, *, weeks_from: str = "") -> Figures:
    """The figures of a scope (a condition on organ, lead organ and lead unit), weeks before `weeks_from` left out."""
    rows = Tally.objects.filter(scope).exclude(axis="week", key__lt=weeks_from)
    counted = _grouped(rows, {name: Sum(name) for name in MEASURES})
    return _gathered(counted.union(*_turned(SupervisionItem.objects.filter(scope), now()), all=True))


def _turned(items: QuerySet[SupervisionItem], moment: datetime) -> list[QuerySet[Any]]:
    """By how much the lights of items that wait to be settled differ from what was counted."""
    waiting = items.filter(state__in=RUNNING, light_until__lte=moment)
    sums: dict[str, Any] = {name: Value(0, BigIntegerField()) for name in MEASURES}
    for light in LIGHTS:
        sums[light] = Count("pk", filter=light_is(light, moment)) - Count("pk", filter=Q(counted_light=light))
    return [_grouped(_keyed(waiting, axis, key), sums) for axis, key in STOCK.items()]


def figures_true(scope: Q) -> Figures:
    """The same figures, all of them counted anew from the items: what the tallies are checked against."""
    items, moment = SupervisionItem.objects.filter(scope), now()
    nothing: dict[str, Any] = {name: Value(0, BigIntegerField()) for name in MEASURES}
    stock = nothing | {light.value: Count("pk", filter=light_is(light, moment)) for light in LIGHTS}
    stock |= {"review": Count("pk", filter=Q(state__in=REVIEWED))}
    done = nothing | {"done": Count("pk"), "late": Count("pk", filter=Q(is_late=True))}
    dated, ended = items.filter(due_at__isnull=False), items.filter(completed_at__isnull=False)
    parts = [
        _grouped(_keyed(dated if axis == "month" else items, axis, key), stock) for axis, key in STOCK.items()
    ]
    given = items.filter(assigned_at__isnull=False)
    parts.append(_grouped(_keyed(given, "month", _month("assigned_at")), nothing | {"assigned": Count("pk")}))
    parts += [
        _grouped(_keyed(ended, "month", _month("completed_at")), done),
        _grouped(_keyed(ended, "week", _week("completed_at")), done),
        _grouped(_keyed(ended, "source_y", _yearly("source")), done),
        _grouped(_keyed(ended, "leader_y", _yearly("leader")), done),
    ]
    return _gathered(parts[0].union(*parts[1:], all=True))


def _keyed(items: QuerySet[SupervisionItem], axis: str, key: Any) -> QuerySet[Any]:
    return items.annotate(axis=Value(axis, CharField()), key=key)


def _grouped(rows: QuerySet[Any], sums: Mapping[str, Any]) -> QuerySet[Any]:
    """One row a group, without the model's names in the way of the sums."""
    named = {f"sum_{name}": sums[name] for name in MEASURES}
    grouped: QuerySet[Any] = rows.order_by().values(*GROUP).annotate(**named).values_list(*GROUP, *named)
    return grouped


class _Stamp(Func):
    """A moment as the city's month or the first day of its week, in figures."""

    output_field = CharField()

    def __init__(self, field: str, template: str) -> None:
        super().__init__(field, template=template)


def _month(field: str) -> Func:
    return _Stamp(field, f"to_char(%(expressions)s AT TIME ZONE '{CITY_ZONE.key}', 'YYYY-MM')")


def _week(field: str) -> Func:
    week = f"date_trunc('week', %(expressions)s AT TIME ZONE '{CITY_ZONE.key}')"
    return _Stamp(field, f"to_char({week}, 'YYYY-MM-DD')")


STOCK: Mapping[str, Any] = {
    "source": Cast("source", CharField()),
    "leader": Cast(Coalesce("leader_id", 0), CharField()),
    "month": _month("due_at"),
}


def _gathered(rows: QuerySet[Any]) -> Figures:
    found: dict[tuple[int, str, str], Measures] = {}
    for lead, axis, key, *sums in rows:
        more = Measures(**dict(zip(MEASURES, sums, strict=True)))
        found[lead, axis, key] = found.get((lead, axis, key), NOTHING) + more
    return {group: sums for group, sums in found.items() if sums != NOTHING}


def _yearly(axis: str) -> Any:
    year = _Stamp("completed_at", f"to_char(%(expressions)s AT TIME ZONE '{CITY_ZONE.key}', 'YYYY')")
    return Concat(STOCK[axis], Value(" "), year, output_field=CharField())


def figures_differ() -> list[tuple[int, str, str]]:
    """Groups of the whole city in which the counted figures are not the true ones; empty when all is well."""
    counted, true = figures_counted(Q()), figures_true(Q())
    return sorted(group for group in {*counted, *true} if counted.get(group) != true.get(group))
