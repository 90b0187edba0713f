"""Verbs of supervision."""

from apps.supervision.services.comments import item_comment
from apps.supervision.services.extensions import extension_ask, extension_decide
from apps.supervision.services.items import (
    GRADES,
    ItemDraft,
    item_accept,
    item_act,
    item_amend,
    item_apply_close,
    item_assign,
    item_complete,
    item_establish,
    item_evaluate,
    item_propose,
)
from apps.supervision.services.matters import matters_propose
from apps.supervision.services.measures import (
    InterviewDraft,
    item_delist,
    item_interview,
    item_list_publicly,
)
from apps.supervision.services.milestones import milestone_add, milestone_reach, milestone_remove
from apps.supervision.services.notices import item_urge, notice_sign
from apps.supervision.services.parts import item_split
from apps.supervision.services.plans import BATCHES, items_batch, plan_propose
from apps.supervision.services.reports import report_answer, report_confirm, report_drop, report_write
from apps.supervision.services.succession import items_succeed
from apps.supervision.services.summaries import summary_draft, summary_word

__all__ = [
    "BATCHES",
    "GRADES",
    "InterviewDraft",
    "ItemDraft",
    "extension_ask",
    "extension_decide",
    "item_accept",
    "item_act",
    "item_amend",
    "item_apply_close",
    "item_assign",
    "item_comment",
    "item_complete",
    "item_delist",
    "item_establish",
    "item_evaluate",
    "item_interview",
    "item_list_publicly",
    "item_propose",
    "item_split",
    "item_urge",
    "items_batch",
    "items_succeed",
    "matters_propose",
    "milestone_add",
    "milestone_reach",
    "milestone_remove",
    "notice_sign",
    "plan_propose",
    "report_answer",
    "report_confirm",
    "report_drop",
    "report_write",
    "summary_draft",
    "summary_word",
]
