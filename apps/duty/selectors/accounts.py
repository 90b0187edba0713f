"""Each person's result of a month in words: what was served, what it weighs beside the others, what became of every wish."""

import itertools
from collections import Counter, defaultdict
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta

from apps.accounts.models import Absence, Appointment
from apps.core.actors import Actor
from apps.core.clock import CITY_ZONE, local
from apps.duty.balance import Carried
from apps.duty.checks import at_night
from apps.duty.enums import PairKind, WishKind
from apps.duty.models import DutyPair, DutyPost, DutyRoster, DutyWatch, DutyWish
from apps.duty.policies import makes_roster
from apps.duty.selectors.judging import Bench, bench_for
from apps.duty.selectors.ledgers import NOTHING_CARRIED, carried_into
from apps.duty.selectors.rosters import (
    absences_between,
    members_of,
    posts_in,
    watches_of,
)
from apps.duty.selectors.rules import scales_of
from apps.duty.selectors.wishes import pairs_of, wishes_in

MOST_NAMED = 3
DAY = timedelta(days=1)


@dataclass(frozen=True)
class Turn:
    """One duty served or to be served; `points` in points."""

    watch: DutyWatch
    post_id: int
    post: str
    kind: str
    points: float

    @property
    def day(self) -> date:
        """The day it begins."""
        return local(self.watch.starts_at).date()


@dataclass(frozen=True)
class PersonAccount:
    """One person's month. Loads in points; `words` are sentences for the person to read.

    Brought along (`carried`) is what was `served` in the year before, `added` for the time not there, and `past`, the balance of
    years before.
    """

    person_id: int
    name: str
    posts: list[str]
    turns: list[Turn]
    points: float
    served: float
    added: float
    past: float
    words: list[str]

    @property
    def carried(self) -> float:
        """What the arrangement counted with."""
        return self.served + self.added + self.past

    @property
    def total(self) -> float:
        """That with this month."""
        return self.carried + self.points


def accounts_of(actor: Actor, roster: DutyRoster) -> list[PersonAccount]:
    """Everybody of the roster for whoever makes it, else oneself; who serves and who may serve, in rank order."""
    books = _books_of(roster)
    people = [one for one in books.order if makes_roster(actor) or one == actor.person_id]
    return [books.account(person) for person in people]


