"""The procedure of 外出报备 as data: installed once, versioned by workflow, edited by administrators afterwards."""

from typing import Any

CODE = "away"
NAME = "外出报备"
CATEGORY = "away"


def _approval(
    code: str, name: str, assignee: dict[str, str], following: list[dict[str, str]]
) -> dict[str, Any]:
    return {
        "code": code,
        "name": name,
        "mode": "first",
        "assignee": assignee,
        "column": f"{name}意见",
        "due_workdays": 1,
        "actions": ["approve", "return"],
        "next": following,
    }


_SUPERIOR = [{"to": "superior", "when": "needs_superior"}, {"to": "end"}]
_HEAD = [{"to": "head", "when": "needs_head"}, *_SUPERIOR]
_LEADER = [{"to": "leader", "when": "needs_leader"}, *_HEAD]

AWAY: dict[str, Any] = {
    "start": "file",
    "facts": {
        "needs_unit_head": "须科室负责人审核",
        "needs_leader": "须分管领导审批",
        "needs_head": "须主要负责人审批",
        "needs_superior": "须报上级办公室",
    },
    "columns": ["主要负责人审批意见", "分管领导审批意见", "科室负责人审核意见"],
    "steps": [
        {
            "code": "file",
            "name": "填报",
            "mode": "one",
            "assignee": {"rule": "initiator"},
            "column": "情况说明",
            "actions": ["submit"],
            "must_choose": True,
            "next": [{"to": "unit_head", "when": "needs_unit_head"}, *_LEADER],
        },
        _approval("unit_head", "科室负责人审核", {"rule": "initiator_unit_head"}, _LEADER),
        _approval("leader", "分管领导审批", {"rule": "leader_in_charge"}, _HEAD),
        _approval("head", "主要负责人审批", {"rule": "role_in_organ", "role": "principal_head"}, _SUPERIOR),
        _approval("superior", "上级办公室审批", {"rule": "chosen"}, [{"to": "end"}]),
    ],
}
