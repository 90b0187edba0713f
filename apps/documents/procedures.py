"""Procedures of 办文 as data: installed once, versioned by workflow, drawn and edited by administrators afterwards."""

from typing import Any

Definition = dict[str, Any]
OUTGOING_CODE = "outgoing"
OUTGOING_NAME = "发文办理"
OUTGOING_CATEGORY = "outgoing"


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
        "is_joint_sealed": "联合行文加盖各机关印章",
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
            must_choose=True,
            next=[
                {"to": "joint_seal", "when": "is_joint_sealed"},
                {"to": "seal_use", "when": "is_sealed"},
                {"to": "distribute"},
            ],
        ),
        {
            "code": "joint_seal",
            "name": "联署用印",
            "mode": "all",
            "assignee": {"rule": "chosen"},
            "column": "",
            "due_workdays": 1,
            "actions": ["submit", "return"],
            "return_to": ["typeset", "recheck"],
            "is_personal": True,
            "next": [{"to": "seal_use"}],
        },
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

INCOMING_CODE = "incoming"
INCOMING_NAME = "收文办理"
INCOMING_CATEGORY = "incoming"

# Codes are those of `IncomingStatus`; "register" stands for 待登记. 条例 art. 24: for action 拟办, 批示, 承办; for information 传阅.
INCOMING: Definition = {
    "start": "register",
    "facts": {
        "is_for_action": "批办件",
        "needs_instruction": "须领导批示",
        "needs_handling": "须科室承办",
    },
    "columns": ["领导批示", "拟办意见", "交办意见", "承办意见", "办结意见"],
    "steps": [
        {
            "code": "register",
            "name": "登记",
            "mode": "one",
            "assignee": {"rule": "initiator"},
            "column": "登记说明",
            "actions": ["submit"],
            "must_choose": True,
            "next": [{"to": "proposal", "when": "is_for_action"}, {"to": "circulation"}],
        },
        {
            "code": "proposal",
            "name": "拟办",
            "mode": "one",
            "assignee": {"rule": "chosen"},
            "column": "拟办意见",
            "due_workdays": 1,
            "actions": ["note", "return"],
            "return_to": ["register"],
            "must_choose": True,
            "next": [{"to": "instruction", "when": "needs_instruction"}, {"to": "assign"}],
        },
        {
            "code": "instruction",
            "name": "批示",
            "mode": "all",
            "assignee": {"rule": "chosen"},
            "column": "领导批示",
            "due_workdays": 2,
            "actions": ["instruct", "circle_read", "return"],
            "return_to": ["proposal"],
            "next": [{"to": "assign"}],
        },
        {
            "code": "assign",
            "name": "交办",
            "mode": "first",
            "assignee": {"rule": "role_in_organ", "role": "clerk"},
            "column": "交办意见",
            "due_workdays": 1,
            "actions": ["submit", "return"],
            "return_to": ["proposal"],
            "must_choose": True,
            "next": [{"to": "handle", "when": "needs_handling"}, {"to": "end"}],
        },
        {
            "code": "handle",
            "name": "承办",
            "mode": "all",
            "assignee": {"rule": "chosen"},
            "column": "承办意见",
            "actions": ["note", "return"],
            "return_to": ["assign"],
            "next": [{"to": "completing"}],
        },
        {
            "code": "completing",
            "name": "办结审核",
            "mode": "first",
            "assignee": {"rule": "role_in_organ", "role": "clerk"},
            "column": "办结意见",
            "due_workdays": 2,
            "actions": ["submit", "return"],
            "return_to": ["handle"],
            "next": [],
        },
        {
            "code": "circulation",
            "name": "传阅",
            "mode": "first",
            "assignee": {"rule": "role_in_organ", "role": "clerk"},
            "column": "办结意见",
            "actions": ["submit"],
            "next": [],
        },
    ],
}
