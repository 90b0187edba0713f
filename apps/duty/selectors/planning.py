"""The roster as a question for the solver, and the runs to look at."""

from dataclasses import dataclass, replace
from datetime import timedelta

from apps.core.actors import Actor
from apps.core.clock import local
from apps.core.errors import NotFound
from apps.duty.enums import PairKind, SolvingState, WatchState, WishKind
from apps.duty.models import DutyRoster, DutyWatch, DutyWish, RosterSolving
from apps.duty.plan import Plan, Rules
from apps.duty.policies import require_maker
from apps.duty.selectors.ledgers import carried_into
from apps.duty.selectors.rosters import (
    away_of,
    day_only_of,
    members_of,
    places_of,
    posts_in,
)
from apps.duty.selectors.rules import rules_of
from apps.duty.selectors.wishes import pairs_of, wishes_in


@dataclass(frozen=True)
class Question:
    """A plan with the names and appointments behind its numbers; `balanced` have a balance of past years."""

    plan: Plan
    people: dict[int, str]
    posts: dict[int, str]
    appointments: dict[tuple[int, int], int]
    balanced: int


def question_of(solving_id: int) -> Question | None:
    """What a running run asks; None when it has ended or is gone."""
    run = (
        RosterSolving.objects.filter(pk=solving_id, state=SolvingState.RUNNING)
        .select_related("roster")
        .first()
    )
    return question_for(run.roster) if run else None


def question_for(roster: DutyRoster, *, takes_running: bool = False) -> Question:
    """The month: watches already taken over stay as they are (`takes_running`: the one that is on does not), others may change."""
    posts = posts_in(roster)
    members = {post.pk: members_of(post) for post in posts}
    everybody = {one.person_id: one.person.name for group in members.values() for one in group}
    watches = list(roster.watches.order_by("starts_at"))
    states = {WatchState.PLANNED, WatchState.ON} if takes_running else {WatchState.PLANNED}
    planned = {watch.pk for watch in watches if watch.state in states}
    places = [
        place if place.watch in planned else replace(place, watch=0)
        for place in places_of(roster)
        if place.watch in planned or place.person is not None
    ]
    rules = rules_of(roster.organ_id)
    carried = carried_into(roster)
    wishes = wishes_in(roster.organ_id, roster.month, roster.month + timedelta(days=31))
    plan = Plan(
        places=places,
        members={post: [one.person_id for one in group] for post, group in members.items()},
        away=away_of(set(everybody), watches),
        day_only=day_only_of(set(everybody), watches),
        carried={person: one.total for person, one in carried.items()},
        rules=Rules(timedelta(hours=rules.rest_hours), rules.most, *_pairs(roster.organ_id)),
        wishes=_unwanted(wishes, watches),
        fixed=_fixed(wishes, watches, set(members)),
    )
    appointments = {(post, one.person_id): one.pk for post, group in members.items() for one in group}
    balanced = sum(carried[person].past != 0 for person in everybody if person in carried)
    return Question(plan, everybody, {post.pk: post.name for post in posts}, appointments, balanced)


def _pairs(organ_id: int) -> tuple[frozenset[frozenset[int]], frozenset[frozenset[int]]]:
    """Kept apart, kept together; one person under two appointments is no pair."""
    found: dict[str, set[frozenset[int]]] = {PairKind.APART: set(), PairKind.TOGETHER: set()}
    for pair in pairs_of(organ_id):
        if pair.one.person_id != pair.other.person_id:
            found[pair.kind].add(frozenset({pair.one.person_id, pair.other.person_id}))
    return frozenset(found[PairKind.APART]), frozenset(found[PairKind.TOGETHER])


def _days(wish: DutyWish, watches: list[DutyWatch]) -> list[int]:
    """Watches that begin on the days."""
    return [one.pk for one in watches if wish.starts_on <= local(one.starts_at).date() <= wish.ends_on]


def _unwanted(wishes: list[DutyWish], watches: list[DutyWatch]) -> frozenset[tuple[int, int]]:
    return frozenset(
        (wish.appointment.person_id, watch)
        for wish in wishes
        if wish.kind == WishKind.RATHER_NOT
        for watch in _days(wish, watches)
    )


def _fixed(wishes: list[DutyWish], watches: list[DutyWatch], posts: set[int]) -> dict[tuple[int, int], int]:
    """The first wish for a place holds."""
    made: dict[tuple[int, int], int] = {}
    for wish in wishes:
        if wish.kind == WishKind.FIXED and wish.post_id in posts:
            for watch in _days(wish, watches):
                made.setdefault((watch, wish.post_id), wish.appointment.person_id)
    return made


def solving_for(actor: Actor, solving_id: int, *, lock: bool = False) -> RosterSolving:
    """A run of the roster the person makes. Raises `NotFound`."""
    organ_id = require_maker(actor)
    rows = RosterSolving.objects.select_related("roster")
    if lock:
        rows = rows.select_for_update(of=("self",))
    found = rows.filter(pk=solving_id, roster__organ_id=organ_id).first()
    if found is None:
        raise NotFound
    return found


def last_solving(roster: DutyRoster) -> RosterSolving | None:
    """The newest run."""
    return RosterSolving.objects.filter(roster=roster).order_by("-pk").first()
