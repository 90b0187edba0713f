"""Verbs of integration: systems, their keys, the to-dos they push and what they are told."""

from apps.integration.services.answering import answer_once, answers_forget
from apps.integration.services.center import favourite_move, favourite_set
from apps.integration.services.installation import procedure_set_up
from apps.integration.services.signing_on import (
    client_secret_issue,
    entry_record,
    entry_required,
    tokens_forget,
)
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
from apps.integration.services.webhooks import (
    deliveries_sweep,
    delivery_requeue,
    delivery_send,
    hook_keep,
    hook_secret_issue,
    hook_try,
    hooks_queue,
)

__all__ = [
    "RowResult",
    "SystemFacts",
    "TodoRow",
    "answer_once",
    "answers_forget",
    "client_secret_issue",
    "deliveries_sweep",
    "delivery_requeue",
    "delivery_send",
    "entry_record",
    "entry_required",
    "favourite_move",
    "favourite_set",
    "hook_keep",
    "hook_secret_issue",
    "hook_try",
    "hooks_queue",
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
    "tokens_forget",
]
