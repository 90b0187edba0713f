"""Procedures as data, runs that pin a version, to-dos and reads as different things, opinions that never change.

A `Matter` (事项) is the card of a subject of an upper floor: what lists show. The upper app keeps it current.
"""

from apps.workflow.models.matters import Follow, Matter, Participation, Urgency
from apps.workflow.models.record import Opinion, Phrase, Reading, StepLog
from apps.workflow.models.runs import Procedure, ProcedureVersion, Run, Task

__all__ = [
    "Follow",
    "Matter",
    "Opinion",
    "Participation",
    "Phrase",
    "Procedure",
    "ProcedureVersion",
    "Reading",
    "Run",
    "StepLog",
    "Task",
    "Urgency",
]
