"""督查看板: the whole in one page of lights. Every number opens the list it counts.

All numbers are sums of the same figures (`selectors.tallies`), so that no two places of the page can disagree.
"""

from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import date, timedelta
from functools import reduce
from operator import add

from django.db.models import Q

from apps.accounts.models import Appointment, Organ
from apps.core.actors import Actor
from apps.core.clock import today
from apps.supervision.charts import Trend, Week, trend_of
from apps.supervision.enums import Source
from apps.supervision.lifecycle import RUNNING
from apps.supervision.models import SupervisionItem
from apps.supervision.policies import board_scopes, scope_is
from apps.supervision.selectors.items import ItemLine, list_lines
from apps.supervision.selectors.tallies import NOTHING, Figures, Measures, figures_counted

WEEKS = 12
MONTHS_SHOWN = 12
FOCUS = 12
AXES = (("unit", "按单位"), ("source", "按来源"), ("leader", "按领导"), ("month", "按月份"))
HEADS = {"unit": "承办单位", "source": "事项来源", "leader": "交办领导", "month": "月份"}
Sums = dict[str, Measures]


@dataclass(frozen=True, kw_only=True)
class Line:
    """A row of the matrix; `query` narrows the list to its open items, the others to what was completed and assigned."""

    name: str
    sums: Measures
    query: str
    done_query: str
    given_query: str = ""
    most: int = 1

    @property
    def on_time_percent(self) -> int | None:
        """Of what was completed, what was in time."""
        return percent(self.sums.done - self.sums.late, self.sums.done)

    @property
    def bars(self) -> list[tuple[str, str, str]]:
        """The row as a bar: light, place and width, in hundredths of the longest row."""
        sums, shown, at = self.sums, [], 0.0
        for light, count in (("red", sums.red), ("yellow", sums.yellow), ("green", sums.green)):
            width = 100 * count / self.most
            shown.append((light, f"{at:.2f}", f"{width:.2f}"))
            at += width
        return shown


@dataclass(frozen=True, kw_only=True)
class Headline:
    """What stands on top: all open items, and this month."""

    sums: Measures
    month: Measures

    @property
    def on_time_percent(self) -> int | None:
        """Of this month's completions, those in time. None while nothing was completed."""
        return percent(self.month.done - self.month.late, self.month.done)


@dataclass(frozen=True, kw_only=True)
class Board:
    """All the board shows. `this_month` is such as 2026-11."""

    headline: Headline
    axis: str
    head: str
    lines: list[Line]
    total: Line
    weeks: list[Week]
    trend: Trend
    sources: list[tuple[str, str, int]]
    focus: list[ItemLine]
    this_month: str


def percent(part: int, whole: int) -> int | None:
    """Whole percent, None of nothing."""
    return round(100 * part / whole) if whole else None


def scope_chosen(actor: Actor, wanted: str) -> str:
    """A scope of the actor's own; nonsense gives the first."""
    scopes = [code for code, _ in board_scopes(actor)]
    return wanted if wanted in scopes else next(iter(scopes), "none")


def this_month() -> str:
    """Such as 2026-11."""
    return f"{today():%Y-%m}"


def headline_of(actor: Actor) -> Headline:
    """For the desk: what one's organ does, or the whole for those who oversee it."""
    return _headline(figures_counted(scope_is(actor, scope_chosen(actor, "")), weeks_from="9999"))


def board_of(actor: Actor, scope: str = "", axis: str = "unit") -> Board:
    """The board in few statements, whatever the number of items and units."""
    condition = scope_is(actor, scope_chosen(actor, scope))
    monday = today() - timedelta(days=today().weekday() + 7 * (WEEKS - 1))
    figures = figures_counted(condition, weeks_from=f"{monday:%F}")
    weeks = _weeks(figures, monday)
    axis = axis if axis in HEADS else "unit"
    lines = LINES[axis](figures)
    most = max((line.sums.open for line in lines), default=0) or 1
    return Board(
        headline=_headline(figures),
        axis=axis,
        head=HEADS[axis],
        lines=[replace(line, most=most) for line in lines],
        total=_total(axis, lines),
        weeks=weeks,
        trend=trend_of(weeks),
        sources=[
            (source.value, str(source.label), sums.open)
            for source in Source
            if (sums := _by_key(figures, "source").get(source.value, NOTHING)).open
        ],
        focus=_focus(condition),
        this_month=this_month(),
    )


def units_of_month(actor: Actor, month: str) -> list[tuple[str, Measures]]:
    """Units with their lights and what they completed in a month: for the summary."""
    figures = figures_counted(scope_is(actor, scope_chosen(actor, "")), weeks_from="9999")
    stock = _by_unit(figures, "source")
    done = _by_unit(figures, "month", lambda key: key == month)
    names = _organs({*stock, *done})
    sums = {pk: _with_done(stock.get(pk, NOTHING), done.get(pk, NOTHING)) for pk in names}
    return [(name, sums[pk]) for pk, name in names.items() if sums[pk] != NOTHING]


