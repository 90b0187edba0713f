"""What a change of hands would break that was whole before, by the verifier's judgement."""

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass, replace

from apps.accounts.models import Appointment
from apps.core.clock import local
from apps.duty.models import DutyRoster, DutyWatch
from apps.duty.plan import Plan
from apps.duty.selectors.planning import question_for
from apps.duty.verifier import Fault, faults_of

Places = Mapping[tuple[int, int], int]
WORDS = {
    "empty": "岗位空缺",
    "stranger": "不在该岗位可值班人员中",
    "away": "请假、外出或不排班",
    "double": "同一时间重复排班",
    "rest": "与前后班次间隔不足",
    "most": "超过每人每月最多班次",
    "apart": "不能与同班人员同班",
    "together": "须与指定人员同班",
    "fixed": "已指定在此值班",
}


@dataclass(frozen=True)
class Bench:
    """A roster as it stands, ready to be judged with changes: (watch, post) → person."""

    plan: Plan
    given: dict[tuple[int, int], int]
    names: dict[int, str]
    days: dict[int, str]

    def troubles(self, changes: Places) -> list[str]:
        """Sentences about rules broken by the changes and not before; empty when none is."""
        plan, given = self._narrowed(changes)
        before = Counter(faults_of(plan, given))
        after = Counter(faults_of(plan, given | dict(changes)))
        return sorted({self._said(fault) for fault in (after - before)})

    def _narrowed(self, changes: Places) -> tuple[Plan, dict[tuple[int, int], int]]:
        """Only the watches that change and whatever else those people serve: the rest cannot be touched."""
        people = set(changes.values()) | {self.given[place] for place in changes if place in self.given}
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

    def _said(self, fault: Fault) -> str:
        return " ".join(
            part
            for part in (self.days.get(fault.watch, ""), self.names.get(fault.person, ""), WORDS[fault.kind])
            if part
        )


def bench_for(roster: DutyRoster, *, running: bool = False) -> Bench:
    """The roster's bench; `running`: the watch that is on may change too."""
    question = question_for(roster, takes_running=running)
    given = {(one.watch, one.post): one.person for one in question.plan.open if one.person is not None}
    days = {
        row.pk: f"{local(row.starts_at).month}月{local(row.starts_at).day}日"
        for row in DutyWatch.objects.filter(roster=roster)
    }
    return Bench(question.plan, given, _names(question.people, given), days)


def _names(known: Mapping[int, str], given: Places) -> dict[int, str]:
    missing = set(given.values()) - set(known)
    rows = Appointment.objects.filter(person_id__in=missing).values_list("person_id", "person__name")
    return dict(known) | dict(rows)


def troubles_of(
    roster: DutyRoster, cells: Mapping[tuple[int, int], int | None], *, running: bool = False
) -> list[str]:
    """What putting these appointments on these places would break."""
    bench = bench_for(roster, running=running)
    people = dict(
        Appointment.objects.filter(pk__in=[who for who in cells.values() if who]).values_list(
            "pk", "person_id"
        )
    )
    names = dict(Appointment.objects.filter(pk__in=people).values_list("person_id", "person__name"))
    changes = {place: people[who] for place, who in cells.items() if who in people}
    return replace(bench, names=bench.names | names).troubles(changes) if changes else []
