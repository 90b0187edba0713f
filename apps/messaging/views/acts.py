"""What people do with conversations: open, name, invite, leave, set."""

from typing import Any

from django.http import HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.http import require_http_methods, require_POST

from apps.accounts.selectors import people_of_posts
from apps.core import subjects
from apps.core.errors import NotFound, ValidationFailed
from apps.core.http import HouseRequest, gone_to, signed_in
from apps.core.subjects import Subject
from apps.core.submissions import new_key
from apps.messaging import services

ID_LENGTH = 15


def _room(conversation_id: int) -> str:
    return reverse("messaging:room", args=[conversation_id])


def _post_ids(request: HouseRequest, name: str) -> list[int]:
    """Appointment ids from the picker: repeated fields or one field with commas."""
    raw = ",".join(request.POST.getlist(name)).replace(" ", "")
    parts = [part for part in raw.split(",") if part]
    if not all(part.isdecimal() and len(part) <= ID_LENGTH for part in parts):
        raise ValidationFailed("选择的人员无法识别，请重新选择。")
    return [int(part) for part in parts]


def _people(request: HouseRequest) -> list[int]:
    return people_of_posts(_post_ids(request, "people"))


def _subject(kind: str, raw: str) -> Subject | None:
    return Subject(kind, int(raw)) if kind and raw.isdecimal() and len(raw) <= ID_LENGTH else None


@require_http_methods(["GET", "POST"])
@signed_in
def new(request: HouseRequest) -> HttpResponse:
    """发起群聊; with `kind` and `id` a group about a thing of another app (发起协同)."""
    asked = request.POST if request.method == "POST" else request.GET
    subject = _subject(asked.get("kind", ""), asked.get("id", ""))
    if request.method == "POST":
        conversation = services.group_create(
            actor=request.actor,
            name=asked.get("name", ""),
            person_ids=_people(request),
            key=asked.get("key", ""),
            subject=subject,
        )
        return gone_to(request, _room(conversation.pk))
    if subject is not None and not subjects.can_view(request.actor, subject):
        raise NotFound
    context: dict[str, Any] = {"key": new_key(), "subject": subject}
    if subject is not None:
        kind = subjects.kind_of(subject)
        context |= {"subject_kind": kind, "subject_title": kind.title(subject.id)}
    return render(request, "messaging/new.html", context)


@require_POST
@signed_in
def direct(request: HouseRequest, person_id: int) -> HttpResponse:
    """Open the conversation with somebody."""
    conversation = services.direct_open(actor=request.actor, person_id=person_id)
    return HttpResponseRedirect(_room(conversation.pk), status=303)


@require_POST
@signed_in
def unit_group(request: HouseRequest) -> HttpResponse:
    """Open the group of one's own unit."""
    return gone_to(request, _room(services.unit_group_open(actor=request.actor).pk))


@require_POST
@signed_in
def update(request: HouseRequest, conversation_id: int) -> HttpResponse:
    """Name, announcement, who may speak."""
    services.conversation_update(
        actor=request.actor,
        conversation_id=conversation_id,
        name=request.POST.get("name", ""),
        announcement=request.POST.get("announcement", ""),
        is_announcement_only=request.POST.get("is_announcement_only") in {"1", "on", "true"},
    )
    return gone_to(request, _room(conversation_id))


@require_POST
@signed_in
def add_members(request: HouseRequest, conversation_id: int) -> HttpResponse:
    """Invite people."""
    services.members_add(actor=request.actor, conversation_id=conversation_id, person_ids=_people(request))
    return gone_to(request, _room(conversation_id))


@require_POST
@signed_in
def remove_member(request: HouseRequest, conversation_id: int, person_id: int) -> HttpResponse:
    """Take somebody out."""
    services.member_remove(actor=request.actor, conversation_id=conversation_id, person_id=person_id)
    return gone_to(request, _room(conversation_id))


@require_POST
@signed_in
def set_role(request: HouseRequest, conversation_id: int, person_id: int) -> HttpResponse:
    """Appoint an administrator or hand the group over."""
    services.member_role_set(
        actor=request.actor,
        conversation_id=conversation_id,
        person_id=person_id,
        role=request.POST.get("role", ""),
    )
    return gone_to(request, _room(conversation_id))


@require_POST
@signed_in
def leave(request: HouseRequest, conversation_id: int) -> HttpResponse:
    """Leave the group."""
    services.conversation_leave(actor=request.actor, conversation_id=conversation_id)
    return gone_to(request, reverse("messaging:home"))


@require_POST
@signed_in
def dissolve(request: HouseRequest, conversation_id: int) -> HttpResponse:
    """End the group."""
    services.conversation_dissolve(actor=request.actor, conversation_id=conversation_id)
    return gone_to(request, _room(conversation_id))


@require_POST
@signed_in
def setting(request: HouseRequest, conversation_id: int) -> HttpResponse:
    """One's own view of the conversation."""
    wanted = {
        name: request.POST[name] == "1" for name in ("pinned", "muted", "archived") if name in request.POST
    }
    services.setting_change(actor=request.actor, conversation_id=conversation_id, **wanted)
    return gone_to(request, _room(conversation_id))


@require_POST
@signed_in
def let_bot_in(request: HouseRequest, conversation_id: int) -> HttpResponse:
    """Let a registered application speak in the group."""
    chosen = request.POST.get("bot", "")
    if not chosen.isdecimal() or len(chosen) > ID_LENGTH:
        raise ValidationFailed("请选择应用。")
    services.bot_let_in(actor=request.actor, conversation_id=conversation_id, bot_id=int(chosen))
    return gone_to(request, _room(conversation_id))


@require_POST
@signed_in
def put_bot_out(request: HouseRequest, conversation_id: int, bot_id: int) -> HttpResponse:
    """Take an application out of the group."""
    services.bot_put_out(actor=request.actor, conversation_id=conversation_id, bot_id=bot_id)
    return gone_to(request, _room(conversation_id))
