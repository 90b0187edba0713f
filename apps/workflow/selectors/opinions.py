"""The 办理单 of a matter: opinions by column, the log, who has read."""

from dataclasses import dataclass

from django.db.models import F, QuerySet

from apps.workflow.definition import load
from apps.workflow.models import Matter, Opinion, Reading, Run, StepLog
from apps.workflow.selectors.passing import PassingRoot, passing_of


@dataclass(frozen=True)
class OpinionColumn:
    """One column of the sheet. `is_leader` ones stand first and in larger type."""

    name: str
    is_leader: bool
    opinions: tuple[Opinion, ...]


def opinions_of(matter: Matter) -> list[Opinion]:
    """All opinions in column order, within a column by rank of the place, then by time."""
    return [opinion for column in opinion_columns(matter) for opinion in column.opinions]


def opinion_columns(matter: Matter) -> list[OpinionColumn]:
    """The columns that hold something: leaders' first, then as the procedure orders them. Two queries.

    Words of acts that were taken back stay, with `Opinion.is_taken_back`.
    """
    run = Run.objects.filter(matter=matter).select_related("version").order_by("-started_at", "-id").first()
    definition = load(run.version.definition) if run else None
    order = definition.columns if definition else ()
    leaders = definition.leader_columns if definition else frozenset()
    by_column: dict[str, list[Opinion]] = {name: [] for name in order}
    rows = (
        Opinion.objects.filter(matter=matter).select_related("task").order_by("unit_rank_order", "at", "id")
    )
    for opinion in rows:
        by_column.setdefault(opinion.column, []).append(opinion)
    return [
        OpinionColumn(name, name in leaders or any(_is_instruction(row) for row in found), tuple(found))
        for name, found in by_column.items()
        if found
    ]


def _is_instruction(opinion: Opinion) -> bool:
    return opinion.action == Opinion.Action.INSTRUCT


def latest_instruction(matter: Matter) -> Opinion | None:
    """The newest words of a leader, for the top of the phone page."""
    return (
        Opinion.objects.filter(matter=matter, action__in=[Opinion.Action.SIGN, Opinion.Action.INSTRUCT])
        .order_by("-at", "-id")
        .first()
    )


def log_of(matter: Matter) -> QuerySet[StepLog]:
    """流转记录 in the order things happened."""
    return StepLog.objects.filter(matter=matter).order_by("at", "id")


@dataclass(frozen=True)
class ReadingUnit:
    """The readers of one place, in rank order."""

    name: str
    readings: tuple[Reading, ...]
    read_count: int

    @property
    def total(self) -> int:
        """How many were asked to read."""
        return len(self.readings)

    @property
    def unread_count(self) -> int:
        """How many have not."""
        return self.total - self.read_count


@dataclass(frozen=True)
class ReadingTree:
    """阅读情况 of a matter by place."""

    units: tuple[ReadingUnit, ...]
    passing: tuple[PassingRoot, ...] = ()

    @property
    def total(self) -> int:
        """How many were asked to read."""
        return sum(unit.total for unit in self.units)

    @property
    def was_passed_on(self) -> bool:
        """Whether a reader sent it to others, or several people began: then the picture says more than the list."""
        return len(self.passing) > 1 or any(row.onward for root in self.passing for row in root.onward)

    @property
    def read_count(self) -> int:
        """How many have read."""
        return sum(unit.read_count for unit in self.units)

    @property
    def unread_count(self) -> int:
        """How many have not."""
        return self.total - self.read_count

    @property
    def unread_units(self) -> list[ReadingUnit]:
        """Places where somebody has not read."""
        return [unit for unit in self.units if unit.unread_count]


def reading_tree(matter: Matter) -> ReadingTree:
    """Who was asked to read and who has: by organ in rank order, or by unit when all are of one organ. One query."""
    rows = list(
        Reading.objects.filter(matter=matter, cancelled_at__isnull=True)
        .select_related("person", "appointment__organ", "appointment__unit", "sent_by")
        .order_by(
            "appointment__organ__rank_order",
            "appointment__organ_id",
            F("appointment__unit__rank_order").asc(nulls_first=True),
            "appointment__rank_order",
            "id",
        )
    )
    is_inside = len({reading.appointment.organ_id for reading in rows}) == 1
    places: dict[str, list[Reading]] = {}
    for reading in rows:
        post = reading.appointment
        inside = post.unit.name if post.unit else "领导"
        places.setdefault(inside if is_inside else post.organ.short_name, []).append(reading)
    return ReadingTree(
        tuple(
            ReadingUnit(name, tuple(found), sum(row.read_at is not None for row in found))
            for name, found in places.items()
        ),
        passing=passing_of(rows),
    )
