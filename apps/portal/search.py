"""Search over titles and numbers of what one may see, and over people: complete also for one and two characters.

Documents and items come by the search of their lists, which shows what the lists show.
"""

from dataclasses import dataclass

from django.db.models import Q
from django.urls import reverse

from apps.accounts.models import Appointment
from apps.accounts.selectors import people_found
from apps.briefings.models import BulletinIssue, InfoItem
from apps.briefings.policies.bulletins import issues_visible_to
from apps.briefings.policies.items import visible_to as items_visible_to
from apps.core.actors import Actor
from apps.core.words import words_of
from apps.documents.models import IncomingDocument, OutgoingDocument
from apps.documents.selectors.incoming import IncomingFilter, incoming_first
from apps.documents.selectors.outgoing import OutgoingFilter, documents_first
from apps.supervision.models import SupervisionItem
from apps.supervision.selectors.items import Narrowing, items_first

LIMIT = 30
MOST_WORDS = 5


@dataclass(frozen=True, kw_only=True)
class Found:
    """One hit among the documents."""

    url: str
    kind: str
    title: str
    number: str
    origin: str
    state: str


@dataclass(frozen=True, kw_only=True)
class SearchResult:
    """What was found; `more` tells that a list was cut."""

    documents: list[Found]
    items: list[Found]
    briefings: list[Found]
    people: list[Appointment]
    more: bool


def search(actor: Actor, text: str) -> SearchResult:
    """Documents whose title, number or sender has every word of `text`, newest first, items and people. The same queries always."""
    if not words_of(text):
        return SearchResult(documents=[], items=[], briefings=[], people=[], more=False)
    outgoing = documents_first(actor, OutgoingFilter(text=text), LIMIT + 1)
    incoming = incoming_first(actor, IncomingFilter(text=text), LIMIT + 1)
    items = items_first(actor, Narrowing(text=text), LIMIT + 1)
    return SearchResult(
        items=[_item(row) for row in items[:LIMIT]],
        briefings=_briefings(actor, text.split()[:MOST_WORDS]),
        documents=[_incoming(row) for row in incoming[:LIMIT]] + [_outgoing(row) for row in outgoing[:LIMIT]],
        people=list(people_found(actor, text)[:LIMIT]),
        more=len(outgoing) > LIMIT or len(incoming) > LIMIT or len(items) > LIMIT,
    )


def _briefings(actor: Actor, words: list[str]) -> list[Found]:
    """Items by title, and issues by the titles of what is printed in them."""
    in_item, in_issue = Q(), Q()
    for word in words:
        in_item &= Q(title__icontains=word)
        in_issue &= Q(bulletin__name__icontains=word) | Q(entries__adoption__title__icontains=word)
    items = items_visible_to(actor).filter(in_item).select_related("organ").order_by("-dated_at", "-id")
    issues = (
        issues_visible_to(actor).filter(in_issue, number__isnull=False).select_related("bulletin", "organ")
    )
    printed = issues.order_by("-created_at", "-id").distinct()[:LIMIT]
    return [_issue(row) for row in printed] + [_info(row) for row in items[:LIMIT]]


def _info(row: InfoItem) -> Found:
    return Found(
        url=reverse("briefings:item", args=[row.pk]),
        kind="信息",
        title=row.title,
        number="",
        origin=row.organ.short_name,
        state=row.get_state_display(),
    )


def _issue(row: BulletinIssue) -> Found:
    return Found(
        url=reverse("briefings:issue", args=[row.pk]),
        kind="刊物",
        title=row.title,
        number="",
        origin=row.organ.short_name,
        state=row.get_state_display(),
    )


def _outgoing(row: OutgoingDocument) -> Found:
    return Found(
        url=reverse("documents:outgoing_detail", args=[row.pk]),
        kind="发文",
        title=row.title or "（无标题）",
        number=row.document_number,
        origin=row.issuer_signature,
        state=row.get_status_display(),
    )


def _incoming(row: IncomingDocument) -> Found:
    return Found(
        url=reverse("documents:incoming_detail", args=[row.pk]),
        kind="收文",
        title=row.title,
        number=row.source_number,
        origin=row.source_name,
        state=row.get_status_display(),
    )


def _item(row: SupervisionItem) -> Found:
    return Found(
        url=reverse("supervision:item", args=[row.pk]),
        kind="督办",
        title=row.title,
        number=row.number,
        origin=row.lead_organ.short_name,
        state=row.get_state_display(),
    )
