"""The procedures of 信息审核 and 刊物签发 as data: installed once, versioned by workflow, edited by administrators afterwards."""

from typing import Any

CATEGORY = "briefing"
NAME = "信息报送"
ITEM_CODE, ITEM_NAME = "info_item", "信息审核"
ISSUE_CODE, ISSUE_NAME = "bulletin_issue", "刊物签发"
WRITE, COMPOSE = "write", "compose"

_HEAD = [{"to": "head", "when": "needs_head"}, {"to": "end"}]

ITEM: dict[str, Any] = {
    "start": WRITE,
    "facts": {"needs_unit_head": "须科室负责人审核", "needs_head": "须单位主要负责人审签"},
    "columns": ["主要负责人审签意见", "科室负责人审核意见"],
    "steps": [
        {
            "code": WRITE,
            "name": "撰稿",
            "mode": "one",
            "assignee": {"rule": "initiator"},
            "column": "报送说明",
            "actions": ["submit"],
            "next": [{"to": "unit_head", "when": "needs_unit_head"}, *_HEAD],
        },
        {
            "code": "unit_head",
            "name": "科室负责人审核",
            "mode": "first",
            "assignee": {"rule": "initiator_unit_head"},
            "column": "科室负责人审核意见",
            "due_workdays": 1,
            "actions": ["approve", "return"],
            "next": _HEAD,
        },
        {
            "code": "head",
            "name": "主要负责人审签",
            "mode": "first",
            "assignee": {"rule": "role_in_organ", "role": "principal_head"},
            "column": "主要负责人审签意见",
            "due_workdays": 1,
            "actions": ["approve", "return"],
            "next": [{"to": "end"}],
        },
    ],
}

ISSUE: dict[str, Any] = {
    "start": COMPOSE,
    "columns": ["签发意见"],
    "steps": [
        {
            "code": COMPOSE,
            "name": "编辑",
            "mode": "one",
            "assignee": {"rule": "initiator"},
            "column": "送签说明",
            "actions": ["submit"],
            "must_choose": True,
            "next": [{"to": "sign"}],
        },
        {
            "code": "sign",
            "name": "签发",
            "mode": "one",
            "assignee": {"rule": "chosen"},
            "column": "签发意见",
            "due_workdays": 1,
            "actions": ["sign", "return"],
            "next": [{"to": "end"}],
        },
    ],
}
