"""The seating plan as it is drawn, and whom one may list for an item."""

from dataclasses import dataclass
from typing import Any

from apps.accounts.selectors import organs_picked
from apps.core.actors import Actor
from apps.meetings.enums import SeatZone
from apps.meetings.models import AgendaItem, Attendee, Meeting, SeatAssignment
from apps.meetings.policies import organises


@dataclass(frozen=True, kw_only=True)
class SeatCell:
    """A seat as drawn; `assignment` None is an empty one."""

    row: int
    number: int
    assignment: SeatAssignment | None
    is_mine: bool = False


@dataclass(frozen=True, kw_only=True)
class SeatRow:
    """A row from left to right."""

    row: int
    cells: list[SeatCell]

    @property
    def mirrored(self) -> list[SeatCell]:
        """As seen from the other side."""
        return self.cells[::-1]


@dataclass(frozen=True, kw_only=True)
class SeatPlan:
    """Zone by zone; `mine` is the reader's seat, `fixed` are those set by hand."""

    rostrum: list[SeatRow]
    table: list[SeatRow]
    hall: list[SeatRow]
    people: list[Attendee]
    mine: SeatAssignment | None
    fixed: list[SeatAssignment]
    facts: dict[str, Any]

    @property
    def is_empty(self) -> bool:
        """Whether nobody has been seated."""
        return not (self.rostrum or self.table or self.hall)

    @property
    def rostrum_back_first(self) -> list[SeatRow]:
        """Rows as the audience sees them: the back row above."""
        return self.rostrum[::-1]


def seat_plan(meeting: Meeting, *, mine: int | None = None) -> SeatPlan:
    """All seats of a meeting, two queries."""
    rows = list(meeting.seats.select_related("attendee__organ"))
    found = {(one.zone, one.row, one.number): one for one in rows}
    facts = meeting.seating or {}
    zones = {
        zone: [
            SeatRow(
                row=row,
                cells=[
                    SeatCell(
                        row=row,
                        number=number,
                        assignment=found.get((zone, row, number)),
                        is_mine=_is_mine(found.get((zone, row, number)), mine),
                    )
                    for number in range(1, length + 1)
                ],
            )
            for row, length in enumerate(facts.get(zone, []), start=1)
        ]
        for zone in SeatZone.values
    }
    return SeatPlan(
        rostrum=zones[SeatZone.ROSTRUM],
        table=zones[SeatZone.TABLE],
        hall=zones[SeatZone.HALL],
        people=list(meeting.attendees.select_related("organ", "seat")),
        mine=next((one for one in rows if one.attendee_id == mine), None),
        fixed=[one for one in rows if one.is_fixed],
        facts=_typed(facts),
    )


def _is_mine(one: SeatAssignment | None, mine: int | None) -> bool:
    return one is not None and one.attendee_id == mine


def _typed(facts: dict[str, Any]) -> dict[str, Any]:
    """Lengths as they are typed, equal ones together."""
    typed = {name: _grouped(facts.get(name, [])) for name in SeatZone.values}
    return typed | {"honour": facts.get("honour", "left"), "leaders": facts.get("leader_ids", [])}


def _grouped(lengths: list[int]) -> str:
    if len(lengths) > 2 and len(set(lengths)) == 1:
        return f"{lengths[0]}*{len(lengths)}"
    return " ".join(str(one) for one in lengths)


def attendees_named(actor: Actor, meeting: Meeting, item: AgendaItem) -> dict[str, Any]:
    """For the form of an item: everybody who may be seated for it, and who is."""
    if not organises(actor, meeting):
        return {"runs": False}
    return {
        "runs": True,
        "people": list(meeting.attendees.select_related("organ")),
        "seated": set(item.listeners.values_list("attendee_id", flat=True)),
        "organ_picked": organs_picked([item.organ]),
        "observers_picked": organs_picked(item.observers.all()),
    }
