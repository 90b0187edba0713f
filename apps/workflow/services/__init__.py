"""Verbs of workflow: matters, runs, to-dos, reads, opinions, phrases, procedures."""

from apps.workflow.services.acts import (
    task_complete,
    task_opened,
    task_reassign,
    task_return,
    task_withdraw,
)
from apps.workflow.services.deadlines import deadlines_recompute, tasks_due_set
from apps.workflow.services.given import given_end, given_finish, run_give
from apps.workflow.services.matters import matter_follow, matter_open, matter_unfollow, matter_update
from apps.workflow.services.moves import StepResult
from apps.workflow.services.opinions import opinion_add
from apps.workflow.services.phrases import (
    phrase_add,
    phrase_change,
    phrase_move,
    phrase_remove,
    phrases_offer,
)
from apps.workflow.services.procedures import (
    definition_check,
    procedure_install,
    procedure_switch,
    procedure_version_add,
)
from apps.workflow.services.readings import (
    matter_read,
    reading_cancel,
    reading_done,
    reading_send,
    readings_urge,
)
from apps.workflow.services.runs import run_start, run_terminate, run_urge

__all__ = [
    "StepResult",
    "deadlines_recompute",
    "definition_check",
    "given_end",
    "given_finish",
    "matter_follow",
    "matter_open",
    "matter_read",
    "matter_unfollow",
    "matter_update",
    "opinion_add",
    "phrase_add",
    "phrase_change",
    "phrase_move",
    "phrase_remove",
    "phrases_offer",
    "procedure_install",
    "procedure_switch",
    "procedure_version_add",
    "reading_cancel",
    "reading_done",
    "reading_send",
    "readings_urge",
    "run_give",
    "run_start",
    "run_terminate",
    "run_urge",
    "task_complete",
    "task_opened",
    "task_reassign",
    "task_return",
    "task_withdraw",
    "tasks_due_set",
]
