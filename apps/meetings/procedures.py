"""The procedures of 会议审批 and 议题审签 as data: installed once, versioned by workflow, edited by administrators afterwards."""

from typing import Any

CODE = "meeting"
NAME = "会议审批"
CATEGORY = "meeting"
FILING = "request"
LARGE = 100  # people called from which the head of the organ approves too (domain.md §8.1: by size)


PROPOSAL_CODE = "agenda_proposal"
PROPOSAL_NAME = "议题审签"


def _approval(code: str, name: str, role: str, following: list[dict[str, str]]) -> dict[str, Any]:
    rule = {"rule": "role_in_organ", "role": role} if role else {"rule": "initiator_unit_head"}
    return {
        "code": code,
        "name": name,
        "mode": "first",
        "assignee": rule,
        "column": f"{name}意见",
        "due_workdays": 1,
        "actions": ["approve", "return"],
        "next": following,
    }


_HEAD = [{"to": "head", "when": "needs_head"}, {"to": "end"}]

MEETING: dict[str, Any] = {
    "start": FILING,
    "facts": {"has_director": "本机关有办公室主任", "needs_head": "须机关主要负责人审批"},
    "columns": ["机关负责人审批意见", "会议审批意见"],
    "steps": [
        {
            "code": FILING,
            "name": "会议申请",
            "mode": "one",
            "assignee": {"rule": "initiator"},
            "column": "申请说明",
            "actions": ["submit"],
            "next": [{"to": "director", "when": "has_director"}, *_HEAD],
        },
        _approval("director", "会议审批", "office_director", _HEAD),
        _approval("head", "机关负责人审批", "principal_head", [{"to": "end"}]),
    ],
}

# a unit's head signs off what the unit proposes; within the calling organ that is the section's head
PROPOSAL: dict[str, Any] = {
    "start": FILING,
    "facts": {"is_signed": "提出人即负责人", "has_unit_head": "主办机关内设科室提出，由科室负责人审签"},
    "columns": ["单位负责人审签意见", "科室负责人审签意见"],
    "steps": [
        {
            "code": FILING,
            "name": "议题提出",
            "mode": "one",
            "assignee": {"rule": "initiator"},
            "column": "提出说明",
            "actions": ["submit"],
            "next": [
                {"to": "end", "when": "is_signed"},
                {"to": "section", "when": "has_unit_head"},
                {"to": "unit"},
            ],
        },
        _approval("section", "科室负责人审签", "", [{"to": "end"}]),
        _approval("unit", "单位负责人审签", "principal_head", [{"to": "end"}]),
    ],
}
