"""Definitions the tests run."""

from typing import Any


def step(code: str, name: str, *to: str | dict[str, str], **more: Any) -> dict[str, Any]:
    """One step; `to` are the ways on, plain codes or `{"to", "when"}`."""
    return {
        "code": code,
        "name": name,
        "mode": "one",
        "assignee": {"rule": "initiator"},
        "actions": ["approve", "return"],
        "next": [way if isinstance(way, dict) else {"to": way} for way in to],
        **more,
    }


def issuing() -> dict[str, Any]:
    """A small issuing procedure with every mode and most rules."""
    return {
        "start": "draft",
        "facts": {"has_cosign": "需要会签", "is_upward": "上行文"},
        "steps": [
            step("draft", "拟稿", "dept_review", actions=["submit"], must_choose=True),
            step(
                "dept_review",
                "部门核稿",
                {"to": "cosign", "when": "has_cosign"},
                "office_review",
                assignee={"rule": "initiator_unit_head"},
                column="核稿意见",
                due_workdays=2,
            ),
            step(
                "cosign",
                "会签",
                "office_review",
                mode="all",
                assignee={"rule": "chosen"},
                column="会签意见",
                due_workdays=7,
            ),
            step(
                "office_review",
                "办公室审核",
                "signing",
                mode="first",
                assignee={"rule": "role_in_organ", "role": "clerk"},
                column="审核意见",
            ),
            step(
                "signing",
                "签发",
                "numbering",
                assignee={"rule": "role_in_organ", "role": "principal_head"},
                actions=["sign", "return"],
                column="签发意见",
                head_only_when="is_upward",
            ),
            step(
                "numbering",
                "编号",
                mode="sequence",
                assignee={"rule": "role_in_organ", "role": "clerk"},
                actions=["submit", "return"],
                return_to=["signing"],
            ),
        ],
    }
