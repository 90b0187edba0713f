"""通讯录: the tree of organs, people in rank order, search, the person's card."""

from dataclasses import dataclass
from typing import Any

from django.http import HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from apps.accounts.models import Absence, Appointment, Organ
from apps.accounts.policies import shown_mobile
from apps.accounts.selectors import (
    absences_now,
    delegates_of,
    organ_shown,
    organ_tree,
    organs_found,
    people_found,
    people_of,
    posts_shown_of,
    top_organ_of,
    units_of,
)
from apps.core.actors import Actor
from apps.core.http import HouseRequest, signed_in

FOUND_LIMIT = 60
ORGANS_FOUND_LIMIT = 10


@dataclass(frozen=True, kw_only=True)
class Entry:
    """One line of the address book."""

    post: Appointment
    mobile: str
    absence: Absence | None


@signed_in
@require_safe
def directory(request: HouseRequest) -> HttpResponse:
    """One organ's people, or what a search finds."""
    text = request.GET.get("q", "").strip()[:40]
    chosen = organ_shown(_number(request, "organ") or top_organ_of(request.actor))
    unit_id = _number(request, "unit")
    context: dict[str, Any] = {"text": text, "chosen": chosen, "unit_id": unit_id}
    context |= _found(request.actor, text) if text else _listed(request.actor, chosen, unit_id)
    if request.htmx and request.htmx.target == "directory-people":
        return render(request, "accounts/_directory_people.html", context)
    context |= {"tree": organ_tree(chosen), "units": list(units_of(chosen.pk))}
    page = (
        "accounts/_directory.html" if request.htmx and not request.htmx.boosted else "accounts/directory.html"
    )
    return render(request, page, context)


@signed_in
@require_safe
def person_card(request: HouseRequest, person_id: int) -> HttpResponse:
    """All posts, numbers and today of a person."""
    posts = posts_shown_of(person_id)
    main = posts[0]
    context = {
        "person": main.person,
        "posts": posts,
        "mobile": shown_mobile(request.actor, main.organ_id, person_id, main.person.mobile),
        "absence": absences_now([person_id]).get(person_id),
        "delegations": delegates_of([post.pk for post in posts]),
    }
    page = "accounts/_person_card.html" if request.htmx else "accounts/person.html"
    return render(request, page, context)


def _listed(actor: Actor, organ: Organ, unit_id: int) -> dict[str, Any]:
    groups = people_of(organ, unit_id or None)
    entries = _entries(actor, [post for group in groups for post in group.posts])
    shown = [(group.unit, [entries[post.pk] for post in group.posts]) for group in groups]
    return {"groups": shown, "count": len(entries)}


def _found(actor: Actor, text: str) -> dict[str, Any]:
    posts = list(people_found(actor, text)[: FOUND_LIMIT + 1])
    entries = _entries(actor, posts[:FOUND_LIMIT])
    return {
        "groups": [(None, list(entries.values()))],
        "count": len(entries),
        "has_more": len(posts) > FOUND_LIMIT,
        "organs": list(organs_found(text)[:ORGANS_FOUND_LIMIT]),
    }


def _entries(actor: Actor, posts: list[Appointment]) -> dict[int, Entry]:
    away = absences_now(post.person_id for post in posts)
    return {
        post.pk: Entry(
            post=post,
            mobile=shown_mobile(actor, post.organ_id, post.person_id, post.person.mobile),
            absence=away.get(post.person_id),
        )
        for post in posts
    }


def _number(request: HouseRequest, name: str) -> int:
    text = request.GET.get(name, "")
    return int(text) if text.isdecimal() and len(text) < 19 else 0
