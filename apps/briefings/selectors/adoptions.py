"""The desk's own texts: gate, list, and what was changed against the originals."""

from collections.abc import Iterable
from dataclasses import dataclass

from django.db.models import Exists, OuterRef, Q, QuerySet

from apps.briefings.enums import OPEN_ISSUES
from apps.briefings.models import Adoption, InfoItem, IssueEntry, ScoreRecord
from apps.briefings.policies.bulletins import adoptions_visible_to
from apps.briefings.policies.items import DESK
from apps.core.actors import Actor
from apps.core.errors import Forbidden, NotFound
from apps.core.subjects import Subject
from apps.documents.comparing import Block, Row, blocks_compared

ADOPTION_KIND = "briefings.adoption"
LIST_ORDER = ("-created_at", "-id")


def adoption_for(actor: Actor, adoption_id: int, *, lock: bool = False) -> Adoption:
    """One of the own office; to change it one works at the desk. Raises `NotFound`, `Forbidden`."""
    rows = adoptions_visible_to(actor).select_related("organ")
    if lock:
        rows = rows.select_for_update(of=("self",))
    found = rows.filter(pk=adoption_id).first()
    if found is None:
        raise NotFound("没有找到这篇采编稿，或您无权查看。")
    if lock and not actor.roles & DESK:
        raise Forbidden("采编稿由本机关信息员或办公室主任修改。", rule="desk")
    return found


def adoption_subject(adoption: Adoption) -> Subject:
    """How other apps name it."""
    return Subject(ADOPTION_KIND, adoption.pk)


def adoption_title(adoption_id: int) -> str:
    """Its title for lists of other apps."""
    return Adoption.objects.filter(pk=adoption_id).values_list("title", flat=True).first() or "采编稿"


def can_view_adoption(actor: Actor, adoption_id: int) -> bool:
    """Whether the actor may open it."""
    return adoptions_visible_to(actor).filter(pk=adoption_id).exists()


def adoptions_found(actor: Actor, *, scope: str = "free", words: str = "") -> QuerySet[Adoption]:
    """`free`: in no issue yet; otherwise all, newest first."""
    rows = adoptions_visible_to(actor).prefetch_related("items__organ", "entries__issue__bulletin")
    if scope == "free":
        rows = rows.filter(~Exists(IssueEntry.objects.filter(adoption=OuterRef("pk"))))
    if words:
        rows = rows.filter(Q(title__icontains=words))
    return rows


def is_fixed(adoption: Adoption) -> bool:
    """Whether it stands in an issue that was sent for signature."""
    return adoption.entries.exclude(issue__state__in=OPEN_ISSUES).exists()


@dataclass(frozen=True, kw_only=True)
class AdoptionPage:
    """The text, what it was made of, what was changed, and where it stands."""

    adoption: Adoption
    items: list[InfoItem]
    rows: tuple[Row, ...]
    is_changed: bool
    entries: list[IssueEntry]
    scores: list[ScoreRecord]
    may_edit: bool
    may_record: bool
    is_fixed: bool


def adoption_page(actor: Actor, adoption: Adoption) -> AdoptionPage:
    """Everything its page draws."""
    items = list(adoption.items.select_related("organ", "unit", "person").order_by("answered_at", "pk"))
    old = [(item.title, item.paragraphs) for item in items]
    was = _blocks(line for title, lines in old for line in (title, *lines))
    rows = blocks_compared(was, _blocks([adoption.title, *adoption.paragraphs]))
    entries = list(adoption.entries.select_related("issue__bulletin").order_by("pk"))
    fixed = any(entry.issue.state not in OPEN_ISSUES for entry in entries)
    return AdoptionPage(
        adoption=adoption,
        items=items,
        rows=rows,
        is_changed=any(row.change != "kept" for row in rows),
        entries=entries,
        scores=list(
            ScoreRecord.objects.filter(item__adoption=adoption).select_related("organ").order_by("on", "pk")
        ),
        may_record=bool(actor.roles & DESK),
        may_edit=bool(actor.roles & DESK) and not fixed,
        is_fixed=fixed,
    )


def _blocks(lines: Iterable[str]) -> tuple[Block, ...]:
    return tuple(Block(line) for line in lines)
