"""Verbs of information reporting."""

from apps.briefings.services.bulletins import bulletin_keep
from apps.briefings.services.commissions import (
    commission_change,
    commission_close,
    commission_issue,
    commission_reopen,
    commission_urge,
)
from apps.briefings.services.desk import (
    adoption_edit,
    item_reopen,
    item_settle,
    item_take,
    items_adopt,
)
from apps.briefings.services.exporting import export_note
from apps.briefings.services.installation import procedures_set_up
from apps.briefings.services.issues import (
    issue_arrange,
    issue_begin,
    issue_drop,
    issue_entry_add,
    issue_entry_remove,
    issue_send_back,
    issue_sign,
    issue_submit,
    issue_withdraw,
)
from apps.briefings.services.items import (
    item_approve,
    item_discard,
    item_save,
    item_send_back,
    item_submit,
    item_withdraw,
)
from apps.briefings.services.publishing import (
    instruction_cancel,
    issue_instruct,
    issue_publish,
    issue_send,
)
from apps.briefings.services.scores import board_keep, score_cancel, use_record

__all__ = [
    "adoption_edit",
    "board_keep",
    "bulletin_keep",
    "commission_change",
    "commission_close",
    "commission_issue",
    "commission_reopen",
    "commission_urge",
    "export_note",
    "instruction_cancel",
    "issue_arrange",
    "issue_begin",
    "issue_drop",
    "issue_entry_add",
    "issue_entry_remove",
    "issue_instruct",
    "issue_publish",
    "issue_send",
    "issue_send_back",
    "issue_sign",
    "issue_submit",
    "issue_withdraw",
    "item_approve",
    "item_discard",
    "item_reopen",
    "item_save",
    "item_send_back",
    "item_settle",
    "item_submit",
    "item_take",
    "item_withdraw",
    "items_adopt",
    "procedures_set_up",
    "score_cancel",
    "use_record",
]