def _with_done(stock: Measures, flow: Measures) -> Measures:
    return replace(stock, assigned=flow.assigned, done=flow.done, late=flow.late)


def _headline(figures: Figures) -> Headline:
    return Headline(
        sums=reduce(add, _by_key(figures, "source").values(), NOTHING),
        month=_by_key(figures, "month").get(this_month(), NOTHING),
    )


def _by_key(figures: Figures, axis: str) -> Sums:
    found: defaultdict[str, Measures] = defaultdict(Measures)
    for (_, at, key), sums in figures.items():
        if at == axis:
            found[key] += sums
    return found


def _by_unit(
    figures: Figures, axis: str, chosen: Callable[[str], bool] = lambda _key: True
) -> dict[int, Measures]:
    found: defaultdict[int, Measures] = defaultdict(Measures)
    for (lead, at, key), sums in figures.items():
        if at == axis and chosen(key):
            found[lead] += sums
    return found


def _this_year(key: str) -> bool:
    return key.endswith(f" {today().year}")


def _yearly(figures: Figures, axis: str) -> Sums:
    """This year's completions by the value of an axis."""
    return {
        key.rsplit(" ", 1)[0]: sums for key, sums in _by_key(figures, f"{axis}_y").items() if _this_year(key)
    }


def _organs(wanted: Iterable[int]) -> dict[int, str]:
    """Names by rank order, never by figures: units are not ranked (国办函〔2026〕12号)."""
    return {
        one.pk: one.short_name for one in Organ.objects.filter(pk__in=wanted).order_by("rank_order", "pk")
    }


def _lines(
    names: Mapping[str, str], stock: Mapping[str, Measures], done: Mapping[str, Measures], field: str
) -> list[Line]:
    year = today().year
    return [
        Line(
            name=name,
            sums=_with_done(stock.get(key, NOTHING), done.get(key, NOTHING)),
            query=f"{field}={key}",
            done_query=f"{field}={key}&done={year}",
        )
        for key, name in names.items()
        if stock.get(key, NOTHING) != NOTHING or done.get(key, NOTHING) != NOTHING
    ]


def _unit_lines(figures: Figures) -> list[Line]:
    stock, done = _by_unit(figures, "source"), _by_unit(figures, "source_y", _this_year)
    names = {str(pk): name for pk, name in _organs({*stock, *done}).items()}
    return _lines(
        names,
        {str(pk): one for pk, one in stock.items()},
        {str(pk): one for pk, one in done.items()},
        "organ",
    )


def _source_lines(figures: Figures) -> list[Line]:
    names = {source.value: str(source.label) for source in Source}
    return _lines(names, _by_key(figures, "source"), _yearly(figures, "source"), "source")


def _leader_lines(figures: Figures) -> list[Line]:
    stock, done = _by_key(figures, "leader"), _yearly(figures, "leader")
    posts = Appointment.objects.filter(pk__in={int(key) for key in (*stock, *done)}).select_related("person")
    names = {
        str(post.pk): f"{post.person.name} {post.post_title}" for post in posts.order_by("rank_order", "pk")
    }
    return _lines(names | {"0": "未指定领导"}, stock, done, "leader")


def _month_lines(figures: Figures) -> list[Line]:
    """Months with something open, and the last twelve: open items stand under the month of their date."""
    first = f"{(today().replace(day=1) - timedelta(days=30 * (MONTHS_SHOWN - 1))):%Y-%m}"
    sums = sorted(_by_key(figures, "month").items())
    return [
        Line(
            name=f"{key[:4]}年{int(key[5:])}月",
            sums=one,
            query=f"due={key}",
            done_query=f"done={key}",
            given_query=f"assigned={key}",
        )
        for key, one in sums
        if one.open or one.review or (key >= first and one != NOTHING)
    ]


LINES: Mapping[str, Callable[[Figures], list[Line]]] = {
    "unit": _unit_lines,
    "source": _source_lines,
    "leader": _leader_lines,
    "month": _month_lines,
}


def _total(axis: str, lines: list[Line]) -> Line:
    """The last row: the sum of those above."""
    sums = reduce(add, (line.sums for line in lines), NOTHING)
    return Line(
        name="合计", sums=sums, query="", done_query="" if axis == "month" else f"done={today().year}"
    )


def _weeks(figures: Figures, first: date) -> list[Week]:
    sums = _by_key(figures, "week")
    mondays = [first + timedelta(weeks=place) for place in range(WEEKS)]
    found = [(monday, sums.get(f"{monday:%F}", NOTHING)) for monday in mondays]
    return [Week(monday=monday, good=one.done - one.late, late=one.late) for monday, one in found]


def _focus(condition: Q) -> list[ItemLine]:
    """The running items whose date comes first: overdue ones stand on top."""
    running = (
        SupervisionItem.objects.filter(condition, state__in=RUNNING)
        .select_related("lead_organ", "lead_unit")
        .prefetch_related("assisting__organ")
        .order_by("due_at", "id")[:FOCUS]
    )
    return list_lines(running)
