"""The procedure of a pushed to-do as data: one step, at the post it was pushed to."""

from typing import Any

CODE = "partner"
NAME = "外部系统待办"
CATEGORY = "partner"
PARTNER: dict[str, Any] = {
    "start": "handle",
    "steps": [
        {
            "code": "handle",
            "name": "办理",
            "mode": "one",
            "assignee": {"rule": "initiator"},
            "column": "办理情况",
            "actions": ["submit"],
            "next": [{"to": "end"}],
        }
    ],
}
