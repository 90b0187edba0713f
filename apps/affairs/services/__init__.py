"""Verbs of personal affairs."""

from apps.affairs.services.away import away_change, away_discard, away_save
from apps.affairs.services.exporting import export_note
from apps.affairs.services.flow import (
    away_approve,
    away_cancel,
    away_close,
    away_return,
    away_submit,
    away_withdraw,
)
from apps.affairs.services.installation import procedure_set_up
from apps.affairs.services.suggestions import (
    suggestion_add,
    suggestion_answer,
    suggestion_close,
    suggestion_reopen,
    suggestion_write,
    suggestions_export_note,
)

__all__ = [
    "away_approve",
    "away_cancel",
    "away_change",
    "away_close",
    "away_discard",
    "away_return",
    "away_save",
    "away_submit",
    "away_withdraw",
    "export_note",
    "procedure_set_up",
    "suggestion_add",
    "suggestion_answer",
    "suggestion_close",
    "suggestion_reopen",
    "suggestion_write",
    "suggestions_export_note",
]