@dataclass(frozen=True)
class _Books:
    """The month with all that its accounts speak of."""

    bench: Bench
    order: list[int]
    names: dict[int, str]
    posts: dict[int, list[str]]
    turns: dict[int, list[Turn]]
    carried: dict[int, Carried]
    wishes: list[DutyWish]
    pairs: list[DutyPair]
    absences: list[Absence]

    def account(self, person: int) -> PersonAccount:
        """One person's."""
        turns = self.turns.get(person, [])
        return PersonAccount(
            person_id=person,
            name=self.names[person],
            posts=self.posts.get(person, []),
            turns=turns,
            points=sum(one.points for one in turns),
            served=self._carried(person).served / 10,
            added=self._carried(person).added / 10,
            past=self._carried(person).past / 10,
            words=[
                *self._load_said(person),
                *carried_said(self._carried(person)),
                *self._rest_said(person),
                *self._away_said(person),
                *self._wishes_said(person),
                *self._pairs_said(person),
            ],
        )

    def _carried(self, person: int) -> Carried:
        return self.carried.get(person, NOTHING_CARRIED)

    def total(self, person: int) -> float:
        """What was brought along with this month."""
        return self._carried(person).total / 10 + sum(one.points for one in self.turns.get(person, []))

    def _load_said(self, person: int) -> list[str]:
        """Beside those who share a post with the person."""
        mine = set(self.posts.get(person, []))
        group = [one for one in self.order if mine & set(self.posts.get(one, []))]
        if len(group) < 2:
            return ["同岗位没有其他可值班人员，负担无法与他人比较。"] if mine else []
        totals = {one: self.total(one) for one in group}
        heaviest = max(group, key=lambda one: totals[one])
        mean = sum(totals.values()) / len(group)
        above = totals[person] - mean
        place = "高" if above >= 0 else "低"
        return [
            (
                f"计入累计 {totals[person]:g} 分，同岗位 {len(group)} 人平均 {mean:.1f} 分，比平均{place} {abs(above):.1f} 分；"
                f"最高为{self.names[heaviest]} {totals[heaviest]:g} 分，最低 {min(totals.values()):g} 分。"
            )
        ]

    def _rest_said(self, person: int) -> list[str]:
        turns = self.turns.get(person, [])
        gaps = [
            (after.watch.starts_at - before.watch.ends_at, before, after)
            for before, after in itertools.pairwise(turns)
        ]
        if not gaps:
            return []
        gap, before, after = min(gaps, key=lambda one: one[0])
        asked = self.bench.plan.rules.rest
        hours, most = gap / timedelta(hours=1), asked / timedelta(hours=1)
        verdict = "符合" if gap >= asked else "不足"
        return [
            f"两班间隔最短 {hours:g} 小时（{before.day.day}日到{after.day.day}日），{verdict}至少 {most:g} 小时的要求。"
        ]

    def _away_said(self, person: int) -> list[str]:
        """Leave, trips, days without night duty and days one cannot serve, and whether they were kept free."""
        stretches = [
            (one.starts_at, one.ends_at, one.shown_kind, one.is_protection)
            for one in self.absences
            if one.person_id == person
        ]
        for wish in self.wishes:
            if wish.appointment.person_id == person and wish.kind == WishKind.CANNOT:
                start = datetime.combine(wish.starts_on, time.min, tzinfo=CITY_ZONE)
                end = datetime.combine(wish.ends_on + DAY, time.min, tzinfo=CITY_ZONE)
                stretches.append((start, end, f"不能值班（{wish.reason}）", False))
        said = []
        for start, end, why, is_night_only in sorted(stretches):
            hit = [
                one
                for one in self.turns.get(person, [])
                if one.watch.starts_at < end
                and start < one.watch.ends_at
                and (not is_night_only or at_night(one.watch.starts_at, one.watch.ends_at))
            ]
            last = local(end - timedelta(seconds=1))
            days = f"{local(start):%-m月%-d日}至{last:%-m月%-d日}"
            kept = "已避开夜间班次。" if is_night_only else "已避开，没有排班。"
            said.append(f"{days}{why}：与 {_days(hit)} 的班次冲突。" if hit else f"{days}{why}：{kept}")
        return said

    def _wishes_said(self, person: int) -> list[str]:
        said = []
        for wish in self.wishes:
            if wish.appointment.person_id != person or wish.kind == WishKind.CANNOT:
                continue
            days = _span(wish)
            mine = [one for one in self.turns.get(person, []) if wish.starts_on <= one.day <= wish.ends_on]
            if wish.kind == WishKind.FIXED:
                kept = [one for one in mine if one.post_id == wish.post_id]
                post = wish.post.name if wish.post else ""
                said.append(
                    f"{days}指定{post}：{'已按指定安排 ' + _days(kept) if kept else '没有按指定安排'}。"
                )
            elif not mine:
                said.append(f"{days}“尽量不排”：已照顾，没有排班。")
            else:
                said += [f"{one.day.day}日{one.post}“尽量不排”未能照顾：{self._why(one)}" for one in mine]
        return said

    def _why(self, turn: Turn) -> str:
        """What stands against each other person of the post, one by one."""
        place = (turn.watch.pk, turn.post_id)
        holder = self.bench.given.get(place)
        if holder is None:
            return "这一班已经值完。"
        others = [one for one in self.bench.plan.members.get(turn.post_id, ()) if one != holder]
        against: Counter[str] = Counter()
        heavier, lighter = [], []
        for one in others:
            troubles = self.bench.troubles({place: one})
            after = self.total(one) + turn.points
            if troubles:
                against[troubles[0].rpartition(" ")[2]] += 1
            elif after > self.total(holder):
                heavier.append(f"{self.names[one]}将达 {after:g} 分")
            else:
                lighter.append(self.names[one])
        return _reasons(len(others), against, heavier, lighter, self.total(holder))

    def _pairs_said(self, person: int) -> list[str]:
        said = []
        for pair in self.pairs:
            ends = {pair.one.person_id: pair.other, pair.other.person_id: pair.one}
            if person not in ends:
                continue
            other = ends[person]
            mine = {one.watch.pk for one in self.turns.get(person, [])}
            yours = {one.watch.pk for one in self.turns.get(other.person_id, [])}
            both = len(mine & yours)
            if pair.kind == PairKind.APART:
                word = f"有 {both} 班同班，不符合要求" if both else "没有同班，符合要求"
                said.append(f"与{other.person.name}不排同班：{word}。")
            else:
                alone = len(mine ^ yours)
                word = f"另有 {alone} 班没有同班" if alone else "全部同班，符合要求"
                said.append(f"与{other.person.name}须排同班：同班 {both} 次，{word}。")
        return said


