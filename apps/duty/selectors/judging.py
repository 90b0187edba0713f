"""What a change of hands would break that was whole before, by the verifier's judgement."""

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import datetime

from apps.accounts.models import Appointment
from apps.core.clock import local
from apps.core.errors import NotFound
from apps.duty.checks import Finding
from apps.duty.models import DutyRoster, DutyWatch
from apps.duty.plan import Plan
from apps.duty.selectors.planning import question_for
from apps.duty.verifier import Fault, faults_of

Place = tuple[int, int]
Places = Mapping[Place, int]
Moves = Mapping[Place, int | None]
Elsewhere = Mapping[tuple[int, datetime], int]
WORDS = {
    "empty": "岗位空缺",
    "stranger": "不在该岗位可值班人员中",
    "away": "请假、外出或不排班",
    "night": "该时段不排班",  # colleagues read this too: neither why nor that it is about nights
    "double": "同一时间重复排班",
    "rest": "与前后班次间隔不足",
    "most": "超过每人每月最多班次",
    "apart": "不能与同班人员同班",
    "together": "须与指定人员同班",
    "fixed": "已指定在此值班",
}
RULES = frozenset({"stranger", "night", "most", "apart", "together", "fixed"})
PASSED = frozenset({"empty"})  # an empty place is seen and counted anyway


@dataclass(frozen=True)
class Bench:
    """A roster as it stands, ready to be judged with changes: (watch, post) → person."""

    plan: Plan
    given: dict[tuple[int, int], int]
    names: dict[int, str]
    days: dict[int, str]

    def troubles(
        self, changes: Moves, *, elsewhere: Elsewhere | None = None, passed_over: frozenset[str] = frozenset()
    ) -> list[str]:
        """Sentences about rules broken by the changes and not before; empty when none is. None takes whoever is there away.

        `elsewhere`: what changes hands at the same time outside the month, as (post, start) → person.
        """
        plan, given = self._narrowed(changes)
        before = Counter(faults_of(plan, given))
        after = Counter(faults_of(_moved_elsewhere(plan, elsewhere or {}), _after(given, changes)))
        return sorted({self.said(fault) for fault in (after - before) if fault.kind not in passed_over})

    def moved(self, changes: Moves) -> "Bench":
        """The bench with the changes made."""
        return replace(self, given=_after(self.given, changes))

    def _narrowed(self, changes: Moves) -> tuple[Plan, dict[tuple[int, int], int]]:
        """Only the watches that change and whatever else those people serve: the rest cannot be touched."""
        people = {who for who in changes.values() if who} | {
            self.given[place] for place in changes if place in self.given
        }
        watches = {watch for watch, _ in changes}
        given = {
            (watch, post): person
            for (watch, post), person in self.given.items()
            if person in people or watch in watches
        }
        places = [
            one
            for one in self.plan.places
            if (
                one.person in people
                if not one.watch
                else (one.watch, one.post) in given or (one.watch, one.post) in changes
            )
        ]
        return replace(self.plan, places=places), given

    def place_of(self, fault: Fault) -> Place:
        """Where it shows: the place of the person in that watch, else the place kept for the person; (0, 0) when nowhere."""
        here = [place for place, who in self.given.items() if place[0] == fault.watch and who == fault.person]
        kept = [
            place for place, who in self.plan.fixed.items() if place[0] == fault.watch and who == fault.person
        ]
        return min(kept if fault.kind == "fixed" and kept else here, default=(0, 0))

    def said(self, fault: Fault) -> str:
        """In words: day, person, rule."""
        return " ".join(
            part
            for part in (self.days.get(fault.watch, ""), self.names.get(fault.person, ""), WORDS[fault.kind])
            if part
        )


def bench_for(roster: DutyRoster, *, running: bool = False) -> Bench:
    """The roster's bench; `running`: the watch that is on may change too."""
    question = question_for(roster, takes_running=running)
    given = {(one.watch, one.post): one.person for one in question.plan.open if one.person is not None}
    return Bench(question.plan, given, _names(question.people, given), _days(roster))


def _days(roster: DutyRoster) -> dict[int, str]:
    return {
        row.pk: f"{local(row.starts_at).month}月{local(row.starts_at).day}日"
        for row in DutyWatch.objects.filter(roster=roster)
    }


def _after(given: Places, changes: Moves) -> dict[Place, int]:
    return {place: who for place, who in (dict(given) | dict(changes)).items() if who is not None}


def _moved_elsewhere(plan: Plan, elsewhere: Elsewhere) -> Plan:
    places = [
        one if one.is_here else replace(one, person=elsewhere.get((one.post, one.starts_at), one.person))
        for one in plan.places
    ]
    return replace(plan, places=places)


def _names(known: Mapping[int, str], given: Places) -> dict[int, str]:
    missing = set(given.values()) - set(known)
    rows = Appointment.objects.filter(person_id__in=missing).values_list("person_id", "person__name")
    return dict(known) | dict(rows)


def troubles_of(
    roster: DutyRoster,
    cells: Mapping[tuple[int, int], int | None],
    *,
    running: bool = False,
    elsewhere: Elsewhere | None = None,
) -> list[str]:
    """What putting these appointments on these places would break; `elsewhere` as in `Bench.troubles`."""
    bench = bench_for(roster, running=running)
    people = dict(
        Appointment.objects.filter(pk__in=[who for who in cells.values() if who]).values_list(
            "pk", "person_id"
        )
    )
    names = dict(Appointment.objects.filter(pk__in=people).values_list("person_id", "person__name"))
    changes = {place: people[who] for place, who in cells.items() if who in people}
    return replace(bench, names=bench.names | names).troubles(changes, elsewhere=elsewhere) if changes else []


def rule_findings(roster: DutyRoster, given: Places) -> list[Finding]:
    """What the verifier finds in the month beyond rest, doubles and absences: limits, pairs, fixed days, who may serve where."""
    question = question_for(roster, takes_running=True)
    open_places = {(one.watch, one.post) for one in question.plan.open}
    judged = {place: who for place, who in given.items() if place in open_places}
    bench = Bench(question.plan, judged, _names(question.people, judged), _days(roster))
    return [
        Finding(bench.place_of(fault), f"{bench.said(fault)}。")
        for fault in faults_of(question.plan, judged)
        if fault.kind in RULES
    ]


def reach_of(roster: DutyRoster, cells: Moves, person: int, source: Place | None) -> dict[Place, list[str]]:
    """For every place the person in hand could be put on: what it would break; nothing when it breaks nothing.

    `cells` are changes not saved yet, as appointments; `source` is the place the person leaves: whoever was where the person
    goes comes there in exchange. Raises `NotFound` for somebody of another organ.
    """
    wanted = {who for who in cells.values() if who}
    people = dict(
        Appointment.objects.filter(pk__in=wanted, organ_id=roster.organ_id).values_list("pk", "person_id")
    )
    hand = Appointment.objects.filter(person_id=person, organ_id=roster.organ_id).select_related("person")
    if not hand:
        raise NotFound
    bench = bench_for(roster, running=True).moved(
        {place: people.get(who or 0) for place, who in cells.items()}
    )
    bench = replace(bench, names=bench.names | {person: hand[0].person.name})
    found = {}
    for one in bench.plan.open:
        target = (one.watch, one.post)
        if target == source or bench.given.get(target) == person:
            continue
        changes: dict[Place, int | None] = {target: person}
        if source is not None:
            changes[source] = bench.given.get(target)
        found[target] = bench.troubles(changes, passed_over=PASSED)
    return found
