"""督查看板: the whole in one page of lights. Every number opens the list it counts."""

from dataclasses import dataclass
from datetime import datetime, time, timedelta
from typing import Any

from django.db.models import Count, Q, QuerySet

from apps.accounts.models import Organ
from apps.core.actors import Actor
from apps.core.clock import CITY_ZONE, now, today
from apps.supervision.charts import Trend, Week, trend_of
from apps.supervision.enums import LightKind, Source, State
from apps.supervision.lifecycle import RUNNING
from apps.supervision.models import SupervisionItem
from apps.supervision.policies import oversees, visible_to
from apps.supervision.selectors.items import ItemLine, light_is, list_lines

WEEKS = 12
FOCUS = 12
SCOPES = (("", "全部"), ("charge", "我分管"), ("lead", "我牵头"))


@dataclass(frozen=True, kw_only=True)
class Figures:
    """The headline. `on_time_percent` None while nothing was completed this month."""

    open: int
    red: int
    yellow: int
    green: int
    review: int
    done_this_month: int
    late_this_month: int

    @property
    def on_time_percent(self) -> int | None:
        """Of this month's completions, those in time."""
        return percent(self.done_this_month - self.late_this_month, self.done_this_month)


@dataclass(frozen=True, kw_only=True)
class UnitLine:
    """A row of the matrix."""

    organ_id: int
    name: str
    green: int
    yellow: int
    red: int
    review: int
    done: int
    late: int

    @property
    def on_time_percent(self) -> int | None:
        """Of what the unit completed this month, what was in time."""
        return percent(self.done - self.late, self.done)


@dataclass(frozen=True, kw_only=True)
class Board:
    """All the board shows."""

    figures: Figures
    units: list[UnitLine]
    weeks: list[Week]
    trend: Trend
    sources: list[tuple[str, str, int]]
    focus: list[ItemLine]


def percent(part: int, whole: int) -> int | None:
    """Whole percent, None of nothing."""
    return round(100 * part / whole) if whole else None


def scoped(actor: Actor, scope: str = "") -> QuerySet[SupervisionItem]:
    """What the actor's board counts: items and their parts alike, each under its own lead."""
    rows = visible_to(actor)
    if scope == "charge":
        rows = rows.filter(lead_organ__leaders_in_charge=actor.appointment_id)
    elif scope == "lead" or not oversees(actor):
        rows = rows.filter(lead_organ_id=actor.organ_id)
    return rows


def month_start() -> datetime:
    """Midnight of the first of this month, in the city."""
    return datetime.combine(today().replace(day=1), time(0), tzinfo=CITY_ZONE)


def _counts(moment: datetime) -> dict[str, Count]:
    since = month_start()
    return {
        "red": Count("id", filter=light_is(LightKind.RED, moment)),
        "yellow": Count("id", filter=light_is(LightKind.YELLOW, moment)),
        "green": Count("id", filter=light_is(LightKind.GREEN, moment)),
        "review": Count("id", filter=Q(state__in=[State.CLOSING_REVIEW, State.REPORTED])),
        "done": Count("id", filter=Q(completed_at__gte=since)),
        "late": Count("id", filter=Q(completed_at__gte=since, is_late=True)),
    }


def figures_of(rows: QuerySet[SupervisionItem]) -> Figures:
    """The headline of some items, in one statement."""
    sums = rows.order_by().aggregate(**_counts(now()))
    return Figures(
        open=sums["red"] + sums["yellow"] + sums["green"],
        red=sums["red"],
        yellow=sums["yellow"],
        green=sums["green"],
        review=sums["review"],
        done_this_month=sums["done"],
        late_this_month=sums["late"],
    )


def desk_figures(actor: Actor) -> Figures:
    """For the desk: what one's organ does, or the whole for those who oversee it."""
    return figures_of(scoped(actor))


def board_of(actor: Actor, scope: str = "") -> Board:
    """The board in five statements, whatever the number of units."""
    rows = scoped(actor, scope)
    weeks = _weeks(rows)
    return Board(
        figures=figures_of(rows),
        units=_units(rows),
        weeks=weeks,
        trend=trend_of(weeks),
        sources=_sources(rows),
        focus=_focus(rows),
    )


def _units(rows: QuerySet[SupervisionItem]) -> list[UnitLine]:
    """By rank order, never by figures: units are not ranked (国办函〔2026〕12号)."""
    found: list[Any] = list(rows.order_by().values("lead_organ_id").annotate(**_counts(now())))
    organs = Organ.objects.in_bulk([row["lead_organ_id"] for row in found])
    lines = [
        UnitLine(
            organ_id=row["lead_organ_id"],
            name=organs[row["lead_organ_id"]].short_name,
            **{name: row[name] for name in ("green", "yellow", "red", "review", "done", "late")},
        )
        for row in found
    ]
    ranks = {pk: (organ.rank_order, pk) for pk, organ in organs.items()}
    shown = [line for line in lines if line.green + line.yellow + line.red + line.review + line.done]
    return sorted(shown, key=lambda line: ranks[line.organ_id])


def _weeks(rows: QuerySet[SupervisionItem]) -> list[Week]:
    first = today() - timedelta(days=today().weekday() + 7 * (WEEKS - 1))
    since = datetime.combine(first, time(0), tzinfo=CITY_ZONE)
    sums = {}
    for place in range(WEEKS):
        begin, end = since + timedelta(weeks=place), since + timedelta(weeks=place + 1)
        inside = Q(completed_at__gte=begin, completed_at__lt=end)
        sums[f"all_{place}"] = Count("id", filter=inside)
        sums[f"late_{place}"] = Count("id", filter=inside & Q(is_late=True))
    found = rows.filter(completed_at__gte=since).order_by().aggregate(**sums)
    return [
        Week(
            monday=first + timedelta(weeks=place),
            good=found[f"all_{place}"] - found[f"late_{place}"],
            late=found[f"late_{place}"],
        )
        for place in range(WEEKS)
    ]


def _sources(rows: QuerySet[SupervisionItem]) -> list[tuple[str, str, int]]:
    running = rows.filter(state__in=RUNNING).order_by().values("source")
    counts = {row["source"]: row["count"] for row in running.annotate(count=Count("id"))}
    return [(source.value, str(source.label), counts[source]) for source in Source if counts.get(source)]


def _focus(rows: QuerySet[SupervisionItem]) -> list[ItemLine]:
    """The running items whose date comes first: overdue ones stand on top."""
    running = (
        rows.filter(state__in=RUNNING)
        .select_related("lead_organ", "lead_unit")
        .prefetch_related("assisting__organ")
        .order_by("due_at", "id")[:FOCUS]
    )
    return list_lines(running)