def carried_said(carried: Carried) -> list[str]:
    """Where the balance of past years and the addition come from."""
    said = []
    if carried.past_served or carried.past_due:
        served, due = carried.past_served / 10, float(carried.past_due) / 10
        effect = (
            "多值的今年少排" if carried.past > 0 else "少值的今年补上" if carried.past < 0 else "与同岗位持平"
        )
        said.append(
            f"往年结余 {carried.past / 10:g} 分：往年实际值班 {served:g} 分，按在岗时间应摊 {due:.1f} 分，{effect}。"
        )
    if carried.added:
        said.append(
            f"未在岗补记 {carried.added / 10:g} 分：本年此前未在岗或不排班的时段，"
            "按同岗位人员平均计入，不因此多排。"
        )
    return said


def _reasons(count: int, against: Counter[str], heavier: list[str], lighter: list[str], mine: float) -> str:
    if not count:
        return "该岗位没有其他可值班人员。"
    parts = [f"{number} 人{why}" for why, number in against.most_common()]
    if heavier:
        more = f"等 {len(heavier)} 人" if len(heavier) > MOST_NAMED else ""
        parts.append(f"{'、'.join(heavier[:MOST_NAMED])}{more}，重于本人的 {mine:g} 分")
    if lighter:
        parts.append(f"{'、'.join(lighter[:MOST_NAMED])}可以接替且负担不更重，可在表上调整")
    return f"该岗位其他 {count} 人中，{'；'.join(parts)}。"


def _days(turns: list[Turn]) -> str:
    return "、".join(f"{one.day.day}日" for one in turns)


def _span(wish: DutyWish) -> str:
    first, last = wish.starts_on, wish.ends_on
    return f"{first.month}月{first.day}日" + (f"至{last.month}月{last.day}日" if last != first else "")


def _books_of(roster: DutyRoster) -> _Books:
    watches = watches_of(roster)
    known, at_posts = _people(posts_in(roster), watches)
    last = (roster.month + timedelta(days=31)).replace(day=1) - DAY
    return _Books(
        bench=bench_for(roster, running=True),
        order=sorted(known, key=lambda person: (known[person].rank_order, person)),
        names={person: one.person.name for person, one in known.items()},
        posts=at_posts,
        turns=_turns(roster, watches),
        carried=carried_into(roster),
        wishes=wishes_in(roster.organ_id, roster.month, last),
        pairs=pairs_of(roster.organ_id),
        absences=absences_between(set(known), roster.month, last),
    )


def _people(
    posts: list[DutyPost], watches: list[DutyWatch]
) -> tuple[dict[int, Appointment], dict[int, list[str]]]:
    """Who may serve or serves, by person, and at which posts each may."""
    known: dict[int, Appointment] = {}
    at_posts: defaultdict[int, list[str]] = defaultdict(list)
    for post in posts:
        for one in members_of(post):
            known.setdefault(one.person_id, one)
            at_posts[one.person_id].append(post.name)
    for watch in watches:
        for shift in watch.shifts.all():
            known.setdefault(shift.appointment.person_id, shift.appointment)
    return known, at_posts


def _turns(roster: DutyRoster, watches: list[DutyWatch]) -> dict[int, list[Turn]]:
    scales = scales_of(roster.organ_id, roster.month.year)
    found: defaultdict[int, list[Turn]] = defaultdict(list)
    for watch in watches:
        day = local(watch.starts_at).date()
        for shift in watch.shifts.all():
            kind, points = str(scales.kind(day).label), scales.points(day) / 10
            turn = Turn(watch, shift.post_id, shift.post.name, kind, points)
            found[shift.appointment.person_id].append(turn)
    return found
