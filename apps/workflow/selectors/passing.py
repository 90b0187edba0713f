"""Who passed a matter to whom: the readers as a forest, each below the one who sent it."""

from collections.abc import Sequence
from dataclasses import dataclass

from apps.workflow.models import Reading


@dataclass(frozen=True)
class Passed:
    """A reader and those the reader passed it on to, in the order they got it."""

    reading: Reading
    onward: tuple["Passed", ...]

    @property
    def reach(self) -> int:
        """How many got it from here on, without the reader."""
        return sum(1 + child.reach for child in self.onward)


@dataclass(frozen=True)
class PassingRoot:
    """Somebody who sent without having it to read, such as the clerk, and whom it went to."""

    name: str
    onward: tuple[Passed, ...]


def passing_of(rows: Sequence[Reading]) -> tuple[PassingRoot, ...]:
    """Every reading exactly once. A sender who got it later than sending stands as a root: nobody passes on what he has not."""
    by_person = {row.person_id: row for row in rows}
    children: dict[int, list[Reading]] = {}
    roots: dict[int, list[Reading]] = {}
    for row in sorted(rows, key=lambda row: (row.sent_at, row.pk)):
        above = by_person.get(row.sent_by_id)
        if above is not None and (above.sent_at, above.pk) < (row.sent_at, row.pk):
            children.setdefault(above.pk, []).append(row)
        else:
            roots.setdefault(row.sent_by_id, []).append(row)

    def grown(row: Reading) -> Passed:
        return Passed(row, tuple(grown(child) for child in children.get(row.pk, ())))

    return tuple(
        PassingRoot(found[0].sent_by.name, tuple(grown(row) for row in found)) for found in roots.values()
    )
