"""A month as a grid, with what is wrong in it and what each person carries, as saved or as somebody is about to save it."""

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, timedelta

from apps.accounts.models import Appointment
from apps.core.clock import local, now
from apps.duty.checks import Finding, Served, findings
from apps.duty.enums import RosterState, WatchState
from apps.duty.models import DutyPost, DutyRoster, DutyShift, DutyWatch
from apps.duty.selectors.judging import rule_findings
from apps.duty.selectors.ledgers import NOTHING_CARRIED, carried_into
from apps.duty.selectors.rosters import (
    away_of,
    members_of,
    posts_in,
    shifts_around,
    watches_of,
)
from apps.duty.selectors.rules import Scales, rules_of, scales_of

WEEKDAYS = "一二三四五六日"
Changes = Mapping[tuple[int, int], int | None]
Held = dict[tuple[int, int], Appointment]


@dataclass(frozen=True)
class GridCell:
    """One post of one watch."""

    post: DutyPost
    shift: DutyShift | None
    findings: list[Finding]
    people: list[Appointment]

    @property
    def is_closed(self) -> bool:
        """Whether nobody may be put here any more: the post was withdrawn before anybody served."""
        return self.shift is None and not self.post.is_active

    @property
    def field(self) -> str:
        """The post's part of the form field's name."""
        return str(self.post.pk)


@dataclass(frozen=True)
class GridRow:
    """One watch."""

    watch: DutyWatch
    day: date
    weekday: str
    day_name: str
    is_rest: bool
    is_frozen: bool
    cells: list[GridCell]


@dataclass(frozen=True)
class LedgerLine:
    """What one person carries in the month and in the year so far, in points; `counted` with what the arrangement counts beside."""

    name: str
    count: int
    points: float
    year_points: float
    counted: float


@dataclass(frozen=True)
class Grid:
    """The month. `is_provisional`: the year's holidays are not published yet, so weekends and weights are 暂按.

    `empty` counts places nobody holds of posts in use; of a published month only those still to come.
    """

    posts: list[DutyPost]
    rows: list[GridRow]
    findings: list[Finding]
    ledger: list[LedgerLine]
    empty: int
    is_provisional: bool
    weights: str

    @property
    def hands(self) -> list[tuple[Appointment, int]]:
        """Everybody who may be put on a place, once, in rank order, with how many places each holds."""
        counts = Counter(
            cell.shift.appointment.person_id for row in self.rows for cell in row.cells if cell.shift
        )
        people: dict[int, Appointment] = {}
        for row in self.rows:
            for one in (one for cell in row.cells for one in cell.people):
                people.setdefault(one.person_id, one)
        ordered = sorted(people.values(), key=lambda one: (one.rank_order, one.pk))
        return [(one, counts[one.person_id]) for one in ordered]


def grid_of(roster: DutyRoster, changes: Changes | None = None) -> Grid:
    """The month with its findings and ledger; `changes` are judged as if they were saved, the rows stay as they are."""
    posts = posts_in(roster)
    watches = watches_of(roster)
    held = _held(watches, changes or {})
    wrong = _wrong(roster, watches, posts, held)
    by_place: dict[tuple[int, int], list[Finding]] = {}
    for one in wrong:
        by_place.setdefault(one.place, []).append(one)
    rules = rules_of(roster.organ_id)
    scales = scales_of(roster.organ_id, roster.month.year)
    members = {post.pk: members_of(post) for post in posts}
    return Grid(
        posts=posts,
        rows=[_row(watch, posts, members, by_place, scales) for watch in watches],
        findings=wrong,
        ledger=_ledger(roster, watches, held, scales),
        empty=sum(
            (watch.pk, post.pk) not in held
            for watch in watches
            for post in posts
            if post.is_active and (roster.state != RosterState.PUBLISHED or watch.ends_at > now())
        ),
        is_provisional=scales.calendar.is_provisional(roster.month, roster.month),
        weights=rules.weights_text,
    )


def _held(watches: list[DutyWatch], changes: Changes) -> Held:
    """Who holds which place, the changes made."""
    held = {(watch.pk, one.post_id): one.appointment for watch in watches for one in watch.shifts.all()}
    people = Appointment.objects.select_related("person").in_bulk({who for who in changes.values() if who})
    known = {watch.pk for watch in watches}
    for place, who in changes.items():
        held.pop(place, None)
        if who in people and place[0] in known:
            held[place] = people[who]
    return held


def _wrong(roster: DutyRoster, watches: list[DutyWatch], posts: list[DutyPost], held: Held) -> list[Finding]:
    """Of the month: rest, doubles and absences in detail, every other rule by the verifier's judgement."""
    known = {watch.pk: watch for watch in watches}
    names = {post.pk: post.name for post in posts}
    served = [
        _served(shift.watch, shift.post_id, shift.post.name, shift.appointment)
        for shift in (shifts_around(roster) if watches else [])
        if shift.watch_id not in known
    ]
    served += [_served(known[watch], post, names.get(post, ""), who) for (watch, post), who in held.items()]
    away = away_of({one.person for one in served}, watches)
    rest = timedelta(hours=rules_of(roster.organ_id).rest_hours)
    found = [one for one in findings(served, away, rest=rest) if one.place[0] in known]
    return found + rule_findings(roster, {place: who.person_id for place, who in held.items()})


def _served(watch: DutyWatch, post_id: int, post: str, who: Appointment) -> Served:
    place = (watch.pk, post_id)
    return Served(place, who.person_id, who.person.name, post, local(watch.starts_at), local(watch.ends_at))


def _row(
    watch: DutyWatch,
    posts: list[DutyPost],
    members: dict[int, list[Appointment]],
    by_place: dict[tuple[int, int], list[Finding]],
    scales: Scales,
) -> GridRow:
    day = local(watch.starts_at).date()
    held = {shift.post_id: shift for shift in watch.shifts.all()}
    return GridRow(
        watch=watch,
        day=day,
        weekday=WEEKDAYS[day.weekday()],
        day_name=scales.days[day].name if day in scales.days else "",
        is_rest=not scales.calendar.is_workday(day),
        is_frozen=watch.state == WatchState.CLOSED,
        cells=[
            _cell(post, held.get(post.pk), members[post.pk], by_place.get((watch.pk, post.pk), []))
            for post in posts
        ],
    )


def _cell(
    post: DutyPost, shift: DutyShift | None, people: list[Appointment], wrong: list[Finding]
) -> GridCell:
    """Whoever holds the place may keep it, also when the list of people has changed since."""
    if shift is None or shift.appointment in people:
        return GridCell(post, shift, wrong, people)
    return GridCell(post, shift, wrong, [shift.appointment, *people])


def _ledger(
    roster: DutyRoster,
    watches: list[DutyWatch],
    held: Held,
    scales: Scales,
) -> list[LedgerLine]:
    weights = {watch.pk: scales.points(local(watch.starts_at).date()) for watch in watches}
    carried = carried_into(roster)
    counts: Counter[int] = Counter()
    points: Counter[int] = Counter()
    people: dict[int, tuple[int, str]] = {}
    for (watch, _), who in held.items():
        counts[who.person_id] += 1
        points[who.person_id] += weights[watch]
        people[who.person_id] = (who.rank_order, who.person.name)
    return [
        LedgerLine(
            name=people[person][1],
            count=counts[person],
            points=points[person] / 10,
            year_points=(carried.get(person, NOTHING_CARRIED).served + points[person]) / 10,
            counted=(carried.get(person, NOTHING_CARRIED).total + points[person]) / 10,
        )
        for person in sorted(people, key=lambda one: (people[one], one))
    ]
