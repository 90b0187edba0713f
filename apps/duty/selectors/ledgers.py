"""What each person brings along into a month: the year so far, the time not there, the years before (`balance` has the rule)."""

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import date, datetime, time
from fractions import Fraction
from functools import reduce
from math import gcd

from django.core.cache import cache
from django.db.models import F
from django.db.models.functions import Least

from apps.accounts.models import PROTECTIONS, Absence
from apps.core.clock import CITY_ZONE, local
from apps.duty.balance import Carried, Month, carried_of
from apps.duty.checks import at_night
from apps.duty.models import DutyMember, DutyRoster, DutyShift
from apps.duty.selectors.rules import rules_of, scales_of
from apps.duty.selectors.sealing import Seal, carried_seal

NOTHING_CARRIED = Carried()
KEPT_SECONDS = 24 * 60 * 60


@dataclass(frozen=True)
class _Member:
    """Somebody who may serve now, and since when."""

    person: int
    post: int
    since: date


@dataclass(frozen=True)
class _Gone:
    """One stretch in which a person was not there, or not at night."""

    starts_at: datetime
    ends_at: datetime
    is_night_only: bool

    def keeps_from(self, starts_at: datetime, ends_at: datetime) -> bool:
        """Whether the person could not have served this watch."""
        touches = self.starts_at < ends_at and starts_at < self.ends_at
        return touches and (not self.is_night_only or at_night(starts_at, ends_at))


@dataclass
class _Sheet:
    """One month of one group as it was served: the watches with their points, and who served what."""

    month: date
    watches: dict[tuple[datetime, datetime], int] = field(default_factory=lambda: defaultdict(int))
    served: dict[int, int] = field(default_factory=lambda: defaultdict(int))


def carried_into(roster: DutyRoster) -> dict[int, Carried]:
    """What everybody carries who served or may serve; worked out again only when something it rests on has changed."""
    key, seal = f"duty.carried.{roster.organ_id}.{roster.month:%Y-%m}", carried_seal(roster)
    kept: tuple[Seal, dict[int, Carried]] | None = cache.get(key)
    if kept is not None and kept[0] == seal:
        return kept[1]
    found = carried_afresh(roster)
    if carried_seal(roster) == seal:  # nothing moved meanwhile
        cache.set(key, (seal, found), KEPT_SECONDS)
    return found


def carried_afresh(roster: DutyRoster) -> dict[int, Carried]:
    """The same out of every duty there was. Four queries, and the calendar of each year."""
    members = _members_of(roster)
    groups = _groups(members)
    sheets = _sheets(roster, groups)
    gone = _gone(
        {person for rows in sheets.values() for one in rows for person in one.served}, members, roster
    )
    step = reduce(gcd, rules_of(roster.organ_id).weights.values())
    found: dict[int, Carried] = {}
    for group, rows in sheets.items():
        since = _since(one for one in members if groups[one.post] == group)
        months = [(one.month.year, _month(one, since, gone)) for one in rows]
        past = [month for year, month in months if year < roster.month.year]
        now = [month for year, month in months if year == roster.month.year]
        for person, carried in carried_of(past, now, since, step=step).items():
            found[person] = found[person].plus(carried) if person in found else carried
    return found


def carried_points(roster: DutyRoster) -> dict[int, int]:
    """What everybody carries, in tenths of a point, as the arrangement counts with it."""
    return {person: one.total for person, one in carried_into(roster).items()}


def _members_of(roster: DutyRoster) -> list[_Member]:
    rows = DutyMember.objects.filter(post__organ_id=roster.organ_id).select_related("appointment")
    return [
        _Member(
            one.appointment.person_id,
            one.post_id,
            max(one.since or one.appointment.started_on, one.appointment.started_on),
        )
        for one in rows
    ]


def _groups(members: Iterable[_Member]) -> dict[int, int]:
    """Post → group: posts are one group when somebody may serve at both."""
    leader: dict[int, int] = {}
    posts: defaultdict[int, list[int]] = defaultdict(list)

    def root(post: int) -> int:
        while leader.setdefault(post, post) != post:
            post = leader[post]
        return post

    for one in members:
        posts[one.person].append(one.post)
    for shared in posts.values():
        for post in shared:
            leader[root(post)] = root(shared[0])
    return {post: root(post) for post in leader}


def _sheets(roster: DutyRoster, groups: dict[int, int]) -> dict[int, list[_Sheet]]:
    """Every month before, by group, in order of time; posts nobody may serve at any more are passed over."""
    rows = (
        DutyShift.objects.filter(watch__organ_id=roster.organ_id, watch__roster__month__lt=roster.month)
        .order_by("watch__starts_at", "pk")
        .values_list(
            "watch__roster__month",
            "watch__starts_at",
            "watch__ends_at",
            "post_id",
            "appointment__person_id",
        )
    )
    found: defaultdict[int, dict[date, _Sheet]] = defaultdict(dict)
    scales = {}
    for month, starts_at, ends_at, post, person in rows:
        if post not in groups:
            continue
        if month.year not in scales:
            scales[month.year] = scales_of(roster.organ_id, month.year)
        points = scales[month.year].points(local(starts_at).date())
        sheet = found[groups[post]].setdefault(month, _Sheet(month))
        sheet.watches[starts_at, ends_at] += points
        sheet.served[person] += points
    return {group: list(months.values()) for group, months in found.items()}


def _since(members: Iterable[_Member]) -> dict[int, date]:
    """The first day on which each may serve anywhere in the group."""
    found: dict[int, date] = {}
    for one in members:
        found[one.person] = min(one.since, found.get(one.person, one.since))
    return found


def _gone(served: set[int], members: Iterable[_Member], roster: DutyRoster) -> dict[int, list[_Gone]]:
    """Leave, trips and nights kept free before the month; what was ended early counts to its end."""
    people = served | {one.person for one in members}
    first = datetime.combine(roster.month, time.min, tzinfo=CITY_ZONE)
    rows = (
        Absence.with_protected.filter(person_id__in=people, starts_at__lt=first)
        .annotate(over_at=Least("ends_at", "cancelled_at"))
        .filter(over_at__gt=F("starts_at"))
        .values_list("person_id", "starts_at", "over_at", "kind")
    )
    found: defaultdict[int, list[_Gone]] = defaultdict(list)
    for person, starts_at, over_at, kind in rows:
        found[person].append(_Gone(starts_at, over_at, kind in PROTECTIONS))
    return found


def _missed(sheet: _Sheet, from_day: date, gone: list[_Gone]) -> int:
    """Points of the watches before the day, and of those the person could not have served."""
    if from_day <= sheet.month and not gone:
        return 0
    return sum(
        points
        for (start, end), points in sheet.watches.items()
        if local(start).date() < from_day or any(one.keeps_from(start, end) for one in gone)
    )


def _month(sheet: _Sheet, since: dict[int, date], gone: dict[int, list[_Gone]]) -> Month:
    """Who may serve is there from that day on; before, and after leaving, only in months in which one served."""
    points = sum(sheet.watches.values())
    begins, ends = min(start for start, _ in sheet.watches), max(end for _, end in sheet.watches)
    last = max(local(start).date() for start, _ in sheet.watches)
    there: dict[int, Fraction] = {}
    for person in set(since) | set(sheet.served):
        from_day = since.get(person)
        if from_day is None or from_day > last:
            if person not in sheet.served:
                continue
            from_day = sheet.month
        near = [one for one in gone.get(person, []) if one.starts_at < ends and begins < one.ends_at]
        missed = _missed(sheet, from_day, near)
        there[person] = Fraction(points - missed, points)
    return Month(dict(sheet.served), there)
