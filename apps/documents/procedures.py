"""Procedures of 办文 as data: installed once, versioned by workflow, drawn and edited by administrators afterwards."""

from typing import Any

Definition = dict[str, Any]
OUTGOING_CODE = "outgoing"
OUTGOING_NAME = "发文办理"
OUTGOING_CATEGORY = "发文"


def _office_step(code: str, name: str, role: str, to: str, **more: Any) -> Definition:
    """A step that any holder of `role` in the issuing organ may take."""
    step: Definition = {
        "code": code,
        "name": name,
        "mode": "first",
        "assignee": {"rule": "role_in_organ", "role": role},
        "column": "",
        "due_workdays": 1,
        "actions": ["submit", "return"],
        "next": [{"to": to}],
    }
    return {**step, **more}


# Codes are those of `OutgoingStatus`. 条例 art. 19–22, 25: number only after recheck; seal only on a signed, numbered text.
OUTGOING: Definition = {
    "start": "draft",
    "facts": {
        "needs_dept_review": "须部门核稿",
        "has_cosign": "有会签单位",
        "needs_principal_head": "须主要负责人签发",
        "is_sealed": "加盖印章",
    },
    "columns": ["签发意见", "审核意见", "会签意见", "核稿意见", "复核意见"],
    "steps": [
        {
            "code": "draft",
            "name": "拟稿",
            "mode": "one",
            "assignee": {"rule": "initiator"},
            "column": "拟稿说明",
            "actions": ["submit"],
            "must_choose": True,
            "next": [
                {"to": "dept_review", "when": "needs_dept_review"},
                {"to": "cosign", "when": "has_cosign"},
                {"to": "office_review"},
            ],
        },
        {
            "code": "dept_review",
            "name": "部门核稿",
            "mode": "one",
            "assignee": {"rule": "initiator_unit_head"},
            "column": "核稿意见",
            "due_workdays": 2,
            "actions": ["approve", "return"],
            "must_choose": True,
            "next": [{"to": "cosign", "when": "has_cosign"}, {"to": "office_review"}],
        },
        {
            "code": "cosign",
            "name": "会签",
            "mode": "all",
            "assignee": {"rule": "chosen"},
            "column": "会签意见",
            "due_workdays": 7,  # 国办函〔2009〕15号
            "actions": ["approve", "return"],
            "next": [{"to": "office_review"}],
        },
        {
            "code": "office_review",
            "name": "办公室审核",
            "mode": "first",
            "assignee": {"rule": "role_in_organ", "role": "office_director"},
            "column": "审核意见",
            "due_workdays": 2,
            "actions": ["approve", "return"],
            "must_choose": True,
            "next": [{"to": "signing"}],
        },
        {
            "code": "signing",
            "name": "签发",
            "mode": "one",
            "assignee": {"rule": "chosen"},
            "column": "签发意见",
            "due_workdays": 2,
            "actions": ["sign", "return"],
            "head_only_when": "needs_principal_head",
            "next": [{"to": "recheck"}],
        },
        _office_step(
            "recheck",
            "复核",
            "clerk",
            "numbering",
            column="复核意见",
            actions=["approve", "return"],
            return_to=["signing"],
        ),
        _office_step("numbering", "编号", "clerk", "typeset", return_to=["recheck"]),
        _office_step(
            "typeset",
            "排版",
            "clerk",
            "distribute",
            return_to=["recheck", "numbering"],
            next=[{"to": "seal_use", "when": "is_sealed"}, {"to": "distribute"}],
        ),
        _office_step(
            "seal_use",
            "用印",
            "seal_keeper",
            "distribute",
            return_to=["typeset", "recheck"],
            is_personal=True,
        ),
        _office_step("distribute", "分发", "clerk", "filing", actions=["submit"]),
        _office_step("filing", "办结归档", "archivist", "end", actions=["submit"], due_workdays=20, next=[]),
    ],
}
