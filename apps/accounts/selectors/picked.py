"""What was chosen with the picker, as the picker takes it when the form is opened again."""

from collections.abc import Iterable
from typing import Any

from apps.accounts.models import Appointment, Organ


def organs_picked(organs: Iterable[Organ]) -> list[dict[str, Any]]:
    """Organs as items of `<unit-picker picks="organ">`."""
    return [_item("organ", organ.pk, organ.short_name, organ.full_name) for organ in organs]


def posts_picked(posts: Iterable[Appointment]) -> list[dict[str, Any]]:
    """Posts as items of `<unit-picker picks="appointment">`."""
    return [
        _item("appointment", post.pk, post.person.name, f"{post.organ.short_name} {post.post_title}")
        for post in posts
    ]


def _item(kind: str, pk: int, name: str, detail: str) -> dict[str, Any]:
    return {
        "key": f"{kind}:{pk}",
        "kind": kind,
        "id": pk,
        "name": name,
        "detail": detail,
        "has_children": False,
    }
