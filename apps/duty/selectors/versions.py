"""The history of a roster, and what lies between two of its versions."""

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime

from apps.accounts.models import Appointment
from apps.core.actors import Actor
from apps.core.clock import local
from apps.core.errors import NotFound
from apps.core.spreadsheets import Cell
from apps.duty.enums import VersionAct
from apps.duty.models import DutyPost, DutyRoster, DutyWatch, RosterVersion
from apps.duty.policies import makes_roster
from apps.duty.selectors.rosters import shown_to

Moved = dict[tuple[int, int], tuple[int | None, int | None]]
HEADS = ("版本", "时间", "方式", "事由", "经办", "班次", "岗位", "原值班人员", "现值班人员")


@dataclass(frozen=True)
class Move:
    """One place that has another holder; an empty name is an empty place."""

    watch: DutyWatch
    post: str
    before: str
    after: str


@dataclass(frozen=True)
class PersonMoves:
    """What one person lost and gained, as day and post."""

    name: str
    lost: list[str] = field(default_factory=list)
    gained: list[str] = field(default_factory=list)


@dataclass(frozen=True)
class Difference:
    """From one version to a later one: place by place in order of time, and person by person."""

    older: int
    newer: int
    moves: list[Move]
    people: list[PersonMoves]


def roster_read(actor: Actor, roster_id: int) -> DutyRoster:
    """The roster for whoever may read it now. Raises `NotFound`."""
    found = DutyRoster.objects.filter(pk=roster_id, organ_id=actor.organ_id or 0).first()
    shown = shown_to(actor, found)
    if shown is None:
        raise NotFound
    return shown


def versions_of(actor: Actor, roster: DutyRoster) -> list[RosterVersion]:
    """Newest first. The way to the first publication is for whoever makes the roster, what came after for all its readers."""
    rows = RosterVersion.objects.filter(roster=roster)
    if not makes_roster(actor):
        out = rows.filter(act=VersionAct.PUBLISHED).values_list("number", flat=True).first()
        rows = rows.filter(number__gte=out) if out else rows.filter(act=VersionAct.CHANGED)
    return list(rows.order_by("-number"))


def difference_of(versions: Sequence[RosterVersion], older: int, newer: int) -> Difference:
    """What the steps after `older` up to `newer` changed in the end; a place moved there and back does not count."""
    older, newer = min(older, newer), max(older, newer)
    net: Moved = {}
    for step in sorted(versions, key=lambda one: one.number):
        if older < step.number <= newer:
            for watch, post, before, after in step.places:
                first = net.get((watch, post), (before, None))[0]
                net[watch, post] = (first, after)
    changed = {place: ends for place, ends in net.items() if ends[0] != ends[1]}
    moves = _known([changed]).moves(changed)
    return Difference(older, newer, moves, _by_person(moves))


@dataclass(frozen=True)
class _Known:
    """The rows behind the numbers of some moves, read once."""

    watches: dict[int, DutyWatch]
    posts: dict[int, DutyPost]
    names: dict[int, str]

    def moves(self, net: Moved) -> list[Move]:
        """In order of time and post."""

        def order(place: tuple[int, int]) -> tuple[datetime, int, int]:
            watch, post = place
            return self.watches[watch].starts_at, self.posts[post].rank_order, post

        return [
            Move(
                self.watches[place[0]],
                self.posts[place[1]].name,
                *(self.names.get(who or 0, "") for who in net[place]),
            )
            for place in sorted(net, key=order)
        ]


def _known(nets: Sequence[Moved]) -> _Known:
    people = {who for net in nets for ends in net.values() for who in ends if who}
    rows = Appointment.objects.filter(pk__in=people).values_list("pk", "person__name")
    return _Known(
        watches=DutyWatch.objects.in_bulk({watch for net in nets for watch, _ in net}),
        posts=DutyPost.objects.in_bulk({post for net in nets for _, post in net}),
        names=dict(rows),
    )


def _by_person(moves: list[Move]) -> list[PersonMoves]:
    found: defaultdict[str, tuple[list[str], list[str]]] = defaultdict(lambda: ([], []))
    for one in moves:
        what = f"{local(one.watch.starts_at).day}日{one.post}"
        if one.before:
            found[one.before][0].append(what)
        if one.after:
            found[one.after][1].append(what)
    return [PersonMoves(name, lost, gained) for name, (lost, gained) in found.items()]


def version_cells(versions: Sequence[RosterVersion]) -> list[list[Cell]]:
    """Every step with every place it moved, in the order of `HEADS`; a step without a move has one line."""
    nets: list[Moved] = [
        {(watch, post): (before, after) for watch, post, before, after in step.places} for step in versions
    ]
    known = _known(nets)
    made: list[list[Cell]] = []
    for step, net in zip(versions, nets, strict=True):
        about: list[Cell] = [step.number, step.made_at, str(step.get_act_display()), step.words, step.by_text]
        made += [
            [*about, one.watch.starts_at, one.post, one.before, one.after] for one in known.moves(net)
        ] or [[*about, None, "", "", ""]]
    return made
