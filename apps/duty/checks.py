"""What is wrong with a roster: rest between duties, one person at two posts, somebody away. Pure; warns, hinders only doubles."""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from itertools import pairwise

from apps.core.clock import local

MINIMUM_REST = timedelta(hours=48)
NIGHT_BEGINS, NIGHT_ENDS = 22, 6


@dataclass(frozen=True)
class Served:
    """One person at one post for one stretch of time."""

    place: tuple[int, int]  # watch and post
    person: int
    name: str
    post: str
    starts_at: datetime
    ends_at: datetime


@dataclass(frozen=True)
class Away:
    """One person is not there."""

    starts_at: datetime
    ends_at: datetime
    kind: str


def at_night(starts_at: datetime, ends_at: datetime) -> bool:
    """Whether a stretch of time touches the hours of night work, 22:00 to 06:00 of the city (劳动部 劳安字〔1989〕1号)."""
    start = local(starts_at)
    if start.hour >= NIGHT_BEGINS or start.hour < NIGHT_ENDS:
        return True
    return ends_at > start.replace(hour=NIGHT_BEGINS, minute=0, second=0, microsecond=0)


@dataclass(frozen=True)
class Finding:
    """One thing wrong at one place (watch and post)."""

    place: tuple[int, int]
    text: str


def findings(
    served: Sequence[Served], away: Mapping[int, Iterable[Away]], *, rest: timedelta = MINIMUM_REST
) -> list[Finding]:
    """All that is wrong, in order of time (domain.md §6.1)."""
    found: list[Finding] = []
    by_person: defaultdict[int, list[Served]] = defaultdict(list)
    for one in sorted(served, key=lambda each: (each.starts_at, each.place)):
        by_person[one.person].append(one)
        found += [
            Finding(one.place, f"{_day(one)} {one.post} {one.name}：{gone.kind}，不能值班。")
            for gone in away.get(one.person, ())
            if gone.starts_at < one.ends_at and one.starts_at < gone.ends_at
        ]
    for turns in by_person.values():
        found += [problem for pair in pairwise(turns) if (problem := _too_close(*pair, rest))]
    return found


def _too_close(first: Served, second: Served, rest: timedelta) -> Finding | None:
    if second.starts_at < first.ends_at:
        return Finding(second.place, f"{_day(second)} {second.name}同时排在“{first.post}”和“{second.post}”。")
    if second.starts_at - first.ends_at < rest:
        hours = int((second.starts_at - first.ends_at) / timedelta(hours=1))
        return Finding(
            second.place,
            f"{_day(second)} {second.post} {second.name}距上一班仅 {hours} 小时，不足 {int(rest / timedelta(hours=1))} 小时。",
        )
    return None


def _day(one: Served) -> str:
    return f"{one.starts_at.month}月{one.starts_at.day}日"
