"""What was chosen with the picker, as the picker takes it when the form is opened again."""

from collections import Counter
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


def marked(posts: Iterable[Appointment]) -> list[tuple[Appointment, str]]:
    """Each post with what tells it from another of the same name and title among them: the login name, else nothing."""
    rows = list(posts)
    alike = Counter((post.person.name, post.post_title) for post in rows)
    return [
        (post, f"（{post.person.login_name}）" if alike[post.person.name, post.post_title] > 1 else "")
        for post in rows
    ]
