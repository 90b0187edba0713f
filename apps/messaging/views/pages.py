"""消息: the list with one room, its fragments, and search."""

from typing import Any

from django.http import HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_GET

from apps.core import subjects
from apps.core.http import HouseRequest, signed_in
from apps.core.subjects import Subject
from apps.core.submissions import new_key
from apps.files.selectors import files_of_kind
from apps.messaging.selectors import conversations
from apps.messaging.selectors.bots import bots_to_invite, seats_of
from apps.messaging.selectors.entries import CONVERSATION_KIND, MESSAGE_KIND, PURPOSE, entry_shown
from apps.messaging.selectors.gates import membership_for, message_for
from apps.messaging.selectors.reading import reader_state
from apps.messaging.selectors.retention import days_kept
from apps.messaging.selectors.search import messages_found
from apps.messaging.selectors.shared import message_ids_with_files
from apps.notifications.services import notices_read_about

NUMBER_LENGTH = 15
FILTERS = (("", "全部"), ("unread", "未读"), ("mention", "@我"), ("must", "待确认"), ("archived", "已收起"))


def _chosen(request: HouseRequest) -> str:
    chosen = request.GET.get("filter", "")
    return chosen if chosen in conversations.FILTERS else ""


def _number(text: str) -> int | None:
    return int(text) if text.isdecimal() and len(text) <= NUMBER_LENGTH else None


@require_GET
@signed_in
def home(request: HouseRequest) -> HttpResponse:
    """The list of conversations; on a PC with an empty place for the room."""
    chosen = _chosen(request)
    rows = conversations.rows_of(request.actor, chosen=chosen)
    context = {"rows": rows, "filter": chosen, "filters": FILTERS, "room": None, "current_id": None}
    return render(request, "messaging/home.html", context)


@require_GET
@signed_in
def rows(request: HouseRequest) -> HttpResponse:
    """Fragment: the list, asked again after live frames."""
    current = _number(request.GET.get("current", ""))
    chosen = _chosen(request)
    found = conversations.rows_of(request.actor, chosen=chosen, current_id=current)
    return render(request, "messaging/_rows.html", {"rows": found, "current_id": current, "filter": chosen})


@require_GET
@signed_in
def room(request: HouseRequest, conversation_id: int) -> HttpResponse:
    """One conversation beside the list; `?at=` opens it around an entry."""
    membership = membership_for(request.actor, conversation_id)
    notices_read_about(actor=request.actor, subject=Subject(CONVERSATION_KIND, conversation_id))
    chosen = _chosen(request)
    context: dict[str, Any] = {
        "rows": conversations.rows_of(request.actor, chosen=chosen, current_id=conversation_id),
        "filter": chosen,
        "filters": FILTERS,
        "current_id": conversation_id,
        "room": conversations.room_facts(membership),
        "room_json": conversations.room_data(membership, at=_number(request.GET.get("at", ""))),
        "key": new_key(),
    }
    return render(request, "messaging/home.html", context)


@require_GET
@signed_in
def side(request: HouseRequest, conversation_id: int) -> HttpResponse:
    """Fragment: announcement, files, members, settings."""
    membership = membership_for(request.actor, conversation_id)
    facts = conversations.room_facts(membership)
    context = {
        "room": facts,
        "settings": (
            ("pinned", facts.is_pinned, "置顶", "取消置顶"),
            ("muted", facts.is_muted, "消息免打扰", "取消免打扰"),
            ("archived", facts.is_archived, "收起会话", "移出收起"),
        ),
        "members": conversations.members_shown(membership),
        "files": files_of_kind(MESSAGE_KIND, message_ids_with_files(membership), PURPOSE)[:50],
        "bot_seats": seats_of(conversation_id),
        "bots": bots_to_invite(conversation_id) if facts.can_manage else (),
        "me": request.actor.person_id,
        "days_kept": days_kept(facts.kind),
    }
    return render(request, "messaging/_side.html", context)


@require_GET
@signed_in
def readers(request: HouseRequest, conversation_id: int, seq: int) -> HttpResponse:
    """Fragment: who has read or confirmed a message, and who has not, by unit."""
    message = message_for(membership_for(request.actor, conversation_id), seq)
    context = {
        "entry": entry_shown(message),
        "state": reader_state(message),
        "conversation_id": conversation_id,
        "is_mine": message.sender_id == request.actor.person_id,
    }
    return render(request, "messaging/_readers.html", context)


@require_GET
@signed_in
def card(request: HouseRequest, kind: str, subject_id: int) -> HttpResponse:
    """Fragment: a thing of another app as this reader may see it."""
    subject = Subject(kind, subject_id)
    shown = None
    if subjects.can_view(request.actor, subject):
        found = subjects.kind_of(subject)
        shown = {
            "title": found.title(subject_id),
            "url": found.url(subject_id),
            "icon": found.icon,
            "name": found.name,
        }
    return render(request, "messaging/_card.html", {"card": shown})


@require_GET
@signed_in
def search(request: HouseRequest) -> HttpResponse:
    """Messages and file names in all one's conversations."""
    query = request.GET.get("q", "").strip()[:100]
    found = messages_found(request.actor, query, before=_number(request.GET.get("cursor", "")))
    context = {"query": query, "hits": found.hits, "next_cursor": found.next_before}
    return render(request, "messaging/search.html", context)
