"""Verbs of integration: systems, their keys, and the to-dos they push."""

from apps.integration.services.answering import answer_once, answers_forget
from apps.integration.services.installation import procedure_set_up
from apps.integration.services.systems import (
    SystemFacts,
    system_change,
    system_disable,
    system_enable,
    system_key_issue,
    system_register,
    system_used,
)
from apps.integration.services.todos import (
    RowResult,
    TodoRow,
    todo_dismiss,
    todo_opened,
    todos_complete,
    todos_push,
    todos_withdraw,
)

__all__ = [
    "RowResult",
    "SystemFacts",
    "TodoRow",
    "answer_once",
    "answers_forget",
    "procedure_set_up",
    "system_change",
    "system_disable",
    "system_enable",
    "system_key_issue",
    "system_register",
    "system_used",
    "todo_dismiss",
    "todo_opened",
    "todos_complete",
    "todos_push",
    "todos_withdraw",
]
