"""How changes of items become figures: triggers, so that no writer can forget, whatever the statement.

Every statement on items adds signed rows to `Tally`, grouped by who does the item and by one axis at a time; nothing is counted in
place, so writers never wait for each other. `services.tallies` adds the rows up and follows the clock: what the board shows is the
sum of all rows, corrected in the same statement by the items whose light has turned since it was counted.
"""

from datetime import UTC, datetime

import pgtrigger

from apps.core.clock import CITY_ZONE
from apps.supervision.enums import LightKind, State
from apps.supervision.lifecycle import RUNNING

# a light not counted yet: the item is looked at again at once
UNSETTLED = datetime(1970, 1, 1, tzinfo=UTC)
REVIEWED = (State.CLOSING_REVIEW, State.REPORTED)
CLOCKS = ("state", "due_at", "yellow_at", "report_due_at", "milestone_due_at")
# yellow begins at its moment, the other dates are kept until their very end
GREEN_UNTIL = "LEAST(NEW.yellow_at, {})".format(
    ", ".join(
        f"NEW.{name} + interval '1 microsecond'" for name in ("due_at", "report_due_at", "milestone_due_at")
    )
)
GROUP = "organ_id, lead_organ_id, lead_unit_id, axis, key"
MEASURES = ("green", "yellow", "red", "review", "assigned", "done", "late")


def _listed(states: tuple[State, ...]) -> str:
    return ", ".join(f"'{state}'" for state in states)


def _month(field: str) -> str:
    return f"to_char(row.{field} AT TIME ZONE '{CITY_ZONE.key}', 'YYYY-MM')"


def _when(condition: str) -> str:
    return f"CASE WHEN {condition} THEN row.sign ELSE 0 END"


IS_RUNNING = f"row.state IN ({_listed(RUNNING)})"
LIGHTS = [
    _when(f"{IS_RUNNING} AND row.counted_light = '{light}'")
    for light in (LightKind.GREEN, LightKind.YELLOW, LightKind.RED)
]
STOCK = ", ".join([*LIGHTS, _when(f"row.state IN ({_listed(REVIEWED)})"), "0", "0", "0"])
DONE = f"0, 0, 0, 0, 0, row.sign, {_when('row.is_late')}"
WEEK = f"to_char(date_trunc('week', row.completed_at AT TIME ZONE '{CITY_ZONE.key}'), 'YYYY-MM-DD')"
YEAR = f"to_char(row.completed_at AT TIME ZONE '{CITY_ZONE.key}', 'YYYY')"
# axis, key, the seven measures
AXES = f"""
    ('source', row.source::text, {STOCK}),
    ('leader', COALESCE(row.leader_id, 0)::text, {STOCK}),
    ('source_y', row.source || ' ' || {YEAR}, {DONE}),
    ('leader_y', COALESCE(row.leader_id, 0) || ' ' || {YEAR}, {DONE}),
    ('month', {_month("due_at")}, {STOCK}),
    ('month', {_month("assigned_at")}, 0, 0, 0, 0, row.sign, 0, 0),
    ('month', {_month("completed_at")}, {DONE}),
    ('week', {WEEK}, {DONE})
"""


def counted(rows: str) -> str:
    """The statement that adds signed items to the figures."""
    sums = ", ".join(f"sum({name})" for name in MEASURES)
    return f"""
        INSERT INTO supervision_tally ({GROUP}, {", ".join(MEASURES)})
        SELECT row.organ_id, row.lead_organ_id, row.lead_unit_id, part.axis, part.key, {sums}
        FROM ({rows}) AS row
        CROSS JOIN LATERAL (VALUES {AXES}) AS part(axis, key, {", ".join(MEASURES)})
        WHERE part.key IS NOT NULL
        GROUP BY row.organ_id, row.lead_organ_id, row.lead_unit_id, part.axis, part.key
        HAVING {" OR ".join(f"sum({name}) <> 0" for name in MEASURES)}
    """  # noqa: S608  # our own names


def _trigger(name: str, operation: pgtrigger.Operation, rows: str, **tables: str) -> pgtrigger.Trigger:
    return pgtrigger.Trigger(
        name=name,
        level=pgtrigger.Statement,
        when=pgtrigger.After,
        operation=operation,
        referencing=pgtrigger.Referencing(**tables),  # type: ignore[no-untyped-call]  # the library's
        func=f"{counted(rows)}; RETURN NULL;",
    )


COUNTED = (
    "organ_id", "lead_organ_id", "lead_unit_id", "source", "leader_id", "state", "counted_light", "due_at", "assigned_at",
    "completed_at", "is_late",
)  # fmt: skip


def _changed() -> str:
    """Old and new rows of an update, those only that are counted otherwise now."""
    differ = "({}) IS DISTINCT FROM ({})".format(
        *(", ".join(f"{side}.{name}" for name in COUNTED) for side in ("was", "now_is"))
    )
    both = f"FROM was JOIN now_is ON now_is.id = was.id WHERE {differ}"
    return f"SELECT 1 AS sign, now_is.* {both} UNION ALL SELECT -1 AS sign, was.* {both}"


def item_triggers() -> list[pgtrigger.Trigger]:
    """How long it is green follows from its dates; a changed clock or state is looked at again; every change is counted."""
    added, gone = "SELECT 1 AS sign, now_is.* FROM now_is", "SELECT -1 AS sign, was.* FROM was"
    return [
        pgtrigger.Trigger(
            name="item_clocked",
            when=pgtrigger.Before,
            operation=pgtrigger.Insert | pgtrigger.Update,
            func=f"NEW.green_until := {GREEN_UNTIL}; RETURN NEW;",
        ),
        pgtrigger.Trigger(
            name="item_unsettled",
            when=pgtrigger.Before,
            operation=pgtrigger.Update,
            func=f"""
                IF ({", ".join(f"OLD.{name}" for name in CLOCKS)})
                    IS DISTINCT FROM ({", ".join(f"NEW.{name}" for name in CLOCKS)})
                THEN NEW.light_until := to_timestamp(0); END IF;
                RETURN NEW;
            """,
        ),
        _trigger("item_counted_new", pgtrigger.Insert, added, new="now_is"),
        _trigger("item_counted_gone", pgtrigger.Delete, gone, old="was"),
        _trigger("item_counted_changed", pgtrigger.Update, _changed(), old="was", new="now_is"),
    ]
